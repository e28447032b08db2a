//! UHF readers of Chafon and those sold under other names, older kind: CF-RU5102, RU5106, RU6402. 57600 8N1, or TCP.
//!
//! ```text
//!   LACSdddCC      one character per byte; an answer
//!   L  number of bytes behind it            A  address of the reader, 00 as sold      C  command that is answered
//!   S  00 done, 01 all of it, 02 time is up, 03 more follows, 04 no memory left, FB no tag, F8 antenna, others: errors
//!   d  data        CC  CRC-16/MCRF4XX from L on, low byte first
//!
//!   LACdddCC       a command; to address FF all answer
//!
//!   n (l EPC)…     data of an inventory (01): n tags, each with the length of its EPC memory
//!   VvTtXNPS…      data of «who are you?» (21): version, type, protocols, highest and lowest channel with the band in
//!                  their upper bits, power in dBm, time of an inventory in 100 ms
//! ```
//!
//! No byte starts a frame: what holds it together is a known command, a possible status, and the CRC. Garbage that begins
//! like a frame hides what follows until silence, or for 256 bytes.
//! Sources: github.com/wabson/chafon-rfid, tests and chafon_rfid; Chafon, UHFReader18 User's Manual V2.0, 4 to 7.

use super::super::framing::{Framing, Head, Told};
use super::super::{Decoder, Reading, Reject, Status, Verdict, checksum, identity};

/// Address, command, status and CRC: what the length counts at least.
const MIN_LENGTH: u8 = 5;
/// Every reader that hears it answers.
pub const BROADCAST: u8 = 0xFF;

pub const INVENTORY: u8 = 0x01;
pub const INVENTORY_SINGLE: u8 = 0x0F;
pub const INFORMATION: u8 = 0x21;
/// Commands whose answers are known here: inventories, memory, information, band, address, times, baud rate, power,
/// beep, work mode, buzzer, antennas.
const COMMANDS: [u8; 16] = [
    INVENTORY,
    0x02,
    0x03,
    INVENTORY_SINGLE,
    INFORMATION,
    0x22,
    0x24,
    0x25,
    0x28,
    0x2F,
    0x33,
    0x35,
    0x36,
    0x3F,
    0x40,
    0x76,
];

/// The status of an answer.
pub mod status {
    pub const DONE: u8 = 0x00;
    pub const ALL: u8 = 0x01;
    pub const TIME_UP: u8 = 0x02;
    pub const MORE: u8 = 0x03;
    pub const NO_MEMORY: u8 = 0x04;
    pub const ANTENNA: u8 = 0xF8;
    pub const NO_TAG: u8 = 0xFB;
}

/// What the reader said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub address: u8,
    pub command: u8,
    pub status: u8,
    pub data: Vec<u8>,
}

pub struct Answers;

impl Framing for Answers {
    type Frame = Answer;
    /// The length is a byte.
    const MAX: usize = 256 + 1;

    fn head(&self, bytes: &[u8]) -> Head<Answer> {
        let possible = bytes.iter().take(4).enumerate().all(|(at, byte)| match at {
            0 => *byte >= MIN_LENGTH,
            1 => *byte != BROADCAST,
            2 => COMMANDS.contains(byte),
            _ => matches!(byte, 0x00..=0x14 | 0x30..=0x33 | 0xEE | 0xF8..=0xFF),
        });
        let Some(length) = bytes.first().filter(|_| possible) else {
            return Head::Noise;
        };
        let len = usize::from(*length) + 1;
        let Some(frame) = bytes.get(..len) else {
            return Head::More;
        };
        if checksum::crc16_mcrf4xx(frame) != 0 {
            return Head::Broken {
                len,
                reject: Reject::Checksum,
            };
        }
        match frame {
            [_, address, command, status, data @ .., _, _] => Head::Frame {
                len,
                verdict: Answer {
                    address: *address,
                    command: *command,
                    status: *status,
                    data: data.to_vec(),
                },
            },
            _ => Head::Noise,
        }
    }
}

/// What is said of an answer, whose tags `tags` reads out of its data.
pub fn tell(answer: &Answer, tags: fn(&[u8]) -> Option<Vec<Verdict>>, out: &mut Vec<Verdict>) {
    match (answer.command, answer.status) {
        (_, status::NO_TAG) => out.push(Verdict::Reject(Reject::NoTag)),
        (_, status::ANTENNA) => out.push(Verdict::Status(Status::Other("antenna"))),
        (INVENTORY | INVENTORY_SINGLE, status::DONE..=status::NO_MEMORY) => match tags(&answer.data) {
            Some(tags) if tags.is_empty() => out.push(Verdict::Reject(Reject::NoTag)),
            Some(tags) => out.extend(tags),
            None => out.push(Verdict::Reject(Reject::Length)),
        },
        (INFORMATION, status::DONE) => out.push(Verdict::Status(information(&answer.data))),
        (_, status::DONE) => out.push(Verdict::Status(Status::Other("done"))),
        (_, code) => out.push(Verdict::Status(Status::Told(
            "error",
            vec![("code", hex::encode_upper([code]))],
        ))),
    }
}

