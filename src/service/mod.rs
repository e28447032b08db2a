//! The service: threads, the queue, the clerk, the door, the control socket.
//!
//! Knows: how the rooms are wired together. Must not know: rules, bytes, HTML.

mod backup;
mod cards;
mod carry;
mod clerk;
pub mod control;
mod doorkeeper;
pub mod fold;
mod intake;
mod keys;
mod limit;
mod meter;
mod notify;
mod pens;
mod plugged;
mod readers;
mod report;
mod resolve;
mod roster;
mod rounds;
mod sessions;
mod shown;
mod station;
mod turn;

pub use clerk::Ended;
pub use doorkeeper::Doorkeeper;
pub use intake::{ImportJob, Imported, Intake, QUEUE};
pub use notify::{Notify, sentence, watch, watched};
pub use plugged::Plugging;
pub use readers::Readers;
pub use report::import_report;
pub use roster::{Carries, RosterAnswer, RosterDone, RosterJob};
pub use rounds::RoundSettings;
pub use shown::{Door, Shown};
pub use station::{OpenError, Setup, Station};

use crate::clock::{Moment, Trust};

/// No clock that is right says less: the program did not exist yet. 2026-01-01T00:00:00Z, in milliseconds.
const PROGRAM_BEGAN: i64 = 1_767_225_600_000;
/// A clock that is corrected by the network jumps back a little; that is no cause for doubt.
const JITTER_MS: i64 = 2_000;

/// How far a moment may be believed, after `last`, the effective time of the journal.
pub fn trust(now: Moment, last: Option<Moment>) -> Trust {
    if now.timestamp().as_millisecond() < PROGRAM_BEGAN {
        return Trust::Unset;
    }
    match last {
        Some(last) if now.since_ms(last) < -JITTER_MS => Trust::Behind,
        _ => Trust::Ok,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_is_believed_until_it_cannot_be() {
        let at = |text: &str| text.parse::<Moment>().unwrap();
        let last = Some(at("2026-09-01T09:00:00+03:00"));
        assert_eq!(trust(at("2026-09-01T09:00:01+03:00"), last), Trust::Ok);
        assert_eq!(trust(at("2026-09-01T08:59:59+03:00"), last), Trust::Ok);
        assert_eq!(trust(at("2026-09-01T08:00:00+03:00"), last), Trust::Behind);
        assert_eq!(trust(at("1970-01-01T00:00:30+03:00"), last), Trust::Unset);
        assert_eq!(trust(at("2026-09-01T09:00:00+03:00"), None), Trust::Ok);
    }
}
