//! The whole walk of a byte: from a pseudo-terminal through the real daemon to a durable loan.

#![allow(clippy::unwrap_used)]

mod support;

use formular::demo::encode::encode;
use formular::profile::Family;
use formular::tag::TagId;
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Barrier;
use std::time::Duration;
use support::{Daemon, await_that, centre, ok, reader};

/// A school whose agreement runs till 2028 and takes ten items.
const BADGE: &str = "B-0101";
/// Items without kit, consent, order or term, lent to anybody.
const ITEMS: [&str; 4] = ["ТР-0020", "ТР-0085", "ТР-0086", "ТР-0088"];

/// A tag that a reader of this family can read, number `n`.
fn tag(family: Family, n: u8) -> TagId {
    match family {
        Family::Em4100Rdm6300 | Family::Em4100Id12la | Family::Em4100Em18 => {
            TagId::em4100([0x3C, 0, 0xCE, 0x75, n])
        }
        Family::Em4100StxBcc => TagId::em4100([6, 0, 0x8E, 0x6D, n]),
        Family::Ironlogic => TagId::em4100([0x55, 0, 0x7E, 0xE4, n]),
        Family::Rc522Text => TagId::uid(&[0x04, 0x7E, 0x1E, 0xBA, 0x53, 0x28, n]).unwrap(),
        Family::UhfBb7e => {
            TagId::epc(&[0x30, 0x75, 0x1F, 0xEB, 0x70, 0x5C, 0x59, 4, 0xE3, 0xD5, 0x0D, n]).unwrap()
        }
        _ => TagId::code(&format!("46000510000{n:02}")).unwrap(),
    }
}

/// Binds tags 1… to the items and gives tag 0 to the badge, by command.
fn bind(daemon: &Daemon, staff: &str, family: Family) {
    let badge_card = json!({"type": "badge_card", "badge": BADGE, "uid": tag(family, 0)});
    post(daemon, staff, "card", &badge_card);
    for (n, item) in ITEMS.iter().enumerate() {
        let bind = json!({"type": "bind_tag", "item": item, "tag": tag(family, n as u8 + 1)});
        post(daemon, staff, &format!("bind {n}"), &bind);
    }
}

fn post(daemon: &Daemon, token: &str, key: &str, body: &Value) {
    let request = support::agent()
        .post(daemon.url("/api/v1/commands"))
        .header("Idempotency-Key", key);
    let mut answer = request
        .header("Authorization", format!("Bearer {token}"))
        .send_json(body)
        .unwrap();
    let text = answer.body_mut().read_to_string().unwrap();
    assert_eq!(answer.status(), 200, "{body}: {text}");
}

fn token(data: &Path) -> String {
    ok(&["token", "new", "--role", "staff"], data).trim().to_owned()
}

/// n items are out after n + 1 scans and back after n; a held tag is one scan.
fn walk(family: Family) {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    centre(&data);
    let (mut line, attach) = reader(folder.path(), family.as_str());
    let daemon = Daemon::serve(&data, &[attach]);
    daemon.await_readers(1);
    bind(&daemon, &token(&data), family);
    let mut present = |n: u8| line.present(&encode(family, &tag(family, n)).unwrap()).unwrap();

    present(0);
    // Held: the reader repeats the first item's tag as long as it lies there.
    for _ in 0..5 {
        present(1);
        std::thread::sleep(Duration::from_millis(65));
    }
    (2..=4).for_each(&mut present);
    let loans = daemon.await_open(4, "four loans after five scans");
    assert!(loans.iter().all(|loan| loan["school"] == "S01"), "{loans:?}");

    // Back without a badge, once the tags have been away: 1.5 s is the longest presence of any family.
    let badge_again = Duration::from_millis(1_700);
    std::thread::sleep(badge_again);
    present(0);
    std::thread::sleep(Duration::from_millis(50));
    (1..=4).for_each(&mut present);
    daemon.await_open(0, "everything back after four scans");
    let history = ok(&["journal", "export"], &data);
    let count = |kind: &str| history.matches(&format!("\"type\":\"{kind}\"")).count();
    assert_eq!((count("checked_out"), count("returned")), (4, 4), "each once");
    assert!(daemon.end().success());
    ok(&["journal", "verify"], &data);
}

macro_rules! walks {
    ($($name:ident: $family:ident),* $(,)?) => {$(
        #[test]
        fn $name() {
            walk(Family::$family);
        }
    )*};
}

walks! {
    em4100_rdm6300: Em4100Rdm6300,
    em4100_id12la: Em4100Id12la,
    em4100_em18: Em4100Em18,
    em4100_stx_bcc: Em4100StxBcc,
    ironlogic: Ironlogic,
    rc522_text: Rc522Text,
    uhf_bb7e: UhfBb7e,
    barcode_text: BarcodeText,
}

