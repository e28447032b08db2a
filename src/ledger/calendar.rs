//! Working days of the centre: Sundays, public holidays, vacations and closed days taken out.
//!
//! Knows: the calendar's spans and the public holidays fixed by law. Must not know: loans.
//! Beyond its last span only Sundays and the fixed holidays are known; whoever counts there has to say so.

use super::master::{CalendarSpan, DayKind};
use super::state::Ledger;
use jiff::civil::{Date, Weekday};

/// Longest stretch of closed days that is searched for a working one, in days.
const LONGEST_CLOSURE: usize = 400;

/// Month and day of the public holidays of article 112 of the labour code, without yearly transfers.
const FIXED_HOLIDAYS: [(i8, i8); 14] = [
    (1, 1),
    (1, 2),
    (1, 3),
    (1, 4),
    (1, 5),
    (1, 6),
    (1, 7),
    (1, 8),
    (2, 23),
    (3, 8),
    (5, 1),
    (5, 9),
    (6, 12),
    (11, 4),
];

/// The days of a ledger as they stand.
#[derive(Clone, Copy)]
pub struct Calendar<'a> {
    spans: &'a [CalendarSpan],
}

/// Why the centre is closed on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closed<'a> {
    Sunday,
    Span(&'a CalendarSpan),
    FixedHoliday,
}

impl<'a> Calendar<'a> {
    pub fn of(ledger: &'a Ledger) -> Self {
        Self {
            spans: &ledger.calendar,
        }
    }

    pub fn is_working(self, day: Date) -> bool {
        self.closed(day).is_none()
    }

    /// Why `day` is closed; none on a working day. A span that opens a day wins over all that closes it.
    pub fn closed(self, day: Date) -> Option<Closed<'a>> {
        let mut spans = self
            .spans
            .iter()
            .filter(|span| span.from <= day && day <= span.to);
        if spans.clone().any(|span| span.kind == DayKind::Working) {
            return None;
        }
        if let Some(span) = spans.next() {
            return Some(Closed::Span(span));
        }
        if FIXED_HOLIDAYS.contains(&(day.month(), day.day())) {
            return Some(Closed::FixedHoliday);
        }
        (day.weekday() == Weekday::Sunday).then_some(Closed::Sunday)
    }

    /// The last working day before `day`.
    pub fn last_working_before(self, day: Date) -> Option<Date> {
        let days = std::iter::successors(day.yesterday().ok(), |day| day.yesterday().ok());
        days.take(LONGEST_CLOSURE).find(|day| self.is_working(*day))
    }

    /// The first working day after `day`.
    pub fn first_working_after(self, day: Date) -> Option<Date> {
        let days = std::iter::successors(day.tomorrow().ok(), |day| day.tomorrow().ok());
        days.take(LONGEST_CLOSURE).find(|day| self.is_working(*day))
    }

    /// The last day about which the calendar says anything; none if it is empty.
    pub fn known_until(self) -> Option<Date> {
        self.spans.iter().map(|span| span.to).max()
    }
}
