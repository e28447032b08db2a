//! Any order in any state: no panic, no item in two places, and no return refused.

use super::centre::{centre, entry};
use formular::clock::{Moment, Trust};
use formular::ids::{BadgeCode, ItemId, LoanId, SchoolId};
use formular::ledger::*;
use formular::tag::TagId;
use jiff::{ToSpan, civil::Date};
use proptest::prelude::*;
use std::collections::BTreeMap;

fn items() -> impl Strategy<Value = ItemId> {
    prop_oneof![
        9 => prop::sample::select(vec!["НБ-1", "РН-1", "РН-1", "РН-2", "ИЗ-1"]),
        1 => prop::sample::select(vec!["СТ-1", "БВС-1", "ШВ-1", "ММГ-1", "ЦН-1", "нет", "", "hб-1", "410134000001"]),
    ]
    .prop_map(ItemId::new)
}

fn badges() -> impl Strategy<Value = BadgeCode> {
    prop_oneof![
        8 => prop::sample::select(vec!["B-0101", "B-0102", "B-0201", "B-0003"]),
        1 => prop::sample::select(vec!["B-0301", "B-0401", "B-0001", "B-0103", "B-9999", ""]),
    ]
    .prop_map(BadgeCode::new)
}

fn schools() -> impl Strategy<Value = SchoolId> {
    prop::sample::select(vec!["S00", "S01", "S02", "S03", "S06", "S99"]).prop_map(SchoolId::new)
}

fn dates() -> impl Strategy<Value = Date> {
    let first: Date = "2026-08-30".parse().expect("a date");
    prop_oneof![
        9 => (0..60i64).prop_map(move |n| first + n.days()),
        1 => prop::sample::select(vec![Date::MIN, Date::MAX, first]),
    ]
}

fn parts() -> impl Strategy<Value = Parts> {
    let part = prop::sample::select(vec![
        "R-01", "R-02", "R-03", "R-02", "R-02", "R-03", "R-03", "R-02", "X-9",
    ]);
    prop::collection::btree_map(part.prop_map(Into::into), 0..5u32, 0..3)
}

fn conditions() -> impl Strategy<Value = Condition> {
    prop::sample::select(vec![
        Condition::Ok,
        Condition::Ok,
        Condition::Dirty,
        Condition::Damaged,
        Condition::Faulty,
    ])
}

fn loans() -> impl Strategy<Value = LoanId> {
    (1..30u32).prop_map(|n| LoanId::new(format!("В-26-{n:05}")))
}

fn texts() -> impl Strategy<Value = smol_str::SmolStr> {
    prop_oneof![4 => Just("приказ 17".into()), 1 => "\\PC{0,40}".prop_map(Into::into), 1 => Just("".into())]
}

fn tags() -> impl Strategy<Value = TagId> {
    prop::sample::select(vec![
        "uid:04D3BDF8E8F9A5",
        "uid:04112233",
        "code:1",
        "wiegand26:1,2",
        "code:FORMULAR:DONE",
    ])
    .prop_map(|tag| tag.parse().expect(tag))
}

fn commands() -> impl Strategy<Value = Command> {
    let lending = prop_oneof![
        4 => (items(), badges(), prop::option::weighted(0.1, dates()), prop::option::of(texts()), prop::option::of(badges()))
            .prop_map(|(item, badge, due, order, second_badge)| Command::CheckOut {
                item,
                badge,
                due,
                override_reason: order.clone(),
                order,
                second_badge,
                purpose: None,
                group: None,
                session: Some(7),
            }),
        4 => (items(), conditions(), parts(), any::<bool>()).prop_map(|(item, condition, missing, unchecked)| {
            Command::CheckIn {
                item,
                condition,
                missing,
                headcount: None,
                unchecked,
                by_label: false,
                session: None,
            }
        }),
        1 => (items(), prop::option::of(dates())).prop_map(|(item, due)| Command::Renew { item, due }),
        2 => (items(), schools(), dates()).prop_map(|(item, school, from)| Command::Hold { item, school, from }),
        1 => (items(), schools()).prop_map(|(item, school)| Command::HoldCancel { item, school, hold: None }),
        1 => (loans(), badges()).prop_map(|(loan, badge)| Command::MoveLoan { loan, badge, reason: "x".into() }),
        3 => (1..25u64).prop_map(|seq| Command::Void { seq, reason: "x".into() }),
    ];
    let things = prop_oneof![
        (items(), parts()).prop_map(|(item, missing)| Command::KitCheck { item, missing }),
        (items(), parts()).prop_map(|(item, parts)| Command::Replenish { item, parts }),
        (items(), conditions(), texts()).prop_map(|(item, condition, note)| Command::NoteCondition {
            item,
            condition,
            note
        }),
        (items(), texts()).prop_map(|(item, note)| Command::StartRepair { item, note }),
        (items(), texts()).prop_map(|(item, note)| Command::EndRepair { item, note }),
        items().prop_map(|item| Command::StartVerification { item }),
        (items(), prop::option::of(dates()))
            .prop_map(|(item, next_due)| Command::EndVerification { item, next_due }),
        (items(), texts()).prop_map(|(item, note)| Command::DeclareLost { item, note }),
        (items(), texts()).prop_map(|(item, note)| Command::DeclareFound { item, note }),
        (items(), tags()).prop_map(|(item, tag)| Command::BindTag { item, tag }),
        (items(), tags()).prop_map(|(item, tag)| Command::UnbindTag { item, tag }),
        (loans(), texts()).prop_map(|(loan, note)| Command::SendNotice { loan, note }),
        (loans(), prop::option::of(texts()), prop::option::of(any::<u32>())).prop_map(
            |(loan, purpose, headcount)| Command::NoteLoan {
                loan,
                purpose,
                group: None,
                order: None,
                headcount
            }
        ),
        Just(Command::OpenStocktake { basis: "".into() }),
        items().prop_map(|item| Command::SeeInStocktake {
            stocktake: "И-2026-1".into(),
            item
        }),
        Just(Command::CloseStocktake {
            stocktake: "И-2026-1".into()
        }),
        (items(), texts()).prop_map(|(item, basis)| Command::Withdraw { item, basis }),
    ];
    prop_oneof![3 => lending, 1 => things]
}

