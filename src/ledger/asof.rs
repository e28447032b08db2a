//! Effective time: how the journal is cut at an instant.
//!
//! Knows: which events move time and which do not. Must not know: what the events do.
//! Effective time never goes back, so "as of T" is always a beginning of the journal.

use super::event::{Entry, Event};
use crate::clock::{Moment, Trust};

impl Event {
    /// Whether it says what the centre has and on what terms, not what happened on a day.
    pub fn is_master_data(&self) -> bool {
        matches!(
            self,
            Event::SchoolRegistered(_)
                | Event::AgreementSigned { .. }
                | Event::RoomRegistered(_)
                | Event::DonorRegistered(_)
                | Event::KitDefined(_)
                | Event::ItemEnrolled(_)
                | Event::TagBound { .. }
                | Event::TagUnbound { .. }
                | Event::BadgeIssued(_)
                | Event::BadgeRevoked { .. }
                | Event::BadgeCardGiven { .. }
                | Event::BadgeCardStopped { .. }
                | Event::CalendarSet(_)
                | Event::ConsentRecorded { .. }
        )
    }
}

/// Whether an event begins the centre's own time: something happened to an item. A desk that was tried out before its
/// history came, with an unknown card or a reader unplugged, has not begun.
fn begins(event: &Event) -> bool {
    let remark = matches!(
        event,
        Event::UnknownTag { .. }
            | Event::Refused { .. }
            | Event::ReaderLost { .. }
            | Event::ReaderBack { .. }
            | Event::NoticeSent { .. }
            | Event::ClockConfirmed { .. }
    );
    !event.is_master_data() && !remark
}

/// Whether `entry` has a time of its own, in a journal that has begun or not.
pub fn moves(entry: &Entry, begun: bool) -> bool {
    match entry.clock {
        Trust::Ok => begun || begins(&entry.event),
        Trust::Imported => !entry.event.is_master_data(),
        Trust::Behind | Trust::Unset | Trust::Ahead => false,
    }
}

/// The effective time after `entry`, if it was `before` until then.
///
/// Imported master data and a doubtful clock move nothing; everything else moves it forward or not at all.
pub fn effective(before: Option<Moment>, entry: &Entry) -> Option<Moment> {
    match before {
        _ if !moves(entry, before.is_some()) => before,
        Some(before) if before.timestamp() >= entry.at.timestamp() => Some(before),
        _ => Some(entry.at),
    }
}

/// Takes entries in their sequence and says which still belong to the journal as of an instant.
///
/// Entries before the first that moves time (imported master data) always belong.
#[derive(Clone, Debug)]
pub struct Prefix {
    until: Moment,
    now: Option<Moment>,
    over: bool,
}

impl Prefix {
    pub fn until(until: Moment) -> Self {
        Self {
            until,
            now: None,
            over: false,
        }
    }

    /// Whether `entry` belongs; after the first that does not, none does.
    pub fn takes(&mut self, entry: &Entry) -> bool {
        self.now = effective(self.now, entry);
        let later = self
            .now
            .is_some_and(|now| now.timestamp() > self.until.timestamp());
        self.over = self.over || later;
        !self.over
    }
}
