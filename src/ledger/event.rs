//! Facts: what happened, in the past tense. Written once into the journal and never changed.
//!
//! Knows: the shape of every event. Must not know: why it was allowed, files, readers' bytes.
//! Variants and fields are only ever appended: a journal of today must be read in twenty years.

use super::master::{Agreement, Badge, CalendarSpan, Donor, Item, KitType, Room, School};
use crate::clock::{Moment, Trust};
use crate::ids::{BadgeCode, ComponentCode, ItemId, LoanId, ReaderId, SchoolId, StocktakeId};
use crate::tag::TagId;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use std::collections::BTreeMap;
use std::ops::Not;

/// Number of an event in the journal, from 1, without gaps.
pub type Seq = u64;

/// Components and how many of each; never with a zero.
pub type Parts = BTreeMap<ComponentCode, u32>;

/// The state in which a thing came back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    #[default]
    Ok,
    Dirty,
    Damaged,
    Faulty,
}

impl Condition {
    pub fn is_ok(&self) -> bool {
        *self == Condition::Ok
    }

    /// Damaged and faulty things wait for a person before they are lent again.
    pub fn stops_lending(self) -> bool {
        matches!(self, Condition::Damaged | Condition::Faulty)
    }
}

/// How an order reached the desk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// A reader read it.
    Scanned,
    /// A person typed the number at the kiosk.
    Typed,
    /// A button on the kiosk's screen.
    Tapped,
    /// A web page or the API.
    #[default]
    Web,
    /// The command line.
    Console,
    /// Read in from a file.
    Imported,
    /// The program by itself (a time-out, a reader lost).
    System,
}

/// Who and what stood behind an event.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct By {
    /// The actor's badge; for a loan the borrower's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub badge: Option<BadgeCode>,
    /// The duty badge that was signed on, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duty: Option<BadgeCode>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reader: Option<ReaderId>,
    pub how: How,
    /// Role of the access token, where one was used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<SmolStr>,
    /// The client's Idempotency-Key; the same key again is the same order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<SmolStr>,
}

/// Where an imported event stood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    pub file: SmolStr,
    pub line: u64,
    #[serde(default, skip_serializing_if = "SmolStr::is_empty")]
    pub id: SmolStr,
}

/// An event with everything the journal says beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub seq: Seq,
    /// Sequence of the first event of its batch; a batch is durable as a whole.
    pub batch: Seq,
    pub at: Moment,
    pub clock: Trust,
    /// When it was written, if that is not `at` (imported history).
    pub recorded: Option<Moment>,
    pub by: By,
    pub src: Option<Source>,
    pub event: Event,
}

