//! Serial lines: the only file that names `serialport`.
//!
//! Knows: opening exclusively, reading with a deadline. Must not know: protocols, profiles' names, what else is plugged in.

use super::port::{Port, Trouble};
use crate::profile::{DataBits, Flow, Line, Parity, StopBits};
use rustix::{
    fs::{Mode, OFlags, major},
    io::Errno,
    termios::{ioctl_tiocnxcl, isatty},
};
use serialport::{ErrorKind, SerialPort, TTYPort};
use std::{
    fs, io,
    io::{Read, Write},
    ops::RangeInclusive,
    os::{fd::OwnedFd, unix::fs::MetadataExt},
    path::Path,
    time::Duration,
};

/// Longest wait for a command to leave; a reader that takes no byte for so long is not listening.
const WRITE_WAIT: Duration = Duration::from_millis(200);

/// Device numbers of the slave ends of pseudo-terminals on Linux.
const PTY_MAJORS: RangeInclusive<u32> = 136..=143;

struct Serial {
    tty: TTYPort,
    wait: Duration,
    /// Number of the device behind the path when it was opened.
    device: u64,
}

/// Opens a line for this program alone.
///
/// Bytes that wait in it are kept: what was sent while nobody listened may be whole frames.
pub fn open(path: &Path, line: &Line) -> Result<Box<dyn Port>, Trouble> {
    let door = knock(path)?;
    let device = fs::metadata(path).map_err(|e| Trouble::of(&e))?.rdev();
    let name = path
        .to_str()
        .ok_or(Trouble::Other("its path is not text".into()))?;
    let builder = serialport::new(name, line.baud)
        .data_bits(match line.data_bits {
            DataBits::Seven => serialport::DataBits::Seven,
            DataBits::Eight => serialport::DataBits::Eight,
        })
        .parity(match line.parity {
            Parity::None => serialport::Parity::None,
            Parity::Even => serialport::Parity::Even,
            Parity::Odd => serialport::Parity::Odd,
        })
        .stop_bits(match line.stop_bits {
            StopBits::One => serialport::StopBits::One,
            StopBits::Two => serialport::StopBits::Two,
        })
        .flow_control(match line.flow {
            Flow::None => serialport::FlowControl::None,
            Flow::Hardware => serialport::FlowControl::Hardware,
        })
        .exclusive(true);
    let mut tty = TTYPort::open(&builder).map_err(|e| trouble(&e))?;
    if PTY_MAJORS.contains(&major(device)) {
        // TIOCEXCL stays on a terminal until its last holder closes it, and the maker of a pseudo-terminal often holds
        // it too: a killed daemon could never come back. The file lock, which dies with its holder, is kept.
        let _ = ioctl_tiocnxcl(&door);
    }
    // A pseudo-terminal has no such lines, and some adapters do not wire them: wanted, not required.
    if let Some(dtr) = line.dtr {
        let _ = tty.write_data_terminal_ready(dtr);
    }
    if let Some(rts) = line.rts {
        let _ = tty.write_request_to_send(rts);
    }
    Ok(Box::new(Serial {
        tty,
        wait: Duration::ZERO,
        device,
    }))
}

/// Opens the path as the plain file that it is: the system then says exactly what is wrong with it.
///
/// Without waiting for a carrier, and without becoming the program's own terminal.
fn knock(path: &Path) -> Result<OwnedFd, Trouble> {
    let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let door = rustix::fs::open(path, flags, Mode::empty()).map_err(|errno| match errno {
        // The node outlives an unplugged device for a moment, a terminal its other end.
        Errno::IO | Errno::NODEV | Errno::NXIO => Trouble::Gone,
        Errno::ISDIR => Trouble::NotSerial,
        other => Trouble::of(&other.into()),
    })?;
    match isatty(&door) {
        true => Ok(door),
        false => Err(Trouble::NotSerial),
    }
}

fn trouble(error: &serialport::Error) -> Trouble {
    match error.kind() {
        // The crate says «no device» for a lock that another program holds.
        ErrorKind::NoDevice => Trouble::Busy,
        ErrorKind::Io(kind) => Trouble::of(&io::Error::from(kind)),
        ErrorKind::InvalidInput => Trouble::NotSerial,
        ErrorKind::Unknown => Trouble::Other(error.description.clone()),
    }
}

impl Serial {
    fn set_wait(&mut self, wait: Duration) -> Result<(), Trouble> {
        if self.wait != wait {
            self.tty
                .set_timeout(wait)
                .map_err(|e| Trouble::Other(e.to_string()))?;
            self.wait = wait;
        }
        Ok(())
    }
}

impl Port for Serial {
    fn read(&mut self, buffer: &mut [u8], wait: Duration) -> Result<usize, Trouble> {
        self.set_wait(wait)?;
        match self.tty.read(buffer) {
            // The other end hung up: a terminal that is there would have waited.
            Ok(0) => Err(Trouble::Gone),
            Ok(n) => Ok(n),
            Err(e) if matches!(e.kind(), io::ErrorKind::TimedOut | io::ErrorKind::Interrupted) => Ok(0),
            // EIO has no kind of its own; on an open line every error but silence means that the device went.
            Err(_) => Err(Trouble::Gone),
        }
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), Trouble> {
        self.set_wait(WRITE_WAIT)?;
        self.tty.write_all(bytes).map_err(|e| Trouble::of(&e))
    }

    fn is_still_at(&self, path: &Path) -> bool {
        // A path that is gone says nothing: udev may be renewing its links. The line itself tells when it dies.
        fs::metadata(path).map_or(true, |meta| meta.rdev() == self.device)
    }
}
