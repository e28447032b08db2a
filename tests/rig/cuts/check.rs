//! Opens what a power cut has left, as the daemon would, in a process of its own.
//!
//! Knows: the store, and what was acknowledged. Must not know: how the folder came to be.

use crate::child::LIMITS;
use crate::store_events::{drafts, nine};
use formular::store::{DataFolder, Head, Index, Journal, Need};
use std::path::Path;
use std::time::Duration;

/// How an error begins that says an acknowledged event is gone; all others say that the folder does not open.
pub const LOST: &str = "lost:";

/// `seq` and `hash` of the last acknowledged event; 0: there was none.
pub fn check(folder: &Path, seq: &str, hash: &str) -> Result<(), String> {
    let seq: u64 = seq.parse().map_err(|_| "no sequence")?;
    let first = open_and_go_on(folder, seq, hash)?;
    let second = open_and_go_on(folder, first.seq, &first.hash.to_string())?;
    println!("opened {} {}", second.seq, second.hash);
    Ok(())
}

fn open_and_go_on(folder: &Path, seq: u64, hash: &str) -> Result<Head, String> {
    let said = |error: formular::store::Error| format!("does not open: {error}");
    let data = DataFolder::open(folder).map_err(said)?;
    let opened = Journal::open_with(&data, LIMITS, nine(), |_| ()).map_err(|error| {
        match error {
            // The mark of a clean stop may speak of more than there is, too.
            error if error.to_string().contains("acknowledged") => format!("{LOST} {error}"),
            error => said(error),
        }
    })?;
    let mut journal = opened.journal;
    let head = journal.head();
    if head.seq < seq {
        return Err(format!(
            "{LOST} {} events, of {seq} are {}",
            seq - head.seq,
            head.seq
        ));
    }
    if seq > 0 && hash_of(folder, seq).as_deref() != Some(hash) {
        return Err(format!("{LOST} event {seq} is another"));
    }
    let index = Index::start(&data, head, opened.clean, 0).map_err(said)?;
    journal
        .append(drafts(head.seq..head.seq + 3), Need::Ordinary)
        .map_err(said)?;
    index.advance(journal.head());
    if !index.wait_for(journal.head().seq, Duration::from_secs(20)) {
        return Err(format!("the index stays behind: {:?}", index.status()));
    }
    if let Some(difference) = index.differs_from_rebuild().map_err(said)? {
        return Err(format!("the index differs from the journal: {difference}"));
    }
    index.stop();
    let head = journal.head();
    journal.close().map_err(said)?;
    Ok(head)
}

/// Looks for the line in the bytes themselves; the chain makes it stand for all before it.
fn hash_of(folder: &Path, seq: u64) -> Option<String> {
    let start = format!("{{\"seq\":{seq},");
    let files = std::fs::read_dir(folder.join("journal")).ok()?;
    files.flatten().find_map(|file| {
        let text = std::fs::read_to_string(file.path()).ok()?;
        let line = text.lines().find(|line| line.starts_with(&start))?;
        let (_, tail) = line.rsplit_once(",\"hash\":\"")?;
        Some(tail.strip_suffix("\"}")?.to_owned())
    })
}
