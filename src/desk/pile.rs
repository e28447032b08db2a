//! A pile on a reader that is meant for piles: many answers at once, of which one is shown.
//!
//! Knows: what the answers of a pile add up to. Must not know: tags, readers.

use super::faces;
use super::machine::Desk;
use super::screen::{Face, Ground};
use crate::words::Message;

/// What a pile has come to so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Pile {
    lent: u32,
    returned: u32,
    rest: u32,
    /// The answer that a person must see: the first refusal, else the first that wants attention.
    trouble: Option<Face>,
}

impl Pile {
    fn hears(&mut self, face: &Face) {
        match face.ground {
            Ground::Lent => self.lent += 1,
            Ground::Returned => self.returned += 1,
            Ground::Neutral => {}
            Ground::Attention | Ground::Refused | Ground::Unknown | Ground::Stopped => {
                self.rest += 1;
                let worse =
                    |seen: &Face| seen.ground == Ground::Attention && face.ground != Ground::Attention;
                if self.trouble.as_ref().is_none_or(worse) {
                    self.trouble = Some(face.clone());
                }
            }
        }
    }
}

impl Desk {
    /// What is presented from here on is one pile.
    pub(super) fn pile_begins(&mut self) {
        self.pile = Some(Pile::default());
    }

    /// Every answer passes here; one of a pile is counted.
    pub(super) fn pile_hears(&mut self, face: &Face) {
        if let Some(pile) = &mut self.pile {
            pile.hears(face);
        }
    }

    /// The pile is through: a refusal in its midst must not vanish under the success behind it.
    pub(super) fn pile_ends(&mut self) {
        let Some(pile) = self.pile.take() else { return };
        if let Some(face) = pile.trouble {
            self.answer(face);
        }
        if pile.lent + pile.returned + pile.rest > 1 {
            self.hush(
                Message::new("quiet-pile")
                    .number("lent", pile.lent)
                    .number("returned", pile.returned)
                    .number("rest", pile.rest),
            );
        }
    }

    /// Many tags at once on a reader that is not meant for piles: nothing was taken.
    pub(super) fn crowd(&mut self) {
        self.answer(faces::crowd());
    }
}
