//! The sample centre goes in whole, and a broken row keeps its file out.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod imported;

use formular::exchange::{self, Imported, Plan, Reason, What};
use formular::ids::{BadgeCode, ItemId, SchoolId};
use formular::ledger::{BadgeKind, Event, Ledger, Lending, query};
use imported::{Centre, Files, sample, with};
use proptest::prelude::*;
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

/// One broken cell each: file, what stands there, what is put there, line, column, and a word of the reason.
#[rustfmt::skip]
const BROKEN: &[(&str, &str, &str, u64, &str, &str)] = &[
    ("events.csv", "2024-09-02T15:57:57+03:00",
        "2024-09-02T25:57:57+03:00", 3, "ts", "no time"),
    ("events.csv", "2024-09-02T15:57:57+03:00",
        "2024-09-02T15:57:57", 3, "ts", "no time"),
    ("events.csv", "2024-09-02T15:57:57+03:00",
        "2024-09-01T15:57:57+03:00", 3, "ts", "earlier"),
    ("events.csv", "213400007,S09,B-0904,В-24-00002,2024-09-16,внеурочная деятельность,S09-10А-24,,",
        "213400007,S99,B-0904,В-24-00002,2024-09-16,внеурочная деятельность,S09-10А-24,,", 3, "school_id", "S99 is not known"),
    ("events.csv", "выдача,ТР-0031,213400007,S09",
        "выдача,ТР-9931,213400007,S09", 3, "item_id", "ТР-9931 is not known"),
    ("events.csv", "S09,B-0904,В-24-00002,2024-09-16,внеурочная деятельность,S09-10А-24,,",
        "S09,B-9904,В-24-00002,2024-09-16,внеурочная деятельность,S09-10А-24,,", 3, "badge", "B-9904 is not known"),
    ("events.csv", "S09,B-0904,В-24-00002,2024-09-16,внеурочная деятельность,S09-10А-24,,",
        "S09,B-0301,В-24-00002,2024-09-16,внеурочная деятельность,S09-10А-24,,", 3, "badge", "belongs to S03"),
    ("events.csv", "S09,B-0904,В-24-00002,2024-09-16,внеурочная деятельность,S09-10А-24,,",
        "S09,B-0904,В-24-00001,2024-09-16,внеурочная деятельность,S09-10А-24,,", 3, "loan_id", "exists already"),
    ("events.csv", "2024/25,выдача,ТР-0031,213400007,S09,B-0904",
        "2024/25,выдача,ТР-0126,213400072,S09,B-0904", 3, "item_id", "already out as В-24-00001"),
    ("events.csv", "2024/25,выдача,ТР-0031,213400007,S09,B-0904",
        "2024/25,выдано,ТР-0031,213400007,S09,B-0904", 3, "type", "«выдано» is not known"),
    ("events.csv", "возврат,ТР-0126,213400072,S03,B-0304,В-24-00001",
        "возврат,ТР-0126,213400072,S03,B-0304,В-24-00003", 5, "loan_id", "В-24-00003 is not known"),
    ("events.csv", "возврат,ТР-0126,213400072,S03,B-0304,В-24-00001",
        "возврат,ТР-0126,213400072,S03,B-0304,В-24-00002", 5, "loan_id", "not out as В-24-00002"),
    ("events.csv", "S03-6А-24,11,исправен",
        "S03-6А-24,одиннадцать,исправен", 5, "participants", "no whole number"),
    ("events.csv", "некомплект,UAV2-03:1;UAV2-05:1,RD-UHF-1",
        "некомплект,UAV2-03:1;ROB1-05:1,RD-UHF-1", 29, "missing", "ROB1-05 does not belong"),
    ("events.csv", "некомплект,UAV2-03:1;UAV2-05:1,RD-UHF-1",
        "некомплект,UAV2-03:99;UAV2-05:1,RD-UHF-1", 29, "missing", "99 of UAV2-03"),
    ("events.csv", "некомплект,UAV2-03:1;UAV2-05:1,RD-UHF-1",
        "некомплект,UAV2-03;UAV2-05:1,RD-UHF-1", 29, "missing", "list of parts"),
    ("events.csv", "некомплект,UAV2-03:1;UAV2-05:1,RD-UHF-1",
        "исправен,UAV2-03:1;UAV2-05:1,RD-UHF-1", 29, "missing", "must be empty"),
    ("events.csv", "некомплект,UAV2-03:1;UAV2-05:1,RD-UHF-1",
        "некомплект,,RD-UHF-1", 29, "missing", "must not be empty"),
    ("events.csv", "отказ,уже выдан: S02 до 2024-09-13",
        "отказ,просто так", 17, "note", "«просто так» is not known"),
    ("events.csv", "6,2024-09-04T12:05:47+03:00,2024/25,бронь отменена,ТР-0049",
        "6,2024-09-04T12:05:47+03:00,2024/25,бронь отменена,ТР-0050", 7, "item_id", "no open hold"),
    ("events.csv", "RD-HF-1,E00401DAE45A4056,отказ",
        "RD-HF-1,E00401DAE45A405,отказ", 35, "tag", "not a UID"),
    ("events.csv", "2,2024-09-02T15:57:57+03:00",
        "1,2024-09-02T15:57:57+03:00", 3, "", "stands in line 2 already"),
    ("events.csv", ",успех,по брони\n3,",
        ",успех\n3,", 3, "", "18 cells instead of 19"),
    ("schools.csv", "2023-09-01,2028-08-31,БП-01/2023",
        "2023-09-31,2028-08-31,БП-01/2023", 3, "valid_from", "no date"),
    ("schools.csv", "2023-09-01,2028-08-31,БП-01/2023",
        "2028-09-01,2028-08-31,БП-01/2023", 3, "valid_to", "is before"),
    ("schools.csv", "S01,партнёр",
        "S01,друг", 3, "role", "«друг» is not known"),
    ("schools.csv", "S02,партнёр",
        "S01,партнёр", 4, "", "stands in line 3 already"),
    ("schools.csv", ",10,21,",
        ",десять,21,", 3, "max_items", "no whole number"),
    ("schools.csv", "СД-01/2023,2023-08-28,2023-09-01",
        "СД-01/2023,2023-08-28,", 3, "valid_from", "must not be empty"),
    ("rooms.csv", "К-2,Мастерская",
        "К-1,Мастерская", 3, "", "stands in line 2 already"),
    ("rooms.csv", "52.4",
        "52,4", 2, "", "7 cells instead of 6"),
    ("donors.csv", "Д-01,ООО",
        "Д-01,", 2, "kind", "must not be empty"),
    ("kits.csv", "ROB1-04,Мотор большой,2",
        "ROB1-04,Мотор большой,0", 5, "qty", "at least 1"),
    ("kits.csv", "ROB1-04,Мотор большой",
        "ROB1-03,Мотор большой", 5, "component_code", "stands in line 4 already"),
    ("kits.csv", "ROB1-04,Мотор большой,2,шт.,счёт,да",
        "ROB1-04,Мотор большой,2,шт.,на глаз,да", 5, "check_method", "на глаз"),
    ("equipment.csv", "2900000000018",
        "2900000000019", 2, "barcode", "should be 8"),
    ("equipment.csv", "355AB1C8B000001000000001",
        "355AB1C8B00000100000000G", 2, "epc", "not an EPC"),
    ("equipment.csv", "355AB1C8B000001000000001",
        "355AB1C8B0000010000001", 2, "epc", "not an EPC"),
    ("equipment.csv", "2900000000025",
        "2900000000018", 3, "barcode", "belongs to ТР-0001 already"),
    ("equipment.csv", "NB20-58272001,320.26.20.11,нет,NB",
        "NB20-58272001,320.26.20.11,нет,NBX", 2, "kit_type", "NBX is not known"),
    ("equipment.csv", "NB20-58272001,320.26.20.11,нет,NB,да",
        "NB20-58272001,320.26.20.11,нет,NB,можно", 2, "lendable", "«можно»"),
    ("equipment.csv", "Информатика,К-1,45900.00,федеральный бюджет (нацпроект «Образование»),,2020-08-21,NB20-58272001",
        "Информатика,К-9,45900.00,федеральный бюджет (нацпроект «Образование»),,2020-08-21,NB20-58272001", 2, "room_id", "К-9 is not known"),
    ("equipment.csv", "Информатика,К-1,45900.00,федеральный бюджет (нацпроект «Образование»),,2020-08-21,NB20-58272001",
        "Информатика,К-1,45 900,федеральный бюджет (нацпроект «Образование»),,2020-08-21,NB20-58272001", 2, "cost_rub", "no amount"),
    ("equipment.csv", "\"Ноутбук мобильного класса 14\"\"\",Компьютерное",
        "Ноутбук мобильного класса 14\",Компьютерное", 2, "", "quotation mark inside"),
    ("equipment.csv", "ТР-0162,",
        "ТР-0162,\"", 163, "", "never closed"),
    ("equipment.csv", "ТР-0002,",
        "ТР-0001,", 3, "", "stands in line 2 already"),
    ("badges.csv", "B-0301,S03",
        "B-0301,S33", 20, "school_id", "S33 is not known"),
    ("badges.csv", "040240E69770F6",
        "040240E69770", 20, "badge_uid", "not a serial number"),
    ("badges.csv", "040240E69770F6",
        "04D3BDF8E8F9A5", 20, "badge_uid", "belongs to B-0001 already"),
    ("badges.csv", "2024-08-26,2025-06-30",
        "2024-08-26,2024-06-30", 5, "active_to", "is before"),
    ("badges.csv", "badge_uid",
        "badge_id", 1, "badge_id", "no such column"),
    ("calendar.csv", "2024-10-26,2024-11-04,каникулы",
        "2024-10-26,2024-11-04,отпуск", 2, "kind", "«отпуск»"),
    ("calendar.csv", "2024-10-26,2024-11-04,каникулы",
        "26.10.2024,2024-11-04,каникулы", 2, "date_from", "no date"),
];

