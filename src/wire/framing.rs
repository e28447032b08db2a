//! Cutting frames out of a stream of bytes, with bounded memory.
//!
//! Both cutters take one byte at a time, so no cut of the stream can change a verdict.
//!
//! Knows: starts, ends, lengths. Must not know: what a frame means.

use super::{Decoder, Reject, Verdict};

/// After so many bytes of noise in a row the noise is counted again, as overlong.
pub const MAX_NOISE: usize = 1024;

/// What a protocol says of the bytes at the head of the buffer.
pub enum Head<F = Verdict> {
    /// A frame begins here, and more bytes are needed to judge it.
    More,
    /// The first byte is a pause between frames (CR, LF after a frame); it is nothing.
    Idle,
    /// The first byte starts no frame.
    Noise,
    /// The first `len` bytes are a frame whose envelope holds.
    Frame { len: usize, verdict: F },
    /// The first `len` bytes began as a frame, and are none.
    Broken { len: usize, reject: Reject },
}

/// The envelope of a protocol whose frames have a start byte, and each of which is one verdict.
pub trait Envelope: Send {
    /// No frame is longer, in bytes; also the most that is ever buffered.
    const MAX: usize;
    /// Judges the head of a buffer that is never empty.
    fn head(&self, bytes: &[u8]) -> Head;
}

/// The envelope of a protocol whose frames mean more than one verdict: a sweep of tags, an answer in a dialogue.
pub trait Framing: Send {
    type Frame;
    /// No frame is longer, in bytes; also the most that is ever buffered.
    const MAX: usize;
    /// Judges the head of a buffer that is never empty.
    fn head(&self, bytes: &[u8]) -> Head<Self::Frame>;
    /// Whether what is left when the line falls silent is nothing: padding that stands around frames.
    fn is_padding(&self, _bytes: &[u8]) -> bool {
        false
    }
}

impl<E: Envelope> Framing for E {
    type Frame = Verdict;
    const MAX: usize = E::MAX;

    fn head(&self, bytes: &[u8]) -> Head {
        Envelope::head(self, bytes)
    }
}

/// Hunts for frames: after a broken one it looks again from its second byte,
/// so that a torn frame never takes the good one behind it along.
pub struct Hunt<E> {
    envelope: E,
    buffer: Vec<u8>,
    /// Bytes at the head of the buffer that a reject has already been counted for.
    blamed: usize,
    /// Whether bytes were refused since the last frame or gap, and how many since the last reject.
    counted: bool,
    skipped: usize,
}

impl<E: Framing> Hunt<E> {
    pub fn new(envelope: E) -> Self {
        Self {
            envelope,
            buffer: Vec::with_capacity(E::MAX),
            blamed: 0,
            counted: false,
            skipped: 0,
        }
    }

    /// Takes bytes as they come; appends the frames that they completed, and what was refused between them.
    pub fn take(&mut self, bytes: &[u8], out: &mut Vec<Result<E::Frame, Reject>>) {
        for byte in bytes {
            self.buffer.push(*byte);
            self.settle(false, out);
        }
    }

    /// The line was silent: what is left is no frame, and the next byte begins anew.
    pub fn silence(&mut self, out: &mut Vec<Result<E::Frame, Reject>>) {
        self.settle(true, out);
        self.start_anew();
    }

    /// What judges the frames; it may learn from them.
    pub fn envelope_mut(&mut self) -> &mut E {
        &mut self.envelope
    }

    pub fn waiting(&self) -> usize {
        self.buffer.len()
    }

    fn settle(&mut self, closed: bool, out: &mut Vec<Result<E::Frame, Reject>>) {
        while !self.buffer.is_empty() {
            match self.envelope.head(&self.buffer) {
                Head::More if self.buffer.len() >= E::MAX => {
                    self.broken(self.buffer.len(), Reject::Overlong, out);
                }
                Head::More if closed && self.envelope.is_padding(&self.buffer) => {
                    self.drop_front(self.buffer.len());
                }
                Head::More if closed => self.broken(self.buffer.len(), Reject::Length, out),
                Head::More => return,
                Head::Idle => self.drop_front(1),
                Head::Noise => self.noise(out),
                Head::Frame { len, verdict } => {
                    out.push(Ok(verdict));
                    self.drop_front(len.max(1));
                    self.start_anew();
                }
                Head::Broken { len, reject } => self.broken(len, reject, out),
            }
        }
    }

    fn broken(&mut self, len: usize, reject: Reject, out: &mut Vec<Result<E::Frame, Reject>>) {
        if self.blamed == 0 {
            self.count(reject, out);
        }
        self.blamed = self.blamed.max(len);
        self.skip(out);
    }

    fn noise(&mut self, out: &mut Vec<Result<E::Frame, Reject>>) {
        if self.blamed == 0 && !self.counted {
            self.count(Reject::NotMine, out);
        }
        self.skip(out);
    }

    fn count(&mut self, reject: Reject, out: &mut Vec<Result<E::Frame, Reject>>) {
        out.push(Err(reject));
        self.counted = true;
        self.skipped = 0;
    }

    /// Gives up the first byte; where that goes on and on, it is counted again.
    fn skip(&mut self, out: &mut Vec<Result<E::Frame, Reject>>) {
        self.drop_front(1);
        self.skipped += 1;
        if self.skipped >= MAX_NOISE {
            self.count(Reject::Overlong, out);
        }
    }

