//! Start-up and memory of the real program with 100,000 events, after a clean stop and after `kill -9`.

use super::fixture::{BenchClock, ITEMS, Rounds, badge, filled, folder, item};
use formular::clock::{Clock, Moment};
use formular::ids::LoanId;
use formular::ledger::{By, Condition, Event, How};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const EVENTS: usize = 100_000;

/// Loans and returns in turn, as a busy centre has them over many years.
fn history(start: Moment) -> impl Iterator<Item = (Moment, By, Event)> {
    let by = By {
        badge: Some(badge()),
        reader: Some("desk-hf".into()),
        how: How::Scanned,
        ..By::default()
    };
    (0..EVENTS / 2).flat_map(move |n| {
        let loan = LoanId::new(format!("В-26-{:05}", n + 1));
        let item = item(n % ITEMS);
        let at = start.plus_ms(n as i64 * 1_000 - 100_000_000);
        let out = Event::CheckedOut {
            loan: loan.clone(),
            item: item.clone(),
            school: "S00".into(),
            due: at.date(),
            purpose: Some("внеурочная деятельность".into()),
            group: Some("S00-8Б-26".into()),
            order: None,
            second_badge: None,
            hold: None,
            shortage: Default::default(),
            session: Some(n as u64 + 1),
            override_reason: None,
        };
        let back = Event::Returned {
            loan,
            item,
            school: "S00".into(),
            condition: Condition::Ok,
            missing: Default::default(),
            unchecked: false,
            headcount: Some(12),
            by_label: false,
            session: None,
        };
        [(at, by.clone(), out), (at.plus_ms(400), by.clone(), back)]
    })
}

struct Daemon(Child);

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts the program; gives the time until it says that it is ready, and its resident memory then.
fn start(data: &Path) -> (Daemon, Duration, u64) {
    let began = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_formular"))
        .args(["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(data)
        .env("RUST_LOG", "warn")
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program");
    let out = child.stdout.take().expect("its output");
    let mut line = String::new();
    BufReader::new(out).read_line(&mut line).expect("a line");
    assert!(line.contains("ready"), "{line}");
    let ready = began.elapsed();
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).expect("a process");
    let kib = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .expect("its memory");
    let kib: u64 = kib.trim().trim_end_matches(" kB").parse().expect("a number");
    (Daemon(child), ready, kib)
}

pub fn run(_: &Rounds) {
    let path = folder("bench-start");
    let clock = BenchClock::new();
    filled(&path, clock.as_ref(), history(clock.now()));
    println!("start-up with {EVENTS} events (aim: ready within 0.5 s, below 64 MiB)");
    let (daemon, ready, kib) = start(&path);
    report("first start", ready, kib);
    end(daemon, "-TERM");
    let (daemon, ready, kib) = start(&path);
    report("after a clean stop", ready, kib);
    std::thread::sleep(Duration::from_secs(3));
    println!(
        "  … and 3 s later, the index rebuilt: {} MiB",
        resident(&daemon) >> 10
    );
    end(daemon, "-KILL");
    let (daemon, ready, kib) = start(&path);
    report("after kill -9", ready, kib);
    std::thread::sleep(Duration::from_secs(3));
    println!(
        "  … and 3 s later, the index rebuilt: {} MiB\n",
        resident(&daemon) >> 10
    );
    end(daemon, "-TERM");
    let _ = std::fs::remove_dir_all(path);
}

fn resident(daemon: &Daemon) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", daemon.0.id())).unwrap_or_default();
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .unwrap_or("0 kB");
    line.trim().trim_end_matches(" kB").parse().unwrap_or(0)
}

fn report(what: &str, ready: Duration, kib: u64) {
    println!(
        "  {what:<20} ready after {:>6.0} ms, {:>3} MiB resident",
        ready.as_secs_f64() * 1e3,
        kib >> 10
    );
}

fn end(mut daemon: Daemon, signal: &str) {
    let _ = Command::new("kill")
        .arg(signal)
        .arg(daemon.0.id().to_string())
        .status();
    let _ = daemon.0.wait();
}
