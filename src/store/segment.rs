//! The files of a journal: named by the sequence of their first event, `000000000001.jsonl`.
//!
//! Knows: names, order. Must not know: what stands in the files.

use super::disk::Disk;
use super::error::{Doing, Result};
use super::files;
use crate::ledger::Seq;
use std::path::{Path, PathBuf};

/// Where a line stands: its file, by the file's first sequence, and the offset of its first byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub file: Seq,
    pub offset: u64,
}

/// The folder of the journal in a data folder.
pub fn folder(data: &Path) -> PathBuf {
    data.join("journal")
}

pub fn path(folder: &Path, first: Seq) -> PathBuf {
    folder.join(format!("{first:012}.jsonl"))
}

/// First sequences of the journal's files, ascending. Other names (`torn-…`) are left alone.
pub fn list(disk: &dyn Disk, folder: &Path) -> Result<Vec<Seq>> {
    let mut firsts: Vec<Seq> = files::names(disk, folder)
        .doing("list", folder)?
        .iter()
        .filter_map(|name| first_of(name))
        .collect();
    firsts.sort_unstable();
    Ok(firsts)
}

fn first_of(name: &str) -> Option<Seq> {
    let digits = name.strip_suffix(".jsonl")?;
    let plain = digits.len() >= 12 && digits.bytes().all(|b| b.is_ascii_digit());
    if plain { digits.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_numbers_are_files_of_the_journal() {
        assert_eq!(first_of("000000000001.jsonl"), Some(1));
        assert_eq!(first_of("1234567890123.jsonl"), Some(1_234_567_890_123));
        for other in [
            "torn-2026-09-01T09-00-00",
            "1.jsonl",
            "000000000001.jsonl~",
            "+00000000001.jsonl",
        ] {
            assert_eq!(first_of(other), None, "{other}");
        }
    }
}
