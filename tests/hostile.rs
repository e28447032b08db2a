//! What strangers may send, without fuzzing: seeds made from the sample, and every file of the corpora passes its target.
#![allow(clippy::unwrap_used, reason = "a test")]

#[path = "../fuzz/whole/targets/commands.rs"]
mod commands;
#[path = "../fuzz/whole/targets/imports.rs"]
mod imports;
#[path = "../fuzz/whole/targets/journal.rs"]
mod journal;

use formular::ledger::Entry;
use formular::store::{LineHash, encode};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus")
}

/// The first lines of every file of the sample, as the import takes them, and the accounts' sheet.
fn files() -> BTreeMap<String, Vec<u8>> {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample");
    let mut seeds = BTreeMap::new();
    for (number, name) in imports::NAMES.iter().enumerate() {
        let path = match number {
            8 => sample.join("equipment_1c_export_cp1251.csv"),
            9 => sample.join("badges.csv"),
            _ => sample.join(name),
        };
        let text = fs::read(path).unwrap();
        let rows: Vec<u8> = text
            .split_inclusive(|byte| *byte == b'\n')
            .take(7)
            .flatten()
            .copied()
            .collect();
        let number = u8::try_from(number).unwrap();
        let name = format!("{number}");
        seeds.insert(name.clone(), [&[number], rows.as_slice()].concat());
        let skipping = [&[number + 130], &rows[..rows.len() * 2 / 3]].concat();
        seeds.insert(format!("{name}-cut"), skipping);
    }
    seeds
}

/// Journals: lines to be chained by the target, and whole ones as the program writes them.
fn journals() -> BTreeMap<String, Vec<u8>> {
    let mut seeds = BTreeMap::new();
    let orders = ["lend", "kit", "renew", "hold", "repair", "centre"];
    for (number, name) in orders.into_iter().enumerate() {
        let entries = commands::run(&fs::read(corpus().join("commands").join(name)).unwrap());
        let entries: Vec<_> = entries.iter().skip(number * 3).take(12).collect();
        let number = number as u8;
        let mut chained = vec![1 | (number & 1) << 1 | (number & 2) << 1];
        let mut whole = vec![(number & 3) << 1];
        let mut prev = LineHash::ZERO;
        for (at, entry) in entries.iter().enumerate() {
            // Batches of two and of one.
            let (seq, second) = (at as u64 + 1, at % 3 == 1);
            let more = at % 3 == 0 && at + 1 < entries.len();
            let entry = Entry {
                seq,
                batch: if second { seq - 1 } else { seq },
                ..(*entry).clone()
            };
            let mut line = Vec::new();
            prev = encode(&mut line, &entry, more, prev).unwrap();
            whole.extend_from_slice(&line);
            let cut = line.windows(8).position(|w| w == b",\"prev\":").unwrap();
            chained.extend_from_slice(&line[..cut]);
            chained.extend_from_slice(b"}\n");
        }
        seeds.insert(format!("{name}-chained"), chained);
        seeds.insert(format!("{name}-torn"), whole[..whole.len() - 40].to_vec());
        seeds.insert(format!("{name}-whole"), whole);
    }
    seeds
}

/// The seeds that are made from other files are written with `FORMULAR_BLESS=1`; those of commands are written by hand.
#[test]
fn every_corpus_file_passes_its_target() {
    if std::env::var_os("FORMULAR_BLESS").is_some() {
        for (folder, seeds) in [("imports", files()), ("journal", journals())] {
            fs::create_dir_all(corpus().join(folder)).unwrap();
            for (name, bytes) in seeds {
                fs::write(corpus().join(folder).join(name), bytes).unwrap();
            }
        }
    }
    let pass = |folder: &str, run: &dyn Fn(&[u8])| {
        let mut seen = 0;
        for file in fs::read_dir(corpus().join(folder)).unwrap() {
            let path = file.unwrap().path();
            println!("{}", path.display());
            run(&fs::read(path).unwrap());
            seen += 1;
        }
        assert!(seen > 10, "{folder}: {seen}");
    };
    pass("commands", &|bytes| drop(commands::run(bytes)));
    pass("imports", &imports::run);
    pass("journal", &journal::run);
}

/// The seeds do reach what they are for: a corpus of refusals alone would pass too.
#[test]
fn the_seeds_reach_the_rules() {
    let lent = commands::run(&fs::read(corpus().join("commands/lend")).unwrap());
    let kind = |entry: &Entry| serde_json::to_value(&entry.event).unwrap()["type"].clone();
    let kinds: Vec<_> = lent.iter().rev().take(3).map(kind).collect();
    assert_eq!(kinds, ["voided", "returned", "checked_out"]);
}
