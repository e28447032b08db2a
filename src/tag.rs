//! The one canonical name of a tag, whatever reader saw it.
//!
//! Knows: the schemes of tags and how an identity is written on the wire.
//! Must not know: readers, items, badges, clocks, files.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use smol_str::SmolStr;
use std::{fmt, str::FromStr};

/// What kind of number a tag carries; decides how its value is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scheme {
    /// 125 kHz EM4100: 40 bits, 10 hex digits, version byte first.
    Em4100,
    /// ISO 14443 or 15693 serial: 4, 7, 8 or 10 bytes, as printed on the chip's own label (`04…`, `E0…` first).
    Uid,
    /// EPC memory bank, any whole number of bytes.
    Epc,
    /// Text of a bar or matrix code, verbatim, without AIM prefix and terminator.
    Code,
    /// Printed 3+5 form of a 26-bit Wiegand number; lossy, an alias and never an identity.
    Wiegand26,
    /// Printed decimal form of an EM4100 card; lossy, an alias and never an identity.
    Em4100Dec,
}

impl Scheme {
    pub const ALL: [Scheme; 6] = [
        Self::Em4100,
        Self::Uid,
        Self::Epc,
        Self::Code,
        Self::Wiegand26,
        Self::Em4100Dec,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Em4100 => "em4100",
            Self::Uid => "uid",
            Self::Epc => "epc",
            Self::Code => "code",
            Self::Wiegand26 => "wiegand26",
            Self::Em4100Dec => "em4100dec",
        }
    }

    /// Lossy forms may fit several tags; they are looked up as aliases and never bound.
    pub fn is_alias(self) -> bool {
        matches!(self, Self::Wiegand26 | Self::Em4100Dec)
    }
}

/// A tag's identity: `scheme:VALUE`, hexadecimal in upper case, `code:` verbatim.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TagId {
    scheme: Scheme,
    value: SmolStr,
}

/// Why a text is not a tag.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TagError {
    #[error("a tag is written scheme:VALUE, for example uid:04D3BDF8E8F9A5")]
    NoScheme,
    #[error("unknown scheme «{0}»; known are em4100, uid, epc, code, wiegand26, em4100dec")]
    UnknownScheme(String),
    #[error("{scheme}: expected {expected}")]
    Value {
        scheme: &'static str,
        expected: &'static str,
    },
}

/// Longest text of a code that is kept; a GS1 element string is at most 90 characters, QR set-up texts are longer.
pub const MAX_CODE_CHARS: usize = 512;

impl TagId {
    /// The 40-bit EM4100 number, most significant byte (version) first.
    pub fn em4100(id: [u8; 5]) -> Self {
        Self {
            scheme: Scheme::Em4100,
            value: upper_hex(&id),
        }
    }

    /// A card serial of 4, 7, 8 or 10 bytes, most significant first.
    pub fn uid(bytes: &[u8]) -> Result<Self, TagError> {
        match bytes.len() {
            4 | 7 | 8 | 10 => Ok(Self {
                scheme: Scheme::Uid,
                value: upper_hex(bytes),
            }),
            _ => Err(TagError::Value {
                scheme: "uid",
                expected: "4, 7, 8 or 10 bytes of hexadecimal",
            }),
        }
    }

    /// EPC memory, 1 to 62 bytes.
    pub fn epc(bytes: &[u8]) -> Result<Self, TagError> {
        match bytes.len() {
            1..=62 => Ok(Self {
                scheme: Scheme::Epc,
                value: upper_hex(bytes),
            }),
            _ => Err(TagError::Value {
                scheme: "epc",
                expected: "1 to 62 bytes of hexadecimal",
            }),
        }
    }

    /// The text of a bar or matrix code, verbatim.
    pub fn code(text: &str) -> Result<Self, TagError> {
        if text.is_empty() || text.chars().count() > MAX_CODE_CHARS {
            return Err(TagError::Value {
                scheme: "code",
                expected: "1 to 512 characters",
            });
        }
        Ok(Self {
            scheme: Scheme::Code,
            value: SmolStr::new(text),
        })
    }

