//! A conversation with a CCID reader: is a card there, and which?
//!
//! ```text
//!   slot status? ── none ──────────────────────────────┐ every 250 ms, or at once when the interrupt pipe says so
//!        │ a card                                      │
//!   power on ── serial? ── (fetch) ── tag ── power off ┘
//! ```
//!
//! A card that lies there is asked again each time, so that it stays one scan, and so that one laid in its place between
//! two looks is never taken for it.
//!
//! A Touchatag has a secure module in that slot, always there, and no card of its own: its profile has a command for the
//! PN532 inside (`speak.poll`) that lists cards, and that is said again and again instead.
//!
//! One question is under way at a time; its number must come back. A card counts as taken away when it was gone for
//! [`SETTLED_MS`]: at the edge of the field it comes and goes, and is the same card.
//! Lights and buzzer wait for the answer that is under way, and come before the next question.
//! Sources: as in `protocol/ccid.rs`; that GetSlotStatus may take a second on old firmware: github.com/LudovicRousseau/CCID
//! src/ccid_usb.c.

use super::{Dialogue, cue_of, ear::Ear, field::Field};
use crate::{
    cue::Cue,
    profile::{CueBytes, Profile},
    wire::{
        Reading, Reject, Status, Verdict, identity,
        protocol::{
            apdu,
            ccid::{self, Answer, Message, Messages},
            pn532,
        },
    },
};
use std::collections::VecDeque;

/// The slot with the antenna; a reader with a secure module beside it has that on another, or on another interface.
const SLOT: u8 = 0;
/// From one look at the slot to the next, unless the profile says otherwise.
const POLL_MS: u64 = 250;
/// Longest wait for an answer: old firmware takes a second to say that there is no card, a cue lasts as long.
const PATIENCE_MS: u64 = 2000;
/// How long a card must be gone before it counts as taken away.
const SETTLED_MS: u64 = 300;
/// How often a card that says nothing is asked before it is left alone until it goes.
const TRIES: u8 = 3;
/// Most commands that wait to be said; a cue has two or three.
const MAX_WAITING: usize = 16;

/// What was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Question {
    Status,
    PowerOn,
    Serial,
    /// Which cards the PN532 inside sees.
    List,
    PowerOff,
    /// A command of the profile: at the beginning, or a cue.
    Command,
}

/// What lies in the field.
enum Card {
    None,
    /// It said nothing yet, after so many tries.
    Dumb(u8),
    Read,
}

pub struct Talk {
    ear: Ear<Messages>,
    init: Vec<Vec<u8>>,
    cues: CueBytes,
    poll_ms: u64,
    now_ms: u64,
    /// Number of the next question.
    seq: u8,
    /// What is under way: the question, its number, until when an answer is waited for.
    asked: Option<(Question, u8, u64)>,
    /// Commands of the profile that wait.
    waiting: VecDeque<Vec<u8>>,
    look_ms: u64,
    /// What lists cards, for a reader whose slot tells nothing of them.
    list: Vec<u8>,
    field: Field,
    card: Card,
    /// A card that is gone, until it counts as taken away.
    gone_ms: Option<u64>,
}

impl Talk {
    pub fn new(profile: &Profile) -> Self {
        let init = profile.speak.init.iter();
        Self {
            ear: Ear::new(Messages),
            init: init.flat_map(|b| apdu::each(&b.0)).map(<[u8]>::to_vec).collect(),
            cues: profile.cue.clone(),
            poll_ms: match profile.speak.poll_ms {
                0 => POLL_MS,
                ms => ms.into(),
            },
            now_ms: 0,
            seq: 0,
            asked: None,
            waiting: VecDeque::new(),
            look_ms: 0,
            list: profile.speak.poll.0.clone(),
            field: Field::default(),
            card: Card::None,
            gone_ms: None,
        }
    }

    fn ask(&mut self, question: Question, send: &mut Vec<Vec<u8>>, message: impl FnOnce(u8) -> Vec<u8>) {
        send.push(message(self.seq));
        self.asked = Some((question, self.seq, self.now_ms.saturating_add(PATIENCE_MS)));
        self.seq = self.seq.wrapping_add(1);
    }

    fn exchange(&mut self, question: Question, apdu: &[u8], send: &mut Vec<Vec<u8>>) {
        self.ask(question, send, |seq| match apdu {
            // The reader's own commands are no APDUs of the card, and go round it.
            [0xE0, ..] => ccid::escape(SLOT, seq, apdu),
            _ => ccid::exchange(SLOT, seq, apdu),
        });
    }

    /// Says what is to be said next, if nothing is under way.
    fn go_on(&mut self, send: &mut Vec<Vec<u8>>) {
        if self.asked.is_some() {
            return;
        }
        if let Some(command) = self.waiting.pop_front() {
            self.exchange(Question::Command, &command, send);
        } else if self.now_ms >= self.look_ms {
            self.look_ms = self.now_ms.saturating_add(self.poll_ms);
            if !self.list.is_empty() {
                let list = self.list.clone();
                return self.exchange(Question::List, &list, send);
            }
            self.ask(Question::Status, send, |seq| ccid::slot_status(SLOT, seq));
        }
    }

    fn hear(&mut self, frame: Result<Message, Reject>, out: &mut Vec<Verdict>, send: &mut Vec<Vec<u8>>) {
        match frame {
            Err(reject) => out.push(Verdict::Reject(reject)),
            Ok(Message::HardwareError) => out.push(Verdict::Status(Status::Other("hardware error"))),
            Ok(Message::Notice(changes)) => {
                for (slot, came) in changes {
                    match came {
                        _ if slot != SLOT || !self.list.is_empty() => {}
                        true => self.look_ms = self.now_ms,
                        false => self.gone(),
                    }
                }
            }
            Ok(Message::Answer(answer)) => self.answered(&answer, out, send),
        }
    }

