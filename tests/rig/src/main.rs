//! The rig's guest program: plugs in devices of its own and watches what `formular serve` makes of them.
//!
//! Runs as the guest's only work, as root, in a Debian kernel under QEMU; `tests/rig/run` starts it and docs/testing.md
//! tells what it shows. It knows nothing of the program but its command line, its API and its journal.

#![allow(clippy::unwrap_used, reason = "a test")]

mod bench;
mod daemon;
mod kinds;
mod model;
mod strangers;
mod upsets;
mod usbip;
mod walk;

use daemon::Daemon;
use kinds::KINDS;
use serde_json::Value;
use std::process::ExitCode;
use strangers::{Ears, Strangers};
use walk::{Figures, ITEMS};

/// A partner school whose agreement takes ten items.
const BADGE: &str = "B-0101";
/// Things without kit, consent, order or term, lent to anybody; three for each reader.
const SHELF: &[&str] = &[
    "ТР-0020",
    "ТР-0021",
    "ТР-0037",
    "ТР-0038",
    "ТР-0039",
    "ТР-0040",
    "ТР-0041",
    "ТР-0042",
    "ТР-0076",
    "ТР-0077",
    "ТР-0078",
    "ТР-0084",
    "ТР-0085",
    "ТР-0086",
    "ТР-0087",
    "ТР-0088",
    "ТР-0106",
    "ТР-0107",
    "ТР-0108",
    "ТР-0116",
    "ТР-0117",
    "ТР-0151",
    "ТР-0152",
    "ТР-0153",
];
fn main() -> ExitCode {
    // Whatever goes wrong in a thread, the guest must end and not wait.
    let failures = match rig() {
        Ok(failures) => failures,
        Err(error) => vec![error],
    };
    for failure in &failures {
        println!("rig: FAILED: {failure}");
    }
    if failures.is_empty() {
        println!("rig: all well");
        return ExitCode::SUCCESS;
    }
    println!("--- the program's log\n{}\n--- the kernel's", daemon::log(60));
    let _ = std::process::Command::new("sh")
        .args(["-c", "dmesg | tail -60"])
        .status();
    ExitCode::FAILURE
}

fn rig() -> Result<Vec<String>, String> {
    let mut failures = Vec::new();
    strangers::russian_console()?;
    let console = Ears::on_console()?;
    let before = Strangers::plug()?;
    failures.extend(left_alone(&before, &console, None));
    for kind in KINDS {
        if let Err(error) = walk::control(kind, &console) {
            failures.push(format!(
                "{} ({}), before the program runs: {error}",
                kind.name, kind.usb
            ));
        }
    }
    let mut daemon = Daemon::serve(&[upsets::BY_HAND])?;
    let mut walks: Vec<Figures> = Vec::new();
    for (kind, items) in KINDS.iter().zip(SHELF.chunks(ITEMS)) {
        let walked = walk::bind(kind, BADGE, items, &mut daemon)
            .and_then(|()| walk::walk(kind, items, &daemon, &console));
        match walked {
            Ok(figures) => {
                println!("rig: {} ({}) {}", kind.name, kind.usb, told(&figures));
                walks.push(figures);
            }
            Err(error) => failures.push(format!("{} ({}): {error}", kind.name, kind.usb)),
        }
    }
    for upset in [
        upsets::another_socket,
        upsets::forbidden_and_taken,
        upsets::attached_by_hand,
        upsets::somebody_else,
    ] {
        match upset(&daemon) {
            Ok(told) => println!("rig: {told}"),
            Err(error) => failures.push(error),
        }
    }
    // Those that were there before the program, and those that come while it runs.
    failures.extend(left_alone(&before, &console, Some(&daemon)));
    drop(before);
    failures.extend(left_alone(&Strangers::plug()?, &console, Some(&daemon)));
    daemon.end()?;
    println!("rig: {}", daemon::ok(&["journal", "verify"])?.trim());
    let journal = daemon::ok(&["journal", "export"])?;
    failures.extend(judge(&journal, &walks)?);
    Ok(failures)
}

/// The office's keyboard still reaches everybody, in Russian; and nobody touched it or the modem.
fn left_alone(strangers: &Strangers, console: &Ears, daemon: Option<&Daemon>) -> Vec<String> {
    console.since();
    strangers.keys.since();
    strangers.type_text("q1");
    let (keys, text) = (strangers.keys.since(), console.text());
    let mut failures = Vec::new();
    if (keys.as_slice(), text.as_str()) != (&[16, 2], "й1") {
        failures.push(format!(
            "the office's keyboard typed q1: another program heard {keys:?}, the console «{text}»"
        ));
    }
    if let Some(daemon) = daemon {
        let harm = strangers.harm(daemon.id());
        if harm.is_empty() && failures.is_empty() {
            println!("rig: keyboard 046d:c31c and modem 0572:1340 left alone; the keyboard types «{text}»");
        }
        failures.extend(
            harm.into_iter()
                .map(|harm| format!("a strange device was not left alone: {harm}")),
        );
    }
    failures
}

fn told(figures: &Figures) -> String {
    let links: Vec<_> = figures
        .links
        .iter()
        .map(|link| link.display().to_string())
        .collect();
    format!(
        "{}: {} ms and {} ms from the plug to a scan; {}; {}",
        figures.reader,
        figures.first_scan_ms[0],
        figures.first_scan_ms[1],
        figures.rights,
        links.join(" ")
    )
}

/// Compares what was shown to the readers with what stands in the journal, and prints the figures.
fn judge(journal: &str, walks: &[Figures]) -> Result<Vec<String>, String> {
    let mut failures = Vec::new();
    let (mut wrong, mut logged) = (0, 0);
    let events: Vec<Value> = journal
        .lines()
        .map(|line| serde_json::from_str(line).map_err(|error| error.to_string()))
        .collect::<Result<_, _>>()?;
    let scanned: Vec<_> = events
        .iter()
        .filter(|event| event["by"]["how"] == "scanned")
        .collect();
    for figures in walks {
        let reader = &figures.reader;
        let mine: Vec<(&str, String)> = scanned
            .iter()
            .filter(|event| event["by"]["reader"] == reader.as_str())
            .map(|event| {
                let text = |key: &str| event["event"][key].as_str().unwrap_or_default();
                (text("type"), text("item").to_owned())
            })
            .collect();
        logged += mine.len();
        wrong += mine
            .iter()
            .filter(|record| !figures.journal.contains(record))
            .count();
        if mine != figures.journal {
            failures.push(format!(
                "{reader}: the journal has {mine:?} and not {:?}",
                figures.journal
            ));
        }
    }
    let foreign = scanned.len() - logged;
    if foreign > 0 {
        failures.push(format!("{foreign} records of readers that finished no walk"));
    }
    let sum = |of: fn(&Figures) -> u64| walks.iter().map(of).sum::<u64>();
    let (sent, scans) = (sum(|f| f.sent), sum(|f| f.scans));
    let (held, repeats) = (sum(|f| f.held_sent), sum(|f| f.repeats));
    let badges = walks.len() as u64 * 2;
    println!(
        "rig: devices {}, scans sent {sent}, scans logged {scans} ({logged} loans and returns, {badges} badges), \
         repeats sent {held}, dropped {repeats}, wrong identities {wrong}",
        walks.len()
    );
    for (what, is, should) in [
        ("scans", scans, sent),
        ("repeats", repeats, held),
        ("records", logged as u64 + badges, sent),
    ] {
        if is != should {
            failures.push(format!("{what}: {is} and not {should}"));
        }
    }
    Ok(failures)
}
