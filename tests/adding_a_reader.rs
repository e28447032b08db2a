//! The table of models: every profile with its capture, golden, rules and line; and `docs/adding-a-reader.md`, followed.
//!
//! `FORMULAR_BLESS=1 cargo test --test adding_a_reader` writes anew what is generated: missing goldens, `udev/`, the
//! table of `docs/readers.md`. The difference is then read like code.
//!
//! Everything is read from the folder in which cargo runs its tests, nothing from what was compiled in: so the page's
//! commands do in a copy of the tree what they would do there after a build. That build takes a minute, and is made with
//! `FORMULAR_PAGE_CARGO=1`; else the `cargo` that the page calls is a stand-in that runs this very test.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use formular::{
    capture::{Capture, What},
    profile::{Catalogue, Family, Profile, Proof, Text, Way, proved_table},
    reader::{
        Presence,
        who::{Device, Shape, UsbFacts, judge},
    },
    udev,
    wire::{Status, Verdict, dialogue_for},
};
use serde::Deserialize;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
};

/// Between these lines of `docs/readers.md` stands the table.
const BEGIN: &str = "<!-- models: generated, see tests/adding_a_reader.rs -->";
const END: &str = "<!-- end of models -->";

/// Set while the page's commands run: they run these tests, and the page is not followed again.
const FOLLOWED: &str = "FORMULAR_PAGE_FOLLOWED";
/// Folders of a tree that are no part of it.
const NOT_COPIED: [&str; 3] = ["target", ".git", "node_modules"];

/// A folder that is laid out as the project is.
struct Shelf(PathBuf);

impl Shelf {
    fn read(&self, path: &str) -> Result<String, String> {
        fs::read_to_string(self.0.join(path)).map_err(|_| format!("{path} is missing"))
    }

    fn table(&self) -> Catalogue {
        let mut texts: Vec<Text> = fs::read_dir(self.0.join("firmware-config"))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter_map(|path| {
                let name = path.file_name()?.to_str()?.strip_suffix(".toml")?.to_owned();
                (name != "example").then(|| Text {
                    file: format!("firmware-config/{name}.toml"),
                    text: fs::read_to_string(&path).unwrap(),
                    name,
                })
            })
            .collect();
        texts.sort_by(|a, b| a.name.cmp(&b.name));
        Catalogue::read(&texts)
    }

    fn capture(&self, profile: &Profile) -> Result<Capture, String> {
        let path = format!("tests/captures/{}", profile.origin.capture);
        let capture: Capture = self.read(&path)?.parse().map_err(|e| format!("{path}: {e}"))?;
        if capture.told("family") != Some(profile.family.as_str()) {
            return Err(format!("{path} is of another family than {}", profile.name));
        }
        match origin(&capture) {
            "captured" | "published" | "derived" => Ok(capture),
            other => Err(format!(
                "{path}: origin «{other}» is none of captured, published, derived"
            )),
        }
    }

    /// What is generated, by path.
    fn generated(&self, table: &Catalogue) -> BTreeMap<String, String> {
        let mut files: BTreeMap<String, String> = udev::files(table)
            .into_iter()
            .map(|file| (format!("udev/{}", file.name), file.text))
            .collect();
        if let Ok(text) = self.read("docs/readers.md")
            && let (Some(begin), Some(end)) = (text.find(BEGIN), text.find(END))
        {
            let proof = |profile: &Profile| self.proof(profile);
            let models = proved_table(table.profiles(), proof);
            let whole = format!("{}\n\n{models}\n{}", &text[..begin + BEGIN.len()], &text[end..]);
            files.insert("docs/readers.md".into(), whole);
        }
        files
    }

    fn proof(&self, profile: &Profile) -> Proof {
        let capture = self.capture(profile).map(|capture| {
            let own = capture.told("profile") == Some(profile.name.as_str());
            let whose = if own { "" } else { ", the family's" };
            format!("{}{whose}", origin(&capture))
        });
        Proof {
            vectors: self.vectors(profile.family),
            capture: capture.unwrap_or_default(),
            rig: self.rig().contains(profile.name.as_str()),
        }
    }

