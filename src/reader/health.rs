//! How each reader is doing: state, counters, last words. For the page, the strip of the kiosk and the log.
//!
//! Knows: plain values and the board on which they hang. Must not know: how bytes are read or shown.

use super::port::Trouble;
use crate::{
    clock::Moment,
    ids::ReaderId,
    profile::{Family, Profile, Role},
    wire::Reject,
};
use serde::Serialize;
use std::{
    collections::{BTreeMap, VecDeque},
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

/// What a reader's line is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Never seen yet: the device is not plugged in, or the path is mistyped.
    Waiting,
    Open,
    /// Was open and is gone.
    Lost,
    Denied,
    Busy,
    /// Open; it was asked, and nothing comes back.
    Silent,
    /// Open; what comes makes no sense under its profile.
    Confused,
    /// There, and cannot be read for another reason.
    Failed,
}

impl State {
    pub const ALL: [State; 8] = [
        State::Waiting,
        State::Open,
        State::Lost,
        State::Denied,
        State::Busy,
        State::Silent,
        State::Confused,
        State::Failed,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            State::Waiting => "waiting",
            State::Open => "open",
            State::Lost => "lost",
            State::Denied => "denied",
            State::Busy => "busy",
            State::Silent => "silent",
            State::Confused => "confused",
            State::Failed => "failed",
        }
    }

    /// The key of its sentence in the Fluent bundles; what to do is under the same key with `-step`.
    pub fn key(self) -> &'static str {
        match self {
            State::Waiting => "reader-waiting",
            State::Open => "reader-works",
            State::Lost => "reader-lost",
            State::Denied => "reader-denied",
            State::Busy => "reader-busy",
            State::Silent => "reader-silent",
            State::Confused => "reader-confused",
            State::Failed => "reader-failed",
        }
    }

    /// Its sentence for the log and the command line: what is so, and what to do.
    pub fn advice(self) -> &'static str {
        match self {
            State::Waiting => "waiting for the device; is it plugged in, is the path right?",
            State::Open => "open",
            State::Lost => "unplugged; waiting for it to come back",
            State::Denied => "no permission; «formular readers explain» names the command that mends it",
            State::Busy => "another program holds the device; «formular readers explain» says which",
            State::Silent => {
                "asked, and nothing comes back; is it this model, has it power, is the speed right?"
            }
            State::Confused => {
                "what it sends makes no sense under its profile; is it this model, is the speed right?"
            }
            State::Failed => "the device cannot be read",
        }
    }

    /// The state to which a trouble leads, by whether the line has ever been open.
    pub fn after(trouble: &Trouble, was_open: bool) -> Self {
        match trouble {
            Trouble::Absent | Trouble::Gone | Trouble::Moved | Trouble::Silent(_) | Trouble::Hung => {
                match was_open {
                    true => State::Lost,
                    false => State::Waiting,
                }
            }
            Trouble::Denied => State::Denied,
            Trouble::Busy => State::Busy,
            Trouble::NotSerial | Trouble::Other(_) => State::Failed,
        }
    }
}

/// How many last words are kept per reader.
const MAX_WORDS: usize = 8;
/// How many unreadable bytes are shown.
pub(super) const MAX_SHOWN: usize = 32;

/// One reader's health at one moment; counters since the program started.
#[derive(Clone, Debug, Serialize)]
pub struct Health {
    pub reader: ReaderId,
    pub profile: String,
    pub family: Family,
    pub role: Role,
    pub path: PathBuf,
    pub state: State,
    /// Since when it is in this state.
    pub since: Moment,
    pub bytes: u64,
    /// Good frames, the repeats of a lying tag included.
    pub frames: u64,
    /// Frames that let a tag through as a scan.
    pub scans: u64,
    /// Scans that ended by silence: the scanner should get a suffix.
    pub scans_by_gap: u64,
    /// Rejected frames by reason, only those that happened.
    pub rejects: BTreeMap<&'static str, u64>,
    /// How often the line was lost, flapping included.
    pub losses: u64,
    /// Commands (poll, cue) that the reader did not take.
    pub unheard: u64,
    pub last_scan: Option<Moment>,
    /// The last happenings, oldest first.
    pub words: VecDeque<Word>,
    /// The last unreadable bytes, as hexadecimal, while nothing at all was readable since opening: a wrong profile
    /// or baud rate. Bytes of a reader that works are never kept: they are numbers of people's badges.
    pub unreadable: String,
}

/// One happening on a reader.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Word {
    pub at: Moment,
    pub text: String,
}

impl Health {
    fn new(reader: ReaderId, profile: &Profile, role: Role, path: &Path, now: Moment) -> Self {
        Self {
            reader,
            profile: profile.name.to_string(),
            family: profile.family,
            role,
            path: path.to_owned(),
            state: State::Waiting,
            since: now,
            bytes: 0,
            frames: 0,
            scans: 0,
            scans_by_gap: 0,
            rejects: BTreeMap::new(),
            losses: 0,
            unheard: 0,
            last_scan: None,
            words: VecDeque::new(),
            unreadable: String::new(),
        }
    }

    /// The key of its sentence in the Fluent bundles: that of the state, or of bytes that never made sense.
    pub fn key(&self) -> &'static str {
        match self.state {
            State::Open if !self.unreadable.is_empty() => "reader-confused",
            state => state.key(),
        }
    }

    pub(super) fn say(&mut self, at: Moment, text: String) {
        if self.words.len() >= MAX_WORDS {
            self.words.pop_front();
        }
        self.words.push_back(Word { at, text });
    }

    pub(super) fn reject(&mut self, reason: Reject) {
        *self.rejects.entry(reason.as_str()).or_default() += 1;
    }
}

/// Where the health of all readers hangs; a clone is the same board.
#[derive(Clone, Default)]
pub struct Board {
    entries: Arc<Mutex<BTreeMap<ReaderId, Arc<Mutex<Health>>>>>,
    version: Arc<AtomicU64>,
}

impl Board {
    /// A copy of every reader's health, by name.
    pub fn all(&self) -> Vec<Health> {
        lock(&self.entries)
            .values()
            .map(|entry| lock(entry).clone())
            .collect()
    }

    /// Counts changes of state, so that a strip is drawn anew only when something changed.
    pub fn version(&self) -> u64 {
        self.version.load(Ordering::Acquire)
    }

    pub(super) fn enter(
        &self,
        reader: ReaderId,
        profile: &Profile,
        role: Role,
        path: &Path,
        now: Moment,
    ) -> Entry {
        let health = Arc::new(Mutex::new(Health::new(reader.clone(), profile, role, path, now)));
        lock(&self.entries).insert(reader, health.clone());
        self.version.fetch_add(1, Ordering::AcqRel);
        Entry {
            health,
            version: self.version.clone(),
        }
    }
}

/// One reader's own line on the board.
pub(super) struct Entry {
    health: Arc<Mutex<Health>>,
    version: Arc<AtomicU64>,
}

impl Entry {
    pub fn with<R>(&self, change: impl FnOnce(&mut Health) -> R) -> R {
        change(&mut lock(&self.health))
    }

    /// Sets the state; says so once, not at each of the same.
    pub fn set(&self, state: State, now: Moment, why: &str) {
        self.with(|health| {
            let said = health.words.back().is_some_and(|word| word.text == why);
            if health.state == state && said {
                return;
            }
            if health.state != state {
                health.state = state;
                health.since = now;
            }
            health.say(now, why.to_owned());
            self.version.fetch_add(1, Ordering::AcqRel);
        });
    }
}

/// A panic elsewhere must not take the health page along.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
