//! The staff's password: one for the centre, kept as an Argon2id hash.
//!
//! Knows: `<data>/password.json`, mode 0600, and what a password must have. Must not know: requests, sessions.

use super::document::DocumentFile;
use super::error::{Doing, Error, Result};
use super::key::random;
use super::lock::DataFolder;
use crate::clock::Moment;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// Fewest characters of a password.
pub const LEAST_CHARS: usize = 10;
/// Longest password that is looked at, in bytes.
pub const MOST_BYTES: usize = 256;
/// Memory of one hash, in KiB: what OWASP's cheat sheet names for two passes on one lane. A cheap PC has it to spare,
/// once; that no two hashes run at a time is the caller's care.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// Why a password cannot be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Weak {
    #[error("a password has at least {LEAST_CHARS} characters; three or four words make a good one")]
    Short,
    #[error("a password has at most {MOST_BYTES} bytes")]
    Long,
    #[error("the same few characters again and again are no password")]
    Plain,
    #[error("a password has no line breaks and other control characters")]
    Control,
    #[error("a password begins and ends with something that can be seen, not with a space")]
    Edge,
}

/// The password of a data folder, if one was set.
#[derive(Debug)]
pub struct Password {
    file: DocumentFile,
    document: Document,
}

#[derive(Clone, Debug, Serialize, Deserialize, Default)]
struct Document {
    /// `$argon2id$v=19$m=19456,t=2,p=1$…`: the format that other programs know too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    phc: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    set: Option<Moment>,
}

impl Password {
    pub fn open(data: &DataFolder) -> Result<Self> {
        let file = Self::file(data);
        let document: Document = file.read()?;
        if let Some(phc) = &document.phc
            && let Err(error) = PasswordHash::new(phc)
        {
            return Err(file.damaged(error));
        }
        Ok(Self { file, document })
    }

    /// For a desk that works whatever has become of this file: where it cannot be read no password opens anything,
    /// nothing is written over it, and the damage is told.
    pub fn open_anyway(data: &DataFolder) -> (Self, Option<Error>) {
        Self::file(data).or_shut(Self::open(data), |file| Self {
            file,
            document: Document::default(),
        })
    }

    fn file(data: &DataFolder) -> DocumentFile {
        let remedy = "nobody can sign in by password until the file is put back from a backup, or put aside and the \
                      password set again; then start again";
        DocumentFile::private(data, "password.json", remedy)
    }

    /// Replaces the password by a hash that [`hash`] made; none takes it away.
    pub fn set(&mut self, phc: Option<String>, now: Moment) -> Result<()> {
        if let Some(phc) = &phc
            && let Err(error) = PasswordHash::new(phc)
        {
            return Err(self
                .file
                .damaged(format!("this is no hash of a password: {error}")));
        }
        let document = Document {
            set: phc.is_some().then_some(now),
            phc,
        };
        self.file.write("the password", &document)?;
        self.document = document;
        Ok(())
    }

    /// The hash as it is kept; whoever checks a password takes it along and holds no lock meanwhile.
    pub fn phc(&self) -> Option<String> {
        self.document.phc.clone()
    }
}

/// Whether a text may become a password.
///
/// # Errors
/// What is wrong with it, for the one who types it.
pub fn check_strength(password: &str) -> std::result::Result<(), Weak> {
    let mut different: Vec<char> = password.chars().collect();
    if different.len() < LEAST_CHARS {
        return Err(Weak::Short);
    }
    if password.len() > MOST_BYTES {
        return Err(Weak::Long);
    }
    if password.chars().any(char::is_control) {
        return Err(Weak::Control);
    }
    if password.trim() != password {
        return Err(Weak::Edge);
    }
    different.sort_unstable();
    different.dedup();
    match different.len() < 5 {
        true => Err(Weak::Plain),
        false => Ok(()),
    }
}

fn argon2() -> Result<Argon2<'static>> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(wrong)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn wrong(error: impl std::fmt::Display) -> Error {
    Error::Damaged {
        path: PathBuf::from("password.json"),
        what: error.to_string(),
    }
}

/// The hash of a new password, with a salt of its own. Takes a while and 19 MiB.
pub fn hash(password: &str) -> Result<String> {
    let salt = random::<16>().doing("make", "a salt")?;
    let hash = argon2()?
        .hash_password_with_salt(password.as_bytes(), &salt)
        .map_err(wrong)?;
    Ok(hash.to_string())
}

/// Whether a password is the one behind a hash. Without a hash the same work is done and the answer is no, so that
/// nobody learns from the clock whether a password was ever set.
pub fn verify(password: &str, phc: Option<&str>) -> bool {
    if password.len() > MOST_BYTES {
        return false;
    }
    let Some(phc) = phc else {
        // The result is of no use; the time that it takes is.
        let _ = argon2().map(|argon2| {
            argon2
                .hash_password_with_salt(password.as_bytes(), &[0; 16])
                .is_ok()
        });
        return false;
    };
    PasswordHash::new(phc).is_ok_and(|phc| {
        Argon2::default()
            .verify_password(password.as_bytes(), &phc)
            .is_ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_password_must_have() {
        for (password, verdict) in [
            ("кот любит сметану", Ok(())),
            ("correct horse", Ok(())),
            ("короткий", Err(Weak::Short)),
            ("aaaaaaaaaaaaaaaa", Err(Weak::Plain)),
            ("1212121212121212", Err(Weak::Plain)),
            ("with a\nline break", Err(Weak::Control)),
            ("ends with a space ", Err(Weak::Edge)),
        ] {
            assert_eq!(check_strength(password), verdict, "{password}");
        }
        assert_eq!(check_strength(&"абвгдежзик".repeat(20)), Err(Weak::Long));
    }

    #[test]
    fn a_hash_opens_to_its_password_alone() {
        let phc = hash("кот любит сметану").unwrap();
        assert!(phc.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{phc}");
        assert!(verify("кот любит сметану", Some(&phc)));
        assert!(!verify("кот любит сметану ", Some(&phc)));
        assert!(!verify("", Some(&phc)));
        assert!(!verify("кот любит сметану", None), "no password opens nothing");
        assert_ne!(phc, hash("кот любит сметану").unwrap(), "each has its own salt");
    }
}
