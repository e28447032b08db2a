//! The registers: schools, agreements, badges, rooms, donors, kinds of kits, the calendar.
//!
//! Knows: what an entry must have to be of use. Must not know: loans.

use super::super::event::Event;
use super::super::master::{Agreement, Badge, BadgeKind, CalendarSpan, Donor, KitType, Room, School};
use super::super::refusal::Refusal;
use super::super::state::days_between;
use super::Decided;
use super::case::{Case, id, invalid, needed, text};
use crate::ids::{BadgeCode, SchoolId, skeleton};
use crate::tag::TagId;
use jiff::civil::Date;
use smol_str::SmolStr;
use std::collections::BTreeSet;

/// Longest stretch that one entry of the calendar may cover, in days.
const LONGEST_SPAN: u32 = 400;

impl Case<'_> {
    pub(super) fn register_school(&self, school: &School) -> Result<Decided, Refusal> {
        id("school", school.school.as_str())?;
        needed("short_name", &school.short_name)?;
        text("full_name", &school.full_name)?;
        let known = self.ledger.schools.get(&school.school);
        if known.is_some_and(|known| known.school == *school) {
            return Err(Refusal::AlreadySo { what: "school" });
        }
        let mut others = self
            .ledger
            .schools
            .values()
            .filter(|known| known.school.school != school.school);
        if school.centre && others.any(|other| other.school.centre) {
            return Err(invalid("centre", "there_is_one"));
        }
        Ok(Decided::one(Event::SchoolRegistered(school.clone())))
    }

    pub(super) fn sign_agreement(
        &self,
        school: &SchoolId,
        agreement: &Agreement,
    ) -> Result<Decided, Refusal> {
        let school = self.school(school)?;
        if school.school.centre {
            return Err(invalid("school", "the_centre_needs_none"));
        }
        needed("number", &agreement.number)?;
        if agreement.valid_to < agreement.valid_from {
            return Err(invalid("valid_to", "before_the_beginning"));
        }
        if school.agreements.contains(agreement) {
            return Err(Refusal::AlreadySo { what: "agreement" });
        }
        Ok(Decided::one(Event::AgreementSigned {
            school: school.school.school.clone(),
            agreement: agreement.clone(),
        }))
    }

    pub(super) fn issue_badge(&self, badge: &Badge) -> Result<Decided, Refusal> {
        id("badge", badge.badge.as_str())?;
        needed("role", &badge.role)?;
        let school = self.school(&badge.school)?;
        if school.school.centre == (badge.kind == BadgeKind::School) {
            return Err(invalid("kind", "not_of_this_school"));
        }
        if badge.active_to.is_some_and(|last| last < badge.active_from) {
            return Err(invalid("active_to", "before_the_beginning"));
        }
        match self.ledger.badges.get(&badge.badge) {
            Some(known) if known == badge => return Err(Refusal::AlreadySo { what: "badge" }),
            // Its loans and acts would change hands with it.
            Some(known) if known.school != badge.school => return Err(invalid("school", "badge_of_another")),
            Some(_) => {}
            None => {
                let alike = skeleton(badge.badge.as_str());
                if self
                    .ledger
                    .badges
                    .keys()
                    .any(|known| skeleton(known.as_str()) == alike)
                {
                    return Err(invalid("badge", "looks_like_another"));
                }
            }
        }
        Ok(Decided::one(Event::BadgeIssued(badge.clone())))
    }

    pub(super) fn revoke_badge(&self, badge: &BadgeCode, last: Date) -> Result<Decided, Refusal> {
        let badge = self.badge(badge)?;
        if badge.active_to.is_some_and(|known| known <= last) {
            return Err(Refusal::AlreadySo { what: "revoked" });
        }
        Ok(Decided::one(Event::BadgeRevoked {
            badge: badge.badge.clone(),
            last,
        }))
    }

    pub(super) fn give_card(&self, badge: &BadgeCode, uid: &TagId) -> Result<Decided, Refusal> {
        let badge = self.badge(badge)?;
        if uid.scheme().is_alias() {
            return Err(Refusal::TagIsAlias);
        }
        if let Some(owner) = self.ledger.tags.get(uid) {
            return Err(Refusal::TagTaken {
                item: Some(owner.clone()),
            });
        }
        Ok(Decided::one(Event::BadgeCardGiven {
            badge: badge.badge.clone(),
            digest: SmolStr::default(),
            replaces: Vec::new(),
        }))
    }

    pub(super) fn stop_card(&self, badge: &BadgeCode) -> Result<Decided, Refusal> {
        let badge = self.badge(badge)?;
        Ok(Decided::one(Event::BadgeCardStopped {
            badge: badge.badge.clone(),
            digests: Vec::new(),
        }))
    }

    pub(super) fn register_room(&self, room: &Room) -> Result<Decided, Refusal> {
        id("room", room.room.as_str())?;
        needed("name", &room.name)?;
        if self.ledger.rooms.get(&room.room) == Some(room) {
            return Err(Refusal::AlreadySo { what: "room" });
        }
        Ok(Decided::one(Event::RoomRegistered(room.clone())))
    }

    pub(super) fn register_donor(&self, donor: &Donor) -> Result<Decided, Refusal> {
        id("donor", donor.donor.as_str())?;
        needed("kind", &donor.kind)?;
        if self.ledger.donors.get(&donor.donor) == Some(donor) {
            return Err(Refusal::AlreadySo { what: "donor" });
        }
        Ok(Decided::one(Event::DonorRegistered(donor.clone())))
    }

    pub(super) fn define_kit(&self, kit: &KitType) -> Result<Decided, Refusal> {
        id("kit", kit.kit.as_str())?;
        needed("title", &kit.title)?;
        let mut seen = BTreeSet::new();
        for component in &kit.components {
            id("component", component.component.as_str())?;
            needed("name", &component.name)?;
            if component.quantity == 0 {
                return Err(invalid("quantity", "empty"));
            }
            if !seen.insert(&component.component) {
                return Err(invalid("component", "named_twice"));
            }
        }
        if seen.is_empty() {
            return Err(invalid("components", "empty"));
        }
        if self.ledger.kits.get(&kit.kit) == Some(kit) {
            return Err(Refusal::AlreadySo { what: "kit" });
        }
        Ok(Decided::one(Event::KitDefined(kit.clone())))
    }

    pub(super) fn set_calendar(&self, span: &CalendarSpan) -> Result<Decided, Refusal> {
        text("name", &span.name)?;
        if span.to < span.from {
            return Err(invalid("to", "before_the_beginning"));
        }
        if days_between(span.from, span.to) > LONGEST_SPAN {
            return Err(invalid("to", "too_far"));
        }
        if self.ledger.calendar.contains(span) {
            return Err(Refusal::AlreadySo { what: "calendar" });
        }
        Ok(Decided::one(Event::CalendarSet(span.clone())))
    }
}
