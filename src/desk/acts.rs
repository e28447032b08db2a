//! Command cards and buttons: the same things said without an item in hand.
//!
//! Knows: what each card and button means. Must not know: where the buttons stand.

use super::card::Card;
use super::input::{Act, Order};
use super::machine::{Armed, Desk, Pending};
use super::names::{components, item_card, school_name};
use super::screen::LineMark;
use super::settings::ms;
use crate::ids::ItemId;
use crate::ledger::{By, Command, Condition, How, ItemState, Ledger, Parts};
use crate::words::{Lang, Message, say};
use smol_str::SmolStr;

impl Desk {
    pub(super) fn act(&mut self, act: Act, ledger: &Ledger) -> Option<Order> {
        let by = self.by(How::Tapped, None);
        let until = self.panel_until();
        match act {
            Act::Card(card) => return self.play(card, by, ledger),
            Act::Tile(component) => self.panels.tap(&component, until),
            Act::More(component) => self.panels.more(&component, until),
            Act::Fewer(component) => self.panels.fewer(&component, until),
            Act::PanelDone => return self.panel_done(by, ledger),
            Act::Headcount { item, count } => return self.headcount(item, count, by, ledger),
            Act::ConfirmClock(date) => return self.order(Command::ConfirmClock { date }, by, Pending::Clock),
            Act::Dismiss => {
                self.clear_face();
                self.quiet = None;
                self.armed = None;
                self.waiting.clear();
            }
        }
        None
    }

    pub(super) fn play(&mut self, card: Card, by: By, ledger: &Ledger) -> Option<Order> {
        match card {
            Card::Done => {
                self.armed = None;
                self.waiting.clear();
                if self.session.is_some() {
                    self.end_session(ledger);
                } else {
                    self.clear_face();
                    self.hush(Message::new("quiet-nothing-to-end"));
                }
                None
            }
            Card::Undo => self.undo(by, ledger),
            Card::Complete => self.check(Parts::new(), by, ledger),
            Card::Short => self.short(by, ledger),
            Card::Later => {
                self.later(ledger);
                None
            }
            Card::Damaged => self.damage(by, ledger),
            Card::Renew => self.renew_card(by, ledger),
            Card::Info => {
                self.arm(Armed::Info, "quiet-info");
                None
            }
            Card::Print => {
                self.hush(Message::new("quiet-print"));
                None
            }
        }
    }

    pub(super) fn panel_until(&self) -> u64 {
        self.time.ms() + ms(self.settings.panel_s)
    }

    /// The item at which everybody looks: shown by «Справка», or waiting for a badge while nothing else is said.
    fn in_hand(&self) -> Option<ItemId> {
        match &self.shown {
            Some(shown) => shown.card_of.clone(),
            None => self.waiting.last().map(|hand| hand.item.clone()),
        }
    }

    /// The item whose card «Справка» shows.
    fn card_shown(&self) -> Option<ItemId> {
        self.shown.as_ref().and_then(|shown| shown.card_of.clone())
    }

    /// The item of which the screen speaks: in its quiet line, or else in its answer.
    fn spoken_of(&self) -> Option<ItemId> {
        let quietly = self.quiet.as_ref().and_then(|quiet| quiet.about.clone());
        let told = || self.shown.as_ref()?.face.item.as_ref();
        quietly.or_else(|| told().map(|card| card.item.clone()))
    }

    /// The kit that «Справка» shows, the one that the panel asks about, or else one in the hand.
    fn kit_at_hand(&self, ledger: &Ledger) -> Option<ItemId> {
        let is_kit = |item: &ItemId| {
            let here = ledger.items.get(item).is_some_and(|state| state.is_in_house());
            here && !components(ledger, item).is_empty()
        };
        let front = || self.panels.front().cloned();
        self.card_shown()
            .filter(is_kit)
            .or_else(front)
            .or_else(|| self.in_hand().filter(is_kit))
    }

    fn check(&mut self, missing: Parts, by: By, ledger: &Ledger) -> Option<Order> {
        let Some(item) = self.kit_at_hand(ledger) else {
            self.hush(Message::new("quiet-nothing-to-check"));
            return None;
        };
        let command = Command::KitCheck {
            item: item.clone(),
            missing: missing.clone(),
        };
        self.order(command, by, Pending::Check { item, missing })
    }

    /// «Не хватает» writes what is marked; with nothing marked it can only ask for the marks.
    fn short(&mut self, by: By, ledger: &Ledger) -> Option<Order> {
        let missing = self.panels.missing();
        match self.kit_at_hand(ledger) {
            Some(kit) if self.panels.front() != Some(&kit) => {
                self.panels.ask(ledger, &kit, self.panel_until());
                self.waiting.retain(|hand| hand.item != kit);
                self.clear_face();
            }
            Some(_) if missing.is_empty() => self.panels.stay(self.panel_until()),
            _ => return self.check(missing, by, ledger),
        }
        self.hush(Message::new("quiet-mark-parts"));
        None
    }

    fn panel_done(&mut self, by: By, ledger: &Ledger) -> Option<Order> {
        if self.panels.all_here() {
            return self.check(Parts::new(), by, ledger);
        }
        self.short(by, ledger)
    }

