//! Start-up and memory of the real program with 100,000 events, after a clean stop and after `kill -9`.

use super::fixture::{BenchClock, ITEMS, Rounds, badge, filled, folder, item};
use super::web::{Client, get_request};
use formular::clock::{Clock, Moment};
use formular::ids::LoanId;
use formular::ledger::{By, Condition, Event, How};
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
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

/// Starts the program; gives it with its address, and prints how long it took until it said that it is ready.
fn start(data: &Path, what: &str) -> (Daemon, SocketAddr) {
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
    let ready = began.elapsed();
    let daemon = Daemon(child);
    let address = line.trim().strip_prefix("formular: ready at http://");
    let address = address.and_then(|rest| rest.trim_end_matches('/').parse().ok());
    let address = address.unwrap_or_else(|| panic!("not ready: {line}"));
    println!(
        "  {what:<20} ready after {:>6.0} ms, {:>3} MiB resident",
        ready.as_secs_f64() * 1e3,
        memory(&daemon, "VmRSS:") >> 10
    );
    (daemon, address)
}

/// Waits until the index has come up to the journal; prints how long that took and what it cost.
fn follow(daemon: &Daemon, address: SocketAddr) {
    let began = Instant::now();
    let mut client = Client::new(address);
    let request = get_request("/healthz");
    loop {
        let health = String::from_utf8_lossy(&client.body(&request)).into_owned();
        if health.contains("\"index_lag\":0,") {
            break;
        }
        assert!(
            began.elapsed() < Duration::from_secs(120),
            "the index stays behind: {health}"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
    println!(
        "  {:<20} the index has all after {:>6.0} ms more, {:>3} MiB resident, {:>3} MiB at most",
        "",
        began.elapsed().as_secs_f64() * 1e3,
        memory(daemon, "VmRSS:") >> 10,
        memory(daemon, "VmHWM:") >> 10
    );
}

pub fn run(_: &Rounds) {
    let path = folder("bench-start");
    let clock = BenchClock::new();
    filled(&path, clock.as_ref(), history(clock.now()));
    println!("start-up with {EVENTS} events (aim: ready within 0.5 s, below 64 MiB)");
    for (what, signal) in [
        ("without an index", "-TERM"),
        ("after a clean stop", "-KILL"),
        ("after kill -9", "-TERM"),
    ] {
        let (daemon, address) = start(&path, what);
        follow(&daemon, address);
        end(daemon, signal);
    }
    println!();
    let _ = std::fs::remove_dir_all(path);
}

/// A line of the process's status, in KiB.
fn memory(daemon: &Daemon, name: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", daemon.0.id())).expect("a process");
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let kib = line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok());
    kib.expect("its memory")
}

fn end(mut daemon: Daemon, signal: &str) {
    let _ = Command::new("kill")
        .arg(signal)
        .arg(daemon.0.id().to_string())
        .status();
    let _ = daemon.0.wait();
}
