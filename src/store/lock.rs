//! The data folder: ours alone while we write, of a version we know, on a disk that takes writes.
//!
//! Knows: `<data>/format` and `<data>/lock`. Must not know: what the other files mean.

use super::disk::{Disk, RealDisk};
use super::error::{Doing, Error, Result};
use super::files;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Version of the data folder that this program writes, and the newest that it opens.
pub const FORMAT: u64 = 1;

/// Free bytes without which no new data folder is begun, in bytes.
pub const ROOM_TO_BEGIN: u64 = 64 << 20;

/// A data folder that is locked for writing. The lock goes with the last clone, or with the process.
#[derive(Clone, Debug)]
pub struct DataFolder {
    disk: Arc<dyn Disk>,
    path: PathBuf,
    _lock: Arc<files::Lock>,
}

impl DataFolder {
    /// Opens a data folder, or begins one where there is none. On an error nothing in it was changed.
    pub fn open(path: impl Into<PathBuf>) -> Result<Self> {
        Self::on(RealDisk::shared(), path)
    }

    /// The same on any disk.
    pub fn on(disk: Arc<dyn Disk>, path: impl Into<PathBuf>) -> Result<Self> {
        let path = path.into();
        let staging = path.join(super::restore::STAGING);
        if let Ok(Some(_)) = disk.kind(&staging) {
            return Err(Error::Unfinished { folder: path });
        }
        Self::to_restore(disk, path)
    }

    /// For a restore, which may find what one before it left.
    pub(super) fn to_restore(disk: Arc<dyn Disk>, path: impl Into<PathBuf>) -> Result<Self> {
        let path = path.into();
        let at = &*disk;
        let known = if files::exists(at, &path).map_err(|error| not_writable(at, &path, error))? {
            check_format(at, &path)?
        } else {
            false
        };
        if !known {
            check_room(at, &path)?;
        }
        if !files::is_folder(at, &path).map_err(|error| not_writable(at, &path, error))? {
            files::create_folder(at, &path).map_err(|error| not_writable(at, &path, error))?;
        }
        at.check_writable(&path)
            .map_err(|error| not_writable(at, &path, error))?;
        let lock = match at.lock(&path.join("lock")) {
            Ok(Some(lock)) => lock,
            Ok(None) => return Err(Error::InUse { folder: path }),
            Err(error) => return Err(not_writable(at, &path, error)),
        };
        // Somebody may have begun the folder between the first look and the lock.
        if !check_format(at, &path)? {
            let format = path.join("format");
            files::replace(at, &format, format!("{FORMAT}\n").as_bytes(), files::SHARED)
                .doing("write", format)?;
        }
        let journal = super::segment::folder(&path);
        if !files::is_folder(at, &journal).doing("look at", &journal)? {
            files::create_folder(at, &journal).doing("create", journal)?;
        }
        Ok(Self {
            disk,
            path,
            _lock: Arc::new(lock),
        })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The file that holds room for returns on a full disk.
    pub(super) fn reserve(&self) -> PathBuf {
        self.path.join("reserve")
    }

    /// The disk that the folder is on.
    pub fn disk(&self) -> &Arc<dyn Disk> {
        &self.disk
    }
}

/// Whether a folder can be read as a data folder; for those who only read. Takes no lock.
pub fn check_readable(disk: &dyn Disk, path: &Path) -> Result<()> {
    if !files::exists(disk, path).doing("look at", path)? {
        return Err(Error::NoFolder {
            folder: path.to_owned(),
        });
    }
    if check_format(disk, path)? {
        return Ok(());
    }
    Err(Error::NoFolder {
        folder: path.to_owned(),
    })
}

/// False if the folder has no version yet; an error if it is of another than ours.
fn check_format(disk: &dyn Disk, folder: &Path) -> Result<bool> {
    if !files::is_folder(disk, folder).doing("look at", folder)? {
        return Err(Error::NotAFolder {
            folder: folder.to_owned(),
        });
    }
    let path = folder.join("format");
    let Some(bytes) = files::read_small(disk, &path, 64).doing("read", &path)? else {
        return Ok(false);
    };
    let text = String::from_utf8_lossy(&bytes);
    match text.trim().parse::<u64>() {
        Ok(FORMAT) => Ok(true),
        Ok(found) if found > FORMAT => Err(Error::NewerFolder {
            folder: folder.to_owned(),
            found,
            known: FORMAT,
        }),
        _ => Err(Error::Damaged {
            path,
            what: format!(
                "the version of the data folder should stand here, not «{}»; restore a backup or an export into a new folder",
                text.trim().escape_debug()
            ),
        }),
    }
}

fn check_room(disk: &dyn Disk, path: &Path) -> Result<()> {
    let existing = path
        .ancestors()
        .find(|path| files::exists(disk, path).unwrap_or(false));
    let existing = existing.unwrap_or(Path::new("."));
    let free = disk.free_bytes(existing).doing("look at the disk of", path)?;
    if free < ROOM_TO_BEGIN {
        return Err(Error::Full {
            folder: path.to_owned(),
            free,
            needed: ROOM_TO_BEGIN,
        });
    }
    Ok(())
}

fn not_writable(disk: &dyn Disk, path: &Path, source: std::io::Error) -> Error {
    match source.kind() {
        ErrorKind::NotADirectory => Error::NotAFolder {
            folder: path.to_owned(),
        },
        _ if files::is_no_space(&source) => Error::Full {
            folder: path.to_owned(),
            free: disk.free_bytes(path).unwrap_or(0),
            needed: ROOM_TO_BEGIN,
        },
        _ => Error::NotWritable {
            folder: path.to_owned(),
            source,
        },
    }
}