/// One verdict per tag; `None` if the data contradict themselves.
fn tags(data: &[u8]) -> Option<Vec<Verdict>> {
    let (count, mut rest) = match data {
        [] => (0, data),
        [count, rest @ ..] => (*count, rest),
    };
    let mut verdicts = Vec::new();
    for _ in 0..count {
        let (length, later) = rest.split_first()?;
        let (epc, later) = later.split_at_checked(usize::from(*length))?;
        rest = later;
        verdicts.push(match identity::epc(epc) {
            Ok(tag) => Verdict::Tag(Reading::of(tag)),
            Err(reject) => Verdict::Reject(reject),
        });
    }
    rest.is_empty().then_some(verdicts)
}

/// Bands by the upper bits of highest and lowest channel: name, lowest frequency and step in kHz.
const BANDS: [(u8, &str, u32, u32); 5] = [
    (0b0000, "user", 902_600, 400),
    (0b0001, "CN", 920_125, 250),
    (0b0010, "US", 902_750, 500),
    (0b0011, "KR", 917_100, 200),
    (0b0100, "EU", 865_100, 200),
];

fn information(data: &[u8]) -> Status {
    let [high, low, kind, _, top, bottom, power, time, ..] = data else {
        return Status::Other("information");
    };
    let mut told = vec![
        ("firmware", format!("{high}.{low}")),
        ("reader_type", format!("{kind:02X}")),
        ("power_dbm", power.to_string()),
        ("scan_time_100ms", time.to_string()),
    ];
    let band = top >> 6 << 2 | bottom >> 6;
    if let Some((_, name, base, step)) = BANDS.iter().find(|(bits, ..)| *bits == band) {
        let mhz = |channel: u8| {
            let khz = base + step * u32::from(channel & 0x3F);
            format!("{}.{:03}", khz / 1000, khz % 1000)
        };
        told.push(("band", (*name).to_owned()));
        told.push(("fmin_mhz", mhz(*bottom)));
        told.push(("fmax_mhz", mhz(*top)));
    }
    Status::Told("information", told)
}

pub fn decoder() -> Box<dyn Decoder> {
    Box::new(Told::new(Answers, judge))
}

/// What is said of an answer of a Reader18.
pub fn judge(answer: Answer, out: &mut Vec<Verdict>) {
    tell(&answer, tags, out);
}

/// Asks who it is.
pub fn ask_information(address: u8) -> Vec<u8> {
    command(address, INFORMATION, &[])
}

/// One inventory round; the reader answers with what it found, in as many frames as it takes.
pub fn inventory(address: u8) -> Vec<u8> {
    command(address, INVENTORY, &[])
}

/// Data are a few bytes; a length that does not fit a byte would be refused by the reader.
pub fn command(address: u8, command: u8, data: &[u8]) -> Vec<u8> {
    let length = u8::try_from(data.len().saturating_add(4)).unwrap_or(u8::MAX);
    let frame = [&[length, address, command], data].concat();
    let crc = checksum::crc16_mcrf4xx(&frame).to_le_bytes();
    [frame.as_slice(), &crc].concat()
}

/// A command, read back. Command and answer look alike: only what is sent to all, or has no room for a status, is
/// surely a command.
pub fn sent(bytes: &[u8]) -> Option<Status> {
    let [length, address, command, data @ .., _, _] = bytes else {
        return None;
    };
    let whole = usize::from(*length) + 1 == bytes.len() && checksum::crc16_mcrf4xx(bytes) == 0;
    if !whole || !(*address == BROADCAST || data.is_empty()) {
        return None;
    }
    let sent = match (*command, data) {
        (INFORMATION, []) => Status::Other("information"),
        (INVENTORY, []) => Status::Other("inventory"),
        (INVENTORY, [q, session, ..]) => Status::Other("inventory")
            .with("q", q.to_string())
            .with("session", session.to_string()),
        (code, data) => Status::Other("command")
            .with("code", hex::encode_upper([code]))
            .with("data", hex::encode_upper(data)),
    };
    Some(sent.with("addr", address.to_string()))
}
