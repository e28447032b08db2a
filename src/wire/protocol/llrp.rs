//! LLRP, the protocol of UHF readers on a network (Impinj, Zebra FX and others): TCP 5084, big-endian.
//!
//! ```text
//!   VTLLLLIIIIp…                one message, one character per byte
//!   VT    3 bits 0, 3 bits version (1 or 2), 10 bits type        LLLL  length of the whole     IIII  its number
//!   p     parameters:   tTLL…   TLV: 6 bits 0, 10 bits type, 2 bytes length of the whole, value
//!                       t…      TV: highest bit 1, 7 bits type, value of a length known by type
//!
//!   63 an event of the reader, the first of them «you are connected»      62 keep-alive, to be answered by 72
//!   61 report: TLV 240 per tag, in it TV 13 an EPC of 96 bits, or TLV 241 bits and EPC; TV 1 antenna, 6 peak
//!      strength (signed dBm), 8 how often seen, 2 to 5 times, others that are not needed here
//!   21 31  20 30  24 34   delete, add, enable a ROSpec, and the answers; TLV 287 in them: status, words
//!   14 4   close the connection, and the answer       100 an error message
//! ```
//!
//! Several messages may come in one read, and one in several. TCP loses nothing, so what is torn was cut by the end
//! of a connection.
//! Sources: GS1 EPCglobal LLRP 1.1, ref.gs1.org/standards/llrp; the captures in github.com/sllurp/sllurp/tests.

mod talk;

pub use talk::dialogue;

use super::super::framing::{Framing, Head, Told};
use super::super::{Decoder, Reading, Reject, Status, Verdict, identity};

/// Version, type, length and number of a message.
const HEADER: usize = 10;
/// The longest message that is read: some hundred tags. A report of one tag has below 100 bytes.
pub const MAX_MESSAGE: usize = 16 * 1024;
/// The longest words of a status that are kept.
const MAX_WORDS: usize = 200;

/// Types of messages.
mod kind {
    pub const CLOSED: u16 = 4;
    pub const CLOSE: u16 = 14;
    pub const ADD_ROSPEC: u16 = 20;
    pub const DELETE_ROSPEC: u16 = 21;
    pub const ENABLE_ROSPEC: u16 = 24;
    pub const ROSPEC_ADDED: u16 = 30;
    pub const ROSPEC_DELETED: u16 = 31;
    pub const ROSPEC_ENABLED: u16 = 34;
    pub const REPORT: u16 = 61;
    pub const KEEPALIVE: u16 = 62;
    pub const EVENT: u16 = 63;
    pub const KEEPALIVE_ACK: u16 = 72;
    pub const ERROR: u16 = 100;
    pub const CUSTOM: u16 = 1023;
}

/// Types of parameters.
mod param {
    pub const UTC: u16 = 128;
    pub const TAG_REPORT: u16 = 240;
    pub const EPC_DATA: u16 = 241;
    pub const EVENT_DATA: u16 = 246;
    pub const CONNECTION_ATTEMPT: u16 = 256;
    pub const CONNECTION_CLOSE: u16 = 257;
    pub const STATUS: u16 = 287;
    pub const EPC_96: u16 = 13;
}

/// A message from a reader, its parameters checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Message {
    kind: u16,
    number: u32,
    body: Body,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Body {
    /// One verdict per tag.
    Report(Vec<Verdict>),
    Keepalive,
    Event {
        utc_us: Option<u64>,
        connection: Option<u16>,
        closed: bool,
    },
    /// An answer to a command of ours, or an error message.
    Answer {
        code: u16,
        words: String,
    },
    /// A message that says nothing that is needed here.
    Other,
}

pub(super) struct Llrp;

impl Framing for Llrp {
    type Frame = Message;
    const MAX: usize = MAX_MESSAGE + 1;

    fn head(&self, bytes: &[u8]) -> Head<Message> {
        let Some(kind) = kind_of(bytes) else {
            return if bytes.len() == 1 && begins(bytes) {
                Head::More
            } else {
                Head::Noise
            };
        };
        let [_, _, length @ ..] = bytes else {
            return Head::More;
        };
        let Some((length, _)) = length.split_first_chunk::<4>() else {
            return Head::More;
        };
        let len = usize::try_from(u32::from_be_bytes(*length)).unwrap_or(usize::MAX);
        if !(HEADER..=MAX_MESSAGE).contains(&len) {
            let reject = match len < HEADER {
                true => Reject::Length,
                false => Reject::Overlong,
            };
            return Head::Broken {
                len: HEADER.min(bytes.len()),
                reject,
            };
        }
        let Some(message) = bytes.get(..len) else {
            return Head::More;
        };
        match judge(kind, message) {
            Ok(message) => Head::Frame {
                len,
                verdict: message,
            },
            Err(reject) => Head::Broken { len, reject },
        }
    }
}

