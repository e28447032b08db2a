//! One opening of a line, from its first byte to the end of it: carry bytes between the line and its dialogue, let through, send on.
//!
//! Knows: an open line and its dialogue. Must not know: how a line is opened, why it ended before.

use super::{
    ReaderInput, Scan,
    crowd::{self, Out},
    health::{Health, MAX_SHOWN, State},
    mood::Mood,
    port::{Port, Trouble},
    supervise::Worker,
};
use crate::{
    capture::What,
    cue::Cue,
    wire::{self, Dialogue, Reject, Status, Verdict},
};
use std::{
    sync::atomic::Ordering,
    time::{Duration, Instant},
};

/// Longest wait for bytes: how late a stop, or a link that was set to another device, is noticed.
const IDLE: Duration = Duration::from_millis(200);
/// The same for a reader that sounds cues: how late a cue may begin.
const IDLE_WITH_CUES: Duration = Duration::from_millis(30);
/// How often an open line's path is compared with the device that was opened.
const STILL_THERE: Duration = Duration::from_millis(500);
/// Shorter times away from the line do not matter to presence.
const AWAY_MS: u64 = 10;
/// Bytes taken from a line at once.
const CHUNK: usize = 4096;

/// Whether the reader speaks as its profile says; «no tag here» is as good a word as a tag.
fn makes_sense(verdict: &Verdict) -> bool {
    !matches!(verdict, Verdict::Reject(reason) if *reason != Reject::NoTag)
}

/// Why a session with an open line ended.
pub(super) enum End {
    Trouble(Trouble),
    Stop,
}

impl Worker {
    /// From an open line to the end of it.
    pub(super) fn session(&mut self, port: &mut dyn Port) -> End {
        let Some(mut dialogue) = wire::dialogue_for(&self.attached.profile) else {
            return End::Trouble(Trouble::Other(format!(
                "{} only decodes and is no reader",
                self.attached.profile.family.as_str()
            )));
        };
        let now = self.clock.now();
        self.entry.set(State::Open, now, "open");
        if self.was_open {
            self.note(|| What::Plug);
        }
        self.was_open = true;
        let told = self.outage.up();
        self.tell(told);
        let end = self.talk(port, dialogue.as_mut());
        match end {
            End::Trouble(_) => {
                self.note(|| What::Unplug);
                self.entry.with(|health| health.losses += 1);
            }
            End::Stop => {
                let mut send = Vec::new();
                dialogue.close(&mut send);
                self.say(port, &mut send);
            }
        }
        self.give_up_rest(dialogue.as_mut());
        end
    }

    fn talk(&mut self, port: &mut dyn Port, dialogue: &mut dyn Dialogue) -> End {
        let idle = match self.attached.profile.cue.is_empty() {
            true => IDLE,
            false => IDLE_WITH_CUES,
        };
        let mut send = Vec::new();
        let mut buffer = [0; CHUNK];
        let mut looked = Instant::now();
        let mut mood = Mood::default();
        let mut tail = Vec::new();
        let mut read_at = self.ms();
        dialogue.open(read_at, &mut send);
        loop {
            if self.stopped() {
                return End::Stop;
            }
            // A cue is no question: many readers beep and say nothing.
            if !send.is_empty() {
                mood.asked(self.ms());
            }
            if let Some(cue) = self.wanted_cue() {
                dialogue.cue(cue, &mut send);
            }
            self.say(port, &mut send);
            // While the queue was full nothing was read: that was no silence of the tags.
            let away_ms = self.ms();
            if away_ms.saturating_sub(read_at) > AWAY_MS {
                self.presence.blind(read_at, away_ms);
            }
            let due = dialogue.due_ms().into_iter().chain(self.crowd.due_ms()).min();
            let due = due.map(|due| due.saturating_sub(away_ms));
            let wait = due.map_or(idle, |due| idle.min(Duration::from_millis(due)));
            // Zero would poll without waiting, and miss bytes that are just arriving.
            let read = port.read(&mut buffer, wait.max(Duration::from_millis(1)));
            read_at = self.ms();
            let bytes = match read {
                Err(trouble) => return End::Trouble(trouble),
                Ok(n) => buffer.get(..n).unwrap_or_default(),
            };
            if !bytes.is_empty() {
                mood.heard();
                self.note(|| What::Received(bytes.to_vec()));
                dialogue.push(bytes, read_at, &mut self.verdicts, &mut send);
                self.entry.with(|health| health.bytes += bytes.len() as u64);
                tail.extend_from_slice(bytes);
                tail.drain(..tail.len().saturating_sub(MAX_SHOWN));
            }
            dialogue.tick(read_at, &mut self.verdicts, &mut send);
            self.verdicts
                .iter()
                .for_each(|verdict| mood.judged(makes_sense(verdict)));
            self.feel(mood.state(read_at));
            if !self.verdicts.is_empty() {
                let shown = if mood.understood() { [].as_slice() } else { &tail };
                self.entry.with(|health| health.unreadable = hex::encode(shown));
            }
            if !self.judge() {
                return End::Stop;
            }
            let told = self.outage.tick(self.ms());
            self.tell(told);
            if looked.elapsed() >= STILL_THERE {
                looked = Instant::now();
                if !port.is_still_at(&self.attached.path) {
                    return End::Trouble(Trouble::Moved);
                }
            }
        }
    }

