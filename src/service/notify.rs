//! What the service manager is told: that the desk is ready, how it is, that the clerk turns, that it stops.
//!
//! Knows: the datagrams of `sd_notify(3)`, and whose heart is listened to. Must not know: why anything is as it is.
//!
//! Written here and not taken from a crate: it is one datagram to one address.

use crate::view::{Health, ReaderState, ReaderView};
use std::ffi::OsStr;
use std::io;
use std::os::linux::net::SocketAddrExt;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::sync::Arc;
use std::time::Duration;

/// How the service manager is reached, if there is one.
#[derive(Debug)]
pub struct Notify {
    socket: UnixDatagram,
    manager: SocketAddr,
}

impl Notify {
    /// By the environment that the manager gives: `NOTIFY_SOCKET`. None: nobody wants to know.
    pub fn by_environment() -> Option<Self> {
        let name = std::env::var_os("NOTIFY_SOCKET")?;
        match Self::at(&name) {
            Ok(notify) => Some(notify),
            Err(error) => {
                tracing::warn!("the service manager cannot be told anything: {error}");
                None
            }
        }
    }

    /// `name` is a path, or an abstract name that begins with `@`.
    ///
    /// # Errors
    /// It is neither, or the system gives no socket.
    pub fn at(name: &OsStr) -> io::Result<Self> {
        let manager = match name.as_bytes() {
            [b'@', name @ ..] => SocketAddr::from_abstract_name(name)?,
            [b'/', ..] => SocketAddr::from_pathname(name)?,
            _ => {
                return Err(io::Error::new(
                    io::ErrorKind::InvalidInput,
                    "NOTIFY_SOCKET is no path",
                ));
            }
        };
        Ok(Self {
            socket: UnixDatagram::unbound()?,
            manager,
        })
    }

    /// The desk works: from here on it is a failure if it does not.
    pub fn ready(&self, status: &str) {
        self.tell(&format!("READY=1\nSTATUS={status}\n"));
    }

    pub fn stopping(&self) {
        self.tell("STOPPING=1\nSTATUS=The desk is being closed.\n");
    }

    /// One sentence for `systemctl status`.
    pub fn status(&self, status: &str) {
        self.tell(&format!("STATUS={status}\n"));
    }

    fn alive(&self) {
        self.tell("WATCHDOG=1\n");
    }

    fn tell(&self, message: &str) {
        if let Err(error) = self.socket.send_to_addr(message.as_bytes(), &self.manager) {
            tracing::debug!("the service manager did not hear {message:?}: {error}");
        }
    }
}

/// How often the manager must hear that the clerk turns, as it says itself (`WATCHDOG_USEC`).
pub fn watched() -> Option<Duration> {
    let number = |name: &str| std::env::var(name).ok()?.parse::<u64>().ok();
    let meant = number("WATCHDOG_PID").is_none_or(|pid| pid == u64::from(std::process::id()));
    number("WATCHDOG_USEC")
        .filter(|micros| meant && *micros > 0)
        .map(Duration::from_micros)
}

/// Tells the manager that the clerk turns, for as long as it does, and how the desk is whenever that changes.
///
/// `beats` counts the clerk's turns: a clerk that stands still is not spoken for, whatever else is alive. `term`: the
/// manager's patience. The thread ends with the program.
///
/// # Errors
/// The system gives no thread.
pub fn watch(
    notify: Arc<Notify>,
    term: Duration,
    beats: impl Fn() -> u64 + Send + 'static,
    status: impl Fn() -> String + Send + 'static,
) -> io::Result<()> {
    let look = move || {
        let mut heard = beats();
        let mut told = String::new();
        loop {
            std::thread::sleep(term / 4);
            let now = beats();
            if now != heard {
                heard = now;
                notify.alive();
            }
            let status = status();
            if status != told {
                notify.status(&status);
                told = status;
            }
        }
    };
    std::thread::Builder::new()
        .name("watchdog".into())
        .spawn(look)
        .map(drop)
}

/// How the desk is, in one sentence.
pub fn sentence(health: &Health, readers: &[ReaderView]) -> String {
    let state = match health {
        Health { stopped: true, .. } => "The desk has stopped: the disk refused a write",
        Health { low_space: true, .. } => "Only returns are taken: too little space on the disk",
        Health {
            clock_doubtful: true, ..
        } => "The desk works; its clock is not believed",
        Health {
            rebuilding: Some(_), ..
        } => "The desk works; the index is being rebuilt",
        _ => "The desk works",
    };
    let work = readers
        .iter()
        .filter(|reader| reader.state == ReaderState::Works)
        .count();
    match readers.len() {
        0 => format!("{state}; no reader is attached."),
        all => format!("{state}; readers: {work} of {all} work."),
    }
}
