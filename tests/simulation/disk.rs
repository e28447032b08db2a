//! The centre's disk: in memory, watched, and sometimes failing.
//!
//! What the journal has truly synced is heard here, below everything that could pretend.

use formular::store::disk::{Disk, DiskFile, Held, Kind, MemoryDisk, Opening};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};

const EIO: i32 = 5;

/// What goes wrong with the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// One call fails.
    Once,
    /// Every call from then on.
    ForEver,
    /// The power goes.
    Cut,
}

#[derive(Debug, Default)]
struct State {
    calls: u64,
    /// What happens, and at which call.
    trouble: Option<(Trouble, u64)>,
    /// A call failed because of it.
    failed: bool,
    /// How the power cut left the disk.
    left: Option<MemoryDisk>,
    cut_seed: u64,
    /// Syncs of the journal say that all is well and do nothing: a planted bug.
    lies: bool,
    /// Written to the journal and not synced.
    pending: Vec<u8>,
    /// Synced by the journal and not yet taken by the watcher.
    durable: Vec<u8>,
}

/// A clone is the same disk.
#[derive(Clone, Debug)]
pub struct SimDisk {
    pub memory: MemoryDisk,
    state: Arc<Mutex<State>>,
}

impl SimDisk {
    pub fn new(memory: MemoryDisk, lies: bool) -> Self {
        let state = State {
            lies,
            ..State::default()
        };
        Self {
            memory,
            state: Arc::new(Mutex::new(state)),
        }
    }

    pub fn shared(&self) -> Arc<dyn Disk> {
        Arc::new(self.clone())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("nobody panicked with it")
    }

    /// Something goes wrong at the `after`th call from now.
    pub fn trouble(&self, trouble: Trouble, after: u64, cut_seed: u64) {
        let mut state = self.state();
        state.trouble = Some((trouble, state.calls + after));
        state.cut_seed = cut_seed;
    }

    /// All is well again. True if anything had failed meanwhile.
    pub fn mend(&self) -> bool {
        let mut state = self.state();
        state.trouble = None;
        std::mem::take(&mut state.failed)
    }

    pub fn has_failed(&self) -> bool {
        self.state().failed
    }

    /// The disk as the power cut left it, if there was one.
    pub fn left(&self) -> Option<MemoryDisk> {
        self.state().left.take()
    }

    /// Whether so little room is left that a line may not fit.
    pub fn memory_is_full(&self) -> bool {
        self.memory
            .free_bytes(Path::new("/"))
            .is_ok_and(|free| free < 1 << 20)
    }

    /// The bytes that the journal made durable since the last call.
    pub fn take_durable(&self) -> Vec<u8> {
        std::mem::take(&mut self.state().durable)
    }

    /// The process is gone: nobody will sync what it wrote.
    pub fn forget_pending(&self) {
        let mut state = self.state();
        state.pending.clear();
        state.durable.clear();
    }

    fn call(&self) -> io::Result<()> {
        let mut state = self.state();
        state.calls += 1;
        let Some((trouble, at)) = state.trouble else {
            return Ok(());
        };
        let fails = match trouble {
            Trouble::Once => state.calls == at,
            Trouble::ForEver | Trouble::Cut => state.calls >= at,
        };
        if !fails {
            return Ok(());
        }
        state.failed = true;
        if trouble == Trouble::Cut && state.left.is_none() {
            state.left = Some(self.memory.cut(state.cut_seed));
        }
        Err(io::Error::from_raw_os_error(EIO))
    }
}

impl Disk for SimDisk {
    fn open(&self, path: &Path, opening: Opening) -> io::Result<Box<dyn DiskFile>> {
        self.call()?;
        let journal = path.parent().is_some_and(|folder| folder.ends_with("journal"))
            && path.extension().is_some_and(|ending| ending == "jsonl");
        Ok(Box::new(SimFile {
            file: self.memory.open(path, opening)?,
            disk: self.clone(),
            journal,
        }))
    }

    fn create_folder(&self, path: &Path) -> io::Result<()> {
        self.call()?;
        self.memory.create_folder(path)
    }

    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        self.call()?;
        self.memory.sync_folder(folder)
    }

    fn names(&self, folder: &Path) -> io::Result<Vec<String>> {
        self.call()?;
        self.memory.names(folder)
    }

    fn kind(&self, path: &Path) -> io::Result<Option<Kind>> {
        self.call()?;
        self.memory.kind(path)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.call()?;
        self.memory.rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.call()?;
        self.memory.remove(path)
    }

    fn remove_folder(&self, path: &Path) -> io::Result<()> {
        self.call()?;
        self.memory.remove_folder(path)
    }

    fn check_writable(&self, folder: &Path) -> io::Result<()> {
        self.call()?;
        self.memory.check_writable(folder)
    }

    fn free_bytes(&self, path: &Path) -> io::Result<u64> {
        self.call()?;
        self.memory.free_bytes(path)
    }

    fn lock(&self, path: &Path) -> io::Result<Option<Box<dyn Held>>> {
        self.call()?;
        self.memory.lock(path)
    }
}

#[derive(Debug)]
struct SimFile {
    file: Box<dyn DiskFile>,
    disk: SimDisk,
    journal: bool,
}

impl SimFile {
    fn sync(&self, sync: impl FnOnce(&dyn DiskFile) -> io::Result<()>) -> io::Result<()> {
        self.disk.call()?;
        if self.journal && self.disk.state().lies {
            return Ok(());
        }
        sync(&*self.file)?;
        if self.journal {
            let mut state = self.disk.state();
            let written = std::mem::take(&mut state.pending);
            state.durable.extend(written);
        }
        Ok(())
    }
}

impl DiskFile for SimFile {
    fn read_at(&self, into: &mut [u8], offset: u64) -> io::Result<usize> {
        self.disk.call()?;
        self.file.read_at(into, offset)
    }

    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        self.disk.call()?;
        self.file.write_at(bytes, offset)?;
        // Room for lines to come says nothing.
        let blank = bytes.iter().all(|byte| *byte == b' ');
        if self.journal && !blank {
            self.disk.state().pending.extend_from_slice(bytes);
        }
        Ok(())
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.disk.call()?;
        if self.journal {
            // Only a tail that was not answered for is ever cut.
            self.disk.state().pending.clear();
        }
        self.file.set_len(len)
    }

    fn sync_data(&self) -> io::Result<()> {
        self.sync(|file| file.sync_data())
    }

    fn sync_all(&self) -> io::Result<()> {
        self.sync(|file| file.sync_all())
    }

    fn reserve(&self, bytes: u64) -> io::Result<()> {
        self.disk.call()?;
        self.file.reserve(bytes)
    }

    fn has_name(&self) -> io::Result<bool> {
        self.disk.call()?;
        self.file.has_name()
    }
}

/// Where the data folder lies on it.
pub fn folder() -> PathBuf {
    PathBuf::from("/centre")
}
