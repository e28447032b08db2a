//! What people do at a centre in a day: visits, orders by page, and everything that goes wrong.

use super::clock::ZONE_H;
use super::disk::Trouble;
use super::reader::Lying;
use super::world::{Asked, World};
use formular::clock::{Clock, Moment};
use formular::desk::{Act, Card};
use formular::ids::{BadgeCode, ItemId, SchoolId};
use formular::ledger::{Agreement, Command, Condition, Parts, plus_days};
use formular::profile::Role;
use formular::reader::ReaderInput;
use formular::service::Intake;
use formular::tag::TagId;
use formular::view::Wish;
use jiff::ToSpan;
use jiff::civil::Date;

/// How much of it goes wrong.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// Days that are lived through.
    pub days: u32,
    /// Acts of one working day.
    pub acts: u64,
    /// One start of the machine in so many acts, of its own will or not.
    pub starts: u64,
}

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;

impl World {
    /// Lives through the days of the plan.
    pub fn live(&mut self, plan: &Plan) -> Result<(), String> {
        // So few things and schools that they get in each other's way.
        let items = 8 + self.dice.index(40);
        let shelf: Vec<ItemId> = (0..items).map(|_| self.pick_item()).collect();
        let schools = 2 + self.dice.index(6);
        let visitors: Vec<BadgeCode> = (0..schools * 3).filter_map(|_| self.pick_badge()).collect();
        for _ in 0..plan.days {
            self.sleep_until(8)?;
            if self.clock.truth().date().weekday() == jiff::civil::Weekday::Sunday {
                self.sleep_until(24)?;
                continue;
            }
            for _ in 0..plan.acts {
                self.act(&shelf, &visitors, plan)?;
                self.while_it_lies()?;
                let pause = match self.dice.below(8) {
                    0 => 5 * 60_000,
                    1 | 2 => 45_000,
                    3 | 4 => 4_000,
                    _ => 900,
                };
                let pause = 1 + self.dice.below(pause);
                self.rest(pause)?;
            }
            self.sleep_until(24)?;
        }
        self.end()
    }

    /// The last of it: everything is well again, and the books are balanced.
    fn end(&mut self) -> Result<(), String> {
        self.disk.mend();
        self.disk.memory.set_room(1 << 40);
        self.turn()?;
        self.rest(2_000)?;
        self.mend_clock()?;
        self.restart(true)?;
        self.turn()?;
        self.fold.places()?;
        self.export_and_restore()
    }

    fn pick_item(&mut self) -> ItemId {
        let n = self.dice.index(self.base.items.len());
        self.base.items[n].clone()
    }

    fn pick_badge(&mut self) -> Option<BadgeCode> {
        let n = self.dice.index(self.base.cards.len());
        self.base.cards.keys().nth(n).cloned()
    }

    /// Time passes until an hour of the day; the program wakes as it wants to.
    fn sleep_until(&mut self, hour: i64) -> Result<(), String> {
        let local = self.clock.truth().local();
        let today = i64::from(local.hour()) * HOUR_MS
            + i64::from(local.minute()) * 60_000
            + i64::from(local.second()) * 1_000;
        let ms = (hour * HOUR_MS - today).rem_euclid(DAY_MS).max(1);
        self.rest(u64::try_from(ms).unwrap_or(1))
    }

    /// Time passes; a few times on the way the desk wakes by itself.
    fn rest(&mut self, ms: u64) -> Result<(), String> {
        let mut left = ms;
        for _ in 0..3 {
            let wakes = self
                .machine
                .as_ref()
                .and_then(|machine| machine.clerk.next_tick());
            let Some(wakes) = wakes.filter(|wakes| *wakes < left) else {
                break;
            };
            self.clock.pass(i64::try_from(wakes).unwrap_or(1));
            left -= wakes;
            self.turn()?;
        }
        self.clock.pass(i64::try_from(left).unwrap_or(1));
        if self.has_waiting() || self.dice.once_in(3) {
            self.turn()?;
        }
        Ok(())
    }

