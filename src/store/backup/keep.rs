//! Which copies may go: the last ones stay, and one of each month; the clock has no say.
//!
//! Knows: the order of events. Must not know: files.

use super::fault::{BackupError, on_the_way};
use super::make::Made;
use super::manifest::{Manifest, Occasion};
use super::place::{Listed, PART};
use crate::store::disk::Disk;
use crate::store::files;
use std::collections::BTreeSet;
use std::path::Path;

/// How many copies of the schedule stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keep {
    /// The newest by events, at least one.
    pub newest: usize,
    /// Beside them the last of each month, for so many months that have one.
    pub months: usize,
}

impl Keep {
    /// Names of the copies that may go, of copies in the order newest first.
    ///
    /// A month is that of the copy's last event by the journal's effective time, which never goes back. Months are
    /// counted, not measured from today: a clock that runs wild deletes nothing.
    fn too_many<'a>(&self, copies: impl Iterator<Item = (&'a str, &'a Manifest)>) -> Vec<&'a str> {
        let mut months = BTreeSet::new();
        let mut too_many = Vec::new();
        for (n, (name, manifest)) in copies.enumerate() {
            let day = manifest.until.unwrap_or(manifest.made).date();
            let of_new_month = months.len() < self.months && months.insert((day.year(), day.month()));
            if n >= self.newest.max(1) && !of_new_month {
                too_many.push(name);
            }
        }
        too_many
    }
}

/// Deletes what is too much, after a copy that is good. Only whole copies of this schedule and this journal count and
/// go; what was made by hand, of another journal, of a lost future, or cannot be read stays. Gives the names that went.
pub fn leftovers_of(
    made: &Made,
    keep: Keep,
    disk: &dyn Disk,
    folder: &Path,
) -> Result<Vec<String>, BackupError> {
    let ours = |copy: &Listed| match &copy.manifest {
        Ok(manifest) if manifest.occasion == Occasion::Schedule => made.of_this_journal.contains(&copy.name),
        _ => false,
    };
    let before = made
        .others
        .iter()
        .filter(|copy| ours(copy))
        .filter_map(|copy| Some((copy.name.as_str(), copy.manifest.as_ref().ok()?)));
    let all = std::iter::once((made.name.as_str(), &made.manifest)).chain(before);
    let mut gone = Vec::new();
    for name in keep.too_many(all).into_iter().filter(|name| *name != made.name) {
        // Renamed first: a copy that is half deleted must not look like one.
        let part = folder.join(format!("{name}{PART}"));
        files::rename(disk, &folder.join(name), &part).map_err(on_the_way(folder, "remove", &part, 0))?;
        files::remove_folder(disk, &part).map_err(on_the_way(folder, "remove", &part, 0))?;
        gone.push(name.to_owned());
    }
    Ok(gone)
}
