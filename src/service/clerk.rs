//! The clerk: the one thread that decides, writes and only then lets anybody see.
//!
//! Knows: the order of things in a turn. Must not know: rules (the ledger), meanings (the desk), bytes on disk.
//!
//! A turn takes everything that waits, decides it against its own ledger, writes it as one batch with one
//! fdatasync, and then publishes: sounds, ledger, screen, answers. If the disk is full the turn is undone as if it
//! had never been, by taking the published ledger back. If fdatasync fails, the desk stops.

use super::intake::{Intake, Reply};
use super::keys::Keys;
use super::limit::Limit;
use super::pens::Pens;
use super::shown::Shown;
use super::turn::Turn;
use crate::clock::{Clock, Moment, Trust};
use crate::cue::Cue;
use crate::desk::{Desk, Input, Outcome};
use crate::ledger::{Event, Ledger, Policy, Seq};
use crate::store::{Draft, Error as StoreError, Need};
use crate::view::{Answer, No};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TryRecvError};
use std::time::{Duration, Instant};

/// Most inputs that share one fdatasync.
const MOST_IN_A_TURN: usize = 256;
/// Longest sleep between two looks at the clock.
const LONGEST_SLEEP: Duration = Duration::from_millis(1_000);
/// How often the disk is asked for its room. A write that finds none says so by itself.
const ROOM_ASKED: Duration = Duration::from_secs(1);
/// How long a stopped desk still answers with its refusal before the program ends.
const STOPPED_FOR: Duration = Duration::from_secs(15);

/// Why the clerk ended.
#[derive(Debug, PartialEq, Eq)]
pub enum Ended {
    /// Asked to.
    Closed,
    /// The disk refused; the program must be started anew.
    Stopped(String),
}

pub struct Clerk {
    pub(super) ledger: Ledger,
    pub(super) desk: Desk,
    pub(super) pens: Pens,
    pub(super) keys: Keys,
    pub(super) limit: Limit,
    pub(super) policy: Arc<Policy>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) shown: Arc<Shown>,
    pub(super) sound: SyncSender<Cue>,
    pub(super) low_space: bool,
    /// When the disk was asked for its room.
    pub(super) asked: Option<Instant>,
}

impl Clerk {
    /// Works until it is closed or the disk refuses.
    pub fn work(mut self, intake: &Receiver<Intake>) -> Ended {
        self.show(None);
        if let Err(error) = self.pens.make_room() {
            return self.stop(error.to_string(), intake);
        }
        loop {
            let mut waiting = match intake.recv_timeout(self.sleep()) {
                Ok(first) => vec![first],
                Err(RecvTimeoutError::Timeout) => Vec::new(),
                Err(RecvTimeoutError::Disconnected) => return self.close(),
            };
            while waiting.len() < MOST_IN_A_TURN {
                match intake.try_recv() {
                    Ok(next) => waiting.push(next),
                    Err(TryRecvError::Empty | TryRecvError::Disconnected) => break,
                }
            }
            self.shown.taken(waiting.len());
            let closing = waiting.iter().any(|input| matches!(input, Intake::Close));
            if let Err(error) = self.turn(waiting) {
                return self.stop(error.to_string(), intake);
            }
            if closing {
                return self.close();
            }
        }
    }

    fn sleep(&self) -> Duration {
        let desk = self.desk.next_tick(self.clock.now()).map(Duration::from_millis);
        desk.unwrap_or(LONGEST_SLEEP).min(LONGEST_SLEEP)
    }

    fn turn(&mut self, waiting: Vec<Intake>) -> Result<(), StoreError> {
        let desk = self.desk.clone();
        if self.asked.is_none_or(|asked| asked.elapsed() >= ROOM_ASKED) {
            self.low_space = self.pens.low_space();
            self.asked = Some(Instant::now());
        }
        let mut turn = self.decide_all(&waiting);
        let mut written = self.write(&turn);
        if matches!(written, Err(StoreError::NoSpace)) && !self.low_space {
            tracing::error!("the disk is full: returns only");
            // Nothing of this turn is on disk. Forget it, and try again what may still go.
            self.low_space = true;
            self.forget(desk.clone());
            turn = self.decide_all(&waiting);
            written = self.write(&turn);
        }
        if matches!(written, Err(StoreError::NoSpace)) {
            self.forget(desk);
            turn.fail(&No::NoSpace);
            let now = self.clock.now();
            self.desk.take(Input::NotWritten, &self.ledger, now);
            turn.cues.extend(self.desk.cue());
            written = Ok(());
        }
        written?;
        self.publish(turn, waiting);
        self.pens.make_room()
    }

    /// Decides everything that waits, each on top of the one before.
    fn decide_all(&mut self, waiting: &[Intake]) -> Turn {
        let mut turn = Turn {
            entries: Vec::with_capacity(waiting.len()),
            began: (!waiting.is_empty()).then(Instant::now),
            ..Turn::default()
        };
        for input in waiting {
            self.handle(input, &mut turn);
        }
        self.at_desk(Input::Tick, self.clock.now(), &mut turn);
        turn
    }

