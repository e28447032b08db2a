//! The two school years of the sample, folded: the numbers that an outsider counts in the file.

use super::sample;
use formular::ledger::query::summary;
use formular::ledger::{Entry, asof::Prefix};

#[test]
fn the_summary_of_the_sample() {
    let ledger = sample::with_history(|_, _, _| {});
    let sum = summary(&ledger, "2026-08-31".parse().unwrap());
    let counted = [
        sum.items,
        sum.loans,
        sum.returns,
        sum.returns_late,
        sum.returns_incomplete,
        sum.returns_damaged,
        sum.loans_open,
        sum.loans_overdue,
        sum.items_lost,
        sum.items_withdrawn,
        sum.refusals,
    ];
    assert_eq!(counted, [162, 728, 718, 96, 71, 36, 10, 3, 1, 1, 47]);
    assert_eq!(ledger.next_loan, 729);
    assert!(!ledger.has_live_loans);
    assert!(ledger.lost_readers.is_empty());
}

#[test]
fn eleven_kits_are_short_at_the_end() {
    let ledger = sample::with_history(|_, _, _| {});
    let short: Vec<_> = ledger
        .items
        .iter()
        .filter(|(_, item)| !item.status.shortage.is_empty())
        .map(|(id, _)| id)
        .collect();
    assert_eq!(short.len(), 11, "{short:?}");
    for away in ledger.items.values() {
        assert_eq!(away.status.away, None, "{}", away.item.item);
    }
    let due = ledger.items["ТР-0121"].status.verification_due;
    assert_eq!(due, Some("2026-08-18".parse().unwrap()));
}

/// As of any instant, the ledger agrees with counting the rows up to it.
#[test]
fn every_prefix_agrees_with_the_rows() {
    let mut entries: Vec<Entry> = Vec::new();
    sample::with_history(|_, _, entry| entries.push(entry.clone()));
    let rows = sample::rows("events.csv");
    for t in [
        "2024-09-02T11:42:58+03:00",
        "2024-09-02T11:42:57+03:00",
        "2024-12-31T23:59:59+03:00",
        "2025-06-11T10:38:00+03:00",
        "2026-08-31T23:59:59+03:00",
    ] {
        let until: formular::clock::Moment = t.parse().unwrap();
        let mut prefix = Prefix::until(until);
        let mut ledger = sample::centre();
        entries
            .iter()
            .take_while(|entry| prefix.takes(entry))
            .for_each(|entry| ledger.apply(entry));
        let sum = summary(&ledger, until.date());
        let counted = |kind: &str, more: &dyn Fn(&sample::Row) -> bool| {
            let fits = |row: &&sample::Row| row["ts"].as_str() <= t && row["type"] == kind && more(row);
            rows.iter().filter(fits).count() as u64
        };
        let late = |row: &sample::Row| row["ts"][..10] > row["due_date"][..];
        assert_eq!(sum.items, 162, "{t}");
        assert_eq!(sum.loans, counted("выдача", &|_| true), "{t}");
        assert_eq!(sum.returns, counted("возврат", &|_| true), "{t}");
        assert_eq!(sum.returns_late, counted("возврат", &late), "{t}");
        assert_eq!(
            sum.returns_incomplete,
            counted("возврат", &|r| !r["missing"].is_empty()),
            "{t}"
        );
        assert_eq!(
            sum.returns_damaged,
            counted("возврат", &|r| r["condition"] == "повреждён"),
            "{t}"
        );
        assert_eq!(sum.refusals, counted("отказ", &|_| true), "{t}");
    }
}
