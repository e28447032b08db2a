//! USB devices as such: the only file that names `rusb`.
//!
//! Knows: which numbers are plugged in, and how the smart card interface of one is taken. Must not know: protocols.

use super::{
    pipes::{self, Pipes},
    port::{Opener, Port, Trouble},
};
use crate::profile::Line;
use rusb::{Context, Device, DeviceHandle, Direction, TransferType, UsbContext};
use std::{
    fs,
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

/// A device on the bus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsbDevice {
    pub vid: u16,
    pub pid: u16,
    pub bus: u8,
    pub address: u8,
}

/// No USB on this machine: a normal state, in a container for one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no USB here: {0}")]
pub struct UsbError(String);

/// What is on the bus now.
///
/// # Errors
/// Where the system offers no USB. The library's own global context would panic there; this one is asked for.
pub fn devices() -> Result<Vec<UsbDevice>, UsbError> {
    let wrong = |e: rusb::Error| UsbError(e.to_string());
    let context = Context::new().map_err(wrong)?;
    let list = context.devices().map_err(wrong)?;
    let mut devices: Vec<UsbDevice> = list
        .iter()
        .filter_map(|device| {
            let about = device.device_descriptor().ok()?;
            Some(UsbDevice {
                vid: about.vendor_id(),
                pid: about.product_id(),
                bus: device.bus_number(),
                address: device.address(),
            })
        })
        .collect();
    devices.sort_by_key(|d| (d.bus, d.address));
    Ok(devices)
}

/// How a path begins that names the socket a device is plugged into, as sysfs does: `usb:1-2.3`.
const PREFIX: &str = "usb:";
/// USB's class of smart card readers.
const SMART_CARD: u8 = 0x0B;
/// The kernel's driver for the PN53x in such readers; all other drivers are somebody's.
const PN533: &str = "pn533_usb";
/// A device is told of before udev has set its rights: so often, and so long, that is waited for.
const RIGHTS: (u32, Duration) = (10, Duration::from_millis(200));
/// Answers that another program has left unread; more than a few there cannot be.
const STALE: (u32, Duration) = (8, Duration::from_millis(10));

/// Whether a path names a USB socket.
pub fn is_socket(path: &Path) -> bool {
    socket(path).is_some()
}

/// The name of the socket in `usb:1-2.3`; digits, dots and one hyphen.
fn socket(path: &Path) -> Option<&str> {
    let name = path.to_str()?.strip_prefix(PREFIX)?;
    let (bus, ports) = name.split_once('-')?;
    let number = |text: &str| text.parse::<u8>().is_ok();
    (number(bus) && ports.split('.').all(number)).then_some(name)
}

/// The folder of the system that is there while something is plugged into the socket of a path.
pub fn folder(path: &Path) -> Option<PathBuf> {
    Some(Path::new("/sys/bus/usb/devices").join(socket(path)?))
}

/// Opens smart card readers: by socket, `usb:1-2.3`, or by node, `/dev/bus/usb/001/004`.
pub struct SmartCard;

impl Opener for SmartCard {
    fn open(&mut self, path: &Path, _: &Line) -> Result<Box<dyn Port>, Trouble> {
        let context = Context::new().map_err(|e| Trouble::Other(format!("no USB here: {e}")))?;
        let device = find(&context, path)?;
        let handle = open(&device)?;
        let taken = take(&device, handle)?;
        Ok(pipes::line(Box::new(taken)))
    }
}

fn find(context: &Context, path: &Path) -> Result<Device<Context>, Trouble> {
    let list = context.devices().map_err(trouble)?;
    let node = node(path);
    if node.is_none() && socket(path).is_none() {
        return Err(Trouble::Other(
            "is neither usb:BUS-PORT nor a node of /dev/bus/usb".into(),
        ));
    }
    let here = |device: &Device<Context>| match (socket(path), node) {
        (Some(socket), _) => name(device).as_deref() == Some(socket),
        (None, node) => node == Some((device.bus_number(), device.address())),
    };
    list.iter().find(here).ok_or(Trouble::Absent)
}

