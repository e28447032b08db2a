//! Scanners as HID point of sale: reports with fields, and no key events. Nothing of a keyboard layout touches them.
//!
//! ```text
//!   FHIDDESCLLd...         prelude, put in front by the way in: F FF, LL length low byte first, d report descriptor
//!   2n]cmd...vvc           one character per byte: the layout of Honeywell, 64 bytes
//!   2n]cmd...c             the same without its two bytes, 62: n of the 56 bytes d count, c bit 0: more follow
//! ```
//!
//! With a descriptor the fields are found by their usages: 01:3B byte count, 8C:FB to FD the AIM identifier, 8C:FE
//! data, 8C:FF continued. Without one the two layouts above are told apart by byte 61, which is 00 or 01 in the short
//! one and a letter in the long one. Parts are joined while continued; the identifier is that of the first.
//! Sources: HID Point of Sale Usage Tables 1.02; captured reports in published notes on Honeywell over USB HID.

use super::super::framing::{Framing, Head, Hunt};
use super::super::hid_descriptor::{self, Field, MAX_DESCRIPTOR, Reports, Usage};
use super::super::{Decoder, Reject, Status, Verdict, aim};
use super::barcode;

/// Begins the prelude.
pub const PRELUDE: &[u8; 8] = b"\xFFHIDDESC";
const PRELUDE_HEAD: usize = PRELUDE.len() + 2;
/// The longest text that is joined, in bytes.
pub const MAX_TEXT: usize = 1024;

const BYTE_COUNT: Usage = 0x0001_003B;
const AIM: [Usage; 3] = [0x008C_00FB, 0x008C_00FC, 0x008C_00FD];
const DATA: Usage = 0x008C_00FE;
const CONTINUED: Usage = 0x008C_00FF;

/// Number of the report, where no descriptor tells.
const NUMBER: u8 = 0x02;
const DATA_LEN: usize = 56;
const DATA_AT: usize = 5;
const DATA_END: usize = DATA_AT + DATA_LEN;
const SHORT: usize = DATA_END + 1;
const LONG: usize = DATA_END + 3;

/// Where the fields of the reports lie.
struct Layout {
    reports: Reports,
}

impl Layout {
    fn of(descriptor: &[u8]) -> Option<Self> {
        let reports = hid_descriptor::read(descriptor)?;
        let data = reports.fields.iter().any(|field| field.usage == DATA);
        data.then_some(Self { reports })
    }

    /// Number and length of the report that begins here.
    fn report(&self, bytes: &[u8]) -> Option<(Option<u8>, usize)> {
        let first = bytes.first()?;
        let mut lengths = self.reports.lengths.iter();
        lengths
            .find(|(number, _)| number.is_none_or(|number| number == *first))
            .copied()
    }

    fn part(&self, number: Option<u8>, report: &[u8]) -> Option<Part> {
        let body = report.get(usize::from(number.is_some())..)?;
        let field = |usage| self.reports.find(number, usage);
        let value = |field: Field| field.value(body);
        let data = field(DATA)?.bytes(body)?;
        let count = match field(BYTE_COUNT) {
            Some(field) => usize::try_from(value(field)?).ok()?,
            None => data
                .iter()
                .rposition(|byte| *byte != 0)
                .map_or(0, |last| last + 1),
        };
        let aim: Option<Vec<u8>> = AIM
            .into_iter()
            .map(|usage| u8::try_from(value(field(usage)?)?).ok())
            .collect();
        Some(Part {
            aim: aim.filter(|aim| aim.first() == Some(&b']')).unwrap_or_default(),
            data: data.get(..count)?.to_vec(),
            continued: field(CONTINUED).and_then(value).is_some_and(|flag| flag & 1 == 1),
            letter: None,
        })
    }
}

struct Part {
    /// `]cm`, or nothing.
    aim: Vec<u8>,
    data: Vec<u8>,
    continued: bool,
    /// Honeywell's letter for the kind of code.
    letter: Option<u8>,
}

enum Frame {
    Prelude(Vec<u8>),
    Part(Part),
    /// A report of the device that is no scan.
    Other,
}

