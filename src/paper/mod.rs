//! What the program prints. Forms are page models here, which the web lays out and the browser prints; a set-up sheet is a
//! page of its own.
//!
//! Knows: bar codes and what stands on a sheet. Must not know: the pages of the web, files, who asks.

mod cards;
mod code128;
mod sheet;

pub use cards::{CardView, cards, order_sheet};
pub use sheet::setup_sheet;
