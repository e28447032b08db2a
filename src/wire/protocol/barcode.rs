//! Barcode scanners over USB CDC or RS-232: the text of the code, and an end. 9600 8N1 is usual.
//!
//! ```text
//!   ]E04600051000057r         one character per byte
//!   ]E0  AIM identifier (optional): bracket, symbology, modifier     4600051000057  the data
//!   r    end: CR, LF, CR LF, TAB, ETX, or silence                    S  02 STX may stand first
//!   ]C180040614141ABC123g...  g  1D GS, the separator of GS1 data, stays in the text
//! ```
//!
//! Bytes are UTF-8; if they are not, windows-1251, which every byte sequence is (Russian labels of older
//! printing programs). The text is kept verbatim. Control characters other than the separators 1C to 1F and 04
//! of ISO 15434 are never in a code: such a line is noise, unless an AIM identifier behind them says
//! where the code begins. The number of an EAN is checked again, since the line itself has no sum.
//! Sources: ISO/IEC 15424 and 15434; manuals of Datalogic, Denso, Honeywell, NCR.

use super::super::framing::{Line, Lines};
use super::super::{Decoder, Reading, Reject, Status, Verdict, aim, checksum, gs1};
use super::em4100::{ETX, STX};
use crate::tag::{MAX_CODE_CHARS, TagId};

/// The longest text that is kept, at four bytes a character, with its AIM identifier.
pub const MAX_LINE: usize = 4 * MAX_CODE_CHARS + 3;

pub struct Barcode(Lines);

impl Default for Barcode {
    fn default() -> Self {
        Self(Lines::new(&[b'\r', b'\n', b'\t', ETX], Some(STX), MAX_LINE))
    }
}

impl Barcode {
    /// Whether a line began and has no end yet.
    pub fn in_line(&self) -> bool {
        self.0.in_line()
    }

    fn line(&self, line: Line, ended: End, out: &mut Vec<Verdict>) {
        match (line, ended) {
            (Line::Overlong, _) => out.push(Verdict::Reject(Reject::Overlong)),
            // A new STX before an end: the code before it was cut short.
            (Line::Torn(_), End::Byte) => out.push(Verdict::Reject(Reject::Length)),
            (Line::Whole(bytes) | Line::Torn(bytes), ended) => judge(&bytes, ended, out),
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Byte,
    Silence,
}

/// Judges a whole text, however it came here.
pub fn code(bytes: &[u8], out: &mut Vec<Verdict>) {
    judge(bytes, End::Byte, out);
}

fn judge(bytes: &[u8], ended: End, out: &mut Vec<Verdict>) {
    // Nulls come with power-up and line breaks.
    let nulls = bytes.iter().take_while(|byte| **byte == 0).count();
    let bytes = bytes.get(nulls..).unwrap_or_default();
    if bytes.is_empty() {
        return out.push(Verdict::Reject(Reject::NotMine));
    }
    let bytes = match bytes.iter().rposition(|byte| is_foreign(*byte)) {
        None => bytes,
        Some(last) => match code_after_noise(bytes, last) {
            Some(code) => {
                out.push(Verdict::Reject(Reject::NotMine));
                code
            }
            None => return out.push(Verdict::Reject(Reject::Insane)),
        },
    };
    let text = match text_of(bytes) {
        Ok(text) => text,
        Err(reject) => return out.push(Verdict::Reject(reject)),
    };
    // FNC1 as GS in front of the data or behind them separates nothing; some scanners send it.
    let text = text.trim_matches(gs1::GS);
    let code = match behind_torn(text) {
        Some((reject, code)) => {
            out.push(Verdict::Reject(reject));
            code
        }
        None => text,
    };
    out.push(reading(code, ended).unwrap_or_else(Verdict::Reject));
}

fn is_foreign(byte: u8) -> bool {
    matches!(byte, 0x00..=0x1B | 0x7F) && byte != 0x04
}

/// A code whose AIM identifier stands behind the last foreign byte.
fn code_after_noise(bytes: &[u8], last: usize) -> Option<&[u8]> {
    let rest = bytes.get(last + 1..)?;
    let at = rest.iter().position(|byte| *byte == b']')?;
    let code = rest.get(at..)?;
    aim::split(&text_of(code).ok()?).is_some().then_some(code)
}

/// A code that proves itself, by check digit or as GS1 data, behind an AIM identifier in the middle of a line:
/// what stands before it is noise, or lost its end.
fn behind_torn(text: &str) -> Option<(Reject, &str)> {
    let (before, code) = text.split_at(text.rfind(']').filter(|at| *at > 0)?);
    let (identifier, data) = aim::split(code)?;
    let proven = if aim::is_ean(identifier) {
        checksum::gs1_holds(data)
    } else {
        aim::is_gs1(identifier) && gs1::elements(data).is_ok()
    };
    let reject = if aim::split(before).is_some() {
        Reject::Length
    } else {
        Reject::NotMine
    };
    proven.then_some((reject, code))
}

fn text_of(bytes: &[u8]) -> Result<String, Reject> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.to_owned()),
        Err(_) => encoding_rs::WINDOWS_1251
            .decode_without_bom_handling_and_without_replacement(bytes)
            .map(|text| text.into_owned())
            .ok_or(Reject::Insane),
    }
}

fn reading(text: &str, ended: End) -> Result<Verdict, Reject> {
    let (identifier, data) = match aim::split(text) {
        Some((identifier, data)) => (Some(identifier), data),
        None => (None, text),
    };
    if identifier.is_some_and(aim::is_command_answer) {
        return Ok(Verdict::Status(Status::Other("answer to a command")));
    }
    let data = data.trim_start_matches(gs1::GS);
    if data.is_empty() {
        return Err(Reject::Length);
    }
    if identifier.is_some_and(aim::is_ean) {
        ean(data)?;
    }
    // What is longer than any text that is kept passed the limit in bytes, not in characters.
    let mut reading = Reading::of(TagId::code(data).map_err(|_| Reject::Overlong)?);
    reading.aim = identifier;
    reading.by_gap = ended == End::Silence;
    if identifier.is_some_and(aim::is_gs1)
        && let Ok(elements) = gs1::elements(data)
    {
        for (ai, value) in elements {
            reading = reading.with("ai", format!("{ai}={value}"));
        }
    }
    Ok(Verdict::Tag(reading))
}

/// An EAN has digits only, and 13 of them, or 8, end with a check digit. Scanners may be set to leave it out
/// or to send add-ons, so that other lengths pass unchecked.
fn ean(data: &str) -> Result<(), Reject> {
    if !data.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Reject::Insane);
    }
    if data.len() == 13 && !checksum::gs1_holds(data) {
        return Err(Reject::Checksum);
    }
    Ok(())
}

impl Decoder for Barcode {
    fn push(&mut self, bytes: &[u8], out: &mut Vec<Verdict>) {
        for byte in bytes {
            if let Some(line) = self.0.push(*byte) {
                self.line(line, End::Byte, out);
            }
        }
    }

    fn gap(&mut self, out: &mut Vec<Verdict>) {
        if let Some(line) = self.0.gap() {
            self.line(line, End::Silence, out);
        }
    }

    fn held(&self) -> usize {
        self.0.held()
    }
}

pub fn decoder() -> Box<dyn Decoder> {
    Box::new(Barcode::default())
}
