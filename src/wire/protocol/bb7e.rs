//! UHF modules YRM100, M100, JRD-4035 and their kin: 115200 8N1.
//!
//! ```text
//!   BTCLLrPPeeeeeeeeeeeecc+E     one character per byte; here a tag notice
//!   B  BB      T  00 command, 01 answer, 02 notice      C  command: 22 a tag was seen, FF an error
//!   LL length of what follows up to +, high byte first
//!   r  signal strength, signed dBm    PP protocol control word    e  EPC, L-5 bytes    cc its CRC
//!   +  low byte of the sum from T to the last parameter           E  7E
//! ```
//!
//! The end is found by the length: 7E may stand inside. FF 15 says that no tag answered.
//! Sources: github.com/m5stack/UNIT_UHF_RFID; published notes on the YRM100 and M100.

use super::super::framing::{Envelope, Head, Hunt};
use super::super::{Decoder, Reading, Reject, Status, Verdict, checksum, identity};

const START: u8 = 0xBB;
const END: u8 = 0x7E;
/// Start, type, command, length; sum and end.
const BEFORE: usize = 5;
const AFTER: usize = 2;
/// Signal strength, protocol control, CRC around the EPC of a notice.
const AROUND_EPC: usize = 5;
/// The longest EPC memory has 62 bytes.
const MAX_NOTICE: usize = AROUND_EPC + 62;
/// Answers with text or memory are longer; none that is asked for here is longer than this.
const MAX_PARAMETERS: usize = 255;

struct Bb7e;

impl Envelope for Bb7e {
    const MAX: usize = BEFORE + MAX_PARAMETERS + AFTER + 1;

    fn head(&self, bytes: &[u8]) -> Head {
        match bytes {
            [START] | [START, 0..=2] | [START, 0..=2, _] | [START, 0..=2, _, _] => Head::More,
            [START, 0..=2, command, high, low, ..] => {
                let parameters = usize::from(u16::from_be_bytes([*high, *low]));
                let most = if *command == 0x22 {
                    MAX_NOTICE
                } else {
                    MAX_PARAMETERS
                };
                if parameters > most {
                    return Head::Broken {
                        len: BEFORE,
                        reject: Reject::Length,
                    };
                }
                let len = BEFORE + parameters + AFTER;
                let Some(frame) = bytes.get(..len) else {
                    return Head::More;
                };
                match judge(frame) {
                    Ok(verdict) => Head::Frame { len, verdict },
                    Err(reject) => Head::Broken { len, reject },
                }
            }
            _ => Head::Noise,
        }
    }
}

fn judge(frame: &[u8]) -> Result<Verdict, Reject> {
    let [START, checked @ .., sum, END] = frame else {
        return Err(Reject::Length);
    };
    if checksum::sum(checked) != *sum {
        return Err(Reject::Checksum);
    }
    let [kind, command, _, _, parameters @ ..] = checked else {
        return Err(Reject::Length);
    };
    match (kind, command) {
        (1 | 2, 0x22) => notice(parameters),
        (1, 0xFF) => Ok(match parameters {
            [0x15] => Verdict::Reject(Reject::NoTag),
            [0x09] => Verdict::Status(Status::Other("read failed")),
            [0x10] => Verdict::Status(Status::Other("write failed")),
            _ => Verdict::Status(Status::Other("error")),
        }),
        (1 | 2, _) => Ok(Verdict::Status(Status::Other("answer"))),
        // A command is what we say; heard from the module it is an echo.
        _ => Ok(Verdict::Reject(Reject::NotMine)),
    }
}

fn notice(parameters: &[u8]) -> Result<Verdict, Reject> {
    let [rssi, pc_high, pc_low, epc @ .., crc_high, crc_low] = parameters else {
        return Err(Reject::Length);
    };
    if epc.is_empty() {
        return Err(Reject::Length);
    }
    // The envelope held: what is insane inside is not searched for another frame.
    let tag = match identity::epc(epc) {
        Ok(tag) => tag,
        Err(reject) => return Ok(Verdict::Reject(reject)),
    };
    let mut reading = Reading::of(tag)
        .with("pc", hex::encode_upper([*pc_high, *pc_low]))
        .with("crc", hex::encode_upper([*crc_high, *crc_low]));
    reading.rssi_dbm = Some(i8::from_be_bytes([*rssi]));
    Ok(Verdict::Tag(reading))
}

pub fn decoder() -> Box<dyn Decoder> {
    Box::new(Hunt::new(Bb7e))
}

/// One inventory round.
pub fn poll() -> Vec<u8> {
    command(0x22, &[])
}

/// Inventory rounds without being asked again.
pub fn poll_many(rounds: u16) -> Vec<u8> {
    let [high, low] = rounds.to_be_bytes();
    command(0x27, &[0x22, high, low])
}

/// Ends what [`poll_many`] began.
pub fn stop() -> Vec<u8> {
    command(0x28, &[])
}

/// Transmitting power, in hundredths of a dBm.
pub fn power(centi_dbm: u16) -> Vec<u8> {
    command(0xB6, &centi_dbm.to_be_bytes())
}

/// Parameters are never longer than a few bytes; the length of more would be wrong, and the module would say so.
fn command(command: u8, parameters: &[u8]) -> Vec<u8> {
    let length = u16::try_from(parameters.len()).unwrap_or(u16::MAX).to_be_bytes();
    let checked = [&[0x00, command], length.as_slice(), parameters].concat();
    let sum = checksum::sum(&checked);
    [&[START], checked.as_slice(), &[sum, END]].concat()
}

/// The commands of this file, read back.
pub fn sent(bytes: &[u8]) -> Option<Status> {
    let [START, checked @ .., sum, END] = bytes else {
        return None;
    };
    let [0x00, command, high, low, parameters @ ..] = checked else {
        return None;
    };
    let length = usize::from(u16::from_be_bytes([*high, *low]));
    if length != parameters.len() || checksum::sum(checked) != *sum {
        return None;
    }
    Some(match (command, parameters) {
        (0x22, []) => Status::Other("single poll"),
        (0x27, [0x22, high, low]) => {
            Status::Other("multi poll").with("count", u16::from_be_bytes([*high, *low]).to_string())
        }
        (0x28, []) => Status::Other("stop multi poll"),
        (0xB6, [high, low]) => {
            Status::Other("set power").with("centi_dbm", u16::from_be_bytes([*high, *low]).to_string())
        }
        _ => Status::Other("command").with("code", hex::encode_upper([*command])),
    })
}
