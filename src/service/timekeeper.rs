//! What time it is in this house: the machine's clock where it can be believed, and a steady count where it cannot.
//!
//! Knows: how far a clock may be believed, after what it said before and what the journal says. Must not know: who
//! asks, events, files.
//!
//! | the clock shows | against what | mark |
//! |---|---|---|
//! | a day before this program was made | | `unset` |
//! | more than a day from what it should show by now | its last believed time in this run, and the steady count | `ahead`, `behind` |
//! | more than 120 days later | the last time that the journal believed, where this run has none yet | `ahead` |
//! | not before the time that was `ahead` already | the journal, where this run has none yet | `ahead` |
//! | more than 2 seconds earlier | the believed time of the journal | `behind` |
//! | anything else | | `ok` |
//!
//! A doubted clock moves nothing: the house goes on from the last believed time by the steady count.

use crate::clock::{Clock, Moment, Now, Trust};
use crate::ledger::Believed;
use std::sync::Arc;

/// No clock that is right says less: the program did not exist yet. 2026-01-01T00:00:00Z, in milliseconds.
const PROGRAM_BEGAN: i64 = 1_767_225_600_000;
/// A clock that is corrected by the network jumps back a little; that is no cause for doubt.
const JITTER_MS: i64 = 2_000;
/// A wrong zone or a correction after months is hours; what is more within one run is a leap.
const LEAP_MS: i64 = 24 * 3_600_000;
/// The longest that a desk stands still: longer than any summer.
const PAUSE_MS: i64 = 120 * 24 * 3_600_000;

/// The time, looked at once.
#[derive(Clone, Copy, Debug)]
pub struct Reading {
    /// What the clock says, believed or not.
    pub wall: Moment,
    /// What the house reckons with.
    pub now: Now,
    pub trust: Trust,
}

/// The clock of one run of the desk.
#[derive(Clone)]
pub struct Timekeeper {
    clock: Arc<dyn Clock>,
    began: Now,
    /// The last look that was believed.
    anchor: Option<Now>,
}

impl Timekeeper {
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            began: clock.look(),
            clock,
            anchor: None,
        }
    }

    /// Looks at the clock, and remembers a time that can be believed.
    pub fn look(&mut self, believed: &Believed) -> Reading {
        let reading = self.read(believed);
        if reading.trust == Trust::Ok {
            self.anchor = Some(reading.now);
        }
        reading
    }

    /// Looks at the clock.
    pub fn read(&self, believed: &Believed) -> Reading {
        let seen = self.clock.look();
        let trust = judge(seen, self.anchor, believed);
        let at = match trust {
            Trust::Ok | Trust::Imported => seen.at,
            Trust::Behind | Trust::Unset | Trust::Ahead => self.reckon(seen, believed),
        };
        Reading {
            wall: seen.at,
            now: Now { at, ..seen },
            trust,
        }
    }

    /// A person says that the clock was right when it was looked at; gives that look as one that is believed.
    pub fn confirm(&mut self, reading: Reading) -> Reading {
        let now = Now {
            at: reading.wall,
            ..reading.now
        };
        self.anchor = Some(now);
        Reading {
            wall: reading.wall,
            now,
            trust: Trust::Ok,
        }
    }

    /// The time without the clock: so much steady time after the last that was believed.
    fn reckon(&self, seen: Now, believed: &Believed) -> Moment {
        if let Some(anchor) = self.anchor {
            return anchor.at.plus_ms(seen.passed_ms(anchor));
        }
        let until = believed.until.unwrap_or(seen.at);
        until.plus_ms(seen.passed_ms(self.began))
    }
}

