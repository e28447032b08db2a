//! Copies by the schedule, of a real daemon on a real folder: the stick comes and goes, the machine is killed.

#![allow(clippy::unwrap_used)]

mod support;

use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use support::{Daemon, await_that, centre, ok, run};

struct Place {
    _folder: tempfile::TempDir,
    data: PathBuf,
    stick: PathBuf,
    config: PathBuf,
}

impl Place {
    /// A centre and a station's file; a copy is due as often as the clock ticks.
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (data, stick) = (folder.path().join("data"), folder.path().join("stick"));
        centre(&data);
        let config = folder.path().join("formular.toml");
        let text = format!(
            "[readers]\nauto = false\n[backup]\nfolder = {stick:?}\nevery_hours = 0.0003\nidle_s = 0\nkeep = 3\n"
        );
        std::fs::write(&config, text).unwrap();
        Self {
            _folder: folder,
            data,
            stick,
            config,
        }
    }

    fn daemon(&self) -> Daemon {
        Daemon::configured(&self.data, &self.config)
    }

    fn mark(&self) {
        ok(&["backup", self.stick.to_str().unwrap(), "--mark"], &self.data);
    }

    fn copies(&self) -> Vec<String> {
        let Ok(entries) = std::fs::read_dir(&self.stick) else {
            return Vec::new();
        };
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.filter(|name| name.starts_with("formular-0")).collect()
    }

    /// Restores the newest copy into a new folder; gives what `verify` says there.
    fn restored(&self) -> String {
        let new = tempfile::tempdir().unwrap();
        let data = new.path().join("new");
        let told = ok(&["restore", self.stick.to_str().unwrap()], &data);
        let verified = ok(&["journal", "verify"], &data);
        assert_eq!(told, verified);
        for report in ["summary", "loans"] {
            ok(&["report", report, "--json"], &data);
        }
        assert_eq!(
            std::fs::read(data.join("roster.json")).unwrap(),
            std::fs::read(self.data.join("roster.json")).unwrap()
        );
        for secret in ["key", "tokens.json", "inbox.json"] {
            assert!(!data.join(secret).exists(), "{secret}");
        }
        verified.trim().to_owned()
    }
}

fn copies(daemon: &Daemon) -> Value {
    daemon.get("/healthz")["copies"].clone()
}

fn head(daemon: &Daemon) -> (u64, String) {
    let summary = daemon.get("/api/v1/summary");
    (
        summary["seq"].as_u64().unwrap(),
        summary["head"].as_str().unwrap().to_owned(),
    )
}

/// Lends or takes back the same item.
fn change(daemon: &Daemon, key: &str, out: bool) {
    let order = if out {
        json!({"type": "check_out", "item": "ТР-0020", "badge": "B-0101"})
    } else {
        json!({"type": "check_in", "item": "ТР-0020"})
    };
    assert_eq!(daemon.command(key, &order).0, 200, "{order}");
}

/// Waits until the newest good copy is of the journal as it stands.
fn await_copy(daemon: &Daemon) -> String {
    let (seq, hash) = head(daemon);
    await_that("a copy of all", || {
        let copies = copies(daemon);
        (copies["seq"] == seq && copies["head"] == hash.as_str()).then_some(())
    });
    format!("ok {seq} {hash}")
}

#[test]
fn the_newest_scheduled_copy_gives_the_same_head() {
    let place = Place::new();
    let daemon = place.daemon();
    // Neither an absent folder nor an empty mount point is written to.
    std::fs::create_dir(&place.stick).unwrap();
    assert_eq!(copies(&daemon)["scheduled"], true);
    assert_eq!(copies(&daemon)["last_good"], Value::Null);
    assert!(place.copies().is_empty());
    place.mark();
    for n in 0..6 {
        change(&daemon, &n.to_string(), n % 2 == 0);
        let head = await_copy(&daemon);
        assert_eq!(place.restored(), head);
    }
    assert!(place.copies().len() <= 4, "old ones went: {:?}", place.copies());
    assert!(daemon.page("/metrics").contains("formular_last_good_copy_seq"));

    // Pulled out: normal, no failure. Something happens; put in again, it is copied.
    let pocket = place.stick.with_extension("pocket");
    std::fs::rename(&place.stick, &pocket).unwrap();
    await_that("the stick to be missed", || {
        (copies(&daemon)["there"] == false).then_some(())
    });
    change(&daemon, "out", true);
    assert_eq!(copies(&daemon)["failed"], Value::Null);
    std::fs::rename(&pocket, &place.stick).unwrap();
    let head = await_copy(&daemon);
    assert_eq!(place.restored(), head);

    // After a restart without the stick health still knows.
    assert!(daemon.end().success());
    std::fs::rename(&place.stick, &pocket).unwrap();
    let daemon = place.daemon();
    let known = copies(&daemon);
    assert_eq!(known["there"], false);
    assert!(head.contains(known["head"].as_str().unwrap()), "{known}");
}

