//! One bit flipped anywhere in a data folder: it is named, or healed, or of no effect; never shown as the truth.
//!
//! `FORMULAR_FLIPS` places (400 by default) from `FORMULAR_FLIP_SEED`.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]

mod store_events;

use formular::ids::ItemId;
use formular::ledger::Entry;
use formular::store::backup::{LastCopy, Noted};
use formular::store::disk::Dice;
use formular::store::{
    DataFolder, DigestKey, Inbox, Index, Journal, Limits, Need, Password, Role, Roster, Subject, Tokens,
    UnknownTag,
};
use formular::tag::TagId;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;
use store_events::{drafts, nine};

const LIMITS: Limits = Limits {
    file: 12_000,
    floor: 0,
    reserve: 4096,
    room: 4096,
};

/// A hash of no password that anybody has.
const PHC: &str = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$\
                   WLQsVFxw6VKQHbiMMKnJ8oFrm8sZ0/8bqpdkWMDrPqM";

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).map_or(otherwise, |n| n.parse().unwrap())
}

/// A figure for the log of the whole run, where the output of tests that pass is not shown.
fn say(figure: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{figure}").unwrap();
}

fn scratch() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm").unwrap_or_else(|_| tempfile::tempdir().unwrap())
}

fn card(n: u64) -> TagId {
    format!("uid:04{n:012X}").parse().unwrap()
}

/// Everything that a folder says.
#[derive(Debug, PartialEq)]
struct Truth {
    entries: Vec<Entry>,
    digest: String,
    cards: Vec<Option<String>>,
    tokens: Vec<Option<Role>>,
    password: Option<String>,
    copy: Option<Noted>,
    unknown: Vec<UnknownTag>,
    histories: Vec<Vec<u64>>,
    days: Vec<Option<u64>>,
    /// First event of the last batch.
    last_batch: u64,
}

/// A folder and how it was left.
struct Base {
    dir: tempfile::TempDir,
    truth: Truth,
    tokens: Vec<String>,
    clean: bool,
    files: Vec<(PathBuf, u64)>,
}

impl Base {
    fn new(clean: bool) -> Self {
        let dir = scratch();
        let folder = dir.path().join("data");
        let data = DataFolder::open(&folder).unwrap();
        let mut journal = Journal::open_with(&data, LIMITS, nine(), |_| ()).unwrap().journal;
        let index = Index::start(&data, journal.head(), true, 0).unwrap();
        for n in 0..40 {
            let next = journal.head().seq;
            journal
                .append(drafts(next..next + 1 + n % 6), Need::Ordinary)
                .unwrap();
        }
        index.advance(journal.head());
        assert!(index.wait_for(journal.head().seq, Duration::from_secs(20)));
        DigestKey::open(&data).unwrap();
        let mut roster = Roster::open(&data).unwrap();
        let mut inbox = Inbox::open(&data).unwrap();
        for n in 0..20 {
            roster
                .give(&format!("B-03{n:02}").as_str().into(), card(n))
                .unwrap();
            inbox.seen(&card(100 + n), &"desk-hf".into(), nine());
        }
        inbox.save().unwrap();
        let mut tokens = Tokens::open(&data).unwrap();
        let tokens: Vec<String> = (0..3)
            .map(|_| tokens.create(&Role::Auditor, None, nine()).unwrap())
            .collect();
        Password::open(&data)
            .unwrap()
            .set(Some(PHC.into()), nine())
            .unwrap();
        LastCopy::of(&data)
            .write(nine(), journal.head(), "formular-2026-09-01")
            .unwrap();
        index.stop();
        if clean {
            journal.close().unwrap();
        }
        drop(data);
        let mut base = Self {
            files: Vec::new(),
            truth: look(&folder_copy(&folder).1, &tokens).unwrap().0,
            dir,
            tokens,
            clean,
        };
        list(&base.folder(), Path::new(""), &mut base.files);
        base
    }

    fn folder(&self) -> PathBuf {
        self.dir.path().join("data")
    }
}

fn list(folder: &Path, inner: &Path, files: &mut Vec<(PathBuf, u64)>) {
    for entry in std::fs::read_dir(folder.join(inner)).unwrap() {
        let entry = entry.unwrap();
        let path = inner.join(entry.file_name());
        match entry.metadata().unwrap() {
            meta if meta.is_dir() => list(folder, &path, files),
            meta if meta.len() > 0 => files.push((path, meta.len())),
            _ => {}
        }
    }
    files.sort();
}

