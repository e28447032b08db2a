//! Copies on another disk: made whole or not at all, tried, kept, restored. The stick is pulled out at every call, is
//! full, loses power, rots.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]

mod store_events;

use formular::clock::Moment;
use formular::store::backup::{
    BackupError, Keep, MARKER, Made, Occasion, Shelf, Source, bring_back, check, leftovers_of, make, mark,
};
use formular::store::disk::{Disk, Fault, FaultyDisk, MemoryDisk, RealDisk, Which};
use formular::store::{DataFolder, Head, Journal, JournalReader, Limits, Need, Roster};
use std::ops::ControlFlow;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use store_events::{draft, drafts, nine};

const DATA: &str = "/data";
const STICK: &str = "/stick";
const CARD: &str = "uid:04D3BDF8E8F9A5";
const KEEP: Keep = Keep {
    newest: 3,
    months: 12,
};

/// A data folder in memory, its journal open.
struct Centre {
    disk: Arc<dyn Disk>,
    data: DataFolder,
    journal: Journal,
}

impl Centre {
    fn new(events: u64) -> Self {
        let disk = MemoryDisk::new().shared();
        let data = DataFolder::on(Arc::clone(&disk), DATA).unwrap();
        let limits = Limits {
            file: 20_000,
            floor: 0,
            reserve: 4096,
            ..Limits::default()
        };
        let journal = Journal::open_with(&data, limits, nine(), |_| ()).unwrap().journal;
        let mut roster = Roster::open(&data).unwrap();
        roster.give(&"B-0301".into(), CARD.parse().unwrap()).unwrap();
        for name in ["key", "tokens.json", "inbox.json"] {
            let path = Path::new(DATA).join(name);
            let file = disk.open(&path, formular::store::disk::Opening::Create { mode: 0o600 });
            file.unwrap().write_at(b"secret of this machine", 0).unwrap();
        }
        let mut centre = Self { disk, data, journal };
        centre.write(events);
        centre
    }

    fn write(&mut self, events: u64) {
        let from = self.journal.head().seq;
        for n in from..from + events {
            self.journal.append([draft(n)], Need::Ordinary).unwrap();
        }
    }

    fn source(&self) -> Source {
        Source::new(Arc::clone(&self.disk), Path::new(DATA))
    }

    fn copy(&self, stick: &dyn Disk) -> Result<Made, BackupError> {
        self.copy_at(stick, nine())
    }

    fn copy_at(&self, stick: &dyn Disk, now: Moment) -> Result<Made, BackupError> {
        make(
            &self.source(),
            stick,
            Path::new(STICK),
            now,
            Occasion::Schedule,
            true,
        )
    }

    fn head(&self) -> Head {
        self.journal.head()
    }
}

fn stick() -> MemoryDisk {
    let disk = MemoryDisk::new();
    disk.create_folder(Path::new(STICK)).unwrap();
    disk.sync_folder(Path::new("/")).unwrap();
    mark(&disk, Path::new(STICK)).unwrap();
    disk
}

/// Restores the newest copy into a folder of a fresh disk; gives the head that a reader finds there.
fn restored(stick: &dyn Disk) -> Result<(Head, Roster), BackupError> {
    let disk = MemoryDisk::new().shared();
    let back = bring_back(stick, Path::new(STICK), &disk, Path::new(DATA))?;
    let data = DataFolder::on(Arc::clone(&disk), DATA).unwrap();
    let head = JournalReader::beside(&data)
        .read(|_| ControlFlow::Continue(()))
        .unwrap()
        .head;
    assert_eq!(head, back.head);
    for secret in ["key", "tokens.json", "inbox.json"] {
        assert_eq!(
            disk.kind(&Path::new(DATA).join(secret)).unwrap(),
            None,
            "{secret}"
        );
    }
    Ok((head, Roster::open(&data).unwrap()))
}

fn shelf(stick: &dyn Disk) -> Shelf {
    Shelf::read(stick, Path::new(STICK)).unwrap()
}

/// Everything that looks like a copy is a good one.
fn all_good(stick: &dyn Disk, what: &str) -> Vec<u64> {
    let shelf = shelf(stick);
    let checked = shelf.copies.iter().map(|copy| {
        let checked = check(stick, &copy.path).unwrap_or_else(|error| panic!("{what}: {error}"));
        checked.manifest.head.seq
    });
    checked.collect()
}

