//! Every call to the disk fails in turn, once and for ever, while a whole station works on it: full, broken, read-only.
//!
//! What was answered with success is there afterwards, what was refused for want of room is not, nothing panics, and
//! every message names the file and the next step.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]

#[path = "desk/centre.rs"]
#[allow(dead_code, reason = "the desk's scripts use the rest")]
mod centre;

use formular::clock::{Clock, ShiftedClock};
use formular::cue::Cue;
use formular::ledger::{By, Command, Entry, How, Seq};
use formular::service::{Ended, Setup, Station};
use formular::store::disk::{Call, Disk, Fault, FaultyDisk, Loss, MemoryDisk, Opening, Which};
use formular::store::{
    CleanMark, DataFolder, Draft, Extent, Head, Journal, JournalReader, Need, Restored, Role, Roster, Tokens,
    export, restore_on,
};
use formular::view::{Answer, No, Office, Wish};
use serde_json::json;
use std::io::Write;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, Once};

const DATA: &str = "/data";
const ENOSPC: i32 = 28;
const EIO: i32 = 5;
const EROFS: i32 = 30;
const CARD: &str = "uid:04D3BDF8E8F9A5";

fn clock() -> Arc<dyn Clock> {
    Arc::new(ShiftedClock::starting_at(centre::moment(
        "2026-09-01T09:00:00+03:00",
    )))
}

/// A folder with the centre's journal, cleanly closed, and nothing else yet.
fn begun() -> MemoryDisk {
    let disk = MemoryDisk::new();
    let data = DataFolder::on(disk.shared(), DATA).unwrap();
    let mut journal = Journal::open(&data, clock().now(), |_| ()).unwrap().journal;
    let drafts = centre::centre().journal.into_iter().map(|entry| Draft {
        at: entry.at,
        clock: entry.clock,
        recorded: entry.recorded,
        by: entry.by,
        src: entry.src,
        event: entry.event,
    });
    journal.append(drafts, Need::Ordinary).unwrap();
    journal.close().unwrap();
    disk
}

/// The same, stopped in the middle of a write.
fn torn() -> MemoryDisk {
    let disk = begun();
    disk.remove(Path::new("/data/clean")).unwrap();
    let path = Path::new("/data/journal/000000000001.jsonl");
    let len = disk.files()[path].len() as u64;
    let file = disk.open(path, Opening::Write).unwrap();
    file.write_at(b"{\"seq\":900,\"batch\":900,\"at\":\"20", len)
        .unwrap();
    disk.cut_by(Loss::Nothing, 0)
}

fn copy(disk: &MemoryDisk) -> MemoryDisk {
    disk.cut_by(Loss::Nothing, 0)
}

fn open(disk: Arc<dyn Disk>) -> Result<Station, String> {
    let setup = Setup {
        disk,
        ..Setup::quiet(DATA.into(), clock())
    };
    Station::open(setup).map_err(|error| error.to_string())
}

fn ask(station: &Station, key: &str, command: serde_json::Value) -> Answer {
    let command: Command = serde_json::from_value(command).unwrap();
    let by = By {
        duty: Some("B-0002".into()),
        how: How::Web,
        // Finds the order again in the journal.
        reader: Some(key.into()),
        ..By::default()
    };
    let answer = station.door.post(Wish::Command(Box::new(command), by));
    answer.blocking_recv().unwrap_or(Err(No::Stopped))
}

fn lend(item: &str) -> serde_json::Value {
    json!({"type": "check_out", "item": item, "badge": "B-0101"})
}

fn take_back(item: &str) -> serde_json::Value {
    json!({"type": "check_in", "item": item})
}

/// What people were told.
#[derive(Default)]
struct Told {
    done: Vec<(String, Vec<Seq>)>,
    no_room: Vec<String>,
    tokens: Vec<String>,
    card: bool,
    messages: Vec<String>,
}

