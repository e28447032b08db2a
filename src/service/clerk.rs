//! The clerk: the one who decides, writes and only then lets anybody see.
//!
//! Knows: the order of things in a turn. Must not know: rules (the ledger), meanings (the desk), bytes on disk,
//! threads: [`Clerk::turn`] is a step that anybody may take, and `at_work` takes one after the other.
//!
//! A turn takes everything that waits, decides it against its own ledger, writes it as one batch with one
//! fdatasync, and then publishes: sounds, ledger, screen, answers. If the disk is full the turn is undone as if it
//! had never been, by taking the published ledger back, and tried with less. If fdatasync fails, the desk stops.

use super::intake::Intake;
use super::keys::Keys;
use super::limit::Limit;
use super::pens::Pens;
use super::shown::Shown;
use super::timekeeper::{Reading, Timekeeper};
use super::turn::{Taken, Turn};
use crate::clock::Trust;
use crate::cue::Cue;
use crate::desk::{Desk, Doubt, Input, Outcome};
use crate::ledger::{By, Command, Event, How, Ledger, Policy, Rules, Seq};
use crate::store::{Draft, Error as StoreError, Head, Need};
use crate::view::{Answer, No};
use std::sync::Arc;
use std::sync::mpsc::SyncSender;
use std::time::Instant;

/// How often the disk is asked for its room. A write that finds none says so by itself.
const ROOM_ASKED_MS: u64 = 1_000;

pub struct Clerk {
    pub(super) ledger: Ledger,
    pub(super) desk: Desk,
    pub(super) pens: Pens,
    pub(super) keys: Keys,
    pub(super) limit: Limit,
    pub(super) rules: Rules,
    pub(super) policy: Arc<Policy>,
    pub(super) time: Timekeeper,
    /// The time of the input in hand.
    pub(super) seen: Reading,
    /// What the desk was told of the clock.
    pub(super) doubt: Option<Doubt>,
    pub(super) shown: Arc<Shown>,
    pub(super) sound: SyncSender<Cue>,
    pub(super) taken: Taken,
    /// When the disk was asked for its room, in steady milliseconds.
    pub(super) asked: Option<u64>,
}

/// What a turn begins with, and returns to if it could not be written.
struct Before {
    desk: Desk,
    time: Timekeeper,
    doubt: Option<Doubt>,
    limit: Limit,
}

impl Clerk {
    /// One turn: takes what waits, writes it, shows it, answers it. With nothing that waits, lets time pass.
    ///
    /// # Errors
    /// The disk refused, and nobody knows what is on it: nothing was shown, and this clerk must take no other turn
    /// but be [`Clerk::halt`]ed.
    pub fn turn(&mut self, waiting: Vec<Intake>) -> Result<(), StoreError> {
        self.seen = self.time.look(&self.ledger.believed);
        let before = Before {
            desk: self.desk.clone(),
            time: self.time.clone(),
            doubt: self.doubt,
            limit: self.limit.clone(),
        };
        self.ask_for_room();
        let mut turn = self.decide_all(&waiting);
        let mut written = self.write(&turn);
        while let (Err(StoreError::NoSpace), Some(less)) = (&written, self.taken.less()) {
            tracing::error!(taken = ?less, "the disk is full");
            // Nothing of this turn is on disk. Forget it, and try again what may still go.
            self.taken = less;
            self.forget(&before);
            turn = self.decide_all(&waiting);
            written = self.write(&turn);
        }
        if matches!(written, Err(StoreError::NoSpace)) {
            self.forget(&before);
            turn.fail(&No::NoSpace);
            self.desk.take(Input::NotWritten, &self.ledger, self.seen.now);
            turn.cues.extend(self.desk.cue());
            written = Ok(());
        }
        written?;
        self.publish(turn, waiting);
        self.pens.make_room()
    }

    fn ask_for_room(&mut self) {
        let now = self.seen.now.steady_ms;
        if self
            .asked
            .is_none_or(|asked| now.saturating_sub(asked) >= ROOM_ASKED_MS)
        {
            self.taken = match self.pens.low_space() {
                true => Taken::NoLoans,
                false => Taken::All,
            };
            self.asked = Some(now);
        }
    }

    /// Decides everything that waits, each on top of the one before.
    fn decide_all(&mut self, waiting: &[Intake]) -> Turn {
        let mut turn = Turn {
            entries: Vec::with_capacity(waiting.len()),
            began: (!waiting.is_empty()).then(Instant::now),
            ..Turn::default()
        };
        for input in waiting {
            self.look(&mut turn);
            self.handle(input, &mut turn);
        }
        self.look(&mut turn);
        self.at_desk(Input::Tick, &mut turn);
        turn
    }

