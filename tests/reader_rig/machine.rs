//! A machine that is only folders: sysfs as the kernel lays it out, and nodes that are pseudo-terminals.
#![allow(dead_code, reason = "each test file uses its own part")]

use formular::{demo::pty::VirtualReader, reader::who::Roots};
use std::{
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
};

/// What a USB device says of itself.
#[derive(Clone, Copy)]
pub struct Unit<'a> {
    pub vid: &'a str,
    pub pid: &'a str,
    pub maker: &'a str,
    pub product: &'a str,
    /// Empty: it has none.
    pub serial: &'a str,
}

pub const Z2: Unit = Unit {
    vid: "0403",
    pid: "1234",
    maker: "FTDI",
    product: "Z-2 USB",
    serial: "",
};
pub const CH340: Unit = Unit {
    vid: "1a86",
    pid: "7523",
    maker: "",
    product: "USB Serial",
    serial: "",
};

/// Key bits of an ordinary keyboard, as sysfs prints them.
pub const KEYBOARD: &str = "10000 7 ff9f207ac14057ff febeffdfffefffff fffffffffffffffe";
/// Those of a mouse.
pub const MOUSE: &str = "1f0000 0 0 0 0";

pub struct Machine {
    folder: tempfile::TempDir,
    pub roots: Roots,
}

impl Machine {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let roots = Roots {
            sys: folder.path().join("sys"),
            dev: folder.path().join("dev"),
            proc: folder.path().join("proc"),
        };
        for name in [
            "class/tty",
            "class/input",
            "class/hidraw",
            "bus/usb/devices",
            "bus/usb",
            "bus/pci",
            "bus/platform",
        ] {
            fs::create_dir_all(roots.sys.join(name)).unwrap();
        }
        fs::create_dir_all(&roots.dev).unwrap();
        fs::create_dir_all(&roots.proc).unwrap();
        Self { folder, roots }
    }

    fn put(&self, path: &Path, text: &str) {
        fs::write(path, format!("{text}\n")).unwrap();
    }

    fn of_bus(&self, folder: &Path, bus: &str) {
        let link = folder.join("subsystem");
        if !link.exists() {
            symlink(self.roots.sys.join("bus").join(bus), link).unwrap();
        }
    }

    /// A USB device in a socket, `1.2`, and the folder of its interface.
    pub fn plug_usb(&self, socket: &str, unit: Unit<'_>, interface: u8, class: &str) -> PathBuf {
        let pci = self.roots.sys.join("devices/pci0000:00/0000:00:14.0");
        let hub = pci.join("usb1");
        let device = hub.join(format!("1-{socket}"));
        let folder = device.join(format!("1-{socket}:1.{interface}"));
        fs::create_dir_all(&folder).unwrap();
        self.of_bus(&pci, "pci");
        for (folder, bus) in [(&hub, "usb"), (&device, "usb"), (&folder, "usb")] {
            self.of_bus(folder, bus);
        }
        self.put(&hub.join("idVendor"), "1d6b");
        let address = socket.replace('.', "");
        for (name, text) in [
            ("idVendor", unit.vid),
            ("idProduct", unit.pid),
            ("manufacturer", unit.maker),
            ("product", unit.product),
            ("serial", unit.serial),
            ("busnum", "1"),
            ("devnum", &address),
        ] {
            if !text.is_empty() {
                self.put(&device.join(name), text);
            }
        }
        self.put(&folder.join("bInterfaceNumber"), &format!("{interface:02x}"));
        self.put(&folder.join("bInterfaceClass"), class);
        let link = self
            .roots
            .sys
            .join(format!("bus/usb/devices/1-{socket}:1.{interface}"));
        if !link.is_symlink() {
            symlink(&folder, link).unwrap();
        }
        folder
    }

    fn of_class(&self, class: &str, folder: &Path, device: &Path) {
        fs::create_dir_all(folder).unwrap();
        symlink(device, folder.join("device")).unwrap();
        let name = folder.file_name().unwrap();
        symlink(folder, self.roots.sys.join("class").join(class).join(name)).unwrap();
    }

    /// A serial port of a USB device. The node comes after the facts, as from a kernel.
    pub fn plug_tty(&self, node: &str, socket: &str, unit: Unit<'_>) -> VirtualReader {
        let interface = self.plug_usb(socket, unit, 0, "ff");
        let port = interface.join(node);
        self.of_class("tty", &port.join("tty").join(node), &port);
        VirtualReader::open(self.roots.dev.join(node)).unwrap()
    }

    pub fn plug_input(&self, node: &str, socket: &str, unit: Unit<'_>, keys: &str) {
        let interface = self.plug_usb(socket, unit, 0, "03");
        let input = interface.join("0003:0000:0000.0001/input/input7");
        fs::create_dir_all(input.join("capabilities")).unwrap();
        self.put(&input.join("capabilities/key"), keys);
        self.of_class("input", &input.join(node), &input);
    }

    pub fn plug_hid(&self, node: &str, socket: &str, unit: Unit<'_>, descriptor: &[u8]) {
        let hid = self.plug_usb(socket, unit, 0, "03").join("0003:0000:0000.0002");
        fs::create_dir_all(&hid).unwrap();
        fs::write(hid.join("report_descriptor"), descriptor).unwrap();
        self.of_class("hidraw", &hid.join("hidraw").join(node), &hid);
    }

    /// A port on the board itself; `kind` is what the chip answered, 0 if there is none.
    pub fn plug_uart(&self, node: &str, kind: &str) {
        let platform = self.roots.sys.join("devices/platform/serial8250");
        fs::create_dir_all(&platform).unwrap();
        self.of_bus(&platform, "platform");
        let folder = platform.join("tty").join(node);
        self.of_class("tty", &folder, &platform);
        self.put(&folder.join("type"), kind);
    }

    /// Pulls a device: its nodes' classes go, and everything below its socket.
    pub fn unplug(&self, socket: &str) {
        let device = self
            .roots
            .sys
            .join(format!("devices/pci0000:00/0000:00:14.0/usb1/1-{socket}"));
        for class in ["class/tty", "class/input", "class/hidraw", "bus/usb/devices"] {
            for entry in fs::read_dir(self.roots.sys.join(class)).unwrap() {
                let path = entry.unwrap().path();
                if fs::read_link(&path).unwrap().starts_with(&device) {
                    fs::remove_file(&path).unwrap();
                }
            }
        }
        fs::remove_dir_all(&device).unwrap();
    }
}
