//! The writer: a store with all its files, that says after each promise what it has promised.

use super::store_events::{drafts, nine};
use formular::store::disk::{Dice, FaultyDisk, RealDisk};
use formular::store::{DataFolder, DigestKey, Inbox, Index, Journal, Limits, Need, Role, Roster, Tokens};
use formular::tag::TagId;
use std::path::Path;
use std::time::Duration;

/// Small files, so that many cuts fall between two; no reserve, whose room the recorder cannot see.
pub const LIMITS: Limits = Limits {
    file: 20_000,
    floor: u64::MAX / 2,
    reserve: 0,
    room: 4096,
};

/// Batches between two starts.
const BATCHES: u64 = 24;
const STARTS: u64 = 4;

pub fn card(n: u64) -> TagId {
    format!("uid:04{n:012X}").parse().unwrap()
}

/// The recorder sees what is opened; there is no such file.
pub fn promise(what: &str) {
    assert!(std::fs::File::open(format!("/noted/{what}")).is_err());
}

pub fn work(folder: &Path, seed: u64, lies: bool) {
    let disk = match lies {
        true => {
            let liar = FaultyDisk::over(RealDisk::shared());
            liar.lie_about_syncs();
            liar.shared()
        }
        false => RealDisk::shared(),
    };
    let mut dice = Dice::new(seed);
    let mut cards = 0;
    for start in 0..STARTS {
        let data = DataFolder::on(disk.clone(), folder).unwrap();
        let opened = Journal::open_with(&data, LIMITS, nine(), |_| ()).unwrap();
        let mut journal = opened.journal;
        let key = DigestKey::open(&data).unwrap();
        promise(&format!("key {}", key.digest(&card(0))));
        let mut roster = Roster::open(&data).unwrap();
        let mut inbox = Inbox::open(&data).unwrap();
        let mut tokens = Tokens::open(&data).unwrap();
        let index = Index::start(&data, journal.head(), opened.clean, 0).unwrap();
        for _ in 0..BATCHES {
            let next = journal.head().seq;
            // Many small ones, and now and then one that is longer than several pages.
            let size = if dice.once_in(10) {
                15 + dice.below(15)
            } else {
                1 + dice.below(5)
            };
            journal.append(drafts(next..next + size), Need::Ordinary).unwrap();
            let head = journal.head();
            promise(&format!("event {} {}", head.seq, head.hash));
            index.advance(head);
            match dice.below(12) {
                0 => {
                    cards += 1;
                    roster.give(&"B-0301".into(), card(cards)).unwrap();
                    promise(&format!("card {cards}"));
                }
                1 => {
                    inbox.seen(&card(dice.below(50)), &"desk-hf".into(), nine());
                    inbox.save().unwrap();
                }
                2 => {
                    let token = tokens.create(&Role::Auditor, None, nine()).unwrap();
                    promise(&format!("token {token}"));
                }
                // sled's own threads get their turn.
                3 => drop(index.wait_for(head.seq, Duration::from_secs(20))),
                _ => {}
            }
        }
        index.wait_for(journal.head().seq, Duration::from_secs(20));
        index.stop();
        // Every other start finds no mark.
        if start % 2 == 0 {
            journal.close().unwrap();
        }
    }
}
