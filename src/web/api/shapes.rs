//! What the API answers, as types: serde writes them, utoipa describes them.
//!
//! Knows: names and meanings of fields. Must not know: where the values come from.

use crate::clock::{Moment, Trust};
use crate::ledger::{By, Condition, Event, Source};
use jiff::civil::Date;
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// The loan that an item is out on.
#[derive(Debug, Serialize, ToSchema)]
pub struct ItemLoan {
    pub loan_id: String,
    pub school: String,
    #[schema(value_type = String, format = DateTime)]
    pub since: Moment,
    /// The last day in time.
    #[schema(value_type = String, format = Date)]
    pub due: Date,
    pub overdue: bool,
}

/// A part of a kit that is not in its box.
#[derive(Debug, Serialize, ToSchema)]
pub struct MissingPart {
    pub component: String,
    pub name: String,
    pub count: u32,
    /// Without it the kit is not lent.
    pub critical: bool,
}

/// Completeness of a kit.
#[derive(Debug, Serialize, ToSchema)]
pub struct ItemKit {
    pub title: String,
    pub complete: bool,
    /// Nobody has counted it since it came back.
    pub unchecked: bool,
    pub missing: Vec<MissingPart>,
}

/// One item.
#[derive(Debug, Serialize, ToSchema)]
pub struct ItemJson {
    /// The centre's own number, never changed.
    pub id: String,
    /// The accounting number; many items have none.
    pub inventory_number: Option<String>,
    pub name: String,
    pub category: String,
    pub subject: String,
    pub room: Option<String>,
    /// available, on_loan, reserved, under_check, in_repair, lost or withdrawn.
    pub state: &'static str,
    /// Why it is not lent, where the state does not say it: damaged, unchecked, kit_short, verification or
    /// verification_due.
    pub reason: Option<&'static str>,
    /// Tags as `scheme:VALUE`, radio tags first. Empty for schools.
    pub tags: Vec<String>,
    /// Null as well where it is out to a school other than the caller's own.
    pub loan: Option<ItemLoan>,
    pub kit: Option<ItemKit>,
    /// free, centre_only or by_order.
    pub lending: &'static str,
    /// The rule of lending in words.
    pub policy: String,
    pub serial_number: String,
    #[schema(value_type = Option<String>, format = Date)]
    pub verification_due: Option<Date>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_seen: Option<Moment>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ItemList {
    pub items: Vec<ItemJson>,
    /// What to give as `after` for the rest; absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// How a loan ended.
#[derive(Debug, Serialize, ToSchema)]
pub struct LoanReturned {
    pub seq: u64,
    #[schema(value_type = String, format = DateTime)]
    pub at: Moment,
    /// ok, dirty, damaged or faulty.
    #[schema(value_type = String)]
    pub condition: Condition,
    /// Components that were found missing, and how many.
    pub missing: BTreeMap<String, u32>,
    /// Null where none was told, and for a partner school where the group was small.
    pub headcount: Option<u32>,
    /// The group was smaller than this; it is not told how small.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub headcount_below: Option<u32>,
    /// Taken by its printed label although it has a radio tag.
    pub by_label: bool,
}

/// One item lent once.
#[derive(Debug, Serialize, ToSchema)]
pub struct LoanJson {
    pub loan_id: String,
    pub item: String,
    pub name: String,
    pub school: String,
    pub school_name: String,
    pub badge: Option<String>,
    /// Number of the check-out in the journal.
    pub seq: u64,
    #[schema(value_type = String, format = DateTime)]
    pub since: Moment,
    #[schema(value_type = String, format = Date)]
    pub due: Date,
    /// open or returned.
    pub state: &'static str,
    /// Open, and the due date has passed.
    pub overdue: bool,
    /// Days between the due date and the return, or today while it is out.
    pub days_late: u32,
    pub renewals: usize,
    /// The item was declared lost while it was out.
    pub lost: bool,
    pub purpose: Option<String>,
    pub group: Option<String>,
    pub order: Option<String>,
    /// Number of the desk's session; its loans make one act.
    pub session: Option<u64>,
    pub returned: Option<LoanReturned>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct LoanList {
    pub loans: Vec<LoanJson>,
    #[schema(value_type = String, format = DateTime)]
    pub as_of: Moment,
    /// Number of the last event that counts.
    pub seq: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// An item that a school wants.
#[derive(Debug, Serialize, ToSchema)]
pub struct HoldJson {
    /// Number of the event that made it.
    pub hold: u64,
    pub item: String,
    pub name: String,
    pub school: String,
    pub school_name: String,
    /// Pick-up day; the hold lasts until the end of the next working day.
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    #[schema(value_type = String, format = DateTime)]
    pub made: Moment,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct HoldList {
    pub holds: Vec<HoldJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ReaderJson {
    pub reader: String,
    pub name: String,
    pub profile: String,
    pub path: String,
    /// pad, bars, mast or handheld.
    pub kind: String,
    /// desk, portal or stocktake; only desk readers lend and return.
    pub role: String,
    /// works, waiting, lost, denied, busy, silent, confused or failed.
    pub state: &'static str,
    #[schema(value_type = String, format = DateTime)]
    pub since: Moment,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_scan: Option<Moment>,
    pub bytes: u64,
    pub scans: u64,
    /// Reads held back because the tag still lay there.
    pub repeats: u64,
    /// Frames refused, by reason.
    pub rejects: BTreeMap<&'static str, u64>,
    /// The reader's last words, made printable.
    pub last_words: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ReaderList {
    pub readers: Vec<ReaderJson>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct StocktakeJson {
    pub stocktake: String,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub opened: Option<Moment>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub closed: Option<Moment>,
    pub basis: String,
    /// Items that a person or reader saw.
    pub seen: Vec<String>,
    /// Items not here but accounted for by papers, with the basis.
    pub accounted: BTreeMap<String, String>,
    pub missing: Vec<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct StocktakeList {
    pub stocktakes: Vec<StocktakeJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// Counts as of an instant. A voided loan is in none of them.
#[derive(Debug, Serialize, ToSchema)]
pub struct SummaryJson {
    pub items: u64,
    pub loans: u64,
    pub returns: u64,
    pub returns_late: u64,
    pub returns_incomplete: u64,
    pub returns_damaged: u64,
    pub loans_open: u64,
    pub loans_overdue: u64,
    pub items_lost: u64,
    pub items_withdrawn: u64,
    pub refusals: u64,
    #[schema(value_type = String, format = DateTime)]
    pub as_of: Moment,
    /// Number of the last event that counts.
    pub seq: u64,
    /// Hash of that event's line; null where it is not the journal's last.
    pub head: Option<String>,
}

/// An event of an item's life as the journal has it.
#[derive(Debug, Serialize, ToSchema)]
pub struct HistoryJson {
    pub seq: u64,
    #[schema(value_type = String, format = DateTime)]
    pub at: Moment,
    /// ok, imported, behind or unset: how far the time may be believed.
    #[schema(value_type = String)]
    pub clock: Trust,
    /// When it was written, if that is not `at`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub recorded: Option<Moment>,
    /// Badge, duty badge, reader and way of the one who did it.
    #[schema(value_type = Object)]
    pub by: By,
    /// File, line and id of an imported event.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub src: Option<Source>,
    /// The event with its `type`, as `docs/journal.md` describes it.
    #[schema(value_type = Object)]
    pub event: Event,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct HistoryList {
    pub history: Vec<HistoryJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// A command whose events are on disk.
#[derive(Debug, Serialize, ToSchema)]
pub struct CommandDone {
    /// Numbers of its events.
    pub seq: Vec<u64>,
    /// The loan that it made or ended.
    pub loan_id: Option<String>,
}

/// How the program is.
#[derive(Debug, Serialize, ToSchema)]
pub struct Health {
    pub ready: bool,
    /// ready, starting, rebuilding, low_space or stopped.
    pub state: &'static str,
    /// The same in words.
    pub words: String,
    pub low_space: bool,
    pub clock_doubtful: bool,
    /// Events that the index has not taken yet.
    pub index_lag: u64,
    /// Progress of a rebuild in per cent.
    pub rebuilding: Option<u8>,
    pub queue: usize,
    pub copies: Copies,
}

/// The copies on a second disk, without their place.
#[derive(Debug, Serialize, ToSchema)]
pub struct Copies {
    /// The station's file names a folder for them.
    pub scheduled: bool,
    /// The folder is there; a stick that is away is normal.
    pub there: bool,
    pub running: bool,
    /// None was made for longer than the station's file allows.
    pub overdue: bool,
    /// When the last good one was made: read back and restored for a trial.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_good: Option<String>,
    /// Number of the last event in it.
    pub seq: Option<u64>,
    /// Hash of that event.
    pub head: Option<String>,
    /// Why the last try failed: full, read_only, gone, damaged, source, other.
    pub failed: Option<&'static str>,
}

/// One day of the band of a kind.
#[derive(Debug, Serialize, ToSchema)]
pub struct BandDayJson {
    #[schema(value_type = String, format = Date)]
    pub date: Date,
    /// The centre is open.
    pub open: bool,
    /// How many could be lent on it; 0 on a closed day.
    pub free: u32,
}

/// Things of one name, as good as each other. No school and no person is named.
#[derive(Debug, Serialize, ToSchema)]
pub struct KindJson {
    pub name: String,
    /// Items that can be lent at all.
    pub total: u32,
    /// On the shelf and lendable now.
    pub free: u32,
    /// The next due date among those that are out and not overdue.
    #[schema(value_type = Option<String>, format = Date)]
    pub next_return: Option<Date>,
    /// Today and the days after it.
    pub band: Vec<BandDayJson>,
    /// Free through the whole period that was asked for; absent if none was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub free_in_period: Option<u32>,
}

/// A category with its kinds.
#[derive(Debug, Serialize, ToSchema)]
pub struct CategoryJson {
    pub category: String,
    pub total: u32,
    pub free: u32,
    #[schema(value_type = Option<String>, format = Date)]
    pub next_return: Option<Date>,
    pub kinds: Vec<KindJson>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct AvailabilityList {
    pub availability: Vec<CategoryJson>,
    #[schema(value_type = String, format = DateTime)]
    pub as_of: Moment,
    /// First day of the period that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub from: Option<Date>,
    /// Its last day.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub to: Option<Date>,
    pub seq: u64,
}

/// RFC 9457: what went wrong and what to do.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemJson {
    /// Where this kind of error is explained.
    pub r#type: String,
    pub title: String,
    pub status: u16,
    /// Stable: for refusals the К code, else a name.
    pub code: String,
    pub detail: String,
    /// The stable name of the rule that said no.
    pub refusal: Option<String>,
    /// The field or parameter it is about.
    pub field: Option<String>,
}
