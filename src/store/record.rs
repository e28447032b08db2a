//! The bytes of one line of the journal.
//!
//! Knows: how an event becomes a line and a line an event, and the hash of a line.
//! Must not know: files, batches' durability, what an event means.
//!
//! ```text
//! {"seq":7,"batch":6,"more":true,"at":"…","clock":"ok","recorded":"…","by":{…},"src":{…},"event":{…},"v":1,"prev":"<64 hex>","hash":"<64 hex>"}
//! ```
//! `hash` is SHA-256 of the line without `,"hash":"<64 hex>"` and without its line end.
//! `more`, `recorded` and `src` are left out where they say nothing.

use crate::clock::{Moment, Trust};
use crate::ledger::{By, Entry, Event, Seq, Source};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt;

/// Version of a line that this program writes, and the newest that it reads.
pub const VERSION: u64 = 1;

/// Longest line that is read, in bytes; a real one has some hundred.
pub const MAX_LINE_BYTES: usize = 1 << 20;

/// Fills the room that a file of the journal is given in advance. A line never begins with it.
pub const ROOM: u8 = b' ';

/// Whether a byte may be room: [`ROOM`], or the zero that a power cut leaves where room was about to be made.
pub fn is_room(byte: u8) -> bool {
    byte == ROOM || byte == 0
}

const BEFORE_HASH: &[u8] = br#","hash":""#;
const AFTER_HASH: &[u8] = br#""}"#;
/// Length of `,"hash":"<64 hex>"}`.
const TAIL: usize = BEFORE_HASH.len() + 64 + AFTER_HASH.len();

/// SHA-256 of a line; written as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct LineHash([u8; 32]);

impl LineHash {
    /// What the first line names as the line before it.
    pub const ZERO: Self = Self([0; 32]);

    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Reads 64 lower-case digits and nothing else.
    pub fn from_hex(digits: &[u8]) -> Option<Self> {
        // By hand, since every line of a start passes here twice.
        let digit = |digit: u8| match digit {
            b'0'..=b'9' => Some(digit - b'0'),
            b'a'..=b'f' => Some(digit - b'a' + 10),
            _ => None,
        };
        let (pairs, []) = digits.as_chunks::<2>() else {
            return None;
        };
        let pairs: &[[u8; 2]; 32] = pairs.try_into().ok()?;
        let mut bytes = [0; 32];
        for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
            *byte = digit(*high)? << 4 | digit(*low)?;
        }
        Some(Self(bytes))
    }
}

impl LineHash {
    /// Its 64 digits, made without the heap: two of them are in every line.
    fn digits(&self) -> [u8; 64] {
        let mut digits = [0; 64];
        // Sixty-four digits always fit.
        let _ = hex::encode_to_slice(self.0, &mut digits);
        digits
    }

    /// Lends its digits as text, which they always are.
    fn say<T>(&self, say: impl FnOnce(&str) -> T) -> T {
        say(std::str::from_utf8(&self.digits()).unwrap_or_default())
    }
}

impl fmt::Display for LineHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.say(|digits| f.write_str(digits))
    }
}

impl fmt::Debug for LineHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl Serialize for LineHash {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.say(|digits| serializer.serialize_str(digits))
    }
}

impl<'de> Deserialize<'de> for LineHash {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Digits)
    }
}

/// Reads the digits where they stand, without a copy: two of them are in every line.
struct Digits;

impl serde::de::Visitor<'_> for Digits {
    type Value = LineHash;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("64 lower-case hexadecimal digits")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<LineHash, E> {
        LineHash::from_hex(text.as_bytes())
            .ok_or_else(|| E::invalid_value(serde::de::Unexpected::Str(text), &self))
    }
}

/// The last line of a journal: its sequence and hash. `(0, zeros)` before the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    pub seq: Seq,
    pub hash: LineHash,
}

impl Head {
    pub const EMPTY: Self = Self {
        seq: 0,
        hash: LineHash::ZERO,
    };
}

impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.seq, self.hash)
    }
}

/// An event before the journal has numbered it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    pub at: Moment,
    pub clock: Trust,
    /// When it was written, if that is not `at`.
    pub recorded: Option<Moment>,
    pub by: By,
    pub src: Option<Source>,
    pub event: Event,
}

impl Draft {
    /// Something that happens now, on a clock that is believed.
    pub fn now(at: Moment, by: By, event: Event) -> Self {
        Self {
            at,
            clock: Trust::Ok,
            recorded: None,
            by,
            src: None,
            event,
        }
    }

    pub fn numbered(self, seq: Seq, batch: Seq) -> Entry {
        Entry {
            seq,
            batch,
            at: self.at,
            clock: self.clock,
            recorded: self.recorded,
            by: self.by,
            src: self.src,
            event: self.event,
        }
    }
}

/// A line that was read and whose own hash is right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub entry: Entry,
    /// The next line belongs to the same batch.
    pub more: bool,
    pub prev: LineHash,
    pub hash: LineHash,
}

/// Why bytes are not a line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    #[error("the line does not end with \"hash\":\"<64 lower-case hexadecimal digits>\"}}")]
    Tail,
    #[error("its hash is {written}, its bytes give {computed}")]
    Hash { written: LineHash, computed: LineHash },
    /// The bytes are as they were written, by a newer program.
    #[error("line of version {found}, this program knows up to {VERSION}")]
    Newer { found: u64 },
    /// The hash is right and the content is not: written by something else than this program.
    #[error("{field}: {reason}")]
    Field { field: &'static str, reason: String },
    #[error("no line end")]
    NoLineEnd,
    /// No fault at the end of a file: blanks that the next lines will be written over.
    #[error("something stands behind the blanks that end a file")]
    Room,
    #[error("longer than {MAX_LINE_BYTES} bytes")]
    TooLong,
}

#[derive(Deserialize)]
struct Read {
    seq: Seq,
    batch: Seq,
    #[serde(default)]
    more: bool,
    at: Moment,
    clock: Trust,
    #[serde(default)]
    recorded: Option<Moment>,
    by: By,
    #[serde(default)]
    src: Option<Source>,
    event: Event,
    v: u64,
    prev: LineHash,
}

/// Appends the line of `entry`, with its line end, to `out`; gives its hash. `more`: its batch goes on.
pub fn encode(
    out: &mut Vec<u8>,
    entry: &Entry,
    more: bool,
    prev: LineHash,
) -> Result<LineHash, serde_json::Error> {
    let start = out.len();
    if let Err(error) = body(out, entry, more, prev) {
        out.truncate(start);
        return Err(error);
    }
    let hash = LineHash::of(out.get(start..).unwrap_or_default());
    out.pop();
    out.extend_from_slice(BEFORE_HASH);
    out.extend_from_slice(&hash.digits());
    out.extend_from_slice(AFTER_HASH);
    out.push(b'\n');
    Ok(hash)
}

