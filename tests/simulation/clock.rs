//! The centre's clock: it counts steadily, and shows what somebody made it show.

use formular::clock::{Clock, Moment};
use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};
use std::sync::atomic::{AtomicI32, AtomicI64, Ordering::Relaxed};

/// The zone of the sample's centre, in hours east of Greenwich.
pub const ZONE_H: i32 = 3;

/// Time as it is, and as it is shown.
pub struct SimClock {
    /// What time it is in truth, in milliseconds since 1970.
    truth: AtomicI64,
    /// When the machine was switched on.
    booted: AtomicI64,
    /// How far the clock is wrong.
    off: AtomicI64,
    zone_h: AtomicI32,
}

impl SimClock {
    pub fn new(begin: Moment) -> Self {
        let begin = begin.timestamp().as_millisecond();
        Self {
            truth: AtomicI64::new(begin),
            booted: AtomicI64::new(begin - 30_000),
            off: AtomicI64::new(0),
            zone_h: AtomicI32::new(ZONE_H),
        }
    }

    pub fn pass(&self, ms: i64) {
        self.truth.fetch_add(ms, Relaxed);
    }

    /// Switches the machine on again.
    pub fn boot(&self) {
        self.booted.store(self.truth.load(Relaxed) - 20_000, Relaxed);
    }

    pub fn truth(&self) -> Moment {
        moment(self.truth.load(Relaxed), ZONE_H)
    }

    pub fn off_ms(&self) -> i64 {
        self.off.load(Relaxed)
    }

    pub fn set_off_ms(&self, off: i64) {
        self.off.store(off, Relaxed);
    }

    /// As a dead battery leaves it.
    pub fn set_1970(&self) {
        self.off.store(60_000 - self.truth.load(Relaxed), Relaxed);
    }

    pub fn set_zone_h(&self, hours: i32) {
        self.zone_h.store(hours, Relaxed);
    }
}

impl Clock for SimClock {
    fn now(&self) -> Moment {
        let shown = self.truth.load(Relaxed) + self.off.load(Relaxed);
        moment(shown, self.zone_h.load(Relaxed))
    }

    fn steady_ms(&self) -> u64 {
        let ms = self.truth.load(Relaxed) - self.booted.load(Relaxed);
        u64::try_from(ms).unwrap_or(0)
    }
}

fn moment(ms: i64, zone_h: i32) -> Moment {
    let at = Timestamp::from_millisecond(ms).expect("a time of this millennium");
    let hours = i8::try_from(zone_h).expect("a zone");
    Moment::new(at, &TimeZone::fixed(Offset::constant(hours)))
}
