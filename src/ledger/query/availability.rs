//! Availability by category and kind: how many, how many free, when the next comes back.
//!
//! Knows: items, due dates, holds and closed days. Must not know: schools' names: nothing here tells who has what.

use super::super::calendar::Calendar;
use super::super::master::Lending;
use super::super::policy::Policy;
use super::super::state::{ItemState, Ledger, days_between, plus_days};
use super::state::{State, is_free, item_state};
use jiff::{ToSpan, civil::Date};
use serde::Serialize;
use smol_str::SmolStr;
use std::collections::BTreeMap;

/// How many days the band of a kind shows, today among them.
pub const BAND_DAYS: usize = 14;

/// One day of the band.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct BandDay {
    pub date: Date,
    /// The centre is open.
    pub open: bool,
    /// How many could be lent on it; 0 on a closed day.
    pub free: u32,
}

/// Items of one name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Kind {
    pub name: SmolStr,
    /// Items that can be lent at all: neither withdrawn, lost nor kept in the centre.
    pub total: u32,
    pub free: u32,
    /// The next due date among those that are out and not overdue.
    pub next_return: Option<Date>,
    /// Today and the days after it.
    pub band: Vec<BandDay>,
    /// Free through the whole period that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub free_in_period: Option<u32>,
}

/// Kinds of one category, in the order of their names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Category {
    pub name: SmolStr,
    pub total: u32,
    pub free: u32,
    pub next_return: Option<Date>,
    pub kinds: Vec<Kind>,
}

/// What can be had on `today`, and through a period (both days inclusive) if one is asked for.
pub fn availability(
    ledger: &Ledger,
    today: Date,
    policy: &Policy,
    period: Option<(Date, Date)>,
) -> Vec<Category> {
    let calendar = Calendar::of(ledger);
    let days = (0..)
        .map_while(|n: i64| today.checked_add(n.days()).ok())
        .take(BAND_DAYS);
    let days: Vec<(Date, bool)> = days.map(|day| (day, calendar.is_working(day))).collect();
    let mut categories: BTreeMap<&SmolStr, BTreeMap<&SmolStr, Kind>> = BTreeMap::new();
    for item in ledger.items.values().filter(|item| can_ever_be_lent(item)) {
        let kinds = categories.entry(&item.item.category).or_default();
        let kind = kinds
            .entry(&item.item.name)
            .or_insert_with(|| Kind::empty(&item.item.name, &days, period));
        kind.count(ledger, item, today, policy, period);
    }
    let category = |(name, kinds): (&SmolStr, BTreeMap<&SmolStr, Kind>)| Category {
        name: name.clone(),
        total: kinds.values().map(|kind| kind.total).sum(),
        free: kinds.values().map(|kind| kind.free).sum(),
        next_return: kinds.values().filter_map(|kind| kind.next_return).min(),
        kinds: kinds.into_values().collect(),
    };
    categories.into_iter().map(category).collect()
}

fn can_ever_be_lent(item: &ItemState) -> bool {
    let status = &item.status;
    item.item.lending != Lending::CentreOnly && status.withdrawn.is_none() && status.lost.is_none()
}

impl Kind {
    fn empty(name: &SmolStr, days: &[(Date, bool)], period: Option<(Date, Date)>) -> Self {
        let day = |(date, open): &(Date, bool)| BandDay {
            date: *date,
            open: *open,
            free: 0,
        };
        Self {
            name: name.clone(),
            total: 0,
            free: 0,
            next_return: None,
            band: days.iter().map(day).collect(),
            free_in_period: period.map(|_| 0),
        }
    }

    fn count(
        &mut self,
        ledger: &Ledger,
        item: &ItemState,
        today: Date,
        policy: &Policy,
        period: Option<(Date, Date)>,
    ) {
        self.total += 1;
        self.free += u32::from(is_free(ledger, item, today, policy));
        let out = item.status.loan.as_ref().and_then(|loan| ledger.loans.get(loan));
        if let Some(loan) = out.filter(|loan| !loan.is_overdue(today)) {
            self.next_return = self.next_return.into_iter().chain([loan.due]).min();
        }
        let taken = Taken::of(ledger, item, today, policy);
        for day in self.band.iter_mut().filter(|day| day.open) {
            day.free += u32::from(taken.is_free_on(day.date));
        }
        if let (Some(free), Some((from, to))) = (&mut self.free_in_period, period) {
            *free += u32::from(taken.is_free_through(from.max(today), to));
        }
    }
}

/// When an item cannot be had.
struct Taken {
    /// For as long as anybody can tell: under check, in repair, overdue, verification run out.
    always: bool,
    /// Out until the end of this day.
    until: Option<Date>,
    /// From the first day on which a hold refuses others to the last day of the loan expected after it.
    held: Vec<(Date, Date)>,
    verified_until: Option<Date>,
}

impl Taken {
    fn of(ledger: &Ledger, item: &ItemState, today: Date, policy: &Policy) -> Self {
        let (state, reason) = item_state(ledger, item, today, policy);
        let loan = item.status.loan.as_ref().and_then(|loan| ledger.loans.get(loan));
        let here = matches!(state, State::Available | State::Reserved | State::OnLoan);
        let held = ledger.holds_of(&item.item.item, today).into_iter().map(|hold| {
            let near = i64::from(policy.hold_near_days.saturating_sub(1).min(366));
            (
                hold.from.saturating_sub(near.days()),
                plus_days(hold.from, policy.loan_days),
            )
        });
        Self {
            always: !here || reason.is_some() || loan.is_some_and(|loan| loan.is_overdue(today)),
            until: loan.map(|loan| loan.due),
            held: held.collect(),
            verified_until: item.status.verification_due,
        }
    }

    fn is_free_on(&self, day: Date) -> bool {
        self.is_free_through(day, day)
    }

    fn is_free_through(&self, from: Date, to: Date) -> bool {
        !self.always
            && from <= to
            && self.until.is_none_or(|until| until < from)
            && self
                .verified_until
                .is_none_or(|last| days_between(last, from) == 0)
            && self.held.iter().all(|(first, last)| to < *first || *last < from)
    }
}