#[test]
fn a_broken_row_keeps_its_whole_file_out() {
    let empty = Centre::default();
    let mut furnished = Centre::default();
    let mut files = sample();
    files.remove("events.csv");
    furnished.import(&files);
    for (file, from, to, line, column, word) in BROKEN {
        let mut files = with(file, from, to);
        let history = files.remove("events.csv").unwrap();
        let plan = if *file == "events.csv" {
            // The first weeks are enough, and quicker.
            let weeks = history
                .split_inclusive(|byte| *byte == b'\n')
                .take(60)
                .flatten()
                .copied();
            furnished.plan(&Files::from([("events.csv".into(), weeks.collect())]), false)
        } else {
            empty.plan(&files, false)
        };
        let report = plan.files.iter().find(|report| report.name == *file).unwrap();
        let fault = report
            .faults
            .first()
            .unwrap_or_else(|| panic!("{file}: {to} was taken"));
        let told = fault.to_string();
        assert_eq!((fault.line, fault.column.as_str()), (*line, *column), "{told}");
        assert!(told.contains(word), "{told}");
        assert!(told.starts_with(&format!("{file}, line {line}")), "{told}");
        assert!(
            fault.ru().starts_with(&format!("{file}, строка {line}")),
            "{}",
            fault.ru()
        );
        assert_eq!((report.taken, report.changed), (0, 0), "{told}");
        assert!(
            plan.planned.iter().all(|planned| planned.src.file != *file),
            "{told}"
        );
    }
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

/// What a torn download, a cat on the keyboard or a wrong program makes of a file.
#[derive(Clone, Debug)]
enum Damage {
    Put(usize, u8),
    Cut(usize, usize),
    Double(usize, usize),
    End(usize),
}

fn damage() -> impl Strategy<Value = Damage> {
    let bytes = prop::sample::select(b"\",;\n\r\0 0123456789-:.\xd0\xff=A".to_vec());
    prop_oneof![
        (any::<usize>(), bytes).prop_map(|(at, byte)| Damage::Put(at, byte)),
        (any::<usize>(), 1..40usize).prop_map(|(at, length)| Damage::Cut(at, length)),
        (any::<usize>(), 1..400usize).prop_map(|(at, length)| Damage::Double(at, length)),
        any::<usize>().prop_map(Damage::End),
    ]
}

fn damaged(mut bytes: Vec<u8>, damages: &[Damage]) -> Vec<u8> {
    for damage in damages {
        let length = bytes.len().max(1);
        let end = |at: usize, count: usize| (at % length + count).min(bytes.len());
        match damage {
            Damage::Put(at, byte) => bytes.insert(at % length, *byte),
            Damage::Cut(at, count) => {
                let end = end(*at, *count);
                bytes.drain((at % length).min(end)..end);
            }
            Damage::Double(at, count) => {
                let end = end(*at, *count);
                let piece = bytes[(at % length).min(end)..end].to_vec();
                bytes.splice(end..end, piece);
            }
            Damage::End(at) => bytes.truncate(at % length),
        }
    }
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever a file looks like: no panic, all or nothing, and what was planned can be taken.
    #[test]
    fn damaged_files_are_taken_whole_or_not_at_all(
        which in prop::sample::select(vec!["schools", "rooms", "donors", "kits", "equipment", "badges", "calendar", "events"]),
        damages in prop::collection::vec(damage(), 1..4),
    ) {
        let name = format!("{which}.csv");
        let mut centre = Centre::default();
        let mut files = sample();
        let lines = files["events.csv"].split_inclusive(|byte| *byte == b'\n').take(60).flatten().copied().collect();
        files.insert("events.csv".into(), lines);
        let bytes = damaged(files.remove(&name).unwrap(), &damages);
        files.insert(name.clone(), bytes);
        let plan = centre.plan(&files, false);
        for file in &plan.files {
            let planned = plan.planned.iter().filter(|planned| planned.src.file == file.name).count();
            prop_assert!(file.faults.is_empty() || planned == 0, "{file:?}");
            prop_assert!(file.refused == 0 || !file.faults.is_empty(), "{file:?}");
        }
        centre.take(plan);
        centre.plan(&files, true);
    }

    /// The accounting export is shown whatever it holds.
    #[test]
    fn a_damaged_accounting_export_is_still_shown(damages in prop::collection::vec(damage(), 1..6)) {
        let bytes = damaged(sample()["equipment_1c_export_cp1251.csv"].clone(), &damages);
        if let Ok(sheet) = exchange::sheet("export.csv", &bytes) {
            let opened = exchange::Opened { sheets: vec![sheet], left_alone: Vec::new() };
            let centre = Centre::with_sample();
            let plan = exchange::plan(&opened, &centre.ledger, &imported::options(&centre, false));
            prop_assert!(plan.planned.is_empty());
        }
    }
}

#[test]
fn an_empty_ledger_plans_from_nothing() {
    assert_eq!(Ledger::default().seq, 0);
    assert!(Imported::default().get("1").is_none());
}
