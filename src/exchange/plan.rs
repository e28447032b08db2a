//! From files to planned events: checked in order against a ledger that already holds what was planned before.
//!
//! Knows: the order of the eight files, all or nothing of a file, what was there already.
//! Must not know: disks, the journal. The caller appends what is planned, if nothing was written in between.

use super::accounting::Accounting;
use super::fault::Fault;
use super::open::{Content, Sheet};
use super::reason::{Reason, What};
use super::table::Table;
use super::unit::{Card, Context, Imported, Kind, Standing, Unit};
use super::{badges, calendar, equipment, history, kits, rooms, schools};
use crate::clock::{Moment, Trust};
use crate::ids::BadgeCode;
use crate::ledger::{By, Entry, Event, How, Impossible, Ledger, Seq, Source, possible};
use crate::tag::TagId;
use serde::Serialize;
use smol_str::SmolStr;
use std::collections::{BTreeMap, HashMap};

/// The eight files, in the order in which they refer to each other.
pub const KINDS: [&Kind; 8] = [
    &schools::KIND,
    &rooms::ROOMS,
    &rooms::DONORS,
    &kits::KIND,
    &equipment::KIND,
    &badges::KIND,
    &calendar::KIND,
    &history::KIND,
];

/// What planning needs to know beside the ledger.
pub struct Options<'a> {
    /// Leave broken rows out instead of refusing the file.
    pub skip_bad: bool,
    /// The time at which the import is made.
    pub now: Moment,
    /// Nothing can have happened later; none where the clock is not believed.
    pub latest: Option<Moment>,
    /// Keyed digest of a tag; the key is the data folder's.
    pub digest: &'a dyn Fn(&TagId) -> SmolStr,
    /// The roster as it stands.
    pub cards: &'a BTreeMap<BadgeCode, TagId>,
    /// What the journal holds of earlier imports.
    pub imported: &'a Imported,
}

/// An event to be appended, with `clock` "imported".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    pub event: Event,
    /// When it happened; none for master data, which are dated by the import itself.
    pub at: Option<Moment>,
    pub by: By,
    pub src: Source,
}

/// So many faults of one file are told; the rest are only counted.
pub const MAX_FAULTS: usize = 1_000;

/// What became of one file.
#[derive(Clone, Debug, Serialize)]
pub struct FileReport {
    pub name: SmolStr,
    /// `schools`, `rooms` and so on.
    pub kind: &'static str,
    /// Rows under the headings.
    pub rows: u64,
    /// New rows that were taken.
    pub taken: u64,
    /// Rows that change what was known.
    pub changed: u64,
    /// Rows that say what is known already.
    pub unchanged: u64,
    /// Rows with a fault.
    pub refused: u64,
    /// In the order of the file; at most [`MAX_FAULTS`].
    pub faults: Vec<Fault>,
    /// Rows that were taken and that a person should look at; at most [`MAX_FAULTS`].
    pub warnings: Vec<Fault>,
}

impl FileReport {
    fn new(name: &SmolStr, kind: &'static str) -> Self {
        Self {
            name: name.clone(),
            kind,
            rows: 0,
            taken: 0,
            changed: 0,
            unchanged: 0,
            refused: 0,
            faults: Vec::new(),
            warnings: Vec::new(),
        }
    }
}

/// What an import would do.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    pub files: Vec<FileReport>,
    /// To be appended in this order, and only to a journal that still ends at `base`.
    pub planned: Vec<Planned>,
    /// Cards for the roster.
    pub roster: Vec<Card>,
    /// Files of the folder that are none of the eight.
    pub left_alone: Vec<SmolStr>,
    /// The accounting export, if that was given: shown, never taken.
    pub accounting: Option<Accounting>,
    /// The ledger's number on which the plan stands.
    pub base: Seq,
}

impl Plan {
    /// Whether any row was refused.
    pub fn has_faults(&self) -> bool {
        self.files.iter().any(|file| !file.faults.is_empty())
    }
}

