//! What even imported history is not believed.

use super::centre::{centre, entry};
use formular::clock::{Moment, Trust};
use formular::ledger::*;

fn event(json: &str) -> Event {
    serde_json::from_str(json).unwrap_or_else(|e| panic!("{json}: {e}"))
}

#[test]
fn history_that_cannot_have_happened() {
    let mut ledger = centre();
    let noon: Moment = "2025-03-03T12:00:00+03:00".parse().unwrap();
    let out = event(
        r#"{"type":"checked_out","loan":"В-25-00001","item":"РН-1","school":"S01","due":"2025-03-10"}"#,
    );
    let first = entry(&ledger, noon, Trust::Imported, By::default(), out);
    assert_eq!(possible(&ledger, &first), Ok(()));
    ledger.apply(&first);

    for (what, json) in [
        (
            "РН-1 is already out as В-25-00001",
            r#"{"type":"checked_out","loan":"В-25-00002","item":"РН-1","school":"S02","due":"2025-03-10"}"#,
        ),
        (
            "loan В-25-00001 exists already",
            r#"{"type":"checked_out","loan":"В-25-00001","item":"НБ-1","school":"S02","due":"2025-03-10"}"#,
        ),
        (
            "unknown item НБ-9",
            r#"{"type":"checked_out","loan":"В-25-00002","item":"НБ-9","school":"S02","due":"2025-03-10"}"#,
        ),
        (
            "unknown school S99",
            r#"{"type":"checked_out","loan":"В-25-00002","item":"НБ-1","school":"S99","due":"2025-03-10"}"#,
        ),
        (
            "НБ-1 is not out as В-25-00001",
            r#"{"type":"returned","loan":"В-25-00001","item":"НБ-1","school":"S01"}"#,
        ),
        (
            "component X-01 does not belong to РН-1",
            r#"{"type":"returned","loan":"В-25-00001","item":"РН-1","school":"S01","missing":{"X-01":1}}"#,
        ),
        (
            "НБ-1 is not out as В-25-00009",
            r#"{"type":"renewed","loan":"В-25-00009","item":"НБ-1","due":"2025-03-20","previous_due":"2025-03-10"}"#,
        ),
        (
            "unknown hold 77",
            r#"{"type":"hold_cancelled","hold":77,"item":"НБ-1","school":"S01"}"#,
        ),
        (
            "unknown stocktake И-1",
            r#"{"type":"stocktake_closed","stocktake":"И-1"}"#,
        ),
        (
            "tag uid:04D3BDF8E8F9A5 already belongs to НБ-1",
            r#"{"type":"tag_bound","item":"НБ-2","tag":"uid:04D3BDF8E8F9A5"}"#,
        ),
        (
            "printed form wiegand26:213,02000 fits more than one tag and cannot be bound",
            r#"{"type":"tag_bound","item":"НБ-2","tag":"wiegand26:213,02000"}"#,
        ),
        (
            "unknown badge B-9999",
            r#"{"type":"badge_revoked","badge":"B-9999","last":"2025-01-01"}"#,
        ),
    ] {
        let entry = entry(&ledger, noon, Trust::Imported, By::default(), event(json));
        assert_eq!(
            possible(&ledger, &entry).map_err(|e| e.to_string()),
            Err(what.to_owned()),
            "{json}"
        );
    }

    let by = By {
        badge: Some("B-9999".into()),
        ..By::default()
    };
    let lost = event(r#"{"type":"reader_lost","reader":"desk"}"#);
    let stranger = entry(&ledger, noon, Trust::Imported, by, lost.clone());
    assert_eq!(
        possible(&ledger, &stranger).unwrap_err().to_string(),
        "unknown badge B-9999"
    );
    let earlier = entry(&ledger, noon.plus_ms(-1000), Trust::Imported, By::default(), lost);
    assert!(matches!(
        possible(&ledger, &earlier),
        Err(Impossible::TimeBack { .. })
    ));
}

/// A clock that was never set dates nothing and moves nothing.
#[test]
fn a_clock_of_1970_moves_nothing() {
    let mut ledger = centre();
    let noon: Moment = "2026-09-01T12:00:00+03:00".parse().unwrap();
    let unset: Moment = "1970-01-01T00:05:00+03:00".parse().unwrap();
    let out = |loan: &str, item: &str| {
        event(&format!(
            r#"{{"type":"checked_out","loan":"{loan}","item":"{item}","school":"S01","due":"2026-09-15"}}"#
        ))
    };
    for (at, clock, event) in [
        (noon, Trust::Ok, out("В-26-00001", "НБ-1")),
        (unset, Trust::Unset, out("В-26-00002", "НБ-2")),
    ] {
        let entry = entry(&ledger, at, clock, By::default(), event);
        assert_eq!(possible(&ledger, &entry), Ok(()));
        ledger.apply(&entry);
    }
    assert_eq!(ledger.now, Some(noon));
    assert_eq!(ledger.loans["В-26-00002"].out, noon);
    assert_eq!(ledger.next_loan, 3);

    // Its orders count on the last day that is known, and it is said that the clock is doubtful.
    let by = By::default();
    let policy = Policy::default();
    let context = Context {
        now: unset,
        trust: Trust::Unset,
        by: &by,
        policy: &policy,
    };
    let order = r#"{"type":"check_out","item":"НБ-3","badge":"B-0101"}"#;
    let decided = decide(&ledger, &serde_json::from_str(order).unwrap(), &context).unwrap();
    assert!(decided.notices.contains(&Notice::ClockDoubtful));
    let Event::CheckedOut { due, loan, .. } = &decided.events[0] else {
        panic!()
    };
    assert_eq!(
        (due.to_string().as_str(), loan.as_str()),
        ("2026-09-15", "В-26-00003")
    );
}
