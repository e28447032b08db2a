//! `equipment.csv`: the items, with their tags, terms and verification dates.
//!
//! Knows: the columns of this file, what its policy texts mean. Must not know: other files.

use super::cells::{Cells, fold};
use super::reason::{Reason, What};
use super::spelling;
use super::unit::{Context, Kind, Unit};
use crate::ids::ItemId;
use crate::ledger::{Event, Item, Lending};
use crate::tag::TagId;

pub const KIND: Kind = Kind {
    name: "equipment",
    columns: &[
        "item_id",
        "inv_no",
        "account",
        "name",
        "category",
        "subject",
        "room_id",
        "cost_rub",
        "funding_source",
        "donor_id",
        "accepted_date",
        "serial_no",
        "okof",
        "valuable_movable",
        "kit_type",
        "lendable",
        "loan_policy",
        "tag_kind",
        "epc",
        "tag_uid",
        "barcode",
        "uav_reg_no",
        "verification_due",
    ],
    group: "",
    read,
};

/// What stands under `lendable`.
const LENDABLE: [(&str, Lending); 3] = [
    ("да", Lending::Free),
    ("нет", Lending::CentreOnly),
    ("только приказ", Lending::ByOrder),
];

#[derive(Clone, Copy, PartialEq)]
enum Label {
    Uhf,
    Hf,
    Bar,
}

/// What stands under `tag_kind`.
const TAG_KINDS: [(&str, Label); 3] = [("UHF", Label::Uhf), ("HF", Label::Hf), ("BAR", Label::Bar)];

fn read(rows: &mut [Cells<'_>], context: &Context<'_>) -> Option<Unit> {
    let row = rows.first_mut()?;
    let text = row.required("item_id");
    let id = spelling::known_item(context.ledger, text).unwrap_or_else(|| spelling::item(text));
    let policy = row.raw("loan_policy");
    let item = Item {
        item: id.clone(),
        inventory_number: row.text_if_any("inv_no"),
        account: row.text("account"),
        name: row.required("name").into(),
        category: row.required("category").into(),
        subject: row.text("subject"),
        room: refers(row, "room_id", What::Room, |id| {
            spelling::known_room(context.ledger, id)
        }),
        cost: row.money("cost_rub"),
        funding: row.text("funding_source"),
        donor: refers(row, "donor_id", What::Donor, |id| {
            spelling::known_donor(context.ledger, id)
        }),
        accepted: row.date_if_any("accepted_date"),
        serial_number: row.text("serial_no"),
        okof: row.text("okof"),
        valuable: row.yes("valuable_movable"),
        kit: refers(row, "kit_type", What::Kit, |id| {
            spelling::known_kit(context.ledger, id)
        }),
        lending: row
            .one_of("lendable", &LENDABLE, "да, нет, только приказ")
            .unwrap_or_default(),
        policy: policy.into(),
        max_days: number_in(policy, "не более ", " дн"),
        verification_months: number_in(policy, "поверка раз в ", " мес"),
        verification_due: row.date_if_any("verification_due"),
        uav_number: row.text_if_any("uav_reg_no"),
        tags: tags(row, context, &id),
    };

    let known = context.ledger.items.get(&id);
    let mut events = Vec::new();
    if known.is_none_or(|known| known.item != item) {
        if let Some(known) = known {
            // Tags follow the file only where the file itself changed: one bound at the desk stays.
            let gone = known.item.tags.iter().filter(|tag| !item.tags.contains(tag));
            events.extend(
                gone.filter(|tag| known.tags.contains(tag))
                    .map(|tag| Event::TagUnbound {
                        item: id.clone(),
                        tag: tag.clone(),
                    }),
            );
            let come = item.tags.iter().filter(|tag| !known.item.tags.contains(tag));
            events.extend(
                come.filter(|tag| !known.tags.contains(tag))
                    .map(|tag| Event::TagBound {
                        item: id.clone(),
                        tag: tag.clone(),
                    }),
            );
        }
        events.insert(0, Event::ItemEnrolled(item));
    }
    Some(Unit::master(What::Item, id.as_str(), known.is_some(), events))
}

/// The radio tag that `tag_kind` announces, then the label; the other column must be empty.
fn tags(row: &mut Cells<'_>, context: &Context<'_>, id: &ItemId) -> Vec<TagId> {
    let kind = row.one_of("tag_kind", &TAG_KINDS, "UHF, HF, BAR");
    let mut tags = Vec::new();
    for (column, of) in [("epc", Label::Uhf), ("tag_uid", Label::Hf)] {
        if kind == Some(of) {
            let tag = if of == Label::Uhf {
                row.epc(column)
            } else {
                row.uid(column)
            };
            tags.extend(tag.map(|tag| (column, tag)));
        } else if kind.is_some() && !row.raw(column).is_empty() {
            let other = "tag_kind";
            row.fault(column, Reason::WithColumn { other, wanted: false });
        }
    }
    if kind == Some(Label::Bar) {
        row.required("barcode");
    }
    tags.extend(row.label("barcode").map(|tag| ("barcode", tag)));
    for (column, tag) in &tags {
        let owner = context.ledger.tags.get(tag).filter(|owner| *owner != id);
        let card = context.cards.iter().find(|(_, card)| *card == tag);
        let by = owner
            .map(|owner| owner.to_string())
            .or_else(|| card.map(|(badge, _)| badge.to_string()));
        if let Some(by) = by {
            let tag = tag.to_string();
            row.fault(column, Reason::TagTaken { tag, by });
        }
    }
    tags.into_iter().map(|(_, tag)| tag).collect()
}

/// A reference that may be empty but, if given, must be known.
fn refers<K>(
    row: &mut Cells<'_>,
    column: &str,
    what: What,
    find: impl FnOnce(&str) -> Option<K>,
) -> Option<K> {
    let text = row.raw(column);
    if text.is_empty() {
        return None;
    }
    let found = find(text);
    if found.is_none() {
        let id = text.to_owned();
        row.fault(column, Reason::Unknown { what, id });
    }
    found
}

/// The number between two pieces of a policy text: 14 in «не более 14 дней; перевозка в кейсе».
fn number_in(policy: &str, before: &str, after: &str) -> Option<u32> {
    let policy = fold(policy).replace('\u{a0}', " ");
    let (_, rest) = policy.split_once(before)?;
    let (number, _) = rest.split_once(after)?;
    number.trim().parse().ok().filter(|number| *number > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_out_of_policies() {
        let days = |policy| number_in(policy, "не более ", " дн");
        assert_eq!(days("не более 14 дней; перевозка в кейсе"), Some(14));
        assert_eq!(days("Не более 1 дня"), Some(1));
        assert_eq!(days("под надзором"), None);
        assert_eq!(
            number_in("поверка раз в 12 мес.", "поверка раз в ", " мес"),
            Some(12)
        );
    }
}
