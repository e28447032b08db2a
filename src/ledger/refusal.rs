//! Why an order is not carried out. Every refusal is told to a person with one next step.
//!
//! Knows: reasons, their К codes and stable names. Must not know: wording.

use super::event::{Parts, Seq};
use crate::ids::{BadgeCode, ItemId, SchoolId};
use jiff::civil::Date;
use smol_str::SmolStr;

/// A rule said no, or the order made no sense.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    // ---- rules of lending --------------------------------------------------------------------
    /// К-10
    AlreadyOut {
        item: ItemId,
        school: SchoolId,
        since: Date,
        due: Date,
    },
    /// К-03
    BadgeRevoked {
        badge: BadgeCode,
        last: Date,
    },
    /// К-03: a badge that counts only from a later day.
    BadgeNotYet {
        badge: BadgeCode,
        from: Date,
    },
    /// К-03: a duty badge signs on and never borrows.
    BadgeNeverBorrows {
        badge: BadgeCode,
    },
    /// К-03: the card was stopped; its badge may well be in force, with another card.
    CardStopped {
        badge: BadgeCode,
    },
    /// К-14
    AgreementExpired {
        school: SchoolId,
        last: Date,
    },
    /// К-16; `from` if one begins later.
    NoAgreement {
        school: SchoolId,
        from: Option<Date>,
    },
    /// К-17
    ItemsLimit {
        school: SchoolId,
        limit: u32,
    },
    /// К-18; `count` items are overdue.
    OverdueBlock {
        school: SchoolId,
        count: u32,
    },
    /// К-19
    CentreOnly {
        item: ItemId,
    },
    /// К-20; true where the order number or another badge of the borrowing school is missing.
    OrderNeeded {
        item: ItemId,
        order: bool,
        second_badge: bool,
    },
    /// К-21
    ConsentNeeded {
        item: ItemId,
    },
    /// К-12; another school's hold is too near.
    Reserved {
        item: ItemId,
        school: SchoolId,
        from: Date,
    },
    /// К-23: critically short, or nobody has counted since it came back.
    KitShort {
        item: ItemId,
        missing: Parts,
        unchecked: bool,
    },
    /// К-27
    Damaged {
        item: ItemId,
        since: Option<Date>,
    },
    /// К-28; `instead` is the nearest equal item on the shelf.
    InRepair {
        item: ItemId,
        since: Date,
        instead: Option<ItemId>,
    },
    /// К-29: the date has passed, or the item is away for verification.
    VerificationDue {
        item: ItemId,
        due: Option<Date>,
        away: bool,
    },
    /// К-33
    CannotRenew {
        item: ItemId,
        held_from: Date,
    },
    /// К-44
    StocktakeRunning,
    Lost {
        item: ItemId,
        since: Date,
    },
    Withdrawn {
        item: ItemId,
        since: Date,
    },
    /// К-48 turned to a no: the due date asked for is closed, too late, or past.
    DueDate {
        asked: Date,
        latest: Date,
    },

    // ---- orders that make no sense -------------------------------------------------------------
    /// К-36: it is not out.
    NotOut {
        item: ItemId,
    },
    /// К-02
    UnknownBadge {
        badge: BadgeCode,
    },
    /// К-09
    UnknownItem {
        item: ItemId,
    },
    /// Anything else that is named and does not exist: a school, a loan, a hold, a component.
    Unknown {
        what: &'static str,
        id: SmolStr,
    },
    /// The tag already belongs to another item or badge.
    TagTaken {
        item: Option<ItemId>,
    },
    /// A lossy printed form cannot be bound.
    TagIsAlias,
    AlreadySo {
        what: &'static str,
    },
    /// Undo: something happened on top of it, or the time has passed.
    CannotVoid {
        seq: Seq,
        because: &'static str,
    },
    /// A value that cannot be: a count above the kit's, an empty reason.
    Invalid {
        field: &'static str,
        because: &'static str,
    },
    /// The duty badge that an override needs is not signed on.
    DutyNeeded,
    /// К-43: the clock shows a day before this program was made; nobody can confirm that.
    ClockUnset {
        date: Date,
    },
    /// К-41: the disk is nearly full; returns only. Known to the clerk, not to the rules.
    NoSpace,
}

