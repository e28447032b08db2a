//! The thread behind the index: opens, doubts, rebuilds, follows.
//!
//! Knows: when to throw the projections away. Must not know: who asks them.

use super::project::{Lookup, Projection, part_of_sum};
use super::shelf::{Applied, Shelf};
use super::{IndexState, Shared, folder};
use crate::store::error::{Doing, Error, Result};
use crate::store::files;
use crate::store::lock::DataFolder;
use crate::store::reader::JournalReader;
use crate::store::scan::{Located, Position};
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, PoisonError};
use std::time::Duration;

/// Events that are put on the shelf at once.
const AT_ONCE: usize = 1000;
/// How long to wait before the next try after a failure.
const PAUSE: Duration = Duration::from_secs(30);

pub struct Worker {
    shared: Arc<Shared>,
    data: DataFolder,
    clean: bool,
    floor: u64,
}

impl Worker {
    pub fn new(shared: Arc<Shared>, data: DataFolder, clean: bool, floor: u64) -> Self {
        Self {
            shared,
            data,
            clean,
            floor,
        }
    }

    /// Follows until it is told to stop. A failure or a panic of sled costs the projections, never the thread.
    pub fn run(mut self) {
        loop {
            let followed = catch_unwind(AssertUnwindSafe(|| self.follow()));
            let reason = match followed {
                Ok(Ok(())) => break,
                Ok(Err(error)) => error.to_string(),
                Err(_) => "sled panicked".to_owned(),
            };
            tracing::warn!(%reason, "the index cannot be used and will be built anew");
            self.clean = false;
            {
                let mut desk = self.shared.desk();
                desk.shelf = None;
                desk.applied = 0;
                desk.state = IndexState::Waiting { reason };
            }
            self.shared.changed.notify_all();
            if self.pause() {
                break;
            }
        }
        let mut desk = self.shared.desk();
        desk.shelf = None;
        desk.state = IndexState::Stopped;
        drop(desk);
        self.shared.changed.notify_all();
    }

    fn follow(&mut self) -> Result<()> {
        let free = self
            .data
            .disk()
            .free_bytes(self.data.path())
            .doing("look at the disk of", self.data.path())?;
        if free < self.floor {
            return Err(Error::NoSpace);
        }
        let (shelf, mut applied) = self.open()?;
        {
            let mut desk = self.shared.desk();
            desk.applied = applied.head.seq;
            desk.shelf = Some(shelf.clone());
        }
        loop {
            let Some(target) = self.next_target(&applied) else {
                shelf.flush()?;
                return Ok(());
            };
            applied = self.catch_up(&shelf, applied, target)?;
        }
    }

    /// The projections of the last run if they are whole, else new ones.
    fn open(&mut self) -> Result<(Shelf, Applied)> {
        let path = folder(self.data.path());
        let disk = &**self.data.disk();
        let head = self.shared.desk().head;
        if self.clean && files::is_folder(disk, &path).doing("look at", &path)? {
            match Shelf::open(&path).and_then(|shelf| check(shelf, head)) {
                // Nothing in it: a stop came before the first piece, or sled has thrown everything away without a word.
                Ok((shelf, applied)) if applied == Applied::NOTHING && head.seq > 0 => {
                    drop(shelf);
                    files::remove_folder(disk, &path).doing("remove", &path)?;
                }
                Ok(found) => return Ok(found),
                Err(reason) => {
                    tracing::warn!(%reason, "the index is doubtful; it is set aside and built anew");
                    let aside = path.with_extension("doubtful");
                    files::remove_folder(disk, &aside).doing("remove", &aside)?;
                    files::rename(disk, &path, &aside).doing("set aside", &path)?;
                }
            }
        } else {
            files::remove_folder(disk, &path).doing("remove", &path)?;
        }
        {
            let mut desk = self.shared.desk();
            desk.rebuilds = desk.rebuilds.saturating_add(1);
            desk.state = IndexState::Rebuilding;
        }
        Ok((Shelf::open(&path)?, Applied::NOTHING))
    }

