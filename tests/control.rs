//! Commands that write while the daemon runs go through its control socket.

#![allow(clippy::unwrap_used)]

mod support;

use serde_json::Value;
use support::{Daemon, await_that, ok, reader, run, sample};

fn summary(daemon: &Daemon, data: &std::path::Path, as_of: &str) -> Value {
    let live = daemon.get(&format!("/api/v1/summary?as_of={}", as_of.replace('+', "%2B")));
    let read: Value =
        serde_json::from_str(&ok(&["report", "summary", "--json", "--as-of", as_of], data)).unwrap();
    for key in [
        "items",
        "loans",
        "returns",
        "loans_open",
        "refusals",
        "seq",
        "head",
    ] {
        assert_eq!(live[key], read[key], "{key}: the page and the command line agree");
    }
    let (seq, head) = (&read["seq"], read["head"].as_str().unwrap());
    let text = ok(&["report", "summary", "--as-of", as_of], data);
    assert!(text.contains(&format!("событие № {seq}, хеш {head}")), "{text}");
    read
}

/// A desk that was tried out with a strange code before its history came: the history still goes in, and any instant
/// of it can be asked for.
#[test]
fn history_enters_a_desk_that_was_tried_out() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let (mut gun, attach) = reader(folder.path(), "barcode-text");
    let daemon = Daemon::serve(&data, &[attach]);
    daemon.await_readers(1);
    gun.present(b"rubbish\r").unwrap();
    await_that("the strange code in the journal", || {
        ok(&["journal", "export"], &data)
            .contains("unknown_tag")
            .then_some(())
    });
    let files = sample();
    let report = ok(&["import", files.to_str().unwrap()], &data);
    assert!(
        report.contains("events.csv: 2628 rows read, 2628 taken"),
        "{report}"
    );

    let end = summary(&daemon, &data, "2026-08-31T23:59:59+03:00");
    assert_eq!(
        (&end["loans"], &end["returns"], &end["refusals"]),
        (&728.into(), &718.into(), &47.into())
    );
    let middle = summary(&daemon, &data, "2025-05-01T00:00:00+03:00");
    assert_eq!(middle["items"], 162);
    assert!(
        middle["loans"].as_u64().unwrap() > 100 && middle["loans"].as_u64().unwrap() < 728,
        "{middle}"
    );

    let again = ok(&["import", files.to_str().unwrap()], &data);
    assert!(again.ends_with("0 events\n"), "{again}");
    assert!(daemon.end().success());
}

#[test]
fn a_folder_in_use_is_not_taken_twice() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let daemon = Daemon::serve(&data, &[]);
    let second = run(&["serve", "--listen", "127.0.0.1:0"], &data);
    assert_eq!(second.status.code(), Some(1));
    let why = String::from_utf8_lossy(&second.stderr);
    assert!(why.contains("in use by another running formular"), "{why}");
    drop(daemon);
}

/// A token made while the daemon runs opens at once; what is no token opens nothing.
#[test]
fn a_token_opens_what_its_role_may() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let daemon = Daemon::serve(&data, &[]);
    let auditor = ok(&["token", "new", "--role", "auditor"], &data);
    let ask = |token: &str| {
        let request = support::agent().get(daemon.url("/api/v1/holds"));
        request
            .header("Authorization", format!("Bearer {}", token.trim()))
            .call()
            .unwrap()
            .status()
            .as_u16()
    };
    assert_eq!(ask(&auditor), 200);
    assert_eq!(ask("0123456789"), 401);
    let wrong = run(&["token", "new", "--role", "janitor"], &data);
    assert_eq!(wrong.status.code(), Some(2));
}

/// Before there is a centre: a trial of its files leaves nothing, and a key to what is not there is not made.
#[test]
fn a_trial_leaves_nothing_and_a_key_has_a_door() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let files = sample();
    let report = ok(&["import", files.to_str().unwrap(), "--dry-run"], &data);
    assert!(report.contains("2628 rows read, 2628 taken"), "{report}");
    let school = |id: &str| run(&["token", "new", "--role", &format!("school={id}")], &data);
    let nowhere = school("S03");
    assert_eq!(nowhere.status.code(), Some(1));
    assert!(!data.exists(), "neither of them began a folder");

    support::centre(&data);
    let unknown = school("S99");
    assert_eq!(unknown.status.code(), Some(1));
    let why = String::from_utf8_lossy(&unknown.stderr);
    assert!(why.contains("no school S99") && why.contains("S03"), "{why}");
    assert!(school("S03").status.success());
}

/// A number typed at the desk: one that is none is a slip, one of two items is neither, a label of nothing waits.
#[test]
fn what_is_typed_is_found_or_said() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    support::centre(&data);
    let files = data.with_extension("files");
    let books = files.join("equipment.csv");
    let text = std::fs::read_to_string(&books).unwrap();
    let shared = text.replace("ТР-0002,410134000002", "ТР-0002,410134000001");
    assert_ne!(text, shared);
    std::fs::write(&books, shared).unwrap();
    ok(&["import", files.to_str().unwrap()], &data);
    let daemon = Daemon::serve(&data, &[]);
    let typed = |number: &str| {
        let press = support::agent()
            .post(daemon.url("/kiosk/act"))
            .send_form([("typed", number)]);
        assert!(press.unwrap().status().as_u16() < 400, "{number}");
        daemon.page("/kiosk")
    };
    assert!(typed("ТР-7788").contains("Такого номера нет: ТР-7788"));
    assert!(typed("410134000001").contains("Видны два предмета"));
    assert!(typed("tp-0003").contains("ТР-0003"));
    assert!(
        !ok(&["journal", "export"], &data).contains("unknown_tag"),
        "nothing of it is kept"
    );
    assert!(typed("4600000000017").contains("К-09"));
    assert!(ok(&["journal", "export"], &data).contains("unknown_tag"));
}

/// What is wrong with one reader is said, and the rest runs.
#[test]
fn an_unknown_profile_stops_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let readers = [
        "no-such-model=/dev/ttyUSB7".to_owned(),
        "barcode-text=/dev/no-such-port".to_owned(),
    ];
    let daemon = Daemon::serve(&data, &readers);
    let views = daemon.get("/api/v1/readers");
    let views = views["readers"].as_array().unwrap();
    assert_eq!(views.len(), 1);
    assert_eq!(views[0]["state"], "waiting");
}
