//! The udev rules: who may read a reader, its link that stays, and who is kept off it.
//!
//! A device is named by numbers in the rules themselves, so that they hold where no hwdb was compiled. A bridge chip gets
//! no rule at all: it is somebody else's device until it was heard, and belongs to the group that it had.
//!
//! Knows: profiles, the language of rules. Must not know: whether they were installed.

use super::{GROUP, claims, head, title};
use crate::profile::{Catalogue, Profile, Usb, Way};
use std::fmt::Write;

/// The rules of all profiles.
pub(super) fn rules(table: &Catalogue) -> String {
    let mut out =
        head("Access to readers for the group formular, links in /dev/formular, nobody else on their lines.");
    out.push_str(concat!(
        "\nACTION==\"remove\", GOTO=\"formular_end\"\n",
        "SUBSYSTEM==\"usb\", ENV{DEVTYPE}==\"usb_device\", GOTO=\"formular_usb\"\n",
        "SUBSYSTEM==\"usb\", ENV{DEVTYPE}==\"usb_interface\", GOTO=\"formular_interface\"\n",
        "SUBSYSTEM==\"tty\", SUBSYSTEMS==\"usb\", GOTO=\"formular_names\"\n",
        "SUBSYSTEM==\"hidraw\", SUBSYSTEMS==\"usb\", GOTO=\"formular_names\"\n",
        "SUBSYSTEM==\"input\", KERNEL==\"event*\", SUBSYSTEMS==\"usb\", GOTO=\"formular_names\"\n",
        "GOTO=\"formular_end\"\n",
        "\n# ModemManager never opens a reader's port, and the bus does not let it sleep.\n",
        "LABEL=\"formular_usb\"\n",
        "IMPORT{builtin}=\"usb_id\"\n",
        "IMPORT{builtin}=\"path_id\"\n",
    ));
    section(&mut out, table, None, usb_device);
    out.push_str(concat!(
        "GOTO=\"formular_end\"\n",
        "\n# Numbers that a kernel driver has to be told.\n",
        "LABEL=\"formular_interface\"\n",
        "ACTION!=\"add\", GOTO=\"formular_end\"\n",
    ));
    section(&mut out, table, None, driver);
    out.push_str(concat!(
        "GOTO=\"formular_end\"\n",
        "\nLABEL=\"formular_names\"\n",
        "ENV{ID_USB_INTERFACE_NUM}==\"\", IMPORT{builtin}=\"usb_id\"\n",
        "ENV{ID_PATH_TAG}==\"\", IMPORT{builtin}=\"path_id\"\n",
        "SUBSYSTEM==\"hidraw\", GOTO=\"formular_hidraw\"\n",
        "SUBSYSTEM==\"input\", GOTO=\"formular_input\"\n",
        "\n# Serial ports.\n",
    ));
    section(&mut out, table, Some(Way::Serial), port);
    out.push_str(concat!(
        "GOTO=\"formular_end\"\n",
        "\n# HID point of sale.\n",
        "LABEL=\"formular_hidraw\"\n",
    ));
    section(&mut out, table, Some(Way::Hidraw), hidraw);
    out.push_str(concat!(
        "GOTO=\"formular_end\"\n",
        "\n# Readers that type: the desktop does not hear them, whether the program runs or not.\n",
        "LABEL=\"formular_input\"\n",
    ));
    section(&mut out, table, Some(Way::Evdev), keyboard);
    out.push_str("\nLABEL=\"formular_end\"\n");
    out
}

/// What is written for one number.
type Write1 = fn(&Profile, &Usb) -> Vec<String>;

fn section(out: &mut String, table: &Catalogue, way: Option<Way>, write: Write1) {
    let mut last = "";
    for (profile, usb) in claims(table) {
        if way.is_some_and(|way| way != profile.way) {
            continue;
        }
        let lines = write(profile, usb);
        if !lines.is_empty() && last != profile.name.as_str() {
            let _ = writeln!(out, "# {}", title(profile));
            last = profile.name.as_str();
        }
        for line in lines {
            let _ = writeln!(out, "{line}");
        }
    }
}

