//! Loans, returns, renewals and holds as they fold into the ledger.
//!
//! Knows: the indexes of open loans and open holds. Must not know: whether a loan was allowed.

use super::super::event::{Entry, Event, Seq};
use super::super::shared::Shared;
use super::super::state::*;
use super::{Stamp, add};
use crate::ids::LoanId;
use smol_str::SmolStr;

impl Ledger {
    /// A purpose is a long text that loan after loan repeats: the letters of the last loan's serve for the next one's.
    fn shared_purpose(&self, purpose: &Option<SmolStr>) -> Option<SmolStr> {
        let last = self.loans.last_key_value().map(|(_, loan)| &loan.purpose);
        last.filter(|last| *last == purpose).unwrap_or(purpose).clone()
    }

    pub(super) fn apply_lending(&mut self, stamp: Stamp, entry: &Entry) {
        match &entry.event {
            Event::CheckedOut {
                loan,
                item,
                school,
                due,
                purpose,
                group,
                order,
                hold,
                shortage,
                session,
                ..
            } => {
                self.loans.insert(
                    loan.clone(),
                    Shared::from(Loan {
                        loan: loan.clone(),
                        item: item.clone(),
                        school: school.clone(),
                        badge: entry.by.badge.clone(),
                        seq: stamp.seq,
                        out: stamp.at,
                        due: *due,
                        renewals: Vec::new(),
                        purpose: self.shared_purpose(purpose),
                        group: group.clone(),
                        order: order.clone(),
                        shortage: shortage.clone(),
                        hold: *hold,
                        session: *session,
                        returned: None,
                        lost: false,
                        voided: None,
                    }),
                );
                self.open_loans
                    .entry(school.clone())
                    .or_default()
                    .insert(loan.clone());
                if let Some(hold) = hold {
                    self.close_hold(*hold, HoldState::Fulfilled(loan.clone()));
                }
                self.count_session(*session);
                if let Some(number) = number_of(loan) {
                    self.next_loan = self.next_loan.max(number.saturating_add(1));
                }
                self.change(stamp, item, Change::CheckedOut(loan.clone()), |status| {
                    status.loan = Some(loan.clone());
                });
            }
            Event::Returned {
                loan,
                item,
                condition,
                missing,
                unchecked,
                headcount,
                by_label,
                session,
                ..
            } => {
                if let Some(loan) = self.loans.get_mut(loan) {
                    loan.lost = false;
                    loan.returned = Some(LoanReturn {
                        seq: stamp.seq,
                        at: stamp.at,
                        condition: *condition,
                        missing: missing.clone(),
                        headcount: *headcount,
                        by_label: *by_label,
                        session: *session,
                    });
                }
                self.leave_open_loans(loan);
                self.count_session(*session);
                self.change(stamp, item, Change::Returned(loan.clone()), |status| {
                    status.loan = None;
                    // What comes back is found by coming back.
                    status.lost = None;
                    status.condition = *condition;
                    status.since = condition.stops_lending().then(|| stamp.at.date());
                    status.unchecked = *unchecked;
                    status.last_return = Some((loan.clone(), stamp.at));
                    add(&mut status.shortage, missing);
                });
            }
            Event::Renewed { loan, item, due, .. } => {
                if let Some(loan) = self.loans.get_mut(loan).map(|loan| &mut **loan) {
                    loan.renewals.push((stamp.seq, loan.due));
                    loan.due = *due;
                }
                self.change(stamp, item, Change::Renewed(loan.clone()), |_| {});
            }
            Event::LoanNoted {
                loan,
                purpose,
                group,
                order,
                headcount,
            } => {
                if let Some(loan) = self.loans.get_mut(loan) {
                    let told = |known: &mut Option<_>, new: &Option<SmolStr>| {
                        if new.is_some() {
                            known.clone_from(new);
                        }
                    };
                    told(&mut loan.purpose, purpose);
                    told(&mut loan.group, group);
                    told(&mut loan.order, order);
                    if let (Some(returned), Some(_)) = (&mut loan.returned, headcount) {
                        returned.headcount = *headcount;
                    }
                }
            }
            Event::Held { item, school, from } => {
                self.holds.insert(
                    stamp.seq,
                    Hold {
                        seq: stamp.seq,
                        item: item.clone(),
                        school: school.clone(),
                        from: *from,
                        made: stamp.at,
                        state: HoldState::Open,
                    },
                );
                self.open_holds.entry(item.clone()).or_default().insert(stamp.seq);
            }
            Event::HoldCancelled { hold, .. } => self.close_hold(*hold, HoldState::Cancelled),
            _ => {}
        }
    }

    pub(super) fn close_hold(&mut self, hold: Seq, state: HoldState) {
        let Some(hold) = self.holds.get_mut(&hold) else {
            return;
        };
        hold.state = state;
        if let Some(open) = self.open_holds.get_mut(&hold.item) {
            open.remove(&hold.seq);
            if open.is_empty() {
                self.open_holds.remove(&hold.item);
            }
        }
    }

    pub(super) fn reopen_hold(&mut self, hold: Seq) {
        let Some(hold) = self.holds.get_mut(&hold) else {
            return;
        };
        hold.state = HoldState::Open;
        self.open_holds
            .entry(hold.item.clone())
            .or_default()
            .insert(hold.seq);
    }

    pub(super) fn leave_open_loans(&mut self, loan: &LoanId) {
        let Some(school) = self.loans.get(loan).map(|loan| loan.school.clone()) else {
            return;
        };
        if let Some(open) = self.open_loans.get_mut(&school) {
            open.remove(loan);
            if open.is_empty() {
                self.open_loans.remove(&school);
            }
        }
    }

    fn count_session(&mut self, session: Option<u64>) {
        if let Some(session) = session {
            self.next_session = self.next_session.max(session.saturating_add(1));
        }
    }
}

/// A number above this is no running number; counting on from it would run out of numbers.
const LARGEST_NUMBER: u64 = 999_999_999;

/// The running number in a loan's id: 728 in `В-26-00728`. It runs on over the years.
fn number_of(loan: &LoanId) -> Option<u64> {
    let number = loan.as_str().rsplit('-').next()?.parse().ok()?;
    (number <= LARGEST_NUMBER).then_some(number)
}
