//! Zebra (Symbol) scanners in SSI: packets both ways, each to be acknowledged. 9600 8N1, RTS/CTS optional.
//!
//! ```text
//!   LOSTd...KK            one character per byte
//!   L  length without the sum       O  what it is: D0 ACK, D1 NAK, F3 a code, F6 an event, 73 a segment, E6 beep ...
//!   S  who sends: 00 scanner, 04 host    T  status: bit 0 sent again, bit 1 more packets follow, bit 3 kept in flash
//!   d  data; of F3 the kind of code, then its text       KK  two's complement of the sum of all before, high byte first
//!
//!   L73SsNFttttk1nnd...   first segment of a long code: N number 0, F F3, tttt and nn lengths, k kind, 1 01, d text
//!   L73SsNd...            further segments
//! ```
//!
//! A packet that is not acknowledged is sent again; a segment has an acknowledgment of its own (74).
//! Sources: github.com/enioka-Haute-Couture/enioka_scan (zebraoss, its tests); github.com/alvinnguyen-chipmunk/zebra-scanner-library.

mod joined;

use super::super::framing::{Framing, Head, Hunt};
use super::super::{Decoder, Reject, Status, Verdict};
use joined::Joined;

const HOST: u8 = 0x04;
const SCANNER: u8 = 0x00;
/// Length, what it is, sender, status.
const BEFORE: usize = 4;
const SUM: usize = 2;
const MAX_PACKET: usize = 255 + SUM;

const CMD_ACK: u8 = 0xD0;
const CMD_NAK: u8 = 0xD1;
const DECODE_DATA: u8 = 0xF3;
const EVENT: u8 = 0xF6;
const SEGMENT: u8 = 0x73;
const SEGMENT_ACK: u8 = 0x74;
const SSI_91: u8 = 0x91;
const HOST_ACK: u8 = 0x96;

const MORE: u8 = 0x02;

/// What packets are, by their second byte.
const NAMES: [(u8, &str); 25] = [
    (0x12, "CUSTOM_DEFAULTS"),
    (SEGMENT, "MULTIPACKET_SEGMENT"),
    (SEGMENT_ACK, "MULTIPACKET_ACK"),
    (0x80, "SSI_MGMT_COMMAND"),
    (SSI_91, "REQUEST_HOST_ACK"),
    (HOST_ACK, "HOST_ACK"),
    (0xA3, "REQUEST_REVISION"),
    (0xA4, "REPLY_REVISION"),
    (0xC4, "AIM_OFF"),
    (0xC5, "AIM_ON"),
    (0xC6, "PARAM_SEND"),
    (0xC7, "PARAM_REQUEST"),
    (CMD_ACK, "CMD_ACK"),
    (CMD_NAK, "CMD_NAK"),
    (0xD2, "FLUSH_QUEUE"),
    (0xE4, "START_SESSION"),
    (0xE5, "STOP_SESSION"),
    (0xE6, "BEEP"),
    (0xE7, "LED_ON"),
    (0xE8, "LED_OFF"),
    (0xE9, "SCAN_ENABLE"),
    (0xEA, "SCAN_DISABLE"),
    (DECODE_DATA, "DECODE_DATA"),
    (EVENT, "EVENT"),
    (0xF7, "IMAGER_MODE"),
];

fn name(op: u8) -> Option<&'static str> {
    NAMES
        .iter()
        .find(|(known, _)| *known == op)
        .map(|(_, name)| *name)
}

pub struct Packet {
    op: u8,
    source: u8,
    status: u8,
    data: Vec<u8>,
}

struct Ssi;

impl Framing for Ssi {
    type Frame = Packet;
    const MAX: usize = MAX_PACKET + 1;

