//! The table of models: every profile with its capture, golden, rules and line; and `docs/adding-a-reader.md`, followed.
//!
//! `FORMULAR_BLESS=1 cargo test --test adding_a_reader` writes anew what is generated: missing goldens, `udev/`, the
//! table of `docs/readers.md`. The difference is then read like code.
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
    fs,
    path::{Path, PathBuf},
};

/// Between these lines of `docs/readers.md` stands the table.
const BEGIN: &str = "<!-- models: generated, see tests/adding_a_reader.rs -->";
const END: &str = "<!-- end of models -->";

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
            vectors: vectors(profile.family),
            capture: capture.unwrap_or_default(),
            rig: rig().contains(profile.name.as_str()),
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

    fn all_files(&self) -> BTreeMap<String, Vec<u8>> {
        let (mut files, mut folders) = (BTreeMap::new(), vec![self.0.clone()]);
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let name = path.strip_prefix(&self.0).unwrap().to_str().unwrap().to_owned();
                    files.insert(name, fs::read(&path).unwrap());
                }
            }
        }
        files
    }
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

/// Frames of a family that others published or captured; what was derived here is none.
fn vectors(family: Family) -> usize {
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
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors");
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
fn rig() -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rig/src");
    let text = fs::read_to_string(folder.join("kinds.rs")).unwrap_or_default();
    let names = text
        .lines()
        .filter_map(|line| line.trim().strip_prefix("profile: \""));
    names
        .filter_map(|rest| Some(rest.split_once('"')?.0.to_owned()))
        .collect()
}

fn project() -> Shelf {
    Shelf(PathBuf::from(env!("CARGO_MANIFEST_DIR")))
}

#[test]
fn every_profile_has_its_capture_its_golden_its_rules_and_its_line() {
    let shelf = project();
    if std::env::var_os("FORMULAR_BLESS").is_some() {
        shelf.bless();
    }
    assert_eq!(shelf.complaints(), Vec::<String>::new());
}

/// The blocks of the page that say which file they are: ```` ```toml firmware-config/made-up-desk.toml ````.
fn blocks() -> BTreeMap<String, String> {
    let page = fs::read_to_string(project().0.join("docs/adding-a-reader.md")).unwrap();
    let mut blocks = BTreeMap::new();
    for block in page.split("\n```").skip(1).step_by(2) {
        let (info, text) = block.split_once('\n').unwrap();
        if let Some((_, path)) = info.split_once(' ') {
            blocks.insert(path.to_owned(), format!("{text}\n"));
        }
    }
    blocks
}

#[test]
fn the_page_about_adding_a_reader_is_followed() {
    let folder = tempfile::tempdir().unwrap();
    let shelf = Shelf(folder.path().to_owned());
    for name in ["firmware-config", "tests/captures", "udev", "docs"] {
        fs::create_dir_all(shelf.0.join(name)).unwrap();
        for entry in fs::read_dir(project().0.join(name)).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                fs::copy(&path, shelf.0.join(name).join(path.file_name().unwrap())).unwrap();
            }
        }
    }
    fs::copy(project().0.join("CHANGELOG.md"), shelf.0.join("CHANGELOG.md")).unwrap();
    assert_eq!(shelf.complaints(), Vec::<String>::new());
    let before = shelf.all_files();

    let blocks = blocks();
    let (toml, capture) = (
        "firmware-config/made-up-desk.toml",
        "tests/captures/made-up-desk.cap",
    );
    // 1. The profile. What is missing now is said.
    fs::write(shelf.0.join(toml), &blocks[toml]).unwrap();
    let told = shelf.complaints().join("\n");
    assert!(told.contains("made-up-desk.cap is missing"), "{told}");
    assert!(
        told.contains("udev/65-formular-readers.rules is not what the profiles give"),
        "{told}"
    );
    assert!(
        told.contains("docs/readers.md is not what the profiles give"),
        "{told}"
    );
    // 2. The capture.
    fs::write(shelf.0.join(capture), &blocks[capture]).unwrap();
    let told = shelf.complaints().join("\n");
    assert!(
        told.contains("made-up-desk.scans is missing") && !told.contains(".cap"),
        "{told}"
    );
    // 3. What is generated, and the golden, which is looked at.
    shelf.bless();
    assert_eq!(shelf.complaints(), Vec::<String>::new());
    let golden = "tests/captures/made-up-desk.scans";
    assert_eq!(shelf.read(golden).unwrap(), blocks[golden]);
    // 4. One line for those who read the changes.
    let changes = shelf.read("CHANGELOG.md").unwrap();
    let changes = changes.replacen(
        "### Added\n\n",
        &format!("### Added\n\n{}", blocks["CHANGELOG.md"]),
        1,
    );
    fs::write(shelf.0.join("CHANGELOG.md"), changes).unwrap();

    let after = shelf.all_files();
    let touched: Vec<&str> = after
        .iter()
        .filter(|(path, text)| before.get(*path) != Some(text))
        .map(|(path, _)| path.as_str())
        .collect();
    assert_eq!(
        touched,
        [
            "CHANGELOG.md",
            "docs/readers.md",
            toml,
            capture,
            golden,
            "udev/65-formular-readers.hwdb",
            "udev/65-formular-readers.rules",
        ]
    );
    let lines =
        |files: &BTreeMap<String, Vec<u8>>| files["CHANGELOG.md"].iter().filter(|b| **b == b'\n').count();
    assert_eq!(lines(&after), lines(&before) + 1);

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
