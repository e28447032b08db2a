//! What everybody may see: the ledger of what is on disk, the latest screen, the readers' health.
//!
//! Knows: what is published, and how wishes reach the clerk. Must not know: rules, HTML.

use super::doorkeeper::Doorkeeper;
use super::fold;
use super::intake::{ImportJob, Imported, Intake, QUEUE, Waiting};
use super::meter::Meter;
use super::readers::Readers;
use super::roster::{RosterAnswer, RosterJob};
use super::timekeeper::Timekeeper;
use crate::clock::{Clock, Moment};
use crate::cue::Cue;
use crate::desk::Screen;
use crate::ids::ItemId;
use crate::ledger::{Believed, Entry, Ledger, Policy, Seq};
use crate::store::backup::BackupSettings;
use crate::store::{self, Index, IndexState, JournalReader, Subject};
use crate::view::{
    Answer, ArchiveError, Centre, Copies, Head, Health, No, Office, ReaderState, ReaderView, Role, SignedIn,
    Sounds, UnknownView, Vitals, Wish,
};
use smol_str::{SmolStr, ToSmolStr};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{SyncSender, TrySendError};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};
use tokio::sync::{broadcast, oneshot, watch};

/// Turns whose sounds a slow listener may fall behind by.
const TURNS_BEHIND: usize = 64;

/// Everything published. The clerk writes, everybody reads.
pub struct Shown {
    ledger: RwLock<Ledger>,
    head: RwLock<Head>,
    screen: watch::Sender<Arc<Screen>>,
    /// How the clerk reckons the time, and from what; a lock of its own, for who asks while he reads the ledger.
    time: RwLock<(Timekeeper, Believed)>,
    sounds: broadcast::Sender<Sounds>,
    readers: Readers,
    unknown: RwLock<Vec<UnknownView>>,
    waiting: AtomicUsize,
    vitals: Meter,
    stopped: AtomicBool,
    low_space: AtomicBool,
    clock_doubtful: AtomicBool,
    copies: RwLock<Copies>,
}

fn read<T>(lock: &RwLock<T>) -> RwLockReadGuard<'_, T> {
    lock.read().unwrap_or_else(PoisonError::into_inner)
}

impl Shown {
    pub fn new(
        ledger: Ledger,
        head: &store::Head,
        screen: Screen,
        time: Timekeeper,
        readers: Readers,
    ) -> Self {
        Self {
            head: RwLock::new(head_view(head)),
            screen: watch::Sender::new(Arc::new(screen)),
            time: RwLock::new((time, ledger.believed.clone())),
            ledger: RwLock::new(ledger),
            sounds: broadcast::Sender::new(TURNS_BEHIND),
            readers,
            unknown: RwLock::default(),
            waiting: AtomicUsize::new(0),
            vitals: Meter::default(),
            stopped: AtomicBool::new(false),
            low_space: AtomicBool::new(false),
            clock_doubtful: AtomicBool::new(false),
            copies: RwLock::default(),
        }
    }

