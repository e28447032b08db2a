//! A table as text: cells, headings, lines. Reads strictly: what is not well formed is refused, with its place.
//!
//! Knows: UTF-8, separators, quotation marks, headings. Must not know: what any column means, the file system.
//! The quotation marks are judged here and not by a library, because libraries forgive a mark that is never
//! closed and thereby swallow the rest of a file.

use super::fault::Fault;
use super::formula::plain;
use super::reason::Reason;
use smol_str::SmolStr;
use std::borrow::Cow;

/// Most rows of a file; a centre's history grows by some thousands a year.
pub const MAX_ROWS: usize = 500_000;

/// Longest cell; the longest real one is a school's full name.
pub const MAX_CELL_CHARS: usize = 1000;

/// A row with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// From 1, counted in lines of the file.
    pub line: u64,
    pub cells: Vec<String>,
}

/// A file that is well formed: every row has a cell under each heading.
#[derive(Clone, Debug)]
pub struct Table {
    pub file: SmolStr,
    pub headings: Vec<String>,
    pub rows: Vec<Row>,
    /// Rows that are not well formed; they are not among `rows`.
    pub faults: Vec<Fault>,
}

impl Table {
    /// Reads a file whose headings must be exactly `columns`, in any order.
    ///
    /// Faults of single rows are kept in the table; faults that leave no table to speak of are the error.
    pub fn read(file: &str, bytes: &[u8], columns: &[&str]) -> Result<Table, Vec<Fault>> {
        let file = SmolStr::new(file);
        let fault = |line, column: &str, reason| Fault {
            file: file.clone(),
            line,
            column: SmolStr::new(column),
            reason,
        };
        let text = decode(bytes).map_err(|(line, reason)| vec![fault(line, "", reason)])?;
        let separator = separator(&text);
        let (rows, broken) = split(&text, separator);
        let mut rows = rows.into_iter().filter(|row| !row.is_blank());
        let Some(first) = rows.next() else {
            return Err(vec![match broken {
                Some((line, reason)) => fault(line, "", reason),
                None => fault(1, "", Reason::Empty),
            }]);
        };
        let headings: Vec<String> = first.cells.iter().map(|cell| cell.trim().to_owned()).collect();
        let mut wrong: Vec<Fault> = Vec::new();
        for (place, heading) in headings.iter().enumerate() {
            if !columns.contains(&heading.as_str()) {
                wrong.push(fault(first.line, heading, Reason::NoSuchColumn));
            } else if headings.iter().take(place).any(|earlier| earlier == heading) {
                wrong.push(fault(first.line, heading, Reason::ColumnTwice));
            }
        }
        for column in columns {
            if !headings.iter().any(|heading| heading == column) {
                wrong.push(fault(first.line, column, Reason::MissingColumn));
            }
        }
        if !wrong.is_empty() {
            return Err(wrong);
        }
        let mut table = Table {
            file: file.clone(),
            headings,
            rows: Vec::new(),
            faults: Vec::new(),
        };
        for row in rows {
            match table.check(&row) {
                None => table.rows.push(row),
                Some((column, reason)) => table.faults.push(fault(row.line, &column, reason)),
            }
        }
        if let Some((line, reason)) = broken {
            table.faults.push(fault(line, "", reason));
        }
        Ok(table)
    }

    /// The first thing wrong with the shape of a row.
    fn check(&self, row: &Row) -> Option<(String, Reason)> {
        if row.cells.len() != self.headings.len() {
            let (found, expected) = (row.cells.len(), self.headings.len());
            return Some((String::new(), Reason::CellCount { found, expected }));
        }
        for (heading, cell) in self.headings.iter().zip(&row.cells) {
            if cell.chars().any(char::is_control) {
                return Some((heading.clone(), Reason::Control));
            }
            if cell.chars().count() > MAX_CELL_CHARS {
                let chars = MAX_CELL_CHARS;
                return Some((heading.clone(), Reason::TooLong { chars }));
            }
        }
        None
    }

    /// The cell of a row under a heading; empty if there is no such heading.
    pub fn cell<'r>(&self, row: &'r Row, column: &str) -> &'r str {
        self.headings
            .iter()
            .position(|heading| heading == column)
            .and_then(|place| row.cells.get(place))
            .map_or("", |cell| plain(cell.trim()))
    }
}

impl Row {
    fn is_blank(&self) -> bool {
        self.cells.iter().all(|cell| cell.trim().is_empty()) && self.cells.len() <= 1
    }
}

/// The headings of a file, if it has any that can be read.
pub fn headings(bytes: &[u8]) -> Option<Vec<String>> {
    let first = bytes.split(|byte| *byte == b'\n').next()?;
    let text = decode(first).ok()?;
    let (rows, _) = split(&text, separator(&text));
    let row = rows.into_iter().next()?;
    Some(row.cells.iter().map(|cell| cell.trim().to_owned()).collect())
}

