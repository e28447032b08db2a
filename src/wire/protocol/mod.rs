//! One file per protocol, the message drawn at its top.

pub mod apdu;
pub mod barcode;
pub mod bb7e;
pub mod ccid;
pub mod em18;
mod em4100;
pub mod id12la;
pub mod ironlogic;
pub mod llrp;
pub mod pn532;
pub mod rc522;
pub mod rdm6300;
pub mod reader18;
pub mod reader288;
pub mod stx_bcc;
pub mod thingmagic;

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
