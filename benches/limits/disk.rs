//! Scan to cue against raw append + fdatasync of as many bytes; 64 waiting scans against one raw group.

use super::fixture::{
    self, BenchClock, ITEMS, Rounds, badge_tag, filled, folder, item_tag, median, percentile, station,
};
use formular::ids::ReaderId;
use formular::profile::Role;
use formular::reader::{ReaderInput, Scan};
use formular::service::{Intake, Station};
use formular::tag::TagId;
use formular::view::{Office, Sounds, Wish};
use formular::wire::Reading;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};
use tokio::sync::broadcast::Receiver;

/// Scans that wait together.
const GROUP: usize = 64;

/// The length of a line that a loan or a return makes; what the journal really grew by is printed beside it.
const LINE: usize = 374;

/// A claim about ratios needs a disk whose fdatasync costs something.
const LEAST_SYNC: Duration = Duration::from_micros(50);

struct Hand {
    station: Station,
    sounds: Receiver<Sounds>,
    /// Sounds that were heard and not yet asked for.
    heard: usize,
    /// Number of the event that the last sound asked for was made for.
    last: u64,
    clock: std::sync::Arc<BenchClock>,
}

impl Hand {
    fn scan(&self, tag: TagId) {
        let scan = Scan {
            reader: ReaderId::new("desk-hf"),
            role: Role::Desk,
            reading: Reading::of(tag),
            at: self.clock.read(),
        };
        if self
            .station
            .door
            .put(Intake::Reader(ReaderInput::Scan(scan)))
            .is_err()
        {
            panic!("the queue is full");
        }
    }

    fn hear(&mut self) {
        while self.heard == 0 {
            self.heard = self.sounds.blocking_recv().expect("a cue").len();
        }
        self.heard -= 1;
        self.last += 1;
    }

    /// Waits until the ledger of what was heard is published and the index has everything, and says how long that was.
    fn settle(&self) -> Duration {
        let began = Instant::now();
        let door = &self.station.door;
        while door.head().seq < self.last || door.health().index_lag > 0 {
            assert!(
                began.elapsed() < Duration::from_secs(5),
                "the index does not follow"
            );
            std::thread::sleep(Duration::from_micros(200));
        }
        began.elapsed()
    }

    /// Something that writes and shows nothing: it only brings the clerk to a look at the clock.
    fn nudge(&self) {
        drop(self.station.door.post(Wish::ForgetUnknown(item_tag(0))));
    }

    /// Everything that was lent comes back, unmeasured, and the two minutes of «уже учтено» pass.
    fn bring_back(&mut self, items: std::ops::Range<usize>) {
        self.clock.advance(200_000);
        for n in items {
            self.scan(item_tag(n));
            self.hear();
        }
        self.clock.advance(200_000);
    }

    /// Ends the session that may be open and begins another.
    fn begin(&mut self) {
        self.clock.advance(200_000);
        self.scan(badge_tag());
        let screen = self.station.door.screen();
        let began = Instant::now();
        while screen.borrow().sheet.session.is_none() {
            assert!(
                began.elapsed() < Duration::from_secs(10),
                "the badge opened no session"
            );
            std::thread::sleep(Duration::from_millis(1));
        }
        // A badge has its own sound.
        while self.sounds.try_recv().is_ok() {}
        self.heard = 0;
    }
}

fn raw(folder: &Path) -> File {
    OpenOptions::new()
        .create(true)
        .append(true)
        .open(folder.join("raw"))
        .expect("a file")
}

fn append(file: &mut File, bytes: &[u8]) -> Duration {
    let began = Instant::now();
    file.write_all(bytes).expect("room");
    file.sync_data().expect("a disk");
    began.elapsed()
}

