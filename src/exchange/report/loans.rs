//! `loans`, `overdue`, `outside-agreement`: lists of loans.
//!
//! Knows: which loans belong in which list. Must not know: the rules under which they were made.

use super::{Column, Frame, Report, Value, column, cut, holdings, shape};
use crate::ledger::{Loan, query};
use serde_json::json;

const COLUMNS: [Column; 10] = [
    column("loan_id", "Выдача"),
    column("item", "Номер"),
    column("name", "Наименование"),
    column("school", "Код"),
    column("school_name", "Организация"),
    column("since", "Выдано"),
    column("due", "Вернуть до"),
    column("returned", "Возвращено"),
    column("days_late", "Дней просрочки"),
    column("condition", "Состояние"),
];

fn list(frame: &Frame<'_>, title: &str, loans: &[&Loan]) -> Report {
    let row = |loan: &&Loan| {
        let returned = loan.returned.as_ref();
        let late = u64::from(shape::days_late(frame, loan));
        let found = returned.map(|returned| match returned.missing.is_empty() {
            true => shape::condition(returned.condition).to_owned(),
            false => format!("некомплект: {}", shape::parts(&returned.missing)),
        });
        vec![
            Value::text(loan.loan.as_str()),
            Value::text(loan.item.as_str()),
            Value::text(frame.item_name(&loan.item)),
            Value::text(loan.school.as_str()),
            Value::text(frame.school_name(&loan.school)),
            Value::Moment(loan.out),
            Value::Date(loan.due),
            returned.map_or(Value::Empty, |returned| Value::Moment(returned.at)),
            if late == 0 {
                Value::Empty
            } else {
                Value::Count(late)
            },
            match found {
                None if loan.lost => Value::text("утрачен"),
                None => Value::Empty,
                Some(found) => Value::Text(found),
            },
        ]
    };
    Report {
        title: title.into(),
        notes: vec![frame.as_of_note()],
        columns: COLUMNS.to_vec(),
        rows: loans.iter().map(row).collect(),
        json: shape::document(
            frame,
            "loans",
            loans.iter().map(|loan| shape::loan(frame, loan)).collect(),
        ),
    }
}

pub fn loans(frame: &Frame<'_>) -> Report {
    let filter = query::LoanFilter {
        out_from: frame.from,
        out_to: frame.to,
        ..Default::default()
    };
    let mut report = list(frame, "Выдачи", &query::loans(frame.ledger(), &filter));
    tell_period(&mut report, frame);
    report
}

/// Of loans made in a period, which is it?
fn tell_period(report: &mut Report, frame: &Frame<'_>) {
    if (frame.from, frame.to) != (None, None) {
        report.json["from"] = json!(frame.from);
        report.json["to"] = json!(frame.to);
    }
    let (from, to) = (frame.from.map(super::text::date), frame.to.map(super::text::date));
    report.notes.extend(match (from, to) {
        (None, None) => None,
        (Some(from), None) => Some(format!("Выданные с {from}")),
        (None, Some(to)) => Some(format!("Выданные по {to} включительно")),
        (Some(from), Some(to)) => Some(format!("Выданные с {from} по {to} включительно")),
    });
}

pub fn overdue(frame: &Frame<'_>) -> Report {
    list(
        frame,
        "Просрочено",
        &query::overdue(frame.ledger(), frame.today()),
    )
}

/// Must be empty in a centre that follows its own rules.
pub fn outside_agreement(frame: &Frame<'_>) -> Report {
    let all = query::loans(frame.ledger(), &query::LoanFilter::default());
    let outside: Vec<&Loan> = all
        .into_iter()
        .filter(|loan| cut::within(loan.out.date(), frame.from, frame.to))
        .filter(|loan| !holdings::is_centre(frame, loan))
        .filter(|loan| holdings::basis(frame, loan, loan.out.date()).is_none())
        .collect();
    let mut report = list(frame, "Выдачи вне срока договора", &outside);
    tell_period(&mut report, frame);
    report
        .notes
        .push("Договор действует, если день выдачи входит в его срок; оба дня включительно".into());
    report
}
