//! Keyboard-type readers as the kernel's input events, the times left out.
//!
//! ```text
//!   TTCCVVVV              one character per byte, low byte first
//!   TT  kind: 0 SYN, 1 KEY, 4 MSC, 11 LED and others
//!   CC  code: of a KEY its number, of a SYN 0 REPORT, 3 DROPPED
//!   VVVV value: of a KEY 0 up, 1 down, 2 held
//! ```
//!
//! After DROPPED the kernel has lost events: the text so far is rejected, and what comes up to the next REPORT
//! means nothing. Source: linux/input-event-codes.h; Documentation/input/event-codes.rst. The text is judged as
//! that of any scanner (`barcode-text`).

use super::super::keys::{Typed, Typist, Usage, keys_of};
use super::super::{Decoder, Reject};
use super::keyboard::{Keyboard, Keys, Record};

const SYN: u16 = 0;
const KEY: u16 = 1;
const MSC: u16 = 4;
const LED: u16 = 0x11;
const REP: u16 = 0x14;
const SYN_REPORT: u16 = 0;
const SYN_DROPPED: u16 = 3;
const MSC_SCAN: u16 = 4;

/// HID usages by event code, 00 for keys that no scanner types with.
#[rustfmt::skip]
const USAGES: [Usage; 128] = [
    0x00, 0x29, 0x1E, 0x1F, 0x20, 0x21, 0x22, 0x23, 0x24, 0x25, 0x26, 0x27, 0x2D, 0x2E, 0x2A, 0x2B,
    0x14, 0x1A, 0x08, 0x15, 0x17, 0x1C, 0x18, 0x0C, 0x12, 0x13, 0x2F, 0x30, 0x28, 0xE0, 0x04, 0x16,
    0x07, 0x09, 0x0A, 0x0B, 0x0D, 0x0E, 0x0F, 0x33, 0x34, 0x35, 0xE1, 0x31, 0x1D, 0x1B, 0x06, 0x19,
    0x05, 0x11, 0x10, 0x36, 0x37, 0x38, 0xE5, 0x55, 0xE2, 0x2C, 0x39, 0x3A, 0x3B, 0x3C, 0x3D, 0x3E,
    0x3F, 0x40, 0x41, 0x42, 0x43, 0x53, 0x47, 0x5F, 0x60, 0x61, 0x56, 0x5C, 0x5D, 0x5E, 0x57, 0x59,
    0x5A, 0x5B, 0x62, 0x63, 0x00, 0x00, 0x64, 0x44, 0x45, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x58, 0xE4, 0x54, 0x46, 0xE6, 0x00, 0x4A, 0x52, 0x4B, 0x50, 0x4F, 0x4D, 0x51, 0x4E, 0x49, 0x4C,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x67, 0x00, 0x48, 0x00, 0x00, 0x00, 0x00, 0x00, 0xE3, 0xE7, 0x00,
];

/// The number of a key as the kernel has it.
fn code_of(key: Usage) -> Option<u16> {
    let at = USAGES.iter().position(|known| *known == key)?;
    u16::try_from(at).ok().filter(|at| *at != 0)
}

/// One record, as the way in makes it of an event.
pub fn record(kind: u16, code: u16, value: i32) -> Record {
    let [a, b] = kind.to_le_bytes();
    let [c, d] = code.to_le_bytes();
    let [e, f, g, h] = value.to_le_bytes();
    [a, b, c, d, e, f, g, h]
}

fn fields([a, b, c, d, e, f, g, h]: Record) -> (u16, u16, i32) {
    (
        u16::from_le_bytes([a, b]),
        u16::from_le_bytes([c, d]),
        i32::from_le_bytes([e, f, g, h]),
    )
}

#[derive(Default)]
struct Events {
    /// Events were lost, and no REPORT came since.
    dropped: bool,
}

impl Keys for Events {
    fn is_record(record: &Record) -> bool {
        match fields(*record) {
            (SYN, SYN_REPORT, 0 | 1) | (SYN, SYN_DROPPED, 0) => true,
            (KEY, code, value) => code < 0x300 && (0..=2).contains(&value),
            (MSC, code, _) => code <= MSC_SCAN,
            (LED, code, 0 | 1) => code < 0x10,
            (REP, code, value) => code < 2 && (0..=60_000).contains(&value),
            _ => false,
        }
    }

    fn take(&mut self, record: &Record, typist: &mut Typist, out: &mut Vec<Typed>) {
        match fields(*record) {
            (SYN, SYN_DROPPED, _) => {
                self.dropped = true;
                // What is still to come of this scan has no beginning: it is refused up to its end.
                *typist = Typist::default();
                out.extend(typist.spoil(Reject::Length));
            }
            (SYN, _, _) => self.dropped = false,
            (KEY, _, _) if self.dropped => {}
            (KEY, code, value @ (0 | 1)) => {
                let usage = USAGES.get(usize::from(code)).copied().unwrap_or(0);
                out.extend(if value == 1 {
                    typist.down(usage)
                } else {
                    typist.up(usage)
                });
            }
            // Of the kernel's own repeating no scanner makes use.
            _ => {}
        }
    }
}

/// The records by which the kernel would tell of a text typed with Enter. None for characters without a key.
pub fn encode(text: &str) -> Option<Vec<u8>> {
    let mut records = Vec::new();
    let mut key = |usage: Usage, value: i32| {
        records.extend(record(MSC, MSC_SCAN, 0x0007_0000 | i32::from(usage)));
        records.extend(record(KEY, code_of(usage)?, value));
        records.extend(record(SYN, SYN_REPORT, 0));
        Some(())
    };
    for byte in text.bytes().chain([b'\r']) {
        let (held, usage) = keys_of(byte)?;
        if let Some(held) = held {
            key(held, 1)?;
        }
        key(usage, 1)?;
        key(usage, 0)?;
        if let Some(held) = held {
            key(held, 0)?;
        }
    }
    Some(records)
}

pub fn decoder() -> Box<dyn Decoder> {
    Box::new(Keyboard::<Events>::default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Verdict;

    #[test]
    fn after_lost_events_the_scan_is_refused_and_the_next_is_read() {
        let mut decoder = decoder();
        let mut out = Vec::new();
        let first = encode("4600051000057").unwrap();
        decoder.push(&first[..first.len() / 2 / 24 * 24], &mut out);
        decoder.push(&record(SYN, SYN_DROPPED, 0), &mut out);
        decoder.push(&record(KEY, 30, 1), &mut out);
        decoder.push(&record(SYN, SYN_REPORT, 0), &mut out);
        decoder.push(&first[first.len() - 96..], &mut out);
        assert_eq!(out, [Verdict::Reject(Reject::Length)]);
        decoder.push(&encode("2900000000018").unwrap(), &mut out);
        assert!(matches!(&out[1..], [Verdict::Tag(reading)] if reading.tag.value() == "2900000000018"));
    }

    #[test]
    fn a_code_of_the_table_is_one_key() {
        for usage in 1..=0xE7 {
            let places = USAGES.iter().filter(|known| **known == usage).count();
            assert!(places <= 1, "{usage:02X}");
        }
        assert_eq!(code_of(0x25), Some(9), "KEY_8");
        assert_eq!(code_of(0x58), Some(96), "KEY_KPENTER");
    }
}
