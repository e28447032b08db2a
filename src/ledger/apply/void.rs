//! Voids: an event is turned back, the latest on its item first.
//!
//! Knows: how each kind of change is turned back. Must not know: who may do it.

use super::super::event::Seq;
use super::super::state::*;
use crate::ids::ItemId;

impl Ledger {
    pub(super) fn apply_voids(&mut self, seqs: &[Seq], by: Seq) {
        let mut seqs = seqs.to_vec();
        seqs.sort_unstable_by(|a, b| b.cmp(a));
        for seq in seqs {
            self.turn_back(seq, by);
        }
    }

    /// The item on which `seq` was the last event, if it still can be turned back.
    pub fn last_change(&self, seq: Seq) -> Option<(&ItemId, &Earlier)> {
        self.items
            .iter()
            .find_map(|(id, item)| item.before.back().filter(|e| e.seq == seq).map(|e| (id, e)))
    }

    fn turn_back(&mut self, seq: Seq, by: Seq) {
        if let Some(hold) = self.holds.get(&seq) {
            if hold.state == HoldState::Open {
                self.close_hold(seq, HoldState::Cancelled);
                self.note_void(seq);
            }
            return;
        }
        let Some(item) = self.last_change(seq).map(|(item, _)| item.clone()) else {
            return;
        };
        let Some(earlier) = self.items.get_mut(&item).and_then(|item| {
            let earlier = item.before.pop_back()?;
            item.status = earlier.status.clone();
            Some(earlier)
        }) else {
            return;
        };
        match &earlier.change {
            Change::Status => {}
            Change::CheckedOut(loan) => {
                self.leave_open_loans(loan);
                let hold = self.loans.get_mut(loan).and_then(|loan| {
                    loan.voided = Some(by);
                    loan.hold
                });
                if let Some(hold) = hold {
                    self.reopen_hold(hold);
                }
            }
            Change::Returned(loan) => {
                if let Some(loan) = self.loans.get_mut(loan) {
                    loan.returned = None;
                    loan.lost = earlier.status.lost.is_some();
                    let open = self.open_loans.entry(loan.school.clone()).or_default();
                    open.insert(loan.loan.clone());
                }
            }
            Change::Renewed(loan) => {
                if let Some(loan) = self.loans.get_mut(loan)
                    && let Some((_, due)) = loan.renewals.pop()
                {
                    loan.due = due;
                }
            }
            Change::Checked { loan, missing } => {
                if let Some(returned) = self.loans.get_mut(loan).and_then(|l| l.returned.as_mut()) {
                    returned.missing = missing.clone();
                }
            }
            Change::Missed(loan) => {
                if let Some(loan) = self.loans.get_mut(loan) {
                    loan.lost = earlier.status.lost.is_some() && loan.is_open();
                }
            }
        }
        self.note_void(seq);
    }

    fn note_void(&mut self, seq: Seq) {
        self.voided.insert(seq);
        self.counts.voids += 1;
    }
}
