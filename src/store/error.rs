//! What can go wrong with a data folder, told so that a person knows what to do next.
//!
//! Knows: messages for the console and the log. Must not know: what the events meant.

use crate::ids::BadgeCode;
use std::io::{self, ErrorKind};
use std::{fmt, path::PathBuf};

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A failure of the store. Nothing was half taken: what was durable before still is.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("{}: the data folder is in use by another running formular; stop it or choose another --data", folder.display())]
    InUse { folder: PathBuf },
    #[error(
        "{}: the data folder has format {found}, this program knows up to {known}; use a newer formular. Nothing was touched",
        folder.display()
    )]
    NewerFolder { folder: PathBuf, found: u64, known: u64 },
    #[error("{}: {what}", path.display())]
    Damaged { path: PathBuf, what: String },
    #[error("{}: this is a file, and --data wants a folder", folder.display())]
    NotAFolder { folder: PathBuf },
    #[error("{}: there is no data folder here", folder.display())]
    NoFolder { folder: PathBuf },
    #[error("{}: the data folder is not empty; a journal is only restored into an empty one", folder.display())]
    NotEmpty { folder: PathBuf },
    #[error("{}: a restore into this folder was interrupted; nothing is in it yet. Restore again", folder.display())]
    Unfinished { folder: PathBuf },
    #[error("{}: cannot write into the data folder ({source}); check its owner and whether its disk is read-only", folder.display())]
    NotWritable {
        folder: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error("{}: only {} MiB are free, {} are needed; make room first", folder.display(), free >> 20, needed >> 20)]
    Full { folder: PathBuf, free: u64, needed: u64 },
    /// The write did not fit. Its tail was cut off again; the journal stands as before and takes smaller batches.
    #[error("the disk is full; the journal stands as before")]
    NoSpace,
    /// fdatasync failed: nobody knows what is on disk. Never retried; stop and start again.
    #[error("{}: the disk did not confirm the write ({source}); nothing more is accepted until a restart. Read the system's log: the disk may be failing", path.display())]
    Fsync {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error("{}: the file has been removed while it was written; nothing more is accepted. Stop, put the data folder back from a backup or an export, and start again", path.display())]
    Removed { path: PathBuf },
    #[error("the journal was closed by an earlier error of the disk; a restart is needed")]
    Poisoned,
    #[error(
        "{place}: {reason}. A line behind it, or a mark, shows that it had been written whole: this is damage, not an interrupted write. Nothing was changed; restore a backup or an export"
    )]
    Rot { place: LineAt, reason: String },
    #[error(
        "{place}: line of version {found}, this program knows up to {known}; use a newer formular. Nothing was touched"
    )]
    NewerLine { place: LineAt, found: u64, known: u64 },
    #[error(
        "{}: the journal ends at event {ends}, but event {acknowledged} had been acknowledged ({witness}). Nothing was changed; restore a backup or an export",
        folder.display()
    )]
    LostAcknowledged {
        folder: PathBuf,
        ends: u64,
        acknowledged: u64,
        witness: &'static str,
    },
    /// The clerk numbered events otherwise than the journal: a fault of the program. Nothing was written.
    #[error("event {seq} of batch {batch} was offered where event {expected} belongs")]
    Misnumbered { seq: u64, batch: u64, expected: u64 },
    #[error("this card belongs to {badge}; take it away there first")]
    CardTaken { badge: BadgeCode },
    /// Never fatal: the index is built anew from the journal.
    #[error("index: {0}")]
    Index(String),
    #[error("{what}: {source}")]
    Encode {
        what: &'static str,
        #[source]
        source: serde_json::Error,
    },
    #[error("cannot {doing} {}: {source}; {}", path.display(), remedy(source))]
    Io {
        doing: &'static str,
        path: PathBuf,
        #[source]
        source: io::Error,
    },
}

/// What a person can do about an error of the system.
fn remedy(error: &io::Error) -> &'static str {
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "make room on the disk",
        ErrorKind::FileTooLarge => "look at the file, then put it aside",
        ErrorKind::ReadOnlyFilesystem => "the disk is read-only: mount it for writing, then start again",
        ErrorKind::PermissionDenied => "check its owner and mode",
        ErrorKind::NotFound => "if the data folder was moved or removed, put it back and start again",
        _ => "the disk may be failing: read the system's log, and copy the data folder to another disk",
    }
}

/// A line of a file, counted from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineAt {
    pub file: PathBuf,
    pub line: u64,
}

impl fmt::Display for LineAt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file.display(), self.line)
    }
}

/// Puts the deed and the path to an error of the system.
pub(super) trait Doing<T> {
    fn doing(self, doing: &'static str, path: impl Into<PathBuf>) -> Result<T>;
}

impl<T> Doing<T> for io::Result<T> {
    fn doing(self, doing: &'static str, path: impl Into<PathBuf>) -> Result<T> {
        self.map_err(|source| Error::Io {
            doing,
            path: path.into(),
            source,
        })
    }
}
