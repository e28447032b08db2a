//! A disk with a cache that forgets: what was written since the last flush is durable in parts, or not at all.
//!
//! Knows: writes, flushes, sectors. Must not know: who writes, what a file system is.

use formular::store::disk::Dice;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;

/// A drive writes a sector whole or not at all.
const SECTOR: usize = 512;
/// Blocks of zeros are left out of a file: it stays as small as its content.
const BLOCK: usize = 4096;

/// What becomes of the cache when the power goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loss {
    Everything,
    /// The writes in their order up to one of them, of which some sectors are there.
    Tail,
    /// Any writes, whole.
    Some,
    /// Any sectors of any writes.
    Torn,
    Nothing,
}

impl Loss {
    pub fn any(dice: &mut Dice) -> Self {
        const ALL: [Loss; 5] = [
            Loss::Everything,
            Loss::Tail,
            Loss::Some,
            Loss::Torn,
            Loss::Nothing,
        ];
        ALL[dice.index(ALL.len())]
    }
}

/// A disk at one moment.
#[derive(Clone)]
pub struct Moment {
    /// As of the last flush.
    durable: Vec<u8>,
    /// Writes since the last flush, in their order.
    cache: Vec<(usize, Vec<u8>)>,
}

pub struct CachedDisk {
    state: Moment,
    /// What is read.
    now: Vec<u8>,
    /// So many writes from now the moment is kept.
    trap: Option<u64>,
    caught: Option<Moment>,
}

impl CachedDisk {
    pub fn new(image: Vec<u8>) -> Self {
        Self {
            state: Moment {
                durable: image.clone(),
                cache: Vec::new(),
            },
            now: image,
            trap: None,
            caught: None,
        }
    }

    pub fn len(&self) -> usize {
        self.now.len()
    }

    /// None: outside of the disk.
    pub fn read(&self, offset: usize, len: usize) -> Option<&[u8]> {
        self.now.get(offset..offset.checked_add(len)?)
    }

    pub fn write(&mut self, offset: usize, bytes: Vec<u8>) -> Option<()> {
        put(&mut self.now, offset, &bytes)?;
        self.state.cache.push((offset, bytes));
        self.trap = self.trap.and_then(|left| left.checked_sub(1));
        if self.trap == Some(0) {
            self.trap = None;
            self.caught = Some(self.state.clone());
        }
        Some(())
    }

    pub fn flush(&mut self) {
        let Moment { durable, cache } = &mut self.state;
        for (offset, bytes) in cache.drain(..) {
            let _ = put(durable, offset, &bytes);
        }
    }

    pub fn moment(&self) -> Moment {
        self.state.clone()
    }

    /// Keeps the moment of a write to come: the power goes in the middle of what the guest does.
    pub fn catch(&mut self, writes: u64) {
        (self.trap, self.caught) = (Some(writes), None);
    }

    pub fn caught(&mut self) -> Option<Moment> {
        self.caught.take()
    }
}

impl Moment {
    /// How many writes the cache holds.
    pub fn cached(&self) -> usize {
        self.cache.len()
    }

    /// What is on the disk when the power has gone.
    pub fn left(&self, loss: Loss, dice: &mut Dice) -> Vec<u8> {
        let mut image = self.durable.clone();
        let last = dice.index(self.cache.len() + 1);
        for (at, (offset, bytes)) in self.cache.iter().enumerate() {
            let whole = match loss {
                Loss::Everything => Some(false),
                Loss::Nothing => Some(true),
                Loss::Some => Some(dice.once_in(2)),
                Loss::Torn => None,
                Loss::Tail if at == last => None,
                Loss::Tail => Some(at < last),
            };
            for (n, sector) in bytes.chunks(SECTOR).enumerate() {
                if whole.unwrap_or_else(|| dice.once_in(2)) {
                    let _ = put(&mut image, offset + n * SECTOR, sector);
                }
            }
        }
        image
    }
}

fn put(into: &mut [u8], offset: usize, bytes: &[u8]) -> Option<()> {
    into.get_mut(offset..offset.checked_add(bytes.len())?)?
        .copy_from_slice(bytes);
    Some(())
}

/// Writes an image as a file with holes.
pub fn save(image: &[u8], path: &Path) -> io::Result<()> {
    let file = File::create(path)?;
    file.set_len(image.len() as u64)?;
    for (n, block) in image.chunks(BLOCK).enumerate() {
        if block.iter().any(|byte| *byte != 0) {
            file.write_all_at(block, (n * BLOCK) as u64)?;
        }
    }
    Ok(())
}
