//! The only thing imported history is held to: that it can have happened.
//!
//! Knows: double loans, returns without a loan, unknown names, time going back. Must not know: rules.

use super::asof;
use super::event::{Entry, Event, Parts};
use super::master::Item;
use super::state::Ledger;
use crate::clock::Moment;
use crate::ids::{BadgeCode, ComponentCode, ItemId, LoanId, SchoolId};
use crate::tag::TagId;
use jiff::{ToSpan, civil::Date};
use smol_str::SmolStr;

/// Months between two verifications where the item's policy names none.
pub const VERIFICATION_MONTHS: u32 = 12;

/// Why an event cannot have happened as it is written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Impossible {
    #[error("time goes back: {at} after {now}")]
    TimeBack { at: Moment, now: Moment },
    #[error("unknown item {0}")]
    UnknownItem(ItemId),
    #[error("unknown school {0}")]
    UnknownSchool(SchoolId),
    #[error("unknown badge {0}")]
    UnknownBadge(BadgeCode),
    #[error("unknown loan {0}")]
    UnknownLoan(LoanId),
    #[error("unknown {what} {id}")]
    Unknown { what: &'static str, id: SmolStr },
    #[error("component {component} does not belong to {item}")]
    UnknownComponent { item: ItemId, component: ComponentCode },
    #[error("{item} is already out as {loan}")]
    AlreadyOut { item: ItemId, loan: LoanId },
    #[error("loan {0} exists already")]
    LoanExists(LoanId),
    #[error("{item} is not out as {loan}")]
    NotOut { item: ItemId, loan: LoanId },
    #[error("tag {tag} already belongs to {item}")]
    TagTaken { tag: TagId, item: ItemId },
    #[error("printed form {0} fits more than one tag and cannot be bound")]
    TagIsAlias(TagId),
}

/// Says whether `entry` can follow what the ledger knows; asks no rule.
pub fn possible(ledger: &Ledger, entry: &Entry) -> Result<(), Impossible> {
    if let Some(now) = ledger.believed.until
        && asof::moves(entry, true)
        && entry.at.timestamp() < now.timestamp()
    {
        return Err(Impossible::TimeBack { at: entry.at, now });
    }
    if let Some(badge) = &entry.by.badge {
        known_badge(ledger, badge)?;
    }
    match &entry.event {
        Event::AgreementSigned { school, .. } => known_school(ledger, school),
        Event::BadgeIssued(badge) => known_school(ledger, &badge.school),
        Event::BadgeRevoked { badge, .. }
        | Event::BadgeCardGiven { badge, .. }
        | Event::BadgeCardStopped { badge, .. } => known_badge(ledger, badge),
        Event::ItemEnrolled(item) => can_be_enrolled(ledger, item),
        Event::TagBound { item, tag } => {
            known_item(ledger, item)?;
            free_tag(ledger, item, tag)
        }
        Event::CheckedOut {
            loan, item, school, ..
        } => {
            known_school(ledger, school)?;
            let state = known_item(ledger, item)?;
            if let Some(out) = &state.status.loan {
                return Err(Impossible::AlreadyOut {
                    item: item.clone(),
                    loan: out.clone(),
                });
            }
            if ledger.loans.contains_key(loan) {
                return Err(Impossible::LoanExists(loan.clone()));
            }
            Ok(())
        }
        Event::Returned {
            loan, item, missing, ..
        } => {
            is_out_as(ledger, item, loan)?;
            belong_to(ledger, item, missing)
        }
        Event::Renewed { loan, item, .. } => is_out_as(ledger, item, loan),
        Event::LoanNoted { loan, .. } => known_loan(ledger, loan),
        Event::NoticeSent { loan, item, .. } => {
            known_item(ledger, item)?;
            known_loan(ledger, loan)
        }
        Event::Held { item, school, .. } => {
            known_item(ledger, item)?;
            known_school(ledger, school)
        }
        Event::HoldCancelled { hold, item, school } => {
            known_item(ledger, item)?;
            known_school(ledger, school)?;
            match ledger.holds.contains_key(hold) {
                true => Ok(()),
                false => Err(Impossible::Unknown {
                    what: "hold",
                    id: smol_str::format_smolstr!("{hold}"),
                }),
            }
        }
        Event::KitChecked { item, missing, .. } => {
            known_item(ledger, item)?;
            belong_to(ledger, item, missing)
        }
        Event::Replenished { item, parts, .. } => {
            known_item(ledger, item)?;
            belong_to(ledger, item, parts)
        }
        Event::TagUnbound { item, .. }
        | Event::ConsentRecorded { item, .. }
        | Event::ConditionNoted { item, .. }
        | Event::RepairStarted { item, .. }
        | Event::RepairEnded { item, .. }
        | Event::VerificationStarted { item }
        | Event::VerificationEnded { item, .. }
        | Event::Lost { item, .. }
        | Event::Found { item, .. }
        | Event::Withdrawn { item, .. } => known_item(ledger, item).map(|_| ()),
        Event::StocktakeSeen { stocktake, item }
        | Event::StocktakeAccounted { stocktake, item, .. }
        | Event::StocktakeMissing { stocktake, item } => {
            known_item(ledger, item)?;
            known_stocktake(ledger, stocktake)
        }
        Event::StocktakeClosed { stocktake } => known_stocktake(ledger, stocktake),
        Event::Refused { item, school, .. } => {
            item.as_ref()
                .map_or(Ok(()), |item| known_item(ledger, item).map(|_| ()))?;
            school
                .as_ref()
                .map_or(Ok(()), |school| known_school(ledger, school))
        }
        _ => Ok(()),
    }
}

