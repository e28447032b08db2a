//! Folding the journal, whole or up to an instant, without being its writer.
//!
//! Knows: the journal's reader and the ledger's rule of prefixes. Must not know: who asks.

use crate::clock::Moment;
use crate::ledger::Ledger;
use crate::ledger::asof::Prefix;
use crate::store::{Head, JournalReader, Result};
use std::ops::ControlFlow;

/// The ledger and the journal's end, up to an instant or of everything that is written.
pub fn prefix(journal: &JournalReader, until: Option<Moment>) -> Result<(Ledger, Head)> {
    let mut ledger = Ledger::default();
    let mut prefix = until.map(Prefix::until);
    let mut head = Head::EMPTY;
    journal.read(|located| {
        if prefix
            .as_mut()
            .is_some_and(|prefix| !prefix.takes(&located.entry))
        {
            return ControlFlow::Break(());
        }
        head = Head {
            seq: located.entry.seq,
            hash: located.hash,
        };
        ledger.apply(&located.entry);
        ControlFlow::Continue(())
    })?;
    Ok((ledger, head))
}
