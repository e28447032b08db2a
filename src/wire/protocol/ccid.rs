//! CCID, the USB class of smart card readers: ACR122U, ACR1252U, Touchatag. Messages come and go in bulk transfers.
//!
//! ```text
//!   TLLLLsqSEcdddd        one character per byte; a message from the reader
//!   T  80 data block, 81 slot status, 83 escape
//!   L  number of data bytes, low byte first      s  slot      q  number of the question that it answers
//!   S  bStatus: bits 0-1 card (0 active, 1 inactive, 2 none), bits 6-7 command (0 done, 1 failed, 2 wait longer)
//!   E  bError, where the command failed          c  chain or clock        d  data
//!
//!   TLLLLsqpppdddd        to the reader: 62 power on, 63 power off, 65 slot status?, 6B escape, 6F exchange
//!
//!   Nb                    a notice of the interrupt pipe: 50, then two bits per slot: card present, changed
//!   51sqh                 hardware error of a slot
//! ```
//!
//! There is no sum: USB has its own. What holds a frame together here is that every field says something possible.
//! ACR122U of firmware 2.03 says bStatus 02 and bError 81 though the command was done, and sends text without a
//! status word; neither is a failure. Touchatag answers 61 nn: nn bytes are to be fetched.
//! Sources: USB-IF CCID rev. 1.1, 6.1 to 6.3; github.com/nfcpy/nfcpy tests/test_clf_acr122.py;
//! github.com/nfc-tools/libnfc libnfc/drivers/acr122_usb.c and issue 217.

use super::super::framing::{Framing, Head, Told};
use super::super::{Decoder, Reading, Reject, Status, Verdict, identity};
use super::{apdu, pn532};

/// Type, length, slot, number, three bytes of the message's own.
pub const HEADER: usize = 10;
/// Data of one message: an extended exchange of an ACR1252U has 512 bytes, nothing that is asked for here has 270.
const MAX_DATA: usize = 512;
/// No reader of these has more; a contactless one has its field and perhaps a SAM.
const MAX_SLOTS: u8 = 4;

/// A card is in the field, of what the bits 0 and 1 of bStatus can say.
pub const ICC_ABSENT: u8 = 2;

/// What the reader said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// The answer to a question.
    Answer(Answer),
    /// A card came or went: one entry per slot that changed, true where it came.
    Notice(Vec<(u8, bool)>),
    HardwareError,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub kind: Kind,
    pub slot: u8,
    /// The number of the question.
    pub seq: u8,
    pub status: u8,
    pub error: u8,
    pub data: Vec<u8>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    DataBlock,
    SlotStatus,
    Escape,
}

impl Kind {
    fn of(byte: u8) -> Option<Self> {
        Some(match byte {
            0x80 => Self::DataBlock,
            0x81 => Self::SlotStatus,
            0x83 => Self::Escape,
            _ => return None,
        })
    }
}

impl Answer {
    /// A card is in the field.
    pub fn has_card(&self) -> bool {
        self.status & 3 < ICC_ABSENT
    }

    /// The reader needs more time, and will answer later.
    pub fn waits(&self) -> bool {
        self.status >> 6 == 2
    }

    pub fn failed(&self) -> bool {
        self.status >> 6 == 1
    }
}

pub struct Messages;

impl Framing for Messages {
    type Frame = Message;
    const MAX: usize = HEADER + MAX_DATA + 1;

    fn head(&self, bytes: &[u8]) -> Head<Message> {
        match bytes {
            [0x50] | [0x51] | [0x51, 0..MAX_SLOTS] | [0x51, 0..MAX_SLOTS, _] => Head::More,
            [0x50, bits, ..] if *bits < 1 << (2 * 2) => Head::Frame {
                len: 2,
                verdict: Message::Notice(changes(*bits)),
            },
            [0x51, 0..MAX_SLOTS, _, _, ..] => Head::Frame {
                len: 4,
                verdict: Message::HardwareError,
            },
            [first, ..] => match Kind::of(*first) {
                Some(kind) => answer(kind, bytes),
                None => Head::Noise,
            },
            [] => Head::More,
        }
    }
}

