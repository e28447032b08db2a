//! A promise about bytes: a journal that was written today is read in twenty years.
//!
//! `tests/frozen/v1.jsonl` has the lines of version 1 as they were first written, one of every kind of event.
//! If this test fails, change the code back, never the file. A line that has to look otherwise is a new version:
//! it gets a new file beside this one, and both stay.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]

mod store_events;

use formular::ledger::Entry;
use formular::store::{Chain, Head, LineHash, decode, encode};
use std::collections::BTreeSet;
use store_events::{KINDS, frozen, kind};

fn entries() -> Vec<(Entry, bool)> {
    let mut entries = Vec::new();
    let mut seq = 0;
    for batch in frozen() {
        let (first, last) = (seq + 1, seq + batch.len() as u64);
        for draft in batch {
            seq += 1;
            entries.push((draft.numbered(seq, first), seq < last));
        }
    }
    entries
}

#[test]
fn version_1_is_written_as_it_was() {
    let mut bytes = Vec::new();
    let mut prev = LineHash::ZERO;
    for (entry, more) in entries() {
        prev = encode(&mut bytes, &entry, more, prev).unwrap();
    }
    let written = String::from_utf8(bytes).unwrap();
    let frozen = include_str!("frozen/v1.jsonl");
    for (n, (written, frozen)) in written.lines().zip(frozen.lines()).enumerate() {
        assert_eq!(written, frozen, "line {} of tests/frozen/v1.jsonl", n + 1);
    }
    assert_eq!(written, frozen);
}

#[test]
fn version_1_is_read_as_it_was_meant() {
    let frozen = include_str!("frozen/v1.jsonl");
    let mut chain = Chain::after(Head::EMPTY);
    let expected = entries();
    assert_eq!(frozen.lines().count(), expected.len());
    for (text, (entry, more)) in frozen.lines().zip(expected) {
        let line = decode(text.as_bytes()).unwrap();
        chain.follow(&line).unwrap();
        assert_eq!((line.entry, line.more), (entry, more));
    }
    assert!(chain.is_whole());
}

#[test]
fn every_kind_of_event_is_frozen() {
    let entries = entries();
    let kinds: BTreeSet<&str> = entries.iter().map(|(entry, _)| kind(&entry.event)).collect();
    assert_eq!(kinds.len(), KINDS);
    for (entry, _) in &entries {
        let value = serde_json::to_value(&entry.event).unwrap();
        assert_eq!(value["type"], kind(&entry.event));
    }
}
