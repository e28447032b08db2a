//! The projections: from events to keys and values, without a store behind them.
//!
//! Knows: the shape of keys. Must not know: sled, threads.
//!
//! | key | value |
//! |---|---|
//! | `i` item 0 seq, `s` school 0 seq | a block: up to 64 lines that touch the item or school, `seq` being the first |
//! | `l` loan without its last two letters | the loans that begin so, each with its item and school |
//! | `d` day | first seq of the day or a later one |
//! | `q` seq | a position in the journal, at about every 64th event |
//!
//! Few keys with long values: sled keeps something in memory for each key, and with one key per line it was twice
//! the size of everything else in the program.

use super::touch::touch;
use crate::clock::Trust;
use crate::ids::{ItemId, LoanId, SchoolId};
use crate::ledger::{Entry, Event, Seq};
use crate::store::error::{Error, Result};
use crate::store::reader::JournalReader;
use crate::store::scan::{Located, Position};
use crate::store::segment::Place;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

/// Lines in a block, and events between two positions.
const BLOCK: usize = 64;
/// Bytes of a line in a block: seq, file, offset.
const LINE: usize = 24;

/// A key and its value.
pub type Pair = (Vec<u8>, Vec<u8>);

/// Keys and values that were written before.
pub trait Lookup {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>>;
    /// The last key in `from..=to`.
    fn last_in(&self, from: &[u8], to: &[u8]) -> Result<Option<Pair>>;
}

/// Nothing was written before.
pub struct Nothing;

impl Lookup for Nothing {
    fn get(&self, _: &[u8]) -> Result<Option<Vec<u8>>> {
        Ok(None)
    }

    fn last_in(&self, _: &[u8], _: &[u8]) -> Result<Option<Pair>> {
        Ok(None)
    }
}

/// Whom a history is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    Item(ItemId),
    School(SchoolId),
}

/// Projections that are not written yet, upon those that are.
pub struct Projection<'a, L> {
    journal: &'a JournalReader,
    written: L,
    /// Keys that are new or have a new value.
    pub new: BTreeMap<Vec<u8>, Vec<u8>>,
    /// The effective day: the latest of any event whose clock was set.
    pub day: Option<Date>,
    /// The last position that has a key.
    marked: Seq,
}

impl<'a, L: Lookup> Projection<'a, L> {
    /// `journal` is asked for the events that a void names, `from` is where the first added event stands.
    pub fn upon(written: L, day: Option<Date>, from: &Position, journal: &'a JournalReader) -> Self {
        Self {
            journal,
            written,
            new: BTreeMap::new(),
            day,
            marked: from.head.seq / BLOCK as u64 * BLOCK as u64,
        }
    }

    /// Adds an event; gives whom it touches.
    pub fn add(&mut self, located: &Located) -> Result<BTreeSet<Subject>> {
        let (seq, event) = (located.entry.seq, &located.entry.event);
        let subjects = self.subjects(event)?;
        for subject in &subjects {
            self.add_line(subject, seq, located.place)?;
        }
        let direct = touch(event);
        if let (Some(loan), Some(item), Some(school)) = (direct.loan, direct.item, direct.school) {
            self.add_loan(loan, item, school)?;
        }
        if !matches!(located.entry.clock, Trust::Unset | Trust::Ahead) {
            let day = located.entry.at.date();
            if self.day.is_none_or(|last| day > last) {
                self.day = Some(day);
                self.new.insert(day_key(day), seq.to_be_bytes().to_vec());
            }
        }
        if let Some(position) = located.after
            && seq >= self.marked.saturating_add(BLOCK as u64)
        {
            // Which events are marked must not depend on where a piece of work began.
            self.marked = seq / BLOCK as u64 * BLOCK as u64;
            self.new.insert(seq_key(seq), position_bytes(&position));
        }
        Ok(subjects)
    }

    fn subjects(&self, event: &Event) -> Result<BTreeSet<Subject>> {
        let mut subjects = self.subjects_but_voided(event)?;
        let voided = touch(event).voided;
        for seq in voided {
            if let Some(entry) = self.entry(*seq)? {
                subjects.append(&mut self.subjects_but_voided(&entry.event)?);
            }
        }
        Ok(subjects)
    }

    fn subjects_but_voided(&self, event: &Event) -> Result<BTreeSet<Subject>> {
        let direct = touch(event);
        let mut subjects = BTreeSet::new();
        subjects.extend(direct.item.cloned().map(Subject::Item));
        subjects.extend(direct.school.cloned().map(Subject::School));
        if let Some(loan) = direct.loan
            && let Some((item, school)) = self.loan(loan)?
        {
            subjects.insert(Subject::Item(item));
            subjects.insert(Subject::School(school));
        }
        Ok(subjects)
    }

    /// An event of the journal, by the nearest position before it.
    fn entry(&self, seq: Seq) -> Result<Option<Entry>> {
        let (from, to) = (seq_key(0), seq_key(seq.saturating_sub(1)));
        let position = match self.last_in(&from, &to)? {
            Some((_, bytes)) => position_of(&bytes)?,
            None => Position::START,
        };
        event_behind(self.journal, position, seq)
    }

    fn add_line(&mut self, subject: &Subject, seq: Seq, place: Place) -> Result<()> {
        let prefix = subject_prefix(subject);
        let last = self.last_in(&prefix, &block_key(&prefix, Seq::MAX))?;
        let room = last.filter(|(_, block)| block.len() < BLOCK * LINE);
        let (key, mut block) = room.unwrap_or_else(|| (block_key(&prefix, seq), Vec::new()));
        for number in [seq, place.file, place.offset] {
            block.extend_from_slice(&number.to_be_bytes());
        }
        self.new.insert(key, block);
        Ok(())
    }

