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

/// What happens to the cards of a badge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CardChange {
    /// One more.
    Give(BadgeCode, TagId),
    /// This one instead of all it had.
    Replace(BadgeCode, TagId),
    /// None any more.
    Stop(BadgeCode),
}

/// Whether these bytes are a roster; if not, why.
pub(super) fn check(bytes: &[u8]) -> std::result::Result<(), String> {
    let document: Document = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    by_card(&document.badges).map(drop)
}

fn by_card(cards: &Cards) -> std::result::Result<HashMap<TagId, BadgeCode>, String> {
    let mut badges = HashMap::new();
    for (badge, cards) in cards {
        for card in cards {
            if let Some(other) = badges.insert(card.clone(), badge.clone()) {
                return Err(format!("{other} and {badge} have the same card"));
            }
        }
    }
    Ok(badges)
}

impl Roster {
    pub fn open(data: &DataFolder) -> Result<Self> {
        let file = Self::file(data);
        let document: Document = file.read()?;
        let badges = by_card(&document.badges).map_err(|what| file.damaged(what))?;
        Ok(Self {
            file,
            cards: document.badges,
            badges,
        })
    }

    /// For a desk that works whatever has become of this file: where it cannot be read no card is known, nothing is
    /// written over it, and the damage is told. Items are still returned by their own tags.
    pub fn open_anyway(data: &DataFolder) -> (Self, Option<Error>) {
        Self::file(data).or_shut(Self::open(data), |file| Self {
            file,
            cards: Cards::new(),
            badges: HashMap::new(),
        })
    }

    fn file(data: &DataFolder) -> DocumentFile {
        let remedy = "no card is known until it is put back from a backup, or moved away and the cards given anew; \
                      then start again";
        DocumentFile::private(data, "roster.json", remedy)
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
        self.change_all(
            given
                .into_iter()
                .map(|(badge, card)| CardChange::Give(badge, card)),
        )
    }

    /// Makes many changes, in their order and with one write; all or none.
    pub fn change_all(&mut self, changes: impl IntoIterator<Item = CardChange>) -> Result<()> {
        let (mut cards, mut badges) = (self.cards.clone(), self.badges.clone());
        for change in changes {
            if let CardChange::Replace(badge, _) | CardChange::Stop(badge) = &change {
                cards.remove(badge);
                badges.retain(|_, of| of != badge);
            }
            let (CardChange::Give(badge, card) | CardChange::Replace(badge, card)) = change else {
                continue;
            };
            match badges.insert(card.clone(), badge.clone()) {
                Some(other) if other != badge => return Err(Error::CardTaken { badge: other }),
                _ => cards.entry(badge).or_default().insert(card),
            };
        }
        self.put(cards, badges)
    }

    /// Every badge that has a card, and how many.
    pub fn counts(&self) -> impl Iterator<Item = (&BadgeCode, usize)> {
        self.cards.iter().map(|(badge, cards)| (badge, cards.len()))
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
