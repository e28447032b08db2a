//! IronLogic Z-2 USB and Matrix III: lines of text, 9600 8N1, CR LF, no sum.
//!
//! ```text
//!   Em-Marine[5500] 126,58404                    125 kHz
//!   Em-Marine[HHHH] FFF,NNNNN                    HHHH two high bytes, FFF one byte, NNNNN two
//!   Mifare[BCD14264] 1K (0004,08) 066,53692      13,56 MHz, serial of 4 bytes
//!   Mifare[2A223182048F18] UL (0144,00) 004,36632
//!   Mifare[serial] kind (ATQA,SAK) FFF,NNNNN     FFF,NNNNN three bytes of the serial
//!   No card                                      taken away («No Card» from Matrix III)
//!   00017 Em-Marine[5500] 126,58404              network firmware puts its five-digit number first
//! ```
//!
//! The bracket of an Em-Marine line belongs to the identity. The printed number of a Mifare line repeats
//! three bytes of the serial, so it serves as its check, and tells the order of a serial of 7 bytes:
//! these firmwares put cascade level 2 before level 1, and the number then equals the last three bytes.
//! All digits are always sent; fewer mean a torn line. An unterminated line is never believed.
//! Sources: public scripts for Matrix III turnstiles with their captures; github.com/chun-baoluo/node-rf1996.

use super::super::framing::{Line, Lines};
use super::super::{Decoder, Reading, Reject, Status, Verdict, identity};
use super::ascii_lower;

/// The longest line that the readers send has 60 characters.
pub const MAX_LINE: usize = 128;

const EM: &str = "em-marine[";
const MIFARE: &str = "mifare[";
const REMOVED: &str = "no card";

struct Ironlogic(Lines);

impl Ironlogic {
    fn line(&self, line: Line, out: &mut Vec<Verdict>) {
        match line {
            Line::Overlong => out.push(Verdict::Reject(Reject::Overlong)),
            Line::Torn(bytes) => out.push(Verdict::Reject(torn(&ascii_lower(&bytes)))),
            Line::Whole(bytes) => whole(&ascii_lower(&bytes), out),
        }
    }
}

/// What is left of a frame that began well is cut short; all else was never one.
fn torn(text: &str) -> Reject {
    let text = text.trim_start_matches(|c: char| c.is_ascii_digit()).trim_start();
    let began = |word: &str| !text.is_empty() && (word.starts_with(text) || text.starts_with(word));
    if [EM, MIFARE, REMOVED].into_iter().any(began) {
        Reject::Length
    } else {
        Reject::NotMine
    }
}

/// Judges a terminated line. The last word that begins a frame counts: what stands before it
/// lost its end on the way, or is the number of a reader in a network.
fn whole(line: &str, out: &mut Vec<Verdict>) {
    let last = [EM, MIFARE, REMOVED]
        .into_iter()
        .filter_map(|word| line.rfind(word).map(|at| (at, word)))
        .max();
    let Some((at, word)) = last else {
        // A word cut off behind its first letters is a torn frame all the same.
        return out.push(Verdict::Reject(torn(line)));
    };
    let (before, body) = line.split_at(at);
    let body = body.strip_prefix(word).unwrap_or_default().trim_end();
    let address = network_number(before);
    if address.is_none() && !before.trim().is_empty() {
        out.push(Verdict::Reject(torn(before)));
    }
    let judged = match word {
        EM => em_marine(body),
        MIFARE => mifare(body),
        _ if body.is_empty() => return out.push(Verdict::Status(Status::Removed)),
        _ => Err(Reject::NotMine),
    };
    out.push(match judged {
        Ok(mut reading) => {
            if let Some(number) = address {
                reading = reading.with("reader_number", number);
            }
            Verdict::Tag(reading)
        }
        Err(reject) => Verdict::Reject(reject),
    });
}

fn network_number(before: &str) -> Option<&str> {
    let number = before.strip_suffix(' ')?;
    (number.len() == 5 && number.bytes().all(|byte| byte.is_ascii_digit())).then_some(number)
}

