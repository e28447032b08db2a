//! Virtual readers: a pseudo-terminal stands at a stable path, and what a real reader would send is written into it.
//!
//! Knows: terminals, bytes. Must not know: which bytes make a tag (`encode`), who reads them.

use crate::capture::{Capture, What};
use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    fs::{Mode, OFlags, fcntl_getfl, fcntl_setfl, open},
    io::{Errno, read, write},
    pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt},
    termios::{OptionalActions, tcgetattr, tcsetattr},
};
use std::{
    ffi::OsString,
    fs, io,
    os::{fd::OwnedFd, unix::ffi::OsStringExt, unix::fs::symlink},
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

/// How long bytes may wait for somebody to read them before the presenting gives up.
const PATIENCE: Duration = Duration::from_secs(2);

/// A reader that is not there, at a path that is.
pub struct VirtualReader {
    link: PathBuf,
    line: Option<Line>,
}

/// One plugging-in: a terminal of its own, as a USB adapter gets a new number each time.
struct Line {
    master: OwnedFd,
    /// Held so that the terminal stays raw while nobody has it open; never read.
    _slave: OwnedFd,
}

impl VirtualReader {
    /// Makes a terminal and a link to it, which is replaced if it stands there already.
    ///
    /// # Errors
    /// If the system has no pseudo-terminals, or the link cannot be made.
    pub fn open(link: impl Into<PathBuf>) -> io::Result<Self> {
        let mut reader = Self {
            link: link.into(),
            line: None,
        };
        reader.plug()?;
        Ok(reader)
    }

    /// The path to attach a profile to; it stays the same through every re-plugging.
    pub fn path(&self) -> &Path {
        &self.link
    }

    pub fn is_plugged(&self) -> bool {
        self.line.is_some()
    }

    /// Plugs it in, with a new terminal behind the same path. Plugged in already: nothing happens.
    ///
    /// # Errors
    /// As [`VirtualReader::open`].
    pub fn plug(&mut self) -> io::Result<()> {
        if self.line.is_some() {
            return Ok(());
        }
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC)?;
        grantpt(&master)?;
        unlockpt(&master)?;
        let name = OsString::from_vec(ptsname(&master, Vec::new())?.into_bytes());
        let slave = open(
            &name,
            OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC,
            Mode::empty(),
        )?;
        // Raw from the start: a cooked terminal takes the 03 that ends a frame for an interrupt key.
        let mut settings = tcgetattr(&slave)?;
        settings.make_raw();
        tcsetattr(&slave, OptionalActions::Now, &settings)?;
        fcntl_setfl(&master, fcntl_getfl(&master)? | OFlags::NONBLOCK)?;
        // Made beside and renamed: the path never leads to nothing while it changes.
        let mut beside = self.link.clone().into_os_string();
        beside.push(".new");
        remove_link(Path::new(&beside))?;
        symlink(&name, &beside)?;
        fs::rename(&beside, &self.link)?;
        self.line = Some(Line {
            master,
            _slave: slave,
        });
        Ok(())
    }

    /// Pulls the plug: the line hangs up and the path leads nowhere. Bytes that nobody had read are gone.
    ///
    /// # Errors
    /// If the link cannot be removed.
    pub fn unplug(&mut self) -> io::Result<()> {
        self.line = None;
        remove_link(&self.link)
    }

    /// Sends bytes as the reader would; waits while the other side is busy.
    ///
    /// # Errors
    /// `NotConnected` if it is unplugged, `TimedOut` if nobody reads.
    pub fn present(&mut self, bytes: &[u8]) -> io::Result<()> {
        let Some(line) = &self.line else {
            return Err(io::Error::new(
                io::ErrorKind::NotConnected,
                "the virtual reader is unplugged",
            ));
        };
        let until = Instant::now() + PATIENCE;
        let mut rest = bytes;
        while !rest.is_empty() {
            match write(&line.master, rest) {
                Ok(n) => rest = rest.get(n..).unwrap_or_default(),
                Err(Errno::AGAIN) if Instant::now() < until => {
                    wait(&line.master, PollFlags::OUT, Duration::from_millis(20))?;
                }
                Err(Errno::AGAIN) => {
                    return Err(io::Error::new(
                        io::ErrorKind::TimedOut,
                        "nobody reads the virtual reader",
                    ));
                }
                Err(Errno::INTR) => {}
                Err(e) => return Err(e.into()),
            }
        }
        Ok(())
    }

    /// What was said to the reader since it was last asked.
    ///
    /// # Errors
    /// What the terminal says; being unplugged is no error.
    pub fn heard(&mut self) -> io::Result<Vec<u8>> {
        let mut heard = Vec::new();
        let Some(line) = &self.line else { return Ok(heard) };
        let mut buffer = [0; 512];
        loop {
            match read(&line.master, &mut buffer) {
                Ok(0) | Err(Errno::AGAIN) => return Ok(heard),
                Ok(n) => heard.extend_from_slice(buffer.get(..n).unwrap_or_default()),
                Err(Errno::INTR) => {}
                Err(e) => return Err(e.into()),
            }
        }
    }

    /// Plays what a capture received, unpluggings included, at `percent` of its own pauses (100: as it was).
    ///
    /// # Errors
    /// As [`VirtualReader::present`] and [`VirtualReader::plug`].
    pub fn replay(&mut self, capture: &Capture, percent: u32) -> io::Result<()> {
        let mut at_ms = 0;
        for step in &capture.steps {
            let pause = step.at_ms.saturating_sub(at_ms).saturating_mul(percent.into()) / 100;
            thread::sleep(Duration::from_millis(pause));
            at_ms = step.at_ms;
            match &step.what {
                What::Received(bytes) => self.present(bytes)?,
                What::Sent(_) => {}
                What::Unplug => self.unplug()?,
                What::Plug => self.plug()?,
            }
        }
        Ok(())
    }
}

