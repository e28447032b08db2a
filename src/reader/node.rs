//! Device nodes that are read as files: opening without waiting, waiting with a deadline, what errors mean.
//!
//! Knows: files and their device numbers. Must not know: what comes out of them.

use super::port::Trouble;
use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    fs::{FileType, Mode, OFlags, fstat, open as open_file},
    io::Errno,
};
use std::{
    collections::VecDeque,
    fs, io,
    os::{
        fd::{BorrowedFd, OwnedFd},
        unix::fs::MetadataExt,
    },
    path::Path,
    time::Duration,
};

/// An open node.
pub struct Node {
    pub fd: OwnedFd,
    device: u64,
}

/// Which device an open node is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place(u64);

impl Node {
    pub fn place(&self) -> Place {
        Place(self.device)
    }
}

impl Place {
    /// The device's number, as the system's folder `/sys/dev/char` writes it.
    pub fn number(self) -> String {
        format!("{}:{}", rustix::fs::major(self.0), rustix::fs::minor(self.0))
    }

    /// Whether the path still leads to it. A path that is gone says nothing: udev may be renewing its links.
    pub fn is_still_at(self, path: &Path) -> bool {
        fs::metadata(path).map_or(true, |meta| meta.rdev() == self.0)
    }
}

/// Opens a character device, without waiting for anything.
pub fn open(path: &Path, flags: OFlags) -> Result<Node, Trouble> {
    let flags = flags | OFlags::NONBLOCK | OFlags::CLOEXEC | OFlags::NOCTTY;
    let fd = open_file(path, flags, Mode::empty()).map_err(|errno| match errno {
        Errno::ISDIR => not_a_device(),
        errno => trouble(&errno.into()),
    })?;
    let about = fstat(&fd).map_err(|errno| trouble(&errno.into()))?;
    if FileType::from_raw_mode(about.st_mode) != FileType::CharacterDevice {
        return Err(not_a_device());
    }
    let device = about.st_rdev;
    Ok(Node { fd, device })
}

fn not_a_device() -> Trouble {
    Trouble::Other("not a device".into())
}

/// Waits at most so long. False: nothing came.
pub fn wait(fd: BorrowedFd, at_most: Duration) -> io::Result<bool> {
    let at_most = Timespec::try_from(at_most).map_err(io::Error::other)?;
    match poll(&mut [PollFd::new(&fd, PollFlags::IN)], Some(&at_most)) {
        Ok(ready) => Ok(ready > 0),
        Err(Errno::INTR) => Ok(false),
        Err(errno) => Err(errno.into()),
    }
}

/// What the system's error means for an open node: a device that goes says so in three ways.
pub fn trouble(error: &io::Error) -> Trouble {
    match error.raw_os_error().map(Errno::from_raw_os_error) {
        Some(Errno::IO | Errno::NODEV | Errno::NXIO) => Trouble::Gone,
        _ => Trouble::of(error),
    }
}

/// Moves as many bytes as fit; how many there were.
pub fn pour(from: &mut VecDeque<u8>, into: &mut [u8]) -> usize {
    let count = from.len().min(into.len());
    for (place, byte) in into.iter_mut().zip(from.drain(..count)) {
        *place = byte;
    }
    count
}
