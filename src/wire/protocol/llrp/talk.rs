//! How an LLRP reader is spoken with: one ROSpec that inventories all antennas, keep-alives, a clean end.
//!
//! ```text
//!   reader               we
//!   63 connected    ->
//!                   <-   21 delete every ROSpec: what an earlier client left would go on beside ours
//!   31 deleted      ->
//!                   <-   20 add ours, disabled
//!   30 added        ->
//!                   <-   24 enable it, which starts it
//!   34 enabled      ->
//!   61 report …     ->        each tag as it is seen
//!   62 keep-alive   ->
//!                   <-   72
//!                   <-   21, 14 when the line is let go
//! ```
//!
//! Such a reader says nothing before it has a ROSpec: also one that is attached by the family's bare name is
//! spoken to. Everything sent is volatile. An answer that does not come, or is no, begins it all anew after five seconds.
//!
//! Knows: who speaks when. Must not know: sockets.

use super::super::super::dialogue::cue_of;
use super::super::super::framing::Hunt;
use super::super::super::{Dialogue, Reject, Verdict};
use super::{Body, Llrp, Message, kind, tell};
use crate::{
    cue::Cue,
    profile::{CueBytes, Profile, Speak},
};

/// How long an answer may take, and how long is waited before all is said again.
const PATIENCE_MS: u64 = 5_000;
/// Our ROSpec, and the inventory in it.
const ROSPEC: u32 = 1;
const INVENTORY: u16 = 1;
/// EPC Gen2 air protocol.
const C1G2: u8 = 1;
/// Which fields a report carries: antenna, peak strength, how often seen.
const CONTENTS: u16 = 1 << 12 | 1 << 10 | 1 << 7;

/// A message with its header.
fn message(kind: u16, number: u32, parameters: &[u8]) -> Vec<u8> {
    let length = u32::try_from(parameters.len() + super::HEADER).unwrap_or(u32::MAX);
    [
        (1 << 10 | kind).to_be_bytes().as_slice(),
        &length.to_be_bytes(),
        &number.to_be_bytes(),
        parameters,
    ]
    .concat()
}

/// A parameter with its type and length.
fn tlv(kind: u16, value: &[&[u8]]) -> Vec<u8> {
    let value = value.concat();
    let length = u16::try_from(value.len() + 4).unwrap_or(u16::MAX);
    [kind.to_be_bytes().as_slice(), &length.to_be_bytes(), &value].concat()
}

/// Deletes every ROSpec: number 0 means all.
pub fn delete_rospecs(number: u32) -> Vec<u8> {
    message(kind::DELETE_ROSPEC, number, &0_u32.to_be_bytes())
}

/// Adds a ROSpec that starts when it is enabled, never stops by itself, uses every antenna and reports tag by tag.
pub fn add_rospec(number: u32) -> Vec<u8> {
    const IMMEDIATELY: u8 = 1;
    const NEVER: [u8; 5] = [0; 5];
    const EACH_TAG: u8 = 1;
    let boundary = tlv(178, &[&tlv(179, &[&[IMMEDIATELY]]), &tlv(182, &[&NEVER])]);
    let inventory = tlv(186, &[&INVENTORY.to_be_bytes(), &[C1G2]]);
    // One antenna named 0 is all of them.
    let antennas = [1_u16.to_be_bytes(), 0_u16.to_be_bytes()].concat();
    let air = tlv(183, &[&antennas, &tlv(184, &[&NEVER]), &inventory]);
    let contents = tlv(238, &[&CONTENTS.to_be_bytes()]);
    let report = tlv(237, &[&[EACH_TAG], &1_u16.to_be_bytes(), &contents]);
    // Priority 0 is the highest, state 0 is disabled.
    let rospec = tlv(177, &[&ROSPEC.to_be_bytes(), &[0, 0], &boundary, &air, &report]);
    message(kind::ADD_ROSPEC, number, &rospec)
}

pub fn enable_rospec(number: u32) -> Vec<u8> {
    message(kind::ENABLE_ROSPEC, number, &ROSPEC.to_be_bytes())
}

/// The answer to a keep-alive carries its number.
pub fn keepalive_ack(number: u32) -> Vec<u8> {
    message(kind::KEEPALIVE_ACK, number, &[])
}

pub fn close_connection(number: u32) -> Vec<u8> {
    message(kind::CLOSE, number, &[])
}

/// What is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Greeting,
    Deleted,
    Added,
    Enabled,
    /// Reports come; nothing is waited for.
    Running,
    /// It said no; all begins anew after a while.
    Refused,
}

