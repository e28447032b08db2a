//! Scripts of the desk that a librarian can read, run against the real ledger.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "desk/centre.rs"]
mod centre;
#[path = "desk/script.rs"]
mod script;

macro_rules! scripts {
    ($($name:ident: $file:literal,)*) => {
        $(
            #[test]
            fn $name() {
                script::run($file, include_str!(concat!("desk/", $file)));
            }
        )*
    };
}

scripts! {
    what_a_scan_does: "table.txt",
    badges: "badges.txt",
    sessions_end: "sessions.txt",
    kits: "kits.txt",
    undo: "undo.txt",
    cards: "cards.txt",
    restricted_items: "restricted.txt",
    refusals: "refusals.txt",
    trouble: "trouble.txt",
    faults_of_others: "faults-of-others.txt",
}

/// The disk refuses a batch: the clerk takes its ledger back, and the line says that it does not count.
#[test]
fn a_line_that_is_not_on_disk_says_so() {
    use formular::desk::{Input, LineMark, Presented};
    use formular::ledger::How;
    let mut world = script::World::new();
    world.present(Presented::Badge("B-0101".into()), How::Scanned);
    let item = |id: &str| Presented::Item {
        item: id.into(),
        by_label: false,
    };
    world.present(item("ТР-0001"), How::Scanned);
    let on_disk = world.centre.ledger.clone();
    world.present(item("ТР-0002"), How::Scanned);
    world.centre.ledger = on_disk;
    world.give(Input::Stopped);
    let marks: Vec<LineMark> = world.screen.sheet.lines.iter().map(|line| line.mark).collect();
    assert_eq!(marks, [LineMark::NotWritten, LineMark::Lent]);
    assert_eq!(
        script::ru(&world.screen.sheet.lines[0].said()),
        "Не записано: выдано"
    );
}

/// Nothing new to see: the clerk publishes nothing.
#[test]
fn a_screen_is_published_when_it_has_changed() {
    use formular::cue::Cue;
    use formular::desk::{Card, Input, Presented};
    use formular::ledger::How;
    let mut world = script::World::new();
    world.give(Input::Tick);
    world.screens.clear();
    world.give(Input::Tick);
    assert!(world.screens.is_empty());
    world.present(Presented::Card(Card::Done), How::Scanned);
    assert_eq!(world.screens.len(), 1);
    world.give(Input::Tick);
    assert_eq!(world.screens.len(), 1, "a tick that changes nothing is no change");
    // The same refusal twice looks the same and must be heard twice.
    world.present(Presented::Ambiguous, How::Scanned);
    world.present(Presented::Ambiguous, How::Scanned);
    assert_eq!(world.screens.len(), 3);
    world.give(Input::Tick);
    assert_eq!(world.screens.len(), 3, "the sound is not repeated by a tick");
    let cue = world.screen.cue;
    world.present(Presented::Card(Card::Done), How::Scanned);
    assert_eq!(
        (cue, world.screen.cue),
        (Some(Cue::Attention), None),
        "a screen keeps its own sound, the next has its own"
    );
}
