//! Readers that nobody attached: found in a machine made of folders, read over pseudo-terminals, lost and found again.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod reader_rig;

use formular::{
    clock::SystemClock,
    profile::{Catalogue, Way, builtin},
    reader::{
        Health, State,
        who::{Shape, judge, plugged},
    },
    service::{Plugging, Setup, Station},
};
use jiff::tz::TimeZone;
use reader_rig::{
    LONG, frame,
    machine::{CH340, KEYBOARD, MOUSE, Machine, Unit, Z2},
};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

#[test]
fn facts_are_read_from_sysfs() {
    let machine = Machine::new();
    let scanner = Unit {
        vid: "0c2e",
        pid: "0b61",
        maker: "Metrologic",
        product: "Scanner",
        serial: "S/N 17",
    };
    let _z2 = machine.plug_tty("ttyUSB0", "1.2", Z2);
    machine.plug_uart("ttyS0", "4");
    machine.plug_uart("ttyS1", "0");
    machine.plug_input("event3", "3", scanner, KEYBOARD);
    machine.plug_input("event4", "4", scanner, MOUSE);
    machine.plug_hid("hidraw0", "5", scanner, &[0x05, 0x8c, 0x09, 0x02]);
    machine.plug_hid("hidraw1", "6", scanner, &[0x05, 0x01, 0x09, 0x06]);
    let devices = plugged(&machine.roots);
    let nodes: Vec<_> = devices
        .iter()
        .filter(|d| d.way != Way::Usb)
        .map(|d| {
            let node = d.path.strip_prefix(&machine.roots.dev).unwrap().to_str().unwrap();
            (node, d.shape, d.place.as_deref().unwrap())
        })
        .collect();
    assert_eq!(
        nodes,
        [
            ("ttyS0", Shape::Port, "platform-serial8250"),
            ("ttyUSB0", Shape::Port, "pci-0000:00:14.0-usb-0:1.2:1.0"),
            ("input/event3", Shape::Keyboard, "pci-0000:00:14.0-usb-0:3:1.0"),
            ("input/event4", Shape::OtherInput, "pci-0000:00:14.0-usb-0:4:1.0"),
            ("hidraw0", Shape::HidPos, "pci-0000:00:14.0-usb-0:5:1.0"),
            ("hidraw1", Shape::OtherHid, "pci-0000:00:14.0-usb-0:6:1.0"),
        ]
    );
    let usb = devices[1].usb.as_ref().unwrap();
    assert_eq!(
        (usb.number(), usb.words(), usb.class),
        ("0403:1234".into(), "FTDI Z-2 USB".into(), Some(0xff))
    );
    assert!(
        devices
            .iter()
            .any(|d| d.way == Way::Usb && d.path.ends_with("bus/usb/001/012")),
        "{devices:?}"
    );
    assert_eq!(
        judge(&devices[1], builtin()).claim.as_deref(),
        Some("ironlogic-z2")
    );
}

#[test]
fn a_machine_without_any_of_it_is_no_fault() {
    let machine = Machine::new();
    let nowhere = formular::reader::who::Roots {
        sys: machine.roots.sys.join("nowhere"),
        dev: machine.roots.dev.join("nowhere"),
        proc: machine.roots.proc.join("nowhere"),
    };
    assert_eq!(plugged(&nowhere), []);
    assert_eq!(plugged(&machine.roots), []);
}

struct Desk {
    station: Option<Station>,
    _data: tempfile::TempDir,
}

impl Desk {
    fn open(machine: &Machine, by_hand: &[(&str, &Path)]) -> Self {
        let data = tempfile::tempdir().unwrap();
        let clock = Arc::new(SystemClock::new(TimeZone::UTC));
        let readers = by_hand.iter().map(|(profile, path)| {
            let profile = builtin().find(profile).unwrap();
            formular::reader::Attached::new("by-hand".into(), profile, *path)
        });
        let plugging = Plugging {
            roots: machine.roots.clone(),
            table: Catalogue::with_local(&[]),
            by_hand: by_hand.iter().map(|(_, path)| path.to_path_buf()).collect(),
            listen: true,
            hear: Duration::from_millis(500),
            probe: Vec::new(),
            names: BTreeMap::from([("ironlogic-z2-00:14.0-2".into(), "Стойка".into())]),
            roles: BTreeMap::new(),
            keyboards: None,
        };
        let setup = Setup {
            readers: readers.collect(),
            plugging: Some(plugging),
            ..Setup::quiet(data.path().join("data"), clock)
        };
        Self {
            station: Some(Station::open(setup).unwrap()),
            _data: data,
        }
    }

