//! The bench on which devices are plugged in: the kernel's virtual host controller, and what udev makes of them.
//!
//! Knows: ports, nodes, links, who holds what open. Must not know: readers' protocols, lending.

use crate::usbip::{Engine, Model};
use std::fs;
use std::os::fd::AsRawFd;
use std::os::unix::fs::MetadataExt;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

const CONTROLLER: &str = "/sys/devices/platform/vhci_hcd.0";
/// Of the kernel's `usb_device_speed`: full, twelve megabits.
const FULL_SPEED: u8 = 2;
/// The guest may be as slow as an emulator on a loaded machine; nothing waits for it when all is well.
pub const PATIENCE: Duration = Duration::from_secs(60);
const LOOK: Duration = Duration::from_millis(20);

/// Asks again and again until there is an answer.
///
/// # Errors
/// What was waited for, when patience ends.
pub fn await_that<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> Result<T, String> {
    let began = Instant::now();
    loop {
        if let Some(answer) = ask() {
            return Ok(answer);
        }
        if began.elapsed() > PATIENCE {
            return Err(format!("waited {} s for {what}", PATIENCE.as_secs()));
        }
        std::thread::sleep(LOOK);
    }
}

/// A device in a port; pulled out when dropped.
pub struct Plugged {
    port: u8,
    pub engine: Engine,
    pub at: SystemTime,
}

/// Plugs a device into port 0 to 14.
pub fn plug(port: u8, model: Box<dyn Model>) -> Result<Plugged, String> {
    let said = |error: std::io::Error| format!("port {port}: {error}");
    let (ours, kernels) = UnixStream::pair().map_err(said)?;
    let engine = Engine::start(model, ours).map_err(said)?;
    let order = format!(
        "{port} {} {} {FULL_SPEED}",
        kernels.as_raw_fd(),
        u32::from(port) + 2
    );
    // What was in the port before may still be leaving.
    let at = await_that(&format!("port {port} to be free"), || {
        let at = SystemTime::now();
        fs::write(format!("{CONTROLLER}/attach"), &order)
            .ok()
            .map(|()| at)
    })?;
    Ok(Plugged { port, engine, at })
}

impl Plugged {
    pub fn pull(self) {}

    /// The folder of its interface in sysfs, once the kernel has made it.
    fn interface(&self, number: u8) -> Option<PathBuf> {
        let end = format!("-{}:1.{number}", self.port + 1);
        entries(Path::new("/sys/bus/usb/devices")).find(|path| path.to_string_lossy().ends_with(&end))
    }

    /// The device node that the kernel made for an interface: `ttyUSB0`, `event3`, `hidraw1`; `usb` is the device itself.
    pub fn node(&self, number: u8, kind: &str) -> Option<PathBuf> {
        if kind == "usb" {
            let device = self.interface(number)?.canonicalize().ok()?.parent()?.to_owned();
            let read = |name: &str| {
                fs::read_to_string(device.join(name))
                    .ok()?
                    .trim()
                    .parse::<u16>()
                    .ok()
            };
            let (bus, address) = (read("busnum")?, read("devnum")?);
            return Some(format!("/dev/bus/usb/{bus:03}/{address:03}").into());
        }
        let name = deep(&self.interface(number)?, kind, 6)?;
        [Path::new("/dev").join(&name), Path::new("/dev/input").join(&name)]
            .into_iter()
            .find(|path| path.exists())
    }
}

impl Drop for Plugged {
    fn drop(&mut self) {
        let _ = fs::write(format!("{CONTROLLER}/detach"), self.port.to_string());
    }
}

fn entries(folder: &Path) -> impl Iterator<Item = PathBuf> {
    fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
}

/// The first folder below whose name is `kind` and a number.
fn deep(folder: &Path, kind: &str, depth: u8) -> Option<String> {
    let is = |name: &str| {
        name.strip_prefix(kind)
            .is_some_and(|number| !number.is_empty() && number.bytes().all(|digit| digit.is_ascii_digit()))
    };
    for path in entries(folder).filter(|path| path.is_dir() && !path.is_symlink()) {
        let name = path.file_name()?.to_string_lossy().into_owned();
        if is(&name) {
            return Some(name);
        }
        if let Some(found) = (depth > 0).then(|| deep(&path, kind, depth - 1)).flatten() {
            return Some(found);
        }
    }
    None
}

/// Links below `/dev` that lead to this node.
pub fn links(node: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = [
        "/dev/formular",
        "/dev/serial/by-path",
        "/dev/serial/by-id",
        "/dev/input/by-path",
    ]
    .iter()
    .flat_map(|folder| entries(Path::new(folder)))
    .filter(|link| link.is_symlink() && fs::canonicalize(link).is_ok_and(|path| path == node))
    .collect();
    found.sort();
    found
}

/// Owner, group and mode as `0:900 660`.
pub fn rights(node: &Path) -> String {
    fs::metadata(node).map_or_else(
        |error| error.to_string(),
        |meta| format!("{}:{} {:o}", meta.uid(), meta.gid(), meta.mode() & 0o777),
    )
}

/// Whether this process has this node open.
pub fn holds(process: u32, node: &Path) -> bool {
    entries(Path::new(&format!("/proc/{process}/fd")))
        .filter_map(|link| fs::read_link(link).ok())
        .any(|path| path == node)
}
