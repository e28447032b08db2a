//! The shape of a profile, exactly as it stands in `firmware-config/example.toml`, which explains every key.
//!
//! Knows: keys and their types; an unknown key is an error. Must not know: which values make sense (`validate`).

use super::Family;
use serde::{Deserialize, Deserializer, Serialize};
use smol_str::SmolStr;
use std::{fmt, str::FromStr};

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
    pub usb: Vec<Usb>,
    pub origin: Origin,
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

/// A USB number under which the model may appear.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Usb {
    pub vid: UsbNumber,
    /// An `x` stands for any digit: Newland's `xx06`.
    pub pid: PidPattern,
    #[serde(default)]
    pub mode: Mode,
    /// A bridge chip that sits in countless devices: it may be this reader, and never proves it.
    #[serde(default)]
    pub bridge: bool,
    #[serde(default)]
    pub note: String,
}

/// How the device shows itself under that number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// A serial port: what this program reads.
    #[default]
    Serial,
    /// A keyboard: it types into whatever window is in front and has to be switched over.
    Keyboard,
    /// HID point of sale.
    HidPos,
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

/// A USB vendor number: four lower-case hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UsbNumber(pub u16);

impl<'de> Deserialize<'de> for UsbNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let pattern = PidPattern::deserialize(deserializer)?;
        match pattern.mask {
            0xffff => Ok(Self(pattern.value)),
            _ => Err(serde::de::Error::custom("a vendor number has no x")),
        }
    }
}

impl fmt::Display for UsbNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04x}", self.0)
    }
}

/// A USB product number, with `x` for digits that may be anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PidPattern {
    value: u16,
    mask: u16,
}

impl PidPattern {
    pub fn matches(self, pid: u16) -> bool {
        pid & self.mask == self.value
    }

    /// Whether some number fits both.
    pub fn overlaps(self, other: Self) -> bool {
        let both = self.mask & other.mask;
        self.value & both == other.value & both
    }
}

impl FromStr for PidPattern {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("«{text}» is not four lower-case hexadecimal digits");
        if text.len() != 4 {
            return Err(wrong());
        }
        let mut pattern = PidPattern { value: 0, mask: 0 };
        for c in text.chars() {
            let (value, mask) = match c {
                'x' => (0, 0),
                '0'..='9' | 'a'..='f' => (c.to_digit(16).unwrap_or(0) as u16, 0xf),
                _ => return Err(wrong()),
            };
            pattern.value = pattern.value << 4 | value;
            pattern.mask = pattern.mask << 4 | mask;
        }
        Ok(pattern)
    }
}

impl<'de> Deserialize<'de> for PidPattern {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl fmt::Display for PidPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for shift in [12, 8, 4, 0] {
            match self.mask >> shift & 0xf {
                0 => f.write_str("x")?,
                _ => write!(f, "{:x}", self.value >> shift & 0xf)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_product_number_may_leave_digits_open() {
        let newland: PidPattern = "xx06".parse().unwrap();
        assert!(newland.matches(0x1a06) && !newland.matches(0x1a03));
        assert_eq!(newland.to_string(), "xx06");
        assert!(newland.overlaps("1c06".parse().unwrap()));
        assert!(!newland.overlaps("1c03".parse().unwrap()));
        for wrong in ["06", "1A06", "006", "яя"] {
            assert!(wrong.parse::<PidPattern>().is_err(), "{wrong}");
        }
    }
}
