//! The journal: the truth. It only grows, and what it has answered for is on disk.
//!
//! Knows: numbering, batches, one write and one fdatasync for each. Must not know: why an event was allowed.
//!
//! How its bytes come to the disk is told in `tip`, what an interrupted write leaves behind in `torn`.

use super::chunk::DECODERS;
use super::clean::{CleanMark, Witness};
use super::error::{Doing, Error, Result};
use super::files::{self, LogFile};
use super::lock::DataFolder;
use super::record::{Draft, Head, encode};
use super::scan::{Position, scan};
use super::tip::Tip;
use super::torn::{self, Torn};
use super::{index, segment};
use crate::clock::Moment;
use crate::ledger::{Entry, Seq};
use std::ops::ControlFlow;
use std::path::PathBuf;

/// Sizes in bytes; the defaults are the product's, others are for tests.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// A file of the journal that has reached this takes no further batch.
    pub file: u64,
    /// Below this much free space only returns are taken.
    pub floor: u64,
    /// Room that is held so that returns still go on a full disk.
    pub reserve: u64,
    /// Blanks that the next lines are written over; made anew when less than a quarter is left.
    pub room: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file: 32 << 20,
            floor: 64 << 20,
            reserve: 4 << 20,
            room: 256 << 10,
        }
    }
}

/// Whether a batch may use up the last room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    Ordinary,
    /// A return: taken as long as a byte can be written.
    Return,
}

/// How much room the disk has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Space {
    Enough,
    /// Below the floor: only returns are taken.
    Low {
        free: u64,
    },
}

/// A journal that was just opened.
#[derive(Debug)]
pub struct Opened {
    pub journal: Journal,
    /// The last stop was in order and nothing came after it.
    pub clean: bool,
    pub torn: Option<Torn>,
}

/// The one writer of a data folder's journal.
#[derive(Debug)]
pub struct Journal {
    data: DataFolder,
    folder: PathBuf,
    limits: Limits,
    head: Head,
    tip: Tip,
    buffer: Vec<u8>,
}

impl Journal {
    /// Reads the whole journal, checks it, and gives every event to `sink` in order.
    ///
    /// The rest of an interrupted write is moved to `journal/torn-<now>`; damage is refused and nothing changed.
    pub fn open(data: &DataFolder, now: Moment, sink: impl FnMut(Entry)) -> Result<Opened> {
        Self::open_with(data, Limits::default(), now, sink)
    }

    pub fn open_with(
        data: &DataFolder,
        limits: Limits,
        now: Moment,
        mut sink: impl FnMut(Entry),
    ) -> Result<Opened> {
        let folder = segment::folder(data.path());
        let disk = &**data.disk();
        let mark = CleanMark::of(data);
        let mut witness = Witness::of(&mark)?;
        let scanned = scan(disk, &folder, DECODERS, Position::START, Seq::MAX, |located| {
            witness.see(located.entry.seq, located.hash);
            sink(located.entry);
            ControlFlow::Continue(())
        })?;
        let Position { next, head, .. } = scanned.position;
        // Behind an interrupted write everything is cut off, the room too.
        let end = match scanned.tail {
            Some(_) => next.offset,
            None => scanned.end.max(next.offset),
        };
        witness.check(data.path(), scanned.tail.as_ref(), head, || index::witness(data))?;

        let torn = match scanned.tail {
            Some(tail) => Some(torn::set_aside(data, &folder, tail, now)?),
            None => None,
        };
        mark.take_away()?;
        let path = segment::path(&folder, next.file);
        let tip = match files::exists(disk, &path).doing("look at", &path)? {
            true => Tip::of(LogFile::open(disk, &path).doing("open", path)?, next.offset, end),
            false => Tip::default(),
        };
        let journal = Self {
            data: data.clone(),
            folder,
            limits,
            head,
            tip,
            buffer: Vec::new(),
        };
        journal.refill_reserve()?;
        Ok(Opened {
            journal,
            clean: witness.marked() == Some(head) && torn.is_none(),
            torn,
        })
    }

    /// The last durable event and its hash.
    pub fn head(&self) -> Head {
        self.head
    }

    /// The number that the next event will have; also the batch of the next batch.
    pub fn next_seq(&self) -> Seq {
        self.head.seq.saturating_add(1)
    }

    /// True after a failed write or sync: nothing more is taken until a restart.
    pub fn is_poisoned(&self) -> bool {
        self.tip.is_poisoned()
    }