/// `HHHH] FFF,NNNNN`
fn em_marine(body: &str) -> Result<Reading, Reject> {
    let (bracket, rest) = body.split_once(']').ok_or(Reject::Length)?;
    let high = bytes_of(bracket)?;
    let [a, b] = high.as_slice() else {
        return Err(Reject::Length);
    };
    let [c, d, e] = number(rest.trim_start())?;
    let tag = identity::em4100([*a, *b, c, d, e])?;
    Ok(Reading::of(tag).with("kind", "Em-Marine"))
}

/// `serial] kind (ATQA,SAK) FFF,NNNNN`; the kind is missing for cards that the reader does not know.
fn mifare(body: &str) -> Result<Reading, Reject> {
    let (bracket, rest) = body.split_once(']').ok_or(Reject::Length)?;
    let serial = bytes_of(bracket)?;
    let (rest, printed) = rest.rsplit_once(' ').ok_or(Reject::Length)?;
    let three = number(printed)?;
    let serial = in_label_order(&serial, three)?;
    let mut reading = Reading::of(identity::uid(&serial)?)
        .with("kind", "Mifare")
        .with("bracket_hex", bracket.to_ascii_uppercase())
        .with("number24", hex::encode_upper(three));
    let answer = rest.split_once('(').and_then(|(_, rest)| rest.split_once(')'));
    if let Some((atqa, sak)) = answer.and_then(|(inside, _)| inside.split_once(',')) {
        reading = reading
            .with("atqa", atqa.to_ascii_uppercase())
            .with("sak", sak.to_ascii_uppercase());
    }
    Ok(reading)
}

/// The serial most significant byte first, in the order that the printed number proves.
fn in_label_order(serial: &[u8], printed: [u8; 3]) -> Result<Vec<u8>, Reject> {
    let [x, y, z] = printed;
    match serial {
        [a, b, c, _] if [*c, *b, *a] == printed => Ok(serial.to_vec()),
        [level2 @ .., a, b, c] if level2.len() == 4 && [*a, *b, *c] == printed => {
            Ok([&printed, level2].concat())
        }
        [a, b, c, _, _, _, _] if [*a, *b, *c] == printed || [*a, *b, *c] == [z, y, x] => Ok(serial.to_vec()),
        _ if matches!(serial.len(), 4 | 7) => Err(Reject::Checksum),
        _ => Err(Reject::Insane),
    }
}

fn bytes_of(digits: &str) -> Result<Vec<u8>, Reject> {
    if digits.is_empty() || digits.len() % 2 == 1 {
        return Err(Reject::Length);
    }
    hex::decode(digits).map_err(|_| Reject::Insane)
}

/// `FFF,NNNNN` as three bytes.
fn number(text: &str) -> Result<[u8; 3], Reject> {
    let (facility, card) = text.split_once(',').ok_or(Reject::Length)?;
    if facility.len() != 3 || card.len() != 5 {
        return Err(Reject::Length);
    }
    if !text.bytes().all(|byte| byte.is_ascii_digit() || byte == b',') {
        return Err(Reject::Insane);
    }
    let facility: u8 = facility.parse().map_err(|_| Reject::Insane)?;
    let card: u16 = card.parse().map_err(|_| Reject::Insane)?;
    let [high, low] = card.to_be_bytes();
    Ok([facility, high, low])
}

impl Decoder for Ironlogic {
    fn push(&mut self, bytes: &[u8], out: &mut Vec<Verdict>) {
        for byte in bytes {
            if let Some(line) = self.0.push(*byte) {
                self.line(line, out);
            }
        }
    }

    fn gap(&mut self, out: &mut Vec<Verdict>) {
        if let Some(line) = self.0.gap() {
            self.line(line, out);
        }
    }

    fn held(&self) -> usize {
        self.0.held()
    }
}

pub fn decoder() -> Box<dyn Decoder> {
    Box::new(Ironlogic(Lines::new(b"\r\n", None, MAX_LINE)))
}
