//! An item's card: where it is, in one sentence, while nothing happens to it.
//!
//! Knows: states of items. Must not know: what a scan would do.

use super::faces::{face, place};
use super::names::{item_card, parts_text, school_name};
use super::screen::{Face, Ground};
use crate::ids::{ItemId, SchoolId};
use crate::ledger::{Away, ItemState, Ledger, days_between};
use crate::words::{Message, due_words};
use jiff::civil::Date;

fn plain(id: &'static str) -> Message {
    Message::new(id)
}

/// An item shown and not touched: by «Справка», or before any badge.
pub(super) fn shown(ledger: &Ledger, item: &ItemId, today: Date) -> Face {
    let due = ledger
        .items
        .get(item)
        .and_then(|state| state.status.loan.as_ref())
        .and_then(|loan| ledger.loans.get(loan))
        .map(|loan| loan.due);
    let card = item_card(ledger, item);
    Face {
        text: Some(standing(ledger, item, today)),
        notices: due.map(|due| due_words(due, today)).into_iter().collect(),
        stamp: due,
        place: place(&card, false),
        item: Some(card),
        ..face(Ground::Neutral, None)
    }
}

/// The same, waiting for a badge.
pub(super) fn waits_for_badge(ledger: &Ledger, items: &[&ItemId], today: Date, seconds: u32) -> Option<Face> {
    let (newest, earlier) = items.split_last()?;
    let help = plain("item-first-help").number("seconds", seconds);
    let mut face = shown(ledger, newest, today);
    face.next = Some((plain("item-first-next"), Some(help)));
    face.notices = earlier
        .iter()
        .rev()
        .map(|item| {
            let card = item_card(ledger, item);
            plain("item-first-waiting")
                .text("item", &card.name)
                .text("id", item.as_str())
        })
        .collect();
    Some(face)
}

/// Where an item is, in one sentence.
fn standing(ledger: &Ledger, item: &ItemId, today: Date) -> Message {
    let Some(state) = ledger.items.get(item) else {
        return plain("k09-headline");
    };
    let status = &state.status;
    if status.withdrawn.is_some() {
        return plain("info-withdrawn");
    }
    if status.lost.is_some() {
        return plain("info-lost");
    }
    match status.away {
        Some(Away::Repair) => return plain("info-in-repair"),
        Some(Away::Verification) => return plain("info-verification"),
        None => {}
    }
    if let Some(loan) = status.loan.as_ref().and_then(|loan| ledger.loans.get(loan)) {
        let school = school_name(ledger, &loan.school);
        let days = days_between(loan.due, today);
        return if days > 0 {
            plain("info-overdue").text("school", school).number("days", days)
        } else {
            plain("info-on-loan").text("school", school).date("due", loan.due)
        };
    }
    on_shelf(ledger, item, state, today)
}

fn on_shelf(ledger: &Ledger, item: &ItemId, state: &ItemState, today: Date) -> Message {
    let status = &state.status;
    if status.condition.stops_lending() {
        return plain("info-damaged");
    }
    if status.unchecked {
        return plain("info-unchecked");
    }
    if !status.shortage.is_empty() {
        return plain("info-short").text("parts", parts_text(ledger, item, &status.shortage));
    }
    match hold(ledger, item, today) {
        Some((school, from)) => plain("info-reserved")
            .text("school", school_name(ledger, school))
            .date("from", from),
        None => plain("info-available"),
    }
}

/// The earliest hold that has not passed.
fn hold<'a>(ledger: &'a Ledger, item: &ItemId, today: Date) -> Option<(&'a SchoolId, Date)> {
    let holds = ledger.open_holds.get(item)?;
    holds
        .iter()
        .filter_map(|seq| ledger.holds.get(seq))
        .filter(|hold| hold.from >= today)
        .map(|hold| (&hold.school, hold.from))
        .min_by_key(|(_, from)| *from)
}