    /// Numbers the events as one batch and makes it durable: one write, one fdatasync. All or none.
    pub fn append(&mut self, drafts: impl IntoIterator<Item = Draft>, need: Need) -> Result<Vec<Entry>> {
        let batch = self.next_seq();
        let entries: Vec<Entry> = (batch..)
            .zip(drafts)
            .map(|(seq, draft)| draft.numbered(seq, batch))
            .collect();
        self.write(&entries, need)?;
        Ok(entries)
    }

    /// Makes one batch durable that was numbered from [`Journal::next_seq`] on. All or none.
    ///
    /// For a clerk who must apply one order before he can decide the next of the same batch. On an error he has to
    /// forget what he applied.
    pub fn write(&mut self, entries: &[Entry], need: Need) -> Result<Head> {
        if self.tip.is_poisoned() {
            return Err(Error::Poisoned);
        }
        if entries.is_empty() {
            return Ok(self.head);
        }
        let (bytes, head) = self.encode(entries)?;
        let written = self.write_bytes(&bytes, need);
        self.buffer = bytes;
        self.buffer.clear();
        written?;
        self.head = head;
        Ok(head)
    }

    fn encode(&mut self, entries: &[Entry]) -> Result<(Vec<u8>, Head)> {
        let mut bytes = std::mem::take(&mut self.buffer);
        let mut head = self.head;
        let batch = self.next_seq();
        for (n, entry) in entries.iter().enumerate() {
            let expected = head.seq.saturating_add(1);
            if entry.seq != expected || entry.batch != batch {
                return Err(Error::Misnumbered {
                    seq: entry.seq,
                    batch: entry.batch,
                    expected,
                });
            }
            let more = n + 1 < entries.len();
            let hash = encode(&mut bytes, entry, more, head.hash).map_err(|source| Error::Encode {
                what: "an event",
                source,
            })?;
            head = Head { seq: entry.seq, hash };
        }
        Ok((bytes, head))
    }

    fn write_bytes(&mut self, bytes: &[u8], need: Need) -> Result<()> {
        match self.try_write(bytes) {
            Err(Error::NoSpace) if need == Need::Return && self.release_reserve()? => self.try_write(bytes),
            done => done,
        }
    }

    fn try_write(&mut self, bytes: &[u8]) -> Result<()> {
        if self.tip.is_to_start(self.limits.file) {
            let path = segment::path(&self.folder, self.next_seq());
            self.tip.start(&**self.data.disk(), path)?;
        }
        self.tip.write(bytes)
    }

    /// Makes room for the next lines if little is left; for a moment in which nobody waits. On a tight disk there is
    /// just no room, and lines are appended.
    ///
    /// # Errors
    /// A failed sync: as after one of a line, nothing more is taken until a restart.
    pub fn make_room(&mut self) -> Result<()> {
        let Limits {
            file, floor, room, ..
        } = self.limits;
        if !self.tip.wants_room(room, file) {
            return Ok(());
        }
        // A disk that cannot be asked has none to spare.
        match self.free() {
            Ok(free) if free >= floor.saturating_add(room) => self.tip.make_room(room),
            _ => Ok(()),
        }
    }

    /// Asks the disk; below the floor loans should be refused and returns still taken.
    pub fn space(&self) -> Result<Space> {
        let free = self.free()?;
        if free < self.limits.floor {
            return Ok(Space::Low { free });
        }
        self.refill_reserve()?;
        Ok(Space::Enough)
    }

    fn free(&self) -> Result<u64> {
        let disk = self.data.disk();
        disk.free_bytes(&self.folder)
            .doing("look at the disk of", &self.folder)
    }

    /// Takes the reserve where there is none and the disk can spare it. On a tight disk there is just no reserve.
    fn refill_reserve(&self) -> Result<()> {
        let path = self.data.reserve();
        let disk = &**self.data.disk();
        if files::exists(disk, &path).doing("look at", &path)?
            || self.free()? < self.limits.floor.saturating_add(self.limits.reserve)
        {
            return Ok(());
        }
        match files::reserve(disk, &path, self.limits.reserve) {
            Err(error) if !files::is_no_space(&error) => Err(error).doing("reserve room in", path),
            _ => Ok(()),
        }
    }

    fn release_reserve(&self) -> Result<bool> {
        let path = self.data.reserve();
        files::remove(&**self.data.disk(), &path).doing("release", path)
    }

    /// Marks the stop as clean. To be called last, when the index is closed; does nothing after a failure.
    pub fn close(mut self) -> Result<()> {
        if self.tip.is_poisoned() {
            return Ok(());
        }
        self.tip.take_room_back()?;
        match CleanMark::of(&self.data).set(self.head) {
            // Without the mark the next start looks a little closer; nothing is lost.
            Err(Error::Io { source, .. }) if files::is_no_space(&source) => Ok(()),
            done => done,
        }
    }
}
