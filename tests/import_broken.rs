//! Broken files: one wrong cell, and any damage at all.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod imported;

use formular::exchange;
use imported::{Centre, Files, sample, with};
use proptest::prelude::*;

/// One broken cell each: file, what stands there, what is put there, line, column, and a word of the reason.
#[rustfmt::skip]
const BROKEN: &[(&str, &str, &str, u64, &str, &str)] = &[
    ("events.csv", "2024-09-02T15:57:57+03:00",
        "2024-09-02T25:57:57+03:00", 3, "ts", "no time"),
    ("events.csv", "2024-09-02T15:57:57+03:00",
        "2024-09-02T15:57:57", 3, "ts", "no time"),
    ("events.csv", "2024-09-02T15:57:57+03:00",
        "2024-09-01T15:57:57+03:00", 3, "ts", "earlier"),
    ("events.csv", "6,2024-09-04T12:05:47+03:00",
        "6,2042-09-04T12:05:47+03:00", 7, "ts", "has not been yet"),
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
