//! One file per protocol, the message drawn at its top.

mod answering;
pub mod apdu;
pub mod barcode;
pub mod bb7e;
pub mod ccid;
pub mod cipherlab;
pub mod em18;
mod em4100;
pub mod evdev_keyboard;
pub mod formular_line;
pub mod gm65;
pub mod hid_keyboard;
pub mod hid_pos;
pub mod honeywell_cmd;
pub mod honeywell_msgget;
pub mod id12la;
pub mod ironlogic;
mod keyboard;
pub mod llrp;
pub mod metroselect;
pub mod newland;
pub mod newland_legacy;
pub mod pn532;
pub mod rc522;
pub mod rdm6300;
pub mod reader18;
pub mod reader288;
pub mod stx_bcc;
pub mod thingmagic;
pub mod zebra_ssi;

/// Lower-case ASCII of a line; the text protocols are ASCII, and other bytes become what no part of them is.
fn ascii_lower(bytes: &[u8]) -> String {
    bytes
        .iter()
        .map(|byte| match byte {
            b'\t' | b' '..=b'~' => char::from(byte.to_ascii_lowercase()),
            _ => char::REPLACEMENT_CHARACTER,
        })
        .collect()
}
