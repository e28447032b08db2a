//! Command cards and order sheets: one large bar code each, made to be laminated and kept beside the reader.
//!
//! Knows: Code 128 and what stands under it. Must not know: what the desk does with a card.

use super::code128::svg;
use crate::desk::{Card, ORDER_PREFIX};
use crate::words::{Lang, Message, say};

/// One card on the sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardView {
    /// The text in its bar code: `FORMULAR:DONE`.
    pub code: String,
    /// «Готово»
    pub title: String,
    /// What it does, one line.
    pub help: String,
    /// The bar code as a whole `<svg>` element without a size of its own; its height is a third of its width at most.
    pub svg: String,
}

/// All command cards in the order in which a desk needs them.
pub fn cards(lang: Lang) -> Vec<CardView> {
    Card::ALL
        .into_iter()
        .filter_map(|card| {
            let code = card.code();
            Some(CardView {
                title: say(lang, &Message::new(card.title())),
                help: say(lang, &Message::new(card.help())),
                svg: svg(&code)?,
                code,
            })
        })
        .collect()
}

/// The sheet of an order for restricted items. None if its number has letters that no bar code of this kind carries;
/// such a number is typed.
pub fn order_sheet(lang: Lang, number: &str) -> Option<CardView> {
    let code = format!("{ORDER_PREFIX}{}", number.trim());
    Some(CardView {
        title: say(lang, &Message::new("order-sheet").text("order", number.trim())),
        help: say(lang, &Message::new("order-sheet-help")),
        svg: svg(&code)?,
        code,
    })
}

#[cfg(test)]
mod tests {
    use super::super::code128::read_back::values;
    use super::*;

    /// The text of the bars.
    fn read_back(svg: &str) -> String {
        values(svg)
            .iter()
            .map(|value| char::from(*value as u8 + 32))
            .collect()
    }

    #[test]
    fn every_card_is_printed_and_read_back() {
        for lang in Lang::ALL {
            let all = cards(lang);
            assert_eq!(all.len(), Card::ALL.len());
            for (view, card) in all.iter().zip(Card::ALL) {
                assert_eq!(view.code, card.code());
                assert_eq!(read_back(&view.svg), card.code());
                assert!(!view.title.is_empty() && !view.help.is_empty());
            }
        }
    }

    #[test]
    fn an_order_sheet_carries_its_number_or_is_typed() {
        let sheet = order_sheet(Lang::Ru, " 17/26 ").unwrap();
        assert_eq!(sheet.title.replace('\u{a0}', " "), "Приказ № 17/26");
        assert_eq!(read_back(&sheet.svg), "FORMULAR:ORDER:17/26");
        assert_eq!(order_sheet(Lang::Ru, "17-ОД"), None);
        assert_eq!(order_sheet(Lang::Ru, &"1".repeat(60)), None);
    }
}
