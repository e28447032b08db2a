//! The one state of an item, and what its kit looks like.
//!
//! Knows: the order in which states win. Must not know: to whom it would be lent.

use super::super::event::Parts;
use super::super::master::{Component, Lending};
use super::super::policy::Policy;
use super::super::state::{Away, ItemState, Ledger, days_between};
use crate::ids::ItemId;
use jiff::civil::Date;
use serde::Serialize;
use smol_str::SmolStr;

/// What an item is, in one word; the first that fits, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Withdrawn,
    Lost,
    InRepair,
    OnLoan,
    UnderCheck,
    Reserved,
    Available,
}

impl State {
    pub const ALL: [State; 7] = [
        Self::Withdrawn,
        Self::Lost,
        Self::InRepair,
        Self::OnLoan,
        Self::UnderCheck,
        Self::Reserved,
        Self::Available,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Withdrawn => "withdrawn",
            Self::Lost => "lost",
            Self::InRepair => "in_repair",
            Self::OnLoan => "on_loan",
            Self::UnderCheck => "under_check",
            Self::Reserved => "reserved",
            Self::Available => "available",
        }
    }
}

/// Why an item is under check, or why one that is here is still not lent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    Damaged,
    Unchecked,
    /// A part is missing that the kit cannot do without.
    KitShort,
    /// Away for metrological verification.
    Verification,
    /// Here, but its verification has run out.
    VerificationDue,
}

impl Reason {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Damaged => "damaged",
            Self::Unchecked => "unchecked",
            Self::KitShort => "kit_short",
            Self::Verification => "verification",
            Self::VerificationDue => "verification_due",
        }
    }
}

/// The state of an item on a day, with the reason where the word alone does not say it.
pub fn item_state(
    ledger: &Ledger,
    item: &ItemState,
    today: Date,
    policy: &Policy,
) -> (State, Option<Reason>) {
    let status = &item.status;
    if status.withdrawn.is_some() {
        return (State::Withdrawn, None);
    }
    if status.lost.is_some() {
        return (State::Lost, None);
    }
    if status.away == Some(Away::Repair) {
        return (State::InRepair, None);
    }
    if status.loan.is_some() {
        return (State::OnLoan, None);
    }
    if let Some(reason) = under_check(ledger, item) {
        return (State::UnderCheck, Some(reason));
    }
    let lapsed = status.verification_due.is_some_and(|due| due < today);
    let reason = lapsed.then_some(Reason::VerificationDue);
    let mut holds = ledger.holds_of(&item.item.item, today).into_iter();
    match holds.any(|hold| days_between(today, hold.from) < policy.hold_near_days) {
        true => (State::Reserved, reason),
        false => (State::Available, reason),
    }
}

fn under_check(ledger: &Ledger, item: &ItemState) -> Option<Reason> {
    let status = &item.status;
    if status.condition.stops_lending() {
        return Some(Reason::Damaged);
    }
    if status.unchecked {
        return Some(Reason::Unchecked);
    }
    if kit_of(ledger, item).is_some_and(|kit| kit.is_critical()) {
        return Some(Reason::KitShort);
    }
    (status.away == Some(Away::Verification)).then_some(Reason::Verification)
}

/// A part of a kit that is not in its box.
#[derive(Clone, Copy, Debug)]
pub struct MissingPart<'a> {
    pub component: &'a Component,
    pub count: u32,
}

/// A kit as it stands.
#[derive(Clone, Debug)]
pub struct Kit<'a> {
    pub title: &'a SmolStr,
    /// Everything that belongs into the box.
    pub components: &'a [Component],
    pub missing: Vec<MissingPart<'a>>,
    /// Back from a loan and not counted yet: `missing` is what was known before.
    pub unchecked: bool,
}

impl Kit<'_> {
    pub fn is_complete(&self) -> bool {
        self.missing.is_empty()
    }

    /// Whether a part is missing that the kit cannot do without.
    pub fn is_critical(&self) -> bool {
        self.missing.iter().any(|part| part.component.critical)
    }

    pub fn missing_parts(&self) -> Parts {
        self.missing
            .iter()
            .map(|part| (part.component.component.clone(), part.count))
            .collect()
    }
}

/// The kit that an item is; none if it is a single thing.
pub fn kit_of<'a>(ledger: &'a Ledger, item: &'a ItemState) -> Option<Kit<'a>> {
    let kit = ledger.kits.get(item.item.kit.as_ref()?)?;
    let missing = kit.components.iter().filter_map(|component| {
        let count = *item.status.shortage.get(&component.component)?;
        Some(MissingPart { component, count })
    });
    Some(Kit {
        title: &kit.title,
        components: &kit.components,
        missing: missing.collect(),
        unchecked: item.status.unchecked,
    })
}

/// Whether an item could be lent to some school today as far as the item is concerned.
pub fn is_free(ledger: &Ledger, item: &ItemState, today: Date, policy: &Policy) -> bool {
    item.item.lending != Lending::CentreOnly
        && item_state(ledger, item, today, policy) == (State::Available, None)
}

/// Another item of the same kind that is free today: what to take instead.
pub fn equal_on_shelf(ledger: &Ledger, item: &ItemState, today: Date, policy: &Policy) -> Option<ItemId> {
    let equal = |other: &&ItemState| {
        other.item.item != item.item.item
            && other.item.name == item.item.name
            && other.item.kit == item.item.kit
            && other.item.lending == item.item.lending
            && item_state(ledger, other, today, policy) == (State::Available, None)
    };
    // The nearest is the one in the same room.
    let mut found: Vec<_> = ledger.items.values().filter(equal).collect();
    found.sort_by_key(|other| other.item.room != item.item.room);
    found.first().map(|other| other.item.item.clone())
}
