//! What is true, as people ask for it. Pure views over the ledger; nothing here changes it.
//!
//! Knows: states, lists, counts. Must not know: wording, pages, who may see what.

mod summary;

pub use summary::{Summary, summary};
