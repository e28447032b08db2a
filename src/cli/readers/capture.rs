//! `formular readers capture`: what a reader says, written down.

use super::super::{Failure, Outcome, print};
use crate::capture::Recorder;
use crate::clock::SystemClock;
use crate::profile::Catalogue;
use crate::reader::{self, Attached, Board, Options, ReaderInput};
use jiff::tz::TimeZone;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::time::{Duration, Instant};

/// Largest capture, in bytes.
pub(super) const MAX_CAPTURE: usize = 16 << 20;

/// Reads a line as the daemon would, and keeps every byte.
pub(super) fn capture(
    table: &Catalogue,
    profile: &str,
    path: PathBuf,
    output: &Path,
    most: Duration,
) -> Outcome {
    let profile = table.find(profile)?;
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
            Ok(ReaderInput::Sweep(scans)) => {
                for scan in scans {
                    print(&scan.reading.tag.to_string())?;
                }
            }
            Ok(ReaderInput::Crowd { .. }) => print("many tags at once")?,
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
