//! Two programs that take chip card readers before anybody else: the kernel's NFC driver and pcscd.
//!
//! Knows: which numbers the kernel's driver takes, how pcscd is told. Must not know: whether they are there.

use super::{claims, head};
use crate::profile::{Catalogue, Way};

/// USB numbers that the kernel's `pn533_usb` binds.
const PN533: [(u16, u16); 4] = [
    (0x072f, 0x2200),
    (0x04cc, 0x2533),
    (0x04e6, 0x5591),
    (0x054c, 0x02e1),
];

/// The kernel's driver is kept out if a profile reads one of its devices.
pub(super) fn modprobe(table: &Catalogue) -> String {
    let taken = |(vid, pid): &(u16, u16)| {
        claims(table)
            .any(|(profile, usb)| profile.way == Way::Usb && usb.vid.0 == *vid && usb.pid.matches(*pid))
    };
    let mut out =
        head("The kernel's own NFC driver takes these readers; this program speaks with them itself.");
    if PN533.iter().any(taken) {
        for module in ["pn533_usb", "pn533", "nfc"] {
            out.push_str(&format!("blacklist {module}\n"));
        }
    }
    out
}

/// pcscd leaves alone what a profile reads.
pub(super) fn pcscd(table: &Catalogue) -> String {
    let mut names: Vec<&str> = claims(table)
        .map(|(_, usb)| usb.pcsc.as_str())
        .filter(|name| !name.is_empty())
        .collect();
    names.sort_unstable();
    names.dedup();
    let mut out =
        head("To be added to /etc/default/pcscd, where pcscd is installed: it leaves these readers alone.");
    if !names.is_empty() {
        out.push_str(&format!(
            "PCSCLITE_FILTER_IGNORE_READER_NAMES=\"{}\"\n",
            names.join(":")
        ));
    }
    out
}
