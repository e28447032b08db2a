//! PN532, NXP's chip for cards of 13.56 MHz, over a serial line («high-speed UART»): 115200 8N1.
//!
//! ```text
//!   P0FLlTdddcp           one character per byte
//!   P  00, any number of them, or none       0F  00 FF, the start
//!   L  number of bytes from T to the last d  l   its complement: L + l = 0
//!   T  D4 to the chip, D5 from it, 7F an error without data
//!   d  command or its answer, which is the command + 1        c  complement of the sum from T       p  00
//!
//!   P0FFFMmlTdddcp        the same with a length of two bytes, whose sum with l is 0
//!   P0F0Fp                00 00 FF 00 FF 00, ACK: understood, an answer will follow
//!   P0FF0p                00 00 FF FF 00 00, NAK: say it again
//!
//!   4B n (t AAs l u… [L a…])   answer to «list what is in the field» (4A), 106 kbit/s type A: n targets, each with
//!                              number, ATQA, SAK, length of the serial, serial, and its ATS if it has one
//! ```
//!
//! The chip sleeps until it hears 55 55 and zeros, and then wants to be configured (14 01). Every command is answered
//! by an ACK within 15 ms, then by its answer.
//! Sources: NXP UM0701-02, 6.2.1, 7.1 and 7.3.5; github.com/nfcpy/nfcpy src/nfc/clf/pn532.py;
//! github.com/nfc-tools/libnfc libnfc/drivers/pn532_uart.c.

use super::super::framing::{Framing, Head, Told};
use super::super::{Decoder, Reading, Reject, Status, Verdict, checksum, identity};

const TO_CHIP: u8 = 0xD4;
const FROM_CHIP: u8 = 0xD5;
/// Bytes of one frame from TFI on; the chip takes and sends no more (UM0701-02, 6.2.1.2).
const MAX_BODY: usize = 265;
/// Preamble, start, both lengths with their sum; sum and postamble.
const AROUND: usize = 8 + 2;
/// The chip lists at most two targets.
const MAX_TARGETS: u8 = 2;

/// What wakes the chip: a byte that it loses, and time to come up while zeros pass. They are preamble of what follows.
const WAKE: [u8; 16] = [0x55, 0x55, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

/// Answers, each the command + 1.
pub const FIRMWARE: u8 = 0x03;
pub const CONFIGURED: u8 = 0x15;
pub const LISTED: u8 = 0x4B;

/// What the chip said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    Ack,
    Nak,
    /// It did not understand the command.
    Error,
    Answer {
        /// The command that it answers, + 1.
        code: u8,
        data: Vec<u8>,
    },
    /// A command, which is what we say: an echo.
    Echo,
}

pub struct Messages;

impl Framing for Messages {
    type Frame = Message;
    const MAX: usize = AROUND + MAX_BODY + 1;

    fn head(&self, bytes: &[u8]) -> Head<Message> {
        let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
        match bytes.get(zeros) {
            None => return Head::More,
            Some(0xFF) if zeros > 2 => return Head::Idle,
            Some(0xFF) if zeros > 0 => {}
            Some(_) => return Head::Noise,
        }
        let start = zeros + 1;
        let rest = bytes.get(start..).unwrap_or_default();
        let broken = |len, reject| Head::Broken {
            len: start + len,
            reject,
        };
        let (around, length) = match rest {
            [0x00, 0xFF, 0x00, ..] => return frame(start + 3, Message::Ack),
            [0xFF, 0x00, 0x00, ..] => return frame(start + 3, Message::Nak),
            [0xFF, 0xFF, high, low, sum, ..] => {
                if checksum::sum(&[*high, *low, *sum]) != 0 {
                    return broken(5, Reject::Checksum);
                }
                (5, usize::from(u16::from_be_bytes([*high, *low])))
            }
            [] | [_] | [0x00, 0xFF] | [0xFF, 0x00] | [0xFF, 0xFF, ..] => return Head::More,
            [length, sum, ..] => {
                if length.wrapping_add(*sum) != 0 {
                    return broken(2, Reject::Checksum);
                }
                (2, usize::from(*length))
            }
        };
        if !(1..=MAX_BODY).contains(&length) {
            return broken(around, Reject::Length);
        }
        let len = around + length + 2;
        let Some([body @ .., sum, postamble]) = rest.get(around..len) else {
            return Head::More;
        };
        match checksum::sum(body).wrapping_add(*sum) {
            0 if *postamble == 0 => match message(body) {
                Some(message) => frame(start + len, message),
                None => broken(len, Reject::Insane),
            },
            0 => broken(len, Reject::Length),
            _ => broken(len, Reject::Checksum),
        }
    }

