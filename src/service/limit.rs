//! How much rubbish a day may leave in the journal: a pupil with a scanner must not fill the disk.
//!
//! Knows: what was written lately. Must not know: events, files.

use std::collections::{HashMap, VecDeque};

/// The same thing again within this time is one.
const SAME_MS: u64 = 10_000;
/// Most entries a minute; an honest desk stays far below.
const PER_MINUTE: usize = 60;
/// Most entries in a day (about half a megabyte).
const PER_DAY: usize = 2_000;
/// A day begins with its first entry.
const DAY_MS: u64 = 24 * 3_600_000;
/// Most different things remembered for `SAME_MS`.
const REMEMBERED: usize = 256;

/// Decides which refusals and unknown tags are written down; the rest is counted.
#[derive(Clone, Debug, Default)]
pub struct Limit {
    recent: HashMap<String, u64>,
    minute: VecDeque<u64>,
    day: Option<(u64, usize)>,
    held_back: u64,
}

impl Limit {
    /// Whether this one is to be kept. `what` names the thing and the reason, `now` is steady milliseconds.
    pub fn keep(&mut self, what: &str, now: u64) -> bool {
        self.recent.retain(|_, at| now.saturating_sub(*at) < SAME_MS);
        let kept = self.is_new(what, now) && self.has_room(now);
        if !kept {
            self.held_back += 1;
        }
        kept
    }

    /// How many were not written down since the start.
    pub fn held_back(&self) -> u64 {
        self.held_back
    }

    fn is_new(&mut self, what: &str, now: u64) -> bool {
        let known = self.recent.contains_key(what);
        if known || self.recent.len() < REMEMBERED {
            // A repeat pushes the end of its silence on: held down for an hour, it is still one.
            self.recent.insert(what.to_owned(), now);
        }
        !known
    }

    fn has_room(&mut self, now: u64) -> bool {
        while self
            .minute
            .front()
            .is_some_and(|at| now.saturating_sub(*at) >= 60_000)
        {
            self.minute.pop_front();
        }
        let (began, used) = match self.day {
            Some((began, used)) if now.saturating_sub(began) < DAY_MS => (began, used),
            _ => (now, 0),
        };
        if self.minute.len() >= PER_MINUTE || used >= PER_DAY {
            return false;
        }
        self.minute.push_back(now);
        self.day = Some((began, used + 1));
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_thing_within_ten_seconds_is_one() {
        let mut limit = Limit::default();
        assert!(limit.keep("ТР-0001 already_out", 0));
        assert!(!limit.keep("ТР-0001 already_out", 9_000));
        assert!(
            !limit.keep("ТР-0001 already_out", 18_000),
            "held down, it is still one"
        );
        assert!(limit.keep("ТР-0001 overdue_block", 18_000));
        assert!(limit.keep("ТР-0001 already_out", 29_000));
        assert_eq!(limit.held_back(), 2);
    }

    #[test]
    fn rubbish_all_day_stays_small() {
        let mut limit = Limit::default();
        let minute = (0..600)
            .filter(|n| limit.keep(&format!("tag {n}"), n * 100))
            .count();
        assert_eq!(minute, PER_MINUTE);
        let day = (0..100_000)
            .filter(|n| limit.keep(&format!("more {n}"), 60_000 + n * 250))
            .count();
        assert_eq!(minute + day, PER_DAY);
        assert!(limit.recent.len() <= REMEMBERED);
    }
}