/// Two short days: loans, returns, a card for a badge, rubbish at the reader, a token, and a night between them.
fn work(disk: &Arc<dyn Disk>) -> Told {
    let mut told = Told::default();
    for day in 0..2 {
        let station = match open(Arc::clone(disk)) {
            Ok(station) => station,
            Err(message) => {
                told.messages.push(message);
                continue;
            }
        };
        let wishes = [
            lend("ТР-0001"),
            take_back("ТР-0010"),
            json!({"type": "badge_card", "badge": "B-0101", "uid": CARD}),
            take_back("ТР-0001"),
            lend("ТР-0002"),
            take_back("ТР-0002"),
        ];
        for (n, wish) in wishes.into_iter().enumerate() {
            let key = format!("{day}-{n}");
            match ask(&station, &key, wish) {
                Ok(done) => {
                    told.card |= n == 2;
                    told.done.push((key, done.seqs));
                }
                Err(No::NoSpace) => told.no_room.push(key),
                Err(_) => {}
            }
        }
        let typed = station.door.post(Wish::Typed("29999999999999".into()));
        drop(typed.blocking_recv());
        match station
            .door
            .keys
            .tokens()
            .create(&Role::Auditor, None, clock().now())
        {
            Ok(token) => told.tokens.push(token),
            Err(error) => told.messages.push(error.to_string()),
        }
        if let Ended::Stopped(why) = station.close() {
            told.messages.push(why);
        }
    }
    told
}

/// Opens what is left on a healthy disk, compares it with what was told, and goes on.
fn compare(disk: &MemoryDisk, told: &Told, place: &str) {
    let station = open(disk.shared()).unwrap_or_else(|error| panic!("{place}: does not open: {error}"));
    let reader = JournalReader::on(disk.shared(), Path::new(DATA)).unwrap();
    let mut entries: Vec<Entry> = Vec::new();
    reader
        .read(|located| {
            entries.push(located.entry);
            ControlFlow::Continue(())
        })
        .unwrap();
    for (key, seqs) in &told.done {
        for seq in seqs {
            let entry = entries.get(usize::try_from(*seq - 1).unwrap());
            let found = entry.and_then(|entry| entry.by.reader.as_ref());
            assert_eq!(
                found.map(|reader| reader.as_str()),
                Some(key.as_str()),
                "{place}: event {seq} had been answered for"
            );
        }
    }
    for key in &told.no_room {
        let there = entries.iter().any(|entry| {
            entry
                .by
                .reader
                .as_ref()
                .is_some_and(|reader| reader.as_str() == key)
        });
        assert!(!there, "{place}: {key} was refused and is there");
    }
    for token in &told.tokens {
        assert!(
            station.door.keys.role_of(token, clock().now()).is_some(),
            "{place}: a token is lost"
        );
    }
    ask(&station, "after", take_back("ТР-0011")).unwrap_or_else(|no| panic!("{place}: cannot go on: {no:?}"));
    assert_eq!(station.close(), Ended::Closed, "{place}");
    // The roster follows the journal; where it could not be written, nobody heard «done».
    if told.card {
        let data = DataFolder::on(disk.shared(), DATA).unwrap();
        let roster = Roster::open(&data).unwrap();
        assert!(
            roster.badge_of(&CARD.parse().unwrap()).is_some(),
            "{place}: a card is lost"
        );
    }
}

/// A person must see which file it is, and what to do.
fn assert_helps(message: &str, place: &str) {
    const STEPS: &[&str] = &[
        "make room",
        "check its",
        "start again",
        "restart",
        "restore",
        "system's log",
        "put aside",
        "put it",
        "put the",
        "look at",
        "stop it",
        "mount it",
        "remove the file",
    ];
    assert!(
        message.contains(DATA) || message.contains("/new"),
        "{place}: names no file: {message}"
    );
    assert!(
        STEPS.iter().any(|step| message.contains(step)),
        "{place}: what now? {message}"
    );
}

/// A figure for the log of the whole run, where the output of tests that pass is not shown.
fn say(figure: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{figure}").unwrap();
}

