//! Counts as of any instant, against counting the rows by hand.

use crate::imported::{Centre, now, rows};
use crate::{at_end, cut, make, zone};
use formular::clock::{Moment, Trust};
use formular::exchange::report::{self, AsOf, Chosen};
use formular::ledger::{By, Entry, Event, query};
use std::collections::BTreeMap;

/// What a clerk with a pencil would count in `events.csv` up to an instant.
fn by_hand(history: &[BTreeMap<String, String>], until: Moment) -> BTreeMap<&'static str, u64> {
    let mut count: BTreeMap<&'static str, u64> = BTreeMap::new();
    let mut due_of: BTreeMap<&str, &str> = BTreeMap::new();
    let today = until.date().to_string();
    for row in history {
        if row["ts"].parse::<Moment>().unwrap().timestamp() > until.timestamp() {
            break;
        }
        let mut one = |name: &'static str| *count.entry(name).or_default() += 1;
        match row["type"].as_str() {
            "выдача" => {
                one("loans");
                due_of.insert(&row["loan_id"], &row["due_date"]);
            }
            "продление" => {
                due_of.insert(&row["loan_id"], &row["due_date"]);
            }
            "возврат" => {
                one("returns");
                if row["ts"][..10] > *due_of.remove(row["loan_id"].as_str()).unwrap() {
                    one("returns_late");
                }
                match row["condition"].as_str() {
                    "некомплект" => one("returns_incomplete"),
                    "повреждён" => one("returns_damaged"),
                    _ => {}
                }
            }
            "утрата заявлена" => one("items_lost"),
            "списание" => one("items_withdrawn"),
            "отказ" => one("refusals"),
            _ => {}
        }
    }
    count.insert("loans_open", due_of.len() as u64);
    let late = due_of.values().filter(|due| today.as_str() > **due).count();
    count.insert("loans_overdue", late as u64);
    count
}

#[test]
fn the_summary_of_the_whole_history() {
    let json = at_end(&Centre::with_sample(), "summary").json;
    for (key, expected) in [
        ("items", 162),
        ("loans", 728),
        ("returns", 718),
        ("returns_late", 96),
        ("returns_incomplete", 71),
        ("returns_damaged", 36),
        ("loans_open", 10),
        ("loans_overdue", 3),
        ("items_lost", 1),
        ("items_withdrawn", 1),
        ("refusals", 47),
    ] {
        assert_eq!(json[key], expected, "{key}");
    }
    assert_eq!(json["as_of"], "2026-08-31T23:59:59+03:00");
    assert!(json.as_object().unwrap().contains_key("head"));
}

#[test]
fn any_instant_agrees_with_counting_the_rows() {
    let centre = Centre::with_sample();
    let history = rows("events.csv");
    let times: Vec<Moment> = history.iter().map(|row| row["ts"].parse().unwrap()).collect();
    let mut instants: Vec<Moment> = times.iter().step_by(50).copied().collect();
    // Just before a row, the end of its day, the night between two days, and odd moments anywhere.
    instants.extend(times.iter().step_by(331).map(|at| at.plus_ms(-1)));
    instants.extend(times.iter().step_by(211).map(|at| {
        let day = at.date();
        format!("{day}T23:59:59+03:00").parse::<Moment>().unwrap()
    }));
    let (first, span) = (times[0], times[times.len() - 1].since_ms(times[0]));
    let mut odd = 20_260_831_i64;
    for _ in 0..40 {
        odd = (odd * 1_103_515_245 + 12_345) % 2_147_483_648;
        instants.push(first.plus_ms(odd % (span + 86_400_000)));
    }
    instants.push("2024-01-01T00:00:00+03:00".parse().unwrap());
    instants.push("2030-01-01T00:00:00+03:00".parse().unwrap());
    for until in instants {
        let ledger = report::fold_until(centre.entries.iter().cloned(), until);
        let sum = query::summary(&ledger, until.date());
        assert_eq!(sum.items, 162, "as of {until}");
        let counted = by_hand(&history, until);
        for (key, value) in [
            ("loans", sum.loans),
            ("returns", sum.returns),
            ("returns_late", sum.returns_late),
            ("returns_incomplete", sum.returns_incomplete),
            ("returns_damaged", sum.returns_damaged),
            ("loans_open", sum.loans_open),
            ("loans_overdue", sum.loans_overdue),
            ("items_lost", sum.items_lost),
            ("items_withdrawn", sum.items_withdrawn),
            ("refusals", sum.refusals),
        ] {
            assert_eq!(
                value,
                counted.get(key).copied().unwrap_or(0),
                "{key} as of {until}"
            );
        }
    }
}

#[test]
fn the_cut_is_the_prefix() {
    let centre = Centre::with_sample();
    for until in [
        "2024-09-02",
        "2025-03-14T12:00:00+03:00",
        "2025-03-14T09:00:00Z",
        "2026-08-31",
    ] {
        let AsOf::At(until) = AsOf::parse(until, &zone()).unwrap() else {
            panic!()
        };
        let json = query::summary(&cut(&centre, AsOf::At(until)).ledger, until.date());
        let counted = by_hand(&rows("events.csv"), until);
        assert_eq!(json.loans, counted["loans"], "{until}");
        let folded = report::fold_until(centre.entries.iter().cloned(), until);
        assert_eq!(query::summary(&folded, until.date()), json);
    }
}

#[test]
fn a_date_means_the_end_of_that_day_at_the_centre() {
    let AsOf::At(end) = AsOf::parse("2026-08-31", &zone()).unwrap() else {
        panic!()
    };
    assert_eq!(end.to_string(), "2026-08-31T23:59:59.999+03:00");
    let AsOf::At(utc) = AsOf::parse("2026-08-31T22:30:00Z", &zone()).unwrap() else {
        panic!()
    };
    assert_eq!(
        utc.date().to_string(),
        "2026-09-01",
        "the day is the centre's, not the typist's"
    );
    assert_eq!(
        AsOf::parse("31.08.2026", &zone()),
        Ok(AsOf::At(end)),
        "as people type it"
    );
    for wrong in ["31.02.2026", "9999-12-31", "tomorrow"] {
        let why = AsOf::parse(wrong, &zone()).unwrap_err();
        assert!(why.contains("neither a date"), "{why}");
    }
}

#[test]
fn where_nothing_is_asked_it_says_what_it_speaks_of() {
    let mut centre = Centre::with_sample();
    let still = cut(&centre, AsOf::Unsaid);
    assert_eq!(
        (still.chosen, still.at),
        (Chosen::LastImported, centre.entries.last().unwrap().at)
    );
    let first_of_its_own = Entry {
        seq: centre.ledger.seq + 1,
        batch: centre.ledger.seq + 1,
        at: now(),
        clock: Trust::Ok,
        recorded: None,
        by: By::default(),
        src: None,
        event: Event::ReaderBack {
            reader: "desk-hf".into(),
        },
    };
    centre.entries.push(first_of_its_own);
    let living = cut(&centre, AsOf::Unsaid);
    assert_eq!((living.chosen, living.at), (Chosen::Now, now()));
    let told = make(&centre, "summary", None, "", [None, None]);
    assert!(
        told.notes[0].starts_with("По состоянию на 01.09.2026 09:00 (сейчас)"),
        "{}",
        told.notes[0]
    );
}
