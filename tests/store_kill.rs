//! kill -9 of a process that has nothing but a store, at random moments: what was acknowledged is there.
//!
//! 900 times by default; `FORMULAR_KILLS` sets another number.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]

mod store_events;

use formular::store::{DataFolder, Head, Index, Journal, Limits, Need, verify_paths};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;
use store_events::{drafts, nine};

const FOLDER: &str = "FORMULAR_KILL_FOLDER";
const LIMITS: Limits = Limits {
    file: 30_000,
    floor: 0,
    reserve: 4096,
    room: 4096,
};
/// Kills before a new folder is begun; some on disk, some in memory, where much more happens in a millisecond.
const KILLS_PER_FOLDER: u32 = 12;

/// A small generator of numbers, so that a run can be repeated by its seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % n
    }
}

/// The child: appends batches for ever and says after each what is durable now. Does nothing when run by itself.
#[test]
fn child() {
    let Ok(folder) = std::env::var(FOLDER) else { return };
    let data = DataFolder::open(folder).unwrap();
    let opened = Journal::open_with(&data, LIMITS, nine(), |_| ()).unwrap();
    let mut journal = opened.journal;
    let index = Index::start(&data, journal.head(), opened.clean, 0).unwrap();
    let mut dice = Dice(journal.head().seq + 1);
    let mut out = std::io::stdout();
    loop {
        let next = journal.head().seq;
        let size = 1 + dice.below(20);
        journal.append(drafts(next..next + size), Need::Ordinary).unwrap();
        let head = journal.head();
        index.advance(head);
        out.write_all(format!("acknowledged {} {}\n", head.seq, head.hash).as_bytes())
            .unwrap();
    }
}

/// Runs the child, kills it, and gives what it had acknowledged.
fn run_and_kill(folder: &Path, dice: &mut Dice) -> Option<(u64, String)> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "child", "--nocapture", "--test-threads=1"])
        .env(FOLDER, folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let stdout = BufReader::new(child.stdout.take().unwrap());
    let (started, begun) = std::sync::mpsc::channel();
    let reading = std::thread::spawn(move || {
        let mut last = None;
        for line in stdout.lines() {
            let line = line.unwrap();
            // The harness says something of its own in front of the first.
            if let Some((_, said)) = line.split_once("acknowledged ") {
                let (seq, hash) = said.split_once(' ').unwrap();
                last = Some((seq.parse().unwrap(), hash.to_owned()));
                let _ = started.send(());
            }
        }
        last
    });
    // Every third dies while it starts, the others at work.
    if dice.below(3) > 0 {
        let _ = begun.recv_timeout(Duration::from_secs(20));
    }
    std::thread::sleep(Duration::from_micros(500 + dice.below(19_500)));
    child.kill().unwrap();
    let last = reading.join().unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(
        output.status.code().is_none(),
        "it ended by itself: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    last
}

/// Looks for the line in the bytes themselves; the chain is checked by every start and by [`restart`].
fn hash_of(folder: &Path, seq: u64) -> Option<String> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder.join("journal"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let start = format!("{{\"seq\":{seq},");
    for file in files.iter().rev() {
        // A write that was cut off may end in half a letter.
        let bytes = std::fs::read(file).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        if let Some(line) = text.split_inclusive('\n').find(|line| line.starts_with(&start)) {
            let (_, tail) = line.rsplit_once(",\"hash\":\"").unwrap();
            return Some(tail.strip_suffix("\"}\n").unwrap().to_owned());
        }
    }
    None
}

/// Opens as a daemon would after the kill, goes on for a batch, and compares the index with a rebuild.
fn restart(folder: &Path, dice: &mut Dice) -> Head {
    let data = DataFolder::open(folder).unwrap();
    let opened = Journal::open_with(&data, LIMITS, nine(), |_| ()).unwrap();
    let mut journal = opened.journal;
    let index = Index::start(&data, journal.head(), opened.clean, 0).unwrap();
    let next = journal.head().seq;
    journal
        .append(drafts(next..next + 1 + dice.below(5)), Need::Ordinary)
        .unwrap();
    index.advance(journal.head());
    assert!(
        index.wait_for(journal.head().seq, Duration::from_secs(60)),
        "{:?}",
        index.status()
    );
    assert_eq!(index.differs_from_rebuild().unwrap(), None);
    index.stop();
    let head = journal.head();
    if dice.below(2) == 0 {
        journal.close().unwrap();
    }
    head
}

#[test]
fn nine_hundred_kills_lose_nothing_that_was_acknowledged() {
    let kills: u32 = std::env::var("FORMULAR_KILLS").map_or(900, |n| n.parse().unwrap());
    let seed = 0x9E37_79B9_7F4A_7C15;
    let mut dice = Dice(seed);
    let (mut heads, mut torn, mut silent) = (0, 0, 0);
    let mut dir = None;
    let mut kept = None;
    for kill in 0..kills {
        if kill.is_multiple_of(KILLS_PER_FOLDER) {
            let memory = tempfile::tempdir_in("/dev/shm")
                .ok()
                .filter(|_| (kill / KILLS_PER_FOLDER).is_multiple_of(3));
            dir = Some(memory.unwrap_or_else(|| tempfile::tempdir().unwrap()));
            kept = None;
        }
        let folder: PathBuf = dir.as_ref().unwrap().path().join("data");
        let acknowledged = run_and_kill(&folder, &mut dice);
        let place = format!("kill {kill} of seed {seed:#x}");
        silent += u32::from(acknowledged.is_none());
        // The chain makes the last acknowledged line stand for all before it.
        if let Some((seq, hash)) = acknowledged.or(kept.clone()) {
            assert_eq!(hash_of(&folder, seq), Some(hash.clone()), "{place}: event {seq}");
            heads += 1;
            kept = Some((seq, hash));
        }
        if kill % KILLS_PER_FOLDER == KILLS_PER_FOLDER - 1 || kill == kills - 1 {
            let head = restart(&folder, &mut dice);
            let verdict = verify_paths(std::slice::from_ref(&folder)).unwrap();
            assert_eq!(verdict.to_string(), format!("ok {head}"), "{place}");
            let names = std::fs::read_dir(folder.join("journal")).unwrap();
            torn += names
                .filter(|name| {
                    name.as_ref()
                        .unwrap()
                        .file_name()
                        .to_string_lossy()
                        .starts_with("torn-")
                })
                .count();
        }
    }
    eprintln!(
        "{kills} kills, {heads} acknowledged heads found again, {silent} kills before the first, {torn} interrupted writes"
    );
    assert!(
        kills < 100 || silent < kills / 2,
        "most children must have come to work"
    );
}