#[test]
fn the_newest_copy_gives_the_same_head_and_the_cards() {
    let (mut centre, stick) = (Centre::new(300), stick());
    for _ in 0..4 {
        let made = centre.copy(&stick).unwrap();
        assert!(made.fresh);
        assert_eq!(made.manifest.head, centre.head());
        let (head, roster) = restored(&stick).unwrap();
        assert_eq!(head, centre.head());
        assert_eq!(roster.badge_of(&CARD.parse().unwrap()), Some(&"B-0301".into()));
        centre.write(7);
    }
    assert_eq!(all_good(&stick, "after all"), [321, 314, 307, 300]);
    let secrets = stick.files();
    assert!(secrets.values().all(|bytes| bytes != b"secret of this machine"));
}

#[test]
fn the_same_state_is_not_copied_twice_and_another_roster_is() {
    let (centre, stick) = (Centre::new(20), stick());
    assert!(centre.copy(&stick).unwrap().fresh);
    assert!(!centre.copy(&stick).unwrap().fresh);
    Roster::open(&centre.data)
        .unwrap()
        .forget(&"B-0301".into())
        .unwrap();
    let made = centre.copy(&stick).unwrap();
    assert!(made.fresh && made.name.ends_with("-2"), "{}", made.name);
    assert!(
        restored(&stick).unwrap().1.is_empty(),
        "the newest is the one without the card"
    );
    // By hand and without cards it is a third.
    let folder = Path::new(STICK);
    let bare = make(&centre.source(), &stick, folder, nine(), Occasion::Hand, false).unwrap();
    assert_eq!(bare.manifest.roster, None);
}

#[test]
fn a_stick_that_is_pulled_out_at_any_call_leaves_good_copies_only() {
    let centre = Centre::new(120);
    let dry = FaultyDisk::over(stick().shared());
    centre.copy(&dry).unwrap();
    let calls = dry.count();
    assert!(calls > 30, "{calls}");
    for once in [true, false] {
        for at in 0..calls {
            let (mut centre, stick) = (Centre::new(60), stick());
            centre.copy(&stick).unwrap();
            centre.write(60);
            let faulty = FaultyDisk::over(stick.shared());
            let which = if once { Which::Nth(at) } else { Which::From(at) };
            faulty.fail(Some(Fault { which, errno: 5 }));
            let made = centre.copy(&faulty);
            faulty.fail(None);
            let what = format!("EIO at call {at}, once {once}");
            if let Err(error) = &made {
                assert!(
                    ["gone", "other", "damaged"].contains(&error.code()),
                    "{what}: {error}"
                );
            }
            // Power goes at this moment, too: what is left by either looks like a copy only if it is one.
            for seed in 0..2 {
                let left = stick.cut(seed);
                let seqs = all_good(&left, &format!("{what}, cut {seed}"));
                assert!(seqs.contains(&60), "{what}: the copy before stands: {seqs:?}");
            }
            assert_eq!(
                restored(&stick).unwrap().0.seq,
                all_good(&stick, &what)[0],
                "{what}"
            );
            // It is put in again.
            centre.copy(&stick).unwrap();
            assert_eq!(restored(&stick).unwrap().0, centre.head(), "{what}");
            assert!(
                shelf(&stick).parts.is_empty(),
                "{what}: the half copy is cleared away"
            );
        }
    }
}

