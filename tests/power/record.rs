//! Running a writer under the recorder, and reading what it recorded.

use formular::store::disk::{Disk, DiskFile, Kind, MemoryDisk, Opening};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// A call as it was recorded; `op` and the rest as `preload/src/lib.rs` says.
pub struct Call {
    op: u8,
    handle: u32,
    number: u64,
    text: String,
    data: Vec<u8>,
}

/// Everything a writer did, from an empty folder on.
pub struct Log {
    pub calls: Vec<Call>,
    /// Where the writer had its files; in the replay the root.
    root: PathBuf,
}

/// What had been promised after some call.
#[derive(Clone, Default)]
pub struct Promised {
    pub lines: Vec<String>,
    /// Position in `lines` of the last event.
    pub event: Option<usize>,
}

/// Builds the recorder, once.
fn recorder() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("recorder");
        let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/power/preload/Cargo.toml");
        let built = Command::new(env!("CARGO"))
            .args(["build", "--quiet", "--locked", "--manifest-path"])
            .arg(manifest)
            .env("CARGO_TARGET_DIR", &target)
            .status()
            .unwrap();
        assert!(built.success(), "the recorder could not be built");
        target.join("debug/libformular_recorder.so")
    })
}

/// A folder in memory where there is one: what is written here is thrown away soon.
pub fn scratch() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm").unwrap_or_else(|_| tempfile::tempdir().unwrap())
}

/// Runs a writer to its end and checks the record against the folder that it left.
pub fn record(role: &str, seed: u64) -> Log {
    let dir = scratch();
    let root = dir.path().join("root");
    std::fs::create_dir(&root).unwrap();
    let file = dir.path().join("log");
    let done = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "child", "--nocapture", "--test-threads=1"])
        .env(super::ROLE, role)
        .env(super::FOLDER, root.join("data"))
        .env(super::SEED, seed.to_string())
        .env("LD_PRELOAD", recorder())
        .env("FORMULAR_RECORD_FOLDER", &root)
        .env("FORMULAR_RECORD_LOG", &file)
        .output()
        .unwrap();
    assert!(
        done.status.success(),
        "{role}: {}{}",
        String::from_utf8_lossy(&done.stdout),
        String::from_utf8_lossy(&done.stderr)
    );
    let log = Log {
        calls: read(&std::fs::read(&file).unwrap()),
        root: root.clone(),
    };
    let mut replay = Replay::of(&log);
    replay.go_on_to(log.calls.len());
    assert_same(&replay.disk, Path::new("/"), &root);
    log
}

fn read(mut bytes: &[u8]) -> Vec<Call> {
    let mut calls = Vec::new();
    let take = |bytes: &mut &[u8], n: usize| -> Vec<u8> {
        let (part, rest) = bytes.split_at(n);
        *bytes = rest;
        part.to_vec()
    };
    while !bytes.is_empty() {
        let head = take(&mut bytes, 21);
        let four = |at: usize| u32::from_le_bytes(head[at..at + 4].try_into().unwrap());
        let number = u64::from_le_bytes(head[5..13].try_into().unwrap());
        calls.push(Call {
            op: head[0],
            handle: four(1),
            number,
            text: String::from_utf8(take(&mut bytes, four(13) as usize)).unwrap(),
            data: take(&mut bytes, four(17) as usize),
        });
    }
    calls
}

impl Log {
    /// The calls just behind which something was promised.
    pub fn promises(&self) -> Vec<usize> {
        let noted = |&n: &usize| self.calls[n].op == 10;
        (0..self.calls.len()).filter(noted).map(|n| n + 1).collect()
    }
}

impl Log {
    /// The calls that sync: just before them most is at stake.
    pub fn syncs(&self) -> Vec<usize> {
        (0..self.calls.len()).filter(|&n| self.calls[n].op == 5).collect()
    }
}

