//! `formular readers …`: what is told, what is recorded, and that nothing is sent unasked.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use formular::demo::pty::VirtualReader;
use formular::profile::Catalogue;
use std::fs;
use std::path::Path;
use std::process::Output;
use std::thread;
use std::time::{Duration, Instant};
use support::{formular, ok};

fn run(arguments: &[&str]) -> Output {
    formular().args(arguments).output().unwrap()
}

fn said(output: &Output) -> String {
    [output.stdout.as_slice(), output.stderr.as_slice()]
        .map(|text| String::from_utf8_lossy(text).into_owned())
        .concat()
}

#[test]
fn a_path_that_is_no_device_is_said_to_be_none() {
    let output = run(&["readers", "explain", "/dev/nowhere-at-all"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        said(&output).contains("/dev/nowhere-at-all is not there"),
        "{}",
        said(&output)
    );
    let output = run(&["readers", "explain", "/dev/null"]);
    assert!(said(&output).contains("is no reader's node"), "{}", said(&output));
    assert!(run(&["readers", "explain"]).status.success());
}

#[test]
fn watching_says_when_nobody_runs_and_ends_by_itself() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let told = ok(&["readers", "watch", "--seconds", "1"], &data);
    assert!(told.contains("no running «formular serve»"), "{told}");
}

#[test]
fn models_are_told_as_a_table() {
    let told = run(&["readers", "models"]);
    assert!(
        said(&told).contains("| IronLogic Z-2 USB | `ironlogic-z2` | `ironlogic` | serial | 0403:1234 |")
    );
}

/// A scanner whose set-up is kept in its flash.
fn profiles(folder: &Path) -> String {
    let text = r#"
        schema = 1
        name = "set-up"
        vendor = "Maker"
        model = "Scanner"
        family = "barcode-text"
        presence = { gone_ms = 1500 }
        provision = { note = "turns the suffix on", send = ["01 02", "03"], expect = ["06", "06"] }
        origin = { source = ["a manual"], capture = "barcode-text.cap" }
    "#;
    fs::write(folder.join("set-up.toml"), text).unwrap();
    folder.to_str().unwrap().to_owned()
}

/// Plays a scanner that answers each command with the next answer; gives what it was told.
fn answer(mut device: VirtualReader, answers: &'static [&'static [u8]]) -> thread::JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let (mut told, start) = (Vec::new(), Instant::now());
        for answer in answers {
            let before = told.len();
            while told.len() == before && start.elapsed() < Duration::from_secs(20) {
                told.extend(device.heard().unwrap());
                thread::sleep(Duration::from_millis(5));
            }
            device.present(answer).unwrap();
        }
        thread::sleep(Duration::from_millis(300));
        told.extend(device.heard().unwrap());
        told
    })
}

#[test]
fn set_up_is_sent_only_to_who_says_yes() {
    let folder = tempfile::tempdir().unwrap();
    let profiles = profiles(folder.path());
    let call = |path: &str, yes: &[&str]| {
        let mut arguments = vec![
            "readers",
            "provision",
            path,
            "--profile",
            "set-up",
            "--profiles",
            &profiles,
        ];
        arguments.extend(yes);
        run(&arguments)
    };
    let mut device = VirtualReader::open(folder.path().join("tty")).unwrap();
    let path = device.path().to_str().unwrap().to_owned();

    let shown = call(&path, &[]);
    assert_eq!(shown.status.code(), Some(1));
    assert!(said(&shown).contains("turns the suffix on") && said(&shown).contains("nothing was sent"));
    assert_eq!(device.heard().unwrap(), b"");

    let scanner = answer(device, &[&[0x06], &[0x06]]);
    let sent = call(&path, &["--yes"]);
    assert!(sent.status.success(), "{}", said(&sent));
    assert_eq!(scanner.join().unwrap(), [0x01, 0x02, 0x03]);

    // It refuses the first: the second is not sent.
    let device = VirtualReader::open(folder.path().join("tty")).unwrap();
    let scanner = answer(device, &[&[0x15]]);
    let refused = call(&path, &["--yes"]);
    assert!(
        said(&refused).contains("command 1 of 2: the answer is «15», expected «06…»"),
        "{}",
        said(&refused)
    );
    assert_eq!(scanner.join().unwrap(), [0x01, 0x02]);

    let none = run(&["readers", "provision", &path, "--profile", "rdm6300", "--yes"]);
    assert!(said(&none).contains("has no [provision]"), "{}", said(&none));
}

#[test]
fn an_unknown_reader_becomes_a_draft_that_is_a_profile() {
    let folder = tempfile::tempdir().unwrap();
    let mut device = VirtualReader::open(folder.path().join("tty")).unwrap();
    let path = device.path().to_str().unwrap().to_owned();
    let out = folder.path().join("out");
    fs::create_dir(&out).unwrap();
    let learn = {
        let out = out.to_str().unwrap().to_owned();
        thread::spawn(move || run(&["readers", "learn", &path, "--output", &out, "--seconds", "10"]))
    };
    while !learn.is_finished() {
        device.present(b"\x0201000734E0D2\x03").unwrap();
        thread::sleep(Duration::from_millis(65));
    }
    assert_eq!(device.heard().unwrap(), b"", "nothing is sent");
    let learnt = learn.join().unwrap();
    assert!(learnt.status.success(), "{}", said(&learnt));
    assert!(said(&learnt).contains("em4100-rdm6300: "), "{}", said(&learnt));
    let table = Catalogue::with_folder(&out);
    assert_eq!(table.faults, []);
    let names: Vec<String> = fs::read_dir(&out)
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .collect();
    let draft = names.iter().find_map(|name| name.strip_suffix(".toml")).unwrap();
    assert_eq!(table.find(draft).unwrap().family.as_str(), "em4100-rdm6300");
    assert!(names.contains(&format!("{draft}.cap")), "{names:?}");
}
