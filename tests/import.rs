//! The sample centre goes in whole, and a broken row keeps its file out.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod imported;

use formular::exchange::{self, Imported, Plan, Reason, What};
use formular::ids::{BadgeCode, ItemId, SchoolId};
use formular::ledger::{BadgeKind, Event, Ledger, Lending, query};
use imported::{Centre, sample, with};
use std::collections::BTreeMap;

#[test]
fn every_row_of_the_sample_is_taken() {
    let mut centre = Centre::default();
    let plan = centre.import(&sample());
    let told: Vec<_> = plan
        .files
        .iter()
        .map(|f| (f.kind, f.rows, f.taken, f.unchanged, f.refused))
        .collect();
    assert_eq!(
        told,
        [
            ("schools", 14, 14, 0, 0),
            ("rooms", 3, 3, 0, 0),
            ("donors", 8, 8, 0, 0),
            ("kits", 174, 174, 0, 0),
            ("equipment", 162, 162, 0, 0),
            ("badges", 63, 63, 0, 0),
            ("calendar", 36, 36, 0, 0),
            ("events", 2628, 2628, 0, 0),
        ]
    );
    assert!(!plan.has_faults(), "{:?}", plan.files);
    assert_eq!(plan.left_alone, ["equipment_1c_export_cp1251.csv"]);
    assert_eq!(plan.roster.len(), 63);
    assert_eq!(centre.ledger.kits.len(), 34);
    let s13 = &centre.ledger.schools["S13"];
    assert_eq!(s13.agreements.len(), 2, "an agreement and its renewal");
    assert!(centre.ledger.schools["S00"].school.centre);
}

#[test]
fn the_summary_at_the_end() {
    let centre = Centre::with_sample();
    let sum = query::summary(&centre.ledger, "2026-08-31".parse().unwrap());
    assert_eq!((sum.items, sum.loans, sum.returns), (162, 728, 718));
    assert_eq!(
        (sum.returns_late, sum.returns_incomplete, sum.returns_damaged),
        (96, 71, 36)
    );
    assert_eq!((sum.loans_open, sum.loans_overdue), (10, 3));
    assert_eq!((sum.items_lost, sum.items_withdrawn, sum.refusals), (1, 1, 47));
    assert_eq!(centre.ledger.counts.unknown_tags, 20);
    assert_eq!(centre.ledger.counts.notices, 95);
}

#[test]
fn kits_that_are_short_at_the_end() {
    let ledger = Centre::with_sample().ledger;
    let short: Vec<_> = ledger
        .items
        .values()
        .filter(|i| !i.status.shortage.is_empty())
        .collect();
    assert_eq!(short.len(), 11);
    let critical: Vec<_> = short
        .iter()
        .filter(|item| {
            let kit = &ledger.kits[item.item.kit.as_ref().unwrap()];
            kit.components
                .iter()
                .any(|part| part.critical && item.status.shortage.contains_key(&part.component))
        })
        .map(|item| item.item.item.as_str())
        .collect();
    assert_eq!(
        critical,
        ["ТР-0043", "ТР-0048", "ТР-0054", "ТР-0060", "ТР-0098", "ТР-0139"]
    );
    assert!(
        ledger.items.values().all(|item| !item.status.unchecked),
        "imported kits count as checked"
    );
}

#[test]
fn words_of_the_files_mean_what_they_say() {
    let ledger = Centre::with_sample().ledger;
    let item = |id: &str| &ledger.items[&ItemId::new(id)];
    assert_eq!(item("ТР-0034").item.max_days, Some(14), "«не более 14 дней»");
    assert_eq!(
        item("ТР-0121").item.verification_months,
        Some(12),
        "«поверка раз в 12 мес.»"
    );
    assert_eq!(item("ТР-0012").item.lending, Lending::CentreOnly);
    let by_order = ledger
        .items
        .values()
        .filter(|i| i.item.lending == Lending::ByOrder)
        .count();
    assert_eq!(by_order, 3);
    assert_eq!(item("ТР-0001").tags.len(), 2, "radio tag and label");
    assert_eq!(
        item("ТР-0001").tags[0].to_string(),
        "epc:355AB1C8B000001000000001"
    );
    assert_eq!(item("ТР-0020").tags.len(), 1, "label only");
    for (role, kind, count) in [
        ("keep the desk", BadgeKind::Duty, 4),
        ("borrow for the centre", BadgeKind::Centre, 7),
        ("borrow for a school", BadgeKind::School, 52),
    ] {
        assert_eq!(
            ledger.badges.values().filter(|b| b.kind == kind).count(),
            count,
            "{role}"
        );
    }
}