fn begins(bytes: &[u8]) -> bool {
    bytes.first().is_some_and(|byte| matches!(byte >> 2, 1 | 2))
}

/// The type of a message that a reader may send; `None` where no message begins so.
fn kind_of(bytes: &[u8]) -> Option<u16> {
    let [high, low, ..] = bytes else { return None };
    if !begins(bytes) {
        return None;
    }
    let kind = u16::from_be_bytes([high & 0x03, *low]);
    matches!(
        kind,
        kind::CLOSED
            | 11..=13
            | 30..=36
            | 50..=56
            | kind::REPORT..=kind::EVENT
            | kind::ERROR
            | kind::CUSTOM
    )
    .then_some(kind)
}

fn judge(kind: u16, message: &[u8]) -> Result<Message, Reject> {
    let (header, parameters) = message.split_at_checked(HEADER).ok_or(Reject::Length)?;
    let number = number_of(header.get(6..).unwrap_or_default());
    let parameters = Parameters(parameters);
    let body = match kind {
        kind::REPORT => report(parameters)?,
        kind::KEEPALIVE => match parameters.0 {
            [] => Body::Keepalive,
            _ => return Err(Reject::Length),
        },
        kind::EVENT => event(parameters)?,
        kind::CLOSED | kind::ERROR | 30..=36 => answer(parameters)?,
        _ => Body::Other,
    };
    Ok(Message {
        kind,
        number: u32::try_from(number).unwrap_or_default(),
        body,
    })
}

fn report(parameters: Parameters) -> Result<Body, Reject> {
    let mut verdicts = Vec::new();
    for parameter in parameters {
        let parameter = parameter?;
        if parameter.kind == param::TAG_REPORT {
            verdicts.push(tag(Parameters(parameter.value))?);
        }
    }
    Ok(Body::Report(verdicts))
}

/// One tag of a report. The envelope held: what is insane inside is not searched for another message.
fn tag(parameters: Parameters) -> Result<Verdict, Reject> {
    let mut epc = None;
    let mut beside = Vec::new();
    let mut rssi = None;
    for parameter in parameters {
        let Parameter { kind, value } = parameter?;
        match kind {
            param::EPC_96 => epc = Some(value),
            param::EPC_DATA => {
                let (bits, memory) = value.split_first_chunk::<2>().ok_or(Reject::Length)?;
                let bits = usize::from(u16::from_be_bytes(*bits));
                if bits.div_ceil(8) != memory.len() {
                    return Err(Reject::Length);
                }
                if !bits.is_multiple_of(8) {
                    return Ok(Verdict::Reject(Reject::Insane));
                }
                epc = Some(memory);
            }
            6 => rssi = value.first().map(|byte| i8::from_be_bytes([*byte])),
            _ => {
                if let Some(name) = named(kind) {
                    beside.push((name, number_of(value).to_string()));
                }
            }
        }
    }
    let Some(epc) = epc else {
        return Ok(Verdict::Reject(Reject::Length));
    };
    let mut reading = match identity::epc(epc) {
        Ok(tag) => Reading::of(tag),
        Err(reject) => return Ok(Verdict::Reject(reject)),
    };
    reading.rssi_dbm = rssi;
    reading = reading.with("epc_bits", (epc.len() * 8).to_string());
    reading.details.extend(beside);
    Ok(Verdict::Tag(reading))
}

/// Fields of a tag's report that people who look on may want.
fn named(kind: u16) -> Option<&'static str> {
    Some(match kind {
        1 => "antenna",
        2 => "first_seen_us",
        4 => "last_seen_us",
        7 => "channel",
        8 => "seen_count",
        _ => return None,
    })
}