    fn head(&self, bytes: &[u8]) -> Head<Packet> {
        let [len, rest @ ..] = bytes else {
            return Head::More;
        };
        let len = usize::from(*len);
        let known = rest.first().is_none_or(|op| name(*op).is_some());
        let sender = rest
            .get(1)
            .is_none_or(|source| matches!(*source, HOST | SCANNER) || rest.first() == Some(&SEGMENT));
        if len < BEFORE || !known || !sender {
            return Head::Noise;
        }
        let Some(frame) = bytes.get(..len + SUM) else {
            return Head::More;
        };
        match packet(frame) {
            Some(packet) => Head::Frame {
                len: frame.len(),
                verdict: packet,
            },
            None => Head::Broken {
                len: frame.len(),
                reject: Reject::Checksum,
            },
        }
    }
}

fn sum(bytes: &[u8]) -> [u8; SUM] {
    let sum = bytes
        .iter()
        .fold(0_u16, |sum, byte| sum.wrapping_add((*byte).into()));
    sum.wrapping_neg().to_be_bytes()
}

fn packet(frame: &[u8]) -> Option<Packet> {
    let (checked, found) = frame.split_at_checked(frame.len().checked_sub(SUM)?)?;
    let [_, op, source, status, data @ ..] = checked else {
        return None;
    };
    (sum(checked) == found).then(|| Packet {
        op: *op,
        source: *source,
        status: *status,
        data: data.to_vec(),
    })
}

/// A command of the host. Its data are a few bytes; the length of more would be wrong, and the scanner would say so.
pub fn command(op: u8, status: u8, data: &[u8]) -> Vec<u8> {
    let len = u8::try_from(BEFORE + data.len()).unwrap_or(u8::MAX);
    let checked = [&[len, op, HOST, status], data].concat();
    [checked.as_slice(), &sum(&checked)].concat()
}

pub fn start_session() -> Vec<u8> {
    command(0xE4, 0, &[])
}

/// Lets the scanner scan; `kept`: also after it lost its power.
pub fn scan_enable(kept: bool) -> Vec<u8> {
    command(0xE9, if kept { 0x08 } else { 0 }, &[])
}

/// Sounds beep number `code` of the scanner's table.
pub fn beep(code: u8) -> Vec<u8> {
    command(0xE6, 0, &[code])
}

pub fn ack() -> Vec<u8> {
    command(CMD_ACK, 0, &[])
}

/// Asks for the last packet again.
pub fn send_again() -> Vec<u8> {
    command(CMD_NAK, 0, &[0x01])
}

fn segment_ack() -> Vec<u8> {
    command(SEGMENT_ACK, 0, &[])
}

fn host_ack() -> Vec<u8> {
    command(HOST_ACK, 0, &[])
}

/// The commands of the host, read back.
pub fn sent(bytes: &[u8]) -> Option<Status> {
    let len = usize::from(*bytes.first()?);
    let packet = packet(bytes).filter(|packet| packet.source == HOST && bytes.len() == len + SUM)?;
    let sent = Status::Other(name(packet.op)?).with("status_byte", packet.status.to_string());
    Some(match packet.data.as_slice() {
        [] => sent,
        data => sent.with("data", hex::encode_upper(data)),
    })
}

/// A code as the scanner would send it, of kind `kind`; for tests. None if it does not fit into one packet.
pub fn encode(kind: u8, text: &str) -> Option<Vec<u8>> {
    let len = u8::try_from(BEFORE.checked_add(1)?.checked_add(text.len())?).ok()?;
    let checked = [&[len, DECODE_DATA, SCANNER, 0, kind], text.as_bytes()].concat();
    Some([checked.as_slice(), &sum(&checked)].concat())
}

/// The scanner's side, read; and what is owed to it for each packet.
pub struct Listening {
    hunt: Hunt<Ssi>,
    packets: Vec<Result<Packet, Reject>>,
    /// A text whose last packet has not come: its kind, what came, and how long it will be, where that was said.
    joined: Option<Joined>,
    owed: Vec<Vec<u8>>,
}

impl Default for Listening {
    fn default() -> Self {
        Self {
            hunt: Hunt::new(Ssi),
            packets: Vec::new(),
            joined: None,
            owed: Vec::new(),
        }
    }
}

