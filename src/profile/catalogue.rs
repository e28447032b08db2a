//! A table of profiles: files read one by one, each for itself, and a name that finds one of them.
//!
//! Knows: texts of files, which of them replaces which. Must not know: where they lie, what is plugged in.

use super::{
    Family, Profile,
    builtin::builtin_texts,
    nearest::nearest,
    validate::{Fault, check, check_beside},
};
use smol_str::SmolStr;
use std::{collections::BTreeMap, fmt};

/// A profile's file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// The file's name without `.toml`.
    pub name: String,
    /// As people find it: `firmware-config/rdm6300.toml`.
    pub file: String,
    pub text: String,
}

/// Profiles by name, and what was wrong with those that are not there.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    profiles: Vec<Profile>,
    /// Where each stands, by name.
    files: BTreeMap<SmolStr, String>,
    /// A broken file puts out itself alone.
    pub faults: Vec<Fault>,
}

impl Catalogue {
    /// Reads files that stand beside each other.
    pub fn read(texts: &[Text]) -> Self {
        Self::layered(texts, &[])
    }

    /// The built-in table with the files of this machine over it.
    pub fn with_local(local: &[Text]) -> Self {
        Self::layered(&builtin_texts(), local)
    }

    /// A good file of `local` replaces that of the same name; one that is refused leaves it standing.
    fn layered(first: &[Text], local: &[Text]) -> Self {
        let mut table = Self::default();
        for (text, over) in first
            .iter()
            .map(|t| (t, false))
            .chain(local.iter().map(|t| (t, true)))
        {
            if let Err(faults) = table.take(text, over) {
                table.faults.extend(faults);
            }
        }
        table.profiles.sort_by(|a, b| a.name.cmp(&b.name));
        table
    }

    /// Takes a file in whole or not at all; `over`: it may replace one of its name.
    fn take(&mut self, text: &Text, over: bool) -> Result<(), Vec<Fault>> {
        let profile = parse(text).map_err(|fault| vec![fault])?;
        let others = self
            .profiles
            .iter()
            .filter(|other| !over || other.name != profile.name);
        let mut faults = check(&profile);
        faults.extend(others.flat_map(|other| check_beside(&profile, other)));
        if !faults.is_empty() {
            for fault in &mut faults {
                fault.file.clone_from(&text.file);
                fault.line = line_of(&text.text, fault.key);
            }
            return Err(faults);
        }
        self.profiles.retain(|other| other.name != profile.name);
        self.files.insert(profile.name.clone(), text.file.clone());
        self.profiles.push(profile);
        Ok(())
    }

    pub fn profiles(&self) -> &[Profile] {
        &self.profiles
    }

