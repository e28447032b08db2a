//! Whatever is presented in whatever order: no panic, no committed line lost, nothing shown that is not written.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "desk/centre.rs"]
mod centre;
#[path = "desk/script.rs"]
#[allow(dead_code, reason = "the scripts use the rest")]
mod script;

use formular::desk::{Act, Card, Input, LineMark, Presented, PresentedAt};
use formular::ledger::{Event, How};
use proptest::prelude::*;
use script::World;

fn presented() -> impl Strategy<Value = Presented> {
    const BADGES: [&str; 9] = [
        "B-0001", "B-0003", "B-0101", "B-0102", "B-0109", "B-0201", "B-0301", "B-0401", "B-9999",
    ];
    const ITEMS: [&str; 10] = [
        "ТР-0001",
        "ТР-0002",
        "ТР-0010",
        "ТР-0011",
        "ТР-0046",
        "ТР-0048",
        "ТР-0100",
        "ТР-0110",
        "ТР-0114",
        "ТР-9999",
    ];
    prop_oneof![
        4 => prop::sample::select(&BADGES[..]).prop_map(|code| Presented::Badge(code.into())),
        10 => (prop::sample::select(&ITEMS[..]), any::<bool>())
            .prop_map(|(id, by_label)| Presented::Item { item: id.into(), by_label }),
        5 => prop::sample::select(&Card::ALL[..]).prop_map(Presented::Card),
        1 => any::<bool>().prop_map(|looks_like_badge| Presented::Unknown { looks_like_badge, hint: "56A2".into() }),
        1 => Just(Presented::Ambiguous),
        1 => Just(Presented::Mistyped("ТР-77".into())),
        1 => Just(Presented::StrangeCard),
        1 => Just(Presented::StoppedCard("B-0101".into())),
        1 => Just(Presented::OrderNumber("17".into())),
    ]
}

fn input() -> impl Strategy<Value = Input> {
    const PARTS: [&str; 3] = ["ROB-01", "ROB-02", "XYZ"];
    let tile = prop::sample::select(&PARTS[..]);
    let act = prop_oneof![
        prop::sample::select(&Card::ALL[..]).prop_map(Act::Card),
        tile.clone().prop_map(|code| Act::Tile(code.into())),
        tile.clone().prop_map(|code| Act::More(code.into())),
        tile.prop_map(|code| Act::Fewer(code.into())),
        Just(Act::PanelDone),
        prop_oneof![9 => 0u32..60, 1 => any::<u32>()].prop_map(|count| Act::Headcount {
            item: "ТР-0001".into(),
            count
        }),
        Just(Act::Dismiss),
    ];
    prop_oneof![
        12 => presented().prop_map(|what| Input::Presented(PresentedAt {
            what,
            reader: Some("desk-hf".into()),
            how: How::Scanned,
        })),
        3 => act.prop_map(Input::Act),
        1 => any::<bool>().prop_map(Input::AllReadersLost),
        1 => Just(Input::Tick),
    ]
}

/// Mostly quick hands, now and then a long pause, seldom a clock set back.
fn pause() -> impl Strategy<Value = i64> {
    prop_oneof![8 => 0i64..3_000, 3 => 3_000i64..70_000, 1 => 70_000i64..20_000_000, 1 => -4_000_000i64..0]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_lost(steps in prop::collection::vec((input(), pause()), 1..60)) {
        let mut world = World::new();
        for (input, pause) in steps {
            if pause < 0 {
                world.now = world.now.plus_ms(pause);
            } else {
                world.until(world.now.plus_ms(pause));
            }
            let before = world.centre.journal.len();
            // Half of the head counts are of what the screen asks for.
            let input = match (input, world.screen.heads.clone()) {
                (Input::Act(Act::Headcount { count, .. }), Some(item)) if count % 2 == 0 => {
                    Input::Act(Act::Headcount { item, count })
                }
                (input, _) => input,
            };
            world.give(input);
            let lines = &world.screen.sheet.lines;
            // Each loan and return of this step stands among the newest lines, unless the session has just ended.
            let session = world.screen.sheet.session.is_some();
            for entry in &world.centre.journal[before..] {
                let shown = lines.iter().any(|line| line.seq == Some(entry.seq));
                let kept = matches!(entry.event, Event::CheckedOut { .. } | Event::Returned { .. });
                prop_assert!(!kept || shown || !session && lines.len() >= 5, "{:?} is on no line", entry.event);
            }
            // What is shown as done is in the ledger, and not voided.
            for line in lines {
                match line.seq {
                    Some(seq) if line.mark != LineMark::Undone => {
                        prop_assert!(seq <= world.centre.ledger.seq && !world.centre.ledger.voided.contains(&seq));
                    }
                    _ => {}
                }
            }
            prop_assert!(world.desk.next_tick(script::steady(world.now)).is_none_or(|ms| ms > 0));
        }
        // A restart shows the same last five acts.
        let acts = |world: &World| -> Vec<_> {
            let lines = world.screen.sheet.lines.iter();
            lines.filter_map(|line| line.seq.map(|seq| (seq, line.mark))).collect()
        };
        world.until(world.now.plus_ms(20_000_000));
        let shown = acts(&world);
        world.restart();
        let again = acts(&world);
        prop_assert!(shown.iter().all(|act| again.contains(act)), "{shown:?} became {again:?}");
    }
}
