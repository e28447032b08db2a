//! The house keeps its storeys: who may know whom, and which crates stay behind which wall.
//!
//! `docs/architecture.md` tells why. A failing line here names the file, the line and the rule.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Room and storey; a room may use rooms below it, and those on its own storey only if listed in `NEIGHBOURS`.
const STOREYS: &[(&str, u8)] = &[
    ("tag", 0),
    ("ids", 0),
    ("clock", 0),
    ("cue", 0),
    ("profile", 1),
    ("capture", 1),
    ("words", 1),
    ("wire", 2),
    ("ledger", 2),
    ("udev", 2),
    ("reader", 3),
    ("desk", 3),
    ("store", 3),
    ("exchange", 3),
    ("sound", 3),
    ("view", 4),
    ("web", 5),
    ("paper", 5),
    ("config", 6),
    ("service", 7),
    ("demo", 7),
    ("cli", 8),
    ("main", 9),
    ("lib", 9),
];

/// What a room may use of lower storeys, where that is less than everything.
const ONLY: &[(&str, &[&str])] = &[
    ("profile", &["tag", "cue"]),
    ("capture", &["tag"]),
    ("words", &[]),
    ("udev", &["profile"]),
    ("wire", &["tag", "cue", "profile"]),
    ("ledger", &["tag", "ids", "clock"]),
    (
        "reader",
        &["tag", "ids", "clock", "cue", "profile", "capture", "wire"],
    ),
    ("desk", &["tag", "ids", "clock", "cue", "ledger", "words"]),
    ("store", &["tag", "ids", "clock", "ledger"]),
    ("exchange", &["tag", "ids", "clock", "ledger"]),
    ("sound", &["cue"]),
    ("view", &["tag", "ids", "clock", "cue", "ledger", "desk", "words"]),
    (
        "web",
        &[
            "tag", "ids", "clock", "cue", "ledger", "desk", "words", "view", "paper",
        ],
    ),
    (
        "paper",
        &[
            "tag", "ids", "clock", "ledger", "desk", "words", "view", "profile",
        ],
    ),
];

/// Neighbours on one storey that may know each other.
const NEIGHBOURS: &[(&str, &str)] = &[("web", "paper"), ("demo", "service")];

/// A foreign crate and the files or folders in which alone its name may stand.
const WALLS: &[(&str, &[&str])] = &[
    ("sled", &["src/store/"]),
    ("axum", &["src/web/"]),
    ("serialport", &["src/reader/serial.rs"]),
    ("rusb", &["src/reader/usb.rs"]),
    ("evdev", &["src/reader/evdev.rs", "src/reader/way.rs"]),
    ("askama", &["src/web/"]),
    ("utoipa", &["src/web/"]),
    ("prometheus_client", &["src/web/"]),
    ("fluent_bundle", &["src/words/"]),
    ("rust_xlsxwriter", &["src/exchange/"]),
    ("csv", &["src/exchange/"]),
    ("barcoders", &["src/paper/"]),
    ("clap", &["src/cli/"]),
    ("argon2", &["src/store/password.rs"]),
    ("hyper", &["src/web/"]),
    ("hyper_util", &["src/web/"]),
    ("tokio_rustls", &["src/web/"]),
];

/// Words that mean time, disk or chance, and the rooms that must do without them.
const ABSENT: &[(&str, &[&str])] = &[
    (
        "SystemTime::now",
        &[
            "tag", "ids", "cue", "wire", "ledger", "desk", "view", "words", "profile", "store", "exchange",
            "web", "paper",
        ],
    ),
    (
        "Timestamp::now",
        &[
            "tag", "ids", "cue", "wire", "ledger", "desk", "view", "words", "profile", "store", "exchange",
            "web", "paper",
        ],
    ),
    (
        "Zoned::now",
        &[
            "tag", "ids", "cue", "wire", "ledger", "desk", "view", "words", "profile", "store", "exchange",
            "web", "paper",
        ],
    ),
    (
        "Instant::now",
        &[
            "tag", "ids", "cue", "wire", "ledger", "desk", "view", "words", "profile", "exchange", "paper",
        ],
    ),
    (
        "std::fs",
        &[
            "tag", "ids", "clock", "cue", "wire", "ledger", "desk", "view", "words", "web", "paper",
        ],
    ),
];

/// Longest file; a longer one has two rooms in it.
const MAX_LINES: usize = 500;

/// Names that say nothing of what is inside.
const EMPTY_NAMES: &[&str] = &[
    "utils", "util", "common", "helpers", "helper", "manager", "types", "misc",
];

struct Source {
    path: String,
    room: String,
    lines: Vec<String>,
    text: String,
}

fn sources() -> Vec<Source> {
    let mut files = Vec::new();
    walk(Path::new("src"), &mut files);
    files
        .into_iter()
        .map(|path| {
            let text = fs::read_to_string(&path).unwrap();
            let name = path.strip_prefix("src").unwrap();
            let first = name.components().next().unwrap().as_os_str().to_str().unwrap();
            // What stands in a file's own tests is not part of the house.
            let lines = text
                .lines()
                .take_while(|line| !line.starts_with("#[cfg(test)]"))
                .map(str::to_owned)
                .collect();
            Source {
                path: path.to_str().unwrap().to_owned(),
                room: first.trim_end_matches(".rs").to_owned(),
                lines,
                text,
            }
        })
        .collect()
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            walk(&path, files);
        } else if path.extension().is_some_and(|e| e == "rs") {
            files.push(path);
        }
    }
}

