//! `formular backup DIR`: a copy by hand, beside the running daemon or without it.

use super::{DataFolder, Failure, Outcome, print};
use crate::clock::{Clock, SystemClock};
use crate::config::Config;
use crate::store::backup::{Checked, Occasion, Shelf, Source, check, make, mark, same_disk};
use crate::store::disk::RealDisk;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Copy the data folder to another disk, while the daemon runs or not
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// A folder on the other disk; the copy becomes a folder in it
    dir: PathBuf,
    #[command(flatten)]
    data: DataFolder,
    /// Only mark DIR as the place for scheduled copies
    #[arg(long, conflicts_with_all = ["check", "without_cards"])]
    mark: bool,
    /// Only read back and try every copy in DIR
    #[arg(long, conflicts_with = "without_cards")]
    check: bool,
    /// Leave the roster out: after a restore every badge has to be given its card again
    #[arg(long)]
    without_cards: bool,
    /// One JSON document
    #[arg(long)]
    json: bool,
}

pub fn run(arguments: Arguments) -> Outcome {
    let disk = RealDisk::shared();
    let folder = &arguments.dir;
    if arguments.mark {
        mark(&*disk, folder)?;
        print(&format!(
            "{}: copies of the schedule go here now",
            folder.display()
        ))?;
        return Ok(ExitCode::SUCCESS);
    }
    if arguments.check {
        return check_all(folder, arguments.json);
    }
    let data = arguments.data.path();
    let clock = SystemClock::new(Config::default().zone()?);
    let source = Source::new(disk.clone(), &data);
    let cards = !arguments.without_cards;
    let made = make(&source, &*disk, folder, clock.now(), Occasion::Hand, cards)?;
    if same_disk(folder, &data)? {
        eprintln!(
            "formular: {} is on the same disk as the data: a broken disk takes both",
            folder.display()
        );
    }
    let head = made.manifest.head;
    print(&if arguments.json {
        json!({
            "copy": made.path, "seq": head.seq, "head": head.hash, "fresh": made.fresh,
            "roster": made.manifest.roster.is_some(), "summary": made.manifest.summary,
        })
        .to_string()
    } else if made.fresh {
        format!("ok {head} {}", made.path.display())
    } else {
        format!(
            "ok {head} {} (was there already, and is good)",
            made.path.display()
        )
    })?;
    Ok(ExitCode::SUCCESS)
}

/// One line for each copy, newest first.
fn check_all(folder: &Path, as_json: bool) -> Outcome {
    let disk = RealDisk::shared();
    let shelf = Shelf::read(&*disk, folder)?;
    if shelf.copies.is_empty() {
        return Err(Failure(format!("{}: no copy in it", folder.display())));
    }
    let (mut lines, mut documents, mut all_good) = (Vec::new(), Vec::new(), true);
    for copy in &shelf.copies {
        match check(&*disk, &copy.path) {
            Ok(Checked { manifest, .. }) => {
                lines.push(format!("ok {} {}", manifest.head, copy.path.display()));
                documents.push(json!({ "copy": copy.path, "good": true, "seq": manifest.head.seq, "head": manifest.head.hash, "made": manifest.made }));
            }
            Err(error) => {
                all_good = false;
                lines.push(error.to_string());
                documents.push(json!({ "copy": copy.path, "good": false, "why": error.to_string() }));
            }
        }
    }
    print(&if as_json {
        json!({ "copies": documents }).to_string()
    } else {
        lines.join("\n")
    })?;
    Ok(if all_good {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