/// One item is in one place, and every index says what the things themselves say.
fn check(ledger: &Ledger) {
    let mut open: BTreeMap<SchoolId, Vec<LoanId>> = BTreeMap::new();
    for loan in ledger.loans.values().filter(|loan| loan.is_open()) {
        open.entry(loan.school.clone())
            .or_default()
            .push(loan.loan.clone());
        assert_eq!(ledger.items[&loan.item].status.loan.as_ref(), Some(&loan.loan));
        assert_eq!(
            loan.lost,
            ledger.items[&loan.item].status.lost.is_some(),
            "{}",
            loan.loan
        );
    }
    let index: BTreeMap<SchoolId, Vec<LoanId>> = ledger
        .open_loans
        .iter()
        .map(|(s, loans)| (s.clone(), loans.iter().cloned().collect()))
        .collect();
    assert_eq!(open, index);
    for (id, item) in &ledger.items {
        let status = &item.status;
        if let Some(loan) = &status.loan {
            assert!(ledger.loans[loan].is_open() && ledger.loans[loan].item == *id);
            assert_eq!(status.away, None, "{id} is out and away");
        }
        if let Some(kit) = item.item.kit.as_ref() {
            for (component, count) in &status.shortage {
                let of_kit = ledger.kits[kit]
                    .components
                    .iter()
                    .find(|c| c.component == *component);
                assert!(
                    *count > 0 && *count <= of_kit.expect("of the kit").quantity,
                    "{id} {component}"
                );
            }
        }
        let open: Vec<Seq> = ledger
            .holds
            .values()
            .filter(|hold| hold.item == *id && hold.state == HoldState::Open)
            .map(|hold| hold.seq)
            .collect();
        let index: Vec<Seq> = ledger.open_holds.get(id).into_iter().flatten().copied().collect();
        assert_eq!(open, index);
        for tag in &item.tags {
            assert_eq!(ledger.tags.get(tag), Some(id));
        }
    }
    assert_eq!(
        ledger.tags.len(),
        ledger.items.values().map(|item| item.tags.len()).sum::<usize>()
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn no_order_breaks_the_ledger(steps in prop::collection::vec((commands(), 0..2i64, any::<bool>()), 1..80)) {
        let policy = Policy::default();
        let mut ledger = centre();
        let mut now: Moment = "2026-09-01T08:00:00+03:00".parse().expect("a time");
        let before_all = ledger.seq;
        for (command, days, duty) in steps {
            now = now.plus_ms(days * 86_400_000 + 60_000);
            let by = By { duty: duty.then(|| "B-0001".into()), ..By::default() };
            let context = Context { now, trust: Trust::Ok, by: &by, policy: &policy };
            // Small numbers of events are meant: those after the master data.
            let command = match command {
                Command::Void { seq, reason } => Command::Void { seq: before_all + seq, reason },
                command => command,
            };
            let decided = decide(&ledger, &command, &context);
            prop_assert_eq!(&decided, &decide(&ledger, &command, &context));
            let Ok(decided) = decided else { continue };
            prop_assert!(!decided.events.is_empty());
            for event in decided.events {
                let text = serde_json::to_string(&event).expect("an event as text");
                prop_assert_eq!(&event, &serde_json::from_str::<Event>(&text).expect("the same event"));
                let by = By { badge: decided.badge.clone(), ..by.clone() };
                let entry = entry(&ledger, now, Trust::Ok, by, event);
                prop_assert_eq!(possible(&ledger, &entry), Ok(()));
                ledger.apply(&entry);
            }
            check(&ledger);
            for (id, item) in &ledger.items {
                if item.status.loan.is_some() {
                    let back = Command::CheckIn {
                        item: id.clone(),
                        condition: Condition::Ok,
                        missing: Parts::new(),
                        headcount: None,
                        unchecked: true,
                        by_label: false,
                        session: None,
                    };
                    prop_assert!(decide(&ledger, &back, &context).is_ok(), "{} cannot come back", id);
                }
            }
        }
    }
}
