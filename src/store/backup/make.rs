//! Making a copy: beside its name, synced, read back and tried, and only then named.
//!
//! Knows: the order of these steps. Must not know: when copies are made, how long they are kept.

use super::check::{self, JOURNAL, MOST_ROSTER, ROSTER, mark_of};
use super::fault::{BackupError, on_the_way};
use super::manifest::{self, Bytes, Manifest, Occasion};
use super::place::{Listed, PART, Shelf, free_name};
use crate::clock::Moment;
use crate::ledger::query::summary;
use crate::ledger::{Ledger, Seq};
use crate::store::disk::{Disk, DiskFile, Opening};
use crate::store::error::{Doing, Error};
use crate::store::files::{self, ReadFile};
use crate::store::reader::JournalReader;
use crate::store::record::LineHash;
use crate::store::scan::Position;
use crate::store::segment;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Bytes that are copied at once.
const PIECE: usize = 128 << 10;
/// After so many bytes the target is synced: a slow stick must not fill the memory with what it has not taken yet.
const SYNC_EVERY: u64 = 4 << 20;
/// Room that is left on the target beside the copy.
const SPARE: u64 = 256 << 10;

/// A data folder that is copied; it may be in use.
#[derive(Clone, Debug)]
pub struct Source {
    disk: Arc<dyn Disk>,
    data: PathBuf,
}

/// A copy that is there and good.
#[derive(Debug)]
pub struct Made {
    pub name: String,
    pub path: PathBuf,
    pub manifest: Manifest,
    /// False if a good copy of just this was there already.
    pub fresh: bool,
    /// The others in the folder, newest first.
    pub others: Vec<Listed>,
    /// Names of those of the others that are of this journal and of no other, and not of a future that was lost.
    pub of_this_journal: BTreeSet<String>,
}

/// What the walk over the journal finds.
struct Walked {
    ledger: Ledger,
    first: LineHash,
    end: Position,
    /// Hashes at the heads of the copies that are there.
    at: BTreeMap<Seq, LineHash>,
}

impl Source {
    pub fn new(disk: Arc<dyn Disk>, data: &Path) -> Self {
        Self {
            disk,
            data: data.to_owned(),
        }
    }

    fn walk(&self, shelf: &Shelf) -> Result<Walked, BackupError> {
        let heads = shelf.copies.iter().filter_map(|copy| copy.manifest.as_ref().ok());
        let mut at: BTreeMap<Seq, LineHash> = heads.map(|known| (known.head.seq, LineHash::ZERO)).collect();
        let mut ledger = Ledger::default();
        let mut first = LineHash::ZERO;
        let journal = JournalReader::on(self.disk.clone(), &self.data)?;
        let extent = journal.read_unhurried(|located| {
            if located.entry.seq == 1 {
                first = located.hash;
            }
            if let Some(hash) = at.get_mut(&located.entry.seq) {
                *hash = located.hash;
            }
            ledger.apply(&located.entry);
            ControlFlow::Continue(())
        })?;
        let end = extent.position;
        if end.head.seq == 0 {
            return Err(BackupError::Empty);
        }
        Ok(Walked {
            ledger,
            first,
            end,
            at,
        })
    }

    /// Read after the journal: so it has every card that the copied events speak of.
    fn roster(&self) -> Result<Option<Vec<u8>>, Error> {
        let path = self.data.join(ROSTER);
        let bytes = files::read_small(&*self.disk, &path, MOST_ROSTER).doing("read", &path)?;
        if let Some(bytes) = &bytes {
            crate::store::roster::check(bytes).map_err(|what| Error::Damaged { path, what })?;
        }
        Ok(bytes)
    }
}

