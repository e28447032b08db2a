//! The rules that every profile keeps; one small function per rule, named after it.
//!
//! Knows: what values make sense. Must not know: where profiles are stored.

use super::{
    schema::{Profile, SCHEMA, Way},
    usb::Mode,
};
use std::fmt;

/// Chips and boards that sit in countless devices: their numbers name a bridge, not a reader.
pub const BRIDGES: [(u16, u16, &str); 11] = [
    (0x1a86, 0x7523, "CH340"),
    (0x1a86, 0x55d4, "CH9102"),
    (0x10c4, 0xea60, "CP210x"),
    (0x0403, 0x6001, "FT232R"),
    (0x0403, 0x6015, "FT230X"),
    (0x067b, 0x2303, "PL2303"),
    (0x1a86, 0x55d3, "CH343"),
    (0x0483, 0x5740, "STM32"),
    (0x2e8a, 0x000a, "RP2040"),
    (0x303a, 0x1001, "ESP32"),
    (0x16c0, 0x27db, "V-USB"),
];

/// What is wrong, with which profile, and where that is written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Fault {
    pub profile: String,
    /// As people find it; empty where a profile was checked that came from no file.
    pub file: String,
    /// Counted from 1; absent where the fault is that something is missing.
    pub line: Option<usize>,
    pub why: String,
    /// The key at fault, by which its line is found.
    pub(super) key: &'static str,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.file.as_str(), self.line) {
            ("", _) => write!(f, "profile «{}»: {}", self.profile, self.why),
            (file, None) => write!(f, "{file}: {}", self.why),
            (file, Some(line)) => write!(f, "{file}:{line}: {}", self.why),
        }
    }
}

/// A key and what is wrong with its value.
type Wrong = (&'static str, String);

type Rule = fn(&Profile) -> Result<(), Wrong>;

const RULES: [Rule; 14] = [
    the_schema_is_known,
    the_name_can_be_typed,
    the_family_comes_over_a_line,
    the_baud_rate_is_real,
    gone_is_within_reason,
    only_a_repeating_reader_is_polled,
    commands_are_short_and_volatile,
    bridge_chips_claim_nothing,
    an_ordinary_keyboard_is_never_claimed,
    words_for_other_programs_are_plain,
    a_network_reader_has_no_usb_number,
    what_is_kept_in_flash_says_how_it_is_undone,
    the_probe_is_volatile,
    facts_have_a_source,
];

/// All faults of one profile.
pub fn check(profile: &Profile) -> Vec<Fault> {
    let wrong = RULES.iter().filter_map(|rule| rule(profile).err());
    wrong.map(|wrong| fault(profile, wrong)).collect()
}

/// The faults of a profile beside one that was read before it.
pub fn check_beside(profile: &Profile, other: &Profile) -> Vec<Fault> {
    let rules = [names_differ, nobody_claims_the_same_device];
    let wrong = rules.iter().filter_map(|rule| rule(profile, other).err());
    wrong.map(|wrong| fault(profile, wrong)).collect()
}

fn fault(profile: &Profile, (key, why): Wrong) -> Fault {
    Fault {
        profile: profile.name.to_string(),
        file: String::new(),
        line: None,
        why,
        key,
    }
}

fn keep(rule: bool, key: &'static str, why: impl FnOnce() -> String) -> Result<(), Wrong> {
    match rule {
        true => Ok(()),
        false => Err((key, why())),
    }
}

fn the_schema_is_known(p: &Profile) -> Result<(), Wrong> {
    keep(p.schema == SCHEMA, "schema", || match p.schema {
        newer if newer > SCHEMA => format!("schema {newer} is newer than this program's {SCHEMA}"),
        other => format!("schema {other} is unknown; this program reads {SCHEMA}"),
    })
}

fn the_name_can_be_typed(p: &Profile) -> Result<(), Wrong> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let good = matches!(p.name.len(), 2..=40) && p.name.chars().all(plain);
    keep(good, "name", || {
        "a name has 2 to 40 lower-case letters, digits and hyphens".into()
    })
}

