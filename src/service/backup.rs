//! Copies by the schedule: when a stick is there, the desk is quiet and the last copy is old enough.
//!
//! Knows: when a copy is due, what health says of it. Must not know: what a copy holds (the store does).
//!
//! It reads the journal as any report does and never asks the clerk for anything, so nobody waits for a slow stick.
//! How long ago the last copy was made is measured by the machine's running, not by its clock, which may be wrong.

use super::shown::Door;
use crate::clock::Moment;
use crate::store::DataFolder;
use crate::store::backup::{
    BackupError, BackupSettings, Keep, LastCopy, MARKER, Made, Occasion, Source, leftovers_of, make,
    same_disk,
};
use crate::store::disk::{Disk, RealDisk};
use crate::view::{CopyFailed, CopyMade, Head, Office};
use smol_str::{SmolStr, ToSmolStr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// After a failure the next try waits so long, unless the folder went and came back.
const AFTER_FAILURE: Duration = Duration::from_secs(600);
/// A copy that has been due for so long is made although the desk is busy: it disturbs nobody.
const BUSY_AT_MOST: Duration = Duration::from_secs(3_600);

/// The scheduled copies of one station.
pub struct Copies {
    settings: BackupSettings,
    folder: PathBuf,
    data: PathBuf,
    source: Source,
    last: LastCopy,
    disk: Arc<dyn Disk>,
    /// Since when a copy is due; none while the last one is young enough.
    due: Option<Instant>,
    /// When the last good copy was made in this run of the program.
    made: Option<Instant>,
    failed: Option<Instant>,
    there: bool,
    /// The journal's last event and since when it is the last.
    quiet: (u64, Instant),
    /// The kind of failure that was logged last: said once, not every ten minutes.
    said: Option<&'static str>,
    /// That the copies stand on the disk of the data was said.
    said_same: bool,
    began: Instant,
}

impl Copies {
    /// None if the station's file names no folder.
    pub fn new(settings: BackupSettings, data: &DataFolder, door: &Door) -> Option<Self> {
        let folder = settings.folder.clone()?;
        let last = LastCopy::of(data);
        let known = match last.read() {
            Ok(known) => known,
            Err(error) => {
                tracing::warn!(%error, "when the last copy was made is not known");
                None
            }
        };
        let now = Instant::now();
        let age = known.as_ref().map(|known| door.clock.now().since_ms(known.at));
        let every = settings.every();
        // A copy of the future, or of before the machine had a clock, proves nothing: then one is due.
        let young = age
            .and_then(|ms| u64::try_from(ms).ok())
            .map(Duration::from_millis)
            .filter(|age| *age < every);
        door.shown.set_copies(|copies| {
            copies.folder = Some(folder.display().to_smolstr());
            copies.last_good = known.as_ref().map(|known| CopyMade {
                at: known.at,
                head: Head {
                    seq: known.head.seq,
                    hash: known.head.hash.to_smolstr(),
                },
                name: SmolStr::new(&known.name),
            });
        });
        Some(Self {
            source: Source::new(data.disk().clone(), data.path()),
            data: data.path().to_owned(),
            disk: RealDisk::shared(),
            made: young.and_then(|age| now.checked_sub(age)),
            due: young.is_none().then_some(now),
            failed: None,
            there: false,
            quiet: (0, now),
            said: None,
            said_same: false,
            began: now,
            settings,
            folder,
            last,
        })
    }

    /// How long the desk has to be quiet.
    pub fn patience(&self) -> Duration {
        self.settings.idle()
    }

    /// Looks whether there is something to do, and does it. Called every few seconds.
    pub fn look(&mut self, door: &Door) {
        let now = Instant::now();
        let is_there = self.is_there();
        let was_there = std::mem::replace(&mut self.there, is_there);
        if self.there && !was_there {
            self.failed = None;
            tracing::info!(folder = %self.folder.display(), "the folder for copies is there");
        } else if was_there && !self.there {
            tracing::info!(folder = %self.folder.display(), "the folder for copies is away");
        }
        let seq = door.head().seq;
        if self.quiet.0 != seq {
            self.quiet = (seq, now);
        }
        if self.due.is_none()
            && self
                .made
                .is_none_or(|made| now.duration_since(made) >= self.settings.every())
        {
            self.due = Some(now);
        }
        let clock = door.clock.now();
        let overdue = self.is_overdue(door, clock, now);
        door.shown.set_copies(|copies| {
            copies.there = self.there;
            copies.overdue = overdue;
        });
        if self.there && self.may_begin(now) {
            self.copy(door, clock);
        }
    }

    fn is_there(&self) -> bool {
        matches!(self.disk.kind(&self.folder.join(MARKER)), Ok(Some(_)))
    }

    fn may_begin(&self, now: Instant) -> bool {
        let Some(due) = self.due else { return false };
        let waited = |since: Instant, time: Duration| now.duration_since(since) >= time;
        let quiet = waited(self.quiet.1, self.settings.idle());
        let patient = self.failed.is_none_or(|failed| waited(failed, AFTER_FAILURE));
        patient && (quiet || waited(due, BUSY_AT_MOST))
    }

    /// By the clock, since what matters is the day; without a copy, by how long the program has run.
    fn is_overdue(&self, door: &Door, clock: Moment, now: Instant) -> bool {
        let limit = self.settings.warn();
        match &door.shown.copies().last_good {
            Some(good) => {
                u64::try_from(clock.since_ms(good.at)).is_ok_and(|ms| Duration::from_millis(ms) > limit)
            }
            None => now.duration_since(self.began) > limit.min(self.settings.every() * 2),
        }
    }

    fn copy(&mut self, door: &Door, clock: Moment) {
        door.shown.set_copies(|copies| copies.running = true);
        let cards = self.settings.cards;
        let made = make(
            &self.source,
            &*self.disk,
            &self.folder,
            clock,
            Occasion::Schedule,
            cards,
        );
        door.shown.set_copies(|copies| copies.running = false);
        match made {
            Ok(made) => {
                self.due = None;
                self.failed = None;
                self.said = None;
                self.made = Some(Instant::now());
                let head = made.manifest.head;
                tracing::info!(copy = %made.path.display(), seq = head.seq, fresh = made.fresh, "copied, read back and tried");
                if let Ok(true) = same_disk(&self.folder, &self.data)
                    && !std::mem::replace(&mut self.said_same, true)
                {
                    tracing::warn!("the copies stand on the disk of the data: a broken disk takes both");
                }
                self.tidy(&made);
                if let Err(error) = self.last.write(clock, head, &made.name) {
                    tracing::warn!(%error, "that this copy was made could not be noted");
                }
                let good = CopyMade {
                    at: clock,
                    head: Head {
                        seq: head.seq,
                        hash: head.hash.to_smolstr(),
                    },
                    name: SmolStr::new(&made.name),
                };
                door.shown.set_copies(|copies| {
                    copies.last_good = Some(good);
                    copies.failed = None;
                    copies.overdue = false;
                });
            }
            // Not worth a failure: nothing has happened yet that could be lost.
            Err(BackupError::Empty) => self.failed = Some(Instant::now()),
            Err(error) => self.fail(door, clock, &error),
        }
    }

    /// Only after a good copy; what cannot be deleted is no reason to call it bad.
    fn tidy(&self, made: &Made) {
        let damaged = made.others.iter().filter(|copy| copy.manifest.is_err());
        for copy in damaged {
            tracing::warn!(copy = %copy.path.display(), "this copy cannot be read; it is left as it is");
        }
        let keep = Keep {
            newest: self.settings.keep,
            months: self.settings.months,
        };
        match leftovers_of(made, keep, &*self.disk, &self.folder) {
            Ok(gone) => gone
                .iter()
                .for_each(|name| tracing::info!(%name, "an old copy was deleted")),
            Err(error) => tracing::warn!(%error, "an old copy could not be deleted"),
        }
    }

    fn fail(&mut self, door: &Door, clock: Moment, error: &BackupError) {
        self.failed = Some(Instant::now());
        let code = error.code();
        if self.said != Some(code) {
            tracing::warn!(%error, "no copy was made; it is tried again");
            self.said = Some(code);
        }
        let failed = CopyFailed {
            at: clock,
            code,
            why: error.to_smolstr(),
        };
        door.shown.set_copies(|copies| copies.failed = Some(failed));
    }
}