fn folder_copy(from: &Path) -> (tempfile::TempDir, PathBuf) {
    let dir = scratch();
    let to = dir.path().join("data");
    copy(from, &to);
    (dir, to)
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.metadata().unwrap().is_dir() {
            copy(&entry.path(), &to);
        } else {
            std::fs::copy(entry.path(), to).unwrap();
        }
    }
}

/// What opening found that was not as it should be.
#[derive(Default)]
struct Seen {
    messages: Vec<String>,
    torn: bool,
    rebuilt: bool,
}

/// Opens the folder as the daemon does and asks it everything; the error is the message with which it refused.
fn look(folder: &Path, tokens: &[String]) -> Result<(Truth, Seen), String> {
    let told = |error: formular::store::Error| error.to_string();
    let data = DataFolder::open(folder).map_err(told)?;
    let mut entries: Vec<Entry> = Vec::new();
    let opened = Journal::open_with(&data, LIMITS, nine(), |entry| entries.push(entry)).map_err(told)?;
    let key = DigestKey::open(&data).map_err(told)?;
    let (roster, no_cards) = Roster::open_anyway(&data);
    let (inbox, no_inbox) = Inbox::open_anyway(&data);
    let (mut kept, no_tokens) = Tokens::open_anyway(&data);
    let (password, no_password) = Password::open_anyway(&data);
    let (copy, no_copy) = match LastCopy::of(&data).read() {
        Ok(noted) => (noted, None),
        Err(error) => (None, Some(error)),
    };
    let head = opened.journal.head();
    let index = Index::start(&data, head, opened.clean, 0).map_err(told)?;
    assert!(
        index.wait_for(head.seq, Duration::from_secs(30)),
        "{:?}",
        index.status()
    );
    assert_eq!(index.differs_from_rebuild().unwrap(), None);
    let history = |n: u32| {
        let item = ItemId::new(format!("ТР-{n:04}"));
        let found = index.history(&Subject::Item(item), usize::MAX, None).unwrap();
        found.iter().map(|entry| entry.seq).collect()
    };
    let day = |n: i32| {
        let day = nine().date().saturating_add(jiff::Span::new().days(n));
        index.first_of_day(day).unwrap()
    };
    let truth = Truth {
        digest: key.digest(&card(0)).to_string(),
        cards: (0..20)
            .map(|n| roster.badge_of(&card(n)).map(ToString::to_string))
            .collect(),
        tokens: tokens
            .iter()
            .map(|token| kept.check(token, nine()).map(|opens| opens.role))
            .collect(),
        password: password.phc(),
        copy,
        unknown: inbox.tags().cloned().collect(),
        histories: (1..60).map(history).collect(),
        days: (0..3).map(day).collect(),
        last_batch: entries.last().map_or(0, |entry| entry.batch),
        entries,
    };
    let seen = Seen {
        messages: [no_cards, no_inbox, no_tokens, no_password, no_copy]
            .into_iter()
            .flatten()
            .map(|error| error.to_string())
            .collect(),
        torn: opened.torn.is_some(),
        rebuilt: opened.clean && index.status().rebuilds > 0,
    };
    index.stop();
    Ok((truth, seen))
}

/// What became of a flip.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fate {
    /// Formular does not start, and says why.
    Refused,
    /// It works without the file, and says so.
    WorksWithout,
    /// The last batch of an unclean stop was taken for an interrupted write, and put aside.
    SetAside,
    /// The index was built anew.
    Healed,
    NoEffect,
}

fn flip(base: &Base, dice: &mut Dice, place: &str) -> (PathBuf, Fate) {
    // Half of them by size, half by file: most bytes are the index's.
    let total: u64 = base.files.iter().map(|(_, len)| len).sum();
    let (file, at) = match dice.once_in(2) {
        true => {
            let mut at = dice.below(total);
            let found = base.files.iter().find(|(_, len)| match at.checked_sub(*len) {
                Some(rest) => {
                    at = rest;
                    false
                }
                None => true,
            });
            (found.unwrap(), at)
        }
        false => {
            let file = &base.files[dice.index(base.files.len())];
            (file, dice.below(file.1))
        }
    };
    let (dir, folder) = folder_copy(&base.folder());
    let path = folder.join(&file.0);
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[usize::try_from(at).unwrap()] ^= 1 << dice.below(8);
    std::fs::write(&path, bytes).unwrap();
    let place = format!("{place}: {} byte {at}", file.0.display());
    let fate = match look(&folder, &base.tokens) {
        Err(message) => {
            assert!(
                message.contains(&folder.display().to_string()),
                "{place}: {message}"
            );
            Fate::Refused
        }
        Ok((found, seen)) => judge(base, found, &seen, &place),
    };
    drop(dir);
    (file.0.clone(), fate)
}

