//! Which door a way in goes through: the opener of each.
//!
//! Knows: that a profile names its way in, and who opens it. Must not know: what comes in.

use super::{
    port::{Opener, Port, Trouble},
    serial, tcp, usb,
};
use crate::profile::{Line, Way};
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
        Way::Evdev | Way::Hidraw => Box::new(Closed(way)),
    }
}

/// A way in that this program does not have.
struct Closed(Way);

impl Opener for Closed {
    fn open(&mut self, _: &Path, _: &Line) -> Result<Box<dyn Port>, Trouble> {
        Err(Trouble::Other(format!(
            "its profile says way = \"{}\", which this program cannot open",
            self.0.as_str()
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_way_that_is_not_there_is_said() {
        let trouble = Closed(Way::Hidraw)
            .open(Path::new("/dev/hidraw0"), &Line::default())
            .err()
            .unwrap();
        assert!(trouble.to_string().contains("way = \"hidraw\""), "{trouble}");
    }
}
