//! Older Newland scanners: `NLS` commands and one-byte answers, between lines of codes. 9600 8N1.
//!
//! ```text
//!   NLS0006010;            one character per byte: a setting by its number; 0006010 set-up on, 0006000 off
//!   e1 e0                  e 1B: trigger on and off
//!   k                      the answer: 06 done, 15 refused
//! ```
//!
//! Source: published notes on the Newland serial protocol.

use super::super::framing::Head;
use super::super::{Decoder, Status, Verdict};
use super::answering::{Answering, Answers};

const ESC: u8 = 0x1B;
const ACK: u8 = 0x06;
const NAK: u8 = 0x15;
const DIGITS: usize = 7;

struct Legacy;

impl Answers for Legacy {
    const MAX: usize = 1;

    fn head(bytes: &[u8]) -> Head {
        one_byte(bytes)
    }

    fn is_answer(_bytes: &[u8]) -> bool {
        false
    }
}

/// Answers of one byte, as other makers have them too.
pub fn one_byte(bytes: &[u8]) -> Head {
    let told = |reply: &str| {
        let details = vec![("reply", reply.to_owned())];
        Head::Frame {
            len: 1,
            verdict: Verdict::Status(Status::Told("answer to a command", details)),
        }
    };
    match bytes.first() {
        Some(&ACK) => told("ACK"),
        Some(&NAK) => told("NAK"),
        _ => Head::Noise,
    }
}

/// A setting by its seven digits.
pub fn setting(digits: [u8; DIGITS]) -> Vec<u8> {
    [b"NLS".as_slice(), &digits, b";"].concat()
}

pub fn setup(on: bool) -> Vec<u8> {
    setting(if on { *b"0006010" } else { *b"0006000" })
}

pub fn trigger(on: bool) -> Vec<u8> {
    vec![ESC, if on { b'1' } else { b'0' }]
}

/// The commands of this file, read back.
pub fn sent(bytes: &[u8]) -> Option<Status> {
    match bytes {
        [ESC, b'1'] => Some(Status::Other("start scan")),
        [ESC, b'0'] => Some(Status::Other("stop scan")),
        [b'N', b'L', b'S', digits @ .., b';'] if digits.len() == DIGITS => {
            let name = match digits {
                b"0006010" => "enter setup",
                b"0006000" => "leave setup",
                b"0001000" => "defaults",
                _ => "setting",
            };
            Some(Status::Other(name).with("code", std::str::from_utf8(digits).ok()?))
        }
        _ => None,
    }
}

pub fn decoder() -> Box<dyn Decoder> {
    Box::new(Answering::<Legacy>::new())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_byte_for_byte() {
        assert_eq!(hex::encode(setup(true)), "4e4c53303030363031303b");
        assert_eq!(hex::encode(trigger(true)), "1b31");
        assert_eq!(sent(&setup(true)).unwrap().as_str(), "enter setup");
        assert_eq!(sent(&trigger(false)).unwrap().as_str(), "stop scan");
        assert_eq!(sent(b"NLS12;"), None);
    }
}
