//! Access tokens: who may see or do what over the network.
//!
//! Knows: `<data>/tokens.json`, mode 0600, digests only. Must not know: requests, pages.
//!
//! A token is looked up by its digest. How long two digests take to compare tells nothing of a token: whoever could
//! use it would have to know tokens by the beginning of their digests. A comparison in constant time is not needed.

use super::document::DocumentFile;
use super::error::{Doing, Error, Result};
use super::key::random;
use super::lock::DataFolder;
use super::record::LineHash;
use crate::clock::Moment;
use crate::ids::SchoolId;
use jiff::civil::Date;
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

impl Role {
    /// How many days a token lasts unless somebody says otherwise. A school's link lasts a school year and a little
    /// more, so that it ends in no holiday; a key that changes things, or reads everything, a quarter of a year.
    pub fn usual_days(&self) -> u32 {
        match self {
            Role::Staff | Role::Auditor => 90,
            Role::School(_) => 400,
        }
    }
}

/// Every token begins like this, so that people and scanners of leaked secrets know one.
pub const TOKEN_MARK: &str = "fml_";
/// The longest life of a token, in days.
pub const MOST_DAYS: u32 = 3660;
const DAY_MS: i64 = 24 * 3600 * 1000;

/// What is known of a token after it was printed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenInfo {
    /// The first digits of its digest, to speak of it.
    pub id: String,
    /// `staff`, `auditor`, `school=S03`.
    pub role: String,
    pub created: Moment,
    /// None: made before tokens ended; it lasts until it is revoked.
    pub expires: Option<Moment>,
    pub expired: bool,
    /// The day on which it was last used; the hour is nobody's business.
    pub last_used: Option<Date>,
}

/// What a token that was shown opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opens {
    pub id: String,
    pub role: Role,
    pub expires: Option<Moment>,
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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expires: Option<Moment>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    last_used: Option<Date>,
}

impl Kept {
    fn is_over(&self, now: Moment) -> bool {
        self.expires.is_some_and(|expires| now.since_ms(expires) >= 0)
    }
}

impl Tokens {
    pub fn open(data: &DataFolder) -> Result<Self> {
        let file = Self::file(data);
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

    /// For a desk that works whatever has become of this file: where it cannot be read no token opens anything,
    /// nothing is written over it, and the damage is told.
    pub fn open_anyway(data: &DataFolder) -> (Self, Option<Error>) {
        Self::file(data).or_shut(Self::open(data), |file| Self {
            file,
            document: Document::default(),
        })
    }

    fn file(data: &DataFolder) -> DocumentFile {
        let remedy = "no token is known until it is put back from a backup, or moved away and new ones made; then \
                      start again";
        DocumentFile::private(data, "tokens.json", remedy)
    }

    /// Makes a token that lasts `days`; its text is returned once and kept nowhere.
    pub fn create(&mut self, role: &Role, days: Option<u32>, now: Moment) -> Result<String> {
        let text = format!(
            "{TOKEN_MARK}{}",
            hex::encode(random::<24>().doing("make", self.file.path())?)
        );
        let days = days.unwrap_or_else(|| role.usual_days()).clamp(1, MOST_DAYS);
        let mut document = self.document.clone();
        document.tokens.push(Kept {
            sha256: LineHash::of(text.as_bytes()),
            role: role.to_string(),
            created: now,
            expires: Some(now.plus_ms(i64::from(days).saturating_mul(DAY_MS))),
            last_used: None,
        });
        self.put(document)?;
        Ok(text)
    }

    /// What a token opens, if it is one of ours and not over at `now`. The day of its use is noted, once a day; that
    /// it could not be noted keeps nobody out.
    pub fn check(&mut self, token: &str, now: Moment) -> Option<Opens> {
        let digest = LineHash::of(token.as_bytes());
        let place = self
            .document
            .tokens
            .iter()
            .position(|kept| kept.sha256 == digest)?;
        let kept = self.document.tokens.get_mut(place)?;
        if kept.is_over(now) {
            return None;
        }
        let opens = Opens {
            id: id(kept),
            role: kept.role.parse().ok()?,
            expires: kept.expires,
        };
        if kept.last_used.is_none_or(|day| day < now.date()) {
            kept.last_used = Some(now.date());
            if let Err(error) = self.file.write("the tokens", &self.document) {
                tracing::warn!("the day on which a token was used could not be noted: {error}");
            }
        }
        Some(opens)
    }

    /// Whether a token by this id still opens something at `now`.
    pub fn is_alive(&self, token: &str, now: Moment) -> bool {
        let mut all = self.document.tokens.iter();
        all.any(|kept| id(kept) == token && !kept.is_over(now))
    }

    /// All tokens, the oldest first.
    pub fn list(&self, now: Moment) -> Vec<TokenInfo> {
        let info = |kept: &Kept| TokenInfo {
            id: id(kept),
            role: kept.role.clone(),
            created: kept.created,
            expires: kept.expires,
            expired: kept.is_over(now),
            last_used: kept.last_used,
        };
        self.document.tokens.iter().map(info).collect()
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
