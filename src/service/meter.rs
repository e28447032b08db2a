//! The pulse of the clerk, and how the machine below it does.
//!
//! Knows: counts and lengths of time. Must not know: what was done in that time.

use crate::clock::Moment;
use crate::view::{Lengths, Vitals};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

/// Lengths of time as they are counted while others read them.
#[derive(Debug, Default)]
struct Counted {
    counts: [AtomicU64; 9],
    sum_us: AtomicU64,
}

impl Counted {
    fn took(&self, time: Duration) {
        let us = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        let bound = Lengths::BOUNDS_US.iter().position(|bound| us <= *bound);
        if let Some(count) = self.counts.get(bound.unwrap_or(Lengths::BOUNDS_US.len())) {
            count.fetch_add(1, Relaxed);
        }
        self.sum_us.fetch_add(us, Relaxed);
    }

    fn read(&self) -> Lengths {
        let mut lengths = Lengths {
            sum_us: self.sum_us.load(Relaxed),
            ..Lengths::default()
        };
        for (read, count) in lengths.counts.iter_mut().zip(&self.counts) {
            *read = count.load(Relaxed);
        }
        lengths
    }
}

/// The clerk writes, everybody reads.
#[derive(Debug, Default)]
pub struct Meter {
    beats: AtomicU64,
    turns: Counted,
    writes: Counted,
}

impl Meter {
    /// A turn is over; `took`: its length, if anything waited for it.
    pub fn turned(&self, took: Option<Duration>) {
        self.beats.fetch_add(1, Relaxed);
        if let Some(took) = took {
            self.turns.took(took);
        }
    }

    /// A batch is on disk, or has failed.
    pub fn written(&self, took: Duration) {
        self.writes.took(took);
    }

    /// Turns so far, those without any work too.
    pub fn beats(&self) -> u64 {
        self.beats.load(Relaxed)
    }

    pub fn read(&self, started: Moment, data: &Path) -> Vitals {
        Vitals {
            started: Some(started),
            resident: resident(),
            free: free(data),
            turns: self.turns.read(),
            writes: self.writes.read(),
        }
    }
}

/// Room on the disk that holds the folder, in bytes.
fn free(data: &Path) -> Option<u64> {
    let disk = rustix::fs::statvfs(data).ok()?;
    Some(disk.f_bavail.saturating_mul(disk.f_frsize))
}

/// Memory of this process, in bytes.
fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: u64 = line.trim().trim_end_matches(" kB").parse().ok()?;
    Some(kib.saturating_mul(1024))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_counted_up_to_their_bound() {
        let counted = Counted::default();
        for us in [0, 250, 251, 1_000_000, 1_000_001] {
            counted.took(Duration::from_micros(us));
        }
        let lengths = counted.read();
        assert_eq!(lengths.counts, [2, 1, 0, 0, 0, 0, 0, 1, 1]);
        assert_eq!(lengths.sum_us, 2_000_502);
    }

    #[test]
    fn this_process_has_memory_and_its_disk_has_room() {
        let vitals = Meter::default().read("2026-09-01T09:00:00+03:00".parse().unwrap(), Path::new("/"));
        assert!(vitals.resident.is_some_and(|bytes| bytes > 1 << 20), "{vitals:?}");
        assert!(vitals.free.is_some_and(|bytes| bytes > 0), "{vitals:?}");
    }
}