fn the_family_comes_over_a_line(p: &Profile) -> Result<(), Wrong> {
    keep(p.family.is_reader(), "family", || {
        format!("{} only decodes and is no reader", p.family.as_str())
    })
}

fn the_baud_rate_is_real(p: &Profile) -> Result<(), Wrong> {
    const RATES: [u32; 11] = [
        1200, 2400, 4800, 9600, 19200, 38400, 57600, 115_200, 230_400, 460_800, 921_600,
    ];
    keep(RATES.contains(&p.line.baud), "baud", || {
        format!("{} baud is no usual rate", p.line.baud)
    })
}

fn gone_is_within_reason(p: &Profile) -> Result<(), Wrong> {
    let ms = p.presence.gone_ms;
    keep((200..=10_000).contains(&ms), "gone_ms", || {
        format!("gone_ms = {ms}: between 200 and 10000 a lying tag and a new one can be told apart")
    })
}

fn only_a_repeating_reader_is_polled(p: &Profile) -> Result<(), Wrong> {
    let ms = p.speak.poll_ms;
    match (p.speak.poll.0.is_empty(), ms) {
        (true, 0) => Ok(()),
        (true, _) => Err(("poll_ms", "poll_ms without poll".into())),
        (false, 20..) if ms.saturating_mul(3) <= p.presence.gone_ms => Ok(()),
        (false, _) => Err((
            "poll_ms",
            format!("poll_ms = {ms}: at least 20, and three polls within gone_ms"),
        )),
    }
}

/// Longest command, in bytes; what readers of this kind take is below 32.
const MAX_COMMAND: usize = 64;

fn commands_are_short_and_volatile(p: &Profile) -> Result<(), Wrong> {
    let init = p.speak.init.iter().map(|bytes| ("init", bytes));
    let cues = p.cue.all().into_iter().map(|bytes| ("cue", bytes));
    for (key, bytes) in init.chain([("poll", &p.speak.poll)]).chain(cues) {
        is_short(key, &bytes.0)?;
        is_volatile(key, &bytes.0)?;
    }
    Ok(())
}

fn is_short(key: &'static str, bytes: &[u8]) -> Result<(), Wrong> {
    keep(bytes.len() <= MAX_COMMAND, key, || {
        format!("{} is longer than {MAX_COMMAND} bytes", hex::encode(bytes))
    })
}

fn is_volatile(key: &'static str, bytes: &[u8]) -> Result<(), Wrong> {
    let permanent = match bytes {
        // Honeywell menu command: `.` keeps, `!` forgets.
        [0x16, 0x4d, 0x0d, .., last] => *last == b'.',
        // Newland: `@` keeps, `#` forgets.
        [0x7e, 0x01, _, _, _, _, kind, ..] => *kind == b'@',
        // GM65: save to flash.
        [0x7e, 0x00, 0x09, ..] => true,
        _ => false,
    };
    keep(!permanent, key, || {
        format!(
            "{} is kept in the reader's flash; only volatile commands are sent unasked, the others stand in [provision]",
            hex::encode(bytes)
        )
    })
}

fn bridge_chips_claim_nothing(p: &Profile) -> Result<(), Wrong> {
    for usb in &p.usb {
        let is = |(vid, pid, _): &&(u16, u16, &str)| usb.vid.0 == *vid && usb.pid.matches(*pid);
        // Words that the maker of the reader wrote into the chip are the reader's own.
        let own_words = !usb.product.is_empty() || !usb.maker.is_empty();
        if let (Some((_, _, chip)), false, false) = (BRIDGES.iter().find(is), usb.bridge, own_words) {
            return Err((
                "pid",
                format!("{}:{} is the bridge chip {chip}: bridge = true", usb.vid, usb.pid),
            ));
        }
    }
    Ok(())
}