    /// Says how the open line is doing; once, not at each of the same.
    fn feel(&mut self, state: State) {
        if self.entry.with(|health| health.state) != state {
            let now = self.clock.now();
            self.entry.set(state, now, state.advice());
        }
    }

    /// Counts the verdicts and sends on what is a scan. False: nobody takes it any more.
    fn judge(&mut self) -> bool {
        let now_ms = self.ms();
        let mut out = Vec::new();
        for verdict in std::mem::take(&mut self.verdicts) {
            match verdict {
                Verdict::Reject(reason) => self.entry.with(|health| health.reject(reason)),
                Verdict::Status(Status::Removed) => self.presence.removed(),
                Verdict::Status(Status::Other(_) | Status::Told(..)) => {}
                Verdict::Tag(reading) => {
                    self.entry.with(|health| health.frames += 1);
                    if !self.presence.read(&reading.tag, now_ms) {
                        self.crowd.stays(|scan| scan.reading.tag == reading.tag, &mut out);
                        continue;
                    }
                    let scan = Scan {
                        reader: self.attached.id.clone(),
                        role: self.attached.role,
                        reading,
                        at: self.clock.now(),
                    };
                    self.crowd.came(scan, now_ms, &mut out);
                }
            }
        }
        let here = || self.presence.here(now_ms, crowd::LINGER_MS);
        self.crowd.tick(now_ms, here, &mut out);
        out.into_iter().all(|out| self.hand_on(out))
    }

    /// What the reader has to tell. False: nobody takes it any more.
    fn hand_on(&mut self, out: Out<Scan>) -> bool {
        let count = |health: &mut Health, scan: &Scan| {
            health.scans += 1;
            health.scans_by_gap += u64::from(scan.reading.by_gap);
            health.last_scan = Some(scan.at);
        };
        let input = match out {
            Out::One(scan) => {
                self.entry.with(|health| count(health, &scan));
                ReaderInput::Scan(scan)
            }
            Out::Sweep(scans) => {
                self.entry
                    .with(|health| scans.iter().for_each(|scan| count(health, scan)));
                ReaderInput::Sweep(scans)
            }
            Out::Crowd => {
                let (reader, role) = (self.attached.id.clone(), self.attached.role);
                let at = self.clock.now();
                let words = "many tags at once: none was taken; bulk = true in its profile would take them";
                self.entry.with(|health| health.say(at, words.to_owned()));
                ReaderInput::Crowd { reader, role, at }
            }
        };
        (self.send)(input)
    }

    /// The line died: what it left unfinished is torn and must not pass for a frame that ended by silence.
    fn give_up_rest(&mut self, dialogue: &mut dyn Dialogue) {
        let mut out = Vec::new();
        self.crowd.lost(&mut out);
        out.into_iter().for_each(|out| _ = self.hand_on(out));
        self.verdicts.clear();
        dialogue.lost(&mut self.verdicts);
        let verdicts = std::mem::take(&mut self.verdicts);
        self.entry.with(|health| {
            for verdict in verdicts {
                match verdict {
                    Verdict::Reject(reason) => health.reject(reason),
                    Verdict::Tag(_) => health.reject(Reject::Length),
                    Verdict::Status(_) => {}
                }
            }
        });
    }

    /// The cue that was asked for since the last look.
    fn wanted_cue(&self) -> Option<Cue> {
        let cue = self.cue.swap(0, Ordering::AcqRel);
        Cue::ALL.get(usize::from(cue).checked_sub(1)?).copied()
    }

    /// A message that is not heard is counted; the next read tells whether the line is dead.
    fn say(&mut self, port: &mut dyn Port, messages: &mut Vec<Vec<u8>>) {
        for message in messages.drain(..) {
            match port.write(&message) {
                Ok(()) => self.note(|| What::Sent(message)),
                Err(_) => self.entry.with(|health| health.unheard += 1),
            }
        }
    }

    fn note(&mut self, what: impl FnOnce() -> What) {
        let ms = self.ms();
        if let Some(tee) = &mut self.tee {
            tee.step(ms, what());
        }
    }
}
