//! What is plugged in, read from sysfs; nothing is opened.
//!
//! Knows: the layout of `/sys/class` and `/sys/devices`, below a root that is passed in. Must not know: profiles.

use super::device::{Device, Shape, UsbFacts};
use crate::profile::Way;
use std::{
    fs,
    path::{Path, PathBuf},
};

/// Where the system tells of devices, and where their nodes stand; a test has folders of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Roots {
    pub sys: PathBuf,
    pub dev: PathBuf,
    pub proc: PathBuf,
}

impl Default for Roots {
    fn default() -> Self {
        Self {
            sys: "/sys".into(),
            dev: "/dev".into(),
            proc: "/proc".into(),
        }
    }
}

/// Longest text taken from one file; strings of USB have at most 126 characters.
const MAX_TEXT: usize = 512;
/// USB's class of hubs.
const HUB: u8 = 0x09;

/// Everything that may be a reader, by path.
pub fn plugged(roots: &Roots) -> Vec<Device> {
    let mut devices = class(roots, "tty", port);
    devices.extend(class(roots, "input", input));
    devices.extend(class(roots, "hidraw", hid));
    devices.extend(usb_interfaces(roots));
    devices.sort_by(|a, b| (a.way, &a.path, &a.place).cmp(&(b.way, &b.path, &b.place)));
    devices
}

/// The devices of a class, each by its folder below `/sys/devices`.
fn class(roots: &Roots, name: &str, make: fn(&Roots, &Path, &str) -> Option<Device>) -> Vec<Device> {
    let entries = fs::read_dir(roots.sys.join("class").join(name));
    let mut devices = Vec::new();
    for entry in entries.into_iter().flatten().flatten() {
        let folder = fs::canonicalize(entry.path());
        let (Ok(folder), Some(name)) = (folder, entry.file_name().to_str().map(str::to_owned)) else {
            continue;
        };
        devices.extend(make(roots, &folder, &name));
    }
    devices
}

fn port(roots: &Roots, folder: &Path, name: &str) -> Option<Device> {
    // Consoles and pseudo-terminals have no device behind them; ports that no chip answers for are of type 0.
    if !folder.join("device").exists() || text(&folder.join("type")).as_deref() == Some("0") {
        return None;
    }
    Some(device(
        roots,
        folder,
        Way::Serial,
        roots.dev.join(name),
        Shape::Port,
    ))
}

fn input(roots: &Roots, folder: &Path, name: &str) -> Option<Device> {
    if !name.starts_with("event") {
        return None;
    }
    let keys = text(&folder.join("device/capabilities/key")).unwrap_or_default();
    let shape = match types_numbers(&keys) {
        true => Shape::Keyboard,
        false => Shape::OtherInput,
    };
    let path = roots.dev.join("input").join(name);
    Some(device(roots, folder, Way::Evdev, path, shape))
}

/// Whether the key bits, as sysfs prints them (words of 64, highest first), have the ten digits and Enter.
fn types_numbers(bits: &str) -> bool {
    const ENTER: u32 = 28;
    const DIGITS: std::ops::RangeInclusive<u32> = 2..=11;
    let lowest = bits.split_whitespace().next_back().unwrap_or_default();
    let word = u64::from_str_radix(lowest, 16).unwrap_or(0);
    DIGITS.chain([ENTER]).all(|key| word >> key & 1 == 1)
}

fn hid(roots: &Roots, folder: &Path, name: &str) -> Option<Device> {
    let descriptor = fs::read(folder.join("device/report_descriptor")).unwrap_or_default();
    // Usage page 8C: bar code scanners, as an item of one byte or of two.
    let shape = match descriptor.as_slice() {
        [0x05, 0x8c, ..] | [0x06, 0x8c, 0x00, ..] => Shape::HidPos,
        _ => Shape::OtherHid,
    };
    Some(device(roots, folder, Way::Hidraw, roots.dev.join(name), shape))
}

