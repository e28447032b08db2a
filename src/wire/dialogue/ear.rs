//! The listening half of a conversation: frames out of bytes, and silence after half a frame.
//!
//! Knows: framing and milliseconds that are passed in. Must not know: what is asked.

use crate::wire::{
    Reject, Verdict,
    framing::{Framing, Hunt},
};

/// Longest pause within a frame, in milliseconds; see [`crate::wire::quiet_ms`].
const QUIET_MS: u64 = 200;

/// Hears frames.
pub struct Ear<E: Framing> {
    hunt: Hunt<E>,
    /// When the last byte came, if no silence was judged since.
    heard_ms: Option<u64>,
}

impl<E: Framing> Ear<E> {
    pub fn new(envelope: E) -> Self {
        Self {
            hunt: Hunt::new(envelope),
            heard_ms: None,
        }
    }

    /// The frames that these bytes completed, and what was refused between them.
    pub fn hear(&mut self, bytes: &[u8], now_ms: u64) -> Vec<Result<E::Frame, Reject>> {
        self.heard_ms = Some(now_ms);
        let mut frames = Vec::new();
        self.hunt.take(bytes, &mut frames);
        frames
    }

    /// What becomes of half a frame when nothing follows.
    pub fn tick(&mut self, now_ms: u64) -> Vec<Result<E::Frame, Reject>> {
        match self.due_ms() {
            Some(due) if now_ms >= due => self.deaf(),
            _ => Vec::new(),
        }
    }

    /// The line died: what is left is no frame, and is told by its reason.
    pub fn lost(&mut self, out: &mut Vec<Verdict>) {
        let refused = self.deaf().into_iter().filter_map(Result::err);
        out.extend(refused.map(Verdict::Reject));
    }

    fn deaf(&mut self) -> Vec<Result<E::Frame, Reject>> {
        self.heard_ms = None;
        let mut frames = Vec::new();
        self.hunt.silence(&mut frames);
        frames
    }

    pub fn due_ms(&self) -> Option<u64> {
        Some(self.heard_ms?.saturating_add(QUIET_MS).saturating_add(1))
    }

    pub fn held(&self) -> usize {
        self.hunt.waiting()
    }
}