    fn answered(&mut self, answer: &Answer, out: &mut Vec<Verdict>, send: &mut Vec<Vec<u8>>) {
        let Some((question, ..)) = self.asked.filter(|(_, seq, _)| *seq == answer.seq) else {
            out.push(Verdict::Status(Status::Other("late answer")));
            return;
        };
        if answer.waits() {
            self.asked = Some((question, answer.seq, self.now_ms.saturating_add(PATIENCE_MS)));
            return;
        }
        self.asked = None;
        // Touchatag keeps an answer until it is fetched.
        if let Some(([], word)) = apdu::answer(&answer.data)
            && let [0x61, count] = word.to_be_bytes()
        {
            return self.exchange(question, &apdu::get_response(count), send);
        }
        match question {
            Question::Status if !answer.has_card() => self.gone(),
            Question::Status => self.there(send),
            Question::PowerOn if answer.failed() => self.dumb(),
            Question::PowerOn => self.exchange(Question::Serial, &apdu::GET_UID, send),
            Question::Serial => self.serial(answer, out, send),
            Question::List => self.listed(answer, out),
            Question::PowerOff | Question::Command => {}
        }
    }

    /// There is a card, be it the same or another.
    fn there(&mut self, send: &mut Vec<Vec<u8>>) {
        self.gone_ms = None;
        match self.card {
            Card::Dumb(TRIES..) => {}
            _ => self.ask(Question::PowerOn, send, |seq| ccid::power_on(SLOT, seq)),
        }
    }

    fn serial(&mut self, answer: &Answer, out: &mut Vec<Verdict>, send: &mut Vec<Vec<u8>>) {
        match apdu::answer(&answer.data) {
            Some((body, apdu::DONE)) => match identity::uid(body) {
                Ok(tag) => {
                    out.push(Verdict::Tag(Reading::of(tag)));
                    self.card = Card::Read;
                }
                Err(reject) => {
                    out.push(Verdict::Reject(reject));
                    self.dumb();
                }
            },
            _ => {
                out.push(Verdict::Reject(Reject::NoTag));
                self.dumb();
            }
        }
        self.ask(Question::PowerOff, send, |seq| ccid::power_off(SLOT, seq));
    }

    fn listed(&mut self, answer: &Answer, out: &mut Vec<Verdict>) {
        let before = out.len();
        match apdu::answer(&answer.data) {
            Some(([0xD5, pn532::LISTED, targets @ ..], apdu::DONE)) => pn532::targets(targets, out),
            _ => out.push(Verdict::Reject(Reject::NoTag)),
        }
        let cards = out.iter().skip(before).any(|v| matches!(v, Verdict::Tag(_)));
        if self.field.listed(cards) {
            out.push(Verdict::Status(Status::Removed));
        }
    }

    fn dumb(&mut self) {
        self.card = match self.card {
            Card::Dumb(tries) => Card::Dumb(tries.saturating_add(1)),
            Card::None | Card::Read => Card::Dumb(1),
        };
    }

    /// There is no card now.
    fn gone(&mut self) {
        match self.card {
            Card::None => {}
            Card::Dumb(_) => self.card = Card::None,
            Card::Read if self.gone_ms.is_none() => {
                self.gone_ms = Some(self.now_ms.saturating_add(SETTLED_MS));
            }
            Card::Read => {}
        }
    }
}

impl Dialogue for Talk {
    fn open(&mut self, now_ms: u64, send: &mut Vec<Vec<u8>>) {
        self.now_ms = now_ms;
        self.look_ms = now_ms;
        self.waiting.extend(self.init.iter().cloned());
        if !self.list.is_empty() {
            // What is in the slot must be powered, or nothing is passed on.
            self.ask(Question::Command, send, |seq| ccid::power_on(SLOT, seq));
        }
        self.go_on(send);
    }

    fn push(&mut self, bytes: &[u8], now_ms: u64, out: &mut Vec<Verdict>, send: &mut Vec<Vec<u8>>) {
        self.now_ms = now_ms;
        for frame in self.ear.hear(bytes, now_ms) {
            self.hear(frame, out, send);
        }
        self.go_on(send);
    }

    fn tick(&mut self, now_ms: u64, out: &mut Vec<Verdict>, send: &mut Vec<Vec<u8>>) {
        self.now_ms = now_ms;
        for frame in self.ear.tick(now_ms) {
            self.hear(frame, out, send);
        }
        if self.asked.is_some_and(|(_, _, until)| now_ms >= until) {
            self.asked = None;
            out.push(Verdict::Status(Status::Other("no answer")));
        }
        if self.gone_ms.is_some_and(|due| now_ms >= due) {
            self.gone_ms = None;
            self.card = Card::None;
            out.push(Verdict::Status(Status::Removed));
        }
        self.go_on(send);
    }

    fn due_ms(&self) -> Option<u64> {
        let next = self.asked.map_or(self.look_ms, |(_, _, until)| until);
        let others = self.ear.due_ms().into_iter().chain(self.gone_ms);
        others.chain([next]).min()
    }

    fn cue(&mut self, cue: Cue, send: &mut Vec<Vec<u8>>) {
        // What was not sounded yet is replaced: it is about something that is past.
        let commands = apdu::each(&cue_of(&self.cues, cue).0);
        self.waiting = commands
            .into_iter()
            .take(MAX_WAITING)
            .map(<[u8]>::to_vec)
            .collect();
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
