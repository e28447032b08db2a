//! How a bar code scanner should be set, as data: one file of `firmware-config/scanners` each.
//!
//! Only commands that a public source states stand in these files. Where none was found the step has no bar code, and
//! says what to look for in the maker's manual.
//!
//! Knows: the schema of these files. Must not know: bar codes, pages.

use serde::Deserialize;
use std::sync::OnceLock;

static FILES: include_dir::Dir<'static> =
    include_dir::include_dir!("$CARGO_MANIFEST_DIR/firmware-config/scanners");

/// How one model is set.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scanner {
    pub schema: u32,
    /// What people type: `formular sheet honeywell-voyager`.
    pub name: String,
    pub vendor: String,
    pub model: String,
    /// The profile as which it is read when it is set so.
    pub profile: String,
    /// What was tried on the device itself; empty: nothing yet.
    #[serde(default)]
    pub tried: String,
    pub source: Vec<String>,
    pub step: Vec<SetupStep>,
}

/// One thing to set, in the order in which it is set.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetupStep {
    /// What it does, in Russian and in English.
    pub ru: String,
    pub en: String,
    /// The text of the maker's bar code; empty: none was found in a public source.
    #[serde(default)]
    pub code: String,
    /// Where the function character stands that makes it a command.
    #[serde(default)]
    pub fnc3: Fnc3,
}

/// The third function character of Code 128: «for the reader itself».
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Fnc3 {
    #[default]
    First,
    Last,
    None,
}

/// The built-in files by name; a broken one is named with what is wrong.
pub fn scanners() -> &'static [Result<Scanner, String>] {
    static TABLE: OnceLock<Vec<Result<Scanner, String>>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut files: Vec<_> = FILES.files().collect();
        files.sort_by_key(|file| file.path());
        files
            .into_iter()
            .map(|file| {
                let place = format!("firmware-config/scanners/{}", file.path().display());
                read(file.contents_utf8().unwrap_or_default(), file.path().file_stem())
                    .map_err(|why| format!("{place}: {why}"))
            })
            .collect()
    })
}

fn read(text: &str, stem: Option<&std::ffi::OsStr>) -> Result<Scanner, String> {
    let scanner: Scanner = toml::from_str(text).map_err(|error| error.to_string())?;
    let named = stem.and_then(|stem| stem.to_str()) == Some(scanner.name.as_str());
    let printable = |step: &SetupStep| {
        step.code.bytes().all(|byte| (b' '..=b'~').contains(&byte)) && step.code.len() <= 40
    };
    match () {
        () if scanner.schema != 1 => Err("schema is 1".into()),
        () if !named => Err(format!(
            "name = \"{}\" differs from the file's name",
            scanner.name
        )),
        () if scanner.step.is_empty() || scanner.source.is_empty() => Err("it has steps and a source".into()),
        () if !scanner.step.iter().all(printable) => {
            Err("a code is 40 printable characters of ASCII at most".into())
        }
        () => Ok(scanner),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::builtin;

    #[test]
    fn every_scanner_is_good_and_is_read_by_a_profile() {
        assert!(scanners().len() >= 6);
        for scanner in scanners() {
            let scanner = scanner.as_ref().unwrap();
            assert!(builtin().find(&scanner.profile).is_ok(), "{}", scanner.name);
            assert!(
                !scanner.tried.is_empty()
                    || scanner
                        .step
                        .iter()
                        .all(|step| !step.ru.is_empty() && !step.en.is_empty())
            );
        }
    }

    #[test]
    fn a_broken_file_says_what_is_wrong() {
        let good = "schema = 1\nname = \"a\"\nvendor = \"\"\nmodel = \"\"\nprofile = \"x\"\nsource = [\"y\"]\n[[step]]\nru = \"а\"\nen = \"a\"\ncode = \"1\"\n";
        let stem = Some(std::ffi::OsStr::new("a"));
        assert!(read(good, stem).is_ok());
        for (from, to, word) in [
            ("schema = 1", "schema = 2", "schema"),
            ("name = \"a\"", "name = \"b\"", "differs"),
            ("code = \"1\"", "code = \"ё\"", "ASCII"),
            ("code = \"1\"", "colour = 1", "unknown field"),
            ("[\"y\"]", "[]", "source"),
        ] {
            let error = read(&good.replace(from, to), stem).unwrap_err();
            assert!(error.contains(word), "{to}: {error}");
        }
    }
}
