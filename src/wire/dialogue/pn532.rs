//! A conversation with a PN532 on a serial line: wake it, set it up, and ask again and again which cards lie there.
//!
//! ```text
//!   wake + SAMConfiguration ── RFConfiguration ── InListPassiveTarget ─┐
//!            ^                                        ^                │ every 150 ms
//!            └───── no answer, an error ──────────────└────────────────┘
//! ```
//!
//! One command is under way at a time: ACK, then its answer. A card that the chip misses once is still there.
//! Sources: as in `protocol/pn532.rs`; patience of 1.5 s on a Raspberry Pi: nfcpy, src/nfc/clf/pn532.py.

use super::{Dialogue, ear::Ear, field::Field};
use crate::{
    cue::Cue,
    profile::Profile,
    wire::{
        Reject, Status, Verdict,
        protocol::pn532::{self, Message, Messages},
    },
};

/// From an answer to the next question, unless the profile says otherwise.
const POLL_MS: u64 = 150;
/// Longest wait for an answer.
const PATIENCE_MS: u64 = 1500;
/// Pause before a chip that does not answer is woken again.
const PAUSE_MS: u64 = 1000;
/// How often the chip looks for a card before it says that there is none.
const TRIES: u8 = 2;
/// Cards that are listed at once: one on the item, one on the badge.
const CARDS: u8 = 2;
/// Answer to RFConfiguration.
const TUNED: u8 = 0x33;

/// What is under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Wake,
    Tune,
    List,
}

impl Step {
    fn message(self) -> Vec<u8> {
        match self {
            Step::Wake => pn532::wake(),
            Step::Tune => pn532::tries(TRIES),
            Step::List => pn532::list(CARDS),
        }
    }

    fn answer(self) -> u8 {
        match self {
            Step::Wake => pn532::CONFIGURED,
            Step::Tune => TUNED,
            Step::List => pn532::LISTED,
        }
    }
}

pub struct Talk {
    ear: Ear<Messages>,
    poll_ms: u64,
    step: Step,
    /// Until when an answer is waited for; `None`: nothing is under way.
    until_ms: Option<u64>,
    /// When the step is said.
    next_ms: u64,
    field: Field,
}

impl Talk {
    pub fn new(profile: &Profile) -> Self {
        Self {
            ear: Ear::new(Messages),
            poll_ms: match profile.speak.poll_ms {
                0 => POLL_MS,
                ms => ms.into(),
            },
            step: Step::Wake,
            until_ms: None,
            next_ms: 0,
            field: Field::default(),
        }
    }

    fn say(&mut self, now_ms: u64, send: &mut Vec<Vec<u8>>) {
        send.push(self.step.message());
        self.until_ms = Some(now_ms.saturating_add(PATIENCE_MS));
    }

    fn then(&mut self, step: Step, at_ms: u64) {
        self.step = step;
        self.until_ms = None;
        self.next_ms = at_ms;
    }

    fn hear(&mut self, frame: Result<Message, Reject>, now_ms: u64, out: &mut Vec<Verdict>) {
        match frame {
            Err(reject) => out.push(Verdict::Reject(reject)),
            Ok(Message::Ack) => {}
            // It asks for the command again.
            Ok(Message::Nak) => self.then(self.step, now_ms),
            Ok(Message::Echo) => out.push(Verdict::Reject(Reject::NotMine)),
            Ok(Message::Error) => {
                out.push(Verdict::Status(Status::Other("error")));
                self.then(Step::Wake, now_ms.saturating_add(PAUSE_MS));
            }
            Ok(Message::Answer { code, data }) => {
                if code == pn532::LISTED {
                    self.listed(&data, out);
                }
                if code == self.step.answer() {
                    match self.step {
                        Step::Wake => self.then(Step::Tune, now_ms),
                        Step::Tune => self.then(Step::List, now_ms),
                        Step::List => self.then(Step::List, now_ms.saturating_add(self.poll_ms)),
                    }
                }
            }
        }
    }

    fn listed(&mut self, data: &[u8], out: &mut Vec<Verdict>) {
        let before = out.len();
        pn532::targets(data, out);
        let cards = out.iter().skip(before).any(|v| matches!(v, Verdict::Tag(_)));
        if self.field.listed(cards) {
            out.push(Verdict::Status(Status::Removed));
        }
    }

    fn go_on(&mut self, now_ms: u64, send: &mut Vec<Vec<u8>>) {
        if self.until_ms.is_none() && now_ms >= self.next_ms {
            self.say(now_ms, send);
        }
    }
}

impl Dialogue for Talk {
    fn open(&mut self, now_ms: u64, send: &mut Vec<Vec<u8>>) {
        self.then(Step::Wake, now_ms);
        self.go_on(now_ms, send);
    }

    fn push(&mut self, bytes: &[u8], now_ms: u64, out: &mut Vec<Verdict>, send: &mut Vec<Vec<u8>>) {
        for frame in self.ear.hear(bytes, now_ms) {
            self.hear(frame, now_ms, out);
        }
        self.go_on(now_ms, send);
    }

    fn tick(&mut self, now_ms: u64, out: &mut Vec<Verdict>, send: &mut Vec<Vec<u8>>) {
        for frame in self.ear.tick(now_ms) {
            self.hear(frame, now_ms, out);
        }
        if self.until_ms.is_some_and(|until| now_ms >= until) {
            out.push(Verdict::Status(Status::Other("no answer")));
            self.then(Step::Wake, now_ms.saturating_add(PAUSE_MS));
        }
        self.go_on(now_ms, send);
    }

    fn due_ms(&self) -> Option<u64> {
        let next = self.until_ms.unwrap_or(self.next_ms);
        self.ear.due_ms().into_iter().chain([next]).min()
    }

    /// The chip has neither lamp nor buzzer.
    fn cue(&mut self, _cue: Cue, _send: &mut Vec<Vec<u8>>) {}

    fn close(&mut self, send: &mut Vec<Vec<u8>>) {
        // Asleep it is found by the next program; in the middle of a search it is not.
        send.push(pn532::power_down());
    }

    fn lost(&mut self, out: &mut Vec<Verdict>) {
        self.ear.lost(out);
    }

    fn held(&self) -> usize {
        self.ear.held()
    }
}
