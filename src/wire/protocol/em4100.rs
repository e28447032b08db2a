//! What the ASCII readers of EM4100 cards have in common: ten digits, and two that check them.
//!
//! ```text
//!   VVAABBCCDDXX      one character per byte, hexadecimal, either case
//!   VV  version, or customer    AA BB CC DD  the number    XX  exclusive or of the five
//! ```

use super::super::framing::Head;
use super::super::{Reading, Reject, Verdict, checksum, identity};

pub const STX: u8 = 0x02;
pub const ETX: u8 = 0x03;

/// Characters of an identity with its sum.
pub const DIGITS: usize = 12;

/// More than any such frame has; without an end by then it is none.
pub const MAX_FRAME: usize = 64;

/// Judges twelve characters: length, digits, sum, then the value.
pub fn judge(digits: &[u8]) -> Result<Reading, Reject> {
    if digits.len() != DIGITS {
        return Err(Reject::Length);
    }
    let mut bytes = [0; DIGITS / 2];
    hex::decode_to_slice(digits, &mut bytes).map_err(|_| Reject::Insane)?;
    let [a, b, c, d, e, sum] = bytes;
    let id = [a, b, c, d, e];
    if checksum::xor(&id) != sum {
        return Err(Reject::Checksum);
    }
    identity::em4100(id).map(Reading::of)
}

/// The head of a stream of `STX digits tail ETX`, where the tail is fixed.
pub fn head(bytes: &[u8], tail: &[u8]) -> Head {
    match bytes.first() {
        Some(&STX) => {}
        Some(b'\r' | b'\n') => return Head::Idle,
        _ => return Head::Noise,
    }
    let Some(end) = bytes.iter().skip(1).position(|byte| matches!(*byte, STX | ETX)) else {
        return Head::More;
    };
    let body = bytes.get(1..=end).unwrap_or_default();
    if bytes.get(end + 1) == Some(&STX) {
        // The next frame begins: this one was cut short.
        return Head::Broken {
            len: end + 1,
            reject: Reject::Length,
        };
    }
    let len = end + 2;
    let Some(digits) = body.strip_suffix(tail) else {
        return Head::Broken {
            len,
            reject: Reject::Length,
        };
    };
    match judge(digits) {
        Ok(reading) => Head::Frame {
            len,
            verdict: Verdict::Tag(reading),
        },
        Err(reject) => Head::Broken { len, reject },
    }
}
