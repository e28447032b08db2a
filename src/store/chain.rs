//! Whether a line follows the one before it: numbers without gaps, hash to hash, batches whole.
//!
//! Knows: the rule of the chain. Must not know: files, events.

use super::record::{Head, Line, LineHash};
use crate::ledger::Seq;

/// Where a chain stands after the lines it has followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chain {
    head: Head,
    batch: Seq,
    more: bool,
}

/// Why a line, right in itself, does not follow.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChainFault {
    #[error("event {found} stands where event {expected} belongs")]
    Seq { found: Seq, expected: Seq },
    #[error("it names {found} as the line before, whose hash is {expected}")]
    Prev { found: LineHash, expected: LineHash },
    #[error("it says batch {found} where batch {expected} belongs")]
    Batch { found: Seq, expected: Seq },
}

impl Chain {
    /// The chain after a whole batch that ended with `head`.
    pub fn after(head: Head) -> Self {
        Self {
            head,
            batch: 0,
            more: false,
        }
    }

    pub fn head(&self) -> Head {
        self.head
    }

    /// False in the middle of a batch.
    pub fn is_whole(&self) -> bool {
        !self.more
    }

    /// The batch that the next line belongs to.
    pub fn next_batch(&self) -> Seq {
        if self.more { self.batch } else { self.next_seq() }
    }

    pub fn next_seq(&self) -> Seq {
        self.head.seq.saturating_add(1)
    }

    /// Takes the next line, or says why it is not the next.
    pub fn follow(&mut self, line: &Line) -> Result<(), ChainFault> {
        let (seq, batch) = (line.entry.seq, line.entry.batch);
        if seq != self.next_seq() {
            return Err(ChainFault::Seq {
                found: seq,
                expected: self.next_seq(),
            });
        }
        if line.prev != self.head.hash {
            return Err(ChainFault::Prev {
                found: line.prev,
                expected: self.head.hash,
            });
        }
        if batch != self.next_batch() {
            return Err(ChainFault::Batch {
                found: batch,
                expected: self.next_batch(),
            });
        }
        *self = Self {
            head: Head { seq, hash: line.hash },
            batch,
            more: line.more,
        };
        Ok(())
    }
}
