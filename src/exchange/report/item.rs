//! `item ID`: one item and everything that happened to it («История объекта»).
//!
//! Knows: which events concern an item, how each is said in Russian. Must not know: where the journal lies.

use super::{Frame, Report, Value, column, shape, text};
use crate::ids::{ItemId, LoanId, SchoolId};
use crate::ledger::{Entry, Event, Seq};
use serde_json::json;
use std::collections::BTreeSet;

pub fn card(frame: &Frame<'_>, id: &ItemId, entries: &mut dyn Iterator<Item = Entry>) -> Report {
    let mut history: Vec<Entry> = Vec::new();
    let mut seqs: BTreeSet<Seq> = BTreeSet::new();
    for entry in entries.take_while(|entry| entry.seq <= frame.ledger().seq) {
        let concerned = match &entry.event {
            Event::Voided { seqs: voided, .. } => voided.iter().any(|seq| seqs.contains(seq)),
            event => concerns(event, id, |loan| {
                frame
                    .ledger()
                    .loans
                    .get(loan)
                    .is_some_and(|loan| loan.item == *id)
            }),
        };
        if concerned {
            seqs.insert(entry.seq);
            history.push(entry);
        }
    }
    let rows = history.iter().map(|entry| {
        let master = entry.event.is_master_data();
        let mut said = said(frame, &entry.event);
        if frame.ledger().voided.contains(&entry.seq) {
            said.push_str(" (отменено)");
        }
        vec![
            Value::Count(entry.seq),
            // Imported master data are dated by the import, not by what they tell.
            if master && entry.recorded.is_some() {
                Value::Empty
            } else {
                Value::Moment(entry.at)
            },
            Value::Text(said),
            Value::text(entry.by.badge.as_ref().map_or("", |badge| badge.as_str())),
            Value::text(entry.by.reader.as_ref().map_or("", |reader| reader.as_str())),
        ]
    });
    let mut notes = vec![frame.as_of_note()];
    let mut document = json!({ "as_of": frame.cut.at, "seq": frame.ledger().seq });
    if let Some(item) = frame.ledger().items.get(id) {
        let line = |name: &str, value: &str| (!value.is_empty()).then(|| format!("{name}: {value}"));
        let tags: Vec<String> = item.tags.iter().map(ToString::to_string).collect();
        notes.extend(line(
            "Инв. №",
            item.item.inventory_number.as_deref().unwrap_or_default(),
        ));
        notes.extend(line("Категория", &item.item.category));
        notes.extend(line("Состояние", &shape::state(frame, item)));
        notes.extend(line("Условия", &item.item.policy));
        notes.extend(line("Метки", &tags.join(", ")));
        notes.extend(line("Не хватает", &shape::parts(&item.status.shortage)));
        document["item"] = shape::item(frame, item);
    }
    let lines = history.iter().map(|entry| {
        json!({
            "seq": entry.seq,
            "at": entry.at,
            "clock": entry.clock,
            "recorded": entry.recorded,
            "by": entry.by,
            "src": entry.src,
            "event": entry.event,
            "text": said(frame, &entry.event),
        })
    });
    document["history"] = lines.collect();
    Report {
        title: format!("{id}. {}", frame.item_name(id)),
        notes,
        columns: vec![
            column("seq", "№"),
            column("at", "Когда"),
            column("event", "Событие"),
            column("badge", "Бейдж"),
            column("reader", "Считыватель"),
        ],
        rows: rows.collect(),
        json: document,
    }
}

/// Whether an event is part of an item's life. Events that name only a loan are asked for by `its_loan`.
pub fn concerns(event: &Event, id: &ItemId, its_loan: impl Fn(&LoanId) -> bool) -> bool {
    match event {
        Event::ItemEnrolled(item) => item.item == *id,
        Event::TagBound { item, .. }
        | Event::TagUnbound { item, .. }
        | Event::ConsentRecorded { item, .. }
        | Event::CheckedOut { item, .. }
        | Event::Returned { item, .. }
        | Event::Renewed { item, .. }
        | Event::Held { item, .. }
        | Event::HoldCancelled { item, .. }
        | Event::KitChecked { item, .. }
        | Event::Replenished { item, .. }
        | Event::ConditionNoted { item, .. }
        | Event::RepairStarted { item, .. }
        | Event::RepairEnded { item, .. }
        | Event::VerificationStarted { item }
        | Event::VerificationEnded { item, .. }
        | Event::Lost { item, .. }
        | Event::Found { item, .. }
        | Event::Withdrawn { item, .. }
        | Event::StocktakeSeen { item, .. }
        | Event::StocktakeAccounted { item, .. }
        | Event::StocktakeMissing { item, .. }
        | Event::NoticeSent { item, .. } => item == id,
        Event::Refused { item, .. } => item.as_ref() == Some(id),
        Event::LoanNoted { loan, .. } => its_loan(loan),
        Event::ClockConfirmed { redated } => redated.iter().any(|one| its_loan(&one.loan)),
        _ => false,
    }
}

