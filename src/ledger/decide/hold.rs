//! Holds: an item kept for a school from a pick-up day on.
//!
//! Knows: when two wishes exclude each other. Must not know: how long a hold lasts (see `holds`).

use super::super::calendar::Calendar;
use super::super::event::{Event, Seq};
use super::super::master::Lending;
use super::super::refusal::Refusal;
use super::super::state::days_between;
use super::Decided;
use super::case::{Case, already_out, invalid, unknown};
use crate::ids::{ItemId, SchoolId};
use jiff::civil::Date;

/// How far ahead a hold may be made, in days.
const FARTHEST_HOLD: u32 = 366;

impl Case<'_> {
    pub(super) fn hold(&self, item: &ItemId, school: &SchoolId, from: Date) -> Result<Decided, Refusal> {
        let item = self.item(item)?;
        let school = self.school(school)?;
        let id = &item.item.item;
        self.not_withdrawn(item)?;
        if let Some(since) = item.status.lost {
            return Err(Refusal::Lost {
                item: id.clone(),
                since,
            });
        }
        if from < self.today {
            return Err(invalid("from", "past"));
        }
        if days_between(self.today, from) > FARTHEST_HOLD {
            return Err(invalid("from", "too_far"));
        }
        if !school.school.centre {
            if item.item.lending == Lending::CentreOnly {
                return Err(Refusal::CentreOnly { item: id.clone() });
            }
            self.agreement(school, from)?;
        }
        if let Some(loan) = self.open_loan(item) {
            // Nobody knows when an overdue item comes back; one due on the pick-up day comes back in time.
            if loan.due > from || loan.is_overdue(self.today) {
                return Err(already_out(loan));
            }
        }
        for hold in self.ledger.holds_of(id, self.today) {
            let apart = days_between(hold.from, from).max(days_between(from, hold.from));
            if hold.school == school.school.school {
                if hold.from == from {
                    return Err(Refusal::AlreadySo { what: "hold" });
                }
            } else if apart < self.context.policy.hold_near_days {
                return Err(Refusal::Reserved {
                    item: id.clone(),
                    school: hold.school.clone(),
                    from: hold.from,
                });
            }
        }
        Ok(Decided::one(Event::Held {
            item: id.clone(),
            school: school.school.school.clone(),
            from,
        }))
    }

    /// A hold is found by item and school; one whose time has passed may still be cancelled.
    pub(super) fn cancel_hold(
        &self,
        item: &ItemId,
        school: &SchoolId,
        hold: Option<Seq>,
    ) -> Result<Decided, Refusal> {
        let item = self.item(item)?;
        let school = self.school(school)?;
        let id = &item.item.item;
        let open = self.ledger.open_holds.get(id).into_iter().flatten();
        let own = open
            .filter_map(|seq| self.ledger.holds.get(seq))
            .filter(|h| h.school == school.school.school);
        let found = match hold {
            Some(seq) => own.into_iter().find(|hold| hold.seq == seq),
            None => own.min_by_key(|hold| {
                (
                    !hold.is_in_force(Calendar::of(self.ledger), self.today),
                    hold.from,
                )
            }),
        };
        let named = hold.map_or_else(|| format!("{id} {}", school.school.school), |seq| seq.to_string());
        let found = found.ok_or_else(|| unknown("hold", &named))?;
        Ok(Decided::one(Event::HoldCancelled {
            hold: found.seq,
            item: id.clone(),
            school: school.school.school.clone(),
        }))
    }
}
