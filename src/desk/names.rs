//! Names of things as a person knows them, looked up in the ledger.
//!
//! Knows: where names stand. Must not know: what they are said for.

use super::screen::ItemCard;
use crate::ids::{ItemId, SchoolId};
use crate::ledger::{Component, Ledger, Parts};
use smol_str::SmolStr;
use std::fmt::Write;

/// Name first, number second. An item that nobody enrolled has its number for a name.
pub(super) fn item_card(ledger: &Ledger, id: &ItemId) -> ItemCard {
    match ledger.items.get(id) {
        Some(state) => ItemCard {
            item: id.clone(),
            name: state.item.name.clone(),
            category: state.item.category.clone(),
            room: state.item.room.as_ref().map(|room| SmolStr::new(room.as_str())),
        },
        None => ItemCard {
            item: id.clone(),
            name: SmolStr::new(id.as_str()),
            category: SmolStr::default(),
            room: None,
        },
    }
}

/// The school's short name, or its code.
pub(super) fn school_name(ledger: &Ledger, id: &SchoolId) -> SmolStr {
    match ledger.schools.get(id) {
        Some(state) => state.school.short_name.clone(),
        None => SmolStr::new(id.as_str()),
    }
}

/// What belongs into the item's box; nothing for an item that is no kit.
pub(super) fn components<'a>(ledger: &'a Ledger, id: &ItemId) -> &'a [Component] {
    ledger
        .items
        .get(id)
        .and_then(|state| state.item.kit.as_ref())
        .and_then(|kit| ledger.kits.get(kit))
        .map_or(&[], |kit| &kit.components)
}

/// «Кабель – 2, Колесо – 1»
pub(super) fn parts_text(ledger: &Ledger, id: &ItemId, parts: &Parts) -> String {
    let known = components(ledger, id);
    let mut text = String::new();
    for (code, count) in parts {
        let name = known.iter().find(|component| component.component == *code);
        let name = name.map_or(code.as_str(), |component| component.name.as_str());
        let comma = if text.is_empty() { "" } else { ", " };
        // Writing into a String cannot fail.
        let _ = write!(text, "{comma}{name}\u{a0}–\u{a0}{count}");
    }
    text
}
