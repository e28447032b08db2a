//! Reports: what the ledger says as of an instant, as rows for people and as JSON for programs.
//!
//! Knows: which reports there are, their columns in Russian, their shapes. Pure: ledger and day come in.
//! Must not know: where the journal lies, who asks, how a page looks.

mod accounts;
mod csv;
mod cut;
mod holdings;
mod item;
mod kits;
mod loans;
mod shape;
mod summary;
mod text;
mod usage;
mod xlsx;

pub use accounts::accounts;
pub use csv::{Csv, csv};
pub use cut::{AsOf, Chosen, Cut, Folding, fold_until};
pub use text::text;
pub use xlsx::xlsx;

use crate::clock::Moment;
use crate::ids::{ItemId, SchoolId};
use crate::ledger::{Entry, Ledger, Policy};
use jiff::civil::Date;

/// Which report, as it is called on the command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Name {
    Summary,
    /// Every item and where it is.
    Holdings,
    /// What is out to partner schools, by school, with its basis.
    AtPartners,
    /// All loans; with a period those that were made in it.
    Loans,
    Overdue,
    /// How much each item was used in a period.
    Usage,
    /// Items that no loan touched in a period.
    Idle,
    /// Kits with something missing.
    Incomplete,
    /// Loans made on a day on which the school had no agreement.
    OutsideAgreement,
    /// One item with its history; the text is what the person typed.
    Item(String),
}

impl Name {
    /// Names without their argument, for messages and completion.
    pub const ALL: [&'static str; 10] = [
        "summary",
        "holdings",
        "at-partners",
        "loans",
        "overdue",
        "usage",
        "idle",
        "incomplete",
        "outside-agreement",
        "item",
    ];

    /// A report by its name; `item` needs an argument, the others take none. The error says what was wrong.
    pub fn parse(name: &str, argument: Option<&str>) -> Result<Self, String> {
        let known = match (name, argument) {
            ("item", Some(item)) => return Ok(Self::Item(item.to_owned())),
            ("item", None) => return Err("which item? for example: report item ТР-0001".into()),
            (name, Some(extra)) if Self::ALL.contains(&name) => {
                return Err(format!("report {name} takes no «{extra}»"));
            }
            ("summary", _) => Self::Summary,
            ("holdings", _) => Self::Holdings,
            ("at-partners", _) => Self::AtPartners,
            ("loans", _) => Self::Loans,
            ("overdue", _) => Self::Overdue,
            ("usage", _) => Self::Usage,
            ("idle", _) => Self::Idle,
            ("incomplete", _) => Self::Incomplete,
            ("outside-agreement", _) => Self::OutsideAgreement,
            (other, _) => return Err(format!("no report «{other}»; there are {}", Self::ALL.join(", "))),
        };
        Ok(known)
    }

    /// Whether it speaks of a stretch of days.
    fn takes_period(&self) -> bool {
        matches!(
            self,
            Self::Loans | Self::Usage | Self::Idle | Self::OutsideAgreement
        )
    }
}

/// A value in a cell. Dates and numbers stay what they are until they are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    Empty,
    Text(String),
    Count(u64),
    /// Roubles, a decimal string.
    Money(String),
    Date(Date),
    Moment(Moment),
}

impl Value {
    fn text(text: impl AsRef<str>) -> Self {
        match text.as_ref() {
            "" => Self::Empty,
            text => Self::Text(text.to_owned()),
        }
    }

    fn money(text: impl AsRef<str>) -> Self {
        match text.as_ref() {
            "" => Self::Empty,
            text => Self::Money(text.to_owned()),
        }
    }

    fn date(date: Option<Date>) -> Self {
        date.map_or(Self::Empty, Self::Date)
    }
}

/// A column: its key in CSV, its heading for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    pub key: &'static str,
    pub heading: &'static str,
}

const fn column(key: &'static str, heading: &'static str) -> Column {
    Column { key, heading }
}

/// A report, ready to be written in any form.
#[derive(Clone, Debug)]
pub struct Report {
    /// In Russian, as a heading.
    pub title: String,
    /// Lines under the title: the instant, the period, how it was counted.
    pub notes: Vec<String>,
    pub columns: Vec<Column>,
    pub rows: Vec<Vec<Value>>,
    pub json: serde_json::Value,
}

