//! `formular readers watch`: what comes and goes, and what becomes of frames. Counts alone: numbers of tags are people's.

use super::super::{Outcome, print};
use super::title;
use crate::profile::Catalogue;
use crate::reader::who::{Listed, Roots, Watch, list};
use crate::service::control::{self, Request, Response};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// How often the running program is asked.
const LOOK: Duration = Duration::from_millis(500);

pub(super) fn watch(table: &Catalogue, data: &Path, most: Option<Duration>) -> Outcome {
    let roots = Roots::default();
    let (folders, start) = (Watch::new(&roots.dev), Instant::now());
    let (mut devices, mut readers) = (BTreeMap::new(), BTreeMap::new());
    print("watching; Ctrl+C ends it")?;
    if ask(data).is_none() {
        print("no running «formular serve» with this data folder: only plugging in and out is seen")?;
    }
    while most.is_none_or(|most| start.elapsed() < most) {
        let now = list(&roots, table).into_iter().filter(Listed::matters);
        let now: BTreeMap<PathBuf, String> = now.map(|device| (device.path.clone(), told(&device))).collect();
        for line in changes(&devices, &now) {
            print(&line)?;
        }
        devices = now;
        let now = counts(&ask(data).unwrap_or_default());
        for line in news(&readers, &now) {
            print(&line)?;
        }
        readers = now;
        folders.wait(LOOK);
    }
    Ok(ExitCode::SUCCESS)
}

fn told(device: &Listed) -> String {
    format!(
        "{}: {}",
        title(device),
        device.claim.as_deref().unwrap_or(&device.why)
    )
}

/// What was plugged in or out between two looks.
fn changes(old: &BTreeMap<PathBuf, String>, new: &BTreeMap<PathBuf, String>) -> Vec<String> {
    let came = new.iter().filter(|(path, _)| !old.contains_key(*path));
    let went = old.iter().filter(|(path, _)| !new.contains_key(*path));
    let came = came.map(|(_, told)| format!("+ {told}"));
    came.chain(went.map(|(_, told)| format!("- {told}"))).collect()
}

fn ask(data: &Path) -> Option<Value> {
    match control::ask(data, &Request::Readers) {
        Ok(Some(Response::Readers { json, .. })) => Some(json),
        _ => None,
    }
}

/// One reader's state and counters.
#[derive(Clone, Debug, PartialEq)]
struct Counts {
    state: String,
    numbers: BTreeMap<String, u64>,
}

fn counts(health: &Value) -> BTreeMap<String, Counts> {
    let all = health.as_array().map(Vec::as_slice).unwrap_or_default();
    all.iter()
        .filter_map(|reader| {
            let number = |key: &str| reader[key].as_u64().unwrap_or(0);
            let scans = number("scans");
            let mut numbers = BTreeMap::from([
                ("scan".to_owned(), scans),
                ("repeat".to_owned(), number("frames").saturating_sub(scans)),
                ("unheard command".to_owned(), number("unheard")),
            ]);
            let rejects = reader["rejects"].as_object().into_iter().flatten();
            numbers.extend(rejects.filter_map(|(why, n)| Some((format!("reject {why}"), n.as_u64()?))));
            let state = reader["state"].as_str()?.to_owned();
            Some((reader["reader"].as_str()?.to_owned(), Counts { state, numbers }))
        })
        .collect()
}

/// What happened to readers between two looks.
fn news(old: &BTreeMap<String, Counts>, new: &BTreeMap<String, Counts>) -> Vec<String> {
    let mut lines = Vec::new();
    for (name, counts) in new {
        let before = old.get(name);
        if before.map(|before| &before.state) != Some(&counts.state) {
            lines.push(format!("  {name}: {}", counts.state));
        }
        let more: Vec<String> = counts
            .numbers
            .iter()
            .filter_map(|(what, n)| {
                let had = before?.numbers.get(what).copied().unwrap_or(0);
                (*n > had).then(|| format!("{what} +{}", n - had))
            })
            .collect();
        if !more.is_empty() {
            lines.push(format!("  {name}: {}", more.join(", ")));
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_happened_is_told_in_counts() {
        let look = |state: &str, frames: u64, scans: u64, checksum: u64| {
            let rejects = json!({ "checksum": checksum });
            counts(
                &json!([{ "reader": "desk-hf", "state": state, "frames": frames, "scans": scans, "rejects": rejects }]),
            )
        };
        let none = BTreeMap::new();
        let (a, b, c) = (
            look("open", 3, 1, 0),
            look("open", 9, 2, 1),
            look("lost", 9, 2, 1),
        );
        assert_eq!(news(&none, &a), ["  desk-hf: open"]);
        assert_eq!(
            news(&a, &b),
            ["  desk-hf: reject checksum +1, repeat +5, scan +1"]
        );
        assert_eq!(news(&b, &b), Vec::<String>::new());
        assert_eq!(news(&b, &c), ["  desk-hf: lost"]);
    }

    #[test]
    fn plugs_are_told_once() {
        let devices = |names: &[&str]| -> BTreeMap<PathBuf, String> {
            names
                .iter()
                .map(|n| (PathBuf::from(n), (*n).to_owned()))
                .collect()
        };
        let (a, b) = (devices(&["x"]), devices(&["y"]));
        assert_eq!(changes(&a, &a), Vec::<String>::new());
        assert_eq!(changes(&a, &b), ["+ y", "- x"]);
    }
}
