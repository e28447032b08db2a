//! The school at the desk.
//!
//! Knows: who is present, and what only this visit remembers. Must not know: rules of lending.

use super::names::school_name;
use super::screen::SessionView;
use crate::clock::Moment;
use crate::ids::{BadgeCode, ItemId, ReaderId, SchoolId};
use crate::ledger::{Agreement, How, Ledger, Loan, School};
use crate::words::Message;
use jiff::civil::Date;
use smol_str::SmolStr;

/// An item in somebody's hand: what was presented, and how.
#[derive(Clone, Debug)]
pub(super) struct Hand {
    pub item: ItemId,
    pub by_label: bool,
    pub reader: Option<ReaderId>,
    pub how: How,
}

#[derive(Clone, Debug)]
pub(super) struct Session {
    /// Number in the journal; an act is made of it.
    pub number: u64,
    /// Turn of this visit since the start of the desk; numbers may repeat when nothing was written.
    pub visit: u64,
    pub school: SchoolId,
    /// The actor: the badge presented last.
    pub badge: BadgeCode,
    /// Every borrower's badge presented in this session, in their order.
    pub badges: Vec<BadgeCode>,
    pub began: Moment,
    /// The last scan or button, in the desk's time.
    pub touched: u64,
    /// Order number for restricted items; one for the whole session, like the act.
    pub order: Option<SmolStr>,
    /// Restricted items that wait for an order or a second badge.
    pub restricted: Vec<Hand>,
    /// Taken from another school in this session: presented again, they are lent.
    pub rescan: Vec<ItemId>,
}

impl Session {
    /// Another person of the same school, where a second badge is needed.
    pub(super) fn second_badge(&self) -> Option<&BadgeCode> {
        self.badges.iter().rev().find(|badge| **badge != self.badge)
    }

    pub(super) fn saw(&mut self, badge: &BadgeCode) {
        if !self.badges.contains(badge) {
            self.badges.push(badge.clone());
        }
    }

    /// What the restricted items still wait for.
    pub(super) fn wanting(&self) -> Option<Message> {
        let count = i64::try_from(self.restricted.len())
            .ok()
            .filter(|count| *count > 0)?;
        Some(match (&self.order, self.second_badge()) {
            (None, None) => Message::new("k20-waiting").number("count", count),
            (None, Some(_)) => Message::new("k20-order-next"),
            (Some(_), _) => Message::new("k20-badge-next"),
        })
    }

    /// Lent in this very session, and still out.
    pub(super) fn lent_here(&self, loan: &Loan) -> bool {
        loan.session == Some(self.number) && loan.school == self.school && loan.is_open()
    }

    /// How many are lent in this session, and the earliest date they are due.
    pub(super) fn lent(&self, ledger: &Ledger) -> (u32, Option<Date>) {
        let open = ledger.open_loans.get(&self.school);
        let dues = open
            .into_iter()
            .flatten()
            .filter_map(|loan| ledger.loans.get(loan))
            .filter(|loan| self.lent_here(loan))
            .map(|loan| loan.due);
        dues.fold((0, None), |(count, earliest), due| {
            let earliest = earliest.map_or(due, |other: Date| other.min(due));
            (count + 1, Some(earliest))
        })
    }

    pub(super) fn view(&self, ledger: &Ledger, today: Date) -> SessionView {
        let state = ledger.schools.get(&self.school);
        let school: Option<&School> = state.map(|state| &state.school);
        let agreements = state.map_or(&[][..], |state| &state.agreements);
        let out = ledger.open_loans.get(&self.school).map_or(0, |loans| loans.len());
        SessionView {
            number: self.number,
            school: self.school.clone(),
            name: school_name(ledger, &self.school),
            badge: self.badge.clone(),
            centre: school.is_some_and(|school| school.centre),
            agreement: agreement(agreements, today).map(|found| (found.number.clone(), found.valid_to)),
            lent: self.lent(ledger).0,
            out: u32::try_from(out).unwrap_or(u32::MAX),
            limit: school.map_or(0, |school| school.max_items),
            began: self.began,
        }
    }
}

/// The agreement in force, or the one that ended last, or the first to come.
fn agreement(agreements: &[Agreement], today: Date) -> Option<&Agreement> {
    let in_force = |one: &&Agreement| one.valid_from <= today && today <= one.valid_to;
    let over = |one: &&Agreement| one.valid_to < today;
    agreements
        .iter()
        .rfind(in_force)
        .or_else(|| agreements.iter().rfind(over))
        .or_else(|| agreements.first())
}
