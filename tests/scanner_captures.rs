//! Captures of scanners that come by other ways than a terminal: replayed through decoder, dialogue and presence.
//!
//! `FORMULAR_BLESS=1 cargo test --test scanner_captures` makes captures and scans anew; all of them are derived.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use formular::{
    capture::{Capture, Step, What},
    demo::encode::encode,
    profile::{Family, Profile, Way, builtin},
    reader::Presence,
    tag::TagId,
    wire::{Dialogue, Verdict, dialogue_for, protocol::hid_pos},
};
use std::{fs, path::PathBuf};

/// By the usage tables: report 2, count, identifier, 56 bytes of data, flag.
const DESCRIPTOR: &str = "058c0902a1010912a1028502150026ff00750895010501093b8102058c09fb09fc09fd95038102\
                          09fe953882020109ff750195012501810295078103c0c0";

/// The profiles whose captures are made here, with what is shown to the reader.
fn shown(profile: &Profile) -> Option<[&'static str; 2]> {
    let name = profile.name.as_str();
    if profile.origin.capture != format!("{name}.cap") {
        return None;
    }
    match (profile.family, profile.way) {
        (Family::EvdevKeyboard, Way::Evdev) if profile.presence.gone_ms == 700 => {
            Some(["0013530444", "0012964329"])
        }
        (Family::EvdevKeyboard, Way::Evdev) => Some(["2900000000018", "FORMULAR:DONE"]),
        (
            Family::HidPos
            | Family::ZebraSsi
            | Family::HoneywellMsgget
            | Family::Metroselect
            | Family::Cipherlab
            | Family::Gm65,
            _,
        ) => Some(["2900000000018", "FORMULAR:DONE"]),
        _ => None,
    }
}

fn file(name: &str, ending: &str) -> PathBuf {
    [
        env!("CARGO_MANIFEST_DIR"),
        "tests/captures",
        &format!("{name}.{ending}"),
    ]
    .iter()
    .collect()
}

/// A code, the same while it is held, another at once; the plug pulled in mid-frame; the first again, later.
fn story(profile: &Profile, [one, other]: [&str; 2]) -> Vec<Step> {
    let bytes = |text| encode(profile.family, &TagId::code(text).unwrap()).unwrap();
    let prelude = match profile.family {
        Family::HidPos => hid_pos::prelude(&hex::decode(DESCRIPTOR).unwrap()).unwrap(),
        _ => Vec::new(),
    };
    let torn = bytes(other);
    let record = if profile.family == Family::EvdevKeyboard {
        8
    } else {
        1
    };
    let torn = torn[..torn.len() / 2 / record * record].to_vec();
    let mut steps = Vec::new();
    for (at_ms, what) in [
        (0, What::Received(prelude.clone())),
        (10, What::Received(bytes(one))),
        (400, What::Received(bytes(one))),
        (500, What::Received(bytes(other))),
        (900, What::Received(torn)),
        (920, What::Unplug),
        (2000, What::Plug),
        (2010, What::Received(prelude)),
        (2100, What::Received(bytes(other))),
        (6000, What::Received(bytes(one))),
    ] {
        if what != What::Received(Vec::new()) {
            steps.push(Step { at_ms, what });
        }
    }
    steps
}

/// Runs steps through a dialogue; the scans, and all steps with what the dialogue says among them.
fn run(profile: &Profile, steps: &[Step]) -> (Vec<String>, Vec<Step>) {
    let mut presence = Presence::new(profile.presence);
    let mut dialogue = dialogue_for(profile).unwrap();
    let (mut scans, mut said) = (Vec::new(), Vec::new());
    let (mut out, mut send) = (Vec::new(), Vec::new());
    let mut lost_at = 0;
    dialogue.open(0, &mut send);
    for step in steps.iter().filter(|step| !matches!(step.what, What::Sent(_))) {
        let now = step.at_ms;
        while let Some(due) = dialogue.due_ms().filter(|due| *due < now) {
            dialogue.tick(due, &mut out, &mut send);
        }
        take(&mut presence, &mut out, now, &mut scans);
        said.push(step.clone());
        match &step.what {
            What::Received(bytes) => dialogue.push(bytes, now, &mut out, &mut send),
            What::Unplug => {
                dialogue.lost(&mut out);
                out.clear();
                lost_at = now;
            }
            What::Plug => {
                presence.blind(lost_at, now);
                dialogue = reopened(profile, now, &mut send);
            }
            What::Sent(_) => {}
        }
        take(&mut presence, &mut out, now, &mut scans);
        said.extend(send.drain(..).map(|bytes| Step {
            at_ms: now,
            what: What::Sent(bytes),
        }));
    }
    (scans, said)
}

fn reopened(profile: &Profile, now: u64, send: &mut Vec<Vec<u8>>) -> Box<dyn Dialogue> {
    let mut dialogue = dialogue_for(profile).unwrap();
    dialogue.open(now, send);
    dialogue
}

fn take(presence: &mut Presence, out: &mut Vec<Verdict>, now: u64, scans: &mut Vec<String>) {
    for verdict in out.drain(..) {
        if let Verdict::Tag(reading) = verdict
            && presence.read(&reading.tag, now)
        {
            scans.push(reading.tag.to_string());
        }
    }
}

#[test]
fn every_capture_gives_its_scans_and_its_answers() {
    let bless = std::env::var_os("FORMULAR_BLESS").is_some();
    let mut seen = 0;
    for profile in builtin().profiles() {
        let Some(codes) = shown(profile) else { continue };
        seen += 1;
        if bless {
            let (scans, steps) = run(profile, &story(profile, codes));
            let header = [
                ("formular", "capture 1"),
                ("family", profile.family.as_str()),
                ("profile", profile.name.as_str()),
                ("device", "none: frames made by the project's encoders"),
                ("by", "the project's tests"),
                ("date", "2026-11-22"),
                (
                    "origin",
                    "derived; the form of the frames is that of the family's file in src/wire/protocol",
                ),
                (
                    "shown",
                    "a code held, another at once, the plug pulled in mid-frame, the other again, the first later",
                ),
            ];
            let header = header
                .map(|(key, value)| (key.to_owned(), value.to_owned()))
                .into();
            let capture = Capture { header, steps };
            fs::write(file(&profile.name, "cap"), capture.to_string()).unwrap();
            fs::write(file(&profile.name, "scans"), scans.join("\n") + "\n").unwrap();
        }
        let capture: Capture = fs::read_to_string(file(&profile.name, "cap"))
            .unwrap()
            .parse()
            .unwrap();
        let (scans, steps) = run(profile, &capture.steps);
        let golden = fs::read_to_string(file(&profile.name, "scans")).unwrap();
        assert_eq!(scans.join("\n") + "\n", golden, "{}", profile.name);
        assert_eq!(steps, capture.steps, "{}: what is said", profile.name);
        assert_eq!(scans.len(), 3, "{}: one, the other, and one again", profile.name);
    }
    assert!(seen >= 14, "{seen} captures");
}
