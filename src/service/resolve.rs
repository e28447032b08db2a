//! What a tag or a typed number belongs to.
//!
//! Knows: the ledger's tags and badges' cards. Must not know: the desk's mind.

use crate::desk::{Card, Presented};
use crate::ids::{BadgeCode, ItemId, skeleton};
use crate::ledger::{ItemState, Ledger};
use crate::tag::{Scheme, TagId};
use crate::wire::normalise;
use smol_str::SmolStr;
use std::collections::BTreeSet;

/// Digits of the shortest printed code, EAN-8.
const LABEL_DIGITS: usize = 8;

/// Order sheets of the centre carry this before the order's number; it is reserved like the cards' prefix.
const ORDER: &str = "FORMULAR:ORDER:";
/// Characters of an unknown tag that are shown: enough to tell two apart, too few to use.
const HINT_CHARS: usize = 4;

/// Which badge a card belongs to; the roster answers.
pub trait Cards {
    /// The keyed digest under which the journal knows a card.
    fn digest_of(&self, tag: &TagId) -> SmolStr;
    fn badge_of(&self, tag: &TagId) -> Option<BadgeCode>;
    fn cards_of(&self, badge: &BadgeCode) -> Vec<TagId>;
}

/// What a scanned tag stands for.
pub fn scanned(tag: &TagId, ledger: &Ledger, cards: &dyn Cards) -> Presented {
    if let Some(card) = Card::of(tag) {
        return Presented::Card(card);
    }
    if let Some(number) = tag.value().strip_prefix(ORDER).filter(|_| Card::is_reserved(tag)) {
        return Presented::OrderNumber(SmolStr::new(number));
    }
    if Card::is_reserved(tag) {
        return Presented::StrangeCard;
    }
    // The journal's word goes before the roster's, which a full disk may have left behind.
    if let Some(badge) = stopped(tag, ledger, cards) {
        return Presented::StoppedCard(badge);
    }
    if let Some(badge) = cards.badge_of(tag) {
        return Presented::Badge(badge);
    }
    if let Some(found) = ledger.tags.get(tag).and_then(|item| ledger.items.get(item)) {
        return item(found, Some(tag));
    }
    by_alias(tag, ledger, cards).unwrap_or_else(|| unknown(tag))
}

fn stopped(tag: &TagId, ledger: &Ledger, cards: &dyn Cards) -> Option<BadgeCode> {
    // A bar code is no card, and a sweep of labels need not be digested.
    if ledger.stopped_cards.is_empty() || matches!(tag.scheme(), Scheme::Code | Scheme::Epc) {
        return None;
    }
    ledger.stopped_cards.get(&cards.digest_of(tag)).cloned()
}

/// What a number typed by a person stands for: an item's number, a badge's code, a label's digits.
pub fn typed(text: &str, ledger: &Ledger, cards: &dyn Cards) -> Presented {
    let wanted = skeleton(text);
    if wanted.is_empty() {
        return Presented::Mistyped(text.into());
    }
    if let Some(badge) = ledger
        .badges
        .keys()
        .find(|badge| skeleton(badge.as_str()) == wanted)
    {
        return Presented::Badge(badge.clone());
    }
    if let Some(found) = ledger
        .find_item(text)
        .cloned()
        .and_then(|id| ledger.items.get(&id))
    {
        return item(found, None);
    }
    if ledger.items_numbered(text).nth(1).is_some() {
        return Presented::Ambiguous;
    }
    for tag in normalise::typed(text) {
        match scanned(&tag, ledger, cards) {
            Presented::Unknown { .. } => {}
            found => return found,
        }
    }
    match is_label(text) {
        true => Presented::Unknown {
            looks_like_badge: false,
            hint: hint(text),
        },
        false => Presented::Mistyped(text.into()),
    }
}

/// Digits of a printed code that nobody knows are worth keeping for enrolment; what is shorter was mistyped.
fn is_label(text: &str) -> bool {
    text.len() >= LABEL_DIGITS && text.bytes().all(|b| b.is_ascii_digit())
}

fn item(found: &ItemState, by: Option<&TagId>) -> Presented {
    let has_radio = found.tags.iter().any(|tag| tag.scheme() != Scheme::Code);
    let by_label = has_radio && by.is_some_and(|tag| tag.scheme() == Scheme::Code);
    Presented::Item {
        item: found.item.item.clone(),
        by_label,
    }
}

/// A lossy form that fits exactly one thing is that thing; one that fits two is never picked.
fn by_alias(tag: &TagId, ledger: &Ledger, cards: &dyn Cards) -> Option<Presented> {
    if tag.scheme() == Scheme::Epc {
        // A sweep brings hundreds of unknown ones: they are looked up, and nothing is searched for.
        let mut names = normalise::aliases(tag).into_iter();
        let known = names.find_map(|name| ledger.tags.get(&name))?;
        return ledger.items.get(known).map(|found| item(found, Some(tag)));
    }
    if !tag.scheme().is_alias() && tag.scheme() != Scheme::Code {
        return None;
    }
    let wanted: BTreeSet<TagId> = normalise::aliases(tag).into_iter().chain([tag.clone()]).collect();
    let fits = |known: &TagId| {
        let names = normalise::aliases(known);
        wanted.contains(known) || names.iter().any(|alias| wanted.contains(alias))
    };
    let items: BTreeSet<&ItemId> = ledger
        .tags
        .iter()
        .filter(|(known, _)| fits(known))
        .map(|(_, item)| item)
        .collect();
    let carries = |badge: &&BadgeCode| cards.cards_of(badge).iter().any(fits);
    let badges: BTreeSet<&BadgeCode> = ledger.badges.keys().filter(carries).collect();
    match (items.len(), badges.len()) {
        (0, 0) => None,
        (1, 0) => items
            .first()
            .and_then(|id| ledger.items.get(*id))
            .map(|found| item(found, Some(tag))),
        (0, 1) => badges.into_iter().next().cloned().map(Presented::Badge),
        _ => Some(Presented::Ambiguous),
    }
}

fn unknown(tag: &TagId) -> Presented {
    // A pass, a bank card, a phone: 4, 7 or 10 bytes of ISO 14443. Eight bytes are ISO 15693, an item's label.
    let looks_like_badge = tag.scheme() == Scheme::Uid && matches!(tag.value().len() / 2, 4 | 7 | 10);
    Presented::Unknown {
        looks_like_badge,
        hint: hint(tag.value()),
    }
}

fn hint(text: &str) -> SmolStr {
    let skip = text.chars().count().saturating_sub(HINT_CHARS);
    text.chars().skip(skip).collect()
}