#[test]
fn a_full_or_locked_stick_is_named_and_the_copies_on_it_stand() {
    let (mut centre, stick) = (Centre::new(60), stick());
    centre.copy(&stick).unwrap();
    centre.write(60);
    let used = stick.used();
    for room in [0, 1, 100, 5_000, 40_000, 200_000] {
        stick.set_room(used + room);
        let error = centre.copy(&stick).unwrap_err();
        assert_eq!(error.code(), "full", "{room}: {error}");
        assert!(error.to_string().contains("/stick"), "{error}");
        assert_eq!(all_good(&stick, "full"), [60]);
        assert!(
            shelf(&stick).parts.is_empty() && stick.used() == used,
            "{room}: nothing half is left"
        );
    }
    stick.set_room(u64::MAX);
    let dry = FaultyDisk::over(stick.shared());
    // Full without warning, in the middle: what the system says of free room is only a promise.
    let mut full = 0;
    for at in 0..60 {
        dry.fail(Some(Fault {
            which: Which::WritesFrom(dry.count() + at),
            errno: 28,
        }));
        if let Err(error) = centre.copy(&dry) {
            assert_eq!(error.code(), "full", "{error}");
            full += 1;
        }
        dry.fail(None);
        all_good(&stick, "ENOSPC");
    }
    assert!(full > 10, "{full}");
    centre.write(1);
    dry.fail(Some(Fault {
        which: Which::WritesFrom(0),
        errno: 30,
    }));
    assert_eq!(centre.copy(&dry).unwrap_err().code(), "read_only");
}

#[test]
fn a_flipped_bit_anywhere_in_the_newest_is_said_and_the_one_before_offered() {
    let (mut centre, stick) = (Centre::new(60), stick());
    let before = centre.copy(&stick).unwrap();
    centre.write(40);
    let newest = centre.copy(&stick).unwrap();
    let files: Vec<(PathBuf, Vec<u8>)> = stick
        .files()
        .into_iter()
        .filter(|(path, _)| path.starts_with(&newest.path))
        .collect();
    assert_eq!(files.len(), 3);
    let mut dice = 0x9E37_79B9_7F4A_7C15_u64;
    let mut next = |most: usize| {
        dice = dice
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (dice >> 33) as usize % most
    };
    for n in 0..1_000 {
        let (path, bytes) = &files[n % files.len()];
        let (at, bit) = (next(bytes.len()), next(8));
        let mut flipped = bytes.clone();
        flipped[at] ^= 1 << bit;
        write(&stick, path, &flipped);
        let error = check(&stick, &newest.path).unwrap_err();
        assert_eq!(
            error.code(),
            "damaged",
            "{}: bit {bit} of byte {at}: {error}",
            path.display()
        );
        if n % 50 == 0 {
            let error = restored(&stick).unwrap_err();
            let told = error.to_string();
            assert!(
                told.contains(&newest.name) && told.contains(&before.name),
                "{told}"
            );
            let disk = MemoryDisk::new().shared();
            assert!(bring_back(&stick, Path::new(STICK), &disk, Path::new(DATA)).is_err());
            assert_eq!(disk.kind(Path::new(DATA)).unwrap(), None, "nothing was restored");
            let back = bring_back(&stick, &before.path, &disk, Path::new(DATA)).unwrap();
            assert_eq!(back.head, before.manifest.head);
        }
        write(&stick, path, bytes);
    }
    // A damaged copy is no reason not to make a good one of the same state.
    let mut flipped = files[1].1.clone();
    flipped[100] ^= 4;
    write(&stick, &files[1].0, &flipped);
    let again = centre.copy(&stick).unwrap();
    assert!(again.fresh && again.name != newest.name);
    assert_eq!(restored(&stick).unwrap().0, centre.head());
}

fn write(disk: &MemoryDisk, path: &Path, bytes: &[u8]) {
    let file = disk.open(path, formular::store::disk::Opening::Write).unwrap();
    file.write_at(bytes, 0).unwrap();
    file.set_len(bytes.len() as u64).unwrap();
}

#[test]
fn the_last_ones_stay_and_one_of_each_month_and_no_clock_deletes() {
    let (mut centre, stick) = (Centre::new(0), stick());
    let mut kept = Vec::new();
    // Forty days of two events each, seven days apart; the machine's clock says what it likes.
    let clocks = [
        "1970-01-01T00:00:00+03:00",
        "2099-12-31T23:59:59+03:00",
        "2026-09-01T09:00:00+03:00",
    ];
    for n in 0..40_u64 {
        let day = nine().plus_ms(i64::try_from(n).unwrap() * 7 * 24 * 3_600_000);
        for _ in 0..2 {
            let seq = centre.head().seq;
            let draft = formular::store::Draft {
                at: day,
                ..draft(seq)
            };
            centre.journal.append([draft], Need::Ordinary).unwrap();
        }
        let now = clocks[n as usize % 3].parse().unwrap();
        let made = centre.copy_at(&stick, now).unwrap();
        leftovers_of(&made, KEEP, &stick, Path::new(STICK)).unwrap();
        kept = all_good(&stick, "kept");
        assert_eq!(kept[0], centre.head().seq, "the newest always stays");
        assert_eq!(restored(&stick).unwrap().0, centre.head());
    }
    let weeks: Vec<u64> = kept.iter().map(|seq| seq / 2).collect();
    // The last three, then the last of each month from September to June: nine months and a bit.
    assert_eq!(weeks, [40, 39, 38, 35, 31, 26, 22, 18, 13, 9, 5]);
    assert!(shelf(&stick).parts.is_empty());
}

