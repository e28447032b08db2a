//! A disk that fails when it is told to: once or for ever, at one call or at a kind of call.
//!
//! Knows: the numbers of calls. Must not know: what they are for.

use super::names::hold;
use super::{Disk, DiskFile, Held, Kind, Opening};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

/// A kind of call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Call {
    Open,
    Create,
    Read,
    Write,
    SetLen,
    SyncData,
    SyncAll,
    Reserve,
    HasName,
    CreateFolder,
    SyncFolder,
    Names,
    Kind,
    Rename,
    Remove,
    RemoveFolder,
    CheckWritable,
    FreeBytes,
    Lock,
}

impl Call {
    /// Changes something on the disk, or promises that it is there.
    pub fn writes(self) -> bool {
        !matches!(
            self,
            Self::Open
                | Self::Read
                | Self::HasName
                | Self::Names
                | Self::Kind
                | Self::CheckWritable
                | Self::FreeBytes
        )
    }
}

/// Which calls fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// The one with this number, counted from 0.
    Nth(usize),
    /// That one and every later one.
    From(usize),
    /// That one and every later one that writes.
    WritesFrom(usize),
    /// Every one of a kind.
    Every(Call),
}

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    pub which: Which,
    /// The system's number of the error: `EIO` is 5, `ENOSPC` 28, `EROFS` 30.
    pub errno: i32,
}

/// The calls that were made, in order.
pub type Calls = Vec<(Call, PathBuf)>;

/// Another disk, with faults. Clones are the same disk.
#[derive(Clone, Debug)]
pub struct FaultyDisk {
    inner: Arc<dyn Disk>,
    plan: Arc<Mutex<Plan>>,
}

#[derive(Debug, Default)]
struct Plan {
    calls: Calls,
    fault: Option<Fault>,
    /// Calls that failed.
    failed: Calls,
    /// Syncs of files answer without having been passed on.
    lies: bool,
}

impl FaultyDisk {
    /// Faultless until it is told otherwise.
    pub fn over(inner: Arc<dyn Disk>) -> Self {
        Self {
            inner,
            plan: Arc::default(),
        }
    }

    pub fn shared(&self) -> Arc<dyn Disk> {
        Arc::new(self.clone())
    }

    /// Sets what fails from now on; none: nothing does.
    pub fn fail(&self, fault: Option<Fault>) {
        hold(&self.plan).fault = fault;
    }

    /// From now on the syncs of files' data do nothing and say that all is well, as some drives do.
    pub fn lie_about_syncs(&self) {
        hold(&self.plan).lies = true;
    }

    /// How many calls there were.
    pub fn count(&self) -> usize {
        hold(&self.plan).calls.len()
    }

    pub fn calls(&self) -> Calls {
        hold(&self.plan).calls.clone()
    }

    /// The calls that failed because they were told to.
    pub fn failed(&self) -> Calls {
        hold(&self.plan).failed.clone()
    }

    fn call(&self, call: Call, path: &Path) -> io::Result<()> {
        let mut plan = hold(&self.plan);
        let number = plan.calls.len();
        plan.calls.push((call, path.to_owned()));
        let Some(fault) = plan.fault else { return Ok(()) };
        let fails = match fault.which {
            Which::Nth(n) => number == n,
            Which::From(n) => number >= n,
            Which::WritesFrom(n) => number >= n && call.writes(),
            Which::Every(kind) => call == kind,
        };
        if !fails {
            return Ok(());
        }
        plan.failed.push((call, path.to_owned()));
        Err(io::Error::from_raw_os_error(fault.errno))
    }
}

impl Disk for FaultyDisk {
    fn open(&self, path: &Path, opening: Opening) -> io::Result<Box<dyn DiskFile>> {
        let call = match opening {
            Opening::Read | Opening::Write => Call::Open,
            Opening::Create { .. } | Opening::WriteOrCreate { .. } => Call::Create,
        };
        self.call(call, path)?;
        Ok(Box::new(FaultyFile {
            inner: self.inner.open(path, opening)?,
            disk: self.clone(),
            path: path.to_owned(),
        }))
    }

    fn create_folder(&self, path: &Path) -> io::Result<()> {
        self.call(Call::CreateFolder, path)?;
        self.inner.create_folder(path)
    }

    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        self.call(Call::SyncFolder, folder)?;
        self.inner.sync_folder(folder)
    }

    fn names(&self, folder: &Path) -> io::Result<Vec<String>> {
        self.call(Call::Names, folder)?;
        self.inner.names(folder)
    }

    fn kind(&self, path: &Path) -> io::Result<Option<Kind>> {
        self.call(Call::Kind, path)?;
        self.inner.kind(path)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.call(Call::Rename, to)?;
        self.inner.rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.call(Call::Remove, path)?;
        self.inner.remove(path)
    }

    fn remove_folder(&self, path: &Path) -> io::Result<()> {
        self.call(Call::RemoveFolder, path)?;
        self.inner.remove_folder(path)
    }

    fn check_writable(&self, folder: &Path) -> io::Result<()> {
        self.call(Call::CheckWritable, folder)?;
        self.inner.check_writable(folder)
    }

    fn free_bytes(&self, path: &Path) -> io::Result<u64> {
        self.call(Call::FreeBytes, path)?;
        self.inner.free_bytes(path)
    }

    fn lock(&self, path: &Path) -> io::Result<Option<Box<dyn Held>>> {
        self.call(Call::Lock, path)?;
        self.inner.lock(path)
    }

    fn is_real(&self) -> bool {
        self.inner.is_real()
    }
}

#[derive(Debug)]
struct FaultyFile {
    inner: Box<dyn DiskFile>,
    disk: FaultyDisk,
    path: PathBuf,
}

impl FaultyFile {
    fn sync(&self, call: Call, sync: impl FnOnce() -> io::Result<()>) -> io::Result<()> {
        self.disk.call(call, &self.path)?;
        match hold(&self.disk.plan).lies {
            true => Ok(()),
            false => sync(),
        }
    }
}

impl DiskFile for FaultyFile {
    fn read_afresh(&self) {
        self.inner.read_afresh();
    }

    fn read_at(&self, into: &mut [u8], offset: u64) -> io::Result<usize> {
        self.disk.call(Call::Read, &self.path)?;
        self.inner.read_at(into, offset)
    }

    /// A write that fails may have written something: here it is the first half.
    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        if let Err(error) = self.disk.call(Call::Write, &self.path) {
            let half = bytes.get(..bytes.len() / 2).unwrap_or_default();
            self.inner.write_at(half, offset)?;
            return Err(error);
        }
        self.inner.write_at(bytes, offset)
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.disk.call(Call::SetLen, &self.path)?;
        self.inner.set_len(len)
    }

    fn sync_data(&self) -> io::Result<()> {
        self.sync(Call::SyncData, || self.inner.sync_data())
    }

    fn sync_all(&self) -> io::Result<()> {
        self.sync(Call::SyncAll, || self.inner.sync_all())
    }

    fn reserve(&self, bytes: u64) -> io::Result<()> {
        self.disk.call(Call::Reserve, &self.path)?;
        self.inner.reserve(bytes)
    }

    fn has_name(&self) -> io::Result<bool> {
        self.disk.call(Call::HasName, &self.path)?;
        self.inner.has_name()
    }
}
