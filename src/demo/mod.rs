//! The demo: virtual readers whose bytes go the whole way through the serial driver.
//!
//! Knows: everything below. Must not be known by: anything but the command line.

mod calendar;
pub mod encode;
pub mod pty;
mod sample;
mod stage;

pub use calendar::spans;
pub use sample::opened;
pub use stage::DemoStage;