impl Listening {
    fn settle(&mut self, out: &mut Vec<Verdict>) {
        for packet in std::mem::take(&mut self.packets) {
            match packet {
                Ok(packet) => self.packet(packet, out),
                Err(reject) => {
                    if reject == Reject::Checksum {
                        self.owe(send_again());
                    }
                    out.push(Verdict::Reject(reject));
                }
            }
        }
    }

    /// Answers are taken after each look at the line; where nobody takes them the last are enough.
    fn owe(&mut self, answer: Vec<u8>) {
        const MOST: usize = 8;
        if self.owed.len() < MOST {
            self.owed.push(answer);
        }
    }

    fn packet(&mut self, packet: Packet, out: &mut Vec<Verdict>) {
        if packet.source == HOST && packet.op != SEGMENT {
            // A command is what we say; heard from the scanner it is an echo.
            return out.push(Verdict::Reject(Reject::NotMine));
        }
        match packet.op {
            DECODE_DATA => {
                self.owe(ack());
                self.code(&packet, out);
            }
            SEGMENT => {
                self.owe(segment_ack());
                self.segment(&packet, out);
            }
            CMD_ACK | CMD_NAK | SEGMENT_ACK => out.push(told(&packet)),
            SSI_91 => {
                self.owe(host_ack());
                out.push(told(&packet));
            }
            _ => {
                self.owe(ack());
                out.push(told(&packet));
            }
        }
    }

    fn code(&mut self, packet: &Packet, out: &mut Vec<Verdict>) {
        let [kind, text @ ..] = packet.data.as_slice() else {
            return out.push(Verdict::Reject(Reject::Length));
        };
        let earlier = self.joined.take();
        let mut joined = earlier.unwrap_or_else(|| Joined::of(*kind));
        if !joined.goes_on_with(*kind) {
            out.push(Verdict::Reject(Reject::Length));
            joined = Joined::of(*kind);
        }
        match (joined.add(text), packet.status & MORE) {
            (Err(reject), _) => out.push(Verdict::Reject(reject)),
            (Ok(()), 0) => joined.judge(out),
            (Ok(()), _) => self.joined = Some(joined),
        }
    }

    fn segment(&mut self, packet: &Packet, out: &mut Vec<Verdict>) {
        match Joined::segment(self.joined.take(), &packet.data) {
            Ok(joined) if joined.is_whole() => joined.judge(out),
            Ok(joined) => self.joined = Some(joined),
            Err(reject) => out.push(Verdict::Reject(reject)),
        }
    }
}

fn told(packet: &Packet) -> Verdict {
    let mut details = vec![("status_byte", packet.status.to_string())];
    match (packet.op, packet.data.as_slice()) {
        (_, []) => {}
        (EVENT, [event]) => details.push(("event", event.to_string())),
        (CMD_NAK, [0x01, ..]) => details.push(("why", "resend".into())),
        (CMD_NAK, [0x02, ..]) => details.push(("why", "bad context".into())),
        (CMD_NAK, [0x06, ..]) => details.push(("why", "denied".into())),
        (CMD_NAK, [0x0A, ..]) => details.push(("why", "cancel".into())),
        (_, data) => details.push(("data", hex::encode_upper(data))),
    }
    Verdict::Status(Status::Told(name(packet.op).unwrap_or("packet"), details))
}

impl Decoder for Listening {
    fn push(&mut self, bytes: &[u8], out: &mut Vec<Verdict>) {
        self.hunt.take(bytes, &mut self.packets);
        self.settle(out);
    }

    fn gap(&mut self, out: &mut Vec<Verdict>) {
        self.hunt.silence(&mut self.packets);
        self.settle(out);
        if self.joined.take().is_some() {
            out.push(Verdict::Reject(Reject::Length));
        }
    }

    fn owed(&mut self) -> Vec<Vec<u8>> {
        std::mem::take(&mut self.owed)
    }

