//! What came of an order: the answer, the line, and perhaps the next order.
//!
//! Knows: which answer belongs to which order. Must not know: why the ledger decided so.

use super::acts::void;
use super::faces::{self, CameBack};
use super::input::{Order, Outcome};
use super::machine::{Desk, Pending};
use super::names::{item_card, parts_text, school_name};
use super::screen::{ItemCard, LineMark};
use super::session::Hand;
use super::sheet::{Row, Undo, UndoKind};
use super::wording::Doing;
use crate::clock::{Moment, Now};
use crate::cue::Cue;
use crate::ids::ItemId;
use crate::ledger::{By, Entry, Event, Ledger, Notice, Parts, Refusal, Seq};
use crate::words::Message;
use jiff::civil::Date;
use smol_str::SmolStr;

/// An order that was carried out.
struct DoneOrder<'a> {
    entries: &'a [Entry],
    notices: Vec<Notice>,
}

impl<'a> DoneOrder<'a> {
    fn seqs(&self) -> Vec<Seq> {
        self.entries.iter().map(|entry| entry.seq).collect()
    }

    fn find<T>(&self, of: impl Fn(&'a Event) -> Option<T>) -> Option<T> {
        self.entries.iter().find_map(|entry| of(&entry.event))
    }
}

impl Desk {
    /// The outcome of the last order; `ledger` already has its events. The next order comes out, if there is one.
    pub fn hear(&mut self, outcome: Outcome<'_>, ledger: &Ledger, now: Now) -> Option<Order> {
        self.time.advance(now);
        let now = now.at;
        let pending = self.pending.take()?;
        match outcome {
            Outcome::Done { entries, notices } => {
                self.done(pending, &DoneOrder { entries, notices }, ledger, now)
            }
            Outcome::Refused(refusal) => self.refused(pending, &refusal, ledger, now),
        }
    }

    fn done(
        &mut self,
        pending: Pending,
        done: &DoneOrder<'_>,
        ledger: &Ledger,
        now: Moment,
    ) -> Option<Order> {
        match pending {
            Pending::Lend(hand) => {
                self.lent(&hand, done, ledger, now);
                return self.next_of_chain(ledger);
            }
            Pending::Return { hand, other } => self.returned(&hand, other, done, ledger, now),
            Pending::Renew(item) => self.renewed(&item, done, ledger, now),
            Pending::Check { item, missing } => self.checked(&item, &missing, done, ledger, now),
            Pending::Damage(item) => {
                let card = item_card(ledger, &item);
                self.write(LineMark::Damaged, UndoKind::Damage, &card, done, now, |_| {});
                self.answer(faces::damaged(card));
            }
            Pending::Headcount { count, .. } => {
                // Not to be undone by itself: undoing the return takes it along.
                self.clear_face();
                self.hush(Message::new("k34-recorded").number("count", count));
            }
            Pending::Undo { undo, left, by } => return self.undid(undo, left, by, ledger),
            Pending::Clock => self.hush(Message::new("quiet-clock-confirmed")),
        }
        None
    }

    fn refused(
        &mut self,
        pending: Pending,
        refusal: &Refusal,
        ledger: &Ledger,
        now: Moment,
    ) -> Option<Order> {
        match pending {
            Pending::Lend(hand) => {
                if let Refusal::KitShort { item, .. } = refusal {
                    // Somebody wants it now: it may be counted on the spot.
                    self.ask_parts(item, ledger);
                }
                self.refuse(refusal, Doing::Lend, Some(&hand.item), ledger, now);
                if let (Refusal::OrderNeeded { .. }, Some(session)) = (refusal, &mut self.session) {
                    session.restricted.retain(|other| other.item != hand.item);
                    session.restricted.push(hand);
                    self.ask_for_order(ledger);
                }
                return self.next_of_chain(ledger);
            }
            Pending::Return { hand, .. } => {
                self.refuse(refusal, Doing::Return, Some(&hand.item), ledger, now);
            }
            Pending::Renew(item) => self.refuse(refusal, Doing::Renew, Some(&item), ledger, now),
            Pending::Undo { undo, .. } => self.refuse(refusal, Doing::Undo, Some(&undo.item), ledger, now),
            Pending::Clock => self.refuse(refusal, Doing::Other, None, ledger, now),
            Pending::Check { item, .. } | Pending::Damage(item) | Pending::Headcount { item, .. } => {
                self.refuse(refusal, Doing::Other, Some(&item), ledger, now);
            }
        }
        None
    }

    fn remember(&mut self, kind: UndoKind, item: &ItemId, done: &DoneOrder<'_>, now: Moment) {
        if !done.entries.is_empty() {
            self.rows.remember(Undo {
                seqs: done.seqs(),
                item: item.clone(),
                kind,
                at: now,
                done: self.time.signed(),
            });
        }
    }

