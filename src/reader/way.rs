//! Which door a way in goes through: the opener of each.
//!
//! Knows: that a profile names its way in, and who opens it. Must not know: what comes in.

use super::{evdev, hidraw, port::Opener, serial, tcp, usb};
use crate::profile::Way;
use std::path::Path;

/// The way in to a path: an address goes over the network and a socket by USB, whatever the profile says. Serial
/// readers stand behind device servers, and some have a network port of their own.
pub(super) fn at(way: Way, path: &Path) -> Way {
    match path {
        _ if tcp::is_address(path) => Way::Tcp,
        _ if usb::is_socket(path) => Way::Usb,
        _ => way,
    }
}

/// What opens readers of this way in.
pub fn opener(way: Way) -> Box<dyn Opener> {
    match way {
        Way::Tcp => Box::new(tcp::Network),
        Way::Serial => Box::new(serial::open),
        Way::Usb => Box::new(usb::SmartCard),
        Way::Evdev => Box::new(evdev::Keyboards),
        Way::Hidraw => Box::new(hidraw::RawHid::default()),
    }
}
