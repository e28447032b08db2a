//! A reader that nobody knows: which family its bytes look like, and the draft of a profile from what was seen.
//!
//! Knows: decoders, facts of a device, the form of a profile. Must not know: how bytes were recorded.

use super::{
    device::{Device, UsbFacts},
    name::is_own_serial,
};
use crate::{
    capture::{Capture, What},
    profile::{BRIDGES, Family, Way},
    wire::{self, Verdict},
};
use std::fmt::Write;

/// How well a family explains a recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Guess {
    pub family: Family,
    /// Messages that it understood.
    pub good: usize,
    /// Messages that it refused.
    pub bad: usize,
}

/// A silence that ends a message, in milliseconds, where the family does not say.
const GAP_MS: u64 = 50;

/// Every family that understands something of a recording, the likeliest first.
pub fn guess(capture: &Capture) -> Vec<Guess> {
    let mut guesses: Vec<Guess> = Family::ALL
        .into_iter()
        .filter(|family| family.is_reader())
        .filter_map(|family| judge(family, capture))
        .filter(|guess| guess.good > 0)
        .collect();
    guesses.sort_by_key(|g| (wide(g.family), g.bad > g.good, usize::MAX - g.good, g.bad));
    guesses
}

/// How much a family takes for its own: any line of text is a good bar code, and a scanner with a command language sends
/// such lines too. They explain least, and stand behind all others.
fn wide(family: Family) -> u8 {
    match family {
        Family::BarcodeText => 1,
        Family::HoneywellCmd
        | Family::Newland
        | Family::NewlandLegacy
        | Family::Gm65
        | Family::Metroselect
        | Family::Cipherlab => 2,
        _ => 0,
    }
}

fn judge(family: Family, capture: &Capture) -> Option<Guess> {
    let mut decoder = wire::decoder_for(family)?;
    let (mut verdicts, mut last) = (Vec::new(), 0);
    let quiet = u64::from(wire::quiet_ms(family)).max(GAP_MS);
    for step in &capture.steps {
        if step.at_ms.saturating_sub(last) > quiet {
            decoder.gap(&mut verdicts);
        }
        if let What::Received(bytes) = &step.what {
            last = step.at_ms;
            decoder.push(bytes, &mut verdicts);
        }
    }
    decoder.gap(&mut verdicts);
    let bad = verdicts
        .iter()
        .filter(|v| matches!(v, Verdict::Reject(_)))
        .count();
    let good = verdicts.iter().filter(|v| matches!(v, Verdict::Tag(_))).count();
    Some(Guess { family, good, bad })
}

/// The draft of a profile: what was seen stands in it, and what was not is marked.
pub fn draft(device: &Device, baud: u32, guesses: &[Guess]) -> String {
    let usb = device.usb.as_ref();
    let name = draft_name(device);
    let mut out = String::from(
        "# A draft: written by `formular readers learn` from what was seen. Look at every line before you trust it.\n",
    );
    let family = guesses.first().map(|guess| guess.family);
    let _ = match guesses.first() {
        Some(best) => writeln!(
            out,
            "# {} frames were understood, {} were not.",
            best.good, best.bad
        ),
        None => writeln!(
            out,
            "# Nothing that came was understood by any family: the family below is a placeholder."
        ),
    };
    let word = |text: Option<&str>| quoted(text.unwrap_or_default());
    let _ = writeln!(out, "schema = 1\nname = {}", quoted(&name));
    let _ = writeln!(out, "vendor = {}", word(usb.and_then(|usb| usb.maker.as_deref())));
    let _ = writeln!(
        out,
        "model = {}",
        word(usb.and_then(|usb| usb.product.as_deref()))
    );
    let _ = writeln!(
        out,
        "family = \"{}\"",
        family.unwrap_or(Family::BarcodeText).as_str()
    );
    if device.way != Way::Serial {
        let _ = writeln!(out, "way = \"{}\"", device.way.as_str());
    } else {
        let _ = writeln!(out, "\n[line]\nbaud = {baud}");
    }
    let gone = match family {
        Some(Family::BarcodeText) | None => 1500,
        Some(_) => 700,
    };
    let _ = writeln!(out, "\n[presence]\ngone_ms = {gone}          # not measured");
    if let Some(usb) = usb {
        let _ = write!(out, "\n{}", numbers(usb));
    }
    let capture = family.unwrap_or(Family::BarcodeText).as_str();
    let _ = writeln!(
        out,
        "\n[origin]\nsource = [\"learned from the device itself\"]\ntried = \"\"           # say what was tried, and by which role\n\
         capture = {}",
        quoted(&format!("{name}.cap"))
    );
    let _ = writeln!(
        out,
        "# In the project's own table a capture of the family serves as well: \"{capture}.cap\"."
    );
    out
}

