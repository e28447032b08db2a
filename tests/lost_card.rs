//! A card that was lost: stopped by badge, refused at the desk, forgotten, and not given back by an old file.

#![allow(clippy::unwrap_used)]

mod support;

use formular::demo::encode::encode;
use formular::profile::Family;
use formular::tag::TagId;
use serde_json::{Value, json};
use std::path::Path;
use support::{Daemon, await_that, centre, ok, reader, run, sample};

const FAMILY: Family = Family::Rc522Text;
const BADGE: &str = "B-0101";

fn card(n: u8) -> TagId {
    TagId::uid(&[0x04, 0x7E, 0x1E, 0xBA, 0x53, 0x28, n]).unwrap()
}

fn cards_of(data: &Path, badge: &str) -> u64 {
    let list: Value = serde_json::from_str(&ok(&["roster", "list", "--json"], data)).unwrap();
    let badges = list["badges"].as_array().unwrap();
    assert!(badges.len() > 10, "{list}");
    let found = badges.iter().find(|one| one["badge"] == badge);
    found.map_or(0, |one| one["cards"].as_u64().unwrap())
}

fn count(data: &Path, what: &str) -> usize {
    ok(&["journal", "export"], data).matches(what).count()
}

#[test]
fn a_lost_card_opens_nothing_and_its_badge_goes_on_with_a_new_one() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    centre(&data);
    let (mut line, attach) = reader(folder.path(), FAMILY.as_str());
    let daemon = Daemon::serve(&data, &[attach]);
    daemon.await_readers(1);
    let staff = ok(&["token", "new", "--role", "staff"], &data).trim().to_owned();
    let post = |key: &str, body: Value| -> (u16, Value) {
        let request = support::agent()
            .post(daemon.url("/api/v1/commands"))
            .header("Idempotency-Key", key);
        let mut answer = request
            .header("Authorization", format!("Bearer {staff}"))
            .send_json(&body)
            .unwrap();
        (answer.status().as_u16(), answer.body_mut().read_json().unwrap())
    };
    let mut present = |n: u8| line.present(&encode(FAMILY, &card(n)).unwrap()).unwrap();
    let kiosk = |text: &str| {
        await_that(text, || daemon.page("/kiosk").contains(text).then_some(()));
    };

    assert_eq!(cards_of(&data, BADGE), 1, "the card of the sample");
    assert_eq!(
        post("1", json!({"type": "badge_card", "badge": BADGE, "uid": card(0)})).0,
        200
    );
    assert_eq!(
        cards_of(&data, BADGE),
        1,
        "the new card took the place of the old one"
    );
    assert_eq!(count(&data, "\"replaces\":["), 1);
    assert_eq!(
        post(
            "tag",
            json!({"type": "bind_tag", "item": "ТР-0085", "tag": card(9)})
        )
        .0,
        200
    );
    present(0);
    present(9);
    daemon.await_open(1, "a loan on the new card");

    let spare = json!({"type": "badge_card", "badge": BADGE, "uid": card(4), "another": true});
    assert_eq!(post("spare", spare).0, 200);
    assert_eq!(cards_of(&data, BADGE), 2);

    // Lost. The desk itself may not stop it; staff do, by the badge.
    let stop = json!({"type": "card_stop", "badge": BADGE});
    assert_eq!(daemon.command("2", &stop).0, 403);
    assert_eq!(post("2", stop.clone()).0, 200);
    assert_eq!(post("3", stop).1["refusal"], "already_so");
    assert_eq!(cards_of(&data, BADGE), 0);
    present(4);
    kiosk("Карта остановлена");
    await_that("the refusal in the journal", || {
        (count(&data, "\"card_stopped\"") == 1).then_some(())
    });

    // The badge itself stays in force: by its number, and with a new card; a second one is asked for by name.
    assert_eq!(
        post("4", json!({"type": "badge_card", "badge": BADGE, "uid": card(2)})).0,
        200
    );
    let another = json!({"type": "badge_card", "badge": BADGE, "uid": card(3), "another": true});
    assert_eq!(post("5", another).0, 200);
    assert_eq!(cards_of(&data, BADGE), 2);
    let out = json!({"type": "check_out", "item": "ТР-0020", "badge": BADGE});
    assert_eq!(daemon.command("6", &out).0, 200);

    // By the command line, through the running daemon.
    let told = ok(&["roster", "stop", BADGE], &data);
    assert!(told.contains("stopped"), "{told}");
    assert_eq!(run(&["roster", "stop", BADGE], &data).status.code(), Some(1));
    assert_eq!(run(&["roster", "stop", "B-9999"], &data).status.code(), Some(1));
    let told = ok(&["roster", "forget", "B-0102"], &data);
    assert!(
        told.contains("1 card") && told.contains("copies made before now"),
        "{told}"
    );
    assert_eq!((cards_of(&data, BADGE), cards_of(&data, "B-0102")), (0, 0));
    let roster = std::fs::read_to_string(data.join("roster.json")).unwrap();
    let export = ok(&["journal", "export"], &data);
    for n in 0..4 {
        let number = card(n).value().to_owned();
        assert!(!roster.contains(&number) && !export.contains(&number), "card {n}");
    }

    // An old file gives none of them back.
    let again = ok(&["import", sample().join("badges.csv").to_str().unwrap()], &data);
    assert!(
        again.contains("look at badges.csv, line ") && again.contains("0 refused"),
        "{again}"
    );
    assert_eq!((cards_of(&data, BADGE), cards_of(&data, "B-0102")), (0, 0));
    assert!(daemon.end().success());
    ok(&["journal", "verify"], &data);
}

#[test]
fn without_a_daemon_the_roster_does_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    centre(&data);
    assert_eq!(cards_of(&data, BADGE), 1);
    // As people type it: Latin letters or small ones are the same badge.
    ok(&["roster", "stop", "b-0101"], &data);
    ok(&["roster", "forget", "B-0102"], &data);
    assert_eq!((cards_of(&data, BADGE), cards_of(&data, "B-0102")), (0, 0));
    assert_eq!(count(&data, "\"type\":\"badge_card_stopped\""), 2);
    let twice = ok(&["roster", "forget", "B-0102"], &data);
    assert!(twice.starts_with("B-0102: 0 cards"), "{twice}");
    assert_eq!(run(&["roster", "forget", "B-9999"], &data).status.code(), Some(1));
    assert_eq!(run(&["roster", "stop", "B-0102"], &data).status.code(), Some(1));
    ok(&["journal", "verify"], &data);
}