static PANICS: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Panics of the station's own threads must not pass unseen.
fn watch_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            PANICS.lock().unwrap().push(info.to_string());
            before(info);
        }));
    });
}

/// What it is called, the system's number, and which calls it hits from the n-th on.
type Kind = (&'static str, i32, fn(usize) -> Which);

const FAULTS: [Kind; 6] = [
    ("disk full once", ENOSPC, Which::Nth),
    ("disk full for ever", ENOSPC, Which::WritesFrom),
    ("I/O error once", EIO, Which::Nth),
    ("I/O errors for ever", EIO, Which::From),
    ("read-only once", EROFS, Which::Nth),
    ("read-only for ever", EROFS, Which::WritesFrom),
];

/// Runs the two days once for each call and each kind of fault; gives how many runs, refused and failed.
fn fail_at_every_call(base: &MemoryDisk, name: &str) {
    watch_panics();
    let healthy = FaultyDisk::over(copy(base).shared());
    let told = work(&healthy.shared());
    assert!(told.messages.is_empty(), "{:?}", told.messages);
    assert!(
        told.done.len() >= 8 && told.tokens.len() == 2,
        "{}",
        told.done.len()
    );
    let calls = healthy.count();
    let next = AtomicUsize::new(0);
    let (runs, answered, no_room, messages) = (
        AtomicUsize::new(0),
        AtomicUsize::new(0),
        AtomicUsize::new(0),
        AtomicUsize::new(0),
    );
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let n = next.fetch_add(1, Ordering::Relaxed);
                    if n >= calls * FAULTS.len() {
                        break;
                    }
                    let (what, errno, which) = FAULTS[n % FAULTS.len()];
                    let call = n / FAULTS.len();
                    let place = format!("{name}: {what}, call {call} of {calls}");
                    let memory = copy(base);
                    let disk = FaultyDisk::over(memory.shared());
                    disk.fail(Some(Fault {
                        which: which(call),
                        errno,
                    }));
                    let told = work(&disk.shared());
                    told.messages
                        .iter()
                        .for_each(|message| assert_helps(message, &place));
                    // The power goes as well, at the worst moment.
                    compare(
                        &memory.cut(n as u64),
                        &told,
                        &format!("{place}, then a power cut"),
                    );
                    compare(&memory, &told, &place);
                    runs.fetch_add(1, Ordering::Relaxed);
                    answered.fetch_add(told.done.len(), Ordering::Relaxed);
                    no_room.fetch_add(told.no_room.len(), Ordering::Relaxed);
                    messages.fetch_add(told.messages.len(), Ordering::Relaxed);
                }
            });
        }
    });
    let panics = PANICS.lock().unwrap();
    assert!(panics.is_empty(), "{panics:?}");
    say(&format!(
        "faults: {name}: {calls} calls, {runs:?} runs, {answered:?} answers kept, {no_room:?} refused for want of room, \
         {messages:?} messages, acknowledged lost 0"
    ));
    assert!(no_room.into_inner() > 0 && messages.into_inner() > 0);
}

#[test]
fn every_call_of_two_days_fails_in_turn() {
    fail_at_every_call(&begun(), "two days");
}

#[test]
fn every_call_of_a_start_after_a_torn_write_fails_in_turn() {
    fail_at_every_call(&torn(), "after a torn write");
}

