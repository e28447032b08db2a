//! Items as things with numbers: enrolment, tags, consent.
//!
//! Knows: that a tag belongs to one thing and an id is not to be confused. Must not know: loans.

use super::super::event::Event;
use super::super::master::Item;
use super::super::refusal::Refusal;
use super::Decided;
use super::case::{Case, id, invalid, needed, text, unknown};
use crate::ids::{ItemId, skeleton};
use crate::tag::{Scheme, TagId};
use jiff::civil::Date;

/// Codes that begin so are command cards of the desk and never items.
const RESERVED_CODES: &str = "FORMULAR:";

impl Case<'_> {
    /// A new item, or new master data of a known one.
    pub(super) fn enrol_item(&self, item: &Item) -> Result<Decided, Refusal> {
        id("item", item.item.as_str())?;
        needed("name", &item.name)?;
        needed("category", &item.category)?;
        let rest = [
            ("account", &item.account),
            ("subject", &item.subject),
            ("cost", &item.cost),
            ("funding", &item.funding),
            ("serial_number", &item.serial_number),
            ("okof", &item.okof),
            ("policy", &item.policy),
        ];
        rest.into_iter()
            .try_for_each(|(field, value)| text(field, value).map(|_| ()))?;
        self.has_known_parents(item)?;
        match self.ledger.items.get(&item.item) {
            Some(known) if known.item == *item => return Err(Refusal::AlreadySo { what: "item" }),
            Some(_) => {}
            None => {
                let alike = skeleton(item.item.as_str());
                if self
                    .ledger
                    .items
                    .keys()
                    .any(|known| skeleton(known.as_str()) == alike)
                {
                    return Err(invalid("item", "looks_like_another"));
                }
                item.tags
                    .iter()
                    .try_for_each(|tag| self.can_be_bound(&item.item, tag))?;
            }
        }
        Ok(Decided::one(Event::ItemEnrolled(item.clone())))
    }

    fn has_known_parents(&self, item: &Item) -> Result<(), Refusal> {
        if let Some(room) = item
            .room
            .as_ref()
            .filter(|room| !self.ledger.rooms.contains_key(*room))
        {
            return Err(unknown("room", room.as_str()));
        }
        if let Some(kit) = item
            .kit
            .as_ref()
            .filter(|kit| !self.ledger.kits.contains_key(*kit))
        {
            return Err(unknown("kit", kit.as_str()));
        }
        match item
            .donor
            .as_ref()
            .filter(|donor| !self.ledger.donors.contains_key(*donor))
        {
            Some(donor) => Err(unknown("donor", donor.as_str())),
            None => Ok(()),
        }
    }

    pub(super) fn bind_tag(&self, item: &ItemId, tag: &TagId) -> Result<Decided, Refusal> {
        let item = self.item(item)?;
        let id = &item.item.item;
        if self.ledger.tags.get(tag) == Some(id) {
            return Err(Refusal::AlreadySo { what: "tag" });
        }
        self.can_be_bound(id, tag)?;
        Ok(Decided::one(Event::TagBound {
            item: id.clone(),
            tag: tag.clone(),
        }))
    }

    pub(super) fn unbind_tag(&self, item: &ItemId, tag: &TagId) -> Result<Decided, Refusal> {
        let item = self.item(item)?;
        if self.ledger.tags.get(tag) != Some(&item.item.item) {
            return Err(unknown("tag", &tag.to_string()));
        }
        Ok(Decided::one(Event::TagUnbound {
            item: item.item.item.clone(),
            tag: tag.clone(),
        }))
    }

    pub(super) fn can_be_bound(&self, item: &ItemId, tag: &TagId) -> Result<(), Refusal> {
        if tag.scheme().is_alias() {
            return Err(Refusal::TagIsAlias);
        }
        if tag.scheme() == Scheme::Code && tag.value().starts_with(RESERVED_CODES) {
            return Err(invalid("tag", "reserved"));
        }
        match self.ledger.tags.get(tag).filter(|owner| *owner != item) {
            Some(owner) => Err(Refusal::TagTaken {
                item: Some(owner.clone()),
            }),
            None => Ok(()),
        }
    }

    pub(super) fn record_consent(&self, item: &ItemId, number: &str, date: Date) -> Result<Decided, Refusal> {
        let item = self.item(item)?;
        if date > self.today {
            return Err(invalid("date", "not_yet"));
        }
        Ok(Decided::one(Event::ConsentRecorded {
            item: item.item.item.clone(),
            number: needed("number", number)?,
            date,
        }))
    }
}
