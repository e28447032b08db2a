//! `formular readers`: what is plugged in, which profile would read it; and recording what a reader says.

use super::{DataFolder, Failure, Outcome, print};
use crate::capture::Recorder;
use crate::clock::SystemClock;
use crate::profile::builtin;
use crate::reader::{self, Attached, Board, Listed, Options, ReaderInput};
use crate::service::control::{self, Request, Response};
use clap::Subcommand;
use jiff::tz::TimeZone;
use std::fs::File;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::time::{Duration, Instant};

/// Largest capture, in bytes.
const MAX_CAPTURE: usize = 16 << 20;

/// Show what is plugged in and which profile would read it; record a reader
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Arguments {
    #[command(subcommand)]
    call: Option<Call>,
    /// One JSON document
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    data: DataFolder,
}

#[derive(Debug, Subcommand)]
enum Call {
    /// Write down every byte that a reader sends, and show what is made of it
    Capture {
        /// A profile or a family
        profile: String,
        /// The serial device
        path: PathBuf,
        /// Where the capture goes
        #[arg(long, short, default_value = "capture.txt")]
        output: PathBuf,
        /// Stop by itself after so many seconds
        #[arg(long, default_value_t = 60)]
        seconds: u64,
    },
}

pub fn run(arguments: Arguments) -> Outcome {
    if let Some(Call::Capture {
        profile,
        path,
        output,
        seconds,
    }) = arguments.call
    {
        return capture(&profile, path, &output, Duration::from_secs(seconds));
    }
    let plugged = reader::list(builtin());
    let (attached, json) = match control::ask(&arguments.data.path(), &Request::Readers)? {
        Some(Response::Readers { text, json }) => (text, json),
        _ => (Vec::new(), serde_json::Value::Array(Vec::new())),
    };
    if arguments.json {
        print(&serde_json::json!({ "plugged": plugged, "attached": json }).to_string())?;
        return Ok(ExitCode::SUCCESS);
    }
    if plugged.is_empty() {
        print("Nothing that may be a reader is plugged in: no serial port, no known USB device.")?;
    }
    for device in &plugged {
        print(&describe(device))?;
    }
    for reader in &attached {
        print(reader)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn describe(device: &Listed) -> String {
    let place = device.stable.as_ref().or(device.path.as_ref());
    let mut out = match (place, &device.usb) {
        (Some(path), Some(usb)) => format!("{} ({usb})", path.display()),
        (Some(path), None) => path.display().to_string(),
        (None, usb) => usb.clone().unwrap_or_default(),
    };
    if let Some(product) = &device.product {
        out.push_str(&format!(" {product}"));
    }
    for seen in &device.seen {
        out.push_str(&format!("\n  {}: {}", seen.profile, seen.why));
    }
    out.push_str(&format!("\n  {}", device.advice));
    out
}

/// Reads a line as the daemon would, and keeps every byte.
fn capture(profile: &str, path: PathBuf, output: &PathBuf, most: Duration) -> Outcome {
    let profile = builtin().find(profile)?;
    let file = File::create_new(output).map_err(|error| Failure(format!("{}: {error}", output.display())))?;
    let clock = Arc::new(SystemClock::new(TimeZone::UTC));
    let header = [("profile", profile.name.as_str()), ("origin", "captured")];
    let tee = Recorder::new(Box::new(file), &header, MAX_CAPTURE)?;
    let (queue, inputs) = sync_channel::<ReaderInput>(64);
    let attached = Attached::new("capture".into(), profile, path);
    let board = Board::default();
    let options = Options {
        tee: Some(tee),
        ..Options::default()
    };
    let handle = reader::start_with(attached, clock, queue, &board, options)?;
    let until = Instant::now() + most;
    while let Some(left) = until.checked_duration_since(Instant::now()) {
        match inputs.recv_timeout(left) {
            Ok(ReaderInput::Scan(scan)) => print(&scan.reading.tag.to_string())?,
            Ok(ReaderInput::Lost { .. }) => print("unplugged")?,
            Ok(ReaderInput::Back { .. }) => print("plugged in again")?,
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => break,
        }
    }
    handle.stop();
    let health = board.all();
    let (bytes, rejects) = health.first().map_or((0, 0), |health| {
        (health.bytes, health.rejects.values().sum::<u64>())
    });
    print(&format!(
        "{bytes} bytes, {rejects} rejects; recorded in {}",
        output.display()
    ))?;
    Ok(if bytes > 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
