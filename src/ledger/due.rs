//! Until when an item is lent.
//!
//! Knows: the limits that shorten a loan and the calendar that moves its end. Must not know: whether it may be
//! lent at all.

use super::calendar::Calendar;
use super::master::{Agreement, Item};
use super::policy::Policy;
use super::refusal::{Notice, Refusal};
use super::state::{Ledger, SchoolState, plus_days};
use jiff::civil::Date;

/// A due date, inclusive, and what is to be said about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    pub date: Date,
    pub notices: Vec<Notice>,
}

/// What bounds a loan beside the calendar.
struct Bound {
    last: Date,
    notice: Option<Notice>,
}

/// The due date of a loan or renewal made on `today`.
///
/// The least of: the policy's days, the school's, the item's, the agreement's end (К-15), the day before another
/// school's hold (К-12); then back to a working day, and if none is left after today, on to the first one (К-48).
/// The centre itself brings its things back the same day and asks no calendar.
pub fn due(ledger: &Ledger, school: &SchoolState, item: &Item, today: Date, policy: &Policy) -> Due {
    if school.school.centre {
        return Due {
            date: today,
            notices: Vec::new(),
        };
    }
    let bound = bound(ledger, school, item, today, policy);
    let calendar = Calendar::of(ledger);
    let date = onto_working_day(calendar, bound.last, today);
    let mut notices: Vec<Notice> = bound.notice.into_iter().collect();
    if date != bound.last {
        notices.push(Notice::MovedByCalendar { wanted: bound.last });
    }
    notices.extend(beyond_calendar(calendar, date));
    Due { date, notices }
}

/// A due date somebody asked for: on a working day, not past, not later than the rules allow.
pub fn asked(
    ledger: &Ledger,
    school: &SchoolState,
    allowed: Due,
    asked: Date,
    today: Date,
) -> Result<Due, Refusal> {
    let closed = !school.school.centre && !Calendar::of(ledger).is_working(asked);
    if asked < today || asked > allowed.date || closed {
        return Err(Refusal::DueDate {
            asked,
            latest: allowed.date,
        });
    }
    Ok(Due {
        date: asked,
        notices: beyond_calendar(Calendar::of(ledger), asked).into_iter().collect(),
    })
}

/// The last day of the agreements that follow `agreement` without a gap.
pub fn agreement_end(agreements: &[Agreement], agreement: &Agreement) -> Date {
    // They are kept in the order of their beginning.
    agreements.iter().fold(agreement.valid_to, |end, next| {
        let follows = next.valid_from <= end.tomorrow().unwrap_or(end);
        if follows { end.max(next.valid_to) } else { end }
    })
}

fn bound(ledger: &Ledger, school: &SchoolState, item: &Item, today: Date, policy: &Policy) -> Bound {
    let limit = (school.school.max_days > 0).then_some(school.school.max_days);
    let days = [limit, item.max_days]
        .into_iter()
        .flatten()
        .fold(policy.loan_days, u32::min);
    let mut bound = Bound {
        last: plus_days(today, days),
        notice: None,
    };
    let in_force = |agreement: &&Agreement| agreement.valid_from <= today && today <= agreement.valid_to;
    if let Some(agreement) = school.agreements.iter().find(in_force) {
        let last = agreement_end(&school.agreements, agreement);
        if last < bound.last {
            bound = Bound {
                last,
                notice: Some(Notice::ShortenedByAgreement { last }),
            };
        }
    }
    if let Some(hold) = ledger.hold_of_others(&item.item, &school.school.school, today) {
        let last = hold.from.yesterday().unwrap_or(hold.from).max(today);
        if last < bound.last {
            bound = Bound {
                last,
                notice: Some(Notice::ShortenedByHold { from: hold.from }),
            };
        }
    }
    bound
}

fn onto_working_day(calendar: Calendar<'_>, wanted: Date, today: Date) -> Date {
    if calendar.is_working(wanted) {
        return wanted;
    }
    let before = calendar.last_working_before(wanted).filter(|day| *day > today);
    before
        .or_else(|| calendar.first_working_after(wanted))
        .unwrap_or(wanted)
}

fn beyond_calendar(calendar: Calendar<'_>, date: Date) -> Option<Notice> {
    calendar
        .known_until()
        .filter(|last| *last < date)
        .map(|last| Notice::CalendarEnded { last })
}