    fn add_loan(&mut self, loan: &LoanId, item: &ItemId, school: &SchoolId) -> Result<()> {
        let key = loan_key(loan);
        let mut loans = self.get(&key)?.unwrap_or_default();
        // Letters that would break the list are in no id that this program makes.
        let odd = |id: &str| id.contains(|c: char| c.is_control());
        if find_loan(&loans, loan).is_none()
            && ![loan.as_str(), item.as_str(), school.as_str()]
                .into_iter()
                .any(odd)
        {
            loans.extend_from_slice(format!("{loan}\t{item}\t{school}\n").as_bytes());
            self.new.insert(key, loans);
        }
        Ok(())
    }

    fn loan(&self, loan: &LoanId) -> Result<Option<(ItemId, SchoolId)>> {
        Ok(self
            .get(&loan_key(loan))?
            .and_then(|loans| find_loan(&loans, loan)))
    }

    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>> {
        match self.new.get(key) {
            Some(value) => Ok(Some(value.clone())),
            None => self.written.get(key),
        }
    }

    /// New keys of a kind come behind the written ones.
    fn last_in(&self, from: &[u8], to: &[u8]) -> Result<Option<Pair>> {
        match self.new.range(from.to_vec()..=to.to_vec()).next_back() {
            Some((key, value)) => Ok(Some((key.clone(), value.clone()))),
            None => self.written.last_in(from, to),
        }
    }
}

/// The event `seq`, read from a position before it.
pub fn event_behind(journal: &JournalReader, position: Position, seq: Seq) -> Result<Option<Entry>> {
    let mut entry = None;
    journal.read_from(position, seq, |located| {
        if located.entry.seq == seq {
            entry = Some(located.entry);
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    })?;
    Ok(entry)
}

/// The lines of a block, in order.
pub fn lines_of(block: &[u8]) -> impl DoubleEndedIterator<Item = (Seq, Place)> {
    let (lines, _) = block.as_chunks::<LINE>();
    lines.iter().map(|line| {
        let (numbers, _) = line.as_chunks::<8>();
        let number = |n: usize| numbers.get(n).map_or(0, |bytes| u64::from_be_bytes(*bytes));
        let place = Place {
            file: number(1),
            offset: number(2),
        };
        (number(0), place)
    })
}

/// Everything of a subject begins so; what follows is a sequence of 8 bytes.
pub fn subject_prefix(subject: &Subject) -> Vec<u8> {
    let (kind, id) = match subject {
        Subject::Item(item) => (b"i", item.as_str()),
        Subject::School(school) => (b"s", school.as_str()),
    };
    [kind.as_slice(), id.as_bytes(), &[0]].concat()
}

pub fn block_key(prefix: &[u8], seq: Seq) -> Vec<u8> {
    [prefix, &seq.to_be_bytes()].concat()
}

pub fn seq_key(seq: Seq) -> Vec<u8> {
    block_key(b"q", seq)
}

pub fn day_key(day: Date) -> Vec<u8> {
    format!("d{day}").into_bytes()
}

/// Loans that follow one another share a key, so that writing them touches few.
fn loan_key(loan: &LoanId) -> Vec<u8> {
    let text = loan.as_str();
    let cut = text.char_indices().rev().nth(1).map_or(0, |(at, _)| at);
    format!("l{}", text.get(..cut).unwrap_or_default()).into_bytes()
}

fn find_loan(loans: &[u8], loan: &LoanId) -> Option<(ItemId, SchoolId)> {
    let text = std::str::from_utf8(loans).ok()?;
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix(loan.as_str())?.strip_prefix('\t'))?;
    let (item, school) = line.split_once('\t')?;
    Some((ItemId::new(item), SchoolId::new(school)))
}

fn position_bytes(position: &Position) -> Vec<u8> {
    let numbers = [
        position.next.file,
        position.next.offset,
        position.lines,
        position.head.seq,
    ];
    let mut bytes: Vec<u8> = numbers.iter().flat_map(|number| number.to_be_bytes()).collect();
    bytes.extend_from_slice(position.head.hash.as_bytes());
    bytes
}

/// Reads what a `q` key has.
pub fn position_of(bytes: &[u8]) -> Result<Position> {
    let wrong = || Error::Index("a position cannot be read".to_owned());
    let (numbers, hash) = bytes.split_at_checked(32).ok_or_else(wrong)?;
    let (numbers, _) = numbers.as_chunks::<8>();
    let [file, offset, lines, seq] = numbers else {
        return Err(wrong());
    };
    let hash: [u8; 32] = hash.try_into().map_err(|_| wrong())?;
    Ok(Position {
        next: Place {
            file: u64::from_be_bytes(*file),
            offset: u64::from_be_bytes(*offset),
        },
        lines: u64::from_be_bytes(*lines),
        head: crate::store::record::Head {
            seq: u64::from_be_bytes(*seq),
            hash: crate::store::record::LineHash::from_bytes(hash),
        },
    })
}

/// One key's part of the sum over all keys (FNV-1a); the sum does not depend on their order.
pub fn part_of_sum(key: &[u8], value: &[u8]) -> u64 {
    let fold = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    let bytes = key.iter().chain(&[0xff]).chain(value);
    bytes.fold(0xcbf2_9ce4_8422_2325, fold)
}
