//! `formular token new|list|revoke`: access tokens, whether or not the daemon runs.

use super::{DataFolder, Failure, Outcome, print};
use crate::clock::{Clock, Moment, SystemClock};
use crate::service::control::{self, Request, Response};
use crate::service::fold;
use crate::store::{self, JournalReader, MOST_DAYS, Role, TokenInfo, Tokens};
use clap::Subcommand;
use jiff::tz::TimeZone;
use std::fmt::Write;
use std::path::Path;
use std::process::ExitCode;

/// Make, list and end access tokens of staff, auditors and schools
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
        /// How many days it lasts [default: 90 for staff and auditors, 400 for a school]
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=i64::from(MOST_DAYS)))]
        days: Option<u32>,
        #[command(flatten)]
        data: DataFolder,
    },
    /// All tokens: id, role, when it was made, when it ends, the day of its last use
    List {
        /// One JSON document
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        data: DataFolder,
    },
    /// End a token at once
    Revoke {
        /// The id that `token list` shows
        id: String,
        #[command(flatten)]
        data: DataFolder,
    },
}

pub fn run(arguments: Arguments) -> Outcome {
    match arguments.call {
        Call::New { role, days, data } => new(&role, days, &data.path()),
        Call::List { json, data } => list(json, &data.path()),
        Call::Revoke { id, data } => revoke(id, &data.path()),
    }
}

/// Asks the daemon, or opens the folder where there is none.
fn ask_or<T>(
    data: &Path,
    request: &Request,
    read: impl FnOnce(Response) -> Result<T, Response>,
    by_hand: impl FnOnce(Tokens, Moment) -> store::Result<T>,
) -> Result<T, Failure> {
    match control::ask(data, request)? {
        Some(Response::Refused(why)) => Err(Failure(why)),
        Some(other) => {
            read(other).map_err(|other| Failure(format!("the daemon answered something else: {other:?}")))
        }
        None => {
            let folder = store::DataFolder::open(data)?;
            Ok(by_hand(
                Tokens::open(&folder)?,
                SystemClock::new(TimeZone::UTC).now(),
            )?)
        }
    }
}

fn new(role: &Role, days: Option<u32>, data: &Path) -> Outcome {
    // A key to a school that is none shows empty lists; a folder that is none would be begun by a slip of the keyboard.
    let journal = JournalReader::of(data)?;
    if let Role::School(school) = role {
        let (ledger, _) = fold::prefix(&journal, None)?;
        if !ledger.schools.is_empty() && !ledger.schools.contains_key(school) {
            let known: Vec<&str> = ledger.schools.keys().map(|known| known.as_str()).collect();
            return Err(Failure(format!(
                "there is no school {school}; there are {}",
                known.join(", ")
            )));
        }
    }
    let token = ask_or(
        data,
        &Request::NewToken {
            role: role.to_string(),
            days,
        },
        |response| match response {
            Response::Token(token) => Ok(token),
            other => Err(other),
        },
        |mut tokens, now| tokens.create(role, days, now),
    )?;
    print(&token)?;
    let days = days.unwrap_or_else(|| role.usual_days());
    // Not on standard output, where scripts expect the token alone.
    eprintln!("It lasts {days} days. As a link: the address of the pages, then /s# and the token.");
    Ok(ExitCode::SUCCESS)
}

fn list(json: bool, data: &Path) -> Outcome {
    let tokens = ask_or(
        data,
        &Request::Tokens,
        |response| match response {
            Response::Tokens(tokens) => Ok(tokens),
            other => Err(other),
        },
        |tokens, now| Ok(tokens.list(now)),
    )?;
    if json {
        print(&serde_json::json!({ "tokens": tokens }).to_string())?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut text = format!("{:<10}{:<14}{:<12}{:<12}LAST USED", "ID", "ROLE", "MADE", "ENDS");
    for token in &tokens {
        line(&mut text, token)?;
    }
    print(&text)?;
    Ok(ExitCode::SUCCESS)
}

fn line(text: &mut String, token: &TokenInfo) -> std::fmt::Result {
    let ends = match token.expires {
        None => "never".to_owned(),
        Some(_) if token.expired => "over".to_owned(),
        Some(expires) => expires.date().to_string(),
    };
    let used = token
        .last_used
        .map_or_else(|| "never".to_owned(), |day| day.to_string());
    write!(
        text,
        "\n{:<10}{:<14}{:<12}{ends:<12}{used}",
        token.id,
        token.role,
        token.created.date().to_string()
    )
}

fn revoke(id: String, data: &Path) -> Outcome {
    let was_there = ask_or(
        data,
        &Request::RevokeToken { id: id.clone() },
        |response| match response {
            Response::Revoked(was_there) => Ok(was_there),
            other => Err(other),
        },
        |mut tokens, _| tokens.revoke(&id),
    )?;
    match was_there {
        true => print(&format!("{id} opens nothing any more"))?,
        false => {
            return Err(Failure(format!(
                "there is no token {id}; see `formular token list`"
            )));
        }
    }
    Ok(ExitCode::SUCCESS)
}