    /// Takes back everything since the last publication.
    fn forget(&mut self, desk: Desk) {
        self.ledger = self.shown.ledger().clone();
        self.desk = desk;
    }

    fn write(&mut self, turn: &Turn) -> Result<(), StoreError> {
        if turn.entries.is_empty() {
            return Ok(());
        }
        let lends = turn
            .entries
            .iter()
            .any(|entry| matches!(entry.event, Event::CheckedOut { .. }));
        let need = if lends { Need::Ordinary } else { Need::Return };
        let began = Instant::now();
        let written = self.pens.write(&turn.entries, need);
        self.shown.meter().written(began.elapsed());
        written
    }

    /// Everything is on disk: now it may be seen.
    fn publish(&mut self, turn: Turn, waiting: Vec<Intake>) {
        self.sound(&turn.cues);
        if !turn.aside.is_empty() {
            self.pens.set_aside(&turn.aside, self.clock.now());
            self.shown.set_unknown(self.pens.unknown());
        }
        if !turn.entries.is_empty() {
            self.shown.apply(&turn.entries, &self.pens.head());
        }
        self.shown.set_low_space(self.low_space);
        self.shown
            .set_clock_doubtful(self.trust(self.clock.now()) != Trust::Ok);
        self.show(turn.cues.last().copied());
        for (input, answer) in waiting.into_iter().zip(turn.answers) {
            input.answer(answer);
        }
        self.pens.follow(&turn.entries);
        self.shown.meter().turned(turn.began.map(|began| began.elapsed()));
    }

    /// The sounds of what is on disk, here and at the readers.
    fn sound(&self, cues: &[Cue]) {
        // A full queue of sounds means that too many wait already.
        let _ = cues.iter().try_for_each(|cue| self.sound.try_send(*cue));
        self.shown.sound(cues);
    }

    /// Publishes the screen of this moment, if it is a new one; `cue` is the sound that it carries to browsers.
    fn show(&mut self, cue: Option<Cue>) {
        let now = self.clock.now();
        if let Some(screen) = self.desk.show(&self.ledger, now, cue) {
            self.shown.show(screen);
        }
    }

    /// How far the clock may be believed at this moment.
    pub(super) fn trust(&self, now: Moment) -> Trust {
        super::trust(now, self.ledger.now)
    }

    /// One event for the batch of this turn; the clerk's own ledger has it at once.
    pub(super) fn record(&mut self, draft: Draft, turn: &mut Turn) -> Seq {
        let seq = self.ledger.seq + 1;
        let batch = turn.entries.first().map_or(seq, |first| first.seq);
        let entry = draft.numbered(seq, batch);
        self.ledger.apply(&entry);
        turn.entries.push(entry);
        seq
    }

    /// Gives something to the desk and carries out what it asks for, until it asks for nothing more.
    pub(super) fn at_desk(&mut self, input: Input, now: Moment, turn: &mut Turn) {
        let mut order = self.desk.take(input, &self.ledger, now);
        while let Some(wanted) = order {
            let outcome = match self.carry_out(&wanted.command, &wanted.by, now, turn) {
                Ok(carried) => Outcome::Done {
                    entries: carried.entries(turn),
                    notices: carried.notices,
                },
                Err(refusal) => Outcome::Refused(refusal),
            };
            order = self.desk.hear(outcome, &self.ledger, now);
        }
        turn.cues.extend(self.desk.cue());
    }

    /// The disk refused: say so for a while, answer nobody with success, and end.
    fn stop(mut self, why: String, intake: &Receiver<Intake>) -> Ended {
        tracing::error!(error = %why, "the journal could not be written; the desk stops");
        self.ledger = self.shown.ledger().clone();
        let now = self.clock.now();
        self.desk.take(Input::Stopped, &self.ledger, now);
        self.shown.stop();
        self.sound(&[Cue::Refused]);
        self.show(Some(Cue::Refused));
        let until = Instant::now() + STOPPED_FOR;
        while let Some(left) = until.checked_duration_since(Instant::now()) {
            match intake.recv_timeout(left) {
                Ok(Intake::Close) | Err(_) => break,
                Ok(input) => input.answer(Some(Reply::Wish(Err(No::Stopped)))),
            }
        }
        Ended::Stopped(why)
    }

    fn close(self) -> Ended {
        let held_back = self.limit.held_back();
        if held_back > 0 {
            tracing::info!(
                held_back,
                "repeated refusals and unknown tags that were not written down"
            );
        }
        match self.pens.close() {
            Ok(()) => Ended::Closed,
            Err(error) => Ended::Stopped(error.to_string()),
        }
    }

    pub(super) fn remembered(&self, key: Option<&str>, order: u64) -> Option<Answer> {
        key.and_then(|key| self.keys.answer(key, order))
    }
}
