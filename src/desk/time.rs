//! The desk's own time: milliseconds that never go back and that no setting of the clock moves.
//!
//! Knows: the steady count of its inputs. Must not know: what waits for what.

use crate::clock::Now;

/// Before every time of the desk: what lies so far back is never recent.
pub(super) const LONG_AGO: i64 = i64::MIN / 2;

/// Milliseconds of the desk.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct DeskTime {
    ms: u64,
}

impl DeskTime {
    pub(super) fn advance(&mut self, now: Now) {
        self.ms = self.at(now);
    }

    pub(super) fn ms(&self) -> u64 {
        self.ms
    }

    /// The same where it is compared with what may lie before the desk's beginning.
    pub(super) fn signed(&self) -> i64 {
        i64::try_from(self.ms).unwrap_or(i64::MAX)
    }

    /// The desk's time at `now`, without moving it.
    pub(super) fn at(&self, now: Now) -> u64 {
        self.ms.max(now.steady_ms)
    }
}

/// Whole seconds left until `until`, rounded up.
pub(super) fn seconds_left(until: u64, now: u64) -> u32 {
    u32::try_from(until.saturating_sub(now).div_ceil(1000)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Moment;

    #[test]
    fn no_setting_of_the_clock_moves_the_desk() {
        let noon: Moment = "2026-09-01T12:00:00+03:00".parse().unwrap();
        let mut time = DeskTime::default();
        for (wall_ms, steady_ms, desk) in [
            (0, 0, 0),
            (1_500, 1_500, 1_500),
            (-3_600_000, 2_500, 2_500),
            (157_000_000_000, 2_600, 2_600),
            (157_000_000_000, 2_500, 2_600),
        ] {
            time.advance(Now {
                at: noon.plus_ms(wall_ms),
                steady_ms,
            });
            assert_eq!(time.ms(), desk);
        }
    }
}
