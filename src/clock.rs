//! Time comes in by the door: moments with the centre's offset, and the clocks that make them.
//!
//! Knows: instants, dates, zones, how far a clock may be believed. Must not know: events, files.
//! This is the only file that asks the machine for the time.

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::{fmt, str::FromStr};

/// An instant and the centre's offset from UTC at that instant; written as RFC 3339, whole seconds and milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    at: Timestamp,
    offset_s: i32,
}

impl Moment {
    pub fn new(at: Timestamp, zone: &TimeZone) -> Self {
        Self {
            at,
            offset_s: zone.to_offset(at).seconds(),
        }
    }

    pub fn timestamp(self) -> Timestamp {
        self.at
    }

    /// The local date where the moment was written.
    pub fn date(self) -> Date {
        self.local().date()
    }

    /// The local wall clock.
    pub fn local(self) -> jiff::civil::DateTime {
        self.offset().to_datetime(self.at)
    }

    /// How far the local clock is before UTC, in minutes; negative to the west.
    pub fn offset_minutes(self) -> i32 {
        self.offset_s / 60
    }

    /// Milliseconds from `earlier` to this moment; negative if the clock went back.
    pub fn since_ms(self, earlier: Moment) -> i64 {
        self.at.as_millisecond() - earlier.at.as_millisecond()
    }

    /// This moment moved by so many milliseconds, with the same offset.
    pub fn plus_ms(self, ms: i64) -> Self {
        let at = Timestamp::from_millisecond(self.at.as_millisecond().saturating_add(ms)).unwrap_or(self.at);
        Self { at, ..self }
    }

    fn offset(self) -> jiff::tz::Offset {
        jiff::tz::Offset::from_seconds(self.offset_s).unwrap_or(jiff::tz::Offset::UTC)
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.at.display_with_offset(self.offset()))
    }
}

impl FromStr for Moment {
    type Err = String;

    /// Reads RFC 3339 with an offset; the offset is kept.
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = |_| format!("«{text}» is no time with an offset, for example 2026-08-31T23:59:59+03:00");
        let at: Timestamp = text.parse().map_err(wrong)?;
        let pieces = jiff::fmt::temporal::Pieces::parse(text).map_err(wrong)?;
        let offset = pieces.to_numeric_offset().unwrap_or(jiff::tz::Offset::UTC);
        Ok(Self {
            at,
            offset_s: offset.seconds(),
        })
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// How far the time of an event may be believed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trust {
    #[default]
    Ok,
    /// The time stands in a file that was read in, not on this machine's clock.
    Imported,
    /// Earlier than the event before it: the clock was set back.
    Behind,
    /// Earlier than the program itself: the clock was never set (1970).
    Unset,
    /// Much later than can be: the clock leapt, and no person has confirmed it.
    Ahead,
}

impl Trust {
    /// The machine's clock said it, and nobody believes it.
    pub fn is_doubt(self) -> bool {
        matches!(self, Trust::Behind | Trust::Unset | Trust::Ahead)
    }
}

/// One glance at a clock: the time of day, and a count that no setting of the clock moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Now {
    pub at: Moment,
    /// Milliseconds since some beginning of this process; they never go back and pass in sleep too.
    pub steady_ms: u64,
}

impl Now {
    /// How much time passed since `earlier`, however the clock was set meanwhile.
    pub fn passed_ms(self, earlier: Now) -> i64 {
        i64::try_from(self.steady_ms.saturating_sub(earlier.steady_ms)).unwrap_or(i64::MAX)
    }
}

/// Where moments come from.
pub trait Clock: Send + Sync {
    fn now(&self) -> Moment;

    /// Milliseconds that never go back, whatever is done to the clock. Where they begin is nobody's concern.
    fn steady_ms(&self) -> u64;

    /// Both at one glance.
    fn look(&self) -> Now {
        Now {
            at: self.now(),
            steady_ms: self.steady_ms(),
        }
    }
}

/// The system's count since it was started, with the time it slept.
fn boot_ms() -> u64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
    let seconds = u64::try_from(time.tv_sec).unwrap_or(0);
    let ms = u64::try_from(time.tv_nsec).unwrap_or(0) / 1_000_000;
    seconds.saturating_mul(1_000).saturating_add(ms)
}

/// The machine's clock in the centre's zone.
pub struct SystemClock {
    zone: TimeZone,
}

impl SystemClock {
    pub fn new(zone: TimeZone) -> Self {
        Self { zone }
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Moment {
        // Milliseconds are what a journal line keeps; a finer time would not survive being written.
        let at = Timestamp::now();
        let at = Timestamp::from_millisecond(at.as_millisecond()).unwrap_or(at);
        Moment::new(at, &self.zone)
    }

    fn steady_ms(&self) -> u64 {
        boot_ms()
    }
}

/// A clock that started at a given moment when the program did: the demo's.
pub struct ShiftedClock {
    start: Moment,
    since_ms: u64,
}

impl ShiftedClock {
    pub fn starting_at(start: Moment) -> Self {
        Self {
            start,
            since_ms: boot_ms(),
        }
    }
}

impl Clock for ShiftedClock {
    fn now(&self) -> Moment {
        let ms = i64::try_from(self.steady_ms()).unwrap_or(i64::MAX);
        self.start.plus_ms(ms)
    }

    fn steady_ms(&self) -> u64 {
        boot_ms().saturating_sub(self.since_ms)
    }
}

/// A date as people type it: `07.09.2026`, `7.9.2026`, `7/9/2026` or `2026-09-07`, of the years 1900 to 2200.
pub fn read_date(text: &str) -> Option<Date> {
    let parts: Vec<&str> = text.trim().split(['.', '/']).collect();
    let date = match parts[..] {
        [day, month, year] => Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()?,
        [iso] if iso.len() == "2026-09-07".len() => iso.parse().ok()?,
        _ => return None,
    };
    // Sums with dates of any era would overflow.
    (1900..=2200).contains(&date.year()).then_some(date)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_keeps_its_offset() {
        for text in [
            "2026-08-31T23:59:59+03:00",
            "2024-09-02T11:42:58.125+09:00",
            "2026-01-01T00:00:00+00:00",
        ] {
            let moment: Moment = text.parse().unwrap();
            assert_eq!(moment.to_string(), text);
        }
        assert!("2026-08-31".parse::<Moment>().is_err());
        assert!("yesterday".parse::<Moment>().is_err());
    }

    #[test]
    fn the_date_is_the_centres() {
        let moment: Moment = "2026-08-31T23:59:59+03:00".parse().unwrap();
        assert_eq!(moment.date().to_string(), "2026-08-31");
        assert_eq!(moment.plus_ms(1000).date().to_string(), "2026-09-01");
    }

    #[test]
    fn dates_are_read_as_people_type_them() {
        for text in ["07.09.2026", "7.9.2026", " 2026-09-07 ", "7/9/2026"] {
            assert_eq!(read_date(text), Some(jiff::civil::date(2026, 9, 7)), "{text}");
        }
        for text in [
            "",
            "31.02.2026",
            "завтра",
            "7.9",
            "1.2.3.4",
            "2026-09-07T10:00",
            "9999-12-31",
            "1.1.0099",
        ] {
            assert_eq!(read_date(text), None, "{text}");
        }
    }
}
