//! How much one caller may ask for, and all of them together.
//!
//! Knows: addresses as keys to count by, for a while and in memory only. Must not know: what is asked for.
//! Every table here has a largest size: who calls from many addresses fills it and gets no further.

pub mod attempts;
pub mod connections;
pub mod rate;

use serde::Deserialize;
use std::net::{IpAddr, Ipv6Addr};
use std::time::Duration;

/// `[limits]` of the station's file.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Open connections of all together. Each takes a file descriptor and, idle, some kilobytes.
    pub connections: usize,
    /// Of one address (of one /64 for IPv6), this machine itself excepted. A school sits behind one address: thirty
    /// browsers with six connections each are 180.
    pub connections_per_peer: usize,
    /// Requests a second of one address, over longer times; ten seconds' worth may come at once.
    pub requests_per_second: u32,
    /// The same for this machine itself: the kiosk, or a proxy that stands for everybody.
    pub local_requests_per_second: u32,
    /// How long the head of a request may take to arrive, and how long a connection may be kept without one; seconds.
    pub head_s: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 768,
            connections_per_peer: 256,
            requests_per_second: 50,
            local_requests_per_second: 2000,
            head_s: 15,
        }
    }
}

impl Limits {
    /// Time for the head of a request.
    pub fn head(&self) -> Duration {
        Duration::from_secs(self.head_s.max(1))
    }
}

/// What callers are counted by: an address, or the network of one where a household or school gets 2^64 of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Peer(IpAddr);

impl From<IpAddr> for Peer {
    fn from(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V6(address) if !address.is_loopback() => {
                let [a, b, c, d, ..] = address.segments();
                Self(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into())
            }
            address => Self(address),
        }
    }
}

impl Peer {
    /// This very machine.
    pub fn is_local(self) -> bool {
        self.0.is_loopback()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_household_is_one_peer() {
        let peer = |text: &str| Peer::from(text.parse::<IpAddr>().unwrap());
        assert_eq!(peer("2001:db8:1:2::1"), peer("2001:db8:1:2:ffff::9"));
        assert_ne!(peer("2001:db8:1:2::1"), peer("2001:db8:1:3::1"));
        assert_eq!(peer("::ffff:10.0.0.7"), peer("10.0.0.7"));
        assert_ne!(peer("10.0.0.7"), peer("10.0.0.8"));
        for local in ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"] {
            assert!(peer(local).is_local(), "{local}");
        }
        assert!(!peer("10.0.0.7").is_local());
    }
}
