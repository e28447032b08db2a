//! Wakes when a device comes or goes: the folders of nodes are watched, and looked at now and then whatever they say.
//!
//! Knows: inotify. Must not know: what a node is.

use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    fs::inotify::{self, CreateFlags, WatchFlags},
};
use std::{
    fs,
    os::fd::OwnedFd,
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

/// Nodes of one device come one after another, and udev names and permits them a little later.
const SETTLE: Duration = Duration::from_millis(60);
/// Deepest folder below `/dev` that holds nodes: `bus/usb/001`.
const MAX_FOLDERS: usize = 64;

/// Folders under watch; without inotify only time wakes.
pub struct Watch {
    dev: PathBuf,
    fd: Option<OwnedFd>,
}

impl Watch {
    pub fn new(dev: &Path) -> Self {
        let fd = inotify::init(CreateFlags::CLOEXEC | CreateFlags::NONBLOCK);
        if let Err(error) = &fd {
            tracing::warn!(%error, "no inotify: readers are looked for by time alone");
        }
        let watch = Self {
            dev: dev.to_owned(),
            fd: fd.ok(),
        };
        watch.extend();
        watch
    }

    /// Waits until something changed, at most `wait`. False: only time went by.
    pub fn wait(&self, wait: Duration) -> bool {
        let Some(fd) = &self.fd else {
            thread::sleep(wait);
            return false;
        };
        let wait = Timespec::try_from(wait).ok();
        let changed = poll(&mut [PollFd::new(fd, PollFlags::IN)], wait.as_ref()).is_ok_and(|n| n > 0);
        if changed {
            thread::sleep(SETTLE);
            let mut buffer = [0; 4096];
            // What happened does not matter: everything is looked at again.
            while rustix::io::read(fd, &mut buffer).is_ok_and(|n| n > 0) {}
            self.extend();
        }
        changed
    }

    /// Watches the folders that are there; one that is watched already stays so.
    fn extend(&self) {
        let Some(fd) = &self.fd else { return };
        let mut folders = ["", "input", "formular", "bus/usb"]
            .map(|name| self.dev.join(name))
            .to_vec();
        let buses = fs::read_dir(self.dev.join("bus/usb"))
            .into_iter()
            .flatten()
            .flatten();
        folders.extend(buses.map(|bus| bus.path()).take(MAX_FOLDERS));
        let flags = WatchFlags::CREATE | WatchFlags::DELETE | WatchFlags::ATTRIB | WatchFlags::MOVED_TO;
        for folder in folders {
            // Not there yet: the folder above tells when it is.
            let _ = inotify::add_watch(fd, &folder, flags | WatchFlags::ONLYDIR);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_node_wakes_even_in_a_new_folder() {
        let dev = tempfile::tempdir().unwrap();
        let watch = Watch::new(dev.path());
        assert!(!watch.wait(Duration::ZERO));
        fs::write(dev.path().join("ttyUSB0"), "").unwrap();
        assert!(watch.wait(Duration::from_secs(20)));
        fs::create_dir(dev.path().join("input")).unwrap();
        assert!(watch.wait(Duration::from_secs(20)));
        fs::write(dev.path().join("input/event0"), "").unwrap();
        assert!(watch.wait(Duration::from_secs(20)));
        fs::remove_file(dev.path().join("ttyUSB0")).unwrap();
        assert!(watch.wait(Duration::from_secs(20)));
    }
}
