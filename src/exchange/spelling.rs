//! Ids as people type them, brought to the one spelling that is stored.
//!
//! Knows: which of the centre's ids are Cyrillic and which Latin. Must not know: files, rows.

use crate::ids::skeleton;
use crate::ids::{BadgeCode, ComponentCode, DonorId, ItemId, KitCode, LoanId, ReaderId, RoomId, SchoolId};
use crate::ledger::Ledger;
use std::collections::BTreeMap;

/// `tp-0001` → `ТР-0001`: a Cyrillic prefix and digits, however it was typed. None: another kind of number.
fn cyrillic(text: &str, prefix: &str) -> Option<String> {
    let bones = skeleton(text);
    let rest = bones.strip_prefix(&skeleton(prefix))?;
    let digits = !rest.is_empty() && rest.chars().all(|c| c.is_ascii_digit() || c == '-');
    digits.then(|| format!("{prefix}{rest}"))
}

/// `в-0301` → `B-0301`: Latin capitals and digits. None: it has other letters.
fn latin(text: &str) -> Option<String> {
    let bones = skeleton(text);
    (bones.is_ascii() && !bones.is_empty()).then_some(bones)
}

/// The canonical spelling, or the text as it stands where there is none.
fn or_as_is(canonical: Option<String>, text: &str) -> String {
    canonical.unwrap_or_else(|| text.trim().to_owned())
}

pub fn item(text: &str) -> ItemId {
    ItemId::new(or_as_is(cyrillic(text, ITEM), text))
}

pub fn loan(text: &str) -> LoanId {
    LoanId::new(or_as_is(cyrillic(text, LOAN), text))
}

pub fn room(text: &str) -> RoomId {
    RoomId::new(or_as_is(cyrillic(text, ROOM), text))
}

pub fn donor(text: &str) -> DonorId {
    DonorId::new(or_as_is(cyrillic(text, DONOR), text))
}

pub fn school(text: &str) -> SchoolId {
    SchoolId::new(or_as_is(latin(text), text))
}

pub fn badge(text: &str) -> BadgeCode {
    BadgeCode::new(or_as_is(latin(text), text))
}

pub fn kit(text: &str) -> KitCode {
    KitCode::new(or_as_is(latin(text), text))
}

pub fn component(text: &str) -> ComponentCode {
    ComponentCode::new(or_as_is(latin(text), text))
}

pub fn reader(text: &str) -> ReaderId {
    ReaderId::new(or_as_is(latin(text), text))
}

const ITEM: &str = "ТР-";
const LOAN: &str = "В-";
const ROOM: &str = "К-";
const DONOR: &str = "Д-";

/// The key that a person means. A text with a canonical spelling can only mean that one; any other may still
/// look like exactly one key.
fn known<K: Ord + Clone + AsText, V>(map: &BTreeMap<K, V>, meant: K, canonical: bool) -> Option<K> {
    if map.contains_key(&meant) {
        return Some(meant);
    }
    if canonical {
        return None;
    }
    let bones = skeleton(meant.text());
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
    known(&ledger.items, item(text), cyrillic(text, ITEM).is_some())
}

pub fn known_school(ledger: &Ledger, text: &str) -> Option<SchoolId> {
    known(&ledger.schools, school(text), latin(text).is_some())
}

pub fn known_badge(ledger: &Ledger, text: &str) -> Option<BadgeCode> {
    known(&ledger.badges, badge(text), latin(text).is_some())
}

pub fn known_room(ledger: &Ledger, text: &str) -> Option<RoomId> {
    known(&ledger.rooms, room(text), cyrillic(text, ROOM).is_some())
}

pub fn known_donor(ledger: &Ledger, text: &str) -> Option<DonorId> {
    known(&ledger.donors, donor(text), cyrillic(text, DONOR).is_some())
}

pub fn known_kit(ledger: &Ledger, text: &str) -> Option<KitCode> {
    known(&ledger.kits, kit(text), latin(text).is_some())
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
