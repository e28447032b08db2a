//! How a model shows itself on the USB bus: numbers, the mode in which it is, words of its own.
//!
//! Knows: patterns, and when two of them may mean the same device. Must not know: what is plugged in.

use super::Way;
use serde::{Deserialize, Deserializer};
use std::{fmt, str::FromStr};

/// A USB number under which the model may appear.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Usb {
    pub vid: UsbNumber,
    /// An `x` stands for any digit: Newland's `xx06`.
    pub pid: PidPattern,
    /// Absent: the mode that belongs to the profile's way in.
    #[serde(default)]
    pub mode: Option<Mode>,
    /// A bridge chip that sits in countless devices: it may be this reader, and never proves it.
    #[serde(default)]
    pub bridge: bool,
    /// Words that the maker's string contains, upper and lower case alike; empty: any.
    #[serde(default)]
    pub maker: String,
    /// Words that the product's string contains; empty: any.
    #[serde(default)]
    pub product: String,
    /// The number of the interface; absent: any.
    #[serde(default)]
    pub interface: Option<u8>,
    /// The class of the interface, two hexadecimal digits; absent: any.
    #[serde(default)]
    pub class: Option<UsbClass>,
    /// All units of the model carry the same serial number, or numbers that repeat: it is no name.
    #[serde(default)]
    pub shared_serial: bool,
    /// The kernel's USB serial driver that has to be told the number; empty: it knows it, or needs none.
    #[serde(default)]
    pub driver: String,
    /// What pcscd calls the reader, so that it can be told to leave it alone; empty: pcscd does not know it.
    #[serde(default)]
    pub pcsc: String,
    #[serde(default)]
    pub note: String,
}

impl Usb {
    /// The mode in which the device is under this number, in a profile of this way in.
    pub fn mode(&self, way: Way) -> Mode {
        self.mode.unwrap_or(match way {
            Way::Serial | Way::Tcp => Mode::Serial,
            Way::Evdev => Mode::Keyboard,
            Way::Hidraw => Mode::HidPos,
            Way::Usb => Mode::Ccid,
        })
    }

    /// Under this number the device can be read by a profile of this way in; else it has to be switched over first.
    pub fn reads(&self, way: Way) -> bool {
        self.mode(way).way() == way
    }

    /// Some device may fit both; texts keep two apart only if neither contains the other.
    pub fn overlaps(&self, other: &Self) -> bool {
        let apart = |a: &str, b: &str| {
            let (a, b) = (a.to_lowercase(), b.to_lowercase());
            !a.contains(&b) && !b.contains(&a)
        };
        let differ = |a: Option<u8>, b: Option<u8>| a.zip(b).is_some_and(|(a, b)| a != b);
        let class = |usb: &Self| usb.class.map(|class| class.0);
        self.vid == other.vid
            && self.pid.overlaps(other.pid)
            && !apart(&self.maker, &other.maker)
            && !apart(&self.product, &other.product)
            && !differ(self.interface, other.interface)
            && !differ(class(self), class(other))
    }
}

/// How the device shows itself under that number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// A serial port.
    Serial,
    /// A keyboard: unless it is taken for this program, it types into whatever window is in front.
    Keyboard,
    /// HID point of sale.
    HidPos,
    /// A chip card reader's interface.
    Ccid,
}

impl Mode {
    /// The way in by which a device in this mode can be read.
    pub fn way(self) -> Way {
        match self {
            Mode::Serial => Way::Serial,
            Mode::Keyboard => Way::Evdev,
            Mode::HidPos => Way::Hidraw,
            Mode::Ccid => Way::Usb,
        }
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Mode::Serial => "serial",
            Mode::Keyboard => "keyboard",
            Mode::HidPos => "HID POS",
            Mode::Ccid => "CCID",
        }
    }
}

/// A class of USB interfaces: `0b` is chip cards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct UsbClass(pub u8);

impl<'de> Deserialize<'de> for UsbClass {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        match u8::from_str_radix(&text, 16) {
            Ok(class) if text.len() == 2 => Ok(Self(class)),
            _ => Err(serde::de::Error::custom(format!(
                "«{text}» is not two hexadecimal digits"
            ))),
        }
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
