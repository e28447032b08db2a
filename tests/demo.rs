//! What a newcomer does first: start the demo, present a badge and two items, pull the plug, start again.

#![allow(clippy::unwrap_used)]

mod support;

use serde_json::Value;
use support::{Daemon, agent, await_that};

fn present(daemon: &Daemon, reader: &str, what: &str) {
    let form = [("reader", reader), ("present", what)];
    let answer = agent().post(daemon.url("/demo")).send_form(form).unwrap();
    assert!(
        answer.status().is_success() || answer.status().is_redirection(),
        "{what}: {}",
        answer.status()
    );
}

fn loan<'l>(loans: &'l [Value], item: &str) -> Option<&'l Value> {
    loans.iter().find(|loan| loan["item"] == item)
}

#[test]
fn the_demo_lends_and_keeps_it_through_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("demo");
    let daemon = Daemon::demo(&data);
    assert_eq!(
        daemon.get("/api/v1/items")["items"].as_array().unwrap().len(),
        162
    );
    assert!(daemon.page("/").contains("Учебные данные"));
    daemon.await_readers(3);
    let before = daemon.open_loans().len();

    // A badge and a laptop's radio tag, and a glue gun's printed label.
    present(&daemon, "desk-hf", "badge:B-0101");
    present(&daemon, "desk-uhf", "item:ТР-0001");
    present(&daemon, "desk-bar", "item:ТР-0077");
    let loans = await_that("two loans", || {
        Some(daemon.open_loans()).filter(|loans| loans.len() == before + 2)
    });
    for item in ["ТР-0001", "ТР-0077"] {
        assert_eq!(loan(&loans, item).unwrap()["school"], "S01");
    }
    let kiosk = daemon.page("/kiosk");
    assert!(
        kiosk.contains("Выдано") && kiosk.contains("СОШ с. Дальнеполье"),
        "{kiosk}"
    );
    daemon.kill();

    let daemon = Daemon::demo(&data);
    let again = daemon.open_loans();
    for item in ["ТР-0001", "ТР-0077"] {
        assert_eq!(
            loan(&again, item),
            loan(&loans, item),
            "the same loan, the same numbers"
        );
    }
    // And back: one scan each, no badge.
    daemon.await_readers(3);
    present(&daemon, "desk-bar", "item:ТР-0077");
    await_that("the return", || {
        loan(&daemon.open_loans(), "ТР-0077").is_none().then_some(())
    });
}

#[test]
fn the_demo_leaves_other_folders_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("letter.txt");
    std::fs::write(&file, "not a demo").unwrap();
    let output = support::run(&["demo", "--listen", "127.0.0.1:0"], folder.path());
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("holds something else"));
    assert_eq!(
        std::fs::read_dir(folder.path()).unwrap().count(),
        1,
        "nothing was written"
    );
}