    fn held(&self) -> usize {
        self.hunt.waiting() + self.joined.as_ref().map_or(0, |joined| joined.held())
    }
}

pub fn decoder() -> Box<dyn Decoder> {
    Box::new(Listening::default())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is said and owed after these packets.
    fn heard(packets: &[&[u8]]) -> (Vec<Verdict>, Vec<String>) {
        let mut listening = Listening::default();
        let (mut out, mut owed) = (Vec::new(), Vec::new());
        for packet in packets {
            listening.push(packet, &mut out);
            owed.extend(listening.owed().iter().map(hex::encode));
        }
        (out, owed)
    }

    fn sealed(checked: &[u8]) -> Vec<u8> {
        [checked, &sum(checked)].concat()
    }

    #[test]
    fn commands_byte_for_byte() {
        for (command, written) in [
            (start_session(), "04e40400ff14"),
            (scan_enable(true), "04e90408ff07"),
            (ack(), "04d00400ff28"),
        ] {
            assert_eq!(hex::encode(&command), written);
            assert!(sent(&command).is_some());
        }
        assert_eq!(sent(&start_session()).unwrap().as_str(), "START_SESSION");
        assert_eq!(sent(b"\x04\xE4\x04\x00\xFF\x15"), None);
    }

    #[test]
    fn each_packet_is_answered() {
        let (out, owed) = heard(&[&encode(0x0B, "4600051000057").unwrap()]);
        assert!(matches!(out.as_slice(), [Verdict::Tag(reading)] if reading.aim == Some(*b"E0")));
        assert_eq!(owed, ["04d00400ff28"]);
        let mut broken = encode(0x0B, "4600051000057").unwrap();
        broken[7] ^= 1;
        let (out, owed) = heard(&[&broken]);
        assert_eq!(
            (out, owed),
            (
                vec![Verdict::Reject(Reject::Checksum)],
                vec![hex::encode(send_again())]
            )
        );
        // A scanner acknowledges our commands; that is not acknowledged again.
        assert_eq!(
            heard(&[&hex::decode("04d00080feac").unwrap()]).1,
            Vec::<String>::new()
        );
    }

    #[test]
    fn a_long_code_comes_in_segments() {
        let mut first = vec![0xFF, 0x73, 0x02, 0, 0, 0xF3, 0, 0, 1, 0xF7, 0x1C, 1, 1, 0xF4];
        first.resize(255, b'Z');
        let mut second = vec![0xFF, 0x73, 0, 0, 1];
        second.resize(255, b'Z');
        let mut third = vec![0x0E, 0x73, 0, 0, 2];
        third.resize(14, b'Z');
        let (first, second, third) = (sealed(&first), sealed(&second), sealed(&third));
        assert_eq!(&first[255..], [0xA6, 0xD5], "as in the source's test");
        assert_eq!(&second[255..], [0xA6, 0xA9]);
        let (out, owed) = heard(&[&first, &second, &second, &third]);
        let [Verdict::Tag(reading)] = out.as_slice() else {
            panic!("{out:?}")
        };
        assert_eq!(reading.tag.value(), "Z".repeat(500));
        assert_eq!(reading.aim, Some(*b"Q1"));
        assert_eq!(owed, vec![hex::encode(segment_ack()); 4]);
        assert_eq!(heard(&[&first, &third]).0, [Verdict::Reject(Reject::Length)]);
    }

    #[test]
    fn packets_that_say_more_are_joined() {
        let part = |status, text: &[u8]| {
            let len = u8::try_from(5 + text.len()).unwrap();
            sealed(&[&[len, DECODE_DATA, SCANNER, status, 0x1C], text].concat())
        };
        let (out, _) = heard(&[&part(MORE, b"FORMULAR:"), &part(0, b"DONE")]);
        assert!(matches!(out.as_slice(), [Verdict::Tag(reading)] if reading.tag.value() == "FORMULAR:DONE"));
    }
}
