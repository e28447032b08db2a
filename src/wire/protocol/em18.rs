//! EM-18: EM4100 cards, 9600 8N1, with neither start nor end byte.
//!
//! ```text
//!   4500C5D1E9B8          one character per byte, 12 bytes
//!   4500C5D1E9  identity, hexadecimal    B8  exclusive or of its bytes
//! ```
//!
//! Only silence tells where a frame begins. The sum does not: that of a frame turned round
//! (`D1E9B8` + `4500C5`) is right too, so a torn frame before a good one of the same card yields other cards
//! that check. Therefore characters are judged when the line falls silent, or at a foreign byte:
//! of all ways to cut the run into frames with at most one torn piece, the one that needs the fewest cards
//! is taken; if two ways need as few, nothing is. What silence was heard before cannot lack its head, so there
//! a card that lies on the reader and repeats without a pause is known by two equal frames in a row.
//! Source: data sheet of the EM-18 module, as sold by cparkb2c.in and electrothing.co.za.

use super::super::{Decoder, Reject, Verdict};
use super::em4100::{DIGITS, judge};

/// Characters without silence, 85 frames; more is no card reader.
pub const MAX_RUN: usize = 85 * DIGITS;

#[derive(Default)]
struct Em18 {
    /// Hexadecimal characters since the last silence, foreign byte or repeated frame.
    run: Vec<u8>,
    /// Whether the run begins where a frame does: behind silence, or a line end.
    anchored: bool,
    /// Foreign bytes since the last silence: whether counted, and how many since then.
    counted: bool,
    foreign: usize,
}

/// One way to read a run: so many frames, a torn piece, and the rest frames again.
struct Cut<'a> {
    before: Vec<&'a [u8]>,
    torn: &'a [u8],
    after: Vec<&'a [u8]>,
}

impl<'a> Cut<'a> {
    /// The run with its torn piece behind `frames` frames, if all frames check.
    fn at(run: &'a [u8], frames: usize) -> Option<Self> {
        let (before, rest) = run.split_at_checked(frames * DIGITS)?;
        let (torn, after) = rest.split_at_checked(run.len() % DIGITS)?;
        let frames = |part: &'a [u8]| -> Option<Vec<&'a [u8]>> {
            part.chunks(DIGITS)
                .map(|frame| checks(frame).then_some(frame))
                .collect()
        };
        Some(Self {
            before: frames(before)?,
            torn,
            after: frames(after)?,
        })
    }

    /// How many different cards this reading needs. The torn piece is one of its own, unless it begins as
    /// the frame behind it, or as the last one; or ends as the first one, where a head may be missing.
    fn cards(&self, anchored: bool) -> usize {
        let mut cards: Vec<&[u8]> = self.before.iter().chain(&self.after).copied().collect();
        let neighbour = self.after.first().or(self.before.last());
        let headless = !anchored && self.before.is_empty();
        let explained = neighbour
            .is_some_and(|frame| frame.starts_with(self.torn) || headless && frame.ends_with(self.torn));
        cards.sort_unstable();
        cards.dedup();
        cards.len() + usize::from(!explained)
    }
}

/// Whether twelve characters are a frame, be its number insane or not.
fn checks(frame: &[u8]) -> bool {
    matches!(judge(frame), Ok(_) | Err(Reject::Insane))
}

fn verdict(frame: &[u8]) -> Verdict {
    judge(frame).map_or_else(Verdict::Reject, Verdict::Tag)
}

impl Em18 {
    fn digit(&mut self, byte: u8, out: &mut Vec<Verdict>) {
        self.run.push(byte);
        if self.anchored && self.run.len() == 2 * DIGITS {
            let (first, second) = self.run.split_at(DIGITS);
            if first == second && checks(first) {
                out.extend([verdict(first), verdict(second)]);
                self.run.clear();
            }
        }
        if self.run.len() >= MAX_RUN {
            self.run.clear();
            out.push(Verdict::Reject(Reject::Overlong));
        }
    }