#[derive(Default)]
struct Pos {
    layout: Option<Layout>,
}

impl Framing for Pos {
    type Frame = Frame;
    const MAX: usize = PRELUDE_HEAD + MAX_DESCRIPTOR + 1;

    fn head(&self, bytes: &[u8]) -> Head<Frame> {
        if let Some(head) = prelude_at(bytes) {
            return head;
        }
        let Some(layout) = &self.layout else {
            return known_layouts(bytes);
        };
        let Some((number, len)) = layout.report(bytes) else {
            return Head::Noise;
        };
        let Some(report) = bytes.get(..len) else {
            return Head::More;
        };
        let scan = layout.reports.find(number, DATA).is_some();
        match layout.part(number, report) {
            Some(part) => Head::Frame {
                len,
                verdict: Frame::Part(part),
            },
            None if scan => Head::Broken {
                len,
                reject: Reject::Insane,
            },
            None => Head::Frame {
                len,
                verdict: Frame::Other,
            },
        }
    }
}

fn prelude_at(bytes: &[u8]) -> Option<Head<Frame>> {
    let known = bytes.len().min(PRELUDE.len());
    if bytes.get(..known) != PRELUDE.get(..known) {
        return None;
    }
    let Some([low, high]) = bytes.get(PRELUDE.len()..PRELUDE_HEAD) else {
        return Some(Head::More);
    };
    let len = PRELUDE_HEAD + usize::from(u16::from_le_bytes([*low, *high]));
    if len > PRELUDE_HEAD + MAX_DESCRIPTOR {
        let len = PRELUDE_HEAD;
        return Some(Head::Broken {
            len,
            reject: Reject::Length,
        });
    }
    Some(match bytes.get(PRELUDE_HEAD..len) {
        None => Head::More,
        Some(descriptor) => Head::Frame {
            len,
            verdict: Frame::Prelude(descriptor.to_vec()),
        },
    })
}

fn known_layouts(bytes: &[u8]) -> Head<Frame> {
    let begins = bytes
        .iter()
        .take(DATA_AT)
        .enumerate()
        .all(|(place, byte)| match place {
            0 => *byte == NUMBER,
            1 => usize::from(*byte) <= DATA_LEN,
            2 => *byte == b']',
            3 => byte.is_ascii_alphabetic(),
            _ => byte.is_ascii_alphanumeric(),
        });
    if !begins {
        return Head::Noise;
    }
    let Some(data) = bytes.get(DATA_AT..DATA_END) else {
        return Head::More;
    };
    let broken = |len| Head::Broken {
        len,
        reject: Reject::Length,
    };
    let count = bytes.get(1).map_or(0, |count| usize::from(*count));
    let (data, padding) = data.split_at(count.min(data.len()));
    // A torn report has the next one where its padding should be.
    if padding.iter().any(|byte| *byte != 0) {
        return broken(DATA_END);
    }
    let (len, flag, letter) = match (bytes.get(DATA_END), bytes.get(LONG - 1)) {
        (None, _) => return Head::More,
        (Some(flag @ (0 | 1)), _) => (SHORT, *flag, None),
        (Some(b' '..=b'~'), None) => return Head::More,
        (Some(letter @ b' '..=b'~'), Some(flag @ (0 | 1))) => (LONG, *flag, Some(*letter)),
        _ => return broken(SHORT),
    };
    Head::Frame {
        len,
        verdict: Frame::Part(Part {
            aim: bytes.get(2..DATA_AT).unwrap_or_default().to_vec(),
            data: data.to_vec(),
            continued: flag == 1,
            letter,
        }),
    }
}

struct HidPos {
    hunt: Hunt<Pos>,
    frames: Vec<Result<Frame, Reject>>,
    /// A code of which more parts follow.
    joined: Option<Part>,
}

