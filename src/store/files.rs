//! What the store does with files, made of the few calls of a [`Disk`], so that one place says what is durable when.
//!
//! Knows: files, folders, syncs. Must not know: lines, events, tags.
//!
//! A name is durable once its folder is synced; content once the file is. Nothing here retries a failed sync.

use super::disk::{Disk, DiskFile, Held, Kind, Opening};
use std::io::{self, ErrorKind, Read};
use std::ops::Range;
use std::path::{Path, PathBuf};

/// Mode of what only the daemon may read.
pub const PRIVATE: u32 = 0o600;
/// Mode of what anybody of the group may read.
pub const SHARED: u32 = 0o640;

/// Bytes that are copied at once.
const PIECE: usize = 64 << 10;

/// A file that only grows, except that an unacknowledged tail may be cut.
#[derive(Debug)]
pub struct LogFile {
    file: Box<dyn DiskFile>,
    path: PathBuf,
}

impl LogFile {
    /// Creates an empty file; its name and its emptiness are durable when this returns.
    pub fn create(disk: &dyn Disk, path: &Path) -> io::Result<Self> {
        let file = disk.open(path, Opening::Create { mode: SHARED })?;
        file.sync_all()?;
        sync_folder_of(disk, path)?;
        Ok(Self {
            file,
            path: path.to_owned(),
        })
    }

    pub fn open(disk: &dyn Disk, path: &Path) -> io::Result<Self> {
        Ok(Self {
            file: disk.open(path, Opening::Write)?,
            path: path.to_owned(),
        })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Not durable before [`LogFile::sync_data`].
    pub fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        self.file.write_at(bytes, offset)
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

    /// False when somebody has removed the file: what is written then is nowhere.
    pub fn has_name(&self) -> io::Result<bool> {
        self.file.has_name()
    }
}

/// A file that is read at places, and may grow meanwhile.
#[derive(Debug)]
pub struct ReadFile(Box<dyn DiskFile>);

impl ReadFile {
    pub fn open(disk: &dyn Disk, path: &Path) -> io::Result<Self> {
        Ok(Self(disk.open(path, Opening::Read)?))
    }

    /// Reads at most `into.len()` bytes; fewer only at the end of the file.
    pub fn read_at(&self, into: &mut [u8], offset: u64) -> io::Result<usize> {
        let mut done = 0;
        while let Some(rest) = into.get_mut(done..).filter(|rest| !rest.is_empty()) {
            match self.0.read_at(rest, offset.saturating_add(done as u64))? {
                0 => break,
                n => done += n,
            }
        }
        Ok(done)
    }

