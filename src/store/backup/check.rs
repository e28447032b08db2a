//! Is this copy good? It is read back as a whole and restored for a trial, in memory: chain, fold, summary, roster.
//!
//! Knows: what a copy must be. Must not know: where it goes afterwards.

use super::fault::BackupError;
use super::manifest::{Bytes, FILE, Manifest, NoManifest};
use crate::ledger::Ledger;
use crate::ledger::query::summary;
use crate::store::disk::Disk;
use crate::store::files::{self, ReadFile};
use crate::store::record::LineHash;
use crate::store::roster;
use crate::store::verify::{Verdict, Verifier};
use sha2::{Digest, Sha256};
use std::io::{self, Read};
use std::path::Path;

pub(super) const JOURNAL: &str = "journal.jsonl";
pub(super) const ROSTER: &str = "roster.json";

/// Largest manifest, in bytes.
const MOST_MANIFEST: u64 = 64 << 10;
/// Largest roster, in bytes; as for every document of the data folder.
pub(super) const MOST_ROSTER: u64 = 16 << 20;

/// A copy that is good.
#[derive(Debug)]
pub struct Checked {
    pub manifest: Manifest,
    /// The roster's bytes, if the copy has one.
    pub roster: Option<Vec<u8>>,
}

/// What a copy says of itself; its contents are not looked at.
pub(super) fn manifest_of(disk: &dyn Disk, copy: &Path) -> Result<Manifest, BackupError> {
    let path = copy.join(FILE);
    let bytes = match files::read_small(disk, &path, MOST_MANIFEST) {
        Ok(Some(bytes)) => bytes,
        Ok(None) => return Err(damaged(copy, "copy.json is not there")),
        Err(error) => return Err(damaged(copy, &format!("copy.json cannot be read: {error}"))),
    };
    Manifest::decode(&bytes).map_err(|why| match why {
        NoManifest::Broken(what) => damaged(copy, &what),
        NoManifest::Newer(found) => BackupError::Newer {
            copy: copy.to_owned(),
            found,
            known: super::manifest::VERSION,
        },
    })
}

/// Reads a copy back and restores it for a trial: head, every hash, the fold's summary and the roster must be right.
///
/// # Errors
/// `Damaged` names what is wrong with it.
pub fn check(disk: &dyn Disk, copy: &Path) -> Result<Checked, BackupError> {
    let manifest = manifest_of(disk, copy)?;
    check_journal(disk, copy, &manifest)?;
    let roster = match manifest.roster {
        Some(mark) => Some(check_roster(disk, copy, mark)?),
        None => None,
    };
    Ok(Checked { manifest, roster })
}

fn check_journal(disk: &dyn Disk, copy: &Path, manifest: &Manifest) -> Result<(), BackupError> {
    let path = copy.join(JOURNAL);
    let unread = |error: io::Error| damaged(copy, &format!("{JOURNAL} cannot be read: {error}"));
    let file = ReadFile::open(disk, &path).map_err(unread)?.afresh();
    let mut source = Hashing::new(file.from(0));
    let mut ledger = Ledger::default();
    let mut first = LineHash::ZERO;
    let mut verifier = Verifier::unhurried();
    let bad = verifier
        .take(Path::new(JOURNAL), &mut source, |line, _| {
            if line.entry.seq == 1 {
                first = line.hash;
            }
            ledger.apply(&line.entry);
            Ok(())
        })
        .map_err(|error| damaged(copy, &error.to_string()))?;
    let head = match bad.unwrap_or_else(|| verifier.finish()) {
        Verdict::Ok(head) => head,
        bad @ Verdict::Bad { .. } => return Err(damaged(copy, &bad.to_string())),
    };
    if source.mark() != manifest.journal || head != manifest.head || first != manifest.first {
        let what = format!(
            "{JOURNAL} ends at event {}, the copy was made of a journal of {}",
            head.seq, manifest.head.seq
        );
        return Err(damaged(copy, &what));
    }
    let day = manifest.until.unwrap_or(manifest.made).date();
    if ledger.now != manifest.until || summary(&ledger, day) != manifest.summary {
        return Err(damaged(copy, "restored for a trial, its ledger is another one"));
    }
    Ok(())
}

fn check_roster(disk: &dyn Disk, copy: &Path, mark: Bytes) -> Result<Vec<u8>, BackupError> {
    let bytes = match files::read_small(disk, &copy.join(ROSTER), MOST_ROSTER) {
        Ok(Some(bytes)) => bytes,
        Ok(None) => return Err(damaged(copy, "roster.json is not there")),
        Err(error) => return Err(damaged(copy, &format!("roster.json cannot be read: {error}"))),
    };
    if mark_of(&bytes) != mark {
        return Err(damaged(copy, "roster.json is not as it was written"));
    }
    roster::check(&bytes).map_err(|what| damaged(copy, &format!("roster.json: {what}")))?;
    Ok(bytes)
}

fn damaged(copy: &Path, what: &str) -> BackupError {
    BackupError::Damaged {
        copy: copy.to_owned(),
        what: what.to_owned(),
    }
}

pub(super) fn mark_of(bytes: &[u8]) -> Bytes {
    Bytes {
        bytes: bytes.len() as u64,
        sha256: LineHash::of(bytes),
    }
}

/// Counts and hashes what is read through it.
struct Hashing<R> {
    source: R,
    sha256: Sha256,
    bytes: u64,
}

impl<R: Read> Hashing<R> {
    fn new(source: R) -> Self {
        Self {
            source,
            sha256: Sha256::new(),
            bytes: 0,
        }
    }

    fn mark(self) -> Bytes {
        Bytes {
            bytes: self.bytes,
            sha256: LineHash::from_bytes(self.sha256.finalize().into()),
        }
    }
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let n = self.source.read(into)?;
        self.sha256.update(into.get(..n).unwrap_or_default());
        self.bytes = self.bytes.saturating_add(n as u64);
        Ok(n)
    }
}
