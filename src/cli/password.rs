//! `formular password`: sets the staff's password, whether or not the daemon runs.
//!
//! It comes from the terminal or from standard input, never from the arguments: those stand in the shell's history
//! and in the list of processes.

use super::{DataFolder, Failure, Outcome, print};
use crate::clock::{Clock, SystemClock};
use crate::service::control::{self, Request, Response};
use crate::store::password::{self, Password};
use crate::store::{self};
use jiff::tz::TimeZone;
use rustix::termios::{LocalModes, OptionalActions, isatty, tcgetattr, tcsetattr};
use std::io::{self, BufRead};
use std::process::ExitCode;

/// Set the staff's password for the pages; asked for at the terminal, or one line of standard input
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Take the password away: staff then sign in with tokens only
    #[arg(long)]
    remove: bool,
    #[command(flatten)]
    data: DataFolder,
}

pub fn run(arguments: Arguments) -> Outcome {
    let phc = match arguments.remove {
        true => None,
        false => {
            let password = ask()?;
            password::check_strength(&password)?;
            Some(password::hash(&password)?)
        }
    };
    let set = phc.is_some();
    let data = arguments.data.path();
    match control::ask(&data, &Request::SetPassword { phc: phc.clone() })? {
        Some(Response::PasswordSet) => {}
        Some(Response::Refused(why)) => return Err(Failure(why)),
        Some(other) => return Err(Failure(format!("the daemon answered something else: {other:?}"))),
        None => {
            let folder = store::DataFolder::open(&data)?;
            Password::open(&folder)?.set(phc, SystemClock::new(TimeZone::UTC).now())?;
        }
    }
    print(match set {
        true => "the password is set; everybody who was signed in has to sign in again",
        false => "there is no password any more; staff sign in with tokens",
    })?;
    Ok(ExitCode::SUCCESS)
}

/// One line: typed twice and unseen at a terminal, as it is from a pipe.
fn ask() -> Result<String, Failure> {
    let stdin = io::stdin();
    if !isatty(&stdin) {
        return line();
    }
    let silence = Silence::begin()?;
    eprint!("New password for staff: ");
    let first = line();
    eprint!("\nThe same once more: ");
    let second = line();
    eprintln!();
    drop(silence);
    let (first, second) = (first?, second?);
    match first == second {
        true => Ok(first),
        false => Err(Failure("the two are not the same; nothing was changed".into())),
    }
}

fn line() -> Result<String, Failure> {
    let mut text = String::new();
    io::stdin().lock().read_line(&mut text)?;
    let end = text.trim_end_matches(['\n', '\r']).len();
    text.truncate(end);
    Ok(text)
}

/// The terminal does not show what is typed, until this is dropped.
struct Silence(rustix::termios::Termios);

impl Silence {
    fn begin() -> io::Result<Self> {
        let before = tcgetattr(io::stdin())?;
        let mut silent = before.clone();
        silent.local_modes -= LocalModes::ECHO;
        tcsetattr(io::stdin(), OptionalActions::Flush, &silent)?;
        Ok(Self(before))
    }
}

impl Drop for Silence {
    fn drop(&mut self) {
        // Nothing more can be done for a terminal that is gone.
        let _ = tcsetattr(io::stdin(), OptionalActions::Flush, &self.0);
    }
}
