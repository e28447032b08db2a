//! Binary frames with a length and a block check: desk readers for MIFARE and EM4100, 9600 8N1.
//!
//! ```text
//!   SLTnnnnnBE            one character per byte
//!   S  02 STX             L  length of the whole frame
//!   T  kind of card: 1 MIFARE, 2 EM4100
//!   n  number: 5 bytes of EM4100, or a serial of 4, 7 or 10
//!   B  exclusive or from L to the last n       E  03 ETX
//! ```
//!
//! Source: the maker's table on neweggbusiness.com, item 9b-0yh-046v-00015.

use super::super::framing::{Envelope, Head, Hunt};
use super::super::{Decoder, Reading, Reject, Verdict, checksum, identity};
use super::em4100::{ETX, STX};
use crate::tag::TagId;

/// STX, length, kind, BCC, ETX.
const AROUND: usize = 5;
/// A frame with no number at all is none; one of the longest serial has 15 bytes.
const MIN_FRAME: usize = AROUND + 4;
const MAX_FRAME: usize = AROUND + 10;

struct StxBcc;

impl Envelope for StxBcc {
    const MAX: usize = MAX_FRAME + 1;

    fn head(&self, bytes: &[u8]) -> Head {
        if bytes.first() != Some(&STX) {
            return Head::Noise;
        }
        let Some(len) = bytes.get(1).map(|len| usize::from(*len)) else {
            return Head::More;
        };
        if !(MIN_FRAME..=MAX_FRAME).contains(&len) {
            return Head::Broken {
                len: 2,
                reject: Reject::Length,
            };
        }
        let Some(frame) = bytes.get(..len) else {
            return Head::More;
        };
        match judge(frame) {
            Ok(tag) => Head::Frame {
                len,
                verdict: Verdict::Tag(Reading::of(tag)),
            },
            Err(reject) => Head::Broken { len, reject },
        }
    }
}

fn judge(frame: &[u8]) -> Result<TagId, Reject> {
    let [_, checked @ .., bcc, ETX] = frame else {
        return Err(Reject::Length);
    };
    if checksum::xor(checked) != *bcc {
        return Err(Reject::Checksum);
    }
    match checked {
        [_, 1, serial @ ..] => identity::uid(serial),
        [_, 2, number @ ..] => identity::em4100(number.try_into().map_err(|_| Reject::Length)?),
        _ => Err(Reject::Insane),
    }
}

pub fn decoder() -> Box<dyn Decoder> {
    Box::new(Hunt::new(StxBcc))
}