/// The day until which a verification that ended on `date` counts, by the item's own policy.
pub fn next_verification(item: &Item, date: Date) -> Date {
    let months = item.verification_months.unwrap_or(VERIFICATION_MONTHS).min(1200);
    date.saturating_add(i64::from(months).months())
}

fn known_item<'a>(ledger: &'a Ledger, item: &ItemId) -> Result<&'a super::state::ItemState, Impossible> {
    ledger
        .items
        .get(item)
        .ok_or_else(|| Impossible::UnknownItem(item.clone()))
}

fn known_school(ledger: &Ledger, school: &SchoolId) -> Result<(), Impossible> {
    match ledger.schools.contains_key(school) {
        true => Ok(()),
        false => Err(Impossible::UnknownSchool(school.clone())),
    }
}

fn known_badge(ledger: &Ledger, badge: &BadgeCode) -> Result<(), Impossible> {
    match ledger.badges.contains_key(badge) {
        true => Ok(()),
        false => Err(Impossible::UnknownBadge(badge.clone())),
    }
}

fn known_loan(ledger: &Ledger, loan: &LoanId) -> Result<(), Impossible> {
    match ledger.loans.contains_key(loan) {
        true => Ok(()),
        false => Err(Impossible::UnknownLoan(loan.clone())),
    }
}

fn known_stocktake(ledger: &Ledger, stocktake: &crate::ids::StocktakeId) -> Result<(), Impossible> {
    match ledger.stocktakes.contains_key(stocktake) {
        true => Ok(()),
        false => Err(Impossible::Unknown {
            what: "stocktake",
            id: SmolStr::new(stocktake.as_str()),
        }),
    }
}

fn is_out_as(ledger: &Ledger, item: &ItemId, loan: &LoanId) -> Result<(), Impossible> {
    let state = known_item(ledger, item)?;
    match state.status.loan.as_ref() == Some(loan) {
        true => Ok(()),
        false => Err(Impossible::NotOut {
            item: item.clone(),
            loan: loan.clone(),
        }),
    }
}

fn belong_to(ledger: &Ledger, item: &ItemId, parts: &Parts) -> Result<(), Impossible> {
    let kit = ledger
        .items
        .get(item)
        .and_then(|state| state.item.kit.as_ref())
        .and_then(|kit| ledger.kits.get(kit));
    for component in parts.keys() {
        let known = kit.is_some_and(|kit| kit.components.iter().any(|c| c.component == *component));
        if !known {
            return Err(Impossible::UnknownComponent {
                item: item.clone(),
                component: component.clone(),
            });
        }
    }
    Ok(())
}

fn can_be_enrolled(ledger: &Ledger, item: &Item) -> Result<(), Impossible> {
    let unknown = |what, id: &str| {
        Err(Impossible::Unknown {
            what,
            id: SmolStr::new(id),
        })
    };
    if let Some(room) = item
        .room
        .as_ref()
        .filter(|room| !ledger.rooms.contains_key(*room))
    {
        return unknown("room", room.as_str());
    }
    if let Some(kit) = item.kit.as_ref().filter(|kit| !ledger.kits.contains_key(*kit)) {
        return unknown("kit", kit.as_str());
    }
    if let Some(donor) = item
        .donor
        .as_ref()
        .filter(|donor| !ledger.donors.contains_key(*donor))
    {
        return unknown("donor", donor.as_str());
    }
    item.tags
        .iter()
        .try_for_each(|tag| free_tag(ledger, &item.item, tag))
}

fn free_tag(ledger: &Ledger, item: &ItemId, tag: &TagId) -> Result<(), Impossible> {
    if tag.scheme().is_alias() {
        return Err(Impossible::TagIsAlias(tag.clone()));
    }
    match ledger.tags.get(tag).filter(|owner| *owner != item) {
        Some(owner) => Err(Impossible::TagTaken {
            tag: tag.clone(),
            item: owner.clone(),
        }),
        None => Ok(()),
    }
}
