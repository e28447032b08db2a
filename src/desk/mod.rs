//! The desk: what a person at the kiosk means by a scan, a card or a button, and what the screen says.
//!
//! Knows: sessions, cards, screens as data. Must not know: rules of lending (it asks the ledger), readers' bytes,
//! files, HTML, the machine's clock.

mod acts;
mod card;
mod draw;
mod expiry;
mod faces;
mod hear;
mod input;
mod machine;
mod names;
mod panel;
mod pile;
mod present;
mod recall;
mod screen;
mod session;
mod settings;
mod sheet;
mod standing;
mod time;
mod wording;

pub use card::{Card, ORDER_PREFIX, PREFIX as CARD_PREFIX};
pub use input::{Act, Doubt, Input, Order, Outcome, Presented, PresentedAt};
pub use machine::Desk;
pub use screen::*;
pub use settings::DeskSettings;
pub use wording::{Doing, RefusalWords, notice_words, refusal_words};
