//! The accounts' turnover sheet beside the ledger, as a report.
//!
//! Knows: its columns. Must not know: how the sheet was read.

use super::super::accounting::Accounting;
use super::{Report, Value, column};
use serde_json::json;

/// What was read, matched by inventory number, with what differs. Nothing of it was taken.
pub fn accounts(sheet: &Accounting) -> Report {
    let rows = sheet.rows.iter().map(|row| {
        let differences: Vec<String> = row.differences.iter().map(|difference| difference.ru()).collect();
        vec![
            Value::Count(row.line),
            Value::text(&row.inventory_number),
            Value::text(&row.name),
            Value::text(&row.account),
            Value::money(&row.cost),
            Value::text(&row.accepted),
            Value::text(row.item.as_ref().map_or("", |item| item.as_str())),
            Value::text(differences.join("; ")),
        ]
    });
    let matched = sheet.rows.iter().filter(|row| row.item.is_some()).count();
    let mut notes = vec![
        "Только просмотр: из этого файла ничего не принимается".to_owned(),
        format!(
            "Строк {}, найдено по инвентарному номеру {matched}",
            sheet.rows.len()
        ),
        format!(
            "С инвентарным номером в учёте центра, но не в ведомости: {}",
            sheet.not_in_sheet.len()
        ),
    ];
    notes.extend(
        sheet
            .total
            .as_ref()
            .map(|total| format!("Итого по ведомости: {total}")),
    );
    Report {
        title: sheet.title.clone(),
        notes,
        columns: vec![
            column("line", "Строка"),
            column("inventory_number", "Инв. №"),
            column("name", "Основное средство"),
            column("account", "Счёт"),
            column("cost", "Стоимость, руб."),
            column("accepted", "Принято к учёту"),
            column("item", "Номер"),
            column("differences", "Расхождения"),
        ],
        rows: rows.collect(),
        json: json!({ "accounting": sheet }),
    }
}
