//! From a data folder to a clerk who can take his first turn.
//!
//! Knows: what is read in which order, and that the journal alone makes the desk ready. Must not know: threads,
//! readers, pages.

use super::clerk::Clerk;
use super::keys::Keys;
use super::limit::Limit;
use super::pens::Pens;
use super::readers::Readers;
use super::shown::Shown;
use super::station::OpenError;
use super::timekeeper::Timekeeper;
use super::turn::Taken;
use crate::clock::Clock;
use crate::cue::Cue;
use crate::desk::{Desk, DeskSettings};
use crate::exchange::Imported;
use crate::ledger::{Entry, Ledger, Policy, Rules};
use crate::store::{self, DataFolder, DigestKey, Inbox, Index, Journal, Limits, Roster, Torn};
use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::mpsc::SyncSender;

/// The desk recalls its last lines from so many of the latest events.
const RECALLED: usize = 200;

/// What a clerk works with beside the data folder.
pub struct Tools {
    pub clock: Arc<dyn Clock>,
    pub rules: Rules,
    pub policy: Arc<Policy>,
    pub desk: DeskSettings,
    pub readers: Readers,
    /// Where sounds go.
    pub sound: SyncSender<Cue>,
}

/// A clerk at the beginning of his work.
pub struct Opening {
    pub clerk: Clerk,
    /// What everybody may see.
    pub shown: Arc<Shown>,
    pub index: Index,
    /// What an interrupted write had left behind.
    pub torn: Option<Torn>,
    /// Files beside the journal that cannot be read: a desk without cards still takes returns.
    pub damaged: Vec<store::Error>,
}

impl Opening {
    /// Folds the journal and makes the clerk ready. The same code runs at every start, whatever the disk.
    ///
    /// # Errors
    /// The folder is damaged, not writable or full; nothing was changed then.
    pub fn of(data: &DataFolder, tools: Tools) -> Result<Self, OpenError> {
        let mut folded = Folded::default();
        let opened = Journal::open(data, tools.clock.now(), |entry| folded.take(entry))?;
        if let Some(torn) = &opened.torn {
            tracing::warn!(
                batch = torn.batch, bytes = torn.bytes, kept = %torn.kept.display(), reason = %torn.reason,
                "an interrupted write was set aside; nothing of it had been shown"
            );
        }
        let Folded {
            ledger,
            keys,
            imported,
            recent,
        } = folded;
        let head = opened.journal.head();
        let index = Index::start(data, head, opened.clean, Limits::default().floor)?;
        let (roster, no_cards) = Roster::open_anyway(data);
        let (inbox, no_inbox) = Inbox::open_anyway(data);
        let pens = Pens {
            journal: opened.journal,
            roster,
            inbox,
            key: DigestKey::open(data)?,
            index: index.clone(),
            imported,
        };

        let time = Timekeeper::new(tools.clock);
        let seen = time.read(&ledger.believed);
        let mut desk = Desk::new(tools.desk);
        desk.recall(recent.iter(), &ledger, seen.now);
        let screen = desk.screen(&ledger, seen.now);
        let shown = Arc::new(Shown::new(
            ledger.clone(),
            &head,
            screen,
            time.clone(),
            tools.readers,
        ));
        shown.set_unknown(pens.unknown());
        let clerk = Clerk {
            ledger,
            desk,
            pens,
            keys,
            limit: Limit::default(),
            rules: tools.rules,
            policy: tools.policy,
            time,
            seen,
            doubt: None,
            shown: Arc::clone(&shown),
            sound: tools.sound,
            taken: Taken::All,
            asked: None,
        };
        Ok(Self {
            clerk,
            shown,
            index,
            torn: opened.torn,
            damaged: [no_cards, no_inbox].into_iter().flatten().collect(),
        })
    }
}

/// What is made of the journal at the start, in one walk.
#[derive(Default)]
struct Folded {
    ledger: Ledger,
    keys: Keys,
    imported: Imported,
    recent: VecDeque<Entry>,
}

impl Folded {
    fn take(&mut self, entry: Entry) {
        self.ledger.apply(&entry);
        self.keys.recall(&entry);
        self.imported.note(&entry);
        if self.recent.len() == RECALLED {
            self.recent.pop_front();
        }
        self.recent.push_back(entry);
    }
}
