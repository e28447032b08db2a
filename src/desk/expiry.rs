//! What runs out by itself, and when the desk wants to be woken for it.
//!
//! Knows: every deadline of the desk. Must not know: who wakes it.

use super::machine::Desk;
use super::settings::ms;
use crate::clock::Now;
use crate::ledger::Ledger;
use crate::words::Message;

impl Desk {
    /// Milliseconds from `now` until the screen changes by itself; then the desk wants an [`Input::Tick`].
    pub fn next_tick(&self, now: Now) -> Option<u64> {
        let ms_now = self.time.at(now);
        let next_second = |until: u64| {
            let left = until.saturating_sub(ms_now);
            ms_now
                + if left.is_multiple_of(1000) {
                    left.min(1000)
                } else {
                    left % 1000
                }
        };
        let session = self.session.as_ref().map(|session| {
            let countdown = session.touched + ms(self.settings.idle_s);
            if ms_now < countdown {
                countdown
            } else {
                next_second(self.session_end(session))
            }
        });
        [
            session,
            self.undo_until,
            self.panels.deadline().map(next_second),
            self.shown.as_ref().and_then(|shown| shown.until),
            self.quiet.as_ref().map(|quiet| quiet.until),
            self.armed.map(|(_, until)| until),
            self.order_number.as_ref().map(|(_, until)| *until),
            self.duty.as_ref().map(|duty| duty.until),
            (!self.waiting.is_empty()).then_some(self.waiting_until),
        ]
        .into_iter()
        .flatten()
        .min()
        .map(|at| at.saturating_sub(ms_now).max(1))
    }

    /// Everything whose time has come.
    pub(super) fn expire(&mut self, ledger: &Ledger) {
        let now = self.time.ms();
        let past = |until: u64| until <= now;
        if self
            .shown
            .as_ref()
            .and_then(|shown| shown.until)
            .is_some_and(past)
        {
            self.clear_face();
        }
        if self.quiet.as_ref().is_some_and(|quiet| past(quiet.until)) {
            self.quiet = None;
        }
        if self.armed.is_some_and(|(_, until)| past(until)) {
            self.armed = None;
        }
        if self.order_number.as_ref().is_some_and(|(_, until)| past(*until)) {
            self.order_number = None;
        }
        if past(self.waiting_until) {
            self.waiting.clear();
        }
        while self.panels.deadline().is_some_and(past) {
            self.put_off(ledger);
        }
        if self.duty.as_ref().is_some_and(|duty| past(duty.until)) {
            self.duty = None;
            self.hush(Message::new("quiet-duty-over"));
        }
        let idle = ms(self.settings.idle_s) + ms(self.settings.countdown_s);
        if self
            .session
            .take_if(|session| past(session.touched + idle))
            .is_some()
        {
            self.ended();
            self.hush(Message::new("k46-text"));
        }
    }
}
