//! What is done now and then, beside the desk: copies to another disk, forgetting what is old.
//!
//! Knows: how often to look. Must not know: what a copy is, what is old.

use super::backup::Copies;
use super::roster::RosterJob;
use super::shown::Door;
use crate::store::backup::BackupSettings;
use crate::store::{DataFolder, PrivacySettings};
use std::io;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How often it is looked whether a stick is there.
const LOOK: Duration = Duration::from_secs(5);
/// With a short patience (a test's) it is looked more often.
const LOOK_AT_LEAST: Duration = Duration::from_millis(100);
/// What is old is looked for once a day, and at the start.
const AGE_EVERY: Duration = Duration::from_secs(24 * 3_600);

/// What a station's file says of them.
#[derive(Clone, Debug, Default)]
pub struct RoundSettings {
    pub backup: BackupSettings,
    pub privacy: PrivacySettings,
}

/// The thread that makes the rounds.
pub struct Rounds {
    stop: SyncSender<()>,
    door: Arc<Door>,
    thread: JoinHandle<()>,
}

impl Rounds {
    pub fn start(settings: RoundSettings, data: &DataFolder, door: Arc<Door>) -> io::Result<Self> {
        let RoundSettings { backup, privacy } = settings;
        let mut copies = Copies::new(backup, data, &door);
        let (stop, stopped) = sync_channel(1);
        let look = copies
            .as_ref()
            .map_or(LOOK, |copies| copies.patience().clamp(LOOK_AT_LEAST, LOOK));
        let own = Arc::clone(&door);
        let go = move || {
            let mut aged: Option<Instant> = None;
            loop {
                if aged.is_none_or(|aged| aged.elapsed() >= AGE_EVERY) {
                    aged = Some(Instant::now());
                    age(&own, privacy);
                }
                if let Some(copies) = &mut copies {
                    copies.look(&own);
                }
                match stopped.recv_timeout(look) {
                    Err(RecvTimeoutError::Timeout) => {}
                    Ok(()) | Err(RecvTimeoutError::Disconnected) => break,
                }
            }
        };
        let thread = std::thread::Builder::new().name("rounds".into()).spawn(go)?;
        Ok(Self { stop, door, thread })
    }

    /// A copy that is under way is not waited for: a slow stick must not hold the end up, and half of it is no copy.
    pub fn stop(self) {
        drop(self.stop);
        if self.door.shown.copies().running {
            tracing::warn!("a copy was under way at the end; it is made anew");
        } else if self.thread.join().is_err() {
            tracing::error!("the thread of the rounds ended by a fault");
        }
    }
}

fn age(door: &Door, privacy: PrivacySettings) {
    match door.roster(RosterJob::Age(privacy)) {
        Ok(done) if done.cards + done.tags > 0 => {
            tracing::info!(
                cards = done.cards,
                tags = done.tags,
                "forgotten, because their time had passed"
            );
        }
        Ok(_) => {}
        Err(why) => tracing::warn!(%why, "what is old was not forgotten"),
    }
}
