//! The ten numbers of the summary.

use super::super::state::Ledger;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Counts as of a ledger and a day. A voided loan is in none of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// All items ever enrolled, lost and withdrawn ones too.
    pub items: u64,
    pub loans: u64,
    pub returns: u64,
    /// Returned on a local date after the due date.
    pub returns_late: u64,
    pub returns_incomplete: u64,
    pub returns_damaged: u64,
    pub loans_open: u64,
    /// Open loans whose due date has passed, lost ones too.
    pub loans_overdue: u64,
    pub items_lost: u64,
    pub items_withdrawn: u64,
    pub refusals: u64,
}

/// Counts what stands in `ledger`; `today` decides what is overdue.
pub fn summary(ledger: &Ledger, today: Date) -> Summary {
    let mut sum = Summary {
        refusals: ledger.counts.refusals,
        ..Summary::default()
    };
    for item in ledger.items.values() {
        sum.items += 1;
        sum.items_withdrawn += u64::from(item.status.withdrawn.is_some());
        sum.items_lost += u64::from(item.status.lost.is_some() && item.status.withdrawn.is_none());
    }
    for loan in ledger.loans.values().filter(|loan| loan.voided.is_none()) {
        sum.loans += 1;
        sum.loans_overdue += u64::from(loan.is_overdue(today));
        match &loan.returned {
            None => sum.loans_open += 1,
            Some(returned) => {
                sum.returns += 1;
                sum.returns_late += u64::from(loan.days_late() > 0);
                sum.returns_incomplete += u64::from(!returned.missing.is_empty());
                sum.returns_damaged += u64::from(returned.condition.stops_lending());
            }
        }
    }
    sum
}