/// A thing that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    // ---- master data; each also serves as its own change -------------------------------------
    SchoolRegistered(School),
    AgreementSigned {
        school: SchoolId,
        #[serde(flatten)]
        agreement: Agreement,
    },
    RoomRegistered(Room),
    DonorRegistered(Donor),
    KitDefined(KitType),
    /// A new item, or new master data of a known one; tags of a known item do not change by it.
    ItemEnrolled(Item),
    TagBound {
        item: ItemId,
        tag: TagId,
    },
    TagUnbound {
        item: ItemId,
        tag: TagId,
    },
    BadgeIssued(Badge),
    /// No longer in force after the day `last`.
    BadgeRevoked {
        badge: BadgeCode,
        last: Date,
    },
    /// A card was given to a badge. The card's number stands in the roster, here only a keyed digest.
    BadgeCardGiven {
        badge: BadgeCode,
        digest: SmolStr,
        /// Digests of the cards that stopped with it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        replaces: Vec<SmolStr>,
    },
    CalendarSet(CalendarSpan),
    /// The founder consents to lending this item to other schools.
    ConsentRecorded {
        item: ItemId,
        number: SmolStr,
        date: Date,
    },

    // ---- the life of a loan --------------------------------------------------------------------
    CheckedOut {
        loan: LoanId,
        item: ItemId,
        school: SchoolId,
        due: Date,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        purpose: Option<SmolStr>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        group: Option<SmolStr>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        order: Option<SmolStr>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        second_badge: Option<BadgeCode>,
        /// The hold that this loan fulfils.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        hold: Option<Seq>,
        /// What was already missing from the kit.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        shortage: Parts,
        /// Number of the desk's session; an act is made of it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        session: Option<u64>,
        /// Why a rule was set aside by a duty badge.
        #[serde(default, rename = "override", skip_serializing_if = "Option::is_none")]
        override_reason: Option<SmolStr>,
    },
    Returned {
        loan: LoanId,
        item: ItemId,
        school: SchoolId,
        #[serde(default, skip_serializing_if = "Condition::is_ok")]
        condition: Condition,
        /// Components that are missing in addition to what was missing before.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        missing: Parts,
        /// A kit that nobody has counted yet; not lendable until somebody has.
        #[serde(default, skip_serializing_if = "Not::not")]
        unchecked: bool,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        headcount: Option<u32>,
        /// Taken by its printed label although it has a radio tag («по наклейке»).
        #[serde(default, skip_serializing_if = "Not::not")]
        by_label: bool,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        session: Option<u64>,
    },
    Renewed {
        loan: LoanId,
        item: ItemId,
        due: Date,
        previous_due: Date,
    },
    /// Purpose, group, order or head count told later.
    LoanNoted {
        loan: LoanId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        purpose: Option<SmolStr>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        group: Option<SmolStr>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        order: Option<SmolStr>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        headcount: Option<u32>,
    },
    /// An item is wanted by a school; `from` is the pick-up day. The event's number is the hold's number.
    Held {
        item: ItemId,
        school: SchoolId,
        from: Date,
    },
    HoldCancelled {
        hold: Seq,
        item: ItemId,
        school: SchoolId,
    },

    // ---- the state of an item --------------------------------------------------------------------
    /// Somebody counted the kit. `missing` is all that is missing; with `confirms` it only repeats what the
    /// return had said (imported history) and changes no count.
    KitChecked {
        item: ItemId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        loan: Option<LoanId>,
        complete: bool,
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        missing: Parts,
        #[serde(default, skip_serializing_if = "Not::not")]
        confirms: bool,
    },
    Replenished {
        item: ItemId,
        parts: Parts,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        loan: Option<LoanId>,
    },
    /// A person looked at the item and found it so; `ok` releases a damaged one.
    ConditionNoted {
        item: ItemId,
        condition: Condition,
        #[serde(default, skip_serializing_if = "SmolStr::is_empty")]
        note: SmolStr,
    },
    RepairStarted {
        item: ItemId,
        #[serde(default, skip_serializing_if = "SmolStr::is_empty")]
        note: SmolStr,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        loan: Option<LoanId>,
    },
    RepairEnded {
        item: ItemId,
        #[serde(default, skip_serializing_if = "SmolStr::is_empty")]
        note: SmolStr,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        loan: Option<LoanId>,
    },
    VerificationStarted {
        item: ItemId,
    },
    /// Back from metrological verification.
    VerificationEnded {
        item: ItemId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        next_due: Option<Date>,
    },
    Lost {
        item: ItemId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        loan: Option<LoanId>,
        #[serde(default, skip_serializing_if = "SmolStr::is_empty")]
        note: SmolStr,
    },
    Found {
        item: ItemId,
        #[serde(default, skip_serializing_if = "SmolStr::is_empty")]
        note: SmolStr,
    },
    Withdrawn {
        item: ItemId,
        #[serde(default, skip_serializing_if = "SmolStr::is_empty")]
        basis: SmolStr,
    },

    // ---- stocktake -----------------------------------------------------------------------------
    StocktakeOpened {
        stocktake: StocktakeId,
        #[serde(default, skip_serializing_if = "SmolStr::is_empty")]
        basis: SmolStr,
    },
    StocktakeSeen {
        stocktake: StocktakeId,
        item: ItemId,
    },
    /// Not here, but accounted for by papers: at a partner, in repair.
    StocktakeAccounted {
        stocktake: StocktakeId,
        item: ItemId,
        #[serde(default, skip_serializing_if = "SmolStr::is_empty")]
        basis: SmolStr,
    },
    StocktakeMissing {
        stocktake: StocktakeId,
        item: ItemId,
    },
    StocktakeClosed {
        stocktake: StocktakeId,
    },

    // ---- what the desk noticed ---------------------------------------------------------------------
    NoticeSent {
        loan: LoanId,
        item: ItemId,
        school: SchoolId,
        #[serde(default, skip_serializing_if = "SmolStr::is_empty")]
        note: SmolStr,
    },
    /// A tag that belongs to nothing. Only a keyed digest: it may be somebody's bank card.
    UnknownTag {
        scheme: SmolStr,
        digest: SmolStr,
    },
    Refused {
        /// `К-10`
        code: SmolStr,
        /// `already_out`
        reason: SmolStr,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        item: Option<ItemId>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        school: Option<SchoolId>,
        #[serde(default, skip_serializing_if = "SmolStr::is_empty")]
        note: SmolStr,
    },
    ReaderLost {
        reader: ReaderId,
    },
    ReaderBack {
        reader: ReaderId,
    },
    /// A reversing entry: the events named no longer count. They stay in the journal.
    Voided {
        seqs: Vec<Seq>,
        #[serde(default, skip_serializing_if = "SmolStr::is_empty")]
        reason: SmolStr,
    },
    /// The cards of a badge were stopped: lost, or to be forgotten. Keyed digests, as when they were given.
    BadgeCardStopped {
        badge: BadgeCode,
        digests: Vec<SmolStr>,
    },
    /// The time of this event is right: a person confirmed the clock, or it came right by itself (`by.how` = system).
    ClockConfirmed {
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        redated: Vec<Redated>,
    },
}

impl Event {
    /// The loan that the answer to an order names: the one that was made, ended or changed. Told by the event alone, so
    /// that an order repeated after a restart is answered as it was before.
    pub fn loan(&self) -> Option<&LoanId> {
        match self {
            Event::CheckedOut { loan, .. }
            | Event::Returned { loan, .. }
            | Event::Renewed { loan, .. }
            | Event::LoanNoted { loan, .. }
            | Event::NoticeSent { loan, .. } => Some(loan),
            _ => None,
        }
    }
}

/// A loan that was made while nobody knew the day, with a due date counted from the day on which it was known again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Redated {
    pub loan: LoanId,
    pub due: Date,
    pub previous_due: Date,
}
