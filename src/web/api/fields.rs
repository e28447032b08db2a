//! What is checked of a command before it is read, so that an error names the field it is about.
//!
//! Knows: the table of fields, JSON. Must not know: what the commands do.

use super::specs::{Kind, SPECS, Spec};
use crate::web::problem::{self, Problem};
use crate::web::words::Text;
use serde_json::{Map, Value};

/// Looks at a body before it is read as a command, so that an error names the field it is about.
pub fn check(body: &Map<String, Value>) -> Result<&'static Spec, Problem> {
    let name = match body.get("type") {
        Some(Value::String(name)) => name,
        Some(_) => {
            return Err(problem::bad_field(
                "type",
                Text::both("имя команды", "the name of a command"),
            ));
        }
        None => return Err(problem::missing_field("type")),
    };
    let spec = SPECS.iter().find(|spec| spec.name == name);
    let spec = spec.ok_or_else(|| problem::unknown_command(name))?;
    for field in body.keys().filter(|field| *field != "type") {
        if !spec.fields.iter().any(|(known, ..)| known == field) {
            let known: Vec<&str> = spec.fields.iter().map(|(known, ..)| *known).collect();
            return Err(problem::unknown_field(field, &known.join(", ")));
        }
    }
    for (field, kind, required) in spec.fields {
        match body.get(*field) {
            None | Some(Value::Null) if *required => return Err(problem::missing_field(field)),
            None | Some(Value::Null) => {}
            Some(value) => fits(*kind, value).map_err(|expected| problem::bad_field(field, expected))?,
        }
    }
    Ok(spec)
}

