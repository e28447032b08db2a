//! The ledger: what is true now, as the fold of the journal.
//!
//! Knows: items, loans, holds, schools as they stand. Must not know: rules (see `decide`), files, wording.

use super::believed::Believed;
use super::event::{Condition, Parts, Seq};
use super::master::{Agreement, Badge, CalendarSpan, Donor, Item, KitType, Room, School};
use super::shared::Shared;
use crate::clock::Moment;
use crate::ids::{BadgeCode, DonorId, ItemId, KitCode, LoanId, ReaderId, RoomId, SchoolId, StocktakeId};
use crate::tag::TagId;
use jiff::{ToSpan, civil::Date};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

/// How many earlier states of an item are kept for voids; older ones can no longer be voided.
pub const KEPT_STATES: usize = 16;

/// What an event did beside the item's own status; a void turns exactly this back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Change {
    /// Nothing but the item's status.
    Status,
    CheckedOut(LoanId),
    Returned(LoanId),
    /// The due date before is kept in the loan.
    Renewed(LoanId),
    /// A count after a return: what the loan was said to have lost before it.
    Checked {
        loan: LoanId,
        missing: Parts,
    },
    /// The loan that was out when the item was declared lost or found again.
    Missed(LoanId),
}

impl Change {
    /// The loan it belongs to, if one.
    pub fn loan(&self) -> Option<&LoanId> {
        match self {
            Change::Status => None,
            Change::CheckedOut(loan)
            | Change::Returned(loan)
            | Change::Renewed(loan)
            | Change::Missed(loan) => Some(loan),
            Change::Checked { loan, .. } => Some(loan),
        }
    }
}

/// An item as it stood before an event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Earlier {
    pub seq: Seq,
    pub change: Change,
    pub status: Status,
}

/// A school with its agreements, in the order of their beginning.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SchoolState {
    pub school: School,
    pub agreements: Vec<Agreement>,
}

/// Where an item is while it is neither lent nor on its shelf.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Away {
    Repair,
    Verification,
}

/// All of an item that changes with its life. Small: earlier ones are kept for voids.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    pub loan: Option<LoanId>,
    pub condition: Condition,
    /// Since when it is damaged, away, lost or withdrawn; the latest such day.
    pub since: Option<Date>,
    /// Came back as a kit and was not counted yet.
    pub unchecked: bool,
    /// What is missing from the kit now.
    pub shortage: Parts,
    pub away: Option<Away>,
    pub lost: Option<Date>,
    pub withdrawn: Option<Date>,
    pub verification_due: Option<Date>,
    /// The loan that ended last, and when.
    pub last_return: Option<(LoanId, Moment)>,
}

/// An item as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemState {
    pub item: Item,
    /// Radio tags first, labels last.
    pub tags: Vec<TagId>,
    pub status: Status,
    /// Founder's consent: number and date.
    pub consent: Option<(SmolStr, Date)>,
    /// When a reader or a person last had it in hand.
    pub last_seen: Option<Moment>,
    /// The states before each of the latest events on it; newest at the back. An event that stands at the
    /// back is the last one on the item: nothing stands on it.
    pub before: VecDeque<Earlier>,
}

impl ItemState {
    /// Neither lent, nor away, lost or withdrawn: it can be taken into a hand.
    pub fn is_in_house(&self) -> bool {
        let status = &self.status;
        let here = status.loan.is_none() && status.away.is_none();
        here && status.lost.is_none() && status.withdrawn.is_none()
    }
}

/// How a loan ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoanReturn {
    pub seq: Seq,
    pub at: Moment,
    pub condition: Condition,
    /// What was found missing at the return or by the count that followed it.
    pub missing: Parts,
    pub headcount: Option<u32>,
    pub by_label: bool,
    pub session: Option<u64>,
}

/// One item lent once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Loan {
    pub loan: LoanId,
    pub item: ItemId,
    pub school: SchoolId,
    pub badge: Option<BadgeCode>,
    pub seq: Seq,
    pub out: Moment,
    pub due: Date,
    /// Number of the renewal's event and the due date before it; oldest first.
    pub renewals: Vec<(Seq, Date)>,
    pub purpose: Option<SmolStr>,
    pub group: Option<SmolStr>,
    pub order: Option<SmolStr>,
    /// What was already missing from the kit when it went out.
    pub shortage: Parts,
    pub hold: Option<Seq>,
    pub session: Option<u64>,
    pub returned: Option<LoanReturn>,
    /// The item was declared lost while out: open and overdue, but no reminders and no block.
    pub lost: bool,
    /// Number of the void; a voided loan counts in no report.
    pub voided: Option<Seq>,
}

