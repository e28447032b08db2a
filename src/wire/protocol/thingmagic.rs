//! UHF modules of ThingMagic, M5e to M7e, and boards with them: 115200 8N1.
//!
//! ```text
//!   FLOSSdddCC      one character per byte; an answer
//!   F  FF           L  number of data bytes       O  command that is answered
//!   S  0000 done, 0400 no tag in this time, 0504 too hot, 0505 antenna, others: errors, high byte first
//!   d  data         CC CRC from L on, high byte first: polynomial 1021, the message shifted in, see `checksum`
//!
//!   FLOdddCC        a command
//!
//!   o ff mm n (record)…    data of 22 while it streams: options with bit 4, search flags, m which fields, n tags
//!   o ff n                 data of 22 when asked: so many tags wait (4 bytes where flag 0010 is set)
//!   mm o n (record)…       data of 29: the tags that waited
//!   record: the fields of m, by bit: 0 how often (1 byte), 1 dBm (1), 2 antenna (1), 3 kHz (3), 4 ms (4), 5 phase (2),
//!           6 protocol (1), 7 memory (2 for its bits, then so many), 8 pins (1)
//!           then the bits of what follows (2), protocol control word (2), EPC, its CRC (2)
//! ```
//!
//! A module that streams goes on when the program that started it is gone: it is stopped first, then asked.
//! Sources: github.com/sparkfun/SparkFun_Simultaneous_RFID_Tag_Reader_Library (logs in its comments);
//! github.com/gotthardp/python-mercuryapi and its copy of ThingMagic's serial_reader_l3.c.

use super::super::framing::{Framing, Head, Told};
use super::super::{Decoder, Reading, Reject, Status, Verdict, checksum, identity};

const START: u8 = 0xFF;
/// Start, length, command, status, CRC.
const AROUND: usize = 1 + 1 + 1 + 2 + 2;
/// No message of these modules has more data.
const MAX_DATA: u8 = 248;

/// Commands whose answers are known here.
pub mod op {
    pub const VERSION: u8 = 0x03;
    pub const READ_SINGLE: u8 = 0x21;
    pub const READ_MULTIPLE: u8 = 0x22;
    pub const TAG_BUFFER: u8 = 0x29;
    pub const CLEAR_BUFFER: u8 = 0x2A;
    pub const MULTI: u8 = 0x2F;
}

const OPS: [u8; 26] = [
    op::VERSION,
    0x04,
    0x06,
    0x0C,
    op::READ_SINGLE,
    op::READ_MULTIPLE,
    0x23,
    0x24,
    0x28,
    op::TAG_BUFFER,
    op::CLEAR_BUFFER,
    op::MULTI,
    0x61,
    0x62,
    0x63,
    0x67,
    0x72,
    0x91,
    0x92,
    0x93,
    0x94,
    0x95,
    0x97,
    0x98,
    0x9A,
    0x9B,
];

/// The status of an answer.
pub mod status {
    pub const DONE: u16 = 0x0000;
    pub const NO_TAGS: u16 = 0x0400;
    pub const BUFFER_FULL: u16 = 0x0601;
    pub const TOO_HOT: u16 = 0x0504;
    pub const ANTENNA: u16 = 0x0505;
}

/// What the module said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub op: u8,
    pub status: u16,
    pub data: Vec<u8>,
}

pub struct Answers;

impl Framing for Answers {
    type Frame = Answer;
    const MAX: usize = AROUND + MAX_DATA as usize + 1;

    fn head(&self, bytes: &[u8]) -> Head<Answer> {
        let possible = bytes.iter().take(3).enumerate().all(|(at, byte)| match at {
            0 => *byte == START,
            1 => *byte <= MAX_DATA,
            _ => OPS.contains(byte),
        });
        if !possible {
            return Head::Noise;
        }
        let [_, length, ..] = bytes else {
            return Head::More;
        };
        let len = AROUND + usize::from(*length);
        let Some([_, checked @ .., high, low]) = bytes.get(..len) else {
            return Head::More;
        };
        if checksum::crc16_mercury(checked) != u16::from_be_bytes([*high, *low]) {
            return Head::Broken {
                len,
                reject: Reject::Checksum,
            };
        }
        match checked {
            [_, op, high, low, data @ ..] => Head::Frame {
                len,
                verdict: Answer {
                    op: *op,
                    status: u16::from_be_bytes([*high, *low]),
                    data: data.to_vec(),
                },
            },
            _ => Head::Noise,
        }
    }
}