/// Plans the import of what was opened. Changes nothing.
pub fn plan(opened: &super::open::Opened, ledger: &Ledger, options: &Options<'_>) -> Plan {
    let mut plan = Plan {
        left_alone: opened.left_alone.clone(),
        base: ledger.seq,
        ..Plan::default()
    };
    let mut draft = Draft {
        ledger: ledger.clone(),
        cards: options.cards.clone(),
        options,
    };
    for kind in KINDS {
        let of_kind =
            |sheet: &&Sheet| matches!(sheet.content, Content::Known(known) if known.name == kind.name);
        for sheet in opened.sheets.iter().filter(of_kind) {
            let (report, planned, roster) = draft.file(kind, sheet);
            plan.files.push(report);
            plan.planned.extend(planned);
            plan.roster.extend(roster);
        }
    }
    if let Some(sheet) = opened
        .sheets
        .iter()
        .find(|sheet| sheet.content == Content::Accounting)
    {
        plan.accounting = Some(Accounting::read(&sheet.name, &sheet.bytes, ledger));
    }
    plan
}

/// The ledger and the roster as they would be after what is planned so far.
struct Draft<'a> {
    ledger: Ledger,
    cards: BTreeMap<BadgeCode, TagId>,
    options: &'a Options<'a>,
}

impl Draft<'_> {
    fn file(&mut self, kind: &Kind, sheet: &Sheet) -> (FileReport, Vec<Planned>, Vec<Card>) {
        let mut report = FileReport::new(&sheet.name, kind.name);
        let table = match Table::read(&sheet.name, &sheet.bytes, kind.columns) {
            Ok(table) => table,
            Err(faults) => {
                report.faults = faults;
                return (report, Vec::new(), Vec::new());
            }
        };
        report.rows = (table.rows.len() + table.faults.len()) as u64;
        report.refused = table.faults.len() as u64;
        report.faults = table.faults.clone();
        let before = (self.ledger.clone(), self.cards.clone());
        let (mut planned, mut roster) = (Vec::new(), Vec::new());
        let mut seen: HashMap<SmolStr, u64> = HashMap::new();
        for rows in kind.groups(&table) {
            let line = rows.first().map_or(0, |row| row.line);
            let count = rows.len() as u64;
            let unit = kind
                .unit(&table, &rows, &self.context())
                .and_then(|unit| self.fold(unit, &table.file, line, &mut seen));
            match unit {
                Ok(unit) => {
                    match unit.standing {
                        Standing::New => report.taken += count,
                        Standing::Changed => report.changed += count,
                        Standing::AsBefore => report.unchanged += count,
                    }
                    if report.warnings.len() < MAX_FAULTS {
                        report.warnings.extend(unit.warnings.clone());
                    }
                    roster.extend(unit.card.clone());
                    planned.extend(planned_of(unit, &table.file, line));
                }
                Err(faults) => {
                    report.refused += count;
                    if report.faults.len() < MAX_FAULTS {
                        report.faults.extend(faults);
                    }
                }
            }
        }
        report.faults.sort_by_key(|fault| fault.line);
        report.faults.truncate(MAX_FAULTS);
        if !report.faults.is_empty() && !self.options.skip_bad {
            (self.ledger, self.cards) = before;
            (report.taken, report.changed) = (0, 0);
            report.warnings.clear();
            planned.clear();
            roster.clear();
        }
        (report, planned, roster)
    }

    fn context(&self) -> Context<'_> {
        Context {
            latest: self.options.latest,
            ledger: &self.ledger,
            imported: self.options.imported,
            cards: &self.cards,
            digest: self.options.digest,
        }
    }

    /// Takes a unit into the draft, if it does not contradict an earlier row and can have happened.
    fn fold(
        &mut self,
        unit: Unit,
        file: &SmolStr,
        line: u64,
        seen: &mut HashMap<SmolStr, u64>,
    ) -> Result<Unit, Vec<Fault>> {
        let fault = |column: &str, reason| {
            vec![Fault {
                file: file.clone(),
                line,
                column: SmolStr::new(column),
                reason,
            }]
        };
        let earlier = *seen.entry(unit.id.clone()).or_insert(line);
        if earlier != line && unit.standing != Standing::AsBefore {
            let (what, id) = (unit.what, unit.id.to_string());
            return Err(fault(
                "",
                Reason::Twice {
                    what,
                    id,
                    line: earlier,
                },
            ));
        }
        // Only a unit of several events can be half possible.
        let before = (unit.events.len() > 1).then(|| self.ledger.clone());
        for event in &unit.events {
            let seq = self.ledger.seq + 1;
            let entry = Entry {
                seq,
                batch: seq,
                at: unit.at.unwrap_or(self.options.now),
                clock: Trust::Imported,
                recorded: None,
                by: unit.by.clone(),
                src: None,
                event: event.clone(),
            };
            if let Err(why) = possible(&self.ledger, &entry) {
                if let Some(before) = before {
                    self.ledger = before;
                }
                let (column, reason) = told(why);
                return Err(fault(column, reason));
            }
            self.ledger.apply(&entry);
        }
        if let Some(card) = &unit.card {
            self.cards.insert(card.badge.clone(), card.uid.clone());
        }
        Ok(unit)
    }
}

