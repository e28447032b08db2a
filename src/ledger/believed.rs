//! The time that is believed: what the fold knows of the centre's own clock beside the order of events.
//!
//! Knows: how far time has come, and which loans were made while nobody knew the day. Must not know: clocks, rules.
//!
//! [`super::Ledger::now`] orders the journal and never goes back. This here is what the rules count from; it is the
//! same, except that a person who confirms the clock may set it back.

use super::asof;
use super::event::{Entry, Event};
use crate::clock::{Moment, Trust};
use crate::ids::LoanId;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// How far the time is believed after the events so far.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Believed {
    /// No event counts as having happened later.
    pub until: Option<Moment>,
    /// What this machine's own clock said last when it was believed; imported history does not count.
    pub live: Option<Moment>,
    /// The earliest time since then that was held to be ahead.
    pub ahead: Option<Moment>,
    /// Loans made or renewed while the clock was doubted.
    pub undated: BTreeSet<LoanId>,
}

impl Believed {
    /// One more event; `begun`: some event before it had moved the time.
    pub(super) fn take(&mut self, entry: &Entry, begun: bool) {
        match entry.clock {
            Trust::Ok => {
                self.live = Some(entry.at);
                self.ahead = None;
                self.undated.clear();
            }
            Trust::Imported => {}
            Trust::Ahead => {
                let earlier = |ahead: &Moment| ahead.timestamp() <= entry.at.timestamp();
                self.ahead = Some(self.ahead.filter(earlier).unwrap_or(entry.at));
            }
            Trust::Behind | Trust::Unset => {}
        }
        if entry.clock.is_doubt()
            && let Event::CheckedOut { loan, .. } | Event::Renewed { loan, .. } = &entry.event
        {
            self.undated.insert(loan.clone());
        }
        if !asof::moves(entry, begun) {
            return;
        }
        let confirmed = matches!(entry.event, Event::ClockConfirmed { .. });
        let later = |until: &Moment| !confirmed && until.timestamp() >= entry.at.timestamp();
        self.until = Some(self.until.filter(later).unwrap_or(entry.at));
    }
}
