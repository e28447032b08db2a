//! What every rule asks first: what day it is, and whether the names in an order stand for anything.
//!
//! Knows: look-ups and the limits of typed text. Must not know: the rules themselves.

use super::super::event::Parts;
use super::super::master::{Badge, BadgeKind, KitType};
use super::super::refusal::Refusal;
use super::super::state::{ItemState, Ledger, Loan, SchoolState};
use super::Context;
use crate::ids::{BadgeCode, ComponentCode, ItemId, LoanId, MAX_ID_BYTES, SchoolId};
use jiff::civil::Date;
use smol_str::SmolStr;

/// Longest typed text that is kept, in characters. Text is kept as it is and never interpreted.
pub const MAX_TEXT_CHARS: usize = 500;

/// How far a session's number may run ahead of those that lent something.
const FARTHEST_SESSION: u64 = 1_000_000;

/// One order before the rules.
pub(super) struct Case<'a> {
    pub ledger: &'a Ledger,
    pub context: &'a Context<'a>,
    /// The day on which the order counts; a clock set back does not bring yesterday again.
    pub today: Date,
}

impl<'a> Case<'a> {
    pub fn new(ledger: &'a Ledger, context: &'a Context<'a>) -> Self {
        let believed = ledger.believed.until;
        let later = believed.filter(|now| now.timestamp() > context.now.timestamp());
        Self {
            ledger,
            context,
            today: later.unwrap_or(context.now).date(),
        }
    }

    /// An item by its id, or by whatever else a person may have typed for it.
    pub fn item(&self, item: &ItemId) -> Result<&'a ItemState, Refusal> {
        let found = self.ledger.items.get(item).or_else(|| {
            let found = self.ledger.find_item(item.as_str())?;
            self.ledger.items.get(found)
        });
        found.ok_or_else(|| Refusal::UnknownItem {
            item: shortened(item),
        })
    }

    pub fn badge(&self, badge: &BadgeCode) -> Result<&'a Badge, Refusal> {
        let found = self.ledger.badges.get(badge).or_else(|| {
            let found = self.ledger.find_badge(badge.as_str())?;
            self.ledger.badges.get(found)
        });
        found.ok_or_else(|| Refusal::UnknownBadge {
            badge: BadgeCode::new(shorten(badge.as_str())),
        })
    }

    pub fn school(&self, school: &SchoolId) -> Result<&'a SchoolState, Refusal> {
        let found = self.ledger.schools.get(school);
        found.ok_or_else(|| unknown("school", school.as_str()))
    }

    pub fn loan(&self, loan: &LoanId) -> Result<&'a Loan, Refusal> {
        let found = self.ledger.loan(loan).or_else(|| {
            let found = self.ledger.find_loan(loan.as_str())?;
            self.ledger.loan(found)
        });
        found.ok_or_else(|| unknown("loan", loan.as_str()))
    }

    /// The loan that an item is out on.
    pub fn open_loan(&self, item: &ItemState) -> Option<&'a Loan> {
        item.status.loan.as_ref().and_then(|loan| self.ledger.loan(loan))
    }

    pub fn kit_of(&self, item: &ItemState) -> Option<&'a KitType> {
        item.item.kit.as_ref().and_then(|kit| self.ledger.kits.get(kit))
    }

    /// Whether a badge counts today.
    pub fn in_force(&self, badge: &Badge) -> Result<(), Refusal> {
        none(badge.not_in_force(self.today))
    }

    pub fn not_revoked(&self, badge: &Badge) -> Result<(), Refusal> {
        none(badge.ended(self.today))
    }

    pub fn has_begun(&self, badge: &Badge) -> Result<(), Refusal> {
        none(badge.not_begun(self.today))
    }

    /// Whether a duty badge in force is signed on.
    pub fn on_duty(&self) -> bool {
        let duty = self
            .context
            .by
            .duty
            .as_ref()
            .and_then(|duty| self.ledger.badges.get(duty));
        duty.is_some_and(|badge| badge.kind == BadgeKind::Duty && self.in_force(badge).is_ok())
    }

    /// A duty badge at the desk, or a member of staff at the page.
    pub fn is_staff(&self) -> bool {
        self.on_duty() || self.context.by.role.as_deref() == Some("staff")
    }

    /// Sessions are counted on from the largest number seen: one far off would use them up.
    pub fn can_be_a_session(&self, session: Option<u64>) -> Result<(), Refusal> {
        let last = self.ledger.next_session.saturating_add(FARTHEST_SESSION);
        match session.is_some_and(|session| session > last) {
            true => Err(invalid("session", "unknown")),
            false => Ok(()),
        }
    }

    /// Nothing may be done to a withdrawn item.
    pub fn not_withdrawn(&self, item: &ItemState) -> Result<(), Refusal> {
        match item.status.withdrawn {
            Some(since) => Err(Refusal::Withdrawn {
                item: item.item.item.clone(),
                since,
            }),
            None => Ok(()),
        }
    }

    /// The item is here: neither withdrawn, lost nor out.
    pub fn in_the_house(&self, item: &ItemState) -> Result<(), Refusal> {
        self.not_withdrawn(item)?;
        if let Some(since) = item.status.lost {
            return Err(Refusal::Lost {
                item: item.item.item.clone(),
                since,
            });
        }
        match self.open_loan(item) {
            Some(loan) => Err(already_out(loan)),
            None => Ok(()),
        }
    }

    /// Parts that belong to the item's kit, without zeros, each at most as often as the kit has it.
    pub fn parts(&self, item: &ItemState, parts: &Parts, field: &'static str) -> Result<Parts, Refusal> {
        if parts.is_empty() {
            return Ok(Parts::new());
        }
        let Some(kit) = self.kit_of(item) else {
            return Err(invalid(field, "not_a_kit"));
        };
        let mut named = Parts::new();
        for (component, count) in parts {
            let of_kit = kit.components.iter().find(|c| c.component == *component);
            let of_kit = of_kit.ok_or_else(|| unknown("component", component.as_str()))?;
            if *count > of_kit.quantity {
                return Err(invalid(field, "more_than_the_kit_has"));
            }
            if *count > 0 {
                named.insert(component.clone(), *count);
            }
        }
        Ok(named)
    }

    /// Which of the missing parts a kit cannot do without.
    pub fn critical(&self, item: &ItemState) -> Parts {
        let is_critical = |component: &ComponentCode| {
            let of_kit = self
                .kit_of(item)
                .map(|kit| kit.components.as_slice())
                .unwrap_or_default();
            of_kit.iter().any(|c| c.component == *component && c.critical)
        };
        let short = item
            .status
            .shortage
            .iter()
            .filter(|(component, _)| is_critical(component));
        short
            .map(|(component, count)| (component.clone(), *count))
            .collect()
    }
}