#[test]
fn history_is_mapped_row_by_row() {
    let centre = Centre::with_sample();
    let event = |id: &str| {
        let of_row = |e: &&formular::ledger::Entry| {
            e.src
                .as_ref()
                .is_some_and(|src| src.file == "events.csv" && src.id == id)
        };
        let entry = centre.entries.iter().find(of_row).unwrap();
        assert_eq!(entry.src.as_ref().unwrap().line, id.parse::<u64>().unwrap() + 1);
        entry
    };
    // Five loans «по брони» have no hold; the other 288 have.
    let mut held = 0;
    for entry in &centre.entries {
        if let Event::CheckedOut { hold, .. } = &entry.event {
            held += usize::from(hold.is_some());
        }
    }
    assert_eq!(held, 288);
    assert!(
        centre.ledger.open_holds.is_empty(),
        "337 holds: 288 fulfilled, 49 cancelled"
    );
    assert!(
        matches!(&event("1249").event, Event::VerificationEnded { next_due: Some(due), .. }
        if due.to_string() == "2026-08-18")
    );
    assert!(matches!(&event("53").event, Event::Refused { code, reason, .. }
        if code == "К-19" && reason == "centre_only"));
    assert!(
        matches!(&event("233").event, Event::StocktakeOpened { stocktake, .. }
        if stocktake.as_str() == "И-2024-1")
    );
    assert!(
        matches!(&event("1716").event, Event::StocktakeClosed { stocktake }
        if stocktake.as_str() == "И-2025-1")
    );
    assert_eq!(event("1").by.badge, Some(BadgeCode::new("B-0304")));
    assert_eq!(event("1").by.reader.as_ref().unwrap().as_str(), "RD-HF-1");
    let stocktake = &centre.ledger.stocktakes["И-2024-1"];
    assert_eq!(
        (
            stocktake.seen.len(),
            stocktake.accounted.len(),
            stocktake.missing.len()
        ),
        (150, 10, 2)
    );
}

#[test]
fn no_card_number_and_no_unknown_tag_stands_in_an_event() {
    let centre = Centre::with_sample();
    let journal: String = centre
        .entries
        .iter()
        .map(|entry| serde_json::to_string(&entry.event).unwrap())
        .collect();
    for row in imported::rows("badges.csv") {
        assert!(!journal.contains(&row["badge_uid"]), "{}", row["badge_code"]);
    }
    for row in imported::rows("events.csv") {
        if row["type"] == "неизвестная метка" {
            assert!(!journal.contains(&row["tag"]), "row {}", row["event_id"]);
        }
    }
}

#[test]
fn a_second_import_finds_nothing_new() {
    let mut centre = Centre::with_sample();
    let plan = centre.plan(&sample(), false);
    assert!(!plan.has_faults(), "{:?}", plan.files);
    assert_eq!(plan.planned, []);
    assert_eq!(plan.roster, []);
    assert!(plan.files.iter().all(|file| file.unchanged == file.rows));
    // Also after the desk has begun to lend.
    centre.ledger.has_live_loans = true;
    let plan = centre.plan(&sample(), false);
    assert!(plan.planned.is_empty() && !plan.has_faults());
}

#[test]
fn a_changed_row_is_a_change() {
    let centre = Centre::with_sample();
    let changed = |file: &str, from: &str, to: &str, rows: u64| -> Plan {
        let mut files = with(file, from, to);
        files.remove("events.csv");
        let plan = centre.plan(&files, false);
        let report = plan.files.iter().find(|report| report.name == file).unwrap();
        assert_eq!(report.faults, []);
        assert_eq!((report.changed, report.taken), (rows, 0), "{file}: {from} → {to}");
        assert!(plan.planned.iter().all(|planned| planned.src.file == file));
        plan
    };
    let renewed = "БП-03/2023,СД-03/2026,2026-09-01,2029-08-31,6,14";
    let plan = changed("schools.csv", "БП-03/2023,,,,6,14", renewed, 1);
    assert!(matches!(&plan.planned[..], [one] if matches!(&one.event,
        Event::AgreementSigned { school, .. } if *school == SchoolId::new("S03"))));
    let (tag, other) = ("355AB1C8B000001000000001", "355AB1C8B0000010000000FF");
    let plan = changed("equipment.csv", tag, other, 1);
    let kinds: Vec<_> = plan
        .planned
        .iter()
        .map(|p| std::mem::discriminant(&p.event))
        .collect();
    assert_eq!(kinds.len(), 3, "new master data, one tag unbound, one bound");
    assert!(matches!(&plan.planned[2].event, Event::TagBound { tag, .. }
        if tag.to_string() == "epc:355AB1C8B0000010000000FF"));
    let plan = changed("badges.csv", "04CE41A3571FAA", "04CE41A3571FAB", 1);
    assert_eq!(plan.roster.len(), 1, "the roster gets the new card");
    assert!(matches!(&plan.planned[0].event, Event::BadgeCardGiven { .. }));
    // All rows of a kind of kit are one definition.
    changed(
        "kits.csv",
        "ROB1-13,Колесо с шиной,4",
        "ROB1-13,Колесо с шиной,6",
        16,
    );
}

