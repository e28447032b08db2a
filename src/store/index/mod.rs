//! The index: where in the journal the events of an item, a school, a day stand. Follows the journal on its own thread.
//!
//! Knows: when its projections may be believed. Must not know: what events mean for lending.
//!
//! It reads the journal's files up to the head that the clerk has told it, so it can never be ahead of what is
//! durable, and never in anybody's way. It is rebuilt after every unclean stop and at any doubt; until it has caught
//! up, the rest of an answer is read from the journal itself. So answers are always whole, only slower.

mod project;
mod shelf;
mod touch;
mod worker;

pub use project::Subject;

use super::error::{Error, Result};
use super::files;
use super::lock::DataFolder;
use super::reader::JournalReader;
use super::record::Head;
use super::scan::Position;
use crate::clock::Trust;
use crate::ledger::{Entry, Seq};
use jiff::civil::Date;
use project::{
    Nothing, Projection, block_key, day_key, event_behind, lines_of, position_of, seq_key, subject_prefix,
};
use shelf::{Applied, Shelf};
use std::collections::{BTreeSet, VecDeque};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// What the index is doing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IndexState {
    /// Opening and checking what is on disk.
    Checking,
    /// Reading the journal from its beginning; `applied` of `head` tells how far it has come.
    Rebuilding,
    /// Behind the clerk by milliseconds.
    Following,
    /// Not to be had for now; answers come from the journal. Tried again every half minute.
    Waiting {
        reason: String,
    },
    Stopped,
    /// There is none: the disk is not one that sled could use. Answers come from the journal.
    Absent,
}

/// The state of the index, to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexStatus {
    pub state: IndexState,
    /// The last event that the index has.
    pub applied: Seq,
    /// The last event that it should have.
    pub head: Seq,
    /// How often it was built anew since the start.
    pub rebuilds: u32,
}

impl IndexStatus {
    /// Events that the index is behind.
    pub fn lag(&self) -> u64 {
        self.head.saturating_sub(self.applied)
    }
}

/// A handle; clones speak of the same index.
#[derive(Clone)]
pub struct Index {
    shared: Arc<Shared>,
}

struct Shared {
    reader: JournalReader,
    desk: Mutex<Desk>,
    changed: Condvar,
}

/// What the clerk and the index's thread tell each other.
struct Desk {
    head: Head,
    state: IndexState,
    applied: Seq,
    rebuilds: u32,
    stop: bool,
    /// Only while it may be believed.
    shelf: Option<Shelf>,
    thread: Option<JoinHandle<()>>,
}

impl Index {
    /// Starts the thread that follows the journal. `clean`: the journal's last stop was in order.
    ///
    /// Below `floor` free bytes the index waits: sled must not meet a full disk. On a disk that sled cannot see there is
    /// no index and no thread; answers come from the journal.
    pub fn start(data: &DataFolder, head: Head, clean: bool, floor: u64) -> Result<Self> {
        let absent = !data.disk().is_real();
        let shared = Arc::new(Shared {
            reader: JournalReader::beside(data),
            desk: Mutex::new(Desk {
                head,
                state: if absent {
                    IndexState::Absent
                } else {
                    IndexState::Checking
                },
                applied: 0,
                rebuilds: 0,
                stop: false,
                shelf: None,
                thread: None,
            }),
            changed: Condvar::new(),
        });
        if absent {
            return Ok(Self { shared });
        }
        let worker = worker::Worker::new(shared.clone(), data.clone(), clean, floor);
        let thread = std::thread::Builder::new().name("index".to_owned());
        let thread = thread.spawn(move || worker.run()).map_err(|source| Error::Io {
            doing: "start the thread of",
            path: data.path().join("index"),
            source,
        })?;
        shared.desk().thread = Some(thread);
        Ok(Self { shared })
    }

    /// Tells the index that the journal is durable up to `head`. Never waits.
    pub fn advance(&self, head: Head) {
        self.shared.desk().head = head;
        self.shared.changed.notify_all();
    }

