//! The roster: which card belongs to which badge. The only place where numbers of cards stand in clear.
//!
//! Knows: `<data>/roster.json`, mode 0600. Must not know: who carries a badge, what a badge may do.
//!
//! The journal names badges by their code alone and never needs the roster to be checked; so the roster can forget.

use super::document::DocumentFile;
use super::error::{Error, Result};
use super::lock::DataFolder;
use crate::ids::BadgeCode;
use crate::tag::TagId;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Cards by badge, and badges by card. Every change is on disk when its call returns, or did not happen.
#[derive(Debug)]
pub struct Roster {
    file: DocumentFile,
    cards: Cards,
    badges: HashMap<TagId, BadgeCode>,
}

type Cards = BTreeMap<BadgeCode, BTreeSet<TagId>>;

#[derive(Serialize, Deserialize, Default)]
struct Document {
    badges: Cards,
}

impl Roster {
    pub fn open(data: &DataFolder) -> Result<Self> {
        let file = DocumentFile::of(data, "roster.json");
        let document: Document = file.read()?;
        let mut badges = HashMap::new();
        for (badge, cards) in &document.badges {
            for card in cards {
                if let Some(other) = badges.insert(card.clone(), badge.clone()) {
                    return Err(file.damaged(format!("{other} and {badge} have the same card")));
                }
            }
        }
        Ok(Self {
            file,
            cards: document.badges,
            badges,
        })
    }

    /// The badge that a card belongs to.
    pub fn badge_of(&self, card: &TagId) -> Option<&BadgeCode> {
        self.badges.get(card)
    }

    /// The cards of a badge.
    pub fn cards_of(&self, badge: &BadgeCode) -> impl Iterator<Item = &TagId> {
        self.cards.get(badge).into_iter().flatten()
    }

    /// How many cards are known.
    pub fn len(&self) -> usize {
        self.badges.len()
    }

    pub fn is_empty(&self) -> bool {
        self.badges.is_empty()
    }

    /// Gives a card to a badge. One that belongs to another badge has to be taken away first.
    pub fn give(&mut self, badge: &BadgeCode, card: TagId) -> Result<()> {
        self.give_all([(badge.clone(), card)])
    }

    /// Gives many cards with one write; all or none.
    pub fn give_all(&mut self, given: impl IntoIterator<Item = (BadgeCode, TagId)>) -> Result<()> {
        let (mut cards, mut badges) = (self.cards.clone(), self.badges.clone());
        for (badge, card) in given {
            match badges.insert(card.clone(), badge.clone()) {
                Some(other) if other != badge => return Err(Error::CardTaken { badge: other }),
                _ => cards.entry(badge).or_default().insert(card),
            };
        }
        self.put(cards, badges)
    }

    /// Forgets a card, wherever it belonged.
    pub fn take_away(&mut self, card: &TagId) -> Result<Option<BadgeCode>> {
        let (mut cards, mut badges) = (self.cards.clone(), self.badges.clone());
        let Some(badge) = badges.remove(card) else {
            return Ok(None);
        };
        if let Some(left) = cards.get_mut(&badge) {
            left.remove(card);
            if left.is_empty() {
                cards.remove(&badge);
            }
        }
        self.put(cards, badges)?;
        Ok(Some(badge))
    }

    /// Forgets every card of a badge; gives how many there were.
    pub fn forget(&mut self, badge: &BadgeCode) -> Result<usize> {
        let (mut cards, mut badges) = (self.cards.clone(), self.badges.clone());
        let Some(forgotten) = cards.remove(badge) else {
            return Ok(0);
        };
        badges.retain(|_, of| of != badge);
        self.put(cards, badges)?;
        Ok(forgotten.len())
    }

    fn put(&mut self, cards: Cards, badges: HashMap<TagId, BadgeCode>) -> Result<()> {
        let document = Document { badges: cards };
        self.file.write("the roster", &document)?;
        self.cards = document.badges;
        self.badges = badges;
        Ok(())
    }
}
