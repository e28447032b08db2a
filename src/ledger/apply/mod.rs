//! The fold: every event changes the ledger in one way, without asking whether it should have happened.
//!
//! Knows: what each event does. Must not know: rules, policy, the calendar.

mod condition;
mod lending;
mod void;

use super::asof;
use super::event::{Entry, Event, Parts, Seq};
use super::state::*;
use crate::clock::{Moment, Trust};
use crate::ids::{BadgeCode, ItemId, LoanId};
use crate::tag::{Scheme, TagId};
use smol_str::SmolStr;

/// What an event brings along: its number and the day on which it counts.
#[derive(Clone, Copy)]
struct Stamp {
    seq: Seq,
    at: Moment,
}

impl Ledger {
    /// Folds one more event in. Cannot refuse: what names a thing that is not there changes nothing.
    pub fn apply(&mut self, entry: &Entry) {
        self.seq = entry.seq;
        self.believed.take(entry, self.now.is_some());
        self.now = asof::effective(self.now, entry);
        let stamp = Stamp {
            seq: entry.seq,
            // A clock that was never set must not date a loan to 1970.
            at: self.believed.until.unwrap_or(entry.at),
        };
        let live = entry.clock != Trust::Imported;
        match &entry.event {
            event if event.is_master_data() => self.apply_master_data(event),
            Event::CheckedOut { .. }
            | Event::Returned { .. }
            | Event::Renewed { .. }
            | Event::Held { .. } => {
                self.has_live_loans |= live;
                self.apply_lending(stamp, entry);
            }
            Event::LoanNoted { .. } | Event::HoldCancelled { .. } => self.apply_lending(stamp, entry),
            Event::StocktakeOpened { .. }
            | Event::StocktakeSeen { .. }
            | Event::StocktakeAccounted { .. }
            | Event::StocktakeMissing { .. }
            | Event::StocktakeClosed { .. } => self.apply_stocktake(stamp, &entry.event),
            Event::Voided { seqs, .. } => self.apply_voids(seqs, entry.seq),
            Event::NoticeSent { .. } => self.counts.notices += 1,
            Event::UnknownTag { .. } => self.counts.unknown_tags += 1,
            Event::Refused { .. } => self.counts.refusals += 1,
            Event::ClockConfirmed { redated } => {
                for one in redated {
                    if let Some(loan) = self.loans.get_mut(&one.loan) {
                        loan.due = one.due;
                    }
                }
            }
            Event::ReaderLost { reader } => {
                self.lost_readers.insert(reader.clone(), stamp.at);
            }
            Event::ReaderBack { reader } => {
                self.lost_readers.remove(reader);
            }
            event => self.apply_condition(stamp, event),
        }
    }

    fn apply_master_data(&mut self, event: &Event) {
        match event {
            Event::SchoolRegistered(school) => {
                self.schools
                    .entry(school.school.clone())
                    .and_modify(|known| known.school = school.clone())
                    .or_insert_with(|| SchoolState {
                        school: school.clone(),
                        agreements: Vec::new(),
                    });
            }
            Event::AgreementSigned { school, agreement } => {
                if let Some(school) = self.schools.get_mut(school) {
                    let same = |known: &super::Agreement| {
                        known.number == agreement.number && known.valid_from == agreement.valid_from
                    };
                    school.agreements.retain(|known| !same(known));
                    school.agreements.push(agreement.clone());
                    school.agreements.sort_by_key(|known| known.valid_from);
                }
            }
            Event::RoomRegistered(room) => {
                self.rooms.insert(room.room.clone(), room.clone());
            }
            Event::DonorRegistered(donor) => {
                self.donors.insert(donor.donor.clone(), donor.clone());
            }
            Event::KitDefined(kit) => {
                self.kits.insert(kit.kit.clone(), kit.clone());
            }
            Event::ItemEnrolled(item) => self.enrol(item),
            Event::TagBound { item, tag } => self.bind(item, tag),
            Event::TagUnbound { item, tag } => {
                if let Some(item) = self.items.get_mut(item) {
                    item.tags.retain(|known| known != tag);
                }
                if self.tags.get(tag) == Some(item) {
                    self.tags.remove(tag);
                }
            }
            Event::BadgeIssued(badge) => {
                self.badges.insert(badge.badge.clone(), badge.clone());
            }
            Event::BadgeRevoked { badge, last } => {
                if let Some(badge) = self.badges.get_mut(badge) {
                    badge.active_to = Some(*last);
                }
            }
            Event::CalendarSet(span) => {
                self.calendar
                    .retain(|known| (known.from, known.to, known.kind) != (span.from, span.to, span.kind));
                self.calendar.push(span.clone());
            }
            Event::ConsentRecorded { item, number, date } => {
                if let Some(item) = self.items.get_mut(item) {
                    item.consent = Some((number.clone(), *date));
                }
            }
            // The cards themselves stand in the roster; the journal keeps the facts.
            Event::BadgeCardGiven {
                badge,
                digest,
                replaces,
            } => {
                self.stop_cards(badge, replaces);
                self.stopped_cards.remove(digest);
            }
            Event::BadgeCardStopped { badge, digests } => self.stop_cards(badge, digests),
            _ => {}
        }
    }

