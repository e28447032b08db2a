//! What runs inside the guest: the store alone, which writes events as fast as it can and says what is durable.
//!
//! Knows: the store. Must not know: that its machine will be killed.

use crate::store_events::{drafts, nine};
use formular::store::disk::{Dice, FaultyDisk, RealDisk};
use formular::store::{DataFolder, Index, Journal, Limits, Need};
use rustix::termios::tcdrain;
use std::io::Write;
use std::path::Path;

/// Small files, so that many cuts meet the change from one to the next.
pub const LIMITS: Limits = Limits {
    file: 100_000,
    floor: 0,
    reserve: 4096,
    room: 1 << 20,
};

/// Writes until the machine dies. `honest` false: the journal's own syncs are left out.
pub fn write_for_ever(folder: &Path, honest: bool) -> Result<(), formular::store::Error> {
    let disk = FaultyDisk::over(RealDisk::shared());
    let data = match honest {
        true => DataFolder::open(folder)?,
        false => DataFolder::on(disk.shared(), folder)?,
    };
    // Only now: the folder itself has been begun well.
    if !honest {
        disk.lie_about_syncs();
    }
    let opened = Journal::open_with(&data, LIMITS, nine(), |_| ())?;
    let mut journal = opened.journal;
    let index = Index::start(&data, journal.head(), opened.clean, 0)?;
    say(&format!("opened {} {}", journal.head().seq, journal.head().hash));
    let mut dice = Dice::new(journal.head().seq);
    loop {
        let next = journal.head().seq;
        journal.append(drafts(next..next + 1 + dice.below(4)), Need::Ordinary)?;
        let head = journal.head();
        index.advance(head);
        say(&format!("acknowledged {} {}", head.seq, head.hash));
    }
}

/// Returns when the line is outside.
fn say(line: &str) {
    let mut out = std::io::stdout();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
    let _ = tcdrain(&out);
}