#[test]
fn killed_again_and_again_every_copy_is_whole() {
    let place = Place::new();
    std::fs::create_dir(&place.stick).unwrap();
    place.mark();
    let mut midway = 0;
    for n in 0..8 {
        let daemon = place.daemon();
        change(&daemon, &format!("kill {n}"), n % 2 == 0);
        // As soon as a copy is under way, or was just finished.
        let before = place.copies();
        await_that("a copy under way", || (place.copies() != before).then_some(()));
        daemon.kill();
        midway += usize::from(place.copies().iter().any(|name| name.ends_with(".part")));
        let whole = place.copies().iter().any(|name| !name.ends_with(".part"));
        if whole {
            ok(&["backup", place.stick.to_str().unwrap(), "--check"], &place.data);
            let told = place.restored();
            let seq: usize = told.split(' ').nth(1).unwrap().parse().unwrap();
            let export = ok(&["journal", "export"], &place.data);
            let line = export.lines().nth(seq - 1).unwrap();
            assert!(
                line.contains(told.rsplit(' ').next().unwrap()),
                "an earlier state of this journal"
            );
        }
    }
    eprintln!("killed in the middle of a copy: {midway} of 8");
    let daemon = place.daemon();
    let head = await_copy(&daemon);
    assert_eq!(place.restored(), head);
    assert!(place.copies().iter().all(|name| !name.ends_with(".part")));
}

#[test]
fn a_copy_by_hand_says_what_it_did_and_why_it_did_not() {
    let place = Place::new();
    let stick = place.stick.to_str().unwrap();
    let refused = |arguments: &[&str], data: &Path| {
        let output = run(arguments, data);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        String::from_utf8(output.stderr).unwrap()
    };
    assert!(refused(&["backup", stick], &place.data).contains("is the stick plugged in"));
    assert!(refused(&["backup", stick, "--mark"], &place.data).contains("is the stick plugged in"));
    std::fs::create_dir(&place.stick).unwrap();
    assert!(refused(&["backup", stick, "--check"], &place.data).contains("no copy in it"));
    let output = run(&["backup", stick], &place.data);
    assert!(output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("on the same disk"));
    let verified = ok(&["journal", "verify"], &place.data);
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(told.starts_with(verified.trim()), "{told}");
    assert!(ok(&["backup", stick], &place.data).contains("was there already"));
    assert_eq!(place.restored(), verified.trim());

    // The newest is damaged: said, and the one before is named and goes in.
    let daemon = place.daemon();
    change(&daemon, "1", true);
    ok(&["backup", stick], &place.data);
    assert!(daemon.end().success());
    let mut names = place.copies();
    names.sort();
    let [older, newest] = &names[..] else {
        panic!("{names:?}")
    };
    let journal = place.stick.join(newest).join("journal.jsonl");
    let mut bytes = std::fs::read(&journal).unwrap();
    bytes[5_000] ^= 1;
    std::fs::write(&journal, bytes).unwrap();
    assert_eq!(
        run(&["backup", stick, "--check"], &place.data).status.code(),
        Some(1)
    );
    let new = place.data.with_extension("new");
    let why = refused(&["restore", stick], &new);
    assert!(
        why.contains(newest.as_str()) && why.contains(older.as_str()),
        "{why}"
    );
    assert!(!new.exists());
    let older = place.stick.join(older);
    assert_eq!(ok(&["restore", older.to_str().unwrap()], &new), verified);
}