impl Loan {
    pub fn is_open(&self) -> bool {
        self.returned.is_none() && self.voided.is_none()
    }

    /// Late means: after the due date, which is itself still in time.
    pub fn is_overdue(&self, today: Date) -> bool {
        self.is_open() && today > self.due
    }

    /// Days between the due date and the return; 0 if in time or still out.
    pub fn days_late(&self) -> u32 {
        let Some(returned) = &self.returned else { return 0 };
        days_between(self.due, returned.at.date())
    }
}

/// Whole days from `a` to `b`, 0 if `b` is not later.
pub fn days_between(a: Date, b: Date) -> u32 {
    b.since(a)
        .ok()
        .and_then(|span| u32::try_from(span.get_days()).ok())
        .unwrap_or(0)
}

/// The day so many days after `day`; what lies beyond a century counts as a century.
pub fn plus_days(day: Date, days: u32) -> Date {
    const CENTURY: u32 = 36_525;
    day.saturating_add(i64::from(days.min(CENTURY)).days())
}

/// What became of a hold. One whose time has passed is still `Open` here; rules look at its date.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum HoldState {
    Open,
    Fulfilled(LoanId),
    Cancelled,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    pub seq: Seq,
    pub item: ItemId,
    pub school: SchoolId,
    /// Pick-up day; the hold lasts until the end of the next working day.
    pub from: Date,
    pub made: Moment,
    pub state: HoldState,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stocktake {
    pub opened: Option<Moment>,
    pub closed: Option<Moment>,
    pub basis: SmolStr,
    pub seen: BTreeSet<ItemId>,
    pub accounted: BTreeMap<ItemId, SmolStr>,
    pub missing: BTreeSet<ItemId>,
}

/// Counts of the summary that the maps below do not give.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    pub refusals: u64,
    pub unknown_tags: u64,
    pub notices: u64,
    pub voids: u64,
}

/// Everything that is true after event number `seq`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ledger {
    /// Number of the last event applied; 0 before the first.
    pub seq: Seq,
    /// The effective time: of the latest event that moved it, never going back.
    pub now: Option<Moment>,
    /// The time that the rules count from.
    pub believed: Believed,
    pub schools: BTreeMap<SchoolId, SchoolState>,
    pub rooms: BTreeMap<RoomId, Room>,
    pub donors: BTreeMap<DonorId, Donor>,
    pub kits: BTreeMap<KitCode, KitType>,
    pub items: BTreeMap<ItemId, ItemState>,
    pub badges: BTreeMap<BadgeCode, Badge>,
    /// Cards that were stopped, by their keyed digest, and the badge each had belonged to.
    pub stopped_cards: BTreeMap<SmolStr, BadgeCode>,
    pub calendar: Vec<CalendarSpan>,
    pub tags: HashMap<TagId, ItemId>,
    pub loans: BTreeMap<LoanId, Shared<Loan>>,
    /// Loans that are out, by school: what the desk asks at every scan.
    pub open_loans: BTreeMap<SchoolId, BTreeSet<LoanId>>,
    pub holds: BTreeMap<Seq, Hold>,
    /// Holds that are neither fulfilled nor cancelled, by item.
    pub open_holds: BTreeMap<ItemId, BTreeSet<Seq>>,
    pub stocktakes: BTreeMap<StocktakeId, Stocktake>,
    pub lost_readers: BTreeMap<ReaderId, Moment>,
    pub counts: Counts,
    /// The number that the next session of the desk will have.
    pub next_session: u64,
    /// The number in the next loan's id.
    pub next_loan: u64,
    /// Events that were voided.
    pub voided: BTreeSet<Seq>,
    /// Whether a loan, return, renewal or hold came from the desk itself and not from a file.
    pub has_live_loans: bool,
}

impl Ledger {
    pub fn loan(&self, loan: &LoanId) -> Option<&Loan> {
        self.loans.get(loan).map(|loan| &**loan)
    }

    /// Every loan that was ever made, voided ones too, by number.
    pub fn all_loans(&self) -> impl Iterator<Item = &Loan> {
        self.loans.values().map(|loan| &**loan)
    }
}
