//! The folder in which copies stand: its mark, the names of copies, which of them is the newest.
//!
//! Knows: names and manifests. Must not know: whether a copy is good (see `check`).

use super::check::manifest_of;
use super::fault::{BackupError, on_the_way};
use super::manifest::Manifest;
use crate::ledger::Seq;
use crate::store::disk::{Disk, Kind};
use crate::store::files;
use jiff::civil::Date;
use std::path::{Path, PathBuf};

/// The file that says: copies go here. It is on the stick itself, so an empty mount point does not have it.
pub const MARKER: &str = "formular-backup.txt";

const PREFIX: &str = "formular-";
/// Ends the name of a copy that is not whole yet.
pub(super) const PART: &str = ".part";

const MARKER_TEXT: &str = "\
Здесь лежат копии данных программы «Формуляр». Каждая папка formular-… – одна целая копия.
Пока этот файл лежит здесь, программа пишет сюда копии по расписанию и удаляет свои старые.
Восстановить на новом компьютере: formular restore ПАПКА_С_КОПИЯМИ --data НОВАЯ_ПАПКА
В копиях есть коды бейджей и номера карт. Храните носитель под замком.

Copies of the data of «Formular». Each folder formular-… is one whole copy.
While this file lies here, the program writes copies here by its schedule and deletes its own old ones.
To restore on a new machine: formular restore FOLDER --data NEW_FOLDER
The copies hold codes of badges and numbers of cards. Keep this disk under lock and key.
";

/// Marks a folder as a place for copies. It must be there.
pub fn mark(disk: &dyn Disk, folder: &Path) -> Result<(), BackupError> {
    there(disk, folder)?;
    let path = folder.join(MARKER);
    files::replace(disk, &path, MARKER_TEXT.as_bytes(), files::SHARED).map_err(on_the_way(
        folder,
        "write",
        &path,
        MARKER_TEXT.len() as u64,
    ))
}

/// Whether two paths stand on one disk, so that both would be lost together.
pub fn same_disk(one: &Path, other: &Path) -> std::io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    Ok(std::fs::metadata(one)?.dev() == std::fs::metadata(other)?.dev())
}

pub(super) fn there(disk: &dyn Disk, folder: &Path) -> Result<(), BackupError> {
    match disk.kind(folder) {
        Ok(Some(Kind::Folder)) => Ok(()),
        Ok(_) => Err(BackupError::NoFolder {
            folder: folder.to_owned(),
        }),
        Err(error) => Err(on_the_way(folder, "look at", folder, 0)(error)),
    }
}

/// A copy as its name and manifest tell it; its contents were not looked at.
#[derive(Debug)]
pub struct Listed {
    pub name: String,
    pub path: PathBuf,
    pub manifest: Result<Manifest, BackupError>,
}

impl Listed {
    /// The number in its name, which is there even if nothing else can be read.
    pub fn seq(&self) -> Seq {
        match &self.manifest {
            Ok(manifest) => manifest.head.seq,
            Err(_) => seq_of(&self.name).unwrap_or(0),
        }
    }

    /// Later is greater. By events; the time only decides between copies of the same event.
    fn order(&self) -> (Seq, Option<jiff::Timestamp>, &str) {
        let made = self
            .manifest
            .as_ref()
            .ok()
            .map(|manifest| manifest.made.timestamp());
        (self.seq(), made, &self.name)
    }
}

/// What stands in a folder of copies, newest first; and what was interrupted.
#[derive(Debug, Default)]
pub struct Shelf {
    pub copies: Vec<Listed>,
    /// Names of copies that were never finished.
    pub parts: Vec<String>,
}

impl Shelf {
    pub fn read(disk: &dyn Disk, folder: &Path) -> Result<Self, BackupError> {
        there(disk, folder)?;
        let names = files::names(disk, folder).map_err(on_the_way(folder, "list", folder, 0))?;
        let mut shelf = Self::default();
        for name in names {
            if let Some(stem) = name.strip_suffix(PART) {
                if seq_of(stem).is_some() {
                    shelf.parts.push(name);
                }
                continue;
            }
            if seq_of(&name).is_none() {
                continue;
            }
            let path = folder.join(&name);
            let manifest = manifest_of(disk, &path);
            shelf.copies.push(Listed { name, path, manifest });
        }
        shelf.copies.sort_by(|a, b| b.order().cmp(&a.order()));
        Ok(shelf)
    }
}

/// The copy that a path means: itself, or the newest in it, with those before it.
pub fn find_newest(disk: &dyn Disk, path: &Path) -> Result<(Listed, Vec<Listed>), BackupError> {
    there(disk, path)?;
    let own = disk.kind(&path.join(super::manifest::FILE));
    if matches!(own, Ok(Some(_)))
        || path
            .file_name()
            .and_then(|n| n.to_str())
            .and_then(seq_of)
            .is_some()
    {
        let listed = Listed {
            name: path
                .file_name()
                .map(|name| name.to_string_lossy().into_owned())
                .unwrap_or_default(),
            path: path.to_owned(),
            manifest: manifest_of(disk, path),
        };
        return Ok((listed, Vec::new()));
    }
    let mut copies = Shelf::read(disk, path)?.copies.into_iter();
    match copies.next() {
        Some(newest) => Ok((newest, copies.collect())),
        None => Err(BackupError::NoCopy {
            folder: path.to_owned(),
        }),
    }
}

/// `formular-000000002945-2026-09-01`, or the same with a number behind it where that name is taken.
pub(super) fn free_name(seq: Seq, day: Date, taken: &[Listed]) -> String {
    let name = format!("{PREFIX}{seq:012}-{day}");
    (1..)
        .map(|n: u32| match n {
            1 => name.clone(),
            n => format!("{name}-{n}"),
        })
        .find(|name| !taken.iter().any(|copy| copy.name == *name))
        .unwrap_or(name)
}

/// The number in the name of a copy; none if the name is none of ours.
fn seq_of(name: &str) -> Option<Seq> {
    let (digits, day) = name.strip_prefix(PREFIX)?.split_once('-')?;
    let plain = digits.len() >= 12 && digits.bytes().all(|byte| byte.is_ascii_digit());
    let dated = day.len() >= 10 && day.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    if plain && dated { digits.parse().ok() } else { None }
}
