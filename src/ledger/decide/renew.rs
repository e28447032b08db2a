//! Renewal: the same loan, a later due date, counted anew from today (К-32, К-33).
//!
//! Knows: when a later date is possible. Must not know: check-out.

use super::super::due;
use super::super::event::Event;
use super::super::refusal::Refusal;
use super::super::state::days_between;
use super::Decided;
use super::case::Case;
use crate::ids::ItemId;
use jiff::civil::Date;

impl Case<'_> {
    pub(super) fn renew(&self, item: &ItemId, asked: Option<Date>) -> Result<Decided, Refusal> {
        let item = self.item(item)?;
        let id = &item.item.item;
        let loan = self
            .open_loan(item)
            .ok_or_else(|| Refusal::NotOut { item: id.clone() })?;
        if let Some(since) = item.status.lost {
            return Err(Refusal::Lost {
                item: id.clone(),
                since,
            });
        }
        let school = self.school(&loan.school)?;
        if !school.school.centre {
            self.agreement(school, self.today)?;
        }
        let wanted_by_others = self.ledger.hold_of_others(id, &loan.school, self.today);
        let near = self.context.policy.hold_near_days;
        if let Some(hold) = wanted_by_others.filter(|hold| days_between(self.today, hold.from) < near) {
            return Err(Refusal::CannotRenew {
                item: id.clone(),
                held_from: hold.from,
            });
        }
        let mut due = due::due(self.ledger, school, &item.item, self.today, self.context.policy);
        if let Some(asked) = asked {
            due = due::asked(self.ledger, school, due, asked, self.today)?;
        }
        if due.date <= loan.due {
            return Err(match wanted_by_others {
                Some(hold) if hold.from <= loan.due.tomorrow().unwrap_or(loan.due) => Refusal::CannotRenew {
                    item: id.clone(),
                    held_from: hold.from,
                },
                _ => Refusal::AlreadySo { what: "due_date" },
            });
        }
        Ok(Decided {
            notices: due.notices,
            ..Decided::one(Event::Renewed {
                loan: loan.loan.clone(),
                item: id.clone(),
                due: due.date,
                previous_due: loan.due,
            })
        })
    }
}