    /// The printed form `FFF,NNNNN` of a 26-bit number.
    pub fn wiegand26(facility: u8, card: u16) -> Self {
        Self {
            scheme: Scheme::Wiegand26,
            value: smol_str::format_smolstr!("{facility:03},{card:05}"),
        }
    }

    pub fn scheme(&self) -> Scheme {
        self.scheme
    }

    pub fn value(&self) -> &str {
        &self.value
    }
}

fn upper_hex(bytes: &[u8]) -> SmolStr {
    SmolStr::new(hex::encode_upper(bytes))
}

impl fmt::Display for TagId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.scheme.as_str(), self.value)
    }
}

impl fmt::Debug for TagId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl FromStr for TagId {
    type Err = TagError;

    /// Reads what `Display` writes; lower-case hexadecimal is accepted and stored in upper case.
    fn from_str(text: &str) -> Result<Self, TagError> {
        let (scheme, value) = text.split_once(':').ok_or(TagError::NoScheme)?;
        let scheme = Scheme::ALL
            .into_iter()
            .find(|s| s.as_str() == scheme)
            .ok_or_else(|| TagError::UnknownScheme(scheme.to_owned()))?;
        let bytes = |expected| {
            hex::decode(value).map_err(|_| TagError::Value {
                scheme: scheme.as_str(),
                expected,
            })
        };
        match scheme {
            Scheme::Em4100 => {
                let expected = "10 hexadecimal digits";
                let id = bytes(expected)?.try_into().map_err(|_| TagError::Value {
                    scheme: "em4100",
                    expected,
                })?;
                Ok(Self::em4100(id))
            }
            Scheme::Uid => Self::uid(&bytes("4, 7, 8 or 10 bytes of hexadecimal")?),
            Scheme::Epc => Self::epc(&bytes("1 to 62 bytes of hexadecimal")?),
            Scheme::Code => Self::code(value),
            Scheme::Wiegand26 => {
                let expected = "FFF,NNNNN: facility up to 255, card up to 65535";
                let error = || TagError::Value {
                    scheme: "wiegand26",
                    expected,
                };
                let (facility, card) = value.split_once(',').ok_or_else(error)?;
                Ok(Self::wiegand26(
                    facility.parse().map_err(|_| error())?,
                    card.parse().map_err(|_| error())?,
                ))
            }
            Scheme::Em4100Dec => {
                let ok = !value.is_empty()
                    && value.len() <= 15
                    && value
                        .bytes()
                        .all(|b| b.is_ascii_digit() || b == b'.' || b == b',');
                if !ok {
                    return Err(TagError::Value {
                        scheme: "em4100dec",
                        expected: "up to 15 digits",
                    });
                }
                Ok(Self {
                    scheme,
                    value: SmolStr::new(value),
                })
            }
        }
    }
}

impl Serialize for TagId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for TagId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        for text in [
            "em4100:62E3086CED",
            "uid:04D3BDF8E8F9A5",
            "uid:E004019720B056A2",
            "epc:3474257BF40000000000162E",
            "code:2900000000018",
            "code:a:b c",
            "wiegand26:213,02000",
        ] {
            let tag: TagId = text.parse().expect(text);
            assert_eq!(tag.to_string(), text);
        }
        assert_eq!(
            "uid:04d3bdf8".parse::<TagId>().unwrap().to_string(),
            "uid:04D3BDF8"
        );
    }

    #[test]
    fn what_is_no_tag_is_refused() {
        for text in [
            "",
            "04D3",
            "rfid:04",
            "uid:04D3",
            "em4100:62E3",
            "epc:",
            "code:",
            "uid:04D3BDFG",
            "wiegand26:256,1",
        ] {
            assert!(text.parse::<TagId>().is_err(), "{text}");
        }
    }
}
