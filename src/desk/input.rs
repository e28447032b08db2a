//! What reaches the desk, and what it asks for in return.
//!
//! Knows: presented things, buttons, orders and their outcomes. Must not know: tags' bytes.

use crate::ids::{BadgeCode, ComponentCode, ItemId, ReaderId};
use crate::ledger::{By, Command, Entry, How, Notice, Refusal};
use jiff::civil::Date;
use smol_str::SmolStr;

use super::card::Card;

/// A scanned or typed thing, already looked up by the clerk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Presented {
    Badge(BadgeCode),
    Item {
        item: ItemId,
        /// Read from the printed label of an item that also has a radio tag («по наклейке»).
        by_label: bool,
    },
    /// A card that was stopped, and the badge it had belonged to.
    StoppedCard(BadgeCode),
    Card(Card),
    /// A reserved code that this version does not know.
    StrangeCard,
    /// Belongs to nothing. `looks_like_badge`: an ISO 14443 serial of 4, 7 or 10 bytes.
    Unknown {
        looks_like_badge: bool,
        /// Last characters, enough for a person to tell two tags apart.
        hint: SmolStr,
    },
    /// Typed, and the number of nothing.
    Mistyped(SmolStr),
    /// A lossy printed form that fits several things; it is never picked.
    Ambiguous,
    /// An order sheet of the centre: its number for a restricted item.
    OrderNumber(SmolStr),
}

/// A thing, where and how it was presented.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PresentedAt {
    pub what: Presented,
    pub reader: Option<ReaderId>,
    pub how: How,
}

/// A button on the kiosk's screen; each has a card or a key that does the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// The same as the card.
    Card(Card),
    /// Taps a tile of the panel: unchecked → here → missing → unchecked.
    Tile(ComponentCode),
    /// Missing one more, or one fewer.
    More(ComponentCode),
    Fewer(ComponentCode),
    /// Writes down what the tiles say.
    PanelDone,
    /// How many took part in the loan from which this item came back.
    Headcount {
        item: ItemId,
        count: u32,
    },
    /// Takes a refusal or notice off the screen.
    Dismiss,
    /// The doubted clock shows this day, and it is right. Wants a duty badge.
    ConfirmClock(Date),
}

/// A clock that is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Doubt {
    /// The day that it shows.
    pub shows: Date,
    /// Whether a person may say that it is right after all; nobody can where it was never set.
    pub can_be_right: bool,
}

/// What happened at the desk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    Presented(PresentedAt),
    Act(Act),
    Tick,
    /// What is presented until [`Input::PileEnds`] lay on a reader for piles, all at once.
    PileBegins,
    PileEnds,
    /// A pile on a reader that is not for piles; nothing of it was presented.
    Crowd,
    /// Changes of the readers' health that a person must see.
    AllReadersLost(bool),
    /// What the clock shows while it is not believed; none once it is.
    Clock(Option<Doubt>),
    /// The disk refused: nothing is accepted any more.
    Stopped,
    /// The disk is full: what came last was not written and does not count. The desk goes on with returns.
    NotWritten,
}

/// What the desk asks the ledger for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    pub command: Command,
    pub by: By,
}

/// What came of an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome<'a> {
    Done {
        /// What it wrote; none where everything was so already.
        entries: &'a [Entry],
        notices: Vec<Notice>,
    },
    Refused(Refusal),
}
