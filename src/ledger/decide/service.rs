//! Condition, repair, verification, loss and withdrawal.
//!
//! Knows: which of them can follow which. Must not know: loans beyond who has the item.

use super::super::event::{Condition, Event};
use super::super::possible::next_verification;
use super::super::refusal::Refusal;
use super::super::state::{Away, ItemState};
use super::Decided;
use super::case::{Case, invalid, needed, text};
use crate::ids::ItemId;
use jiff::civil::Date;

impl Case<'_> {
    /// A person looked at it; «ok» releases a damaged item.
    pub(super) fn note_condition(
        &self,
        item: &ItemId,
        condition: Condition,
        note: &str,
    ) -> Result<Decided, Refusal> {
        let item = self.item(item)?;
        self.in_the_house(item)?;
        if item.status.condition == condition && note.trim().is_empty() {
            return Err(Refusal::AlreadySo { what: "condition" });
        }
        Ok(Decided::one(Event::ConditionNoted {
            item: item.item.item.clone(),
            condition,
            note: text("note", note)?,
        }))
    }

    pub(super) fn start_repair(&self, item: &ItemId, note: &str) -> Result<Decided, Refusal> {
        let item = self.item(item)?;
        self.can_be_sent_away(item)?;
        let damaged = item.status.condition.stops_lending();
        let by = item.status.last_return.as_ref().filter(|_| damaged);
        Ok(Decided::one(Event::RepairStarted {
            item: item.item.item.clone(),
            note: text("note", note)?,
            loan: by.map(|(loan, _)| loan.clone()),
        }))
    }

    /// Also ends a verification: people say «из ремонта» of both.
    pub(super) fn end_repair(&self, item: &ItemId, note: &str) -> Result<Decided, Refusal> {
        let state = self.item(item)?;
        match state.status.away {
            Some(Away::Verification) => self.end_verification(item, None),
            None => Err(Refusal::AlreadySo { what: "not_away" }),
            Some(Away::Repair) => Ok(Decided::one(Event::RepairEnded {
                item: state.item.item.clone(),
                note: text("note", note)?,
                loan: None,
            })),
        }
    }

    pub(super) fn start_verification(&self, item: &ItemId) -> Result<Decided, Refusal> {
        let item = self.item(item)?;
        self.can_be_sent_away(item)?;
        Ok(Decided::one(Event::VerificationStarted {
            item: item.item.item.clone(),
        }))
    }

    pub(super) fn end_verification(&self, item: &ItemId, next_due: Option<Date>) -> Result<Decided, Refusal> {
        let item = self.item(item)?;
        if item.status.away != Some(Away::Verification) {
            return Err(Refusal::AlreadySo { what: "not_away" });
        }
        if next_due.is_some_and(|next| next <= self.today) {
            return Err(invalid("next_due", "past"));
        }
        let by_policy = || {
            let mut item = item.item.clone();
            item.verification_months
                .get_or_insert(self.context.policy.verification_months);
            next_verification(&item, self.today)
        };
        Ok(Decided::one(Event::VerificationEnded {
            item: item.item.item.clone(),
            next_due: Some(next_due.unwrap_or_else(by_policy)),
        }))
    }

    /// The loan stays open and overdue; reminders and the block end.
    pub(super) fn declare_lost(&self, item: &ItemId, note: &str) -> Result<Decided, Refusal> {
        let item = self.item(item)?;
        self.not_withdrawn(item)?;
        if item.status.lost.is_some() {
            return Err(Refusal::AlreadySo { what: "lost" });
        }
        Ok(Decided::one(Event::Lost {
            item: item.item.item.clone(),
            loan: item.status.loan.clone(),
            note: text("note", note)?,
        }))
    }

    pub(super) fn declare_found(&self, item: &ItemId, note: &str) -> Result<Decided, Refusal> {
        let item = self.item(item)?;
        self.not_withdrawn(item)?;
        if item.status.lost.is_none() {
            return Err(Refusal::AlreadySo { what: "not_lost" });
        }
        Ok(Decided::one(Event::Found {
            item: item.item.item.clone(),
            note: text("note", note)?,
        }))
    }

    /// Written off by a document. What is out comes back first, unless it is lost. Its holds end with it.
    pub(super) fn withdraw(&self, item: &ItemId, basis: &str) -> Result<Decided, Refusal> {
        let item = self.item(item)?;
        if item.status.withdrawn.is_some() {
            return Err(Refusal::AlreadySo { what: "withdrawn" });
        }
        if item.status.lost.is_none() {
            self.in_the_house(item)?;
        }
        let basis = needed("basis", basis)?;
        let id = &item.item.item;
        let open = self.ledger.open_holds.get(id).into_iter().flatten();
        let holds = open.filter_map(|seq| self.ledger.holds.get(seq));
        let mut events: Vec<Event> = holds
            .map(|hold| Event::HoldCancelled {
                hold: hold.seq,
                item: id.clone(),
                school: hold.school.clone(),
            })
            .collect();
        events.push(Event::Withdrawn {
            item: id.clone(),
            basis,
        });
        Ok(Decided {
            events,
            ..Decided::default()
        })
    }

    fn can_be_sent_away(&self, item: &ItemState) -> Result<(), Refusal> {
        self.in_the_house(item)?;
        match item.status.away {
            Some(_) => Err(Refusal::AlreadySo { what: "away" }),
            None => Ok(()),
        }
    }
}
