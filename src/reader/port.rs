//! What a reader's line must be able to do, and what can be wrong with it.
//!
//! Knows: bytes in, bytes out, troubles with their sentences. Must not know: which crate opens a device.

use crate::profile::Line;
use std::{io, path::Path, time::Duration};

/// An open line.
pub trait Port: Send {
    /// Waits at most `wait` for bytes; `Ok(0)` is silence, never the end.
    fn read(&mut self, buffer: &mut [u8], wait: Duration) -> Result<usize, Trouble>;
    /// Writes all, within a short deadline of its own.
    fn write(&mut self, bytes: &[u8]) -> Result<(), Trouble>;
    /// Whether `path` still leads to the device that was opened; a link may have been set to another one.
    fn is_still_at(&self, path: &Path) -> bool;
}

/// Opens a line by path: a serial device, or a script in tests.
pub trait Opener: Send + 'static {
    fn open(&mut self, path: &Path, line: &Line) -> Result<Box<dyn Port>, Trouble>;
}

impl<F> Opener for F
where
    F: FnMut(&Path, &Line) -> Result<Box<dyn Port>, Trouble> + Send + 'static,
{
    fn open(&mut self, path: &Path, line: &Line) -> Result<Box<dyn Port>, Trouble> {
        self(path, line)
    }
}

/// Why a line cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    #[error("no such device")]
    Absent,
    #[error("no permission to open it")]
    Denied,
    #[error("another program holds it")]
    Busy,
    #[error("not a serial line")]
    NotSerial,
    #[error("unplugged")]
    Gone,
    #[error("the path now leads to another device")]
    Moved,
    #[error("nobody answers on the network: {0}")]
    Silent(String),
    #[error("the connection ended")]
    Hung,
    #[error("{0}")]
    Other(String),
}

impl Trouble {
    /// What the system's error means for a line.
    pub fn of(error: &io::Error) -> Self {
        use io::ErrorKind as K;
        match error.kind() {
            K::NotFound => Trouble::Absent,
            K::PermissionDenied => Trouble::Denied,
            K::ResourceBusy => Trouble::Busy,
            K::BrokenPipe | K::UnexpectedEof | K::NotConnected | K::ConnectionAborted => Trouble::Gone,
            _ => Trouble::Other(error.to_string()),
        }
    }
}
