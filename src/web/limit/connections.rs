//! Open connections: all together, and of one peer.
//!
//! Knows: counts. Must not know: sockets.

use super::{Limits, Peer};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// So many places are kept for this machine itself: however many call from outside, the kiosk gets in.
const KEPT_FOR_DESK: usize = 32;

/// Counts who is connected.
#[derive(Clone, Debug)]
pub struct Connections {
    limits: Limits,
    open: Arc<Mutex<Open>>,
}

#[derive(Debug, Default)]
struct Open {
    all: usize,
    of: HashMap<Peer, usize>,
}

/// A place that is taken until this is dropped.
#[derive(Debug)]
pub struct Place {
    open: Arc<Mutex<Open>>,
    peer: Peer,
}

impl Connections {
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            open: Arc::default(),
        }
    }

    /// A place for one more connection of `peer`, if there is one.
    pub fn admit(&self, peer: Peer) -> Option<Place> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let all = self.limits.connections.max(1);
        let (most, own) = match peer.is_local() {
            true => (all, usize::MAX),
            // Of very few places half are kept.
            false => (
                all.saturating_sub(KEPT_FOR_DESK.min(all / 2)),
                self.limits.connections_per_peer,
            ),
        };
        let of_peer = open.of.get(&peer).copied().unwrap_or(0);
        if open.all >= most || of_peer >= own {
            return None;
        }
        open.all += 1;
        open.of.insert(peer, of_peer + 1);
        Some(Place {
            open: Arc::clone(&self.open),
            peer,
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.all = open.all.saturating_sub(1);
        match open.of.get_mut(&self.peer) {
            Some(count) if *count > 1 => *count -= 1,
            _ => _ = open.of.remove(&self.peer),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::IpAddr;

    #[test]
    fn places_are_counted_and_the_desk_keeps_some() {
        let peer = |text: &str| Peer::from(text.parse::<IpAddr>().unwrap());
        let connections = Connections::new(Limits {
            connections: 100,
            connections_per_peer: 40,
            ..Limits::default()
        });
        let mut places: Vec<Place> = (0..40)
            .filter_map(|_| connections.admit(peer("10.0.0.1")))
            .collect();
        assert_eq!(places.len(), 40);
        assert!(
            connections.admit(peer("10.0.0.1")).is_none(),
            "one address has enough"
        );
        places.extend((0..40).filter_map(|_| connections.admit(peer("10.0.0.2"))));
        assert_eq!(places.len(), 68, "from outside there are 100 - 32");
        places.extend((0..40).filter_map(|_| connections.admit(peer("127.0.0.1"))));
        assert_eq!(places.len(), 100);
        assert!(connections.admit(peer("127.0.0.1")).is_none());
        places.clear();
        let open = connections.open.lock().unwrap();
        assert!(open.all == 0 && open.of.is_empty(), "{open:?}");
    }
}