/// What is said of an answer.
pub fn tell(answer: &Answer, out: &mut Vec<Verdict>) {
    let data = answer.data.as_slice();
    let told = match (answer.op, answer.status) {
        (op::READ_MULTIPLE, status::DONE) if streams(data) => records_of(data.get(3..)),
        (op::READ_MULTIPLE, status::DONE | status::BUFFER_FULL) => {
            Some(vec![Verdict::Status(match found(data) {
                Some(count) => Status::Told("found", vec![("tags", count.to_string())]),
                None => Status::Other("answer"),
            })])
        }
        (op::TAG_BUFFER, status::DONE) => match data {
            [mask_high, mask_low, _, rest @ ..] => {
                records_of(Some(&[&[*mask_high, *mask_low], rest].concat()))
            }
            _ => None,
        },
        (op::READ_MULTIPLE, status::NO_TAGS) => Some(vec![Verdict::Status(Status::Other("keepalive"))]),
        (_, status::NO_TAGS) => Some(vec![Verdict::Reject(Reject::NoTag)]),
        (_, status::TOO_HOT) => Some(vec![Verdict::Status(Status::Other("too hot"))]),
        (_, status::ANTENNA) => Some(vec![Verdict::Status(Status::Other("antenna"))]),
        (_, status::DONE) => Some(vec![Verdict::Status(Status::Other("done"))]),
        (_, code) => Some(vec![Verdict::Status(Status::Told(
            "error",
            vec![("code", format!("{code:04X}"))],
        ))]),
    };
    out.extend(told.unwrap_or_else(|| vec![Verdict::Reject(Reject::Length)]));
}

/// Whether an answer to a search is one of many that come by themselves.
pub fn streams(data: &[u8]) -> bool {
    data.first().is_some_and(|options| options & 0x10 != 0)
}

/// How many tags wait in the module, as an answer to a question says.
pub fn found(data: &[u8]) -> Option<u32> {
    match data {
        [_, _, flags, a, b, c, d, ..] if flags & 0x10 != 0 => Some(u32::from_be_bytes([*a, *b, *c, *d])),
        [_, _, _, count, ..] => Some(u32::from(*count)),
        _ => None,
    }
}

/// Reads `mm n (record)…`; `None` if it contradicts itself.
fn records_of(data: Option<&[u8]>) -> Option<Vec<Verdict>> {
    let [high, low, count, rest @ ..] = data? else {
        return None;
    };
    let mask = u16::from_be_bytes([*high, *low]);
    let mut rest = rest;
    let mut verdicts = Vec::new();
    for _ in 0..*count {
        verdicts.push(record(mask, &mut rest)?);
    }
    rest.is_empty().then_some(verdicts)
}

/// Which fields a record has, by bit of the mask: a name, and its bytes. Bit 7, the memory, has a length of its own.
const FIELDS: [(&str, usize); 9] = [
    ("count", 1),
    ("dbm", 1),
    ("antenna", 1),
    ("khz", 3),
    ("ms", 4),
    ("phase", 2),
    ("protocol", 1),
    ("memory", 2),
    ("pins", 1),
];

