//! The commands of the API field by field: what is checked before a command is read, and what OpenAPI says of it.
//!
//! Knows: names and kinds of fields. Must not know: what the commands do. A test compares it with [`Command`].
//!
//! [`Command`]: crate::ledger::Command

use crate::web::problem::{self, Problem};
use crate::web::words::Text;
use serde_json::{Map, Value};

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Text,
    /// An item that is there: number, inventory number or tag.
    Item,
    /// A badge that is there.
    Badge,
    Loan,
    /// `uid:04D3BDF8E8F9A5`
    Tag,
    Date,
    Number,
    Flag,
    /// ok, dirty, damaged or faulty.
    Condition,
    /// `{"ROB1-05": 2}`
    Parts,
    Texts,
    /// An object or a list of objects, as `docs/api.md` describes it.
    Object,
    Objects,
}

/// A field: its name, what it holds, and whether it must be there.
pub type Field = (&'static str, Kind, bool);

pub struct Spec {
    pub name: &'static str,
    pub about: &'static str,
    pub fields: &'static [Field],
}

const ITEM: Field = ("item", Kind::Item, true);
const NOTE: Field = ("note", Kind::Text, false);

/// Every command.
pub const SPECS: &[Spec] = &[
    Spec {
        name: "check_out",
        about: "Lends an item to the school of a badge.",
        fields: &[
            ITEM,
            ("badge", Kind::Badge, true),
            ("due", Kind::Date, false),
            ("order", Kind::Text, false),
            ("second_badge", Kind::Badge, false),
            ("purpose", Kind::Text, false),
            ("group", Kind::Text, false),
            ("override", Kind::Text, false),
            ("session", Kind::Number, false),
        ],
    },
    Spec {
        name: "check_in",
        about: "Takes an item back. Never refused while it is out.",
        fields: &[
            ITEM,
            ("condition", Kind::Condition, false),
            ("missing", Kind::Parts, false),
            ("headcount", Kind::Number, false),
            ("unchecked", Kind::Flag, false),
            ("by_label", Kind::Flag, false),
            ("session", Kind::Number, false),
        ],
    },
    Spec {
        name: "renew",
        about: "Prolongs a loan.",
        fields: &[ITEM, ("due", Kind::Date, false)],
    },
    Spec {
        name: "note_loan",
        about: "Adds purpose, group, order or head count to a loan.",
        fields: &[
            ("loan", Kind::Loan, true),
            ("purpose", Kind::Text, false),
            ("group", Kind::Text, false),
            ("order", Kind::Text, false),
            ("headcount", Kind::Number, false),
        ],
    },
    Spec {
        name: "hold",
        about: "Keeps an item for a school from a day on.",
        fields: &[ITEM, ("school", Kind::Text, true), ("from", Kind::Date, true)],
    },
    Spec {
        name: "hold_cancel",
        about: "Gives a hold up.",
        fields: &[ITEM, ("school", Kind::Text, true), ("hold", Kind::Number, false)],
    },
    Spec {
        name: "kit_check",
        about: "Says what is missing from a kit; nothing means that it is complete.",
        fields: &[ITEM, ("missing", Kind::Parts, false)],
    },
    Spec {
        name: "replenish",
        about: "Puts parts back into a kit.",
        fields: &[ITEM, ("parts", Kind::Parts, true)],
    },
    Spec {
        name: "note_condition",
        about: "Says in what condition an item was found; ok releases a damaged one.",
        fields: &[ITEM, ("condition", Kind::Condition, true), NOTE],
    },
    Spec {
        name: "start_repair",
        about: "Sends an item to repair.",
        fields: &[ITEM, NOTE],
    },
    Spec {
        name: "end_repair",
        about: "Takes an item back from repair.",
        fields: &[ITEM, NOTE],
    },
    Spec {
        name: "start_verification",
        about: "Sends an item to metrological verification.",
        fields: &[ITEM],
    },
    Spec {
        name: "end_verification",
        about: "Takes an item back from verification.",
        fields: &[ITEM, ("next_due", Kind::Date, false)],
    },
    Spec {
        name: "declare_lost",
        about: "Declares an item lost.",
        fields: &[ITEM, NOTE],
    },
    Spec {
        name: "declare_found",
        about: "Declares a lost item found.",
        fields: &[ITEM, NOTE],
    },
    Spec {
        name: "withdraw",
        about: "Takes an item out of the fund.",
        fields: &[ITEM, ("basis", Kind::Text, true)],
    },
    Spec {
        name: "bind_tag",
        about: "Binds a tag to an item.",
        fields: &[ITEM, ("tag", Kind::Tag, true)],
    },
    Spec {
        name: "unbind_tag",
        about: "Takes a tag off an item.",
        fields: &[ITEM, ("tag", Kind::Tag, true)],
    },
    Spec {
        name: "badge_card",
        about: "Gives a card to a badge. The card’s number goes to the roster alone.",
        fields: &[("badge", Kind::Badge, true), ("uid", Kind::Tag, true)],
    },
    Spec {
        name: "revoke_badge",
        about: "Ends a badge after a day.",
        fields: &[("badge", Kind::Badge, true), ("last", Kind::Date, true)],
    },
    Spec {
        name: "record_consent",
        about: "Records the founder’s consent to lending an especially valuable item.",
        fields: &[ITEM, ("number", Kind::Text, true), ("date", Kind::Date, true)],
    },
    Spec {
        name: "enrol_item",
        about: "Enters an item, or changes its master data.",
        fields: &[
            ("item", Kind::Text, true),
            ("inventory_number", Kind::Text, false),
            ("account", Kind::Text, false),
            ("name", Kind::Text, true),
            ("category", Kind::Text, true),
            ("subject", Kind::Text, false),
            ("room", Kind::Text, false),
            ("cost", Kind::Text, false),
            ("funding", Kind::Text, false),
            ("donor", Kind::Text, false),
            ("accepted", Kind::Date, false),
            ("serial_number", Kind::Text, false),
            ("okof", Kind::Text, false),
            ("valuable", Kind::Flag, false),
            ("kit", Kind::Text, false),
            ("lending", Kind::Text, false),
            ("policy", Kind::Text, false),
            ("max_days", Kind::Number, false),
            ("verification_months", Kind::Number, false),
            ("verification_due", Kind::Date, false),
            ("uav_number", Kind::Text, false),
            ("tags", Kind::Texts, false),
        ],
    },
    Spec {
        name: "issue_badge",
        about: "Issues a badge, or changes it.",
        fields: &[
            ("badge", Kind::Text, true),
            ("school", Kind::Text, true),
            ("role", Kind::Text, true),
            ("kind", Kind::Text, true),
            ("active_from", Kind::Date, true),
            ("active_to", Kind::Date, false),
        ],
    },
    Spec {
        name: "register_school",
        about: "Registers a school, or changes it.",
        fields: &[
            ("school", Kind::Text, true),
            ("centre", Kind::Flag, false),
            ("short_name", Kind::Text, true),
            ("full_name", Kind::Text, true),
            ("legal_form", Kind::Text, false),
            ("ownership", Kind::Text, false),
            ("locality", Kind::Text, false),
            ("distance_km", Kind::Number, false),
            ("learners", Kind::Number, false),
            ("profile_classes", Kind::Texts, false),
            ("directions", Kind::Texts, false),
            ("max_items", Kind::Number, false),
            ("max_days", Kind::Number, false),
            ("contact_role", Kind::Text, false),
            ("contact_badge", Kind::Text, false),
        ],
    },
    Spec {
        name: "sign_agreement",
        about: "Enters an agreement or its renewal.",
        fields: &[("school", Kind::Text, true), ("agreement", Kind::Object, true)],
    },
    Spec {
        name: "register_room",
        about: "Registers a room, or changes it.",
        fields: &[
            ("room", Kind::Text, true),
            ("name", Kind::Text, true),
            ("area_m2", Kind::Text, false),
            ("subjects", Kind::Text, false),
            ("zones", Kind::Text, false),
            ("notes", Kind::Text, false),
        ],
    },
    Spec {
        name: "register_donor",
        about: "Registers a donor by code, or changes it.",
        fields: &[
            ("donor", Kind::Text, true),
            ("kind", Kind::Text, true),
            ("support", Kind::Text, false),
        ],
    },
    Spec {
        name: "define_kit",
        about: "Says what belongs into a kind of kit.",
        fields: &[
            ("kit", Kind::Text, true),
            ("title", Kind::Text, true),
            ("components", Kind::Objects, true),
        ],
    },
    Spec {
        name: "set_calendar",
        about: "Enters a stretch of vacation, holiday, closed or working days.",
        fields: &[
            ("from", Kind::Date, true),
            ("to", Kind::Date, true),
            ("kind", Kind::Text, true),
            ("name", Kind::Text, false),
        ],
    },
    Spec {
        name: "open_stocktake",
        about: "Begins a stocktake.",
        fields: &[("basis", Kind::Text, false)],
    },
    Spec {
        name: "see_in_stocktake",
        about: "Counts an item as seen.",
        fields: &[("stocktake", Kind::Text, true), ITEM],
    },
    Spec {
        name: "close_stocktake",
        about: "Ends a stocktake.",
        fields: &[("stocktake", Kind::Text, true)],
    },
    Spec {
        name: "send_notice",
        about: "Writes down that a reminder was sent.",
        fields: &[("loan", Kind::Loan, true), NOTE],
    },
    Spec {
        name: "move_loan",
        about: "Moves a loan to the school of another badge.",
        fields: &[
            ("loan", Kind::Loan, true),
            ("badge", Kind::Badge, true),
            ("reason", Kind::Text, true),
        ],
    },
    Spec {
        name: "void",
        about: "Reverses an event, if nothing stands on it.",
        fields: &[("seq", Kind::Number, true), ("reason", Kind::Text, true)],
    },
];

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
