//! `formular udev`: what the system must be told of readers.

use super::{Failure, Outcome, print};
use crate::config::DEFAULT_PROFILES;
use crate::profile::Catalogue;
use crate::udev::{self, RULES};
use std::path::PathBuf;
use std::process::ExitCode;

/// Print or write the rules that give access to readers
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Write all files (rules, hwdb, modprobe, pcscd) into this folder; without it the rules are printed
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Profiles of this machine, beside the built-in ones
    #[arg(long, value_name = "DIR", default_value = DEFAULT_PROFILES)]
    profiles: PathBuf,
}

pub fn run(arguments: Arguments) -> Outcome {
    let table = Catalogue::with_folder(&arguments.profiles);
    for fault in &table.faults {
        eprintln!("formular: this profile is left out: {fault}");
    }
    let files = udev::files(&table);
    let Some(out) = arguments.out else {
        for file in files.iter().filter(|file| file.name == RULES) {
            print(file.text.trim_end())?;
        }
        return Ok(ExitCode::SUCCESS);
    };
    std::fs::create_dir_all(&out).map_err(|error| Failure(format!("{}: {error}", out.display())))?;
    for file in files {
        let path = out.join(file.name);
        std::fs::write(&path, &file.text).map_err(|error| Failure(format!("{}: {error}", path.display())))?;
        print(&format!("{}: belongs in {}", path.display(), file.place))?;
    }
    Ok(ExitCode::SUCCESS)
}
