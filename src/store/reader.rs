//! Reading a journal without being its writer: reports, exports, histories; also while the daemon runs.
//!
//! Knows: the last whole batch is the end. Must not know: locks, who asks.

use super::chunk::{DECODERS, UNHURRIED};
use super::clean::{CleanMark, Witness};
use super::disk::{Disk, RealDisk};
use super::error::{Doing, Error, LineAt, Result};
use super::files::ReadFile;
use super::lock::{self, DataFolder};
use super::record::{Head, Line, MAX_LINE_BYTES, RecordError, VERSION, decode};
use super::scan::{Located, Position, Tail, scan};
use super::segment::{self, Place};
use crate::ledger::Seq;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// How far a reading came.
#[derive(Debug)]
pub struct Extent {
    /// The last event that was given.
    pub head: Head,
    /// Behind its batch.
    pub position: Position,
    /// What stands behind the last whole batch: it is being written, or was interrupted. It counts for nothing.
    pub unfinished: Option<Tail>,
}

/// Reads a journal and changes nothing.
#[derive(Clone, Debug)]
pub struct JournalReader {
    disk: Arc<dyn Disk>,
    folder: PathBuf,
}

impl JournalReader {
    /// The journal of a data folder; an error if there is no data folder or a newer one.
    pub fn of(data: &Path) -> Result<Self> {
        Self::on(RealDisk::shared(), data)
    }

    /// The same on any disk.
    pub fn on(disk: Arc<dyn Disk>, data: &Path) -> Result<Self> {
        lock::check_readable(&*disk, data)?;
        Ok(Self {
            disk,
            folder: segment::folder(data),
        })
    }

    /// The journal of a folder that is open for writing; does not hold its lock.
    pub fn beside(data: &DataFolder) -> Self {
        Self {
            disk: data.disk().clone(),
            folder: segment::folder(data.path()),
        }
    }

    pub(super) fn disk(&self) -> &dyn Disk {
        &*self.disk
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Every event of every whole batch, in order, until `sink` breaks.
    ///
    /// # Errors
    /// Damage. Also a journal that lacks what it had at the last clean stop, unless `sink` broke before its end.
    pub fn read(&self, sink: impl FnMut(Located) -> ControlFlow<()>) -> Result<Extent> {
        self.whole(DECODERS, sink)
    }

    /// The same on this thread alone, which takes twice as long.
    pub(super) fn read_unhurried(&self, sink: impl FnMut(Located) -> ControlFlow<()>) -> Result<Extent> {
        self.whole(UNHURRIED, sink)
    }

    fn whole(&self, decoders: usize, mut sink: impl FnMut(Located) -> ControlFlow<()>) -> Result<Extent> {
        let data = self.folder.parent().unwrap_or(&self.folder);
        let mut witness = Witness::of(&CleanMark::beside(&self.disk, data))?;
        let mut broke = false;
        let mut head = Head::EMPTY;
        let start = Position::START;
        let scanned = scan(&*self.disk, &self.folder, decoders, start, Seq::MAX, |located| {
            witness.see(located.entry.seq, located.hash);
            head = Head {
                seq: located.entry.seq,
                hash: located.hash,
            };
            let flow = sink(located);
            broke = flow.is_break();
            flow
        })?;
        if !broke {
            witness.check(data, scanned.tail.as_ref(), head, || None)?;
        }
        Ok(Extent {
            head,
            position: scanned.position,
            unfinished: scanned.tail.filter(|_| !broke),
        })
    }

    /// Reads on from a place between two batches, until the batch that reaches `until` or until `sink` breaks;
    /// on this thread alone, which takes twice as long.
    pub fn read_from(
        &self,
        from: Position,
        until: Seq,
        sink: impl FnMut(Located) -> ControlFlow<()>,
    ) -> Result<Position> {
        Ok(scan(&*self.disk, &self.folder, UNHURRIED, from, until, sink)?.position)
    }

    /// The one line that stands at a place; its hash is checked, the chain is not.
    pub fn line_at(&self, place: Place) -> Result<Line> {
        let path = segment::path(&self.folder, place.file);
        let file = ReadFile::open(&*self.disk, &path).doing("open", &path)?;
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
