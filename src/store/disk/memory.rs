//! A disk in memory whose power can be cut: everything that a real one might have lost, it may lose.
//!
//! Knows: what is durable, room, locks. Must not know: what the files are for.
//!
//! It is harder than a real one: a name survives for sure only by its folder's sync, never by its file's, and
//! what was not synced may survive in any mixture of 4 KiB pages.

use super::content::{Content, Loss};
use super::dice::Dice;
use super::names::{Folder, Node, hold};
use super::{Disk, DiskFile, Held, Kind, Opening};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, ErrorKind};
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex};

/// Files in memory. Clones are the same disk.
#[derive(Clone, Debug)]
pub struct MemoryDisk(Arc<Machine>);

#[derive(Debug)]
struct Machine {
    root: Node,
    /// Bytes that all files together may have.
    room: Mutex<u64>,
    locks: Mutex<BTreeSet<PathBuf>>,
}

impl Default for MemoryDisk {
    fn default() -> Self {
        Self::upon(Node::folder())
    }
}

impl MemoryDisk {
    /// An empty disk with as much room as can be counted.
    pub fn new() -> Self {
        Self::default()
    }

    fn upon(root: Node) -> Self {
        Self(Arc::new(Machine {
            root,
            // Sums of sizes must not overflow.
            room: Mutex::new(u64::MAX / 4),
            locks: Mutex::default(),
        }))
    }

    /// As it is passed on.
    pub fn shared(&self) -> Arc<dyn Disk> {
        Arc::new(self.clone())
    }

    /// Sets how many bytes all files together may have; a write beyond gets as far as it can and fails.
    pub fn set_room(&self, bytes: u64) {
        *hold(&self.0.room) = bytes;
    }

    /// Bytes that all files together have.
    pub fn used(&self) -> u64 {
        self.0.root.bytes()
    }

    /// The disk as a power cut at this moment leaves it; the same seed gives the same one. This disk goes on.
    pub fn cut(&self, seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let loss = Loss::ALL.get(dice.index(Loss::ALL.len())).copied();
        self.cut_by(loss.unwrap_or(Loss::Everything), dice.number())
    }

    /// The same with the kind of loss named.
    pub fn cut_by(&self, loss: Loss, seed: u64) -> Self {
        let left = Self::upon(self.0.root.after(loss, &mut Dice::new(seed)));
        left.set_room(*hold(&self.0.room));
        left
    }

    /// Every file with its content.
    pub fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut found = BTreeMap::new();
        collect(&self.0.root, &mut PathBuf::from("/"), &mut found);
        found
    }

    fn at(&self, path: &Path) -> io::Result<Option<Node>> {
        let mut node = self.0.root.clone();
        for name in parts(path)? {
            let next = match &node {
                Node::Folder(folder) => hold(folder).get(name).cloned(),
                Node::File(_) => return Err(ErrorKind::NotADirectory.into()),
            };
            match next {
                Some(next) => node = next,
                None => return Ok(None),
            }
        }
        Ok(Some(node))
    }

    fn folder(&self, path: &Path) -> io::Result<Arc<Mutex<Folder>>> {
        match self.at(path)? {
            Some(Node::Folder(folder)) => Ok(folder),
            Some(Node::File(_)) => Err(ErrorKind::NotADirectory.into()),
            None => Err(ErrorKind::NotFound.into()),
        }
    }

    /// The folder that a name stands in, and the name.
    fn place<'a>(&self, path: &'a Path) -> io::Result<(Arc<Mutex<Folder>>, &'a str)> {
        let name = parts(path)?.pop().ok_or(ErrorKind::InvalidInput)?;
        Ok((self.folder(path.parent().unwrap_or(Path::new("/")))?, name))
    }
}

impl Disk for MemoryDisk {
    fn open(&self, path: &Path, opening: Opening) -> io::Result<Box<dyn DiskFile>> {
        let (folder, name) = self.place(path)?;
        let mut folder = hold(&folder);
        let content = match (folder.get(name), opening) {
            (Some(Node::Folder(_)), _) => return Err(ErrorKind::IsADirectory.into()),
            (Some(_), Opening::Create { .. }) => return Err(ErrorKind::AlreadyExists.into()),
            (Some(Node::File(content)), _) => Arc::clone(content),
            (None, Opening::Read | Opening::Write) => return Err(ErrorKind::NotFound.into()),
            (None, Opening::Create { .. } | Opening::WriteOrCreate { .. }) => {
                let content = Arc::new(Mutex::new(Content::new()));
                folder.put(name, Node::File(Arc::clone(&content)));
                content
            }
        };
        Ok(Box::new(MemoryFile {
            disk: self.clone(),
            content,
        }))
    }