fn planned_of(unit: Unit, file: &SmolStr, line: u64) -> impl Iterator<Item = Planned> {
    let (file, id, at, by) = (file.clone(), unit.id, unit.at, unit.by);
    unit.events.into_iter().map(move |event| Planned {
        event,
        at,
        by: By {
            how: How::Imported,
            ..by.clone()
        },
        src: Source {
            file: file.clone(),
            line,
            id: id.clone(),
        },
    })
}

/// The ledger's «impossible» as a column and a reason.
fn told(why: Impossible) -> (&'static str, Reason) {
    let unknown = |what, id: String| Reason::Unknown { what, id };
    match why {
        Impossible::TimeBack { at, now } => {
            let (found, latest) = (at.to_string(), now.to_string());
            ("ts", Reason::BackInTime { found, latest })
        }
        Impossible::UnknownItem(id) => ("item_id", unknown(What::Item, id.to_string())),
        Impossible::UnknownSchool(id) => ("school_id", unknown(What::School, id.to_string())),
        Impossible::UnknownBadge(id) => ("badge", unknown(What::Badge, id.to_string())),
        Impossible::UnknownLoan(id) => ("loan_id", unknown(What::Loan, id.to_string())),
        Impossible::UnknownComponent { component, .. } => {
            let part = component.to_string();
            ("missing", Reason::OtherKit { part })
        }
        Impossible::TagTaken { tag, item } => {
            let (tag, by) = (tag.to_string(), item.to_string());
            ("", Reason::TagTaken { tag, by })
        }
        Impossible::AlreadyOut { item, loan } => {
            let why = format!("{item} is already out as {loan}");
            let why_ru = format!("{item} уже выдан по {loan}");
            ("item_id", Reason::Impossible { why, why_ru })
        }
        Impossible::LoanExists(loan) => {
            let why = format!("loan {loan} exists already");
            let why_ru = format!("выдача {loan} уже есть");
            ("loan_id", Reason::Impossible { why, why_ru })
        }
        Impossible::NotOut { item, loan } => {
            let why = format!("{item} is not out as {loan}");
            let why_ru = format!("{item} не числится выданным по {loan}");
            ("loan_id", Reason::Impossible { why, why_ru })
        }
        other @ (Impossible::Unknown { .. } | Impossible::TagIsAlias(_)) => {
            let why = other.to_string();
            let why_ru = format!("так быть не могло: {why}");
            ("", Reason::Impossible { why, why_ru })
        }
    }
}