/// Unplugged in the middle of a frame and plugged again: what comes after is read.
#[test]
fn unplugged_mid_frame_loses_nothing_after() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    centre(&data);
    let family = Family::Em4100Rdm6300;
    let (mut line, attach) = reader(folder.path(), family.as_str());
    let daemon = Daemon::serve(&data, &[attach]);
    daemon.await_readers(1);
    bind(&daemon, &token(&data), family);
    let frame = |n| encode(family, &tag(family, n)).unwrap();

    line.present(&frame(0)).unwrap();
    line.present(&frame(1)).unwrap();
    daemon.await_open(1, "the first loan");
    line.present(&frame(2)[..7]).unwrap();
    line.unplug().unwrap();
    await_that("the reader to be missed", || {
        (daemon.get("/api/v1/readers")["readers"][0]["state"] != "works").then_some(())
    });
    line.plug().unwrap();
    daemon.await_readers(1);
    (2..=4).for_each(|n| line.present(&frame(n)).unwrap());
    daemon.await_open(4, "the other three");
}

/// Two scans 0 to 400 ms apart are two, on one reader and on two.
#[test]
fn two_quick_scans_are_two() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    centre(&data);
    let (mut pad, attach_pad) = reader(folder.path(), "rc522-text");
    let (mut gun, attach_gun) = reader(folder.path(), "barcode-text");
    let daemon = Daemon::serve(&data, &[attach_pad, attach_gun]);
    daemon.await_readers(2);
    let staff = token(&data);
    bind(&daemon, &staff, Family::Rc522Text);
    let pad_frame = |n| encode(Family::Rc522Text, &tag(Family::Rc522Text, n)).unwrap();
    let label = |n: u8| {
        let tag = tag(Family::BarcodeText, n);
        post(
            &daemon,
            &staff,
            &format!("label {n}"),
            &json!({"type": "bind_tag", "item": ITEMS[n as usize - 1], "tag": tag}),
        );
        encode(Family::BarcodeText, &tag).unwrap()
    };
    let labels: Vec<Vec<u8>> = (1..=4).map(label).collect();

    for gap_ms in [0, 1, 20, 120, 400] {
        pad.present(&pad_frame(0)).unwrap();
        pad.present(&pad_frame(1)).unwrap();
        std::thread::sleep(Duration::from_millis(gap_ms));
        pad.present(&pad_frame(2)).unwrap();
        gun.present(&labels[2]).unwrap();
        std::thread::sleep(Duration::from_millis(gap_ms));
        gun.present(&labels[3]).unwrap();
        daemon.await_open(4, &format!("four loans, {gap_ms} ms apart"));
        for (n, item) in ITEMS.iter().enumerate() {
            let (status, body) = daemon.command(
                &format!("{n} {gap_ms}"),
                &json!({"type": "check_in", "item": item}),
            );
            assert_eq!(status, 200, "{body}");
        }
        // The tags go away, and the session ends by the same badge.
        std::thread::sleep(Duration::from_millis(1_700));
        pad.present(&pad_frame(0)).unwrap();
        std::thread::sleep(Duration::from_millis(800));
    }
}

/// Sixteen clients want the same item at the same moment: one gets it, fifteen are told who has it.
#[test]
fn sixteen_race_for_one_item() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    centre(&data);
    let daemon = Daemon::serve(&data, &[]);
    let start = Barrier::new(16);
    let answers: Vec<(u16, Value)> = std::thread::scope(|scope| {
        let client = |n: usize| {
            let (daemon, start) = (&daemon, &start);
            scope.spawn(move || {
                start.wait();
                let order = json!({"type": "check_out", "item": ITEMS[0], "badge": BADGE});
                daemon.command(&format!("race {n}"), &order)
            })
        };
        (0..16)
            .map(client)
            .collect::<Vec<_>>()
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    });
    let won = answers.iter().filter(|(status, _)| *status == 200).count();
    let told = answers
        .iter()
        .filter(|(status, body)| *status == 409 && body["code"] == "К-10")
        .count();
    assert_eq!((won, told), (1, 15), "{answers:?}");
    assert_eq!(daemon.open_loans().len(), 1);
}

/// The same key again gives the same answer and no second event, also after a kill.
#[test]
fn a_repeated_order_is_carried_out_once() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    centre(&data);
    let order = json!({"type": "check_out", "item": ITEMS[0], "badge": BADGE});
    let daemon = Daemon::serve(&data, &[]);
    let (status, first) = daemon.command("once", &order);
    assert_eq!(status, 200, "{first}");
    assert_eq!(daemon.command("once", &order), (200, first.clone()));
    daemon.kill();
    let daemon = Daemon::serve(&data, &[]);
    assert_eq!(daemon.command("once", &order), (200, first));
    assert_eq!(daemon.open_loans().len(), 1);
}
