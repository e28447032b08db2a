//! The rules that every profile keeps; one small function per rule, named after it.
//!
//! Knows: what values make sense. Must not know: where profiles are stored.

use super::schema::{Mode, Profile, SCHEMA};
use std::fmt;

/// Chips that sit in countless devices: their numbers name a bridge, not a reader.
pub const BRIDGES: [(u16, u16, &str); 6] = [
    (0x1a86, 0x7523, "CH340"),
    (0x1a86, 0x55d4, "CH9102"),
    (0x10c4, 0xea60, "CP210x"),
    (0x0403, 0x6001, "FT232R"),
    (0x0403, 0x6015, "FT230X"),
    (0x067b, 0x2303, "PL2303"),
];

/// What is wrong, and with which profile.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Fault {
    pub profile: String,
    pub why: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "profile «{}»: {}", self.profile, self.why)
    }
}

type Rule = fn(&Profile) -> Result<(), String>;

const RULES: [Rule; 9] = [
    the_schema_is_known,
    the_name_can_be_typed,
    the_family_comes_over_a_line,
    the_baud_rate_is_real,
    gone_is_within_reason,
    only_a_repeating_reader_is_polled,
    commands_are_short_and_volatile,
    bridge_chips_claim_nothing,
    facts_have_a_source,
];

/// All faults of one profile.
pub fn check(profile: &Profile) -> Vec<Fault> {
    let faults = RULES.iter().filter_map(|rule| rule(profile).err());
    faults.map(|why| fault(profile, why)).collect()
}

/// All faults of one profile and of them together.
pub fn check_all(profiles: &[Profile]) -> Vec<Fault> {
    let mut faults: Vec<Fault> = profiles.iter().flat_map(check).collect();
    for (n, one) in profiles.iter().enumerate() {
        for other in profiles.iter().take(n) {
            faults.extend(names_differ(one, other).err().map(|why| fault(one, why)));
            faults.extend(
                nobody_claims_the_same_device(one, other)
                    .err()
                    .map(|why| fault(one, why)),
            );
        }
    }
    faults
}

fn fault(profile: &Profile, why: String) -> Fault {
    Fault {
        profile: profile.name.to_string(),
        why,
    }
}

fn the_schema_is_known(p: &Profile) -> Result<(), String> {
    match p.schema {
        SCHEMA => Ok(()),
        newer if newer > SCHEMA => Err(format!("schema {newer} is newer than this program's {SCHEMA}")),
        other => Err(format!("schema {other} is unknown; this program reads {SCHEMA}")),
    }
}

fn the_name_can_be_typed(p: &Profile) -> Result<(), String> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    match p.name.len() {
        2..=40 if p.name.chars().all(plain) => Ok(()),
        _ => Err("a name has 2 to 40 lower-case letters, digits and hyphens".into()),
    }
}

fn the_family_comes_over_a_line(p: &Profile) -> Result<(), String> {
    match p.family.is_reader() {
        true => Ok(()),
        false => Err(format!("{} only decodes and is no reader", p.family.as_str())),
    }
}

fn the_baud_rate_is_real(p: &Profile) -> Result<(), String> {
    const RATES: [u32; 10] = [
        1200, 2400, 4800, 9600, 19200, 38400, 57600, 115_200, 230_400, 460_800,
    ];
    match RATES.contains(&p.line.baud) {
        true => Ok(()),
        false => Err(format!("{} baud is no usual rate", p.line.baud)),
    }
}

fn gone_is_within_reason(p: &Profile) -> Result<(), String> {
    match p.presence.gone_ms {
        200..=10_000 => Ok(()),
        ms => Err(format!(
            "gone_ms = {ms}: between 200 and 10000 a lying tag and a new one can be told apart"
        )),
    }
}

fn only_a_repeating_reader_is_polled(p: &Profile) -> Result<(), String> {
    match (p.speak.poll.0.is_empty(), p.speak.poll_ms) {
        (true, 0) => Ok(()),
        (true, _) => Err("poll_ms without poll".into()),
        (false, 20..) if p.speak.poll_ms.saturating_mul(3) <= p.presence.gone_ms => Ok(()),
        (false, ms) => Err(format!(
            "poll_ms = {ms}: at least 20, and three polls within gone_ms"
        )),
    }
}

/// Longest command, in bytes; what readers of this kind take is below 32.
const MAX_COMMAND: usize = 64;

fn commands_are_short_and_volatile(p: &Profile) -> Result<(), String> {
    let spoken = p.speak.init.iter().chain([&p.speak.poll]).chain(p.cue.all());
    for bytes in spoken {
        let b = bytes.0.as_slice();
        if b.len() > MAX_COMMAND {
            return Err(format!("{bytes:?} is longer than {MAX_COMMAND} bytes"));
        }
        let permanent = match b {
            // Honeywell menu command: `.` keeps, `!` forgets.
            [0x16, 0x4d, 0x0d, .., last] => *last == b'.',
            // Newland: `@` keeps, `#` forgets.
            [0x7e, 0x01, _, _, _, _, kind, ..] => *kind == b'@',
            // GM65: save to flash.
            [0x7e, 0x00, 0x09, ..] => true,
            _ => false,
        };
        if permanent {
            return Err(format!(
                "{bytes:?} is kept in the reader's flash; only volatile commands are sent"
            ));
        }
    }
    Ok(())
}

fn bridge_chips_claim_nothing(p: &Profile) -> Result<(), String> {
    for usb in &p.usb {
        let chip = BRIDGES
            .iter()
            .find(|(vid, pid, _)| usb.vid.0 == *vid && usb.pid.matches(*pid));
        if let (Some((_, _, chip)), false) = (chip, usb.bridge) {
            return Err(format!(
                "{}:{} is the bridge chip {chip}: bridge = true",
                usb.vid, usb.pid
            ));
        }
    }
    Ok(())
}

fn facts_have_a_source(p: &Profile) -> Result<(), String> {
    let sourced = p.origin.source.iter().any(|s| !s.trim().is_empty());
    match sourced && p.origin.capture.ends_with(".cap") {
        true => Ok(()),
        false => Err("[origin] names a source and a capture".into()),
    }
}

fn names_differ(one: &Profile, other: &Profile) -> Result<(), String> {
    match one.name == other.name {
        true => Err("two profiles have this name".into()),
        false => Ok(()),
    }
}

fn nobody_claims_the_same_device(one: &Profile, other: &Profile) -> Result<(), String> {
    let claims = |p: &'_ Profile| {
        let sure = p.usb.iter().filter(|u| !u.bridge && u.mode == Mode::Serial);
        sure.map(|u| (u.vid, u.pid)).collect::<Vec<_>>()
    };
    for (vid, pid) in claims(one) {
        if claims(other).iter().any(|(v, p)| *v == vid && p.overlaps(pid)) {
            return Err(format!("{vid}:{pid} is claimed by «{}» too", other.name));
        }
    }
    Ok(())
}