fn changes(bits: u8) -> Vec<(u8, bool)> {
    (0..MAX_SLOTS)
        .map(|slot| (slot, bits >> (2 * slot)))
        .filter(|(_, bits)| bits & 2 != 0)
        .map(|(slot, bits)| (slot, bits & 1 != 0))
        .collect()
}

fn answer(kind: Kind, bytes: &[u8]) -> Head<Message> {
    let possible = bytes.iter().take(HEADER).enumerate().all(|(at, byte)| match at {
        2 => usize::from(*byte) <= MAX_DATA >> 8,
        3 | 4 => *byte == 0,
        5 => *byte < MAX_SLOTS,
        // Bits 2 to 5 of bStatus are reserved, and two values of the others are.
        7 => byte & 0x3C == 0 && byte & 3 != 3 && byte >> 6 != 3,
        9 => *byte <= 3 || *byte == 0x10,
        _ => true,
    });
    if !possible {
        return Head::Noise;
    }
    let [_, low, high, _, _, slot, seq, status, error, _, ..] = bytes else {
        return Head::More;
    };
    let length = usize::from(u16::from_le_bytes([*low, *high]));
    let len = HEADER + length;
    if length > MAX_DATA || (kind == Kind::SlotStatus && length > 0) {
        return Head::Broken {
            len: HEADER,
            reject: Reject::Length,
        };
    }
    let Some(data) = bytes.get(HEADER..len) else {
        return Head::More;
    };
    if !makes_sense(data) {
        return Head::Broken {
            len,
            reject: Reject::Insane,
        };
    }
    Head::Frame {
        len,
        verdict: Message::Answer(Answer {
            kind,
            slot: *slot,
            seq: *seq,
            status: *status,
            error: *error,
            data: data.to_vec(),
        }),
    }
}

/// Whether data are something that these readers answer: nothing, an ATR, an answer with a status word, a text.
///
/// Else they are the rest of a torn message and the beginning of the next.
fn makes_sense(data: &[u8]) -> bool {
    data.is_empty() || apdu::atr(data) || apdu::answer(data).is_some() || text(data).is_some()
}

fn text(data: &[u8]) -> Option<&str> {
    let printable = data.len() >= 4 && data.iter().all(|byte| matches!(byte, b' '..=b'~'));
    std::str::from_utf8(data).ok().filter(|_| printable)
}

fn tell(message: Message, out: &mut Vec<Verdict>) {
    match message {
        Message::Answer(answer) => out.push(judge(&answer)),
        Message::Notice(changes) if changes.is_empty() => {
            out.push(Verdict::Status(Status::Other("unchanged")));
        }
        Message::Notice(changes) => out.extend(changes.into_iter().map(notice)),
        Message::HardwareError => out.push(Verdict::Status(Status::Other("hardware error"))),
    }
}

fn notice((slot, came): (u8, bool)) -> Verdict {
    Verdict::Status(match (came, slot) {
        (true, _) => Status::Told("inserted", vec![("slot", slot.to_string())]),
        (false, 0) => Status::Removed,
        (false, _) => Status::Told("removed", vec![("slot", slot.to_string())]),
    })
}

