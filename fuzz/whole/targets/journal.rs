//! A journal as it may lie on a disk: whole, torn, rotten, forged.
//!
//! Bits of the first byte: 1 the lines come without `prev` and `hash` and are chained here, so that what is inside a
//! line is reached too; 2 the second half stands in a file of its own; 4 a clean stop is marked at the end.

use formular::clock::{Moment, Now};
use formular::desk::{Desk, DeskSettings};
use formular::exchange::Imported;
use formular::ledger::{By, Entry, Event, Ledger};
use formular::store::{
    CleanMark, DataFolder, Draft, Head, Journal, JournalReader, LineHash, Need, Verdict, export,
    verify_paths, verify_stream,
};
use std::cell::RefCell;
use std::fs;
use std::path::Path;

thread_local! {
    /// One folder for all inputs: only what stands in it is made anew. In memory where the system has that.
    static FOLDER: RefCell<tempfile::TempDir> = RefCell::new(
        tempfile::TempDir::new_in("/dev/shm").or_else(|_| tempfile::TempDir::new()).expect("a folder"),
    );
}

/// What is whole is opened as it is; what is torn is cut once and never again; what is damaged is refused and left alone.
pub fn run(data: &[u8]) {
    let [choice, bytes @ ..] = data else { return };
    let bytes = match choice & 1 {
        1 => sealed(bytes),
        _ => bytes.to_vec(),
    };
    FOLDER.with_borrow(|folder| check(folder.path(), *choice, &bytes));
}

/// Lines of JSON objects without `prev` and `hash`, made a chain.
fn sealed(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut prev = LineHash::ZERO;
    for line in bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        let body = line.strip_suffix(b"}").unwrap_or(line);
        let mut text = body.to_vec();
        text.extend_from_slice(format!(",\"prev\":\"{prev}\"}}").as_bytes());
        prev = LineHash::of(&text);
        text.pop();
        out.extend_from_slice(&text);
        out.extend_from_slice(format!(",\"hash\":\"{prev}\"}}\n").as_bytes());
    }
    out
}

fn now() -> Moment {
    "2026-09-01T09:00:00+03:00".parse().expect("a moment")
}

/// Puts the bytes where a journal lies; gives how many of them are in the first file.
fn lay(path: &Path, choice: u8, bytes: &[u8]) -> usize {
    let folder = path.join("journal");
    let _ = fs::remove_dir_all(&folder);
    let _ = fs::remove_file(path.join("clean"));
    fs::create_dir_all(&folder).expect("a folder");
    let half = bytes.iter().filter(|byte| **byte == b'\n').count() / 2;
    // One line alone stays in one file: there is no second name for it.
    let cut = match choice & 2 {
        2 if half > 0 => bytes
            .iter()
            .enumerate()
            .filter(|(_, byte)| **byte == b'\n')
            .nth(half - 1)
            .map_or(0, |(at, _)| at + 1),
        _ => bytes.len(),
    };
    let (first, second) = bytes.split_at(cut);
    let put =
        |seq: usize, bytes: &[u8]| fs::write(folder.join(format!("{seq:012}.jsonl")), bytes).expect("room");
    if !first.is_empty() {
        put(1, first);
    }
    if !second.is_empty() {
        put(if first.is_empty() { 1 } else { half + 1 }, second);
    }
    cut
}

fn check(path: &Path, choice: u8, bytes: &[u8]) {
    let said = verify_stream(Path::new("-"), bytes).expect("a verdict");
    let data = DataFolder::open(path).expect("a folder");
    let cut = lay(path, choice, bytes);
    // A batch never goes on in the next file.
    let first = verify_stream(Path::new("-"), &bytes[..cut]).expect("a verdict");
    let whole = match (said, first) {
        (Verdict::Ok(head), Verdict::Ok(_)) => Some(head),
        _ => None,
    };
    if choice & 4 == 4 {
        CleanMark::of(&data)
            .set(whole.unwrap_or(Head::EMPTY))
            .expect("room");
    }
    let mut folded = Folded::default();
    let opened = match Journal::open(&data, now(), |entry| folded.take(entry)) {
        Ok(opened) => opened,
        Err(error) => {
            assert!(whole.is_none(), "{error}");
            assert!(!error.to_string().is_empty());
            return;
        }
    };
    match whole {
        Some(head) => assert_eq!((opened.journal.head(), opened.torn.is_none()), (head, true)),
        None => assert!(opened.torn.is_some()),
    }
    let head = opened.journal.head();
    assert_eq!(folded.ledger.seq, head.seq);
    folded.look();
    // It goes on from here: written, closed, and opened as a whole journal.
    let mut journal = opened.journal;
    let goes_on = Event::ReaderBack {
        reader: "desk-hf".into(),
    };
    let draft = Draft::now(now(), By::default(), goes_on);
    let written = journal.append([draft], Need::Return).expect("room");
    assert_eq!(written.first().map(|entry| entry.seq), Some(head.seq + 1));
    let head = journal.head();
    journal.close().expect("a clean stop");
    assert_eq!(
        verify_paths(&[path.to_owned()]).expect("a verdict"),
        Verdict::Ok(head)
    );
    let mut out = Vec::new();
    let reader = JournalReader::of(path).expect("a journal");
    assert_eq!(export(&reader, &mut out).expect("an export").head, head);
    assert_eq!(
        verify_stream(Path::new("-"), out.as_slice()).expect("a verdict"),
        Verdict::Ok(head)
    );
}

/// What a start makes of a journal.
#[derive(Default)]
struct Folded {
    ledger: Ledger,
    imported: Imported,
    last: Vec<Entry>,
}

impl Folded {
    fn take(&mut self, entry: Entry) {
        self.ledger.apply(&entry);
        self.imported.note(&entry);
        self.last.push(entry);
    }

    fn look(&self) {
        let mut desk = Desk::new(DeskSettings::default());
        let now = Now {
            at: now(),
            steady_ms: 0,
        };
        desk.recall(self.last.iter(), &self.ledger, now);
        desk.screen(&self.ledger, now);
        serde_json::to_value(&self.ledger).expect("a ledger");
    }
}