impl HidPos {
    fn settle(&mut self, out: &mut Vec<Verdict>) {
        for frame in std::mem::take(&mut self.frames) {
            match frame {
                Err(reject) => out.push(Verdict::Reject(reject)),
                Ok(Frame::Other) => out.push(Verdict::Status(Status::Other("report without a code"))),
                Ok(Frame::Prelude(_)) => out.push(Verdict::Status(Status::Other("report descriptor"))),
                Ok(Frame::Part(part)) => self.part(part, out),
            }
        }
    }

    fn part(&mut self, part: Part, out: &mut Vec<Verdict>) {
        let whole = match self.joined.take() {
            None => part,
            Some(first) => Part {
                data: [first.data, part.data].concat(),
                continued: part.continued,
                ..first
            },
        };
        if whole.data.len() > MAX_TEXT {
            out.push(Verdict::Reject(Reject::Overlong));
        } else if whole.continued {
            self.joined = Some(whole);
        } else {
            judge(&whole, out);
        }
    }
}

fn judge(part: &Part, out: &mut Vec<Verdict>) {
    let identifier = match part.aim.as_slice() {
        [b']', kind, modifier] => Some([*kind, *modifier]),
        _ => None,
    };
    let is_control = |byte: &u8| matches!(byte, b'\r' | b'\n' | 0x05 | 0x06 | 0x15);
    let reply = identifier.is_some_and(aim::is_command_answer)
        || identifier == Some(*b"X0") && part.data.iter().any(is_control);
    if reply {
        let text = String::from_utf8_lossy(&part.data).into_owned();
        let aim = String::from_utf8_lossy(&part.aim).into_owned();
        let mut details = vec![("aim", aim), ("text", text)];
        if part.data.contains(&0x06) {
            details.push(("reply", "ACK".to_owned()));
        }
        return out.push(Verdict::Status(Status::Told("answer to a command", details)));
    }
    let end = part
        .data
        .iter()
        .rposition(|byte| !matches!(*byte, b'\r' | b'\n' | b'\t'));
    let data = part
        .data
        .get(..end.map_or(0, |last| last + 1))
        .unwrap_or_default();
    let from = out.len();
    barcode::code(&[part.aim.as_slice(), data].concat(), out);
    for verdict in out.iter_mut().skip(from) {
        if let (Verdict::Tag(reading), Some(letter)) = (verdict, part.letter) {
            reading
                .details
                .push(("honeywell_id", char::from(letter).to_string()));
        }
    }
}

impl Decoder for HidPos {
    fn push(&mut self, bytes: &[u8], out: &mut Vec<Verdict>) {
        for byte in bytes {
            self.hunt.take(&[*byte], &mut self.frames);
            // The descriptor is needed before the next report is looked at.
            if let Some(Ok(Frame::Prelude(descriptor))) = self.frames.last() {
                match Layout::of(descriptor) {
                    Some(layout) => self.hunt.envelope_mut().layout = Some(layout),
                    None => {
                        self.frames.pop();
                        self.frames.push(Err(Reject::Insane));
                    }
                }
            }
            if !self.frames.is_empty() {
                self.settle(out);
            }
        }
    }

    fn gap(&mut self, out: &mut Vec<Verdict>) {
        self.hunt.silence(&mut self.frames);
        self.settle(out);
        if self.joined.take().is_some() {
            out.push(Verdict::Reject(Reject::Length));
        }
    }

    fn held(&self) -> usize {
        self.hunt.waiting() + self.joined.as_ref().map_or(0, |part| part.data.len())
    }
}

/// Whether a device with this descriptor sends codes as a scanner at a point of sale does.
pub fn has_codes(descriptor: &[u8]) -> bool {
    Layout::of(descriptor).is_some()
}

/// What the way in puts in front of the reports; none if the descriptor is longer than any scanner's.
pub fn prelude(descriptor: &[u8]) -> Option<Vec<u8>> {
    let len = u16::try_from(descriptor.len()).ok()?;
    (descriptor.len() <= MAX_DESCRIPTOR)
        .then(|| [PRELUDE.as_slice(), &len.to_le_bytes(), descriptor].concat())
}