    fn is_padding(&self, bytes: &[u8]) -> bool {
        bytes.iter().all(|byte| *byte == 0)
    }
}

fn frame(len: usize, verdict: Message) -> Head<Message> {
    Head::Frame { len, verdict }
}

fn message(body: &[u8]) -> Option<Message> {
    match body {
        [0x7F] => Some(Message::Error),
        [TO_CHIP, ..] => Some(Message::Echo),
        [FROM_CHIP, code, data @ ..] => Some(Message::Answer {
            code: *code,
            data: data.to_vec(),
        }),
        _ => None,
    }
}

fn tell(message: Message, out: &mut Vec<Verdict>) {
    match message {
        Message::Ack => out.push(Verdict::Status(Status::Other("ack"))),
        Message::Nak => out.push(Verdict::Status(Status::Other("nak"))),
        Message::Error => out.push(Verdict::Status(Status::Other("error"))),
        Message::Echo => out.push(Verdict::Reject(Reject::NotMine)),
        Message::Answer { code: LISTED, data } => targets(&data, out),
        Message::Answer { code: CONFIGURED, .. } => out.push(Verdict::Status(Status::Other("configured"))),
        Message::Answer { code, data } => {
            let body = [&[FROM_CHIP, code], data.as_slice()].concat();
            out.push(Verdict::Status(match version(&body) {
                told if told.is_empty() => Status::Told("answer", vec![("code", hex::encode_upper([code]))]),
                told => Status::Told("firmware", told),
            }));
        }
    }
}

/// One tag per target; an answer that contradicts itself names none.
pub fn targets(data: &[u8], out: &mut Vec<Verdict>) {
    let verdicts = match data {
        [0, ..] => vec![Verdict::Reject(Reject::NoTag)],
        [count @ 1..=MAX_TARGETS, rest @ ..] => {
            listed(*count, rest).unwrap_or_else(|| vec![Verdict::Reject(Reject::Insane)])
        }
        _ => vec![Verdict::Reject(Reject::Insane)],
    };
    out.extend(verdicts);
}

fn listed(count: u8, mut rest: &[u8]) -> Option<Vec<Verdict>> {
    let mut verdicts = Vec::new();
    for number in 1..=count {
        let [named, atqa_high, atqa_low, sak, length, later @ ..] = rest else {
            return None;
        };
        let (serial, later) = later.split_at_checked(usize::from(*length))?;
        if *named != number {
            return None;
        }
        // Bit 5 of SAK: the card speaks ISO 14443-4, and its ATS follows, whose first byte counts itself.
        let (ats, later) = match (sak & 0x20, later) {
            (0x20, [length, ..]) => later.split_at_checked(usize::from(*length))?,
            _ => later.split_at_checked(0)?,
        };
        rest = later;
        verdicts.push(match identity::uid(serial) {
            Ok(tag) => {
                let reading = Reading::of(tag)
                    .with("atqa", hex::encode_upper([*atqa_high, *atqa_low]))
                    .with("sak", hex::encode_upper([*sak]));
                Verdict::Tag(match ats {
                    [] => reading,
                    ats => reading.with("ats", hex::encode_upper(ats)),
                })
            }
            Err(reject) => Verdict::Reject(reject),
        });
    }
    rest.is_empty().then_some(verdicts)
}

