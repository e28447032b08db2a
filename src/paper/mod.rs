//! What the program prints. Forms are page models here; the web lays them out and the browser prints them.
//!
//! Knows: bar codes and what stands on a sheet. Must not know: HTML pages, files, who asks.

mod cards;

pub use cards::{CardView, cards, order_sheet};
