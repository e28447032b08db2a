//! Two hundred UHF tags in one sweep, each read fifty times, through the real daemon: on a reader for piles every item
//! is lent, once, in one group; on a door and on a reader that is not for piles nothing is lent and nothing returned.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use formular::demo::encode::encode;
use formular::demo::pty::VirtualReader;
use formular::profile::Family;
use formular::tag::TagId;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;
use std::thread;
use std::time::Duration;
use support::{Daemon, await_that, ok, sample};

const ITEMS: u32 = 200;
const READS: usize = 50;
/// A badge of a school whose agreement runs till 2028.
const BADGE: &str = "uid:047771E6AC9341";

fn epc(n: u32) -> TagId {
    format!("epc:355AB1C8B0000077{n:08X}").parse().unwrap()
}

/// The sample's centre with two hundred plain things more, and a school that may have them all.
fn centre(data: &Path) {
    let files = data.with_extension("files");
    std::fs::create_dir_all(&files).unwrap();
    for name in ["rooms", "donors", "kits", "badges", "calendar"] {
        let name = format!("{name}.csv");
        std::fs::copy(sample().join(&name), files.join(&name)).unwrap();
    }
    let schools = std::fs::read_to_string(sample().join("schools.csv")).unwrap();
    let roomy = schools.replace("БП-01/2023,,,,10,21,", "БП-01/2023,,,,250,21,");
    assert_ne!(schools, roomy);
    std::fs::write(files.join("schools.csv"), roomy).unwrap();
    let sample = std::fs::read_to_string(sample().join("equipment.csv")).unwrap();
    let mut equipment: String = sample.split_inclusive('\n').take(1).collect();
    for n in 1..=ITEMS {
        writeln!(
            equipment,
            "ТР-{id},{inv},4.101.36,Планшет учебный,Компьютерное оборудование,Информатика,К-1,900.00,внебюджетные \
             средства,,2024-08-21,SN-{n},320.26.20.11,нет,,да,,UHF,{epc},,,,",
            id = 1000 + n,
            inv = 410_136_100_000_u64 + u64::from(n),
            epc = epc(n).value(),
        )
        .unwrap();
    }
    std::fs::write(files.join("equipment.csv"), equipment).unwrap();
    ok(&["import", files.to_str().unwrap()], data);
}

/// A desk with a pad for badges and a UHF reader of this profile and role.
struct Desk {
    folder: tempfile::TempDir,
    daemon: Daemon,
    pad: VirtualReader,
    mast: VirtualReader,
}

impl Desk {
    fn new(bulk: bool, role: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        centre(&data);
        let profiles = folder.path().join("readers.d");
        std::fs::create_dir(&profiles).unwrap();
        std::fs::write(
            profiles.join("mast.toml"),
            format!(
                "schema = 1\nname = \"mast\"\nvendor = \"\"\nmodel = \"a mast over the desk\"\nfamily = \"uhf-bb7e\"\n\
                 bulk = {bulk}\npresence = {{ gone_ms = 3000 }}\n\
                 origin = {{ source = [\"this test\"], capture = \"uhf-bb7e.cap\" }}\n"
            ),
        )
        .unwrap();
        let pad = VirtualReader::open(folder.path().join("tty-pad")).unwrap();
        let mast = VirtualReader::open(folder.path().join("tty-mast")).unwrap();
        let config = folder.path().join("formular.toml");
        std::fs::write(
            &config,
            format!(
                "[readers]\nauto = false\nlisten = false\nfolder = {profiles:?}\n\
                 [[reader]]\nid = \"pad\"\nprofile = \"rc522-text\"\npath = {:?}\n\
                 [[reader]]\nid = \"mast\"\nprofile = \"mast\"\npath = {:?}\nrole = \"{role}\"\n",
                pad.path(),
                mast.path(),
            ),
        )
        .unwrap();
        let daemon = Daemon::configured(&data, &config);
        daemon.await_readers(2);
        Self {
            folder,
            daemon,
            pad,
            mast,
        }
    }

    fn badge(&mut self) {
        let frame = encode(Family::Rc522Text, &BADGE.parse().unwrap()).unwrap();
        self.pad.present(&frame).unwrap();
        await_that("the school's session", || {
            self.daemon.page("/kiosk").contains("Дальнеполье").then_some(())
        });
    }