    fn create_folder(&self, path: &Path) -> io::Result<()> {
        let Node::Folder(mut at) = self.0.root.clone() else {
            return Err(ErrorKind::NotADirectory.into());
        };
        for name in parts(path)? {
            let next = hold(&at).get(name).cloned();
            let next = match next {
                Some(next) => next,
                None => {
                    let new = Node::folder();
                    hold(&at).put(name, new.clone());
                    new
                }
            };
            match next {
                Node::Folder(folder) => at = folder,
                Node::File(_) => return Err(ErrorKind::NotADirectory.into()),
            }
        }
        Ok(())
    }

    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        hold(&*self.folder(folder)?).sync();
        Ok(())
    }

    fn names(&self, folder: &Path) -> io::Result<Vec<String>> {
        let folder = self.folder(folder)?;
        Ok(hold(&folder).names().map(|(name, _)| name.clone()).collect())
    }

    fn kind(&self, path: &Path) -> io::Result<Option<Kind>> {
        Ok(self.at(path)?.map(|node| match node {
            Node::File(_) => Kind::File,
            Node::Folder(_) => Kind::Folder,
        }))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        if from.parent() != to.parent() {
            return Err(ErrorKind::CrossesDevices.into());
        }
        let (folder, from) = self.place(from)?;
        let (_, to) = self.place(to)?;
        let mut folder = hold(&folder);
        let full = match folder.get(to) {
            Some(Node::Folder(there)) => !hold(there).is_empty(),
            _ => false,
        };
        match full {
            true => Err(ErrorKind::DirectoryNotEmpty.into()),
            false if folder.rename(from, to) => Ok(()),
            false => Err(ErrorKind::NotFound.into()),
        }
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        let (folder, name) = self.place(path)?;
        let mut folder = hold(&folder);
        match folder.get(name) {
            Some(Node::Folder(_)) => Err(ErrorKind::IsADirectory.into()),
            Some(Node::File(_)) => {
                folder.remove(name);
                Ok(())
            }
            None => Err(ErrorKind::NotFound.into()),
        }
    }

    fn remove_folder(&self, path: &Path) -> io::Result<()> {
        let (folder, name) = self.place(path)?;
        let mut folder = hold(&folder);
        match folder.get(name) {
            Some(Node::File(_)) => Err(ErrorKind::NotADirectory.into()),
            Some(Node::Folder(_)) => {
                folder.remove(name);
                Ok(())
            }
            None => Err(ErrorKind::NotFound.into()),
        }
    }

    fn check_writable(&self, folder: &Path) -> io::Result<()> {
        self.folder(folder).map(drop)
    }

    fn free_bytes(&self, path: &Path) -> io::Result<u64> {
        match self.at(path)? {
            Some(_) => Ok(hold(&self.0.room).saturating_sub(self.used())),
            None => Err(ErrorKind::NotFound.into()),
        }
    }

    fn lock(&self, path: &Path) -> io::Result<Option<Box<dyn Held>>> {
        self.open(path, Opening::WriteOrCreate { mode: 0o600 })?;
        if !hold(&self.0.locks).insert(path.to_owned()) {
            return Ok(None);
        }
        Ok(Some(Box::new(MemoryLock {
            disk: self.clone(),
            path: path.to_owned(),
        })))
    }
}

/// The names on a path; the root and `.` have none.
fn parts(path: &Path) -> io::Result<Vec<&str>> {
    let mut parts = Vec::new();
    for component in path.components() {
        match component {
            Component::Normal(name) => parts.push(name.to_str().ok_or(ErrorKind::InvalidFilename)?),
            Component::ParentDir => return Err(ErrorKind::InvalidFilename.into()),
            Component::RootDir | Component::CurDir | Component::Prefix(_) => {}
        }
    }
    Ok(parts)
}

fn collect(node: &Node, path: &mut PathBuf, found: &mut BTreeMap<PathBuf, Vec<u8>>) {
    match node {
        Node::File(content) => drop(found.insert(path.clone(), hold(content).now().to_vec())),
        Node::Folder(folder) => {
            for (name, node) in hold(folder).names() {
                path.push(name);
                collect(node, path, found);
                path.pop();
            }
        }
    }
}

#[derive(Debug)]
struct MemoryFile {
    disk: MemoryDisk,
    content: Arc<Mutex<Content>>,
}

impl MemoryFile {
    /// How many of `more` bytes still find room.
    fn room_for(&self, more: usize) -> usize {
        let room = hold(&self.disk.0.room).saturating_sub(self.disk.used());
        more.min(usize::try_from(room).unwrap_or(usize::MAX))
    }
}

