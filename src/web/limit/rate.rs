//! Requests of one peer: a bucket of tokens that fills up steadily.
//!
//! Knows: instants that are handed in. Must not know: requests.

use super::{Limits, Peer};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Most peers that are remembered; whoever comes on top shares one bucket with all others of that kind.
const MOST: usize = 4096;
/// So many seconds' worth may come at once.
const BURST_S: u32 = 10;

#[derive(Clone, Copy, Debug)]
struct Bucket {
    tokens: f64,
    at: Instant,
}

impl Bucket {
    fn full(rate: u32, now: Instant) -> Self {
        Self {
            tokens: f64::from(rate) * f64::from(BURST_S),
            at: now,
        }
    }

    fn filled(self, rate: u32, now: Instant) -> Self {
        let rate = f64::from(rate);
        let gained = now.saturating_duration_since(self.at).as_secs_f64() * rate;
        Self {
            tokens: (self.tokens + gained).min(rate * f64::from(BURST_S)),
            at: now,
        }
    }

    /// Takes a token, or says how long until there is one.
    fn take(&mut self, rate: u32, now: Instant) -> Result<(), Duration> {
        *self = self.filled(rate, now);
        if self.tokens < 1.0 {
            return Err(Duration::from_secs_f64((1.0 - self.tokens) / f64::from(rate)));
        }
        self.tokens -= 1.0;
        Ok(())
    }
}

/// The buckets of all peers.
#[derive(Debug, Default)]
pub struct Rate {
    buckets: Mutex<Buckets>,
}

#[derive(Debug, Default)]
struct Buckets {
    of: HashMap<Peer, Bucket>,
    others: Option<Bucket>,
}

impl Rate {
    /// Counts a request of `peer`.
    ///
    /// # Errors
    /// How long it should wait before the next one.
    pub fn count(&self, peer: Peer, limits: &Limits, now: Instant) -> Result<(), Duration> {
        let rate = match peer.is_local() {
            true => limits.local_requests_per_second,
            false => limits.requests_per_second,
        };
        let rate = rate.max(1);
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let buckets = &mut *buckets;
        if !buckets.of.contains_key(&peer) && buckets.of.len() >= MOST {
            // A bucket that has filled up again says no more than none at all.
            let most = f64::from(limits.requests_per_second.max(1)) * f64::from(BURST_S);
            buckets
                .of
                .retain(|_, bucket| bucket.filled(limits.requests_per_second, now).tokens < most);
        }
        if buckets.of.len() >= MOST && !buckets.of.contains_key(&peer) {
            let others = buckets.others.get_or_insert_with(|| Bucket::full(rate, now));
            return others.take(rate, now);
        }
        let bucket = buckets.of.entry(peer).or_insert_with(|| Bucket::full(rate, now));
        bucket.take(rate, now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::{IpAddr, Ipv4Addr};

    fn peer(n: u32) -> Peer {
        IpAddr::V4(Ipv4Addr::from_bits(0x0A00_0000 + n)).into()
    }

    #[test]
    fn a_burst_passes_and_a_flood_waits() {
        let (rate, limits, start) = (Rate::default(), Limits::default(), Instant::now());
        for n in 0..500 {
            assert!(rate.count(peer(1), &limits, start).is_ok(), "{n}");
        }
        let wait = rate.count(peer(1), &limits, start).unwrap_err();
        assert!(wait <= Duration::from_millis(20), "{wait:?}");
        assert!(
            rate.count(peer(2), &limits, start).is_ok(),
            "another school goes on"
        );
        let later = start + Duration::from_secs(1);
        let passed = (0..100)
            .filter(|_| rate.count(peer(1), &limits, later).is_ok())
            .count();
        assert_eq!(passed, 50);
    }

    #[test]
    fn the_desk_has_a_bucket_of_its_own_size() {
        let (rate, limits, now) = (Rate::default(), Limits::default(), Instant::now());
        let local = Peer::from(IpAddr::V4(Ipv4Addr::LOCALHOST));
        assert!((0..20_000).all(|_| rate.count(local, &limits, now).is_ok()));
        assert!(rate.count(local, &limits, now).is_err());
    }

    #[test]
    fn many_peers_take_no_more_memory_than_some() {
        let (rate, limits, now) = (Rate::default(), Limits::default(), Instant::now());
        let passed = (0..20_000)
            .filter(|n| rate.count(peer(*n), &limits, now).is_ok())
            .count();
        assert_eq!(rate.buckets.lock().unwrap().of.len(), MOST);
        assert_eq!(passed, MOST + 500, "those on top share one bucket");
        let later = now + Duration::from_secs(60);
        assert!(
            rate.count(peer(99_999), &limits, later).is_ok(),
            "old ones make room"
        );
        assert_eq!(rate.buckets.lock().unwrap().of.len(), 1);
    }
}