    pub fn ledger(&self) -> RwLockReadGuard<'_, Ledger> {
        read(&self.ledger)
    }

    pub fn apply(&self, entries: &[Entry], head: &store::Head) {
        let mut ledger = self.ledger.write().unwrap_or_else(PoisonError::into_inner);
        entries.iter().for_each(|entry| ledger.apply(entry));
        *self.head.write().unwrap_or_else(PoisonError::into_inner) = head_view(head);
    }

    pub fn show(&self, screen: Arc<Screen>) {
        self.screen.send_replace(screen);
    }

    /// The sounds of a turn that is on disk.
    pub fn sound(&self, cues: &[Cue]) {
        let Some(last) = cues.last() else { return };
        // Nobody listens: then nobody hears it, and the picture says the same.
        let _ = self.sounds.send(cues.into());
        // Some readers have a buzzer, and it is the nearest to the hand; of many at once only the latest is worth it.
        self.readers.sound(*last);
        // Whoever was woken may stand in line behind this very thread, on its processor: the sound is waited for, and
        // what comes after it is not.
        std::thread::yield_now();
    }

    pub fn set_unknown(&self, unknown: Vec<UnknownView>) {
        *self.unknown.write().unwrap_or_else(PoisonError::into_inner) = unknown;
    }

    pub fn set_low_space(&self, low: bool) {
        self.low_space.store(low, Ordering::Relaxed);
    }

    /// How the clerk reckons the time and from what, and whether the clock is doubted.
    pub fn set_time(&self, time: &Timekeeper, believed: &Believed, doubtful: bool) {
        let mut known = self.time.write().unwrap_or_else(PoisonError::into_inner);
        *known = (time.clone(), believed.clone());
        self.clock_doubtful.store(doubtful, Ordering::Relaxed);
    }

    /// How it stands with the copies on a second disk.
    pub fn copies(&self) -> Copies {
        read(&self.copies).clone()
    }

    pub fn set_copies(&self, change: impl FnOnce(&mut Copies)) {
        change(&mut self.copies.write().unwrap_or_else(PoisonError::into_inner));
    }

    /// A school is at the desk.
    pub fn has_session(&self) -> bool {
        self.screen.borrow().sheet.session.is_some()
    }

    /// The clock is not believed.
    pub fn doubts_clock(&self) -> bool {
        self.clock_doubtful.load(Ordering::Relaxed)
    }

    /// The time that the house reckons with.
    pub fn now(&self) -> Moment {
        let known = read(&self.time);
        known.0.read(&known.1).now.at
    }

    pub fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }

    pub fn meter(&self) -> &Meter {
        &self.vitals
    }

    pub fn taken(&self, inputs: usize) {
        // Inputs of readers are not counted in: the count may only fall to zero.
        let _ = self
            .waiting
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |n| {
                Some(n.saturating_sub(inputs))
            });
    }

    pub fn readers(&self) -> &Readers {
        &self.readers
    }

    /// There are readers, and none of them works.
    pub fn all_readers_lost(&self) -> bool {
        let views = self.readers.views();
        !views.is_empty() && views.iter().all(|reader| reader.state != ReaderState::Works)
    }
}

fn percent(part: u64, whole: u64) -> u8 {
    u8::try_from(part.saturating_mul(100) / whole.max(1))
        .unwrap_or(100)
        .min(100)
}

fn head_view(head: &store::Head) -> Head {
    Head {
        seq: head.seq,
        hash: head.hash.to_smolstr(),
    }
}

/// The door: what pages, the control socket and the demo hold in their hands.
pub struct Door {
    pub shown: Arc<Shown>,
    pub intake: SyncSender<Intake>,
    pub clock: Arc<dyn Clock>,
    pub policy: Arc<Policy>,
    pub centre: Centre,
    pub journal: JournalReader,
    pub keys: Doorkeeper,
    /// Files beside the journal that could not be read, each with what to do.
    pub damaged: Vec<SmolStr>,
    pub index: Index,
    /// What the station's file says of copies.
    pub backup: BackupSettings,
    pub started: Moment,
    /// Where the journal lies, for a look at the room there.
    pub folder: PathBuf,
}

impl Door {
    /// Puts something into the clerk's queue; a full queue is a «busy» for the one who asks.
    pub fn put(&self, input: Intake) -> Result<(), Intake> {
        self.shown.waiting.fetch_add(1, Ordering::Relaxed);
        self.intake.try_send(input).map_err(|error| match error {
            TrySendError::Full(input) | TrySendError::Disconnected(input) => input,
        })
    }

    /// Reads files in and waits until they are on disk. Never to be called by the clerk or from async code.
    pub fn import(&self, job: ImportJob) -> Imported {
        let (waiting, answer) = Waiting::new();
        if self.put(Intake::Import(Box::new(job), waiting)).is_err() {
            return Err("the desk is busy; try again in a moment".into());
        }
        answer
            .blocking_recv()
            .unwrap_or_else(|_| Err("the desk has stopped".into()))
    }