    fn drop_front(&mut self, count: usize) {
        self.buffer.drain(..count.min(self.buffer.len()));
        self.blamed = self.blamed.saturating_sub(count);
    }

    fn start_anew(&mut self) {
        self.blamed = 0;
        self.counted = false;
        self.skipped = 0;
    }
}

/// A hunt whose frames are told in verdicts, by a function of the family.
pub struct Told<E: Framing> {
    hunt: Hunt<E>,
    tell: fn(E::Frame, &mut Vec<Verdict>),
    frames: Vec<Result<E::Frame, Reject>>,
}

impl<E: Framing> Told<E> {
    pub fn new(envelope: E, tell: fn(E::Frame, &mut Vec<Verdict>)) -> Self {
        Self {
            hunt: Hunt::new(envelope),
            tell,
            frames: Vec::new(),
        }
    }

    fn tell(&mut self, out: &mut Vec<Verdict>) {
        for frame in self.frames.drain(..) {
            match frame {
                Ok(frame) => (self.tell)(frame, out),
                Err(reject) => out.push(Verdict::Reject(reject)),
            }
        }
    }
}

impl<E: Framing> Decoder for Told<E>
where
    E::Frame: Send,
{
    fn push(&mut self, bytes: &[u8], out: &mut Vec<Verdict>) {
        self.hunt.take(bytes, &mut self.frames);
        self.tell(out);
    }

    fn gap(&mut self, out: &mut Vec<Verdict>) {
        self.hunt.silence(&mut self.frames);
        self.tell(out);
    }

    fn held(&self) -> usize {
        self.hunt.waiting()
    }
}

impl<E: Framing<Frame = Verdict>> Decoder for Hunt<E> {
    fn push(&mut self, bytes: &[u8], out: &mut Vec<Verdict>) {
        let mut frames = Vec::new();
        self.take(bytes, &mut frames);
        out.extend(
            frames
                .into_iter()
                .map(|frame| frame.unwrap_or_else(Verdict::Reject)),
        );
    }

    fn gap(&mut self, out: &mut Vec<Verdict>) {
        let mut frames = Vec::new();
        self.silence(&mut frames);
        out.extend(
            frames
                .into_iter()
                .map(|frame| frame.unwrap_or_else(Verdict::Reject)),
        );
    }

    fn held(&self) -> usize {
        self.waiting()
    }
}

/// A piece that the line cutter hands out; never empty.
#[derive(Debug, PartialEq, Eq)]
pub enum Line {
    /// Ended by a terminator.
    Whole(Vec<u8>),
    /// Ended by silence, or by the start of the next.
    Torn(Vec<u8>),
    /// As many bytes as a line may have went by without an end; they are gone.
    Overlong,
}

/// Cuts at terminators; empty lines (the LF of CR LF) are nothing.
pub struct Lines {
    ends: &'static [u8],
    /// A byte that begins a line wherever it stands.
    start: Option<u8>,
    max: usize,
    buffer: Vec<u8>,
    /// Bytes thrown away since the line became overlong.
    spilled: Option<usize>,
}

impl Lines {
    pub fn new(ends: &'static [u8], start: Option<u8>, max: usize) -> Self {
        Self {
            ends,
            start,
            max,
            buffer: Vec::new(),
            spilled: None,
        }
    }

    pub fn push(&mut self, byte: u8) -> Option<Line> {
        if self.ends.contains(&byte) {
            return self.end(Line::Whole);
        }
        if self.start == Some(byte) {
            return self.end(Line::Torn);
        }
        if let Some(spilled) = &mut self.spilled {
            *spilled += 1;
            if *spilled >= self.max {
                *spilled = 0;
                return Some(Line::Overlong);
            }
            return None;
        }
        if self.buffer.len() >= self.max {
            self.buffer.clear();
            self.spilled = Some(0);
            return Some(Line::Overlong);
        }
        self.buffer.push(byte);
        None
    }

    pub fn gap(&mut self) -> Option<Line> {
        self.end(Line::Torn)
    }

    pub fn held(&self) -> usize {
        self.buffer.len()
    }

    /// Whether a line began and has no end yet, kept or thrown away.
    pub fn in_line(&self) -> bool {
        !self.buffer.is_empty() || self.spilled.is_some()
    }

    fn end(&mut self, how: fn(Vec<u8>) -> Line) -> Option<Line> {
        self.spilled = None;
        if self.buffer.is_empty() {
            return None;
        }
        Some(how(std::mem::take(&mut self.buffer)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(lines: &mut Lines, bytes: &[u8]) -> Vec<Line> {
        bytes.iter().filter_map(|byte| lines.push(*byte)).collect()
    }

    #[test]
    fn lines_end_at_terminators_and_empty_ones_are_nothing() {
        let mut lines = Lines::new(b"\r\n", None, 8);
        let got = cut(&mut lines, b"ab\r\n\r\ncd\nef");
        assert_eq!(got, [Line::Whole(b"ab".into()), Line::Whole(b"cd".into())]);
        assert_eq!(lines.gap(), Some(Line::Torn(b"ef".into())));
        assert_eq!(lines.gap(), None);
    }

    #[test]
    fn an_endless_line_is_counted_once_per_its_limit() {
        let mut lines = Lines::new(b"\n", None, 8);
        let got = cut(&mut lines, &[b'x'; 30]);
        assert_eq!(got.len(), 3);
        assert!(lines.held() <= 8);
        assert_eq!(cut(&mut lines, b"x\ngood\n"), [Line::Whole(b"good".into())]);
    }
}