fn record(mask: u16, rest: &mut &[u8]) -> Option<Verdict> {
    if mask >> FIELDS.len() != 0 {
        return None;
    }
    let mut details = Vec::new();
    let mut rssi = None;
    for (bit, (name, bytes)) in FIELDS.iter().enumerate() {
        if mask >> bit & 1 == 0 {
            continue;
        }
        let field = take(rest, *bytes)?;
        let number = field
            .iter()
            .fold(0u32, |number, byte| number << 8 | u32::from(*byte));
        match (*name, field) {
            ("dbm", [dbm]) => rssi = Some(i8::from_be_bytes([*dbm])),
            ("antenna", [ports]) => {
                details.push(("antenna_tx", (ports >> 4).to_string()));
                details.push(("antenna_rx", (ports & 0x0F).to_string()));
            }
            ("memory", _) => {
                take(rest, usize::try_from(number.div_ceil(8)).ok()?)?;
            }
            ("khz", _) => details.push(("freq_khz", number.to_string())),
            ("ms", _) => details.push(("timestamp_ms", number.to_string())),
            ("protocol", _) => details.push(("protocol", number.to_string())),
            _ => {}
        }
    }
    let bits = take(rest, 2)?;
    let [high, low] = bits else { return None };
    let bits = usize::from(u16::from_be_bytes([*high, *low]));
    let [pc_high, pc_low, epc @ .., crc_high, crc_low] = take(rest, bits.div_ceil(8))? else {
        return None;
    };
    Some(match identity::epc(epc) {
        Ok(tag) => {
            let mut reading = Reading::of(tag)
                .with("pc", hex::encode_upper([*pc_high, *pc_low]))
                .with("crc", hex::encode_upper([*crc_high, *crc_low]))
                .with("epc_bits", bits.to_string());
            reading.details.extend(details);
            reading.rssi_dbm = rssi;
            Verdict::Tag(reading)
        }
        Err(reject) => Verdict::Reject(reject),
    })
}

fn take<'a>(rest: &mut &'a [u8], count: usize) -> Option<&'a [u8]> {
    let (taken, later) = rest.split_at_checked(count)?;
    *rest = later;
    Some(taken)
}

pub fn decoder() -> Box<dyn Decoder> {
    Box::new(Told::new(Answers, |answer, out| tell(&answer, out)))
}

/// Asks firmware and hardware.
pub fn version() -> Vec<u8> {
    command(op::VERSION, &[])
}

/// Ends what any program has left streaming.
pub fn stop() -> Vec<u8> {
    command(op::MULTI, &[0x00, 0x00, 0x02])
}

/// One search on the antennas that were set, for so many milliseconds; what is found waits in the module.
pub fn search(ms: u16) -> Vec<u8> {
    let [high, low] = ms.to_be_bytes();
    // No options; flags 0003: the antennas as they were set.
    command(op::READ_MULTIPLE, &[0x00, 0x00, 0x03, high, low])
}

/// Fetches tags that wait, with all fields; again until none is left.
pub fn fetch() -> Vec<u8> {
    command(op::TAG_BUFFER, &[0x01, 0xFF, 0x00])
}

/// Forgets the tags that wait.
pub fn clear() -> Vec<u8> {
    command(op::CLEAR_BUFFER, &[])
}

/// Data are a few bytes; a length that does not fit would be refused by the module.
pub fn command(op: u8, data: &[u8]) -> Vec<u8> {
    let length = u8::try_from(data.len()).unwrap_or(u8::MAX);
    let checked = [&[length, op], data].concat();
    let crc = checksum::crc16_mercury(&checked).to_be_bytes();
    [&[START], checked.as_slice(), &crc].concat()
}

/// A command, read back: an answer of the same length has two bytes more.
pub fn sent(bytes: &[u8]) -> Option<Status> {
    let [START, checked @ .., high, low] = bytes else {
        return None;
    };
    let [length, op, data @ ..] = checked else {
        return None;
    };
    if usize::from(*length) != data.len()
        || checksum::crc16_mercury(checked) != u16::from_be_bytes([*high, *low])
    {
        return None;
    }
    Some(match (*op, data) {
        (op::VERSION, []) => Status::Other("version"),
        (op::MULTI, [_, _, 0x02]) => Status::Other("stop"),
        (op::READ_MULTIPLE, [_, _, _, high, low]) => {
            Status::Other("search").with("ms", u16::from_be_bytes([*high, *low]).to_string())
        }
        (op::TAG_BUFFER, _) => Status::Other("fetch"),
        (op::CLEAR_BUFFER, []) => Status::Other("clear"),
        (code, data) => Status::Other("command")
            .with("opcode", code.to_string())
            .with("data", hex::encode_upper(data)),
    })
}
