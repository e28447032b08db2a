//! What is known of reader models, as data.
//!
//! Knows: the schema of `firmware-config`, names of families. Must not know: bytes, ports, the ledger.

mod family;

pub use family::Family;
