//! What is true, as people ask for it. Pure views over the ledger; nothing here changes it.
//!
//! Knows: states, lists, counts. Must not know: wording, pages, who may see what.

mod availability;
mod lists;
mod state;
mod summary;

pub use availability::{BAND_DAYS, BandDay, Category, Kind, availability};
pub use lists::{LoanFilter, holds_in_force, loans, overdue};
pub use state::{Kit, MissingPart, Reason, State, equal_on_shelf, is_free, item_state, kit_of};
pub use summary::{Summary, summary};
