//! The last lines after a restart: a session survives none, its lines do.
//!
//! Knows: how a journal's entry looks as a line. Must not know: how entries are read.

use super::machine::Desk;
use super::names::{item_card, parts_text, school_name};
use super::screen::LineMark;
use super::sheet::{Row, Undo, UndoKind};
use super::time::LONG_AGO;
use crate::clock::{Now, Trust};
use crate::ids::ItemId;
use crate::ledger::{Condition, Entry, Event, How, Ledger};
use crate::words::Message;

impl Desk {
    /// Rebuilds the latest lines from the journal's last entries, oldest first. Imported history is not shown:
    /// nobody at this desk did it.
    pub fn recall<'a>(&mut self, entries: impl IntoIterator<Item = &'a Entry>, ledger: &Ledger, now: Now) {
        self.time.advance(now);
        for entry in entries.into_iter().filter(|entry| entry.src.is_none()) {
            let Some((mut row, undo)) = line(entry, ledger) else {
                continue;
            };
            // How long ago it was, only a clock that was believed can tell.
            let age = now.at.since_ms(entry.at);
            if entry.clock == Trust::Ok && age >= 0 {
                row.done = self.time.signed().saturating_sub(age);
            }
            let done = row.done;
            self.rows.push(row);
            let here = matches!(entry.by.how, How::Scanned | How::Typed | How::Tapped);
            if let Some((kind, item)) = undo.filter(|_| here) {
                self.rows.remember(Undo {
                    seqs: vec![entry.seq],
                    item,
                    kind,
                    at: entry.at,
                    done,
                });
            }
        }
        self.rows.rest();
    }
}

type Found = (Row, Option<(UndoKind, ItemId)>);

fn line(entry: &Entry, ledger: &Ledger) -> Option<Found> {
    let row = |mark, item: &ItemId| {
        let mut row = Row::new(mark, entry.at, LONG_AGO);
        row.seqs = vec![entry.seq];
        row.item = Some(item_card(ledger, item));
        row
    };
    let found = match &entry.event {
        Event::CheckedOut {
            item, school, due, ..
        } => {
            let mut row = row(LineMark::Lent, item);
            row.school = Some(school_name(ledger, school));
            row.due = Some(*due);
            (row, Some((UndoKind::Lend, item.clone())))
        }
        Event::Returned {
            loan, item, school, ..
        } => {
            let days = ledger.loans.get(loan).map_or(0, |loan| loan.days_late());
            let late = days > 0;
            let mark = if late {
                LineMark::ReturnedLate
            } else {
                LineMark::Returned
            };
            let mut row = row(mark, item);
            row.school = Some(school_name(ledger, school));
            row.note = late.then(|| Message::new("line-returned-late").number("days", days));
            (row, Some((UndoKind::Return, item.clone())))
        }
        Event::Renewed { item, due, .. } => {
            let mut row = row(LineMark::Renewed, item);
            row.due = Some(*due);
            (row, Some((UndoKind::Renew, item.clone())))
        }
        Event::KitChecked {
            item,
            complete,
            missing,
            ..
        } => {
            let mark = if *complete {
                LineMark::Checked
            } else {
                LineMark::Short
            };
            let mut row = row(mark, item);
            let parts = parts_text(ledger, item, missing);
            row.note = (!missing.is_empty()).then(|| Message::new("line-short").text("parts", parts));
            (row, Some((UndoKind::Check, item.clone())))
        }
        Event::ConditionNoted {
            item,
            condition: Condition::Damaged | Condition::Faulty,
            ..
        } => (
            row(LineMark::Damaged, item),
            Some((UndoKind::Damage, item.clone())),
        ),
        Event::Refused {
            code, item, school, ..
        } => {
            let mut row = Row::new(LineMark::Refused, entry.at, LONG_AGO);
            row.item = item.as_ref().map(|item| item_card(ledger, item));
            row.school = school.as_ref().map(|school| school_name(ledger, school));
            let why = Message::new("code").text("code", code);
            row.note = Some(Message::new("line-refused-because").said("why", why));
            (row, None)
        }
        Event::UnknownTag { .. } => (Row::new(LineMark::Unknown, entry.at, LONG_AGO), None),
        _ => return None,
    };
    Some(found)
}
