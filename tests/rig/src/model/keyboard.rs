//! A keyboard, or a scanner that types: a report of eight bytes when a key goes down, and one when it goes up.
//!
//! ```text
//!   modifiers 0 usage 0 0 0 0 0 | 0 0 0 0 0 0 0 0
//! ```
//!
//! Sources: HID 1.11 appendix B; HID usage tables, page 07.

use super::descriptor::Identity;
use super::hid::Hid;
use crate::usbip::Packet;

/// The boot keyboard of the standard's appendix: eight bytes in, one byte of lights out.
const KEYBOARD: &[u8] = &[
    0x05, 0x01, 0x09, 0x06, 0xa1, 0x01, 0x05, 0x07, 0x19, 0xe0, 0x29, 0xe7, 0x15, 0x00, 0x25, 0x01, 0x75,
    0x01, 0x95, 0x08, 0x81, 0x02, 0x95, 0x01, 0x75, 0x08, 0x81, 0x01, 0x95, 0x05, 0x75, 0x01, 0x05, 0x08,
    0x19, 0x01, 0x29, 0x05, 0x91, 0x02, 0x95, 0x01, 0x75, 0x03, 0x91, 0x01, 0x95, 0x06, 0x75, 0x08, 0x15,
    0x00, 0x25, 0x65, 0x05, 0x07, 0x19, 0x00, 0x29, 0x65, 0x81, 0x00, 0xc0,
];

const LEFT_SHIFT: u8 = 0x02;

/// Types what is shown to it; an Enter is a line feed.
pub fn keyboard(identity: Identity) -> Hid {
    let show = |text: &[u8]| text.iter().flat_map(|character| strike(*character)).collect();
    Hid {
        identity,
        class: [3, 1, 1],
        report: KEYBOARD,
        size: 8,
        show,
        tear: |text| {
            text[..text.len() / 2]
                .iter()
                .flat_map(|character| strike(*character))
                .collect()
        },
    }
}

/// A key down and up, with its shift.
fn strike(character: u8) -> [Packet; 2] {
    let (shift, usage) = key(character);
    let down = vec![shift, 0, usage, 0, 0, 0, 0, 0];
    [(1, down), (1, vec![0; 8])]
}

/// Modifier and usage on an American keyboard, for the characters that the rig types.
fn key(character: u8) -> (u8, u8) {
    match character {
        b'a'..=b'z' => (0, character - b'a' + 0x04),
        b'A'..=b'Z' => (LEFT_SHIFT, character - b'A' + 0x04),
        b'1'..=b'9' => (0, character - b'1' + 0x1e),
        b'0' => (0, 0x27),
        b'\n' => (0, 0x28),
        b' ' => (0, 0x2c),
        b'-' => (0, 0x2d),
        b'_' => (LEFT_SHIFT, 0x2d),
        b'[' => (0, 0x2f),
        b']' => (0, 0x30),
        b';' => (0, 0x33),
        b',' => (0, 0x36),
        b'.' => (0, 0x37),
        b'/' => (0, 0x38),
        other => panic!("no key for {other:02x}"),
    }
}
