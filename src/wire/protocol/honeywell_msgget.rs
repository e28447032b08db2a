//! Honeywell scanners with a header before each code (`DECHDR1`), over USB serial or RS-232.
//!
//! ```text
//!   NfLLLLrMSGGETnnnniAAgd...r    one character per byte
//!   N  16    f  FE    LLLL  length of what follows the first r, low byte first    r  0D
//!   nnnn  length of d and the last r, decimal    i  Honeywell's letter for the kind of code
//!   AA  AIM identifier without its bracket       g  1D       d  the code
//! ```
//!
//! Source: github.com/enioka-Haute-Couture/enioka_scan (honeywelloss_spp).

use super::super::framing::{Framing, Head, Told};
use super::super::{Decoder, Reject, Verdict};
use super::barcode;
use crate::tag::MAX_CODE_CHARS;

/// 16 FE, length, 0D.
const BEFORE: usize = 7;
const WORD: &[u8] = b"MSGGET";
/// The word, four digits, letter, identifier, 1D.
const HEADER: usize = 14;
const CR: u8 = 0x0D;
const GS: u8 = 0x1D;
/// The longest code that is kept, in bytes.
pub const MAX_TEXT: usize = 3 * MAX_CODE_CHARS;

pub struct Message {
    letter: u8,
    aim: [u8; 2],
    text: Vec<u8>,
}

struct MsgGet;

impl Framing for MsgGet {
    type Frame = Message;
    const MAX: usize = BEFORE + HEADER + MAX_TEXT + 2;

    fn head(&self, bytes: &[u8]) -> Head<Message> {
        match bytes {
            [0x16] | [0x16, 0xFE] | [0x16, 0xFE, _] | [0x16, 0xFE, _, _] | [0x16, 0xFE, _, _, _] => {
                Head::More
            }
            [0x16, 0xFE, a, b, c, d, ..] => {
                let len = usize::try_from(u32::from_le_bytes([*a, *b, *c, *d])).unwrap_or(usize::MAX);
                if !(HEADER + 2..=HEADER + MAX_TEXT + 1).contains(&len) {
                    let len = BEFORE;
                    return Head::Broken {
                        len,
                        reject: Reject::Length,
                    };
                }
                let Some(frame) = bytes.get(..BEFORE + len) else {
                    return Head::More;
                };
                match message(frame) {
                    Ok(message) => Head::Frame {
                        len: frame.len(),
                        verdict: message,
                    },
                    Err(reject) => Head::Broken {
                        len: frame.len(),
                        reject,
                    },
                }
            }
            _ => Head::Noise,
        }
    }
}

fn message(frame: &[u8]) -> Result<Message, Reject> {
    let [_, _, _, _, _, _, CR, rest @ .., CR] = frame else {
        return Err(Reject::Length);
    };
    let [a, b, c, d, letter, one, two, GS, text @ ..] = rest.strip_prefix(WORD).ok_or(Reject::Insane)? else {
        return Err(Reject::Length);
    };
    let digits = [*a, *b, *c, *d];
    let digits = std::str::from_utf8(&digits).map_err(|_| Reject::Insane)?;
    let len: usize = digits.parse().map_err(|_| Reject::Insane)?;
    if len != text.len() + 1 {
        return Err(Reject::Length);
    }
    // Where a message was torn, the next one begins inside.
    if text.windows(2).any(|pair| pair == [0x16, 0xFE]) {
        return Err(Reject::Length);
    }
    Ok(Message {
        letter: *letter,
        aim: [*one, *two],
        text: text.to_vec(),
    })
}

fn tell(message: Message, out: &mut Vec<Verdict>) {
    let from = out.len();
    barcode::code(&[b"]".as_slice(), &message.aim, &message.text].concat(), out);
    for verdict in out.iter_mut().skip(from) {
        if let Verdict::Tag(reading) = verdict {
            let letter = char::from(message.letter).to_string();
            reading.details.push(("honeywell_id", letter));
        }
    }
}

pub fn decoder() -> Box<dyn Decoder> {
    Box::new(Told::new(MsgGet, tell))
}

/// A code as the scanner would send it; for tests. None if it is too long.
pub fn encode(letter: u8, aim: [u8; 2], text: &str) -> Option<Vec<u8>> {
    let count = text.len().checked_add(1).filter(|len| *len <= MAX_TEXT)?;
    let len = u32::try_from(HEADER + count).ok()?.to_le_bytes();
    let head = [&[0x16, 0xFE], len.as_slice(), &[CR]].concat();
    let header = format!("MSGGET{count:04}{}", char::from(letter));
    Some(
        [
            head.as_slice(),
            header.as_bytes(),
            &aim,
            &[GS],
            text.as_bytes(),
            &[CR],
        ]
        .concat(),
    )
}