/// Makers of the keyboards that stand on a school's desk; none of them makes readers.
const KEYBOARDS: [(u16, &str); 8] = [
    (0x046d, "Logitech"),
    (0x045e, "Microsoft"),
    (0x413c, "Dell"),
    (0x17ef, "Lenovo"),
    (0x04f2, "Chicony"),
    (0x05ac, "Apple"),
    (0x09da, "A4Tech"),
    (0x1c4f, "SiGma Micro"),
];

fn an_ordinary_keyboard_is_never_claimed(p: &Profile) -> Result<(), Wrong> {
    for usb in p.claims().filter(|usb| usb.mode(p.way) == Mode::Keyboard) {
        let maker = KEYBOARDS.iter().find(|(vid, _)| *vid == usb.vid.0);
        keep(maker.is_none(), "vid", || {
            let maker = maker.map(|(_, maker)| *maker).unwrap_or_default();
            format!(
                "{}:{} may be the desk's own keyboard, by {maker}",
                usb.vid, usb.pid
            )
        })?;
        // Two open digits are a maker's pattern for a mode (Newland's xx03); more is everything that he makes.
        let open = usb.pid.to_string().matches('x').count();
        keep(open <= 2, "pid", || {
            format!("{}:{} takes every keyboard of its maker", usb.vid, usb.pid)
        })?;
    }
    Ok(())
}

/// They are written into files of udev and pcscd, where a quote would end a word and begin a command.
fn words_for_other_programs_are_plain(p: &Profile) -> Result<(), Wrong> {
    for usb in &p.usb {
        let module = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        keep(usb.driver.chars().all(module), "driver", || {
            format!("«{}» is no name of a kernel module", usb.driver)
        })?;
        let name = |c: char| c.is_ascii_alphanumeric() || " -_.".contains(c);
        keep(usb.pcsc.chars().all(name), "pcsc", || {
            format!("«{}» is no name that pcscd could be told", usb.pcsc)
        })?;
        let open = usb.pid.to_string().contains('x');
        keep(usb.driver.is_empty() || !open, "driver", || {
            "a driver is told one number, without x".into()
        })?;
    }
    Ok(())
}

fn a_network_reader_has_no_usb_number(p: &Profile) -> Result<(), Wrong> {
    let reads = p.usb.iter().any(|usb| usb.mode.is_none());
    keep(p.way != Way::Tcp || !reads, "way", || {
        "way = \"tcp\" with a USB number: what is on the bus is no network address".into()
    })
}

fn what_is_kept_in_flash_says_how_it_is_undone(p: &Profile) -> Result<(), Wrong> {
    for bytes in &p.provision.send {
        is_short("send", &bytes.0)?;
    }
    let told = p.provision.send.is_empty() || !p.provision.note.trim().is_empty();
    keep(told, "send", || {
        "[provision] needs a note: what it changes, and how it is undone".into()
    })?;
    keep(
        p.provision.expect.len() <= p.provision.send.len(),
        "expect",
        || "[provision] expects more answers than it sends commands".into(),
    )
}

fn the_probe_is_volatile(p: &Profile) -> Result<(), Wrong> {
    is_short("ask", &p.probe.ask.0)?;
    is_volatile("ask", &p.probe.ask.0)
}

fn facts_have_a_source(p: &Profile) -> Result<(), Wrong> {
    let sourced = p.origin.source.iter().any(|s| !s.trim().is_empty());
    keep(sourced && p.origin.capture.ends_with(".cap"), "source", || {
        "[origin] names a source and a capture".into()
    })
}

fn names_differ(one: &Profile, other: &Profile) -> Result<(), Wrong> {
    keep(one.name != other.name, "name", || {
        "two profiles have this name".into()
    })
}

fn nobody_claims_the_same_device(one: &Profile, other: &Profile) -> Result<(), Wrong> {
    if one.way != other.way {
        return Ok(());
    }
    for usb in one.claims() {
        keep(!other.claims().any(|theirs| usb.overlaps(theirs)), "pid", || {
            format!(
                "{}:{} is claimed by «{}» too; a file of that name would replace it",
                usb.vid, usb.pid, other.name
            )
        })?;
    }
    Ok(())
}
