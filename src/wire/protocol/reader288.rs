//! UHF readers of Chafon and others, newer kind with several antennas: CF-RU5102 of type 0C, 288M, MU801, MU904.
//! 57600 8N1, newer ones 115200, or TCP.
//!
//! ```text
//!   LACSdddCC         the frame is that of Reader18, see there
//!
//!   a n (l EPC r)…    data of an inventory (01): a antenna as one bit of four, n tags, each with the length of its EPC
//!                     memory, and r, strength of the signal on a scale of the maker's own
//!
//!   q s m pp 0 t a T  parameters of an inventory: q of the anti-collision (2^q slots), s session, m and p mask (none),
//!                     t target, a antenna (80 the first), T time in 100 ms
//! ```
//!
//! Sources: github.com/wabson/chafon-rfid, tests and chafon_rfid/uhfreader288m.py; Chafon, UHFReader288 User's Manual, 8.2.1.

use super::super::framing::Told;
use super::super::{Decoder, Reading, Verdict, identity};
use super::reader18::{self, Answer, Answers};

/// One verdict per tag; `None` if the data contradict themselves.
pub fn tags(data: &[u8]) -> Option<Vec<Verdict>> {
    let [antenna, count, rest @ ..] = data else {
        return data.is_empty().then(Vec::new);
    };
    let mut rest = rest;
    let mut verdicts = Vec::new();
    for _ in 0..*count {
        let (length, later) = rest.split_first()?;
        let (epc, later) = later.split_at_checked(usize::from(*length))?;
        let (strength, later) = later.split_first()?;
        rest = later;
        verdicts.push(match identity::epc(epc) {
            Ok(tag) => Verdict::Tag(
                Reading::of(tag)
                    .with("antenna_mask", antenna.to_string())
                    .with("rssi", strength.to_string()),
            ),
            Err(reject) => Verdict::Reject(reject),
        });
    }
    rest.is_empty().then_some(verdicts)
}

pub fn decoder() -> Box<dyn Decoder> {
    Box::new(Told::new(Answers, judge))
}

/// What is said of an answer of a Reader288.
pub fn judge(answer: Answer, out: &mut Vec<Verdict>) {
    reader18::tell(&answer, tags, out);
}

/// What an inventory round is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Round {
    /// 2^q slots: for one tag on a desk 4, for two hundred 8 and more.
    pub q: u8,
    pub session: u8,
    /// From 0.
    pub antenna: u8,
    /// Units of 100 ms.
    pub time: u8,
}

/// One inventory round of all tags, target A.
pub fn inventory(address: u8, round: Round) -> Vec<u8> {
    /// The mask lies in EPC memory, from bit 0, and is empty.
    const MASK: [u8; 4] = [0x01, 0x00, 0x00, 0x00];
    let antenna = 0x80 | round.antenna & 0x0F;
    let data = [&[round.q, round.session], &MASK[..], &[0x00, antenna, round.time]].concat();
    reader18::command(address, reader18::INVENTORY, &data)
}
