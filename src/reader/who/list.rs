//! What is plugged in, for people: who reads it and why, who nearly would, and what to do.
//!
//! Knows: facts, profiles, sentences. Must not know: which readers a running program has.

use super::{
    access::{Access, access},
    device::{Device, Shape, UsbFacts},
    rank::{Fit, Judged, Miss, Seen, judge},
    sysfs::{Roots, plugged},
};
use crate::profile::{BRIDGES, Catalogue, Way};
use serde::Serialize;
use std::{
    fs,
    path::{Path, PathBuf},
};

/// One device, and what may be said of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Listed {
    pub path: PathBuf,
    pub way: Way,
    /// A link that stays the same when numbers swap at the next start.
    pub stable: Option<PathBuf>,
    /// Where it is plugged in.
    pub place: Option<String>,
    /// `vid:pid`.
    pub usb: Option<String>,
    pub product: Option<String>,
    /// The kernel's driver.
    pub driver: Option<String>,
    /// The profile that reads it without being told.
    pub claim: Option<String>,
    pub why: String,
    /// Profiles that fit, best first.
    pub seen: Vec<Seen>,
    /// Profiles that nearly fit.
    pub misses: Vec<Miss>,
    pub access: Access,
    /// What to do, in one sentence.
    pub advice: String,
}

impl Listed {
    /// Worth a line even where nobody asked for it: a port, or what some profile knows.
    pub fn matters(&self) -> bool {
        self.way == Way::Serial || !self.seen.is_empty()
    }
}

/// Everything that is plugged in, with what the profiles say of it. Nothing is opened, no byte is sent.
pub fn list(roots: &Roots, table: &Catalogue) -> Vec<Listed> {
    let links = ["formular", "serial/by-path"].map(|folder| stable_links(&roots.dev.join(folder)));
    let links: Vec<(PathBuf, PathBuf)> = links.into_iter().flatten().collect();
    let devices = plugged(roots);
    devices
        .iter()
        .map(|device| {
            let link = links.iter().find(|(_, node)| *node == device.path);
            one(roots, device, link.map(|(link, _)| link.clone()), table)
        })
        .collect()
}

fn one(roots: &Roots, device: &Device, stable: Option<PathBuf>, table: &Catalogue) -> Listed {
    let judged = judge(device, table);
    let usb = device.usb.as_ref();
    let advice = advice(device, &judged, stable.as_ref().unwrap_or(&device.path));
    Listed {
        path: device.path.clone(),
        way: device.way,
        stable,
        place: device.place.clone(),
        usb: usb.map(UsbFacts::number),
        product: usb.map(UsbFacts::words).filter(|words| !words.is_empty()),
        driver: device.driver.clone(),
        claim: judged.claim,
        why: judged.why,
        seen: judged.seen,
        misses: judged.misses,
        access: access(roots, &device.path),
        advice,
    }
}

fn advice(device: &Device, judged: &Judged, path: &Path) -> String {
    let path = path.display();
    if let Some(claim) = &judged.claim {
        return format!("«formular serve» reads it as {claim} without being told");
    }
    if let Some(best) = judged.seen.first() {
        let profile = &best.profile;
        return match best.fit {
            Fit::Switch => format!("switch it over, then {profile} reads it"),
            _ => format!("if it is that reader, attach it with --reader {profile}={path}"),
        };
    }
    let chip = device.usb.as_ref().and_then(|u| {
        let named = |(vid, pid, _): &&(u16, u16, &str)| (u.vid, u.pid) == (*vid, *pid);
        BRIDGES.iter().find(named)
    });
    match (device.shape, chip, &device.usb) {
        (Shape::Port, Some((_, _, chip)), _) => {
            format!("{chip} is a bridge chip and names no reader; if it is one: --reader PROFILE={path}")
        }
        (Shape::Port, None, Some(_)) => {
            format!("no profile knows this number; if it is a reader: --reader PROFILE={path}")
        }
        (Shape::Port, None, None) => {
            format!("not USB, nothing is known of what hangs on it: --reader PROFILE={path}")
        }
        _ => "no profile knows it, and it is left alone".into(),
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

    fn told(way: Way, shape: Shape, usb: Option<(u16, u16)>) -> Listed {
        let usb = usb.map(|(vid, pid)| UsbFacts {
            vid,
            pid,
            ..UsbFacts::default()
        });
        let device = Device {
            way,
            path: "/dev/node".into(),
            place: None,
            shape,
            driver: None,
            usb,
        };
        one(&Roots::default(), &device, None, builtin())
    }

    #[test]
    fn the_choice_is_explained() {
        // (USB number, what is said)
        let table = [
            (
                Some((0x0403, 0x1234)),
                "«formular serve» reads it as ironlogic-z2 without being told",
            ),
            (
                Some((0x1a86, 0x7523)),
                "if it is that reader, attach it with --reader rc522-arduino=/dev/node",
            ),
            (
                Some((0x067b, 0x2303)),
                "PL2303 is a bridge chip and names no reader; if it is one: --reader PROFILE=/dev/node",
            ),
            (
                Some((0xdead, 0x0001)),
                "no profile knows this number; if it is a reader: --reader PROFILE=/dev/node",
            ),
            (
                None,
                "not USB, nothing is known of what hangs on it: --reader PROFILE=/dev/node",
            ),
        ];
        for (usb, said) in table {
            let advice = told(Way::Serial, Shape::Port, usb).advice;
            // More profiles may name the chip; the first by name is told.
            let said = said.split("rc522").next().unwrap();
            assert!(advice.starts_with(said), "{advice}");
        }
    }

    #[test]
    fn a_keyboard_is_told_to_switch_over_and_an_ordinary_one_is_nobodys_business() {
        let scanner = told(Way::Evdev, Shape::Keyboard, Some((0x05e0, 0x1200)));
        assert!(scanner.matters(), "{scanner:?}");
        let keyboard = told(Way::Evdev, Shape::Keyboard, Some((0x046d, 0xc31c)));
        assert!(!keyboard.matters() && keyboard.claim.is_none());
        assert_eq!(keyboard.advice, "no profile knows it, and it is left alone");
    }

    #[test]
    fn listing_works_on_any_machine() {
        // What is plugged in here is not known; that it panics nowhere is.
        for one in list(&Roots::default(), builtin()) {
            assert!(!one.advice.is_empty());
        }
    }
}
