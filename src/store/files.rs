//! Every call of the store to the file system stands here, so that one place says what is durable when.
//!
//! Knows: files, folders, syncs. Must not know: lines, events, tags.
//!
//! A name is durable once its folder is synced; content once the file is. Nothing here retries a failed sync.

use rustix::fs::{Access, FallocateFlags, access, fallocate, statvfs};
use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::{DirBuilderExt, FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// Mode of what only the daemon may read.
pub const PRIVATE: u32 = 0o600;
/// Mode of what anybody of the group may read.
pub const SHARED: u32 = 0o640;

/// A file that only grows, except that an unacknowledged tail may be cut.
#[derive(Debug)]
pub struct LogFile {
    file: File,
    path: PathBuf,
}

impl LogFile {
    /// Creates an empty file; its name and its emptiness are durable when this returns.
    pub fn create(path: &Path) -> io::Result<Self> {
        let file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(SHARED)
            .open(path)?;
        file.sync_all()?;
        sync_folder_of(path)?;
        Ok(Self {
            file,
            path: path.to_owned(),
        })
    }

    pub fn open(path: &Path) -> io::Result<Self> {
        Ok(Self {
            file: OpenOptions::new().write(true).open(path)?,
            path: path.to_owned(),
        })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Not durable before [`LogFile::sync_data`].
    pub fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        self.file.write_all_at(bytes, offset)
    }

    pub fn cut(&self, len: u64) -> io::Result<()> {
        self.file.set_len(len)
    }

    pub fn sync_data(&self) -> io::Result<()> {
        self.file.sync_data()
    }

    pub fn sync_all(&self) -> io::Result<()> {
        self.file.sync_all()
    }
}

/// A file that is read at places, and may grow meanwhile.
#[derive(Debug)]
pub struct ReadFile(File);

impl ReadFile {
    pub fn open(path: &Path) -> io::Result<Self> {
        Ok(Self(File::open(path)?))
    }

    /// Reads at most `into.len()` bytes; fewer only at the end of the file.
    pub fn read_at(&self, into: &mut [u8], offset: u64) -> io::Result<usize> {
        let mut done = 0;
        while let Some(rest) = into.get_mut(done..).filter(|rest| !rest.is_empty()) {
            let at = offset.saturating_add(done as u64);
            match self.0.read_at(rest, at) {
                Ok(0) => break,
                Ok(n) => done += n,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(done)
    }

    /// The file from `offset` on, as a stream.
    pub fn from(self, offset: u64) -> ReadOn {
        ReadOn { file: self, offset }
    }
}

/// A file that is read on from a place.
#[derive(Debug)]
pub struct ReadOn {
    file: ReadFile,
    offset: u64,
}

impl Read for ReadOn {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let n = self.file.read_at(into, self.offset)?;
        self.offset = self.offset.saturating_add(n as u64);
        Ok(n)
    }
}

/// A lock that the system releases when the process ends, however it ends.
#[derive(Debug)]
pub struct Lock(#[expect(dead_code, reason = "held, not used: dropping it releases the lock")] File);

/// What became of the wish for the lock.
pub enum Locked {
    Ours(Lock),
    Others,
}

pub fn lock(path: &Path) -> io::Result<Locked> {
    let file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(PRIVATE)
        .open(path)?;
    match file.try_lock() {
        Ok(()) => Ok(Locked::Ours(Lock(file))),
        Err(TryLockError::WouldBlock) => Ok(Locked::Others),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// Creates a folder with its parents, readable by owner and group; durable when this returns.
pub fn create_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o750).create(path)?;
    sync_folder_of(path)
}

/// Names of a folder's entries; names that are no UTF-8 are none of ours and left out.
pub fn names(folder: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        if let Ok(name) = entry?.file_name().into_string() {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

pub fn exists(path: &Path) -> io::Result<bool> {
    path.try_exists()
}

pub fn is_folder(path: &Path) -> bool {
    path.is_dir()
}

/// Fails if the folder cannot be written, by its mode or because its disk is read-only.
pub fn check_writable(folder: &Path) -> io::Result<()> {
    Ok(access(folder, Access::WRITE_OK | Access::EXEC_OK)?)
}

/// Bytes that this process may still write on the disk of `path`.
pub fn free_bytes(path: &Path) -> io::Result<u64> {
    let stat = statvfs(path)?;
    Ok(stat.f_bavail.saturating_mul(stat.f_frsize))
}

/// A small file as a whole; none if there is no such file, an error above `most` bytes.
pub fn read_small(path: &Path, most: u64) -> io::Result<Option<Vec<u8>>> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut bytes = Vec::new();
    file.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        return Err(io::Error::new(
            ErrorKind::FileTooLarge,
            format!("larger than {most} bytes"),
        ));
    }
    Ok(Some(bytes))
}

/// Puts `bytes` in the place of a file: readers see the old or the new content, and so does a power cut.
pub fn replace(path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let temporary = path.with_file_name(name);
    remove(&temporary)?;
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(mode)
        .open(&temporary)?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    if let Err(error) = written {
        // The old file still stands; a leftover would only take room on a disk that is perhaps full.
        remove(&temporary)?;
        return Err(error);
    }
    std::fs::rename(&temporary, path)?;
    sync_folder_of(path)
}

/// Copies the end of a file, from `offset` on, into a new one; durable when this returns.
pub fn copy_tail(from: &Path, offset: u64, to: &Path) -> io::Result<u64> {
    let mut source = ReadFile::open(from)?.from(offset);
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(SHARED)
        .open(to)?;
    let copied = io::copy(&mut source, &mut file)?;
    file.sync_all()?;
    sync_folder_of(to)?;
    Ok(copied)
}

/// Takes up `bytes` of real room on the disk.
pub fn reserve(path: &Path, bytes: u64) -> io::Result<()> {
    let file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(PRIVATE)
        .open(path)?;
    let taken = match fallocate(&file, FallocateFlags::empty(), 0, bytes) {
        Ok(()) => file.sync_all(),
        Err(error) => Err(error.into()),
    };
    if taken.is_err() {
        remove(path)?;
    }
    taken
}

/// Removes a file; that it was not there is no error.
pub fn remove(path: &Path) -> io::Result<bool> {
    match std::fs::remove_file(path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Removes a folder with all that is in it, or a file in its place; that there is nothing is no error.
pub fn remove_folder(path: &Path) -> io::Result<()> {
    match std::fs::remove_dir_all(path) {
        Err(error) if error.kind() == ErrorKind::NotADirectory => remove(path).map(|_| ()),
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

pub fn rename(from: &Path, to: &Path) -> io::Result<()> {
    std::fs::rename(from, to)?;
    sync_folder_of(to)
}

/// Makes the names in a folder durable.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

pub fn sync_folder_of(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(parent) if parent.as_os_str().is_empty() => sync_folder(Path::new(".")),
        Some(parent) => sync_folder(parent),
        None => Ok(()),
    }
}

/// No room: the disk, the quota or the limit of file sizes. Another error of a write is fatal.
pub fn is_no_space(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge
    )
}