fn none(refusal: Option<Refusal>) -> Result<(), Refusal> {
    refusal.map_or(Ok(()), Err)
}

pub(super) fn already_out(loan: &Loan) -> Refusal {
    Refusal::AlreadyOut {
        item: loan.item.clone(),
        school: loan.school.clone(),
        since: loan.out.date(),
        due: loan.due,
    }
}

pub(super) fn invalid(field: &'static str, because: &'static str) -> Refusal {
    Refusal::Invalid { field, because }
}

pub(super) fn unknown(what: &'static str, id: &str) -> Refusal {
    Refusal::Unknown {
        what,
        id: SmolStr::new(shorten(id)),
    }
}

/// Rubbish given as an id is not repeated at length.
fn shorten(id: &str) -> String {
    id.chars()
        .filter(|c| !c.is_control())
        .take(MAX_ID_BYTES)
        .collect()
}

fn shortened(item: &ItemId) -> ItemId {
    ItemId::new(shorten(item.as_str()))
}

/// Typed text within its limits, trimmed; nothing of it is interpreted.
pub(super) fn text(field: &'static str, text: &str) -> Result<SmolStr, Refusal> {
    let text = text.trim();
    if text.chars().nth(MAX_TEXT_CHARS).is_some() {
        return Err(invalid(field, "too_long"));
    }
    if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
        return Err(invalid(field, "control_characters"));
    }
    Ok(SmolStr::new(text))
}

/// Text that has to be there.
pub(super) fn needed(field: &'static str, value: &str) -> Result<SmolStr, Refusal> {
    match text(field, value)? {
        text if text.is_empty() => Err(invalid(field, "empty")),
        text => Ok(text),
    }
}

/// Text that may be there; blank is the same as none.
pub(super) fn optional(field: &'static str, value: Option<&SmolStr>) -> Result<Option<SmolStr>, Refusal> {
    let text = value.map(|value| text(field, value)).transpose()?;
    Ok(text.filter(|text| !text.is_empty()))
}

/// A new id: not empty, not too long, in one line.
pub(super) fn id(field: &'static str, id: &str) -> Result<(), Refusal> {
    if id.trim().is_empty() || id.trim() != id {
        return Err(invalid(field, "empty"));
    }
    if id.len() > MAX_ID_BYTES {
        return Err(invalid(field, "too_long"));
    }
    match id.chars().any(char::is_control) {
        true => Err(invalid(field, "control_characters")),
        false => Ok(()),
    }
}
