//! The bytes of a file of which some are not durable yet, and what a power cut may leave of them.
//!
//! Knows: pages and sectors. Must not know: names, folders, what the bytes say.

use super::dice::Dice;
use std::collections::BTreeSet;

/// What a disk writes in one piece, in bytes.
const SECTOR: usize = 512;
/// What the system hands to the disk in one piece, in any order of pieces.
const PAGE: usize = 4096;

/// What a power cut takes of everything that was not synced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loss {
    /// All of it.
    Everything,
    /// What came after some moment; the last write before it is cut at a sector.
    Later,
    /// Pages and names at random: each is as it was at some moment since its sync.
    Pages,
    /// The same, and one page is half new, half old.
    TornPages,
    /// Nothing: the disk had just been written back.
    Nothing,
}

impl Loss {
    pub const ALL: [Self; 5] = [
        Self::Everything,
        Self::Later,
        Self::Pages,
        Self::TornPages,
        Self::Nothing,
    ];

    /// How many of so many changes in order survive.
    pub(super) fn survive(self, changes: usize, dice: &mut Dice) -> usize {
        match self {
            Self::Everything => 0,
            Self::Nothing => changes,
            _ => dice.index(changes.saturating_add(1)),
        }
    }
}

/// The content of a file.
#[derive(Clone, Debug, Default)]
pub struct Content {
    now: Vec<u8>,
    /// Since the last sync, in order.
    changes: Vec<Change>,
    /// False once the file has been removed.
    pub named: bool,
}

/// A change and how to take it back.
#[derive(Clone, Debug)]
struct Change {
    what: What,
    /// Length before.
    len: usize,
    /// The bytes that were overwritten or cut off.
    old: Vec<u8>,
}

#[derive(Clone, Debug)]
enum What {
    Write { at: usize, bytes: Vec<u8> },
    Length(usize),
}

impl Content {
    pub fn new() -> Self {
        Self {
            named: true,
            ..Self::default()
        }
    }

    /// A file that is durable as it stands.
    pub fn of(bytes: Vec<u8>) -> Self {
        Self {
            now: bytes,
            changes: Vec::new(),
            named: true,
        }
    }

    pub fn now(&self) -> &[u8] {
        &self.now
    }

    /// Bytes by which a write would make the file longer.
    pub fn growth(&self, bytes: usize, at: usize) -> usize {
        at.saturating_add(bytes).saturating_sub(self.now.len())
    }

    pub fn write(&mut self, bytes: &[u8], at: usize) {
        let len = self.now.len();
        let end = at.saturating_add(bytes.len());
        let old = self.now.get(at..end.min(len)).unwrap_or_default().to_vec();
        overwrite(&mut self.now, bytes, at);
        let bytes = bytes.to_vec();
        self.changes.push(Change {
            what: What::Write { at, bytes },
            len,
            old,
        });
    }

    pub fn set_len(&mut self, wanted: usize) {
        let len = self.now.len();
        let old = self.now.get(wanted..).unwrap_or_default().to_vec();
        self.now.resize(wanted, 0);
        self.changes.push(Change {
            what: What::Length(wanted),
            len,
            old,
        });
    }

    pub fn sync(&mut self) {
        self.changes.clear();
    }

    /// What surely survives a power cut.
    fn durable(&self) -> Vec<u8> {
        let mut bytes = self.now.clone();
        for change in self.changes.iter().rev() {
            let at = match change.what {
                What::Write { at, .. } => at,
                What::Length(len) => len,
            };
            bytes.resize(change.len, 0);
            overwrite(&mut bytes, &change.old, at);
        }
        bytes
    }

    /// What a power cut leaves.
    pub fn after(&self, loss: Loss, dice: &mut Dice) -> Vec<u8> {
        if self.changes.is_empty() {
            return self.now.clone();
        }
        match loss {
            Loss::Everything => self.durable(),
            Loss::Nothing => self.now.clone(),
            Loss::Later => self.until_some_moment(dice),
            Loss::Pages => self.pages(false, dice),
            Loss::TornPages => self.pages(true, dice),
        }
    }

    fn until_some_moment(&self, dice: &mut Dice) -> Vec<u8> {
        let mut bytes = self.durable();
        let whole = dice.index(self.changes.len().saturating_add(1));
        for change in self.changes.iter().take(whole) {
            change.apply(&mut bytes, usize::MAX);
        }
        if let Some(torn) = self.changes.get(whole) {
            let end = match &torn.what {
                What::Write { at, bytes } => at.saturating_add(dice.index(bytes.len())),
                What::Length(_) => 0,
            };
            // The disk writes whole sectors of its own, not of the write's.
            torn.apply(&mut bytes, end / SECTOR * SECTOR);
        }
        bytes
    }

