//! One turn of the clerk: what it will write, and what it will show once that is written.
//!
//! Knows: what belongs together. Must not know: how any of it came about.

use super::intake::{Intake, Reply};
use crate::cue::Cue;
use crate::ids::{BadgeCode, ReaderId};
use crate::ledger::Entry;
use crate::tag::TagId;
use crate::view::{Answer, No};
use smol_str::SmolStr;
use std::time::Instant;

/// What is kept beside the journal, in small files that may forget.
#[derive(Clone, Debug)]
pub enum Aside {
    /// `replaces`: the badge has no other card than this.
    Card {
        badge: BadgeCode,
        uid: TagId,
        replaces: bool,
    },
    /// Every card of the badge is taken away.
    Stopped(BadgeCode),
    /// `fresh`: not seen in the last seconds, so worth a write.
    Unknown {
        tag: TagId,
        reader: Option<ReaderId>,
        fresh: bool,
    },
    /// No longer unknown, or no longer wanted.
    Known(TagId),
}

/// What is taken, by the room on the disk. A return is taken as long as a byte can be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    All,
    NoLoans,
    /// Nothing else was found to fit.
    Returns,
}

impl Taken {
    /// What may still go where this did not.
    pub fn less(self) -> Option<Self> {
        match self {
            Taken::All => Some(Taken::NoLoans),
            Taken::NoLoans => Some(Taken::Returns),
            Taken::Returns => None,
        }
    }
}

#[derive(Debug, Default)]
pub struct Turn {
    /// For the meter alone; none where nothing waited.
    pub began: Option<Instant>,
    /// Numbered and applied to the clerk's own ledger; one batch.
    pub entries: Vec<Entry>,
    /// The sounds, one for each input that has one; they share the screen of the turn.
    pub cues: Vec<Cue>,
    pub aside: Vec<Aside>,
    /// One for each input, in their order; none where nobody waits.
    pub answers: Vec<Option<Reply>>,
    /// Idempotency keys with their orders' digests and answers; remembered once the turn is on disk.
    pub keyed: Vec<(SmolStr, u64, Answer)>,
}

impl Turn {
    /// What this very turn answered to an order with this key.
    pub fn answered(&self, key: &str, order: u64) -> Option<Answer> {
        let (_, first, answer) = self.keyed.iter().find(|(known, ..)| known == key)?;
        Some(match *first == order {
            true => answer.clone(),
            false => Err(No::KeyReused),
        })
    }

    /// The journal says that cards were given, and the roster does not have them: who gave one hears no «done».
    pub fn without_cards(&mut self, waiting: &[Intake]) {
        for (input, answer) in waiting.iter().zip(&mut self.answers) {
            let Some(answer) = answer.as_mut().filter(|_| input.gives_a_card()) else {
                continue;
            };
            if let Reply::Wish(told) = &*answer {
                // The same order with the same key gives the card once more.
                self.keyed.retain(|(.., known)| known != told);
            }
            answer.cards_not_kept();
        }
    }

    /// Nothing was written: every answer becomes this no.
    pub fn fail(&mut self, no: &No) {
        self.entries.clear();
        self.cues.clear();
        self.aside.clear();
        self.keyed.clear();
        for answer in self.answers.iter_mut().flatten() {
            *answer = answer.failed(no);
        }
    }
}

impl Turn {
    /// The cards of a badge as they will be after this turn; `roster` has those before it.
    pub fn cards_of(&self, badge: &BadgeCode, roster: Vec<TagId>) -> Vec<TagId> {
        let mut cards = roster;
        for one in &self.aside {
            match one {
                Aside::Card {
                    badge: of,
                    uid,
                    replaces,
                } if of == badge => {
                    cards.retain(|card| !replaces && card != uid);
                    cards.push(uid.clone());
                }
                Aside::Stopped(of) if of == badge => cards.clear(),
                _ => {}
            }
        }
        cards
    }

    /// Whose card it will be after this turn; `roster` says whose it was before it.
    pub fn owner_of(&self, card: &TagId, roster: Option<BadgeCode>) -> Option<BadgeCode> {
        let mut owner = roster;
        for one in &self.aside {
            match one {
                Aside::Card { badge, uid, .. } if uid == card => owner = Some(badge.clone()),
                Aside::Card {
                    badge,
                    replaces: true,
                    ..
                }
                | Aside::Stopped(badge)
                    if owner.as_ref() == Some(badge) =>
                {
                    owner = None;
                }
                _ => {}
            }
        }
        owner
    }
}
