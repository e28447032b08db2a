//! The ledger as of an instant: which instant is meant, and the fold up to it.
//!
//! Knows: `--as-of`, the fold, what holds where nothing was asked. Must not know: files.

use crate::clock::{Moment, Trust, read_date};
use crate::ledger::{Entry, Ledger, asof::Prefix};
use jiff::civil::{Date, time};
use jiff::tz::TimeZone;

/// What `--as-of` said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AsOf {
    /// Nothing: now, or the last event's time where all events are imported.
    #[default]
    Unsaid,
    At(Moment),
}

impl AsOf {
    /// `2026-08-31T23:59:59+03:00`, or a date, which means the end of that day in the centre's zone.
    pub fn parse(text: &str, zone: &TimeZone) -> Result<Self, String> {
        if let Some(date) = read_date(text) {
            let end = date
                .to_datetime(time(23, 59, 59, 999_000_000))
                .to_zoned(zone.clone());
            let end = end.map_err(|error| format!("{text}: {error}"))?;
            return Ok(Self::At(Moment::new(end.timestamp(), zone)));
        }
        // The day of a moment is the centre's, whatever offset it was typed with.
        let moment: Moment = text.parse().map_err(|_| {
            format!("«{text}» is neither a date (2026-08-31) nor a time (2026-08-31T23:59:59+03:00) from 1900 to 2200")
        })?;
        Ok(Self::At(Moment::new(moment.timestamp(), zone)))
    }
}

/// Why the report speaks of this instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chosen {
    Asked,
    Now,
    LastImported,
}

/// A ledger and the instant as of which it stands.
#[derive(Clone, Debug)]
pub struct Cut {
    pub ledger: Ledger,
    pub at: Moment,
    pub chosen: Chosen,
}

/// The fold of a journal up to an instant, entry by entry, for journals that may fail to be read.
pub struct Folding {
    as_of: AsOf,
    prefix: Option<Prefix>,
    ledger: Ledger,
    live: bool,
}

impl Folding {
    pub fn new(as_of: AsOf) -> Self {
        Self {
            as_of,
            prefix: match as_of {
                AsOf::Unsaid => None,
                AsOf::At(until) => Some(Prefix::until(until)),
            },
            ledger: Ledger::default(),
            live: false,
        }
    }

    /// Takes the next entry of the journal. False: it and all that follow are later than the instant.
    pub fn take(&mut self, entry: &Entry) -> bool {
        if let Some(prefix) = &mut self.prefix
            && !prefix.takes(entry)
        {
            return false;
        }
        self.live |= entry.clock != Trust::Imported;
        self.ledger.apply(entry);
        true
    }

    /// The ledger as of the instant; `now` counts where none was asked for and the centre has begun to work.
    pub fn finish(self, now: Moment) -> Cut {
        let (at, chosen) = match (self.as_of, self.ledger.now) {
            (AsOf::At(at), _) => (at, Chosen::Asked),
            (AsOf::Unsaid, Some(last)) if !self.live => (last, Chosen::LastImported),
            (AsOf::Unsaid, _) => (now, Chosen::Now),
        };
        Cut {
            ledger: self.ledger,
            at,
            chosen,
        }
    }
}

/// The ledger as of `until`.
pub fn fold_until(entries: impl IntoIterator<Item = Entry>, until: Moment) -> Ledger {
    let mut folding = Folding::new(AsOf::At(until));
    for entry in entries {
        if !folding.take(&entry) {
            break;
        }
    }
    folding.ledger
}

/// Whether `day` lies in a stretch whose ends may be open.
pub(super) fn within(day: Date, from: Option<Date>, to: Option<Date>) -> bool {
    from.is_none_or(|from| from <= day) && to.is_none_or(|to| day <= to)
}
