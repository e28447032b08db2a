//! Voids and moved loans: turning back what nothing stands on.
//!
//! Knows: that only the last event on an item can be turned back. Must not know: how long undo is offered.

use super::super::command::Command;
use super::super::event::{Entry, Event, Seq};
use super::super::refusal::Refusal;
use super::super::state::HoldState;
use super::case::{Case, needed, unknown};
use super::{Decided, decide};
use crate::ids::{BadgeCode, LoanId};

impl Case<'_> {
    pub(super) fn void(&self, seq: Seq, reason: &str) -> Result<Decided, Refusal> {
        let reason = needed("reason", reason)?;
        self.can_be_voided(seq)?;
        Ok(Decided::one(Event::Voided {
            seqs: vec![seq],
            reason,
        }))
    }

    fn can_be_voided(&self, seq: Seq) -> Result<(), Refusal> {
        let cannot = |because| Err(Refusal::CannotVoid { seq, because });
        if seq == 0 || seq > self.ledger.seq {
            return Err(unknown("event", &seq.to_string()));
        }
        if self.ledger.voided.contains(&seq) {
            return Err(Refusal::AlreadySo { what: "voided" });
        }
        if let Some(hold) = self.ledger.holds.get(&seq) {
            return match hold.state {
                HoldState::Open => Ok(()),
                _ => cannot("the_hold_is_closed"),
            };
        }
        match self.ledger.last_change(seq) {
            Some(_) => Ok(()),
            None => cannot("not_the_last_on_its_item"),
        }
    }

    /// A line of a session goes to another school: the loan is voided and made anew, both or none.
    pub(super) fn move_loan(
        &self,
        loan: &LoanId,
        badge: &BadgeCode,
        reason: &str,
    ) -> Result<Decided, Refusal> {
        let loan = self.loan(loan)?;
        if !loan.is_open() {
            return Err(Refusal::NotOut {
                item: loan.item.clone(),
            });
        }
        let borrower = self.borrower(badge)?;
        if borrower.school == loan.school {
            return Err(Refusal::AlreadySo { what: "school" });
        }
        let Decided { mut events, .. } = self.void(loan.seq, reason)?;

        // The rules are asked of the ledger as it will stand without the loan.
        let mut without = self.ledger.clone();
        for event in &events {
            let seq = without.seq.saturating_add(1);
            without.apply(&Entry {
                seq,
                batch: seq,
                at: self.context.now,
                clock: self.context.trust,
                recorded: None,
                by: self.context.by.clone(),
                src: None,
                event: event.clone(),
            });
        }
        let again = Command::CheckOut {
            item: loan.item.clone(),
            badge: borrower.badge.clone(),
            due: None,
            order: loan.order.clone(),
            second_badge: None,
            purpose: loan.purpose.clone(),
            group: loan.group.clone(),
            override_reason: None,
            session: loan.session,
        };
        let decided = decide(&without, &again, self.context)?;
        events.extend(decided.events);
        Ok(Decided { events, ..decided })
    }
}
