//! Counts of kits and what is put back into them.
//!
//! Knows: that a kit is counted in the house and holds no more than its list. Must not know: who lost what.

use super::super::event::{Event, Parts};
use super::super::refusal::{Notice, Refusal};
use super::Decided;
use super::case::{Case, invalid};
use crate::ids::ItemId;

impl Case<'_> {
    /// The count says everything that is missing. After a return it also completes what that loan is told to
    /// have lost.
    pub(super) fn check_kit(&self, item: &ItemId, missing: &Parts) -> Result<Decided, Refusal> {
        let item = self.item(item)?;
        self.in_the_house(item)?;
        if self.kit_of(item).is_none() {
            return Err(invalid("item", "not_a_kit"));
        }
        let missing = self.parts(item, missing, "missing")?;
        let loan = item.status.last_return.as_ref().filter(|_| item.status.unchecked);
        let loan = loan.map(|(loan, _)| loan.clone());
        let notices = match missing.is_empty() {
            true => Vec::new(),
            false => vec![Notice::CountedShort {
                missing: missing.clone(),
            }],
        };
        Ok(Decided {
            notices,
            ..Decided::one(Event::KitChecked {
                item: item.item.item.clone(),
                loan,
                complete: missing.is_empty(),
                missing,
                confirms: false,
            })
        })
    }

    pub(super) fn replenish(&self, item: &ItemId, parts: &Parts) -> Result<Decided, Refusal> {
        let item = self.item(item)?;
        self.in_the_house(item)?;
        let parts = self.parts(item, parts, "parts")?;
        if parts.is_empty() {
            return Err(invalid("parts", "empty"));
        }
        let short = |component| item.status.shortage.get(component).copied().unwrap_or(0);
        if parts.iter().any(|(component, count)| *count > short(component)) {
            return Err(invalid("parts", "more_than_is_missing"));
        }
        Ok(Decided::one(Event::Replenished {
            item: item.item.item.clone(),
            parts,
            loan: None,
        }))
    }
}
