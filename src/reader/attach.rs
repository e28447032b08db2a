//! Which profile reads which path: `--reader PROFILE=PATH`.
//!
//! Knows: how an attachment is written and named. Must not know: whether the device is there.

use crate::{
    ids::ReaderId,
    profile::{Catalogue, Profile, Role, UnknownProfile},
};
use std::path::PathBuf;

/// A reader as the station has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attached {
    /// As the journal calls it.
    pub id: ReaderId,
    pub profile: Profile,
    /// A serial device, a stable link to one, or a pseudo-terminal.
    pub path: PathBuf,
    /// The profile's, unless the station says otherwise.
    pub role: Role,
}

/// Why a text attaches nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AttachError {
    #[error("«{0}» is not PROFILE=PATH, for example rdm6300=/dev/ttyUSB0")]
    Form(String),
    #[error(transparent)]
    Profile(#[from] UnknownProfile),
    #[error("{path} is attached twice; one device is one reader", path = .0.display())]
    Twice(PathBuf),
}

impl Attached {
    pub fn new(id: ReaderId, profile: Profile, path: impl Into<PathBuf>) -> Self {
        Self {
            id,
            role: profile.role,
            profile,
            path: path.into(),
        }
    }

    /// Reads `PROFILE=PATH`. The reader is named after its profile, the second of the same `rdm6300-2`.
    pub fn from_arg(arg: &str, table: &Catalogue, others: &[Attached]) -> Result<Self, AttachError> {
        let form = || AttachError::Form(arg.chars().take(200).collect());
        let (name, path) = arg.split_once('=').ok_or_else(form)?;
        if name.is_empty() || path.is_empty() {
            return Err(form());
        }
        let profile = table.find(name)?;
        let path = PathBuf::from(path);
        if others.iter().any(|other| other.path == path) {
            return Err(AttachError::Twice(path));
        }
        let free = |id: &ReaderId| others.iter().all(|other| other.id != *id);
        let id = (1..)
            .map(|n| match n {
                1 => ReaderId::new(name),
                n => ReaderId::new(format!("{name}-{n}")),
            })
            .find(free)
            .unwrap_or_else(|| ReaderId::new(name));
        Ok(Self::new(id, profile, path))
    }
}

/// Reads several; the good ones are kept, whatever is wrong with the others.
pub fn from_args<'a>(
    args: impl IntoIterator<Item = &'a str>,
    table: &Catalogue,
) -> (Vec<Attached>, Vec<AttachError>) {
    let (mut attached, mut errors) = (Vec::new(), Vec::new());
    for arg in args {
        match Attached::from_arg(arg, table, &attached) {
            Ok(one) => attached.push(one),
            Err(error) => errors.push(error),
        }
    }
    (attached, errors)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::builtin;

    #[test]
    fn the_good_ones_are_kept() {
        let args = [
            "rdm6300=/dev/ttyUSB0",
            "rdm6300=/dev/serial/by-path/a=b",
            "rdm=/dev/ttyUSB1",
            "epc=/dev/ttyUSB2",
            "barcode-text",
            "=/dev/x",
            "barcode-text=/dev/ttyUSB0",
            "barcode-text=/dev/ttyACM0",
        ];
        let (attached, errors) = from_args(args, builtin());
        let names: Vec<_> = attached.iter().map(|a| a.id.as_str()).collect();
        assert_eq!(names, ["rdm6300", "rdm6300-2", "barcode-text"]);
        assert_eq!(attached[1].path, PathBuf::from("/dev/serial/by-path/a=b"));
        assert_eq!(errors.len(), 5);
        assert!(errors[0].to_string().contains("no reader profile «rdm»; near:"));
        assert!(errors[1].to_string().contains("«epc» only decodes"));
        assert!(errors[2].to_string().contains("PROFILE=PATH"));
        assert!(errors[4].to_string().contains("attached twice"));
    }
}
