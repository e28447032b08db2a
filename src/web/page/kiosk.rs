//! The desk's screen in words and drawings, ready for its template.
//!
//! Knows: what stands where. Must not know: why the desk answered so, who scanned, what is on disk.

use super::{filters, look::Look, stamp::Stamp};
use askama::Template;

/// Ground of the whole desk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Verdict {
    #[default]
    Neutral,
    Lent,
    Returned,
    Attention,
    Refused,
    Unknown,
    Stopped,
}

impl Verdict {
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Neutral => "neutral",
            Verdict::Lent => "lent",
            Verdict::Returned => "returned",
            Verdict::Attention => "attention",
            Verdict::Refused => "refused",
            Verdict::Unknown => "unknown",
            Verdict::Stopped => "stopped",
        }
    }

    /// Urgent answers interrupt a screen reader, the others wait for a pause.
    pub fn role(self) -> &'static str {
        match self {
            Verdict::Refused | Verdict::Unknown | Verdict::Stopped => "alert",
            _ => "status",
        }
    }
}

/// One whole screen.
#[derive(Clone, Debug, Default)]
pub struct Screen {
    pub verdict: Verdict,
    /// Grows with every change; a press that carries an older one came from an old picture.
    pub seq: u64,
    /// Name of the cue to play once, none when the picture is only repeated.
    pub cue: Option<&'static str>,
    /// Seconds until the answer gives way to the neutral desk; none stays.
    pub stay_s: Option<u32>,
    pub demo: bool,
    pub duty: Option<String>,
    pub clock: Clock,
    pub answer: Option<Answer>,
    pub rest: Rest,
    pub sheet: Sheet,
    pub kit: Option<Kit>,
    pub readers: Vec<Reader>,
}

impl Screen {
    /// Numbers can be typed at any time; where the desk asks for one, its own field stands in the answer.
    pub fn by_hand(&self) -> bool {
        let asked = |answer: &Answer| matches!(answer.foot, Foot::Typed { .. });
        // Under a kit's panel the answer's own field is not seen.
        let own = self.kit.is_none() && self.answer.as_ref().is_some_and(asked);
        self.verdict != Verdict::Stopped && !own
    }

    pub fn layout(&self) -> &'static str {
        if self.kit.is_some() { "kit" } else { "desk" }
    }
}

#[derive(Clone, Debug, Default)]
pub struct Clock {
    /// With offset.
    pub iso: String,
    /// Hours, minutes and seconds on the wall, for the script that goes on counting.
    pub local: String,
    pub time: String,
    pub date: String,
}

/// What the desk answers to a scan.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    pub word: String,
    pub drawing: &'static str,
    pub code: Option<String>,
    pub thing: Option<Thing>,
    pub headline: Option<String>,
    /// Name and number of the item where the headline says something else.
    pub about: Option<String>,
    pub said: Option<String>,
    pub notices: Vec<String>,
    pub foot: Foot,
}

#[derive(Clone, Debug)]
pub struct Thing {
    pub drawing: &'static str,
    pub name: String,
    pub number: String,
}

impl Thing {
    /// Names that would take more than three lines are set smaller.
    pub fn is_long(&self) -> bool {
        self.name.chars().count() > 44
    }
}

/// The bottom of an answer: the date, the place, or the next step.
#[derive(Clone, Debug, Default)]
pub enum Foot {
    #[default]
    Nothing,
    Due {
        stamp: Stamp,
        title: String,
        help: String,
    },
    Place {
        place: String,
        title: String,
        help: String,
    },
    Step {
        title: String,
        help: String,
    },
    /// The clock is doubted, and a person may say that it is right.
    Confirm {
        title: String,
        help: String,
        /// The button's value.
        act: String,
        label: String,
    },
    /// A number is typed: of an item while all readers are gone, or of an order.
    Typed {
        label: String,
        act: &'static str,
    },
}

/// What the neutral desk says.
#[derive(Clone, Debug, Default)]
pub struct Rest {
    pub lead: Option<String>,
    pub headline: String,
    pub hint: Option<String>,
    pub hint_drawing: Option<&'static str>,
    pub quiet: Option<Quiet>,
    /// What restricted items wait for; their order's number may be typed.
    pub wanting: Option<String>,
    /// The item whose head count may be told.
    pub count_of: Option<String>,
    pub countdown: Option<Countdown>,
    pub due: Option<Due>,
    /// Idle: shows both ways to begin.
    pub ways: bool,
}

#[derive(Clone, Debug)]
pub struct Quiet {
    pub text: String,
}

