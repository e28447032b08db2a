//! The kiosk's screen as data: what the desk says, and what stands on the sheet.
//!
//! Knows: shapes. Must not know: HTML, languages, how it came about.

use crate::clock::Moment;
use crate::cue::Cue;
use crate::ids::{BadgeCode, ComponentCode, ItemId, SchoolId};
use crate::ledger::Seq;
use crate::words::Message;
use jiff::civil::Date;
use smol_str::SmolStr;

/// The colour, frame and drawing of the desk: five verdicts, one stop, and rest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Ground {
    #[default]
    Neutral,
    Lent,
    Returned,
    Attention,
    Refused,
    Unknown,
    Stopped,
}

impl Ground {
    pub fn as_str(self) -> &'static str {
        match self {
            Ground::Neutral => "neutral",
            Ground::Lent => "lent",
            Ground::Returned => "returned",
            Ground::Attention => "attention",
            Ground::Refused => "refused",
            Ground::Unknown => "unknown",
            Ground::Stopped => "stopped",
        }
    }
}

/// An item as a person sees it: name first, number second.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemCard {
    pub item: ItemId,
    pub name: SmolStr,
    /// Decides the drawing.
    pub category: SmolStr,
    /// Where it belongs.
    pub room: Option<SmolStr>,
}

/// What the desk says now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Face {
    pub ground: Ground,
    /// The one word: «Выдано».
    pub word: Option<Message>,
    /// At most six words; none where the item's name stands in its place.
    pub headline: Option<Message>,
    pub item: Option<ItemCard>,
    /// The К text below.
    pub text: Option<Message>,
    /// Notices that came with it (К-15, К-22 …), most important first.
    pub notices: Vec<Message>,
    /// The large stamp: due date.
    pub stamp: Option<Date>,
    /// Where the thing goes («на место: К-2», «на полку „Проверка“»).
    pub place: Option<Message>,
    /// The step to take, and one line of help.
    pub next: Option<(Message, Option<Message>)>,
    /// A doubted clock shows this day, and a button may confirm it.
    pub confirm: Option<Date>,
    /// `К-14`
    pub code: Option<&'static str>,
    /// Shown for so long and then the neutral desk; none means until something else happens.
    pub for_ms: Option<u32>,
}

/// How a line on the sheet came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LineMark {
    Lent,
    Returned,
    ReturnedLate,
    Renewed,
    Checked,
    Short,
    Damaged,
    Refused,
    Unknown,
    /// Undone: struck through and kept.
    Undone,
    /// The desk stopped before it was on disk.
    NotWritten,
}

impl LineMark {
    /// The name of the message that says it where the line has no note of its own.
    pub fn said(self) -> &'static str {
        match self {
            LineMark::Lent => "line-lent",
            LineMark::Returned => "line-returned",
            LineMark::ReturnedLate => "line-late",
            LineMark::Renewed => "line-renewed",
            LineMark::Checked => "line-checked",
            LineMark::Short => "line-short-plain",
            LineMark::Damaged => "line-damaged",
            LineMark::Refused => "line-refused",
            LineMark::Unknown => "line-unknown",
            LineMark::Undone => "line-undone",
            LineMark::NotWritten => "line-not-written",
        }
    }
}

/// One line on the sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Number in the journal, if it has one.
    pub seq: Option<Seq>,
    pub mark: LineMark,
    /// «Отказ, договор истёк»; none where the mark says all.
    pub note: Option<Message>,
    pub item: Option<ItemCard>,
    pub school: Option<SmolStr>,
    pub due: Option<Date>,
    pub at: Moment,
    /// The line that the desk speaks of now.
    pub latest: bool,
}

impl Line {
    /// What happened, in words: «Возвращено, срок истёк 3 дня назад», «Не выдано: договор истёк».
    pub fn said(&self) -> Message {
        self.note
            .clone()
            .unwrap_or_else(|| Message::new(self.mark.said()))
    }
}

/// The school at the desk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionView {
    pub number: u64,
    pub school: SchoolId,
    pub name: SmolStr,
    pub badge: BadgeCode,
    pub centre: bool,
    pub agreement: Option<(SmolStr, Date)>,
    /// Items lent in this session.
    pub lent: u32,
    /// Items out to the school in all, and the most it may have (0: no limit).
    pub out: u32,
    pub limit: u32,
    pub began: Moment,
}

/// What is written down: the session's lines, or the latest five.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sheet {
    pub session: Option<SessionView>,
    /// Newest first.
    pub lines: Vec<Line>,
    /// Until when the last line can be undone.
    pub undo_until: Option<Moment>,
}

/// How a component stands in the completeness panel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum TileState {
    #[default]
    Unchecked,
    Here,
    Missing(u32),
}

/// One component in the completeness panel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tile {
    pub component: ComponentCode,
    pub name: SmolStr,
    pub quantity: u32,
    pub unit: SmolStr,
    pub weighed: bool,
    pub critical: bool,
    /// Missing since before this loan.
    pub short_before: u32,
    pub state: TileState,
}

/// «Всё на месте?» after the return of a kit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Panel {
    pub item: ItemCard,
    pub from_school: Option<SmolStr>,
    /// Critical parts first.
    pub tiles: Vec<Tile>,
    /// Seconds until it becomes «Проверить позже».
    pub seconds_left: u32,
    /// Kits that wait behind this one.
    pub waiting: u32,
}

/// The whole screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Screen {
    /// Grows with every change.
    pub number: u64,
    pub at: Moment,
    pub face: Face,
    pub sheet: Sheet,
    pub panel: Option<Panel>,
    /// A quiet line with no cue: «Уже учтено», «Отменено», «Сеанс завершён».
    pub quiet: Option<Message>,
    /// What came back last, if nobody has told yet how many took part.
    pub heads: Option<ItemId>,
    /// What restricted items wait for; while they do, the number of their order may be typed.
    pub wanting: Option<Message>,
    /// Seconds until the session ends by itself; shown for the last 15.
    pub countdown: Option<u32>,
    /// The duty badge that is signed on: code and role.
    pub duty: Option<(BadgeCode, SmolStr)>,
    /// The sound of this change, if it has one.
    pub cue: Option<Cue>,
}
