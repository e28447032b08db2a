//! Readers on a network: a small LLRP reader on localhost, through the reader's thread and through the real daemon.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod network;
mod reader_rig;
mod support;

use formular::capture::{Capture, What};
use formular::demo::encode::encode;
use formular::profile::{Family, Profile, builtin};
use formular::reader::State;
use formular::tag::TagId;
use network::Llrp;
use reader_rig::Rig;
use serde_json::json;
use std::fs;
use std::path::Path;
use std::thread;
use std::time::Duration;
use support::{Daemon, await_that, centre, ok};

fn capture() -> Capture {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/captures/llrp.cap");
    fs::read_to_string(path).unwrap().parse().unwrap()
}

/// What the capture says the reader sent is sent, and what it heard must be said to it, byte for byte.
fn plays(mut reader: Llrp, capture: Capture) {
    let mut at_ms = 0;
    reader.accept();
    for step in capture.steps {
        match step.what {
            What::Received(bytes) => {
                thread::sleep(Duration::from_millis(step.at_ms - at_ms));
                reader.says(&bytes);
            }
            What::Sent(bytes) => reader.hears_bytes(&bytes),
            What::Unplug => reader.dies(),
            What::Plug => reader.accept(),
        }
        at_ms = step.at_ms;
    }
    // Let go in good order: what was set up is deleted, the connection closed.
    assert_eq!(reader.hears().0, 21);
    assert_eq!(reader.hears().0, 14);
}

#[test]
fn the_capture_gives_its_scans_and_every_word_of_ours_is_the_one_written_there() {
    let reader = Llrp::listen();
    let mut rig = Rig::new(64);
    rig.attach("r", Profile::generic(Family::Llrp).unwrap(), &reader.path());
    let plays = thread::spawn(move || plays(reader, capture()));
    let mut scans = rig.scans_to("epc:0A0B0C0D");
    scans.push(String::new());
    assert_eq!(scans.join("\n"), include_str!("captures/llrp.scans"));
    assert_eq!(rig.health("r").losses, 1);
    rig.handles.clear();
    plays.join().unwrap();
}

#[test]
fn a_reader_that_does_not_answer_is_waited_for() {
    let mut reader = Llrp::listen();
    let path = reader.path();
    let mut rig = Rig::new(64);
    let nobody = Path::new("tcp:127.0.0.1:1");
    rig.attach("nobody", builtin().find("zebra-fx").unwrap(), nobody);
    rig.attach("r", builtin().find("impinj-speedway").unwrap(), &path);
    let waits = rig.until("nobody", |health| !health.words.is_empty());
    assert_eq!(waits.state, State::Waiting);
    assert!(
        waits.words[0].text.contains("nobody answers on the network"),
        "{waits:?}"
    );
    for _ in 0..2 {
        reader.welcome();
        rig.until("r", |health| health.state == State::Open);
        reader.dies();
        rig.until("r", |health| health.state == State::Lost);
    }
    assert_eq!(rig.health("r").role, formular::profile::Role::Portal);
}

fn tag(n: u8) -> TagId {
    TagId::epc(&[0x34, 0x74, 0x25, 0x7B, 0xF4, 0, 0, 0, 0, 0, 0x16, n]).unwrap()
}

/// From a socket to durable loans; the reader dies in mid-message and is found again.
#[test]
fn the_whole_walk() {
    const ITEMS: [&str; 3] = ["ТР-0020", "ТР-0085", "ТР-0086"];
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    centre(&data);
    let mut reader = Llrp::listen();
    let daemon = Daemon::serve(&data, &[format!("llrp={}", reader.path().display())]);
    reader.welcome();
    daemon.await_readers(1);
    let staff = ok(&["token", "new", "--role", "staff"], &data).trim().to_owned();
    let post = |key: &str, body: serde_json::Value| {
        let request = support::agent()
            .post(daemon.url("/api/v1/commands"))
            .header("Idempotency-Key", key)
            .header("Authorization", format!("Bearer {staff}"));
        assert_eq!(request.send_json(&body).unwrap().status(), 200, "{body}");
    };
    post(
        "card",
        json!({"type": "badge_card", "badge": "B-0101", "uid": tag(0)}),
    );
    for (n, item) in (1..).zip(ITEMS) {
        post(
            &format!("bind {n}"),
            json!({"type": "bind_tag", "item": item, "tag": tag(n)}),
        );
    }
    let report = |n: u8| encode(Family::Llrp, &tag(n)).unwrap();
    // Badge and item in one packet, each read again and again while they lie there.
    for round in 0..5 {
        reader.says(&[report(0), report(1)].concat());
        reader.keepalive(round);
    }
    daemon.await_open(1, "the first loan");
    reader.says(&report(2)[..17]);
    reader.dies();
    await_that("the reader to be missed", || {
        (daemon.get("/api/v1/readers")["readers"][0]["state"] != "works").then_some(())
    });
    reader.welcome();
    daemon.await_readers(1);
    reader.says(&[report(2), report(3)].concat());
    let loans = daemon.await_open(3, "the other two");
    assert!(loans.iter().all(|loan| loan["school"] == "S01"), "{loans:?}");
    let end = thread::spawn(move || (reader.hears().0, reader.hears().0));
    assert!(daemon.end().success());
    assert_eq!(end.join().unwrap(), (21, 14), "let go in good order");
    ok(&["journal", "verify"], &data);
}
