//! Export, verify, restore; and a checker that knows only `docs/journal.md`.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]

mod store_events;

use formular::store::{
    CleanMark, DataFolder, Error, Head, Journal, JournalReader, Limits, LineHash, Need, Restored, Verdict,
    export, restore, verify_data, verify_paths, verify_stream,
};
use proptest::prelude::*;
use std::fs;
use std::io::Write;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use store_events::{drafts, frozen, nine};

const SMALL: Limits = Limits {
    file: 5_000,
    floor: 0,
    reserve: 4096,
    room: 4096,
};

/// A journal of some files and its export.
fn journal() -> (tempfile::TempDir, DataFolder, Head, Vec<u8>) {
    let dir = tempfile::tempdir().unwrap();
    let data = DataFolder::open(dir.path().join("data")).unwrap();
    let mut journal = Journal::open_with(&data, SMALL, nine(), |_| ()).unwrap().journal;
    for batch in frozen() {
        journal.append(batch, Need::Ordinary).unwrap();
    }
    journal.append(drafts(0..5), Need::Ordinary).unwrap();
    let mut bytes = Vec::new();
    let head = export(&JournalReader::of(data.path()).unwrap(), &mut bytes)
        .unwrap()
        .head;
    assert_eq!(head, journal.head());
    (dir, data, head, bytes)
}

fn verdict(bytes: &[u8]) -> Verdict {
    verify_stream(Path::new("-"), bytes).unwrap()
}

/// The bad line's number, 0 if the verdict is ok.
fn bad_line(verdict: &Verdict) -> u64 {
    match verdict {
        Verdict::Ok(_) => 0,
        Verdict::Bad { at, .. } => at.line,
    }
}