    pub fn status(&self) -> IndexStatus {
        let desk = self.shared.desk();
        IndexStatus {
            state: desk.state.clone(),
            applied: desk.applied,
            head: desk.head.seq,
            rebuilds: desk.rebuilds,
        }
    }

    /// Waits until the index follows and has `seq`; false if it takes longer than `most`.
    pub fn wait_for(&self, seq: Seq, most: Duration) -> bool {
        let there = |desk: &Desk| desk.state == IndexState::Following && desk.applied >= seq;
        let waiting =
            |desk: &mut Desk| !there(desk) && !matches!(desk.state, IndexState::Stopped | IndexState::Absent);
        let waited = self
            .shared
            .changed
            .wait_timeout_while(self.shared.desk(), most, waiting);
        there(&waited.unwrap_or_else(PoisonError::into_inner).0)
    }

    /// Lets the index come up to the head, closes it, and ends its thread. To be called before [`super::Journal::close`].
    pub fn stop(&self) {
        let thread = {
            let mut desk = self.shared.desk();
            desk.stop = true;
            desk.thread.take()
        };
        self.shared.changed.notify_all();
        if let Some(thread) = thread {
            // The thread catches its panics; there is nothing to be told here.
            let _ = thread.join();
        }
    }

    /// The events that touch an item or a school, newest first: at most `limit`, only those before `before`.
    pub fn history(&self, subject: &Subject, limit: usize, before: Option<Seq>) -> Result<Vec<Entry>> {
        let before = before.unwrap_or(Seq::MAX);
        let (shelf, head) = self.shared.believed();
        let applied = applied_of(shelf.as_ref())?;
        let mut rest = VecDeque::new();
        self.walk(shelf.as_ref(), &applied, head, |entry, subjects| {
            if entry.seq < before && subjects.contains(subject) {
                rest.push_back(entry);
                if rest.len() > limit {
                    rest.pop_front();
                }
            }
        })?;
        let mut found: Vec<Entry> = rest.into_iter().rev().take(limit).collect();
        let Some(shelf) = shelf else { return Ok(found) };
        let prefix = subject_prefix(subject);
        let before = before.min(applied.head.seq.saturating_add(1));
        for block in shelf.backwards(prefix.clone(), block_key(&prefix, before)) {
            for (seq, place) in lines_of(&block?).rev().filter(|(seq, _)| *seq < before) {
                if found.len() >= limit {
                    return Ok(found);
                }
                let entry = self.shared.reader.line_at(place)?.entry;
                if entry.seq != seq {
                    return Err(Error::Index(format!(
                        "event {} stands where {seq} should",
                        entry.seq
                    )));
                }
                found.push(entry);
            }
        }
        Ok(found)
    }

    /// The first event of `day` or of a later one, by the effective time that never goes back.
    pub fn first_of_day(&self, day: Date) -> Result<Option<Seq>> {
        let (shelf, head) = self.shared.believed();
        let applied = applied_of(shelf.as_ref())?;
        if let Some(shelf) = &shelf
            && let Some(seq) = shelf.first_from(&day_key(day), b'd')?
        {
            return Ok(seq.as_ref().try_into().ok().map(u64::from_be_bytes));
        }
        let mut first = None;
        let mut latest = applied.day;
        self.walk(shelf.as_ref(), &applied, head, |entry, _| {
            if !matches!(entry.clock, Trust::Unset | Trust::Ahead)
                && latest.is_none_or(|latest| entry.at.date() > latest)
            {
                latest = Some(entry.at.date());
                if first.is_none() && entry.at.date() >= day {
                    first = Some(entry.seq);
                }
            }
        })?;
        Ok(first)
    }

    /// One event by its number.
    pub fn entry(&self, seq: Seq) -> Result<Option<Entry>> {
        let (shelf, head) = self.shared.believed();
        if seq == 0 || seq > head.seq {
            return Ok(None);
        }
        let near = match &shelf {
            Some(shelf) => project::Lookup::last_in(&shelf, &seq_key(0), &seq_key(seq - 1))?,
            None => None,
        };
        let position = near.map_or(Ok(Position::START), |(_, bytes)| position_of(&bytes))?;
        event_behind(&self.shared.reader, position, seq)
    }

