//! `formular readers`: what is plugged in, which profile reads it and why; looking on, recording, learning, setting up.

mod capture;
mod explain;
mod learn;
mod models;
mod provision;
mod watch;

use super::{DataFolder, Outcome, print};
use crate::config::DEFAULT_PROFILES;
use crate::profile::Catalogue;
use crate::reader::who::{Listed, Roots, list};
use crate::service::control::{self, Request, Response};
use clap::Subcommand;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

/// Show what is plugged in and which profile reads it; explain, watch, record, learn, set up
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Arguments {
    #[command(subcommand)]
    call: Option<Call>,
    /// One JSON document
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    data: DataFolder,
    /// Profiles of this machine, beside the built-in ones
    #[arg(long, value_name = "DIR", default_value = DEFAULT_PROFILES, global = true)]
    profiles: PathBuf,
}

#[derive(Debug, Subcommand)]
enum Call {
    /// Tell of one device, or of all: who reads it, each near miss and why, who else holds it, what to do
    Explain {
        /// Its node, or a link to it
        path: Option<PathBuf>,
    },
    /// Tell what is plugged in and out, and what becomes of frames, as it happens; no numbers of tags
    Watch {
        /// Stop by itself after so many seconds
        #[arg(long)]
        seconds: Option<u64>,
        #[command(flatten)]
        data: DataFolder,
    },
    /// Record a reader that nobody knows, and write a draft of its profile; nothing is sent
    Learn {
        /// Its node, or a link to it
        path: PathBuf,
        /// Where the draft and the capture go
        #[arg(long, short, value_name = "DIR", default_value = ".")]
        output: PathBuf,
        /// How long tags are presented
        #[arg(long, default_value_t = 20)]
        seconds: u64,
    },
    /// Write down every byte that a reader sends, and show what is made of it
    Capture {
        /// A profile or a family
        profile: String,
        /// The device
        path: PathBuf,
        /// Where the capture goes
        #[arg(long, short, default_value = "capture.txt")]
        output: PathBuf,
        /// Stop by itself after so many seconds
        #[arg(long, default_value_t = 60)]
        seconds: u64,
    },
    /// Send the set-up that a reader keeps in its flash
    Provision {
        /// Its node, or a link to it
        path: PathBuf,
        /// Whose set-up
        #[arg(long)]
        profile: String,
        /// Send it; without this it is only shown
        #[arg(long)]
        yes: bool,
    },
    /// The models that a profile describes, as a table
    Models,
}

pub fn run(arguments: Arguments) -> Outcome {
    let table = Catalogue::with_folder(&arguments.profiles);
    for fault in &table.faults {
        eprintln!("formular: this profile is left out, the others serve: {fault}");
    }
    match arguments.call {
        None => overview(&table, &arguments.data, arguments.json),
        Some(Call::Explain { path }) => explain::explain(&table, path.as_deref()),
        Some(Call::Watch { seconds, data }) => {
            watch::watch(&table, &data.path(), seconds.map(Duration::from_secs))
        }
        Some(Call::Learn {
            path,
            output,
            seconds,
        }) => learn::learn(&path, &output, Duration::from_secs(seconds)),
        Some(Call::Capture {
            profile,
            path,
            output,
            seconds,
        }) => capture::capture(&table, &profile, path, &output, Duration::from_secs(seconds)),
        Some(Call::Provision { path, profile, yes }) => provision::provision(&table, &profile, &path, yes),
        Some(Call::Models) => models::models(&table),
    }
}

fn overview(table: &Catalogue, data: &DataFolder, json: bool) -> Outcome {
    let plugged: Vec<Listed> = list(&Roots::default(), table)
        .into_iter()
        .filter(Listed::matters)
        .collect();
    let (attached, health) = match control::ask(&data.path(), &Request::Readers)? {
        Some(Response::Readers { text, json }) => (text, json),
        _ => (Vec::new(), serde_json::Value::Array(Vec::new())),
    };
    if json {
        print(&serde_json::json!({ "plugged": plugged, "attached": health }).to_string())?;
        return Ok(ExitCode::SUCCESS);
    }
    if plugged.is_empty() {
        print("Nothing that may be a reader is plugged in: no serial port, no device that a profile knows.")?;
    }
    for device in &plugged {
        print(&describe(device))?;
    }
    for reader in &attached {
        print(reader)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// A device in two or three lines.
fn describe(device: &Listed) -> String {
    let mut out = title(device);
    for seen in &device.seen {
        out.push_str(&format!("\n  {}: {}", seen.profile, seen.why));
    }
    out.push_str(&format!("\n  {}", device.advice));
    if let Some(mend) = device.access.mend() {
        out.push_str(&format!("\n  not open to this user: {mend}"));
    }
    out
}

fn title(device: &Listed) -> String {
    let place = device.stable.as_ref().unwrap_or(&device.path);
    let mut out = place.display().to_string();
    if let Some(usb) = &device.usb {
        out.push_str(&format!(" ({usb})"));
    }
    if let Some(product) = &device.product {
        out.push_str(&format!(" {product}"));
    }
    out
}
