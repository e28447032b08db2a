//! Arduino and ESP boards with an RC522, PN532 or PN5180, which print what they see; 9600 or 115200 8N1.
//!
//! ```text
//!   Card UID: 04 7E 1E BA 53 28 80          library MFRC522, DumpInfo; the serial as it stands on the label
//!   Card SAK: 00                            more of the same dump: one tag, not three
//!   PICC type: MIFARE Ultralight or Ultralight C
//!   UID tag : 24 D3 4F 59                   and what sketches made of it:
//!   UID: 0x24 0xD3 0x4F 0x59  ·  UID=24:D3:4F:59  ·  UID: 24D34F59  ·  In hex:  24 D3 4F 59
//!   UID Value: 0x24 0xD3 0x4F 0x59          library Adafruit PN532, after a line «UID Length: 4 bytes»
//! ```
//!
//! No sum, and noise at each reboot; so the label must be there, every token a byte, the length one that
//! serials have (4, 7, 8, 10), and the line ended. A sketch that prints a serial twice in one dump, under two
//! labels, shows one tag; the same label again is the next dump.
//! Sources: github.com/miguelbalboa/rfid; github.com/adafruit/Adafruit-PN532; sketches published with them.

use super::super::framing::{Line, Lines};
use super::super::{Decoder, Reading, Reject, Verdict, identity};
use super::ascii_lower;
use crate::tag::TagId;

/// The longest line of a dump has about 100 characters.
pub const MAX_LINE: usize = 256;

const LABELS: [&str; 2] = ["uid", "in hex"];
/// Beginnings of other lines that belong to a dump, or to the start of a sketch.
const CHATTER: [&str; 10] = [
    "card sak",
    "picc type",
    "uid length",
    "uid size",
    "the nuid",
    "in dec",
    "sector",
    "page",
    "found an iso",
    "found chip",
];

struct Rc522 {
    lines: Lines,
    /// Label and serial of the dump that is going on.
    dump: Option<(String, TagId)>,
}

impl Rc522 {
    fn line(&mut self, line: Line, out: &mut Vec<Verdict>) {
        match line {
            Line::Overlong => out.push(Verdict::Reject(Reject::Overlong)),
            Line::Torn(bytes) => out.push(Verdict::Reject(torn(&ascii_lower(&bytes)))),
            Line::Whole(bytes) => self.whole(&ascii_lower(&bytes), out),
        }
    }

    fn whole(&mut self, line: &str, out: &mut Vec<Verdict>) {
        let Some(labelled) = Labelled::find(line) else {
            if !line.trim().is_empty() && !is_chatter(line) {
                out.push(Verdict::Reject(torn(line)));
            }
            return;
        };
        if Labelled::find(labelled.before).is_some_and(|torn| !torn.value.is_empty()) {
            out.push(Verdict::Reject(Reject::Length));
        } else if labelled.before.contains(char::REPLACEMENT_CHARACTER) {
            // A board that restarts sends its boot text at another speed.
            out.push(Verdict::Reject(Reject::NotMine));
        }
        match serial(labelled.value).and_then(|bytes| identity::uid(&bytes)) {
            Ok(tag) => {
                let again = self
                    .dump
                    .as_ref()
                    .is_some_and(|(label, seen)| *label != labelled.label && *seen == tag);
                if !again {
                    self.dump = Some((labelled.label.to_owned(), tag.clone()));
                    out.push(Verdict::Tag(Reading::of(tag)));
                }
            }
            Err(reject) => out.push(Verdict::Reject(reject)),
        }
    }
}

/// A line that has a label but no end, or the beginning of one, was cut short.
fn torn(line: &str) -> Reject {
    let text = line.trim_start();
    let began = text.len() >= 2
        && ["card uid:", "uid tag :", "uid:", "in hex:"]
            .iter()
            .any(|word| word.starts_with(text));
    if began || Labelled::find(line).is_some() {
        Reject::Length
    } else {
        Reject::NotMine
    }
}