/// Chip, version and what it supports, if this is the answer to «which firmware?», from TFI on.
pub fn version(body: &[u8]) -> Vec<(&'static str, String)> {
    match body {
        [FROM_CHIP, FIRMWARE, ic, version, revision, support] => vec![
            ("ic", hex::encode_upper([*ic])),
            ("ver", format!("{version}.{revision}")),
            ("support", support.to_string()),
        ],
        _ => Vec::new(),
    }
}

pub fn decoder() -> Box<dyn Decoder> {
    Box::new(Told::new(Messages, tell))
}

/// Wakes the chip and has it work alone, without a secure module beside it: what is said first.
pub fn wake() -> Vec<u8> {
    // Of the zeros the last is the first byte of the start: a chip that slept has all of them, one that did not ignores them.
    [&WAKE[..], &core(&[TO_CHIP, 0x14, 0x01])].concat()
}

/// Has the chip work alone, when it is awake already.
pub fn configure() -> Vec<u8> {
    command(&[0x14, 0x01])
}

pub fn firmware() -> Vec<u8> {
    command(&[0x02])
}

/// Lists at most two cards of type A at 106 kbit/s that are in the field.
pub fn list(most: u8) -> Vec<u8> {
    command(&[0x4A, most.clamp(1, MAX_TARGETS), 0x00])
}

/// How often the chip looks for a card before it says that there is none; FF, the default, is for ever.
pub fn tries(passive: u8) -> Vec<u8> {
    // RFConfiguration, item 5: times for ATR, for PSL, for passive activation.
    command(&[0x32, 0x05, 0xFF, 0x01, passive])
}

/// Sleep until a byte comes over the line, or a field from outside.
pub fn power_down() -> Vec<u8> {
    command(&[0x16, 0x10])
}

fn command(data: &[u8]) -> Vec<u8> {
    let body = [&[TO_CHIP], data].concat();
    [&[0x00, 0x00], core(&body).as_slice()].concat()
}

/// FF and what follows it; a body here is a few bytes.
fn core(body: &[u8]) -> Vec<u8> {
    let length = u8::try_from(body.len()).unwrap_or(u8::MAX);
    let sum = checksum::sum(body).wrapping_neg();
    [&[0xFF, length, length.wrapping_neg()], body, &[sum, 0x00]].concat()
}

/// The commands of this file, read back.
pub fn sent(bytes: &[u8]) -> Option<Status> {
    let (woken, rest) = match bytes.strip_prefix(&[0x55, 0x55]) {
        Some(rest) => (true, rest),
        None => (false, bytes),
    };
    let zeros = rest.iter().take_while(|byte| **byte == 0).count();
    let [0xFF, length, complement, body @ .., sum, 0x00] = rest.get(zeros..)? else {
        return None;
    };
    let whole = zeros > 0
        && usize::from(*length) == body.len()
        && length.wrapping_add(*complement) == 0
        && checksum::sum(body).wrapping_add(*sum) == 0;
    let [TO_CHIP, command @ ..] = body else {
        return None;
    };
    let sent = match command {
        [0x02] => Status::Other("GetFirmwareVersion"),
        [0x14, 0x01, ..] => Status::Other("SAMConfiguration").with("mode", "normal"),
        [0x16, ..] => Status::Other("PowerDown"),
        [0x32, 0x05, .., passive] => Status::Other("RFConfiguration").with("tries", passive.to_string()),
        [0x4A, most, modulation, ..] => Status::Other("InListPassiveTarget")
            .with("max", most.to_string())
            .with("brty", modulation.to_string()),
        [code, ..] => Status::Other("command").with("code", hex::encode_upper([*code])),
        [] => return None,
    };
    whole.then_some(match woken {
        true => sent.with("wakeup", "55 55 and zeros"),
        false => sent,
    })
}
