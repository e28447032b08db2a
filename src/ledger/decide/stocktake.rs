//! Stocktakes: one at a time; what is seen, what papers account for, what is missing.
//!
//! Knows: how a stocktake is opened and closed. Must not know: readers.

use super::super::event::Event;
use super::super::refusal::Refusal;
use super::super::state::{Away, ItemState, Stocktake};
use super::Decided;
use super::case::{Case, text, unknown};
use crate::ids::{ItemId, StocktakeId};
use smol_str::{SmolStr, format_smolstr};

impl Case<'_> {
    pub(super) fn stocktake_running(&self) -> bool {
        self.ledger
            .stocktakes
            .values()
            .any(|stocktake| stocktake.closed.is_none())
    }

    pub(super) fn open_stocktake(&self, basis: &str) -> Result<Decided, Refusal> {
        if self.stocktake_running() {
            return Err(Refusal::StocktakeRunning);
        }
        let year = format!("И-{}-", self.today.year());
        let numbers = self
            .ledger
            .stocktakes
            .keys()
            .filter_map(|id| id.as_str().strip_prefix(&year));
        let last = numbers
            .filter_map(|number| number.parse::<u32>().ok())
            .max()
            .unwrap_or(0);
        Ok(Decided::one(Event::StocktakeOpened {
            stocktake: StocktakeId::new(format!("{year}{}", last.saturating_add(1))),
            basis: text("basis", basis)?,
        }))
    }

    /// Seeing a lost item finds it.
    pub(super) fn see_in_stocktake(
        &self,
        stocktake: &StocktakeId,
        item: &ItemId,
    ) -> Result<Decided, Refusal> {
        let running = self.running(stocktake)?;
        let item = self.item(item)?;
        let id = &item.item.item;
        self.not_withdrawn(item)?;
        if running.seen.contains(id) {
            return Err(Refusal::AlreadySo { what: "seen" });
        }
        let mut decided = Decided::one(Event::StocktakeSeen {
            stocktake: stocktake.clone(),
            item: id.clone(),
        });
        if item.status.lost.is_some() {
            decided.events.push(Event::Found {
                item: id.clone(),
                note: SmolStr::new(stocktake.as_str()),
            });
        }
        Ok(decided)
    }

    pub(super) fn close_stocktake(&self, stocktake: &StocktakeId) -> Result<Decided, Refusal> {
        let running = self.running(stocktake)?;
        let unseen = self.ledger.items.iter().filter(|(id, item)| {
            let told = running.seen.contains(*id)
                || running.accounted.contains_key(*id)
                || running.missing.contains(*id);
            !told && item.status.withdrawn.is_none()
        });
        let mut events: Vec<Event> = unseen
            .map(|(id, item)| match accounted_by(item) {
                Some(basis) => Event::StocktakeAccounted {
                    stocktake: stocktake.clone(),
                    item: id.clone(),
                    basis,
                },
                None => Event::StocktakeMissing {
                    stocktake: stocktake.clone(),
                    item: id.clone(),
                },
            })
            .collect();
        events.push(Event::StocktakeClosed {
            stocktake: stocktake.clone(),
        });
        Ok(Decided {
            events,
            ..Decided::default()
        })
    }

    fn running(&self, stocktake: &StocktakeId) -> Result<&Stocktake, Refusal> {
        let known = self.ledger.stocktakes.get(stocktake);
        let known = known.ok_or_else(|| unknown("stocktake", stocktake.as_str()))?;
        match known.closed {
            Some(_) => Err(Refusal::AlreadySo { what: "closed" }),
            None => Ok(known),
        }
    }
}

/// The papers that say where an item is; a lost one is accounted for by none.
fn accounted_by(item: &ItemState) -> Option<SmolStr> {
    if item.status.lost.is_some() {
        return None;
    }
    if let Some(loan) = &item.status.loan {
        return Some(format_smolstr!("{loan}"));
    }
    match item.status.away? {
        Away::Repair => Some("repair".into()),
        Away::Verification => Some("verification".into()),
    }
}
