//! Readers on pseudo-terminals for tests: what is presented, and what comes out of the queue.
#![allow(dead_code, reason = "each test file uses its own part")]

pub mod machine;

use formular::{
    clock::{Clock, SystemClock},
    demo::{encode::encode, pty::VirtualReader},
    ids::ReaderId,
    profile::{Family, Profile, builtin},
    reader::{Attached, Board, Handle, Health, Options, ReaderInput, State, start_with},
    tag::TagId,
};
use std::{
    path::Path,
    sync::{
        Arc,
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread,
    time::{Duration, Instant},
};

/// How long anything may take before the test gives up; far longer than it takes.
pub const LONG: Duration = Duration::from_secs(20);

/// The families that come over a line, with two tags of each.
pub const FAMILIES: [(Family, &str, &str); 8] = [
    (Family::Em4100Rdm6300, "em4100:01000734E0", "em4100:3C00CE754C"),
    (Family::Em4100Id12la, "em4100:0C000621A5", "em4100:62E3086CED"),
    (Family::Em4100Em18, "em4100:4500C5D1E9", "em4100:62E3086CED"),
    (Family::Em4100StxBcc, "em4100:06008E6D5D", "uid:D0BBE11A"),
    (Family::Ironlogic, "em4100:55007EE424", "uid:BCD14264"),
    (Family::Rc522Text, "uid:047E1EBA532880", "uid:24D34F59"),
    (
        Family::UhfBb7e,
        "epc:30751FEB705C5904E3D50D70",
        "epc:355AB1C8B000001000000001",
    ),
    (Family::BarcodeText, "code:2900000000018", "code:2900000000025"),
];

pub fn tag(text: &str) -> TagId {
    text.parse().unwrap()
}

pub fn frame(family: Family, text: &str) -> Vec<u8> {
    encode(family, &tag(text)).unwrap()
}

/// A desk with as many readers as are attached, and the end of their queue.
pub struct Rig {
    pub folder: tempfile::TempDir,
    pub board: Board,
    queue: Option<SyncSender<ReaderInput>>,
    news: Receiver<ReaderInput>,
    clock: Arc<dyn Clock>,
    pub handles: Vec<Handle>,
}

impl Rig {
    pub fn new(room: usize) -> Self {
        let (queue, news) = sync_channel(room);
        Self {
            folder: tempfile::tempdir().unwrap(),
            board: Board::default(),
            queue: Some(queue),
            news,
            clock: Arc::new(SystemClock::new(jiff::tz::TimeZone::UTC)),
            handles: Vec::new(),
        }
    }

    /// A virtual reader, plugged in and read through the generic profile of its family.
    pub fn reader(&mut self, id: &str, family: Family) -> VirtualReader {
        let device = VirtualReader::open(self.folder.path().join(id)).unwrap();
        self.attach(id, Profile::generic(family).unwrap(), device.path());
        self.until(id, |health| health.state == State::Open);
        device
    }

    pub fn attach(&mut self, id: &str, profile: Profile, path: &Path) {
        self.attach_with(id, profile, path, Options::default());
    }

    pub fn attach_with(&mut self, id: &str, profile: Profile, path: &Path, options: Options) {
        let attached = Attached::new(ReaderId::new(id), profile, path);
        let queue = self.queue.clone().unwrap();
        let handle = start_with(attached, self.clock.clone(), queue, &self.board, options).unwrap();
        self.handles.push(handle);
    }

    pub fn model(name: &str) -> Profile {
        builtin().find(name).unwrap()
    }

    pub fn health(&self, id: &str) -> Health {
        self.board
            .all()
            .into_iter()
            .find(|h| h.reader.as_str() == id)
            .unwrap()
    }

    /// Waits until a reader's health is as wanted.
    pub fn until(&self, id: &str, wanted: impl Fn(&Health) -> bool) -> Health {
        let start = Instant::now();
        loop {
            let health = self.health(id);
            if wanted(&health) {
                return health;
            }
            assert!(start.elapsed() < LONG, "{health:?}");
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// The next of the queue but a torn barcode (see `scans_to`).
    pub fn next_whole(&self) -> ReaderInput {
        loop {
            match self.next() {
                ReaderInput::Scan(scan) if scan.reading.by_gap => {}
                other => return other,
            }
        }
    }

    /// The next of the queue.
    pub fn next(&self) -> ReaderInput {
        self.news.recv_timeout(LONG).expect("nothing came")
    }

    /// Scans, as `tag` in order, up to and with the one that is named. A torn barcode that a busy machine left lying
    /// until its silence passed for an end is left out.
    pub fn scans_to(&self, last: &str) -> Vec<String> {
        let mut scans = Vec::new();
        loop {
            if let ReaderInput::Scan(scan) = self.next() {
                let tag = scan.reading.tag.to_string();
                if scan.reading.by_gap && tag != last {
                    continue;
                }
                scans.push(tag);
                if scans.last().is_some_and(|s| s == last) {
                    return scans;
                }
            }
        }
    }
}