#[derive(Clone, Debug)]
pub struct Countdown {
    pub text: String,
    pub left_s: u32,
    pub of_s: u32,
}

#[derive(Clone, Debug)]
pub struct Due {
    pub stamp: Stamp,
    pub title: String,
    pub help: String,
}

/// The card on which everything written stands, newest on top.
#[derive(Clone, Debug, Default)]
pub struct Sheet {
    pub tab: String,
    pub title: String,
    pub under: Option<String>,
    pub count: Option<Count>,
    pub lines: Vec<Line>,
    /// Lines below those given.
    pub more: usize,
    pub acts: Vec<Act>,
}

#[derive(Clone, Debug)]
pub struct Count {
    pub what: String,
    pub left: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineKind {
    Lent,
    Returned,
    Late,
    Refused,
    Unknown,
    Undone,
    Unwritten,
    /// Something is missing or damaged.
    Short,
}

impl LineKind {
    pub fn name(self) -> &'static str {
        match self {
            LineKind::Lent => "lent",
            LineKind::Returned => "returned",
            LineKind::Late => "late",
            LineKind::Refused => "refused",
            LineKind::Unknown => "unknown",
            LineKind::Undone => "undone",
            LineKind::Unwritten => "unwritten",
            LineKind::Short => "short",
        }
    }

    pub fn drawing(self) -> &'static str {
        match self {
            LineKind::Lent => "lent",
            LineKind::Returned | LineKind::Late => "returned",
            LineKind::Refused | LineKind::Unwritten => "refused",
            LineKind::Unknown => "unknown",
            LineKind::Undone => "undo",
            LineKind::Short => "attention",
        }
    }
}

#[derive(Clone, Debug)]
pub struct Line {
    /// Tells a new line from one that was there before.
    pub id: String,
    pub kind: LineKind,
    pub now: bool,
    pub what: String,
    pub name: String,
    pub note: String,
    /// Time of day, left out where lines stand close.
    pub time: Option<String>,
    pub stamp: Option<Stamp>,
}

/// A button of the sheet; `name` is what it posts.
#[derive(Clone, Debug)]
pub struct Act {
    pub name: &'static str,
    pub drawing: &'static str,
    pub label: String,
    /// The one likely next action of this screen.
    pub likely: bool,
}

#[derive(Clone, Debug)]
pub struct Reader {
    pub drawing: &'static str,
    pub name: String,
    pub state: String,
    /// Seconds since the last scan.
    pub age_s: Option<u64>,
    pub gone: bool,
}

/// The panel that asks what a returned kit lacks.
#[derive(Clone, Debug, Default)]
pub struct Kit {
    pub school: Option<String>,
    /// «Возвращено», unless it was brought from its shelf to be counted.
    pub word: Option<String>,
    pub name: String,
    pub left_s: u32,
    pub waiting: usize,
    /// What the desk answers to a scan while the panel is open.
    pub told: Option<Told>,
    pub key: Vec<Tile>,
    pub rest: Vec<Tile>,
    /// «Не хватает: кабель – 2», none while nothing is missing.
    pub short: Option<String>,
}

impl Kit {
    pub fn left(&self) -> String {
        format!("{}:{:02}", self.left_s / 60, self.left_s % 60)
    }
}

/// An answer in one line, above the tiles.
#[derive(Clone, Debug)]
pub struct Told {
    pub drawing: &'static str,
    pub word: String,
    pub text: String,
    pub code: Option<String>,
}

#[derive(Clone, Debug)]
pub struct Tile {
    pub component: String,
    pub name: String,
    pub amount: String,
    /// How many belong there.
    pub of: u32,
    pub key: bool,
    pub by_scales: bool,
    pub state: TileState,
}

impl Tile {
    /// More than one belongs there and some are missing: the number can be set.
    pub fn countable(&self) -> bool {
        self.of > 1 && matches!(self.state, TileState::Short(_))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TileState {
    Unchecked,
    Here,
    Short(u32),
}

impl TileState {
    pub fn name(self) -> &'static str {
        match self {
            TileState::Unchecked => "unchecked",
            TileState::Here => "here",
            TileState::Short(_) => "short",
        }
    }
}

/// The page with its frame: what a browser asks for first.
#[derive(Template)]
#[template(path = "kiosk/page.html")]
pub struct Page<'a> {
    pub look: &'a Look,
    pub screen: &'a Screen,
}

/// The desk alone, as it goes down the stream.
#[derive(Template)]
#[template(path = "kiosk/desk.html")]
pub struct Desk<'a> {
    pub look: &'a Look,
    pub screen: &'a Screen,
}