    /// Looks at the clock for the next input.
    fn look(&mut self, turn: &mut Turn) {
        self.seen = self.time.look(&self.ledger.believed);
        let trust = self.seen.trust;
        if trust == Trust::Ok && !self.ledger.believed.undated.is_empty() {
            self.clock_came_right(turn);
        }
        let doubt = trust.is_doubt().then(|| Doubt {
            shows: self.seen.wall.date(),
            can_be_right: trust != Trust::Unset,
        });
        if self.doubt != doubt {
            self.doubt = doubt;
            self.at_desk(Input::Clock(doubt), turn);
        }
    }

    /// Loans were made while nobody knew the day; if they would be late at once, they get the dates of this day.
    fn clock_came_right(&mut self, turn: &mut Turn) {
        let by = By {
            how: How::System,
            ..By::default()
        };
        let date = self.seen.wall.date();
        // That there is nothing to be put right is no fault.
        let _ = self.carry_out(&Command::ConfirmClock { date }, &by, turn);
    }

    /// Takes back everything since the last publication.
    fn forget(&mut self, before: &Before) {
        self.ledger = self.shown.ledger().clone();
        self.desk = before.desk.clone();
        self.time = before.time.clone();
        self.doubt = before.doubt;
        self.limit = before.limit.clone();
    }

    fn write(&mut self, turn: &Turn) -> Result<(), StoreError> {
        if turn.entries.is_empty() {
            return Ok(());
        }
        let has = |wanted: fn(&Event) -> bool| turn.entries.iter().any(|entry| wanted(&entry.event));
        let lends = has(|event| matches!(event, Event::CheckedOut { .. }));
        let returns = has(|event| matches!(event, Event::Returned { .. }));
        // The last room is for returns: neither a loan nor a pupil with a scanner may use it up.
        let need = match returns && !lends {
            true => Need::Return,
            false => Need::Ordinary,
        };
        let began = Instant::now();
        let written = self.pens.write(&turn.entries, need);
        self.shown.meter().written(began.elapsed());
        written
    }

    /// Everything is on disk: now it may be seen.
    fn publish(&mut self, mut turn: Turn, waiting: Vec<Intake>) {
        self.sound(&turn.cues);
        if !turn.aside.is_empty() {
            if !self.pens.set_aside(&turn.aside, self.seen.now.at) {
                turn.without_cards(&waiting);
            }
            self.shown.set_unknown(self.pens.unknown());
        }
        if !turn.entries.is_empty() {
            self.shown.apply(&turn.entries, &self.pens.head());
        }
        self.shown.set_low_space(self.taken != Taken::All);
        self.shown
            .set_time(&self.time, &self.ledger.believed, self.seen.trust.is_doubt());
        self.show(turn.cues.last().copied());
        for (input, answer) in waiting.into_iter().zip(turn.answers) {
            input.answer(answer);
        }
        for (key, order, answer) in turn.keyed {
            self.keys.remember(key, order, &answer);
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
    pub(super) fn show(&mut self, cue: Option<Cue>) {
        if let Some(screen) = self.desk.show(&self.ledger, self.seen.now, cue) {
            self.shown.show(screen);
        }
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
    pub(super) fn at_desk(&mut self, input: Input, turn: &mut Turn) {
        let mut order = self.desk.take(input, &self.ledger, self.seen.now);
        while let Some(wanted) = order {
            let outcome = match self.carry_out(&wanted.command, &wanted.by, turn) {
                Ok(carried) => Outcome::Done {
                    entries: carried.entries(turn),
                    notices: carried.notices,
                },
                Err(refusal) => Outcome::Refused(refusal),
            };
            order = self.desk.hear(outcome, &self.ledger, self.seen.now);
        }
        turn.cues.extend(self.desk.cue());
    }

    /// The disk refused: says so on the screen. No turn may follow.
    pub fn halt(&mut self, why: &str) {
        tracing::error!(error = %why, "the journal could not be written; the desk stops");
        self.ledger = self.shown.ledger().clone();
        self.desk.take(Input::Stopped, &self.ledger, self.seen.now);
        self.shown.stop();
        self.sound(&[Cue::Refused]);
        self.show(Some(Cue::Refused));
    }

    /// The last act of a clean stop.
    ///
    /// # Errors
    /// The mark of the clean stop could not be written; the journal stands.
    pub fn close(self) -> Result<(), StoreError> {
        let held_back = self.limit.held_back();
        if held_back > 0 {
            tracing::info!(
                held_back,
                "repeated refusals and unknown tags that were not written down"
            );
        }
        self.pens.close()
    }

    /// The journal's last durable event.
    pub fn head(&self) -> Head {
        self.pens.head()
    }

    /// Milliseconds until something changes on the screen by itself.
    pub fn next_tick(&self) -> Option<u64> {
        self.desk.next_tick(self.time.read(&self.ledger.believed).now)
    }

    /// What was answered to an order with this key, in this turn or earlier.
    pub(super) fn remembered(&self, key: Option<&str>, order: u64, turn: &Turn) -> Option<Answer> {
        let key = key?;
        turn.answered(key, order).or_else(|| self.keys.answer(key, order))
    }
}
