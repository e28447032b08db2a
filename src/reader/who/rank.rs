//! Match, rank, claim: one device held against every profile, with a reason for each word.
//!
//! Only a number that is a model's own, at a node of the way in that its profile reads, claims. A bridge chip's number
//! never does, and no keyboard is claimed but one whose number a profile names.
//!
//! Knows: facts of a device, profiles. Must not know: what runs, how facts were gathered.

use super::device::{Device, UsbFacts};
use crate::profile::{BRIDGES, Catalogue, Profile, Usb};
use serde::Serialize;

/// How well a profile fits a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Fit {
    /// The number is this model's own.
    Sure,
    /// The number is a bridge chip's or a board's, that may be this model.
    Maybe,
    /// The model in a mode in which this profile does not read it.
    Switch,
}

/// A profile that fits a device, more or less.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Seen {
    pub profile: String,
    pub fit: Fit,
    pub why: String,
    /// How much of the device the profile names; the higher stands first.
    pub score: u8,
}

/// A profile that nearly fits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Miss {
    pub profile: String,
    pub why: String,
}

/// What the profiles say of one device.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Judged {
    /// The profile that reads the device without being told.
    pub claim: Option<String>,
    /// Best first.
    pub seen: Vec<Seen>,
    pub misses: Vec<Miss>,
    /// Why it is so, in one sentence.
    pub why: String,
}

/// Holds a device against every profile.
pub fn judge(device: &Device, table: &Catalogue) -> Judged {
    let Some(usb) = &device.usb else {
        let why = "not USB: nothing is known of what hangs on it".into();
        return Judged {
            why,
            ..Judged::default()
        };
    };
    let (mut seen, mut misses) = (Vec::new(), Vec::new());
    for profile in table.profiles() {
        let mut held: Vec<_> = profile
            .usb
            .iter()
            .filter_map(|entry| hold(device, usb, profile, entry))
            .collect();
        // The best of a model's numbers speaks for it.
        held.sort_by(|a, b| match (a, b) {
            (Ok(a), Ok(b)) => (a.fit, b.score).cmp(&(b.fit, a.score)),
            (a, b) => a.is_err().cmp(&b.is_err()),
        });
        match held.into_iter().next() {
            Some(Ok(fit)) => seen.push(fit),
            Some(Err(miss)) => misses.push(miss),
            None => {}
        }
    }
    seen.sort_by(|a, b| (a.fit, b.score, &a.profile).cmp(&(b.fit, a.score, &b.profile)));
    let mut sure = seen.iter().filter(|seen| seen.fit == Fit::Sure);
    let (claim, why) = match (sure.next(), sure.next()) {
        (Some(one), Some(other)) if one.score == other.score => (
            None,
            format!(
                "both {} and {} fit; attach it by hand",
                one.profile, other.profile
            ),
        ),
        (Some(one), _) => (Some(one.profile.clone()), one.why.clone()),
        (None, _) => (None, nobody(usb, &seen)),
    };
    Judged {
        claim,
        seen,
        misses,
        why,
    }
}

/// One number of a profile against a device; nothing if not even the maker's number is the same.
fn hold(device: &Device, usb: &UsbFacts, profile: &Profile, entry: &Usb) -> Option<Result<Seen, Miss>> {
    if entry.vid.0 != usb.vid {
        return None;
    }
    let miss = |why: String| {
        Some(Err(Miss {
            profile: profile.name.to_string(),
            why,
        }))
    };
    if !entry.pid.matches(usb.pid) {
        // A bridge chip's maker makes everybody's chips: that is not even near.
        let why = format!(
            "its number is {}:{}, this is {}",
            entry.vid,
            entry.pid,
            usb.number()
        );
        return if entry.bridge { None } else { miss(why) };
    }
    for (wanted, there, what) in [
        (&entry.maker, &usb.maker, "maker"),
        (&entry.product, &usb.product, "product"),
    ] {
        let there = there.as_deref().unwrap_or_default();
        if !there.to_lowercase().contains(&wanted.to_lowercase()) {
            return miss(format!("the {what} must say «{wanted}», this says «{there}»"));
        }
    }
    if let (Some(wanted), Some(there)) = (entry.interface, usb.interface)
        && wanted != there
    {
        return miss(format!("it is interface {wanted}, this is interface {there}"));
    }
    if let (Some(wanted), Some(there)) = (entry.class, usb.class)
        && wanted.0 != there
    {
        return miss(format!(
            "its interface is of class {:02x}, this is of class {there:02x}",
            wanted.0
        ));
    }
    let mode = entry.mode(profile.way);
    if device.mode() != Some(mode) {
        return miss(match device.mode() {
            Some(there) => format!("read in {} mode, this node is {}", mode.as_str(), there.as_str()),
            None => "this node carries no scans (a mouse, media keys, another HID interface)".into(),
        });
    }
    let (fit, why) = match (entry.bridge, entry.reads(profile.way)) {
        (true, _) => (
            Fit::Maybe,
            "the number is not this model's own, and proves nothing".to_owned(),
        ),
        (false, true) => (Fit::Sure, "the number is this model's own".to_owned()),
        (false, false) => (
            Fit::Switch,
            format!(
                "in {} mode; this profile reads it as {}",
                mode.as_str(),
                profile.way.as_str()
            ),
        ),
    };
    let words = [&entry.maker, &entry.product];
    let why = words
        .iter()
        .filter(|words| !words.is_empty())
        .fold(why, |why, words| format!("{why}; it says «{words}»"));
    let why = match entry.note.as_str() {
        "" => why,
        note => format!("{why}; {note}"),
    };
    let points = [
        !entry.pid.to_string().contains('x'),
        !entry.maker.is_empty(),
        !entry.product.is_empty(),
        entry.interface.is_some() || entry.class.is_some(),
    ];
    Some(Ok(Seen {
        profile: profile.name.to_string(),
        fit,
        why,
        score: points.into_iter().map(u8::from).sum(),
    }))
}

