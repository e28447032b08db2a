//! From the desk's state to its screen.
//!
//! Knows: what stands where. Must not know: HTML, languages.

use super::faces;
use super::machine::Desk;
use super::screen::{Face, LineMark, Screen, Sheet};
use super::session::Session;
use super::settings::ms;
use super::sheet::Undo;
use super::standing;
use super::time::seconds_left;
use crate::clock::{Moment, Now};
use crate::cue::Cue;
use crate::ids::ItemId;
use crate::ledger::Ledger;
use std::sync::Arc;

impl Desk {
    /// The screen, if anything on it differs from the one given out last, numbered anew. `cue` is the sound that
    /// goes with it, the last one where several inputs share a screen; a sound alone is a change.
    pub fn show(&mut self, ledger: &Ledger, now: Now, cue: Option<Cue>) -> Option<Arc<Screen>> {
        let mut screen = self.screen(ledger, now);
        let undo = self
            .undoable(ledger, now)
            .map(|undo| undo.done.saturating_add(self.undo_ms()));
        self.undo_until = undo.and_then(|until| u64::try_from(until).ok());
        if let Some(last) = &self.last {
            screen.at = last.at;
            screen.cue = last.cue;
            if cue.is_none() && **last == screen {
                return None;
            }
            screen.at = now.at;
        }
        screen.number += 1;
        screen.cue = cue;
        let screen = Arc::new(screen);
        self.last = Some(Arc::clone(&screen));
        Some(screen)
    }

    /// The screen at `now`, without a sound and with the number of the one given out last.
    pub fn screen(&self, ledger: &Ledger, now: Now) -> Screen {
        let ms_now = self.time.at(now);
        let undo = self.undoable(ledger, now);
        let undo_until = undo.map(|undo| undo.at.plus_ms(self.undo_ms()));
        let now = now.at;
        Screen {
            number: self.last.as_ref().map_or(0, |last| last.number),
            at: now,
            face: self.face(ledger, now),
            sheet: Sheet {
                session: self
                    .session
                    .as_ref()
                    .map(|session| session.view(ledger, now.date())),
                lines: self
                    .rows
                    .lines(ledger, self.session.as_ref().map(|session| session.visit)),
                undo_until,
            },
            panel: self.panels.view(ledger, ms_now),
            quiet: self.quiet.as_ref().map(|quiet| quiet.message.clone()),
            heads: self.heads(ledger, ms_now),
            wanting: self.session.as_ref().and_then(Session::wanting),
            countdown: self
                .session
                .as_ref()
                .and_then(|session| self.countdown(session, ms_now)),
            duty: self
                .duty
                .as_ref()
                .map(|duty| (duty.badge.clone(), duty.role.clone())),
            cue: None,
        }
    }

    pub(super) fn heads(&self, ledger: &Ledger, ms_now: u64) -> Option<ItemId> {
        let now = i64::try_from(ms_now).unwrap_or(i64::MAX);
        let item = self.last_item(ledger, now, &[LineMark::Returned, LineMark::ReturnedLate])?;
        let (loan, _) = ledger.items.get(&item)?.status.last_return.as_ref()?;
        let returned = ledger.loan(loan)?.returned.as_ref()?;
        returned.headcount.is_none().then_some(item)
    }

    fn undoable(&self, ledger: &Ledger, now: Now) -> Option<&Undo> {
        let ms_now = i64::try_from(self.time.at(now)).unwrap_or(i64::MAX);
        self.rows.undoable(ledger, ms_now, self.undo_ms())
    }

    fn countdown(&self, session: &Session, ms_now: u64) -> Option<u32> {
        let begins = session.touched + ms(self.settings.idle_s);
        (begins <= ms_now).then(|| seconds_left(self.session_end(session), ms_now))
    }

    /// What was just said, or what the desk says at rest.
    fn face(&self, ledger: &Ledger, now: Moment) -> Face {
        if self.stopped {
            return faces::stopped();
        }
        if let Some(shown) = &self.shown {
            return shown.face.clone();
        }
        if self.readers_lost && self.waiting.is_empty() && self.quiet.is_none() {
            return faces::readers_lost();
        }
        if let Some(doubt) = self
            .doubt
            .filter(|_| self.session.is_none() && self.waiting.is_empty())
        {
            return faces::clock(doubt);
        }
        let waiting: Vec<_> = self.waiting.iter().map(|hand| &hand.item).collect();
        let wait = standing::waits_for_badge(ledger, &waiting, now.date(), self.settings.item_card_s);
        if let Some(mut face) = wait {
            face.for_ms = Some(self.settings.item_card_s.saturating_mul(1000));
            return face;
        }
        match &self.session {
            Some(session) => {
                let (lent, due) = session.lent(ledger);
                let name = super::names::school_name(ledger, &session.school);
                faces::session(&name, lent, due, session.wanting())
            }
            None => faces::idle(),
        }
    }
}
