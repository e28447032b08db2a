//! EM-18: EM4100 cards, 9600 8N1, with neither start nor end byte.
//!
//! ```text
//!   4500C5D1E9B8          one character per byte, 12 bytes
//!   4500C5D1E9  identity, hexadecimal    B8  exclusive or of its bytes
//! ```
//!
//! Only silence tells where a frame begins, and a sum of eight bits is right by chance once in 256 places.
//! So a window is never slid along until something checks. In step, twelve characters that check are a card.
//! Out of step, what is needed is a better proof: two frames in a row that check,
//! or the last twelve characters before silence that do.
//! Source: data sheet of the EM-18 module, as sold by cparkb2c.in and electrothing.co.za.

use super::super::{Decoder, Reject, Verdict};
use super::em4100::{DIGITS, judge};

/// Characters kept while out of step.
pub const MAX_RUN: usize = 96;

#[derive(Default)]
struct Em18 {
    /// Hexadecimal characters since the last frame, silence or foreign byte.
    run: Vec<u8>,
    /// Foreign bytes since the last frame or silence: whether counted, and how many.
    counted: bool,
    foreign: usize,
}

impl Em18 {
    fn digit(&mut self, byte: u8, out: &mut Vec<Verdict>) {
        self.run.push(byte);
        let len = self.run.len();
        if len == DIGITS {
            self.take_if_checked(0, out);
        } else if len >= 2 * DIGITS {
            let (first, second) = (len - 2 * DIGITS, len - DIGITS);
            let both = self.checked(first).is_some() && self.checked(second).is_some();
            if both {
                let last = self.run.split_off(second);
                self.take_if_checked(first, out);
                self.run = last;
                self.take_if_checked(0, out);
            }
        }
        if self.run.len() >= MAX_RUN {
            self.run.clear();
            out.push(Verdict::Reject(Reject::Overlong));
        }
    }

    /// The verdict on the twelve characters at `from`, if their sum is right.
    fn checked(&self, from: usize) -> Option<Verdict> {
        match judge(self.run.get(from..from + DIGITS)?) {
            Ok(reading) => Some(Verdict::Tag(reading)),
            Err(Reject::Insane) => Some(Verdict::Reject(Reject::Insane)),
            Err(_) => None,
        }
    }

    /// Takes the frame at `from`, which ends the run; what stands before it was none.
    fn take_if_checked(&mut self, from: usize, out: &mut Vec<Verdict>) {
        if let Some(verdict) = self.checked(from) {
            refuse(from, out);
            out.push(verdict);
            self.run.clear();
            self.counted = false;
            self.foreign = 0;
        }
    }

    fn end_run(&mut self, out: &mut Vec<Verdict>) {
        if let Some(from) = self.run.len().checked_sub(DIGITS) {
            self.take_if_checked(from, out);
        }
        refuse(self.run.len(), out);
        self.run.clear();
    }

    fn foreign(&mut self, out: &mut Vec<Verdict>) {
        if !self.counted {
            self.counted = true;
            out.push(Verdict::Reject(Reject::NotMine));
        }
        self.foreign += 1;
        if self.foreign >= MAX_RUN {
            self.foreign = 0;
            out.push(Verdict::Reject(Reject::Overlong));
        }
    }
}

/// Counts `len` characters that were no frame: whole ones fail their sum, others their length.
fn refuse(len: usize, out: &mut Vec<Verdict>) {
    if len > 0 {
        let whole = len.is_multiple_of(DIGITS);
        out.push(Verdict::Reject(if whole {
            Reject::Checksum
        } else {
            Reject::Length
        }));
    }
}

impl Decoder for Em18 {
    fn push(&mut self, bytes: &[u8], out: &mut Vec<Verdict>) {
        for byte in bytes {
            match byte {
                b'0'..=b'9' | b'a'..=b'f' | b'A'..=b'F' => self.digit(*byte, out),
                b'\r' | b'\n' => self.end_run(out),
                _ => {
                    self.end_run(out);
                    self.foreign(out);
                }
            }
        }
    }

    fn gap(&mut self, out: &mut Vec<Verdict>) {
        self.end_run(out);
        self.counted = false;
        self.foreign = 0;
    }

    fn held(&self) -> usize {
        self.run.len()
    }
}

pub fn decoder() -> Box<dyn Decoder> {
    Box::new(Em18::default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Reading;

    #[test]
    fn out_of_step_two_in_a_row_are_believed() {
        let mut decoder = Em18::default();
        let mut out = Vec::new();
        decoder.push(b"4500C5D4500C5D1E9B8", &mut out);
        assert_eq!(out, [], "one that checks somewhere is no proof yet");
        decoder.push(b"62E3086CED08", &mut out);
        let tag = |text: &str| Verdict::Tag(Reading::of(text.parse().unwrap()));
        assert_eq!(
            out,
            [
                Verdict::Reject(Reject::Length),
                tag("em4100:4500C5D1E9"),
                tag("em4100:62E3086CED")
            ]
        );
    }
}