    /// All tags, again and again; until the reader has taken every byte.
    fn sweep(&mut self) {
        let before = self.mast_says("bytes");
        let round: Vec<u8> = (1..=ITEMS).flat_map(frame).collect();
        for _ in 0..READS {
            self.mast.present(&round).unwrap();
        }
        let all = before + (round.len() * READS) as u64;
        await_that("every byte to be read", || {
            (self.mast_says("bytes") == all).then_some(())
        });
    }

    fn mast_says(&self, key: &str) -> u64 {
        let readers = self.daemon.get("/api/v1/readers");
        let readers = readers["readers"].as_array().unwrap();
        let mast = readers.iter().find(|reader| reader["reader"] == "mast").unwrap();
        mast[key].as_u64().unwrap()
    }

    /// The lines of the journal that lend or return.
    fn lines(&self, kind: &str) -> Vec<Value> {
        let journal = ok(&["journal", "export"], &self.folder.path().join("data"));
        let lines = journal
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).unwrap());
        lines.filter(|line| line["event"]["type"] == kind).collect()
    }
}

fn frame(n: u32) -> Vec<u8> {
    encode(Family::UhfBb7e, &epc(n)).unwrap()
}

#[test]
fn on_a_reader_for_piles_all_are_lent_once_and_in_one_group() {
    let mut desk = Desk::new(true, "desk");
    desk.badge();
    desk.sweep();
    desk.daemon.await_open(ITEMS as usize, "two hundred loans");
    let lent = desk.lines("checked_out");
    let items: BTreeSet<&str> = lent
        .iter()
        .filter_map(|line| line["event"]["item"].as_str())
        .collect();
    let groups: BTreeSet<u64> = lent.iter().filter_map(|line| line["batch"].as_u64()).collect();
    assert_eq!(
        (lent.len(), items.len()),
        (ITEMS as usize, ITEMS as usize),
        "none twice"
    );
    assert!(groups.len() <= 3, "one fdatasync or a few: {groups:?}");
    assert_eq!(desk.lines("refused").len() + desk.lines("returned").len(), 0);
    assert!(desk.daemon.page("/kiosk").contains("Стопка: выдано 200"));
    // The pile comes back, without a badge: the school's session is over.
    desk.badge_away();
    desk.sweep();
    desk.daemon.await_open(0, "everything back");
    let back = desk.lines("returned");
    let groups: BTreeSet<u64> = back.iter().filter_map(|line| line["batch"].as_u64()).collect();
    assert_eq!(back.len(), ITEMS as usize);
    assert!(groups.len() <= 3, "{groups:?}");
}

#[test]
fn on_a_door_nothing_is_lent_and_nothing_returned() {
    let mut desk = Desk::new(true, "portal");
    desk.badge();
    desk.sweep();
    desk.nothing_happened();
}

#[test]
fn on_a_reader_that_is_not_for_piles_nothing_is_lent_and_somebody_is_told() {
    let mut desk = Desk::new(false, "desk");
    desk.badge();
    desk.sweep();
    await_that("the screen to say so", || {
        desk.daemon
            .page("/kiosk")
            .contains("Слишком много меток сразу")
            .then_some(())
    });
    desk.nothing_happened();
    assert_eq!(desk.mast_says("scans"), 0);
    // Taken away, and presented one by one: as ever.
    thread::sleep(Duration::from_millis(3_100));
    for n in [1, 2] {
        for _ in 0..3 {
            desk.mast.present(&frame(n)).unwrap();
        }
    }
    desk.daemon.await_open(2, "two loans");
}

impl Desk {
    /// Neither now nor a moment later: what is kept back is kept for less than half a second.
    fn nothing_happened(&self) {
        thread::sleep(Duration::from_millis(800));
        assert_eq!(self.daemon.open_loans().len(), 0);
        assert_eq!(self.lines("checked_out").len() + self.lines("returned").len(), 0);
    }

    /// The same badge ends the session; the pile and the badge have been away since.
    fn badge_away(&mut self) {
        thread::sleep(Duration::from_millis(3_100));
        let frame = encode(Family::Rc522Text, &BADGE.parse().unwrap()).unwrap();
        self.pad.present(&frame).unwrap();
        await_that("the session to end", || {
            self.daemon
                .page("/kiosk")
                .contains("Сеанс завершён")
                .then_some(())
        });
    }
}