pub fn run(rounds: &Rounds) {
    let path = folder("bench-disk");
    let clock = BenchClock::new();
    filled(&path, clock.as_ref(), std::iter::empty());
    let mut file = raw(&path);
    let before = journal_bytes(&path);
    let station = station(&path, clock.clone());
    let sounds = station.door.sounds();
    let mut hand = Hand {
        last: station.door.head().seq,
        station,
        sounds,
        heard: 0,
        clock,
    };

    let (mut scans, mut raws, mut syncs) = (Vec::new(), Vec::new(), Vec::new());
    let line = vec![b'x'; LINE];
    while scans.len() < rounds.scans {
        hand.begin();
        for n in 0..GROUP {
            // In turn, so that a slow moment of the disk falls on both.
            let began = Instant::now();
            hand.scan(item_tag(n));
            hand.hear();
            scans.push(began.elapsed());
            // The index follows in its own time, and would take the disk from the raw append.
            hand.settle();
            raws.push(append(&mut file, &line));
            let began = Instant::now();
            file.sync_data().expect("a disk");
            syncs.push(began.elapsed());
        }
        hand.bring_back(0..GROUP);
    }
    let events = hand.station.door.head().seq as usize - fixture::master().len();
    let bytes = (journal_bytes(&path) - before) / events.max(1);
    let (scan, raw) = (median(&mut scans), median(&mut raws));
    println!(
        "one scan, {} rounds; a line has {bytes} bytes, the raw record {}",
        scans.len(),
        line.len()
    );
    println!(
        "  scan to cue          median {scan:>10.1?}   p99 {:>10.1?}",
        percentile(&mut scans, 99)
    );
    println!(
        "  raw append+fdatasync median {raw:>10.1?}   p99 {:>10.1?}",
        percentile(&mut raws, 99)
    );
    println!(
        "  scan to cue / raw    {:.2}   (aim: at most 1.5)",
        ratio(scan, raw)
    );
    let sync = median(&mut syncs);
    let claim = if sync < LEAST_SYNC {
        "; below 50 µs: this disk confirms at once, the ratio claims little"
    } else {
        ""
    };
    println!("  fdatasync of nothing new, median {sync:.1?}{claim}\n");

    groups(rounds, &mut hand, &mut file, &path);
    hand.station.close();
    let _ = std::fs::remove_dir_all(path);
}

fn groups(rounds: &Rounds, hand: &mut Hand, file: &mut File, path: &Path) {
    let (mut ours, mut raws, mut lags) = (Vec::new(), Vec::new(), Vec::new());
    let mut group = Vec::new();
    let clock = hand.clock.clone();
    for round in 0..rounds.groups {
        let first = (round * GROUP) % ITEMS;
        hand.begin();
        let before = (round == 0).then(|| journal_bytes(path));
        // What came before has been indexed, as it has before the raw append.
        hand.settle();
        // The clerk stands at the held clock while the scans queue up, as it stands in an fdatasync otherwise.
        let held = clock.hold();
        hand.nudge();
        (first..first + GROUP).for_each(|n| hand.scan(item_tag(n)));
        let began = Instant::now();
        drop(held);
        (0..GROUP).for_each(|_| hand.hear());
        ours.push(began.elapsed());
        lags.push(hand.settle());
        if let Some(before) = before {
            // As many bytes as the first group made: loans alone, whose lines are longer than those of returns.
            group = vec![b'x'; journal_bytes(path) - before];
        }
        raws.push(append(file, &group));
        hand.bring_back(first..first + GROUP);
    }
    let (our, raw) = (median(&mut ours), median(&mut raws));
    println!(
        "{GROUP} waiting scans, {} rounds; a group has {} bytes, the raw record too",
        ours.len(),
        group.len()
    );
    println!(
        "  to the last cue      median {our:>10.1?}   {:.0} scans/s",
        GROUP as f64 / our.as_secs_f64()
    );
    println!(
        "  raw group append     median {raw:>10.1?}   {:.0} records/s",
        GROUP as f64 / raw.as_secs_f64()
    );
    println!(
        "  rate against raw     {:.2}   (aim: at least 0.5)",
        ratio(raw, our)
    );
    println!("  the index follows    median {:.1?}\n", median(&mut lags));
}

fn ratio(a: Duration, b: Duration) -> f64 {
    a.as_secs_f64() / b.as_secs_f64().max(1e-9)
}

/// Bytes of lines, without the room behind them.
fn journal_bytes(path: &Path) -> usize {
    let folder = std::fs::read_dir(path.join("journal")).expect("a journal");
    folder
        .map(|entry| {
            entry
                .and_then(|entry| std::fs::read(entry.path()))
                .expect("a file")
                .trim_ascii_end()
                .len()
        })
        .sum()
}