/// What the checker of thirty lines says; none where there is no Python.
fn checker(bytes: &[u8]) -> Option<String> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/checker.py");
    let child = Command::new("python3")
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let Ok(mut child) = child else {
        eprintln!("not compared: there is no python3 here");
        return None;
    };
    // It stops reading at the first bad line.
    let _ = child.stdin.take().unwrap().write_all(bytes);
    let output = child.wait_with_output().unwrap();
    assert!(
        output.stderr.is_empty(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    Some(String::from_utf8(output.stdout).unwrap().trim_end().to_owned())
}

#[test]
fn an_export_is_the_files_one_behind_the_other_and_verifies() {
    let (_dir, data, head, bytes) = journal();
    let mut paths: Vec<PathBuf> = fs::read_dir(data.path().join("journal"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    assert!(paths.len() > 3);
    let joined: Vec<u8> = paths.iter().flat_map(|path| fs::read(path).unwrap()).collect();
    assert!(joined == bytes);
    assert_eq!(verdict(&bytes).to_string(), format!("ok {head}"));
    for paths in [
        paths.clone(),
        vec![data.path().to_owned()],
        vec![data.path().join("journal")],
    ] {
        assert_eq!(verify_paths(&paths).unwrap(), Verdict::Ok(head), "{paths:?}");
    }
    paths.remove(1);
    assert_eq!(bad_line(&verify_paths(&paths).unwrap()), 1);
}

#[test]
fn a_byte_changed_anywhere_is_found_on_its_line() {
    let (_dir, _data, _, bytes) = journal();
    // Three lines are enough to try every byte: the first, one inside and the last.
    let ends: Vec<usize> = (0..bytes.len()).filter(|&n| bytes[n] == b'\n').collect();
    let small = [&bytes[..=ends[1]], &[]].concat();
    for at in 0..small.len() {
        let line = small[..at].iter().filter(|&&b| b == b'\n').count() as u64 + 1;
        for change in [1, b' ' ^ small[at], b'\n' ^ small[at], 0x80, 0x20] {
            if change == 0 {
                continue;
            }
            let mut changed = small.clone();
            changed[at] ^= change;
            let found = bad_line(&verdict(&changed));
            assert_eq!(found, line, "byte {at} changed by {change:#x}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_checker_from_the_page_agrees(seed in any::<prop::sample::Index>(), change in 1..=255_u8) {
        static EXPORT: std::sync::LazyLock<Vec<u8>> = std::sync::LazyLock::new(|| journal().3);
        let mut bytes = EXPORT.clone();
        let at = seed.index(bytes.len());
        bytes[at] ^= change;
        let ours = verdict(&bytes);
        prop_assert!(bad_line(&ours) > 0, "byte {}", at);
        if let Some(theirs) = checker(&bytes) {
            prop_assert!(
                theirs.starts_with(&format!("line {}:", bad_line(&ours))),
                "byte {}: «{}» and «{}»", at, ours, theirs
            );
        }
    }
}

#[test]
fn the_checker_agrees_on_whole_cut_and_reordered_journals() {
    let (_dir, _data, _, bytes) = journal();
    let lines: Vec<&[u8]> = bytes.split_inclusive(|&b| b == b'\n').collect();
    let without = |n: usize| [&lines[..n], &lines[n + 1..]].concat().concat();
    let doubled = [&lines[..8], &lines[7..]].concat().concat();
    let swapped = [&lines[..8], &[lines[9], lines[8]], &lines[10..]]
        .concat()
        .concat();
    let windows = bytes
        .split(|&b| b == b'\n')
        .collect::<Vec<_>>()
        .join(&b"\r\n"[..]);
    let open_batch = lines[..lines.len() - 1].concat();
    let cases: [(&str, Vec<u8>, u64); 9] = [
        ("whole", bytes.clone(), 0),
        ("empty", Vec::new(), 0),
        ("without the first line", without(0), 1),
        ("without a line inside", without(20), 21),
        ("a line twice", doubled, 9),
        ("two lines changed places", swapped, 9),
        ("line ends of another system", windows, 1),
        ("the last batch unfinished", open_batch, lines.len() as u64 - 1),
        (
            "without the last line end",
            bytes[..bytes.len() - 1].to_vec(),
            lines.len() as u64,
        ),
    ];
    for (what, bytes, line) in cases {
        let ours = verdict(&bytes);
        assert_eq!(bad_line(&ours), line, "{what}: {ours}");
        if let Some(theirs) = checker(&bytes) {
            match &ours {
                Verdict::Ok(_) => assert_eq!(theirs, ours.to_string(), "{what}"),
                Verdict::Bad { .. } => {
                    assert!(theirs.starts_with(&format!("line {line}:")), "{what}: {theirs}")
                }
            }
        }
    }
}

#[test]
fn a_restored_journal_is_the_same_journal() {
    let (dir, _data, head, bytes) = journal();
    let target = dir.path().join("new");
    let restored = restore(Path::new("-"), bytes.as_slice(), &target).unwrap();
    assert!(matches!(restored, Restored::Done(found) if found == head));
    let data = DataFolder::open(&target).unwrap();
    let mut again = Vec::new();
    export(&JournalReader::of(&target).unwrap(), &mut again).unwrap();
    assert!(again == bytes);
    let opened = Journal::open(&data, nine(), |_| ()).unwrap();
    assert_eq!(opened.journal.head(), head);
    drop((opened, data));
    let refused = restore(Path::new("-"), bytes.as_slice(), &target).unwrap_err();
    assert!(matches!(refused, Error::NotEmpty { .. }), "{refused}");
}

#[test]
fn of_a_broken_export_nothing_is_restored() {
    let (dir, _data, _, bytes) = journal();
    let mut broken = bytes.clone();
    let at = broken.len() - 200;
    broken[at] ^= 1;
    let absent = dir.path().join("absent");
    let empty = dir.path().join("empty");
    fs::create_dir(&empty).unwrap();
    for (target, export) in [
        (&absent, &broken),
        (&empty, &broken),
        (&absent, &bytes[..bytes.len() - 1].to_vec()),
    ] {
        let restored = restore(Path::new("export.jsonl"), export.as_slice(), target).unwrap();
        match restored {
            Restored::Bad(verdict) => assert!(verdict.to_string().starts_with("export.jsonl:"), "{verdict}"),
            Restored::Done(_) => panic!("restored"),
        }
    }
    assert!(!absent.exists());
    assert_eq!(fs::read_dir(&empty).unwrap().count(), 0);
}

#[test]
fn of_a_damaged_journal_nothing_is_exported() {
    let (_dir, data, _, _) = journal();
    let path = data.path().join("journal/000000000001.jsonl");
    let mut bytes = fs::read(&path).unwrap();
    bytes[300] ^= 1;
    fs::write(&path, bytes).unwrap();
    let mut out = Vec::new();
    let refused = export(&JournalReader::of(data.path()).unwrap(), &mut out).unwrap_err();
    assert!(matches!(refused, Error::Rot { .. }), "{refused}");
    assert!(out.is_empty());
}

#[test]
fn a_folder_without_a_journal_is_said_to_be_none() {
    let dir = tempfile::tempdir().unwrap();
    assert!(matches!(
        verify_paths(&[dir.path().to_owned()]),
        Err(Error::NoFolder { .. })
    ));
    assert!(verify_paths(&[dir.path().join("none.jsonl")]).is_err());
}

/// The journal's last file, and where its last batch begins in it: what is broken there may be an interrupted write.
fn last_batch(data: &DataFolder) -> (PathBuf, usize) {
    let mut files: Vec<PathBuf> = fs::read_dir(data.path().join("journal"))
        .unwrap()
        .map(|file| file.unwrap().path())
        .collect();
    files.sort();
    let path = files.pop().unwrap();
    let bytes = fs::read(&path).unwrap();
    let text = std::str::from_utf8(&bytes).unwrap().trim_end_matches(' ');
    let from = text.trim_end().rfind("\"more\":true").unwrap();
    let batch = text[..from].rfind("\"batch\":").unwrap();
    let named: String = text[batch..].split([':', ',']).nth(1).unwrap().into();
    let start = text.find(&format!("{{\"seq\":{named},")).unwrap();
    (path, start)
}

#[test]
fn readers_miss_what_the_last_clean_stop_had() {
    let (_dir, data, head, _) = journal();
    let (path, start) = last_batch(&data);
    let whole = fs::read(&path).unwrap();
    let reader = JournalReader::of(data.path()).unwrap();
    let read = || reader.read(|_| ControlFlow::Continue(()));
    let changed = |at: usize| {
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        bytes
    };
    let harm = [
        ("a byte", changed(start + 20)),
        ("a torn line", whole[..start + 200].to_vec()),
        ("the whole batch", whole[..start].to_vec()),
    ];
    for (what, bytes) in harm {
        fs::write(&path, bytes).unwrap();
        // A daemon that was killed has left no mark: this may be what it had not answered for.
        CleanMark::of(&data).take_away().unwrap();
        let ended = read().unwrap();
        assert!(ended.head.seq < head.seq, "{what}");
        assert_eq!(ended.unfinished.is_some(), what != "the whole batch", "{what}");
        // After a clean stop it was there.
        CleanMark::of(&data).set(head).unwrap();
        let error = read().unwrap_err();
        assert!(
            error.to_string().contains("had been acknowledged"),
            "{what}: {error}"
        );
        let mut out = Vec::new();
        export(&reader, &mut out).unwrap_err();
        assert!(out.is_empty(), "{what}");
        assert!(!matches!(verify_data(data.path()), Ok(Verdict::Ok(_))), "{what}");
        // Who asks for an earlier instant has what he asked for.
        let early = reader.read(|_| ControlFlow::Break(())).unwrap();
        assert!(early.head.seq == 1 && early.unfinished.is_none());
    }
    fs::write(&path, &whole).unwrap();
    assert_eq!(read().unwrap().head, head);
    assert_eq!(verify_data(data.path()).unwrap(), Verdict::Ok(head));
    // A longer journal in its place is whole, and another one.
    let earlier = Head {
        seq: head.seq - 1,
        hash: LineHash::of(b"another"),
    };
    CleanMark::of(&data).set(earlier).unwrap();
    for error in [read().unwrap_err(), verify_data(data.path()).unwrap_err()] {
        assert!(error.to_string().contains("another journal"), "{error}");
    }
}
