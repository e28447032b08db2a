//! The program: hands its arguments to the command line and its result to the system.

use std::process::ExitCode;

fn main() -> ExitCode {
    formular::cli::run()
}
