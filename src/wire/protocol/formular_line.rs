//! The line that readers of our own speak, built from an Arduino or ESP board: 115200 8N1, one line of ASCII a reading.
//!
//! ```text
//!   FORMULAR1,uid,047E1EBA532880,81234*40rn      r CR  n LF
//!             kind  number        ms   *xx       xx exclusive or of everything before the star, two digits
//!   FORMULAR1,gone,047E1EBA532880,82100*3Crn     the tag was taken away
//!   FORMULAR1,HELLO,rc522-1.0,desk-a*30rn        after power-up, and when it is sent a «?»: firmware, name of the board
//! ```
//!
//! Kinds: `em4100` 5 bytes, `uid` 4, 7, 8 or 10, `epc` 1 to 62, `code` UTF-8; and for parts that tell no more than that
//! `em32` 4 bytes of an EM4100 card without its version, `w26` the 3 bytes of a 26-bit Wiegand number: aliases, as
//! printed on cards, never bound. Hexadecimal in either case, milliseconds of the board's own clock, decimal.
//! Other lines (a board's boot text, a log) are noise. Source: this project, `firmware-config/diy/README.md`.

use super::super::framing::{Line, Lines};
use super::super::{Decoder, Reading, Reject, Status, Verdict, checksum, identity};
use crate::tag::{Scheme, TagId};

/// The longest line: an EPC of 62 bytes, a code of 64, with everything around them.
pub const MAX_LINE: usize = 192;
/// What makes the board say who it is.
pub const ASK: &[u8] = b"?";

const HEAD: &str = "FORMULAR1,";
/// Letters of a firmware's or board's name.
const MAX_NAME: usize = 32;

struct FormularLine(Lines);

impl FormularLine {
    fn line(line: Line, out: &mut Vec<Verdict>) {
        let (bytes, whole) = match line {
            Line::Overlong => return out.push(Verdict::Reject(Reject::Overlong)),
            Line::Whole(bytes) => (bytes, true),
            Line::Torn(bytes) => (bytes, false),
        };
        let text = String::from_utf8_lossy(&bytes);
        let Some(at) = text.rfind(HEAD) else {
            let began = text.len() >= 2 && HEAD.starts_with(text.as_ref());
            return out.push(Verdict::Reject(match began {
                true => Reject::Length,
                false => Reject::NotMine,
            }));
        };
        let (before, line) = text.split_at(at);
        if !before.is_empty() {
            out.push(Verdict::Reject(match before.contains("FORMULAR") {
                true => Reject::Length,
                false => Reject::NotMine,
            }));
        }
        out.push(match whole {
            true => judge(line).unwrap_or_else(Verdict::Reject),
            false => Verdict::Reject(Reject::Length),
        });
    }
}

fn judge(line: &str) -> Result<Verdict, Reject> {
    let (checked, sum) = line.rsplit_once('*').ok_or(Reject::Length)?;
    if sum.len() != 2 {
        return Err(Reject::Length);
    }
    let sum = u8::from_str_radix(sum, 16).map_err(|_| Reject::Insane)?;
    if checksum::xor(checked.as_bytes()) != sum {
        return Err(Reject::Checksum);
    }
    let fields: Vec<&str> = checked.split(',').collect();
    let [_, kind, value, last] = fields.as_slice() else {
        return Err(Reject::Length);
    };
    if *kind == "HELLO" {
        return hello_of(value, last);
    }
    if last.is_empty() || last.len() > 10 || !last.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Reject::Insane);
    }
    let bytes = hex::decode(value).map_err(|_| Reject::Insane)?;
    if *kind == "gone" {
        return Ok(Verdict::Status(Status::Removed));
    }
    let reading = Reading::of(tag_of(kind, &bytes)?).with("board_ms", *last);
    Ok(Verdict::Tag(reading))
}

fn tag_of(kind: &str, bytes: &[u8]) -> Result<TagId, Reject> {
    match kind {
        "em4100" => identity::em4100(bytes.try_into().map_err(|_| Reject::Length)?),
        "uid" => identity::uid(bytes),
        "epc" => identity::epc(bytes),
        "code" => std::str::from_utf8(bytes)
            .ok()
            .filter(|text| !text.chars().any(|c| c.is_control() && c != '\x1d'))
            .and_then(|text| TagId::code(text).ok())
            .ok_or(Reject::Insane),
        "em32" => {
            let number = u32::from_be_bytes(bytes.try_into().map_err(|_| Reject::Length)?);
            match number {
                0 | u32::MAX => Err(Reject::Insane),
                _ => format!("{}:{number:010}", Scheme::Em4100Dec.as_str())
                    .parse()
                    .map_err(|_| Reject::Insane),
            }
        }
        "w26" => match bytes {
            [0, 0, 0] | [0xFF, 0xFF, 0xFF] => Err(Reject::Insane),
            [facility, high, low] => Ok(TagId::wiegand26(*facility, u16::from_be_bytes([*high, *low]))),
            _ => Err(Reject::Length),
        },
        _ => Err(Reject::Insane),
    }
}

fn hello_of(firmware: &str, board: &str) -> Result<Verdict, Reject> {
    let plain = |name: &str| {
        (1..=MAX_NAME).contains(&name.len())
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte))
    };
    if !plain(firmware) || !plain(board) {
        return Err(Reject::Insane);
    }
    let details = vec![("firmware", firmware.to_owned()), ("board", board.to_owned())];
    Ok(Verdict::Status(Status::Told("hello", details)))
}

impl Decoder for FormularLine {
    fn push(&mut self, bytes: &[u8], out: &mut Vec<Verdict>) {
        for byte in bytes {
            if let Some(line) = self.0.push(*byte) {
                Self::line(line, out);
            }
        }
    }

    fn gap(&mut self, out: &mut Vec<Verdict>) {
        if let Some(line) = self.0.gap() {
            Self::line(line, out);
        }
    }

    fn held(&self) -> usize {
        self.0.held()
    }
}

pub fn decoder() -> Box<dyn Decoder> {
    Box::new(FormularLine(Lines::new(b"\r\n", None, MAX_LINE)))
}

/// A line as a board writes it: `value` is the number as bytes.
pub fn reading(kind: &str, value: &[u8], ms: u32) -> Vec<u8> {
    with_sum(format!("{HEAD}{kind},{},{ms}", hex::encode_upper(value)))
}

/// What a board says of itself.
pub fn hello(firmware: &str, board: &str) -> Vec<u8> {
    with_sum(format!("{HEAD}HELLO,{firmware},{board}"))
}

fn with_sum(checked: String) -> Vec<u8> {
    let sum = checksum::xor(checked.as_bytes());
    format!("{checked}*{sum:02X}\r\n").into_bytes()
}
