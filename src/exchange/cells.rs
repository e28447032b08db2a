//! The cells of one row as values. Every fault is noted with its column; the row counts only if there is none.
//!
//! Knows: dates, numbers, amounts, tags, check digits, lists. Must not know: what a file is for.

use super::fault::Fault;
use super::reason::{Hex, Reason};
use super::spelling;
use super::table::{Row, Table};
use crate::clock::Moment;
use crate::ledger::{Parts, person_name};
use crate::tag::TagId;
use jiff::civil::Date;
use smol_str::SmolStr;

/// Columns in which people write what they like.
const FREE_TEXT: [&str; 8] = [
    "role",
    "contact_role",
    "purpose",
    "group_code",
    "note",
    "notes",
    "support",
    "basis",
];

/// Reads one row. After a fault a method gives a placeholder, which [`Cells::finish`] keeps from getting out.
pub struct Cells<'t> {
    table: &'t Table,
    row: &'t Row,
    faults: Vec<Fault>,
    warnings: Vec<Fault>,
}

impl<'t> Cells<'t> {
    pub fn new(table: &'t Table, row: &'t Row) -> Self {
        Self {
            table,
            row,
            faults: Vec::new(),
            warnings: Vec::new(),
        }
    }

    pub fn line(&self) -> u64 {
        self.row.line
    }

    /// The value, or everything that was wrong on the way to it.
    pub fn finish<T>(self, value: T) -> Result<T, Vec<Fault>> {
        if self.faults.is_empty() {
            Ok(value)
        } else {
            Err(self.faults)
        }
    }

    /// Notes a fault; one that is there already is not noted twice.
    pub fn fault(&mut self, column: &str, reason: Reason) {
        let fault = self.at(column, reason);
        if !self.faults.contains(&fault) {
            self.faults.push(fault);
        }
    }

    /// Notes something that a person should look at; the row is taken all the same.
    pub fn warn(&mut self, column: &str, reason: Reason) {
        let warning = self.at(column, reason);
        self.warnings.push(warning);
    }

    /// Questions every free text of the row that looks like a person's name.
    pub fn question_names(&mut self, columns: &[&str]) {
        for column in columns.iter().filter(|column| FREE_TEXT.contains(column)) {
            if let Some(found) = person_name(self.raw(column)) {
                let found = found.to_owned();
                self.warn(column, Reason::LooksLikeName { found });
            }
        }
    }

    /// What [`Cells::warn`] has noted.
    pub fn warnings(&mut self) -> Vec<Fault> {
        std::mem::take(&mut self.warnings)
    }

    fn at(&self, column: &str, reason: Reason) -> Fault {
        Fault {
            file: self.table.file.clone(),
            line: self.row.line,
            column: SmolStr::new(column),
            reason,
        }
    }