/// An old file gives no lost card back; the rest of its rows is taken as ever.
#[test]
fn a_stopped_card_stays_stopped() {
    let mut centre = Centre::with_sample();
    let before = centre.plan(&sample(), false);
    assert!(before.planned.is_empty());
    let (badge, _) = centre.cards.iter().next().unwrap();
    let badge = badge.clone();
    let given = centre.entries.iter().find_map(|entry| match &entry.event {
        Event::BadgeCardGiven {
            badge: of, digest, ..
        } if *of == badge => Some(digest.clone()),
        _ => None,
    });
    centre.cards.remove(&badge);
    centre.ledger.stopped_cards.insert(given.unwrap(), badge.clone());
    let plan = centre.plan(&sample(), false);
    assert!(!plan.has_faults() && plan.planned.is_empty() && plan.roster.is_empty());
    let warnings: Vec<_> = plan.files.iter().flat_map(|file| &file.warnings).collect();
    assert_eq!(warnings.len(), 1);
    let told = warnings[0].to_string();
    assert!(
        told.contains("badges.csv, line ") && told.contains("was stopped"),
        "{told}"
    );
}

/// A name in a note is questioned with its line; the sample has none.
#[test]
fn names_in_free_texts_are_told_with_their_line() {
    let mut files = sample();
    let centre = Centre::default();
    let plan = centre.plan(&files, false);
    assert!(plan.files.iter().all(|file| file.warnings.is_empty()));
    for (name, bytes) in &mut files {
        if name == "rooms.csv" {
            let text = String::from_utf8(bytes.clone()).unwrap();
            let text = text.replacen("видны 2 считывателя", "ключ у Иванова Ивана Петровича", 1);
            *bytes = text.into_bytes();
        }
    }
    let plan = centre.plan(&files, false);
    assert!(!plan.has_faults(), "a question is no refusal");
    let warnings: Vec<String> = plan
        .files
        .iter()
        .flat_map(|file| &file.warnings)
        .map(ToString::to_string)
        .collect();
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert!(
        warnings[0].starts_with("rooms.csv, line 2, column notes: «Иванова Ивана Петровича»"),
        "{warnings:?}"
    );
}

#[test]
fn a_revoked_badge_stays_revoked() {
    let mut centre = Centre::with_sample();
    let badge = BadgeCode::new("B-0302");
    centre.ledger.badges.get_mut(&badge).unwrap().active_to = Some("2026-08-01".parse().unwrap());
    let plan = centre.plan(&sample(), false);
    assert!(plan.planned.is_empty() && !plan.has_faults());
}

#[test]
fn history_stays_as_it_was_taken() {
    let centre = Centre::with_sample();
    let plan = centre.plan(
        &with("events.csv", "S03-6А-24,11,исправен", "S03-6А-24,12,исправен"),
        false,
    );
    let [fault] = &plan.files[7].faults[..] else {
        panic!("{:?}", plan.files[7].faults)
    };
    assert_eq!(
        (fault.line, fault.column.as_str(), &fault.reason),
        (5, "event_id", &Reason::Rewritten)
    );
    assert!(plan.planned.is_empty());
}

#[test]
fn history_does_not_go_into_a_live_journal() {
    let mut centre = Centre::default();
    let mut files = sample();
    let events = files.remove("events.csv").unwrap();
    centre.import(&files);
    centre.ledger.has_live_loans = true;
    let files = BTreeMap::from([("events.csv".to_owned(), events)]);
    let plan = centre.plan(&files, false);
    assert_eq!(plan.files[0].faults[0].reason, Reason::LiveJournal);
    assert!(plan.planned.is_empty());
}

#[test]
fn other_encodings_are_named() {
    let mut files = sample();
    let (text, ..) = encoding_rs::WINDOWS_1251.encode(std::str::from_utf8(&files["rooms.csv"]).unwrap());
    let text = text.into_owned();
    files.insert("rooms.csv".into(), text);
    let plan = Centre::default().plan(&files, false);
    let rooms = plan.files.iter().find(|f| f.kind == "rooms").unwrap();
    assert_eq!(
        (rooms.faults[0].line, &rooms.faults[0].reason),
        (2, &Reason::NotUtf8)
    );
}