/// The reports, 62 bytes each, by which a scanner would tell of a code; for tests and the demo.
pub fn encode(aim: [u8; 2], text: &str) -> Vec<u8> {
    let parts: Vec<&[u8]> = text.as_bytes().chunks(DATA_LEN).collect();
    let mut reports = Vec::new();
    for (place, part) in parts.iter().enumerate() {
        let count = u8::try_from(part.len()).unwrap_or(0);
        let more = u8::from(place + 1 < parts.len());
        let from = reports.len();
        reports.extend([NUMBER, count, b']']);
        reports.extend(aim);
        reports.extend_from_slice(part);
        reports.resize(from + DATA_END, 0);
        reports.push(more);
    }
    reports
}

pub fn decoder() -> Box<dyn Decoder> {
    Box::new(HidPos {
        hunt: Hunt::new(Pos::default()),
        frames: Vec::new(),
        joined: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By the usage tables: report 7, count, identifier, 20 bytes of data, flag with padding.
    fn descriptor() -> Vec<u8> {
        let text = "05 8c 09 02 a1 01 09 12 a1 02 85 07 15 00 26 ff 00 75 08 95 01 05 01 09 3b 81 02 \
                    05 8c 09 fb 09 fc 09 fd 95 03 81 02 09 fe 95 14 82 02 01 \
                    09 ff 75 01 95 01 25 01 81 02 95 07 81 03 c0 c0";
        hex::decode(text.replace(' ', "")).unwrap()
    }

    fn report(count: u8, aim: &[u8], data: &[u8], more: u8) -> Vec<u8> {
        let mut report = vec![7, count];
        report.extend(aim);
        report.extend(data);
        report.resize(25, 0);
        report.push(more);
        report
    }

    fn heard(stream: &[u8], step: usize) -> Vec<String> {
        let mut decoder = decoder();
        let mut out = Vec::new();
        for chunk in stream.chunks(step) {
            decoder.push(chunk, &mut out);
        }
        decoder.gap(&mut out);
        assert_eq!(decoder.held(), 0);
        out.iter()
            .map(|verdict| match verdict {
                Verdict::Tag(reading) => reading.tag.to_string(),
                Verdict::Status(status) => status.as_str().to_owned(),
                Verdict::Reject(reject) => reject.as_str().to_owned(),
            })
            .collect()
    }

    #[test]
    fn fields_are_found_by_their_usages_however_the_stream_is_cut() {
        let mut stream = prelude(&descriptor()).unwrap();
        stream.extend(report(13, b"]E0", b"4600051000057", 0));
        stream.extend(report(20, b"]C0", b"FORMULAR:ORDER:17/26", 1));
        stream.extend(report(3, b"]C0", b"-OD", 0));
        stream.extend(report(2, &[0, 0, 0], b"A1\r", 0));
        for step in 1..80 {
            assert_eq!(
                heard(&stream, step),
                [
                    "report descriptor",
                    "code:4600051000057",
                    "code:FORMULAR:ORDER:17/26-OD",
                    "code:A1"
                ],
                "{step}"
            );
        }
    }

    #[test]
    fn a_descriptor_of_something_else_is_refused() {
        let keyboard =
            hex::decode("05010906a101050719e029e71500250175019508810 2c0".replace(' ', "")).unwrap();
        assert_eq!(heard(&prelude(&keyboard).unwrap(), 1), ["insane"]);
        assert_eq!(prelude(&vec![0; MAX_DESCRIPTOR + 1]), None);
    }

    #[test]
    fn both_known_layouts_and_their_joining() {
        let mut long = encode(*b"C0", "FORMULAR:DONE");
        long.pop();
        long.extend([b'j', 0, 0]);
        let joined = encode(*b"Q1", &"x".repeat(100));
        let stream = [encode(*b"E0", "4600051000057"), long, joined.clone()].concat();
        let text = format!("code:{}", "x".repeat(100));
        for step in [1, 7, 62, 64, 1000] {
            assert_eq!(
                heard(&stream, step),
                ["code:4600051000057", "code:FORMULAR:DONE", text.as_str()]
            );
        }
        assert_eq!(heard(&joined[..SHORT], 9), ["length"], "the rest never came");
    }
}
