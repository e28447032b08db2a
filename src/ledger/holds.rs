//! Holds as they stand on a day: which still count, whose is next.
//!
//! Knows: how long a hold lasts. Must not know: what a hold forbids (see `decide`).

use super::calendar::Calendar;
use super::event::Seq;
use super::state::{Hold, HoldState, Ledger};
use crate::ids::{ItemId, SchoolId};
use jiff::civil::Date;

impl Hold {
    /// The last day on which it counts: the next working day after the pick-up day.
    pub fn last_day(&self, calendar: Calendar<'_>) -> Date {
        calendar.first_working_after(self.from).unwrap_or(self.from)
    }

    /// Whether it still binds on `day`: neither fulfilled nor cancelled nor past.
    pub fn is_in_force(&self, calendar: Calendar<'_>, day: Date) -> bool {
        self.state == HoldState::Open && (day <= self.from || day <= self.last_day(calendar))
    }
}

impl Ledger {
    /// Holds of an item that count on `day`, the nearest pick-up first.
    pub fn holds_of(&self, item: &ItemId, day: Date) -> Vec<&Hold> {
        let calendar = Calendar::of(self);
        let open = self.open_holds.get(item).into_iter().flatten();
        let mut holds: Vec<&Hold> = open
            .filter_map(|seq| self.holds.get(seq))
            .filter(|hold| hold.is_in_force(calendar, day))
            .collect();
        holds.sort_by_key(|hold| (hold.from, hold.seq));
        holds
    }

    /// The nearest hold by another school.
    pub fn hold_of_others(&self, item: &ItemId, school: &SchoolId, day: Date) -> Option<&Hold> {
        self.holds_of(item, day)
            .into_iter()
            .find(|hold| hold.school != *school)
    }

    /// The open hold of a school on an item, the earliest made first, even if its time has passed: what a
    /// cancellation or a loan of the past means when it names no number.
    pub fn open_hold(&self, item: &ItemId, school: &SchoolId) -> Option<Seq> {
        let mut open = self.open_holds.get(item)?.iter().copied();
        open.find(|seq| self.holds.get(seq).is_some_and(|hold| hold.school == *school))
    }
}