    /// Waits until there is something to read; none when it is time to stop.
    fn next_target(&self, applied: &Applied) -> Option<u64> {
        let mut desk = self.shared.desk();
        loop {
            if desk.head.seq > applied.head.seq {
                // A stop does not wait for a rebuild: the next start would begin it again.
                let rebuilding = desk.state == IndexState::Rebuilding;
                return Some(desk.head.seq).filter(|_| !(desk.stop && rebuilding));
            }
            if desk.state != IndexState::Following {
                desk.state = IndexState::Following;
                self.shared.changed.notify_all();
            }
            if desk.stop {
                return None;
            }
            desk = self
                .shared
                .changed
                .wait(desk)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Reads the journal up to `target` and puts the projections on the shelf, piece by piece.
    fn catch_up(&self, shelf: &Shelf, mut applied: Applied, target: u64) -> Result<Applied> {
        let mut piece: Vec<Located> = Vec::new();
        let mut failed = Ok(());
        let mut stopped = false;
        self.shared
            .reader
            .read_from(applied.position(), target, |located| {
                let after = located.after;
                piece.push(located);
                let Some(position) = after.filter(|after| piece.len() >= AT_ONCE || after.head.seq >= target)
                else {
                    return ControlFlow::Continue(());
                };
                match put(shelf, &self.shared.reader, &applied, &piece, position) {
                    Ok(now) => applied = now,
                    Err(error) => failed = Err(error),
                }
                piece.clear();
                let mut desk = self.shared.desk();
                desk.applied = applied.head.seq;
                stopped = desk.stop && desk.state == IndexState::Rebuilding;
                drop(desk);
                self.shared.changed.notify_all();
                if failed.is_err() || stopped {
                    ControlFlow::Break(())
                } else {
                    ControlFlow::Continue(())
                }
            })?;
        failed?;
        if applied.head.seq < target && !stopped {
            return Err(Error::Index(format!(
                "the journal's files end at event {}, its head is {target}",
                applied.head.seq
            )));
        }
        Ok(applied)
    }

    /// True if it was told to stop meanwhile.
    fn pause(&self) -> bool {
        let desk = self.shared.desk();
        let waited = self
            .shared
            .changed
            .wait_timeout_while(desk, PAUSE, |desk| !desk.stop);
        waited.unwrap_or_else(PoisonError::into_inner).0.stop
    }
}

fn put(
    shelf: &Shelf,
    reader: &JournalReader,
    applied: &Applied,
    piece: &[Located],
    position: Position,
) -> Result<Applied> {
    let mut projection = Projection::upon(shelf, applied.day, &applied.position(), reader);
    for located in piece {
        projection.add(located)?;
    }
    let mut sum = applied.sum;
    for (key, value) in &projection.new {
        if let Some(old) = shelf.get(key)? {
            sum = sum.wrapping_sub(part_of_sum(key, &old));
        }
        sum = sum.wrapping_add(part_of_sum(key, value));
    }
    let now = Applied::new(position, sum, projection.day);
    shelf.put(&projection.new, &now)?;
    Ok(now)
}

/// What a clean stop has left must be whole, and of the journal's head or of an earlier one: a stop does not wait for
/// a first building to end, and the next start goes on with it.
fn check(shelf: Shelf, head: crate::store::record::Head) -> Result<(Shelf, Applied)> {
    let applied = shelf.applied()?;
    let other = applied.head.seq == head.seq && applied.head != head;
    if other || applied.head.seq > head.seq {
        return Err(Error::Index(format!(
            "it is of {}, the journal of {head}",
            applied.head
        )));
    }
    let sum = shelf.sum()?;
    if sum != applied.sum {
        return Err(Error::Index("its keys do not give its sum".to_owned()));
    }
    Ok((shelf, applied))
}