    /// Everything that is wrong with the shelf.
    fn complaints(&self) -> Vec<String> {
        let table = self.table();
        let mut wrong: Vec<String> = table.faults.iter().map(ToString::to_string).collect();
        for profile in table.profiles() {
            wrong.extend(self.golden(profile).err());
        }
        for (path, text) in self.generated(&table) {
            if self.read(&path).as_ref() != Ok(&text) {
                wrong.push(format!(
                    "{path} is not what the profiles give: FORMULAR_BLESS=1 cargo test --test adding_a_reader"
                ));
            }
        }
        wrong
    }

    /// The capture gives the scans that stand beside it.
    fn golden(&self, profile: &Profile) -> Result<(), String> {
        let capture = self.capture(profile)?;
        let path = golden_of(&profile.origin.capture);
        let there = self.read(&path)?;
        if capture
            .steps
            .iter()
            .any(|step| matches!(step.what, What::Sent(_)))
        {
            // A conversation is replayed against a model of its reader: tests/dialogues, tests/llrp.rs.
            return Ok(());
        }
        let scans = scans(profile, &capture);
        match there == scans {
            true => Ok(()),
            false => Err(format!(
                "{}: {path} differs from what is read:\n{scans}",
                profile.name
            )),
        }
    }

    fn bless(&self) {
        let table = self.table();
        for profile in table.profiles() {
            let path = golden_of(&profile.origin.capture);
            if let (Ok(capture), Err(_)) = (self.capture(profile), self.read(&path)) {
                fs::write(self.0.join(path), scans(profile, &capture)).unwrap();
            }
        }
        for (path, text) in self.generated(&table) {
            fs::write(self.0.join(path), text).unwrap();
        }
    }

    /// Frames of a family that others published or captured; what was derived here is none.
    fn vectors(&self, family: Family) -> usize {
        let folder = self.0.join("tests/vectors");
        let texts = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        texts
            .filter(|path| path.extension().is_some_and(|e| e == "toml"))
            .map(|path| {
                let vectors: Vectors = toml::from_str(&fs::read_to_string(path).unwrap()).unwrap();
                let foreign = |v: &&Vector| v.family == family.as_str() && v.origin != "derived";
                vectors.frame.iter().chain(&vectors.sent).filter(foreign).count()
            })
            .sum()
    }

    /// Profiles of which the rig has an emulated device, as its own list of kinds names them.
    fn rig(&self) -> BTreeSet<String> {
        let text = self.read("tests/rig/src/kinds.rs").unwrap_or_default();
        let names = text
            .lines()
            .filter_map(|line| line.trim().strip_prefix("profile: \""));
        names
            .filter_map(|rest| Some(rest.split_once('"')?.0.to_owned()))
            .collect()
    }

    fn all_files(&self) -> BTreeMap<String, Vec<u8>> {
        let (mut files, mut folders) = (BTreeMap::new(), vec![self.0.clone()]);
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    let name = path.file_name().and_then(|name| name.to_str());
                    folders.extend(
                        name.is_some_and(|name| !NOT_COPIED.contains(&name))
                            .then_some(path),
                    );
                } else {
                    let name = path.strip_prefix(&self.0).unwrap().to_str().unwrap().to_owned();
                    files.insert(name, fs::read(&path).unwrap());
                }
            }
        }
        files
    }
}

/// The tables of `tests/vectors/`, as far as they say whose a frame is.
#[derive(Deserialize)]
struct Vectors {
    #[serde(default)]
    frame: Vec<Vector>,
    #[serde(default)]
    sent: Vec<Vector>,
}

#[derive(Deserialize)]
struct Vector {
    family: String,
    origin: String,
}

fn origin(capture: &Capture) -> &str {
    let origin = capture.told("origin").unwrap_or_default();
    origin.split([';', ',', ' ']).next().unwrap_or_default()
}