impl DiskFile for MemoryFile {
    fn read_at(&self, into: &mut [u8], offset: u64) -> io::Result<usize> {
        let content = hold(&self.content);
        let from = usize::try_from(offset)
            .unwrap_or(usize::MAX)
            .min(content.now().len());
        let rest = content.now().get(from..).unwrap_or_default();
        let n = rest.len().min(into.len());
        if let (Some(into), Some(from)) = (into.get_mut(..n), rest.get(..n)) {
            into.copy_from_slice(from);
        }
        Ok(n)
    }

    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        let at = usize::try_from(offset).map_err(|_| ErrorKind::FileTooLarge)?;
        let growth = hold(&self.content).growth(bytes.len(), at);
        let missing = growth - self.room_for(growth);
        let fits = bytes
            .get(..bytes.len().saturating_sub(missing))
            .unwrap_or_default();
        if !fits.is_empty() {
            hold(&self.content).write(fits, at);
        }
        match missing {
            0 => Ok(()),
            _ => Err(ErrorKind::StorageFull.into()),
        }
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        let len = usize::try_from(len).map_err(|_| ErrorKind::FileTooLarge)?;
        hold(&self.content).set_len(len);
        Ok(())
    }

    fn sync_data(&self) -> io::Result<()> {
        hold(&self.content).sync();
        Ok(())
    }

    fn sync_all(&self) -> io::Result<()> {
        self.sync_data()
    }

    fn reserve(&self, bytes: u64) -> io::Result<()> {
        let wanted = usize::try_from(bytes).map_err(|_| ErrorKind::FileTooLarge)?;
        let growth = hold(&self.content).growth(wanted, 0);
        if self.room_for(growth) < growth {
            return Err(ErrorKind::StorageFull.into());
        }
        if growth > 0 {
            hold(&self.content).set_len(wanted);
        }
        Ok(())
    }

    fn has_name(&self) -> io::Result<bool> {
        Ok(hold(&self.content).named)
    }
}

#[derive(Debug)]
struct MemoryLock {
    disk: MemoryDisk,
    path: PathBuf,
}

impl Held for MemoryLock {}

impl Drop for MemoryLock {
    fn drop(&mut self) {
        hold(&self.disk.0.locks).remove(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::files;

    fn written(disk: &MemoryDisk) {
        disk.create_folder(Path::new("/data")).unwrap();
        disk.sync_folder(Path::new("/")).unwrap();
        files::replace(disk, Path::new("/data/mark"), b"old", 0o600).unwrap();
    }

    #[test]
    fn a_replaced_file_is_the_old_or_the_new_one() {
        for seed in 0..500 {
            let disk = MemoryDisk::new();
            written(&disk);
            let mark = Path::new("/data/mark");
            let new = disk
                .open(Path::new("/data/mark.new"), Opening::Create { mode: 0o600 })
                .unwrap();
            new.write_at(b"newer", 0).unwrap();
            new.sync_all().unwrap();
            disk.rename(Path::new("/data/mark.new"), mark).unwrap();
            let left = disk.cut(seed).files().remove(mark).unwrap();
            assert!(left == b"old" || left == b"newer", "{seed}: {left:?}");
            disk.sync_folder(Path::new("/data")).unwrap();
            assert_eq!(disk.cut(seed).files()[mark], b"newer");
        }
    }

    #[test]
    fn a_name_without_its_folders_sync_may_be_lost() {
        let disk = MemoryDisk::new();
        written(&disk);
        let path = Path::new("/data/log");
        let log = disk.open(path, Opening::Create { mode: 0o600 }).unwrap();
        log.write_at(b"line", 0).unwrap();
        log.sync_all().unwrap();
        let there = |seed| disk.cut_by(Loss::Pages, seed).kind(path).unwrap().is_some();
        assert!((0..50).any(there) && !(0..50).all(there));
    }

    #[test]
    fn room_ends_in_the_middle_of_a_write() {
        let disk = MemoryDisk::new();
        written(&disk);
        disk.set_room(10);
        let log = disk
            .open(Path::new("/data/log"), Opening::Create { mode: 0o600 })
            .unwrap();
        let full = log.write_at(b"0123456789", 0).unwrap_err();
        assert!(files::is_no_space(&full));
        assert_eq!(disk.files()[Path::new("/data/log")], b"0123456");
        assert_eq!(disk.free_bytes(Path::new("/data")).unwrap(), 0);
        assert!(log.reserve(100).is_err());
        disk.remove(Path::new("/data/log")).unwrap();
        assert!(!log.has_name().unwrap());
        assert_eq!(disk.free_bytes(Path::new("/data")).unwrap(), 7);
    }
}
