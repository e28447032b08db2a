//! What both keyboard families have in common: records of eight bytes, whose keys are one text up to Enter or Tab.
//!
//! The kernel hands out whole records; where bytes were lost all the same, the records are found again by their
//! fixed bytes, and the text in hand is not believed.

use super::super::framing::MAX_NOISE;
use super::super::keys::{Typed, Typist};
use super::super::{Decoder, Reject, Verdict};
use super::barcode;

/// Bytes of a record.
pub const LEN: usize = 8;
pub type Record = [u8; LEN];

/// What a family makes of its records.
pub trait Keys: Send + Default {
    /// Whether eight bytes can be a record.
    fn is_record(record: &Record) -> bool;
    /// Passes the keys of a record on.
    fn take(&mut self, record: &Record, typist: &mut Typist, out: &mut Vec<Typed>);
}

#[derive(Default)]
pub struct Keyboard<K> {
    keys: K,
    typist: Typist,
    part: Vec<u8>,
    /// Whether foreign bytes were counted since the last record or silence, and how many since then.
    counted: bool,
    skipped: usize,
}

impl<K: Keys> Keyboard<K> {
    fn byte(&mut self, byte: u8, out: &mut Vec<Verdict>) {
        self.part.push(byte);
        let Ok(record) = Record::try_from(self.part.as_slice()) else {
            return;
        };
        if !K::is_record(&record) {
            self.part.remove(0);
            return self.foreign(out);
        }
        self.part.clear();
        self.counted = false;
        self.skipped = 0;
        let mut typed = Vec::new();
        self.keys.take(&record, &mut self.typist, &mut typed);
        typed.into_iter().for_each(|typed| judge(typed, out));
    }

    /// A byte that begins no record: what was typed so far is not believed, up to its end.
    fn foreign(&mut self, out: &mut Vec<Verdict>) {
        if !self.counted {
            self.counted = true;
            self.keys = K::default();
            if self.typist.in_text() {
                let broken = self.typist.spoil(Reject::Length);
                return broken.into_iter().for_each(|broken| judge(broken, out));
            }
            return out.push(Verdict::Reject(Reject::NotMine));
        }
        self.skipped += 1;
        if self.skipped >= MAX_NOISE {
            self.skipped = 0;
            out.push(Verdict::Reject(Reject::Overlong));
        }
    }
}

fn judge(typed: Typed, out: &mut Vec<Verdict>) {
    match typed {
        Typed::Text(bytes) => barcode::code(&bytes, out),
        Typed::Broken(reject) => out.push(Verdict::Reject(reject)),
    }
}

impl<K: Keys> Decoder for Keyboard<K> {
    fn push(&mut self, bytes: &[u8], out: &mut Vec<Verdict>) {
        for byte in bytes {
            self.byte(*byte, out);
        }
    }

    fn gap(&mut self, out: &mut Vec<Verdict>) {
        let torn = !self.part.is_empty() && !self.counted;
        match self.typist.silence() {
            Some(broken) => judge(broken, out),
            None if torn => out.push(Verdict::Reject(Reject::Length)),
            None => {}
        }
        *self = Self::default();
    }

    fn held(&self) -> usize {
        self.part.len() + self.typist.held()
    }
}
