//! Hearing a bridge chip out: a line is opened, nothing is said, and what comes by itself may show who speaks.
//!
//! Knows: how much of a family's speech is proof. Must not know: which port it is, who wants to know.

use crate::{
    profile::{Family, Line, Profile},
    reader::port::{Opener, Port, Trouble},
    wire::{self, Verdict},
};
use std::{
    collections::VecDeque,
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

/// How long a line is heard at one setting: opening restarts many boards, and the slowest loader takes two seconds.
pub const HEAR: Duration = Duration::from_secs(3);
/// How late a stop is noticed.
const LOOK: Duration = Duration::from_millis(100);
/// Most bytes that are kept for the reader that begins where the listening ended.
const MAX_BYTES: usize = 4096;

/// How many good messages prove that a family speaks; none: it cannot be told from others by listening.
///
/// A sum of eight bits agrees by chance once in 256 times, so that such a family must be heard twice.
pub fn proofs_needed(family: Family) -> Option<usize> {
    match family {
        Family::Em4100Rdm6300 | Family::Em4100Id12la | Family::Ironlogic | Family::Rc522Text => Some(1),
        Family::Em4100Em18 | Family::Em4100StxBcc | Family::UhfBb7e => Some(2),
        // Our own line has a checksum and says hello when a board starts.
        family if family.as_str() == "formular-line" => Some(1),
        _ => None,
    }
}

/// A line on which somebody was heard.
pub struct Heard {
    pub profile: Profile,
    pub port: Box<dyn Port>,
    /// What came while listening; nobody has read it yet.
    pub bytes: Vec<u8>,
}

/// Listens at each setting of the profiles in turn. Nothing is sent unless `ask`, which only the operator decides: then
/// profiles that know a harmless question put it where nothing was heard.
///
/// # Errors
/// The line's trouble, if it cannot be opened or dies.
pub fn listen(
    opener: &mut dyn Opener,
    path: &Path,
    maybe: &[Profile],
    ask: bool,
    hear: Duration,
    stop: &AtomicBool,
) -> Result<Option<Heard>, Trouble> {
    let mut settings: Vec<&Line> = Vec::new();
    for profile in maybe {
        if !settings.contains(&&profile.line) {
            settings.push(&profile.line);
        }
    }
    for line in settings {
        let with: Vec<&Profile> = maybe.iter().filter(|profile| profile.line == *line).collect();
        let mut port = opener.open(path, line)?;
        let questions = with.iter().filter(|p| ask && !p.probe.ask.0.is_empty());
        let mut turns: Vec<(Option<&[u8]>, Vec<Ear>)> = vec![(None, ears(&with))];
        // Who was asked need not prove a family: an answer that its own decoder takes is enough.
        turns.extend(questions.map(|p| {
            (
                Some(p.probe.ask.0.as_slice()),
                Ear::of(p, 1).into_iter().collect(),
            )
        }));
        let mut bytes = Vec::new();
        for (question, mut ears) in turns {
            if let Some(question) = question {
                port.write(question)?;
            }
            if let Some(profile) = wait_for(&mut ears, port.as_mut(), &mut bytes, hear, stop)? {
                return Ok(Some(Heard { profile, port, bytes }));
            }
        }
    }
    Ok(None)
}

fn wait_for(
    ears: &mut [Ear],
    port: &mut dyn Port,
    bytes: &mut Vec<u8>,
    hear: Duration,
    stop: &AtomicBool,
) -> Result<Option<Profile>, Trouble> {
    let mut buffer = [0; 512];
    let until = Instant::now() + hear;
    while Instant::now() < until && bytes.len() < MAX_BYTES && !stop.load(Ordering::Acquire) {
        let read = port.read(&mut buffer, LOOK)?;
        let new = buffer.get(..read).unwrap_or_default();
        bytes.extend_from_slice(new);
        if let Some(profile) = ears.iter_mut().find_map(|ear| ear.hears(new)) {
            return Ok(Some(profile));
        }
    }
    Ok(None)
}

/// One family's decoder, and the profile that is meant when it understands.
struct Ear {
    profile: Profile,
    decoder: Box<dyn wire::Decoder>,
    missing: usize,
}

fn ears(maybe: &[&Profile]) -> Vec<Ear> {
    let mut ears: Vec<Ear> = Vec::new();
    for profile in maybe {
        // Of two models that speak alike the first by name reads; they differ in nothing that could be heard.
        if ears.iter().any(|ear| ear.profile.family == profile.family) {
            continue;
        }
        ears.extend(proofs_needed(profile.family).and_then(|missing| Ear::of(profile, missing)));
    }
    ears
}

impl Ear {
    fn of(profile: &Profile, missing: usize) -> Option<Self> {
        Some(Self {
            profile: profile.clone(),
            decoder: wire::decoder_for(profile.family)?,
            missing,
        })
    }

    fn hears(&mut self, bytes: &[u8]) -> Option<Profile> {
        let mut verdicts = Vec::new();
        match bytes {
            [] => self.decoder.gap(&mut verdicts),
            bytes => self.decoder.push(bytes, &mut verdicts),
        }
        let good = verdicts
            .iter()
            .filter(|v| !matches!(v, Verdict::Reject(_)))
            .count();
        self.missing = self.missing.saturating_sub(good);
        (self.missing == 0).then(|| self.profile.clone())
    }
}

/// An opener that gives the line on which somebody was heard, with what was heard, and then opens as `then` does.
pub fn handed_over(heard: Heard, then: Box<dyn Opener>) -> Box<dyn Opener> {
    let (mut first, mut then) = (Some((heard.port, heard.bytes)), then);
    Box::new(
        move |path: &Path, line: &Line| -> Result<Box<dyn Port>, Trouble> {
            match first.take() {
                Some((port, bytes)) => Ok(Box::new(Resumed {
                    port,
                    bytes: bytes.into(),
                })),
                None => then.open(path, line),
            }
        },
    )
}

/// A line that begins with bytes that were read before.
struct Resumed {
    port: Box<dyn Port>,
    bytes: VecDeque<u8>,
}

impl Port for Resumed {
    fn read(&mut self, buffer: &mut [u8], wait: Duration) -> Result<usize, Trouble> {
        if self.bytes.is_empty() {
            return self.port.read(buffer, wait);
        }
        let n = buffer.len().min(self.bytes.len());
        for (place, byte) in buffer.iter_mut().zip(self.bytes.drain(..n)) {
            *place = byte;
        }
        Ok(n)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), Trouble> {
        self.port.write(bytes)
    }

    fn is_still_at(&self, path: &Path) -> bool {
        self.port.is_still_at(path)
    }
}

/// An opener that asks once more whether the right device stands at the path: numbers swap while a hub comes back.
pub fn guarded(
    mut then: Box<dyn Opener>,
    mut is_there: impl FnMut(&Path) -> bool + Send + 'static,
) -> Box<dyn Opener> {
    Box::new(
        move |path: &Path, line: &Line| -> Result<Box<dyn Port>, Trouble> {
            match is_there(path) {
                true => then.open(path, line),
                false => Err(Trouble::Absent),
            }
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::builtin;

    /// A line that gives its chunks one by one, and fails the test if anything is said to it.
    struct Script(VecDeque<Vec<u8>>);

    impl Port for Script {
        fn read(&mut self, buffer: &mut [u8], _: Duration) -> Result<usize, Trouble> {
            let chunk = self.0.pop_front().unwrap_or_default();
            buffer[..chunk.len()].copy_from_slice(&chunk);
            Ok(chunk.len())
        }
        fn write(&mut self, bytes: &[u8]) -> Result<(), Trouble> {
            panic!("{bytes:02x?} said to a stranger");
        }
        fn is_still_at(&self, _: &Path) -> bool {
            true
        }
    }

    fn hear(chunks: &[&[u8]]) -> Option<(String, Vec<u8>)> {
        let chunks: Vec<Vec<u8>> = chunks.iter().map(|c| c.to_vec()).collect();
        let mut opener = move |_: &Path, _: &Line| -> Result<Box<dyn Port>, Trouble> {
            Ok(Box::new(Script(chunks.clone().into())))
        };
        let maybe = ["rc522-arduino", "rdm6300", "em18", "yrm100", "cdc-scanner"];
        let maybe = maybe.map(|name| builtin().find(name).unwrap());
        let (stop, short) = (AtomicBool::new(false), Duration::from_millis(30));
        let heard = listen(&mut opener, Path::new("/dev/x"), &maybe, false, short, &stop).unwrap()?;
        Some((heard.profile.name.to_string(), heard.bytes))
    }

    #[test]
    fn a_family_is_known_by_its_speech() {
        let frame = b"\x0201000734E0D2\x03";
        assert_eq!(hear(&[b"noise", &frame[..5], &frame[5..]]).unwrap().0, "rdm6300");
        assert_eq!(
            hear(&[b"boot\r\nCard UID: 24 D3 4F 59\r\n"]).unwrap().0,
            "rc522-arduino"
        );
        let heard = hear(&[frame]).unwrap();
        assert_eq!(heard.1, frame, "nothing that was heard is lost");
    }

    #[test]
    fn chance_and_text_are_no_proof() {
        assert_eq!(hear(&[]), None);
        assert_eq!(hear(&[b"$GPRMC,123519,A,4807.038,N*6A\r\n"]), None, "a GPS");
        assert_eq!(hear(&[b"2900000000018\r"]), None, "any text is a good bar code");
        let notice = hex::decode("bb02220009cf1000032692012a796b7e").unwrap();
        assert_eq!(hear(&[&notice]), None, "one sum of eight bits is chance");
        assert_eq!(hear(&[&notice, &notice]).unwrap().0, "yrm100");
    }
}
