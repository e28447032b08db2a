//! A whole copy back into an empty folder: journal and roster, or nothing.
//!
//! Knows: which copy is meant, and that it is tried first. Must not know: how a data folder begins (see `restore`).

use super::check::{ROSTER, check};
use super::fault::BackupError;
use super::place::{Listed, find_newest};
use crate::store::disk::Disk;
use crate::store::error::Doing;
use crate::store::files::ReadFile;
use crate::store::record::Head;
use crate::store::restore::{Restored, restore_with};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A data folder that was restored.
#[derive(Debug)]
pub struct BroughtBack {
    /// The copy that it came from.
    pub from: PathBuf,
    pub head: Head,
    /// Whether cards came along.
    pub roster: bool,
}

/// Restores a copy, or the newest of a folder of copies, into `data`, which must be empty or not there.
///
/// # Errors
/// A damaged copy is said and not taken; where it is the newest of several, the next good one is named.
pub fn bring_back(
    from: &dyn Disk,
    path: &Path,
    to: &Arc<dyn Disk>,
    data: &Path,
) -> Result<BroughtBack, BackupError> {
    let (copy, before) = find_newest(from, path)?;
    let checked = check(from, &copy.path).map_err(|error| offer(from, error, &before))?;
    let journal = copy.path.join(super::check::JOURNAL);
    let file = ReadFile::open(from, &journal).doing("open", &journal)?;
    let beside: Vec<(&str, &[u8])> = checked
        .roster
        .iter()
        .map(|bytes| (ROSTER, bytes.as_slice()))
        .collect();
    match restore_with(to, &journal, file.from(0), data, &beside)? {
        Restored::Done(head) if head == checked.manifest.head => Ok(BroughtBack {
            from: copy.path,
            head,
            roster: checked.roster.is_some(),
        }),
        Restored::Done(head) => Err(BackupError::Damaged {
            copy: copy.path,
            what: format!("it changed while it was read and ends at event {} now", head.seq),
        }),
        Restored::Bad(verdict) => Err(BackupError::Damaged {
            copy: copy.path,
            what: verdict.to_string(),
        }),
    }
}

/// The newest is damaged: which of those before it is good?
fn offer(disk: &dyn Disk, error: BackupError, before: &[Listed]) -> BackupError {
    let good = before
        .iter()
        .find_map(|copy| Some((copy, check(disk, &copy.path).ok()?)));
    match good {
        Some((copy, checked)) => BackupError::Offered {
            fault: Box::new(error),
            before: copy.path.clone(),
            seq: checked.manifest.head.seq,
            made: checked.manifest.made,
        },
        None => error,
    }
}