fn code(line: &str) -> &str {
    let line = line.trim_start();
    if line.starts_with("//") {
        ""
    } else {
        line.split(" // ").next().unwrap_or("")
    }
}

/// Rooms named by `crate::…` on a line, grouped imports included.
fn used_rooms(line: &str) -> Vec<String> {
    let mut rooms = Vec::new();
    for rest in code(line).split("crate::").skip(1) {
        let names = match rest.strip_prefix('{') {
            Some(group) => group.split(',').map(str::trim).collect(),
            None => vec![rest],
        };
        for name in names {
            let room: String = name
                .chars()
                .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
                .collect();
            if !room.is_empty() {
                rooms.push(room);
            }
        }
    }
    rooms
}

fn fail_if(faults: Vec<String>) {
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

#[test]
fn rooms_know_only_rooms_below() {
    let storey: BTreeMap<&str, u8> = STOREYS.iter().copied().collect();
    let mut faults = Vec::new();
    for source in sources() {
        let Some(here) = storey.get(source.room.as_str()) else {
            faults.push(format!("{}: room «{}» has no storey", source.path, source.room));
            continue;
        };
        for (n, line) in source.lines.iter().enumerate() {
            for used in used_rooms(line) {
                let Some(there) = storey.get(used.as_str()) else {
                    continue;
                };
                let own = used == source.room;
                let neighbour = here == there && NEIGHBOURS.contains(&(source.room.as_str(), used.as_str()));
                let listed = ONLY
                    .iter()
                    .find(|(room, _)| *room == source.room)
                    .is_none_or(|(_, may)| may.contains(&used.as_str()));
                if !(own || neighbour || (there < here && listed)) {
                    faults.push(format!(
                        "{}:{}: {} (storey {here}) may not know {used} (storey {there})",
                        source.path,
                        n + 1,
                        source.room
                    ));
                }
            }
        }
    }
    fail_if(faults);
}

#[test]
fn foreign_crates_stay_behind_their_walls() {
    let mut faults = Vec::new();
    for source in sources() {
        for (n, line) in source.lines.iter().enumerate() {
            for (foreign, may) in WALLS {
                let named = code(line).contains(&format!("{foreign}::"))
                    || code(line).contains(&format!("use {foreign};"));
                if named && !may.iter().any(|place| source.path.starts_with(place)) {
                    faults.push(format!(
                        "{}:{}: {foreign} belongs in {}",
                        source.path,
                        n + 1,
                        may.join(", ")
                    ));
                }
            }
        }
    }
    fail_if(faults);
}

#[test]
fn time_and_disk_come_in_by_the_door() {
    let mut faults = Vec::new();
    for source in sources() {
        for (n, line) in source.lines.iter().enumerate() {
            for (word, rooms) in ABSENT {
                if code(line).contains(word) && rooms.contains(&source.room.as_str()) {
                    faults.push(format!(
                        "{}:{}: {word} has no place in {}",
                        source.path,
                        n + 1,
                        source.room
                    ));
                }
            }
        }
    }
    fail_if(faults);
}

#[test]
fn files_are_small_and_say_what_they_know() {
    let mut faults = Vec::new();
    for source in sources() {
        let lines = source.text.lines().count();
        if lines > MAX_LINES {
            faults.push(format!("{}: {lines} lines; which room is missing?", source.path));
        }
        if !source.text.starts_with("//!") {
            faults.push(format!("{}: does not open with what it knows", source.path));
        }
        let stem = Path::new(&source.path).file_stem().unwrap().to_str().unwrap();
        if EMPTY_NAMES.contains(&stem) {
            faults.push(format!("{}: «{stem}» says nothing", source.path));
        }
    }
    fail_if(faults);
}

#[test]
fn nothing_is_left_unfinished() {
    let mut faults = Vec::new();
    for source in sources() {
        for (n, line) in source.lines.iter().enumerate() {
            for word in ["todo!(", "unimplemented!(", "dbg!(", ".unwrap()", ".expect("] {
                if code(line).contains(word) {
                    faults.push(format!("{}:{}: {word}", source.path, n + 1));
                }
            }
        }
    }
    fail_if(faults);
}

/// Where a path of somebody's machine or a scratch folder would betray itself.
#[test]
fn no_path_of_a_developers_machine() {
    let mut files = Vec::new();
    for folder in ["src", "tests", "docs", "firmware-config", "benches"] {
        every_file(Path::new(folder), &mut files);
    }
    files.extend(["README.md", "CHANGELOG.md", "Cargo.toml", ".ci/run"].map(PathBuf::from));
    let private = ["/home/", "/root/", concat!("/wo", "rk/"), concat!("/tmp/", "wt")];
    let mut faults = Vec::new();
    for path in files {
        let Ok(text) = fs::read_to_string(&path) else {
            continue;
        };
        for (n, line) in text.lines().enumerate() {
            if private.iter().any(|p| line.contains(p)) && !path.ends_with("house.rs") {
                faults.push(format!("{}:{}: {line}", path.display(), n + 1));
            }
        }
    }
    fail_if(faults);
}

fn every_file(folder: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for path in entries.map(|e| e.unwrap().path()) {
        if path.is_dir() {
            if !path.ends_with("node_modules") {
                every_file(&path, files);
            }
        } else {
            files.push(path);
        }
    }
}
