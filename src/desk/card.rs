//! Command cards: laminated Code 128 labels that say «Готово» or «Отмена» without a keyboard.
//!
//! Knows: their codes. Must not know: what the desk does with them.

use crate::tag::{Scheme, TagId};

/// Everything that begins so is a card and never an item.
pub const PREFIX: &str = "FORMULAR:";

/// Begins the code of an order sheet; the order's number follows.
pub const ORDER_PREFIX: &str = "FORMULAR:ORDER:";

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Card {
    Done,
    Undo,
    Complete,
    Short,
    Later,
    Damaged,
    Renew,
    Info,
    Print,
}

impl Card {
    pub const ALL: [Card; 9] = [
        Card::Done,
        Card::Undo,
        Card::Complete,
        Card::Short,
        Card::Later,
        Card::Damaged,
        Card::Renew,
        Card::Info,
        Card::Print,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Card::Done => "DONE",
            Card::Undo => "UNDO",
            Card::Complete => "COMPLETE",
            Card::Short => "SHORT",
            Card::Later => "LATER",
            Card::Damaged => "DAMAGED",
            Card::Renew => "RENEW",
            Card::Info => "INFO",
            Card::Print => "PRINT",
        }
    }

    /// The text in its bar code.
    pub fn code(self) -> String {
        format!("{PREFIX}{}", self.as_str())
    }

    /// Which card a scanned code is, if it is one.
    pub fn of(tag: &TagId) -> Option<Card> {
        let name = (tag.scheme() == Scheme::Code).then(|| tag.value().strip_prefix(PREFIX))??;
        Card::ALL.into_iter().find(|card| card.as_str() == name)
    }

    /// The name of its title among the messages: «Готово».
    pub fn title(self) -> &'static str {
        match self {
            Card::Done => "card-done",
            Card::Undo => "card-undo",
            Card::Complete => "card-complete",
            Card::Short => "card-short",
            Card::Later => "card-later",
            Card::Damaged => "card-damaged",
            Card::Renew => "card-renew",
            Card::Info => "card-info",
            Card::Print => "card-print",
        }
    }

    /// The name of its one line of help.
    pub fn help(self) -> &'static str {
        match self {
            Card::Done => "card-done-help",
            Card::Undo => "card-undo-help",
            Card::Complete => "card-complete-help",
            Card::Short => "card-short-help",
            Card::Later => "card-later-help",
            Card::Damaged => "card-damaged-help",
            Card::Renew => "card-renew-help",
            Card::Info => "card-info-help",
            Card::Print => "card-print-help",
        }
    }

    /// Reserved for cards, whether or not this version knows the card.
    pub fn is_reserved(tag: &TagId) -> bool {
        tag.scheme() == Scheme::Code && tag.value().starts_with(PREFIX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_is_known_by_its_code() {
        for card in Card::ALL {
            let tag = TagId::code(&card.code()).unwrap();
            assert_eq!(Card::of(&tag), Some(card));
        }
        let strange = TagId::code("FORMULAR:FLY").unwrap();
        assert_eq!(Card::of(&strange), None);
        assert!(Card::is_reserved(&strange));
    }
}
