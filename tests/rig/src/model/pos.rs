//! A scanner that sends reports (HID POS): identifier and code in bytes, nothing for a layout to change.
//!
//! ```text
//!   02 n | ] c m | 56 bytes of the code | 2 of the vendor | bit 0: more follows
//! ```
//!
//! Sources: HID Point of Sale usage tables 1.02; the 64 bytes are Honeywell's arrangement.

use super::descriptor::Identity;
use super::hid::Hid;
use crate::usbip::Packet;

/// A scanner's «Scanned Data Report», number 2, and an output report for commands, number FD.
const POS: &[u8] = &[
    0x05, 0x8c, 0x09, 0x02, 0xa1, 0x01, 0x09, 0x12, 0xa1, 0x02, 0x85, 0x02, 0x15, 0x00, 0x26, 0xff, 0x00,
    0x75, 0x08, 0x95, 0x01, 0x05, 0x01, 0x09, 0x3b, 0x81, 0x02, 0x05, 0x8c, 0x09, 0xfb, 0x09, 0xfc, 0x09,
    0xfd, 0x95, 0x03, 0x81, 0x02, 0x09, 0xfe, 0x95, 0x38, 0x82, 0x02, 0x01, 0x06, 0x66, 0xff, 0x09, 0x04,
    0x09, 0x05, 0x95, 0x02, 0x81, 0x02, 0x05, 0x8c, 0x09, 0xff, 0x25, 0x01, 0x75, 0x01, 0x95, 0x01, 0x81,
    0x02, 0x75, 0x07, 0x81, 0x03, 0xc0, 0x06, 0x66, 0xff, 0x09, 0x14, 0xa1, 0x02, 0x85, 0xfd, 0x26, 0xff,
    0x00, 0x75, 0x08, 0x95, 0x3f, 0x09, 0x15, 0x91, 0x02, 0xc0, 0xc0,
];

/// Bytes of a code in one report.
const PART: usize = 56;

/// Sends what is shown to it: an AIM identifier of three characters, then the code.
pub fn scanner(identity: Identity) -> Hid {
    Hid {
        identity,
        class: [3, 0, 0],
        report: POS,
        size: 64,
        show: reports,
        // The first report of a code that is too long for one.
        tear: |bytes| reports(&[bytes, &[b'x'; PART]].concat()).drain(..1).collect(),
    }
}

/// `bytes`: an AIM identifier of three characters, then the code.
fn reports(bytes: &[u8]) -> Vec<Packet> {
    let (aim, code) = bytes.split_at(3);
    let parts: Vec<&[u8]> = code.chunks(PART).collect();
    let packet = |(at, part): (usize, &&[u8])| {
        let mut report = vec![0; 64];
        report[0] = 2;
        report[1] = part.len() as u8;
        report[2..5].copy_from_slice(aim);
        report[5..5 + part.len()].copy_from_slice(part);
        // The vendor's number of the symbology.
        report[61] = b'j';
        report[63] = u8::from(at + 1 < parts.len());
        (1, report)
    };
    parts.iter().enumerate().map(packet).collect()
}
