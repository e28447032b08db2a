//! `usage` and `idle`: how much the items were used in a period, and which were not.
//!
//! Knows: days out, head counts. Must not know: what a centre should reach.

use super::{Frame, Period, Report, Value, column, shape};
use crate::ids::ItemId;
use crate::ledger::{ItemState, Lending, Loan, days_between};
use jiff::civil::Date;
use serde_json::json;
use std::collections::BTreeMap;

/// What a period's loans add up to for one item.
#[derive(Default)]
struct Used {
    /// Loans that touched the period.
    loans: u64,
    /// Stretches of the period during which it was out, both ends included.
    out: Vec<(Date, Date)>,
    /// Sum of the head counts told at returns in the period: the months of a year add up to the year.
    people: u64,
    /// The last day on which it was out, in the period or before it.
    last: Option<Date>,
}

impl Used {
    /// Days on which it was out. One on which it came back and went out again is one day.
    fn days(&self) -> u64 {
        let mut out = self.out.clone();
        out.sort_unstable();
        let mut counted: Option<Date> = None;
        out.into_iter().fold(0, |days, (from, to)| {
            let before = counted.filter(|last| *last >= from);
            counted = counted.max(Some(to));
            days + match before {
                Some(last) => u64::from(days_between(last, to)),
                None => u64::from(days_between(from, to)) + 1,
            }
        })
    }
}

fn used<'a>(frame: &Frame<'a>, period: Period) -> BTreeMap<&'a ItemId, Used> {
    let mut by_item: BTreeMap<&'a ItemId, Used> = BTreeMap::new();
    for loan in frame
        .cut
        .ledger
        .loans
        .values()
        .filter(|loan| loan.voided.is_none())
    {
        let used = by_item.entry(&loan.item).or_default();
        let (first, last) = (loan.out.date(), last_day(frame, loan));
        if first <= period.to {
            used.last = used.last.max(Some(last.min(period.to)));
        }
        let (from, to) = (first.max(period.from), last.min(period.to));
        if from <= to {
            used.loans += 1;
            used.out.push((from, to));
        }
        if let Some(returned) = &loan.returned
            && (period.from..=period.to).contains(&returned.at.date())
        {
            used.people += u64::from(returned.headcount.unwrap_or(0));
        }
    }
    by_item
}

/// The day on which a loan ended, or the report's day while it is out.
fn last_day(frame: &Frame<'_>, loan: &Loan) -> Date {
    let returned = loan.returned.as_ref().map(|returned| returned.at.date());
    returned.unwrap_or_else(|| frame.today())
}

pub fn usage(frame: &Frame<'_>) -> Report {
    let period = frame.period();
    let (by_item, unused) = (used(frame, period), Used::default());
    let whole = u64::from(days_between(period.from, period.to)) + 1;
    let (mut rows, mut items) = (Vec::new(), Vec::new());
    for item in frame.ledger().items.values() {
        let used = by_item.get(&item.item.item).unwrap_or(&unused);
        let days = used.days();
        let percent = (days.saturating_mul(100) + whole / 2) / whole;
        rows.push(vec![
            Value::text(item.item.item.as_str()),
            Value::text(&item.item.name),
            Value::text(&item.item.category),
            Value::text(&item.item.subject),
            Value::Count(used.loans),
            Value::Count(days),
            Value::Count(percent),
            Value::Count(used.people),
        ]);
        items.push(json!({
            "id": item.item.item,
            "name": item.item.name,
            "category": item.item.category,
            "subject": item.item.subject,
            "loans": used.loans,
            "days_out": days,
            "percent": percent,
            "person_uses": used.people,
        }));
    }
    Report {
        title: "Использование".into(),
        notes: vec![
            frame.as_of_note(),
            frame.period_note(period),
            "Выдачи, которые пришлись на период хотя бы одним днём; дни — дни периода, когда предмет был выдан, \
             включая первый и последний; доля — от всех дней периода; человеко-использования — по возвратам в периоде"
                .into(),
        ],
        columns: vec![
            column("id", "Номер"),
            column("name", "Наименование"),
            column("category", "Категория"),
            column("subject", "Предмет"),
            column("loans", "Выдач"),
            column("days_out", "Дней"),
            column("percent", "Доля, %"),
            column("person_uses", "Человеко-использований"),
        ],
        rows,
        json: with_period(shape::document(frame, "items", items), period),
    }
}

pub fn idle(frame: &Frame<'_>) -> Report {
    let period = frame.period();
    let by_item = used(frame, period);
    let last = |item: &ItemState| by_item.get(&item.item.item).and_then(|used| used.last);
    let is_idle = |item: &&ItemState| {
        let touched = by_item.get(&item.item.item).is_some_and(|used| used.loans > 0);
        item.item.lending != Lending::CentreOnly && item.status.withdrawn.is_none() && !touched
    };
    let mut items: Vec<&ItemState> = frame.ledger().items.values().filter(is_idle).collect();
    items.sort_by_key(|item| last(item));
    let row = |item: &&ItemState| {
        vec![
            Value::text(item.item.item.as_str()),
            Value::text(item.item.inventory_number.as_deref().unwrap_or_default()),
            Value::text(&item.item.name),
            Value::text(item.item.room.as_ref().map_or("", |room| room.as_str())),
            Value::Text(shape::state(frame, item)),
            Value::date(last(item)),
            Value::money(&item.item.cost),
        ]
    };
    let json = |item: &&ItemState| {
        let mut shaped = shape::item(frame, item);
        shaped["last_out"] = json!(last(item));
        shaped
    };
    Report {
        title: "Не использовалось".into(),
        notes: vec![
            frame.as_of_note(),
            frame.period_note(period),
            "Без выдаваемого только внутри центра и списанного".into(),
        ],
        columns: vec![
            column("id", "Номер"),
            column("inventory_number", "Инв. №"),
            column("name", "Наименование"),
            column("room", "Кабинет"),
            column("state", "Состояние"),
            column("last_out", "Последний раз"),
            column("cost", "Стоимость, руб."),
        ],
        rows: items.iter().map(row).collect(),
        json: with_period(
            shape::document(frame, "items", items.iter().map(json).collect()),
            period,
        ),
    }
}

fn with_period(mut document: serde_json::Value, period: Period) -> serde_json::Value {
    document["from"] = json!(period.from);
    document["to"] = json!(period.to);
    document
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_on_which_it_was_out_is_one_day() {
        let days = |stretches: &[(i8, i8)]| {
            let date = |day| jiff::civil::date(2026, 9, day);
            let out = stretches.iter().map(|(from, to)| (date(*from), date(*to)));
            Used {
                out: out.collect(),
                ..Used::default()
            }
            .days()
        };
        assert_eq!(days(&[]), 0);
        assert_eq!(days(&[(1, 1)]), 1);
        assert_eq!(days(&[(1, 5), (7, 8)]), 7);
        assert_eq!(days(&[(5, 8), (1, 5)]), 8, "back and out again on the fifth");
        assert_eq!(days(&[(1, 9), (3, 4), (9, 9), (9, 10)]), 10);
    }
}
