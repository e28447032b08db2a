//! The disk as the store sees it: one trait through which every call to a file system goes.
//!
//! Knows: which calls there are and what each promises. Must not know: what the files are for.
//!
//! The product has one disk, [`RealDisk`]. The others are for rehearsing what a school cannot rehearse: a power cut
//! ([`MemoryDisk`]), a disk that is full or broken ([`FaultyDisk`]).

mod content;
mod dice;
mod faulty;
mod memory;
mod names;
mod real;

pub use content::Loss;
pub use dice::Dice;
pub use faulty::{Call, Calls, Fault, FaultyDisk, Which};
pub use memory::MemoryDisk;
pub use real::RealDisk;

use std::fmt::Debug;
use std::io;
use std::path::Path;

/// How a file is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opening {
    /// It must be there.
    Read,
    /// It must be there; its content stays.
    Write,
    /// It may be there; its content stays. With the mode of a new one.
    WriteOrCreate { mode: u32 },
    /// It must not be there.
    Create { mode: u32 },
}

/// What stands under a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    File,
    Folder,
}

/// A file system.
///
/// Nothing is durable by itself: content is after its file's sync, a name after the sync of its folder, and until
/// then either may be lost, whole or in parts and in any order.
pub trait Disk: Debug + Send + Sync {
    fn open(&self, path: &Path, opening: Opening) -> io::Result<Box<dyn DiskFile>>;
    /// With its parents, mode 0750; that it is there is no error.
    fn create_folder(&self, path: &Path) -> io::Result<()>;
    /// Makes the names in a folder durable.
    fn sync_folder(&self, folder: &Path) -> io::Result<()>;
    /// The names in a folder, in any order; such as are no UTF-8 are left out.
    fn names(&self, folder: &Path) -> io::Result<Vec<String>>;
    /// None if there is nothing under the name.
    fn kind(&self, path: &Path) -> io::Result<Option<Kind>>;
    /// Takes the place of what has the new name. Both names are in one folder.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    fn remove(&self, path: &Path) -> io::Result<()>;
    /// With all that is in it.
    fn remove_folder(&self, path: &Path) -> io::Result<()>;
    /// Fails if names in the folder cannot be made or changed.
    fn check_writable(&self, folder: &Path) -> io::Result<()>;
    /// Bytes that may still be written.
    fn free_bytes(&self, path: &Path) -> io::Result<u64>;
    /// Takes the lock of a file, which is made if it is not there; none if others have it.
    fn lock(&self, path: &Path) -> io::Result<Option<Box<dyn Held>>>;
    /// Whether those who go past this trait (sled, sockets) find the same files under the same paths.
    fn is_real(&self) -> bool {
        false
    }
}

/// An open file.
pub trait DiskFile: Debug + Send + Sync {
    /// Reads some bytes, at least one unless the file ends at `offset` or before.
    fn read_at(&self, into: &mut [u8], offset: u64) -> io::Result<usize>;
    /// Writes all bytes. After an error any of them may have been written.
    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<()>;
    fn set_len(&self, len: u64) -> io::Result<()>;
    /// Content and length are durable after this; a failure says nothing of what is, and must not be tried again.
    fn sync_data(&self) -> io::Result<()>;
    fn sync_all(&self) -> io::Result<()>;
    /// Takes up real room for so many bytes; what is not written reads as zeros.
    fn reserve(&self, bytes: u64) -> io::Result<()>;
    /// False when somebody has removed the file: what is written then is nowhere.
    fn has_name(&self) -> io::Result<bool>;
    /// What is read next comes from the disk and not out of memory, as far as the system can be told so.
    fn read_afresh(&self) {}
}

/// A lock; dropping it releases it, and so does the end of the process.
pub trait Held: Debug + Send + Sync {}