/// Lines of a dump beside the serial's; also its memory rows: a number, then bytes.
fn is_chatter(line: &str) -> bool {
    let mut tokens = line.split_ascii_whitespace();
    let number =
        |token: Option<&str>| token.is_some_and(|t| t.len() <= 3 && t.bytes().all(|b| b.is_ascii_digit()));
    let byte =
        |token: Option<&str>| token.is_some_and(|t| t.len() <= 2 && t.bytes().all(|b| b.is_ascii_hexdigit()));
    CHATTER.iter().any(|word| line.trim_start().starts_with(word))
        || (line.starts_with(' ') && number(tokens.next()) && byte(tokens.next()))
}

/// The last label of a line, with what stands before it and after its colon.
struct Labelled<'a> {
    before: &'a str,
    label: &'a str,
    value: &'a str,
}

impl<'a> Labelled<'a> {
    fn find(line: &'a str) -> Option<Self> {
        let (at, word) = LABELS
            .into_iter()
            .filter_map(|word| line.rfind(word).map(|at| (at, word)))
            .max()?;
        let (before, rest) = line.split_at(at);
        if before.ends_with('n') || rest.starts_with("uid length") || rest.starts_with("uid size") {
            // «The NUID tag is:» announces, «UID Length: 4 bytes» tells something else.
            return None;
        }
        let after = rest.strip_prefix(word)?;
        // «UID tag :», «UID Value:», «UID =»: words, then the mark. Without a mark the serial follows at once.
        let words = after
            .find(|c: char| !c.is_ascii_alphabetic() && c != ' ')
            .unwrap_or(after.len());
        let value = match after.split_at(words).1.strip_prefix([':', '=']) {
            Some(value) => value,
            None => after,
        };
        // The label is the line up to the value, but for a torn frame in front of it.
        let label_at = before.rfind("card ").unwrap_or(at);
        let label = line.get(label_at..line.len() - value.len())?;
        Some(Self {
            before: line.get(..label_at)?,
            label: label.trim(),
            value: value.trim(),
        })
    }
}

/// The bytes of a printed serial: `04 7E`, `0x04 0x7E`, `04:7E`, `047E`, `4 7E`.
fn serial(value: &str) -> Result<Vec<u8>, Reject> {
    let mut bytes = Vec::new();
    for token in value
        .split([' ', ':', '-', ',', '\t'])
        .filter(|token| !token.is_empty())
    {
        let token = token.strip_prefix("0x").unwrap_or(token);
        if !token.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            // A label in prose is none. But behind bytes a word may be the next line of a torn one,
            // and half a serial of 7 bytes looks like one of 4.
            return Err(if bytes.is_empty() {
                Reject::NotMine
            } else {
                Reject::Insane
            });
        }
        match token.len() {
            1 => bytes.push(u8::from_str_radix(token, 16).map_err(|_| Reject::Insane)?),
            len if len % 2 == 0 => bytes.extend(hex::decode(token).map_err(|_| Reject::Insane)?),
            _ => return Err(Reject::Length),
        }
    }
    if bytes.is_empty() {
        Err(Reject::Length)
    } else {
        Ok(bytes)
    }
}

impl Decoder for Rc522 {
    fn push(&mut self, bytes: &[u8], out: &mut Vec<Verdict>) {
        for byte in bytes {
            if let Some(line) = self.lines.push(*byte) {
                self.line(line, out);
            }
        }
    }

    fn gap(&mut self, out: &mut Vec<Verdict>) {
        if let Some(line) = self.lines.gap() {
            self.line(line, out);
        }
        self.dump = None;
    }

    fn held(&self) -> usize {
        self.lines.held()
    }
}

pub fn decoder() -> Box<dyn Decoder> {
    Box::new(Rc522 {
        lines: Lines::new(b"\r\n", None, MAX_LINE),
        dump: None,
    })
}
