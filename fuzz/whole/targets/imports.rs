//! A file that somebody wants read in: the eight kinds of a centre and the accounts' turnover sheet.
//!
//! The first byte names the file (its remainder by ten) and says whether broken rows may be left out (from 128 on); the
//! rest is the file, read on top of a small centre that was itself imported.

use formular::clock::{Moment, Trust};
use formular::exchange::{Imported, Opened, Options, Plan, Planned, plan, sheet};
use formular::ledger::{Entry, Ledger};
use formular::store::{LineHash, decode, encode};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Names by the first byte; the last two are known by their headings alone.
pub const NAMES: [&str; 10] = [
    "schools.csv",
    "rooms.csv",
    "donors.csv",
    "kits.csv",
    "equipment.csv",
    "badges.csv",
    "calendar.csv",
    "events.csv",
    "оборотка.csv",
    "table.csv",
];

/// Rows of each of the sample's files that make the small centre, headings included.
const ROWS: [(&str, &str, usize); 7] = [
    ("schools.csv", include_str!("../../../sample/schools.csv"), 6),
    ("rooms.csv", include_str!("../../../sample/rooms.csv"), 4),
    ("donors.csv", include_str!("../../../sample/donors.csv"), 9),
    ("kits.csv", include_str!("../../../sample/kits.csv"), 12),
    ("equipment.csv", include_str!("../../../sample/equipment.csv"), 12),
    ("badges.csv", include_str!("../../../sample/badges.csv"), 20),
    ("calendar.csv", include_str!("../../../sample/calendar.csv"), 10),
];

static CENTRE: LazyLock<Ledger> = LazyLock::new(|| {
    let rows = |text: &str, most| text.lines().take(most).collect::<Vec<_>>().join("\n");
    let file = |(name, text, most)| sheet(name, rows(text, most).as_bytes()).expect("one of the eight");
    let opened = Opened {
        sheets: ROWS.into_iter().map(file).collect(),
        ..Opened::default()
    };
    let plan = planned(&opened, &Ledger::default(), true);
    assert!(!plan.planned.is_empty());
    taken(Ledger::default(), plan.planned)
});

fn now() -> Moment {
    "2026-09-01T09:00:00+03:00".parse().expect("a moment")
}

fn planned(opened: &Opened, ledger: &Ledger, skip_bad: bool) -> Plan {
    let options = Options {
        skip_bad,
        now: now(),
        latest: Some(now()),
        digest: &|tag| tag.to_string().into(),
        cards: &BTreeMap::new(),
        imported: &Imported::default(),
    };
    plan(opened, ledger, &options)
}

/// What is planned goes into the journal and comes out as it was.
fn taken(mut ledger: Ledger, planned: Vec<Planned>) -> Ledger {
    for one in planned {
        let entry = Entry {
            seq: ledger.seq + 1,
            batch: ledger.seq + 1,
            at: one.at.unwrap_or_else(now),
            clock: Trust::Imported,
            recorded: Some(now()),
            by: one.by,
            src: Some(one.src),
            event: one.event,
        };
        let mut line = Vec::new();
        encode(&mut line, &entry, false, LineHash::ZERO).expect("a line");
        let read = decode(&line[..line.len() - 1]).unwrap_or_else(|error| panic!("{error}: {entry:?}"));
        assert_eq!(read.entry, entry);
        ledger.apply(&entry);
    }
    ledger
}

/// Every row is counted once; a file with a broken row is taken in whole or not at all; the same file again is no news.
pub fn run(data: &[u8]) {
    let [choice, bytes @ ..] = data else { return };
    let skip_bad = *choice >= 128;
    let name = NAMES[usize::from(*choice) % NAMES.len()];
    let Ok(sheet) = sheet(name, bytes) else { return };
    let opened = Opened {
        sheets: vec![sheet],
        ..Opened::default()
    };
    let plan = planned(&opened, &CENTRE, skip_bad);
    if let Some(accounting) = &plan.accounting {
        assert!(plan.planned.is_empty());
        serde_json::to_string(accounting).expect("a table");
        return;
    }
    for file in &plan.files {
        let told = file.taken + file.changed + file.unchanged + file.refused;
        assert!(told <= file.rows, "{file:?}");
        let whole = skip_bad || file.faults.is_empty();
        assert!(
            !whole || file.faults.iter().any(|fault| fault.line <= 1) || told == file.rows,
            "{file:?}"
        );
        assert!(whole || plan.planned.is_empty(), "{file:?}");
        file.faults
            .iter()
            .for_each(|fault| assert!(!fault.to_string().is_empty()));
    }
    let ledger = taken(CENTRE.clone(), plan.planned);
    serde_json::to_value(&ledger).expect("a ledger");
}
