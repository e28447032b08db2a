//! The index: equal to a rebuild, thrown away at any doubt, and answers that are whole meanwhile.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]

mod store_events;

use formular::ledger::{Event, Seq};
use formular::store::{DataFolder, Draft, Error, Head, Index, IndexState, Journal, Limits, Need, Subject};
use std::fs;
use std::time::Duration;
use store_events::{drafts, frozen, nine};

const SMALL: Limits = Limits {
    file: 20_000,
    floor: 0,
    reserve: 4096,
    room: 4096,
};
const LONG: Duration = Duration::from_secs(60);

fn folder() -> (tempfile::TempDir, DataFolder) {
    let dir = tempfile::tempdir().unwrap();
    let data = DataFolder::open(dir.path().join("data")).unwrap();
    (dir, data)
}

/// A journal and its index, as a daemon holds them.
struct Store {
    journal: Journal,
    index: Index,
}

impl Store {
    fn open(data: &DataFolder) -> Self {
        let opened = Journal::open_with(data, SMALL, nine(), |_| ()).unwrap();
        let index = Index::start(data, opened.journal.head(), opened.clean, 0).unwrap();
        Self {
            journal: opened.journal,
            index,
        }
    }

    fn append(&mut self, drafts: Vec<Draft>) -> Head {
        self.journal.append(drafts, Need::Ordinary).unwrap();
        self.index.advance(self.journal.head());
        self.journal.head()
    }

    fn caught_up(&self) {
        assert!(
            self.index.wait_for(self.journal.head().seq, LONG),
            "{:?}",
            self.index.status()
        );
        assert_eq!(self.index.differs_from_rebuild().unwrap(), None);
    }

    fn stop(self) {
        self.index.stop();
        self.journal.close().unwrap();
    }

    fn history(&self, subject: &Subject, limit: usize, before: Option<Seq>) -> Vec<Seq> {
        let entries = self.index.history(subject, limit, before).unwrap();
        entries.into_iter().map(|entry| entry.seq).collect()
    }
}

fn item(id: &str) -> Subject {
    Subject::Item(id.into())
}

/// What the history should be, found the slow way.
fn expected(drafts: &[Draft], item: &str) -> Vec<Seq> {
    let touches = |event: &Event| match event {
        Event::CheckedOut { item: i, .. } | Event::Returned { item: i, .. } => i.as_str() == item,
        _ => false,
    };
    let seqs = (1..).zip(drafts).filter(|(_, draft)| touches(&draft.event));
    let mut seqs: Vec<Seq> = seqs.map(|(seq, _)| seq).collect();
    seqs.reverse();
    seqs
}

#[test]
fn histories_are_whole_while_the_index_is_behind_and_when_it_is_not() {
    let (_dir, data) = folder();
    let mut store = Store::open(&data);
    let all = drafts(0..2_500);
    for batch in all.chunks(50) {
        store.append(batch.to_vec());
        // However far the index has come, the last event is there.
        assert_eq!(
            store.history(&Subject::School("S03".into()), 1, None),
            [store.journal.head().seq]
        );
    }
    let whole = expected(&all, "ТР-0017");
    assert!(whole.len() > 10);
    assert_eq!(store.history(&item("ТР-0017"), 100, None), whole);
    store.caught_up();
    assert_eq!(store.history(&item("ТР-0017"), 100, None), whole);
    assert_eq!(store.history(&item("ТР-0017"), 3, None), whole[..3]);
    assert_eq!(store.history(&item("ТР-0017"), 3, Some(whole[2])), whole[3..6]);
    let none = store.history(&item("ТР-001"), 3, None);
    assert!(none.is_empty(), "no other item's number begins so");
    let entry = store.index.entry(1234).unwrap().unwrap();
    assert_eq!(entry, all[1233].clone().numbered(1234, entry.batch));
    assert_eq!(store.index.entry(2_501).unwrap(), None);
}

#[test]
fn loans_and_voids_lead_to_their_item_and_school() {
    let (_dir, data) = folder();
    let mut store = Store::open(&data);
    let mut kinds = Vec::new();
    for batch in frozen() {
        for draft in &batch {
            kinds.push(store_events::kind(&draft.event));
        }
        store.append(batch);
    }
    let check = |store: &Store| {
        let named =
            |seqs: Vec<Seq>| -> Vec<&str> { seqs.iter().map(|seq| kinds[*seq as usize - 1]).collect() };
        let of_item = named(store.history(&item("ТР-0043"), 100, None));
        for kind in [
            "loan_noted",
            "voided",
            "checked_out",
            "refused",
            "stocktake_seen",
            "item_enrolled",
        ] {
            assert!(of_item.contains(&kind), "{kind} in {of_item:?}");
        }
        assert!(!of_item.contains(&"reader_lost") && !of_item.contains(&"school_registered"));
        let of_school = named(store.history(&Subject::School("S03".into()), 100, None));
        for kind in [
            "renewed",
            "loan_noted",
            "voided",
            "lost",
            "agreement_signed",
            "badge_issued",
        ] {
            assert!(of_school.contains(&kind), "{kind} in {of_school:?}");
        }
    };
    check(&store);
    store.caught_up();
    check(&store);
    // The line of 2024 goes back and the one of 1970 has no time: neither begins a day.
    let day = |text: &str| store.index.first_of_day(text.parse().unwrap()).unwrap();
    assert_eq!(day("2026-09-01"), Some(1));
    assert_eq!(day("2024-09-02"), Some(1));
    assert_eq!(day("2026-09-02"), None);
}

