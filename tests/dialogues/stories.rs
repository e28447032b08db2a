//! Stories of a desk, lived by each profile and a model of its reader in a time of their own, and kept as captures.
//!
//! `FORMULAR_BLESS=1 cargo test --test dialogues` writes them anew; the difference is then read like code.

use crate::models::{Ccid, Chafon, Later, Mercury, Model, Pn532};
use formular::{
    capture::{Capture, Step, What},
    cue::Cue,
    profile::{Family, Profile, builtin},
    reader::Presence,
    wire::{Dialogue, Status, Verdict, dialogue_for},
};
use std::{collections::BTreeMap, fmt::Write, fs, path::PathBuf};

/// The profiles whose readers are spoken with in a dialogue of their own.
fn profiles() -> Vec<&'static Profile> {
    let spoken = |p: &&Profile| {
        matches!(
            p.family,
            Family::CcidAcr122u
                | Family::Pn532Hsu
                | Family::UhfReader18
                | Family::UhfReader288
                | Family::UhfThingmagic
        )
    };
    builtin().profiles().iter().filter(spoken).collect()
}

fn model(profile: &Profile) -> Box<dyn Model> {
    match profile.family {
        Family::CcidAcr122u => Box::new(Ccid::new(profile.name == "acr1252u", profile.name == "touchatag")),
        Family::Pn532Hsu => Box::new(Pn532::default()),
        Family::UhfThingmagic => Box::new(Mercury {
            tags: Vec::new(),
            buffer: Vec::new(),
            stopped: false,
        }),
        family => Box::new(Chafon {
            antennas: family == Family::UhfReader288,
            tags: Vec::new(),
        }),
    }
}

/// What happens at the desk.
enum Happens {
    Lay(&'static str),
    Lift,
    Noise,
    Cue(Cue),
    /// The plug is pulled in the middle of the next answer.
    Unplug,
    Plug,
    End,
}

fn story(profile: &Profile) -> BTreeMap<u64, Happens> {
    let (one, other) = match profile.family {
        Family::CcidAcr122u | Family::Pn532Hsu => ("24D34F59", "04D3BDF8E8F9A5"),
        _ => ("3039606303C74380001A0559", "355AB1C8B000001000000001"),
    };
    BTreeMap::from([
        (1000, Happens::Lay(one)),
        (2000, Happens::Cue(Cue::Lent)),
        (4000, Happens::Lift),
        (6001, Happens::Lay(other)),
        (7000, Happens::Cue(Cue::Refused)),
        (7501, Happens::Noise),
        (9000, Happens::Unplug),
        (11_000, Happens::Plug),
        (13_000, Happens::Lift),
        (15_000, Happens::Lay(one)),
        (16_000, Happens::End),
    ])
}

/// A dialogue and its scans.
struct Desk<'a> {
    profile: &'a Profile,
    dialogue: Box<dyn Dialogue>,
    presence: Presence,
    scans: Vec<String>,
    said: Vec<Vec<u8>>,
    lost_ms: u64,
}

impl<'a> Desk<'a> {
    fn new(profile: &'a Profile) -> Self {
        Self {
            profile,
            dialogue: dialogue_for(profile).unwrap(),
            presence: Presence::new(profile.presence),
            scans: Vec::new(),
            said: Vec::new(),
            lost_ms: 0,
        }
    }

    fn open(&mut self, now_ms: u64) {
        self.presence.blind(self.lost_ms, now_ms);
        self.dialogue = dialogue_for(self.profile).unwrap();
        self.dialogue.open(now_ms, &mut self.said);
    }

    /// Bytes come, or none.
    fn look(&mut self, bytes: &[u8], now_ms: u64) {
        let mut out = Vec::new();
        if !bytes.is_empty() {
            self.dialogue.push(bytes, now_ms, &mut out, &mut self.said);
        }
        self.dialogue.tick(now_ms, &mut out, &mut self.said);
        for verdict in out {
            match verdict {
                Verdict::Tag(reading) if self.presence.read(&reading.tag, now_ms) => {
                    self.scans.push(reading.tag.to_string());
                }
                Verdict::Status(Status::Removed) => self.presence.removed(),
                _ => {}
            }
        }
    }