    /// The text of a cell, without spaces around it; may be empty.
    pub fn raw(&self, column: &str) -> &'t str {
        self.table.cell(self.row, column)
    }

    pub fn text(&self, column: &str) -> SmolStr {
        SmolStr::new(self.raw(column))
    }

    pub fn text_if_any(&self, column: &str) -> Option<SmolStr> {
        Some(self.text(column)).filter(|text| !text.is_empty())
    }

    pub fn required(&mut self, column: &str) -> &'t str {
        let text = self.raw(column);
        if text.is_empty() {
            self.fault(column, Reason::Blank);
        }
        text
    }

    /// Entries separated by semicolons.
    pub fn list(&self, column: &str) -> Vec<SmolStr> {
        self.raw(column)
            .split(';')
            .map(str::trim)
            .filter(|entry| !entry.is_empty())
            .map(SmolStr::new)
            .collect()
    }

    pub fn date(&mut self, column: &str) -> Date {
        if self.required(column).is_empty() {
            return Date::ZERO;
        }
        self.date_if_any(column).unwrap_or(Date::ZERO)
    }

    pub fn date_if_any(&mut self, column: &str) -> Option<Date> {
        let text = self.raw(column);
        if text.is_empty() {
            return None;
        }
        let date = iso_date(text);
        if date.is_none() {
            self.fault(column, Reason::NoDate { found: text.into() });
        }
        date
    }

    /// Notes a fault if `second` is earlier than `first`.
    pub fn in_order(&mut self, column: &str, first: Date, second: Date) {
        if second < first && first != Date::ZERO && second != Date::ZERO {
            let (first, second) = (first.to_string(), second.to_string());
            self.fault(column, Reason::DateOrder { first, second });
        }
    }

    pub fn moment(&mut self, column: &str) -> Option<Moment> {
        let text = self.required(column);
        if text.is_empty() {
            return None;
        }
        let moment = text.parse::<Moment>().ok();
        if moment.is_none() {
            self.fault(column, Reason::NoMoment { found: text.into() });
        }
        moment
    }

    pub fn number(&mut self, column: &str) -> u32 {
        if self.required(column).is_empty() {
            return 0;
        }
        self.number_if_any(column).unwrap_or(0)
    }

    pub fn number_if_any(&mut self, column: &str) -> Option<u32> {
        let text = self.raw(column);
        if text.is_empty() {
            return None;
        }
        let number = text
            .parse()
            .ok()
            .filter(|_| text.bytes().all(|b| b.is_ascii_digit()));
        if number.is_none() {
            self.fault(column, Reason::NoNumber { found: text.into() });
        }
        number
    }

    /// Roubles with two decimals or none, as a decimal string; empty stays empty.
    pub fn money(&mut self, column: &str) -> SmolStr {
        self.decimal(column, 2)
    }

    /// A decimal number with at most `places` digits after the point.
    pub fn decimal(&mut self, column: &str, places: usize) -> SmolStr {
        let text = self.raw(column);
        let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
        let fits = digits(whole) && digits(part) && part.len() <= places && whole.len() <= 12;
        if !text.is_empty() && !fits {
            self.fault(column, Reason::NoMoney { found: text.into() });
        }
        SmolStr::new(text)
    }

    pub fn yes(&mut self, column: &str) -> bool {
        self.one_of(column, &[("да", true), ("нет", false)], "да, нет")
            .unwrap_or(false)
    }

    /// One of a few words; case and ё do not count.
    pub fn one_of<T: Copy>(&mut self, column: &str, words: &[(&str, T)], known: &'static str) -> Option<T> {
        let text = self.required(column);
        if text.is_empty() {
            return None;
        }
        let found = words.iter().find(|(word, _)| fold(word) == fold(text));
        if found.is_none() {
            let found = text.to_owned();
            self.fault(column, Reason::OneOf { found, known });
        }
        found.map(|(_, value)| *value)
    }

    /// An EPC of 96 bits or more, in whole words of 16.
    pub fn epc(&mut self, column: &str) -> Option<TagId> {
        let text = self.required(column);
        let tag = hex::decode(text)
            .ok()
            .filter(|bytes| is_epc_length(bytes.len()))
            .and_then(|bytes| TagId::epc(&bytes).ok());
        self.hex(column, text, tag, Hex::Epc)
    }

    /// A serial number as printed on the chip's label.
    pub fn uid(&mut self, column: &str) -> Option<TagId> {
        let text = self.required(column);
        let tag = hex::decode(text).ok().and_then(|bytes| TagId::uid(&bytes).ok());
        self.hex(column, text, tag, Hex::Uid)
    }

    /// A bar code label; an EAN-13 must have its check digit right.
    pub fn label(&mut self, column: &str) -> Option<TagId> {
        let text = self.raw(column);
        if text.is_empty() {
            return None;
        }
        if let Some(expected) = wrong_check_digit(text) {
            let found = text.to_owned();
            self.fault(column, Reason::CheckDigit { found, expected });
        }
        let tag = TagId::code(text).ok();
        if tag.is_none() {
            self.fault(
                column,
                Reason::TooLong {
                    chars: crate::tag::MAX_CODE_CHARS,
                },
            );
        }
        tag
    }

    /// A tag of any kind, told apart by its form: an EPC, a shorter serial number, or an EAN-13.
    pub fn tag(&mut self, column: &str) -> Option<TagId> {
        let text = self.required(column);
        if text.len() == 13 && text.bytes().all(|b| b.is_ascii_digit()) {
            return self.label(column);
        }
        let bytes = hex::decode(text).unwrap_or_default();
        let tag = match bytes.len() {
            length if is_epc_length(length) => TagId::epc(&bytes).ok(),
            _ => TagId::uid(&bytes).ok(),
        };
        self.hex(column, text, tag, Hex::Tag)
    }

    fn hex(&mut self, column: &str, text: &str, tag: Option<TagId>, expected: Hex) -> Option<TagId> {
        if tag.is_none() && !text.is_empty() {
            let found = text.to_owned();
            self.fault(column, Reason::NoHex { found, expected });
        }
        tag
    }

    /// `ROB1-04:1;ROB1-10:2` as it stands in a column.
    pub fn parts(&mut self, column: &str) -> Parts {
        let text = self.raw(column);
        self.parts_in(column, text)
    }

    /// The same out of a part of a cell.
    pub fn parts_in(&mut self, column: &str, text: &str) -> Parts {
        let mut parts = Parts::new();
        for entry in text.split(';').map(str::trim).filter(|entry| !entry.is_empty()) {
            let part = entry
                .split_once(':')
                .and_then(|(code, count)| Some((code, count.trim().parse::<u32>().ok()?)))
                .filter(|(code, count)| !code.trim().is_empty() && *count > 0);
            match part {
                Some((code, count)) if parts.insert(spelling::component(code), count).is_none() => {}
                _ => self.fault(column, Reason::NoParts { found: entry.into() }),
            }
        }
        parts
    }
}

/// `2026-08-31` and nothing else: jiff alone would also take times and other spellings.
pub fn iso_date(text: &str) -> Option<Date> {
    let plain = text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    text.parse().ok().filter(|_| plain)
}

fn is_epc_length(bytes: usize) -> bool {
    bytes >= 12 && bytes.is_multiple_of(2)
}

/// Lower case without ё, for comparing words.
pub fn fold(text: &str) -> String {
    text.to_lowercase().replace('ё', "е")
}

/// The digit that should stand at the end, if these are 13 digits of which the last is wrong.
fn wrong_check_digit(text: &str) -> Option<char> {
    if text.len() != 13 || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let sum: u32 = text
        .bytes()
        .take(12)
        .enumerate()
        .map(|(place, b)| u32::from(b - b'0') * if place % 2 == 0 { 1 } else { 3 })
        .sum();
    let expected = char::from_digit((10 - sum % 10) % 10, 10)?;
    (!text.ends_with(expected)).then_some(expected)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digits() {
        assert_eq!(wrong_check_digit("2900000000018"), None);
        assert_eq!(wrong_check_digit("2900000000019"), Some('8'));
        assert_eq!(
            wrong_check_digit("ПОЛКА-7"),
            None,
            "another kind of code has none"
        );
    }

    #[test]
    fn dates_are_iso_and_real() {
        assert!(iso_date("2026-02-28").is_some());
        for text in [
            "2026-02-29",
            "28.02.2026",
            "2026-2-28",
            "20260228",
            "2026-02-28T10:00",
        ] {
            assert!(iso_date(text).is_none(), "{text}");
        }
    }
}
