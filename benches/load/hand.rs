//! A hand at the desk: lends and takes back, and times each scan from the clerk's queue to its cue.

use crate::fixture::{BenchClock, badge_tag, item_tag};
use formular::ids::ReaderId;
use formular::profile::Role;
use formular::reader::{ReaderInput, Scan};
use formular::service::{Door, Intake};
use formular::tag::TagId;
use formular::view::{Office, Sounds};
use formular::wire::Reading;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::broadcast::{Receiver, error::RecvError};

/// The items of the hand; the rest belong to the clients that post commands.
pub const ITEMS: usize = 64;
/// Between two scans: quicker than any hand, slow enough to be one scan at a time.
const PAUSE: Duration = Duration::from_millis(5);

pub struct Hand {
    door: Arc<Door>,
    sounds: Receiver<Sounds>,
    clock: Arc<BenchClock>,
}

impl Hand {
    pub fn new(door: Arc<Door>, clock: Arc<BenchClock>) -> Self {
        let sounds = door.sounds();
        Self { door, sounds, clock }
    }

    /// Loans and returns in turn until `over` says so, which is asked with the number of scans timed. Everything that
    /// is out then comes back, untimed.
    pub fn scans(&mut self, mut over: impl FnMut(usize) -> bool) -> Vec<Duration> {
        let mut times = Vec::new();
        let mut ended = false;
        while !ended {
            // The two minutes of «уже учтено» pass, and the session before ends.
            self.clock.advance(200_000);
            self.begin();
            for lends in [true, false] {
                for n in 0..ITEMS {
                    let time = self.timed(item_tag(n));
                    ended |= over(times.len());
                    if !ended {
                        times.push(time);
                        std::thread::sleep(PAUSE);
                    }
                }
                if lends {
                    self.clock.advance(200_000);
                }
            }
        }
        times
    }

    fn timed(&mut self, tag: TagId) -> Duration {
        while self.sounds.try_recv().is_ok() {}
        let began = Instant::now();
        self.scan(tag);
        loop {
            match self.sounds.blocking_recv() {
                Ok(_) => return began.elapsed(),
                Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => panic!("the desk has stopped"),
            }
        }
    }

    fn scan(&self, tag: TagId) {
        let scan = Scan {
            reader: ReaderId::new("desk-hf"),
            role: Role::Desk,
            reading: Reading::of(tag),
            at: self.clock.read(),
        };
        // A reader waits with its next read when the queue is full; so does the hand, and its clock runs on.
        let mut input = Intake::Reader(ReaderInput::Scan(scan));
        while let Err(refused) = self.door.put(input) {
            input = refused;
            std::thread::sleep(Duration::from_micros(100));
        }
    }

    fn begin(&mut self) {
        self.scan(badge_tag());
        let screen = self.door.screen();
        let began = Instant::now();
        while screen.borrow().sheet.session.is_none() {
            assert!(
                began.elapsed() < Duration::from_secs(30),
                "the badge opened no session"
            );
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}
