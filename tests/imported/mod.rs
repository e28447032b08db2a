//! The sample in memory: read, broken on purpose, planned and folded, without a disk and without a journal.
#![allow(dead_code, reason = "each test program uses its own half")]
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use formular::clock::{Moment, Trust};
use formular::exchange::{self, Imported, Opened, Options, Plan};
use formular::ids::BadgeCode;
use formular::ledger::{Entry, Ledger, possible};
use formular::tag::TagId;
use smol_str::SmolStr;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::LazyLock;

pub type Files = BTreeMap<String, Vec<u8>>;

pub fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("sample")
}

/// The files of the sample by name.
pub fn sample() -> Files {
    std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| {
            let entry = entry.unwrap();
            let name = entry.file_name().to_string_lossy().into_owned();
            (name, std::fs::read(entry.path()).unwrap())
        })
        .collect()
}

/// The sample with one piece of text of one file replaced, at its first occurrence.
pub fn with(file: &str, from: &str, to: &str) -> Files {
    let mut files = sample();
    let text = String::from_utf8(files[file].clone()).unwrap();
    assert!(text.contains(from), "{file} has no «{from}»");
    files.insert(file.to_owned(), text.replacen(from, to, 1).into_bytes());
    files
}

/// Rows of a file by heading, read by another reader than the program's.
pub fn rows(file: &str) -> Vec<BTreeMap<String, String>> {
    let bytes = &sample()[file];
    let (mut rows, headings) = (
        Vec::new(),
        csv::Reader::from_reader(&bytes[..]).headers().unwrap().clone(),
    );
    for row in csv::Reader::from_reader(&bytes[..]).records() {
        let row = row.unwrap();
        let cells = headings.iter().zip(row.iter());
        rows.push(
            cells
                .map(|(heading, cell)| (heading.to_owned(), cell.to_owned()))
                .collect(),
        );
    }
    rows
}

/// All cells of a file, headings first.
pub fn cells(bytes: &[u8]) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes);
    let rows = reader
        .records()
        .map(|row| row.unwrap().iter().map(str::to_owned).collect());
    rows.collect()
}

/// A centre without a disk.
#[derive(Clone, Default)]
pub struct Centre {
    pub ledger: Ledger,
    pub entries: Vec<Entry>,
    pub imported: Imported,
    pub cards: BTreeMap<BadgeCode, TagId>,
}

fn digest(tag: &TagId) -> SmolStr {
    // Any function of the tag will do here; the real one is keyed.
    let sum = tag
        .to_string()
        .bytes()
        .fold(7u64, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
    smol_str::format_smolstr!("{sum:016x}")
}

pub fn now() -> Moment {
    "2026-09-01T09:00:00+03:00".parse().unwrap()
}

pub fn options(centre: &Centre, skip_bad: bool) -> Options<'_> {
    Options {
        skip_bad,
        now: now(),
        latest: Some(now()),
        digest: &digest,
        cards: &centre.cards,
        imported: &centre.imported,
    }
}

impl Centre {
    pub fn with_sample() -> Self {
        static ONCE: LazyLock<Centre> = LazyLock::new(|| {
            let mut centre = Centre::default();
            let plan = centre.import(&sample());
            assert!(!plan.has_faults());
            centre
        });
        ONCE.clone()
    }

    pub fn plan(&self, files: &Files, skip_bad: bool) -> Plan {
        let mut opened = Opened::default();
        for (name, bytes) in files {
            match exchange::sheet(name, bytes) {
                Ok(sheet) if sheet.content != exchange::Content::Accounting => opened.sheets.push(sheet),
                _ => opened.left_alone.push(name.into()),
            }
        }
        exchange::plan(&opened, &self.ledger, &options(self, skip_bad))
    }

    pub fn import(&mut self, files: &Files) -> Plan {
        let plan = self.plan(files, false);
        self.take(plan.clone());
        plan
    }

    /// What the journal's writer does with a plan.
    pub fn take(&mut self, plan: Plan) {
        assert_eq!(plan.base, self.ledger.seq);
        for planned in plan.planned {
            let entry = Entry {
                seq: self.ledger.seq + 1,
                batch: plan.base + 1,
                at: planned.at.unwrap_or(now()),
                clock: Trust::Imported,
                recorded: Some(now()),
                by: planned.by,
                src: Some(planned.src),
                event: planned.event,
            };
            possible(&self.ledger, &entry).unwrap();
            self.ledger.apply(&entry);
            self.imported.note(&entry);
            self.entries.push(entry);
        }
        for card in plan.roster {
            self.cards.insert(card.badge, card.uid);
        }
    }
}
