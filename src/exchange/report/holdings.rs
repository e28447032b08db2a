//! `holdings` and `at-partners`: every item and where it is.
//!
//! Knows: places — a room, a school, a repairer. Must not know: how an item got there.

use super::{Frame, Report, Value, column, shape};
use crate::ledger::{Away, ItemState, Loan};
use jiff::civil::Date;

pub fn holdings(frame: &Frame<'_>) -> Report {
    let items: Vec<&ItemState> = frame.ledger().items.values().collect();
    let row = |item: &&ItemState| {
        let loan = open_loan(frame, item);
        vec![
            Value::text(item.item.item.as_str()),
            Value::text(item.item.inventory_number.as_deref().unwrap_or_default()),
            Value::text(&item.item.name),
            Value::text(&item.item.category),
            Value::Text(shape::state(frame, item)),
            Value::text(place(frame, item)),
            Value::date(loan.map(|loan| loan.due)),
            Value::money(&item.item.cost),
        ]
    };
    Report {
        title: "Имущество и где оно находится".into(),
        notes: vec![frame.as_of_note()],
        columns: vec![
            column("id", "Номер"),
            column("inventory_number", "Инв. №"),
            column("name", "Наименование"),
            column("category", "Категория"),
            column("state", "Состояние"),
            column("place", "Где находится"),
            column("due", "Вернуть до"),
            column("cost", "Стоимость, руб."),
        ],
        rows: items.iter().map(row).collect(),
        json: shape::document(
            frame,
            "items",
            items.iter().map(|item| shape::item(frame, item)).collect(),
        ),
    }
}

pub fn at_partners(frame: &Frame<'_>) -> Report {
    let mut out: Vec<(&ItemState, &Loan)> = frame
        .ledger()
        .items
        .values()
        .filter_map(|item| Some((item, open_loan(frame, item)?)))
        .filter(|(_, loan)| !is_centre(frame, loan))
        .collect();
    out.sort_by(|(a, x), (b, y)| (&x.school, &a.item.item).cmp(&(&y.school, &b.item.item)));
    let row = |(item, loan): &(&ItemState, &Loan)| {
        vec![
            Value::text(loan.school.as_str()),
            Value::text(frame.school_name(&loan.school)),
            Value::text(item.item.item.as_str()),
            Value::text(item.item.inventory_number.as_deref().unwrap_or_default()),
            Value::text(&item.item.name),
            Value::Date(loan.out.date()),
            Value::Date(loan.due),
            Value::text(loan.loan.as_str()),
            Value::text(basis(frame, loan, loan.out.date()).unwrap_or_default()),
            Value::money(&item.item.cost),
        ]
    };
    Report {
        title: "Имущество у партнёров".into(),
        notes: vec![frame.as_of_note()],
        columns: vec![
            column("school", "Код"),
            column("school_name", "Организация"),
            column("id", "Номер"),
            column("inventory_number", "Инв. №"),
            column("name", "Наименование"),
            column("since", "Выдано"),
            column("due", "Вернуть до"),
            column("loan_id", "Выдача"),
            column("agreement", "Договор"),
            column("cost", "Стоимость, руб."),
        ],
        rows: out.iter().map(row).collect(),
        json: shape::document(
            frame,
            "items",
            out.iter().map(|(item, _)| shape::item(frame, item)).collect(),
        ),
    }
}

fn open_loan<'a>(frame: &Frame<'a>, item: &ItemState) -> Option<&'a Loan> {
    frame.cut.ledger.loan(item.status.loan.as_ref()?)
}

/// Whether a loan is the centre's own.
pub fn is_centre(frame: &Frame<'_>, loan: &Loan) -> bool {
    let school = frame.ledger().schools.get(&loan.school);
    school.is_some_and(|school| school.school.centre)
}

/// The number of the agreement that a school had in force on a day.
pub fn basis<'a>(frame: &Frame<'a>, loan: &Loan, day: Date) -> Option<&'a str> {
    let school = frame.cut.ledger.schools.get(&loan.school)?;
    let in_force =
        |agreement: &&crate::ledger::Agreement| agreement.valid_from <= day && day <= agreement.valid_to;
    school
        .agreements
        .iter()
        .find(in_force)
        .map(|agreement| agreement.number.as_str())
}

/// Where an item is: with a school, away, nowhere any more, or in its room.
fn place(frame: &Frame<'_>, item: &ItemState) -> String {
    let status = &item.status;
    let with = open_loan(frame, item).map(|loan| frame.school_name(&loan.school));
    match (&with, status.away) {
        _ if status.withdrawn.is_some() => "выбыл".into(),
        (Some(school), _) if status.lost.is_some() => format!("утрачен: {school}"),
        _ if status.lost.is_some() => "утрачен".into(),
        (Some(school), _) => school.clone(),
        (None, Some(Away::Repair)) => "ремонт".into(),
        (None, Some(Away::Verification)) => "поверка".into(),
        (None, None) => {
            let room = item.item.room.as_ref();
            room.map_or_else(|| "центр".into(), |room| format!("кабинет {room}"))
        }
    }
}