    fn stop_cards(&mut self, badge: &BadgeCode, digests: &[SmolStr]) {
        for digest in digests {
            self.stopped_cards.insert(digest.clone(), badge.clone());
        }
    }

    fn enrol(&mut self, item: &super::Item) {
        if let Some(known) = self.items.get_mut(&item.item) {
            if known.item.verification_due != item.verification_due {
                known.status.verification_due = item.verification_due;
            }
            known.item = item.clone();
            return;
        }
        let status = Status {
            verification_due: item.verification_due,
            ..Status::default()
        };
        let state = ItemState {
            item: item.clone(),
            tags: Vec::new(),
            status,
            consent: None,
            last_seen: None,
            before: Default::default(),
        };
        self.items.insert(item.item.clone(), state);
        for tag in &item.tags {
            self.bind(&item.item, tag);
        }
    }

    fn bind(&mut self, item: &ItemId, tag: &TagId) {
        let Some(state) = self.items.get_mut(item) else {
            return;
        };
        if !state.tags.contains(tag) {
            // Radio tags first, labels last: the first one names the item on papers.
            let at = match tag.scheme() {
                Scheme::Code => state.tags.len(),
                _ => state
                    .tags
                    .iter()
                    .take_while(|t| t.scheme() != Scheme::Code)
                    .count(),
            };
            state.tags.insert(at, tag.clone());
        }
        if let Some(other) = self.tags.insert(tag.clone(), item.clone())
            && other != *item
            && let Some(other) = self.items.get_mut(&other)
        {
            other.tags.retain(|known| known != tag);
        }
    }

    fn apply_stocktake(&mut self, stamp: Stamp, event: &Event) {
        match event {
            Event::StocktakeOpened { stocktake, basis } => {
                let stocktake = self.stocktakes.entry(stocktake.clone()).or_default();
                stocktake.opened = Some(stamp.at);
                stocktake.basis = basis.clone();
            }
            Event::StocktakeSeen { stocktake, item } => {
                let stocktake = self.stocktakes.entry(stocktake.clone()).or_default();
                stocktake.missing.remove(item);
                stocktake.seen.insert(item.clone());
                if let Some(item) = self.items.get_mut(item) {
                    item.last_seen = Some(stamp.at);
                }
            }
            Event::StocktakeAccounted {
                stocktake,
                item,
                basis,
            } => {
                let stocktake = self.stocktakes.entry(stocktake.clone()).or_default();
                stocktake.accounted.insert(item.clone(), basis.clone());
            }
            Event::StocktakeMissing { stocktake, item } => {
                let stocktake = self.stocktakes.entry(stocktake.clone()).or_default();
                stocktake.missing.insert(item.clone());
            }
            Event::StocktakeClosed { stocktake } => {
                self.stocktakes.entry(stocktake.clone()).or_default().closed = Some(stamp.at);
            }
            _ => {}
        }
    }

    /// Changes an item's status and keeps the one before for a void.
    fn change(&mut self, stamp: Stamp, item: &ItemId, change: Change, edit: impl FnOnce(&mut Status)) {
        let Some(state) = self.items.get_mut(item) else {
            return;
        };
        if state.before.len() >= KEPT_STATES {
            state.before.pop_front();
        }
        state.before.push_back(Earlier {
            seq: stamp.seq,
            change,
            status: state.status.clone(),
        });
        edit(&mut state.status);
        state.last_seen = Some(stamp.at);
    }

    fn open_loan_of(&self, item: &ItemId) -> Option<LoanId> {
        self.items.get(item)?.status.loan.clone()
    }
}

/// Adds counts; never overflows.
fn add(parts: &mut Parts, more: &Parts) {
    for (component, count) in more {
        let sum = parts.entry(component.clone()).or_insert(0);
        *sum = sum.saturating_add(*count);
    }
    parts.retain(|_, count| *count > 0);
}

/// Takes counts away, not below zero; what is at zero is no longer named.
fn take(parts: &mut Parts, less: &Parts) {
    for (component, count) in less {
        if let Some(left) = parts.get_mut(component) {
            *left = left.saturating_sub(*count);
        }
    }
    parts.retain(|_, count| *count > 0);
}
