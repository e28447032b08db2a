//! `formular readers learn`: a reader that nobody knows becomes a draft of a profile and a capture. Nothing is sent.

use super::super::{Failure, Outcome, print};
use super::capture::MAX_CAPTURE;
use crate::capture::{Capture, Recorder, What};
use crate::profile::{Line, Way};
use crate::reader::who::{Device, Roots, Shape, draft, draft_name, guess, plugged};
use crate::reader::{self, Trouble};
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// Rates at which unknown lines are heard, the usual ones first.
const RATES: [u32; 5] = [9600, 115_200, 57_600, 19_200, 38_400];
/// How late the end of the time is noticed.
const LOOK: Duration = Duration::from_millis(100);

pub(super) fn learn(path: &Path, folder: &Path, most: Duration) -> Outcome {
    let node =
        std::fs::canonicalize(path).map_err(|error| Failure(format!("{}: {error}", path.display())))?;
    let known = plugged(&Roots::default())
        .into_iter()
        .find(|device| device.path == node);
    // A pseudo-terminal, or a port of which the system tells nothing.
    let device = known.unwrap_or(Device {
        way: Way::Serial,
        path: node.clone(),
        place: None,
        shape: Shape::Port,
        driver: None,
        usb: None,
    });
    print(&format!(
        "listening at {} for {} s; present two tags or codes again and again, blank ones: their numbers go into the capture",
        node.display(),
        most.as_secs()
    ))?;
    // A rate means nothing to anything but a line of wires.
    let rates = if device.way == Way::Serial {
        RATES.as_slice()
    } else {
        &RATES[..1]
    };
    let each = most / u32::try_from(rates.len()).unwrap_or(1);
    let mut best: Option<(u32, Capture)> = None;
    for &baud in rates {
        let heard =
            hear(&device, baud, each).map_err(|trouble| Failure(format!("{}: {trouble}", node.display())))?;
        let value = |capture: &Capture| {
            let good = guess(capture).first().map_or(0, |guess| guess.good);
            (good, capture.received().len())
        };
        if best.as_ref().is_none_or(|(_, old)| value(&heard) > value(old)) {
            best = Some((baud, heard));
        }
        // Understood: the other rates could only be worse.
        if best.as_ref().is_some_and(|(_, capture)| value(capture).0 >= 2) {
            break;
        }
    }
    let Some((baud, capture)) = best.filter(|(_, capture)| !capture.steps.is_empty()) else {
        return Err(Failure(
            "nothing came; a reader that answers only when asked cannot be learnt by listening".into(),
        ));
    };
    let guesses = guess(&capture);
    for guess in &guesses {
        print(&format!(
            "{}: {} understood, {} not",
            guess.family.as_str(),
            guess.good,
            guess.bad
        ))?;
    }
    let name = draft_name(&device);
    keep(
        &folder.join(format!("{name}.toml")),
        &draft(&device, baud, &guesses),
    )?;
    record(&folder.join(format!("{name}.cap")), &name, &device, &capture)?;
    print(&format!("{name}.toml and {name}.cap are in {}", folder.display()))?;
    Ok(ExitCode::SUCCESS)
}

/// What comes by itself within a time.
fn hear(device: &Device, baud: u32, most: Duration) -> Result<Capture, Trouble> {
    let line = Line {
        baud,
        ..Line::default()
    };
    let mut port = reader::opener(device.way).open(&device.path, &line)?;
    let (mut capture, mut buffer, start) = (Capture::default(), [0; 1024], Instant::now());
    let mut bytes = 0;
    while start.elapsed() < most && bytes < MAX_CAPTURE {
        let read = port.read(&mut buffer, LOOK)?;
        if read > 0 {
            bytes += read;
            let at_ms = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
            let what = What::Received(buffer.get(..read).unwrap_or_default().to_vec());
            capture.steps.push(crate::capture::Step { at_ms, what });
        }
    }
    Ok(capture)
}

fn record(path: &Path, name: &str, device: &Device, capture: &Capture) -> Result<(), Failure> {
    let words = device
        .usb
        .as_ref()
        .map(|usb| format!("{} {}", usb.number(), usb.words()));
    let words = words.unwrap_or_default();
    let header = [
        ("profile", name),
        ("device", words.trim()),
        ("origin", "captured"),
        ("shown", "say here what was shown to it"),
    ];
    let file = create(path)?;
    let mut recorder = Recorder::new(Box::new(file), &header, MAX_CAPTURE)?;
    for step in &capture.steps {
        recorder.step(step.at_ms, step.what.clone());
    }
    Ok(())
}

fn keep(path: &Path, text: &str) -> Result<(), Failure> {
    Ok(create(path)?.write_all(text.as_bytes())?)
}

/// What stands there is not written over: it may be somebody's work.
fn create(path: &Path) -> Result<File, Failure> {
    File::create_new(path).map_err(|error| Failure(format!("{}: {error}", path.display())))
}
