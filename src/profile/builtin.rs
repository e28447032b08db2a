//! The table of profiles that the program carries, and how a name finds one.
//!
//! Knows: `firmware-config`, packed in at build time. Must not know: what is plugged in.

use super::{
    Family,
    nearest::nearest,
    schema::{CueBytes, Line, Origin, Presence, Profile, Role, SCHEMA, Speak},
    validate::{Fault, check_all},
};
use include_dir::{Dir, include_dir};
use smol_str::SmolStr;
use std::{fmt, sync::OnceLock};

static FILES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/firmware-config");

/// The file that explains every key; a manual, and no device.
const EXAMPLE: &str = "example";

/// Profiles by name, and what was wrong with those that are not there.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    profiles: Vec<Profile>,
    /// A broken file puts out itself alone.
    pub faults: Vec<Fault>,
}

/// The built-in table, read once.
pub fn builtin() -> &'static Catalogue {
    static TABLE: OnceLock<Catalogue> = OnceLock::new();
    TABLE.get_or_init(|| {
        let files = FILES.files().filter_map(|file| {
            let name = file.path().file_name()?.to_str()?.strip_suffix(".toml")?;
            (name != EXAMPLE).then_some((name, file.contents_utf8().unwrap_or_default()))
        });
        Catalogue::read(files)
    })
}

impl Catalogue {
    /// Reads files, given as (name without `.toml`, text).
    pub fn read<'a>(files: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        let mut table = Self::default();
        for (name, text) in files {
            match toml::from_str::<Profile>(text) {
                Ok(profile) if profile.name == name => table.profiles.push(profile),
                Ok(profile) => table.faults.push(Fault {
                    profile: name.to_owned(),
                    why: format!("name = \"{}\" differs from the file's name", profile.name),
                }),
                Err(error) => table.faults.push(Fault {
                    profile: name.to_owned(),
                    why: error.to_string(),
                }),
            }
        }
        let faults = check_all(&table.profiles);
        table
            .profiles
            .retain(|p| !faults.iter().any(|f| f.profile == p.name.as_str()));
        table.faults.extend(faults);
        table.profiles.sort_by(|a, b| a.name.cmp(&b.name));
        table
    }

    pub fn profiles(&self) -> &[Profile] {
        &self.profiles
    }

    /// The profile of a model, or of a family as such.
    pub fn find(&self, name: &str) -> Result<Profile, UnknownProfile> {
        if let Some(profile) = self.profiles.iter().find(|p| p.name == name) {
            return Ok(profile.clone());
        }
        let family = Family::from_name(name);
        if let Some(profile) = family.and_then(Profile::generic) {
            return Ok(profile);
        }
        let models = self.profiles.iter().map(|p| p.name.as_str());
        let families = Family::ALL.iter().filter(|f| f.is_reader()).map(|f| f.as_str());
        Err(UnknownProfile {
            typed: name.chars().take(64).collect(),
            only_decodes: family.is_some(),
            near: nearest(name, models.clone().chain(families))
                .into_iter()
                .map(SmolStr::new)
                .collect(),
            models: models.map(SmolStr::new).collect(),
        })
    }
}

impl Profile {
    /// A reader of which nothing is known but its family: usual line settings, nothing said to it.
    /// None for a family that only decodes.
    pub fn generic(family: Family) -> Option<Profile> {
        let (baud, gone_ms, until_removed) = match family {
            Family::Em4100Rdm6300
            | Family::Em4100Id12la
            | Family::Em4100Em18
            | Family::Em4100StxBcc
            | Family::Rc522Text => (9600, 700, false),
            Family::Ironlogic => (9600, 1500, true),
            Family::UhfBb7e => (115_200, 700, false),
            Family::BarcodeText => (9600, 1500, false),
            Family::Gs1CheckDigit
            | Family::Gs1DigitalLink
            | Family::Epc
            | Family::Em4100Forms
            | Family::Wiegand26 => return None,
        };
        Some(Profile {
            schema: SCHEMA,
            name: SmolStr::new_static(family.as_str()),
            vendor: String::new(),
            model: String::new(),
            family,
            role: Role::Desk,
            bulk: false,
            line: Line {
                baud,
                ..Line::default()
            },
            presence: Presence {
                gone_ms,
                until_removed,
            },
            speak: Speak::default(),
            cue: CueBytes::default(),
            usb: Vec::new(),
            origin: Origin {
                source: vec!["the family's own file in src/wire/protocol".into()],
                tried: String::new(),
                capture: format!("{}.cap", family.as_str()),
            },
        })
    }
}

/// A name that is no profile, with what to type instead.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct UnknownProfile {
    pub typed: String,
    /// It names a family that reads a payload and not a wire.
    pub only_decodes: bool,
    pub near: Vec<SmolStr>,
    pub models: Vec<SmolStr>,
}

