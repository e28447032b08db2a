//! `kill -9` of the real daemon at random moments: every loan that was answered or cued is there afterwards,
//! the chain is whole, and the state equals a fold of the journal.

#![allow(clippy::unwrap_used)]

mod support;

use formular::demo::encode::encode;
use formular::demo::pty::VirtualReader;
use formular::profile::Family;
use formular::tag::TagId;
use serde_json::json;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};
use support::{Daemon, centre, ok, reader};

/// Kills; the number. `FORMULAR_KILLS` makes it another one for a soak by hand.
const KILLS: usize = 100;

/// Plain items that anybody may borrow.
const ITEMS: [&str; 8] = [
    "ТР-0020",
    "ТР-0021",
    "ТР-0022",
    "ТР-0023",
    "ТР-0085",
    "ТР-0086",
    "ТР-0087",
    "ТР-0088",
];
/// The same, presented by their labels at a reader.
const LABELLED: [&str; 4] = ["ТР-0106", "ТР-0107", "ТР-0151", "ТР-0152"];
const BADGE: &str = "B-0201";

/// A small seeded generator: a failing run can be repeated.
struct Chance(u64);

impl Chance {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }
}

/// What the kiosk's stream has shown: lines with a number in the journal.
fn watch(daemon: &Daemon) -> Receiver<u64> {
    let (sender, receiver) = channel();
    let url = daemon.url("/api/v1/stream");
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(None)
        .build()
        .into();
    std::thread::spawn(move || {
        let Ok(answer) = agent.get(url).call() else { return };
        let lines = BufReader::new(answer.into_body().into_reader()).lines();
        for line in lines.map_while(Result::ok) {
            let Some(data) = line.strip_prefix("data:") else {
                continue;
            };
            let Ok(event) = serde_json::from_str::<serde_json::Value>(data) else {
                continue;
            };
            if let Some(seq) = event["seq"].as_u64().or_else(|| event["head"]["seq"].as_u64()) {
                let _ = sender.send(seq);
            }
        }
    });
    receiver
}

fn label(data: &Path, item: &str) -> TagId {
    let rows = std::fs::read_to_string(support::sample().join("equipment.csv")).unwrap();
    let row = rows.lines().find(|line| line.starts_with(item)).unwrap();
    let digits = row
        .split(',')
        .find(|cell| cell.len() == 13 && cell.starts_with("29"))
        .unwrap();
    let _ = data;
    TagId::code(digits).unwrap()
}

fn scan(line: &mut VirtualReader, tag: &TagId) {
    // The line may be dead already: then nothing was promised.
    let _ = line.present(&encode(Family::BarcodeText, tag).unwrap());
}

#[test]
fn killed_a_hundred_times_nothing_acknowledged_is_lost() {
    let kills = std::env::var("FORMULAR_KILLS")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(KILLS);
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    centre(&data);
    let (mut line, attach) = reader(folder.path(), "barcode-text");
    let labels: Vec<TagId> = LABELLED.iter().map(|item| label(&data, item)).collect();
    let mut chance = Chance(20_260_901);
    let (mut answered, mut lost_links) = (0u64, 0u64);
    let mut acknowledged: BTreeMap<u64, String> = BTreeMap::new();

    for round in 0..kills {
        let daemon = Daemon::serve(&data, std::slice::from_ref(&attach));
        let head = daemon.get("/api/v1/summary")["seq"].as_u64().unwrap();
        let last = acknowledged.keys().next_back().copied().unwrap_or(0);
        assert!(
            head >= last,
            "round {round}: event {last} was acknowledged, the journal ends at {head}"
        );
        let shown = watch(&daemon);
        let lives = Duration::from_millis(20 + chance.below(230));
        let began = Instant::now();
        // Orders over HTTP, each answered only when it is durable; scans in between.
        std::thread::scope(|scope| {
            let (daemon, labels, line) = (&daemon, &labels, &mut line);
            let orders = scope.spawn(move || {
                let mut acknowledged = Vec::new();
                let agent = support::agent();
                for n in 0.. {
                    let item = ITEMS[n % ITEMS.len()];
                    let out = (n / ITEMS.len()).is_multiple_of(2);
                    let order = if out {
                        json!({"type": "check_out", "item": item, "badge": BADGE})
                    } else {
                        json!({"type": "check_in", "item": item})
                    };
                    let request = agent
                        .post(daemon.url("/api/v1/commands"))
                        .header("Idempotency-Key", format!("{round}-{n}"))
                        .send_json(&order);
                    let Ok(mut answer) = request else { break };
                    let status = answer.status().as_u16();
                    let Ok(body) = answer.body_mut().read_json::<serde_json::Value>() else {
                        break;
                    };
                    match status {
                        200 => acknowledged.extend(body["seq"].as_array().unwrap().iter().map(|seq| {
                            (
                                seq.as_u64().unwrap(),
                                format!("{} {item}", if out { "checked_out" } else { "returned" }),
                            )
                        })),
                        // A loan of the round before stands, or the item is back already.
                        409 => {}
                        other => panic!("round {round}: {other} {body}"),
                    }
                }
                acknowledged
            });
            scope.spawn(move || {
                for n in 0.. {
                    if began.elapsed() > lives {
                        break;
                    }
                    scan(line, &labels[n % labels.len()]);
                    std::thread::sleep(Duration::from_millis(3));
                }
            });
            std::thread::sleep(lives);
            std::process::Command::new("kill")
                .arg("-9")
                .arg(daemon.id().to_string())
                .status()
                .unwrap();
            acknowledged.extend(orders.join().unwrap());
        });
        drop(daemon);
        answered = acknowledged.len() as u64;
        // What a screen or a stream has shown is acknowledged too.
        match shown.try_iter().max() {
            Some(seq) => drop(acknowledged.entry(seq).or_default()),
            None => lost_links += 1,
        }
    }

    let export = ok(&["journal", "export"], &data);
    let lines: Vec<&str> = export.lines().collect();
    for (seq, what) in &acknowledged {
        let line = lines
            .get(*seq as usize - 1)
            .unwrap_or_else(|| panic!("event {seq} ({what}) is gone"));
        if let Some((kind, item)) = what.split_once(' ') {
            assert!(
                line.contains(kind) && line.contains(item),
                "event {seq} should be {what}: {line}"
            );
        }
    }
    assert!(ok(&["journal", "verify"], &data).starts_with("ok "));

    // The daemon's own state, after its last start, against a fold made from the export alone.
    let daemon = Daemon::serve(&data, &[]);
    let restored = folder.path().join("restored");
    let file = folder.path().join("export.jsonl");
    std::fs::write(&file, &export).unwrap();
    ok(&["journal", "restore", file.to_str().unwrap()], &restored);
    let summary: serde_json::Value =
        serde_json::from_str(&ok(&["report", "summary", "--json"], &restored)).unwrap();
    let live = daemon.get("/api/v1/summary");
    for key in ["seq", "head", "loans", "returns", "loans_open", "refusals"] {
        assert_eq!(summary[key], live[key], "{key}");
    }
    println!(
        "{kills} kills, {answered} orders acknowledged, {} events in all, {lost_links} rounds without a stream",
        lines.len()
    );
    assert!(
        answered > kills as u64,
        "too few orders got through to prove anything"
    );
}
