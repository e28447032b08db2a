//! One simulated centre: its machine, its disk, its readers, and what must be true after each step.

use super::centre::Base;
use super::clock::{SimClock, ZONE_H};
use super::disk::{SimDisk, Trouble, folder};
use super::fold::{Fold, hours};
use super::plant::{self, Bug};
use super::reader::SimReader;
use formular::clock::Clock;
use formular::cue::Cue;
use formular::desk::DeskSettings;
use formular::ids::ItemId;
use formular::ledger::{By, Command, Entry, Event, Policy, Refusal};
use formular::profile::{Family, Role};
use formular::service::{Clerk, Intake, Opening, Readers, Shown, Tools, Waiting};
use formular::store::disk::{Dice, MemoryDisk};
use formular::store::{DataFolder, Head, JournalReader, Restored, export, restore_on, verify_stream};
use formular::view::{Answer, No, Wish};
use std::collections::VecDeque;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};
use tokio::sync::oneshot;

/// So many steps are told when something breaks.
const TOLD: usize = 24;
/// The whole fold is compared every so many turns that wrote something.
const COMPARED_EVERY: u64 = 64;
/// A clock may be wrong by a zone before and after: the house is never farther from the truth while it can know better.
const MOST_OFF_H: i64 = 29;

/// What has happened, for the last line.
#[derive(Clone, Copy, Debug, Default)]
pub struct Figures {
    pub steps: u64,
    pub turns: u64,
    pub events: u64,
    pub cuts: u64,
    pub starts: u64,
    pub leaps: u64,
    pub confirmed: u64,
    pub faults: u64,
    pub full: u64,
    pub retries: u64,
    pub scans: u64,
}

impl Figures {
    pub fn add(&mut self, more: &Figures) {
        self.steps += more.steps;
        self.turns += more.turns;
        self.events += more.events;
        self.cuts += more.cuts;
        self.starts += more.starts;
        self.leaps += more.leaps;
        self.confirmed += more.confirmed;
        self.faults += more.faults;
        self.full += more.full;
        self.retries += more.retries;
        self.scans += more.scans;
    }
}

/// The running program.
pub struct Machine {
    pub clerk: Clerk,
    pub shown: Arc<Shown>,
    heard: Receiver<Cue>,
}

/// A command that was sent, with its first final answer.
pub struct Asked {
    pub key: String,
    pub command: Command,
    pub answer: Option<Answer>,
    /// Which run of the program gave it.
    pub run: u64,
}

/// Somebody waits for the answer to something in this turn.
struct Pending {
    answer: oneshot::Receiver<Answer>,
    what: Waits,
}

enum Waits {
    Nothing,
    /// The command with this place in the list.
    Command(usize),
}

pub struct World {
    pub dice: Dice,
    pub base: Arc<Base>,
    pub bug: Option<Bug>,
    pub clock: Arc<SimClock>,
    pub disk: SimDisk,
    pub machine: Option<Machine>,
    pub fold: Fold,
    /// The last event that somebody was shown.
    acknowledged: Head,
    pub readers: Vec<SimReader>,
    pub asked: Vec<Asked>,
    pub run: u64,
    waiting: Vec<Intake>,
    pending: Vec<Pending>,
    /// An item whose scan stands alone in this turn, and must come back by it.
    pub must_return: Option<ItemId>,
    /// The house can know the time: it has seen a right clock in this run, or the clock was right when it started.
    pub knows_time: bool,
    /// For so many acts «Справка» or «Продлить» may be waiting for an item.
    pub armed: u32,
    pub told: VecDeque<String>,
    pub figures: Figures,
    written: u64,
}