#[test]
fn what_is_not_the_schedules_own_is_never_deleted() {
    let (mut centre, stick) = (Centre::new(10), stick());
    let folder = Path::new(STICK);
    let by_hand = make(&centre.source(), &stick, folder, nine(), Occasion::Hand, true).unwrap();
    let mut other = Centre::new(0);
    other.journal.append(drafts(5..9), Need::Ordinary).unwrap();
    let of_another = other.copy(&stick).unwrap();
    // A lost future: the copy was made, then the machine went back to an earlier one.
    let mut future = Centre::new(10);
    future.journal.append([draft(77)], Need::Ordinary).unwrap();
    future.write(500);
    let lost = future.copy(&stick).unwrap();
    stick.create_folder(&folder.join("formular-notes")).unwrap();
    for _ in 0..8 {
        centre.write(2);
        let made = centre.copy(&stick).unwrap();
        let gone = leftovers_of(&made, Keep { newest: 2, months: 0 }, &stick, folder).unwrap();
        assert!(gone.len() <= 1);
    }
    let names: Vec<String> = shelf(&stick).copies.into_iter().map(|copy| copy.name).collect();
    for name in [&by_hand.name, &of_another.name, &lost.name] {
        assert!(names.contains(name), "{name} of {names:?}");
    }
    assert_eq!(names.len(), 3 + 2);
    assert!(stick.kind(&folder.join("formular-notes")).unwrap().is_some());
}

#[test]
fn on_a_real_disk_only_the_owner_reads_it_and_an_unfinished_restore_is_no_centre() {
    let dir = tempfile::tempdir().unwrap();
    let (data, stick, new) = (
        dir.path().join("data"),
        dir.path().join("stick"),
        dir.path().join("new"),
    );
    let folder = DataFolder::open(&data).unwrap();
    let mut journal = Journal::open(&folder, nine(), |_| ()).unwrap().journal;
    journal.append(drafts(0..30), Need::Ordinary).unwrap();
    Roster::open(&folder)
        .unwrap()
        .give(&"B-0301".into(), CARD.parse().unwrap())
        .unwrap();
    std::fs::create_dir(&stick).unwrap();
    let disk = RealDisk::shared();
    let source = Source::new(Arc::clone(&disk), &data);
    let made = make(&source, &*disk, &stick, nine(), Occasion::Hand, true).unwrap();
    for name in ["journal.jsonl", "roster.json", "copy.json"] {
        let mode = std::fs::metadata(made.path.join(name))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
    assert!(!stick.join(MARKER).exists(), "a copy by hand marks nothing");

    // What a restore leaves that was killed.
    std::fs::create_dir_all(new.join("journal.restoring")).unwrap();
    std::fs::create_dir_all(new.join("journal")).unwrap();
    std::fs::write(new.join("format"), "1\n").unwrap();
    std::fs::write(new.join("roster.json"), "{\"badges\":{}}").unwrap();
    let error = DataFolder::open(&new).unwrap_err().to_string();
    assert!(error.contains("interrupted"), "{error}");
    let back = bring_back(&*disk, &stick, &disk, &new).unwrap();
    assert_eq!(back.head, journal.head());
    assert!(!new.join("journal.restoring").exists());
    let roster = Roster::open(&DataFolder::open(&new).unwrap()).unwrap();
    assert_eq!(roster.len(), 1);
    // Into a folder with a journal nothing is restored.
    let error = bring_back(&*disk, &stick, &disk, &new).unwrap_err().to_string();
    assert!(error.contains("not empty"), "{error}");
}