#[test]
fn every_call_of_a_restore_fails_in_turn() {
    let source = begun();
    let mut bytes = Vec::new();
    let reader = JournalReader::on(source.shared(), Path::new(DATA)).unwrap();
    let head = export(&reader, &mut bytes).unwrap().head;
    let new = Path::new("/new");
    let run = |disk: &FaultyDisk| restore_on(&disk.shared(), Path::new("export"), bytes.as_slice(), new);
    let healthy = FaultyDisk::over(MemoryDisk::new().shared());
    run(&healthy).unwrap();
    let calls = healthy.count();
    let mut whole = 0;
    for n in 0..calls * FAULTS.len() {
        let (what, errno, which) = FAULTS[n % FAULTS.len()];
        let place = format!("restore: {what}, call {} of {calls}", n / FAULTS.len());
        let memory = MemoryDisk::new();
        let disk = FaultyDisk::over(memory.shared());
        disk.fail(Some(Fault {
            which: which(n / FAULTS.len()),
            errno,
        }));
        match run(&disk) {
            Ok(Restored::Done(reached)) => {
                assert_eq!(reached, head, "{place}");
                let data = DataFolder::on(memory.cut(n as u64).shared(), new).unwrap();
                let opened = Journal::open(&data, clock().now(), |_| ()).unwrap();
                assert!(opened.journal.head() == head && opened.clean, "{place}");
                whole += 1;
            }
            Ok(Restored::Bad(verdict)) => panic!("{place}: {verdict}"),
            // Whatever a broken disk kept of it: it is not taken for a journal that lacks its end.
            Err(error) => {
                assert_helps(&error.to_string(), &place);
                let left = JournalReader::on(memory.shared(), new)
                    .and_then(|reader| reader.read(|_| ControlFlow::Continue(())));
                if let Ok(Extent { head: left, .. }) = left {
                    assert!(left == Head::EMPTY || left == head, "{place}: {left}");
                }
            }
        }
    }
    say(&format!(
        "faults: restore: {calls} calls, {} runs, {whole} whole nevertheless",
        calls * FAULTS.len()
    ));
}

#[test]
fn a_failed_sync_stops_the_desk_and_is_never_tried_again() {
    let disk = FaultyDisk::over(begun().shared());
    let station = open(disk.shared()).unwrap();
    let mut sounds = station.door.sounds();
    ask(&station, "1", lend("ТР-0001")).unwrap();
    let synced = |disk: &FaultyDisk| {
        disk.calls()
            .iter()
            .filter(|(call, _)| *call == Call::SyncData)
            .count()
    };
    let before = synced(&disk);
    disk.fail(Some(Fault {
        which: Which::Every(Call::SyncData),
        errno: EIO,
    }));
    assert_eq!(ask(&station, "2", lend("ТР-0002")), Err(No::Stopped));
    // Even when the disk works again.
    disk.fail(None);
    assert_eq!(ask(&station, "3", take_back("ТР-0001")), Err(No::Stopped));
    assert_eq!(synced(&disk), before + 1);
    let health = station.door.health();
    assert!(health.stopped && !health.ready);
    let screen = station.door.screen();
    let face = screen.borrow().face.clone();
    assert_eq!(face.code, Some("К-41"));
    let mut heard = Vec::new();
    while let Ok(cues) = sounds.try_recv() {
        heard.extend(cues.iter().copied());
    }
    assert_eq!(heard.last(), Some(&Cue::Refused));
    let Ended::Stopped(why) = station.close() else {
        panic!("it must not say that all was well")
    };
    assert!(
        why.contains("did not confirm the write") && why.contains("/data/journal/"),
        "{why}"
    );
}

#[test]
fn returns_go_on_when_loans_no_longer_do() {
    let disk = begun();
    drop(open(disk.shared()).unwrap().close());
    assert!(disk.kind(Path::new("/data/reserve")).unwrap().is_some());
    // Below the floor, then with not a byte left.
    for (n, room) in [disk.used() + (1 << 20), disk.used()].into_iter().enumerate() {
        disk.set_room(room);
        let station = open(disk.shared()).unwrap();
        assert_eq!(
            ask(&station, &format!("lend {n}"), lend("ТР-0003")),
            Err(No::NoSpace),
            "{n}"
        );
        let item = ["ТР-0010", "ТР-0011"][n];
        ask(&station, &format!("back {n}"), take_back(item)).unwrap();
        assert!(station.door.health().low_space, "{n}");
        drop(station.close());
    }
    assert!(
        disk.kind(Path::new("/data/reserve")).unwrap().is_none(),
        "its room was given up"
    );
    disk.set_room(u64::MAX / 4);
    let station = open(disk.shared()).unwrap();
    ask(&station, "lend again", lend("ТР-0003")).unwrap();
    assert_eq!(station.close(), Ended::Closed);
}

