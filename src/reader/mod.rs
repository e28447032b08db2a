//! Readers: one supervised thread each, from bytes on a line to scans in a queue.
//!
//! Knows: lines, profiles, decoders, which tag lies there. Must not know: what a tag is bound to, the desk, the web.

mod attach;
mod crowd;
mod evdev;
mod health;
mod hidraw;
mod mood;
mod node;
mod outage;
mod pipes;
mod port;
mod presence;
mod serial;
mod session;
mod start;
mod supervise;
mod tcp;
mod usb;
mod way;
pub mod who;

pub use attach::{AttachError, Attached, from_args};
pub use health::{Board, Health, State, Word};
pub use pipes::{Pipes, line as line_of};
pub use port::{Opener, Port, Trouble};
pub use presence::Presence;
pub use serial::open as open_serial;
pub use start::{Feedback, Handle, Options, start, start_with};
pub use usb::{UsbDevice, UsbError, devices as usb_devices};
pub use way::opener;

use crate::{clock::Moment, ids::ReaderId, profile::Role, wire::Reading};

/// A tag that was not on this reader a moment ago.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scan {
    pub reader: ReaderId,
    pub role: Role,
    pub reading: Reading,
    pub at: Moment,
}

/// What readers put into the queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReaderInput {
    Scan(Scan),
    /// A pile on a reader that is meant for piles: all of it counts as one.
    Sweep(Vec<Scan>),
    /// A pile on a reader that is not: nothing of it counts, and a person should be told.
    Crowd {
        reader: ReaderId,
        role: Role,
        at: Moment,
    },
    /// The line was lost; told at most once in ten seconds per reader.
    Lost {
        reader: ReaderId,
        at: Moment,
    },
    /// It is there again, after a loss that was told.
    Back {
        reader: ReaderId,
        at: Moment,
    },
}
