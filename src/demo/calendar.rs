//! The school year in which the demo plays: the sample's calendar ends the day before it begins.
//!
//! Knows: its days off. Must not know: what a day off does to a loan.
//!
//! Public holidays are those of article 112 of the Labour Code, without days moved by decree; the vacations are invented
//! like the centre itself.

use crate::ledger::{CalendarSpan, DayKind};
use jiff::civil::{Date, date};

const HOLIDAYS: [(Date, Date); 7] = [
    (date(2026, 11, 4), date(2026, 11, 4)),
    (date(2027, 1, 1), date(2027, 1, 8)),
    (date(2027, 2, 23), date(2027, 2, 23)),
    (date(2027, 3, 8), date(2027, 3, 8)),
    (date(2027, 5, 1), date(2027, 5, 1)),
    (date(2027, 5, 9), date(2027, 5, 9)),
    (date(2027, 6, 12), date(2027, 6, 12)),
];

const VACATIONS: [(Date, Date, &str); 4] = [
    (date(2026, 10, 24), date(2026, 11, 1), "осенние каникулы"),
    (date(2026, 12, 31), date(2027, 1, 10), "зимние каникулы"),
    (date(2027, 3, 27), date(2027, 4, 4), "весенние каникулы"),
    (date(2027, 5, 27), date(2027, 8, 31), "летние каникулы"),
];

/// Every stretch of days off of the demo's school year.
pub fn spans() -> impl Iterator<Item = CalendarSpan> {
    let holidays = HOLIDAYS
        .iter()
        .map(|(from, to)| (*from, *to, DayKind::Holiday, ""));
    let vacations = VACATIONS
        .iter()
        .map(|(from, to, name)| (*from, *to, DayKind::Vacation, *name));
    holidays
        .chain(vacations)
        .map(|(from, to, kind, name)| CalendarSpan {
            from,
            to,
            kind,
            name: name.into(),
        })
}
