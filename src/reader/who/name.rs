//! A name that survives a restart and the swapping of plugs: by serial number where that is the unit's own, else by place.
//!
//! Knows: what a serial number is worth. Must not know: what is done with names.

use super::device::Device;
use crate::{
    ids::ReaderId,
    profile::{Profile, Usb},
};

/// How a reader that was found by itself is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// In the journal: `ironlogic-z2-00:14.0-1.2`, `zebra-cdc-s19022523022`.
    pub id: ReaderId,
    /// On the screen: «IronLogic Z-2 USB».
    pub label: String,
}

/// Longest part of a serial number in a name.
const MAX_SERIAL: usize = 32;

/// The name of a device that a profile claims. `all`: what else is plugged in, for twins.
pub fn name(device: &Device, profile: &Profile, usb: Option<&Usb>, all: &[Device]) -> Name {
    let serial = device.usb.as_ref().and_then(|facts| {
        let serial = facts.serial.as_deref()?;
        let twin = |other: &&Device| {
            other.usb.as_ref().is_some_and(|theirs| {
                (theirs.vid, theirs.pid) == (facts.vid, facts.pid)
                    && theirs.serial == facts.serial
                    && theirs.port != facts.port
            })
        };
        let own = is_own_serial(serial) && usb.is_none_or(|usb| !usb.shared_serial);
        (own && !all.iter().any(|other| twin(&other))).then_some(serial)
    });
    let node = || {
        device
            .path
            .file_name()
            .and_then(|n| n.to_str())
            .unwrap_or("somewhere")
    };
    let unit = match (serial, &device.place) {
        (Some(serial), _) => plain(serial).chars().take(MAX_SERIAL).collect(),
        (None, Some(place)) => socket(place),
        (None, None) => plain(node()),
    };
    let label = format!("{} {}", profile.vendor, profile.model);
    Name {
        id: ReaderId::new(format!("{}-{unit}", profile.name)),
        label: label.trim().to_owned(),
    }
}

/// Whether a serial number looks like one unit's own: makers of cheap chips print the same one into all of them.
pub fn is_own_serial(serial: &str) -> bool {
    /// On every unit of the Sycreader.
    const SHARED: [&str; 1] = ["08FF20140315"];
    /// A number that only counts is a placeholder.
    const COUNTED: &str = "0123456789ABCDEF01234567890";
    let mut kinds: Vec<char> = serial.chars().filter(|c| c.is_ascii_alphanumeric()).collect();
    let long = kinds.len() >= 5;
    kinds.sort_unstable();
    kinds.dedup();
    let upper = serial.to_ascii_uppercase();
    long && kinds.len() >= 3 && !SHARED.contains(&upper.as_str()) && !COUNTED.contains(&upper)
}

/// `pci-0000:00:14.0-usb-0:1.2:1.0` in short: `00:14.0-1.2`, and the interface only if it is not the first.
fn socket(place: &str) -> String {
    let (hub, usb) = place.split_once("-usb-0:").unwrap_or((place, ""));
    let hub = hub.rsplit_once("pci-").map_or(hub, |(_, pci)| pci);
    let hub = hub.strip_prefix("0000:").unwrap_or(hub);
    let hub = hub.strip_prefix("platform-").unwrap_or(hub);
    let usb = usb.strip_suffix(":1.0").unwrap_or(usb);
    match usb {
        "" => plain(hub),
        usb => format!("{}-{}", plain(hub), plain(&usb.replace(':', "-i"))),
    }
}

fn plain(text: &str) -> String {
    let fit = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | ':' | '_' | '-');
    let plain: String = text.chars().map(|c| if fit(c) { c } else { '_' }).collect();
    plain.to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_serial_number_is_a_name_only_if_it_is_the_units_own() {
        let table = [
            ("S19022523022", true),
            ("A6008isP", true),
            ("08FF20140315", false),
            ("08ff20140315", false),
            ("0001", false),
            ("000000000000", false),
            ("0123456789ABCDEF", false),
            ("1234567890", false),
            ("", false),
        ];
        for (serial, own) in table {
            assert_eq!(is_own_serial(serial), own, "{serial}");
        }
    }

    #[test]
    fn a_place_is_told_in_short() {
        let table = [
            ("pci-0000:00:14.0-usb-0:1.2:1.0", "00:14.0-1.2"),
            ("pci-0000:00:14.0-usb-0:1.2:1.1", "00:14.0-1.2-i1.1"),
            ("pci-0001:03:00.0-usb-0:4:1.0", "0001:03:00.0-4"),
            (
                "platform-fd500000.pcie-pci-0000:01:00.0-usb-0:1.3:1.0",
                "01:00.0-1.3",
            ),
            ("platform-vhci_hcd.0-usb-0:1:1.0", "vhci_hcd.0-1"),
            ("pci-0000:00:16.3", "00:16.3"),
        ];
        for (place, short) in table {
            assert_eq!(socket(place), short);
        }
    }
}