    /// What lies on the readers is read again and again, until it is taken away.
    fn while_it_lies(&mut self) -> Result<(), String> {
        while self.readers.iter().any(|reader| reader.lying.is_some()) {
            self.figures.steps += 1;
            self.clock
                .pass(40 + i64::try_from(self.dice.below(160)).unwrap_or(0));
            let (now_ms, at) = (self.now_ms(), self.clock.now());
            for n in 0..self.readers.len() {
                let Some(Lying { tag, until }) = self.readers[n].lying.clone() else {
                    continue;
                };
                if now_ms >= until {
                    self.readers[n].lying = None;
                    continue;
                }
                if self.dice.once_in(300) {
                    self.pull_out(n);
                    continue;
                }
                let mut dice = self.dice.clone();
                let scan = self.readers[n].read(&tag, now_ms, at, &mut dice)?;
                self.dice = dice;
                if let Some(scan) = scan {
                    self.figures.scans += 1;
                    self.expect_return(n, &tag);
                    let expected = self.must_return.take();
                    self.give(Intake::Reader(ReaderInput::Scan(scan)));
                    self.must_return = expected;
                }
            }
            if self.has_waiting() && !self.dice.once_in(4) {
                self.turn()?;
            }
        }
        if self.has_waiting() {
            self.turn()?;
        }
        Ok(())
    }

    /// A thing that is out, laid down alone before a desk at rest, comes back.
    fn expect_return(&mut self, reader: usize, tag: &TagId) {
        self.must_return = None;
        if self.has_waiting() || self.readers[reader].role != Role::Desk || self.armed > 0 {
            return;
        }
        let Some(machine) = &self.machine else { return };
        let ledger = machine.shown.ledger();
        let item = ledger
            .tags
            .get(tag)
            .filter(|item| self.fold.loan_of(item).is_some());
        let session = machine.shown.has_session();
        self.must_return = item.filter(|_| !session).cloned();
    }

    fn pull_out(&mut self, n: usize) {
        let now_ms = self.now_ms();
        let at = self.clock.now();
        let mut dice = self.dice.clone();
        let reader = &mut self.readers[n];
        reader.unplug(now_ms, &mut dice);
        reader.told = true;
        let input = ReaderInput::Lost {
            reader: reader.id.clone(),
            at,
        };
        let name = reader.id.clone();
        self.dice = dice;
        self.tell(format!("{name} is pulled out"));
        self.give(Intake::Reader(input));
    }

    fn plug_in(&mut self, n: usize) {
        let (now_ms, at) = (self.now_ms(), self.clock.now());
        let reader = &mut self.readers[n];
        reader.plug(now_ms);
        if std::mem::take(&mut reader.told) {
            let input = ReaderInput::Back {
                reader: reader.id.clone(),
                at,
            };
            self.give(Intake::Reader(input));
        }
    }

    /// One thing that somebody does.
    fn act(&mut self, shelf: &[ItemId], visitors: &[BadgeCode], plan: &Plan) -> Result<(), String> {
        self.figures.steps += 1;
        self.armed = self.armed.saturating_sub(1);
        if self.dice.once_in(plan.starts) {
            return self.goes_wrong();
        }
        match self.dice.below(100) {
            0..22 => {
                let badge = visitors[self.dice.index(visitors.len())].clone();
                let card = self.base.cards[&badge].clone();
                self.lay_down(0, &card);
                self.tell(format!("{badge} is shown"));
            }
            22..60 => {
                let item = shelf[self.dice.index(shelf.len())].clone();
                self.lay_item(&item);
            }
            60..66 => {
                // Two hands at two readers.
                let (a, b) = (
                    shelf[self.dice.index(shelf.len())].clone(),
                    shelf[self.dice.index(shelf.len())].clone(),
                );
                self.lay_item(&a);
                self.lay_item(&b);
            }
            66..74 => self.press(shelf),
            74..94 => {
                let command = self.command(shelf, visitors);
                let place = self.asked.len();
                self.tell(format!("by page: {command:?}"));
                self.asked.push(Asked {
                    key: format!("key-{place}"),
                    command,
                    answer: None,
                    run: self.run,
                });
                self.send(place);
                if self.dice.once_in(5) {
                    self.again(place);
                }
            }
            94..97 => {
                let back = self.asked.len().saturating_sub(1 + self.dice.index(12));
                if !self.asked.is_empty() {
                    self.again(back);
                }
            }
            97 => {
                let n = self.dice.index(self.readers.len());
                match self.readers[n].plugged {
                    true => self.pull_out(n),
                    false => self.plug_in(n),
                }
            }
            _ => {
                let digits = self.dice.below(1 << 40);
                let tag = TagId::uid(&digits.to_be_bytes()[1..]).map_err(|error| format!("{error:?}"))?;
                self.lay_down(0, &tag);
                self.tell(format!("{tag}, which nobody knows"));
            }
        }
        for n in 0..self.readers.len() {
            if !self.readers[n].plugged && self.dice.once_in(6) {
                self.plug_in(n);
            }
        }
        if self.has_waiting() && !self.dice.once_in(3) {
            self.turn()?;
        }
        Ok(())
    }

    fn again(&mut self, place: usize) {
        self.figures.retries += 1;
        let key = self.asked[place].key.clone();
        self.tell(format!("{key} is sent again"));
        self.send(place);
    }

