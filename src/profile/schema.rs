//! The shape of a profile, exactly as it stands in `firmware-config/example.toml`, which explains every key.
//!
//! Knows: keys and their types; an unknown key is an error. Must not know: which values make sense (`validate`).

use super::{Family, usb::Usb};
use serde::{Deserialize, Deserializer, Serialize};
use smol_str::SmolStr;
use std::fmt;

/// The schema that this program reads.
pub const SCHEMA: u32 = 1;

/// One model of reader: how to open it, what it speaks, when a tag counts as gone.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    pub schema: u32,
    /// The name people type: `rdm6300`. Lower case, digits, hyphens; the file's name without `.toml`.
    pub name: SmolStr,
    pub vendor: String,
    pub model: String,
    pub family: Family,
    /// How its bytes come into this machine.
    #[serde(default)]
    pub way: Way,
    /// What a text is that the reader sends: a code, unless it types the numbers of cards.
    #[serde(default)]
    pub form: Form,
    #[serde(default)]
    pub role: Role,
    /// The reader sees many tags at once and is meant to.
    #[serde(default)]
    pub bulk: bool,
    #[serde(default)]
    pub line: Line,
    pub presence: Presence,
    #[serde(default)]
    pub speak: Speak,
    #[serde(default)]
    pub cue: CueBytes,
    #[serde(default)]
    pub probe: Probe,
    #[serde(default)]
    pub provision: Provision,
    #[serde(default)]
    pub usb: Vec<Usb>,
    pub origin: Origin,
}

impl Profile {
    /// The numbers that are this model's own, in a mode in which it can be read.
    pub fn claims(&self) -> impl Iterator<Item = &Usb> {
        self.usb.iter().filter(|usb| !usb.bridge && usb.reads(self.way))
    }
}

/// The way in: which part of the system carries a reader's bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Way {
    /// A terminal: RS-232, a USB bridge, CDC-ACM, a pseudo-terminal.
    #[default]
    Serial,
    /// A keyboard's event node, taken for this program alone.
    Evdev,
    /// HID reports as they are: point-of-sale scanners.
    Hidraw,
    /// The USB device itself: CCID.
    Usb,
    /// A network address, `host:port`.
    Tcp,
}

impl Way {
    pub const ALL: [Way; 5] = [Way::Serial, Way::Evdev, Way::Hidraw, Way::Usb, Way::Tcp];

    pub fn as_str(self) -> &'static str {
        match self {
            Way::Serial => "serial",
            Way::Evdev => "evdev",
            Way::Hidraw => "hidraw",
            Way::Usb => "usb",
            Way::Tcp => "tcp",
        }
    }
}

/// What a text is that a reader sends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    /// A bar or matrix code, verbatim.
    #[default]
    Code,
    /// Ten digits of an EM4100 card, the last 32 of its 40 bits: several cards may share them.
    #[serde(rename = "em4100-dez10")]
    Em4100Dez10,
    /// Fourteen digits of an EM4100 card, all 40 bits.
    #[serde(rename = "em4100-dez14")]
    Em4100Dez14,
    /// Ten hexadecimal digits of an EM4100 card.
    #[serde(rename = "em4100-hex")]
    Em4100Hex,
    /// A card's serial in hexadecimal, as on the chip's own label.
    UidHex,
    /// The same, last byte first.
    UidHexReversed,
}

/// What a reader is for; only desk readers lend and return.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    #[default]
    Desk,
    Portal,
    Stocktake,
}

impl Role {
    pub fn as_str(self) -> &'static str {
        match self {
            Role::Desk => "desk",
            Role::Portal => "portal",
            Role::Stocktake => "stocktake",
        }
    }
}

/// Settings of the serial line. A USB CDC device ignores them, and still wants some to be set.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Line {
    /// Bits per second.
    pub baud: u32,
    pub data_bits: DataBits,
    pub parity: Parity,
    pub stop_bits: StopBits,
    pub flow: Flow,
    /// Data Terminal Ready after opening; absent: as the driver leaves it.
    pub dtr: Option<bool>,
    /// Request To Send after opening; absent: as the driver leaves it.
    pub rts: Option<bool>,
}

impl Default for Line {
    fn default() -> Self {
        Self {
            baud: 9600,
            data_bits: DataBits::Eight,
            parity: Parity::None,
            stop_bits: StopBits::One,
            flow: Flow::None,
            dtr: None,
            rts: None,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "u8")]
pub enum DataBits {
    Seven,
    Eight,
}

impl TryFrom<u8> for DataBits {
    type Error = &'static str;
    fn try_from(n: u8) -> Result<Self, Self::Error> {
        match n {
            7 => Ok(Self::Seven),
            8 => Ok(Self::Eight),
            _ => Err("data_bits is 7 or 8"),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Parity {
    None,
    Even,
    Odd,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "u8")]
pub enum StopBits {
    One,
    Two,
}

impl TryFrom<u8> for StopBits {
    type Error = &'static str;
    fn try_from(n: u8) -> Result<Self, Self::Error> {
        match n {
            1 => Ok(Self::One),
            2 => Ok(Self::Two),
            _ => Err("stop_bits is 1 or 2"),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Flow {
    None,
    Hardware,
}

/// When a tag that was seen counts as gone, so that seeing it again is a new scan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Presence {
    /// Silence of this tag, in milliseconds.
    pub gone_ms: u32,
    /// The reader says so itself («No card»); `gone_ms` then serves only where that word was lost.
    #[serde(default)]
    pub until_removed: bool,
}

/// What may be said to the reader. Volatile commands only: nothing that outlives its power supply.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Speak {
    /// Once after each opening, in this order.
    pub init: Vec<Bytes>,
    /// Again and again, for readers that answer only when asked.
    pub poll: Bytes,
    /// Milliseconds from one poll to the next.
    pub poll_ms: u32,
}

/// What makes the reader itself sound or light; empty: it cannot.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CueBytes {
    pub lent: Bytes,
    pub returned: Bytes,
    pub attention: Bytes,
    pub refused: Bytes,
}

impl CueBytes {
    pub fn all(&self) -> [&Bytes; 4] {
        [&self.lent, &self.returned, &self.attention, &self.refused]
    }

    pub fn is_empty(&self) -> bool {
        self.all().iter().all(|b| b.0.is_empty())
    }
}

/// A question that shows whether it is this model. It is asked only where the operator named the port for it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Probe {
    /// Harmless, and volatile as everything said unasked; empty: the model is never probed.
    pub ask: Bytes,
}

/// Set-up that the reader keeps in its flash, apart from [`Speak`]: sent by `formular readers provision` alone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Provision {
    /// What it changes, and how it is undone.
    pub note: String,
    /// In this order, each after the answer to the one before.
    pub send: Vec<Bytes>,
    /// How each answer begins, in the order of `send`; shorter or empty: whatever comes.
    pub expect: Vec<Bytes>,
}

/// Where the facts come from, and what was tried.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Origin {
    /// Public addresses or names of manuals.
    pub source: Vec<String>,
    /// What was tried on the device itself; empty: nothing yet.
    #[serde(default)]
    pub tried: String,
    /// A file of `tests/captures`.
    pub capture: String,
}

/// Bytes written as hexadecimal text, spaces allowed.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Bytes(pub Vec<u8>);

impl fmt::Debug for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text: String = String::deserialize(deserializer)?;
        let digits: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        hex::decode(&digits)
            .map(Bytes)
            .map_err(|_| serde::de::Error::custom(format!("«{text}» is not hexadecimal")))
    }
}
