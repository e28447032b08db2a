//! Attempts to sign in: each wrong one makes the next of that peer wait, and all peers together have a share.
//!
//! Knows: instants that are handed in. Must not know: passwords.
//!
//! No wait is longer than a minute: whoever guesses wrong on purpose must not keep staff out. What a guesser gains by
//! that is little: 1440 tries a day of one address, and no more than 21 600 of all addresses together.

use super::Peer;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Wrong attempts in a row that cost nothing: fingers slip.
const FREE: u32 = 5;
/// The longest wait.
const LONGEST: Duration = Duration::from_secs(60);
/// After so long without an attempt a peer is new again.
const FORGOTTEN: Duration = Duration::from_secs(3600);
/// A peer that signed in rightly is not held by what others do, for so long.
const TRUSTED: Duration = Duration::from_secs(30 * 24 * 3600);
/// Most peers that are remembered.
const MOST: usize = 1024;
/// Wrong attempts of all strangers together that may come at once, and how long one of them takes to be forgotten.
const SHARE: f64 = 30.0;
const SHARE_EACH: Duration = Duration::from_secs(4);

#[derive(Clone, Copy, Debug)]
struct Known {
    wrong: u32,
    last: Instant,
    right: Option<Instant>,
}

impl Known {
    fn wait(&self) -> Duration {
        match self.wrong.checked_sub(FREE) {
            None => Duration::ZERO,
            Some(more) => Duration::from_secs(1 << more.min(6)).min(LONGEST),
        }
    }

    fn is_trusted(&self, now: Instant) -> bool {
        self.right
            .is_some_and(|right| now.saturating_duration_since(right) < TRUSTED)
    }

    fn is_forgotten(&self, now: Instant) -> bool {
        now.saturating_duration_since(self.last) >= FORGOTTEN && !self.is_trusted(now)
    }
}

/// Who tried, and how it went.
#[derive(Debug, Default)]
pub struct Attempts(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    of: HashMap<Peer, Known>,
    /// Wrong attempts of all strangers that are not forgotten yet, and when that was.
    wrong: f64,
    at: Option<Instant>,
}

impl State {
    fn forget(&mut self, now: Instant) {
        let since = self
            .at
            .map_or(Duration::ZERO, |at| now.saturating_duration_since(at));
        self.wrong = (self.wrong - since.as_secs_f64() / SHARE_EACH.as_secs_f64()).max(0.0);
        self.at = Some(now);
    }

    fn room(&mut self, now: Instant) {
        if self.of.len() < MOST {
            return;
        }
        self.of.retain(|_, known| !known.is_forgotten(now));
        while self.of.len() >= MOST {
            let oldest = self
                .of
                .iter()
                .min_by_key(|(_, known)| (known.is_trusted(now), known.last))
                .map(|(peer, _)| *peer);
            match oldest {
                Some(oldest) => self.of.remove(&oldest),
                None => break,
            };
        }
    }
}

impl Attempts {
    /// Whether `peer` may try now. An attempt that is let in counts as wrong until [`Self::was_right`] says otherwise,
    /// so that many at the same time are no way around.
    ///
    /// # Errors
    /// How long it has to wait.
    pub fn admit(&self, peer: Peer, now: Instant) -> Result<(), Duration> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.forget(now);
        let known = state
            .of
            .get(&peer)
            .filter(|known| !known.is_forgotten(now))
            .copied();
        if let Some(known) = known {
            let waited = now.saturating_duration_since(known.last);
            if let Some(left) = known.wait().checked_sub(waited).filter(|left| !left.is_zero()) {
                return Err(left);
            }
        }
        // The desk's own machine, and who was right before, are not held by strangers.
        let stranger = !peer.is_local() && !known.is_some_and(|known| known.is_trusted(now));
        if stranger {
            if state.wrong + 1.0 > SHARE {
                return Err(SHARE_EACH.mul_f64(state.wrong + 1.0 - SHARE));
            }
            state.wrong += 1.0;
        }
        state.room(now);
        let known = state.of.entry(peer).or_insert(Known {
            wrong: 0,
            last: now,
            right: None,
        });
        if known.is_forgotten(now) {
            known.wrong = 0;
        }
        known.wrong = known.wrong.saturating_add(1);
        known.last = now;
        Ok(())
    }

    /// The attempt of `peer` that was let in was right.
    pub fn was_right(&self, peer: Peer, now: Instant) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !peer.is_local() {
            state.wrong = (state.wrong - 1.0).max(0.0);
        }
        if let Some(known) = state.of.get_mut(&peer) {
            known.wrong = 0;
            known.right = Some(now);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::{IpAddr, Ipv4Addr};

    const S: Duration = Duration::from_secs(1);

    fn peer(n: u32) -> Peer {
        IpAddr::V4(Ipv4Addr::from_bits(0x0A00_0000 + n)).into()
    }

    #[test]
    fn waits_grow_up_to_a_minute_and_no_further() {
        let (attempts, mut now) = (Attempts::default(), Instant::now());
        let mut waits = Vec::new();
        for _ in 0..14 {
            now += match attempts.admit(peer(1), now) {
                Ok(()) => Duration::ZERO,
                Err(wait) => {
                    waits.push(wait.as_secs());
                    assert!(attempts.admit(peer(1), now + wait - S / 1000).is_err());
                    assert!(attempts.admit(peer(1), now + wait).is_ok());
                    wait
                }
            };
        }
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
        assert!(
            attempts.admit(peer(2), now).is_ok(),
            "another place is not kept waiting"
        );
        assert!(attempts.admit(peer(1), now + S * 60).is_ok());
        attempts.was_right(peer(1), now + S * 60);
        for _ in 0..FREE {
            assert!(attempts.admit(peer(1), now + S * 61).is_ok());
        }
    }

    #[test]
    fn guessing_from_everywhere_is_slow_and_keeps_neither_desk_nor_known_staff_out() {
        let (attempts, now) = (Attempts::default(), Instant::now());
        attempts.admit(peer(7), now).unwrap();
        attempts.was_right(peer(7), now);
        let passed = (1000..9000)
            .filter(|n| attempts.admit(peer(*n), now).is_ok())
            .count();
        assert_eq!(passed, 30);
        let hour: usize = (1..=3600u32)
            .map(|s| usize::from(attempts.admit(peer(10_000 + s), now + S * s).is_ok()))
            .sum();
        assert!((890..=901).contains(&hour), "{hour} in an hour");
        let later = now + S * 3600;
        assert!(attempts.admit(peer(7), later).is_ok(), "was right before");
        let desk = Peer::from(IpAddr::V4(Ipv4Addr::LOCALHOST));
        assert!(attempts.admit(desk, later).is_ok(), "the desk itself");
        assert!(attempts.0.lock().unwrap().of.len() <= MOST);
    }
}