impl Drop for VirtualReader {
    fn drop(&mut self) {
        // A link left behind leads nowhere and is replaced by the next.
        let _ = self.unplug();
    }
}

fn remove_link(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => Err(e),
        _ => Ok(()),
    }
}

fn wait(fd: &OwnedFd, flags: PollFlags, at_most: Duration) -> io::Result<()> {
    let at_most = Timespec::try_from(at_most).map_err(io::Error::other)?;
    match poll(&mut [PollFd::new(fd, flags)], Some(&at_most)) {
        Ok(_) | Err(Errno::INTR) => Ok(()),
        Err(e) => Err(e.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn bytes_come_out_as_they_went_in() {
        let folder = tempfile::tempdir().unwrap();
        let mut reader = VirtualReader::open(folder.path().join("tty")).unwrap();
        let all: Vec<u8> = (0..=255).collect();
        reader.present(&all).unwrap();
        let mut line = fs::File::open(reader.path()).unwrap();
        let mut got = vec![0; 256];
        line.read_exact(&mut got).unwrap();
        assert_eq!(got, all, "no byte is taken for a control key, and none is echoed");
        assert_eq!(reader.heard().unwrap(), b"");
    }

    #[test]
    fn the_path_outlives_the_plug() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tty");
        let mut reader = VirtualReader::open(&path).unwrap();
        let mut line = fs::File::open(&path).unwrap();
        reader.unplug().unwrap();
        assert!(!path.exists());
        assert_eq!(line.read(&mut [0; 8]).unwrap_or(0), 0, "the line hung up");
        assert_eq!(
            reader.present(b"x").unwrap_err().kind(),
            io::ErrorKind::NotConnected
        );
        reader.plug().unwrap();
        reader.present(b"y").unwrap();
        let mut byte = [0];
        fs::File::open(&path).unwrap().read_exact(&mut byte).unwrap();
        assert_eq!(&byte, b"y");
        drop(reader);
        assert!(fs::symlink_metadata(&path).is_err(), "it takes its link along");
    }
}
