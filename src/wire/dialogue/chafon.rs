//! A conversation with a Reader18 or Reader288: one inventory round after the other.
//!
//! ```text
//!   commands of the profile ── inventory ── answers «more follows» … ── «all of it» ─┐
//!                                  ^                                                 │ after 50 ms, cues first
//!                                  └─────────────────────────────────────────────────┘
//! ```
//!
//! Everything is said to address FF: there is one reader on the line, whatever address it was given.
//! A reader that is meant for many tags asks for a longer round; the profile may ask for any other (`speak.poll`).
//! Sources: as in `protocol/reader18.rs` and `reader288.rs`.

use super::{Dialogue, cue_of, ear::Ear};
use crate::{
    cue::Cue,
    profile::{CueBytes, Family, Profile},
    wire::{
        Reject, Status, Verdict,
        protocol::{
            reader18::{self, Answer, Answers, status},
            reader288,
        },
    },
};
use std::collections::VecDeque;

/// From the end of a round to the next, unless the profile says otherwise.
const POLL_MS: u64 = 50;
/// Longest wait for an answer: a round lasts as long as the reader was set to, as sold 1 s.
const PATIENCE_MS: u64 = 3000;
/// A round for what lies on a desk: 2^4 slots, 0.3 s, antenna 1.
const DESK_ROUND: reader288::Round = reader288::Round {
    q: 4,
    session: 0,
    antenna: 0,
    time: 3,
};
/// A round for a pile (`bulk` in the profile): 2^8 slots, 2 s.
const PILE_ROUND: reader288::Round = reader288::Round {
    q: 8,
    time: 20,
    ..DESK_ROUND
};
/// Most commands that wait to be said.
const MAX_WAITING: usize = 16;

pub struct Talk {
    ear: Ear<Answers>,
    tell: fn(Answer, &mut Vec<Verdict>),
    init: Vec<Vec<u8>>,
    round: Vec<u8>,
    cues: CueBytes,
    poll_ms: u64,
    now_ms: u64,
    waiting: VecDeque<Vec<u8>>,
    /// The command that is under way, and until when its answer is waited for.
    asked: Option<(u8, u64)>,
    next_ms: u64,
}

impl Talk {
    pub fn new(profile: &Profile) -> Self {
        let all = reader18::BROADCAST;
        let (tell, round) = match profile.family {
            Family::UhfReader288 => (
                reader288::judge as fn(Answer, &mut Vec<Verdict>),
                reader288::inventory(
                    all,
                    match profile.bulk {
                        true => PILE_ROUND,
                        false => DESK_ROUND,
                    },
                ),
            ),
            _ => (reader18::judge as _, reader18::inventory(all)),
        };
        Self {
            ear: Ear::new(Answers),
            tell,
            init: profile.speak.init.iter().map(|b| b.0.clone()).collect(),
            round: match profile.speak.poll.0.is_empty() {
                true => round,
                false => profile.speak.poll.0.clone(),
            },
            cues: profile.cue.clone(),
            poll_ms: match profile.speak.poll_ms {
                0 => POLL_MS,
                ms => ms.into(),
            },
            now_ms: 0,
            waiting: VecDeque::new(),
            asked: None,
            next_ms: 0,
        }
    }

    fn go_on(&mut self, send: &mut Vec<Vec<u8>>) {
        if self.asked.is_some() {
            return;
        }
        let message = match self.waiting.pop_front() {
            Some(command) => command,
            None if self.now_ms >= self.next_ms => self.round.clone(),
            None => return,
        };
        let command = message.get(2).copied().unwrap_or_default();
        self.asked = Some((command, self.now_ms.saturating_add(PATIENCE_MS)));
        send.push(message);
    }

    fn hear(&mut self, frame: Result<Answer, Reject>, out: &mut Vec<Verdict>) {
        let answer = match frame {
            Ok(answer) => answer,
            Err(reject) => return out.push(Verdict::Reject(reject)),
        };
        let inventory = matches!(answer.command, reader18::INVENTORY | reader18::INVENTORY_SINGLE);
        if self.asked.is_some_and(|(command, _)| command == answer.command) {
            match inventory && answer.status == status::MORE {
                true => self.asked = Some((answer.command, self.now_ms.saturating_add(PATIENCE_MS))),
                false => {
                    self.asked = None;
                    self.next_ms = self.now_ms.saturating_add(self.poll_ms);
                }
            }
        }
        (self.tell)(answer, out);
    }
}

/// Cuts frames that stand one behind the other.
fn each(mut bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut frames = Vec::new();
    while let Some(length) = bytes.first() {
        let (frame, later) = bytes.split_at((usize::from(*length) + 1).min(bytes.len()));
        frames.push(frame.to_vec());
        bytes = later;
    }
    frames
}

impl Dialogue for Talk {
    fn open(&mut self, now_ms: u64, send: &mut Vec<Vec<u8>>) {
        self.now_ms = now_ms;
        self.next_ms = now_ms;
        self.waiting.extend(self.init.iter().cloned());
        self.go_on(send);
    }

    fn push(&mut self, bytes: &[u8], now_ms: u64, out: &mut Vec<Verdict>, send: &mut Vec<Vec<u8>>) {
        self.now_ms = now_ms;
        for frame in self.ear.hear(bytes, now_ms) {
            self.hear(frame, out);
        }
        self.go_on(send);
    }

    fn tick(&mut self, now_ms: u64, out: &mut Vec<Verdict>, send: &mut Vec<Vec<u8>>) {
        self.now_ms = now_ms;
        for frame in self.ear.tick(now_ms) {
            self.hear(frame, out);
        }
        if self.asked.is_some_and(|(_, until)| now_ms >= until) {
            self.asked = None;
            out.push(Verdict::Status(Status::Other("no answer")));
        }
        self.go_on(send);
    }

    fn due_ms(&self) -> Option<u64> {
        let next = self.asked.map_or(self.next_ms, |(_, until)| until);
        self.ear.due_ms().into_iter().chain([next]).min()
    }

    fn cue(&mut self, cue: Cue, send: &mut Vec<Vec<u8>>) {
        let frames = each(&cue_of(&self.cues, cue).0);
        self.waiting = frames.into_iter().take(MAX_WAITING).collect();
        self.go_on(send);
    }

    fn close(&mut self, _send: &mut Vec<Vec<u8>>) {}

    fn lost(&mut self, out: &mut Vec<Verdict>) {
        self.ear.lost(out);
    }

    fn held(&self) -> usize {
        self.ear.held()
    }
}