#[test]
fn after_a_clean_stop_the_index_is_believed_after_any_other_it_is_not() {
    let (_dir, data) = folder();
    let mut store = Store::open(&data);
    store.append(drafts(0..500));
    store.caught_up();
    assert_eq!(store.index.status().rebuilds, 1);
    store.stop();

    let mut store = Store::open(&data);
    store.caught_up();
    assert_eq!(store.index.status().rebuilds, 0, "as it was left");
    store.append(drafts(500..700));
    store.caught_up();
    // No clean mark.
    store.index.stop();
    drop(store);
    let store = Store::open(&data);
    store.caught_up();
    assert_eq!(store.index.status().rebuilds, 1);
    assert_eq!(store.index.status().lag(), 0);
    store.stop();
}

#[test]
fn a_damaged_index_is_set_aside_and_built_anew() {
    let (_dir, data) = folder();
    let mut store = Store::open(&data);
    store.append(drafts(0..500));
    store.caught_up();
    let whole = store.history(&item("ТР-0003"), 50, None);
    store.stop();
    let folder = data.path().join("index");
    let damages: [(&str, &dyn Fn()); 3] = [
        ("its log overwritten", &|| {
            let length = fs::metadata(folder.join("db")).unwrap().len() as usize;
            fs::write(folder.join("db"), vec![0xa5; length]).unwrap();
        }),
        ("its log gone", &|| fs::remove_file(folder.join("db")).unwrap()),
        ("a file in its place", &|| {
            fs::remove_dir_all(&folder).unwrap();
            fs::write(&folder, "").unwrap();
        }),
    ];
    for (what, damage) in damages {
        damage();
        let store = Store::open(&data);
        store.caught_up();
        assert_eq!(store.index.status().rebuilds, 1, "{what}");
        assert_eq!(store.history(&item("ТР-0003"), 50, None), whole, "{what}");
        store.stop();
    }
}

#[test]
fn an_index_that_a_stop_left_behind_goes_on() {
    let (_dir, data) = folder();
    let mut store = Store::open(&data);
    store.append(drafts(0..100));
    store.caught_up();
    store.index.stop();
    // Acknowledged after the index had ended, as in an import that stops at once.
    store.append(drafts(100..300));
    store.stop();
    let store = Store::open(&data);
    store.caught_up();
    assert_eq!(store.index.status().rebuilds, 0);
    assert_eq!(store.index.differs_from_rebuild().unwrap(), None);
    assert!(!data.path().join("index.doubtful").exists());
}

#[test]
fn an_index_of_another_journal_is_not_believed() {
    let (_dir, data) = folder();
    let mut store = Store::open(&data);
    store.append(drafts(0..10));
    store.caught_up();
    store.stop();
    let (_other_dir, other) = folder();
    let mut store = Store::open(&other);
    store.append(drafts(10..20));
    store.caught_up();
    store.stop();
    fs::remove_dir_all(data.path().join("index")).unwrap();
    fs::rename(other.path().join("index"), data.path().join("index")).unwrap();
    let store = Store::open(&data);
    store.caught_up();
    assert_eq!(store.index.status().rebuilds, 1);
    assert!(data.path().join("index.doubtful").is_dir());
}

#[test]
fn what_the_index_has_is_never_cut() {
    let (_dir, data) = folder();
    let mut store = Store::open(&data);
    store.append(drafts(0..2));
    store.append(drafts(2..4));
    store.caught_up();
    store.index.stop();
    drop(store);
    let path = data.path().join("journal/000000000001.jsonl");
    let bytes = fs::read(&path).unwrap();
    fs::write(&path, &bytes[..bytes.len() - 1]).unwrap();
    match Journal::open_with(&data, SMALL, nine(), |_| ()) {
        Err(Error::Rot { reason, .. }) => assert!(reason.contains("acknowledged (the index)"), "{reason}"),
        other => panic!("{other:?}"),
    }
    // Without the witness it is an interrupted write.
    fs::remove_dir_all(data.path().join("index")).unwrap();
    let opened = Journal::open_with(&data, SMALL, nine(), |_| ()).unwrap();
    assert_eq!(opened.journal.head().seq, 2);
}

#[test]
fn without_room_the_index_waits_and_answers_still_come() {
    let (_dir, data) = folder();
    let opened = Journal::open_with(&data, SMALL, nine(), |_| ()).unwrap();
    let mut journal = opened.journal;
    let index = Index::start(&data, journal.head(), true, u64::MAX).unwrap();
    journal.append(drafts(0..20), Need::Ordinary).unwrap();
    index.advance(journal.head());
    assert!(!index.wait_for(20, Duration::from_millis(200)));
    assert!(matches!(index.status().state, IndexState::Waiting { .. }));
    assert_eq!(index.status().lag(), 20);
    let found = index.history(&item("ТР-0003"), 50, None).unwrap();
    assert_eq!(found.iter().map(|entry| entry.seq).collect::<Vec<_>>(), [6, 5]);
    index.stop();
    assert_eq!(index.status().state, IndexState::Stopped);
}
