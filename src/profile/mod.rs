//! What is known of reader models, as data: one file of `firmware-config` each.
//!
//! Knows: the schema, its rules, names of families. Must not know: ports, decoders, the ledger.

mod builtin;
mod catalogue;
mod family;
mod folder;
mod nearest;
mod scanner;
mod schema;
mod table;
mod usb;
mod validate;

pub use builtin::builtin;
pub use catalogue::{Catalogue, Text, UnknownProfile};
pub use family::Family;
pub use scanner::{Fnc3, Scanner, SetupStep, scanners};
pub use schema::{
    Bytes, CueBytes, DataBits, Flow, Form, Line, Origin, Parity, Presence, Probe, Profile, Provision, Role,
    Speak, StopBits, Way,
};
pub use table::{Proof, models_table, proved_table};
pub use usb::{Mode, PidPattern, Usb, UsbClass, UsbNumber};
pub use validate::{BRIDGES, Fault, check};
