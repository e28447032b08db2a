//! The journal through stops, power cuts, rot and full disks.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]

mod store_events;

use formular::store::{
    CleanMark, DataFolder, Error, Head, Journal, JournalReader, Limits, Need, Opened, Position, Space,
    Verdict, verify_paths,
};
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use store_events::{draft, drafts, nine};

const SMALL: Limits = Limits {
    file: 2_000,
    floor: 0,
    reserve: 4096,
    room: 4096,
};

fn open(data: &DataFolder) -> (Opened, Vec<u64>) {
    try_open(data).unwrap()
}

fn try_open(data: &DataFolder) -> Result<(Opened, Vec<u64>), Error> {
    let mut seqs = Vec::new();
    let opened = Journal::open_with(data, SMALL, nine(), |entry| seqs.push(entry.seq))?;
    Ok((opened, seqs))
}

/// In memory where there is such a disk: these tests are about bytes, and each start syncs several times.
fn folder() -> (tempfile::TempDir, DataFolder) {
    let dir = tempfile::tempdir_in("/dev/shm")
        .or_else(|_| tempfile::tempdir())
        .unwrap();
    let data = DataFolder::open(dir.path().join("data")).unwrap();
    (dir, data)
}

/// A journal of batches of these sizes.
fn with_batches(data: &DataFolder, sizes: &[u64]) -> Head {
    let mut journal = open(data).0.journal;
    let mut next = journal.next_seq() - 1;
    for size in sizes {
        journal.append(drafts(next..next + size), Need::Ordinary).unwrap();
        next += size;
    }
    journal.head()
}

fn files(data: &DataFolder) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(data.path().join("journal"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ext| ext == "jsonl"))
        .collect();
    files.sort();
    files
}

fn torn_files(data: &DataFolder) -> Vec<PathBuf> {
    let names = fs::read_dir(data.path().join("journal")).unwrap();
    let paths = names.map(|entry| entry.unwrap().path());
    paths
        .filter(|path| path.file_name().unwrap().to_str().unwrap().starts_with("torn-"))
        .collect()
}

fn line_starts(bytes: &[u8]) -> Vec<usize> {
    let ends = bytes
        .iter()
        .enumerate()
        .filter(|(_, b)| **b == b'\n')
        .map(|(n, _)| n + 1);
    std::iter::once(0).chain(ends).collect()
}

#[test]
fn what_was_appended_is_read_back_in_order() {
    let (_dir, data) = folder();
    let head = with_batches(&data, &[1, 3, 1, 7, 2]);
    assert_eq!(head.seq, 14);
    assert!(files(&data).len() > 1, "2,000 bytes make more than one file");
    let mut entries = Vec::new();
    let opened = Journal::open_with(&data, SMALL, nine(), |entry| entries.push(entry)).unwrap();
    assert_eq!(opened.journal.head(), head);
    assert!(!opened.clean && opened.torn.is_none());
    let batches: Vec<u64> = entries.iter().map(|entry| entry.batch).collect();
    assert_eq!(batches, [1, 2, 2, 2, 5, 6, 6, 6, 6, 6, 6, 6, 13, 13]);
    for (n, entry) in entries.into_iter().enumerate() {
        let n = n as u64;
        assert_eq!(entry, draft(n).numbered(n + 1, entry.batch));
    }
}

#[test]
fn a_clean_stop_is_known_until_something_happens() {
    let (_dir, data) = folder();
    with_batches(&data, &[2]);
    let (opened, _) = open(&data);
    assert!(!opened.clean);
    opened.journal.close().unwrap();
    let (opened, _) = open(&data);
    assert!(opened.clean);
    drop(opened);
    assert!(!open(&data).0.clean, "a start without a stop");
}

