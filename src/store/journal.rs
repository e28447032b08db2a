//! The journal: the truth. It only grows, and what it has answered for is on disk.
//!
//! Knows: numbering, batches, one write and one fdatasync for each. Must not know: why an event was allowed.
//!
//! Lines are written over blanks that were put there and made durable beforehand, so that the file system has nothing
//! to note down but the line itself: fdatasync then takes one write of the disk instead of several.
//!
//! After a failed fdatasync nobody knows what the disk holds: the journal takes nothing more until a restart.
//! A full disk is different: the write's tail is cut off again and the journal stands as before.

use super::chunk::DECODERS;
use super::clean::CleanMark;
use super::error::{Doing, Error, LineAt, Result};
use super::files::{self, LogFile};
use super::lock::DataFolder;
use super::record::{Draft, Head, ROOM, encode, is_room};
use super::scan::{Position, Tail, scan};
use super::segment;
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

/// What an interrupted write left behind, and where it was put.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Torn {
    /// The first broken line.
    pub at: LineAt,
    pub reason: String,
    /// First sequence of the batch that was cut; it had never been acknowledged.
    pub batch: Seq,
    /// The file that has the cut bytes now.
    pub kept: PathBuf,
    pub bytes: u64,
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
    /// The file that is written; none before the first event.
    file: Option<LogFile>,
    /// Where the next line goes.
    len: u64,
    /// Length of the file with its room; never less than `len`.
    end: u64,
    poisoned: bool,
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
        let marked = mark.read()?;
        let mut other = None;
        let scanned = scan(disk, &folder, DECODERS, Position::START, Seq::MAX, |located| {
            if let Some(marked) = marked
                && marked.seq == located.entry.seq
                && marked.hash != located.hash
            {
                other = Some(located.hash);
            }
            sink(located.entry);
            ControlFlow::Continue(())
        })?;
        let Position { next, head, .. } = scanned.position;
        // Behind an interrupted write everything is cut off, the room too.
        let end = match scanned.tail {
            Some(_) => next.offset,
            None => scanned.end.max(next.offset),
        };
        if let (Some(marked), Some(found)) = (marked, other) {
            return Err(Error::Damaged {
                path: folder,
                what: format!(
                    "event {} has hash {found}, at the last clean stop it had {}: this is another journal",
                    marked.seq, marked.hash
                ),
            });
        }
        check_acknowledged(data, scanned.tail.as_ref(), head, marked)?;

        let torn = match scanned.tail {
            Some(tail) => Some(set_aside(data, &folder, tail, now)?),
            None => None,
        };
        mark.take_away()?;
        let file = segment::path(&folder, next.file);
        let file = match files::exists(disk, &file).doing("look at", &file)? {
            true => Some(LogFile::open(disk, &file).doing("open", file)?),
            false => None,
        };
        let journal = Self {
            data: data.clone(),
            folder,
            limits,
            head,
            file,
            len: next.offset,
            end,
            poisoned: false,
            buffer: Vec::new(),
        };
        journal.refill_reserve()?;
        Ok(Opened {
            journal,
            clean: marked == Some(head) && torn.is_none(),
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
        self.poisoned
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
        if self.poisoned {
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
        let next = self.next_seq();
        let full = self.len >= self.limits.file;
        if self.file.is_none() || full {
            // Only the last file may have room: else its blanks would stand in the midst of the journal.
            self.take_room_back()?;
            let path = segment::path(&self.folder, next);
            match LogFile::create(&**self.data.disk(), &path) {
                Ok(file) => {
                    self.file = Some(file);
                    (self.len, self.end) = (0, 0);
                }
                Err(error) if files::is_no_space(&error) => {
                    // The name may be there and not durable; without it the journal stands as before.
                    files::remove(&**self.data.disk(), &path).doing("remove", path)?;
                    return Err(Error::NoSpace);
                }
                Err(error) => {
                    self.poisoned = true;
                    return Err(error).doing("create", path);
                }
            }
        }
        let Some(file) = &self.file else {
            return Err(Error::Poisoned);
        };
        if let Err(error) = file.write_at(bytes, self.len) {
            let cut = file.cut(self.len);
            self.end = self.len;
            return match cut {
                Ok(()) if files::is_no_space(&error) => Err(Error::NoSpace),
                _ => {
                    self.poisoned = true;
                    Err(error).doing("write", file.path())
                }
            };
        }
        if let Err(source) = file.sync_data() {
            self.poisoned = true;
            return Err(Error::Fsync {
                path: file.path().to_owned(),
                source,
            });
        }
        // Costs a hundredth of the sync, and is the only sign that somebody has deleted the folder under us.
        let named = file.has_name();
        if !matches!(named, Ok(true)) {
            self.poisoned = true;
            named.doing("look at", file.path())?;
            return Err(Error::Removed {
                path: file.path().to_owned(),
            });
        }
        self.len = self.len.saturating_add(bytes.len() as u64);
        self.end = self.end.max(self.len);
        Ok(())
    }

    /// Makes room for the next lines if little is left; for a moment in which nobody waits. On a tight disk there is
    /// just no room, and lines are appended.
    ///
    /// # Errors
    /// A failed sync: as after one of a line, nothing more is taken until a restart.
    pub fn make_room(&mut self) -> Result<()> {
        let left = self.end.saturating_sub(self.len);
        let (Some(file), false) = (&self.file, self.poisoned) else {
            return Ok(());
        };
        let spare = self.limits.floor.saturating_add(self.limits.room);
        // Written so that the disk is asked for its room last, and one that cannot be asked has none.
        let wanted = left <= self.limits.room / 4 && self.len < self.limits.file;
        if !wanted || self.free().map_or(true, |free| free < spare) {
            return Ok(());
        }
        let blanks = vec![ROOM; usize::try_from(self.limits.room - left).unwrap_or(0)];
        if let Err(error) = file.write_at(&blanks, self.end) {
            return match file.cut(self.end) {
                Ok(()) if files::is_no_space(&error) => Ok(()),
                _ => {
                    self.poisoned = true;
                    Err(error).doing("write", file.path())
                }
            };
        }
        if let Err(source) = file.sync_data() {
            self.poisoned = true;
            return Err(Error::Fsync {
                path: file.path().to_owned(),
                source,
            });
        }
        self.end = self.len.saturating_add(self.limits.room);
        Ok(())
    }

    /// Leaves the file with lines and nothing else.
    fn take_room_back(&mut self) -> Result<()> {
        let (Some(file), true) = (&self.file, self.end > self.len) else {
            return Ok(());
        };
        if let Err(source) = file.cut(self.len).and_then(|()| file.sync_all()) {
            self.poisoned = true;
            return Err(Error::Fsync {
                path: file.path().to_owned(),
                source,
            });
        }
        self.end = self.len;
        Ok(())
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

    fn reserve_path(&self) -> PathBuf {
        self.data.path().join("reserve")
    }

    /// Takes the reserve where there is none and the disk can spare it. On a tight disk there is just no reserve.
    fn refill_reserve(&self) -> Result<()> {
        let path = self.reserve_path();
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
        let path = self.reserve_path();
        files::remove(&**self.data.disk(), &path).doing("release", path)
    }

    /// Marks the stop as clean. To be called last, when the index is closed; does nothing after a failure.
    pub fn close(mut self) -> Result<()> {
        if self.poisoned {
            return Ok(());
        }
        self.take_room_back()?;
        match CleanMark::of(&self.data).set(self.head) {
            // Without the mark the next start looks a little closer; nothing is lost.
            Err(Error::NoSpace) => Ok(()),
            Err(Error::Io { source, .. }) if files::is_no_space(&source) => Ok(()),
            done => done,
        }
    }
}

/// Refuses to lose what had been acknowledged: the mark and the index are witnesses.
fn check_acknowledged(
    data: &DataFolder,
    tail: Option<&Tail>,
    head: Head,
    marked: Option<Head>,
) -> Result<()> {
    let mark = marked.map(|mark| (mark.seq, "mark of the last clean stop"));
    let index = match tail {
        Some(_) => super::index::witness(data).map(|seq| (seq, "the index")),
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
            folder: data.path().to_owned(),
            ends: head.seq,
            acknowledged,
            witness,
        }),
        _ => Ok(()),
    }
}

