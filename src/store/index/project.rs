//! The projections: from events to keys and values, without a store behind them.
//!
//! Knows: the shape of keys. Must not know: sled, threads, files.
//!
//! | key | value |
//! |---|---|
//! | `q` seq | place of the line, then the items and schools it touches |
//! | `i` item 0 seq, `s` school 0 seq | place of the line |
//! | `l` loan | item and school of the loan |
//! | `d` day | first seq of the day or a later one |
//!
//! A key is written once and never changed, so a sum over all of them can be kept while they are added.

use super::touch::touch;
use crate::clock::Trust;
use crate::ids::{ItemId, SchoolId};
use crate::ledger::Seq;
use crate::store::error::{Error, Result};
use crate::store::scan::Located;
use crate::store::segment::Place;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Keys and values that were written before.
pub trait Lookup {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>>;
}

/// Nothing was written before.
pub struct Nothing;

impl Lookup for Nothing {
    fn get(&self, _: &[u8]) -> Result<Option<Vec<u8>>> {
        Ok(None)
    }
}

/// Whom a history is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    Item(ItemId),
    School(SchoolId),
}

/// Who is touched by a line or a loan; as it is kept.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Touched {
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    i: BTreeSet<ItemId>,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    s: BTreeSet<SchoolId>,
}

/// Projections that are not written yet, upon those that are.
pub struct Projection<L> {
    pub written: L,
    pub new: BTreeMap<Vec<u8>, Vec<u8>>,
    /// The effective day: the latest of any event whose clock was set.
    pub day: Option<Date>,
}

impl<L: Lookup> Projection<L> {
    pub fn upon(written: L, day: Option<Date>) -> Self {
        Self {
            written,
            new: BTreeMap::new(),
            day,
        }
    }

    /// Adds an event; gives whom it touches.
    pub fn add(&mut self, located: &Located) -> Result<Vec<Subject>> {
        let seq = located.entry.seq;
        let direct = touch(&located.entry.event);
        let mut touched = Touched {
            i: direct.item.cloned().into_iter().collect(),
            s: direct.school.cloned().into_iter().collect(),
        };
        if let Some(loan) = direct.loan {
            let key = [b"l", loan.as_str().as_bytes()].concat();
            match self.get(&key)? {
                Some(known) => touched.merge(unpack(&known)?),
                None if !touched.i.is_empty() && !touched.s.is_empty() => {
                    self.new.insert(key, pack(&touched)?);
                }
                None => {}
            }
        }
        for voided in direct.voided {
            if let Some(line) = self.get(&seq_key(*voided))? {
                touched.merge(unpack(line.get(PLACE_BYTES..).unwrap_or_default())?);
            }
        }
        let place = place_bytes(located.place);
        let mut line = place.to_vec();
        line.extend_from_slice(&pack(&touched)?);
        self.new.insert(seq_key(seq), line);

        if located.entry.clock != Trust::Unset {
            let day = located.entry.at.date();
            if self.day.is_none_or(|last| day > last) {
                self.day = Some(day);
                self.new.insert(day_key(day), seq.to_be_bytes().to_vec());
            }
        }
        let items = touched.i.into_iter().map(Subject::Item);
        let subjects: Vec<Subject> = items.chain(touched.s.into_iter().map(Subject::School)).collect();
        for subject in &subjects {
            let mut key = subject_prefix(subject);
            key.extend_from_slice(&seq.to_be_bytes());
            self.new.insert(key, place.to_vec());
        }
        Ok(subjects)
    }

    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>> {
        match self.new.get(key) {
            Some(value) => Ok(Some(value.clone())),
            None => self.written.get(key),
        }
    }
}

impl Touched {
    fn merge(&mut self, other: Touched) {
        self.i.extend(other.i);
        self.s.extend(other.s);
    }
}

const PLACE_BYTES: usize = 16;

fn place_bytes(place: Place) -> [u8; PLACE_BYTES] {
    ((u128::from(place.file) << 64) | u128::from(place.offset)).to_be_bytes()
}

/// The place in front of a value.
pub fn place_of(value: &[u8]) -> Option<Place> {
    let both = u128::from_be_bytes(*value.first_chunk()?);
    Some(Place {
        file: u64::try_from(both >> 64).ok()?,
        offset: u64::try_from(both & u128::from(u64::MAX)).ok()?,
    })
}

pub fn seq_key(seq: Seq) -> Vec<u8> {
    [b"q".as_slice(), &seq.to_be_bytes()].concat()
}

pub fn day_key(day: Date) -> Vec<u8> {
    format!("d{day}").into_bytes()
}

/// Everything of a subject begins so; what follows is a sequence of 8 bytes.
pub fn subject_prefix(subject: &Subject) -> Vec<u8> {
    let (kind, id) = match subject {
        Subject::Item(item) => (b"i", item.as_str()),
        Subject::School(school) => (b"s", school.as_str()),
    };
    [kind.as_slice(), id.as_bytes(), &[0]].concat()
}

/// One key's part of the sum over all keys (FNV-1a); the sum does not depend on their order.
pub fn part_of_sum(key: &[u8], value: &[u8]) -> u64 {
    let fold = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    let bytes = key.iter().chain(&[0xff]).chain(value);
    bytes.fold(0xcbf2_9ce4_8422_2325, fold)
}

fn pack(touched: &Touched) -> Result<Vec<u8>> {
    serde_json::to_vec(touched).map_err(|source| Error::Encode {
        what: "the index",
        source,
    })
}

fn unpack(bytes: &[u8]) -> Result<Touched> {
    serde_json::from_slice(bytes).map_err(|error| Error::Index(format!("a value cannot be read: {error}")))
}