#[test]
fn separators_marks_and_orders_that_do_not_matter() {
    let mut files = sample();
    for name in ["rooms.csv", "donors.csv"] {
        let rows = imported::cells(&files[name]);
        let mut text = String::from("\u{feff}");
        for mut row in rows {
            row.reverse();
            let quoted: Vec<_> = row
                .iter()
                .map(|cell| format!("\"{}\"", cell.replace('"', "\"\"")))
                .collect();
            text += &(quoted.join(";") + "\r\n");
        }
        files.insert(name.into(), text.into_bytes());
    }
    let plan = Centre::with_sample().plan(&files, false);
    assert!(plan.planned.is_empty() && !plan.has_faults());
}

#[test]
fn look_alike_letters_are_one_id() {
    let files = with(
        "events.csv",
        "выдача,ТР-0031,213400007,S09,B-0904,В-24-00002",
        "выдача,TP-0031,213400007,s09,В-0904,B-24-00002",
    );
    let mut centre = Centre::default();
    let plan = centre.import(&files);
    assert!(!plan.has_faults());
    assert!(centre.ledger.loans.contains_key("В-24-00002"));
    assert_eq!(
        centre.plan(&sample(), false).planned,
        [],
        "the other spelling is the same row"
    );
}

#[test]
fn skip_bad_takes_the_rest() {
    let mut centre = Centre::default();
    let files = with(
        "events.csv",
        "2024/25,выдача,ТР-0031,213400007,S09,B-0904",
        "2024/25,выдача,ТР-0031,213400007,S99,B-0904",
    );
    let plan = centre.plan(&files, true);
    let events = plan.files.iter().find(|f| f.kind == "events").unwrap();
    // The loan of line 3 and its return of line 16, which then returns nothing.
    assert_eq!((events.taken, events.refused), (2626, 2));
    assert_eq!(events.faults.iter().map(|f| f.line).collect::<Vec<_>>(), [3, 16]);
    assert!(matches!(
        &events.faults[1].reason,
        Reason::Unknown { what: What::Loan, .. }
    ));
    centre.take(plan);
    assert_eq!(
        query::summary(&centre.ledger, "2026-08-31".parse().unwrap()).loans,
        727
    );
}

#[test]
fn the_accounting_export_is_only_shown() {
    let centre = Centre::with_sample();
    let path = imported::folder().join("equipment_1c_export_cp1251.csv");
    let opened = exchange::open(&path).unwrap();
    let plan = exchange::plan(&opened, &centre.ledger, &imported::options(&centre, false));
    assert!(plan.planned.is_empty() && plan.files.is_empty());
    let sheet = plan.accounting.unwrap();
    assert!(sheet.title.starts_with("Оборотно-сальдовая ведомость"));
    assert_eq!(sheet.rows.len(), 61);
    assert_eq!(sheet.total.as_deref(), Some("61.000"));
    let first = &sheet.rows[0];
    assert_eq!(
        (first.cost.as_str(), first.accepted.as_str()),
        ("45900.00", "2020-08-21")
    );
    assert_eq!(first.item, Some(ItemId::new("ТР-0001")));
    assert_eq!(first.differences, [], "name, account, cost and date agree");
    assert_eq!(
        sheet.rows[4].inventory_number, "410134000005",
        "the apostrophe is gone"
    );
    assert_eq!(sheet.rows[28].differences, [exchange::Difference::NoNumber]);
    assert_eq!(
        sheet.rows[60].differences,
        [exchange::Difference::Repeated { line: 6 }]
    );
    assert!(sheet.not_in_sheet.len() > 80);
    let text = exchange::report::text(&exchange::report::accounts(&sheet));
    assert!(
        text.contains("Только просмотр") && text.contains("номер уже был в строке 6"),
        "{text}"
    );
}

#[test]
fn what_is_none_of_ours_is_said() {
    let error = exchange::sheet("notes.txt", b"hello\nworld\n").unwrap_err();
    assert_eq!(error.reason, Reason::NoneOfOurs);
    let error = exchange::open(std::path::Path::new("no-such-folder")).unwrap_err();
    assert!(matches!(error.reason, Reason::Unreadable { .. }), "{error}");
    let by_headings = exchange::sheet("my rooms.csv", &sample()["rooms.csv"]).unwrap();
    assert_eq!(by_headings.name, "my rooms.csv");
}

#[test]
fn an_empty_ledger_plans_from_nothing() {
    assert_eq!(Ledger::default().seq, 0);
    assert!(Imported::default().get("1").is_none());
}