struct Talk {
    hunt: Hunt<Llrp>,
    frames: Vec<Result<Message, Reject>>,
    speak: Speak,
    cues: CueBytes,
    step: Step,
    due_ms: Option<u64>,
    number: u32,
}

pub fn dialogue(profile: &Profile) -> Box<dyn Dialogue> {
    Box::new(Talk {
        hunt: Hunt::new(Llrp),
        frames: Vec::new(),
        speak: profile.speak.clone(),
        cues: profile.cue.clone(),
        step: Step::Greeting,
        due_ms: None,
        number: 0,
    })
}

impl Talk {
    fn number(&mut self) -> u32 {
        self.number = self.number.wrapping_add(1);
        self.number
    }

    fn go(&mut self, step: Step, now_ms: u64) {
        self.step = step;
        self.due_ms = (step != Step::Running).then(|| now_ms.saturating_add(PATIENCE_MS));
    }

    fn begin(&mut self, now_ms: u64, send: &mut Vec<Vec<u8>>) {
        // What a model wants to hear first stands in its profile.
        send.extend(self.speak.init.iter().map(|bytes| bytes.0.clone()));
        send.push(delete_rospecs(self.number()));
        self.go(Step::Deleted, now_ms);
    }

    fn take(&mut self, message: &Message, now_ms: u64, send: &mut Vec<Vec<u8>>) {
        match (&message.body, message.kind, self.step) {
            (Body::Keepalive, _, _) => send.push(keepalive_ack(message.number)),
            (
                Body::Event {
                    connection: Some(0), ..
                },
                _,
                Step::Greeting,
            ) => self.begin(now_ms, send),
            (
                Body::Event {
                    connection: Some(_), ..
                },
                _,
                _,
            ) => self.go(Step::Refused, now_ms),
            // A reader that had none may call that an error.
            (Body::Answer { .. }, kind::ROSPEC_DELETED, Step::Deleted) => {
                send.push(add_rospec(self.number()));
                self.go(Step::Added, now_ms);
            }
            (Body::Answer { code: 0, .. }, kind::ROSPEC_ADDED, Step::Added) => {
                send.push(enable_rospec(self.number()));
                self.go(Step::Enabled, now_ms);
            }
            (Body::Answer { code: 0, .. }, kind::ROSPEC_ENABLED, Step::Enabled) => {
                self.go(Step::Running, now_ms);
            }
            (Body::Answer { code, .. }, kind::ERROR | kind::ROSPEC_ADDED | kind::ROSPEC_ENABLED, step)
                if *code != 0 && step != Step::Running =>
            {
                self.go(Step::Refused, now_ms);
            }
            _ => {}
        }
    }

    fn tell(&mut self, now_ms: u64, out: &mut Vec<Verdict>, send: &mut Vec<Vec<u8>>) {
        for frame in std::mem::take(&mut self.frames) {
            match frame {
                Ok(message) => {
                    self.take(&message, now_ms, send);
                    tell(message, out);
                }
                Err(reject) => out.push(Verdict::Reject(reject)),
            }
        }
    }
}

impl Dialogue for Talk {
    fn open(&mut self, now_ms: u64, _send: &mut Vec<Vec<u8>>) {
        self.go(Step::Greeting, now_ms);
    }

    fn push(&mut self, bytes: &[u8], now_ms: u64, out: &mut Vec<Verdict>, send: &mut Vec<Vec<u8>>) {
        self.hunt.take(bytes, &mut self.frames);
        self.tell(now_ms, out, send);
    }

    fn tick(&mut self, now_ms: u64, _out: &mut Vec<Verdict>, send: &mut Vec<Vec<u8>>) {
        if self.due_ms.is_some_and(|due| now_ms >= due) {
            self.begin(now_ms, send);
        }
    }

    fn due_ms(&self) -> Option<u64> {
        self.due_ms
    }

    fn cue(&mut self, cue: Cue, send: &mut Vec<Vec<u8>>) {
        let bytes = cue_of(&self.cues, cue);
        if !bytes.0.is_empty() {
            send.push(bytes.0.clone());
        }
    }

    fn close(&mut self, send: &mut Vec<Vec<u8>>) {
        send.push(delete_rospecs(self.number()));
        send.push(close_connection(self.number()));
    }

    fn lost(&mut self, out: &mut Vec<Verdict>) {
        self.hunt.silence(&mut self.frames);
        self.step = Step::Greeting;
        self.due_ms = None;
        let mut send = Vec::new();
        self.tell(0, out, &mut send);
    }

