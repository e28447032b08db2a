//! Loans, kits, partners and the history of one item.

use crate::imported::{Centre, rows, with};
use crate::{at_end, make, tried};
use formular::exchange::report;
use std::collections::BTreeMap;

#[test]
fn lists_have_the_shape_that_programs_rely_on() {
    let centre = Centre::with_sample();
    for (name, key, count) in [
        ("holdings", "items", 162),
        ("loans", "loans", 728),
        ("overdue", "loans", 3),
        ("incomplete", "items", 11),
    ] {
        let json = at_end(&centre, name).json;
        assert_eq!(json[key].as_array().unwrap().len(), count, "{name}");
    }
    let json = at_end(&centre, "holdings").json;
    let item = json["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|item| item["id"] == "ТР-0029")
        .unwrap();
    for field in [
        "inventory_number",
        "name",
        "category",
        "subject",
        "room",
        "state",
        "tags",
        "loan",
        "kit",
        "reason",
    ] {
        assert!(item.as_object().unwrap().contains_key(field), "{field}");
    }
    assert_eq!(
        (&item["state"], &item["loan"]["loan_id"]),
        (&"lost".into(), &"В-26-00525".into())
    );
    assert_eq!(item["loan"]["overdue"], true);
    let kit = at_end(&centre, "incomplete").json["items"][0]["kit"].clone();
    assert_eq!(kit["complete"], false);
    assert!(kit["missing"][0]["count"].as_u64().unwrap() > 0);
}

#[test]
fn loans_of_a_period_are_those_made_in_it() {
    let centre = Centre::with_sample();
    let within = make(
        &centre,
        "loans",
        None,
        "2026-08-31",
        [Some("2025-02-01"), Some("2025-02-28")],
    );
    let lent = rows("events.csv")
        .into_iter()
        .filter(|row| row["type"] == "выдача" && row["ts"].starts_with("2025-02"));
    let ids: Vec<String> = lent.map(|row| row["loan_id"].clone()).collect();
    let told = within.json["loans"]
        .as_array()
        .unwrap()
        .iter()
        .map(|loan| loan["loan_id"].as_str().unwrap());
    assert_eq!(told.collect::<Vec<_>>(), ids);
}

#[test]
fn what_is_at_partners_and_on_which_basis() {
    let centre = Centre::with_sample();
    let report = at_end(&centre, "at-partners");
    assert_eq!(report.rows.len(), 10);
    let agreement = report
        .columns
        .iter()
        .position(|column| column.key == "agreement")
        .unwrap();
    assert!(
        report
            .rows
            .iter()
            .all(|row| row[agreement] != report::Value::Empty),
        "every loan has its agreement"
    );
}

#[test]
fn loans_outside_an_agreement_are_found() {
    let centre = Centre::with_sample();
    let mut terms: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for school in rows("schools.csv")
        .into_iter()
        .filter(|school| school["role"] == "партнёр")
    {
        let term = |from: &str, to: &str| (school[from].clone(), school[to].clone());
        let both = vec![
            term("valid_from", "valid_to"),
            term("renewal_valid_from", "renewal_valid_to"),
        ];
        terms.insert(school["school_id"].clone(), both);
    }
    let outside = rows("events.csv").into_iter().filter(|row| {
        row["type"] == "выдача"
            && terms.get(&row["school_id"]).is_some_and(|terms| {
                let day = &row["ts"][..10];
                !terms
                    .iter()
                    .any(|(from, to)| !from.is_empty() && from.as_str() <= day && day <= to.as_str())
            })
    });
    let report = at_end(&centre, "outside-agreement");
    assert_eq!(report.rows.len(), outside.count());
}

#[test]
fn the_history_of_an_item() {
    let centre = Centre::with_sample();
    // Typed with Latin letters, found all the same.
    let report = make(&centre, "item", Some("tp-0029"), "2026-08-31", [None, None]);
    let of_item = rows("events.csv")
        .into_iter()
        .filter(|row| row["item_id"] == "ТР-0029")
        .count();
    assert_eq!(
        report.rows.len(),
        of_item + 1,
        "its enrolment, then each of its rows"
    );
    assert_eq!(report.json["history"].as_array().unwrap().len(), of_item + 1);
    assert_eq!(report.json["item"]["state"], "lost");
    let text = report::text(&report);
    assert!(text.contains("Заявлена утрата: служебная записка"), "{text}");
    let earlier = make(&centre, "item", Some("ТР-0029"), "2024-12-31", [None, None]);
    assert!(
        earlier.rows.len() < report.rows.len(),
        "history ends where the report's instant is"
    );
    let missing = tried(&centre, "item", Some("ТР-9999"), "", [None, None]).unwrap_err();
    assert!(missing.contains("ТР-9999"));
}

#[test]
fn a_number_of_two_items_names_them() {
    let files = with("equipment.csv", "ТР-0002,410134000002", "ТР-0002,410134000001");
    let mut centre = Centre::default();
    assert!(
        !centre.import(&files).has_faults(),
        "books may count several as one"
    );
    let why = tried(&centre, "item", Some("410134000001"), "", [None, None]).unwrap_err();
    assert!(why.contains("ТР-0001, ТР-0002"), "{why}");
}