impl Refusal {
    /// The К code shown to people; `docs` and the help use the same.
    pub fn code(&self) -> &'static str {
        use Refusal::*;
        match self {
            UnknownBadge { .. } => "К-02",
            BadgeRevoked { .. } | BadgeNotYet { .. } | BadgeNeverBorrows { .. } | CardStopped { .. } => {
                "К-03"
            }
            UnknownItem { .. } | Unknown { .. } => "К-09",
            AlreadyOut { .. } => "К-10",
            Reserved { .. } => "К-12",
            AgreementExpired { .. } => "К-14",
            NoAgreement { .. } => "К-16",
            ItemsLimit { .. } => "К-17",
            OverdueBlock { .. } => "К-18",
            CentreOnly { .. } => "К-19",
            OrderNeeded { .. } => "К-20",
            ConsentNeeded { .. } => "К-21",
            KitShort { .. } => "К-23",
            Damaged { .. } => "К-27",
            InRepair { .. } => "К-28",
            VerificationDue { .. } => "К-29",
            CannotRenew { .. } => "К-33",
            NotOut { .. } | AlreadySo { .. } => "К-36",
            Lost { .. } | Withdrawn { .. } => "К-19",
            NoSpace => "К-41",
            ClockUnset { .. } => "К-43",
            StocktakeRunning => "К-44",
            DueDate { .. } => "К-48",
            TagTaken { .. } | TagIsAlias | CannotVoid { .. } | Invalid { .. } | DutyNeeded => "К-00",
        }
    }

    /// The stable name in the journal and the API.
    pub fn reason(&self) -> &'static str {
        use Refusal::*;
        match self {
            AlreadyOut { .. } => "already_out",
            BadgeRevoked { .. } => "badge_revoked",
            BadgeNotYet { .. } => "badge_not_yet",
            BadgeNeverBorrows { .. } => "badge_never_borrows",
            CardStopped { .. } => "card_stopped",
            AgreementExpired { .. } => "agreement_expired",
            NoAgreement { .. } => "no_agreement",
            ItemsLimit { .. } => "items_limit",
            OverdueBlock { .. } => "overdue_block",
            CentreOnly { .. } => "centre_only",
            OrderNeeded { .. } => "order_needed",
            ConsentNeeded { .. } => "consent_needed",
            Reserved { .. } => "reserved",
            KitShort { .. } => "kit_short",
            Damaged { .. } => "damaged",
            InRepair { .. } => "in_repair",
            VerificationDue { .. } => "verification_due",
            CannotRenew { .. } => "cannot_renew",
            StocktakeRunning => "stocktake_running",
            Lost { .. } => "lost",
            Withdrawn { .. } => "withdrawn",
            DueDate { .. } => "due_date",
            NotOut { .. } => "not_out",
            UnknownBadge { .. } => "unknown_badge",
            UnknownItem { .. } => "unknown_item",
            Unknown { .. } => "unknown",
            TagTaken { .. } => "tag_taken",
            TagIsAlias => "tag_is_alias",
            AlreadySo { .. } => "already_so",
            CannotVoid { .. } => "cannot_void",
            Invalid { .. } => "invalid",
            DutyNeeded => "duty_needed",
            ClockUnset { .. } => "clock_unset",
            NoSpace => "no_space",
        }
    }

    /// A rule of lending said no: a fact that the journal keeps. The others are orders that make no sense.
    pub fn is_of_lending(&self) -> bool {
        use Refusal::*;
        matches!(
            self,
            AlreadyOut { .. }
                | BadgeRevoked { .. }
                | BadgeNotYet { .. }
                | BadgeNeverBorrows { .. }
                | CardStopped { .. }
                | AgreementExpired { .. }
                | NoAgreement { .. }
                | ItemsLimit { .. }
                | OverdueBlock { .. }
                | CentreOnly { .. }
                | OrderNeeded { .. }
                | ConsentNeeded { .. }
                | Reserved { .. }
                | KitShort { .. }
                | Damaged { .. }
                | InRepair { .. }
                | VerificationDue { .. }
                | CannotRenew { .. }
                | StocktakeRunning
                | Lost { .. }
                | Withdrawn { .. }
        )
    }

    /// The item it is about, if one.
    pub fn item(&self) -> Option<&ItemId> {
        use Refusal::*;
        match self {
            AlreadyOut { item, .. }
            | CentreOnly { item }
            | OrderNeeded { item, .. }
            | ConsentNeeded { item }
            | Reserved { item, .. }
            | KitShort { item, .. }
            | Damaged { item, .. }
            | InRepair { item, .. }
            | VerificationDue { item, .. }
            | CannotRenew { item, .. }
            | Lost { item, .. }
            | Withdrawn { item, .. }
            | NotOut { item }
            | UnknownItem { item } => Some(item),
            _ => None,
        }
    }
}

