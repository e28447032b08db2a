//! Reading a journal without being its writer: reports, exports, histories; also while the daemon runs.
//!
//! Knows: the last whole batch is the end. Must not know: locks, who asks.

use super::chunk::{DECODERS, UNHURRIED};
use super::error::{Doing, Error, LineAt, Result};
use super::files::ReadFile;
use super::lock;
use super::record::{Head, Line, MAX_LINE_BYTES, RecordError, VERSION, decode};
use super::scan::{Located, Position, scan};
use super::segment::{self, Place};
use crate::ledger::Seq;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

/// Reads a journal and changes nothing.
#[derive(Clone, Debug)]
pub struct JournalReader {
    folder: PathBuf,
}

impl JournalReader {
    /// The journal of a data folder; an error if there is no data folder or a newer one.
    pub fn of(data: &Path) -> Result<Self> {
        lock::check_readable(data)?;
        Ok(Self {
            folder: segment::folder(data),
        })
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Every event of every whole batch, in order, until `sink` breaks; gives the head that was reached.
    ///
    /// What stands behind the last whole batch is being written, or was never finished: it is not there.
    pub fn read(&self, mut sink: impl FnMut(Located) -> ControlFlow<()>) -> Result<Head> {
        let mut head = Head::EMPTY;
        scan(&self.folder, DECODERS, Position::START, Seq::MAX, |located| {
            head = Head {
                seq: located.entry.seq,
                hash: located.hash,
            };
            sink(located)
        })?;
        Ok(head)
    }

    /// Reads on from a place between two batches, until the batch that reaches `until` or until `sink` breaks;
    /// on this thread alone, which takes twice as long.
    pub fn read_from(
        &self,
        from: Position,
        until: Seq,
        sink: impl FnMut(Located) -> ControlFlow<()>,
    ) -> Result<Position> {
        Ok(scan(&self.folder, UNHURRIED, from, until, sink)?.position)
    }

    /// The one line that stands at a place; its hash is checked, the chain is not.
    pub fn line_at(&self, place: Place) -> Result<Line> {
        let path = segment::path(&self.folder, place.file);
        let file = ReadFile::open(&path).doing("open", &path)?;
        let mut bytes = vec![0; 1024];
        loop {
            let read = file.read_at(&mut bytes, place.offset).doing("read", &path)?;
            let found = bytes.get(..read).unwrap_or_default();
            let line = match found.iter().position(|&b| b == b'\n') {
                Some(end) => decode(found.get(..end).unwrap_or_default()),
                None if read < bytes.len() => Err(RecordError::NoLineEnd),
                None if bytes.len() > MAX_LINE_BYTES => Err(RecordError::TooLong),
                None => {
                    bytes.resize(bytes.len().saturating_mul(8), 0);
                    continue;
                }
            };
            return line.map_err(|error| match error {
                RecordError::Newer { found } => Error::NewerLine {
                    place: LineAt { file: path, line: 0 },
                    found,
                    known: VERSION,
                },
                error => Error::Damaged {
                    path,
                    what: format!("at byte {}: {error}", place.offset),
                },
            });
        }
    }
}
