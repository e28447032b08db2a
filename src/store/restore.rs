//! A journal back out of an export, into an empty folder: the same lines, the same head, or nothing.
//!
//! Knows: how a data folder begins. Must not know: what the events mean.

use super::clean::CleanMark;
use super::disk::{Disk, RealDisk};
use super::error::{Doing, Error, Result};
use super::files::{self, LogFile};
use super::journal::Limits;
use super::lock::DataFolder;
use super::record::Head;
use super::segment;
use super::verify::{Verdict, Verifier};
use crate::ledger::Seq;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The journal while it is being restored. A folder that has it is no data folder yet.
pub(super) const STAGING: &str = "journal.restoring";

/// What became of a restore.
#[derive(Debug)]
pub enum Restored {
    Done(Head),
    /// The export is not right; nothing was restored and the folder is as empty as before.
    Bad(Verdict),
}

/// Restores an export into `data`, which must be empty or not there.
///
/// The lines are checked while they are written into `journal.restoring`; only a whole journal gets its name.
pub fn restore(name: &Path, export: impl Read, data: &Path) -> Result<Restored> {
    restore_on(&RealDisk::shared(), name, export, data)
}

/// The same on any disk.
pub fn restore_on(disk: &Arc<dyn Disk>, name: &Path, export: impl Read, data: &Path) -> Result<Restored> {
    restore_with(disk, name, export, data, &[])
}

/// The same with small files that belong beside the journal and must be there before it is.
pub fn restore_with(
    disk: &Arc<dyn Disk>,
    name: &Path,
    export: impl Read,
    data: &Path,
    beside: &[(&str, &[u8])],
) -> Result<Restored> {
    check_empty(&**disk, data)?;
    let was_there = files::exists(&**disk, data).doing("look at", data)?;
    let folder = DataFolder::to_restore(disk.clone(), data)?;
    let restored = write_all(name, export, &folder, beside);
    if !matches!(restored, Ok(Restored::Done(_))) {
        clear(&**disk, data, was_there).doing("clear", data)?;
    }
    restored
}

fn write_all(
    name: &Path,
    export: impl Read,
    data: &DataFolder,
    beside: &[(&str, &[u8])],
) -> Result<Restored> {
    let staging = data.path().join(STAGING);
    files::create_folder(&**data.disk(), &staging).doing("create", &staging)?;
    let mut verifier = Verifier::default();
    let mut out = Out {
        disk: data.disk().clone(),
        folder: staging.clone(),
        limit: Limits::default().file,
        file: None,
        len: 0,
        bytes: Vec::new(),
    };
    let bad = verifier.take(name, export, |line, bytes| {
        out.bytes.extend_from_slice(bytes);
        match line.more {
            true => Ok(()),
            false => out.write_batch(line.entry.batch),
        }
    })?;
    let verdict = match bad {
        Some(bad) => bad,
        None => verifier.finish(),
    };
    let Verdict::Ok(head) = verdict else {
        return Ok(Restored::Bad(verdict));
    };
    out.close()?;
    for (name, bytes) in beside {
        let path = data.path().join(name);
        files::replace(&**data.disk(), &path, bytes, files::PRIVATE).doing("write", path)?;
    }
    let journal = segment::folder(data.path());
    // The new journal's folder is empty; a rename may take its place.
    files::rename(&**data.disk(), &staging, &journal).doing("name", journal)?;
    CleanMark::of(data).set(head)?;
    Ok(Restored::Done(head))
}

/// Writes lines into files as the journal would have.
struct Out {
    disk: Arc<dyn Disk>,
    folder: PathBuf,
    limit: u64,
    file: Option<LogFile>,
    len: u64,
    bytes: Vec<u8>,
}

impl Out {
    fn write_batch(&mut self, first: Seq) -> Result<()> {
        if self.file.is_none() || self.len >= self.limit {
            self.close()?;
            let path = segment::path(&self.folder, first);
            self.file = Some(LogFile::create(&*self.disk, &path).doing("create", path)?);
            self.len = 0;
        }
        if let Some(file) = &self.file {
            file.write_at(&self.bytes, self.len).doing("write", file.path())?;
        }
        self.len = self.len.saturating_add(self.bytes.len() as u64);
        self.bytes.clear();
        Ok(())
    }

    fn close(&mut self) -> Result<()> {
        match self.file.take() {
            Some(file) => file.sync_all().doing("sync", file.path()),
            None => Ok(()),
        }
    }
}

fn check_empty(disk: &dyn Disk, data: &Path) -> Result<()> {
    if !files::exists(disk, data).doing("look at", data)? {
        return Ok(());
    }
    if files::is_folder(disk, data).doing("look at", data)? {
        let names = files::names(disk, data).doing("list", data)?;
        // What a restore left that was interrupted: nothing has been done with it, and it is begun anew.
        let journal = segment::folder(data);
        if names.iter().any(|name| name == STAGING)
            && segment::list(disk, &journal).is_ok_and(|files| files.is_empty())
        {
            return clear(disk, data, true).doing("clear", data);
        }
        if names.iter().any(|name| name != "lost+found") {
            return Err(Error::NotEmpty {
                folder: data.to_owned(),
            });
        }
    }
    Ok(())
}

/// Takes away what a failed restore has made, and nothing else: the folder had been empty.
fn clear(disk: &dyn Disk, data: &Path, was_there: bool) -> std::io::Result<()> {
    for name in [STAGING, "journal"] {
        files::remove_folder(disk, &data.join(name))?;
    }
    for name in ["format", "lock", "roster.json"] {
        files::remove(disk, &data.join(name))?;
    }
    if !was_there {
        files::remove_folder(disk, data)?;
    }
    Ok(())
}