    fn lay_item(&mut self, item: &ItemId) {
        let tags = self.base.tags.get(item).cloned().unwrap_or_default();
        if tags.is_empty() {
            return;
        }
        let tag = tags[self.dice.index(tags.len())].clone();
        let reader = match tag.scheme() {
            formular::tag::Scheme::Epc => 2,
            formular::tag::Scheme::Code => 1,
            _ => 0,
        };
        let reader = match self.dice.below(40) {
            0 => 3,
            1 => 4,
            _ => reader,
        };
        self.lay_down(reader, &tag);
        self.tell(format!("{item} is laid down ({tag})"));
    }

    fn lay_down(&mut self, reader: usize, tag: &TagId) {
        let until = self.now_ms() + 60 + self.dice.below(900);
        if self.readers[reader].lying.is_none() {
            self.readers[reader].lying = Some(Lying {
                tag: tag.clone(),
                until,
            });
        }
    }

    /// A card or a button of the desk, or a number that is typed.
    fn press(&mut self, shelf: &[ItemId]) {
        let cards = [
            Card::Done,
            Card::Undo,
            Card::Undo,
            Card::Complete,
            Card::Complete,
            Card::Short,
            Card::Later,
            Card::Damaged,
            Card::Renew,
            Card::Info,
        ];
        let act = match self.dice.below(14) {
            n @ 0..10 => Act::Card(cards[usize::try_from(n).unwrap_or(0)]),
            10 => Act::Headcount {
                item: shelf[self.dice.index(shelf.len())].clone(),
                count: 1 + u32::try_from(self.dice.below(30)).unwrap_or(0),
            },
            11 => Act::PanelDone,
            12 => Act::Dismiss,
            _ => {
                let item = &shelf[self.dice.index(shelf.len())];
                let text = item.as_str().into();
                self.tell(format!("{item} is typed"));
                return self.wish(Wish::Typed(text));
            }
        };
        if matches!(act, Act::Card(Card::Info | Card::Renew)) {
            self.armed = 40;
        }
        self.tell(format!("{act:?}"));
        self.wish(Wish::Act(act));
    }

    fn command(&mut self, shelf: &[ItemId], visitors: &[BadgeCode]) -> Command {
        let item = shelf[self.dice.index(shelf.len())].clone();
        let badge = visitors[self.dice.index(visitors.len())].clone();
        let ledger = &self.fold.ledger;
        let school: SchoolId = ledger.badges[&badge].school.clone();
        let today = self.today();
        let days = u32::try_from(self.dice.below(20)).unwrap_or(0);
        let loan = ledger
            .open_loans
            .values()
            .flatten()
            .nth(self.dice.index(8))
            .cloned();
        let kit = ledger.items[&item]
            .item
            .kit
            .as_ref()
            .and_then(|kit| ledger.kits.get(kit));
        let part = kit
            .and_then(|kit| kit.components.first())
            .map(|part| (part.component.clone(), 1));
        let parts: Parts = part.filter(|_| self.dice.once_in(3)).into_iter().collect();
        let note = || "".into();
        match self.dice.below(30) {
            0..7 => Command::CheckOut {
                item,
                badge,
                due: None,
                order: self.dice.once_in(3).then(|| "17".into()),
                second_badge: None,
                purpose: None,
                group: None,
                override_reason: None,
                session: None,
            },
            7..14 => Command::CheckIn {
                item,
                condition: match self.dice.below(8) {
                    0 => Condition::Damaged,
                    1 => Condition::Dirty,
                    _ => Condition::Ok,
                },
                missing: parts,
                headcount: None,
                unchecked: self.dice.once_in(2),
                by_label: false,
                session: None,
            },
            14..16 => Command::Renew { item, due: None },
            16 | 17 => Command::Hold {
                item,
                school,
                from: plus_days(today, days),
            },
            18 => Command::HoldCancel {
                item,
                school,
                hold: None,
            },
            19 => Command::KitCheck { item, missing: parts },
            20 => match parts.is_empty() {
                true => Command::NoteCondition {
                    item,
                    condition: Condition::Ok,
                    note: note(),
                },
                false => Command::Replenish { item, parts },
            },
            21 => match self.dice.once_in(2) {
                true => Command::StartRepair { item, note: note() },
                false => Command::EndRepair { item, note: note() },
            },
            22 => match self.dice.once_in(2) {
                true => Command::StartVerification { item },
                false => Command::EndVerification { item, next_due: None },
            },
            23 => match self.dice.once_in(2) {
                true => Command::DeclareLost { item, note: note() },
                false => Command::DeclareFound { item, note: note() },
            },
            24 => match (self.open_stocktake(), self.dice.below(4)) {
                (None, 0) => Command::OpenStocktake { basis: note() },
                (Some(stocktake), 0 | 1) => Command::CloseStocktake { stocktake },
                (Some(stocktake), _) => Command::SeeInStocktake { stocktake, item },
                (None, _) => Command::RecordConsent {
                    item,
                    number: "3".into(),
                    date: today,
                },
            },
            25 | 26 => Command::Void {
                seq: self.fold.ledger.seq.saturating_sub(self.dice.below(4)),
                reason: "ошибка".into(),
            },
            27 => match loan {
                Some(loan) => Command::MoveLoan {
                    loan,
                    badge,
                    reason: "чужой бейдж".into(),
                },
                None => Command::Renew { item, due: None },
            },
            28 => match loan {
                Some(loan) => Command::SendNotice { loan, note: note() },
                None => Command::Renew { item, due: None },
            },
            _ => self.agreement(school, today),
        }
    }

