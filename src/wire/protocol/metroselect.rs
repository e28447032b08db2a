//! Metrologic scanners (MS series) set by MetroSelect codes over the line, between lines of codes. 9600 8N1.
//!
//! ```text
//!   s999999e               one character per byte: s 02, e 03; six digits: into set-up, and out of it
//!   k                      the answer: 06 done, 15 refused
//! ```
//!
//! Source: manualsonline.com, MS9520, page 108.

use super::super::framing::Head;
use super::super::{Decoder, Status};
use super::answering::{Answering, Answers};
use super::newland_legacy::one_byte;

const STX: u8 = 0x02;
const ETX: u8 = 0x03;
const DIGITS: usize = 6;
const SETUP: &[u8; DIGITS] = b"999999";
const DEFAULTS: &[u8; DIGITS] = b"999998";

struct MetroSelect;

impl Answers for MetroSelect {
    const MAX: usize = 1;

    fn head(bytes: &[u8]) -> Head {
        one_byte(bytes)
    }

    fn is_answer(_bytes: &[u8]) -> bool {
        false
    }
}

/// A code of six digits. `999999` enters set-up and leaves it.
pub fn code(digits: [u8; DIGITS]) -> Vec<u8> {
    [&[STX], digits.as_slice(), &[ETX]].concat()
}

/// Into set-up, or out of it.
pub fn setup() -> Vec<u8> {
    code(*SETUP)
}

/// The commands of this file, read back.
pub fn sent(bytes: &[u8]) -> Option<Status> {
    let [STX, digits @ .., ETX] = bytes else {
        return None;
    };
    let digits: &[u8; DIGITS] = digits.try_into().ok()?;
    let name = match digits {
        SETUP => "enter or leave serial programming",
        DEFAULTS => "defaults",
        _ if digits.iter().all(u8::is_ascii_digit) => "setting",
        _ => return None,
    };
    Some(Status::Other(name).with("code", std::str::from_utf8(digits).ok()?))
}

pub fn decoder() -> Box<dyn Decoder> {
    Box::new(Answering::<MetroSelect>::new())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_byte_for_byte() {
        assert_eq!(hex::encode(setup()), "0239393939393903");
        assert_eq!(
            sent(&setup()).unwrap().as_str(),
            "enter or leave serial programming"
        );
        assert_eq!(sent(&code(*DEFAULTS)).unwrap().as_str(), "defaults");
        assert_eq!(sent(b"\x0299999\x03"), None);
    }
}