fn judge(answer: &Answer) -> Verdict {
    let Answer { kind, data, .. } = answer;
    let number = ("seq", answer.seq.to_string());
    if *kind == Kind::SlotStatus || data.is_empty() {
        let words = match (answer.failed(), answer.has_card()) {
            (true, _) => "failed",
            (false, true) => "card present",
            (false, false) => "no card",
        };
        return Verdict::Status(Status::Told(words, vec![number, error(answer)]));
    }
    if apdu::atr(data) {
        let atr = ("atr", hex::encode_upper(data));
        return Verdict::Status(Status::Told("powered", vec![atr, number]));
    }
    if let Some(text) = text(data) {
        let told = vec![
            ("text", text.to_owned()),
            ("bstatus", format!("{:02X}", answer.status)),
            error(answer),
            number,
        ];
        return Verdict::Status(Status::Told("text", told));
    }
    let Some((body, word)) = apdu::answer(data) else {
        return Verdict::Reject(Reject::Insane);
    };
    match (kind, word, body.len()) {
        (Kind::DataBlock, apdu::DONE, 4 | 7 | 8 | 10) => match identity::uid(body) {
            Ok(tag) => Verdict::Tag(Reading::of(tag).with("sw", "9000").with("seq", number.1)),
            Err(reject) => Verdict::Reject(reject),
        },
        (Kind::DataBlock, apdu::NOTHING_DONE, 0) => Verdict::Reject(Reject::NoTag),
        _ => {
            let mut told = vec![
                ("data", hex::encode_upper(body)),
                ("sw", format!("{word:04X}")),
                number,
            ];
            told.extend(pn532::version(body));
            Verdict::Status(Status::Told("answer", told))
        }
    }
}

fn error(answer: &Answer) -> (&'static str, String) {
    ("berror", format!("{:02X}", answer.error))
}

pub fn decoder() -> Box<dyn Decoder> {
    Box::new(Told::new(Messages, tell))
}

/// A notice of the interrupt pipe that came by itself.
pub fn notice_alone(payload: &[u8]) -> Result<Status, Reject> {
    match Messages.head(payload) {
        Head::Frame {
            len,
            verdict: message @ (Message::Notice(_) | Message::HardwareError),
        } if len == payload.len() => {
            let mut out = Vec::new();
            tell(message, &mut out);
            match out.into_iter().next() {
                Some(Verdict::Status(status)) => Ok(status),
                _ => Err(Reject::Insane),
            }
        }
        Head::Frame { .. } | Head::More => Err(Reject::Length),
        _ => Err(Reject::NotMine),
    }
}

/// Powers the card; the reader answers with its ATR, or one that it made up.
pub fn power_on(slot: u8, seq: u8) -> Vec<u8> {
    message(0x62, slot, seq, &[])
}

pub fn power_off(slot: u8, seq: u8) -> Vec<u8> {
    message(0x63, slot, seq, &[])
}

/// Asks whether a card is there.
pub fn slot_status(slot: u8, seq: u8) -> Vec<u8> {
    message(0x65, slot, seq, &[])
}

/// Something for the reader itself, outside of any card.
pub fn escape(slot: u8, seq: u8, data: &[u8]) -> Vec<u8> {
    message(0x6B, slot, seq, data)
}

/// A command APDU.
pub fn exchange(slot: u8, seq: u8, apdu: &[u8]) -> Vec<u8> {
    message(0x6F, slot, seq, apdu)
}

/// Data are a few bytes; those of more than 4 GiB would not be taken by any transfer either.
fn message(kind: u8, slot: u8, seq: u8, data: &[u8]) -> Vec<u8> {
    let length = u32::try_from(data.len()).unwrap_or(u32::MAX).to_le_bytes();
    [&[kind], length.as_slice(), &[slot, seq, 0, 0, 0], data].concat()
}

/// The messages of this file, read back.
pub fn sent(bytes: &[u8]) -> Option<Status> {
    let [kind, a, b, c, d, slot, seq, _, _, _, data @ ..] = bytes else {
        return None;
    };
    if usize::try_from(u32::from_le_bytes([*a, *b, *c, *d])) != Ok(data.len()) {
        return None;
    }
    let name = match kind {
        0x62 => "PC_to_RDR_IccPowerOn",
        0x63 => "PC_to_RDR_IccPowerOff",
        0x65 => "PC_to_RDR_GetSlotStatus",
        0x6B => "PC_to_RDR_Escape",
        0x6F => "PC_to_RDR_XfrBlock",
        _ => return None,
    };
    let sent = Status::Other(name)
        .with("slot", slot.to_string())
        .with("seq", seq.to_string());
    Some(match data {
        [] => sent,
        apdu => apdu::told(sent.with("apdu", hex::encode_upper(apdu)), apdu),
    })
}