/// Makes a copy of `source` below `folder`, or finds that a good one of just this is there.
///
/// The copy gets its name only when it is durable, was read back and restored for a trial. On an error nothing in the
/// folder looks like a copy that is none, and no other copy was touched.
pub fn make(
    source: &Source,
    target: &dyn Disk,
    folder: &Path,
    now: Moment,
    occasion: Occasion,
    cards: bool,
) -> Result<Made, BackupError> {
    let shelf = Shelf::read(target, folder)?;
    let walked = source.walk(&shelf)?;
    let roster = if cards { source.roster()? } else { None };
    let of_this_journal = shelf
        .copies
        .iter()
        .filter(|copy| is_of(&walked, copy))
        .map(|copy| copy.name.clone())
        .collect();

    let same = |copy: &&Listed| {
        copy.manifest.as_ref().is_ok_and(|known| {
            known.head == walked.end.head && known.roster == roster.as_deref().map(mark_of)
        })
    };
    for copy in shelf.copies.iter().filter(same) {
        if let Ok(checked) = check::check(target, &copy.path) {
            let (name, path) = (copy.name.clone(), copy.path.clone());
            let others = shelf
                .copies
                .into_iter()
                .filter(|copy| copy.name != name)
                .collect();
            return Ok(Made {
                name,
                path,
                manifest: checked.manifest,
                fresh: false,
                others,
                of_this_journal,
            });
        }
    }

    for part in &shelf.parts {
        let part = folder.join(part);
        files::remove_folder(target, &part).map_err(on_the_way(folder, "remove", &part, 0))?;
    }
    let name = free_name(walked.end.head.seq, now.date(), &shelf.copies);
    let part = folder.join(format!("{name}{PART}"));
    let path = folder.join(&name);
    let copying = Copying {
        source,
        target,
        folder,
        part: &part,
        walked: &walked,
        roster: roster.as_deref(),
    };
    let made = copying.write(now, occasion).and_then(|manifest| {
        let tried = check::check(target, &part).map_err(|error| copying.why(error))?;
        if tried.manifest != manifest {
            return Err(BackupError::Damaged {
                copy: part.clone(),
                what: "copy.json is another one than was written".into(),
            });
        }
        files::rename(target, &part, &path).map_err(on_the_way(folder, "name", &path, 0))?;
        Ok(manifest)
    });
    match made {
        Ok(manifest) => Ok(Made {
            name,
            path,
            manifest,
            fresh: true,
            others: shelf.copies,
            of_this_journal,
        }),
        Err(error) => {
            // Best effort: a stick that is gone takes its half copy along, under a name that nobody takes for a copy.
            let _ = files::remove_folder(target, &part);
            Err(error)
        }
    }
}

/// Whether a copy is an earlier state of this very journal.
fn is_of(walked: &Walked, copy: &Listed) -> bool {
    copy.manifest.as_ref().is_ok_and(|known| {
        known.first == walked.first && walked.at.get(&known.head.seq) == Some(&known.head.hash)
    })
}

/// One copy under way.
struct Copying<'a> {
    source: &'a Source,
    target: &'a dyn Disk,
    folder: &'a Path,
    part: &'a Path,
    walked: &'a Walked,
    roster: Option<&'a [u8]>,
}

