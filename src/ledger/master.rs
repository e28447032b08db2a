//! Master data: what the centre owns, whom it lends to, and on what terms.
//!
//! Knows: shapes of schools, agreements, rooms, kits, items, badges. Must not know: loans, rules, time of day.

use super::refusal::Refusal;
use crate::ids::{BadgeCode, ComponentCode, DonorId, ItemId, KitCode, RoomId, SchoolId};
use crate::tag::TagId;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use std::ops::Not;

fn is_zero(n: &u32) -> bool {
    *n == 0
}

/// The centre itself, or a school that borrows from it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct School {
    pub school: SchoolId,
    /// The centre lends to itself without agreement, limit or consent.
    #[serde(default, skip_serializing_if = "Not::not")]
    pub centre: bool,
    pub short_name: SmolStr,
    pub full_name: SmolStr,
    #[serde(default, skip_serializing_if = "SmolStr::is_empty")]
    pub legal_form: SmolStr,
    #[serde(default, skip_serializing_if = "SmolStr::is_empty")]
    pub ownership: SmolStr,
    #[serde(default, skip_serializing_if = "SmolStr::is_empty")]
    pub locality: SmolStr,
    #[serde(default, skip_serializing_if = "is_zero")]
    pub distance_km: u32,
    #[serde(default, skip_serializing_if = "is_zero")]
    pub learners: u32,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub profile_classes: Vec<SmolStr>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub directions: Vec<SmolStr>,
    /// Most items at once; 0 means that no limit applies.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub max_items: u32,
    /// Longest loan in days, counted anew from each renewal; 0 means that no limit applies.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub max_days: u32,
    #[serde(default, skip_serializing_if = "SmolStr::is_empty")]
    pub contact_role: SmolStr,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact_badge: Option<BadgeCode>,
}

/// An agreement on joint activity with its term; both dates inclusive. A renewal is a further agreement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agreement {
    pub number: SmolStr,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed: Option<Date>,
    pub valid_from: Date,
    pub valid_to: Date,
    #[serde(default, skip_serializing_if = "SmolStr::is_empty")]
    pub loan_agreement: SmolStr,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Room {
    pub room: RoomId,
    pub name: SmolStr,
    #[serde(default, skip_serializing_if = "SmolStr::is_empty")]
    pub area_m2: SmolStr,
    #[serde(default, skip_serializing_if = "SmolStr::is_empty")]
    pub subjects: SmolStr,
    #[serde(default, skip_serializing_if = "SmolStr::is_empty")]
    pub zones: SmolStr,
    #[serde(default, skip_serializing_if = "SmolStr::is_empty")]
    pub notes: SmolStr,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Donor {
    pub donor: DonorId,
    pub kind: SmolStr,
    #[serde(default, skip_serializing_if = "SmolStr::is_empty")]
    pub support: SmolStr,
}

/// A kind of kit and what belongs into its box.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KitType {
    pub kit: KitCode,
    pub title: SmolStr,
    pub components: Vec<Component>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Component {
    pub component: ComponentCode,
    pub name: SmolStr,
    pub quantity: u32,
    pub unit: SmolStr,
    /// Counted by weighing the tray instead of by hand.
    #[serde(default, skip_serializing_if = "Not::not")]
    pub weighed: bool,
    /// Without it the kit is not lent.
    #[serde(default, skip_serializing_if = "Not::not")]
    pub critical: bool,
    /// Expected to shrink with use.
    #[serde(default, skip_serializing_if = "Not::not")]
    pub consumable: bool,
    /// In roubles, a decimal string.
    #[serde(default, skip_serializing_if = "SmolStr::is_empty")]
    pub replacement_cost: SmolStr,
}

/// Whether an item may leave the centre.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lending {
    #[default]
    Free,
    /// Only inside the centre (К-19).
    CentreOnly,
    /// By order, to two persons of the same school (К-20).
    ByOrder,
}

/// One thing with a number of its own; a kit is one item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    pub item: ItemId,
    /// The accounting number; often absent, never the key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inventory_number: Option<SmolStr>,
    #[serde(default, skip_serializing_if = "SmolStr::is_empty")]
    pub account: SmolStr,
    pub name: SmolStr,
    pub category: SmolStr,
    #[serde(default, skip_serializing_if = "SmolStr::is_empty")]
    pub subject: SmolStr,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub room: Option<RoomId>,
    /// In roubles, a decimal string.
    #[serde(default, skip_serializing_if = "SmolStr::is_empty")]
    pub cost: SmolStr,
    #[serde(default, skip_serializing_if = "SmolStr::is_empty")]
    pub funding: SmolStr,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub donor: Option<DonorId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepted: Option<Date>,
    #[serde(default, skip_serializing_if = "SmolStr::is_empty")]
    pub serial_number: SmolStr,
    #[serde(default, skip_serializing_if = "SmolStr::is_empty")]
    pub okof: SmolStr,
    /// Especially valuable movable property: another school needs the founder's consent (К-21).
    #[serde(default, skip_serializing_if = "Not::not")]
    pub valuable: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kit: Option<KitCode>,
    #[serde(default)]
    pub lending: Lending,
    /// The rule in words, shown to people («не более 14 дней; перевозка в кейсе»).
    #[serde(default, skip_serializing_if = "SmolStr::is_empty")]
    pub policy: SmolStr,
    /// «не более N дней» out of `policy`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_days: Option<u32>,
    /// «поверка раз в N мес.» out of `policy`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verification_months: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verification_due: Option<Date>,
    /// Registration number of an unmanned aircraft (К-30).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uav_number: Option<SmolStr>,
    /// Tags known at enrolment: radio tag first, label last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<TagId>,
}

/// What a badge may do; decided by its role when it is issued.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BadgeKind {
    /// Signs on for the shift, overrides with a reason, never borrows, never closes a session.
    Duty,
    /// Borrows for the centre itself.
    Centre,
    /// Borrows for a partner school.
    School,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Badge {
    pub badge: BadgeCode,
    pub school: SchoolId,
    pub role: SmolStr,
    pub kind: BadgeKind,
    pub active_from: Date,
    /// Last day on which it counts; none while it is in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active_to: Option<Date>,
}

impl Badge {
    /// Why it does not count on `day`.
    pub fn not_in_force(&self, day: Date) -> Option<Refusal> {
        self.ended(day).or_else(|| self.not_begun(day))
    }

    pub fn ended(&self, day: Date) -> Option<Refusal> {
        let last = self.active_to.filter(|last| *last < day)?;
        Some(Refusal::BadgeRevoked {
            badge: self.badge.clone(),
            last,
        })
    }

    pub fn not_begun(&self, day: Date) -> Option<Refusal> {
        (day < self.active_from).then(|| Refusal::BadgeNotYet {
            badge: self.badge.clone(),
            from: self.active_from,
        })
    }
}

/// What a stretch of the calendar is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DayKind {
    Vacation,
    Holiday,
    Closed,
    /// Open against the rule, a Sunday for example.
    Working,
}

/// A stretch of days, both ends inclusive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalendarSpan {
    pub from: Date,
    pub to: Date,
    pub kind: DayKind,
    #[serde(default, skip_serializing_if = "SmolStr::is_empty")]
    pub name: SmolStr,
}