/// How far a look at the clock may be believed, after the last one that was, in a journal that came so far.
fn judge(seen: Now, anchor: Option<Now>, believed: &Believed) -> Trust {
    if seen.at.timestamp().as_millisecond() < PROGRAM_BEGAN {
        return Trust::Unset;
    }
    match anchor {
        Some(anchor) => {
            let leapt = seen.at.since_ms(anchor.at) - seen.passed_ms(anchor);
            if leapt > LEAP_MS {
                return Trust::Ahead;
            }
            if leapt < -LEAP_MS {
                return Trust::Behind;
            }
        }
        None => {
            let too_late = |live: Moment| seen.at.since_ms(live) > PAUSE_MS;
            let as_before = |ahead: Moment| seen.at.since_ms(ahead) >= -JITTER_MS;
            if believed.live.is_some_and(too_late) || believed.ahead.is_some_and(as_before) {
                return Trust::Ahead;
            }
        }
    }
    match believed.until {
        Some(until) if seen.at.since_ms(until) < -JITTER_MS => Trust::Behind,
        _ => Trust::Ok,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    /// A clock that says what it is told.
    struct Told(Mutex<Now>);

    impl Clock for Told {
        fn now(&self) -> Moment {
            self.0.lock().unwrap().at
        }

        fn steady_ms(&self) -> u64 {
            self.0.lock().unwrap().steady_ms
        }
    }

    fn at(text: &str) -> Moment {
        format!("{text}+03:00").parse().unwrap()
    }

    /// One row: when the journal ends (`-`: it is empty; `… ahead …`: it saw a time ahead), then what the clock shows
    /// at which second of the run; the marks, and the house's time at the end.
    fn told(journal: &str, looks: &[(u64, &str)]) -> (String, String) {
        let mut believed = Believed::default();
        let (until, ahead) = journal.split_once(" ahead ").unwrap_or((journal, "-"));
        if until != "-" {
            believed.until = Some(at(until));
            believed.live = believed.until;
        }
        believed.ahead = (ahead != "-").then(|| at(ahead));
        let first = Now {
            at: at(looks[0].1),
            steady_ms: looks[0].0 * 1_000,
        };
        let clock = Arc::new(Told(Mutex::new(first)));
        let mut keeper = Timekeeper::new(Arc::clone(&clock) as Arc<dyn Clock>);
        let (mut marks, mut house) = (Vec::new(), String::new());
        for (second, shows) in looks {
            *clock.0.lock().unwrap() = Now {
                at: at(shows),
                steady_ms: second * 1_000,
            };
            let reading = keeper.look(&believed);
            marks.push(format!("{:?}", reading.trust).to_lowercase());
            house = reading.now.at.local().to_string();
        }
        (marks.join(" "), house)
    }

    /// The journal's end; seconds and what the clock shows then; the marks; the house's time.
    type Row = (
        &'static str,
        &'static [(u64, &'static str)],
        &'static str,
        &'static str,
    );

    #[test]
    fn a_clock_is_believed_until_it_cannot_be() {
        let june = "2026-06-10T17:00:00";
        let table: &[Row] = &[
            // An empty journal believes every clock that could be right.
            ("-", &[(0, "2026-09-01T09:00:00")], "ok", "2026-09-01T09:00:00"),
            ("-", &[(0, "2031-09-01T09:00:00")], "ok", "2031-09-01T09:00:00"),
            ("-", &[(0, "1970-01-01T03:00:30")], "unset", "1970-01-01T03:00:30"),
            // After the summer.
            (june, &[(0, "2026-09-01T08:30:00")], "ok", "2026-09-01T08:30:00"),
            // After the summer with an empty battery: the house stands at the last day it knows, and goes on.
            (
                june,
                &[(0, "1970-01-01T03:00:00"), (60, "1970-01-01T03:01:00")],
                "unset unset",
                "2026-06-10T17:01:00",
            ),
            // … until somebody sets the clock.
            (
                june,
                &[(0, "1970-01-01T03:00:00"), (60, "2026-09-01T08:31:00")],
                "unset ok",
                "2026-09-01T08:31:00",
            ),
            // Too long for a summer.
            (
                june,
                &[(0, "2026-10-09T09:00:00")],
                "ahead",
                "2026-06-10T17:00:00",
            ),
            (
                june,
                &[(0, "2031-09-01T09:00:00")],
                "ahead",
                "2026-06-10T17:00:00",
            ),
            // A little back is the network's correction; more is not.
            (june, &[(0, "2026-06-10T16:59:59")], "ok", "2026-06-10T16:59:59"),
            (
                june,
                &[(0, "2026-06-10T16:00:00")],
                "behind",
                "2026-06-10T17:00:00",
            ),
            // The doubt of before the restart is still there, though the leap was a small one …
            (
                "2026-09-01T09:00:00 ahead 2026-09-20T09:01:00",
                &[(0, "2026-09-20T09:05:00")],
                "ahead",
                "2026-09-01T09:00:00",
            ),
            // … and gone once the clock was put right.
            (
                "2026-09-01T09:00:00 ahead 2026-09-20T09:01:00",
                &[(0, "2026-09-01T09:05:00")],
                "ok",
                "2026-09-01T09:05:00",
            ),
            // In the midst of a run: to 2031 and back.
            (
                june,
                &[
                    (0, "2026-09-01T09:00:00"),
                    (10, "2031-09-01T09:00:10"),
                    (20, "2031-09-01T09:00:20"),
                ],
                "ok ahead ahead",
                "2026-09-01T09:00:20",
            ),
            (
                june,
                &[
                    (0, "2026-09-01T09:00:00"),
                    (10, "2031-09-01T09:00:10"),
                    (20, "2026-09-01T09:00:20"),
                ],
                "ok ahead ok",
                "2026-09-01T09:00:20",
            ),
            // To 1970: the house knows better.
            (
                june,
                &[(0, "2026-09-01T09:00:00"), (3_600, "1970-01-01T03:00:00")],
                "ok unset",
                "2026-09-01T10:00:00",
            ),
            // Two days back, though nothing was written since June.
            (
                june,
                &[(0, "2026-09-03T09:00:00"), (10, "2026-09-01T09:00:10")],
                "ok behind",
                "2026-09-03T09:00:10",
            ),
            // Three hours: a zone was put right.
            (
                june,
                &[(0, "2026-09-01T09:00:00"), (10, "2026-09-01T12:00:10")],
                "ok ok",
                "2026-09-01T12:00:10",
            ),
            // A machine that slept over a weekend: the steady count slept not.
            (
                june,
                &[(0, "2026-09-04T17:00:00"), (225_000, "2026-09-07T07:30:00")],
                "ok ok",
                "2026-09-07T07:30:00",
            ),
        ];
        for (journal, looks, marks, house) in table {
            let want = ((*marks).to_owned(), (*house).to_owned());
            assert_eq!(told(journal, looks), want, "{journal}: {looks:?}");
        }
    }

    #[test]
    fn what_a_person_confirms_is_believed() {
        let clock = Arc::new(Told(Mutex::new(Now {
            at: at("2031-09-01T09:00:00"),
            steady_ms: 0,
        })));
        let mut believed = Believed {
            until: Some(at("2026-09-01T09:00:00")),
            live: Some(at("2026-09-01T09:00:00")),
            ..Believed::default()
        };
        let mut keeper = Timekeeper::new(Arc::clone(&clock) as Arc<dyn Clock>);
        let reading = keeper.look(&believed);
        assert_eq!(reading.trust, Trust::Ahead);
        keeper.confirm(reading);
        believed.until = Some(reading.wall);
        believed.live = Some(reading.wall);
        assert_eq!(keeper.look(&believed).trust, Trust::Ok);
        // It was wrong after all, and is set back: a person may say that too.
        clock.0.lock().unwrap().at = at("2026-09-01T09:05:00");
        let reading = keeper.look(&believed);
        assert_eq!(reading.trust, Trust::Behind);
        keeper.confirm(reading);
        believed.until = Some(reading.wall);
        believed.live = Some(reading.wall);
        assert_eq!(keeper.look(&believed).trust, Trust::Ok);
    }
}
