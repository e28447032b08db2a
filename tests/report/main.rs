//! Reports as of any instant agree with counting the rows of the history by hand.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

#[path = "../imported/mod.rs"]
mod imported;

mod counts;
mod forms;
mod lists;
mod usage;

use formular::exchange::report::{self, AsOf, Cut, Folding, Frame, Name, Report};
use formular::ledger::Policy;
use imported::{Centre, now};
use jiff::tz::TimeZone;

fn zone() -> TimeZone {
    TimeZone::get("Europe/Kirov").unwrap()
}

fn cut(centre: &Centre, as_of: AsOf) -> Cut {
    let mut folding = Folding::new(as_of);
    for entry in &centre.entries {
        if !folding.take(entry) {
            break;
        }
    }
    folding.finish(now())
}

fn make(
    centre: &Centre,
    name: &str,
    argument: Option<&str>,
    as_of: &str,
    period: [Option<&str>; 2],
) -> Report {
    tried(centre, name, argument, as_of, period).unwrap()
}

/// The report, or why there is none.
fn tried(
    centre: &Centre,
    name: &str,
    argument: Option<&str>,
    as_of: &str,
    period: [Option<&str>; 2],
) -> Result<Report, String> {
    let as_of = if as_of.is_empty() {
        AsOf::Unsaid
    } else {
        AsOf::parse(as_of, &zone()).unwrap()
    };
    let (cut, policy) = (cut(centre, as_of), Policy::default());
    let [from, to] = period.map(|day| day.map(|day| day.parse().unwrap()));
    let frame = Frame {
        cut: &cut,
        policy: &policy,
        from,
        to,
        head: None,
    };
    let name = Name::parse(name, argument).unwrap();
    report::make(&name, &frame, &mut centre.entries.iter().cloned())
}

fn at_end(centre: &Centre, name: &str) -> Report {
    make(centre, name, None, "2026-08-31T23:59:59+03:00", [None, None])
}
