//! What is plugged in, which profile would fit it, and why it does not claim it.
//!
//! Knows: numbers of devices and of profiles. Must not know: which readers are attached.

use super::{
    serial::{self, Plugged, UsbPort},
    usb,
};
use crate::profile::{BRIDGES, Catalogue, Mode, Profile, Usb};
use serde::Serialize;
use std::{
    fs,
    path::{Path, PathBuf},
};

/// How well a profile fits a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Fit {
    /// The number is this model's own.
    Sure,
    /// The number is a bridge chip's or a board's, that may be this model.
    Maybe,
    /// The model in a mode in which it cannot be read.
    Switch,
}

/// One profile held against one device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Seen {
    pub profile: String,
    pub fit: Fit,
    pub why: String,
}

/// One device, and what may be said of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Listed {
    /// None: on the bus, and no serial port.
    pub path: Option<PathBuf>,
    /// A link that stays the same when numbers swap at the next start.
    pub stable: Option<PathBuf>,
    /// `vid:pid`.
    pub usb: Option<String>,
    pub product: Option<String>,
    /// Profiles that fit, best first.
    pub seen: Vec<Seen>,
    /// What to do, in one sentence.
    pub advice: String,
}

/// Everything that may be a reader. Nothing is opened, no byte is sent.
pub fn list(table: &Catalogue) -> Vec<Listed> {
    let ports = serial::plugged();
    // Devices behind a serial port are listed there; no USB at all is a normal state.
    let behind = |vid, pid| {
        ports
            .iter()
            .filter_map(|p| p.usb.as_ref())
            .any(|u| u.vid == vid && u.pid == pid)
    };
    let others: Vec<(u16, u16)> = usb::devices()
        .unwrap_or_default()
        .into_iter()
        .filter(|d| !behind(d.vid, d.pid))
        .map(|d| (d.vid, d.pid))
        .collect();
    let links = stable_links(Path::new("/dev/serial/by-path"));
    let mut listed: Vec<Listed> = ports
        .iter()
        .map(|port| {
            let link = links.iter().find(|(_, device)| *device == port.path);
            of_port(port, link.map(|(link, _)| link.clone()), table)
        })
        .collect();
    listed.extend(
        others
            .into_iter()
            .filter_map(|(vid, pid)| of_bus(vid, pid, table)),
    );
    listed
}

/// The profiles that know a USB number, best first.
pub fn fits(vid: u16, pid: u16, table: &Catalogue) -> Vec<Seen> {
    let mut seen: Vec<Seen> = Vec::new();
    for profile in table.profiles() {
        let own = |usb: &&Usb| usb.vid.0 == vid && usb.pid.matches(pid);
        seen.extend(profile.usb.iter().find(own).map(|usb| judge(profile, usb)));
    }
    seen.sort_by(|a, b| (a.fit, &a.profile).cmp(&(b.fit, &b.profile)));
    seen
}

fn judge(profile: &Profile, usb: &Usb) -> Seen {
    let (fit, why) = match (usb.bridge, usb.reads(profile.way)) {
        (true, _) => (
            Fit::Maybe,
            "the number is not this model's own, and proves nothing",
        ),
        (false, true) => (Fit::Sure, "the number is this model's own"),
        (false, false) if usb.mode(profile.way) == Mode::Keyboard => {
            (Fit::Switch, "in keyboard mode: it types, and is not read")
        }
        (false, false) => (Fit::Switch, "in another mode than the one that is read"),
    };
    let why = match usb.note.as_str() {
        "" => why.to_owned(),
        note => format!("{why}; {note}"),
    };
    Seen {
        profile: profile.name.to_string(),
        fit,
        why,
    }
}

fn of_port(port: &Plugged, stable: Option<PathBuf>, table: &Catalogue) -> Listed {
    let seen = port
        .usb
        .as_ref()
        .map_or(Vec::new(), |u| fits(u.vid, u.pid, table));
    let path = stable.as_ref().unwrap_or(&port.path);
    Listed {
        path: Some(port.path.clone()),
        usb: port.usb.as_ref().map(number),
        product: port.usb.as_ref().and_then(product),
        advice: advice(port.usb.as_ref(), &seen, path),
        stable,
        seen,
    }
}

/// A device without a serial port is worth a line only if some profile knows it.
fn of_bus(vid: u16, pid: u16, table: &Catalogue) -> Option<Listed> {
    let seen = fits(vid, pid, table);
    let first = seen.first()?;
    let advice = match first.fit {
        Fit::Switch => format!(
            "switch it over to a serial (COM) mode, then attach it as {}",
            first.profile
        ),
        Fit::Sure | Fit::Maybe => {
            "known, and no serial port belongs to it: is its kernel driver there?".into()
        }
    };
    Some(Listed {
        path: None,
        stable: None,
        usb: Some(format!("{vid:04x}:{pid:04x}")),
        product: None,
        advice,
        seen,
    })
}