    fn all(&self) -> Vec<Health> {
        self.station.as_ref().unwrap().door.shown.readers().board.all()
    }

    fn until(&self, id: &str, wanted: impl Fn(&Health) -> bool) -> Health {
        let start = Instant::now();
        loop {
            let all = self.all();
            if let Some(health) = all.iter().find(|h| h.reader.as_str() == id && wanted(h)) {
                return health.clone();
            }
            assert!(start.elapsed() < LONG, "{id}: {all:?}");
            thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        self.station.take().map(Station::close);
    }
}

const CARD: &[u8] = b"Em-Marine[5500] 126,58404\r\n";

#[test]
fn a_reader_is_read_when_it_is_plugged_in_and_found_again_elsewhere() {
    let machine = Machine::new();
    let desk = Desk::open(&machine, &[]);
    assert_eq!(desk.all().len(), 0);
    let id = "ironlogic-z2-00:14.0-1.2";

    let mut z2 = machine.plug_tty("ttyUSB0", "1.2", Z2);
    desk.until(id, |h| h.state == State::Open);
    z2.present(CARD).unwrap();
    desk.until(id, |h| h.scans == 1);

    drop(z2);
    machine.unplug("1.2");
    desk.until(id, |h| h.state == State::Lost);

    // Another device takes the old node, and the reader comes back under a new one.
    let mut stranger = machine.plug_tty("ttyUSB0", "4", Unit { pid: "beef", ..Z2 });
    let mut z2 = machine.plug_tty("ttyUSB1", "1.2", Z2);
    let back = desk.until(id, |h| h.state == State::Open);
    assert_eq!(back.path, machine.roots.dev.join("ttyUSB1"));
    z2.present(b"No card\r\n").unwrap();
    z2.present(CARD).unwrap();
    let health = desk.until(id, |h| h.scans == 2);
    assert_eq!(health.losses, 1);
    assert_eq!(stranger.heard().unwrap(), b"");
    assert_eq!(desk.all().len(), 1, "a stranger is left alone");
}

#[test]
fn two_equal_readers_are_two_and_keep_their_names() {
    let machine = Machine::new();
    let desk = Desk::open(&machine, &[]);
    let mut one = machine.plug_tty("ttyUSB0", "1", Z2);
    let two = machine.plug_tty("ttyUSB1", "2", Z2);
    desk.until("ironlogic-z2-00:14.0-1", |h| h.state == State::Open);
    desk.until("ironlogic-z2-00:14.0-2", |h| h.state == State::Open);
    one.present(CARD).unwrap();
    desk.until("ironlogic-z2-00:14.0-1", |h| h.scans == 1);
    let views = desk.station.as_ref().unwrap().door.shown.readers().views();
    let names: Vec<&str> = views.iter().map(|view| view.name.as_str()).collect();
    assert_eq!(names, ["IronLogic Z-2 USB", "Стойка"]);
    drop((one, two));
}

#[test]
fn what_is_attached_by_hand_is_not_taken_twice() {
    let machine = Machine::new();
    let mut z2 = machine.plug_tty("ttyUSB0", "1", Z2);
    let path: PathBuf = machine.roots.dev.join("ttyUSB0");
    let desk = Desk::open(&machine, &[("ironlogic-z2", &path)]);
    let other = machine.plug_tty("ttyUSB1", "2", Z2);
    desk.until("ironlogic-z2-00:14.0-2", |h| h.state == State::Open);
    z2.present(CARD).unwrap();
    desk.until("by-hand", |h| h.scans == 1);
    assert_eq!(desk.all().len(), 2);
    drop(other);
}

#[test]
fn a_bridge_chip_is_heard_out_and_never_spoken_to() {
    let machine = Machine::new();
    let desk = Desk::open(&machine, &[]);
    let mut silent = machine.plug_tty("ttyUSB0", "1", CH340);
    let mut board = machine.plug_tty("ttyUSB1", "2", CH340);
    let start = Instant::now();
    let id = "rc522-arduino-00:14.0-2";
    // A card that lies there is told again and again.
    while desk.all().iter().all(|h| h.reader.as_str() != id || h.scans == 0) {
        assert!(start.elapsed() < LONG, "{:?}", desk.all());
        let family = builtin().find("rc522-arduino").unwrap().family;
        // While nobody has it open yet nobody takes the bytes.
        let _ = board.present(&frame(family, "uid:24D34F59"));
        thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(silent.heard().unwrap(), b"");
    assert_eq!(board.heard().unwrap(), b"");
    assert_eq!(desk.all().len(), 1);
}
