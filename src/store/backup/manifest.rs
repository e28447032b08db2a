//! `copy.json`: what must be found in a copy. It stands for itself by a hash of its own, like a line of the journal.
//!
//! Knows: the fields and their bytes. Must not know: files.

use crate::clock::Moment;
use crate::ledger::query::Summary;
use crate::store::record::{Head, LineHash};
use serde::{Deserialize, Serialize};

/// The manifest's name in a copy.
pub const FILE: &str = "copy.json";
/// Version of a copy that this program makes, and the newest that it reads.
pub const VERSION: u64 = 1;

/// Who wanted a copy. Only those of the schedule are ever deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Occasion {
    Schedule,
    Hand,
}

/// Length and SHA-256 of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bytes {
    pub bytes: u64,
    pub sha256: LineHash,
}

/// What a copy says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of the copy.
    pub copy: u64,
    pub program: String,
    /// By the clock of the machine, which may have been wrong: nothing is decided by it.
    pub made: Moment,
    pub occasion: Occasion,
    /// Hash of the journal's first line: whose journal it is.
    pub first: LineHash,
    pub head: Head,
    /// The effective time of the last event, which never goes back.
    pub until: Option<Moment>,
    pub summary: Summary,
    pub journal: Bytes,
    /// None where cards are left out by the station's own file, or there are none.
    pub roster: Option<Bytes>,
}

/// Why the bytes are no manifest.
#[derive(Debug, PartialEq, Eq)]
pub enum NoManifest {
    Broken(String),
    Newer(u64),
}

const BEFORE_HASH: &[u8] = br#","hash":""#;
/// Length of `,"hash":"<64 hex>"}` and the line end.
const TAIL: usize = BEFORE_HASH.len() + 64 + 3;

#[derive(Deserialize)]
struct Version {
    copy: u64,
}

impl Manifest {
    /// One line of JSON with its hash at the end, made as in the journal.
    pub fn encode(&self) -> serde_json::Result<Vec<u8>> {
        let mut bytes = serde_json::to_vec(self)?;
        let hash = LineHash::of(&bytes);
        bytes.pop();
        bytes.extend_from_slice(BEFORE_HASH);
        bytes.extend_from_slice(hash.to_string().as_bytes());
        bytes.extend_from_slice(b"\"}\n");
        Ok(bytes)
    }

    pub fn decode(bytes: &[u8]) -> Result<Self, NoManifest> {
        let broken = |what: &str| NoManifest::Broken(format!("copy.json {what}"));
        let at = bytes.len().checked_sub(TAIL);
        let (json, tail) = at
            .and_then(|at| bytes.split_at_checked(at))
            .ok_or_else(|| broken("is cut short"))?;
        let hash = tail
            .strip_prefix(BEFORE_HASH)
            .and_then(|rest| rest.strip_suffix(b"\"}\n"))
            .and_then(LineHash::from_hex)
            .ok_or_else(|| broken("does not end with its hash"))?;
        let json = [json, b"}"].concat();
        if LineHash::of(&json) != hash {
            return Err(broken("does not have its hash"));
        }
        let read = |error: serde_json::Error| broken(&format!("cannot be read: {error}"));
        let version: Version = serde_json::from_slice(&json).map_err(read)?;
        if version.copy > VERSION {
            return Err(NoManifest::Newer(version.copy));
        }
        serde_json::from_slice(&json).map_err(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest() -> Manifest {
        let mark = Bytes {
            bytes: 5,
            sha256: LineHash::of(b"bytes"),
        };
        Manifest {
            copy: VERSION,
            program: "1.0.0".into(),
            made: "2026-09-01T09:00:00+03:00".parse().unwrap(),
            occasion: Occasion::Schedule,
            first: LineHash::of(b"first"),
            head: Head {
                seq: 7,
                hash: LineHash::of(b"last"),
            },
            until: None,
            summary: Summary::default(),
            journal: mark,
            roster: Some(mark),
        }
    }

    #[test]
    fn a_manifest_is_read_as_it_was_written_and_every_flipped_bit_is_seen() {
        let bytes = manifest().encode().unwrap();
        assert_eq!(Manifest::decode(&bytes), Ok(manifest()));
        for at in 0..bytes.len() {
            for bit in 0..8 {
                let mut other = bytes.clone();
                other[at] ^= 1 << bit;
                assert!(
                    Manifest::decode(&other).is_err(),
                    "bit {bit} of byte {at} was flipped unseen"
                );
            }
        }
        for cut in 0..bytes.len() {
            assert!(Manifest::decode(&bytes[..cut]).is_err(), "cut at {cut}");
        }
    }

    #[test]
    fn a_newer_copy_is_named_and_not_guessed_at() {
        let newer = Manifest {
            copy: VERSION + 1,
            ..manifest()
        };
        let bytes = newer.encode().unwrap();
        assert_eq!(Manifest::decode(&bytes), Err(NoManifest::Newer(VERSION + 1)));
    }
}
