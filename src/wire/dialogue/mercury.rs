//! A conversation with a module of ThingMagic: stop what streams, set it up, then search, fetch, forget, search again.
//!
//! ```text
//!   stop ── commands of the profile ── search 250 ms ── n found ── fetch (until n) ── forget ─┐
//!                                          ^  └── none ───────────────────────────────────────┤ after 50 ms
//!                                          └──────────────────────────────────────────────────┘
//! ```
//!
//! The module forgets its region, antenna, power and protocol with its supply; the profile says them at every opening.
//! It is never left streaming, so that it is quiet when this program is gone.
//! Sources: as in `protocol/thingmagic.rs`.

use super::{Dialogue, ear::Ear};
use crate::{
    cue::Cue,
    profile::Profile,
    wire::{
        Reject, Status, Verdict,
        protocol::thingmagic::{self, Answer, Answers, op, status},
    },
};
use std::collections::VecDeque;

/// How long the module searches at once.
const SEARCH_MS: u16 = 250;
/// From the end of a search to the next, unless the profile says otherwise.
const POLL_MS: u64 = 50;
/// Longest wait for an answer: SparkFun's library waits as long.
const PATIENCE_MS: u64 = 2000;
/// Pause after an answer that is an error.
const PAUSE_MS: u64 = 1000;

pub struct Talk {
    ear: Ear<Answers>,
    init: Vec<Vec<u8>>,
    poll_ms: u64,
    waiting: VecDeque<Vec<u8>>,
    /// The command that is under way, and until when its answer is waited for.
    asked: Option<(u8, u64)>,
    /// Tags that wait in the module.
    found: u32,
    next_ms: u64,
}

impl Talk {
    pub fn new(profile: &Profile) -> Self {
        Self {
            ear: Ear::new(Answers),
            init: profile.speak.init.iter().map(|b| b.0.clone()).collect(),
            poll_ms: match profile.speak.poll_ms {
                0 => POLL_MS,
                ms => ms.into(),
            },
            waiting: VecDeque::new(),
            asked: None,
            found: 0,
            next_ms: 0,
        }
    }

    fn go_on(&mut self, now_ms: u64, send: &mut Vec<Vec<u8>>) {
        if self.asked.is_some() {
            return;
        }
        let message = match self.waiting.pop_front() {
            Some(command) => command,
            None if now_ms >= self.next_ms => thingmagic::search(SEARCH_MS),
            None => return,
        };
        let command = message.get(2).copied().unwrap_or_default();
        self.asked = Some((command, now_ms.saturating_add(PATIENCE_MS)));
        send.push(message);
    }

    fn hear(&mut self, frame: Result<Answer, Reject>, now_ms: u64, out: &mut Vec<Verdict>) {
        let answer = match frame {
            Ok(answer) => answer,
            Err(reject) => return out.push(Verdict::Reject(reject)),
        };
        let before = out.len();
        thingmagic::tell(&answer, out);
        // A module that still streams answers with the same number; what it tells of tags is true all the same.
        let streams = answer.op == op::READ_MULTIPLE && thingmagic::streams(&answer.data);
        if streams || self.asked.is_none_or(|(command, _)| command != answer.op) {
            return;
        }
        self.asked = None;
        let told = out
            .iter()
            .skip(before)
            .filter(|v| !matches!(v, Verdict::Status(_)));
        let told = u32::try_from(told.count()).unwrap_or(u32::MAX);
        match (answer.op, answer.status) {
            (op::READ_MULTIPLE, status::DONE | status::BUFFER_FULL) => {
                self.found = thingmagic::found(&answer.data).unwrap_or(0);
                self.next_ms = now_ms;
                if self.found > 0 {
                    self.waiting.push_front(thingmagic::fetch());
                }
            }
            (op::TAG_BUFFER, status::DONE) if told > 0 && told < self.found => {
                self.found -= told;
                self.waiting.push_front(thingmagic::fetch());
            }
            (op::TAG_BUFFER, _) => {
                self.found = 0;
                self.waiting.push_front(thingmagic::clear());
            }
            (_, status::DONE | status::NO_TAGS) => self.next_ms = now_ms.saturating_add(self.poll_ms),
            // It cannot now: too hot, no antenna, no region.
            _ => self.next_ms = now_ms.saturating_add(PAUSE_MS),
        }
    }
}

impl Dialogue for Talk {
    fn open(&mut self, now_ms: u64, send: &mut Vec<Vec<u8>>) {
        self.next_ms = now_ms;
        self.waiting.push_back(thingmagic::stop());
        self.waiting.extend(self.init.iter().cloned());
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
        if self.asked.is_some_and(|(_, until)| now_ms >= until) {
            // Perhaps it has lost its supply and its settings with it, or streams: from the beginning.
            out.push(Verdict::Status(Status::Other("no answer")));
            self.asked = None;
            self.found = 0;
            self.waiting.clear();
            self.waiting.push_back(thingmagic::stop());
            self.waiting.extend(self.init.iter().cloned());
        }
        self.go_on(now_ms, send);
    }

    fn due_ms(&self) -> Option<u64> {
        let next = self.asked.map_or(self.next_ms, |(_, until)| until);
        self.ear.due_ms().into_iter().chain([next]).min()
    }

    /// The modules have neither lamp nor buzzer.
    fn cue(&mut self, _cue: Cue, _send: &mut Vec<Vec<u8>>) {}

    fn close(&mut self, send: &mut Vec<Vec<u8>>) {
        send.push(thingmagic::stop());
    }

    fn lost(&mut self, out: &mut Vec<Verdict>) {
        self.ear.lost(out);
    }

    fn held(&self) -> usize {
        self.ear.held()
    }
}
