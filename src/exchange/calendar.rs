//! `calendar.csv`: vacations, holidays, closed days.
//!
//! Knows: the columns of this file. Must not know: what is open when. The column `basis` is for people only.

use super::cells::Cells;
use super::reason::What;
use super::unit::{Context, Kind, Unit};
use crate::ledger::{CalendarSpan, DayKind, Event};

pub const KIND: Kind = Kind {
    name: "calendar",
    columns: &["date_from", "date_to", "kind", "name", "basis"],
    group: "",
    read,
};

/// What stands under `kind`.
const KINDS: [(&str, DayKind); 4] = [
    ("каникулы", DayKind::Vacation),
    ("нерабочий праздничный день", DayKind::Holiday),
    ("закрыто", DayKind::Closed),
    ("рабочий день", DayKind::Working),
];

fn read(rows: &mut [Cells<'_>], context: &Context<'_>) -> Option<Unit> {
    let row = rows.first_mut()?;
    let known_kinds = "каникулы, нерабочий праздничный день, закрыто, рабочий день";
    let span = CalendarSpan {
        from: row.date("date_from"),
        to: row.date("date_to"),
        kind: row.one_of("kind", &KINDS, known_kinds)?,
        name: row.text("name"),
    };
    row.in_order("date_to", span.from, span.to);
    let same_days =
        |known: &&CalendarSpan| (known.from, known.to, known.kind) == (span.from, span.to, span.kind);
    let known = context.ledger.calendar.iter().find(same_days);
    let id = format!("{}…{} {}", span.from, span.to, row.raw("kind"));
    let events = if known == Some(&span) {
        Vec::new()
    } else {
        vec![Event::CalendarSet(span.clone())]
    };
    Some(Unit::master(What::Days, id, known.is_some(), events))
}
