//! One opening of a line, from its first byte to the end of it: read, decode, let through, send; poll and sound.
//!
//! Knows: an open line and its decoder. Must not know: how a line is opened, why it ended before.

use super::{
    ReaderInput, Scan,
    health::{MAX_SHOWN, State},
    port::{Port, Trouble},
    supervise::Worker,
};
use crate::{
    capture::What,
    cue::Cue,
    wire::{self, Decoder, Reject, Status, Verdict},
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
        let family = self.attached.profile.family;
        let Some(mut decoder) = wire::decoder_for(family) else {
            return End::Trouble(Trouble::Other(format!(
                "{} only decodes and is no reader",
                family.as_str()
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
        let end = self.read(port, decoder.as_mut());
        if let End::Trouble(_) = end {
            self.note(|| What::Unplug);
            self.entry.with(|health| health.losses += 1);
        }
        self.give_up_rest(decoder.as_mut());
        end
    }

    fn read(&mut self, port: &mut dyn Port, decoder: &mut dyn Decoder) -> End {
        let speak = self.attached.profile.speak.clone();
        let quiet = Duration::from_millis(wire::quiet_ms(self.attached.profile.family).into());
        let poll_every = Duration::from_millis(speak.poll_ms.into());
        let idle = match self.attached.profile.cue.is_empty() {
            true => IDLE,
            false => IDLE_WITH_CUES,
        };
        for command in &speak.init {
            self.say(port, &command.0);
        }
        let mut buffer = [0; CHUNK];
        let mut last_byte: Option<Instant> = None;
        let mut next_poll = Instant::now();
        let mut looked = Instant::now();
        let mut readable = false;
        let mut tail = Vec::new();
        let mut read_at = self.ms();
        loop {
            if self.stopped() {
                return End::Stop;
            }
            self.sound(port);
            let now = Instant::now();
            let mut wait = idle;
            if !speak.poll.0.is_empty() {
                if now >= next_poll {
                    self.say(port, &speak.poll.0);
                    next_poll = now + poll_every;
                }
                wait = wait.min(next_poll.saturating_duration_since(now));
            }
            if let Some(last) = last_byte {
                wait = wait.min((last + quiet).saturating_duration_since(now));
            }
            // While the queue was full nothing was read: that was no silence of the tags.
            let away_ms = self.ms();
            if away_ms.saturating_sub(read_at) > AWAY_MS {
                self.presence.blind(read_at, away_ms);
            }
            // Zero would poll without waiting, and miss bytes that are just arriving.
            let read = port.read(&mut buffer, wait.max(Duration::from_millis(1)));
            read_at = self.ms();
            match read {
                Err(trouble) => return End::Trouble(trouble),
                Ok(0) => {
                    if last_byte.is_some_and(|last| last.elapsed() >= quiet) {
                        last_byte = None;
                        decoder.gap(&mut self.verdicts);
                    }
                }
                Ok(n) => {
                    last_byte = Some(Instant::now());
                    let bytes = buffer.get(..n).unwrap_or_default();
                    self.note(|| What::Received(bytes.to_vec()));
                    decoder.push(bytes, &mut self.verdicts);
                    self.entry.with(|health| health.bytes += n as u64);
                    tail.extend_from_slice(bytes);
                    tail.drain(..tail.len().saturating_sub(MAX_SHOWN));
                }
            }
            readable |= self.verdicts.iter().any(makes_sense);
            if !self.verdicts.is_empty() {
                let shown = if readable { [].as_slice() } else { &tail };
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

    /// Counts the verdicts and sends on what is a scan. False: nobody takes it any more.
    fn judge(&mut self) -> bool {
        let now_ms = self.ms();
        for verdict in std::mem::take(&mut self.verdicts) {
            match verdict {
                Verdict::Reject(reason) => self.entry.with(|health| health.reject(reason)),
                Verdict::Status(Status::Removed) => self.presence.removed(),
                Verdict::Status(Status::Other(_)) => {}
                Verdict::Tag(reading) => {
                    let scan = self.presence.read(&reading.tag, now_ms);
                    let at = self.clock.now();
                    self.entry.with(|health| {
                        health.frames += 1;
                        if scan {
                            health.scans += 1;
                            health.scans_by_gap += u64::from(reading.by_gap);
                            health.last_scan = Some(at);
                        }
                    });
                    let scan = scan.then(|| {
                        ReaderInput::Scan(Scan {
                            reader: self.attached.id.clone(),
                            role: self.attached.role,
                            reading,
                            at,
                        })
                    });
                    if !scan.is_none_or(|scan| (self.send)(scan)) {
                        return false;
                    }
                }
            }
        }
        true
    }

    /// The line died: what it left unfinished is torn and must not pass for a frame that ended by silence.
    fn give_up_rest(&mut self, decoder: &mut dyn Decoder) {
        self.verdicts.clear();
        decoder.gap(&mut self.verdicts);
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

    fn sound(&mut self, port: &mut dyn Port) {
        let cue = self.cue.swap(0, Ordering::AcqRel);
        let Some(cue) = usize::from(cue).checked_sub(1).and_then(|n| Cue::ALL.get(n)) else {
            return;
        };
        let bytes = &self.attached.profile.cue;
        let bytes = match cue {
            Cue::Lent => &bytes.lent,
            Cue::Returned => &bytes.returned,
            Cue::Attention => &bytes.attention,
            Cue::Refused => &bytes.refused,
        };
        let bytes = bytes.0.clone();
        self.say(port, &bytes);
    }

    /// A command that is not heard is counted; the next read tells whether the line is dead.
    fn say(&mut self, port: &mut dyn Port, bytes: &[u8]) {
        if bytes.is_empty() {
            return;
        }
        match port.write(bytes) {
            Ok(()) => self.note(|| What::Sent(bytes.to_vec())),
            Err(_) => self.entry.with(|health| health.unheard += 1),
        }
    }

    fn note(&mut self, what: impl FnOnce() -> What) {
        let ms = self.ms();
        if let Some(tee) = &mut self.tee {
            tee.step(ms, what());
        }
    }
}
