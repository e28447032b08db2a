//! The mark of a clean stop: the head of the journal when everything had been written.
//!
//! Knows: `<data>/clean`, what it proves about a journal. Must not know: how the journal is read.
//!
//! The mark is written last at a stop and taken away first at a start. It proves two things: events up to it had
//! been acknowledged, and sled had been closed in order.

use super::disk::Disk;
use super::document::DocumentFile;
use super::error::{Error, Result};
use super::lock::DataFolder;
use super::record::{Head, LineHash};
use super::scan::Tail;
use crate::ledger::Seq;
use std::path::Path;
use std::sync::Arc;

/// Reads, sets and takes away the mark of one data folder.
#[derive(Debug)]
pub struct CleanMark {
    file: DocumentFile,
}

impl CleanMark {
    pub fn of(data: &DataFolder) -> Self {
        Self::beside(data.disk(), data.path())
    }

    /// For those who only read the folder.
    pub fn beside(disk: &Arc<dyn Disk>, data: &Path) -> Self {
        let remedy = "it is the mark of the last clean stop: compare the journal's head with one that was noted \
                      elsewhere, then remove the file";
        Self {
            file: DocumentFile::shared(disk.clone(), data.join("clean"), remedy),
        }
    }

    pub fn read(&self) -> Result<Option<Head>> {
        self.file.read()
    }

    pub fn set(&self, head: Head) -> Result<()> {
        self.file.write("the mark of a clean stop", &head)
    }

    pub fn take_away(&self) -> Result<()> {
        self.file.remove()
    }
}

/// What the mark says, held against the journal while that is read from its beginning.
#[derive(Debug)]
pub struct Witness {
    marked: Option<Head>,
    /// The hash that the marked event has now, if it is another.
    other: Option<LineHash>,
}

impl Witness {
    /// To be made before the reading begins: what is written meanwhile may be more than was marked, never less.
    pub fn of(mark: &CleanMark) -> Result<Self> {
        Ok(Self {
            marked: mark.read()?,
            other: None,
        })
    }

    pub fn marked(&self) -> Option<Head> {
        self.marked
    }

    /// That this event has this hash.
    pub fn see(&mut self, seq: Seq, hash: LineHash) {
        if self
            .marked
            .is_some_and(|marked| marked.seq == seq && marked.hash != hash)
        {
            self.other = Some(hash);
        }
    }

    /// Refuses a journal that has lost what had been acknowledged. `index` is the last event that an index left behind
    /// knows, the second witness, asked only where the end is broken.
    pub fn check(
        &self,
        data: &Path,
        tail: Option<&Tail>,
        head: Head,
        index: impl FnOnce() -> Option<Seq>,
    ) -> Result<()> {
        if let (Some(marked), Some(found)) = (self.marked, self.other) {
            return Err(Error::Damaged {
                path: super::segment::folder(data),
                what: format!(
                    "event {} has hash {found}, at the last clean stop it had {}: this is another journal",
                    marked.seq, marked.hash
                ),
            });
        }
        let mark = self.marked.map(|mark| (mark.seq, "mark of the last clean stop"));
        let index = match tail {
            Some(_) => index().map(|seq| (seq, "the index")),
            None => None,
        };
        let Some((acknowledged, witness)) = mark.into_iter().chain(index).max_by_key(|&(seq, _)| seq) else {
            return Ok(());
        };
        match tail {
            Some(tail) if acknowledged >= tail.batch => Err(Error::Rot {
                place: tail.at.clone(),
                reason: format!(
                    "{}; event {acknowledged} had been acknowledged ({witness})",
                    tail.reason
                ),
            }),
            None if acknowledged > head.seq => Err(Error::LostAcknowledged {
                folder: data.to_owned(),
                ends: head.seq,
                acknowledged,
                witness,
            }),
            _ => Ok(()),
        }
    }
}