fn event(parameters: Parameters) -> Result<Body, Reject> {
    let (mut utc_us, mut connection, mut closed) = (None, None, false);
    for parameter in parameters {
        let Parameter { kind, value } = parameter?;
        if kind != param::EVENT_DATA {
            continue;
        }
        for parameter in Parameters(value) {
            let Parameter { kind, value } = parameter?;
            match kind {
                param::UTC => utc_us = Some(number_of(value)),
                param::CONNECTION_ATTEMPT => match value {
                    [0, status @ 0..=4] => connection = Some(u16::from(*status)),
                    _ => return Err(Reject::Insane),
                },
                param::CONNECTION_CLOSE => closed = true,
                _ => {}
            }
        }
    }
    Ok(Body::Event {
        utc_us,
        connection,
        closed,
    })
}

fn answer(parameters: Parameters) -> Result<Body, Reject> {
    for parameter in parameters {
        let Parameter { kind, value } = parameter?;
        if kind != param::STATUS {
            continue;
        }
        let [code_high, code_low, high, low, rest @ ..] = value else {
            return Err(Reject::Length);
        };
        let words = rest
            .get(..usize::from(u16::from_be_bytes([*high, *low])))
            .ok_or(Reject::Length)?;
        let printable = |c: &char| !c.is_control();
        return Ok(Body::Answer {
            code: u16::from_be_bytes([*code_high, *code_low]),
            words: String::from_utf8_lossy(words)
                .chars()
                .filter(printable)
                .take(MAX_WORDS)
                .collect(),
        });
    }
    Err(Reject::Length)
}

/// A number of at most eight bytes.
fn number_of(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0, |number, byte| number << 8 | u64::from(*byte))
}

struct Parameter<'a> {
    kind: u16,
    value: &'a [u8],
}

/// Walks along parameters; whatever does not come out even is a reject, once, and the end.
struct Parameters<'a>(&'a [u8]);

impl<'a> Parameters<'a> {
    fn cut(&mut self) -> Option<Parameter<'a>> {
        let first = *self.0.first()?;
        let (kind, before, len) = if first & 0x80 != 0 {
            let kind = u16::from(first & 0x7F);
            (kind, 1, 1 + tv_len(kind)?)
        } else {
            let [high, low, length_high, length_low, ..] = self.0 else {
                return None;
            };
            let len = usize::from(u16::from_be_bytes([*length_high, *length_low]));
            // Six reserved bits are zero.
            if high & 0xFC != 0 || len < 4 {
                return None;
            }
            (u16::from_be_bytes([*high, *low]), 4, len)
        };
        let (parameter, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some(Parameter {
            kind,
            value: parameter.get(before..)?,
        })
    }
}

impl<'a> Iterator for Parameters<'a> {
    type Item = Result<Parameter<'a>, Reject>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let parameter = self.cut().ok_or(Reject::Length);
        if parameter.is_err() {
            self.0 = &[];
        }
        Some(parameter)
    }
}

/// Length of the value of a short parameter, in bytes; what is not in the standard cannot be walked over.
fn tv_len(kind: u16) -> Option<usize> {
    Some(match kind {
        6 => 1,
        1 | 7 | 8 | 10 | 11 | 12 | 14 | 15 | 17 | 19 | 20 => 2,
        9 | 16 | 18 => 4,
        2..=5 => 8,
        param::EPC_96 => 12,
        _ => return None,
    })
}

/// What a message says, for the log and for people who look on.
fn tell(message: Message, out: &mut Vec<Verdict>) {
    let Message { kind, number, body } = message;
    let mut beside = vec![("type", kind.to_string()), ("id", number.to_string())];
    let word = match body {
        Body::Report(verdicts) if !verdicts.is_empty() => return out.extend(verdicts),
        Body::Report(_) => "report of nothing",
        Body::Keepalive => {
            beside.push(("reply", hex::encode_upper(talk::keepalive_ack(number))));
            "keepalive"
        }
        Body::Event {
            utc_us,
            connection,
            closed,
        } => {
            beside.extend(utc_us.map(|utc_us| ("utc_us", utc_us.to_string())));
            beside.extend(connection.map(|status| ("connection_status", status.to_string())));
            match connection {
                Some(0) => "connected",
                Some(_) => "connection refused",
                None if closed => "connection closed",
                None => "event",
            }
        }
        Body::Answer { code, words } => {
            beside.push(("code", code.to_string()));
            if !words.is_empty() {
                beside.push(("words", words));
            }
            match code {
                0 => "answer",
                _ => "error",
            }
        }
        Body::Other => "message",
    };
    out.push(Verdict::Status(Status::Told(word, beside)));
}

pub fn decoder() -> Box<dyn Decoder> {
    Box::new(Told::new(Llrp, tell))
}
