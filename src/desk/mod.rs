//! The desk: what a person at the kiosk means by a scan, a card or a button, and what the screen says.
//!
//! Knows: sessions, cards, screens as data. Must not know: rules of lending (it asks the ledger), readers' bytes,
//! files, HTML, the machine's clock.

mod card;
mod input;
mod screen;

pub use card::{Card, PREFIX as CARD_PREFIX};
pub use input::{Act, Input, Order, Outcome, Presented, PresentedAt};
pub use screen::*;
