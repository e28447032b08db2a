//! ISO 28560-3, the Danish model: what libraries write into ISO 15693 labels of books.
//!
//! ```text
//!   UPpiiiiiiiiiiiiiiiiccCClllllllll(ll)     one character per byte
//!   U  high half: version, 1; low half: use    P  how many parts the item has   p  which of them this is
//!   i  number of the item, text, filled up with zeros           cc its CRC, low byte first
//!   CC country of the library, letters         l  its own number; two bytes more on labels that have 34
//! ```
//!
//! CRC-16/CCITT-FALSE is over all but itself, 32 bytes; where the label ends after 32 the last two count as zeros.
//! Some programs wrote each block of four bytes the other way round; the CRC tells.
//! Sources: ISO 28560-3; github.com/GallusMax/libdanrfid and its tests.
//!
//! Knows: the layout. Must not know: readers, what the number belongs to here.

use super::{Reject, checksum};

/// The least that a label must have.
pub const LEN: usize = 32;
/// With the whole of the library's number.
const WHOLE: usize = 34;
/// Memory of the largest label of this kind; more is none.
const MAX: usize = 1024;
const VERSION: u8 = 1;

/// A label, its CRC right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    pub version: u8,
    pub usage: u8,
    pub parts: u8,
    pub part: u8,
    pub item: String,
    pub crc: u16,
    pub country: String,
    pub library: String,
    /// The blocks were written the other way round.
    pub reversed: bool,
}

impl Label {
    /// What the item is there for, in words.
    pub fn usage_name(&self) -> &'static str {
        match self.usage {
            0 => "acquisition",
            1 => "for circulation",
            2 => "not for circulation",
            7 => "discarded",
            8 => "patron card",
            9 => "equipment",
            _ => "reserved",
        }
    }
}

/// Reads the memory of a label from its first block on; what stands behind the 34 bytes is somebody else's.
pub fn read(memory: &[u8]) -> Result<Label, Reject> {
    if memory.len() < LEN {
        return Err(Reject::Length);
    }
    if memory.len() > MAX {
        return Err(Reject::Overlong);
    }
    let reversed: Vec<u8> = memory
        .chunks(4)
        .flat_map(|block| block.iter().rev().copied())
        .collect();
    label(memory, false)
        .or_else(|plain| label(&reversed, true).map_err(|_| plain))?
        .checked()
}

/// A label whose CRC holds, read with 34 bytes or with 32.
fn label(memory: &[u8], reversed: bool) -> Result<Label, Reject> {
    let head = |len: usize| {
        let mut bytes = [0; WHOLE];
        let len = len.min(memory.len());
        for (byte, read) in bytes.iter_mut().zip(memory.iter().take(len)) {
            *byte = *read;
        }
        bytes
    };
    let bytes = [head(WHOLE), head(LEN)]
        .into_iter()
        .find(crc_holds)
        .ok_or(Reject::Checksum)?;
    let [kind, parts, part, rest @ ..] = bytes;
    let (item, rest) = rest.split_at(16);
    let [low, high, country_and_library @ ..] = rest else {
        return Err(Reject::Length);
    };
    let (country, library) = country_and_library.split_at_checked(2).ok_or(Reject::Length)?;
    Ok(Label {
        version: kind >> 4,
        usage: kind & 0x0F,
        parts,
        part,
        item: text(item)?,
        crc: u16::from_le_bytes([*low, *high]),
        country: text(country)?,
        library: text(library)?,
        reversed,
    })
}

fn crc_holds(bytes: &[u8; WHOLE]) -> bool {
    let (before, rest) = bytes.split_at(19);
    let (stored, after) = rest.split_at(2);
    let sum = checksum::crc16_ccitt_false(&[before, after].concat());
    stored == sum.to_le_bytes().as_slice()
}

impl Label {
    /// The CRC held; what cannot be all the same is insane.
    fn checked(self) -> Result<Self, Reject> {
        match self.version == VERSION && !self.item.is_empty() && self.part <= self.parts {
            true => Ok(self),
            false => Err(Reject::Insane),
        }
    }
}

/// Text filled up with zeros; nothing may stand behind the first of them.
fn text(bytes: &[u8]) -> Result<String, Reject> {
    let len = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
    let (text, filling) = bytes.split_at(len);
    if filling.iter().any(|byte| *byte != 0) {
        return Err(Reject::Insane);
    }
    let text = std::str::from_utf8(text).map_err(|_| Reject::Insane)?;
    match text.chars().any(char::is_control) {
        true => Err(Reject::Insane),
        false => Ok(text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ITEM: &str = "11010131313232333334340000000000000000513e4445373035000000000000";

    fn with_crc(mut bytes: [u8; WHOLE]) -> [u8; WHOLE] {
        let crc = checksum::crc16_ccitt_false(&[&bytes[..19], &bytes[21..]].concat());
        bytes[19..21].copy_from_slice(&crc.to_le_bytes());
        bytes
    }

    fn published() -> [u8; WHOLE] {
        let mut bytes = [0; WHOLE];
        bytes[..LEN].copy_from_slice(&hex::decode(ITEM).unwrap());
        bytes
    }

    #[test]
    fn the_published_label_in_every_shape() {
        let whole = published();
        let reversed: Vec<u8> = whole[..LEN]
            .chunks(4)
            .flat_map(|block| block.iter().rev().copied())
            .collect();
        // 28 blocks of four bytes, the rest of them another program's
        let long = [&whole[..LEN], &[0xA5; 80]].concat();
        for (memory, backwards) in [
            (&whole[..], false),
            (&whole[..LEN], false),
            (&reversed[..], true),
            (&long[..], false),
        ] {
            let label = read(memory).unwrap();
            assert_eq!((label.item.as_str(), label.reversed), ("11223344", backwards));
            assert_eq!((label.country.as_str(), label.library.as_str()), ("DE", "705"));
        }
    }

    #[test]
    fn a_number_of_eleven_characters_needs_34_bytes() {
        let mut bytes = published();
        bytes[23..].copy_from_slice(b"12345678901");
        let bytes = with_crc(bytes);
        assert_eq!(read(&bytes).unwrap().library, "12345678901");
        assert_eq!(read(&bytes[..LEN]), Err(Reject::Checksum), "cut off");
    }

    #[test]
    fn what_cannot_be_is_insane() {
        type Change = fn(&mut [u8; WHOLE]);
        let table: [(&str, Change); 5] = [
            ("another version", |b| b[0] = 0x21),
            ("part 2 of 1", |b| b[2] = 2),
            ("no number", |b| b[3..19].fill(0)),
            ("a number behind zeros", |b| b[18] = b'1'),
            ("a control character", |b| b[4] = 7),
        ];
        for (what, change) in table {
            let mut bytes = published();
            change(&mut bytes);
            assert_eq!(read(&with_crc(bytes)), Err(Reject::Insane), "{what}");
        }
        assert_eq!(read(&published()[..31]), Err(Reject::Length));
        assert_eq!(read(&[0; LEN]), Err(Reject::Checksum), "a blank label");
        assert_eq!(read(&[0; MAX + 1]), Err(Reject::Overlong));
    }
}
