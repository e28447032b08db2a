//! Access tokens: who may see or do what over the network.
//!
//! Knows: `<data>/tokens.json`, mode 0600, digests only. Must not know: requests, pages.

use super::document::DocumentFile;
use super::error::{Doing, Result};
use super::key::random;
use super::lock::DataFolder;
use super::record::LineHash;
use crate::clock::Moment;
use crate::ids::SchoolId;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// What a token opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Role {
    Staff,
    /// Reads everything, changes nothing.
    Auditor,
    /// A partner school, by its secret link: its own loans and holds.
    School(SchoolId),
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Role::Staff => f.write_str("staff"),
            Role::Auditor => f.write_str("auditor"),
            Role::School(school) => write!(f, "school={school}"),
        }
    }
}

impl FromStr for Role {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once('=') {
            None if text == "staff" => Ok(Role::Staff),
            None if text == "auditor" => Ok(Role::Auditor),
            Some(("school", school)) if !school.is_empty() => Ok(Role::School(school.into())),
            _ => Err(format!(
                "«{text}» is no role; roles are staff, auditor, school=S03"
            )),
        }
    }
}

/// What is known of a token after it was printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenInfo {
    /// The first digits of its digest, to speak of it.
    pub id: String,
    pub role: Role,
    pub created: Moment,
}

/// The tokens of a data folder.
#[derive(Debug)]
pub struct Tokens {
    file: DocumentFile,
    document: Document,
}

#[derive(Clone, Debug, Serialize, Deserialize, Default)]
struct Document {
    tokens: Vec<Kept>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Kept {
    /// SHA-256 of the token's text; the token itself is long enough not to be guessed.
    sha256: LineHash,
    role: String,
    created: Moment,
}

impl Tokens {
    pub fn open(data: &DataFolder) -> Result<Self> {
        let file = DocumentFile::of(data, "tokens.json");
        let document: Document = file.read()?;
        if let Some(error) = document
            .tokens
            .iter()
            .find_map(|kept| kept.role.parse::<Role>().err())
        {
            return Err(file.damaged(error));
        }
        Ok(Self { file, document })
    }

    /// Makes a token; its text is returned once and kept nowhere.
    pub fn create(&mut self, role: &Role, now: Moment) -> Result<String> {
        let text = format!(
            "fml_{}",
            hex::encode(random::<24>().doing("make", self.file.path())?)
        );
        let mut document = self.document.clone();
        document.tokens.push(Kept {
            sha256: LineHash::of(text.as_bytes()),
            role: role.to_string(),
            created: now,
        });
        self.put(document)?;
        Ok(text)
    }

    /// The role that a token opens, if it is one of ours.
    pub fn check(&self, token: &str) -> Option<Role> {
        let digest = LineHash::of(token.as_bytes());
        let kept = self.document.tokens.iter().find(|kept| kept.sha256 == digest)?;
        kept.role.parse().ok()
    }

    pub fn list(&self) -> impl Iterator<Item = TokenInfo> {
        self.document.tokens.iter().filter_map(|kept| {
            Some(TokenInfo {
                id: id(kept),
                role: kept.role.parse().ok()?,
                created: kept.created,
            })
        })
    }

    /// Ends a token by its id; false if there is none.
    pub fn revoke(&mut self, token: &str) -> Result<bool> {
        let mut document = self.document.clone();
        document.tokens.retain(|kept| id(kept) != token);
        if document.tokens.len() == self.document.tokens.len() {
            return Ok(false);
        }
        self.put(document)?;
        Ok(true)
    }

    fn put(&mut self, document: Document) -> Result<()> {
        self.file.write("the tokens", &document)?;
        self.document = document;
        Ok(())
    }
}

fn id(kept: &Kept) -> String {
    kept.sha256.to_string().chars().take(8).collect()
}