impl World {
    pub fn new(
        seed: u64,
        base: Arc<Base>,
        begin: formular::clock::Moment,
        bug: Option<Bug>,
    ) -> Result<Self, String> {
        let clock = Arc::new(SimClock::new(begin));
        let disk = SimDisk::new(base.disk(), bug == Some(Bug::Journal));
        let planted = bug == Some(Bug::Presence);
        let reader = |id, role, family| SimReader::new(id, role, family, planted);
        let mut world = Self {
            dice: Dice::new(seed),
            base,
            bug,
            clock,
            disk,
            machine: None,
            fold: Fold::default(),
            acknowledged: Head::EMPTY,
            readers: vec![
                reader("desk-hf", Role::Desk, Family::Rc522Text),
                reader("desk-bars", Role::Desk, Family::BarcodeText),
                reader("desk-uhf", Role::Desk, Family::UhfBb7e),
                reader("stocktake", Role::Stocktake, Family::FormularLine),
                reader("door", Role::Portal, Family::UhfBb7e),
            ],
            asked: Vec::new(),
            run: 0,
            waiting: Vec::new(),
            pending: Vec::new(),
            must_return: None,
            knows_time: true,
            armed: 0,
            told: VecDeque::new(),
            figures: Figures::default(),
            written: 0,
        };
        world.start()?;
        Ok(world)
    }

    pub fn tell(&mut self, what: String) {
        if self.told.len() == TOLD {
            self.told.pop_front();
        }
        let at = self.clock.truth().local();
        self.told
            .push_back(format!("{} {what}", at.strftime("%Y-%m-%d %H:%M:%S%.3f")));
    }

    pub fn now_ms(&self) -> u64 {
        self.clock.steady_ms()
    }

    // ---- the machine -----------------------------------------------------------------------------

    /// Starts the program on what is on the disk, by the code by which a station starts.
    fn open(&mut self) -> Result<Machine, String> {
        let data = DataFolder::on(self.disk.shared(), folder()).map_err(|error| error.to_string())?;
        let (sound, heard) = sync_channel(4_096);
        let tools = Tools {
            clock: Arc::clone(&self.clock) as Arc<dyn Clock>,
            rules: plant::rules(self.bug),
            policy: Arc::new(Policy::default()),
            desk: DeskSettings::default(),
            readers: Readers::default(),
            sound,
        };
        let Opening { clerk, shown, .. } = Opening::of(&data, tools).map_err(|error| error.to_string())?;
        Ok(Machine { clerk, shown, heard })
    }

    /// Starts, perhaps with trouble on the way; what was acknowledged must be there.
    pub fn start(&mut self) -> Result<(), String> {
        self.figures.starts += 1;
        self.run += 1;
        self.disk.forget_pending();
        self.waiting.clear();
        self.pending.clear();
        let mut machine = self.open();
        for _ in 0..3 {
            let Err(error) = &machine else { break };
            if !self.disk.has_failed() && self.disk.memory_is_full() {
                // The message asks a person for room; there he is.
                self.disk.memory.set_room(1 << 40);
                machine = self.open();
                continue;
            }
            if !self.disk.has_failed() {
                return Err(format!("the folder does not open: {error}"));
            }
            let error = error.clone();
            self.tell(format!("the start failed: {error}"));
            self.after_trouble();
            machine = self.open();
        }
        let machine = machine?;
        self.machine = Some(machine);
        self.disk.forget_pending();
        if !self.disk.has_failed() {
            self.compare_all()?;
        }
        // The first turn will tell.
        self.knows_time = false;
        Ok(())
    }

    /// After a start: each line that was durable is there, and what is shown is their fold.
    fn compare_all(&mut self) -> Result<(), String> {
        let journal = JournalReader::on(self.disk.shared(), &folder()).map_err(|error| error.to_string())?;
        let mut broken = None;
        let fold = &mut self.fold;
        let before = fold.hashes.len();
        let head = journal.read(|located| match fold.found(&located.entry, located.hash) {
            Ok(()) => ControlFlow::Continue(()),
            Err(what) => {
                broken = Some(what);
                ControlFlow::Break(())
            }
        });
        if let Some(broken) = broken {
            return Err(broken);
        }
        let head = head.map_err(|error| error.to_string())?.head;
        let seq = usize::try_from(head.seq).unwrap_or(0);
        if seq < before.max(usize::try_from(self.acknowledged.seq).unwrap_or(0)) {
            return Err(format!(
                "event {} was shown and event {before} was durable; after the start the journal ends at {seq}",
                self.acknowledged.seq
            ));
        }
        let machine = self.machine.as_ref().ok_or("no machine")?;
        self.fold.is(&machine.shown.ledger())
    }

