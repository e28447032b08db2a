//! Counts of kits, repair, verification, loss and withdrawal as they fold into an item's status.
//!
//! Knows: what is missing from a kit and where an item is. Must not know: what may be lent.

use super::super::event::{Condition, Event, Parts};
use super::super::state::*;
use super::{Stamp, add, take};
use crate::ids::{ItemId, LoanId};

impl Ledger {
    pub(super) fn apply_condition(&mut self, stamp: Stamp, event: &Event) {
        let today = stamp.at.date();
        match event {
            Event::KitChecked {
                item,
                loan,
                missing,
                confirms,
                ..
            } => self.count_kit(stamp, item, loan.as_ref(), missing, *confirms),
            Event::Replenished { item, parts, .. } => {
                self.change(stamp, item, Change::Status, |status| {
                    take(&mut status.shortage, parts)
                });
            }
            Event::ConditionNoted { item, condition, .. } => {
                self.change(stamp, item, Change::Status, |status| {
                    status.condition = *condition;
                    status.since = condition.stops_lending().then_some(today);
                });
            }
            Event::RepairStarted { item, .. } => self.send_away(stamp, item, Away::Repair),
            Event::VerificationStarted { item } => self.send_away(stamp, item, Away::Verification),
            Event::RepairEnded { item, .. } => {
                self.change(stamp, item, Change::Status, |status| {
                    status.away = None;
                    status.condition = Condition::Ok;
                    status.since = None;
                });
            }
            Event::VerificationEnded { item, next_due } => {
                self.change(stamp, item, Change::Status, |status| {
                    status.away = None;
                    status.since = None;
                    if next_due.is_some() {
                        status.verification_due = *next_due;
                    }
                });
            }
            Event::Lost { item, loan, .. } => {
                let loan = loan.clone().or_else(|| self.open_loan_of(item));
                self.miss(stamp, item, loan, true);
            }
            Event::Found { item, .. } => {
                let loan = self.open_loan_of(item);
                self.miss(stamp, item, loan, false);
            }
            Event::Withdrawn { item, .. } => {
                self.change(stamp, item, Change::Status, |status| {
                    status.withdrawn = Some(today);
                    status.since = Some(today);
                });
            }
            _ => {}
        }
    }

    fn send_away(&mut self, stamp: Stamp, item: &ItemId, away: Away) {
        self.change(stamp, item, Change::Status, |status| {
            status.away = Some(away);
            status.since = Some(stamp.at.date());
        });
    }

    fn miss(&mut self, stamp: Stamp, item: &ItemId, loan: Option<LoanId>, lost: bool) {
        if let Some(loan) = loan.as_ref().and_then(|loan| self.loans.get_mut(loan)) {
            loan.lost = lost && loan.is_open();
        }
        let change = loan.map_or(Change::Status, Change::Missed);
        self.change(stamp, item, change, |status| {
            let day = lost.then(|| stamp.at.date());
            status.lost = day;
            status.since = day;
        });
    }

    /// A count says what is missing now. Where it follows a return, what it finds beyond the shortage that the
    /// kit went out with belongs to that loan.
    fn count_kit(
        &mut self,
        stamp: Stamp,
        item: &ItemId,
        loan: Option<&LoanId>,
        missing: &Parts,
        confirms: bool,
    ) {
        if confirms {
            self.change(stamp, item, Change::Status, |status| status.unchecked = false);
            return;
        }
        let short = self
            .items
            .get(item)
            .map(|item| item.status.shortage.clone())
            .unwrap_or_default();
        let returned = loan
            .and_then(|loan| self.loans.get_mut(loan))
            .and_then(|loan| loan.returned.as_mut());
        let change = match (loan, returned) {
            (Some(loan), Some(returned)) => {
                let mut went_out_with = short;
                take(&mut went_out_with, &returned.missing);
                let mut found = Parts::new();
                add(&mut found, missing);
                take(&mut found, &went_out_with);
                Change::Checked {
                    loan: loan.clone(),
                    missing: std::mem::replace(&mut returned.missing, found),
                }
            }
            _ => Change::Status,
        };
        self.change(stamp, item, change, |status| {
            status.unchecked = false;
            status.shortage = missing.clone();
            status.shortage.retain(|_, count| *count > 0);
        });
    }
}