fn nobody(usb: &UsbFacts, seen: &[Seen]) -> String {
    let chip = BRIDGES
        .iter()
        .find(|(vid, pid, _)| (usb.vid, usb.pid) == (*vid, *pid));
    match (chip, seen.first().map(|seen| seen.fit)) {
        (Some((_, _, chip)), _) => format!("{chip} is a bridge chip and names no reader"),
        (None, Some(Fit::Switch)) => "known, in another mode than the one that is read".into(),
        (None, Some(_)) => "a board that may be anything; its number names no reader".into(),
        (None, None) => "no profile knows this number".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        profile::{Text, Way},
        reader::who::Shape,
    };

    fn table() -> Catalogue {
        let text = |name: &str, way: &str, usb: &str| Text {
            name: name.into(),
            file: format!("{name}.toml"),
            text: format!(
                "schema = 1\nname = \"{name}\"\nvendor = \"\"\nmodel = \"\"\nfamily = \"barcode-text\"\nway = \"{way}\"\n\
                 usb = [{usb}]\npresence = {{ gone_ms = 1500 }}\norigin = {{ source = [\"m\"], capture = \"b.cap\" }}\n"
            ),
        };
        let table = Catalogue::read(&[
            text("z2", "serial", "{ vid = \"0403\", pid = \"1234\" }"),
            text(
                "desk",
                "serial",
                "{ vid = \"0403\", pid = \"6001\", product = \"Desk reader\" }",
            ),
            text(
                "module",
                "serial",
                "{ vid = \"1a86\", pid = \"7523\", bridge = true }",
            ),
            text(
                "newland",
                "serial",
                "{ vid = \"1eab\", pid = \"xx06\" }, { vid = \"1eab\", pid = \"xx03\", mode = \"keyboard\", note = \"scan a code\" }",
            ),
            text(
                "wedge",
                "evdev",
                "{ vid = \"ffff\", pid = \"0035\", product = \"SYC\" }",
            ),
            text("pos", "hidraw", "{ vid = \"0c2e\", pid = \"0b61\" }"),
            text(
                "ccid",
                "usb",
                "{ vid = \"072f\", pid = \"223b\", interface = 0, class = \"0b\" }",
            ),
        ]);
        assert_eq!(table.faults, []);
        table
    }

    /// `way shape vid:pid interface class product`
    fn device(text: &str) -> Device {
        let mut words = text.splitn(6, ' ');
        let mut word = || words.next().unwrap();
        let way = match word() {
            "tty" => Way::Serial,
            "event" => Way::Evdev,
            "hid" => Way::Hidraw,
            _ => Way::Usb,
        };
        let shape = match word() {
            "port" => Shape::Port,
            "keys" => Shape::Keyboard,
            "mouse" => Shape::OtherInput,
            "pos" => Shape::HidPos,
            "other" => Shape::OtherHid,
            _ => Shape::Interface,
        };
        let hex = |text: &str| u16::from_str_radix(text, 16).unwrap();
        let (vid, pid) = word().split_once(':').unwrap();
        let usb = UsbFacts {
            vid: hex(vid),
            pid: hex(pid),
            interface: word().parse().ok(),
            class: u8::from_str_radix(word(), 16).ok(),
            product: Some(word().to_owned()),
            ..UsbFacts::default()
        };
        Device {
            way,
            path: "/dev/node".into(),
            place: None,
            shape,
            driver: None,
            usb: Some(usb),
        }
    }

    #[test]
    fn who_reads_what_and_why() {
        let table = table();
        // (device, who claims it, why)
        let rows = [
            (
                "tty port 0403:1234 0 ff Z-2",
                Some("z2"),
                "the number is this model's own",
            ),
            (
                "tty port 0403:6001 0 ff FT232R USB UART",
                None,
                "FT232R is a bridge chip and names no reader",
            ),
            (
                "tty port 0403:6001 0 ff my desk READER 2",
                Some("desk"),
                "the number is this model's own; it says «Desk reader»",
            ),
            (
                "tty port 1a86:7523 0 ff USB Serial",
                None,
                "CH340 is a bridge chip and names no reader",
            ),
            (
                "tty port 10c4:ea60 0 ff CP2102",
                None,
                "CP210x is a bridge chip and names no reader",
            ),
            (
                "tty port 1eab:1a06 0 02 HR",
                Some("newland"),
                "the number is this model's own",
            ),
            (
                "event keys 1eab:1a03 0 03 HR",
                None,
                "known, in another mode than the one that is read",
            ),
            (
                "event keys ffff:0035 0 03 SYC ID&IC",
                Some("wedge"),
                "the number is this model's own; it says «SYC»",
            ),
            (
                "event keys ffff:0035 0 03 Other thing",
                None,
                "no profile knows this number",
            ),
            (
                "event mouse ffff:0035 1 03 SYC ID&IC",
                None,
                "no profile knows this number",
            ),
            (
                "event keys 046d:c31c 0 03 Keyboard K120",
                None,
                "no profile knows this number",
            ),
            (
                "event keys 0c2e:0b61 0 03 Vuquest",
                None,
                "no profile knows this number",
            ),
            (
                "hid pos 0c2e:0b61 0 03 Vuquest",
                Some("pos"),
                "the number is this model's own",
            ),
            (
                "hid other 0c2e:0b61 0 03 Vuquest",
                None,
                "no profile knows this number",
            ),
            (
                "usb if 072f:223b 0 0b ACR1252",
                Some("ccid"),
                "the number is this model's own",
            ),
            (
                "usb if 072f:223b 1 0b ACR1252",
                None,
                "no profile knows this number",
            ),
            ("usb if 0403:1234 0 ff Z-2", None, "no profile knows this number"),
        ];
        for (text, claim, why) in rows {
            let judged = judge(&device(text), &table);
            assert_eq!(judged.claim.as_deref(), claim, "{text}: {judged:?}");
            assert_eq!(judged.why, why, "{text}");
        }
    }

    #[test]
    fn near_misses_are_told() {
        let table = table();
        let rows = [
            (
                "event keys ffff:0035 0 03 Other",
                "wedge: the product must say «SYC», this says «Other»",
            ),
            ("usb if 072f:223b 1 0b ACR1252", "ccid: it is interface 1"),
            (
                "tty port 0403:6015 0 ff FT230X",
                "z2: its number is 0403:1234, this is 0403:6015",
            ),
            (
                "event keys 0c2e:0b61 0 03 Vuquest",
                "pos: read in HID POS mode, this node is keyboard",
            ),
            ("hid other 0c2e:0b61 0 03 V", "pos: this node carries no scans"),
        ];
        for (text, told) in rows {
            let misses = judge(&device(text), &table).misses;
            let lines: Vec<String> = misses
                .iter()
                .map(|m| format!("{}: {}", m.profile, m.why))
                .collect();
            let told = told.replace("it is interface 1", "it is interface 0, this is interface 1");
            assert!(
                lines.iter().any(|line| line.starts_with(&told)),
                "{text}: {lines:?}"
            );
        }
        let seen = judge(&device("event keys 1eab:1a03 0 03 HR"), &table).seen;
        assert_eq!(
            seen[0].why,
            "in keyboard mode; this profile reads it as serial; scan a code"
        );
    }

    #[test]
    fn no_bridge_chip_is_ever_claimed_by_its_number() {
        for (vid, pid, chip) in BRIDGES {
            for way in ["tty port", "event keys", "hid pos", "usb if"] {
                let device = device(&format!("{way} {vid:04x}:{pid:04x} 0 ff x"));
                assert_eq!(judge(&device, crate::profile::builtin()).claim, None, "{chip}");
            }
        }
    }
}
