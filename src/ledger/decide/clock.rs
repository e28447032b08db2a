//! The clock, confirmed by a person: from here on its time counts again.
//!
//! Knows: who may say so, and which due dates had been counted from a day that nobody knew. Must not know: clocks.

use super::super::due;
use super::super::event::{Event, How, Redated};
use super::super::refusal::Refusal;
use super::super::state::Loan;
use super::Decided;
use super::case::{Case, invalid};
use crate::clock::Trust;
use jiff::civil::Date;

impl Case<'_> {
    /// `date`: what the person saw on the clock. The program itself asks this once the clock has come right.
    pub(super) fn confirm_clock(&self, date: Date) -> Result<Decided, Refusal> {
        let shown = self.context.now.date();
        let by_itself = self.context.by.how == How::System;
        match self.context.trust {
            Trust::Unset => return Err(Refusal::ClockUnset { date: shown }),
            Trust::Ok | Trust::Imported if !by_itself => return Err(Refusal::AlreadySo { what: "clock" }),
            _ => {}
        }
        if !by_itself && !self.is_staff() {
            return Err(Refusal::DutyNeeded);
        }
        if date != shown {
            return Err(invalid("date", "another_day"));
        }
        let redated: Vec<Redated> = self
            .ledger
            .open_loans
            .values()
            .flatten()
            .filter_map(|loan| self.ledger.loan(loan))
            .filter_map(|loan| self.redated(loan, date))
            .collect();
        if by_itself && redated.is_empty() {
            return Err(Refusal::AlreadySo { what: "clock" });
        }
        Ok(Decided::one(Event::ClockConfirmed { redated }))
    }

    /// A loan made on an unknown day that would be late at once, or one made on a day that has not come yet.
    fn redated(&self, loan: &Loan, today: Date) -> Option<Redated> {
        let undated = self.ledger.believed.undated.contains(&loan.loan) && loan.is_overdue(today);
        let of_the_future = loan.out.date() > today;
        if loan.lost || !(undated || of_the_future) {
            return None;
        }
        let item = self.ledger.items.get(&loan.item)?;
        let school = self.ledger.schools.get(&loan.school)?;
        let due = due::due(self.ledger, school, &item.item, today, self.context.policy).date;
        (due != loan.due).then(|| Redated {
            loan: loan.loan.clone(),
            due,
            previous_due: loan.due,
        })
    }
}
