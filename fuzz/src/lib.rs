//! The storeys that the fuzz targets exercise, compiled from the project's own files.
//!
//! The whole crate would bring the web, USB and the index along; instrumenting those takes minutes,
//! and none of them is called. The storey rule (`wire` uses `tag` and `profile` only) makes this possible.

#[path = "../../src/tag.rs"]
pub mod tag;

#[path = "../../src/cue.rs"]
pub mod cue;

pub mod profile {
    #[path = "../../../src/profile/family.rs"]
    mod family;
    #[path = "../../../src/profile/schema.rs"]
    mod schema;

    pub use family::Family;
    pub use schema::{Bytes, CueBytes, Profile, Speak};
}

#[path = "../../src/wire/mod.rs"]
pub mod wire;
