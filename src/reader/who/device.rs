//! The facts of one device, as the system tells them.
//!
//! Knows: what may be known without opening anything. Must not know: profiles, where facts are read.

use crate::profile::{Mode, Way};
use serde::Serialize;
use std::path::PathBuf;

/// A node that may be a reader: a serial port, an input device, a HID interface, a USB interface.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Device {
    /// By which it would be read.
    pub way: Way,
    pub path: PathBuf,
    /// Where it is plugged in, as udev's `ID_PATH` says it: `pci-0000:00:14.0-usb-0:1.2:1.0`.
    pub place: Option<String>,
    pub shape: Shape,
    /// The kernel's driver of its interface, which may change while it is used.
    pub driver: Option<String>,
    pub usb: Option<UsbFacts>,
}

/// What a node can do, by its descriptors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shape {
    Port,
    /// Has the digits and Enter: it can type a number.
    Keyboard,
    /// A mouse, a power button, the volume keys beside a keyboard.
    OtherInput,
    HidPos,
    OtherHid,
    /// An interface of a USB device.
    Interface,
}

/// What the USB device says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct UsbFacts {
    pub vid: u16,
    pub pid: u16,
    pub maker: Option<String>,
    pub product: Option<String>,
    pub serial: Option<String>,
    pub interface: Option<u8>,
    /// Of that interface.
    pub class: Option<u8>,
    /// The device as sysfs names it, `1-1.2`: nodes with the same one are in one housing.
    pub port: String,
}

impl UsbFacts {
    /// `0403:1234`.
    pub fn number(&self) -> String {
        format!("{:04x}:{:04x}", self.vid, self.pid)
    }

    /// What maker and product call it; empty if they say nothing.
    pub fn words(&self) -> String {
        let words = [self.maker.as_deref(), self.product.as_deref()];
        words.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }
}

impl Device {
    /// The mode in which the device shows itself at this node; none if it can be read in none.
    pub fn mode(&self) -> Option<Mode> {
        match self.shape {
            Shape::Port => Some(Mode::Serial),
            Shape::Keyboard => Some(Mode::Keyboard),
            Shape::HidPos => Some(Mode::HidPos),
            Shape::Interface => Some(Mode::Ccid),
            Shape::OtherInput | Shape::OtherHid => None,
        }
    }

    /// The same unit in the same socket: what must not change between looking and opening.
    pub fn is_same(&self, other: &Self) -> bool {
        self.way == other.way && self.place == other.place && self.usb == other.usb
    }

    /// A key that stands for this unit in this socket.
    pub fn spot(&self) -> String {
        let usb = self.usb.as_ref();
        format!(
            "{} {} {} {}",
            self.way.as_str(),
            self.place.as_deref().unwrap_or_default(),
            usb.map(UsbFacts::number).unwrap_or_default(),
            usb.and_then(|usb| usb.serial.as_deref()).unwrap_or_default()
        )
    }
}