/// Moves the bytes of a broken batch out of the journal. They are copied, durably, before they are cut.
fn set_aside(data: &DataFolder, folder: &std::path::Path, tail: Tail, now: Moment) -> Result<Torn> {
    let disk = &**data.disk();
    let path = segment::path(folder, tail.start.file);
    let name = format!("torn-{}", now.local().strftime("%Y-%m-%dT%H-%M-%S"));
    let taken = files::names(disk, folder).doing("list", folder)?;
    let kept = (1..)
        .map(|n| {
            if n == 1 {
                name.clone()
            } else {
                format!("{name}-{n}")
            }
        })
        .find(|name| !taken.contains(name))
        .unwrap_or(name);
    let kept = folder.join(kept);
    // Room behind it is nothing to keep, and on a full disk there may be no place for it.
    let end = files::written_until(disk, &path, tail.start.offset, is_room).doing("read", &path)?;
    LogFile::open(disk, &path)
        .and_then(|file| file.cut(end))
        .doing("cut", &path)?;
    let copy = || files::copy_tail(disk, &path, tail.start.offset, &kept);
    let bytes = match copy() {
        // The reserve is for moments like this.
        Err(error) if files::is_no_space(&error) => {
            let reserve = data.path().join("reserve");
            files::remove(disk, &kept)
                .and_then(|_| files::remove(disk, &reserve))
                .and_then(|_| copy())
        }
        done => done,
    };
    let bytes = bytes.doing("set aside the end of", &path)?;
    LogFile::open(disk, &path)
        .and_then(|file| {
            file.cut(tail.start.offset)?;
            file.sync_all()
        })
        .doing("cut", path)?;
    Ok(Torn {
        at: tail.at,
        reason: tail.reason,
        batch: tail.batch,
        kept,
        bytes,
    })
}
