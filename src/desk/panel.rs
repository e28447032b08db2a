//! The completeness panel: kits that came back and wait to be counted.
//!
//! Knows: tiles and their queue. Must not know: what a shortage means for lending.

use super::names::{components, item_card, school_name};
use super::screen::{Panel, Tile, TileState};
use super::time::seconds_left;
use crate::ids::{ComponentCode, ItemId, SchoolId};
use crate::ledger::{Component, Ledger, Parts};

/// Kits that may wait; more are left for «Проверить позже» at once, oldest first.
const MAX_WAITING: usize = 64;

#[derive(Clone, Debug)]
struct Kit {
    item: ItemId,
    from: Option<SchoolId>,
    tiles: Vec<Tile>,
}

/// The panel on the screen and those behind it.
#[derive(Clone, Debug, Default)]
pub(super) struct Panels {
    kits: std::collections::VecDeque<Kit>,
    /// When the one in front becomes «Проверить позже», in the desk's time.
    until: u64,
}

impl Panels {
    /// Queues a kit that has just come back. Nothing happens for an item without parts.
    pub(super) fn queue(&mut self, ledger: &Ledger, item: &ItemId, from: Option<&SchoolId>, until: u64) {
        let Some(kit) = kit(ledger, item, from) else {
            return;
        };
        self.forget(item, until);
        if self.kits.is_empty() {
            self.until = until;
        }
        self.kits.push_back(kit);
        if self.kits.len() > MAX_WAITING {
            self.kits.pop_front();
            self.until = until;
        }
    }

    /// Puts a kit in front that lies on a shelf unchecked. One that waits already stays where it is; `false`, then.
    pub(super) fn ask(&mut self, ledger: &Ledger, item: &ItemId, until: u64) -> bool {
        if self.kits.iter().any(|kit| kit.item == *item) {
            return false;
        }
        let Some(kit) = kit(ledger, item, None) else {
            return false;
        };
        self.kits.push_front(kit);
        self.until = until;
        true
    }

    /// Takes a kit out of the queue; the next one gets its whole time.
    pub(super) fn forget(&mut self, item: &ItemId, until: u64) {
        if self.front() == Some(item) {
            self.until = until;
        }
        self.kits.retain(|kit| kit.item != *item);
    }

    pub(super) fn front(&self) -> Option<&ItemId> {
        self.kits.front().map(|kit| &kit.item)
    }

    pub(super) fn deadline(&self) -> Option<u64> {
        (!self.kits.is_empty()).then_some(self.until)
    }

    /// The kit in front was left alone for too long, or put off by hand.
    pub(super) fn put_off(&mut self, until: u64) -> Option<ItemId> {
        let kit = self.kits.pop_front()?;
        self.until = until;
        Some(kit.item)
    }

    /// What the tiles say is missing.
    pub(super) fn missing(&self) -> Parts {
        let tiles = self.kits.front().map_or(&[][..], |kit| &kit.tiles);
        let missing = |tile: &Tile| match tile.state {
            TileState::Missing(count) if count > 0 => Some((tile.component.clone(), count)),
            _ => None,
        };
        tiles.iter().filter_map(missing).collect()
    }

    pub(super) fn all_here(&self) -> bool {
        self.kits
            .front()
            .is_some_and(|kit| kit.tiles.iter().all(|tile| tile.state == TileState::Here))
    }

    /// Unchecked → here → missing → unchecked.
    pub(super) fn tap(&mut self, component: &ComponentCode, until: u64) {
        self.touch(component, until, |tile| match tile.state {
            TileState::Unchecked => TileState::Here,
            TileState::Here => TileState::Missing(1),
            TileState::Missing(_) => TileState::Unchecked,
        });
    }

    pub(super) fn more(&mut self, component: &ComponentCode, until: u64) {
        self.touch(component, until, |tile| match tile.state {
            TileState::Missing(count) => TileState::Missing(count.saturating_add(1).min(tile.quantity)),
            _ => TileState::Missing(1),
        });
    }

    pub(super) fn fewer(&mut self, component: &ComponentCode, until: u64) {
        self.touch(component, until, |tile| match tile.state {
            TileState::Missing(count) if count > 1 => TileState::Missing(count - 1),
            TileState::Missing(_) => TileState::Here,
            other => other,
        });
    }

    fn touch(&mut self, component: &ComponentCode, until: u64, next: impl Fn(&Tile) -> TileState) {
        let Some(kit) = self.kits.front_mut() else { return };
        if let Some(tile) = kit.tiles.iter_mut().find(|tile| tile.component == *component) {
            tile.state = next(tile);
            self.until = until;
        }
    }

    pub(super) fn stay(&mut self, until: u64) {
        self.until = until;
    }

    pub(super) fn view(&self, ledger: &Ledger, now: u64) -> Option<Panel> {
        let kit = self.kits.front()?;
        Some(Panel {
            item: item_card(ledger, &kit.item),
            from_school: kit.from.as_ref().map(|school| school_name(ledger, school)),
            tiles: kit.tiles.clone(),
            seconds_left: seconds_left(self.until, now),
            waiting: u32::try_from(self.kits.len() - 1).unwrap_or(u32::MAX),
        })
    }
}

fn kit(ledger: &Ledger, item: &ItemId, from: Option<&SchoolId>) -> Option<Kit> {
    let state = ledger.items.get(item)?;
    let parts = components(ledger, item);
    if parts.is_empty() {
        return None;
    }
    let tile = |part: &Component| tile(part, state.status.shortage.get(&part.component).copied());
    // Key parts stand first, each half in the order of the packing list.
    let critical = parts.iter().filter(|part| part.critical);
    let others = parts.iter().filter(|part| !part.critical);
    Some(Kit {
        item: item.clone(),
        from: from.cloned(),
        tiles: critical.chain(others).map(tile).collect(),
    })
}

fn tile(part: &Component, short: Option<u32>) -> Tile {
    let short_before = short.unwrap_or(0).min(part.quantity);
    Tile {
        component: part.component.clone(),
        name: part.name.clone(),
        quantity: part.quantity,
        unit: part.unit.clone(),
        weighed: part.weighed,
        critical: part.critical,
        short_before,
        // What was missing before this loan is still missing until somebody says otherwise.
        state: match short_before {
            0 => TileState::Unchecked,
            count => TileState::Missing(count),
        },
    }
}