#[test]
fn the_last_batch_torn_anywhere_is_set_aside_whole() {
    for last in [1, 3] {
        let (_dir, data) = folder();
        let before = with_batches(&data, &[1, 2]);
        let path = files(&data).pop().unwrap();
        let start = fs::read(&path).unwrap().len();
        with_batches(&data, &[last]);
        let whole = fs::read(&path).unwrap();
        assert_eq!(files(&data).len(), 1);
        for cut in start + 1..whole.len() {
            fs::write(&path, &whole[..cut]).unwrap();
            let (opened, seqs) = open(&data);
            assert_eq!(opened.journal.head(), before, "cut at {cut}");
            assert_eq!(seqs, [1, 2, 3]);
            let torn = opened.torn.unwrap();
            // A blank at its end cannot be told from room.
            let end = whole[..cut].iter().rposition(|byte| *byte != b' ').unwrap() + 1;
            let kept = &whole[start..end];
            assert_eq!((torn.batch, torn.bytes), (4, kept.len() as u64));
            assert_eq!(fs::read(&torn.kept).unwrap(), kept, "nothing is deleted");
            assert_eq!(fs::read(&path).unwrap(), &whole[..start]);
            fs::remove_file(torn.kept).unwrap();
        }
    }
}

#[test]
fn pages_of_the_last_batch_may_land_in_any_order() {
    let (_dir, data) = folder();
    let before = with_batches(&data, &[2, 4]);
    let path = files(&data).pop().unwrap();
    let whole = fs::read(&path).unwrap();
    let starts = line_starts(&whole);
    for (from, to) in [(2, 3), (3, 4), (2, 5), (4, 6)] {
        let mut bytes = whole.clone();
        bytes[starts[from]..starts[to]].fill(0);
        fs::write(&path, &bytes).unwrap();
        let (opened, seqs) = open(&data);
        assert_eq!(seqs, [1, 2], "zeros from line {from} to {to}");
        assert_eq!(opened.torn.unwrap().batch, 3);
        // The journal goes on where the whole batches end, and reads well afterwards.
        let mut journal = opened.journal;
        journal.append(drafts(2..6), Need::Ordinary).unwrap();
        assert_eq!(journal.head(), before, "the same events give the same chain");
        drop(journal);
        assert_eq!(open(&data).1, [1, 2, 3, 4, 5, 6]);
    }
    assert_eq!(torn_files(&data).len(), 4, "one file each, even in one second");
}

#[test]
fn a_broken_line_before_a_later_batch_is_rot() {
    let (_dir, data) = folder();
    with_batches(&data, &[2, 2, 1]);
    let path = files(&data).remove(0);
    let whole = fs::read(&path).unwrap();
    let starts = line_starts(&whole);
    for line in 0..4 {
        let mut bytes = whole.clone();
        bytes[starts[line] + 40] ^= 1;
        fs::write(&path, &bytes).unwrap();
        match try_open(&data) {
            Err(Error::Rot { place, .. }) => {
                assert_eq!((place.file, place.line), (path.clone(), line as u64 + 1))
            }
            other => panic!("line {line}: {other:?}"),
        }
        assert_eq!(fs::read(&path).unwrap(), bytes, "nothing was changed");
        assert!(torn_files(&data).is_empty());
    }
}

#[test]
fn a_broken_line_in_an_earlier_file_is_rot_even_if_the_next_is_empty() {
    let (_dir, data) = folder();
    with_batches(&data, &[9]);
    let path = files(&data).remove(0);
    let mut bytes = fs::read(&path).unwrap();
    bytes.pop();
    fs::write(&path, &bytes).unwrap();
    fs::write(path.with_file_name("000000000010.jsonl"), "").unwrap();
    assert!(matches!(try_open(&data), Err(Error::Rot { place, .. }) if place.line == 9));
}

#[test]
fn lines_missing_doubled_or_reordered_are_rot() {
    let (_dir, data) = folder();
    with_batches(&data, &[1, 1, 1]);
    let path = files(&data).remove(0);
    let text = fs::read_to_string(&path).unwrap();
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let orders: [(&[usize], u64); 5] = [
        (&[1, 2], 1),
        (&[0, 2], 2),
        (&[0, 0, 1, 2], 2),
        (&[0, 2, 1], 2),
        (&[0, 1, 1], 3),
    ];
    for (order, bad) in orders {
        fs::write(&path, order.iter().map(|&n| lines[n]).collect::<String>()).unwrap();
        match try_open(&data) {
            Err(Error::Rot { place, .. }) => assert_eq!(place.line, bad, "{order:?}"),
            other => panic!("{order:?}: {other:?}"),
        }
    }
}

