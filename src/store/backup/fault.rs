//! Why a copy did not come about, told so that a person knows what to do next.
//!
//! Knows: what the system's errors mean on a stick. Must not know: schedules, pages.

use crate::clock::Moment;
use crate::ledger::Seq;
use crate::store::error::Error;
use crate::store::files;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// A copy that was not made, or is not right. The data folder and every other copy stand as before.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    #[error("{}: there is no such folder; is the stick plugged in and mounted?", folder.display())]
    NoFolder { folder: PathBuf },
    #[error(
        "{}: not marked as a place for copies, so nothing is written there by itself (an empty mount point looks the same); mark it once: formular backup {} --mark",
        folder.display(), folder.display()
    )]
    NotMarked { folder: PathBuf },
    #[error("{}: no room for the copy: {} KiB are free, {} are needed", folder.display(), free >> 10, needed >> 10)]
    Full { folder: PathBuf, free: u64, needed: u64 },
    #[error("{}: cannot be written ({source}); is the stick locked, or mounted for somebody else?", folder.display())]
    ReadOnly {
        folder: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error("{}: went away while the copy was being written ({source}); was it pulled out?", folder.display())]
    Gone {
        folder: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error("{}: damaged: {what}", copy.display())]
    Damaged { copy: PathBuf, what: String },
    #[error("{}: made by a newer formular (version {found}, known {known}); use that one", copy.display())]
    Newer { copy: PathBuf, found: u64, known: u64 },
    #[error(
        "{fault}. Nothing was restored. The copy before it is good, up to event {seq}, made {made}: formular restore {} --data DIR",
        before.display()
    )]
    Offered {
        fault: Box<BackupError>,
        before: PathBuf,
        seq: Seq,
        made: Moment,
    },
    #[error("{}: no copy in it", folder.display())]
    NoCopy { folder: PathBuf },
    #[error("there is nothing to copy yet: the journal is empty")]
    Empty,
    /// The data folder itself could not be read, or restored into.
    #[error(transparent)]
    Data(#[from] Error),
    #[error("cannot {doing} {}: {source}", path.display())]
    Other {
        doing: &'static str,
        path: PathBuf,
        #[source]
        source: io::Error,
    },
}

impl BackupError {
    /// The stable name of the kind, for pages and metrics.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoFolder { .. } | Self::Gone { .. } => "gone",
            Self::NotMarked { .. } => "not_marked",
            Self::Full { .. } => "full",
            Self::ReadOnly { .. } => "read_only",
            Self::Damaged { .. } | Self::Offered { .. } | Self::Newer { .. } | Self::NoCopy { .. } => {
                "damaged"
            }
            Self::Empty | Self::Data(_) => "source",
            Self::Other { .. } => "other",
        }
    }
}

/// Says what an error of the system means for a copy below `folder`.
pub(super) fn on_the_way(
    folder: &Path,
    doing: &'static str,
    path: &Path,
    needed: u64,
) -> impl Fn(io::Error) -> BackupError {
    move |source| {
        let folder = folder.to_owned();
        match source.kind() {
            _ if files::is_no_space(&source) => BackupError::Full {
                folder,
                free: 0,
                needed,
            },
            ErrorKind::ReadOnlyFilesystem | ErrorKind::PermissionDenied => {
                BackupError::ReadOnly { folder, source }
            }
            ErrorKind::NotFound | ErrorKind::StaleNetworkFileHandle => BackupError::Gone { folder, source },
            _ if is_of_a_lost_device(&source) => BackupError::Gone { folder, source },
            _ => BackupError::Other {
                doing,
                path: path.to_owned(),
                source,
            },
        }
    }
}

/// What the kernel says of a stick that is no longer there: EIO, ENXIO, ENODEV.
fn is_of_a_lost_device(error: &io::Error) -> bool {
    use rustix::io::Errno;
    let lost = [Errno::IO, Errno::NXIO, Errno::NODEV];
    error
        .raw_os_error()
        .is_some_and(|code| lost.iter().any(|errno| errno.raw_os_error() == code))
}
