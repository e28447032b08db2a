//! The text of a code over several packets of SSI, and what kind of code it was.
//!
//! Knows: parts and kinds. Must not know: packets' sums, who acknowledges what.

use super::super::barcode;
use super::{DECODE_DATA, Reject, Verdict};
use crate::tag::MAX_CODE_CHARS;

/// The longest text that is kept, over all packets.
pub const MAX_TEXT: usize = 3 * MAX_CODE_CHARS;
/// Bytes of a first segment before its text: number, F3, four of length, kind, 01, two of length.
const SEGMENT_HEAD: usize = 10;

/// Kinds of code with the AIM identifier that says the same; none where a modifier would be guessed.
const KINDS: [(u8, &str, &str); 11] = [
    (0x01, "Code 39", "]A0"),
    (0x03, "Code 128", "]C0"),
    (0x08, "UPC-A", "]E0"),
    (0x09, "UPC-E", ""),
    (0x0A, "EAN-8", "]E4"),
    (0x0B, "EAN-13", "]E0"),
    (0x0F, "GS1-128", "]C1"),
    (0x1B, "Data Matrix", "]d1"),
    (0x1C, "QR", "]Q1"),
    (0x2D, "Aztec", "]z0"),
    (0x11, "PDF417", "]L0"),
];

/// A text whose last packet has not come.
pub struct Joined {
    kind: u8,
    text: Vec<u8>,
    /// Number of the next segment; none for packets that only say that more follow.
    next: Option<u8>,
    len: usize,
}

impl Joined {
    pub fn of(kind: u8) -> Self {
        Self {
            kind,
            text: Vec::new(),
            next: None,
            len: 0,
        }
    }

    /// Whether a packet of this kind may be the next one.
    pub fn goes_on_with(&self, kind: u8) -> bool {
        self.next.is_none() && self.kind == kind
    }

    pub fn add(&mut self, text: &[u8]) -> Result<(), Reject> {
        self.text.extend_from_slice(text);
        match self.text.len() > MAX_TEXT {
            true => Err(Reject::Overlong),
            false => Ok(()),
        }
    }

    /// The text with one segment more. A first segment begins anew, whatever was unfinished.
    pub fn segment(earlier: Option<Self>, data: &[u8]) -> Result<Self, Reject> {
        let mut joined = match (data, earlier) {
            ([0, DECODE_DATA, _, _, _, _, kind, _, high, low, ..], _) => Self {
                next: Some(0),
                len: u16::from_be_bytes([*high, *low]).into(),
                ..Self::of(*kind)
            },
            ([number, ..], Some(joined)) if joined.next == Some(*number) => joined,
            // Sent again, because its acknowledgment was lost.
            ([number, ..], Some(joined)) if joined.next == number.checked_add(1) => return Ok(joined),
            _ => return Err(Reject::Length),
        };
        if joined.len > MAX_TEXT {
            return Err(Reject::Overlong);
        }
        let skip = if joined.next == Some(0) { SEGMENT_HEAD } else { 1 };
        joined.add(data.get(skip..).unwrap_or_default())?;
        joined.next = joined.next.and_then(|next| next.checked_add(1));
        match joined.text.len() > joined.len {
            true => Err(Reject::Length),
            false => Ok(joined),
        }
    }

    /// Whether all that the first segment announced is here.
    pub fn is_whole(&self) -> bool {
        self.next.is_some() && self.text.len() == self.len
    }

    pub fn held(&self) -> usize {
        self.text.len()
    }

    pub fn judge(self, out: &mut Vec<Verdict>) {
        let kind = KINDS.iter().find(|(known, _, _)| *known == self.kind);
        let text = match kind {
            Some((_, _, aim)) if !self.text.starts_with(b"]") => [aim.as_bytes(), &self.text].concat(),
            _ => self.text,
        };
        let from = out.len();
        barcode::code(&text, out);
        for verdict in out.iter_mut().skip(from) {
            if let Verdict::Tag(reading) = verdict {
                let details = &mut reading.details;
                details.push(("code_type", self.kind.to_string()));
                details.extend(kind.map(|(_, name, _)| ("symbology", (*name).to_owned())));
            }
        }
    }
}
