//! `formular import PATH`: the eight files of a centre, through the daemon if one runs.

use super::{DataFolder, Failure, Outcome, print};
use crate::clock::SystemClock;
use crate::config::Config;
use crate::exchange;
use crate::service::control::{self, File, Request, Response};
use crate::service::{ImportJob, Setup, Station, import_report};
use crate::store::disk::MemoryDisk;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

/// Read in a folder or file: schools, rooms, donors, kits, equipment, badges, calendar, events
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// A folder with the known files, or one of them, or the accounting export (shown, never taken)
    path: PathBuf,
    #[command(flatten)]
    data: DataFolder,
    /// Check everything and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Take the good rows of a file that has bad ones
    #[arg(long)]
    skip_bad: bool,
    /// The report as one JSON document
    #[arg(long)]
    json: bool,
}

pub fn run(arguments: Arguments) -> Outcome {
    let opened = exchange::open(&arguments.path)?;
    let data = arguments.data.path();
    let (dry_run, skip_bad) = (arguments.dry_run, arguments.skip_bad);
    let request = Request::Import {
        files: opened
            .sheets
            .iter()
            .map(|sheet| File {
                name: sheet.name.to_string(),
                hex: hex::encode(&sheet.bytes),
            })
            .collect(),
        left_alone: opened.left_alone.iter().map(ToString::to_string).collect(),
        dry_run,
        skip_bad,
    };
    let response = match control::ask(&data, &request)? {
        Some(response) => response,
        None => {
            let clock = SystemClock::new(Config::default().zone()?);
            let mut setup = Setup::quiet(data, Arc::new(clock));
            if dry_run && !setup.data.exists() {
                // A trial before there is a centre leaves nothing behind.
                setup.disk = MemoryDisk::new().shared();
            }
            let station = Station::open(setup)?;
            let imported = station.import(ImportJob {
                opened,
                skip_bad,
                dry_run,
            });
            station.close();
            imported.map_or_else(Response::Refused, |plan| import_report(&plan))
        }
    };
    match response {
        Response::Imported { text, json, faults } => {
            print(&if arguments.json { json.to_string() } else { text })?;
            Ok(if faults == 0 {
                ExitCode::SUCCESS
            } else {
                ExitCode::FAILURE
            })
        }
        Response::Refused(why) => Err(Failure(why)),
        _ => Err(Failure("the daemon answered something else".into())),
    }
}
