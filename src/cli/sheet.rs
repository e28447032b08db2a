//! `formular sheet MODEL`: the page with which a bar code scanner is set.

use super::{Failure, Outcome, print};
use crate::paper::setup_sheet;
use crate::profile::scanners;
use std::path::PathBuf;
use std::process::ExitCode;

/// Write the page with which a bar code scanner is set: HTML with the maker's bar codes, to be printed
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The model, for example honeywell-voyager; absent: all are named
    #[arg(value_name = "MODEL")]
    model: Option<String>,
    /// The file to write; standard output if absent
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub fn run(arguments: Arguments) -> Outcome {
    let known = || scanners().iter().filter_map(|scanner| scanner.as_ref().ok());
    let Some(model) = arguments.model else {
        for scanner in known() {
            print(&format!(
                "{:<24} {} {}",
                scanner.name, scanner.vendor, scanner.model
            ))?;
        }
        return Ok(ExitCode::SUCCESS);
    };
    let Some(scanner) = known().find(|scanner| scanner.name == model) else {
        let names: Vec<&str> = known().map(|scanner| scanner.name.as_str()).collect();
        return Err(Failure(format!(
            "no scanner «{model}»; known are {}",
            names.join(", ")
        )));
    };
    let page = setup_sheet(scanner);
    match arguments.output {
        Some(file) => {
            std::fs::write(&file, page).map_err(|error| Failure(format!("{}: {error}", file.display())))?
        }
        None => print(&page)?,
    }
    Ok(ExitCode::SUCCESS)
}
