//! Messages to people, by name, in Russian and English.
//!
//! Knows: names of messages, their arguments, how each language writes numbers and dates.
//! Must not know: who says them, and where they are shown.
//!
//! The wording stands in `ru.ftl` and `en.ftl`; both have the same names, which a test watches over.

mod dates;
mod due;
mod say;

pub use dates::{day_and_month, full_date, month_short, weekday, weekday_short};
pub use due::due_words;
pub use say::{say, say_or_missing};

use jiff::civil::Date;
use smol_str::SmolStr;

/// The languages of the screens. Russian is the first one by law and by use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Lang {
    #[default]
    Ru,
    En,
}

impl Lang {
    pub const ALL: [Lang; 2] = [Lang::Ru, Lang::En];

    /// The tag for `lang="…"` in a page.
    pub fn as_str(self) -> &'static str {
        match self {
            Lang::Ru => "ru",
            Lang::En => "en",
        }
    }
}

/// A value inside a message; how it is written depends on the language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    Text(SmolStr),
    /// Decides the plural form.
    Number(i64),
    /// A date `due` is `$due` (`12.12.2026`), `$due-day` («12 декабря») and `$due-weekday` («суббота») in a message.
    Date(Date),
    /// Another message, said in the same language and with a small first letter: «Не выдано: договор истёк».
    Said(Box<Message>),
}

/// A message to a person: its name in the Fluent files and its arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    pub id: &'static str,
    pub args: Vec<(&'static str, Value)>,
}

impl Message {
    pub fn new(id: &'static str) -> Self {
        Self { id, args: Vec::new() }
    }

    pub fn text(mut self, name: &'static str, value: impl AsRef<str>) -> Self {
        self.args.push((name, Value::Text(SmolStr::new(value.as_ref()))));
        self
    }

    pub fn number(mut self, name: &'static str, value: impl Into<i64>) -> Self {
        self.args.push((name, Value::Number(value.into())));
        self
    }

    pub fn said(mut self, name: &'static str, value: Message) -> Self {
        self.args.push((name, Value::Said(Box::new(value))));
        self
    }

    pub fn date(mut self, name: &'static str, value: Date) -> Self {
        self.args.push((name, Value::Date(value)));
        self
    }
}
