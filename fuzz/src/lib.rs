//! The storeys that the fuzz targets exercise, compiled from the project's own files.
//!
//! The whole crate would bring the web, USB and the index along; instrumenting those takes minutes,
//! and none of them is called. The storey rule (`wire` uses `tag`, `cue` and `profile` only) makes this possible.

#[path = "../../src/tag.rs"]
pub mod tag;

#[path = "../../src/cue.rs"]
pub mod cue;

// These stand beside each other as they do in the project: they name one another by `super`.
#[path = "../../src/profile/family.rs"]
mod family;
#[allow(dead_code)]
#[path = "../../src/profile/schema.rs"]
mod schema;
#[allow(dead_code)]
#[path = "../../src/profile/usb.rs"]
mod usb;

use family::Family;
use schema::Way;

pub mod profile {
    pub use crate::family::Family;
    pub use crate::schema::{Bytes, CueBytes, Form, Profile, Speak};
}

#[path = "../../src/wire/mod.rs"]
pub mod wire;