impl fmt::Display for UnknownProfile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.only_decodes {
            true => write!(f, "«{}» only decodes and is no reader", self.typed)?,
            false => write!(f, "no reader profile «{}»", self.typed)?,
        }
        if !self.near.is_empty() {
            write!(f, "; near: {}", self.near.join(", "))?;
        }
        let families = |reads: bool| {
            let some = Family::ALL
                .into_iter()
                .filter(move |family| family.is_reader() == reads);
            some.map(Family::as_str).collect::<Vec<_>>().join(", ")
        };
        write!(f, "\n  models: {}", self.models.join(", "))?;
        write!(f, "\n  families: {}", families(true))?;
        write!(f, "\n  only decode, are no readers: {}", families(false))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_profile_is_good() {
        let table = builtin();
        assert_eq!(table.faults, []);
        assert!(
            table.profiles().len() >= 16,
            "{} profiles",
            table.profiles().len()
        );
    }

    #[test]
    fn the_example_is_a_good_profile_itself() {
        let text = FILES.get_file("example.toml").unwrap().contents_utf8().unwrap();
        let table = Catalogue::read([(EXAMPLE, text)].into_iter());
        assert_eq!(table.faults, []);
        assert_eq!(table.profiles().len(), 1);
    }

    #[test]
    fn every_family_that_reads_is_a_generic_profile() {
        for family in Family::ALL {
            let found = builtin().find(family.as_str());
            match family.is_reader() {
                true => assert_eq!(super::super::check(&found.unwrap()), []),
                false => assert!(found.unwrap_err().to_string().contains("only decodes")),
            }
        }
    }

    #[test]
    fn an_unknown_name_says_what_to_type() {
        let error = builtin().find("rdm-6300").unwrap_err().to_string();
        assert!(
            error.starts_with("no reader profile «rdm-6300»; near: rdm6300"),
            "{error}"
        );
        assert!(error.contains("families: em4100-rdm6300"), "{error}");
        assert!(error.contains("are no readers: gs1-check-digit"), "{error}");
    }

    const GOOD: &str = r#"
        schema = 1
        name = "a-reader"
        vendor = ""
        model = ""
        family = "barcode-text"
        presence = { gone_ms = 1500 }
        origin = { source = ["a manual"], capture = "barcode-text.cap" }
    "#;

    #[test]
    fn each_rule_refuses_what_it_is_named_after() {
        // (what stands in the file, what is put there instead, a word of the fault)
        let table = [
            ("schema = 1", "schema = 2", "newer than this program"),
            ("\"a-reader\"", "\"A reader\"", "differs from the file's name"),
            ("barcode-text\"\n", "epc\"\n", "only decodes"),
            ("1500", "1", "told apart"),
            ("\"a manual\"", "\" \"", "names a source"),
            (
                "vendor = \"\"",
                "vendor = \"\"\nline = { baud = 9601 }",
                "no usual rate",
            ),
            (
                "vendor = \"\"",
                "vendor = \"\"\nspeak = { init = [\"16 4d 0d 52 2e\"] }",
                "flash",
            ),
            (
                "vendor = \"\"",
                "vendor = \"\"\nspeak = { poll = \"00\", poll_ms = 1 }",
                "at least 20",
            ),
            (
                "vendor = \"\"",
                "vendor = \"\"\nusb = [{ vid = \"1a86\", pid = \"7523\" }]",
                "bridge = true",
            ),
            ("vendor = \"\"", "vendor = \"\"\ncolour = 1", "unknown field"),
            (
                "vendor = \"\"",
                "vendor = \"\"\ncue = { lent = \"1\" }",
                "not hexadecimal",
            ),
        ];
        assert_eq!(Catalogue::read([("a-reader", GOOD)].into_iter()).faults, []);
        for (good, bad, word) in table {
            let text = GOOD.replace(good, bad);
            assert_ne!(text, GOOD, "{good}");
            let read = Catalogue::read([("a-reader", text.as_str())].into_iter());
            assert!(read.profiles().is_empty(), "{bad}");
            let told = read.faults.iter().any(|f| f.to_string().contains(word));
            assert!(told, "{bad}: {:?}", read.faults);
        }
    }

    #[test]
    fn one_device_has_one_profile() {
        let usb = "usb = [{ vid = \"1eab\", pid = \"xx06\" }]\nvendor = \"\"";
        let one = GOOD.replace("vendor = \"\"", usb);
        let two = one.replace("a-reader", "b-reader").replace("xx06", "1a06");
        let read = Catalogue::read([("a-reader", one.as_str()), ("b-reader", two.as_str())].into_iter());
        assert!(
            read.faults[0].to_string().contains("claimed by «a-reader» too"),
            "{:?}",
            read.faults
        );
        assert_eq!(read.profiles().len(), 1);
    }
}
