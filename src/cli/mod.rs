//! The command line: one file per command.
//!
//! Knows: arguments, exit statuses, how results are printed. Must not know: rules, bytes.
//! Exit status: 0 done; 1 refused or failed, the message says which; 2 wrong usage.

mod backup;
mod decode;
mod demo;
mod doors;
mod import;
mod journal;
mod log;
mod password;
mod readers;
mod report;
mod restore;
mod roster;
mod serve;
mod sheet;
mod system;
mod token;
mod udev;

use clap::{Parser, Subcommand};
use std::fmt::Display;
use std::path::PathBuf;
use std::process::ExitCode;

/// «Формуляр»: the lending desk of a school resource centre.
#[derive(Debug, Parser)]
#[command(name = "formular", version, about, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    call: Call,
}

#[derive(Debug, Subcommand)]
enum Call {
    Demo(demo::Arguments),
    Serve(serve::Arguments),
    Import(import::Arguments),
    Report(report::Arguments),
    Decode(decode::Arguments),
    Readers(readers::Arguments),
    Journal(journal::Arguments),
    Password(password::Arguments),
    Backup(backup::Arguments),
    Restore(restore::Arguments),
    Roster(roster::Arguments),
    Sheet(sheet::Arguments),
    Token(token::Arguments),
    Udev(udev::Arguments),
}

/// `--data DIR`, everywhere.
#[derive(Debug, clap::Args)]
struct DataFolder {
    /// The centre's data folder [default: $STATE_DIRECTORY, $XDG_DATA_HOME/formular or ~/.local/share/formular]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

impl DataFolder {
    fn path(&self) -> PathBuf {
        crate::config::data_folder(self.data.clone())
    }
}

/// What a command says when it could not do what it was asked.
struct Failure(String);

impl<E: Display> From<E> for Failure {
    fn from(error: E) -> Self {
        Failure(error.to_string())
    }
}

/// Done, with the exit status of a check that may have failed without an error.
type Outcome = Result<ExitCode, Failure>;

/// Runs the program.
pub fn run() -> ExitCode {
    let outcome = match Arguments::parse().call {
        Call::Demo(arguments) => demo::run(arguments),
        Call::Serve(arguments) => serve::run(arguments),
        Call::Import(arguments) => import::run(arguments),
        Call::Report(arguments) => report::run(arguments),
        Call::Decode(arguments) => decode::run(arguments),
        Call::Readers(arguments) => readers::run(arguments),
        Call::Journal(arguments) => journal::run(arguments),
        Call::Password(arguments) => password::run(arguments),
        Call::Backup(arguments) => backup::run(arguments),
        Call::Restore(arguments) => restore::run(arguments),
        Call::Roster(arguments) => roster::run(arguments),
        Call::Sheet(arguments) => sheet::run(arguments),
        Call::Token(arguments) => token::run(arguments),
        Call::Udev(arguments) => udev::run(arguments),
    };
    outcome.unwrap_or_else(|Failure(message)| {
        eprintln!("formular: {message}");
        ExitCode::FAILURE
    })
}

/// Writes a line to standard output; a closed pipe (`| head`) is no failure.
fn print(text: &str) -> Result<(), Failure> {
    use std::io::{ErrorKind, Write};
    match writeln!(std::io::stdout().lock(), "{text}") {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        other => Ok(other?),
    }
}

/// Says that something stands behind the last whole batch: a figure must not be silently short.
fn tell_unfinished(extent: &crate::store::Extent) {
    if let Some(rest) = &extent.unfinished {
        eprintln!(
            "formular: what stands behind event {} is being written or was interrupted, and is not counted ({}: {})",
            extent.head.seq, rest.at, rest.reason
        );
    }
}
