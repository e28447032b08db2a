//! Starting and stopping a reader, and the way of its scans into a queue that may be full.
//!
//! Knows: threads and the queue. Must not know: lines and bytes.

use super::{
    Attached, ReaderInput,
    crowd::{Crowd, Rule},
    health::Board,
    outage::Outage,
    port::Opener,
    presence::Presence,
    supervise::Worker,
    way,
};
use crate::{capture::Recorder, clock::Clock, cue::Cue};
use std::{
    io,
    path::PathBuf,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU8, Ordering},
        mpsc::{SyncSender, TrySendError},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

/// How often a full queue is tried again.
const QUEUE_FULL: Duration = Duration::from_millis(2);

/// What may be asked beside the usual.
#[derive(Default)]
pub struct Options {
    /// Writes down every byte.
    pub tee: Option<Recorder>,
    /// Opens the line; absent: as the profile's way in is opened.
    pub opener: Option<Box<dyn Opener>>,
}

/// A running reader. Dropping it stops the thread.
pub struct Handle {
    stop: Arc<AtomicBool>,
    cue: Arc<AtomicU8>,
    spot: Spot,
    thread: Option<JoinHandle<()>>,
}

/// The path at which a reader stands now; none while it is known to be unplugged.
pub(super) type Spot = Arc<Mutex<Option<PathBuf>>>;

/// Lets a reader sound or light, where its profile knows how.
#[derive(Clone)]
pub struct Feedback(Arc<AtomicU8>);

impl Feedback {
    /// Never waits; a cue that was not sounded yet is replaced.
    pub fn cue(&self, cue: Cue) {
        let at = Cue::ALL.iter().position(|c| *c == cue).map_or(0, |n| n + 1);
        self.0.store(u8::try_from(at).unwrap_or(0), Ordering::Release);
    }
}

impl Handle {
    /// What lets the reader itself sound or light, without keeping it running.
    pub fn feedback(&self) -> Feedback {
        Feedback(self.cue.clone())
    }

    /// The device stands elsewhere now, or (none) nowhere: then nothing is opened until it is told where.
    pub fn moved_to(&self, path: Option<PathBuf>) {
        *self.spot.lock().unwrap_or_else(PoisonError::into_inner) = path;
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
    let spot: Spot = Arc::new(Mutex::new(Some(attached.path.clone())));
    let name = format!("reader {}", attached.id);
    let way_in = way::opener(way::at(attached.profile.way, &attached.path));
    let worker = Worker {
        presence: Presence::new(attached.profile.presence),
        crowd: Crowd::new(Rule::of(&attached.profile, attached.role)),
        attached,
        clock,
        entry,
        send: Box::new(send),
        stop: stop.clone(),
        cue: cue.clone(),
        spot: spot.clone(),
        outage: Outage::default(),
        tee: options.tee,
        start: Instant::now(),
        was_open: false,
        verdicts: Vec::new(),
    };
    let opener = options.opener.unwrap_or(way_in);
    let thread = thread::Builder::new()
        .name(name)
        .spawn(move || worker.run(opener))?;
    Ok(Handle {
        stop,
        cue,
        spot,
        thread: Some(thread),
    })
}
