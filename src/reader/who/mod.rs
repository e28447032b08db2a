//! Who is it? What is plugged in, which profile reads it and why, under which name, and what is to be started.
//!
//! `sysfs` gathers facts, `rank` holds them against the profiles, `name` finds a name that lasts, `plan` compares what is
//! plugged with what runs, `listen` hears a bridge chip out, `watch` wakes when a device comes or goes.
//!
//! Knows: facts of devices and profiles. Must not know: the queue, the desk, who asked.

mod access;
mod device;
mod learn;
mod list;
mod listen;
mod name;
mod plan;
mod rank;
mod sysfs;
mod watch;

pub use access::{Access, Holder, access, holders, rivals};
pub use device::{Device, Shape, UsbFacts};
pub use learn::{Guess, draft, draft_name, guess};
pub use list::{Listed, list};
pub use listen::{HEAR, Heard, guarded, handed_over, listen, proofs_needed};
pub use name::{Name, is_own_serial, name};
pub use plan::{Claimed, Known, Plan, Step};
pub use rank::{Fit, Judged, Miss, Seen, judge};
pub use sysfs::{Roots, plugged};
pub use watch::Watch;
