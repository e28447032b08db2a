//! From bytes to tags: framing, checksums, verdicts. Pure functions of bytes.
//!
//! Knows: protocols. Must not know: ports, clocks, items, people, files.

mod verdict;

pub use verdict::{Reading, Reject, Status, Verdict};

/// A decoder of one byte stream. Any way of cutting the stream into `push` calls gives the same verdicts.
///
/// `gap` is called when the line has been silent for the family's `quiet_ms`;
/// it ends an unterminated frame.
pub trait Decoder: Send {
    /// Takes bytes as they come; appends the verdicts of the frames that they completed.
    fn push(&mut self, bytes: &[u8], out: &mut Vec<Verdict>);
    /// The line was silent, or closed: judge what is left, and start anew.
    fn gap(&mut self, out: &mut Vec<Verdict>);
}