    fn end_run(&mut self, out: &mut Vec<Verdict>) {
        if self.run.is_empty() {
            return;
        }
        let run = std::mem::take(&mut self.run);
        let anchored = self.anchored;
        if run.len().is_multiple_of(DIGITS) {
            out.extend(run.chunks(DIGITS).map(verdict));
            return;
        }
        let cuts: Vec<Cut> = (0..=run.len() / DIGITS)
            .filter_map(|frames| Cut::at(&run, frames))
            .collect();
        let fewest = cuts.iter().map(|cut| cut.cards(anchored)).min();
        let mut best = cuts.iter().filter(|cut| Some(cut.cards(anchored)) == fewest);
        match (best.next(), best.next()) {
            (Some(cut), None) => {
                out.extend(cut.before.iter().map(|frame| verdict(frame)));
                out.push(Verdict::Reject(Reject::Length));
                out.extend(cut.after.iter().map(|frame| verdict(frame)));
            }
            _ => out.push(Verdict::Reject(Reject::Length)),
        }
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

impl Decoder for Em18 {
    fn push(&mut self, bytes: &[u8], out: &mut Vec<Verdict>) {
        for byte in bytes {
            match byte {
                b'0'..=b'9' | b'a'..=b'f' | b'A'..=b'F' => self.digit(*byte, out),
                b'\r' | b'\n' => {
                    self.end_run(out);
                    self.anchored = true;
                }
                _ => {
                    self.end_run(out);
                    self.anchored = false;
                    self.foreign(out);
                }
            }
        }
    }

    fn gap(&mut self, out: &mut Vec<Verdict>) {
        self.end_run(out);
        self.anchored = true;
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

    fn said(run: &[u8]) -> Vec<String> {
        let mut decoder = Em18::default();
        let mut out = Vec::new();
        let run = match run.strip_prefix(b"~") {
            Some(run) => {
                decoder.gap(&mut out);
                run
            }
            None => run,
        };
        decoder.push(run, &mut out);
        decoder.gap(&mut out);
        out.iter()
            .map(|verdict| match verdict {
                Verdict::Tag(reading) => reading.tag.value().to_owned(),
                Verdict::Reject(reject) => reject.as_str().to_owned(),
                Verdict::Status(status) => status.as_str().to_owned(),
            })
            .collect()
    }

    #[test]
    fn a_torn_frame_makes_no_other_card() {
        for (run, expected) in [
            // Cut anywhere, the first twelve characters may check: here they do.
            (&b"4500C54500C5D1E9B8"[..], &["length", "4500C5D1E9"][..]),
            // Behind silence this is a card and a torn one; else the head of another may be missing.
            (b"~4500C5D1E9B84500C5", &["4500C5D1E9", "length"]),
            (b"4500C5D1E9B84500C5", &["length"]),
            (b"D1E9B84500C5D1E9B8", &["length"]),
            (
                b"4500C54500C5D1E9B84500C5D1E9B8",
                &["length", "4500C5D1E9", "4500C5D1E9"],
            ),
            (b"62E308_4500C5D1E9B8", &["length", "not-mine", "4500C5D1E9"]),
            (b"62E3084500C5D1E9B8", &["length", "4500C5D1E9"]),
            // Two torn pieces: no way to cut it.
            (b"4500C5D1E4500C54500C5D1E9B8", &["length"]),
            (b"62E3086CED084500C5D1E9B8", &["62E3086CED", "4500C5D1E9"]),
            (b"4500C5D1E9B94500C5D1E9B8", &["checksum", "4500C5D1E9"]),
        ] {
            assert_eq!(said(run), expected, "{}", String::from_utf8_lossy(run));
        }
    }

    #[test]
    fn a_card_that_repeats_without_a_pause_is_told_before_the_pause() {
        let mut decoder = Em18::default();
        let mut out = Vec::new();
        decoder.gap(&mut out);
        decoder.push(&b"4500C5D1E9B8".repeat(4), &mut out);
        assert_eq!(out.len(), 4);
    }
}