/// First and last day, both inclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    pub from: Date,
    pub to: Date,
}

/// Everything a report is made from.
#[derive(Clone, Copy)]
pub struct Frame<'a> {
    pub cut: &'a Cut,
    pub policy: &'a Policy,
    /// `--from` and `--to`; one of them may be missing.
    pub from: Option<Date>,
    pub to: Option<Date>,
    /// Hash of the last line that counts, where the caller has it.
    pub head: Option<&'a str>,
}

impl Frame<'_> {
    fn ledger(&self) -> &Ledger {
        &self.cut.ledger
    }

    /// The day as of which the report speaks.
    fn today(&self) -> Date {
        self.cut.at.date()
    }

    fn school_name(&self, school: &SchoolId) -> String {
        let known = self.ledger().schools.get(school);
        known.map_or_else(|| school.to_string(), |known| known.school.short_name.to_string())
    }

    fn item_name(&self, item: &ItemId) -> String {
        let known = self.ledger().items.get(item);
        known.map_or_else(|| item.to_string(), |known| known.item.name.to_string())
    }

    /// «По состоянию на …», and how that instant was chosen.
    fn as_of_note(&self) -> String {
        let chosen = match self.cut.chosen {
            Chosen::Asked => "",
            Chosen::Now => " (сейчас)",
            Chosen::LastImported => " (последнее событие; все события перенесены из файлов)",
        };
        let at = text::moment(self.cut.at);
        let seq = self.ledger().seq;
        match self.head {
            // Who has noted both can prove later that nothing before was changed.
            Some(head) => format!("По состоянию на {at}{chosen}, событие № {seq}, хеш {head}"),
            None => format!("По состоянию на {at}{chosen}, событие № {seq}"),
        }
    }

    fn period_note(&self, period: Period) -> String {
        let (from, to) = (text::date(period.from), text::date(period.to));
        format!("Период с {from} по {to} включительно")
    }

    /// The period asked for; where it has no beginning, a year; where it has no end, until the report's day.
    fn period(&self) -> Period {
        let to = self.to.unwrap_or_else(|| self.today());
        let year_before = || to.saturating_sub(jiff::Span::new().days(364));
        Period {
            from: self.from.unwrap_or_else(year_before),
            to,
        }
    }
}

/// Makes a report. `entries` is the journal from its beginning; only the history of an item reads it.
///
/// The error is for the person who asked.
pub fn make(
    name: &Name,
    frame: &Frame<'_>,
    entries: &mut dyn Iterator<Item = Entry>,
) -> Result<Report, String> {
    let Period { from, to } = frame.period();
    if to < from {
        return Err(format!("the period ends on {to}, before it begins on {from}"));
    }
    if (frame.from, frame.to) != (None, None) && !name.takes_period() {
        return Err("this report speaks of one instant: ask with --as-of, not with --from and --to".into());
    }
    Ok(match name {
        Name::Summary => summary::summary(frame),
        Name::Holdings => holdings::holdings(frame),
        Name::AtPartners => holdings::at_partners(frame),
        Name::Loans => loans::loans(frame),
        Name::Overdue => loans::overdue(frame),
        Name::OutsideAgreement => loans::outside_agreement(frame),
        Name::Usage => usage::usage(frame),
        Name::Idle => usage::idle(frame),
        Name::Incomplete => kits::incomplete(frame),
        Name::Item(text) => {
            let item = frame.ledger().find_item(text).cloned();
            let item = item.ok_or_else(|| none_alone(frame, text))?;
            item::card(frame, &item, entries)
        }
    })
}

/// No item goes by this name, or more than one.
fn none_alone(frame: &Frame<'_>, text: &str) -> String {
    let several: Vec<&str> = frame
        .ledger()
        .items_numbered(text)
        .map(|id| id.as_str())
        .collect();
    match several[..] {
        [] => format!("no item «{text}» as of {}", frame.cut.at),
        _ => format!(
            "«{text}» is the number of {}: ask for one of them",
            several.join(", ")
        ),
    }
}
