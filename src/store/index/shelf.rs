//! sled, and what has to be known about it. The only file that names it.
//!
//! Knows: opening, one atomic batch, the sum over all keys. Must not know: events.
//!
//! sled's own flush issues no fsync on Linux and its format is called beta. So nothing here is ever believed alone:
//! the journal is the truth, and whatever looks wrong is thrown away.

use super::project::{Lookup, Pair, part_of_sum};
use crate::store::error::{Error, Result};
use crate::store::record::Head;
use crate::store::scan::Position;
use crate::store::segment::Place;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::Duration;

/// Bytes that sled may hold in memory; its own default is a gigabyte.
const CACHE_BYTES: u64 = 8 << 20;
/// Bytes of a piece of sled's file, an eighth of its own default, since it holds several of them in memory. A value
/// longer than a quarter of one would become a file; ours are far shorter.
const SEGMENT_BYTES: usize = 64 << 10;
const APPLIED: &[u8] = b"m applied";

/// How far the projections have come. Written in the same batch as they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Applied {
    file: u64,
    offset: u64,
    lines: u64,
    pub head: Head,
    /// Sum over all keys and values.
    pub sum: u64,
    pub day: Option<Date>,
}

impl Applied {
    pub const NOTHING: Self = Self::new(Position::START, 0, None);

    pub const fn new(position: Position, sum: u64, day: Option<Date>) -> Self {
        Self {
            file: position.next.file,
            offset: position.next.offset,
            lines: position.lines,
            head: position.head,
            sum,
            day,
        }
    }

    pub fn position(&self) -> Position {
        Position {
            next: Place {
                file: self.file,
                offset: self.offset,
            },
            lines: self.lines,
            head: self.head,
        }
    }
}

/// The keys on disk. Clones see the same keys.
#[derive(Clone)]
pub struct Shelf(sled::Db);

impl Shelf {
    /// Opens or creates. sled may panic on a damaged folder; that is an error here.
    pub fn open(path: &Path) -> Result<Self> {
        let config = sled::Config::new()
            .path(path)
            .cache_capacity(CACHE_BYTES)
            .segment_size(SEGMENT_BYTES)
            .mode(sled::Mode::LowSpace)
            .flush_every_ms(Some(500));
        // sled holds its lock for some milliseconds after it was dropped.
        for _ in 0..100 {
            match guard(|| config.open()) {
                Ok(db) => return Ok(Self(db)),
                Err(Opening::Locked) => std::thread::sleep(Duration::from_millis(50)),
                Err(Opening::Failed(why)) => return Err(Error::Index(why)),
            }
        }
        Err(Error::Index("the index stays locked".to_owned()))
    }

    pub fn applied(&self) -> Result<Applied> {
        match self.0.get(APPLIED).map_err(wrong)? {
            Some(bytes) => serde_json::from_slice(&bytes).map_err(|error| Error::Index(error.to_string())),
            None => Ok(Applied::NOTHING),
        }
    }

    /// Adds keys and how far they go, both or neither.
    pub fn put(&self, new: &BTreeMap<Vec<u8>, Vec<u8>>, applied: &Applied) -> Result<()> {
        let mut batch = sled::Batch::default();
        for (key, value) in new {
            batch.insert(key.as_slice(), value.as_slice());
        }
        let bytes = serde_json::to_vec(applied).map_err(|source| Error::Encode {
            what: "the index",
            source,
        })?;
        batch.insert(APPLIED, bytes);
        self.0.apply_batch(batch).map_err(wrong)
    }

    /// Every key with its value, in order, without how far they go.
    pub fn all(&self) -> impl Iterator<Item = Result<(sled::IVec, sled::IVec)>> {
        let all = self.0.iter().map(|pair| pair.map_err(wrong));
        all.filter(|pair| !matches!(pair, Ok((key, _)) if key == APPLIED))
    }

    /// The sum as the keys give it now.
    pub fn sum(&self) -> Result<u64> {
        self.all().try_fold(0_u64, |sum, pair| {
            let (key, value) = pair?;
            Ok(sum.wrapping_add(part_of_sum(&key, &value)))
        })
    }

    /// Values of the keys in `from..to`, the last first.
    pub fn backwards(&self, from: Vec<u8>, to: Vec<u8>) -> impl Iterator<Item = Result<sled::IVec>> + use<> {
        let range = self.0.range(from..to).rev();
        range.map(|pair| pair.map(|(_, value)| value).map_err(wrong))
    }

    /// The first value at `from` or behind it whose key begins with `kind`.
    pub fn first_from(&self, from: &[u8], kind: u8) -> Result<Option<sled::IVec>> {
        match self.0.range(from.to_vec()..).next() {
            Some(Ok((key, value))) if key.first() == Some(&kind) => Ok(Some(value)),
            Some(Err(error)) => Err(wrong(error)),
            _ => Ok(None),
        }
    }

    /// Everything to disk, as far as sled does that.
    pub fn flush(&self) -> Result<()> {
        self.0.flush().map(|_| ()).map_err(wrong)
    }
}

impl Lookup for &Shelf {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>> {
        Ok(self.0.get(key).map_err(wrong)?.map(|value| value.to_vec()))
    }

    fn last_in(&self, from: &[u8], to: &[u8]) -> Result<Option<Pair>> {
        let last = self.0.range(from..=to).next_back().transpose().map_err(wrong)?;
        Ok(last.map(|(key, value)| (key.to_vec(), value.to_vec())))
    }
}

enum Opening {
    Locked,
    Failed(String),
}

fn guard(open: impl FnOnce() -> sled::Result<sled::Db>) -> Result<sled::Db, Opening> {
    match catch_unwind(AssertUnwindSafe(open)) {
        Ok(Ok(db)) => Ok(db),
        Ok(Err(sled::Error::Io(error))) if is_lock(&error) => Err(Opening::Locked),
        Ok(Err(error)) => Err(Opening::Failed(error.to_string())),
        Err(_) => Err(Opening::Failed(
            "sled panicked while it opened the index".to_owned(),
        )),
    }
}

/// sled wraps the error of its lock into one of kind `Other` and keeps only its words.
fn is_lock(error: &std::io::Error) -> bool {
    error.kind() == ErrorKind::WouldBlock || error.to_string().contains("could not acquire lock")
}

fn wrong(error: sled::Error) -> Error {
    Error::Index(error.to_string())
}