    /// The trouble is over: the disk is well, or another one after a power cut.
    fn after_trouble(&mut self) {
        self.machine = None;
        self.disk.mend();
        if let Some(left) = self.disk.left() {
            self.figures.cuts += 1;
            self.disk = SimDisk::new(left, self.bug == Some(Bug::Journal));
            self.clock.boot();
        }
    }

    /// Everything stops at once; whatever was not synced may be gone.
    pub fn cut(&mut self) -> Result<(), String> {
        self.figures.cuts += 1;
        self.machine = None;
        let left: MemoryDisk = self.disk.memory.cut(self.dice.number());
        self.disk = SimDisk::new(left, self.bug == Some(Bug::Journal));
        self.clock.boot();
        if self.dice.once_in(6) {
            // It goes again while the program starts.
            let (after, seed) = (1 + self.dice.below(30), self.dice.number());
            self.disk.trouble(Trouble::Cut, after, seed);
        }
        self.start()
    }

    /// The program ends in order, or is killed, and starts again on the same disk.
    pub fn restart(&mut self, clean: bool) -> Result<(), String> {
        let machine = self.machine.take();
        if let Some(machine) = machine.filter(|_| clean) {
            let closed = machine.clerk.close();
            // A disk that fails while the program stops is told of; what was acknowledged is looked for at the start.
            if !self.disk.has_failed() {
                closed.map_err(|error| error.to_string())?;
            }
        }
        self.start()
    }

    /// Whether the program doubts the clock.
    pub fn doubtful(&self) -> bool {
        let machine = self.machine.as_ref();
        machine.is_some_and(|machine| machine.shown.doubts_clock())
    }

    /// The day that the house reckons with.
    pub fn today(&self) -> jiff::civil::Date {
        let machine = self.machine.as_ref();
        machine
            .map_or(self.clock.truth(), |machine| machine.shown.now())
            .date()
    }

    // ---- a turn ----------------------------------------------------------------------------------

    pub fn give(&mut self, input: Intake) {
        if !self.waiting.is_empty() {
            self.must_return = None;
        }
        self.waiting.push(input);
    }

    pub fn wish(&mut self, wish: Wish) {
        let (waiting, answer) = Waiting::new();
        let what = Waits::Nothing;
        self.pending.push(Pending { answer, what });
        self.give(Intake::Wish(wish, waiting));
    }

    /// Sends the command with this place in the list, for the first time or again.
    pub fn send(&mut self, place: usize) {
        let asked = &self.asked[place];
        let by = By {
            role: Some("staff".into()),
            key: Some(asked.key.as_str().into()),
            ..By::default()
        };
        let wish = Wish::Command(Box::new(asked.command.clone()), by);
        let (waiting, answer) = Waiting::new();
        let what = Waits::Command(place);
        self.pending.push(Pending { answer, what });
        self.give(Intake::Wish(wish, waiting));
    }

