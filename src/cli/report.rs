//! `formular report NAME`: what the journal says, now or as of any instant.

use super::{DataFolder, Failure, Outcome, print, tell_unfinished};
use crate::clock::{Clock, SystemClock};
use crate::config::Config;
use crate::exchange::report::{self, AsOf, Csv, Folding, Frame, Name};
use crate::ledger::Entry;
use crate::store::JournalReader;
use jiff::civil::Date;
use std::io::Write;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::process::ExitCode;

/// Make a report: summary, holdings, at-partners, loans, overdue, usage, idle, incomplete, outside-agreement, item ID
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Which report
    name: String,
    /// For «item»: its number
    argument: Option<String>,
    #[command(flatten)]
    data: DataFolder,
    /// As of this instant; a date means the end of that day [default: now]
    #[arg(long, value_name = "TIME")]
    as_of: Option<String>,
    /// First day of a period
    #[arg(long, value_name = "DATE")]
    from: Option<Date>,
    /// Last day of a period, inclusive
    #[arg(long, value_name = "DATE")]
    to: Option<Date>,
    /// One JSON document
    #[arg(long, group = "form")]
    json: bool,
    /// CSV to standard output
    #[arg(long, group = "form")]
    csv: bool,
    /// A workbook
    #[arg(long, group = "form", value_name = "FILE")]
    xlsx: Option<PathBuf>,
    /// The station's own file, for its zone and house rules
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

pub fn run(arguments: Arguments) -> Outcome {
    let name = match Name::parse(&arguments.name, arguments.argument.as_deref()) {
        Ok(name) => name,
        Err(why) => {
            eprintln!("formular: {why}");
            return Ok(ExitCode::from(2));
        }
    };
    let config = match &arguments.config {
        Some(path) => Config::read(path)?,
        None => Config::default(),
    };
    let zone = config.zone()?;
    let as_of = match &arguments.as_of {
        Some(text) => AsOf::parse(text, &zone).map_err(Failure)?,
        None => AsOf::Unsaid,
    };
    let journal = JournalReader::of(&arguments.data.path())?;
    let mut folding = Folding::new(as_of);
    // Only the history of an item walks through the events again.
    let keep = matches!(name, Name::Item(_));
    let mut entries: Vec<Entry> = Vec::new();
    let mut head = None;
    let extent = journal.read(|located| {
        if !folding.take(&located.entry) {
            return ControlFlow::Break(());
        }
        head = Some(located.hash);
        if keep {
            entries.push(located.entry);
        }
        ControlFlow::Continue(())
    })?;
    tell_unfinished(&extent);
    let cut = folding.finish(SystemClock::new(zone).now());
    let head = head.map(|hash| hash.to_string());
    let frame = Frame {
        cut: &cut,
        policy: &config.policy,
        from: arguments.from,
        to: arguments.to,
        head: head.as_deref(),
    };
    let report = report::make(&name, &frame, &mut entries.into_iter()).map_err(Failure)?;
    if arguments.json {
        print(&report.json.to_string())?;
    } else if arguments.csv {
        std::io::stdout()
            .lock()
            .write_all(&report::csv(&report, Csv::default()).map_err(Failure)?)?;
    } else if let Some(path) = &arguments.xlsx {
        let workbook = report::xlsx(&report).map_err(Failure)?;
        std::fs::write(path, workbook).map_err(|error| Failure(format!("{}: {error}", path.display())))?;
    } else {
        print(&report::text(&report))?;
    }
    Ok(ExitCode::SUCCESS)
}
