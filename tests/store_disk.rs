//! The journal and a whole station on a disk in memory: its power is cut, its syncs lie, it is full.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]

mod store_events;

use formular::clock::{Clock, ShiftedClock};
use formular::service::{Setup, Station};
use formular::store::disk::{FaultyDisk, Loss, MemoryDisk};
use formular::store::{
    DataFolder, Error, Head, Index, IndexState, Journal, JournalReader, Limits, Need, Subject,
};
use std::path::Path;
use std::sync::Arc;
use store_events::{drafts, nine};

const DATA: &str = "/data";
/// A file takes a few batches, so that some cuts fall between two files.
const LIMITS: Limits = Limits {
    file: 20_000,
    floor: 0,
    reserve: 4096,
    room: 4096,
};

fn open(disk: &Arc<dyn formular::store::disk::Disk>) -> Result<(Journal, u64), Error> {
    let data = DataFolder::on(Arc::clone(disk), DATA)?;
    let mut last = 0;
    let opened = Journal::open_with(&data, LIMITS, nine(), |entry| last = entry.seq)?;
    Ok((opened.journal, last))
}

/// Writes batches; after each, `cut` sees the disk and the last acknowledged head, also in the middle of the next.
fn write(disk: &Arc<dyn formular::store::disk::Disk>, mut acknowledged: impl FnMut(Head)) {
    let (mut journal, _) = open(disk).unwrap();
    for n in 0..60_u64 {
        let next = journal.head().seq;
        journal
            .append(drafts(next..next + 1 + n % 7), Need::Ordinary)
            .unwrap();
        acknowledged(journal.head());
    }
}

#[test]
fn a_cut_at_any_acknowledgement_loses_nothing() {
    let disk = MemoryDisk::new();
    let mut seed = 0;
    write(&disk.shared(), |head| {
        for _ in 0..8 {
            seed += 1;
            let left = disk.cut(seed);
            let (mut journal, last) =
                open(&left.shared()).unwrap_or_else(|error| panic!("seed {seed}: {error}"));
            assert_eq!(journal.head(), head, "seed {seed}");
            journal.append(drafts(last..last + 3), Need::Ordinary).unwrap();
            let again = left.cut_by(Loss::Everything, seed);
            drop(journal);
            assert_eq!(open(&again.shared()).unwrap().1, last + 3, "seed {seed}");
        }
    });
    assert_eq!(seed, 480);
}

#[test]
fn a_drive_that_lies_about_syncs_is_caught_by_the_same_cuts() {
    let disk = MemoryDisk::new();
    let liar = FaultyDisk::over(disk.shared());
    liar.lie_about_syncs();
    let (mut seed, mut lost) = (0, 0);
    write(&liar.shared(), |head| {
        seed += 1;
        match open(&disk.cut(seed).shared()) {
            Ok((journal, _)) if journal.head() == head => {}
            _ => lost += 1,
        }
    });
    assert!(
        lost > seed / 2,
        "only {lost} of {seed} cuts showed the missing fdatasync"
    );
}

#[test]
fn a_station_works_on_it_without_index_and_socket() {
    let disk = MemoryDisk::new();
    let clock: Arc<dyn Clock> = Arc::new(ShiftedClock::starting_at(nine()));
    let setup = || Setup {
        disk: disk.shared(),
        ..Setup::quiet(DATA.into(), Arc::clone(&clock))
    };
    let station = Station::open(setup()).unwrap();
    assert!(Station::open(setup()).is_err(), "the lock holds");
    station.close();
    Station::open(setup()).unwrap().close();
    assert!(
        !Path::new(DATA).join("journal").exists(),
        "nothing of it is on the real disk"
    );
}

#[test]
fn histories_come_from_the_journal_where_there_is_no_index() {
    let disk = MemoryDisk::new().shared();
    let data = DataFolder::on(Arc::clone(&disk), DATA).unwrap();
    let mut journal = Journal::open(&data, nine(), |_| ()).unwrap().journal;
    journal.append(drafts(0..400), Need::Ordinary).unwrap();
    let index = Index::start(&data, journal.head(), true, 0).unwrap();
    assert_eq!(index.status().state, IndexState::Absent);
    let history = index.history(&Subject::Item("ТР-0001".into()), 10, None).unwrap();
    assert_eq!(
        history.iter().map(|entry| entry.seq).collect::<Vec<_>>(),
        [326, 325, 2, 1]
    );
    assert_eq!(index.entry(200).unwrap().unwrap().seq, 200);
    index.stop();
    let reader = JournalReader::on(disk, Path::new(DATA)).unwrap();
    assert_eq!(
        reader.read(|_| std::ops::ControlFlow::Continue(())).unwrap().head,
        journal.head()
    );
}