    fn lose(&mut self, now_ms: u64) {
        self.lost_ms = now_ms;
        self.dialogue.lost(&mut Vec::new());
    }
}

/// Lives a story; what went over the line, and the scans.
fn live(profile: &Profile) -> (Vec<Step>, Vec<String>) {
    let (mut desk, mut device) = (Desk::new(profile), model(profile));
    let (mut steps, mut story) = (Vec::new(), story(profile));
    let mut coming: Vec<(u64, Vec<u8>)> = Vec::new();
    let (mut now, mut plugged, mut tear) = (0, true, false);
    let (mut lent, mut on_it): (u32, Vec<Vec<u8>>) = (0, Vec::new());
    desk.open(0);
    loop {
        let step = |steps: &mut Vec<Step>, what| steps.push(Step { at_ms: now, what });
        for message in std::mem::take(&mut desk.said) {
            coming.extend(due(now, device.hear(&message)));
            step(&mut steps, What::Sent(message));
        }
        coming.sort_by_key(|(at, _)| *at);
        let happens = story.keys().next().copied().unwrap();
        let answer = coming.first().map_or(u64::MAX, |(at, _)| *at);
        let due_ms = match plugged {
            true => desk.dialogue.due_ms().unwrap_or(u64::MAX).max(now + 1),
            false => u64::MAX,
        };
        now = happens.min(answer).min(due_ms).max(now);
        let step = |steps: &mut Vec<Step>, what| steps.push(Step { at_ms: now, what });
        if now == answer {
            let (_, bytes) = coming.remove(0);
            if tear {
                let half = bytes[..bytes.len() / 2].to_vec();
                step(&mut steps, What::Received(half.clone()));
                desk.look(&half, now);
                for message in std::mem::take(&mut desk.said) {
                    step(&mut steps, What::Sent(message));
                }
                step(&mut steps, What::Unplug);
                desk.lose(now);
                coming.clear();
                (tear, plugged) = (false, false);
                continue;
            }
            step(&mut steps, What::Received(bytes.clone()));
            desk.look(&bytes, now);
        } else if now == happens {
            match story.remove(&happens).unwrap() {
                Happens::Lay(tag) => {
                    on_it.push(hex::decode(tag).unwrap());
                    coming.extend(due(now, device.lay(&hex::decode(tag).unwrap())));
                }
                Happens::Lift => {
                    on_it.clear();
                    coming.extend(due(now, device.lift()));
                }
                Happens::Noise => {
                    step(&mut steps, What::Received(vec![0x55, 0x13, 0x80]));
                    desk.look(&[0x55, 0x13, 0x80], now);
                }
                Happens::Cue(cue) => {
                    lent += 1;
                    desk.dialogue.cue(cue, &mut desk.said);
                }
                Happens::Unplug => tear = true,
                Happens::Plug => {
                    device = model(profile);
                    for tag in &on_it {
                        device.lay(tag);
                    }
                    step(&mut steps, What::Plug);
                    plugged = true;
                    desk.open(now);
                }
                Happens::End => break,
            }
        } else {
            desk.look(&[], now);
        }
    }
    assert_eq!(lent, 2);
    (steps, desk.scans)
}

fn due(now: u64, later: Later) -> Vec<(u64, Vec<u8>)> {
    let at = later.into_iter().scan(now, |at, (delay, bytes)| {
        *at = (now + delay).max(*at);
        Some((*at, bytes))
    });
    at.collect()
}

