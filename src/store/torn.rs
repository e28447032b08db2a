//! What an interrupted write leaves at the journal's end, and how it is set aside.
//!
//! Knows: how bytes are moved durably. Must not know: how lines are written, who proves what was acknowledged.

use super::error::{Doing, LineAt, Result};
use super::files::{self, LogFile};
use super::lock::DataFolder;
use super::record::is_room;
use super::scan::Tail;
use super::segment;
use crate::clock::Moment;
use crate::ledger::Seq;
use std::path::{Path, PathBuf};

/// What an interrupted write left behind, and where it was put.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Torn {
    /// The first broken line.
    pub at: LineAt,
    pub reason: String,
    /// First sequence of the batch that was cut; it had never been acknowledged.
    pub batch: Seq,
    /// The file that has the cut bytes now.
    pub kept: PathBuf,
    pub bytes: u64,
}

/// Moves the bytes of a broken batch out of the journal. They are copied, durably, before they are cut.
pub(super) fn set_aside(data: &DataFolder, folder: &Path, tail: Tail, now: Moment) -> Result<Torn> {
    let disk = &**data.disk();
    let path = segment::path(folder, tail.start.file);
    let name = format!("torn-{}", now.local().strftime("%Y-%m-%dT%H-%M-%S"));
    let taken = files::names(disk, folder).doing("list", folder)?;
    let kept = (1..)
        .map(|n| {
            if n == 1 {
                name.clone()
            } else {
                format!("{name}-{n}")
            }
        })
        .find(|name| !taken.contains(name))
        .unwrap_or(name);
    let kept = folder.join(kept);
    // Room behind it is nothing to keep, and on a full disk there may be no place for it.
    let start = tail.start.offset;
    let end = files::written_until(disk, &path, start, is_room).doing("read", &path)?;
    let copy = || files::copy_part(disk, &path, start..end, &kept);
    let bytes = match copy() {
        // The reserve is for moments like this.
        Err(error) if files::is_no_space(&error) => files::remove(disk, &kept)
            .and_then(|_| files::remove(disk, &data.reserve()))
            .and_then(|_| copy()),
        done => done,
    };
    let bytes = bytes.doing("set aside the end of", &path)?;
    LogFile::open(disk, &path)
        .and_then(|file| {
            file.cut(start)?;
            file.sync_all()
        })
        .doing("cut", path)?;
    Ok(Torn {
        at: tail.at,
        reason: tail.reason,
        batch: tail.batch,
        kept,
        bytes,
    })
}
