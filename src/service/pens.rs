//! The clerk's pens: the journal and the small files beside it.
//!
//! Knows: what is written where, and in which order. Must not know: why.

use super::resolve::Cards;
use super::turn::Aside;
use crate::clock::{Moment, Trust};
use crate::exchange::{self, Imported, Opened, Options, Plan, Planned};
use crate::ids::{BadgeCode, ReaderId};
use crate::ledger::{Entry, Ledger};
use crate::store::{CardChange, DigestKey, Draft, Head, Inbox, Index, Journal, Need, Result, Roster, Space};
use crate::tag::TagId;
use crate::view::UnknownView;
use smol_str::SmolStr;

/// How much later than now a row of history may stand: clocks of two machines and of two zones differ.
const DAY_MS: i64 = 24 * 3_600_000;
/// In the inbox, what no reader read.
const TYPED: &str = "typed";

pub struct Pens {
    pub journal: Journal,
    pub roster: Roster,
    pub inbox: Inbox,
    pub key: DigestKey,
    pub index: Index,
    /// Rows of files that were taken earlier.
    pub imported: Imported,
}

impl Pens {
    pub fn head(&self) -> Head {
        self.journal.head()
    }

    /// Makes a turn durable: one write, one fdatasync.
    pub fn write(&mut self, entries: &[Entry], need: Need) -> Result<()> {
        self.journal.write(entries, need).map(drop)
    }

    /// To be called when nobody waits: blanks for the next lines.
    pub fn make_room(&mut self) -> Result<()> {
        self.journal.make_room()
    }

    /// Whether only returns should be taken. A disk that cannot be asked is not called full.
    pub fn low_space(&self) -> bool {
        matches!(self.journal.space(), Ok(Space::Low { .. }))
    }

    /// Files that may forget follow the journal; a failure there loses no event, and is told. False if cards are not in
    /// the roster that the journal says were given.
    #[must_use]
    pub fn set_aside(&mut self, aside: &[Aside], now: Moment) -> bool {
        let changes = aside.iter().filter_map(|one| match one {
            Aside::Card {
                badge,
                uid,
                replaces: true,
            } => Some(CardChange::Replace(badge.clone(), uid.clone())),
            Aside::Card { badge, uid, .. } => Some(CardChange::Give(badge.clone(), uid.clone())),
            Aside::Stopped(badge) => Some(CardChange::Stop(badge.clone())),
            _ => None,
        });
        let changes: Vec<_> = changes.collect();
        let kept = changes.is_empty() || told(self.roster.change_all(changes));
        for one in aside {
            match one {
                Aside::Card { .. } | Aside::Stopped(_) => {}
                Aside::Unknown { tag, reader, fresh } => {
                    let typed = || ReaderId::new(TYPED);
                    self.inbox.seen(tag, &reader.clone().unwrap_or_else(typed), now);
                    if *fresh {
                        told(self.inbox.save());
                    }
                }
                Aside::Known(tag) => {
                    told(self.inbox.forget(tag).map(drop));
                }
            }
        }
        kept
    }

    /// The index follows on its own thread, and the importer remembers which rows it has.
    pub fn follow(&mut self, entries: &[Entry]) {
        if !entries.is_empty() {
            self.index.advance(self.journal.head());
        }
        entries.iter().for_each(|entry| self.imported.note(entry));
    }

    pub fn digest(&self, tag: &TagId) -> SmolStr {
        self.key.digest(tag)
    }

    pub fn unknown(&self) -> Vec<UnknownView> {
        self.inbox
            .tags()
            .map(|kept| UnknownView {
                tag: kept.tag.clone(),
                reader: Some(kept.reader.clone()),
                first: kept.first,
                last: kept.last,
                count: u32::try_from(kept.count).unwrap_or(u32::MAX),
            })
            .collect()
    }

    /// What reading these files in would do.
    pub fn plan(&self, opened: &Opened, skip_bad: bool, ledger: &Ledger, now: Moment, trust: Trust) -> Plan {
        let card = |badge: &BadgeCode| Some((badge.clone(), self.roster.cards_of(badge).next()?.clone()));
        let cards = ledger.badges.keys().filter_map(card).collect();
        let options = Options {
            skip_bad,
            now,
            latest: (trust == Trust::Ok).then(|| now.plus_ms(DAY_MS)),
            digest: &|tag| self.digest(tag),
            cards: &cards,
            imported: &self.imported,
        };
        exchange::plan(opened, ledger, &options)
    }

    /// A planned row as a line of the journal.
    pub fn draft(planned: Planned, now: Moment) -> Draft {
        Draft {
            at: planned.at.unwrap_or(now),
            clock: crate::clock::Trust::Imported,
            recorded: Some(now),
            by: planned.by,
            src: Some(planned.src),
            event: planned.event,
        }
    }

    /// The last act of a clean stop.
    pub fn close(mut self) -> Result<()> {
        told(self.inbox.save());
        self.index.stop();
        self.journal.close()
    }
}

impl Cards for Pens {
    fn digest_of(&self, tag: &TagId) -> SmolStr {
        self.digest(tag)
    }

    fn badge_of(&self, tag: &TagId) -> Option<BadgeCode> {
        self.roster.badge_of(tag).cloned()
    }

    fn cards_of(&self, badge: &BadgeCode) -> Vec<TagId> {
        self.roster.cards_of(badge).cloned().collect()
    }
}

/// A file that may forget could not be written: no event is lost by it, and the log says so. True if it was.
fn told(done: Result<()>) -> bool {
    if let Err(error) = &done {
        tracing::error!(%error, "a file beside the journal could not be written");
    }
    done.is_ok()
}