    fn pages(&self, torn: bool, dice: &mut Dice) -> Vec<u8> {
        let mut bytes = self.durable();
        let mut lengths = vec![bytes.len()];
        let longest = self
            .changes
            .iter()
            .map(|change| change.len)
            .chain([self.now.len()]);
        let longest = longest.max().unwrap_or(0).max(bytes.len());
        // Every version that a page has had, oldest first.
        let count = longest.div_ceil(PAGE);
        let mut versions: Vec<Vec<Vec<u8>>> = (0..count).map(|n| vec![page_of(&bytes, n)]).collect();
        for change in &self.changes {
            change.apply(&mut bytes, usize::MAX);
            lengths.push(bytes.len());
            for n in change.touched(count) {
                if let Some(page) = versions.get_mut(n) {
                    page.push(page_of(&bytes, n));
                }
            }
        }
        let changed: Vec<usize> = (0..count)
            .filter(|&n| versions.get(n).is_some_and(|page| page.len() > 1))
            .collect();
        let half = changed.get(dice.index(changed.len())).copied();
        let mut left = Vec::with_capacity(longest);
        for (n, page) in versions.iter().enumerate() {
            let one = page.get(dice.index(page.len()));
            let mut one = one.cloned().unwrap_or_default();
            if torn && half == Some(n) {
                let other = page.get(dice.index(page.len())).cloned().unwrap_or_default();
                let cut = (1 + dice.index(PAGE / SECTOR - 1)) * SECTOR;
                one = [
                    one.get(..cut).unwrap_or_default(),
                    other.get(cut..).unwrap_or_default(),
                ]
                .concat();
            }
            left.extend_from_slice(&one);
        }
        let len = lengths.get(dice.index(lengths.len())).copied().unwrap_or(0);
        left.resize(len, 0);
        left
    }
}

impl Change {
    /// Does it again, a write only up to `end`.
    fn apply(&self, bytes: &mut Vec<u8>, end: usize) {
        match &self.what {
            What::Write { at, bytes: written } => {
                let most = end.saturating_sub(*at).min(written.len());
                if most > 0 {
                    overwrite(bytes, written.get(..most).unwrap_or_default(), *at);
                }
            }
            What::Length(len) if end == usize::MAX => bytes.resize(*len, 0),
            What::Length(_) => {}
        }
    }

    /// Pages that look different after it.
    fn touched(&self, count: usize) -> BTreeSet<usize> {
        let (from, to) = match &self.what {
            What::Write { at, bytes } => (*at.min(&self.len), at.saturating_add(bytes.len())),
            What::Length(len) => (*len.min(&self.len), *len.max(&self.len)),
        };
        (from / PAGE..to.div_ceil(PAGE).min(count)).collect()
    }
}

fn overwrite(bytes: &mut Vec<u8>, new: &[u8], at: usize) {
    let end = at.saturating_add(new.len());
    if !new.is_empty() && bytes.len() < end {
        bytes.resize(end, 0);
    }
    if let Some(place) = bytes.get_mut(at..end) {
        place.copy_from_slice(new);
    }
}

/// A page, filled with zeros where the file has already ended.
fn page_of(bytes: &[u8], n: usize) -> Vec<u8> {
    let from = (n * PAGE).min(bytes.len());
    let to = (from + PAGE).min(bytes.len());
    let mut page = bytes.get(from..to).unwrap_or_default().to_vec();
    page.resize(PAGE, 0);
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written() -> Content {
        let mut content = Content::of(vec![b'a'; 5000]);
        content.write(&[b'b'; 6000], 4000);
        content.set_len(9000);
        content.write(b"end", 9000);
        content
    }

    #[test]
    fn what_was_synced_always_survives() {
        let mut content = written();
        assert_eq!(content.durable(), vec![b'a'; 5000]);
        for seed in 0..200 {
            for loss in Loss::ALL {
                let left = content.after(loss, &mut Dice::new(seed));
                // Nothing ever touched the first page's beginning.
                assert_eq!(left[..4000], [b'a'; 4000], "{loss:?} {seed}");
            }
        }
        assert_eq!(
            content.after(Loss::Everything, &mut Dice::new(1)),
            content.durable()
        );
        content.sync();
        for loss in Loss::ALL {
            assert_eq!(content.after(loss, &mut Dice::new(1)), content.now());
        }
    }

    #[test]
    fn every_kind_of_loss_is_seen() {
        let content = written();
        let all = |loss| -> BTreeSet<Vec<u8>> {
            (0..300)
                .map(|seed| content.after(loss, &mut Dice::new(seed)))
                .collect()
        };
        let later = all(Loss::Later);
        assert!(later.contains(&content.durable()) && later.contains(content.now()));
        assert!(
            later
                .iter()
                .any(|left| left.len() % 512 == 0 && left.len() > 5000)
        );
        let pages = all(Loss::Pages);
        // The second page new while the first is old: the order of writes is lost.
        assert!(
            pages
                .iter()
                .any(|left| left.len() > 5000 && left[4000] == b'a' && left[4096] == b'b')
        );
        assert!(pages.iter().any(|left| left.len() == 9003 && left[8999] == 0));
        assert!(all(Loss::TornPages).len() > pages.len());
    }
}
