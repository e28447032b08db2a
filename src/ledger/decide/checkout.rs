//! Check-out: who may take what, until when.
//!
//! Knows: the order in which rules are asked: the person, the thing, its place, the terms. Must not know: sessions.

use super::super::command::Command;
use super::super::due::{self, Due};
use super::super::event::{Event, Parts};
use super::super::master::{Agreement, Badge, BadgeKind, Lending};
use super::super::query;
use super::super::refusal::{Notice, Refusal};
use super::super::state::{Away, ItemState, SchoolState, days_between};
use super::Decided;
use super::case::{Case, already_out, invalid, optional};
use crate::ids::{BadgeCode, ItemId, LoanId};
use jiff::civil::Date;
use smol_str::SmolStr;

/// What is asked for, with its texts within their limits.
pub(super) struct Order {
    pub item: ItemId,
    pub badge: BadgeCode,
    pub due: Option<Date>,
    pub order: Option<SmolStr>,
    pub second_badge: Option<BadgeCode>,
    pub purpose: Option<SmolStr>,
    pub group: Option<SmolStr>,
    pub override_reason: Option<SmolStr>,
    pub session: Option<u64>,
}

impl Order {
    pub fn of(command: &Command) -> Result<Self, Refusal> {
        let Command::CheckOut {
            item,
            badge,
            due,
            order,
            second_badge,
            purpose,
            group,
            override_reason,
            session,
        } = command
        else {
            return Err(invalid("type", "not_a_check_out"));
        };
        Ok(Self {
            item: item.clone(),
            badge: badge.clone(),
            due: *due,
            order: optional("order", order.as_ref())?,
            second_badge: second_badge.clone(),
            purpose: optional("purpose", purpose.as_ref())?,
            group: optional("group", group.as_ref())?,
            override_reason: optional("override", override_reason.as_ref())?,
            session: *session,
        })
    }
}

