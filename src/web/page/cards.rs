//! `/cards`: command cards to print, each with its bar code.
//!
//! Knows: names, drawings and bars. Must not know: what the desk does with a card.

use super::filters;
use super::frame::{Frame, Here};
use super::look::Look;
use crate::desk::Card;
use crate::words::Message;
use askama::Template;
use barcoders::sym::code128::Code128;

/// A black bar, in modules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bar {
    pub x: usize,
    pub width: usize,
}

#[derive(Clone, Debug)]
struct Printed {
    drawing: &'static str,
    name: String,
    help: String,
    code: String,
    bars: Vec<Bar>,
    /// The whole width with its quiet zones, in modules.
    width: usize,
}

#[derive(Template)]
#[template(path = "cards.html")]
struct Page<'a> {
    frame: Frame<'a>,
    cards: Vec<Printed>,
}

/// Empty modules that a scanner needs at either end.
const QUIET: usize = 10;

/// Bars of a Code 128 in character set B; none if the text has other letters.
pub fn bars(text: &str) -> Option<(Vec<Bar>, usize)> {
    let modules = Code128::new(format!("\u{181}{text}")).ok()?.encode();
    let mut bars: Vec<Bar> = Vec::new();
    for (index, black) in modules.iter().enumerate() {
        let x = index + QUIET;
        match bars.last_mut().filter(|last| last.x + last.width == x) {
            Some(last) if *black == 1 => last.width += 1,
            _ if *black == 1 => bars.push(Bar { x, width: 1 }),
            _ => {}
        }
    }
    Some((bars, modules.len() + 2 * QUIET))
}

/// The drawing of a card.
pub fn drawing(card: Card) -> &'static str {
    match card {
        Card::Done => "done",
        Card::Undo => "undo",
        Card::Complete => "available",
        Card::Short => "attention",
        Card::Later => "clock",
        Card::Damaged => "repair",
        Card::Renew => "next",
        Card::Info => "lens",
        Card::Print => "print",
    }
}

/// Name and help of a card.
pub fn words(look: &Look, card: Card) -> (String, String) {
    let (name, help) = match card {
        Card::Done => ("card-done", "card-done-help"),
        Card::Undo => ("card-undo", "card-undo-help"),
        Card::Complete => ("card-complete", "card-complete-help"),
        Card::Short => ("card-short", "card-short-help"),
        Card::Later => ("card-later", "card-later-help"),
        Card::Damaged => ("card-damaged", "card-damaged-help"),
        Card::Renew => ("card-renew", "card-renew-help"),
        Card::Info => ("card-info", "card-info-help"),
        Card::Print => ("card-print", "card-print-help"),
    };
    (look.say(&Message::new(name)), look.say(&Message::new(help)))
}

/// `/cards`
pub fn page(frame: Frame<'_>) -> askama::Result<String> {
    let printed = |card: Card| {
        let (name, help) = words(frame.look, card);
        let (bars, width) = bars(&card.code())?;
        Some(Printed {
            drawing: drawing(card),
            name,
            help,
            code: card.code(),
            bars,
            width,
        })
    };
    Page {
        cards: Card::ALL.into_iter().filter_map(printed).collect(),
        frame: frame.at(Here::Cards),
    }
    .render()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_card_has_its_bars() {
        for card in Card::ALL {
            let (bars, width) = bars(&card.code()).unwrap();
            // Start, one for each letter, check: three bars each; stop: four.
            assert_eq!(bars.len(), 3 * (card.code().len() + 2) + 4, "{card:?}");
            assert_eq!(bars[0].x, QUIET);
            let last = bars[bars.len() - 1];
            assert_eq!(last.x + last.width + QUIET, width);
        }
    }
}