/// An event in one Russian line.
fn said(frame: &Frame<'_>, event: &Event) -> String {
    let school = |school: &SchoolId| frame.school_name(school);
    // A remark in words follows after a colon, where there is one.
    let with = |what: &str, note: &str| match note {
        "" => what.to_owned(),
        note => format!("{what}: {note}"),
    };
    match event {
        Event::ItemEnrolled(_) => "Поставлен на учёт или изменены сведения".into(),
        Event::TagBound { tag, .. } => format!("Привязана метка {tag}"),
        Event::TagUnbound { tag, .. } => format!("Отвязана метка {tag}"),
        Event::ConsentRecorded { number, date, .. } => {
            format!("Согласие учредителя № {number} от {}", text::date(*date))
        }
        Event::CheckedOut {
            loan,
            school: to,
            due,
            ..
        } => format!("Выдан: {}, вернуть до {} ({loan})", school(to), text::date(*due)),
        Event::Returned {
            school: from,
            condition,
            missing,
            unchecked,
            ..
        } => {
            let mut said = format!("Возвращён: {}, {}", school(from), shape::condition(*condition));
            if !missing.is_empty() {
                said.push_str(&format!("; не хватает {}", shape::parts(missing)));
            }
            if *unchecked {
                said.push_str("; комплект не проверен");
            }
            said
        }
        Event::Renewed {
            due, previous_due, ..
        } => {
            format!(
                "Продлён до {}, прежний срок {}",
                text::date(*due),
                text::date(*previous_due)
            )
        }
        Event::LoanNoted { .. } => "Дополнены сведения о выдаче".into(),
        Event::Held { school: by, from, .. } => {
            format!("Забронирован: {} на {}", school(by), text::date(*from))
        }
        Event::HoldCancelled { school: by, .. } => format!("Бронь отменена: {}", school(by)),
        Event::KitChecked { complete: true, .. } => "Комплект проверен: полный".into(),
        Event::KitChecked { missing, .. } => {
            format!("Комплект проверен: не хватает {}", shape::parts(missing))
        }
        Event::Replenished { parts, .. } => format!("Восполнено: {}", shape::parts(parts)),
        Event::ConditionNoted { condition, note, .. } => {
            with(&format!("Осмотрен, {}", shape::condition(*condition)), note)
        }
        Event::RepairStarted { note, .. } => with("Передан в ремонт", note),
        Event::RepairEnded { note, .. } => with("Возвращён из ремонта", note),
        Event::VerificationStarted { .. } => "Передан на поверку".into(),
        Event::VerificationEnded { next_due, .. } => match next_due {
            Some(due) => format!("Возвращён с поверки, следующая до {}", text::date(*due)),
            None => "Возвращён с поверки".into(),
        },
        Event::Lost { note, .. } => with("Заявлена утрата", note),
        Event::Found { note, .. } => with("Найден", note),
        Event::Withdrawn { basis, .. } => with("Списан", basis),
        Event::StocktakeSeen { stocktake, .. } => format!("Инвентаризация {stocktake}: в наличии"),
        Event::StocktakeAccounted { stocktake, basis, .. } => {
            with(&format!("Инвентаризация {stocktake}, по документам"), basis)
        }
        Event::StocktakeMissing { stocktake, .. } => format!("Инвентаризация {stocktake}: не найден"),
        Event::NoticeSent { note, .. } => with("Отправлено уведомление о просрочке", note),
        Event::Refused {
            code, note, reason, ..
        } => with(
            &format!("Отказ {code}"),
            if note.is_empty() { reason } else { note },
        ),
        Event::ClockConfirmed { .. } => "Часы подтверждены, срок возврата посчитан заново".into(),
        Event::Voided { seqs, reason } => {
            let seqs: Vec<String> = seqs.iter().map(ToString::to_string).collect();
            with(&format!("Отменено событие № {}", seqs.join(", ")), reason)
        }
        _ => "Событие".into(),
    }
}