/// How a draft is called: after the product's words, else after the number, else after the node.
pub fn draft_name(device: &Device) -> String {
    let words = device.usb.as_ref().map(|usb| match usb.words() {
        words if words.is_empty() => format!("usb {}", usb.number()),
        words => words,
    });
    let node = || {
        device
            .path
            .file_name()
            .and_then(|n| n.to_str())
            .unwrap_or("reader")
            .to_owned()
    };
    let words = words.unwrap_or_else(node).to_lowercase();
    let plain: String = words
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .collect();
    let parts: Vec<&str> = plain.split('-').filter(|part| !part.is_empty()).collect();
    let name: String = parts.join("-").chars().take(36).collect();
    match name.trim_end_matches('-') {
        name if name.len() >= 2 => name.to_owned(),
        _ => "unknown-reader".to_owned(),
    }
}

fn numbers(usb: &UsbFacts) -> String {
    let mut out = format!("[[usb]]\nvid = \"{:04x}\"\npid = \"{:04x}\"\n", usb.vid, usb.pid);
    let bridge = BRIDGES
        .iter()
        .any(|(vid, pid, _)| (usb.vid, usb.pid) == (*vid, *pid));
    if bridge {
        out.push_str("bridge = true       # a chip of countless devices: it proves nothing\n");
    }
    match usb.serial.as_deref() {
        Some(serial) if !is_own_serial(serial) => {
            out.push_str("shared_serial = true    # its serial number looks like every unit's\n");
        }
        _ => {}
    }
    out
}

/// A text as TOML writes it.
fn quoted(text: &str) -> String {
    let plain: String = text.chars().filter(|c| !c.is_control()).collect();
    format!("\"{}\"", plain.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        profile::{Catalogue, Text},
        reader::who::Shape,
    };

    fn capture(text: &str) -> Capture {
        text.parse().unwrap()
    }

    #[test]
    fn the_families_own_captures_are_recognised() {
        for name in [
            "em4100-rdm6300",
            "em4100-id12la",
            "ironlogic",
            "rc522-text",
            "barcode-text",
        ] {
            let path = format!("{}/tests/captures/{name}.cap", env!("CARGO_MANIFEST_DIR"));
            let text = std::fs::read_to_string(path).unwrap();
            let guesses = guess(&capture(&text));
            assert_eq!(guesses[0].family.as_str(), name, "{guesses:?}");
        }
        assert_eq!(guess(&capture("0 < 00ff00ff\n")), []);
    }

    #[test]
    fn a_draft_is_a_good_profile_whatever_the_device_says() {
        let facts = |vid, pid, product: &str, serial: &str| UsbFacts {
            vid,
            pid,
            product: Some(product.to_owned()),
            serial: Some(serial.to_owned()),
            ..UsbFacts::default()
        };
        let table = [
            (
                facts(0x0403, 0x9999, "Desk \"reader\" \\2", "A1B2C3"),
                "desk-reader-2",
            ),
            (facts(0x1a86, 0x7523, "USB Serial", "1"), "usb-serial"),
            (facts(0x1234, 0x0001, "", ""), "usb-1234-0001"),
            (facts(0x1234, 0x0001, "Считыватель", ""), "unknown-reader"),
        ];
        for (mut usb, name) in table {
            if usb.product.as_deref() == Some("") {
                usb.product = None;
            }
            let device = Device {
                way: Way::Serial,
                path: "/dev/ttyUSB0".into(),
                place: None,
                shape: Shape::Port,
                driver: None,
                usb: Some(usb),
            };
            let text = draft(&device, 9600, &[]);
            let read = Catalogue::read(&[Text {
                name: name.into(),
                file: "draft.toml".into(),
                text: text.clone(),
            }]);
            assert_eq!(read.faults, [], "{text}");
            assert_eq!(read.profiles()[0].name, name);
        }
    }
}
