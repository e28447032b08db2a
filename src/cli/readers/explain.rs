//! `formular readers explain`: why a device is read, or is not.

use super::super::{Failure, Outcome, print};
use super::title;
use crate::profile::Catalogue;
use crate::reader::who::{Access, Listed, Roots, holders, list, plugged, rivals};
use std::path::Path;
use std::process::ExitCode;

pub(super) fn explain(table: &Catalogue, path: Option<&Path>) -> Outcome {
    let roots = Roots::default();
    let node = path.map(|path| std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned()));
    let all = list(&roots, table);
    let wanted: Vec<&Listed> = match &node {
        Some(node) => all.iter().filter(|device| device.path == *node).collect(),
        None => all
            .iter()
            .filter(|device| device.matters() || !device.misses.is_empty())
            .collect(),
    };
    if let (true, Some(path)) = (wanted.is_empty(), path) {
        let there = if path.exists() {
            "is no reader's node"
        } else {
            "is not there"
        };
        return Err(Failure(format!(
            "{} {there}; «formular readers explain» without a path tells of everything that is plugged in",
            path.display()
        )));
    }
    if wanted.is_empty() {
        print("Nothing that may be a reader is plugged in: no serial port, no device that a profile knows.")?;
    }
    for device in wanted {
        print(&tell(&roots, device, table))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn tell(roots: &Roots, device: &Listed, table: &Catalogue) -> String {
    let mut lines = vec![title(device)];
    let mut say = |what: &str, text: String| lines.push(format!("  {what:<9} {text}"));
    say("node", device.path.display().to_string());
    if let Some(place) = &device.place {
        say("place", place.clone());
    }
    if let Some(driver) = &device.driver {
        say("driver", driver.clone());
    }
    match &device.claim {
        Some(claim) => {
            let file = table.file_of(claim).unwrap_or("no file");
            say("claimed", format!("by {claim} ({file}): {}", device.why));
        }
        None => say("claimed", format!("by nobody: {}", device.why)),
    }
    let others = device
        .seen
        .iter()
        .filter(|seen| device.claim.as_ref() != Some(&seen.profile));
    for seen in others {
        say("may be", format!("{}: {}", seen.profile, seen.why));
    }
    for miss in &device.misses {
        say("near", format!("{}: {}", miss.profile, miss.why));
    }
    match &device.access {
        Access::Open => say("access", "this user may open it".into()),
        Access::Denied { group, mode } => say("access", format!("denied: group {group}, mode {mode}")),
        Access::NoNode => say("access", "there is no node".into()),
    }
    if let Some(mend) = device.access.mend() {
        say("mend", mend);
    }
    let (held, hidden) = holders(roots, &device.path);
    for holder in &held {
        say("held", format!("by {} (process {})", holder.program, holder.pid));
    }
    if held.is_empty() && hidden {
        say(
            "held",
            "by nobody whom this user may see; sudo shows the rest".into(),
        );
    }
    let facts = plugged(roots);
    let same = facts
        .iter()
        .find(|d| d.path == device.path && d.way == device.way);
    for rival in same.map(|facts| rivals(roots, facts)).unwrap_or_default() {
        say("rival", rival);
    }
    say("do", device.advice.clone());
    lines.join("\n")
}
