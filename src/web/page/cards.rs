//! `/cards`: command cards to print, each with its bar code.
//!
//! Knows: names and drawings; the bars come from `paper`. Must not know: what the desk does with a card.

use super::filters;
use super::frame::{Frame, Here};
use super::look::Look;
use crate::desk::Card;
use crate::paper::{self, CardView};
use crate::words::Message;
use askama::Template;

#[derive(Clone, Debug)]
struct Printed {
    drawing: &'static str,
    card: CardView,
}

#[derive(Template)]
#[template(path = "cards.html")]
struct Page<'a> {
    frame: Frame<'a>,
    cards: Vec<Printed>,
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
    let say = |id| look.say(&Message::new(id));
    (say(card.title()), say(card.help()))
}

/// `/cards`
pub fn page(frame: Frame<'_>) -> askama::Result<String> {
    let printed = |card: CardView| {
        let command = Card::ALL.into_iter().find(|known| known.code() == card.code)?;
        let drawing = drawing(command);
        Some(Printed { drawing, card })
    };
    Page {
        cards: paper::cards(frame.look.lang)
            .into_iter()
            .filter_map(printed)
            .collect(),
        frame: frame.at(Here::Cards),
    }
    .render()
}
