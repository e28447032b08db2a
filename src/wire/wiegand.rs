//! Wiegand of 26 bits, as a converter hands it over: right-aligned in 4 bytes.
//!
//! ```text
//!   000000eFFFFFFFFNNNNNNNNNNNNNNNNo     one character per bit
//!   e  even parity over the first 13 bits of the 26     F  facility
//!   o  odd parity over the last 13                      N  card number
//! ```
//!
//! These are 24 of a card's 32 or more bits, so that cards share them: an alias, never an identity.
//! Source: the Wiegand component of ESPHome.
//!
//! Knows: bits. Must not know: tags, readers.

use super::Reject;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wiegand26 {
    pub facility: u8,
    pub card: u16,
}

pub fn read(bytes: &[u8]) -> Result<Wiegand26, Reject> {
    let bytes: [u8; 4] = bytes.try_into().map_err(|_| Reject::Length)?;
    let word = u32::from_be_bytes(bytes);
    if word >> 26 != 0 {
        return Err(Reject::Length);
    }
    let first_even = (word >> 13).count_ones().is_multiple_of(2);
    let last_odd = !(word & 0x1FFF).count_ones().is_multiple_of(2);
    if !first_even || !last_odd {
        return Err(Reject::Checksum);
    }
    let [_, facility, high, low] = (word >> 1 & 0x00FF_FFFF).to_be_bytes();
    if matches!([facility, high, low], [0, 0, 0] | [0xFF, 0xFF, 0xFF]) {
        return Err(Reject::Insane);
    }
    Ok(Wiegand26 {
        facility,
        card: u16::from_be_bytes([high, low]),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parities_and_lengths() {
        let good = Wiegand26 {
            facility: 213,
            card: 2000,
        };
        for (bytes, expected) in [
            (&[0x03, 0xAA, 0x0F, 0xA1][..], Ok(good)),
            (&[0x03, 0xAA, 0x0F, 0xA0], Err(Reject::Checksum)),
            (&[0x01, 0xAA, 0x0F, 0xA1], Err(Reject::Checksum)),
            (&[0x03, 0xAA, 0x0F, 0xA3], Err(Reject::Checksum)),
            (&[0x07, 0xAA, 0x0F, 0xA1], Err(Reject::Length)),
            (&[0xAA, 0x0F, 0xA1], Err(Reject::Length)),
            (&[0, 0, 0, 1], Err(Reject::Insane)),
        ] {
            assert_eq!(read(bytes), expected, "{bytes:02X?}");
        }
    }
}
