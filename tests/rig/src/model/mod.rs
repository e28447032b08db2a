//! The devices that the rig pretends to be. Each is what its maker's chip shows on the cable, and no more.
//!
//! Knows: descriptors and the requests that Linux' drivers make. Must not know: the program that is tested;
//! frames are written out here from the protocols' descriptions, so that no mistake is shared with its decoders.

pub mod acr122u;
pub mod cdc;
pub mod descriptor;
pub mod hid;
pub mod keyboard;
pub mod pos;
pub mod uart;
