//! How fast each family is decoded, in MB/s and as a multiple of the fastest line that its readers have.
//!
//! Prints a table; passes and fails nothing. `--quick` takes a tenth of the time. The bytes are the good frames of the
//! test vectors, each with silence behind it, in one thread.

use formular::profile::{Family, Profile, Way};
use formular::wire::{Verdict, decoder_for};
use serde::Deserialize;
use std::hint::black_box;
use std::time::{Duration, Instant};

/// Rounds of which the median is taken.
const ROUNDS: usize = 5;

#[derive(Deserialize)]
struct File {
    frame: Vec<Frame>,
}

#[derive(Deserialize)]
struct Frame {
    family: String,
    hex: String,
}

fn frames() -> Vec<(Family, Vec<u8>)> {
    let files = [
        include_str!("../tests/vectors/serial.toml"),
        include_str!("../tests/vectors/radio.toml"),
        include_str!("../tests/vectors/scanners.toml"),
    ];
    let frames = files
        .into_iter()
        .flat_map(|text| match toml::from_str::<File>(text) {
            Ok(file) => file.frame,
            Err(error) => panic!("the vectors: {error}"),
        });
    frames
        .filter_map(|frame| Some((Family::from_name(&frame.family)?, hex::decode(frame.hex).ok()?)))
        .collect()
}

/// Bytes a second that a line can carry, and what it is.
fn line(family: Family) -> Option<(f64, String)> {
    let profile = Profile::generic(family)?;
    Some(match profile.way {
        // A start bit, eight of data, a stop bit.
        Way::Serial => {
            let baud = profile.line.baud;
            (f64::from(baud) / 10.0, format!("{baud} baud"))
        }
        // A report each millisecond, of which the kernel makes three records of 8 bytes.
        Way::Evdev => (24_000.0, "1000 key reports/s".into()),
        Way::Hidraw => (64_000.0, "64 bytes each ms".into()),
        Way::Usb => (1_216_000.0, "USB full speed".into()),
        Way::Tcp => (12_500_000.0, "100 Mbit/s".into()),
    })
}

/// Bytes a second: so many of all frames in turn until the time is over.
fn run(family: Family, frames: &[Vec<u8>], time: Duration) -> Option<f64> {
    let mut decoder = decoder_for(family)?;
    let mut out: Vec<Verdict> = Vec::new();
    let mut bytes = 0usize;
    let start = Instant::now();
    while start.elapsed() < time {
        // The clock is asked seldom: it costs as much as a short frame.
        for _ in 0..16 {
            for frame in frames {
                decoder.push(black_box(frame), &mut out);
                decoder.gap(&mut out);
                bytes += frame.len();
            }
            black_box(&out);
            out.clear();
        }
    }
    Some(bytes as f64 / start.elapsed().as_secs_f64())
}

fn main() {
    let quick = std::env::args().any(|argument| argument == "--quick");
    let time = Duration::from_millis(if quick { 10 } else { 100 });
    let frames = frames();
    println!("decoding, one thread, median of {ROUNDS}\n");
    println!("{:<18} {:>10} {:>12}   line", "family", "MB/s", "times line");
    for family in Family::ALL.into_iter().filter(|family| family.is_reader()) {
        let of_family = frames.iter().filter(|(of, _)| *of == family);
        let own: Vec<Vec<u8>> = of_family.map(|(_, bytes)| bytes.clone()).collect();
        let Some((speed, words)) = line(family).filter(|_| !own.is_empty()) else {
            println!("{:<18} no frame", family.as_str());
            continue;
        };
        let mut rounds: Vec<f64> = (0..ROUNDS).filter_map(|_| run(family, &own, time)).collect();
        rounds.sort_by(f64::total_cmp);
        let Some(median) = rounds.get(rounds.len() / 2) else {
            continue;
        };
        println!(
            "{:<18} {:>10.1} {:>12.0}   {words}",
            family.as_str(),
            median / 1e6,
            median / speed
        );
    }
}
