//! `formular roster list | stop | forget`: which badges have cards; a lost card; a card to be forgotten.

use super::{DataFolder, Failure, Outcome, print};
use crate::clock::SystemClock;
use crate::config::Config;
use crate::ids::BadgeCode;
use crate::service::control::{self, Request, Response};
use crate::service::{Setup, Station};
use crate::store::JournalReader;
use clap::Subcommand;
use std::process::ExitCode;
use std::sync::Arc;

/// Say which badges have cards, stop a lost card, forget a card
#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    call: Call,
}

#[derive(Debug, Subcommand)]
enum Call {
    /// Which badges have cards, and how many; never the numbers of the cards
    List {
        #[command(flatten)]
        data: DataFolder,
        /// One JSON document
        #[arg(long)]
        json: bool,
    },
    /// Stop every card of a badge, because one was lost; the badge stays in force and can be given a new one
    Stop {
        /// The badge's code, for example B-0301
        badge: BadgeCode,
        #[command(flatten)]
        data: DataFolder,
    },
    /// Stop the cards of a badge and forget their numbers; the journal keeps the badge's code and digests
    Forget {
        badge: BadgeCode,
        #[command(flatten)]
        data: DataFolder,
    },
}

pub fn run(arguments: Arguments) -> Outcome {
    let (request, data, as_json) = match arguments.call {
        Call::List { data, json } => (Request::Roster, data, json),
        Call::Stop { badge, data } => (Request::CardStop { badge }, data, false),
        Call::Forget { badge, data } => (Request::RosterForget { badge }, data, false),
    };
    let data = data.path();
    // A slip in the path must not begin a folder.
    JournalReader::of(&data)?;
    let response = match control::ask(&data, &request)? {
        Some(response) => response,
        None => {
            let clock = SystemClock::new(Config::default().zone()?);
            let station = Station::open(Setup::quiet(data, Arc::new(clock)))?;
            let response = control::answer(request, &station.door);
            station.close();
            response
        }
    };
    match response {
        Response::Roster { text, json } => {
            print(&if as_json {
                json.to_string()
            } else {
                text.join("\n")
            })?;
            Ok(ExitCode::SUCCESS)
        }
        Response::Refused(why) => Err(Failure(why)),
        other => Err(Failure(format!("the daemon answered something else: {other:?}"))),
    }
}
