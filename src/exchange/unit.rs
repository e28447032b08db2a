//! What a row (or, for kits, a few rows) of a known file amounts to.
//!
//! Knows: new, changed, as before. Must not know: any single kind of file.

use super::cells::Cells;
use super::fault::Fault;
use super::reason::What;
use super::table::{Row, Table};
use crate::clock::Moment;
use crate::ids::BadgeCode;
use crate::ledger::{By, Entry, Event, Ledger};
use crate::tag::TagId;
use smol_str::SmolStr;
use std::collections::{BTreeMap, HashMap};

/// How a row stands to what the ledger already says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    New,
    Changed,
    /// It says what is known already; no event.
    AsBefore,
}

/// A good row: what it is about and the events it makes.
#[derive(Clone, Debug)]
pub struct Unit {
    pub what: What,
    /// Told in messages and compared within the file.
    pub id: SmolStr,
    pub standing: Standing,
    pub events: Vec<Event>,
    /// When it happened; none for master data.
    pub at: Option<Moment>,
    pub by: By,
    /// A card for the roster. Its number goes into no event.
    pub card: Option<Card>,
    /// What a person should look at; the row is taken all the same.
    pub warnings: Vec<Fault>,
}

/// Which card belongs to a badge. For the roster only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    pub badge: BadgeCode,
    pub uid: TagId,
}

impl Unit {
    /// Master data: a first event makes it new, any other a change.
    pub fn master(what: What, id: impl AsRef<str>, known: bool, events: Vec<Event>) -> Self {
        Self {
            what,
            id: SmolStr::new(id.as_ref()),
            standing: match (known, events.is_empty()) {
                (_, true) => Standing::AsBefore,
                (true, false) => Standing::Changed,
                (false, false) => Standing::New,
            },
            events,
            at: None,
            by: By::default(),
            card: None,
            warnings: Vec::new(),
        }
    }
}

/// Everything a row may be compared with.
pub struct Context<'a> {
    /// The ledger with everything already planned.
    pub ledger: &'a Ledger,
    /// Nothing can have happened later; none where the clock is not believed.
    pub latest: Option<Moment>,
    /// Rows of history that were taken earlier, by their id in the file.
    pub imported: &'a Imported,
    /// Cards by badge: the roster, with everything already planned.
    pub cards: &'a BTreeMap<BadgeCode, TagId>,
    /// Keyed digest of a tag; the key is the data folder's.
    pub digest: &'a dyn Fn(&TagId) -> SmolStr,
}

/// How the rows of one kind of file are read.
#[derive(Debug)]
pub struct Kind {
    /// File name without `.csv`.
    pub name: &'static str,
    pub columns: &'static [&'static str],
    /// The column whose equal cells belong together; empty where each row stands for itself.
    pub group: &'static str,
    pub read: fn(&mut [Cells<'_>], &Context<'_>) -> Option<Unit>,
}

impl Kind {
    /// Rows that are read together, each group at the place of its first row.
    pub fn groups<'t>(&self, table: &'t Table) -> Vec<Vec<&'t Row>> {
        let mut groups: Vec<Vec<&Row>> = Vec::new();
        let mut places: HashMap<&str, usize> = HashMap::new();
        for row in &table.rows {
            let key = table.cell(row, self.group);
            match places.get(key).and_then(|place| groups.get_mut(*place)) {
                Some(group) if !key.is_empty() => group.push(row),
                _ => {
                    places.insert(key, groups.len());
                    groups.push(vec![row]);
                }
            }
        }
        groups
    }

    /// Reads one group; every fault of every row of it is reported.
    pub fn unit(&self, table: &Table, rows: &[&Row], context: &Context<'_>) -> Result<Unit, Vec<Fault>> {
        let mut cells: Vec<Cells<'_>> = rows.iter().map(|row| Cells::new(table, row)).collect();
        let unit = (self.read)(&mut cells, context);
        let (mut faults, mut warnings) = (Vec::new(), Vec::new());
        for mut row in cells {
            row.question_names(self.columns);
            warnings.extend(row.warnings());
            if let Err(wrong) = row.finish(()) {
                faults.extend(wrong);
            }
        }
        match unit {
            Some(unit) if faults.is_empty() => Ok(Unit { warnings, ..unit }),
            _ => Err(faults),
        }
    }
}

/// What the journal already holds of imported history.
#[derive(Clone, Debug, Default)]
pub struct Imported {
    by_id: HashMap<SmolStr, Taken>,
}

/// A row of history as it was taken.
#[derive(Clone, Debug)]
pub struct Taken {
    pub at: Moment,
    pub by: By,
    pub event: Event,
}

impl Imported {
    /// Remembers an entry of the journal if it is imported history; to be called for each.
    pub fn note(&mut self, entry: &Entry) {
        let Some(source) = &entry.src else { return };
        if !source.id.is_empty() && !entry.event.is_master_data() {
            let taken = Taken {
                at: entry.at,
                by: entry.by.clone(),
                event: entry.event.clone(),
            };
            self.by_id.insert(source.id.clone(), taken);
        }
    }

    /// All of a journal.
    pub fn of(entries: impl IntoIterator<Item = Entry>) -> Self {
        let mut imported = Self::default();
        for entry in entries {
            imported.note(&entry);
        }
        imported
    }

    pub fn get(&self, id: &str) -> Option<&Taken> {
        self.by_id.get(id)
    }
}
