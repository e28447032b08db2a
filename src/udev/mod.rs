//! What the system must be told so that a daemon without root may read readers and nobody else takes them: generated
//! from the profiles, never written by hand.
//!
//! Knows: profiles, the languages of udev, hwdb, modprobe and pcscd. Must not know: files, what is plugged in.

mod hwdb;
mod lint;
mod others;
mod rules;

pub use lint::lint;

use crate::profile::{Catalogue, Profile, Usb};

/// The group to which readers belong.
pub const GROUP: &str = "formular";
/// The rules' file. After 60-serial and 60-input-id, which give names; before 70-uaccess, 73-seat and 80-ModemManager,
/// which give devices away.
pub const RULES: &str = "65-formular-readers.rules";

/// A generated file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    pub name: &'static str,
    /// Where it is put by hand.
    pub place: &'static str,
    pub text: String,
}

/// All files, from all profiles of a table.
pub fn files(table: &Catalogue) -> Vec<File> {
    vec![
        File {
            name: RULES,
            place: "/etc/udev/rules.d/",
            text: rules::rules(table),
        },
        File {
            name: "65-formular-readers.hwdb",
            place: "/etc/udev/hwdb.d/",
            text: hwdb::hwdb(table),
        },
        File {
            name: "formular-nfc.conf",
            place: "/etc/modprobe.d/",
            text: others::modprobe(table),
        },
        File {
            name: "pcscd-formular",
            place: "/etc/default/pcscd",
            text: others::pcscd(table),
        },
    ]
}

/// The first lines of each file.
fn head(what: &str) -> String {
    format!("# {what}\n# Generated from firmware-config by `formular udev`; a change is made there.\n")
}

/// Every number that is a model's own, with its profile, in the order of names.
fn claims(table: &Catalogue) -> impl Iterator<Item = (&Profile, &Usb)> {
    let own = |profile| Profile::claims(profile).map(move |usb| (profile, usb));
    table.profiles().iter().flat_map(own)
}

/// A model in words that are safe in a comment.
fn title(profile: &Profile) -> String {
    let words = format!("{}: {} {}", profile.name, profile.vendor, profile.model);
    // A backslash at the end would carry the comment on to the next line.
    words.chars().filter(|c| !c.is_control() && *c != '\\').collect()
}