    /// Asks something of the roster and waits until it is on disk. Never to be called by the clerk or from async code.
    pub fn roster(&self, job: RosterJob) -> RosterAnswer {
        let (waiting, answer) = Waiting::new();
        if self.put(Intake::Roster(job, waiting)).is_err() {
            return Err("the desk is busy; try again in a moment".into());
        }
        answer
            .blocking_recv()
            .unwrap_or_else(|_| Err("the desk has stopped".into()))
    }

    /// The time for keys: never earlier than what the journal has seen, so that a clock that was set back brings no
    /// old token to life.
    pub fn time_for_keys(&self) -> Moment {
        let now = self.clock.now();
        let seen = self.shown.ledger().now;
        seen.filter(|seen| seen.since_ms(now) > 0).unwrap_or(now)
    }

    fn archive_error(error: impl std::fmt::Display) -> ArchiveError {
        ArchiveError(error.to_string())
    }
}

impl Office for Door {
    fn now(&self) -> Moment {
        self.shown.now()
    }

    fn centre(&self) -> Centre {
        let mut centre = self.centre.clone();
        if centre.name.is_empty() {
            let ledger = self.shown.ledger();
            let school = ledger.schools.values().find(|school| school.school.centre);
            centre.name = school
                .map(|school| school.school.short_name.clone())
                .unwrap_or_default();
        }
        centre
    }

    fn policy(&self) -> Arc<Policy> {
        Arc::clone(&self.policy)
    }

    fn ledger(&self, look: &mut dyn FnMut(&Ledger)) {
        look(&self.shown.ledger());
    }

    fn head(&self) -> Head {
        read(&self.shown.head).clone()
    }

    fn post(&self, wish: Wish) -> oneshot::Receiver<Answer> {
        let (waiting, answer) = Waiting::new();
        let no = if self.shown.stopped.load(Ordering::Relaxed) {
            No::Stopped
        } else {
            No::Busy
        };
        if let Err(refused) = self.put(Intake::Wish(wish, waiting)) {
            refused.answer(Some(super::intake::Reply::Wish(Err(no))));
        }
        answer
    }

    fn screen(&self) -> watch::Receiver<Arc<Screen>> {
        self.shown.screen.subscribe()
    }

    fn sounds(&self) -> broadcast::Receiver<Sounds> {
        self.shown.sounds.subscribe()
    }

    fn readers(&self) -> Vec<ReaderView> {
        self.shown.readers.views()
    }

    fn unknown(&self) -> Vec<UnknownView> {
        read(&self.shown.unknown).clone()
    }

    fn health(&self) -> Health {
        let flag = |flag: &AtomicBool| flag.load(Ordering::Relaxed);
        let stopped = flag(&self.shown.stopped);
        let index = self.index.status();
        Health {
            ready: !stopped,
            stopped,
            low_space: flag(&self.shown.low_space),
            damaged: self.damaged.clone(),
            index_lag: index.lag(),
            rebuilding: matches!(index.state, IndexState::Rebuilding)
                .then(|| percent(index.applied, index.head)),
            clock_doubtful: flag(&self.shown.clock_doubtful),
            queue: self.shown.waiting.load(Ordering::Relaxed).min(QUEUE),
            copies: self.shown.copies(),
        }
    }

    fn vitals(&self) -> Vitals {
        self.shown.vitals.read(self.started, &self.folder)
    }

    fn role_of(&self, secret: &str) -> Option<Role> {
        self.keys.role_of(secret, self.time_for_keys())
    }

    fn sign_in(&self, secret: &str) -> Option<SignedIn> {
        self.keys.sign_in(secret, self.time_for_keys())
    }

    fn sign_out(&self, secret: &str) {
        self.keys.sign_out(secret);
    }

    fn history(&self, item: &ItemId, limit: usize, before: Option<Seq>) -> Result<Vec<Entry>, ArchiveError> {
        self.index
            .history(&Subject::Item(item.clone()), limit, before)
            .map_err(Self::archive_error)
    }

    fn as_of(&self, at: Moment) -> Result<(Arc<Ledger>, Head), ArchiveError> {
        let (ledger, head) = fold::prefix(&self.journal, Some(at)).map_err(Self::archive_error)?;
        Ok((Arc::new(ledger), head_view(&head)))
    }
}
