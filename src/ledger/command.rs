//! Orders: what somebody wants to happen, in the imperative. An order may be refused; it is never kept.
//!
//! Knows: the shape of orders as the API, the desk and the importer give them. Must not know: rules.

use super::event::{Condition, Parts, Seq};
use super::master::{Agreement, Badge, CalendarSpan, Donor, Item, KitType, Room, School};
use crate::ids::{BadgeCode, ItemId, LoanId, SchoolId, StocktakeId};
use crate::tag::TagId;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

/// Something to be done. As JSON: `{"type":"check_out","item":…,"badge":…}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Command {
    CheckOut {
        item: ItemId,
        /// The borrower's badge.
        badge: BadgeCode,
        #[serde(default)]
        due: Option<Date>,
        #[serde(default)]
        order: Option<SmolStr>,
        #[serde(default)]
        second_badge: Option<BadgeCode>,
        #[serde(default)]
        purpose: Option<SmolStr>,
        #[serde(default)]
        group: Option<SmolStr>,
        /// Sets an overdue block aside; needs a duty badge in `By` and this reason.
        #[serde(default, rename = "override")]
        override_reason: Option<SmolStr>,
        #[serde(default)]
        session: Option<u64>,
    },
    CheckIn {
        item: ItemId,
        #[serde(default)]
        condition: Condition,
        #[serde(default)]
        missing: Parts,
        #[serde(default)]
        headcount: Option<u32>,
        /// The desk's way: a kit is taken at once and counted afterwards.
        #[serde(default)]
        unchecked: bool,
        #[serde(default)]
        by_label: bool,
        #[serde(default)]
        session: Option<u64>,
    },
    Renew {
        item: ItemId,
        #[serde(default)]
        due: Option<Date>,
    },
    NoteLoan {
        loan: LoanId,
        #[serde(default)]
        purpose: Option<SmolStr>,
        #[serde(default)]
        group: Option<SmolStr>,
        #[serde(default)]
        order: Option<SmolStr>,
        #[serde(default)]
        headcount: Option<u32>,
    },
    Hold {
        item: ItemId,
        school: SchoolId,
        /// Pick-up day.
        from: Date,
    },
    HoldCancel {
        item: ItemId,
        school: SchoolId,
        /// Which of several; the earliest open one if absent.
        #[serde(default)]
        hold: Option<Seq>,
    },
    KitCheck {
        item: ItemId,
        /// All that is missing; empty means complete.
        #[serde(default)]
        missing: Parts,
    },
    Replenish {
        item: ItemId,
        parts: Parts,
    },
    NoteCondition {
        item: ItemId,
        condition: Condition,
        #[serde(default)]
        note: SmolStr,
    },
    StartRepair {
        item: ItemId,
        #[serde(default)]
        note: SmolStr,
    },
    EndRepair {
        item: ItemId,
        #[serde(default)]
        note: SmolStr,
    },
    StartVerification {
        item: ItemId,
    },
    EndVerification {
        item: ItemId,
        #[serde(default)]
        next_due: Option<Date>,
    },
    DeclareLost {
        item: ItemId,
        #[serde(default)]
        note: SmolStr,
    },
    DeclareFound {
        item: ItemId,
        #[serde(default)]
        note: SmolStr,
    },
    Withdraw {
        item: ItemId,
        basis: SmolStr,
    },
    BindTag {
        item: ItemId,
        tag: TagId,
    },
    UnbindTag {
        item: ItemId,
        tag: TagId,
    },
    /// Gives a card to a badge; the card's number goes to the roster and only its digest to the journal. The card that
    /// the badge had before stops, unless this is `another`.
    BadgeCard {
        badge: BadgeCode,
        uid: TagId,
        #[serde(default)]
        another: bool,
    },
    /// Stops every card of a badge: one was lost. The badge itself stays in force.
    CardStop {
        badge: BadgeCode,
    },
    RevokeBadge {
        badge: BadgeCode,
        last: Date,
    },
    RecordConsent {
        item: ItemId,
        number: SmolStr,
        date: Date,
    },
    EnrolItem(Item),
    IssueBadge(Badge),
    RegisterSchool(School),
    SignAgreement {
        school: SchoolId,
        agreement: Agreement,
    },
    RegisterRoom(Room),
    RegisterDonor(Donor),
    DefineKit(KitType),
    SetCalendar(CalendarSpan),
    OpenStocktake {
        #[serde(default)]
        basis: SmolStr,
    },
    SeeInStocktake {
        stocktake: StocktakeId,
        item: ItemId,
    },
    CloseStocktake {
        stocktake: StocktakeId,
    },
    SendNotice {
        loan: LoanId,
        #[serde(default)]
        note: SmolStr,
    },
    /// Moves one line of a session to another school: the loan is voided and made anew.
    MoveLoan {
        loan: LoanId,
        badge: BadgeCode,
        reason: SmolStr,
    },
    /// Reverses an event, if nothing stands on it.
    Void {
        seq: Seq,
        reason: SmolStr,
    },
    /// A person read the clock and says that it is right, though it was doubted.
    ConfirmClock {
        /// The date that the person saw.
        date: Date,
    },
}

impl Command {
    /// The item that a lending order is about.
    pub fn item(&self) -> Option<&ItemId> {
        match self {
            Command::CheckOut { item, .. } | Command::Renew { item, .. } | Command::Hold { item, .. } => {
                Some(item)
            }
            _ => None,
        }
    }

    /// The borrower's badge that an order names.
    pub fn badge(&self) -> Option<&BadgeCode> {
        match self {
            Command::CheckOut { badge, .. } | Command::MoveLoan { badge, .. } => Some(badge),
            _ => None,
        }
    }
}
