//! The desk's own time: milliseconds that never go back.
//!
//! Knows: how much time passed between two inputs. Must not know: what waits for what.

use crate::clock::Moment;

/// Milliseconds of the desk. A clock that is set back stops it for that one step; nothing waits an hour longer.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct DeskTime {
    ms: u64,
    seen: Option<Moment>,
}

impl DeskTime {
    pub(super) fn advance(&mut self, now: Moment) {
        self.ms = self.at(now);
        self.seen = Some(now);
    }

    pub(super) fn ms(&self) -> u64 {
        self.ms
    }

    /// The desk's time at `now`, without moving it.
    pub(super) fn at(&self, now: Moment) -> u64 {
        let passed = self.seen.map_or(0, |seen| now.since_ms(seen));
        self.ms.saturating_add(u64::try_from(passed).unwrap_or(0))
    }
}

/// Whole seconds left until `until`, rounded up.
pub(super) fn seconds_left(until: u64, now: u64) -> u32 {
    u32::try_from(until.saturating_sub(now).div_ceil(1000)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_set_back_does_not_move_the_desk() {
        let noon: Moment = "2026-09-01T12:00:00+03:00".parse().unwrap();
        let mut time = DeskTime::default();
        time.advance(noon);
        time.advance(noon.plus_ms(1500));
        assert_eq!(time.ms(), 1500);
        time.advance(noon.plus_ms(-3_600_000));
        assert_eq!(time.ms(), 1500);
        time.advance(noon.plus_ms(-3_599_000));
        assert_eq!(time.ms(), 2500);
    }
}