impl Case<'_> {
    /// The rules in the order in which a person understands them: the badge, where the thing is, whether it
    /// may leave at all, the agreement, others' wishes, papers, what the school has already, the thing's state.
    pub(super) fn check_out(&self, order: Order) -> Result<Decided, Refusal> {
        self.can_be_a_session(order.session)?;
        let item = self.item(&order.item)?;
        let badge = self.borrower(&order.badge)?;
        let school = self.school(&badge.school)?;
        self.is_on_its_shelf(item)?;
        self.may_leave(item, school)?;
        if !school.school.centre {
            self.agreement(school, self.today)?;
        }
        self.has_begun(badge)?;
        self.is_not_reserved(item, school)?;
        let second_badge = self.has_its_papers(item, badge, school, &order)?;
        let overridden = self.may_take_more(school, &order)?;
        self.is_fit(item)?;

        let allowed = due::due(self.ledger, school, &item.item, self.today, self.context.policy);
        let due = match order.due {
            Some(asked) => due::asked(self.ledger, school, allowed, asked, self.today)?,
            None => allowed,
        };
        Ok(self.lend(item, badge, school, second_badge, overridden, due, order))
    }

    #[expect(clippy::too_many_arguments, reason = "all of it goes into one event")]
    fn lend(
        &self,
        item: &ItemState,
        badge: &Badge,
        school: &SchoolState,
        second_badge: Option<BadgeCode>,
        overridden: Option<SmolStr>,
        due: Due,
        order: Order,
    ) -> Decided {
        let id = &item.item.item;
        let loan = self.next_loan();
        let own_hold = self.ledger.holds_of(id, self.today).into_iter();
        let own_hold = own_hold
            .filter(|hold| hold.school == school.school.school)
            .find(|h| h.from <= due.date);
        let mut notices = due.notices;
        if own_hold.is_some() {
            notices.push(Notice::HoldFulfilled);
        }
        if overridden.is_some() {
            notices.push(Notice::Overridden);
        }
        if !item.status.shortage.is_empty() {
            notices.push(Notice::LentShort {
                missing: item.status.shortage.clone(),
            });
        }
        if let Some(number) = &item.item.uav_number {
            notices.push(Notice::Uav {
                number: number.clone(),
            });
        }
        if item.status.condition == super::super::Condition::Dirty {
            notices.push(Notice::Hygiene);
        }
        Decided {
            events: vec![Event::CheckedOut {
                loan,
                item: id.clone(),
                school: school.school.school.clone(),
                due: due.date,
                purpose: order.purpose,
                group: order.group,
                order: order.order,
                second_badge,
                hold: own_hold.map(|hold| hold.seq),
                shortage: item.status.shortage.clone(),
                session: order.session,
                override_reason: overridden,
            }],
            notices,
            badge: Some(badge.badge.clone()),
        }
    }

    /// Loan ids run on over the years; the year in them is only for the eye.
    fn next_loan(&self) -> LoanId {
        let year = self.today.year().rem_euclid(100);
        LoanId::new(format!("В-{year:02}-{:05}", self.ledger.next_loan.max(1)))
    }

    /// A badge that may borrow; whether its time has begun is asked after the agreement, which says more.
    pub(super) fn borrower(&self, code: &BadgeCode) -> Result<&Badge, Refusal> {
        let badge = self.badge(code)?;
        self.not_revoked(badge)?;
        match badge.kind {
            BadgeKind::Duty => Err(Refusal::BadgeNeverBorrows {
                badge: badge.badge.clone(),
            }),
            BadgeKind::Centre | BadgeKind::School => Ok(badge),
        }
    }

    /// The agreement of a school that is in force on `day`.
    pub(super) fn agreement<'s>(&self, school: &'s SchoolState, day: Date) -> Result<&'s Agreement, Refusal> {
        let agreements = &school.agreements;
        if let Some(found) = agreements
            .iter()
            .find(|a| a.valid_from <= day && day <= a.valid_to)
        {
            return Ok(found);
        }
        let id = school.school.school.clone();
        match agreements
            .iter()
            .map(|a| a.valid_to)
            .filter(|last| *last < day)
            .max()
        {
            Some(last) => Err(Refusal::AgreementExpired { school: id, last }),
            None => Err(Refusal::NoAgreement {
                school: id,
                from: agreements.iter().map(|a| a.valid_from).min(),
            }),
        }
    }

    fn is_on_its_shelf(&self, item: &ItemState) -> Result<(), Refusal> {
        let id = || item.item.item.clone();
        self.not_withdrawn(item)?;
        if let Some(since) = item.status.lost {
            return Err(Refusal::Lost { item: id(), since });
        }
        if let Some(loan) = self.open_loan(item) {
            return Err(already_out(loan));
        }
        match item.status.away {
            Some(Away::Repair) => Err(Refusal::InRepair {
                item: id(),
                since: item.status.since.unwrap_or(self.today),
                instead: query::equal_on_shelf(self.ledger, item, self.today, self.context.policy),
            }),
            Some(Away::Verification) => Err(Refusal::VerificationDue {
                item: id(),
                due: item.status.verification_due,
                away: true,
            }),
            None => Ok(()),
        }
    }

    fn may_leave(&self, item: &ItemState, school: &SchoolState) -> Result<(), Refusal> {
        match item.item.lending == Lending::CentreOnly && !school.school.centre {
            true => Err(Refusal::CentreOnly {
                item: item.item.item.clone(),
            }),
            false => Ok(()),
        }
    }

    /// The papers that the item demands; returns the second badge in its canonical spelling.
    fn has_its_papers(
        &self,
        item: &ItemState,
        badge: &Badge,
        school: &SchoolState,
        order: &Order,
    ) -> Result<Option<BadgeCode>, Refusal> {
        let id = || item.item.item.clone();
        let second = order
            .second_badge
            .as_ref()
            .map(|code| self.badge(code))
            .transpose()?;
        if let Some(second) = second {
            self.in_force(second)?;
        }
        let witness = second
            .filter(|s| s.school == badge.school && s.badge != badge.badge && s.kind != BadgeKind::Duty);
        // Nobody is sent for an order that would be of no use.
        if item.item.valuable && !school.school.centre && item.consent.is_none() {
            return Err(Refusal::ConsentNeeded { item: id() });
        }
        if item.item.lending == Lending::ByOrder && (order.order.is_none() || witness.is_none()) {
            return Err(Refusal::OrderNeeded {
                item: id(),
                order: order.order.is_none(),
                second_badge: witness.is_none(),
            });
        }
        Ok(second.map(|second| second.badge.clone()))
    }

    /// What the school's other loans forbid; returns the reason if a duty badge set the block aside.
    fn may_take_more(&self, school: &SchoolState, order: &Order) -> Result<Option<SmolStr>, Refusal> {
        if self.stocktake_running() && !self.is_staff() {
            return Err(Refusal::StocktakeRunning);
        }
        if school.school.centre {
            return Ok(None);
        }
        let id = &school.school.school;
        let loans = self.ledger.open_loans.get(id).into_iter().flatten();
        // What is lost cannot be brought back: it neither fills the limit nor blocks the school.
        let out: Vec<_> = loans
            .filter_map(|loan| self.ledger.loans.get(loan))
            .filter(|l| !l.lost)
            .collect();
        let overdue = out.iter().filter(|loan| loan.is_overdue(self.today)).count();
        let limit = school.school.max_items;
        if limit > 0 && out.len() >= usize::try_from(limit).unwrap_or(usize::MAX) {
            return Err(Refusal::ItemsLimit {
                school: id.clone(),
                limit,
            });
        }
        let mut overridden = None;
        if overdue > 0 && self.context.policy.overdue_block {
            match &order.override_reason {
                None => {
                    return Err(Refusal::OverdueBlock {
                        school: id.clone(),
                        count: u32::try_from(overdue).unwrap_or(u32::MAX),
                    });
                }
                Some(_) if !self.on_duty() => return Err(Refusal::DutyNeeded),
                Some(reason) => overridden = Some(reason.clone()),
            }
        }
        Ok(overridden)
    }

    /// Whether it is whole, counted, working and verified.
    fn is_fit(&self, item: &ItemState) -> Result<(), Refusal> {
        let id = || item.item.item.clone();
        let status = &item.status;
        if status.condition.stops_lending() {
            return Err(Refusal::Damaged {
                item: id(),
                since: status.since,
            });
        }
        let critical = self.critical(item);
        if status.unchecked || !critical.is_empty() {
            return Err(Refusal::KitShort {
                item: id(),
                missing: if status.unchecked { Parts::new() } else { critical },
                unchecked: status.unchecked,
            });
        }
        match status.verification_due.filter(|due| *due < self.today) {
            Some(due) => Err(Refusal::VerificationDue {
                item: id(),
                due: Some(due),
                away: false,
            }),
            None => Ok(()),
        }
    }

    fn is_not_reserved(&self, item: &ItemState, school: &SchoolState) -> Result<(), Refusal> {
        let hold = self
            .ledger
            .hold_of_others(&item.item.item, &school.school.school, self.today);
        match hold {
            Some(hold) if days_between(self.today, hold.from) < self.context.policy.hold_near_days => {
                Err(Refusal::Reserved {
                    item: item.item.item.clone(),
                    school: hold.school.clone(),
                    from: hold.from,
                })
            }
            _ => Ok(()),
        }
    }
}
