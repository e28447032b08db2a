//! `[backup]`: where copies go by themselves, how often, and how many stay.
//!
//! Knows: the keys and their defaults. Must not know: what is done with them.

use serde::Deserialize;
use std::path::PathBuf;
use std::time::Duration;

const HOUR: u64 = 3_600;
const YEAR: u64 = 366 * 24 * HOUR;

/// What a station's file may say of copies.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BackupSettings {
    /// A folder on another disk, marked once by `formular backup DIR --mark`. None: no copies are made by themselves.
    pub folder: Option<PathBuf>,
    /// From one copy to the next; at least a second.
    pub every_hours: f64,
    /// So many of the newest stay.
    pub keep: usize,
    /// Beside them the last of each month stays, for so many months: a school year.
    pub months: usize,
    /// Whether the roster is copied: without it every badge has to be given its card again after a restore.
    pub cards: bool,
    /// A copy waits until the desk has been quiet for so many seconds, but an hour at most.
    pub idle_s: u32,
    /// Without a good copy for so many days, health says so.
    pub warn_days: u32,
}

impl Default for BackupSettings {
    fn default() -> Self {
        Self {
            folder: None,
            every_hours: 24.0,
            keep: 14,
            months: 12,
            cards: true,
            idle_s: 120,
            warn_days: 7,
        }
    }
}

impl BackupSettings {
    pub fn every(&self) -> Duration {
        // What is no time at all (nan, below zero, without end) is the shortest or the longest.
        let seconds = (self.every_hours * HOUR as f64).clamp(1.0, YEAR as f64);
        Duration::try_from_secs_f64(seconds).unwrap_or(Duration::from_secs(YEAR))
    }

    pub fn idle(&self) -> Duration {
        Duration::from_secs(self.idle_s.into())
    }

    pub fn warn(&self) -> Duration {
        Duration::from_secs(u64::from(self.warn_days.max(1)) * 24 * HOUR)
    }
}
