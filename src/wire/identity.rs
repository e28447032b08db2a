//! From checked bytes to the one canonical tag; what cannot be an identity is insane.
//!
//! All-zero and all-one numbers are lies until proven: they pass every sum,
//! and come from idle lines, blank cards and shorted antennas.
//!
//! Knows: which numbers can be identities. Must not know: frames, readers.

use super::Reject;
use crate::tag::TagId;

pub fn em4100(id: [u8; 5]) -> Result<TagId, Reject> {
    not_blank(&id)?;
    Ok(TagId::em4100(id))
}

/// A card serial. Other lengths than 4, 7, 8 and 10 bytes do not exist (ISO 14443-3, 15693);
/// 88 is the cascade mark and never begins a serial of 4 bytes: such a reader gave half of a longer one.
pub fn uid(bytes: &[u8]) -> Result<TagId, Reject> {
    not_blank(bytes)?;
    if bytes.len() == 4 && bytes.first() == Some(&0x88) {
        return Err(Reject::Insane);
    }
    TagId::uid(bytes).map_err(|_| Reject::Insane)
}

pub fn epc(bytes: &[u8]) -> Result<TagId, Reject> {
    not_blank(bytes)?;
    TagId::epc(bytes).map_err(|_| Reject::Length)
}

fn not_blank(bytes: &[u8]) -> Result<(), Reject> {
    let blank = bytes.iter().all(|byte| *byte == 0) || bytes.iter().all(|byte| *byte == 0xFF);
    if blank { Err(Reject::Insane) } else { Ok(()) }
}
