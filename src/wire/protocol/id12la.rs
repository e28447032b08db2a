//! ID-12LA and ID-20LA in their ASCII mode: EM4100 cards, 9600 8N1.
//!
//! ```text
//!   S0C000621A58ErnE      one character per byte, 16 bytes
//!   S  02 STX    0C000621A5  identity, hexadecimal    8E  exclusive or of its bytes
//!   r  0D CR     n  0A LF    E  03 ETX
//! ```
//!
//! Source: the ID-LA data sheet. Its prose gives the sum of this example as 6E; the arithmetic is 8E.

use super::super::Decoder;
use super::super::framing::{Envelope, Head, Hunt};
use super::em4100;

struct Id12la;

impl Envelope for Id12la {
    const MAX: usize = em4100::MAX_FRAME;

    fn head(&self, bytes: &[u8]) -> Head {
        em4100::head(bytes, b"\r\n")
    }
}

pub fn decoder() -> Box<dyn Decoder> {
    Box::new(Hunt::new(Id12la))
}
