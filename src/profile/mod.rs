//! What is known of reader models, as data: one file of `firmware-config` each.
//!
//! Knows: the schema, its rules, names of families. Must not know: ports, decoders, the ledger.

mod builtin;
mod family;
mod nearest;
mod schema;
mod validate;

pub use builtin::{Catalogue, UnknownProfile, builtin};
pub use family::Family;
pub use schema::{
    Bytes, CueBytes, DataBits, Flow, Line, Mode, Origin, Parity, PidPattern, Presence, Profile, Role, Speak,
    StopBits, Usb, UsbNumber,
};
pub use validate::{BRIDGES, Fault, check, check_all};