    /// The file in which a profile stands; none for that of a family as such.
    pub fn file_of(&self, name: &str) -> Option<&str> {
        self.files.get(name).map(String::as_str)
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

fn parse(text: &Text) -> Result<Profile, Fault> {
    let fault = |line, why, key| Fault {
        profile: text.name.clone(),
        file: text.file.clone(),
        line,
        why,
        key,
    };
    let profile: Profile = toml::from_str(&text.text).map_err(|error| {
        let at = error.span().and_then(|span| text.text.get(..span.start));
        let line = at.map(|before| before.matches('\n').count() + 1);
        fault(line, error.message().to_owned(), "")
    })?;
    match profile.name == text.name {
        true => Ok(profile),
        false => Err(fault(
            line_of(&text.text, "name"),
            format!("name = \"{}\" differs from the file's name", profile.name),
            "name",
        )),
    }
}

/// The first line on which a key stands, counted from 1.
fn line_of(text: &str, key: &str) -> Option<usize> {
    let names = |line: &str| {
        let code = line.split('#').next().unwrap_or_default();
        code.split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
            .any(|word| word == key)
    };
    text.lines().position(names).map(|n| n + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::builtin;

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

    fn text(name: &str, text: &str) -> Text {
        Text {
            name: name.into(),
            file: format!("{name}.toml"),
            text: text.into(),
        }
    }

    fn read(files: &[(&str, &str)]) -> Catalogue {
        let texts: Vec<Text> = files.iter().map(|(n, t)| text(n, t)).collect();
        Catalogue::read(&texts)
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
                "vendor = \"\"\nprovision = { send = [\"16 4d 0d 52 2e\"] }",
                "how it is undone",
            ),
            (
                "vendor = \"\"",
                "vendor = \"\"\nway = \"evdev\"\nusb = [{ vid = \"046d\", pid = \"c31c\" }]",
                "may be the desk's own keyboard, by Logitech",
            ),
            (
                "vendor = \"\"",
                "vendor = \"\"\nway = \"evdev\"\nusb = [{ vid = \"1eab\", pid = \"xxx3\" }]",
                "every keyboard of its maker",
            ),
            (
                "vendor = \"\"",
                "vendor = \"\"\nway = \"evdev\"\nusb = [{ vid = \"16c0\", pid = \"27db\" }]",
                "bridge = true",
            ),
            (
                "vendor = \"\"",
                "vendor = \"\"\nprobe = { ask = \"16 4d 0d 52 2e\" }",
                "flash",
            ),
            (
                "vendor = \"\"",
                "vendor = \"\"\nway = \"tcp\"\nusb = [{ vid = \"1eab\", pid = \"1a06\" }]",
                "no network address",
            ),
            (
                "vendor = \"\"",
                "vendor = \"\"\ncue = { lent = \"1\" }",
                "not hexadecimal",
            ),
        ];
        assert_eq!(read(&[("a-reader", GOOD)]).faults, []);
        for (good, bad, word) in table {
            let text = GOOD.replace(good, bad);
            assert_ne!(text, GOOD, "{good}");
            let read = read(&[("a-reader", &text)]);
            assert!(read.profiles().is_empty(), "{bad}");
            let told = read.faults.iter().any(|f| f.to_string().contains(word));
            assert!(told, "{bad}: {:?}", read.faults);
        }
    }

    #[test]
    fn a_fault_names_file_and_line() {
        // (what stands in the file, what is put there instead, how the fault begins)
        let table = [
            ("vendor = \"\"", "colour = 1", "a-reader.toml:4: unknown field"),
            ("1500", "1", "a-reader.toml:7: gone_ms = 1"),
            ("\"a manual\"", "\"\"", "a-reader.toml:8: [origin]"),
            ("schema = 1", "schema = ", "a-reader.toml:2: "),
        ];
        for (good, bad, told) in table {
            let read = read(&[("a-reader", &GOOD.replace(good, bad))]);
            let said = read.faults[0].to_string();
            assert!(said.starts_with(told), "{said}");
        }
    }

    const CLAIMS: &str = "usb = [{ vid = \"1eab\", pid = \"xx06\" }]\nvendor = \"\"";

    #[test]
    fn one_device_has_one_profile() {
        let one = GOOD.replace("vendor = \"\"", CLAIMS);
        // (the other's number, whether both may stand)
        let table = [
            ("vid = \"1eab\", pid = \"1a06\"", false),
            ("vid = \"1eab\", pid = \"1a03\"", true),
            ("vid = \"1eac\", pid = \"xx06\"", true),
            ("vid = \"1eab\", pid = \"xx06\", mode = \"keyboard\"", true),
            ("vid = \"1eab\", pid = \"xx06\", bridge = true", true),
            ("vid = \"1eab\", pid = \"xx06\", product = \"HR52\"", false),
        ];
        for (number, stands) in table {
            let two = one
                .replace("a-reader", "b-reader")
                .replace("vid = \"1eab\", pid = \"xx06\"", number);
            let read = read(&[("a-reader", &one), ("b-reader", &two)]);
            assert_eq!(read.profiles().len() == 2, stands, "{number}: {:?}", read.faults);
            let told = |f: &Fault| f.to_string().contains("claimed by «a-reader» too");
            assert_eq!(read.faults.iter().any(told), !stands, "{number}");
        }
    }

    #[test]
    fn words_and_interfaces_keep_two_models_of_one_number_apart() {
        // (what the one says beside the number, what the other says, whether both may stand)
        let table = [
            ("product = \"Desk\"", "product = \"Gate\"", true),
            ("product = \"Desk\"", "product = \"desk 2\"", false),
            ("maker = \"A\"", "maker = \"B\"", true),
            ("interface = 0", "interface = 1", true),
            ("interface = 0", "class = \"0b\"", false),
            ("class = \"03\"", "class = \"0b\"", true),
        ];
        for (one, two, stands) in table {
            let text = |more: &str| {
                let usb = format!("usb = [{{ vid = \"f055\", pid = \"27db\", {more} }}]\nvendor = \"\"");
                GOOD.replace("vendor = \"\"", &usb)
            };
            let two = text(two).replace("a-reader", "b-reader");
            let read = read(&[("a-reader", &text(one)), ("b-reader", &two)]);
            assert_eq!(read.profiles().len() == 2, stands, "{one} {two}");
        }
    }

    #[test]
    fn a_file_of_this_machine_replaces_that_of_its_name_and_no_other() {
        let built = [text("a-reader", &GOOD.replace("vendor = \"\"", CLAIMS))];
        let local = |name: &str, text: &str| Text {
            name: name.into(),
            file: format!("/etc/formular/readers.d/{name}.toml"),
            text: text.replace("a-reader", name),
        };
        let faster = GOOD.replace("vendor = \"\"", "vendor = \"\"\nline = { baud = 19200 }");
        let layered = Catalogue::layered(&built, &[local("a-reader", &faster)]);
        assert_eq!(layered.faults, []);
        assert_eq!(layered.find("a-reader").unwrap().line.baud, 19200);

        let broken = local("a-reader", &faster.replace("19200", "19201"));
        let layered = Catalogue::layered(&built, &[broken]);
        assert_eq!(
            layered.find("a-reader").unwrap().line.baud,
            9600,
            "the built-in one stands"
        );
        assert_eq!(
            layered.faults[0].to_string(),
            "/etc/formular/readers.d/a-reader.toml:5: 19201 baud is no usual rate"
        );

        let second = local("b-reader", &GOOD.replace("vendor = \"\"", CLAIMS));
        let layered = Catalogue::layered(&built, &[second]);
        assert_eq!(layered.profiles().len(), 1);
        assert!(
            layered.faults[0]
                .to_string()
                .contains("a file of that name would replace it"),
            "{:?}",
            layered.faults
        );
    }

    /// The keys that a table of the schema knows, as the reader of files itself tells them.
    fn keys_of(table: &str) -> Vec<String> {
        let strange = match table {
            "" => "strange_key = 1\n".to_owned(),
            "usb" => "[[usb]]\nstrange_key = 1\n".to_owned(),
            table => format!("[{table}]\nstrange_key = 1\n"),
        };
        let error = toml::from_str::<Profile>(&strange).unwrap_err();
        let (_, known) = error.message().split_once("expected").unwrap();
        known.split('`').skip(1).step_by(2).map(str::to_owned).collect()
    }

    #[test]
    fn the_example_explains_every_key() {
        let example = include_str!("../../firmware-config/example.toml");
        let mut tables = vec![String::new()];
        tables.extend(
            keys_of("")
                .into_iter()
                .filter(|key| example.contains(&format!("[{key}]"))),
        );
        assert!(tables.len() > 7, "{tables:?}");
        for table in tables {
            let keys = keys_of(&table);
            assert!(!keys.is_empty(), "[{table}]");
            for key in keys {
                let stands = example
                    .lines()
                    .any(|line| line.starts_with(&format!("{key} =")) || line.contains(&format!("[{key}]")));
                assert!(
                    stands,
                    "firmware-config/example.toml does not explain «{key}» of [{table}]"
                );
            }
        }
    }
}