    /// What is read next comes from the disk and not out of memory, as far as the system can be told so.
    pub fn afresh(self) -> Self {
        self.0.read_afresh();
        self
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

/// Where the bytes of a file end, from `offset` on, if those at its end for which `blank` is true are left out.
pub fn written_until(disk: &dyn Disk, path: &Path, offset: u64, blank: fn(u8) -> bool) -> io::Result<u64> {
    let file = ReadFile::open(disk, path)?;
    let (mut at, mut end) = (offset, offset);
    let mut piece = vec![0; PIECE];
    loop {
        let read = file.read_at(&mut piece, at)?;
        let bytes = piece.get(..read).unwrap_or_default();
        if bytes.is_empty() {
            return Ok(end);
        }
        if let Some(last) = bytes.iter().rposition(|&byte| !blank(byte)) {
            end = at.saturating_add(last as u64 + 1);
        }
        at = at.saturating_add(read as u64);
    }
}

/// A lock that is released when it is dropped or the process ends, however it ends.
pub type Lock = Box<dyn Held>;

/// Creates a folder with its parents, readable by owner and group; durable when this returns.
pub fn create_folder(disk: &dyn Disk, path: &Path) -> io::Result<()> {
    disk.create_folder(path)?;
    sync_folder_of(disk, path)
}

/// Names of a folder's entries, sorted; names that are no UTF-8 are none of ours and left out.
pub fn names(disk: &dyn Disk, folder: &Path) -> io::Result<Vec<String>> {
    let mut names = disk.names(folder)?;
    names.sort();
    Ok(names)
}

pub fn exists(disk: &dyn Disk, path: &Path) -> io::Result<bool> {
    Ok(disk.kind(path)?.is_some())
}

pub fn is_folder(disk: &dyn Disk, path: &Path) -> io::Result<bool> {
    Ok(disk.kind(path)? == Some(Kind::Folder))
}

/// A small file as a whole; none if there is no such file, an error above `most` bytes.
pub fn read_small(disk: &dyn Disk, path: &Path, most: u64) -> io::Result<Option<Vec<u8>>> {
    let file = match ReadFile::open(disk, path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut bytes = Vec::new();
    file.from(0)
        .take(most.saturating_add(1))
        .read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        return Err(io::Error::new(
            ErrorKind::FileTooLarge,
            format!("larger than {most} bytes"),
        ));
    }
    Ok(Some(bytes))
}

/// Puts `bytes` in the place of a file: readers see the old or the new content, and so does a power cut.
pub fn replace(disk: &dyn Disk, path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let temporary = path.with_file_name(name);
    remove(disk, &temporary)?;
    let file = disk.open(&temporary, Opening::Create { mode })?;
    let written = file.write_at(bytes, 0).and_then(|()| file.sync_all());
    if let Err(error) = written {
        // The old file still stands; a leftover would only take room on a disk that is perhaps full. What is worth
        // telling is why the writing failed, not that the leftover stayed.
        let _ = remove(disk, &temporary);
        return Err(error);
    }
    disk.rename(&temporary, path)?;
    sync_folder_of(disk, path)
}

/// Copies a part of a file into a new one; durable when this returns. Gives the number of bytes.
pub fn copy_part(disk: &dyn Disk, from: &Path, part: Range<u64>, to: &Path) -> io::Result<u64> {
    let source = ReadFile::open(disk, from)?.from(part.start);
    let mut source = source.take(part.end.saturating_sub(part.start));
    let file = disk.open(to, Opening::Create { mode: SHARED })?;
    let mut piece = vec![0; PIECE];
    let mut copied = 0_u64;
    loop {
        let n = source.read(&mut piece)?;
        if n == 0 {
            break;
        }
        file.write_at(piece.get(..n).unwrap_or_default(), copied)?;
        copied = copied.saturating_add(n as u64);
    }
    file.sync_all()?;
    sync_folder_of(disk, to)?;
    Ok(copied)
}

/// Takes up `bytes` of real room on the disk.
pub fn reserve(disk: &dyn Disk, path: &Path, bytes: u64) -> io::Result<()> {
    let file = disk.open(path, Opening::WriteOrCreate { mode: PRIVATE })?;
    let taken = file.reserve(bytes).and_then(|()| file.sync_all());
    if taken.is_err() {
        remove(disk, path)?;
    }
    taken
}

/// Removes a file; that it was not there is no error.
pub fn remove(disk: &dyn Disk, path: &Path) -> io::Result<bool> {
    match disk.remove(path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Removes a folder with all that is in it, or a file in its place; that there is nothing is no error.
pub fn remove_folder(disk: &dyn Disk, path: &Path) -> io::Result<()> {
    match disk.remove_folder(path) {
        Err(error) if error.kind() == ErrorKind::NotADirectory => remove(disk, path).map(|_| ()),
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Gives a file or folder another name in its folder; durable when this returns.
pub fn rename(disk: &dyn Disk, from: &Path, to: &Path) -> io::Result<()> {
    disk.rename(from, to)?;
    sync_folder_of(disk, to)
}

pub fn sync_folder_of(disk: &dyn Disk, path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(parent) if parent.as_os_str().is_empty() => disk.sync_folder(Path::new(".")),
        Some(parent) => disk.sync_folder(parent),
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