fn advice(usb: Option<&UsbPort>, seen: &[Seen], path: &Path) -> String {
    let path = path.display();
    if let Some(best) = seen.iter().find(|s| s.fit != Fit::Switch) {
        let profile = &best.profile;
        return match best.fit {
            Fit::Sure => format!("attach it with --reader {profile}={path}"),
            _ => format!("if it is that reader, attach it with --reader {profile}={path}"),
        };
    }
    let chip = usb.and_then(|u| {
        BRIDGES
            .iter()
            .find(|(vid, pid, _)| (u.vid, u.pid) == (*vid, *pid))
    });
    match (chip, usb) {
        (Some((_, _, chip)), _) => {
            format!("{chip} is a bridge chip and names no reader; if it is one: --reader PROFILE={path}")
        }
        (None, Some(_)) => {
            format!("no profile knows this number; if it is a reader: --reader PROFILE={path}")
        }
        (None, None) => format!("not USB, nothing is known of what hangs on it: --reader PROFILE={path}"),
    }
}

fn number(usb: &UsbPort) -> String {
    format!("{:04x}:{:04x}", usb.vid, usb.pid)
}

fn product(usb: &UsbPort) -> Option<String> {
    match (&usb.maker, &usb.product) {
        (None, None) => None,
        (maker, product) => Some(
            [maker.as_deref(), product.as_deref()]
                .into_iter()
                .flatten()
                .collect::<Vec<_>>()
                .join(" "),
        ),
    }
}

/// Links in a folder of udev, with the devices that they lead to.
fn stable_links(folder: &Path) -> Vec<(PathBuf, PathBuf)> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut links: Vec<(PathBuf, PathBuf)> = entries
        .filter_map(|e| Some((e.path(), fs::canonicalize(e.path()).ok()?)))
        .collect();
    links.sort();
    links
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::builtin;

    fn port(usb: Option<(u16, u16)>) -> Listed {
        let usb = usb.map(|(vid, pid)| UsbPort {
            vid,
            pid,
            maker: None,
            product: None,
            serial: None,
        });
        let port = Plugged {
            path: "/dev/ttyUSB0".into(),
            usb,
        };
        of_port(&port, None, builtin())
    }

    #[test]
    fn the_choice_is_explained() {
        // (USB number, what is said)
        let table = [
            (
                Some((0x0403, 0x1234)),
                "attach it with --reader ironlogic-z2=/dev/ttyUSB0",
            ),
            (
                Some((0x1eab, 0x1a06)),
                "attach it with --reader newland-cdc=/dev/ttyUSB0",
            ),
            (
                Some((0x1a86, 0x7523)),
                "if it is that reader, attach it with --reader rc522-arduino=/dev/ttyUSB0",
            ),
            (
                Some((0x10c4, 0xea60)),
                "CP210x is a bridge chip and names no reader; if it is one: --reader PROFILE=/dev/ttyUSB0",
            ),
            (
                Some((0xdead, 0x0001)),
                "no profile knows this number; if it is a reader: --reader PROFILE=/dev/ttyUSB0",
            ),
            (
                None,
                "not USB, nothing is known of what hangs on it: --reader PROFILE=/dev/ttyUSB0",
            ),
        ];
        for (usb, said) in table {
            assert_eq!(port(usb).advice, said);
        }
    }

    #[test]
    fn no_bridge_chip_is_ever_sure() {
        for (vid, pid, chip) in BRIDGES {
            assert!(
                fits(vid, pid, builtin()).iter().all(|s| s.fit == Fit::Maybe),
                "{chip}"
            );
        }
    }

    #[test]
    fn a_keyboard_is_told_to_switch_over() {
        let listed = of_bus(0x1eab, 0x1c03, builtin()).unwrap();
        assert_eq!(
            listed.advice,
            "switch it over to a serial (COM) mode, then attach it as newland-cdc"
        );
        assert_eq!(
            of_bus(0x046d, 0xc31c, builtin()),
            None,
            "an ordinary keyboard is nobody's business"
        );
    }

    #[test]
    fn listing_works_on_any_machine() {
        // What is plugged in here is not known; that it panics nowhere is.
        for one in list(builtin()) {
            assert!(!one.advice.is_empty());
        }
    }
}
