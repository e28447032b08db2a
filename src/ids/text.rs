//! The letters of an id, laid out so that two ids are compared as two numbers.
//!
//! Knows: how a short text is kept. Must not know: what it names.
//!
//! One scan looks half a dozen items and loans up, and each look compares some twenty ids that begin alike
//! (`ТР-0001`, `ТР-0002`): that is what a desk with many scans waiting spends most of its time on.

use serde::de::{Deserialize, Deserializer, Error, Visitor};
use serde::{Serialize, Serializer};
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// Longest text that is kept in place, in bytes: `В-26-00729` has eleven.
const SHORT: usize = 16;

/// Text in the order of its bytes, as `str` has it.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Text {
    /// At most [`SHORT`] bytes and none of them zero; zeros behind.
    Short([u8; SHORT]),
    /// Everything else, so that no text can be kept in both ways.
    Long(Arc<str>),
}

impl Text {
    pub fn new(text: &str) -> Self {
        let mut short = [0; SHORT];
        match short.get_mut(..text.len()) {
            Some(place) if !text.as_bytes().contains(&0) => {
                place.copy_from_slice(text.as_bytes());
                Self::Short(short)
            }
            _ => Self::Long(text.into()),
        }
    }

    pub fn as_str(&self) -> &str {
        match self {
            Self::Short(short) => {
                let behind = u128::from_be_bytes(*short).trailing_zeros() / u8::BITS;
                let len = SHORT.saturating_sub(usize::try_from(behind).unwrap_or(SHORT));
                // It came from a text and was cut nowhere.
                std::str::from_utf8(&short[..len]).unwrap_or_default()
            }
            Self::Long(long) => long,
        }
    }
}

impl Ord for Text {
    // Asked twenty times in each look into a tree: the call would cost more than the answer.
    #[inline]
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            // Zeros behind a text order it as its end does: before everything that goes on.
            (Self::Short(one), Self::Short(other)) => {
                u128::from_be_bytes(*one).cmp(&u128::from_be_bytes(*other))
            }
            _ => self.as_str().cmp(other.as_str()),
        }
    }
}

impl PartialOrd for Text {
    #[inline]
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// As `str` does, since an id is also looked up by one.
impl Hash for Text {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Letters)
    }
}

struct Letters;

impl Visitor<'_> for Letters {
    type Value = Text;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Text, E> {
        Ok(Text::new(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Texts about the border between short and long, with zeros and letters of two bytes.
    fn text() -> impl Strategy<Value = String> {
        "[\\x00ab–ТР0-9]{0,20}"
    }

    fn hash(of: impl Hash) -> u64 {
        let mut hasher = std::hash::DefaultHasher::new();
        of.hash(&mut hasher);
        hasher.finish()
    }

    #[test]
    fn sixteen_bytes_are_short_and_a_zero_is_long() {
        assert!(matches!(Text::new("0123456789abcdef"), Text::Short(_)));
        assert!(matches!(Text::new("0123456789abcdefg"), Text::Long(_)));
        assert!(matches!(Text::new("a\0"), Text::Long(_)));
        assert_eq!(size_of::<Text>(), 24);
    }

    proptest! {
        #[test]
        fn it_is_the_text_and_orders_as_the_text(one in text(), other in text()) {
            let (a, b) = (Text::new(&one), Text::new(&other));
            prop_assert_eq!(a.as_str(), &one);
            prop_assert_eq!(a.cmp(&b), one.cmp(&other));
            prop_assert_eq!(a == b, one == other);
            prop_assert_eq!(hash(&a), hash(one.as_str()));
        }
    }
}
