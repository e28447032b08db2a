//! Captures: recorded by the program itself through a pseudo-terminal, replayed into it, with the same scans.
//!
//! `FORMULAR_BLESS=1 cargo test --test reader_captures` records them anew; the difference is then read like code.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod reader_rig;

use formular::{
    capture::{Capture, Recorder, What},
    demo::{encode::removal, pty::VirtualReader},
    profile::{Family, Profile, builtin},
    reader::{Options, State},
};
use reader_rig::{FAMILIES, Rig, frame};
use std::{fs, path::PathBuf, thread, time::Duration};

/// A text that no other frame means: the end of a replay.
fn last_tag(family: Family) -> &'static str {
    match family {
        Family::Rc522Text => "uid:0A0B0C0D",
        Family::UhfBb7e => "epc:0A0B0C0D",
        Family::BarcodeText => "code:end",
        _ => "em4100:0A0B0C0D0E",
    }
}

fn file(family: Family, ending: &str) -> PathBuf {
    let name = format!("{}.{ending}", family.as_str());
    [env!("CARGO_MANIFEST_DIR"), "tests/captures", &name]
        .iter()
        .collect()
}

fn pause(ms: u64) {
    thread::sleep(Duration::from_millis(ms));
}

/// Records what a person does: a tag held, another at once, the plug pulled in mid-frame, the first tag again.
fn record(family: Family, one: &str, other: &str) {
    let header = [
        ("formular", "capture 1"),
        ("family", family.as_str()),
        ("profile", family.as_str()),
        ("device", "virtual reader on a pseudo-terminal"),
        ("by", "the project's tests"),
        ("date", "2026-11-22"),
        (
            "origin",
            "derived; frames as published or captured elsewhere, see the family's file in src/wire/protocol",
        ),
        (
            "shown",
            "a tag held, a second one, the plug pulled in mid-frame, noise, the second tag again",
        ),
    ];
    let out = fs::File::create(file(family, "cap")).unwrap();
    let tee = Recorder::new(Box::new(out), &header, 1 << 16).unwrap();
    let mut rig = Rig::new(64);
    let mut device = VirtualReader::open(rig.folder.path().join("tty")).unwrap();
    let options = Options {
        tee: Some(tee),
        ..Options::default()
    };
    rig.attach_with("r", Profile::generic(family).unwrap(), device.path(), options);
    rig.until("r", |health| health.state == State::Open);
    for _ in 0..4 {
        device.present(&frame(family, one)).unwrap();
        pause(65);
    }
    device.present(removal(family)).unwrap();
    device.present(&frame(family, other)).unwrap();
    pause(200);
    let torn = frame(family, one);
    device.present(&torn[..torn.len().min(24) / 2]).unwrap();
    pause(20);
    device.unplug().unwrap();
    rig.until("r", |health| health.state == State::Lost);
    device.plug().unwrap();
    rig.until("r", |health| health.state == State::Open);
    if family != Family::BarcodeText {
        device.present(b"\x00\xff\x80boot\r\n").unwrap();
    }
    pause(1800);
    device.present(&frame(family, other)).unwrap();
    pause(20);
    device.present(&frame(family, last_tag(family))).unwrap();
    rig.scans_to(last_tag(family));
    // The program ends before the plug is pulled: that is no part of the story.
    rig.handles.clear();
}

/// Replays a capture through the driver; the scans, one per line.
fn replay(family: Family) -> String {
    let text = fs::read_to_string(file(family, "cap")).unwrap();
    let capture: Capture = text.parse().unwrap();
    let mut rig = Rig::new(64);
    let mut device = rig.reader("r", family);
    device.replay(&capture, 100).unwrap();
    let mut scans = rig.scans_to(last_tag(family));
    scans.push(String::new());
    scans.join("\n")
}

#[test]
fn what_was_recorded_gives_the_same_scans_again() {
    let bless = std::env::var_os("FORMULAR_BLESS").is_some();
    thread::scope(|scope| {
        for (family, one, other) in FAMILIES {
            scope.spawn(move || {
                if bless {
                    record(family, one, other);
                    fs::write(file(family, "scans"), replay(family)).unwrap();
                }
                let want = fs::read_to_string(file(family, "scans")).unwrap();
                assert_eq!(replay(family), want, "{}", family.as_str());
            });
        }
    });
}

#[test]
fn every_profile_has_its_capture() {
    for profile in builtin().profiles() {
        let path: PathBuf = [
            env!("CARGO_MANIFEST_DIR"),
            "tests/captures",
            &profile.origin.capture,
        ]
        .iter()
        .collect();
        let text = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {path:?}: {e}", profile.name));
        let capture: Capture = text.parse().unwrap_or_else(|e| panic!("{path:?}: {e}"));
        assert_eq!(
            capture.told("family"),
            Some(profile.family.as_str()),
            "{}",
            profile.name
        );
        let origin = capture.told("origin").unwrap();
        let known = ["captured", "published", "derived"]
            .iter()
            .any(|o| origin.starts_with(o));
        assert!(known, "{path:?}: origin {origin}");
        assert!(
            capture
                .steps
                .iter()
                .any(|step| matches!(step.what, What::Received(_)))
        );
    }
}
