//! The data folder: ours alone while we write, of a version we know, on a disk that takes writes.
//!
//! Knows: `<data>/format` and `<data>/lock`. Must not know: what the other files mean.

use super::error::{Doing, Error, Result};
use super::files::{self, Locked};
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
    path: PathBuf,
    _lock: Arc<files::Lock>,
}

impl DataFolder {
    /// Opens a data folder, or begins one where there is none. On an error nothing in it was changed.
    pub fn open(path: impl Into<PathBuf>) -> Result<Self> {
        let path = path.into();
        let known = if files::exists(&path).map_err(|error| not_writable(&path, error))? {
            check_format(&path)?
        } else {
            false
        };
        if !known {
            check_room(&path)?;
        }
        if !files::is_folder(&path) {
            files::create_folder(&path).map_err(|error| not_writable(&path, error))?;
        }
        files::check_writable(&path).map_err(|error| not_writable(&path, error))?;
        let lock = match files::lock(&path.join("lock")) {
            Ok(Locked::Ours(lock)) => lock,
            Ok(Locked::Others) => return Err(Error::InUse { folder: path }),
            Err(error) => return Err(not_writable(&path, error)),
        };
        // Somebody may have begun the folder between the first look and the lock.
        if !check_format(&path)? {
            let format = path.join("format");
            files::replace(&format, format!("{FORMAT}\n").as_bytes(), files::SHARED)
                .doing("write", format)?;
        }
        let journal = super::segment::folder(&path);
        if !files::is_folder(&journal) {
            files::create_folder(&journal).doing("create", journal)?;
        }
        Ok(Self {
            path,
            _lock: Arc::new(lock),
        })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// Whether a folder can be read as a data folder; for those who only read. Takes no lock.
pub fn check_readable(path: &Path) -> Result<()> {
    if !files::exists(path).doing("look at", path)? {
        return Err(Error::NoFolder {
            folder: path.to_owned(),
        });
    }
    if check_format(path)? {
        return Ok(());
    }
    Err(Error::NoFolder {
        folder: path.to_owned(),
    })
}

/// False if the folder has no version yet; an error if it is of another than ours.
fn check_format(folder: &Path) -> Result<bool> {
    if !files::is_folder(folder) {
        return Err(Error::NotAFolder {
            folder: folder.to_owned(),
        });
    }
    let path = folder.join("format");
    let Some(bytes) = files::read_small(&path, 64).doing("read", &path)? else {
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
                "the version of the data folder should stand here, not «{}»",
                text.trim().escape_debug()
            ),
        }),
    }
}

fn check_room(path: &Path) -> Result<()> {
    let existing = path.ancestors().find(|path| files::exists(path).unwrap_or(false));
    let existing = existing.unwrap_or(Path::new("."));
    let free = files::free_bytes(existing).doing("look at the disk of", existing)?;
    if free < ROOM_TO_BEGIN {
        return Err(Error::Full {
            folder: path.to_owned(),
            free,
            needed: ROOM_TO_BEGIN,
        });
    }
    Ok(())
}

fn not_writable(path: &Path, source: std::io::Error) -> Error {
    match source.kind() {
        ErrorKind::NotADirectory => Error::NotAFolder {
            folder: path.to_owned(),
        },
        _ if files::is_no_space(&source) => Error::Full {
            folder: path.to_owned(),
            free: files::free_bytes(path).unwrap_or(0),
            needed: ROOM_TO_BEGIN,
        },
        _ => Error::NotWritable {
            folder: path.to_owned(),
            source,
        },
    }
}
