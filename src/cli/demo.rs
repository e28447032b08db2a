//! `formular demo`: a centre that nobody owns, to be tried by anybody.

use super::doors::Doors;
use super::serve::{serve, with_stage};
use super::{Failure, Outcome, log, print};
use crate::clock::{Clock, Moment, ShiftedClock};
use crate::config::data_folder;
use crate::demo::DemoStage;
use crate::ids::BadgeCode;
use crate::ledger::{By, Command, How};
use crate::service::{ImportJob, Setup, Station, fold};
use crate::store::{DataFolder, JournalReader, Roster};
use crate::tag::TagId;
use crate::view::{Centre, Office, Wish};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The Tuesday on which the demo begins: ten of thirteen schools can borrow, three show refusals.
const BEGINS: &str = "2026-09-01T09:00:00+03:00";
/// A folder of the demo carries this file; nothing else is ever filled with invented data.
const MARK: &str = "demo";

/// Try it: a sample centre with two school years of history and virtual readers
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Where the pages are served [default: 127.0.0.1:8470]
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,
    /// A name under which the pages may be asked for besides localhost and the address itself
    #[arg(long = "host", value_name = "NAME")]
    hosts: Vec<String>,
    /// The demo's own folder; one that exists goes on where it stopped [default: …/formular-demo]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

pub fn run(arguments: Arguments) -> Outcome {
    log::start();
    let data = arguments.data.unwrap_or_else(|| {
        let mut folder = data_folder(None).into_os_string();
        folder.push("-demo");
        folder.into()
    });
    let last = prepare(&data)?;
    let begins: Moment = BEGINS.parse().map_err(Failure)?;
    // A demo that was stopped goes on where its own time had come to.
    let start = last
        .filter(|last| last.since_ms(begins) > 0)
        .map_or(begins, |last| last.plus_ms(1_000));
    let clock: Arc<dyn Clock> = Arc::new(ShiftedClock::starting_at(start));
    let cards = fill(&data, Arc::clone(&clock))?;
    let stage = Arc::new(DemoStage::open(&data.join("readers"), cards)?);
    let setup = Setup {
        readers: stage.attached(),
        names: stage.names(),
        centre: Centre {
            name: Default::default(),
            demo: true,
        },
        ..Setup::quiet(data.clone(), clock)
    };
    let doors = Doors::demo(arguments.listen)?;
    serve(setup, doors, with_stage(stage, arguments.hosts), |open| {
        let address = open.addresses();
        print(&format!(
            "formular demo: {address}\n  present badges and items at {address}demo\n  the desk's screen is {address}kiosk\n  data in {}",
            data.display()
        ))
    })
}

/// Makes the folder, or checks that it is a demo's; gives the time at which the demo in it stopped.
fn prepare(data: &Path) -> Result<Option<Moment>, Failure> {
    let mark = data.join(MARK);
    let empty = match std::fs::read_dir(data) {
        Ok(mut entries) => entries.next().is_none(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => true,
        Err(error) => return Err(Failure(format!("{}: {error}", data.display()))),
    };
    if empty {
        std::fs::create_dir_all(data)?;
        std::fs::write(mark, "A folder of formular demo: invented data.\n")?;
        return Ok(None);
    }
    if !mark.exists() {
        return Err(Failure(format!(
            "{}: this folder holds something else; the demo only uses a new folder or its own",
            data.display()
        )));
    }
    // A demo that was killed while it was being filled has no history yet, and is filled then.
    Ok(JournalReader::of(data)
        .and_then(|journal| fold::prefix(&journal, None))
        .ok()
        .and_then(|(ledger, _)| ledger.now))
}

/// Imports the sample and sets the calendar on, which changes nothing where both are there already; gives the badges'
/// cards.
fn fill(data: &Path, clock: Arc<dyn Clock>) -> Result<BTreeMap<BadgeCode, TagId>, Failure> {
    let station = Station::open(Setup::quiet(data.to_owned(), clock))?;
    let job = ImportJob {
        opened: crate::demo::opened()?,
        skip_bad: false,
        dry_run: false,
    };
    let imported = station.import(job);
    for span in crate::demo::spans() {
        let by = By {
            how: How::Console,
            ..By::default()
        };
        let answer = station
            .door
            .post(Wish::Command(Box::new(Command::SetCalendar(span)), by));
        // Of a demo that goes on the answer is that it is so already. Without a calendar loans say so, and work.
        let _ = answer.blocking_recv();
    }
    station.close();
    let plan = imported.map_err(Failure)?;
    match plan.files.iter().flat_map(|file| &file.faults).next() {
        Some(fault) => Err(Failure(format!("the sample is broken: {fault}"))),
        None => cards(data),
    }
}

/// The card of every badge, as a visitor of the demo holds it.
fn cards(data: &Path) -> Result<BTreeMap<BadgeCode, TagId>, Failure> {
    let (ledger, _) = fold::prefix(&JournalReader::of(data)?, None)?;
    let roster = Roster::open(&DataFolder::open(data)?)?;
    let card = |badge: &BadgeCode| Some((badge.clone(), roster.cards_of(badge).next()?.clone()));
    Ok(ledger.badges.keys().filter_map(card).collect())
}