/// Bus and address of `/dev/bus/usb/001/004`, also behind a link.
fn node(path: &Path) -> Option<(u8, u8)> {
    let real = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let rest = real.strip_prefix("/dev/bus/usb").ok()?;
    let (bus, address) = rest.to_str()?.split_once('/')?;
    Some((bus.parse().ok()?, address.parse().ok()?))
}

/// The socket of a device, as sysfs names it.
fn name(device: &Device<Context>) -> Option<String> {
    let ports = device.port_numbers().ok()?;
    let ports: Vec<String> = ports.iter().map(u8::to_string).collect();
    Some(format!("{}-{}", device.bus_number(), ports.join(".")))
}

fn open(device: &Device<Context>) -> Result<DeviceHandle<Context>, Trouble> {
    let (times, pause) = RIGHTS;
    for _ in 1..times {
        match device.open() {
            Err(rusb::Error::Access) => thread::sleep(pause),
            other => return other.map_err(trouble),
        }
    }
    device.open().map_err(trouble)
}

/// Claims the smart card interface, and keeps its pipes.
fn take(device: &Device<Context>, handle: DeviceHandle<Context>) -> Result<Taken, Trouble> {
    let config = device.active_config_descriptor().map_err(trouble)?;
    let descriptors = config.interfaces().flat_map(|interface| interface.descriptors());
    let Some(found) = descriptors
        .filter(|d| d.class_code() == SMART_CARD && d.setting_number() == 0)
        .find_map(|d| {
            let pipe = |direction, kind| {
                let fits = |e: &rusb::EndpointDescriptor<'_>| {
                    e.direction() == direction && e.transfer_type() == kind
                };
                d.endpoint_descriptors().find(fits)
            };
            let out = pipe(Direction::Out, TransferType::Bulk)?;
            Some(Found {
                interface: d.interface_number(),
                bulk_in: pipe(Direction::In, TransferType::Bulk)?.address(),
                bulk_out: out.address(),
                packet: usize::from(out.max_packet_size()),
                interrupt_in: pipe(Direction::In, TransferType::Interrupt).map(|e| e.address()),
            })
        })
    else {
        return Err(Trouble::Other("it has no smart card interface".into()));
    };
    free(device, &handle, config.number(), found.interface)?;
    handle.claim_interface(found.interface).map_err(trouble)?;
    let mut taken = Taken {
        handle,
        found,
        address: (device.bus_number(), device.address()),
    };
    let (times, wait) = STALE;
    for _ in 0..times {
        if taken.bulk_in(&mut [0; 1024], wait)? == 0 {
            break;
        }
    }
    Ok(taken)
}

/// Takes the interface from the kernel, if it is the driver for its chip that has it; else it is somebody's.
fn free(
    device: &Device<Context>,
    handle: &DeviceHandle<Context>,
    config: u8,
    interface: u8,
) -> Result<(), Trouble> {
    let driver = name(device).and_then(|name| {
        let link = format!("/sys/bus/usb/devices/{name}:{config}.{interface}/driver");
        Some(fs::read_link(link).ok()?.file_name()?.to_str()?.to_owned())
    });
    match driver.as_deref() {
        Some(PN533) => handle.detach_kernel_driver(interface).map_err(trouble),
        // Another program's claim shows itself as this driver.
        Some("usbfs") => Err(Trouble::Busy),
        Some(other) => Err(Trouble::Other(format!("the kernel's driver {other} holds it"))),
        None => Ok(()),
    }
}

/// The interface and its pipes.
#[derive(Clone, Copy)]
struct Found {
    interface: u8,
    bulk_in: u8,
    bulk_out: u8,
    packet: usize,
    interrupt_in: Option<u8>,
}

/// An interface of one's own, until it is dropped.
struct Taken {
    handle: DeviceHandle<Context>,
    found: Found,
    /// Bus and address: another device at the same socket has another.
    address: (u8, u8),
}

