//! What is wrong with a row: which file, which line, which column, and why.
//!
//! Knows: places in files, how a place is told. Must not know: the reasons themselves, how files are read.

use super::reason::Reason;
use serde::ser::{Serialize, SerializeStruct, Serializer};
use smol_str::SmolStr;
use std::fmt;

/// A place in a file that was refused, and the reason. Shown to people as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub file: SmolStr,
    /// From 1; the line on which the row begins, headings included. 0 where the file as a whole is meant.
    pub line: u64,
    /// Heading of the column; empty where the row or the file as a whole is meant.
    pub column: SmolStr,
    pub reason: Reason,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if self.line > 0 {
            write!(f, ", line {}", self.line)?;
        }
        if !self.column.is_empty() {
            write!(f, ", column {}", self.column)?;
        }
        write!(f, ": {}", self.reason)
    }
}

impl Fault {
    /// The same in Russian, for pages.
    pub fn ru(&self) -> String {
        let column = if self.column.is_empty() {
            String::new()
        } else {
            format!(", столбец {}", self.column)
        };
        let line = match self.line {
            0 => String::new(),
            line => format!(", строка {line}"),
        };
        format!("{}{line}{column}: {}", self.file, self.reason.ru())
    }
}

/// As JSON: the place, and the reason in both languages.
impl Serialize for Fault {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fault = serializer.serialize_struct("Fault", 5)?;
        fault.serialize_field("file", &self.file)?;
        fault.serialize_field("line", &self.line)?;
        fault.serialize_field("column", &self.column)?;
        fault.serialize_field("reason", &self.reason.to_string())?;
        fault.serialize_field("reason_ru", &self.reason.ru())?;
        fault.end()
    }
}
