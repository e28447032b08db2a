//! A report as CSV, safe to open in an office program.
//!
//! Knows: separators, the byte order mark, cells that such a program would run as a formula.
//! Must not know: what the columns mean.

use super::{Report, Value};
use crate::exchange::formula::harmless;

/// How the file is to be read.
#[derive(Clone, Copy, Debug)]
pub struct Csv {
    /// A comma for programs, a semicolon for an office program in Russian.
    pub separator: u8,
    /// A byte order mark, by which an office program knows UTF-8.
    pub mark: bool,
}

impl Default for Csv {
    fn default() -> Self {
        Self {
            separator: b',',
            mark: false,
        }
    }
}

/// Keys of the columns as headings, then the rows. Dates and instants as in JSON.
pub fn csv(report: &Report, how: Csv) -> Result<Vec<u8>, String> {
    let bytes = if how.mark {
        "\u{feff}".as_bytes().to_vec()
    } else {
        Vec::new()
    };
    let mut writer = csv::WriterBuilder::new()
        .delimiter(how.separator)
        .from_writer(bytes);
    writer
        .write_record(report.columns.iter().map(|column| column.key))
        .map_err(|error| error.to_string())?;
    for row in &report.rows {
        writer
            .write_record(row.iter().map(cell))
            .map_err(|error| error.to_string())?;
    }
    writer.into_inner().map_err(|error| error.to_string())
}

fn cell(value: &Value) -> String {
    match value {
        Value::Empty => String::new(),
        Value::Text(text) => harmless(text).into_owned(),
        Value::Money(text) => text.clone(),
        Value::Count(count) => count.to_string(),
        Value::Date(date) => date.to_string(),
        Value::Moment(moment) => moment.to_string(),
    }
}
