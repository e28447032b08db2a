//! CipherLab scanners: `#@` commands, between lines of codes. 9600 8N1.
//!
//! ```text
//!   #@109952r              one character per byte: r 0D; a setting by its six digits
//!   #@////r                beep
//! ```
//!
//! Heard from the scanner they are an echo. Source: easymanua.ls, CipherLab 1664, page 252.

use super::super::framing::Head;
use super::super::{Decoder, Reject, Status, Verdict};
use super::answering::{Answering, Answers};

const START: &[u8; 2] = b"#@";
const CR: u8 = 0x0D;
const DIGITS: usize = 6;

struct CipherLab;

impl Answers for CipherLab {
    const MAX: usize = START.len() + DIGITS + 2;

    fn head(bytes: &[u8]) -> Head {
        match bytes {
            [b'#'] => Head::More,
            [b'#', b'@', rest @ ..] => match rest.iter().position(|byte| *byte == CR) {
                Some(end) if sent(bytes.get(..end + 3).unwrap_or_default()).is_some() => Head::Frame {
                    len: end + 3,
                    verdict: Verdict::Reject(Reject::NotMine),
                },
                Some(_) => Head::Noise,
                None => Head::More,
            },
            _ => Head::Noise,
        }
    }

    fn is_answer(_bytes: &[u8]) -> bool {
        false
    }
}

/// A setting by its six digits.
pub fn setting(digits: [u8; DIGITS]) -> Vec<u8> {
    [START.as_slice(), &digits, &[CR]].concat()
}

pub fn beep() -> Vec<u8> {
    [START.as_slice(), b"////", &[CR]].concat()
}

/// The commands of this file, read back.
pub fn sent(bytes: &[u8]) -> Option<Status> {
    let [b'#', b'@', body @ .., CR] = bytes else {
        return None;
    };
    match body {
        b"////" => Some(Status::Other("beep")),
        digits if digits.len() == DIGITS && digits.iter().all(u8::is_ascii_digit) => {
            Some(Status::Other("setting").with("param", std::str::from_utf8(digits).ok()?))
        }
        _ => None,
    }
}

pub fn decoder() -> Box<dyn Decoder> {
    Box::new(Answering::<CipherLab>::new())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_byte_for_byte() {
        assert_eq!(hex::encode(setting(*b"109952")), "23403130393935320d");
        assert_eq!(
            sent(&setting(*b"109952")).unwrap().details(),
            [("param", "109952".to_owned())]
        );
        assert_eq!(sent(&beep()).unwrap().as_str(), "beep");
    }
}
