//! Keyboard-type readers as their boot reports: wedge scanners, and card readers that type a number and Enter.
//!
//! ```text
//!   M0kkkkkk              one character per byte; the state of the keys, again at each change
//!   M  modifiers, one bit each: Ctrl, Shift, Alt, Super, left ones first    0  reserved, zero
//!   k  usages of the keys that are down, 00 for none; 01 in all six: too many keys
//! ```
//!
//! Keys that are down stand in front, without a hole. Source: HID 1.11, appendix B; a captured report of
//! github.com/node-hid/node-hid/issues/413. The text is judged as that of any scanner (`barcode-text`).

use super::super::keys::{Typed, Typist, Usage};
use super::super::{Decoder, Reject};
use super::keyboard::{Keyboard, Keys, Record};

/// More keys are down than a report can tell.
const ROLL_OVER: Usage = 0x01;
const MODIFIERS: [Usage; 8] = [0xE0, 0xE1, 0xE2, 0xE3, 0xE4, 0xE5, 0xE6, 0xE7];

#[derive(Default)]
struct Boot {
    last: Record,
}

/// The keys of a report; those behind a modifier's bit first.
fn modifiers(record: &Record) -> impl Iterator<Item = Usage> {
    let [bits, ..] = *record;
    MODIFIERS
        .into_iter()
        .enumerate()
        .filter(move |(place, _)| bits >> place & 1 == 1)
        .map(|(_, key)| key)
}

fn keys(record: &Record) -> impl Iterator<Item = Usage> {
    let [_, _, keys @ ..] = *record;
    keys.into_iter().filter(|key| *key != 0)
}

impl Keys for Boot {
    fn is_record(record: &Record) -> bool {
        let [_, reserved, keys @ ..] = record;
        let pressed = keys.iter().take_while(|key| **key != 0).count();
        let (front, rest) = keys.split_at(pressed);
        *reserved == 0 && rest.iter().all(|key| *key == 0) && front.iter().all(|key| *key < 0xE8)
    }

    fn take(&mut self, record: &Record, typist: &mut Typist, out: &mut Vec<Typed>) {
        if keys(record).any(|key| key == ROLL_OVER) {
            out.extend(typist.spoil(Reject::Insane));
            return;
        }
        let last = std::mem::replace(&mut self.last, *record);
        let missing = |key: &Usage, record: &Record| !keys(record).any(|other| other == *key);
        for key in keys(&last).filter(|key| missing(key, record)) {
            out.extend(typist.up(key));
        }
        for key in modifiers(&last).filter(|key| !modifiers(record).any(|other| other == *key)) {
            out.extend(typist.up(key));
        }
        for key in modifiers(record).filter(|key| !modifiers(&last).any(|other| other == *key)) {
            out.extend(typist.down(key));
        }
        for key in keys(record).filter(|key| missing(key, &last)) {
            out.extend(typist.down(key));
        }
    }
}

/// The reports by which a reader would type a text and Enter: press, release. None for characters without a key.
pub fn encode(text: &str) -> Option<Vec<u8>> {
    let mut reports = Vec::new();
    for byte in text.bytes().chain([b'\r']) {
        let (held, key) = super::super::keys::keys_of(byte)?;
        let bits = held.map_or(0, |held| 1_u8 << (held & 7));
        reports.extend([bits, 0, key, 0, 0, 0, 0, 0]);
        reports.extend([0; 8]);
    }
    Some(reports)
}

pub fn decoder() -> Box<dyn Decoder> {
    Box::new(Keyboard::<Boot>::default())
}