    pub fn has_waiting(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// The clerk takes what waits, and everything that must be true is looked at.
    pub fn turn(&mut self) -> Result<(), String> {
        self.figures.turns += 1;
        let waiting = std::mem::take(&mut self.waiting);
        let must_return = self.must_return.take();
        let Some(machine) = &mut self.machine else {
            return Err("no machine".into());
        };
        let done = machine.clerk.turn(waiting);
        let heard: Vec<Cue> = machine.heard.try_iter().collect();
        let today = machine.shown.now().date();
        let durable = self.disk.take_durable();
        let entries = self.fold.take(&durable, today)?;
        self.figures.events += entries.len() as u64;
        if let Err(error) = done {
            return self.stopped(&error.to_string(), &entries, &heard);
        }
        self.shown_is_durable(&entries, &heard)?;
        self.answers(&entries, true)?;
        if let Some(item) = must_return {
            self.has_come_back(&item, &entries)?;
        }
        self.time_is_near()?;
        if self.disk.left().is_some() {
            // The power went after the turn was durable, in what follows it.
            return self.cut();
        }
        Ok(())
    }

    fn stopped(&mut self, error: &str, entries: &[Entry], heard: &[Cue]) -> Result<(), String> {
        self.tell(format!("the desk stops: {error}"));
        if !self.disk.has_failed() {
            return Err(format!("the desk stopped on a good disk: {error}"));
        }
        // Lines may be on disk of which nobody knows. What was told is there all the same: room for the next lines is
        // made after the answers.
        let known = self.machine.as_ref().map(|machine| machine.clerk.head());
        if known == Some(self.fold.head()) {
            self.shown_is_durable(entries, heard)?;
        } else if heard.iter().any(|cue| matches!(cue, Cue::Lent | Cue::Returned)) {
            return Err("a sound of success from a desk that stopped".into());
        }
        self.answers(entries, false)?;
        if let Some(machine) = &mut self.machine {
            machine.clerk.halt(error);
        }
        // After a failed sync the disk may have lost what it held: a restart of the machine is the honest model.
        let left = self.disk.left().unwrap_or_else(|| match self.dice.once_in(2) {
            true => self.disk.memory.cut(self.dice.number()),
            false => self.disk.memory.cut_by(formular::store::disk::Loss::Nothing, 0),
        });
        self.machine = None;
        self.figures.cuts += 1;
        self.disk = SimDisk::new(left, self.bug == Some(Bug::Journal));
        self.clock.boot();
        self.start()
    }

    /// What is shown stands on the disk, and nothing else does.
    fn shown_is_durable(&mut self, entries: &[Entry], heard: &[Cue]) -> Result<(), String> {
        let machine = self.machine.as_ref().ok_or("no machine")?;
        let (shown, durable) = (machine.clerk.head(), self.fold.head());
        if machine.shown.ledger().seq != durable.seq || shown != durable {
            return Err(format!(
                "event {} is shown, the clerk's journal ends at {}, on disk are {}",
                machine.shown.ledger().seq,
                shown.seq,
                durable.seq
            ));
        }
        self.acknowledged = shown;
        let acts = |entry: &&Entry| {
            !matches!(
                entry.event,
                Event::Refused { .. }
                    | Event::UnknownTag { .. }
                    | Event::ReaderLost { .. }
                    | Event::ReaderBack { .. }
            )
        };
        let done = entries.iter().filter(acts).count();
        let success = heard
            .iter()
            .filter(|cue| matches!(cue, Cue::Lent | Cue::Returned))
            .count();
        if success > done {
            return Err(format!("{success} sounds of success, {done} events"));
        }
        if !entries.is_empty() {
            self.fold.places()?;
            self.written += 1;
            if self.written.is_multiple_of(COMPARED_EVERY) {
                self.fold.is(&machine.shown.ledger())?;
            }
        }
        Ok(())
    }

    /// Answers are final once: the same key, the same answer, no second event. `all`: nobody is left without one.
    fn answers(&mut self, entries: &[Entry], all: bool) -> Result<(), String> {
        let full = self.disk.memory_is_full();
        for mut pending in std::mem::take(&mut self.pending) {
            let answer = match pending.answer.try_recv() {
                Ok(answer) => answer,
                Err(_) if !all => continue,
                Err(_) => return Err("no answer to a wish".into()),
            };
            if let Ok(done) = &answer
                && done.seqs.iter().any(|seq| *seq > self.fold.ledger.seq)
            {
                return Err(format!("{done:?} was answered and is not on disk"));
            }
            let Waits::Command(place) = pending.what else {
                continue;
            };
            let asked = &mut self.asked[place];
            let (same, ok) = (asked.run == self.run, answer.is_ok());
            match &asked.answer {
                // A refusal is remembered by the program that gave it, and no longer.
                Some(first) if first.is_ok() || same => {
                    let for_now = matches!(answer, Err(No::NoSpace));
                    if *first != answer && !(for_now && full) {
                        return Err(format!("{:?}: first {first:?}, then {answer:?}", asked.command));
                    }
                }
                _ if ok || matches!(answer, Err(No::Refused(_))) => {
                    asked.answer = Some(answer.clone());
                    asked.run = self.run;
                }
                _ => {}
            }
            let key = |entry: &&Entry| entry.by.key.as_deref() == Some(asked.key.as_str());
            if let Ok(done) = &answer
                && let Some(stray) = entries
                    .iter()
                    .filter(key)
                    .find(|entry| !done.seqs.contains(&entry.seq))
            {
                return Err(format!("event {} was written twice for {}", stray.seq, asked.key));
            }
            // A return is never refused.
            if let (Command::CheckIn { item, .. }, Err(no)) = (&asked.command, &answer) {
                let touched = entries.iter().any(|entry| matches!(&entry.event, Event::Returned { item: back, .. } | Event::CheckedOut { item: back, .. } if back == item));
                let out = self.fold.loan_of(item).is_some();
                let good = match no {
                    No::Refused(Refusal::NotOut { .. }) => !out || touched || asked.answer.is_some(),
                    No::NoSpace => full,
                    _ => false,
                };
                if !good {
                    return Err(format!("the return of {item} was refused: {no:?}"));
                }
            }
        }
        Ok(())
    }

    /// An item that is out was scanned alone: it is back.
    fn has_come_back(&self, item: &ItemId, entries: &[Entry]) -> Result<(), String> {
        let back = |entry: &Entry| matches!(&entry.event, Event::Returned { item: back, .. } if back == item);
        match entries.iter().any(back) || self.disk.memory_is_full() {
            true => Ok(()),
            false => Err(format!("{item} was scanned, and did not come back")),
        }
    }

    /// While it can know the time the house is never far from it, whatever the clock shows.
    fn time_is_near(&mut self) -> Result<(), String> {
        let Some(machine) = &self.machine else {
            return Ok(());
        };
        let truth = self.clock.truth();
        let right = self.clock.off_ms().abs() <= 14 * 3_600_000;
        if right && !machine.shown.doubts_clock() {
            self.knows_time = true;
        }
        let off = hours(truth, machine.shown.now());
        match self.knows_time && off.abs() > MOST_OFF_H {
            true => Err(format!("the house is {off} hours from the truth")),
            false => Ok(()),
        }
    }

    /// A member of staff puts the clock right, and says so if the program still doubts it.
    pub fn mend_clock(&mut self) -> Result<(), String> {
        self.clock.set_off_ms(0);
        self.clock.set_zone_h(ZONE_H);
        self.turn()?;
        if self.doubtful() {
            let date = self.clock.now().date();
            self.confirm(date)?;
            if self.doubtful() {
                return Err("the clock is right, was confirmed, and is doubted".into());
            }
        }
        let today = self.today();
        let truth = self.clock.truth().date();
        if today != truth {
            return Err(format!("the clock is right, and the house reckons with {today}"));
        }
        Ok(())
    }

    /// A member of staff says that the clock is right.
    pub fn confirm(&mut self, date: jiff::civil::Date) -> Result<(), String> {
        self.figures.confirmed += 1;
        let undated = self.fold.ledger.believed.undated.clone();
        let place = self.asked.len();
        self.asked.push(Asked {
            key: format!("clock-{}-{place}", self.run),
            command: Command::ConfirmClock { date },
            answer: None,
            run: self.run,
        });
        let run = self.run;
        self.send(place);
        self.turn()?;
        if run != self.run || self.disk.memory_is_full() {
            return Ok(());
        }
        match &self.asked[place].answer {
            Some(Ok(_)) => {}
            other => return Err(format!("the clock could not be confirmed: {other:?}")),
        }
        for loan in undated.iter().filter_map(|loan| self.fold.ledger.loan(loan)) {
            if loan.is_overdue(date) && !loan.lost {
                return Err(format!("lent on an unknown day, and late at once: {loan:?}"));
            }
        }
        Ok(())
    }

    /// Out of the house and back in: the same head.
    pub fn export_and_restore(&mut self) -> Result<(), String> {
        let said = |error: formular::store::Error| error.to_string();
        let journal = JournalReader::on(self.disk.shared(), &folder()).map_err(said)?;
        let mut bytes = Vec::new();
        let head = export(&journal, &mut bytes).map_err(said)?.head;
        let name = Path::new("export.jsonl");
        let verdict = verify_stream(name, bytes.as_slice()).map_err(said)?;
        let other = SimDisk::new(MemoryDisk::new(), false);
        let restored = restore_on(&other.shared(), name, bytes.as_slice(), &folder()).map_err(said)?;
        match restored {
            Restored::Done(there) if there == head && head == self.fold.head() => Ok(()),
            other => Err(format!(
                "{head:?} was exported, {verdict:?}, and became {other:?}"
            )),
        }
    }
}
