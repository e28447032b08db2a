//! The two school years of the sample, folded: the numbers that an outsider counts in the file.

use super::sample;
use formular::clock::Trust;
use formular::ledger::asof::Prefix;
use formular::ledger::query::{kit_of, summary};
use formular::ledger::*;

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
    let critical = ledger
        .items
        .values()
        .filter(|item| kit_of(&ledger, item).is_some_and(|kit| kit.is_critical()));
    let critical: Vec<&str> = critical.map(|item| item.item.item.as_str()).collect();
    assert_eq!(
        critical,
        ["ТР-0043", "ТР-0048", "ТР-0054", "ТР-0060", "ТР-0098", "ТР-0139"]
    );
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

/// A checkpoint is the ledger itself, written down and read again.
#[test]
fn a_ledger_survives_being_written_down() {
    let ledger = sample::with_history(|_, _, _| {});
    let text = serde_json::to_string(&ledger).unwrap();
    let again: Ledger = serde_json::from_str(&text).unwrap();
    let value = |ledger: &Ledger| serde_json::to_value(ledger).unwrap();
    assert_eq!(value(&again), value(&ledger));
}

/// The demo's first morning: ten of thirteen schools can borrow, three are told why not.
#[test]
fn ten_of_thirteen_schools_can_borrow() {
    let ledger = sample::with_history(|_, _, _| {});
    let (by, policy) = (By::default(), Policy::default());
    let context = Context {
        now: "2026-09-01T09:00:00+03:00".parse().unwrap(),
        trust: Trust::Ok,
        by: &by,
        policy: &policy,
    };
    let answer = |n: u32| {
        let order = format!(r#"{{"type":"check_out","item":"ТР-0001","badge":"B-{n:02}01"}}"#);
        decide(&ledger, &serde_json::from_str(&order).unwrap(), &context).map_err(|refusal| refusal.code())
    };
    let refused: Vec<(u32, &str)> = (1..=13).filter_map(|n| Some((n, answer(n).err()?))).collect();
    assert_eq!(refused, [(3, "К-14"), (6, "К-14"), (7, "К-14")]);
    let lent = answer(1).unwrap();
    assert_eq!(lent.events[0].loan().unwrap().as_str(), "В-26-00729");
    // The sample's calendar ends the day before.
    let last = "2026-08-31".parse().unwrap();
    assert_eq!(lent.notices, [Notice::CalendarEnded { last }]);
}
