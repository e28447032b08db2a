//! The accounts' turnover sheet («оборотно-сальдовая ведомость»): shown beside the ledger, never taken.
//!
//! Knows: how that sheet comes out of accounting programs — windows-1251, title rows, decimal commas,
//! apostrophes before numbers, a total row. Must not know: how anything is changed.

use super::table::split;
use crate::ids::ItemId;
use crate::ledger::Ledger;
use serde::Serialize;
use smol_str::SmolStr;
use std::collections::{HashMap, HashSet};

/// What the sheet says, matched to the items by inventory number.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Accounting {
    pub file: SmolStr,
    pub title: String,
    pub rows: Vec<AccountRow>,
    /// Items with an inventory number that the sheet does not have.
    pub not_in_sheet: Vec<ItemId>,
    /// What the total row says, if there is one.
    pub total: Option<String>,
}

/// One line of the sheet.
#[derive(Clone, Debug, Serialize)]
pub struct AccountRow {
    pub line: u64,
    pub name: String,
    pub inventory_number: String,
    pub account: String,
    /// In roubles, a decimal string with a point.
    pub cost: String,
    /// ISO where it could be read as a date, else as it stands.
    pub accepted: String,
    pub item: Option<ItemId>,
    pub differences: Vec<Difference>,
}

/// How a line differs from the item with the same inventory number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "difference", rename_all = "snake_case")]
pub enum Difference {
    /// The line has no inventory number.
    NoNumber,
    /// No item has this inventory number.
    NoItem,
    /// The number stands in an earlier line already.
    Repeated {
        line: u64,
    },
    Name {
        ours: SmolStr,
    },
    Account {
        ours: SmolStr,
    },
    Cost {
        ours: SmolStr,
    },
    Accepted {
        ours: SmolStr,
    },
    /// The line is not as wide as the headings.
    Shape {
        cells: usize,
    },
}

impl Difference {
    /// In Russian, for people.
    pub fn ru(&self) -> String {
        match self {
            Difference::NoNumber => "нет инвентарного номера".into(),
            Difference::NoItem => "такого номера в учёте центра нет".into(),
            Difference::Repeated { line } => format!("номер уже был в строке {line}"),
            Difference::Name { ours } => format!("в центре называется «{ours}»"),
            Difference::Account { ours } => format!("в центре счёт {ours}"),
            Difference::Cost { ours } => format!("в центре стоимость {ours}"),
            Difference::Accepted { ours } => format!("в центре принято к учёту {ours}"),
            Difference::Shape { cells } => format!("ячеек {cells}, строка не разобрана"),
        }
    }
}

/// The headings that are read; the others are passed over.
const NAME: &str = "Основное средство";
const NUMBER: &str = "Инв. №";
const ACCOUNT: &str = "Счет";
const COST: &str = "Балансовая стоимость";
const ACCEPTED: &str = "Дата принятия к учету";

/// Whether a file is such a sheet: one of its first lines has the two headings that matter.
pub fn looks_like(bytes: &[u8]) -> bool {
    text_of(bytes)
        .lines()
        .take(20)
        .any(|line| line.contains(NUMBER) && line.contains(NAME))
}

/// UTF-8 if it is that, else windows-1251, in which every byte means something.
fn text_of(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.trim_start_matches('\u{feff}').to_owned(),
        Err(_) => encoding_rs::WINDOWS_1251
            .decode_without_bom_handling(bytes)
            .0
            .into_owned(),
    }
}

