//! Ids as people type them, brought to the one spelling that is stored.
//!
//! Knows: which of the centre's ids are Cyrillic and which Latin. Must not know: files, rows.

use crate::ids::skeleton;
use crate::ids::{BadgeCode, ComponentCode, DonorId, ItemId, KitCode, LoanId, ReaderId, RoomId, SchoolId};
use crate::ledger::Ledger;
use std::collections::BTreeMap;

/// `tp-0001` → `ТР-0001`: a Cyrillic prefix and digits, however it was typed. Anything else stays as it is.
fn cyrillic(text: &str, prefix: &str) -> String {
    let bones = skeleton(text);
    match bones.strip_prefix(&skeleton(prefix)) {
        Some(rest) if !rest.is_empty() && rest.chars().all(|c| c.is_ascii_digit() || c == '-') => {
            format!("{prefix}{rest}")
        }
        _ => text.trim().to_owned(),
    }
}

/// `в-0301` → `B-0301`: Latin capitals and digits. Anything that has other letters stays as it is.
fn latin(text: &str) -> String {
    let bones = skeleton(text);
    if bones.is_ascii() {
        bones
    } else {
        text.trim().to_owned()
    }
}

pub fn item(text: &str) -> ItemId {
    ItemId::new(cyrillic(text, "ТР-"))
}

pub fn loan(text: &str) -> LoanId {
    LoanId::new(cyrillic(text, "В-"))
}

pub fn room(text: &str) -> RoomId {
    RoomId::new(cyrillic(text, "К-"))
}

pub fn donor(text: &str) -> DonorId {
    DonorId::new(cyrillic(text, "Д-"))
}

pub fn school(text: &str) -> SchoolId {
    SchoolId::new(latin(text))
}

pub fn badge(text: &str) -> BadgeCode {
    BadgeCode::new(latin(text))
}

pub fn kit(text: &str) -> KitCode {
    KitCode::new(latin(text))
}

pub fn component(text: &str) -> ComponentCode {
    ComponentCode::new(latin(text))
}

pub fn reader(text: &str) -> ReaderId {
    ReaderId::new(latin(text))
}

/// The key that a person means: the canonical spelling, or else the only key that looks the same.
fn known<K: Ord + Clone + AsText, V>(map: &BTreeMap<K, V>, canonical: K) -> Option<K> {
    if map.contains_key(&canonical) {
        return Some(canonical);
    }
    let bones = skeleton(canonical.text());
    let mut alike = map.keys().filter(|key| skeleton(key.text()) == bones);
    match (alike.next(), alike.next()) {
        (Some(only), None) => Some(only.clone()),
        _ => None,
    }
}

trait AsText {
    fn text(&self) -> &str;
}

macro_rules! as_text {
    ($($id:ty),*) => { $(impl AsText for $id { fn text(&self) -> &str { self.as_str() } })* };
}
as_text!(ItemId, SchoolId, BadgeCode, RoomId, DonorId, KitCode);

pub fn known_item(ledger: &Ledger, text: &str) -> Option<ItemId> {
    known(&ledger.items, item(text))
}

pub fn known_school(ledger: &Ledger, text: &str) -> Option<SchoolId> {
    known(&ledger.schools, school(text))
}

pub fn known_badge(ledger: &Ledger, text: &str) -> Option<BadgeCode> {
    known(&ledger.badges, badge(text))
}

pub fn known_room(ledger: &Ledger, text: &str) -> Option<RoomId> {
    known(&ledger.rooms, room(text))
}

pub fn known_donor(ledger: &Ledger, text: &str) -> Option<DonorId> {
    known(&ledger.donors, donor(text))
}

pub fn known_kit(ledger: &Ledger, text: &str) -> Option<KitCode> {
    known(&ledger.kits, kit(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_spelling_whatever_was_typed() {
        assert_eq!(item("tp-0001").as_str(), "ТР-0001");
        assert_eq!(item("TР–0001").as_str(), "ТР-0001");
        assert_eq!(loan("B-26-00729").as_str(), "В-26-00729");
        assert_eq!(room("K-1").as_str(), "К-1");
        assert_eq!(badge("В-0301").as_str(), "B-0301", "Cyrillic В becomes Latin B");
        assert_eq!(school("s03").as_str(), "S03");
        assert_eq!(kit("RОВ1").as_str(), "ROB1");
        assert_eq!(
            item("склад 7").as_str(),
            "склад 7",
            "a number of another centre stays"
        );
    }
}