/// The line up to its `prev`. What is alike in every line is written as it stands: names and digits need no escaping,
/// and when many scans wait, the making of lines takes a third of the disk's own time.
fn body(out: &mut Vec<u8>, entry: &Entry, more: bool, prev: LineHash) -> Result<(), serde_json::Error> {
    put(out, br#"{"seq":"#, &entry.seq)?;
    put(out, br#","batch":"#, &entry.batch)?;
    if more {
        out.extend_from_slice(br#","more":true"#);
    }
    put(out, br#","at":"#, &entry.at)?;
    put(out, br#","clock":"#, &entry.clock)?;
    if let Some(recorded) = &entry.recorded {
        put(out, br#","recorded":"#, recorded)?;
    }
    put(out, br#","by":"#, &entry.by)?;
    if let Some(src) = &entry.src {
        put(out, br#","src":"#, src)?;
    }
    put(out, br#","event":"#, &entry.event)?;
    put(out, br#","v":"#, &VERSION)?;
    out.extend_from_slice(br#","prev":""#);
    out.extend_from_slice(&prev.digits());
    out.extend_from_slice(br#""}"#);
    Ok(())
}

fn put(out: &mut Vec<u8>, name: &[u8], value: &impl Serialize) -> Result<(), serde_json::Error> {
    out.extend_from_slice(name);
    serde_json::to_writer(out, value)
}

/// Reads a line without its line end and checks its own hash; whether it follows the line before is for [`super::Chain`].
pub fn decode(line: &[u8]) -> Result<Line, RecordError> {
    let (body, written) = split_tail(line).ok_or(RecordError::Tail)?;
    let mut hasher = Sha256::new();
    hasher.update(body);
    hasher.update(b"}");
    let computed = LineHash(hasher.finalize().into());
    if computed != written {
        return Err(RecordError::Hash { written, computed });
    }
    // Checking the letters once is much cheaper than letting the parser check each text by itself.
    let text = std::str::from_utf8(line).map_err(|error| RecordError::Field {
        field: "line",
        reason: error.to_string(),
    })?;
    let read: Read = serde_json::from_str(text).map_err(|error| explain(line, &error))?;
    if read.v > VERSION {
        return Err(RecordError::Newer { found: read.v });
    }
    Ok(Line {
        entry: Entry {
            seq: read.seq,
            batch: read.batch,
            at: read.at,
            clock: read.clock,
            recorded: read.recorded,
            by: read.by,
            src: read.src,
            event: read.event,
        },
        more: read.more,
        prev: read.prev,
        hash: written,
    })
}

/// Everything before `,"hash":"`, and the hash that is written there.
fn split_tail(line: &[u8]) -> Option<(&[u8], LineHash)> {
    let (body, tail) = line.split_at_checked(line.len().checked_sub(TAIL)?)?;
    let digits = tail.strip_prefix(BEFORE_HASH)?.strip_suffix(AFTER_HASH)?;
    Some((body, LineHash::from_hex(digits)?))
}

/// The slow way, only for lines that cannot be read: finds the field, or that the line is of a newer program.
fn explain(line: &[u8], error: &serde_json::Error) -> RecordError {
    type Fields = serde_json::Map<String, serde_json::Value>;
    let Ok(fields) = serde_json::from_slice::<Fields>(line) else {
        return RecordError::Field {
            field: "line",
            reason: error.to_string(),
        };
    };
    match fields.get("v").and_then(serde_json::Value::as_u64) {
        Some(found) if found > VERSION => return RecordError::Newer { found },
        _ => {}
    }
    fn wrong<T: serde::de::DeserializeOwned>(
        fields: &Fields,
        field: &'static str,
        must: bool,
    ) -> Option<RecordError> {
        let reason = match fields.get(field) {
            None if must => "missing".to_owned(),
            None => return None,
            Some(value) => T::deserialize(value).err()?.to_string(),
        };
        Some(RecordError::Field { field, reason })
    }
    wrong::<Seq>(&fields, "seq", true)
        .or_else(|| wrong::<Seq>(&fields, "batch", true))
        .or_else(|| wrong::<bool>(&fields, "more", false))
        .or_else(|| wrong::<Moment>(&fields, "at", true))
        .or_else(|| wrong::<Trust>(&fields, "clock", true))
        .or_else(|| wrong::<Moment>(&fields, "recorded", false))
        .or_else(|| wrong::<By>(&fields, "by", true))
        .or_else(|| wrong::<Source>(&fields, "src", false))
        .or_else(|| wrong::<Event>(&fields, "event", true))
        .or_else(|| wrong::<u64>(&fields, "v", true))
        .or_else(|| wrong::<LineHash>(&fields, "prev", true))
        .unwrap_or_else(|| RecordError::Field {
            field: "line",
            reason: error.to_string(),
        })
}
