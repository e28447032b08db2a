//! «Формуляр»: the lending desk of a school resource centre.
//!
//! `docs/architecture.md` tells the byte's walk and who may know whom.

pub mod cue;
pub mod profile;
pub mod tag;
pub mod wire;