/// Said beside a thing that was done: К-11, К-12, К-13, К-15, К-22, К-24, К-30, К-31, К-34, К-48. Never a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// К-12: shortened to the day before another's hold.
    ShortenedByHold { from: Date },
    /// К-13: the school's own hold was found and fulfilled.
    HoldFulfilled,
    /// К-15: the agreement ends first.
    ShortenedByAgreement { last: Date },
    /// К-22: lent although a non-critical part is missing.
    LentShort { missing: Parts },
    /// К-24: the count after a return found the kit short.
    CountedShort { missing: Parts },
    /// К-30
    Uav { number: SmolStr },
    /// К-31
    Hygiene,
    /// К-34
    HeadcountWanted,
    /// К-48: moved off a Sunday, vacation or closed day.
    MovedByCalendar { wanted: Date },
    /// The calendar ends before the due date: nothing is guessed beyond it.
    CalendarEnded { last: Date },
    /// К-07
    Late { days: u32 },
    /// К-18 set aside by a duty badge.
    Overridden,
    /// К-49: taken from a school other than the one at the desk.
    FromAnotherSchool { school: SchoolId },
    /// К-43
    ClockDoubtful,
}

impl Notice {
    /// The К code shown to people.
    pub fn code(&self) -> &'static str {
        use Notice::*;
        match self {
            Late { .. } => "К-07",
            ShortenedByHold { .. } => "К-12",
            HoldFulfilled => "К-13",
            ShortenedByAgreement { .. } => "К-15",
            Overridden => "К-18",
            LentShort { .. } => "К-22",
            CountedShort { .. } => "К-24",
            Uav { .. } => "К-30",
            Hygiene => "К-31",
            HeadcountWanted => "К-34",
            ClockDoubtful => "К-43",
            MovedByCalendar { .. } | CalendarEnded { .. } => "К-48",
            FromAnotherSchool { .. } => "К-49",
        }
    }

    /// The stable name in the API.
    pub fn name(&self) -> &'static str {
        use Notice::*;
        match self {
            Late { .. } => "late",
            ShortenedByHold { .. } => "shortened_by_hold",
            HoldFulfilled => "hold_fulfilled",
            ShortenedByAgreement { .. } => "shortened_by_agreement",
            Overridden => "overridden",
            LentShort { .. } => "lent_short",
            CountedShort { .. } => "counted_short",
            Uav { .. } => "uav",
            Hygiene => "hygiene",
            HeadcountWanted => "headcount_wanted",
            ClockDoubtful => "clock_doubtful",
            MovedByCalendar { .. } => "moved_by_calendar",
            CalendarEnded { .. } => "calendar_ended",
            FromAnotherSchool { .. } => "from_another_school",
        }
    }
}
