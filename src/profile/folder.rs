//! Profiles of this machine: the files of a folder such as `/etc/formular/readers.d`.
//!
//! Knows: reading a folder. Must not know: which folder it is, what the files say.

use super::{Catalogue, Fault, Text};
use std::{fs, io, path::Path};

/// Largest file that is read; a real one has a few kilobytes.
const MAX_FILE: u64 = 64 * 1024;

impl Catalogue {
    /// The built-in table with the `.toml` files of a folder over it. A folder that is not there is an empty one; what
    /// cannot be read is a fault of the table, and the rest stands.
    pub fn with_folder(folder: &Path) -> Self {
        let (mut texts, mut faults) = (Vec::new(), Vec::new());
        match paths_in(folder) {
            Ok(names) => {
                for name in names {
                    let path = folder.join(format!("{name}.toml"));
                    let file = path.display().to_string();
                    match read(&path) {
                        Ok(text) => texts.push(Text { name, file, text }),
                        Err(error) => faults.push(unread(name, file, &error)),
                    }
                }
            }
            Err(error) => faults.push(unread(String::new(), folder.display().to_string(), &error)),
        }
        let mut table = Self::with_local(&texts);
        table.faults.extend(faults);
        table
    }
}

fn paths_in(folder: &Path) -> io::Result<Vec<String>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut names = Vec::new();
    for entry in entries {
        let name = entry?.file_name();
        names.extend(
            name.to_str()
                .and_then(|n| n.strip_suffix(".toml"))
                .map(str::to_owned),
        );
    }
    names.sort();
    Ok(names)
}

fn read(path: &Path) -> io::Result<String> {
    match fs::metadata(path)?.len() {
        0..=MAX_FILE => fs::read_to_string(path),
        _ => Err(io::Error::other("larger than any profile")),
    }
}

fn unread(profile: String, file: String, error: &io::Error) -> Fault {
    Fault {
        profile,
        file,
        line: None,
        why: format!("cannot be read: {error}"),
        key: "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_file_stands_or_falls_by_itself() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(Catalogue::with_folder(&folder.path().join("nowhere")).faults, []);
        let good = include_str!("../../firmware-config/rdm6300.toml");
        let put = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        put("rdm6300.toml", &good.replace("9600", "19200"));
        put("broken.toml", "schema = 1\nname = broken");
        put("notes.txt", "no profile");
        fs::create_dir(folder.path().join("folder.toml")).unwrap();
        let table = Catalogue::with_folder(folder.path());
        assert_eq!(table.find("rdm6300").unwrap().line.baud, 19200);
        let faults: Vec<String> = table.faults.iter().map(ToString::to_string).collect();
        assert_eq!(faults.len(), 2, "{faults:?}");
        assert!(faults[0].contains("broken.toml:2: "), "{faults:?}");
        assert!(faults[1].contains("folder.toml: cannot be read"), "{faults:?}");
    }
}