/// Whether a value is of a kind; if not, what is expected.
fn fits(kind: Kind, value: &Value) -> Result<(), Text> {
    let is_parts = |map: &Map<String, Value>| {
        map.values()
            .all(|n| n.as_u64().is_some_and(|n| n <= u32::MAX.into()))
    };
    let (good, expected) = match kind {
        Kind::Text | Kind::Item | Kind::Badge | Kind::Loan => {
            (value.is_string(), Text::both("текст", "a text"))
        }
        Kind::Tag => (
            value
                .as_str()
                .is_some_and(|text| text.parse::<crate::tag::TagId>().is_ok()),
            Text::both(
                "метка вида scheme:VALUE, например uid:04D3BDF8E8F9A5",
                "a tag scheme:VALUE, for example uid:04D3BDF8E8F9A5",
            ),
        ),
        Kind::Date => (
            value
                .as_str()
                .is_some_and(|text| text.parse::<jiff::civil::Date>().is_ok()),
            Text::both("дата, например 2026-09-01", "a date, for example 2026-09-01"),
        ),
        Kind::Number => (
            value.as_u64().is_some(),
            Text::both("целое число не меньше нуля", "a whole number, not negative"),
        ),
        Kind::Flag => (value.is_boolean(), Text::both("true или false", "true or false")),
        Kind::Condition => (
            matches!(value.as_str(), Some("ok" | "dirty" | "damaged" | "faulty")),
            Text::both("ok, dirty, damaged или faulty", "ok, dirty, damaged or faulty"),
        ),
        Kind::Parts => (
            value.as_object().is_some_and(is_parts),
            Text::both(
                "сколько каких частей, например {\"ROB1-05\": 2}",
                "how many of which components, for example {\"ROB1-05\": 2}",
            ),
        ),
        Kind::Texts => (
            value
                .as_array()
                .is_some_and(|list| list.iter().all(Value::is_string)),
            Text::both("список текстов", "a list of texts"),
        ),
        Kind::Object => (value.is_object(), Text::both("объект", "an object")),
        Kind::Objects => (
            value
                .as_array()
                .is_some_and(|list| list.iter().all(Value::is_object)),
            Text::both("список объектов", "a list of objects"),
        ),
    };
    if good { Ok(()) } else { Err(expected) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::Command;
    use serde_json::json;

    /// What serde says when a command is told without its fields: the names between back quotes.
    fn quoted(error: &str) -> Vec<String> {
        error.split('`').skip(1).step_by(2).map(str::to_owned).collect()
    }

    #[test]
    fn the_table_names_every_command() {
        let error = serde_json::from_value::<Command>(json!({"type": "no_such"}))
            .unwrap_err()
            .to_string();
        let mut known = quoted(&error);
        assert_eq!(known.remove(0), "no_such");
        let table: Vec<&str> = SPECS.iter().map(|spec| spec.name).collect();
        assert_eq!(known, table);
    }

    fn sample(kind: Kind) -> Value {
        match kind {
            Kind::Text | Kind::Item | Kind::Badge | Kind::Loan => json!("x"),
            Kind::Tag => json!("uid:04D3BDF8"),
            Kind::Date => json!("2026-09-01"),
            Kind::Number => json!(1),
            Kind::Flag => json!(true),
            Kind::Condition => json!("ok"),
            Kind::Parts => json!({"ROB1-05": 2}),
            Kind::Texts => json!(["uid:04D3BDF8"]),
            Kind::Object => json!({"number": "1", "valid_from": "2026-09-01", "valid_to": "2026-09-01"}),
            Kind::Objects => json!([{"component": "x", "name": "x", "quantity": 1, "unit": "x"}]),
        }
    }

    fn body(spec: &Spec, with_optional: bool) -> Map<String, Value> {
        let mut body = Map::new();
        body.insert("type".into(), json!(spec.name));
        for (field, kind, required) in spec.fields {
            let value = match (spec.name, *field) {
                ("enrol_item", "lending") => json!("free"),
                ("issue_badge", "kind") => json!("school"),
                ("set_calendar", "kind") => json!("closed"),
                _ => sample(*kind),
            };
            if *required || with_optional {
                body.insert((*field).into(), value);
            }
        }
        body
    }

    #[test]
    fn the_table_has_the_fields_of_each_command_and_no_others() {
        for spec in SPECS {
            for with_optional in [false, true] {
                let body = body(spec, with_optional);
                check(&body).unwrap();
                let read = serde_json::from_value::<Command>(Value::Object(body.clone()));
                let command = read.unwrap_or_else(|error| panic!("{}: {error}", spec.name));
                // Whatever the command keeps is in the table.
                for field in serde_json::to_value(&command)
                    .unwrap()
                    .as_object()
                    .unwrap()
                    .keys()
                {
                    let known = field == "type" || spec.fields.iter().any(|(known, ..)| known == field);
                    assert!(known, "{}: {field} is not in the table", spec.name);
                }
                // Whatever is required is really required.
                for (field, _, required) in spec.fields {
                    let mut without = body.clone();
                    without.remove(*field);
                    let read = serde_json::from_value::<Command>(Value::Object(without.clone()));
                    assert_eq!(read.is_err(), *required, "{} without {field}", spec.name);
                    assert_eq!(
                        check(&without).is_err(),
                        *required,
                        "{} without {field}",
                        spec.name
                    );
                }
            }
        }
    }

    #[test]
    fn errors_name_the_field() {
        for (body, code, field) in [
            (json!({}), "missing_field", Some("type")),
            (json!({"type": 5}), "bad_field", Some("type")),
            (json!({"type": "fly"}), "unknown_command", Some("type")),
            (
                json!({"type": "check_out", "item": "x"}),
                "missing_field",
                Some("badge"),
            ),
            (json!({"type": "check_in", "item": 7}), "bad_field", Some("item")),
            (
                json!({"type": "check_in", "item": "x", "colour": 1}),
                "unknown_field",
                Some("colour"),
            ),
            (
                json!({"type": "check_in", "item": "x", "missing": {"a": -1}}),
                "bad_field",
                Some("missing"),
            ),
            (
                json!({"type": "bind_tag", "item": "x", "tag": "04D3"}),
                "bad_field",
                Some("tag"),
            ),
            (
                json!({"type": "renew", "item": "x", "due": "tomorrow"}),
                "bad_field",
                Some("due"),
            ),
        ] {
            let problem = check(body.as_object().unwrap()).err().unwrap();
            assert_eq!((problem.code, problem.field.as_deref()), (code, field), "{body}");
        }
    }
}