/// UTF-8 with or without a byte order mark; anything else with the line where it stops being that.
fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, (u64, Reason)> {
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        return Err((1, Reason::Utf16));
    }
    let bytes = bytes.strip_prefix(&[0xEF, 0xBB, 0xBF]).unwrap_or(bytes);
    std::str::from_utf8(bytes).map(Cow::Borrowed).map_err(|error| {
        let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
        let lines = before.iter().filter(|byte| **byte == b'\n').count() as u64;
        (lines + 1, Reason::NotUtf8)
    })
}

/// Comma or semicolon, whichever the heading line has more of.
fn separator(text: &str) -> char {
    let heading = text.lines().next().unwrap_or_default();
    let count = |c: char| heading.chars().filter(|found| *found == c).count();
    if count(';') > count(',') { ';' } else { ',' }
}

/// Cuts a text into rows by RFC 4180. Stops at the first broken quotation mark and says where.
///
/// After such a mark nobody can know where rows begin, so nothing after it is read. Nor are endless rows.
pub fn split(text: &str, separator: char) -> (Vec<Row>, Option<(u64, Reason)>) {
    #[derive(PartialEq)]
    enum In {
        Start,
        Plain,
        Quoted,
        Closed,
    }
    let mut rows = Vec::new();
    let (mut cells, mut cell, mut place) = (Vec::new(), String::new(), In::Start);
    let (mut line, mut row_line, mut quote_line) = (1u64, 1u64, 1u64);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let end_of_row = c == '\n' || (c == '\r' && chars.peek() == Some(&'\n'));
        match (&place, c) {
            (In::Quoted, '"') if chars.peek() == Some(&'"') => {
                chars.next();
                cell.push('"');
            }
            (In::Quoted, '"') => place = In::Closed,
            (In::Quoted, _) => {
                if c == '\n' {
                    line += 1;
                }
                cell.push(c);
            }
            (In::Start, '"') => {
                place = In::Quoted;
                quote_line = line;
            }
            (_, _) if c == separator => {
                cells.push(std::mem::take(&mut cell));
                place = In::Start;
            }
            (_, _) if end_of_row => {
                if c == '\r' {
                    chars.next();
                }
                cells.push(std::mem::take(&mut cell));
                rows.push(Row {
                    line: row_line,
                    cells: std::mem::take(&mut cells),
                });
                line += 1;
                row_line = line;
                place = In::Start;
                if rows.len() > MAX_ROWS {
                    return (rows, Some((line, Reason::TooManyRows { most: MAX_ROWS })));
                }
            }
            (In::Closed, _) => return (rows, Some((line, Reason::QuoteAfter))),
            (In::Plain, '"') => return (rows, Some((line, Reason::QuoteInside))),
            (In::Start | In::Plain, _) => {
                place = In::Plain;
                cell.push(c);
            }
        }
    }
    if place == In::Quoted {
        return (rows, Some((quote_line, Reason::QuoteOpen)));
    }
    if !cell.is_empty() || !cells.is_empty() || place == In::Closed {
        cells.push(cell);
        rows.push(Row {
            line: row_line,
            cells,
        });
    }
    (rows, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(text: &str) -> Vec<Vec<String>> {
        split(text, ',').0.into_iter().map(|row| row.cells).collect()
    }

    #[test]
    fn quotes_commas_and_line_ends() {
        assert_eq!(
            cells("a,b\r\n1,\"x, \"\"y\"\"\"\n"),
            [["a", "b"], ["1", "x, \"y\""]]
        );
        assert_eq!(cells("a,b\n1,"), [["a", "b"], ["1", ""]]);
        assert_eq!(split("a\n\"x\ny\"\nz", ',').0.last().unwrap().line, 4);
    }

    #[test]
    fn broken_quotes_have_a_place() {
        assert_eq!(split("a,b\n1,\"x\n2,y\n", ',').1, Some((2, Reason::QuoteOpen)));
        assert_eq!(split("a,b\n1,14\"\n", ',').1, Some((2, Reason::QuoteInside)));
        assert_eq!(split("a,b\n1,\"x\"y\n", ',').1, Some((2, Reason::QuoteAfter)));
    }

    #[test]
    fn headings_are_checked_by_name() {
        let wrong = Table::read("t.csv", b"a,c,a\n", &["a", "b"]).unwrap_err();
        let told: Vec<_> = wrong
            .iter()
            .map(|fault| (fault.column.as_str(), &fault.reason))
            .collect();
        assert_eq!(
            told,
            [
                ("c", &Reason::NoSuchColumn),
                ("a", &Reason::ColumnTwice),
                ("b", &Reason::MissingColumn)
            ]
        );
        let table = Table::read("t.csv", "\u{feff}b;a\n1;2\n".as_bytes(), &["a", "b"]).unwrap();
        assert_eq!(table.cell(&table.rows[0], "a"), "2");
    }

    #[test]
    fn encodings_are_named() {
        let cyrillic = [b"a\n1\n".as_slice(), &[0xCF, 0xF0, b'\n']].concat();
        let fault = Table::read("t.csv", &cyrillic, &["a"]).unwrap_err().remove(0);
        assert_eq!((fault.line, fault.reason), (3, Reason::NotUtf8));
        let fault = Table::read("t.csv", b"\xff\xfea\0", &["a"])
            .unwrap_err()
            .remove(0);
        assert_eq!(fault.reason, Reason::Utf16);
    }
}