impl Copying<'_> {
    fn write(&self, now: Moment, occasion: Occasion) -> Result<Manifest, BackupError> {
        let files = self.files()?;
        let roster = self.roster.map_or(0, <[u8]>::len) as u64;
        let needed = files.iter().map(|(_, bytes)| bytes).sum::<u64>() + roster + SPARE;
        let seen = |error| on_the_way(self.folder, "look at the disk of", self.folder, needed)(error);
        let free = self.target.free_bytes(self.folder).map_err(seen)?;
        if free < needed {
            return Err(BackupError::Full {
                folder: self.folder.to_owned(),
                free,
                needed,
            });
        }
        files::create_folder(self.target, self.part).map_err(self.going("create", self.part, needed))?;
        let journal = self.journal(&files, needed)?;
        if let Some(bytes) = self.roster {
            self.file(ROSTER, bytes, needed)?;
        }
        let until = self.walked.ledger.now;
        let manifest = Manifest {
            copy: manifest::VERSION,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            made: now,
            occasion,
            first: self.walked.first,
            head: self.walked.end.head,
            until,
            summary: summary(&self.walked.ledger, until.unwrap_or(now).date()),
            journal,
            roster: self.roster.map(mark_of),
        };
        let bytes = manifest.encode().map_err(|source| Error::Encode {
            what: "the copy’s manifest",
            source,
        })?;
        self.file(manifest::FILE, &bytes, needed)?;
        self.target
            .sync_folder(self.part)
            .map_err(self.going("sync", self.part, needed))?;
        Ok(manifest)
    }

    /// The journal's files up to its last whole batch, each with the bytes of it that count.
    fn files(&self) -> Result<Vec<(PathBuf, u64)>, Error> {
        let disk = &*self.source.disk;
        let journal = segment::folder(&self.source.data);
        let end = self.walked.end.next;
        let mut files = Vec::new();
        for first in segment::list(disk, &journal)? {
            let path = segment::path(&journal, first);
            if first < end.file {
                let bytes = length(disk, &path).doing("read", &path)?;
                files.push((path, bytes));
            } else if first == end.file {
                files.push((path, end.offset));
            }
        }
        Ok(files)
    }

    fn journal(&self, files: &[(PathBuf, u64)], needed: u64) -> Result<Bytes, BackupError> {
        let to = self.part.join(JOURNAL);
        let out = self.create(&to, needed)?;
        let (mut sha256, mut done, mut unsynced) = (Sha256::new(), 0_u64, 0_u64);
        let mut piece = vec![0; PIECE];
        for (path, bytes) in files {
            let file = ReadFile::open(&*self.source.disk, path).doing("open", path)?;
            let mut at = 0;
            while at < *bytes {
                let most = usize::try_from(*bytes - at).unwrap_or(PIECE).min(PIECE);
                let into = piece.get_mut(..most).unwrap_or_default();
                let n = file.read_at(into, at).doing("read", path)?;
                let read = into
                    .get(..n)
                    .filter(|read| !read.is_empty())
                    .ok_or_else(|| Error::Damaged {
                        path: path.clone(),
                        what: "became shorter while it was being copied".into(),
                    })?;
                out.write_at(read, done)
                    .map_err(self.going("write", &to, needed))?;
                sha256.update(read);
                at += n as u64;
                done += n as u64;
                unsynced += n as u64;
                if unsynced >= SYNC_EVERY {
                    out.sync_data().map_err(self.going("sync", &to, needed))?;
                    unsynced = 0;
                }
            }
        }
        out.sync_all().map_err(self.going("sync", &to, needed))?;
        Ok(Bytes {
            bytes: done,
            sha256: LineHash::from_bytes(sha256.finalize().into()),
        })
    }

    fn file(&self, name: &str, bytes: &[u8], needed: u64) -> Result<(), BackupError> {
        let path = self.part.join(name);
        let file = self.create(&path, needed)?;
        file.write_at(bytes, 0)
            .map_err(self.going("write", &path, needed))?;
        file.sync_all().map_err(self.going("sync", &path, needed))
    }

    fn create(&self, path: &Path, needed: u64) -> Result<Box<dyn DiskFile>, BackupError> {
        let opening = Opening::Create { mode: files::PRIVATE };
        self.target
            .open(path, opening)
            .map_err(self.going("create", path, needed))
    }

    fn going(&self, doing: &'static str, path: &Path, needed: u64) -> impl Fn(std::io::Error) -> BackupError {
        on_the_way(self.folder, doing, path, needed)
    }

    /// A copy that cannot be read back because its disk has gone is not a damaged one.
    fn why(&self, error: BackupError) -> BackupError {
        match super::place::there(self.target, self.folder) {
            Err(gone) => gone,
            Ok(()) => error,
        }
    }
}

fn length(disk: &dyn Disk, path: &Path) -> std::io::Result<u64> {
    let file = ReadFile::open(disk, path)?;
    let mut piece = vec![0; PIECE];
    let mut len = 0_u64;
    loop {
        match file.read_at(&mut piece, len)? {
            0 => return Ok(len),
            n => len += n as u64,
        }
    }
}
