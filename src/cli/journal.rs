//! `formular journal export | verify | restore`.

use super::{DataFolder, Failure, Outcome, print, tell_unfinished};
use crate::store::{self, JournalReader, Restored, Verdict};
use clap::Subcommand;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Write};
use std::path::PathBuf;
use std::process::ExitCode;

/// Export, check or restore the journal
#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    call: Call,
}

#[derive(Debug, Subcommand)]
enum Call {
    /// Write the journal to standard output, one JSON line per event
    Export {
        #[command(flatten)]
        data: DataFolder,
    },
    /// Check chain and contents; prints «ok SEQ HASH» or the first bad line
    Verify {
        /// Files of a journal in their order, a folder, or - for standard input; the data folder's own if absent
        files: Vec<PathBuf>,
        #[command(flatten)]
        data: DataFolder,
    },
    /// Make a journal from an export, in an empty folder
    Restore {
        /// The export
        file: PathBuf,
        #[command(flatten)]
        data: DataFolder,
    },
}

pub fn run(arguments: Arguments) -> Outcome {
    match arguments.call {
        Call::Export { data } => {
            let mut out = BufWriter::new(io::stdout().lock());
            let extent = store::export(&JournalReader::of(&data.path())?, &mut out)?;
            tell_unfinished(&extent);
            match out.flush() {
                Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
                _ => Ok(ExitCode::SUCCESS),
            }
        }
        Call::Verify { files, data } => {
            let verdict = match files.as_slice() {
                [] => store::verify_data(&data.path())?,
                [one] if one.as_os_str() == "-" => store::verify_stream(one, io::stdin().lock())?,
                files => store::verify_paths(files)?,
            };
            told(&verdict)
        }
        Call::Restore { file, data } => {
            let export =
                File::open(&file).map_err(|error| Failure(format!("{}: {error}", file.display())))?;
            match store::restore(&file, BufReader::new(export), &data.path())? {
                Restored::Done(head) => told(&Verdict::Ok(head)),
                Restored::Bad(verdict) => {
                    eprintln!("formular: the export is not right; nothing was restored");
                    told(&verdict)
                }
            }
        }
    }
}

fn told(verdict: &Verdict) -> Outcome {
    print(&verdict.to_string())?;
    Ok(match verdict {
        Verdict::Ok(_) => ExitCode::SUCCESS,
        Verdict::Bad { .. } => ExitCode::FAILURE,
    })
}
