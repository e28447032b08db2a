//! `formular token new --role …`: an access token, printed once.

use super::{DataFolder, Failure, Outcome, print};
use crate::clock::{Clock, SystemClock};
use crate::service::control::{self, Request, Response};
use crate::store::{self, Role, Tokens};
use clap::Subcommand;
use jiff::tz::TimeZone;
use std::process::ExitCode;

/// Make access tokens for staff, auditors and schools
#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    call: Call,
}

#[derive(Debug, Subcommand)]
enum Call {
    /// Print a new token; it is stored as a digest only and cannot be shown again
    New {
        /// staff, auditor, or school=S03
        #[arg(long)]
        role: Role,
        #[command(flatten)]
        data: DataFolder,
    },
}

pub fn run(arguments: Arguments) -> Outcome {
    let Call::New { role, data } = arguments.call;
    let data = data.path();
    let token = match control::ask(
        &data,
        &Request::NewToken {
            role: role.to_string(),
        },
    )? {
        Some(Response::Token(token)) => token,
        Some(Response::Refused(why)) => return Err(Failure(why)),
        Some(other) => return Err(Failure(format!("the daemon answered something else: {other:?}"))),
        None => {
            let folder = store::DataFolder::open(&data)?;
            Tokens::open(&folder)?.create(&role, SystemClock::new(TimeZone::UTC).now())?
        }
    };
    print(&token)?;
    Ok(ExitCode::SUCCESS)
}