fn usb_device(profile: &Profile, usb: &Usb) -> Vec<String> {
    let mut line = words(usb, "ATTR");
    if let (Way::Usb, Some(class)) = (profile.way, usb.class) {
        let _ = write!(line, ", ENV{{ID_USB_INTERFACES}}==\"*:{:02x}????:*\"", class.0);
    }
    let mut lines = vec![
        format!(
            "{line}, ENV{{ID_MM_DEVICE_IGNORE}}=\"1\", ENV{{ID_FORMULAR_PROFILE}}=\"{}\"",
            profile.name
        ),
        format!("{line}, TEST==\"power/control\", ATTR{{power/control}}=\"on\""),
    ];
    if profile.way == Way::Usb {
        // Final: the rules of pcscd's driver come later and would give it to pcscd.
        lines.push(format!(
            "{}, GROUP:=\"{GROUP}\", MODE:=\"0660\", SYMLINK+=\"formular/{}-$env{{ID_PATH_TAG}}\"",
            words(usb, "ATTR"),
            profile.name
        ));
    }
    lines
}

fn driver(_: &Profile, usb: &Usb) -> Vec<String> {
    let driver = usb.driver.as_str();
    if driver.is_empty() {
        return Vec::new();
    }
    vec![format!(
        "{}, DRIVER==\"\", RUN{{builtin}}+=\"kmod load {driver}\", RUN+=\"/bin/sh -c 'echo {} {} >/sys/bus/usb-serial/drivers/{driver}/new_id'\"",
        words(usb, "ATTRS"),
        usb.vid,
        usb.pid
    )]
}

fn port(profile: &Profile, usb: &Usb) -> Vec<String> {
    vec![format!(
        "{}{}, {}, ENV{{ID_MM_PORT_IGNORE}}=\"1\"",
        words(usb, "ATTRS"),
        interface(usb),
        access(profile)
    )]
}

fn hidraw(profile: &Profile, usb: &Usb) -> Vec<String> {
    vec![format!(
        "{}{}, {}",
        words(usb, "ATTRS"),
        interface(usb),
        access(profile)
    )]
}

fn keyboard(profile: &Profile, usb: &Usb) -> Vec<String> {
    let who = format!("{}{}", words(usb, "ATTRS"), interface(usb));
    vec![
        format!("{who}, ENV{{ID_INPUT_KEYBOARD}}==\"1\", {}", access(profile)),
        format!(
            "{who}, ENV{{LIBINPUT_IGNORE_DEVICE}}=\"1\", ENV{{ID_INPUT}}=\"\", ENV{{ID_INPUT_KEY}}=\"\", ENV{{ID_INPUT_KEYBOARD}}=\"\""
        ),
    ]
}

fn access(profile: &Profile) -> String {
    let name = &profile.name;
    format!(
        "GROUP=\"{GROUP}\", MODE=\"0660\", ENV{{ID_FORMULAR_PROFILE}}=\"{name}\", SYMLINK+=\"formular/{name}-$env{{ID_PATH_TAG}}\""
    )
}

fn interface(usb: &Usb) -> String {
    let number = |n| format!(", ENV{{ID_USB_INTERFACE_NUM}}==\"{n:02x}\"");
    usb.interface.map(number).unwrap_or_default()
}

/// The device's numbers and words, as attributes of the device itself or of one above it.
fn words(usb: &Usb, key: &str) -> String {
    let mut line = format!(
        "{key}{{idVendor}}==\"{}\", {key}{{idProduct}}==\"{}\"",
        usb.vid,
        usb.pid.to_string().replace('x', "?")
    );
    for (name, text) in [("manufacturer", &usb.maker), ("product", &usb.product)] {
        if !text.is_empty() {
            let _ = write!(line, ", {key}{{{name}}}==\"*{}*\"", any_case(text));
        }
    }
    line
}

/// A pattern for a text in upper and lower case; what means something in a rule may be any one letter.
fn any_case(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            c if c.is_ascii_alphabetic() => format!("[{}{}]", c.to_ascii_uppercase(), c.to_ascii_lowercase()),
            c if c.is_ascii_digit() || " -_.".contains(c) => c.to_string(),
            // A letter of another alphabet has as many bytes as it has; a pattern counts characters or bytes by locale.
            c if !c.is_ascii() => "*".to_owned(),
            _ => "?".to_owned(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_become_patterns_that_break_nothing() {
        assert_eq!(any_case("SYC 2\"\\"), "[Ss][Yy][Cc] 2??");
        assert_eq!(any_case("АТОЛ"), "****");
    }
}