    /// Compares the projections with ones made anew from the journal; says what differs. For tests and doubts.
    pub fn differs_from_rebuild(&self) -> Result<Option<String>> {
        let (Some(shelf), _) = self.shared.believed() else {
            return Ok(Some("there are no projections now".to_owned()));
        };
        compare(&shelf, &self.shared.reader)
    }

    /// The events behind `applied`, up to the head that was told last.
    fn walk(
        &self,
        shelf: Option<&Shelf>,
        applied: &Applied,
        head: Head,
        mut each: impl FnMut(Entry, &BTreeSet<Subject>),
    ) -> Result<()> {
        match shelf {
            Some(shelf) => {
                let projection =
                    Projection::upon(shelf, applied.day, &applied.position(), &self.shared.reader);
                walk(
                    &self.shared.reader,
                    projection,
                    applied.position(),
                    head,
                    &mut each,
                )
            }
            None => {
                let projection = Projection::upon(Nothing, None, &Position::START, &self.shared.reader);
                walk(&self.shared.reader, projection, Position::START, head, &mut each)
            }
        }
    }
}

fn applied_of(shelf: Option<&Shelf>) -> Result<Applied> {
    shelf.map_or(Ok(Applied::NOTHING), Shelf::applied)
}

fn walk<L: project::Lookup>(
    reader: &JournalReader,
    mut projection: Projection<'_, L>,
    from: Position,
    head: Head,
    each: &mut impl FnMut(Entry, &BTreeSet<Subject>),
) -> Result<()> {
    let mut failed = Ok(());
    reader.read_from(from, head.seq, |located| match projection.add(&located) {
        Ok(subjects) => {
            each(located.entry, &subjects);
            ControlFlow::Continue(())
        }
        Err(error) => {
            failed = Err(error);
            ControlFlow::Break(())
        }
    })?;
    failed
}

fn compare(shelf: &Shelf, reader: &JournalReader) -> Result<Option<String>> {
    let applied = shelf.applied()?;
    let mut projection = Projection::upon(Nothing, None, &Position::START, reader);
    let mut failed = Ok(());
    let end = reader.read_from(Position::START, applied.head.seq, |located| {
        match projection.add(&located) {
            Ok(_) => ControlFlow::Continue(()),
            Err(error) => {
                failed = Err(error);
                ControlFlow::Break(())
            }
        }
    })?;
    failed?;
    if end.head != applied.head {
        return Ok(Some(format!(
            "applied is {}, the journal has {}",
            applied.head, end.head
        )));
    }
    let sum = shelf.sum()?;
    if sum != applied.sum {
        return Ok(Some(format!(
            "the sum is {sum:x}, it should be {:x}",
            applied.sum
        )));
    }
    let mut expected = projection.new.iter();
    for pair in shelf.all() {
        let (key, value) = pair?;
        match expected.next() {
            Some((k, v)) if key == *k && value == *v => {}
            other => {
                let other = other.map(|(key, _)| String::from_utf8_lossy(key));
                let key = String::from_utf8_lossy(&key);
                return Ok(Some(format!("key {key:?} where a rebuild has {other:?}")));
            }
        }
    }
    Ok(expected
        .next()
        .map(|(key, _)| format!("key {:?} is missing", String::from_utf8_lossy(key))))
}

impl Shared {
    /// Nobody leaves the desk half changed; a panic elsewhere does not make it wrong.
    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn believed(&self) -> (Option<Shelf>, Head) {
        let desk = self.desk();
        (desk.shelf.clone(), desk.head)
    }
}

/// The folder of the index in a data folder.
fn folder(data: &Path) -> std::path::PathBuf {
    data.join("index")
}

/// The last sequence that an index left behind knows: it had been acknowledged. None if there is no answer.
pub(super) fn witness(data: &DataFolder) -> Option<Seq> {
    let folder = folder(data.path());
    if !data.disk().is_real() || !files::is_folder(&**data.disk(), &folder).ok()? {
        return None;
    }
    let applied = Shelf::open(&folder).and_then(|shelf| shelf.applied()).ok()?;
    Some(applied.head.seq)
}
