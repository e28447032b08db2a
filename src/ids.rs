//! Names of things: items, badges, schools, loans. Texts, never numbers: leading zeros and Cyrillic letters count.
//!
//! Knows: how an id is written and which look-alike letters people mix up. Must not know: what the ids stand for.

mod text;

use serde::{Deserialize, Serialize};
use std::{borrow::Borrow, fmt};
use text::Text;

/// Longest id that is accepted, in bytes; a guard against rubbish, far above any real number.
pub const MAX_ID_BYTES: usize = 64;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Text);

        impl $name {
            pub fn new(text: impl AsRef<str>) -> Self {
                Self(Text::new(text.as_ref()))
            }
            pub fn as_str(&self) -> &str {
                self.0.as_str()
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                self.0.as_str()
            }
        }
        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self::new(text)
            }
        }
    };
}

id!(
    /// The centre's own immutable number of an item, `ТР-0001` (Cyrillic).
    ItemId
);
id!(
    /// A school, the borrower: `S03`. `S00` is the centre itself.
    SchoolId
);
id!(
    /// A badge's code, `B-0301`. The card behind it stands in the roster alone.
    BadgeCode
);
id!(
    /// One item lent once: `В-26-00729` (Cyrillic В).
    LoanId
);
id!(
    /// A room: `К-1` (Cyrillic).
    RoomId
);
id!(
    /// A donor, coded: `Д-04`.
    DonorId
);
id!(
    /// A kind of kit: `ROB1`.
    KitCode
);
id!(
    /// A component of a kind of kit: `ROB1-05`.
    ComponentCode
);
id!(
    /// A reader as the centre calls it: `desk-hf`.
    ReaderId
);
id!(
    /// A stocktake: `И-2026-1`.
    StocktakeId
);

/// What is left of a typed number when case, spaces, dashes' look-alikes and look-alike letters no longer count.
///
/// Two ids with the same skeleton are the same to a person; the stored spelling is the canonical one.
pub fn skeleton(text: &str) -> String {
    text.trim()
        .chars()
        .filter(|c| !c.is_whitespace())
        .flat_map(char::to_uppercase)
        .map(|c| match c {
            'А' => 'A',
            'В' => 'B',
            'Е' | 'Ё' => 'E',
            'К' => 'K',
            'М' => 'M',
            'Н' => 'H',
            'О' => 'O',
            'Р' => 'P',
            'С' => 'C',
            'Т' => 'T',
            'У' => 'Y',
            'Х' => 'X',
            '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
            other => other,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn look_alikes_are_one() {
        assert_eq!(skeleton("ТР-0001"), skeleton("tp-0001"));
        assert_eq!(skeleton(" В–26–00729 "), skeleton("B-26-00729"));
        assert_ne!(skeleton("ТР-0001"), skeleton("ТР-0010"));
    }
}