fn golden_of(capture: &str) -> String {
    format!("tests/captures/{}", capture.replace(".cap", ".scans"))
}

/// What a desk hears of a capture: its bytes through the profile's dialogue and its sense of presence, in its own time.
fn scans(profile: &Profile, capture: &Capture) -> String {
    let (mut presence, mut out) = (Presence::new(profile.presence), String::new());
    let mut dialogue = dialogue_for(profile).unwrap();
    let (mut verdicts, mut send) = (Vec::new(), Vec::new());
    let mut take = |verdicts: &mut Vec<Verdict>, now_ms: u64, presence: &mut Presence| {
        for verdict in verdicts.drain(..) {
            match verdict {
                Verdict::Tag(reading) if presence.read(&reading.tag, now_ms) => {
                    out.push_str(&format!("{}\n", reading.tag));
                }
                Verdict::Status(Status::Removed) => presence.removed(),
                _ => {}
            }
        }
    };
    dialogue.open(0, &mut send);
    let mut lost_ms = None;
    let last = capture.steps.last().map_or(0, |step| step.at_ms + 5_000);
    let end = [(last, None)];
    for (at_ms, what) in capture.steps.iter().map(|s| (s.at_ms, Some(&s.what))).chain(end) {
        // What falls due before the next step, at its own time.
        while let Some(due) = dialogue.due_ms().filter(|due| *due < at_ms && lost_ms.is_none()) {
            dialogue.tick(due, &mut verdicts, &mut send);
            take(&mut verdicts, due, &mut presence);
            if dialogue.due_ms() == Some(due) {
                break;
            }
        }
        match what {
            Some(What::Received(bytes)) => {
                dialogue.push(bytes, at_ms, &mut verdicts, &mut send);
                dialogue.tick(at_ms, &mut verdicts, &mut send);
                take(&mut verdicts, at_ms, &mut presence);
            }
            Some(What::Unplug) => lost_ms = Some(at_ms),
            Some(What::Plug) => {
                presence.blind(lost_ms.take().unwrap_or(at_ms), at_ms);
                dialogue = dialogue_for(profile).unwrap();
                dialogue.open(at_ms, &mut send);
            }
            Some(What::Sent(_)) | None => {}
        }
    }
    out
}

fn project() -> Shelf {
    Shelf(std::env::current_dir().unwrap())
}

#[test]
fn every_profile_has_its_capture_its_golden_its_rules_and_its_line() {
    let shelf = project();
    if std::env::var_os("FORMULAR_BLESS").is_some() {
        shelf.bless();
    }
    assert_eq!(shelf.complaints(), Vec::<String>::new());
}

/// What the page tells to do, in its order.
enum Step {
    /// A block that says which file it is: ```` ```toml firmware-config/made-up-desk.toml ````.
    File(String, String),
    /// A block of commands: ```` ```sh ````.
    Shell(String),
}

fn steps(page: &str) -> Vec<Step> {
    let blocks = page.split("\n```").skip(1).step_by(2);
    blocks
        .filter_map(|block| {
            let (info, text) = block.split_once('\n').unwrap();
            match info.split_once(' ') {
                Some((_, path)) => Some(Step::File(path.to_owned(), format!("{text}\n"))),
                None if info == "sh" => Some(Step::Shell(text.to_owned())),
                None => None,
            }
        })
        .collect()
}

