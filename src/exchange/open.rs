//! Files from disk: which of a folder are ours, what a single file is.
//!
//! Knows: paths, sizes, how a file is recognised. Must not know: what its rows mean.

use super::accounting;
use super::fault::Fault;
use super::plan::KINDS;
use super::reason::Reason;
use super::table;
use super::unit::Kind;
use smol_str::SmolStr;
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// Largest file that is read; a century of the sample's history is a tenth of it.
pub const MAX_FILE_MIB: u64 = 64;

/// What a file was recognised as.
#[derive(Clone, Copy, Debug)]
pub enum Content {
    Known(&'static Kind),
    /// The turnover sheet of the accounts; shown, never taken.
    Accounting,
}

impl PartialEq for Content {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Content::Known(a), Content::Known(b)) => a.name == b.name,
            (Content::Accounting, Content::Accounting) => true,
            _ => false,
        }
    }
}

/// A file with its name and its bytes.
#[derive(Clone, Debug)]
pub struct Sheet {
    pub name: SmolStr,
    pub content: Content,
    pub bytes: Vec<u8>,
}

/// What lay at a path.
#[derive(Clone, Debug, Default)]
pub struct Opened {
    pub sheets: Vec<Sheet>,
    /// Names in the folder that are none of the eight.
    pub left_alone: Vec<SmolStr>,
}

/// Reads a folder (the eight known names) or one file (known by its name, or else by its headings).
///
/// An error is told to the person as it is; its line is 0, because it is about the file as a whole.
pub fn open(path: &Path) -> Result<Opened, Fault> {
    let unreadable = |error: std::io::Error| {
        whole(
            path,
            Reason::Unreadable {
                why: error.to_string(),
            },
        )
    };
    let mut opened = Opened::default();
    if !path.is_dir() {
        opened.sheets.push(recognise(path, read(path)?)?);
        return Ok(opened);
    }
    for entry in std::fs::read_dir(path).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let name = SmolStr::new(entry.file_name().to_string_lossy());
        match by_name(&name).filter(|_| entry.path().is_file()) {
            Some(kind) => opened.sheets.push(Sheet {
                content: Content::Known(kind),
                bytes: read(&entry.path())?,
                name,
            }),
            None => opened.left_alone.push(name),
        }
    }
    opened.left_alone.sort();
    if opened.sheets.is_empty() {
        return Err(whole(path, Reason::NoneOfOurs));
    }
    Ok(opened)
}

/// A file of known bytes, for data that does not lie on disk (the demo's, an upload).
pub fn sheet(name: &str, bytes: &[u8]) -> Result<Sheet, Fault> {
    recognise(Path::new(name), bytes.to_vec())
}

fn recognise(path: &Path, bytes: Vec<u8>) -> Result<Sheet, Fault> {
    let name = SmolStr::new(path.file_name().unwrap_or_default().to_string_lossy());
    let content = match by_name(&name).or_else(|| by_headings(&bytes)) {
        Some(kind) => Content::Known(kind),
        None if accounting::looks_like(&bytes) => Content::Accounting,
        None => return Err(whole(path, Reason::NoneOfOurs)),
    };
    Ok(Sheet { name, content, bytes })
}

fn by_name(name: &str) -> Option<&'static Kind> {
    let name = name.to_lowercase();
    let stem = name.strip_suffix(".csv")?;
    KINDS.into_iter().find(|kind| kind.name == stem)
}

/// The kind whose columns are exactly the headings of a file.
fn by_headings(bytes: &[u8]) -> Option<&'static Kind> {
    let headings = table::headings(bytes)?;
    let fits = |kind: &&Kind| {
        kind.columns.len() == headings.len()
            && kind
                .columns
                .iter()
                .all(|column| headings.iter().any(|heading| heading == column))
    };
    KINDS.into_iter().find(fits)
}

fn read(path: &Path) -> Result<Vec<u8>, Fault> {
    let unreadable = |error: std::io::Error| {
        whole(
            path,
            Reason::Unreadable {
                why: error.to_string(),
            },
        )
    };
    let most = MAX_FILE_MIB << 20;
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(unreadable)?;
    file.take(most + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > most {
        return Err(whole(path, Reason::TooLarge { mib: MAX_FILE_MIB }));
    }
    Ok(bytes)
}

fn whole(path: &Path, reason: Reason) -> Fault {
    Fault {
        file: SmolStr::new(path.display().to_string()),
        line: 0,
        column: SmolStr::default(),
        reason,
    }
}
