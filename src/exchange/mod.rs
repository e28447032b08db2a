//! Tables in and out: what a centre has as files becomes planned events, what the ledger knows becomes tables.
//!
//! Knows: the eight files of a centre, the accounting export, the reports. Pure but for [`open`], which reads
//! bytes from disk. Must not know: the journal's files, the roster's file, who asks.

mod accounting;
mod badges;
mod calendar;
mod cells;
mod equipment;
mod fault;
mod formula;
mod happenings;
mod history;
mod kits;
mod open;
mod plan;
mod reason;
pub mod report;
mod rooms;
mod schools;
mod spelling;
mod table;
mod unit;

pub use accounting::{AccountRow, Accounting, Difference};
pub use fault::Fault;
pub use open::{Content, Opened, Sheet, open, sheet};
pub use plan::{FileReport, Options, Plan, Planned, plan};
pub use reason::{Hex, Reason, What};
pub use unit::{Card, Imported};
