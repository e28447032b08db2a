//! Check-in, and what is told about a loan afterwards. A return of an item that is out is never refused.
//!
//! Knows: what a return says. Must not know: agreements, limits, blocks: none of them touches a return.

use super::super::command::Command;
use super::super::event::{Condition, Event, Parts};
use super::super::master::BadgeKind;
use super::super::refusal::{Notice, Refusal};
use super::super::state::{ItemState, Loan, days_between};
use super::Decided;
use super::case::{Case, invalid, optional, text};
use crate::ids::LoanId;

/// Largest head count that is believed; above it somebody scanned a code into the field.
const MAX_HEADCOUNT: u32 = 10_000;

impl Case<'_> {
    pub(super) fn check_in(&self, command: &Command) -> Result<Decided, Refusal> {
        let Command::CheckIn {
            item,
            condition,
            missing,
            headcount,
            unchecked,
            by_label,
            session,
        } = command
        else {
            return Err(invalid("type", "not_a_check_in"));
        };
        let item = self.item(item)?;
        let loan = self.open_loan(item).ok_or_else(|| Refusal::NotOut {
            item: item.item.item.clone(),
        })?;
        self.can_be_a_session(*session)?;
        let missing = self.parts(item, missing, "missing")?;
        self.not_more_than_there_was(item, &missing)?;
        head_count(*headcount)?;
        let event = Event::Returned {
            loan: loan.loan.clone(),
            item: loan.item.clone(),
            school: loan.school.clone(),
            condition: *condition,
            unchecked: *unchecked && missing.is_empty() && item.item.kit.is_some(),
            missing,
            headcount: *headcount,
            by_label: *by_label,
            session: *session,
        };
        Ok(Decided {
            notices: self.notices_of_return(item, loan, *condition, *headcount),
            ..Decided::one(event)
        })
    }

    /// What is missing is told beside what was missing when it went out; together no more than the kit has.
    fn not_more_than_there_was(&self, item: &ItemState, missing: &Parts) -> Result<(), Refusal> {
        let of_kit = self
            .kit_of(item)
            .map(|kit| kit.components.as_slice())
            .unwrap_or_default();
        let too_many = of_kit.iter().any(|component| {
            let count = |parts: &Parts| parts.get(&component.component).copied().unwrap_or(0);
            count(missing).saturating_add(count(&item.status.shortage)) > component.quantity
        });
        match too_many && !missing.is_empty() {
            true => Err(invalid("missing", "more_than_the_kit_has")),
            false => Ok(()),
        }
    }

    fn notices_of_return(
        &self,
        item: &ItemState,
        loan: &Loan,
        condition: Condition,
        headcount: Option<u32>,
    ) -> Vec<Notice> {
        let mut notices = Vec::new();
        if loan.is_overdue(self.today) {
            notices.push(Notice::Late {
                days: days_between(loan.due, self.today),
            });
        }
        let present = self
            .context
            .by
            .badge
            .as_ref()
            .and_then(|badge| self.ledger.badges.get(badge));
        if present.is_some_and(|badge| badge.kind != BadgeKind::Duty && badge.school != loan.school) {
            notices.push(Notice::FromAnotherSchool {
                school: loan.school.clone(),
            });
        }
        let worn = self.context.policy.hygiene.contains(&item.item.category);
        if worn || condition == Condition::Dirty {
            notices.push(Notice::Hygiene);
        }
        if headcount.is_none() {
            notices.push(Notice::HeadcountWanted);
        }
        notices
    }

    pub(super) fn note_loan(&self, command: &Command) -> Result<Decided, Refusal> {
        let Command::NoteLoan {
            loan,
            purpose,
            group,
            order,
            headcount,
        } = command
        else {
            return Err(invalid("type", "not_a_note"));
        };
        let loan = self.loan(loan)?;
        if loan.voided.is_some() {
            return Err(Refusal::AlreadySo { what: "voided" });
        }
        head_count(*headcount)?;
        if headcount.is_some() && loan.returned.is_none() {
            return Err(invalid("headcount", "not_returned_yet"));
        }
        let purpose = optional("purpose", purpose.as_ref())?;
        let group = optional("group", group.as_ref())?;
        let order = optional("order", order.as_ref())?;
        if purpose.is_none() && group.is_none() && order.is_none() && headcount.is_none() {
            return Err(invalid("purpose", "empty"));
        }
        Ok(Decided::one(Event::LoanNoted {
            loan: loan.loan.clone(),
            purpose,
            group,
            order,
            headcount: *headcount,
        }))
    }

    /// A reminder: only while something is out, overdue and not lost.
    pub(super) fn send_notice(&self, loan: &LoanId, note: &str) -> Result<Decided, Refusal> {
        let loan = self.loan(loan)?;
        if !loan.is_open() {
            return Err(Refusal::NotOut {
                item: loan.item.clone(),
            });
        }
        if loan.lost {
            return Err(Refusal::Lost {
                item: loan.item.clone(),
                since: self
                    .ledger
                    .items
                    .get(&loan.item)
                    .and_then(|i| i.status.lost)
                    .unwrap_or(self.today),
            });
        }
        if !loan.is_overdue(self.today) {
            return Err(invalid("loan", "not_overdue"));
        }
        Ok(Decided::one(Event::NoticeSent {
            loan: loan.loan.clone(),
            item: loan.item.clone(),
            school: loan.school.clone(),
            note: text("note", note)?,
        }))
    }
}

fn head_count(headcount: Option<u32>) -> Result<(), Refusal> {
    match headcount.is_some_and(|heads| heads > MAX_HEADCOUNT) {
        true => Err(invalid("headcount", "too_many")),
        false => Ok(()),
    }
}
