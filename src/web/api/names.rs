//! Free texts of a command that look like a person's name are questioned: «keep» is the answer.
//!
//! Knows: which fields are free text. Must not know: what a name looks like (the ledger's words do).

use super::specs::{Kind, Spec};
use crate::ledger::person_name;
use crate::web::problem::{self, Problem};
use crate::web::words::Text;
use axum::http::StatusCode;
use serde_json::{Map, Value};

/// Beside every command with a free text: yes, it is meant so.
pub const KEEP: &str = "keep";

/// Fields in which people write what they like.
const FREE_TEXT: [&str; 10] = [
    "purpose",
    "group",
    "order",
    "override",
    "note",
    "notes",
    "basis",
    "reason",
    "role",
    "contact_role",
];

/// The free texts among a command's fields.
pub fn free_texts(spec: &Spec) -> impl Iterator<Item = &'static str> {
    let free = |(name, kind, _): &&super::specs::Field| *kind == Kind::Text && FREE_TEXT.contains(name);
    spec.fields.iter().filter(free).map(|(name, ..)| *name)
}

/// Takes the answer to the question out of a body.
pub fn keeps(body: &mut Map<String, Value>) -> Result<bool, Problem> {
    match body.remove(KEEP) {
        None | Some(Value::Null) => Ok(false),
        Some(Value::Bool(keep)) => Ok(keep),
        Some(_) => Err(problem::bad_field(
            KEEP,
            Text::both("true или false", "true or false"),
        )),
    }
}

/// Questions the first free text that looks like a person's name.
pub fn question(spec: &Spec, body: &Map<String, Value>) -> Result<(), Problem> {
    for field in free_texts(spec) {
        let found = body.get(field).and_then(Value::as_str).and_then(person_name);
        if let Some(found) = found {
            return Err(looks_like_name(field, found));
        }
    }
    Ok(())
}

fn looks_like_name(field: &str, found: &str) -> Problem {
    let found: String = found.chars().take(64).collect();
    Problem::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "looks_like_name",
        Text::both("Похоже на имя человека", "This looks like a person’s name"),
        Text::new(
            format!(
                "Поле «{field}»: «{found}» похоже на имя. Имён в журнале быть не должно: пишите роль или код бейджа. \
                 Если это не имя, повторите с полем \"{KEEP}\": true. Ничего не записано."
            ),
            format!(
                "Field “{field}”: “{found}” looks like a name. Names do not belong in the journal: use a role or a \
                 badge’s code. If it is none, repeat it with \"{KEEP}\": true. Nothing was recorded."
            ),
        ),
    )
    .about(field)
}