impl Accounting {
    /// Reads the sheet and compares it. Whatever it holds, nothing is refused: it is only shown.
    pub fn read(file: &str, bytes: &[u8], ledger: &Ledger) -> Self {
        let text = text_of(bytes);
        let (rows, _) = split(&text, ';');
        let mut sheet = Accounting {
            file: file.into(),
            ..Accounting::default()
        };
        let mut rows = rows.into_iter();
        let headings = rows.by_ref().find(|row| {
            let found = row.cells.iter().any(|cell| cell.trim() == NUMBER);
            if !found && sheet.title.is_empty() {
                sheet.title = row
                    .cells
                    .first()
                    .map(|cell| cell.trim().to_owned())
                    .unwrap_or_default();
            }
            found
        });
        let Some(headings) = headings else { return sheet };
        let place = |name: &str| headings.cells.iter().position(|cell| cell.trim() == name);
        let [name, number, account, cost, accepted] = [NAME, NUMBER, ACCOUNT, COST, ACCEPTED].map(place);

        let by_number: HashMap<&str, &ItemId> = ledger
            .items
            .iter()
            .filter_map(|(id, state)| Some((state.item.inventory_number.as_deref()?, id)))
            .collect();
        let mut lines: HashMap<String, u64> = HashMap::new();
        for row in rows {
            let cell = |place: Option<usize>| {
                let text = place.and_then(|place| row.cells.get(place));
                text.map(|text| text.trim().trim_start_matches('\'').trim())
                    .unwrap_or_default()
            };
            if row.cells.iter().all(|cell| cell.trim().is_empty()) {
                continue;
            }
            if row
                .cells
                .iter()
                .any(|cell| cell.trim().to_lowercase().starts_with("итого"))
            {
                let numbers = row.cells.iter().skip(2).map(|cell| cell.trim());
                sheet.total = numbers.into_iter().find(|cell| !cell.is_empty()).map(decimal);
                continue;
            }
            let mut read = AccountRow {
                line: row.line,
                name: cell(name).to_owned(),
                inventory_number: cell(number).to_owned(),
                account: cell(account).to_owned(),
                cost: decimal(cell(cost)),
                accepted: iso(cell(accepted)),
                item: None,
                differences: Vec::new(),
            };
            if row.cells.len() != headings.cells.len() {
                read.differences.push(Difference::Shape {
                    cells: row.cells.len(),
                });
            }
            if read.inventory_number.is_empty() {
                read.differences.push(Difference::NoNumber);
            } else {
                if let Some(line) = lines.get(&read.inventory_number) {
                    read.differences.push(Difference::Repeated { line: *line });
                } else {
                    lines.insert(read.inventory_number.clone(), row.line);
                }
                read.item = by_number
                    .get(read.inventory_number.as_str())
                    .map(|id| (*id).clone());
                compare(&mut read, ledger);
            }
            sheet.rows.push(read);
        }
        let found: HashSet<&ItemId> = sheet.rows.iter().filter_map(|row| row.item.as_ref()).collect();
        let mut absent: Vec<ItemId> = by_number
            .into_values()
            .filter(|id| !found.contains(id))
            .cloned()
            .collect();
        absent.sort();
        sheet.not_in_sheet = absent;
        sheet
    }
}

fn compare(read: &mut AccountRow, ledger: &Ledger) {
    let Some(ours) = read.item.as_ref().and_then(|id| ledger.items.get(id)) else {
        read.differences.push(Difference::NoItem);
        return;
    };
    let ours = &ours.item;
    if read.name != ours.name {
        read.differences.push(Difference::Name {
            ours: ours.name.clone(),
        });
    }
    if read.account != ours.account {
        read.differences.push(Difference::Account {
            ours: ours.account.clone(),
        });
    }
    if read.cost != ours.cost {
        read.differences.push(Difference::Cost {
            ours: ours.cost.clone(),
        });
    }
    let accepted = ours.accepted.map(|date| date.to_string()).unwrap_or_default();
    if read.accepted != accepted {
        let ours = accepted.into();
        read.differences.push(Difference::Accepted { ours });
    }
}

/// `  45900,00` → `45900.00`; spaces between thousands go too.
fn decimal(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| if c == ',' { '.' } else { c })
        .collect()
}

/// `21.08.2020` → `2020-08-21`.
fn iso(text: &str) -> String {
    let mut parts = text.split('.');
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(day), Some(month), Some(year), None)
            if day.len() == 2 && month.len() == 2 && year.len() == 4 =>
        {
            format!("{year}-{month}-{day}")
        }
        _ => text.to_owned(),
    }
}
