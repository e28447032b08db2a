//! Power cuts: a program is recorded call by call, cut at random moments, and each state that the disk may then be
//! in is opened by a fresh process, checked, and worked on.
//!
//! ```text
//! writer (real store, real sled, recorder preloaded) ── records ── MemoryDisk, cut after call k ── a folder
//!                                                                                                    |
//!                             fresh process: opens it as the daemon does, checks, goes on, opens again
//! ```
//! `FORMULAR_CUTS` states (300 by default) from `FORMULAR_CUT_SEED`. A state that fails is printed with its number,
//! and its folder is kept in `target/tmp`. Two controls must fail: a journal whose syncs do nothing, and sled
//! trusted with its own flush; otherwise this test sees nothing.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]

#[path = "power/check.rs"]
mod check;
#[path = "power/record.rs"]
mod record;
#[path = "power/sled_alone.rs"]
mod sled_alone;
#[path = "power/states.rs"]
mod states;
mod store_events;
#[path = "power/write.rs"]
mod write;

use states::{Outcome, Tally, cut_all};
use std::io::Write;
use std::time::Instant;

/// What a child of this test is to be; without it the child does nothing.
const ROLE: &str = "FORMULAR_POWER_ROLE";
const FOLDER: &str = "FORMULAR_POWER_FOLDER";
/// The first event of a journal whose disk lies, and other things a role is told.
const SEED: &str = "FORMULAR_POWER_SEED";

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).map_or(otherwise, |n| n.parse().unwrap())
}

/// A figure for the log of the whole run, where the output of tests that pass is not shown.
fn say(figure: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{figure}").unwrap();
}

/// The child. Does nothing when run by itself.
#[test]
fn child() {
    let Ok(role) = std::env::var(ROLE) else { return };
    let folder = std::path::PathBuf::from(std::env::var(FOLDER).unwrap_or_default());
    match role.as_str() {
        "write" => write::work(&folder, number(SEED, 1), false),
        "write on a lying disk" => write::work(&folder, number(SEED, 1), true),
        "sled alone" => sled_alone::work(&folder),
        "check" => states::answer_for_each(check::check),
        "check sled alone" => states::answer_for_each(sled_alone::check),
        other => panic!("no role {other}"),
    }
}

#[test]
fn no_power_cut_loses_what_was_acknowledged() {
    let (cuts, seed) = (number("FORMULAR_CUTS", 300), number("FORMULAR_CUT_SEED", 1));
    let began = Instant::now();
    // Several writers, so that the cuts are of more than one course of things.
    let writers = cuts.div_ceil(100);
    let mut tally = Tally::default();
    for writer in 0..writers {
        let seed = seed.wrapping_add(writer);
        let log = record::record("write", seed);
        let states = cuts / writers + u64::from(writer < cuts % writers);
        tally.add(cut_all(&log, states, seed, "check"));
    }
    say(&format!("power: {tally}, {:.0} s", began.elapsed().as_secs_f32()));
    tally.keep_and_print_failures();
    assert_eq!(tally.states, cuts);
    assert_eq!(tally.failed(), 0);
    assert!(
        tally.cold > 0 && tally.torn > 0 && tally.rebuilt > 0,
        "too tame to prove anything: {tally}"
    );
}

#[test]
fn a_journal_without_its_syncs_is_caught() {
    let log = record::record("write on a lying disk", 1);
    let tally = cut_all(&log, 40, 1, "check");
    say(&format!(
        "power: control, journal without its fdatasync: caught in {} of {} states",
        tally.failed(),
        tally.states
    ));
    assert!(
        tally.count(Outcome::Lost) + tally.count(Outcome::Closed) > 20,
        "{tally}"
    );
}

#[test]
fn sled_trusted_with_its_own_flush_is_caught() {
    let log = record::record("sled alone", 1);
    let tally = cut_all(&log, 40, 1, "check sled alone");
    say(&format!(
        "power: control, sled trusted with its own flush: caught in {} of {} states",
        tally.failed(),
        tally.states
    ));
    assert!(tally.failed() > 20, "{tally}");
}
