//! Items and loans as JSON, in the shapes that programs outside rely on.
//!
//! Knows: field names of the contract. Must not know: columns, headings.

use super::Frame;
use crate::ledger::query::{self, Kit};
use crate::ledger::{Condition, ItemState, Lending, Loan, Parts};
use serde_json::{Value, json};

pub fn item(frame: &Frame<'_>, item: &ItemState) -> Value {
    let (state, reason) = query::item_state(frame.ledger(), item, frame.today(), frame.policy);
    let open = item
        .status
        .loan
        .as_ref()
        .and_then(|id| frame.ledger().loans.get(id));
    let loan = open.map(|open| {
        json!({
            "loan_id": open.loan,
            "school": open.school,
            "since": open.out,
            "due": open.due,
            "overdue": open.is_overdue(frame.today()),
        })
    });
    json!({
        "id": item.item.item,
        "inventory_number": item.item.inventory_number,
        "name": item.item.name,
        "category": item.item.category,
        "subject": item.item.subject,
        "room": item.item.room,
        "state": state.as_str(),
        "reason": reason.map(|reason| reason.as_str()),
        "tags": item.tags,
        "loan": loan,
        "kit": query::kit_of(frame.ledger(), item).map(|kit| self::kit(&kit)),
        "lending": match item.item.lending {
            Lending::Free => "free",
            Lending::CentreOnly => "centre_only",
            Lending::ByOrder => "by_order",
        },
        "policy": item.item.policy,
        "cost": item.item.cost,
        "serial_number": item.item.serial_number,
        "verification_due": item.status.verification_due,
        "last_seen": item.last_seen,
    })
}

fn kit(kit: &Kit<'_>) -> Value {
    let missing = kit.missing.iter().map(|part| {
        json!({
            "component": part.component.component,
            "name": part.component.name,
            "count": part.count,
            "critical": part.component.critical,
        })
    });
    json!({
        "title": kit.title,
        "complete": kit.is_complete(),
        "unchecked": kit.unchecked,
        "missing": missing.collect::<Vec<_>>(),
    })
}

pub fn loan(frame: &Frame<'_>, loan: &Loan) -> Value {
    let returned = loan.returned.as_ref().map(|returned| {
        json!({
            "seq": returned.seq,
            "at": returned.at,
            "condition": returned.condition,
            "missing": returned.missing,
            "headcount": returned.headcount,
            "by_label": returned.by_label,
        })
    });
    json!({
        "loan_id": loan.loan,
        "item": loan.item,
        "name": frame.item_name(&loan.item),
        "school": loan.school,
        "school_name": frame.school_name(&loan.school),
        "badge": loan.badge,
        "seq": loan.seq,
        "since": loan.out,
        "due": loan.due,
        "state": if loan.is_open() { "open" } else { "returned" },
        "overdue": loan.is_overdue(frame.today()),
        "days_late": days_late(frame, loan),
        "renewals": loan.renewals.len(),
        "lost": loan.lost,
        "purpose": loan.purpose,
        "group": loan.group,
        "order": loan.order,
        "session": loan.session,
        "returned": returned,
    })
}

/// Days after the due date, until the return or until the report's day.
pub fn days_late(frame: &Frame<'_>, loan: &Loan) -> u32 {
    if loan.is_open() {
        crate::ledger::days_between(loan.due, frame.today())
    } else {
        loan.days_late()
    }
}

/// What every JSON document of a report says beside its rows.
pub fn document(frame: &Frame<'_>, key: &str, rows: Vec<Value>) -> Value {
    let mut document = json!({ "as_of": frame.cut.at, "seq": frame.ledger().seq, "head": frame.head });
    document[key] = Value::Array(rows);
    document
}

/// `ROB1-04: 1, ROB1-10: 2`
pub fn parts(parts: &Parts) -> String {
    let part = |(code, count): (&crate::ids::ComponentCode, &u32)| format!("{code}: {count}");
    parts.iter().map(part).collect::<Vec<_>>().join(", ")
}

/// A condition in Russian.
pub fn condition(condition: Condition) -> &'static str {
    match condition {
        Condition::Ok => "исправен",
        Condition::Dirty => "загрязнён",
        Condition::Damaged => "повреждён",
        Condition::Faulty => "неисправен",
    }
}

/// A state in Russian, with the reason where there is one.
pub fn state(frame: &Frame<'_>, item: &ItemState) -> String {
    use query::{Reason, State};
    let (state, reason) = query::item_state(frame.ledger(), item, frame.today(), frame.policy);
    let state = match state {
        State::Withdrawn => "списан",
        State::Lost => "утрачен",
        State::InRepair => "в ремонте",
        State::OnLoan => "выдан",
        State::UnderCheck => "на проверке",
        State::Reserved => "забронирован",
        State::Available => "доступен",
    };
    let reason = reason.map(|reason| match reason {
        Reason::Damaged => "повреждён",
        Reason::Unchecked => "не проверен",
        Reason::KitShort => "некомплект",
        Reason::Verification => "на поверке",
        Reason::VerificationDue => "истёк срок поверки",
    });
    match reason {
        Some(reason) => format!("{state}: {reason}"),
        None => state.to_owned(),
    }
}