fn text(profile: &Profile, steps: &[Step]) -> String {
    let mut text = String::new();
    for (key, value) in [
        ("formular", "capture 1"),
        ("family", profile.family.as_str()),
        ("profile", profile.origin.capture.trim_end_matches(".cap")),
        ("device", "a model of the reader, in a time of its own"),
        ("by", "the project's tests"),
        ("date", "2026-11-22"),
        (
            "origin",
            "derived; built to the layouts in the family's file in src/wire/protocol, seen on no device",
        ),
        (
            "shown",
            "a tag held and lifted, a second one, noise, the plug pulled in mid-frame while it lies there, lifted, the first",
        ),
    ] {
        writeln!(text, "# {key}: {value}").unwrap();
    }
    for Step { at_ms, what } in steps {
        match what {
            What::Received(bytes) => writeln!(text, "{at_ms} < {}", hex::encode(bytes)),
            What::Sent(bytes) => writeln!(text, "{at_ms} > {}", hex::encode(bytes)),
            What::Unplug => writeln!(text, "{at_ms} ! unplug"),
            What::Plug => writeln!(text, "{at_ms} ! plug"),
        }
        .unwrap();
    }
    text
}

fn kept(profile: &Profile, ending: &str) -> PathBuf {
    let name = profile.origin.capture.replace(".cap", ending);
    [env!("CARGO_MANIFEST_DIR"), "tests/captures", &name]
        .iter()
        .collect()
}

#[test]
fn every_story_goes_as_it_was_kept() {
    for profile in profiles() {
        let (steps, scans) = live(profile);
        let [cap, golden] = [text(profile, &steps), scans.join("\n") + "\n"];
        for (ending, text) in [(".cap", cap), (".scans", golden)] {
            let path = kept(profile, ending);
            if std::env::var_os("FORMULAR_BLESS").is_some() {
                fs::write(&path, &text).unwrap();
            }
            let want = fs::read_to_string(&path).unwrap_or_default();
            assert_eq!(text, want, "{}{ending}", profile.name);
        }
    }
}

/// What was laid down is what is scanned: each tag once, but for the one that lay there when the plug was pulled.
#[test]
fn nothing_is_scanned_that_was_not_laid_down() {
    for profile in profiles() {
        let (_, scans) = live(profile);
        let tags: Vec<&str> = scans.iter().map(|scan| scan.split_once(':').unwrap().1).collect();
        let (one, other) = match tags.as_slice() {
            [one, other, again] if again == one => (*one, *other),
            _ => panic!("{}: {tags:?}", profile.name),
        };
        assert_ne!(one, other, "{}", profile.name);
    }
}

/// A capture alone, without the model: the same questions at the same times, the same scans.
#[test]
fn a_capture_replayed_says_and_scans_the_same() {
    for profile in profiles() {
        let capture: Capture = fs::read_to_string(kept(profile, ".cap"))
            .unwrap()
            .parse()
            .unwrap();
        let mut desk = Desk::new(profile);
        desk.open(0);
        let (mut said, mut plugged) = (Vec::new(), true);
        // Cues come from the desk, not from the line.
        let mut cues = story(profile);
        cues.retain(|_, happens| matches!(happens, Happens::Cue(_)));
        for Step { at_ms, what } in &capture.steps {
            loop {
                let due = desk.dialogue.due_ms().filter(|due| plugged && due < at_ms);
                match cues.first_entry() {
                    Some(cue) if cue.key() <= at_ms && due.is_none_or(|due| *cue.key() <= due) => {
                        if let Happens::Cue(cue) = cue.remove() {
                            desk.dialogue.cue(cue, &mut desk.said);
                        }
                    }
                    _ => match due {
                        Some(due) => desk.look(&[], due),
                        None => break,
                    },
                }
            }
            match what {
                What::Received(bytes) => desk.look(bytes, *at_ms),
                What::Sent(message) => {
                    said.push(message.clone());
                    if desk.said.len() < said.len() {
                        desk.look(&[], *at_ms);
                    }
                }
                What::Unplug => {
                    desk.lose(*at_ms);
                    plugged = false;
                }
                What::Plug => {
                    desk.open(*at_ms);
                    plugged = true;
                }
            }
        }
        let golden = fs::read_to_string(kept(profile, ".scans")).unwrap();
        assert_eq!(desk.scans.join("\n") + "\n", golden, "{}", profile.name);
        let other = desk.said.iter().zip(&said).position(|(a, b)| a != b);
        assert_eq!((other, desk.said.len()), (None, said.len()), "{}", profile.name);
    }
}
