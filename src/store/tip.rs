//! The tip of the journal: its last file, where lines are written over blanks that were put there beforehand.
//!
//! Knows: where the next byte goes, room, one write and one fdatasync. Must not know: what a line says.
//!
//! The blanks are durable before they are needed, so that the file system has nothing to note down but the line
//! itself: fdatasync then takes one write of the disk instead of several.
//!
//! After a failed fdatasync nobody knows what the disk holds: the tip is poisoned and takes nothing more until a
//! restart. A full disk is different: the write's tail is cut off again and the journal stands as before.

use super::disk::Disk;
use super::error::{Doing, Error, Result};
use super::files::{self, LogFile};
use super::record::ROOM;
use std::io;
use std::path::PathBuf;

/// Where the journal is written. All lengths are bytes.
#[derive(Debug, Default)]
pub(super) struct Tip {
    /// None before the first event.
    file: Option<LogFile>,
    /// Where the next line goes.
    len: u64,
    /// Length of the file with its room; never less than `len`.
    end: u64,
    poisoned: bool,
}

impl Tip {
    /// A file with lines up to `len` and room up to `end`.
    pub(super) fn of(file: LogFile, len: u64, end: u64) -> Self {
        Self {
            file: Some(file),
            len,
            end,
            poisoned: false,
        }
    }

    /// True after a failed write or sync.
    pub(super) fn is_poisoned(&self) -> bool {
        self.poisoned
    }

    /// True if there is no file yet, or the file has reached `most`.
    pub(super) fn is_to_start(&self, most: u64) -> bool {
        self.file.is_none() || self.len >= most
    }

    /// Goes on in a new, empty file.
    pub(super) fn start(&mut self, disk: &dyn Disk, path: PathBuf) -> Result<()> {
        // Only the last file may have room: else its blanks would stand in the midst of the journal.
        self.take_room_back()?;
        match LogFile::create(disk, &path) {
            Ok(file) => {
                *self = Self::of(file, 0, 0);
                Ok(())
            }
            Err(error) if files::is_no_space(&error) => {
                // The name may be there and not durable; without it the journal stands as before.
                files::remove(disk, &path).doing("remove", path)?;
                Err(Error::NoSpace)
            }
            Err(error) => self.firm(Err(error).doing("create", path)),
        }
    }

    /// Makes the bytes durable behind what is there.
    ///
    /// # Errors
    /// [`Error::NoSpace`] leaves everything as it was; after any other the tip is poisoned.
    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.put(bytes, self.len)?;
        let named = self.has_name();
        self.firm(named)?;
        self.len = self.len.saturating_add(bytes.len() as u64);
        self.end = self.end.max(self.len);
        Ok(())
    }

    /// True if less than a quarter of `room` is left in a file that will take more lines.
    pub(super) fn wants_room(&self, room: u64, most: u64) -> bool {
        !self.poisoned && !self.is_to_start(most) && self.end.saturating_sub(self.len) <= room / 4
    }

    /// Puts blanks for the next lines; where there is no place for them, lines are just appended.
    pub(super) fn make_room(&mut self, room: u64) -> Result<()> {
        let end = self.len.saturating_add(room);
        let blanks = vec![ROOM; usize::try_from(end.saturating_sub(self.end)).unwrap_or(0)];
        match self.put(&blanks, self.end) {
            Err(Error::NoSpace) => Ok(()),
            Err(error) => Err(error),
            Ok(()) => {
                self.end = end;
                Ok(())
            }
        }
    }

    /// Leaves the file with lines and nothing else.
    pub(super) fn take_room_back(&mut self) -> Result<()> {
        let (Some(file), true) = (&self.file, self.end > self.len) else {
            return Ok(());
        };
        let cut = synced(file, file.cut(self.len).and_then(|()| file.sync_all()));
        self.firm(cut)?;
        self.end = self.len;
        Ok(())
    }

    fn put(&mut self, bytes: &[u8], at: u64) -> Result<()> {
        let Some(file) = &self.file else {
            return Err(Error::Poisoned);
        };
        let done = match file.write_at(bytes, at) {
            Ok(()) => synced(file, file.sync_data()),
            Err(error) => {
                self.end = at;
                match file.cut(at) {
                    Ok(()) if files::is_no_space(&error) => Err(Error::NoSpace),
                    _ => Err(error).doing("write", file.path()),
                }
            }
        };
        self.firm(done)
    }

    /// Costs a hundredth of the sync, and is the only sign that somebody has deleted the folder under us.
    fn has_name(&self) -> Result<()> {
        let Some(file) = &self.file else {
            return Err(Error::Poisoned);
        };
        match file.has_name().doing("look at", file.path())? {
            true => Ok(()),
            false => Err(Error::Removed {
                path: file.path().to_owned(),
            }),
        }
    }

    /// Every failure but a full disk is the last.
    fn firm(&mut self, done: Result<()>) -> Result<()> {
        self.poisoned |= matches!(&done, Err(error) if !matches!(error, Error::NoSpace));
        done
    }
}

fn synced(file: &LogFile, done: io::Result<()>) -> Result<()> {
    done.map_err(|source| Error::Fsync {
        path: file.path().to_owned(),
        source,
    })
}
