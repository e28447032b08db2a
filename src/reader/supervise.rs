//! One thread per reader: open, read, decode, let through, send; and all over again, for ever.
//!
//! Knows: one line, its decoder, the queue it fills. Must not know: other readers, what scans mean.

use super::{
    Attached, ReaderInput, Scan,
    health::{Board, Entry, MAX_SHOWN, State},
    outage::{Outage, Told},
    port::{Opener, Port, Trouble},
    presence::Presence,
    serial,
};
use crate::{
    capture::{Recorder, What},
    clock::Clock,
    cue::Cue,
    wire::{self, Decoder, Reject, Status, Verdict},
};
use std::{
    fs, io,
    os::unix::fs::MetadataExt,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU8, Ordering},
        mpsc::{SyncSender, TrySendError},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

/// First and longest pause before a device that is there and cannot be opened is tried again.
const BACKOFF: [Duration; 2] = [Duration::from_millis(200), Duration::from_secs(2)];
/// How often the path is looked at while waiting; a device that is plugged in is opened within this time.
const LOOK: Duration = Duration::from_millis(100);
/// Shortest pause after a loss, whatever the path looks like.
const BREATH: Duration = Duration::from_millis(20);
/// Longest wait for bytes: how late a stop, or a link that was set to another device, is noticed.
const IDLE: Duration = Duration::from_millis(200);
/// The same for a reader that sounds cues: how late a cue may begin.
const IDLE_WITH_CUES: Duration = Duration::from_millis(30);
/// How often an open line's path is compared with the device that was opened.
const STILL_THERE: Duration = Duration::from_millis(500);
/// A line that lived shorter than this and said nothing is flapping.
const SHORT_LIFE: Duration = Duration::from_secs(1);
/// How often a full queue is tried again.
const QUEUE_FULL: Duration = Duration::from_millis(2);
/// Shorter times away from the line do not matter to presence.
const AWAY_MS: u64 = 10;
/// Bytes taken from a line at once.
const CHUNK: usize = 4096;

/// What may be asked beside the usual.
#[derive(Default)]
pub struct Options {
    /// Writes down every byte.
    pub tee: Option<Recorder>,
    /// Opens the line; absent: a serial device.
    pub opener: Option<Box<dyn Opener>>,
}

/// A running reader. Dropping it stops the thread.
pub struct Handle {
    stop: Arc<AtomicBool>,
    cue: Arc<AtomicU8>,
    thread: Option<JoinHandle<()>>,
}

impl Handle {
    /// Lets the reader itself sound or light, where its profile knows how; never waits.
    pub fn cue(&self, cue: Cue) {
        let at = Cue::ALL.iter().position(|c| *c == cue).map_or(0, |n| n + 1);
        self.cue.store(u8::try_from(at).unwrap_or(0), Ordering::Release);
    }

    /// Ends the thread and closes the line. Scans that it had read and the queue had no room for are given up.
    pub fn stop(mut self) {
        self.end();
    }

    fn end(&mut self) {
        self.stop.store(true, Ordering::Release);
        if let Some(thread) = self.thread.take() {
            // A panic of the thread was told by the panic hook already.
            let _ = thread.join();
        }
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.end();
    }
}

/// Starts reading. What is read goes into `queue`, as whatever the queue carries; a full queue makes the reader wait.
///
/// # Errors
/// Only if the system refuses a thread. A device that is not there is no error but a state on the board.
pub fn start<T>(
    attached: Attached,
    clock: Arc<dyn Clock>,
    queue: SyncSender<T>,
    board: &Board,
) -> io::Result<Handle>
where
    T: From<ReaderInput> + Send + 'static,
{
    start_with(attached, clock, queue, board, Options::default())
}

/// [`start`] with [`Options`].
///
/// # Errors
/// Only if the system refuses a thread.
pub fn start_with<T>(
    attached: Attached,
    clock: Arc<dyn Clock>,
    queue: SyncSender<T>,
    board: &Board,
    options: Options,
) -> io::Result<Handle>
where
    T: From<ReaderInput> + Send + 'static,
{
    let stop = Arc::new(AtomicBool::new(false));
    let cue = Arc::new(AtomicU8::new(0));
    let entry = board.enter(
        attached.id.clone(),
        &attached.profile,
        attached.role,
        &attached.path,
        clock.now(),
    );
    let stopped = stop.clone();
    let send = move |input: ReaderInput| {
        let mut item = T::from(input);
        while !stopped.load(Ordering::Acquire) {
            match queue.try_send(item) {
                Ok(()) => return true,
                Err(TrySendError::Full(back)) => item = back,
                Err(TrySendError::Disconnected(_)) => return false,
            }
            thread::sleep(QUEUE_FULL);
        }
        false
    };
    let name = format!("reader {}", attached.id);
    let worker = Worker {
        presence: Presence::new(attached.profile.presence),
        attached,
        clock,
        entry,
        send: Box::new(send),
        stop: stop.clone(),
        cue: cue.clone(),
        outage: Outage::default(),
        tee: options.tee,
        start: Instant::now(),
        was_open: false,
        verdicts: Vec::new(),
    };
    let opener = options.opener.unwrap_or_else(|| Box::new(serial::open));
    let thread = thread::Builder::new()
        .name(name)
        .spawn(move || worker.run(opener))?;
    Ok(Handle {
        stop,
        cue,
        thread: Some(thread),
    })
}

struct Worker {
    attached: Attached,
    clock: Arc<dyn Clock>,
    entry: Entry,
    /// False: nobody will ever take it, or the reader is to stop.
    send: Box<dyn FnMut(ReaderInput) -> bool + Send>,
    stop: Arc<AtomicBool>,
    cue: Arc<AtomicU8>,
    outage: Outage,
    presence: Presence,
    tee: Option<Recorder>,
    start: Instant,
    was_open: bool,
    verdicts: Vec<Verdict>,
}

/// Whether the reader speaks as its profile says; «no tag here» is as good a word as a tag.
fn makes_sense(verdict: &Verdict) -> bool {
    !matches!(verdict, Verdict::Reject(reason) if *reason != Reject::NoTag)
}

/// Why a session with an open line ended.
enum End {
    Trouble(Trouble),
    Stop,
}

impl Worker {
    fn run(mut self, mut opener: Box<dyn Opener>) {
        let mut pause = BACKOFF[0];
        while !self.stopped() {
            let door = self.door();
            let trouble = match opener.open(&self.attached.path, &self.attached.profile.line) {
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

    /// From an open line to the end of it.
    fn session(&mut self, port: &mut dyn Port) -> End {
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

    fn tell(&mut self, told: Option<Told>) {
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
            let now = self.door();
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

    fn door(&self) -> Option<Door> {
        Door::at(&self.attached.path)
    }

    fn stopped(&self) -> bool {
        self.stop.load(Ordering::Acquire)
    }

    /// Milliseconds since the reader started; goes on evenly whatever the wall clock does.
    fn ms(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

/// What stands at a path: another device, another owner or other rights make another door.
#[derive(Clone, Copy, PartialEq, Eq)]
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
