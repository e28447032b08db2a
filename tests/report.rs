//! Reports as of any instant agree with counting the rows of the history by hand.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod imported;

use formular::clock::{Moment, Trust};
use formular::exchange::report::{self, AsOf, Chosen, Csv, Cut, Folding, Frame, Name, Report};
use formular::ledger::{By, Entry, Event, Policy, query};
use imported::{Centre, now, rows};
use jiff::tz::TimeZone;
use std::collections::BTreeMap;

fn zone() -> TimeZone {
    TimeZone::get("Europe/Kirov").unwrap()
}

fn cut(centre: &Centre, as_of: AsOf) -> Cut {
    let mut folding = Folding::new(as_of);
    for entry in &centre.entries {
        if !folding.take(entry) {
            break;
        }
    }
    folding.finish(now())
}

fn make(
    centre: &Centre,
    name: &str,
    argument: Option<&str>,
    as_of: &str,
    period: [Option<&str>; 2],
) -> Report {
    let as_of = if as_of.is_empty() {
        AsOf::Unsaid
    } else {
        AsOf::parse(as_of, &zone()).unwrap()
    };
    let (cut, policy) = (cut(centre, as_of), Policy::default());
    let [from, to] = period.map(|day| day.map(|day| day.parse().unwrap()));
    let frame = Frame {
        cut: &cut,
        policy: &policy,
        from,
        to,
        head: None,
    };
    let name = Name::parse(name, argument).unwrap();
    report::make(&name, &frame, &mut centre.entries.iter().cloned()).unwrap()
}

fn at_end(centre: &Centre, name: &str) -> Report {
    make(centre, name, None, "2026-08-31T23:59:59+03:00", [None, None])
}

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
    assert!(
        AsOf::parse("31.08.2026", &zone())
            .unwrap_err()
            .contains("neither a date")
    );
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
fn usage_and_idleness_add_up() {
    let centre = Centre::with_sample();
    let period = [Some("2025-09-01"), Some("2026-05-31")];
    let usage = make(&centre, "usage", None, "2026-08-31", period).json;
    let idle = make(&centre, "idle", None, "2026-08-31", period).json;
    let used = |id: &str| {
        usage["items"]
            .as_array()
            .unwrap()
            .iter()
            .find(|item| item["id"] == id)
            .unwrap()
    };
    for item in idle["items"].as_array().unwrap() {
        assert_eq!(used(item["id"].as_str().unwrap())["loans"], 0);
    }
    // ТР-0016 by hand: every loan of it that touched the period, each day of it counted.
    let mut out: Option<String> = None;
    let (mut loans, mut days, mut people) = (0u64, 0i64, 0u64);
    for row in rows("events.csv")
        .into_iter()
        .filter(|row| row["item_id"] == "ТР-0016")
    {
        match row["type"].as_str() {
            "выдача" => out = Some(row["ts"][..10].to_owned()),
            "возврат" => {
                let from = out.take().unwrap().max("2025-09-01".to_owned());
                let to = row["ts"][..10].to_owned().min("2026-05-31".to_owned());
                if from <= to {
                    let (from, to): (jiff::civil::Date, jiff::civil::Date) =
                        (from.parse().unwrap(), to.parse().unwrap());
                    loans += 1;
                    days += i64::from(from.until(to).unwrap().get_days()) + 1;
                    people += row["participants"].parse::<u64>().unwrap();
                }
            }
            _ => {}
        }
    }
    let told = used("ТР-0016");
    assert_eq!(told["loans"], loans);
    assert_eq!(told["days_out"], days);
    assert_eq!(told["person_uses"], people);
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
    let frame_cut = cut(&centre, AsOf::Unsaid);
    let frame = Frame {
        cut: &frame_cut,
        policy: &Policy::default(),
        from: None,
        to: None,
        head: None,
    };
    let missing = report::make(&Name::Item("ТР-9999".into()), &frame, &mut std::iter::empty()).unwrap_err();
    assert!(missing.contains("ТР-9999"));
}

#[test]
fn names_are_checked() {
    assert_eq!(Name::parse("loans", None), Ok(Name::Loans));
    assert!(
        Name::parse("lones", None)
            .unwrap_err()
            .contains("summary, holdings")
    );
    assert!(Name::parse("item", None).is_err());
    assert!(Name::parse("loans", Some("x")).is_err());
}

#[test]
fn text_csv_and_workbook() {
    let centre = Centre::with_sample();
    let report = at_end(&centre, "overdue");
    let text = report::text(&report);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "Просрочено");
    assert!(lines[1].starts_with("По состоянию на 31.08.2026 23:59, событие № "));
    let heading = lines.iter().position(|line| line.starts_with("Выдача ")).unwrap();
    let column = |line: &str, word: &str| line.find(word).map(|at| line[..at].chars().count());
    assert_eq!(
        column(lines[heading], "Номер"),
        column(lines[heading + 2], "ТР-"),
        "columns are aligned\n{text}"
    );

    let bytes = report::csv(
        &report,
        Csv {
            separator: b';',
            mark: true,
        },
    )
    .unwrap();
    assert!(bytes.starts_with("\u{feff}loan_id;item;".as_bytes()));
    let plain = report::csv(&report, Csv::default()).unwrap();
    assert_eq!(imported::cells(&plain).len(), 4, "headings and three loans");

    let book = report::xlsx(&report).unwrap();
    assert!(book.starts_with(b"PK"), "a workbook is a zip file");
}

#[test]
fn a_name_that_is_a_formula_is_text() {
    let files = imported::with(
        "equipment.csv",
        ",Документ-камера,",
        ",\"=HYPERLINK(\"\"x\"\")\",",
    );
    let mut centre = Centre::default();
    assert!(!centre.import(&files).has_faults());
    let csv = String::from_utf8(report::csv(&at_end(&centre, "holdings"), Csv::default()).unwrap()).unwrap();
    assert!(csv.contains("'=HYPERLINK") && !csv.contains(",\"=HYPERLINK"));
}
