//! Copies of a data folder on another disk: made whole or not at all, read back, tried, kept for a while.
//!
//! Knows: what a copy holds and what it leaves out. Must not know: schedules, pages, the daemon.
//!
//! ```text
//! <folder>/formular-backup.txt                       this is where copies go; without it nothing is written by itself
//! <folder>/formular-000000002945-2026-09-01/         one copy, named by its last event and the day
//!     journal.jsonl                                  the journal up to its last whole batch, as an export
//!     roster.json                                    which card belongs to which badge
//!     copy.json                                      what must be found in the others; written last
//! <folder>/formular-….part/                          under way, or interrupted; never taken for a copy
//! ```
//!
//! A stolen stick must give away as little as can be. So a copy leaves out the **key** (with it the digests of
//! strangers' cards in the journal could be turned back into numbers), the **inbox** (those numbers themselves), and
//! **tokens and passwords** (they open doors; new ones are made in a minute). The roster is in it, mode 0600, since
//! without it nobody could borrow after a restore; it holds codes of badges and numbers of cards, no names.

mod check;
mod fault;
mod keep;
mod last;
mod make;
mod manifest;
mod place;
mod restore;
mod settings;

pub use check::{Checked, check};
pub use fault::BackupError;
pub use keep::{Keep, leftovers_of};
pub use last::{LastCopy, Noted};
pub use make::{Made, Source, make};
pub use manifest::{Manifest, Occasion};
pub use place::{Listed, MARKER, Shelf, find_newest, mark, same_disk};
pub use restore::{BroughtBack, bring_back};
pub use settings::BackupSettings;
