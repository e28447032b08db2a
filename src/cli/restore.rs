//! `formular restore COPY --data DIR`: a whole copy into an empty folder.

use super::{DataFolder, Outcome, print};
use crate::store::backup::bring_back;
use crate::store::disk::RealDisk;
use std::path::PathBuf;
use std::process::ExitCode;

/// Restore a copy, or the newest of a folder of copies, into an empty data folder
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// A copy, or the folder in which the copies stand
    copy: PathBuf,
    #[command(flatten)]
    data: DataFolder,
}

pub fn run(arguments: Arguments) -> Outcome {
    let disk = RealDisk::shared();
    let back = bring_back(&*disk, &arguments.copy, &disk, &arguments.data.path())?;
    eprintln!("formular: restored from {}", back.from.display());
    if !back.roster {
        eprintln!("formular: the copy holds no cards; give each badge its card again");
    }
    eprintln!("formular: access tokens and passwords are in no copy; make new ones");
    print(&format!("ok {}", back.head))?;
    Ok(ExitCode::SUCCESS)
}