    fn later(&mut self, ledger: &Ledger) {
        if self.panels.front().is_some() {
            self.put_off(ledger);
        } else {
            self.hush(Message::new("quiet-nothing-to-check"));
        }
    }

    /// «Проверить позже»: the kit stays unchecked, which the ledger knows since its return.
    pub(super) fn put_off(&mut self, ledger: &Ledger) {
        let until = self.panel_until();
        if let Some(item) = self.panels.put_off(until) {
            let card = item_card(ledger, &item);
            self.hush(Message::new("quiet-later").text("item", &card.name));
        }
    }

    /// The item with such a mark that was presented last: in this session, or within the time of undoing.
    pub(super) fn last_item(&self, ledger: &Ledger, now: i64, marks: &[LineMark]) -> Option<ItemId> {
        let visit = self.session.as_ref().map(|session| session.visit);
        let recent = |done: i64| now.saturating_sub(done) < self.undo_ms();
        self.rows.last_item(ledger, visit, recent, marks)
    }

    /// The item of which the screen speaks, the kit that the panel asks about, or else the item presented last.
    fn damage(&mut self, by: By, ledger: &Ledger) -> Option<Order> {
        let marks = [LineMark::Lent, LineMark::Returned, LineMark::ReturnedLate];
        let (spoken, kit) = (self.spoken_of(), self.panels.front().cloned());
        // What has just gone out is not damaged here; a kit that is being counted may be.
        let here = spoken.clone().filter(|item| !is_out(ledger, item));
        let item = here.or(kit).or(spoken).or_else(|| self.in_hand());
        let Some(item) = item.or_else(|| self.last_item(ledger, self.time.signed(), &marks)) else {
            self.hush(Message::new("quiet-nothing-to-damage"));
            return None;
        };
        if is_out(ledger, &item) {
            self.clear_face();
            self.hush(Message::new("quiet-damage-lent").text("item", item.as_str()));
            return None;
        }
        let noted = |state: &ItemState| state.status.condition == Condition::Damaged;
        if ledger.items.get(&item).is_some_and(noted) {
            self.hush(Message::new("quiet-damage-noted").text("item", item.as_str()));
            return None;
        }
        self.waiting.retain(|hand| hand.item != item);
        let command = Command::NoteCondition {
            item: item.clone(),
            condition: Condition::Damaged,
            note: SmolStr::new(say(Lang::Ru, &Message::new("damage-note"))),
        };
        self.order(command, by, Pending::Damage(item))
    }

    fn headcount(&mut self, item: ItemId, count: u32, by: By, ledger: &Ledger) -> Option<Order> {
        // The page may be an old one: only what is asked for now is taken.
        let asked = self.heads(ledger, self.time.ms()) == Some(item.clone());
        let state = ledger.items.get(&item).filter(|_| asked);
        let Some((loan, _)) = state.and_then(|state| state.status.last_return.clone()) else {
            self.hush(Message::new("quiet-nothing-returned"));
            return None;
        };
        let command = Command::NoteLoan {
            loan,
            purpose: None,
            group: None,
            order: None,
            headcount: Some(count),
        };
        self.order(command, by, Pending::Headcount { item, count })
    }

    /// The item whose card is on the screen, or else the next one scanned.
    fn renew_card(&mut self, by: By, ledger: &Ledger) -> Option<Order> {
        let Some(item) = self.card_shown().filter(|item| is_out(ledger, item)) else {
            self.arm(Armed::Renew, "quiet-renew");
            return None;
        };
        self.renew(item, by, ledger)
    }

    /// A session speaks for its school alone: what another school has is not prolonged in it.
    pub(super) fn renew(&mut self, item: ItemId, by: By, ledger: &Ledger) -> Option<Order> {
        let loan = ledger
            .items
            .get(&item)
            .and_then(|state| state.status.loan.as_ref());
        let school = loan.and_then(|loan| ledger.loan(loan)).map(|loan| &loan.school);
        if let (Some(session), Some(school)) = (&self.session, school)
            && session.school != *school
        {
            let school = school_name(ledger, school);
            self.clear_face();
            self.hush(Message::new("quiet-renew-other").text("school", school));
            return None;
        }
        let command = Command::Renew {
            item: item.clone(),
            due: None,
        };
        self.order(command, by, Pending::Renew(item))
    }

    fn undo(&mut self, by: By, ledger: &Ledger) -> Option<Order> {
        let Some(undo) = self
            .rows
            .undoable(ledger, self.time.signed(), self.undo_ms())
            .cloned()
        else {
            self.hush(Message::new("quiet-nothing-to-undo"));
            return None;
        };
        let mut left: Vec<_> = undo
            .seqs
            .iter()
            .copied()
            .filter(|seq| !ledger.voided.contains(seq))
            .collect();
        let last = left.pop()?;
        self.order(void(last), by.clone(), Pending::Undo { undo, left, by })
    }
}

fn is_out(ledger: &Ledger, item: &ItemId) -> bool {
    ledger
        .items
        .get(item)
        .is_some_and(|state| state.status.loan.is_some())
}

pub(super) fn void(seq: crate::ledger::Seq) -> Command {
    Command::Void {
        seq,
        reason: SmolStr::new(say(Lang::Ru, &Message::new("undo-reason"))),
    }
}