#[test]
fn a_missing_or_renamed_file_is_rot() {
    let (_dir, data) = folder();
    with_batches(&data, &[6, 6, 6]);
    let paths = files(&data);
    assert_eq!(paths.len(), 3);
    let hidden = paths[1].with_extension("hidden");
    fs::rename(&paths[1], &hidden).unwrap();
    assert!(matches!(try_open(&data), Err(Error::Rot { place, .. }) if place.file == paths[2]));
    fs::rename(&hidden, paths[1].with_file_name("000000000008.jsonl")).unwrap();
    assert!(matches!(try_open(&data), Err(Error::Rot { .. })));
}

#[test]
fn what_a_clean_stop_names_is_never_cut() {
    let (_dir, data) = folder();
    with_batches(&data, &[1, 2]);
    open(&data).0.journal.close().unwrap();
    let path = files(&data).remove(0);
    let whole = fs::read(&path).unwrap();
    for cut in [whole.len() - 1, whole.len() - 300] {
        fs::write(&path, &whole[..cut]).unwrap();
        match try_open(&data) {
            Err(Error::Rot { reason, .. }) => {
                assert!(reason.contains("event 3 had been acknowledged"), "{reason}")
            }
            other => panic!("{other:?}"),
        }
    }
    fs::write(&path, &whole[..line_starts(&whole)[1]]).unwrap();
    let lost = try_open(&data).unwrap_err();
    assert!(
        matches!(
            lost,
            Error::LostAcknowledged {
                ends: 1,
                acknowledged: 3,
                ..
            }
        ),
        "{lost}"
    );
    fs::write(&path, &whole).unwrap();
    assert!(open(&data).0.clean, "refusals have left the mark where it was");
}

#[test]
fn another_journal_than_the_one_that_stopped_is_refused() {
    let (_dir, data) = folder();
    let head = with_batches(&data, &[2]);
    let (_other_dir, other) = folder();
    with_batches(&other, &[1, 1]);
    CleanMark::of(&other).set(head).unwrap();
    assert!(matches!(try_open(&other), Err(Error::Damaged { .. })));
}

#[test]
fn a_line_of_a_newer_version_is_not_cut() {
    let (_dir, data) = folder();
    with_batches(&data, &[1]);
    let path = files(&data).remove(0);
    let text = fs::read_to_string(&path).unwrap();
    let body = text
        .split(",\"hash\"")
        .next()
        .unwrap()
        .replace("\"v\":1", "\"v\":2");
    let hash = formular::store::LineHash::of(format!("{body}}}").as_bytes());
    fs::write(&path, format!("{body},\"hash\":\"{hash}\"}}\n")).unwrap();
    let newer = try_open(&data).unwrap_err();
    assert!(
        matches!(
            newer,
            Error::NewerLine {
                found: 2,
                known: 1,
                ..
            }
        ),
        "{newer}"
    );
    assert!(torn_files(&data).is_empty());
}