impl Taken {
    /// Silence is no trouble, and a halted pipe is set going again.
    fn heard(&self, pipe: u8, heard: rusb::Result<usize>) -> Result<usize, Trouble> {
        match heard {
            Ok(n) => Ok(n),
            Err(rusb::Error::Timeout | rusb::Error::Interrupted) => Ok(0),
            Err(rusb::Error::Pipe) => self.handle.clear_halt(pipe).map(|()| 0).map_err(trouble),
            // An unplugged device fails so before the system has noticed.
            Err(rusb::Error::Io) => Err(Trouble::Gone),
            Err(error) => Err(trouble(error)),
        }
    }
}

impl Pipes for Taken {
    fn bulk_in(&mut self, buffer: &mut [u8], wait: Duration) -> Result<usize, Trouble> {
        let pipe = self.found.bulk_in;
        self.heard(pipe, self.handle.read_bulk(pipe, buffer, wait))
    }

    fn bulk_out(&mut self, bytes: &[u8], wait: Duration) -> Result<(), Trouble> {
        let pipe = self.found.bulk_out;
        match self.handle.write_bulk(pipe, bytes, wait) {
            Ok(n) if n == bytes.len() => Ok(()),
            Ok(_) => Err(Trouble::Other("it took half a message".into())),
            Err(rusb::Error::Pipe) => {
                let _ = self.handle.clear_halt(pipe);
                Err(Trouble::Other("it took no message".into()))
            }
            Err(error) => Err(trouble(error)),
        }
    }

    fn interrupt_in(&mut self, buffer: &mut [u8], wait: Duration) -> Option<Result<usize, Trouble>> {
        let pipe = self.found.interrupt_in?;
        Some(self.heard(pipe, self.handle.read_interrupt(pipe, buffer, wait)))
    }

    fn packet(&self) -> usize {
        self.found.packet
    }

    fn is_still_at(&self, path: &Path) -> bool {
        // A path that is gone says nothing: the transfers themselves tell when the device dies.
        let number = |folder: &Path, name| -> Option<u8> {
            fs::read_to_string(folder.join(name)).ok()?.trim().parse().ok()
        };
        let now = match folder(path) {
            Some(folder) => number(&folder, "busnum").zip(number(&folder, "devnum")),
            None => fs::exists(path)
                .ok()
                .filter(|there| *there)
                .and_then(|_| node(path)),
        };
        now.is_none_or(|now| now == self.address)
    }
}

fn trouble(error: rusb::Error) -> Trouble {
    match error {
        rusb::Error::Access => Trouble::Denied,
        rusb::Error::Busy => Trouble::Busy,
        rusb::Error::NotFound => Trouble::Absent,
        rusb::Error::NoDevice => Trouble::Gone,
        other => Trouble::Other(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sockets_and_nodes_are_told_apart() {
        for (path, named, numbered) in [
            ("usb:1-2.3", Some("1-2.3"), None),
            ("usb:2-1", Some("2-1"), None),
            ("usb:1-2/../..", None, None),
            ("usb:1", None, None),
            ("/dev/bus/usb/001/004", None, Some((1, 4))),
            ("/dev/ttyUSB0", None, None),
        ] {
            let path = Path::new(path);
            assert_eq!(socket(path), named, "{path:?}");
            assert_eq!(node(path), numbered, "{path:?}");
        }
        assert_eq!(
            folder(Path::new("usb:1-2.3")),
            Some("/sys/bus/usb/devices/1-2.3".into())
        );
    }

    /// With USB or without, in a container too: a sentence, never a panic.
    #[test]
    fn a_socket_with_nothing_in_it_is_told() {
        let trouble = SmartCard
            .open(Path::new("usb:250-250.250"), &Line::default())
            .err()
            .unwrap();
        let nothing = trouble == Trouble::Absent || trouble.to_string().contains("no USB here");
        assert!(nothing, "{trouble}");
        let trouble = SmartCard
            .open(Path::new("/dev/null"), &Line::default())
            .err()
            .unwrap();
        assert!(
            trouble.to_string().contains("USB") || trouble.to_string().contains("usb"),
            "{trouble}"
        );
    }
}
