//! Lists as people ask for them: loans, what is overdue, holds that count.
//!
//! Knows: filters and order. Must not know: columns, pages.

use super::super::state::{Hold, Ledger, Loan};
use crate::ids::{ItemId, SchoolId};
use jiff::civil::Date;

/// Which loans; every condition that is set has to hold. Voided loans are in none.
#[derive(Clone, Debug, Default)]
pub struct LoanFilter<'a> {
    pub school: Option<&'a SchoolId>,
    pub item: Option<&'a ItemId>,
    /// Only those that are out.
    pub open: bool,
    /// Only those overdue on this day.
    pub overdue_on: Option<Date>,
    /// Only those lent on or after this local date.
    pub out_from: Option<Date>,
    /// Only those lent on or before this local date.
    pub out_to: Option<Date>,
}

impl LoanFilter<'_> {
    fn takes(&self, loan: &Loan) -> bool {
        loan.voided.is_none()
            && self.school.is_none_or(|school| loan.school == *school)
            && self.item.is_none_or(|item| loan.item == *item)
            && (!self.open || loan.is_open())
            && self.overdue_on.is_none_or(|day| loan.is_overdue(day))
            && self.out_from.is_none_or(|from| loan.out.date() >= from)
            && self.out_to.is_none_or(|to| loan.out.date() <= to)
    }
}

/// Loans in the order in which they were made.
pub fn loans<'a>(ledger: &'a Ledger, filter: &LoanFilter<'_>) -> Vec<&'a Loan> {
    let mut loans: Vec<&Loan> = match (filter.open || filter.overdue_on.is_some(), filter.school) {
        // What is out is few; what was ever lent is many.
        (true, None) => open_loans(ledger).filter(|loan| filter.takes(loan)).collect(),
        (true, Some(school)) => {
            let open = ledger.open_loans.get(school).into_iter().flatten();
            open.filter_map(|loan| ledger.loan(loan))
                .filter(|loan| filter.takes(loan))
                .collect()
        }
        (false, _) => ledger.all_loans().filter(|loan| filter.takes(loan)).collect(),
    };
    loans.sort_by_key(|loan| loan.seq);
    loans
}

/// Loans overdue on a day, the longest overdue first. Lost ones are among them.
pub fn overdue(ledger: &Ledger, today: Date) -> Vec<&Loan> {
    let mut loans: Vec<&Loan> = open_loans(ledger).filter(|loan| loan.is_overdue(today)).collect();
    loans.sort_by_key(|loan| (loan.due, loan.seq));
    loans
}

/// Holds that count on a day, the nearest pick-up first.
pub fn holds_in_force(ledger: &Ledger, today: Date) -> Vec<&Hold> {
    let mut holds: Vec<&Hold> = ledger
        .open_holds
        .keys()
        .flat_map(|item| ledger.holds_of(item, today))
        .collect();
    holds.sort_by_key(|hold| (hold.from, hold.seq));
    holds
}

fn open_loans(ledger: &Ledger) -> impl Iterator<Item = &Loan> {
    ledger
        .open_loans
        .values()
        .flatten()
        .filter_map(|loan| ledger.loan(loan))
}
