//! `summary`: the numbers of the centre as of an instant.
//!
//! Knows: their names in Russian. Must not know: how they are counted.

use super::{Frame, Report, Value, column};
use crate::ledger::query;
use serde_json::json;

pub fn summary(frame: &Frame<'_>) -> Report {
    let sum = query::summary(frame.ledger(), frame.today());
    let rows = [
        ("items", "Единиц в учёте", sum.items),
        ("loans", "Выдач", sum.loans),
        ("returns", "Возвратов", sum.returns),
        ("returns_late", "из них с просрочкой", sum.returns_late),
        (
            "returns_incomplete",
            "из них с некомплектом",
            sum.returns_incomplete,
        ),
        ("returns_damaged", "из них с повреждением", sum.returns_damaged),
        ("loans_open", "Не возвращено", sum.loans_open),
        ("loans_overdue", "из них просрочено", sum.loans_overdue),
        ("items_lost", "Утрачено единиц", sum.items_lost),
        ("items_withdrawn", "Списано единиц", sum.items_withdrawn),
        ("refusals", "Отказов", sum.refusals),
    ];
    let mut document = json!({});
    for (key, _, count) in rows {
        document[key] = count.into();
    }
    document["as_of"] = json!(frame.cut.at);
    document["seq"] = frame.ledger().seq.into();
    document["head"] = json!(frame.head);
    let row = |(key, name, count): (&str, &str, u64)| {
        vec![Value::text(key), Value::text(name), Value::Count(count)]
    };
    Report {
        title: "Сводка".into(),
        notes: vec![frame.as_of_note()],
        columns: vec![
            column("key", "Ключ"),
            column("name", "Показатель"),
            column("count", "Количество"),
        ],
        rows: rows.into_iter().map(row).collect(),
        json: document,
    }
}
