//! `incomplete`: kits with something missing.
//!
//! Knows: parts, counts, what replacing them costs. Must not know: who is to blame.

use super::{Frame, Report, Value, column, shape};
use crate::ledger::{ItemState, query};

pub fn incomplete(frame: &Frame<'_>) -> Report {
    let short = |item: &&ItemState| {
        item.status.withdrawn.is_none()
            && query::kit_of(frame.ledger(), item).is_some_and(|kit| !kit.is_complete())
    };
    let items: Vec<&ItemState> = frame.ledger().items.values().filter(short).collect();
    let mut rows = Vec::new();
    for item in &items {
        let Some(kit) = query::kit_of(frame.ledger(), item) else {
            continue;
        };
        let last = item.status.last_return.as_ref();
        let last = last.and_then(|(loan, _)| frame.ledger().loans.get(loan));
        for part in &kit.missing {
            rows.push(vec![
                Value::text(item.item.item.as_str()),
                Value::text(&item.item.name),
                Value::text(part.component.component.as_str()),
                Value::text(&part.component.name),
                Value::Count(u64::from(part.count)),
                Value::Count(u64::from(part.component.quantity)),
                Value::text(if part.component.critical { "да" } else { "нет" }),
                Value::money(&part.component.replacement_cost),
                Value::text(
                    last.map(|loan| frame.school_name(&loan.school))
                        .unwrap_or_default(),
                ),
                Value::Text(shape::state(frame, item)),
            ]);
        }
    }
    Report {
        title: "Некомплект".into(),
        notes: vec![frame.as_of_note()],
        columns: vec![
            column("id", "Номер"),
            column("name", "Наименование"),
            column("component", "Код"),
            column("component_name", "Составляющая"),
            column("missing", "Не хватает"),
            column("quantity", "В комплекте"),
            column("critical", "Без неё не выдаётся"),
            column("replacement_cost", "Цена за штуку, руб."),
            column("last_school", "Последний возврат"),
            column("state", "Состояние"),
        ],
        rows,
        json: shape::document(
            frame,
            "items",
            items.iter().map(|item| shape::item(frame, item)).collect(),
        ),
    }
}
