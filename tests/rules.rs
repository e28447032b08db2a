//! The rules of lending, as tables a librarian could read.

#![allow(clippy::unwrap_used, reason = "a test may")]

#[path = "rules/anything.rs"]
mod anything;
#[path = "rules/centre.rs"]
mod centre;
#[path = "rules/history.rs"]
mod history;
#[path = "rules/impossible.rs"]
mod impossible;
#[path = "rules/sample.rs"]
mod sample;
#[path = "rules/table.rs"]
mod table;

#[test]
fn lending() {
    table::run(include_str!("rules/lending.txt"));
}

#[test]
fn things() {
    table::run(include_str!("rules/things.txt"));
}

#[test]
fn wrong_clocks() {
    table::run(include_str!("rules/clock.txt"));
}

/// A rule without a line in the tables is a rule nobody has looked at.
#[test]
fn every_refusal_and_notice_has_a_line() {
    let tables = [
        include_str!("rules/lending.txt"),
        include_str!("rules/things.txt"),
        include_str!("rules/clock.txt"),
    ]
    .concat();
    let source = include_str!("../src/ledger/refusal.rs");
    let between = |from: &str, to: &str| {
        let rest = source.split_once(from).expect(from).1;
        rest.split_once(to).expect(to).0
    };
    let reasons = between("pub fn reason(&self)", "pub fn item(");
    let notices = between("impl Notice {", "pub fn name(&self)");
    for line in reasons.lines().chain(notices.lines()) {
        // К-43 needs a broken clock and has a test of its own; a full disk is the clerk's refusal, not a rule's; cards
        // are the desk's (tests/desk/badges.txt).
        let elsewhere = ["К-43", "no_space", "card_stopped"];
        if let Some(word) = line.split('"').nth(1).filter(|word| !elsewhere.contains(word)) {
            assert!(tables.contains(word), "no line shows {word}");
        }
    }
}