#[test]
fn an_unknown_event_with_a_right_hash_is_not_cut() {
    let (_dir, data) = folder();
    with_batches(&data, &[1]);
    let path = files(&data).remove(0);
    let text = fs::read_to_string(&path).unwrap();
    let body = text
        .split(",\"hash\"")
        .next()
        .unwrap()
        .replace("checked_out", "teleported");
    let hash = formular::store::LineHash::of(format!("{body}}}").as_bytes());
    fs::write(&path, format!("{body},\"hash\":\"{hash}\"}}\n")).unwrap();
    match try_open(&data) {
        Err(Error::Rot { reason, .. }) => assert!(reason.starts_with("event: "), "{reason}"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_reader_sees_whole_batches_only_and_goes_on_from_its_place() {
    let (_dir, data) = folder();
    with_batches(&data, &[2, 6]);
    let reader = JournalReader::of(data.path()).unwrap();
    let mut first = Vec::new();
    let place = reader
        .read_from(Position::START, 8, |located| {
            first.push(located);
            ControlFlow::Continue(())
        })
        .unwrap();
    assert_eq!(first.len(), 8);
    for located in &first {
        let line = reader.line_at(located.place).unwrap();
        assert_eq!((line.entry, line.hash), (located.entry.clone(), located.hash));
    }
    with_batches(&data, &[1, 5]);
    // Somebody is writing the last batch just now.
    let path = files(&data).pop().unwrap();
    let bytes = fs::read(&path).unwrap();
    fs::write(&path, &bytes[..bytes.len() - 10]).unwrap();
    let mut rest = Vec::new();
    let place = reader
        .read_from(place, u64::MAX, |located| {
            rest.push(located.entry.seq);
            ControlFlow::Continue(())
        })
        .unwrap();
    assert_eq!(rest, [9]);
    assert_eq!(place.head.seq, 9);
}

#[test]
fn a_batch_with_other_numbers_is_not_written() {
    let (_dir, data) = folder();
    let mut journal = open(&data).0.journal;
    let wrong = [draft(0).numbered(1, 1), draft(1).numbered(3, 1)];
    assert!(matches!(
        journal.write(&wrong, Need::Ordinary),
        Err(Error::Misnumbered { expected: 2, .. })
    ));
    assert_eq!(journal.append(drafts(0..1), Need::Ordinary).unwrap()[0].seq, 1);
    assert_eq!(journal.append([], Need::Ordinary).unwrap(), []);
}

/// A disk of one megabyte, where this machine lets us have one.
struct TinyDisk(PathBuf);

impl TinyDisk {
    fn mount(at: &Path) -> Option<Self> {
        fs::create_dir(at).unwrap();
        let options = ["-t", "tmpfs", "-o", "size=1m", "tmpfs"];
        let status = std::process::Command::new("mount").args(options).arg(at).status();
        status
            .is_ok_and(|status| status.success())
            .then(|| Self(at.to_owned()))
    }
}

impl Drop for TinyDisk {
    fn drop(&mut self) {
        let _ = std::process::Command::new("umount")
            .arg("-l")
            .arg(&self.0)
            .status();
    }
}

#[test]
fn on_a_full_disk_the_journal_stands_and_returns_still_go() {
    let dir = tempfile::tempdir().unwrap();
    let Some(disk) = TinyDisk::mount(&dir.path().join("disk")) else {
        eprintln!("not run: this needs the right to mount a tmpfs");
        return;
    };
    let path = disk.0.join("data");
    let full = DataFolder::open(&path).unwrap_err();
    assert!(matches!(full, Error::Full { .. }), "{full}");
    assert!(!path.exists(), "nothing was touched");

    // A folder that was begun when there was room.
    fs::create_dir(&path).unwrap();
    fs::write(path.join("format"), "1\n").unwrap();
    let data = DataFolder::open(&path).unwrap();
    let limits = Limits {
        file: 200_000,
        floor: 1 << 16,
        reserve: 1 << 16,
        room: 4096,
    };
    let mut journal = Journal::open_with(&data, limits, nine(), |_| ()).unwrap().journal;
    assert_eq!(journal.space().unwrap(), Space::Enough);
    let mut next = 0;
    loop {
        match journal.append(drafts(next..next + 3), Need::Ordinary) {
            Ok(entries) => next += entries.len() as u64,
            Err(Error::NoSpace) => break,
            Err(other) => panic!("{other}"),
        }
    }
    assert!(matches!(journal.space().unwrap(), Space::Low { .. }));
    assert_eq!(journal.head().seq, next);
    assert!(matches!(
        journal.append(drafts(next..next + 3), Need::Ordinary),
        Err(Error::NoSpace)
    ));
    assert!(!journal.is_poisoned());
    // The reserve makes room for returns.
    let returned = journal.append(drafts(next..next + 1), Need::Return).unwrap();
    assert_eq!(returned[0].seq, next + 1);
    let head = journal.head();
    drop(journal);
    let mut seen = 0;
    let opened = Journal::open_with(&data, limits, nine(), |entry| seen = entry.seq).unwrap();
    assert_eq!((opened.journal.head(), seen), (head, next + 1));
    assert!(opened.torn.is_none(), "the tail had been cut at once");
}

/// A journal of three batches of one line in a file with room behind them, as a running or a killed daemon has it.
fn with_room(data: &DataFolder) -> (Journal, PathBuf, usize) {
    with_batches(data, &[1, 1]);
    let mut journal = open(data).0.journal;
    journal.make_room().unwrap();
    let path = files(data).pop().unwrap();
    let roomy = fs::read(&path).unwrap();
    let lines = roomy.trim_ascii_end().len() + 1;
    assert_eq!(roomy.len(), lines + 4096);
    assert!(roomy[lines..].iter().all(|byte| *byte == b' '));
    journal.append(drafts(2..3), Need::Ordinary).unwrap();
    assert_eq!(
        fs::read(&path).unwrap().len(),
        roomy.len(),
        "a line is written over the room"
    );
    (journal, path, lines)
}

#[test]
fn room_is_no_part_of_the_journal() {
    let (_dir, data) = folder();
    let (mut journal, path, _) = with_room(&data);
    let head = journal.head();
    let mut export = Vec::new();
    formular::store::export(&JournalReader::of(data.path()).unwrap(), &mut export).unwrap();
    assert!(fs::read(&path).unwrap().starts_with(&export) && export.ends_with(b"}\n"));
    assert_eq!(
        verify_paths(&[data.path().to_owned()]).unwrap(),
        Verdict::Ok(head)
    );
    // Little is used up: nothing is made anew.
    let before = fs::metadata(&path).unwrap().len();
    journal.make_room().unwrap();
    assert_eq!(fs::metadata(&path).unwrap().len(), before);
    drop(journal);

    let (opened, seqs) = open(&data);
    assert!(opened.torn.is_none() && seqs == [1, 2, 3]);
    assert_eq!(opened.journal.head(), head);
    opened.journal.close().unwrap();
    assert!(
        fs::read(&path).unwrap() == export,
        "a clean stop leaves lines alone"
    );
}

#[test]
fn only_the_last_file_has_room() {
    let (_dir, data) = folder();
    let (mut journal, _, _) = with_room(&data);
    for n in 3..12 {
        journal.append(drafts(n..n + 1), Need::Ordinary).unwrap();
        journal.make_room().unwrap();
    }
    let (last, others) = files(&data)
        .split_last()
        .map(|(l, o)| (l.clone(), o.to_vec()))
        .unwrap();
    assert!(!others.is_empty() && fs::read(last).unwrap().ends_with(b" "));
    for path in &others {
        assert!(fs::read(path).unwrap().ends_with(b"}\n"));
    }
    drop(journal);
    assert_eq!(open(&data).1.len(), 12);
    let first = others.first().unwrap();
    let mut bytes = fs::read(first).unwrap();
    bytes.extend([b' '; 20]);
    fs::write(first, bytes).unwrap();
    assert!(matches!(try_open(&data), Err(Error::Rot { .. })));
}

#[test]
fn a_write_into_the_room_may_land_in_any_order() {
    let (_dir, data) = folder();
    let (journal, path, third) = with_room(&data);
    drop(journal);
    let whole = fs::read(&path).unwrap();
    let end = whole.trim_ascii_end().len() + 1;
    for gap in third..end {
        for blank in [b' ', 0] {
            let mut bytes = whole.clone();
            bytes[third..gap].fill(blank);
            fs::write(&path, &bytes).unwrap();
            let (opened, seqs) = open(&data);
            if gap == third {
                assert_eq!(seqs, [1, 2, 3]);
                continue;
            }
            assert_eq!(seqs, [1, 2], "{gap}");
            let torn = opened.torn.unwrap();
            assert_eq!(torn.batch, 3);
            let kept = bytes.iter().rposition(|byte| ![b' ', 0].contains(byte)).unwrap() + 1;
            assert_eq!(
                fs::read(&torn.kept).unwrap(),
                &bytes[third..kept],
                "the room is not kept"
            );
            fs::remove_file(torn.kept).unwrap();
        }
    }
    // Nothing of it landed: there was no such write.
    let mut bytes = whole;
    bytes[third..].fill(0);
    fs::write(&path, &bytes).unwrap();
    let (opened, seqs) = open(&data);
    assert!(opened.torn.is_none() && seqs == [1, 2]);
}

#[test]
fn a_later_batch_behind_blanks_is_rot() {
    let (_dir, data) = folder();
    let (mut journal, path, third) = with_room(&data);
    journal.append(drafts(3..4), Need::Ordinary).unwrap();
    drop(journal);
    let mut bytes = fs::read(&path).unwrap();
    let fourth = third + bytes[third..].iter().position(|byte| *byte == b'\n').unwrap() + 1;
    bytes[third..fourth].fill(b' ');
    fs::write(&path, &bytes).unwrap();
    assert!(matches!(try_open(&data), Err(Error::Rot { .. })));
    let verdict = verify_paths(&[path]).unwrap();
    assert!(matches!(verdict, Verdict::Bad { at, .. } if at.line == 3));
}