/// The whole tree, for a stranger to work in.
fn copy(to: &Path) -> Shelf {
    for (path, bytes) in project().all_files() {
        let path = to.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    Shelf(to.to_owned())
}

/// Runs a block of commands as it stands, at the root of the tree.
fn run(shelf: &Shelf, commands: &str, tools: &Path) {
    let mut shell = Command::new("sh");
    shell
        .args(["-ec", commands])
        .current_dir(&shelf.0)
        .env(FOLLOWED, "1")
        .env_remove("FORMULAR_BLESS");
    if std::env::var_os("FORMULAR_PAGE_CARGO").is_some() {
        let target = project().0.join("target/adding-a-reader");
        shell.env("CARGO_TARGET_DIR", target);
    } else {
        let cargo = "#!/bin/sh\n[ \"$*\" = 'test --test adding_a_reader' ] && exec \"$THIS_TEST\"\n\
                     echo \"what would cargo $* do?\"\nexit 1\n";
        fs::write(tools.join("cargo"), cargo).unwrap();
        fs::set_permissions(tools.join("cargo"), Permissions::from_mode(0o755)).unwrap();
        let path = std::env::var("PATH").unwrap_or_default();
        shell.env("PATH", format!("{}:{path}", tools.display()));
        shell.env("THIS_TEST", std::env::current_exe().unwrap());
    }
    let output = shell.output().unwrap();
    let words = [output.stdout, output.stderr].concat();
    assert!(
        output.status.success(),
        "{commands}\n{}",
        String::from_utf8_lossy(&words)
    );
}

#[test]
fn the_page_about_adding_a_reader_is_followed() {
    if std::env::var_os(FOLLOWED).is_some() {
        return;
    }
    let (folder, tools) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let shelf = copy(folder.path());
    assert_eq!(shelf.complaints(), Vec::<String>::new());
    let before = shelf.all_files();

    let mut touched = None;
    let mut commands = 0;
    for step in steps(&shelf.read("docs/adding-a-reader.md").unwrap()) {
        match step {
            Step::Shell(text) => {
                run(&shelf, &text, tools.path());
                commands += 1;
            }
            Step::File(path, text) => match path.as_str() {
                // One line for those who read the changes.
                "CHANGELOG.md" => {
                    let changes = shelf.read(&path).unwrap();
                    assert_eq!(text.lines().count(), 1);
                    let added = changes.replacen("### Added\n\n", &format!("### Added\n\n{text}"), 1);
                    fs::write(shelf.0.join(path), added).unwrap();
                }
                "touched" => touched = Some(text),
                // What was generated is what the page shows.
                _ if commands > 0 => assert_eq!(shelf.read(&path), Ok(text), "{path}"),
                // What a person writes; what is missing then is said.
                _ => {
                    fs::write(shelf.0.join(&path), text).unwrap();
                    let told = shelf.complaints().join("\n");
                    let missing = match path.ends_with(".toml") {
                        true => [
                            "made-up-desk.cap is missing",
                            "udev/65-formular-readers.rules is not what the profiles give",
                            "docs/readers.md is not what the profiles give",
                        ]
                        .as_slice(),
                        false => &["made-up-desk.scans is missing"],
                    };
                    for missing in missing {
                        assert!(told.contains(missing), "after {path}: {told}");
                    }
                }
            },
        }
    }
    assert_eq!(commands, 2, "one that writes, one that checks");
    assert_eq!(shelf.complaints(), Vec::<String>::new());

    let after = shelf.all_files();
    let changed: String = after
        .iter()
        .filter(|(path, text)| before.get(*path) != Some(text))
        .map(|(path, _)| format!("{path}\n"))
        .collect();
    assert_eq!(Some(changed), touched);
    assert!(
        before.keys().all(|path| after.contains_key(path)),
        "a file is gone"
    );

    // And it works: the device is claimed when it is plugged in.
    let device = Device {
        way: Way::Serial,
        path: "/dev/ttyACM0".into(),
        place: None,
        shape: Shape::Port,
        driver: None,
        usb: Some(UsbFacts {
            vid: 0xf055,
            pid: 0x4d01,
            ..UsbFacts::default()
        }),
    };
    assert_eq!(
        judge(&device, &shelf.table()).claim.as_deref(),
        Some("made-up-desk")
    );
    assert_eq!(
        udev::lint(&shelf.read("udev/65-formular-readers.rules").unwrap()),
        Vec::<String>::new()
    );
}
