//! GM65 and GM861 modules: zones of settings, between lines of codes. 9600 8N1.
//!
//! ```text
//!   ~0TLAAd...KK           one character per byte: ~ 7E, 0 00; a command
//!   T  07 read, 08 write, 09 keep in flash     L  bytes of data    AA  address, high byte first    d  data
//!   s00Ld...KK             the answer: s 02, 0 00
//!   KK  CRC-16/XMODEM from T (or the 00 before L) to the last d, high byte first; AB CD: not to be checked
//! ```
//!
//! Sources: published notes on the GM65 and GM861 and their manuals.

use super::super::framing::Head;
use super::super::{Decoder, Reject, Status, Verdict, checksum};
use super::answering::{Answering, Answers};

const COMMAND: [u8; 2] = [0x7E, 0x00];
const STX: u8 = 0x02;
const READ: u8 = 0x07;
const WRITE: u8 = 0x08;
const SAVE: u8 = 0x09;
/// In place of a sum: the module does not check.
const UNCHECKED: [u8; 2] = [0xAB, 0xCD];
/// STX, 00, 00, length; and the sum.
const AROUND: usize = 6;
/// Zones are a few bytes each; no answer asked for here has more.
pub const MAX_DATA: usize = 64;

struct Gm65;

impl Answers for Gm65 {
    const MAX: usize = AROUND + MAX_DATA;

    fn head(bytes: &[u8]) -> Head {
        match bytes {
            [STX] | [STX, 0] | [STX, 0, 0] => Head::More,
            [STX, 0, 0, len, ..] if usize::from(*len) <= MAX_DATA => {
                let len = AROUND + usize::from(*len);
                let Some(frame) = bytes.get(..len) else {
                    return Head::More;
                };
                match frame {
                    [_, _, checked @ .., high, low] if sealed(checked, [*high, *low]) => {
                        let data = hex::encode_upper(checked.get(2..).unwrap_or_default());
                        let verdict =
                            Verdict::Status(Status::Told("answer to a command", vec![("data", data)]));
                        Head::Frame { len, verdict }
                    }
                    _ => Head::Broken {
                        len,
                        reject: Reject::Checksum,
                    },
                }
            }
            _ => Head::Noise,
        }
    }

    fn is_answer(bytes: &[u8]) -> bool {
        matches!(bytes, [STX, 0, ..])
    }
}

fn sealed(checked: &[u8], sum: [u8; 2]) -> bool {
    sum == UNCHECKED || checksum::crc16_xmodem(checked).to_be_bytes() == sum
}

/// Writes a zone, until the power goes.
pub fn write(address: u16, data: &[u8]) -> Vec<u8> {
    command(WRITE, address, data)
}

/// Keeps the zones in flash.
pub fn save() -> Vec<u8> {
    command(SAVE, 0, &[0])
}

/// Asks for `count` bytes of zones.
pub fn read(address: u16, count: u8) -> Vec<u8> {
    command(READ, address, &[count])
}

/// Starts one scan; the sum is left out, as its makers do.
pub fn trigger() -> Vec<u8> {
    let mut bytes = write(0x0002, &[0x01]);
    bytes.truncate(bytes.len().saturating_sub(UNCHECKED.len()));
    bytes.extend(UNCHECKED);
    bytes
}

/// Data are a few bytes; the length of more would be wrong, and the module would not answer.
fn command(kind: u8, address: u16, data: &[u8]) -> Vec<u8> {
    let len = u8::try_from(data.len()).unwrap_or(u8::MAX);
    let [high, low] = address.to_be_bytes();
    let checked = [&[kind, len, high, low], data].concat();
    let sum = checksum::crc16_xmodem(&checked).to_be_bytes();
    [COMMAND.as_slice(), &checked, &sum].concat()
}

/// The commands of this file, read back.
pub fn sent(bytes: &[u8]) -> Option<Status> {
    let [checked @ .., high, low] = bytes.strip_prefix(&COMMAND)? else {
        return None;
    };
    let [kind, len, a, b, data @ ..] = checked else {
        return None;
    };
    if usize::from(*len) != data.len() || !sealed(checked, [*high, *low]) {
        return None;
    }
    let name = match *kind {
        READ => "read zone",
        WRITE => "write zone",
        SAVE => "save to flash",
        _ => return None,
    };
    let sent = Status::Other(name).with("zone", hex::encode_upper([*a, *b]));
    Some(sent.with("data", hex::encode_upper(data)))
}

pub fn decoder() -> Box<dyn Decoder> {
    Box::new(Answering::<Gm65>::new())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_byte_for_byte() {
        for (command, written, name) in [
            (save(), "7e000901000000dec8", "save to flash"),
            (write(0x002A, &[0x39, 0x01]), "7e000802002a3901a7ea", "write zone"),
            (trigger(), "7e000801000201abcd", "write zone"),
        ] {
            assert_eq!(hex::encode(&command), written);
            assert_eq!(sent(&command).unwrap().as_str(), name);
        }
        assert_eq!(sent(&hex::decode("7e000901000000dec9").unwrap()), None);
    }
}