    fn open_stocktake(&self) -> Option<formular::ids::StocktakeId> {
        let stocktakes = self.fold.ledger.stocktakes.iter();
        let mut open = stocktakes.filter(|(_, stocktake)| stocktake.closed.is_none());
        open.next().map(|(id, _)| id.clone())
    }

    /// A new agreement for a school; some are short.
    fn agreement(&mut self, school: SchoolId, today: Date) -> Command {
        let days = i64::try_from(self.dice.below(200)).unwrap_or(0);
        let number = self.asked.len();
        Command::SignAgreement {
            school,
            agreement: Agreement {
                number: format!("СД-{number}").into(),
                signed: Some(today),
                valid_from: today,
                valid_to: today.saturating_add(days.days()),
                loan_agreement: "".into(),
            },
        }
    }

    /// The power, the disk, the clock.
    fn goes_wrong(&mut self) -> Result<(), String> {
        match self.dice.below(16) {
            0..3 => {
                self.tell("the power goes".into());
                self.cut()
            }
            3 => {
                self.tell("the program is killed".into());
                self.restart(false)
            }
            4 => {
                self.tell("the program is stopped and started".into());
                self.restart(true)
            }
            5..8 => {
                let trouble = [Trouble::Once, Trouble::ForEver, Trouble::Cut][self.dice.index(3)];
                let (after, seed) = (1 + self.dice.below(8), self.dice.number());
                self.figures.faults += 1;
                self.tell(format!("{trouble:?} at the disk's {after}th call from now"));
                self.disk.trouble(trouble, after, seed);
                Ok(())
            }
            8 | 9 => {
                self.figures.full += 1;
                let left = self.dice.below(1_500);
                let room = self.disk.memory.used() + left;
                self.tell(format!("{left} bytes are left on the disk"));
                self.disk.memory.set_room(room);
                Ok(())
            }
            10 | 11 => {
                self.tell("the disk is well, and has room".into());
                self.disk.mend();
                self.disk.memory.set_room(1 << 40);
                self.turn()
            }
            12 | 13 => self.leap(),
            _ if self.clock.off_ms() != 0 || self.doubtful() => {
                self.tell("somebody puts the clock right".into());
                self.disk.mend();
                self.disk.memory.set_room(1 << 40);
                self.rest(1_500)?;
                self.mend_clock()
            }
            _ => {
                // Summer, or a long illness: nobody comes, and the machine is off.
                let days = 1 + i64::try_from(self.dice.below(20)).unwrap_or(0);
                self.tell(format!("{days} days off"));
                self.clock.pass(days * DAY_MS);
                self.cut()
            }
        }
    }

    fn leap(&mut self) -> Result<(), String> {
        self.figures.leaps += 1;
        let days = i64::try_from(self.dice.below(60)).unwrap_or(0) + 2;
        let what = self.dice.below(8);
        match what {
            0 => self.clock.set_1970(),
            1 => self.clock.set_off_ms(-3 * HOUR_MS),
            2 => self.clock.set_off_ms(14 * HOUR_MS),
            3 => self.clock.set_off_ms(days * DAY_MS),
            4 => self.clock.set_off_ms(-days * DAY_MS),
            5 => self.clock.set_off_ms(5 * 365 * DAY_MS),
            6 => self
                .clock
                .set_zone_h(if self.dice.once_in(2) { ZONE_H } else { 9 }),
            _ => self.clock.set_off_ms(0),
        }
        let shown: Moment = self.clock.now();
        self.tell(format!("the clock shows {shown}"));
        if self.dice.once_in(4) {
            // With the machine off: nobody has seen it leap.
            return self.cut();
        }
        self.turn()
    }
}