#[test]
fn a_folder_deleted_under_the_desk_is_not_written_to() {
    let disk = begun();
    let station = open(disk.shared()).unwrap();
    ask(&station, "1", lend("ТР-0001")).unwrap();
    disk.remove_folder(Path::new(DATA)).unwrap();
    assert_eq!(ask(&station, "2", lend("ТР-0002")), Err(No::Stopped));
    let Ended::Stopped(why) = station.close() else {
        panic!("it must not say that all was well")
    };
    assert!(
        why.contains("has been removed") && why.contains("backup"),
        "{why}"
    );
}

#[test]
fn truncated_files_are_named() {
    let whole = begun();
    let station = open(whole.shared()).unwrap();
    ask(&station, "1", lend("ТР-0001")).unwrap();
    ask(
        &station,
        "2",
        json!({"type": "badge_card", "badge": "B-0101", "uid": CARD}),
    )
    .unwrap();
    station
        .door
        .keys
        .tokens()
        .create(&Role::Staff, None, clock().now())
        .unwrap();
    assert_eq!(station.close(), Ended::Closed);
    let files = [
        "journal/000000000001.jsonl",
        "roster.json",
        "tokens.json",
        "key",
        "clean",
        "format",
    ];
    for name in files {
        let path = Path::new(DATA).join(name);
        let len = whole.files()[&path].len() as u64;
        for cut in [1, len / 2, len - 1, len] {
            let disk = copy(&whole);
            disk.open(&path, Opening::Write)
                .unwrap()
                .set_len(len - cut)
                .unwrap();
            let place = format!("{name} without its last {cut} of {len} bytes");
            let damaged = match open(disk.shared()) {
                Err(message) => vec![message],
                Ok(station) => {
                    let told = station.door.health().damaged;
                    // The desk takes things back whatever has become of the small files.
                    ask(&station, "3", take_back("ТР-0010")).unwrap();
                    drop(station.close());
                    told.iter().map(ToString::to_string).collect()
                }
            };
            // A version without its line end is a version; so is a key without its sum, which older programs wrote.
            let harmless = (name == "format" && cut == 1) || (name == "key" && cut == 32);
            if harmless {
                assert!(damaged.is_empty(), "{place}: {damaged:?}");
                continue;
            }
            assert_eq!(damaged.len(), 1, "{place}: {damaged:?}");
            assert!(
                name.starts_with("journal") || damaged[0].contains(name),
                "{place}: {damaged:?}"
            );
            assert_helps(&damaged[0], &place);
        }
    }
}

#[test]
fn a_damaged_roster_is_left_as_it_is() {
    let disk = begun();
    let data = DataFolder::on(disk.shared(), DATA).unwrap();
    Roster::open(&data)
        .unwrap()
        .give(&"B-0101".into(), CARD.parse().unwrap())
        .unwrap();
    let path = Path::new("/data/roster.json");
    let file = disk.open(path, Opening::Write).unwrap();
    let bytes = disk.files()[path].clone();
    let at = bytes.windows(4).position(|part| part == b"04D3").unwrap();
    file.write_at(b"14D3", at as u64).unwrap();
    let flipped = disk.files()[path].clone();
    let (mut roster, error) = Roster::open_anyway(&data);
    assert!(error.unwrap().to_string().contains("does not give its sum"));
    assert!(roster.is_empty());
    assert!(roster.give(&"B-0101".into(), CARD.parse().unwrap()).is_err());
    assert!(Tokens::open_anyway(&data).1.is_none());
    assert_eq!(
        CleanMark::of(&data).read().unwrap().map(|head| head.seq > 0),
        Some(true)
    );
    assert_eq!(disk.files()[path], flipped, "a person may still look at it");
}
