//! RDM6300, and the many modules that copy it: EM4100 cards, 9600 8N1, transmit only.
//!
//! ```text
//!   S62E3086CED08E        one character per byte, 14 bytes
//!   S  02 STX    62E3086CED  identity, hexadecimal    08  exclusive or of its bytes    E  03 ETX
//! ```
//!
//! Repeats about every 65 ms while the card lies there. Sources: Seeed wiki «125Khz RFID module - UART»;
//! github.com/arduino12/rdm6300. Lower-case digits are taken, and all 40 bits kept.

use super::super::Decoder;
use super::super::framing::{Envelope, Head, Hunt};
use super::em4100;

struct Rdm6300;

impl Envelope for Rdm6300 {
    const MAX: usize = em4100::MAX_FRAME;

    fn head(&self, bytes: &[u8]) -> Head {
        em4100::head(bytes, b"")
    }
}

pub fn decoder() -> Box<dyn Decoder> {
    Box::new(Hunt::new(Rdm6300))
}