    fn held(&self) -> usize {
        self.hunt.waiting()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::Family;

    /// What is heard and what is said, as hexadecimal, with the time before it: `0 <event>`, `5000 >delete`.
    struct Line {
        talk: Box<dyn Dialogue>,
        out: Vec<Verdict>,
        send: Vec<Vec<u8>>,
    }

    impl Line {
        fn open() -> Self {
            let profile = Profile::generic(Family::Llrp).unwrap();
            let mut line = Self {
                talk: dialogue(&profile),
                out: Vec::new(),
                send: Vec::new(),
            };
            line.talk.open(0, &mut line.send);
            line
        }

        /// The types of the messages that are said to this.
        fn hears(&mut self, bytes: &[u8], at: u64) -> Vec<u16> {
            self.talk.push(bytes, at, &mut self.out, &mut self.send);
            self.said()
        }

        fn at(&mut self, ms: u64) -> Vec<u16> {
            self.talk.tick(ms, &mut self.out, &mut self.send);
            self.said()
        }

        fn said(&mut self) -> Vec<u16> {
            let kind = |message: Vec<u8>| u16::from_be_bytes([message[0] & 3, message[1]]);
            self.send.drain(..).map(kind).collect()
        }
    }

    fn event(status: u16) -> Vec<u8> {
        let status = tlv(256, &[&status.to_be_bytes()]);
        let time = tlv(128, &[&[0; 8]]);
        message(kind::EVENT, 0, &tlv(246, &[&time, &status]))
    }

    fn answer(kind: u16, code: u16) -> Vec<u8> {
        let words: &[u8] = if code == 0 { b"" } else { b"no" };
        let length = u16::try_from(words.len()).unwrap().to_be_bytes();
        let status = tlv(287, &[&code.to_be_bytes(), &length, words]);
        message(kind, 1, &status)
    }

    #[test]
    fn it_is_greeted_told_what_to_do_and_answered() {
        let mut line = Line::open();
        assert_eq!(line.at(100), [0; 0], "the reader speaks first");
        assert_eq!(line.hears(&event(0), 100), [21]);
        assert_eq!(line.hears(&answer(31, 0), 110), [20]);
        assert_eq!(line.hears(&answer(30, 0), 120), [24]);
        assert_eq!(line.hears(&answer(34, 0), 130), [0; 0]);
        assert_eq!(line.talk.due_ms(), None);
        let keepalive = hex::decode("043e0000000a00000001").unwrap();
        line.talk.push(&keepalive, 10_000, &mut line.out, &mut line.send);
        assert_eq!(hex::encode_upper(line.send.concat()), "04480000000A00000001");
        line.send.clear();
        line.talk.close(&mut line.send);
        assert_eq!(line.said(), [21, 14]);
    }

    #[test]
    fn no_and_silence_begin_it_anew() {
        let mut line = Line::open();
        assert_eq!(line.at(4_999), [0; 0]);
        assert_eq!(line.at(5_000), [21], "some readers do not greet");
        assert_eq!(
            line.hears(&answer(31, 102), 5_010),
            [20],
            "there was none to delete"
        );
        assert_eq!(line.hears(&answer(30, 100), 5_020), [0; 0]);
        assert_eq!(line.at(9_000), [0; 0]);
        assert_eq!(line.at(10_020), [21]);
        assert_eq!(line.at(15_020), [21], "no answer at all");
        let mut line = Line::open();
        assert_eq!(line.hears(&event(2), 0), [0; 0], "another client is there");
        assert_eq!(line.talk.due_ms(), Some(5_000));
    }

    /// Written by hand from the layouts of the standard, section 17.
    #[test]
    fn commands_byte_for_byte() {
        for (bytes, written) in [
            (delete_rospecs(1), "0415 0000000E 00000001 00000000"),
            (
                add_rospec(2),
                "0414 0000004B 00000002 \
                 00B1 0041 00000001 00 00 \
                 00B2 0012 00B3 0005 01 00B6 0009 00 00000000 \
                 00B7 0018 0001 0000 00B8 0009 00 00000000 00BA 0007 0001 01 \
                 00ED 000D 01 0001 00EE 0006 1480",
            ),
            (enable_rospec(3), "0418 0000000E 00000003 00000001"),
            (keepalive_ack(1), "0448 0000000A 00000001"),
            (close_connection(5), "040E 0000000A 00000005"),
        ] {
            let written: String = written.split_whitespace().collect();
            assert_eq!(hex::encode_upper(bytes), written);
        }
    }
}