fn usb_interfaces(roots: &Roots) -> Vec<Device> {
    let entries = fs::read_dir(roots.sys.join("bus/usb/devices"));
    let mut devices = Vec::new();
    for entry in entries.into_iter().flatten().flatten() {
        let Ok(folder) = fs::canonicalize(entry.path()) else {
            continue;
        };
        let class = text(&folder.join("bInterfaceClass")).and_then(|t| u8::from_str_radix(&t, 16).ok());
        let Some((class, unit)) = class.zip(folder.parent()) else {
            continue;
        };
        let number = |name: &str| text(&unit.join(name))?.parse::<u16>().ok();
        let Some((bus, address)) = number("busnum").zip(number("devnum")) else {
            continue;
        };
        if class != HUB {
            let path = roots.dev.join(format!("bus/usb/{bus:03}/{address:03}"));
            devices.push(device(roots, &folder, Way::Usb, path, Shape::Interface));
        }
    }
    devices
}

fn device(roots: &Roots, folder: &Path, way: Way, path: PathBuf, shape: Shape) -> Device {
    Device {
        way,
        path,
        place: place(roots, folder),
        shape,
        driver: driver(folder),
        usb: usb(folder),
    }
}

/// The driver that is bound to the interface to which a folder belongs.
fn driver(folder: &Path) -> Option<String> {
    let interface = folder
        .ancestors()
        .find(|f| f.join("bInterfaceNumber").is_file())?;
    let link = fs::read_link(interface.join("driver")).ok()?;
    Some(link.file_name()?.to_str()?.to_owned())
}

/// What the USB device says to which a folder belongs.
fn usb(folder: &Path) -> Option<UsbFacts> {
    let unit = folder.ancestors().find(|f| f.join("idVendor").is_file())?;
    let interface = folder
        .ancestors()
        .take_while(|f| *f != unit)
        .find(|f| f.join("bInterfaceNumber").is_file());
    let number = |name: &str| u16::from_str_radix(&text(&unit.join(name))?, 16).ok();
    let of_interface = |name: &str| u8::from_str_radix(&text(&interface?.join(name))?, 16).ok();
    let words = |name: &str| text(&unit.join(name)).filter(|words| !words.is_empty());
    Some(UsbFacts {
        vid: number("idVendor")?,
        pid: number("idProduct")?,
        maker: words("manufacturer"),
        product: words("product"),
        serial: words("serial"),
        interface: of_interface("bInterfaceNumber"),
        class: of_interface("bInterfaceClass"),
        port: unit.file_name()?.to_str()?.to_owned(),
    })
}

/// The place as udev's `ID_PATH` says it: socket by socket from the device outwards, one word per kind of bus.
fn place(roots: &Roots, folder: &Path) -> Option<String> {
    let top = fs::canonicalize(&roots.sys).ok()?;
    let (mut words, mut last) = (Vec::new(), String::new());
    for folder in folder.ancestors().take_while(|f| *f != top) {
        let bus = fs::read_link(folder.join("subsystem")).unwrap_or_default();
        let bus = bus.file_name().and_then(|n| n.to_str()).unwrap_or_default();
        let name = folder.file_name().and_then(|n| n.to_str()).unwrap_or_default();
        // Bridges and hubs in a row are one way; the device nearest to the reader names it.
        if bus != last {
            match bus {
                "usb" => words.push(format!("usb-0:{}", name.split_once('-')?.1)),
                "pci" | "platform" | "pnp" | "acpi" => words.push(format!("{bus}-{name}")),
                _ => {}
            }
        }
        if !bus.is_empty() {
            last = bus.to_owned();
        }
    }
    words.reverse();
    (!words.is_empty()).then(|| words.join("-"))
}

/// A file of one line; nothing if it is not there or no text.
fn text(path: &Path) -> Option<String> {
    let bytes = fs::read(path).ok()?;
    let text = String::from_utf8_lossy(bytes.get(..MAX_TEXT).unwrap_or(&bytes)).into_owned();
    let plain: String = text.chars().filter(|c| !c.is_control()).collect();
    Some(plain.trim().to_owned())
}
