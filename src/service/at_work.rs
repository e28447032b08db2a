//! The clerk's thread: one turn after the other, until it is closed or the disk refuses.
//!
//! Knows: the queue, and how long to sleep. Must not know: what a turn does.

use super::clerk::Clerk;
use super::intake::{Intake, Reply};
use crate::clock::Clock;
use crate::view::No;
use std::sync::mpsc::{Receiver, RecvTimeoutError, TryRecvError};
use std::time::Duration;

/// Most inputs that share one fdatasync.
const MOST_IN_A_TURN: usize = 256;
/// Longest sleep between two looks at the clock.
const LONGEST_SLEEP: Duration = Duration::from_millis(1_000);
/// How long a stopped desk still answers with its refusal before the program ends.
const STOPPED_FOR: Duration = Duration::from_secs(15);

/// Why the clerk ended.
#[derive(Debug, PartialEq, Eq)]
pub enum Ended {
    /// Asked to.
    Closed,
    /// The disk refused; the program must be started anew.
    Stopped(String),
}

/// Works until it is closed or the disk refuses.
pub fn work(mut clerk: Clerk, intake: &Receiver<Intake>, clock: &dyn Clock) -> Ended {
    clerk.show(None);
    loop {
        let mut waiting = match intake.recv_timeout(sleep(&clerk)) {
            Ok(first) => vec![first],
            Err(RecvTimeoutError::Timeout) => Vec::new(),
            Err(RecvTimeoutError::Disconnected) => return close(clerk),
        };
        while waiting.len() < MOST_IN_A_TURN {
            match intake.try_recv() {
                Ok(next) => waiting.push(next),
                Err(TryRecvError::Empty | TryRecvError::Disconnected) => break,
            }
        }
        clerk.shown.taken(waiting.len());
        let closing = waiting.iter().any(|input| matches!(input, Intake::Close));
        if let Err(error) = clerk.turn(waiting) {
            let why = error.to_string();
            clerk.halt(&why);
            refuse_all(intake, clock);
            return Ended::Stopped(why);
        }
        if closing {
            return close(clerk);
        }
    }
}

fn sleep(clerk: &Clerk) -> Duration {
    let tick = clerk.next_tick().map(Duration::from_millis);
    tick.unwrap_or(LONGEST_SLEEP).min(LONGEST_SLEEP)
}

/// The desk has stopped: nobody is answered with success, for a while in which it can be read why.
fn refuse_all(intake: &Receiver<Intake>, clock: &dyn Clock) {
    let began = clock.steady_ms();
    loop {
        let passed = Duration::from_millis(clock.steady_ms().saturating_sub(began));
        let Some(left) = STOPPED_FOR.checked_sub(passed).filter(|left| !left.is_zero()) else {
            return;
        };
        match intake.recv_timeout(left) {
            Ok(Intake::Close) | Err(_) => return,
            Ok(input) => input.answer(Some(Reply::Wish(Err(No::Stopped)))),
        }
    }
}

fn close(clerk: Clerk) -> Ended {
    match clerk.close() {
        Ok(()) => Ended::Closed,
        Err(error) => Ended::Stopped(error.to_string()),
    }
}
