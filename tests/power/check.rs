//! What a fresh process asks of a folder after a power cut.

use super::states::{Found, Outcome};
use super::store_events::{draft, drafts, nine};
use super::write::{LIMITS, card};
use formular::ids::ItemId;
use formular::ledger::{Entry, Ledger, Seq};
use formular::store::{
    DataFolder, DigestKey, Inbox, Index, Journal, JournalReader, LineHash, Need, Roster, Subject, Tokens,
    verify_paths,
};
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::Path;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(15);

/// Opens as the daemon does, checks, appends three, closes, opens again and checks again.
pub fn check(root: &Path, promised: &[String]) -> Result<Found, (Outcome, String)> {
    let folder = root.join("data");
    let first = open(&folder, promised)?;
    let mut journal = first.journal;
    let last = journal.head().seq;
    journal
        .append(drafts(last..last + 3), Need::Ordinary)
        .map_err(|error| (Outcome::Wrong, format!("cannot go on: {error}")))?;
    let head = journal.head();
    first.index.advance(head);
    index_is_whole(&first.index, head.seq, &folder)?;
    first.index.stop();
    journal.close().map_err(closed)?;
    drop(first.data);

    let again = format!("event {} {}", head.seq, head.hash);
    let mut promised = promised.to_vec();
    promised.push(again);
    let second = open(&folder, &promised)?;
    if second.journal.head() != head {
        return Err((Outcome::Wrong, "another head after a clean stop".into()));
    }
    if second.index.status().rebuilds > 0 {
        return Err((
            Outcome::Wrong,
            "the index was built anew after a clean stop".into(),
        ));
    }
    index_is_whole(&second.index, head.seq, &folder)?;
    second.index.stop();
    match verify_paths(&[folder]).map_err(closed)?.to_string() {
        ok if ok == format!("ok {head}") => Ok(first.found),
        other => Err((Outcome::Wrong, other)),
    }
}

struct Open {
    data: DataFolder,
    journal: Journal,
    index: Index,
    found: Found,
}

fn closed(error: impl std::fmt::Display) -> (Outcome, String) {
    (Outcome::Closed, error.to_string())
}

fn lost(what: impl Into<String>) -> (Outcome, String) {
    (Outcome::Lost, what.into())
}

fn open(folder: &Path, promised: &[String]) -> Result<Open, (Outcome, String)> {
    let data = DataFolder::open(folder).map_err(closed)?;
    let mut entries: Vec<Entry> = Vec::new();
    let opened = Journal::open_with(&data, LIMITS, nine(), |entry| entries.push(entry)).map_err(closed)?;
    let key = DigestKey::open(&data).map_err(closed)?;
    let roster = Roster::open(&data).map_err(closed)?;
    Inbox::open(&data).map_err(closed)?;
    let mut tokens = Tokens::open(&data).map_err(closed)?;
    let journal = opened.journal;
    let index = Index::start(&data, journal.head(), opened.clean, 0).map_err(closed)?;

    events_are_right(&entries, journal.head().seq)?;
    let mut hashes: BTreeMap<Seq, LineHash> = BTreeMap::new();
    JournalReader::beside(&data)
        .read(|located| {
            hashes.insert(located.entry.seq, located.hash);
            ControlFlow::Continue(())
        })
        .map_err(closed)?;
    for promise in promised {
        let mut words = promise.split(' ');
        let (what, one) = (words.next().unwrap(), words.next().unwrap());
        let kept = match what {
            "event" => {
                let hash = hashes.get(&one.parse().unwrap()).map(ToString::to_string);
                hash.as_deref() == words.next()
            }
            "card" => roster.badge_of(&card(one.parse().unwrap())).is_some(),
            "token" => tokens.check(one, nine()).is_some(),
            "key" => key.digest(&card(0)) == one,
            other => panic!("no promise {other}"),
        };
        if !kept {
            return Err(lost(format!(
                "{promise}; the journal ends at {}",
                journal.head().seq
            )));
        }
    }
    let found = Found {
        torn: opened.torn.is_some(),
        rebuilt: !opened.clean,
    };
    Ok(Open {
        data,
        journal,
        index,
        found,
    })
}

/// Numbers without a gap, each event the one that was written under its number, and a ledger that takes them.
fn events_are_right(entries: &[Entry], head: Seq) -> Result<(), (Outcome, String)> {
    let mut ledger = Ledger::default();
    for (n, entry) in (0..).zip(entries) {
        if entry.seq != n + 1 || entry.event != draft(n).event {
            return Err((
                Outcome::Wrong,
                format!("event {} stands where {} should", entry.seq, n + 1),
            ));
        }
        ledger.apply(entry);
    }
    if ledger.seq != head || entries.len() as u64 != head {
        return Err((
            Outcome::Wrong,
            format!("{} events and head {head}", entries.len()),
        ));
    }
    Ok(())
}

/// The projections equal the fold: what the index has, and what it answers.
fn index_is_whole(index: &Index, head: Seq, folder: &Path) -> Result<(), (Outcome, String)> {
    let wrong = |what: String| (Outcome::Wrong, format!("index: {what}"));
    if !index.wait_for(head, PATIENCE) {
        return Err(wrong(format!("{:?}", index.status())));
    }
    match index.differs_from_rebuild() {
        Ok(None) => {}
        other => return Err(wrong(format!("{other:?}"))),
    }
    let item: ItemId = "ТР-0007".into();
    let mut touched = Vec::new();
    JournalReader::of(folder)
        .and_then(|reader| {
            reader.read(|located| {
                if format!("{:?}", located.entry.event).contains(item.as_str()) {
                    touched.insert(0, located.entry.seq);
                }
                ControlFlow::Continue(())
            })
        })
        .map_err(closed)?;
    let history = index
        .history(&Subject::Item(item), usize::MAX, None)
        .map_err(|error| wrong(error.to_string()))?;
    let history: Vec<Seq> = history.iter().map(|entry| entry.seq).collect();
    if history != touched {
        return Err(wrong(format!("history {history:?}, the journal has {touched:?}")));
    }
    Ok(())
}