/// The calls done again on a disk in memory.
pub struct Replay<'a> {
    log: &'a Log,
    pub disk: MemoryDisk,
    pub promised: Promised,
    next: usize,
    files: HashMap<u32, Box<dyn DiskFile>>,
    folders: HashMap<u32, PathBuf>,
}

impl<'a> Replay<'a> {
    pub fn of(log: &'a Log) -> Self {
        Self {
            log,
            disk: MemoryDisk::new(),
            promised: Promised::default(),
            next: 0,
            files: HashMap::new(),
            folders: HashMap::new(),
        }
    }

    /// Does every call before `call`.
    pub fn go_on_to(&mut self, call: usize) {
        while self.next < call {
            let call = &self.log.calls[self.next];
            self.again(call);
            self.next += 1;
        }
    }

    fn path(&self, text: &str) -> PathBuf {
        Path::new("/").join(Path::new(text).strip_prefix(&self.log.root).unwrap())
    }

    fn again(&mut self, call: &Call) {
        let path = || self.path(&call.text);
        match call.op {
            1 => {
                let opening = match call.number {
                    0 => Opening::Write,
                    _ => Opening::WriteOrCreate { mode: 0o600 },
                };
                let file = self.disk.open(&path(), opening).unwrap();
                self.files.insert(call.handle, file);
            }
            2 => drop(self.folders.insert(call.handle, path())),
            3 => self.files[&call.handle]
                .write_at(&call.data, call.number)
                .unwrap(),
            4 => self.files[&call.handle].set_len(call.number).unwrap(),
            5 => match self.folders.get(&call.handle) {
                Some(folder) => self.disk.sync_folder(folder).unwrap(),
                None => self.files[&call.handle].sync_all().unwrap(),
            },
            6 => self.disk.create_folder(&path()).unwrap(),
            7 => {
                let to = self.path(std::str::from_utf8(&call.data).unwrap());
                self.disk.rename(&path(), &to).unwrap();
            }
            8 => self.disk.remove(&path()).unwrap(),
            9 => self.disk.remove_folder(&path()).unwrap(),
            10 => {
                if call.text.starts_with("event ") {
                    self.promised.event = Some(self.promised.lines.len());
                }
                self.promised.lines.push(call.text.clone());
            }
            _ => panic!("the recorder saw what it does not know: {}", call.text),
        }
    }
}

/// Byte for byte, no name missing, none too many.
fn assert_same(disk: &MemoryDisk, path: &Path, real: &Path) {
    let mut there: Vec<String> = std::fs::read_dir(real)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    there.sort();
    let mut names = disk.names(path).unwrap();
    names.sort();
    assert_eq!(names, there, "the record of {} is not whole", real.display());
    for name in names {
        let (inner, real) = (path.join(&name), real.join(&name));
        match disk.kind(&inner).unwrap() {
            Some(Kind::Folder) => assert_same(disk, &inner, &real),
            _ => assert!(
                content(disk, &inner) == std::fs::read(&real).unwrap(),
                "{}: the record does not give this file",
                real.display()
            ),
        }
    }
}

/// Puts a state on the real disk.
pub fn unpack(disk: &MemoryDisk, path: &Path, real: &Path) {
    for name in disk.names(path).unwrap() {
        let (inner, real) = (path.join(&name), real.join(&name));
        match disk.kind(&inner).unwrap() {
            Some(Kind::Folder) => {
                std::fs::create_dir(&real).unwrap();
                unpack(disk, &inner, &real);
            }
            _ => std::fs::write(&real, content(disk, &inner)).unwrap(),
        }
    }
}

fn content(disk: &MemoryDisk, path: &Path) -> Vec<u8> {
    let file = disk.open(path, Opening::Read).unwrap();
    let mut bytes = Vec::new();
    let mut piece = vec![0; 1 << 20];
    loop {
        let n = file.read_at(&mut piece, bytes.len() as u64).unwrap();
        if n == 0 {
            return bytes;
        }
        bytes.extend_from_slice(&piece[..n]);
    }
}
