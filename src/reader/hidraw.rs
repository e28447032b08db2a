//! Point-of-sale scanners by their raw HID node: reports as they are, no key events, no layout.
//!
//! The report descriptor comes first, as a prelude, so that a decoder finds the fields; it is read from the system's
//! folder of devices. Several programs may read one node, so another program is not noticed here.
//!
//! Knows: raw HID nodes. Must not know: what a report means, which profile fits.

use super::{
    node::{self, Place},
    port::{Opener, Port, Trouble},
};
use crate::{profile::Line, wire::protocol::hid_pos};
use rustix::{fs::OFlags, io::Errno};
use std::{
    collections::VecDeque,
    fs,
    os::fd::{AsFd, OwnedFd},
    path::{Path, PathBuf},
    time::Duration,
};

/// The longest report that the kernel passes on.
const MAX_REPORT: usize = 4096;
/// Longest wait for a command to leave.
const WRITE_WAIT: Duration = Duration::from_millis(200);

/// Opens raw HID nodes.
pub struct RawHid {
    /// Where the system tells of devices; a test has a folder of its own.
    sys: PathBuf,
}

impl Default for RawHid {
    fn default() -> Self {
        Self { sys: "/sys".into() }
    }
}

impl RawHid {
    fn descriptor(&self, place: Place) -> Result<Vec<u8>, Trouble> {
        let folder = self.sys.join("dev/char").join(place.number());
        fs::read(folder.join("device/report_descriptor")).map_err(|_| {
            Trouble::Other("not a raw HID node, or the system does not show its descriptor".into())
        })
    }
}

impl Opener for RawHid {
    fn open(&mut self, path: &Path, _: &Line) -> Result<Box<dyn Port>, Trouble> {
        let node = node::open(path, OFlags::RDWR)?;
        let descriptor = self.descriptor(node.place())?;
        let place = node.place();
        Ok(Box::new(Reports::new(node.fd, place, &descriptor)?))
    }
}

struct Reports {
    node: OwnedFd,
    place: Place,
    /// The prelude, and what did not fit into the last buffer.
    rest: VecDeque<u8>,
}

impl Reports {
    fn new(node: OwnedFd, place: Place, descriptor: &[u8]) -> Result<Self, Trouble> {
        let prelude = hid_pos::prelude(descriptor)
            .filter(|_| hid_pos::has_codes(descriptor))
            .ok_or_else(|| {
                Trouble::Other(
                    "its reports carry no codes: switch the scanner to HID POS, by the code of its manual"
                        .into(),
                )
            })?;
        Ok(Self {
            node,
            place,
            rest: prelude.into(),
        })
    }
}

impl Port for Reports {
    fn read(&mut self, buffer: &mut [u8], wait: Duration) -> Result<usize, Trouble> {
        if self.rest.is_empty() {
            if !node::wait(self.node.as_fd(), wait).map_err(|e| node::trouble(&e))? {
                return Ok(0);
            }
            let mut report = [0; MAX_REPORT];
            match rustix::io::read(&self.node, &mut report) {
                // The other end is closed: a node that is there would have waited.
                Ok(0) => return Err(Trouble::Gone),
                Ok(n) => self.rest.extend(report.iter().take(n)),
                Err(Errno::AGAIN | Errno::INTR) => return Ok(0),
                Err(errno) => return Err(node::trouble(&errno.into())),
            }
        }
        Ok(node::pour(&mut self.rest, buffer))
    }

    /// An output report, its number first.
    fn write(&mut self, bytes: &[u8]) -> Result<(), Trouble> {
        let until = std::time::Instant::now() + WRITE_WAIT;
        loop {
            match rustix::io::write(&self.node, bytes) {
                Ok(n) if n == bytes.len() => return Ok(()),
                Ok(_) => return Err(Trouble::Other("a report was taken in part".into())),
                Err(Errno::AGAIN | Errno::INTR) if std::time::Instant::now() < until => {
                    std::thread::sleep(Duration::from_millis(1));
                }
                Err(errno) => return Err(node::trouble(&errno.into())),
            }
        }
    }

    fn is_still_at(&self, path: &Path) -> bool {
        self.place.is_still_at(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        profile::Family,
        wire::{self, Verdict},
    };
    use std::os::unix::net::UnixDatagram;

    /// By the usage tables: report 2, count, identifier, 56 bytes of data, two of the maker, flag.
    fn descriptor() -> Vec<u8> {
        let text = "05 8c 09 02 a1 01 09 12 a1 02 85 02 15 00 26 ff 00 75 08 95 01 05 01 09 3b 81 02 \
                    05 8c 09 fb 09 fc 09 fd 95 03 81 02 09 fe 95 38 82 02 01 06 66 ff 09 04 95 02 81 02 \
                    05 8c 09 ff 75 01 95 01 25 01 81 02 95 07 81 03 c0 c0";
        hex::decode(text.replace(' ', "")).unwrap()
    }

    /// One datagram is one report, as the kernel hands them out.
    fn scanner() -> (UnixDatagram, Reports) {
        let (device, node) = UnixDatagram::pair().unwrap();
        node.set_nonblocking(true).unwrap();
        let reports = Reports::new(node.into(), Place::default(), &descriptor()).unwrap();
        (device, reports)
    }

    fn report(text: &str, more: u8) -> Vec<u8> {
        let mut report = vec![2, u8::try_from(text.len()).unwrap(), b']', b'C', b'0'];
        report.extend(text.bytes());
        report.resize(61, 0);
        report.extend([b'j', 0, more]);
        report
    }

    #[test]
    fn the_descriptor_comes_first_and_then_the_codes() {
        let (device, mut port) = scanner();
        device.send(&report("FORMULAR:", 1)).unwrap();
        device.send(&report("DONE", 0)).unwrap();
        let mut decoder = wire::decoder_for(Family::HidPos).unwrap();
        let mut out = Vec::new();
        let mut buffer = [0; 50];
        loop {
            match port.read(&mut buffer, Duration::ZERO).unwrap() {
                0 => break,
                n => decoder.push(&buffer[..n], &mut out),
            }
        }
        let [Verdict::Status(prelude), Verdict::Tag(reading)] = out.as_slice() else {
            panic!("{out:?}")
        };
        assert_eq!(prelude.as_str(), "report descriptor");
        assert_eq!(reading.tag.value(), "FORMULAR:DONE");
        assert_eq!(reading.aim, Some(*b"C0"));
    }

    #[test]
    fn a_command_goes_out_as_one_report() {
        let (device, mut port) = scanner();
        port.write(&[0xFD, 3, 0x16, 7, 0x0D]).unwrap();
        let mut heard = [0; 16];
        let n = device.recv(&mut heard).unwrap();
        assert_eq!(heard[..n], [0xFD, 3, 0x16, 7, 0x0D]);
    }

    #[test]
    fn a_node_of_something_else_is_refused_with_what_to_do() {
        let (_device, node) = UnixDatagram::pair().unwrap();
        let keyboard = hex::decode("05010906a101050719e029e715002501750195088102c0").unwrap();
        let trouble = Reports::new(node.into(), Place::default(), &keyboard)
            .err()
            .unwrap();
        assert!(trouble.to_string().contains("HID POS"), "{trouble}");
        let nothing = RawHid::default().open(Path::new("/nowhere"), &Line::default());
        assert_eq!(nothing.err(), Some(Trouble::Absent));
        let file = tempfile::NamedTempFile::new().unwrap();
        let trouble = RawHid::default()
            .open(file.path(), &Line::default())
            .err()
            .unwrap();
        assert_eq!(trouble.to_string(), "not a device");
    }
}
