//! Does the desk stay quick while ten thousand pages watch it? One run, two processes: the server with its scans here,
//! all clients in a process of their own (the same program with `client` as its argument).
//!
//! Prints the scan-to-cue times idle and under load, what the clients saw, and the server's memory. `--quick` takes
//! half a minute, the full run four times as long. Exits with 1 if the aim is missed: p99 under load at most three times
//! the idle one, or 20 ms; or if a live page does not learn the journal's last number.

mod client;
#[path = "../limits/fixture.rs"]
#[allow(dead_code, reason = "the other benchmark uses the rest")]
mod fixture;
mod hand;

use client::{Report, Wanted};
use fixture::{BenchClock, filled, folder, percentile, station};
use formular::view::Office;
use formular::web;
use hand::Hand;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;

/// The aim of a person's hand, when three times the idle time is less.
const AT_MOST: Duration = Duration::from_millis(20);
/// Scans whose times are compared, before anybody looks on.
const IDLE_SCANS: usize = 1_000;

fn main() -> ExitCode {
    raise_open_files();
    let arguments: Vec<String> = std::env::args().collect();
    if let Some(at) = arguments.iter().position(|one| one == "client") {
        client::run(&Wanted::read(&arguments[at + 1..]));
        return ExitCode::SUCCESS;
    }
    let quick = arguments.iter().any(|one| one == "--quick");
    let number = |name: &str, otherwise: usize| {
        let at = arguments.iter().position(|one| one == name);
        at.and_then(|at| arguments.get(at + 1)?.parse().ok())
            .unwrap_or(otherwise)
    };
    let wanted = Wanted {
        streams: number("--streams", 10_000),
        seconds: number("--seconds", if quick { 15 } else { 90 }),
        ..Wanted::default()
    };
    load(wanted)
}

/// Both processes hold a file for each page.
fn raise_open_files() {
    let limit = getrlimit(Resource::Nofile);
    let most = Rlimit {
        current: limit.maximum,
        ..limit
    };
    setrlimit(Resource::Nofile, most).expect("what the system allows");
}

fn load(wanted: Wanted) -> ExitCode {
    let path = folder("bench-load");
    let clock = BenchClock::new();
    filled(&path, clock.as_ref(), std::iter::empty());
    let station = station(&path, clock.clone());
    let door = Arc::clone(&station.door);
    let runtime = web::runtime().expect("threads");
    let router = web::router(Arc::clone(&door) as Arc<dyn Office>, web::Settings::default());
    let listener = runtime
        .block_on(TcpListener::bind("127.0.0.1:0"))
        .expect("a port");
    let address = listener.local_addr().expect("an address");
    let entrance = web::Entrance {
        limits: web::Limits {
            connections: wanted.streams + 1_000,
            ..web::Limits::default()
        },
        tls: None,
    };
    runtime.spawn(web::serve(listener, router, entrance, std::future::pending()));

    let mut hand = Hand::new(Arc::clone(&door), clock);
    let empty = memory("VmRSS:");
    let mut idle = hand.scans(|done| done >= IDLE_SCANS);
    let (mut child, mut said) = start(address, &wanted);
    let line = hear(&mut said);
    println!(
        "{line}; the server has {} MiB resident, {empty} MiB before",
        memory("VmRSS:")
    );
    child.stdin.as_mut().map(|stdin| stdin.write_all(b"go\n"));
    let (over, ended) = std::sync::mpsc::channel();
    let report = std::thread::spawn(move || {
        // The load is over when the client says so; then it looks at what its pages have learnt.
        let line = hear(&mut said);
        let _ = over.send(());
        (line, said)
    });
    let mut loaded = hand.scans(|_| ended.try_recv().is_ok());
    let under = memory("VmRSS:");
    let (line, mut said) = report.join().expect("a report");
    assert_eq!(line, "over");
    let last = door.head().seq;
    child
        .stdin
        .as_mut()
        .map(|stdin| stdin.write_all(format!("{last}\n").as_bytes()));
    let report = Report::read(&hear(&mut said));
    let _ = child.wait();
    let good = print(&wanted, &mut idle, &mut loaded, &report, under);
    runtime.shutdown_timeout(Duration::from_secs(1));
    drop((hand, door));
    station.close();
    let _ = std::fs::remove_dir_all(path);
    match good {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}

/// A child that does not outlive a failed run.
struct Clients(Child);

impl std::ops::Deref for Clients {
    type Target = Child;
    fn deref(&self) -> &Child {
        &self.0
    }
}

impl std::ops::DerefMut for Clients {
    fn deref_mut(&mut self) -> &mut Child {
        &mut self.0
    }
}

impl Drop for Clients {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn start(address: SocketAddr, wanted: &Wanted) -> (Clients, impl BufRead + Send + 'static) {
    let mut child = Command::new(std::env::current_exe().expect("this program"))
        .arg("client")
        .args(wanted.arguments(address))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("a process");
    let said = child.stdout.take().expect("its output");
    (Clients(child), BufReader::new(said))
}

fn hear(said: &mut impl BufRead) -> String {
    let mut line = String::new();
    said.read_line(&mut line).expect("a line of the clients");
    assert!(!line.is_empty(), "the clients ended early");
    line.trim_end().to_owned()
}

fn print(
    wanted: &Wanted,
    idle: &mut [Duration],
    loaded: &mut [Duration],
    report: &Report,
    under: u64,
) -> bool {
    let told = |what: &str, times: &mut [Duration]| {
        let (median, p99) = (percentile(times, 50), percentile(times, 99));
        println!(
            "  {what:<11} {:>6} scans   median {median:>9.1?}   p99 {p99:>9.1?}   most {:>9.1?}",
            times.len(),
            percentile(times, 100)
        );
        p99
    };
    println!("scan to cue");
    let before = told("idle", idle);
    let p99 = told("under load", loaded);
    let aim = (before * 3).max(AT_MOST);
    println!(
        "  p99 {:.1} times the idle one   (aim: at most 3 times or 20 ms)",
        p99.as_secs_f64() / before.as_secs_f64().max(1e-9)
    );
    println!(
        "{} pages read {} frames, {} of them learnt the last number; {} slow ones read on, {} that read nothing were let go of {}",
        wanted.live(),
        report.frames,
        report.learnt,
        report.slow,
        report.dropped,
        wanted.dead
    );
    println!(
        "{:.0} requests a second, {} failed, median {:.1} ms, p99 {:.1} ms; {:.0} commands a second of {} clients, {} failed",
        report.asked as f64 / wanted.seconds as f64,
        report.asked_wrong,
        report.median_us as f64 / 1e3,
        report.p99_us as f64 / 1e3,
        report.ordered as f64 / wanted.seconds as f64,
        wanted.orderers,
        report.ordered_wrong
    );
    println!(
        "resident memory of the server: {under} MiB under load, {} MiB at most",
        memory("VmHWM:")
    );
    let good = p99 <= aim && report.learnt == wanted.live() && report.asked_wrong + report.ordered_wrong == 0;
    println!("load: {}\n", if good { "as it should be" } else { "MISSED" });
    good
}

/// A line of this process's status, in MiB.
fn memory(name: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("a process");
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let kib: Option<u64> = line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok());
    kib.expect("its memory") >> 10
}
