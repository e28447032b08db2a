//! One thread per reader: open, read until the line dies, say so, wait; and all over again, for ever.
//!
//! Knows: when a line is tried again and what is told of its loss. Must not know: what comes over it.

use super::{
    Attached, ReaderInput, Scan,
    crowd::Crowd,
    health::{Entry, State},
    outage::{Outage, Told},
    port::{Opener, Trouble},
    presence::Presence,
    session::End,
    start::Spot,
    usb, way,
};
use crate::{capture::Recorder, clock::Clock, profile::Way, wire::Verdict};
use std::{
    fs,
    os::unix::fs::MetadataExt,
    sync::{
        Arc, PoisonError,
        atomic::{AtomicBool, AtomicU8, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

/// First and longest pause before a device that is there and cannot be opened is tried again.
const BACKOFF: [Duration; 2] = [Duration::from_millis(200), Duration::from_secs(2)];
/// How often the path is looked at while waiting; a device that is plugged in is opened within this time.
const LOOK: Duration = Duration::from_millis(100);
/// Shortest pause after a loss, whatever the path looks like.
const BREATH: Duration = Duration::from_millis(20);
/// A line that lived shorter than this and said nothing is flapping.
const SHORT_LIFE: Duration = Duration::from_secs(1);

/// What one reader's thread works with.
pub(super) struct Worker {
    pub(super) attached: Attached,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) entry: Entry,
    /// False: nobody will ever take it, or the reader is to stop.
    pub(super) send: Box<dyn FnMut(ReaderInput) -> bool + Send>,
    pub(super) stop: Arc<AtomicBool>,
    pub(super) cue: Arc<AtomicU8>,
    pub(super) spot: Spot,
    pub(super) outage: Outage,
    pub(super) presence: Presence,
    pub(super) crowd: Crowd<Scan>,
    pub(super) tee: Option<Recorder>,
    pub(super) start: Instant,
    pub(super) was_open: bool,
    pub(super) verdicts: Vec<Verdict>,
}

impl Worker {
    pub(super) fn run(mut self, mut opener: Box<dyn Opener>) {
        let mut pause = BACKOFF[0];
        while !self.stopped() {
            let here = self.follow();
            let door = self.door();
            let opened = match here {
                true => opener.open(&self.attached.path, &self.attached.profile.line),
                false => Err(Trouble::Absent),
            };
            let trouble = match opened {
                Ok(mut port) => {
                    let opened = Instant::now();
                    let bytes = self.entry.with(|health| health.bytes);
                    let end = self.session(port.as_mut());
                    drop(port);
                    let silent = self.entry.with(|health| health.bytes) == bytes;
                    if !(silent && opened.elapsed() < SHORT_LIFE) {
                        pause = BACKOFF[0];
                    }
                    match end {
                        End::Trouble(trouble) => trouble,
                        End::Stop => return,
                    }
                }
                Err(trouble) => trouble,
            };
            let state = State::after(&trouble, self.was_open);
            let now = self.clock.now();
            self.entry.set(state, now, &trouble.to_string());
            let lost_at = self.ms();
            let told = self.outage.down(lost_at);
            self.tell(told);
            pause = self.wait_at(door, pause);
            let back_at = self.ms();
            self.presence.blind(lost_at, back_at);
        }
    }

    pub(super) fn tell(&mut self, told: Option<Told>) {
        let Some(told) = told else { return };
        let (reader, at) = (self.attached.id.clone(), self.clock.now());
        (self.send)(match told {
            Told::Lost => ReaderInput::Lost { reader, at },
            Told::Back => ReaderInput::Back { reader, at },
        });
    }

    /// Waits until the path looks different from `door`, or the pause is over; gives the next pause.
    fn wait_at(&mut self, door: Option<Door>, pause: Duration) -> Duration {
        let until = Instant::now() + pause;
        thread::sleep(BREATH);
        while !self.stopped() {
            let told = self.outage.tick(self.ms());
            self.tell(told);
            let now = if self.follow() { self.door() } else { None };
            if now.is_some() && now != door {
                return BACKOFF[0];
            }
            // A path that leads nowhere is only looked at, however long it takes.
            if now.is_some() && Instant::now() >= until {
                return (pause * 2).min(BACKOFF[1]);
            }
            thread::sleep(LOOK);
        }
        pause
    }

    /// Goes where the device was last seen. False: it is unplugged.
    fn follow(&mut self) -> bool {
        let spot = self.spot.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let Some(path) = spot else { return false };
        if path != self.attached.path {
            self.entry.with(|health| health.path.clone_from(&path));
            self.attached.path = path;
        }
        true
    }

    fn door(&self) -> Option<Door> {
        match way::at(self.attached.profile.way, &self.attached.path) {
            // Nothing stands at a network address that could be looked at: it is only tried.
            Way::Tcp => Some(Door::default()),
            _ => match usb::folder(&self.attached.path) {
                Some(socket) => Door::at(&socket),
                None => Door::at(&self.attached.path),
            },
        }
    }

    pub(super) fn stopped(&self) -> bool {
        self.stop.load(Ordering::Acquire)
    }

    /// Milliseconds since the reader started; goes on evenly whatever the wall clock does.
    pub(super) fn ms(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

/// What stands at a path: another device, another owner or other rights make another door.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Door {
    device: u64,
    inode: u64,
    mode: u32,
    changed: (i64, i64),
}

impl Door {
    fn at(path: &std::path::Path) -> Option<Self> {
        let meta = fs::metadata(path).ok()?;
        Some(Self {
            device: meta.rdev(),
            inode: meta.ino(),
            mode: meta.mode(),
            changed: (meta.ctime(), meta.ctime_nsec()),
        })
    }
}