/// Everything that is shown is the truth, but for what was said to be missing.
fn judge(base: &Base, mut found: Truth, seen: &Seen, place: &str) -> Fate {
    let truth = &base.truth;
    if seen.torn {
        assert!(!base.clean, "{place}: a clean stop is a witness");
        let kept = usize::try_from(truth.last_batch - 1).unwrap();
        assert_eq!(found.entries, truth.entries[..kept], "{place}");
        return Fate::SetAside;
    }
    for message in &seen.messages {
        if message.contains("roster.json") {
            assert!(found.cards.iter().all(Option::is_none), "{place}");
            found.cards.clone_from(&truth.cards);
        } else if message.contains("tokens.json") {
            assert!(found.tokens.iter().all(Option::is_none), "{place}");
            found.tokens.clone_from(&truth.tokens);
        } else if message.contains("password.json") {
            assert_eq!(found.password, None, "{place}");
            found.password.clone_from(&truth.password);
        } else if message.contains("copies.json") {
            assert_eq!(found.copy, None, "{place}");
            found.copy.clone_from(&truth.copy);
        } else {
            assert!(
                message.contains("inbox.json") && found.unknown.is_empty(),
                "{place}: {message}"
            );
            found.unknown.clone_from(&truth.unknown);
        }
    }
    assert_eq!(found, *truth, "{place}");
    match seen {
        Seen { messages, .. } if !messages.is_empty() => Fate::WorksWithout,
        Seen { rebuilt: true, .. } => Fate::Healed,
        _ => Fate::NoEffect,
    }
}

#[test]
fn a_flipped_bit_is_never_shown_as_the_truth() {
    let (flips, seed) = (number("FORMULAR_FLIPS", 400), number("FORMULAR_FLIP_SEED", 1));
    let bases = [Base::new(true), Base::new(false)];
    let next = Mutex::new(0..flips);
    let fates = Mutex::new(BTreeMap::<(String, Fate), u64>::new());
    let threads = std::thread::available_parallelism().map_or(2, |n| n.get());
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let Some(n) = next.lock().unwrap().next() else {
                        break;
                    };
                    // Three of four after a clean stop, as after most nights.
                    let base = &bases[usize::from(n % 4 == 3)];
                    let mut dice = Dice::new(seed.wrapping_mul(1_000_003).wrapping_add(n));
                    let (file, fate) = flip(base, &mut dice, &format!("seed {seed} flip {n}"));
                    let room = file.iter().next().unwrap().to_string_lossy().into_owned();
                    *fates.lock().unwrap().entry((room, fate)).or_default() += 1;
                }
            });
        }
    });
    let fates = fates.into_inner().unwrap();
    let count = |wanted: Fate| -> u64 {
        fates
            .iter()
            .filter(|((_, fate), _)| *fate == wanted)
            .map(|(_, n)| n)
            .sum()
    };
    say(&format!(
        "flips: {flips} places, refused and named {}, worked without the file and said so {}, taken for an interrupted \
         write and put aside {}, index built anew {}, without effect {}, shown as the truth 0",
        count(Fate::Refused),
        count(Fate::WorksWithout),
        count(Fate::SetAside),
        count(Fate::Healed),
        count(Fate::NoEffect)
    ));
    for ((file, fate), n) in &fates {
        say(&format!("flips: {file}: {fate:?} {n}"));
        // Only sled's files have bytes that mean nothing; elsewhere it is the end of a line that a reader forgives,
        // or the sum's own letters.
        let forgives = [
            "index",
            "format",
            "clean",
            "roster.json",
            "tokens.json",
            "password.json",
            "copies.json",
            "inbox.json",
            "reserve",
        ];
        assert!(
            *fate != Fate::NoEffect || forgives.contains(&file.as_str()),
            "{file}"
        );
    }
    assert!(count(Fate::Refused) > 0 && count(Fate::WorksWithout) > 0);
}