    /// The line of what was done, with what undoes it; `finish` adds what only this kind of line says.
    fn write(
        &mut self,
        mark: LineMark,
        kind: UndoKind,
        card: &ItemCard,
        done: &DoneOrder<'_>,
        now: Moment,
        finish: impl FnOnce(&mut Row),
    ) {
        let mut row = self.row(mark, now);
        row.seqs = done.seqs();
        row.item = Some(card.clone());
        finish(&mut row);
        self.rows.push(row);
        self.remember(kind, &card.item, done, now);
    }

    fn lent(&mut self, hand: &Hand, done: &DoneOrder<'_>, ledger: &Ledger, now: Moment) {
        let found = done.find(|event| match event {
            Event::CheckedOut { due, school, .. } => Some((*due, school_name(ledger, school))),
            _ => None,
        });
        let Some((due, school)) = found else { return };
        if let Some(session) = &mut self.session {
            session.rescan.retain(|item| *item != hand.item);
            session.restricted.retain(|other| other.item != hand.item);
        }
        // It was queued when it came back, and somebody has lent it on: the panel asks in vain.
        self.panels.forget(&hand.item, self.panel_until());
        let card = item_card(ledger, &hand.item);
        self.write(LineMark::Lent, UndoKind::Lend, &card, done, now, |row| {
            row.school = Some(school);
            row.due = Some(due);
        });
        self.answer(faces::lent(ledger, card, due, &done.notices));
    }

    fn returned(
        &mut self,
        hand: &Hand,
        other: Option<SmolStr>,
        done: &DoneOrder<'_>,
        ledger: &Ledger,
        now: Moment,
    ) {
        let found = done.find(|event| match event {
            Event::Returned {
                loan,
                school,
                unchecked,
                ..
            } => Some((loan, school, *unchecked)),
            _ => None,
        });
        let Some((loan, school, unchecked)) = found else {
            return;
        };
        let days_late = ledger.loans.get(loan).map_or(0, |loan| loan.days_late());
        if unchecked {
            self.panels
                .queue(ledger, &hand.item, Some(school), self.panel_until());
        }
        if let Some(session) = self.session.as_mut().filter(|_| other.is_some()) {
            session.rescan.push(hand.item.clone());
        }
        let (mark, note) = if days_late > 0 {
            let late = Message::new("line-returned-late").number("days", days_late);
            (LineMark::ReturnedLate, Some(late))
        } else {
            let from = other
                .as_ref()
                .map(|school| Message::new("line-returned-from").text("school", school));
            (LineMark::Returned, from)
        };
        let name = school_name(ledger, school);
        let card = item_card(ledger, &hand.item);
        self.write(mark, UndoKind::Return, &card, done, now, |row| {
            row.school = Some(name);
            row.note = note;
        });
        let face = faces::returned(
            ledger,
            CameBack {
                card,
                other,
                days_late,
                unchecked,
                by_label: hand.by_label,
                notices: &done.notices,
            },
        );
        self.answer(face);
    }

    fn renewed(&mut self, item: &ItemId, done: &DoneOrder<'_>, ledger: &Ledger, now: Moment) {
        let due: Option<Date> = done.find(|event| match event {
            Event::Renewed { due, .. } => Some(*due),
            _ => None,
        });
        let Some(due) = due else { return };
        let card = item_card(ledger, item);
        self.write(LineMark::Renewed, UndoKind::Renew, &card, done, now, |row| {
            row.due = Some(due);
        });
        self.answer(faces::renewed(ledger, card, due, &done.notices));
    }

    fn checked(
        &mut self,
        item: &ItemId,
        missing: &Parts,
        done: &DoneOrder<'_>,
        ledger: &Ledger,
        now: Moment,
    ) {
        self.panels.forget(item, self.panel_until());
        let complete = missing.is_empty();
        let mark = if complete {
            LineMark::Checked
        } else {
            LineMark::Short
        };
        let note =
            (!complete).then(|| Message::new("line-short").text("parts", parts_text(ledger, item, missing)));
        let card = item_card(ledger, item);
        self.write(mark, UndoKind::Check, &card, done, now, |row| row.note = note);
        self.answer(faces::checked(ledger, card, missing));
    }

    /// One event is voided; the next of the same command follows, last first.
    fn undid(&mut self, undo: Undo, mut left: Vec<Seq>, by: By, ledger: &Ledger) -> Option<Order> {
        if let Some(next) = left.pop() {
            let again = by.clone();
            return self.order(void(next), again, Pending::Undo { undo, left, by });
        }
        match undo.kind {
            UndoKind::Return => {
                self.panels.forget(&undo.item, self.panel_until());
                if let Some(session) = &mut self.session {
                    session.rescan.retain(|item| *item != undo.item);
                }
            }
            UndoKind::Lend => {
                if let Some(session) = &mut self.session {
                    // Whoever brought it back in this session may still take it.
                    session.rescan.push(undo.item.clone());
                }
            }
            UndoKind::Check => {
                self.ask_parts(&undo.item, ledger);
            }
            UndoKind::Renew | UndoKind::Damage => {}
        }
        let face = faces::undone(ledger, &undo.item, undo.kind.said());
        self.say(face, Some(Cue::Attention), Some(self.settings.success_s));
        None
    }
}
