//! Opening a station: the folder, the journal, the clerk, the readers; and closing it in the right order.
//!
//! Knows: what depends on what. Must not know: what any of it is for.

use super::at_work::{self, Ended};
use super::control;
use super::doorkeeper::Doorkeeper;
use super::intake::{ImportJob, Imported, Intake, QUEUE};
use super::opening::{Opening, Tools};
use super::plugged::{Plugger, Plugging};
use super::readers::Readers;
use super::rounds::{RoundSettings, Rounds};
use super::shown::Door;
use crate::clock::Clock;
use crate::desk::DeskSettings;
use crate::ids::ReaderId;
use crate::ledger::{Policy, decide};
use crate::reader::{self, Attached};
use crate::sound;
use crate::store::disk::{Disk, RealDisk};
use crate::store::{self, DataFolder, JournalReader};
use crate::view::Centre;
use smol_str::{SmolStr, ToSmolStr};
use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::JoinHandle;

/// What a station is opened with.
pub struct Setup {
    /// The disk that the folder is on; on one that is not real there is neither index nor control socket.
    pub disk: Arc<dyn Disk>,
    pub data: PathBuf,
    pub clock: Arc<dyn Clock>,
    pub policy: Policy,
    pub desk: DeskSettings,
    pub sound: sound::Settings,
    pub readers: Vec<Attached>,
    /// Readers that nobody attached; none: they are not looked for.
    pub plugging: Option<Plugging>,
    /// «Стойка, карты»: what the strip calls a reader.
    pub names: BTreeMap<ReaderId, SmolStr>,
    pub centre: Centre,
    /// Copies and forgetting; none: neither happens by itself.
    pub rounds: Option<RoundSettings>,
}

impl Setup {
    /// A station without readers, pages and sounds: for a command that only writes.
    pub fn quiet(data: PathBuf, clock: Arc<dyn Clock>) -> Self {
        Self {
            disk: RealDisk::shared(),
            data,
            clock,
            policy: Policy::default(),
            desk: DeskSettings::default(),
            sound: sound::Settings {
                on: false,
                ..sound::Settings::default()
            },
            readers: Vec::new(),
            plugging: None,
            names: BTreeMap::new(),
            centre: Centre {
                name: SmolStr::default(),
                demo: false,
            },
            rounds: None,
        }
    }
}

/// Why a station could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error(transparent)]
    Store(#[from] store::Error),
    #[error("the journal holds what cannot be: {0}")]
    Impossible(String),
    #[error("the system gave no thread or socket: {0}")]
    System(#[from] io::Error),
}

/// A running station without its pages.
pub struct Station {
    pub door: Arc<Door>,
    intake: SyncSender<Intake>,
    clerk: JoinHandle<Ended>,
    ended: Arc<AtomicBool>,
    readers: Vec<reader::Handle>,
    plugger: Option<Plugger>,
    rounds: Option<Rounds>,
}

impl Station {
    /// Locks the folder, folds the journal, starts the clerk and the readers. The desk is ready when this returns.
    ///
    /// # Errors
    /// The folder is in use, of a newer version, damaged, not writable or full; nothing was changed then.
    pub fn open(setup: Setup) -> Result<Self, OpenError> {
        let data = DataFolder::on(setup.disk, &setup.data)?;
        let (doorkeeper, no_keys) = Doorkeeper::open_anyway(&data);
        let policy = Arc::new(setup.policy);
        let tools = Tools {
            clock: Arc::clone(&setup.clock),
            rules: decide,
            policy: Arc::clone(&policy),
            desk: setup.desk,
            readers: Readers::new(setup.names),
            sound: sound::start(setup.sound),
        };
        let Opening {
            clerk,
            shown,
            index,
            damaged,
            ..
        } = Opening::of(&data, tools)?;
        let damaged = damaged.into_iter().chain(no_keys);
        let damaged: Vec<_> = damaged.map(|error| error.to_smolstr()).collect();
        for error in &damaged {
            tracing::error!(%error, "a file beside the journal cannot be read");
        }
        let (intake, queue) = sync_channel(QUEUE);
        let clock = Arc::clone(&setup.clock);
        let ended = Arc::new(AtomicBool::new(false));
        let end = Arc::clone(&ended);
        let work = move || {
            let how = at_work::work(clerk, &queue, &*clock);
            end.store(true, Ordering::Release);
            how
        };
        let clerk = std::thread::Builder::new().name("clerk".into()).spawn(work)?;
        let door = Arc::new(Door {
            shown,
            intake: intake.clone(),
            clock: Arc::clone(&setup.clock),
            policy,
            centre: setup.centre,
            journal: JournalReader::beside(&data),
            keys: doorkeeper,
            damaged,
            index,
            backup: setup
                .rounds
                .as_ref()
                .map(|rounds| rounds.backup.clone())
                .unwrap_or_default(),
            started: setup.clock.now(),
            folder: setup.data,
        });
        if data.disk().is_real() {
            control::listen(data.path(), Arc::clone(&door))?;
        }
        let shown = door.shown.readers();
        let start = |attached: Attached| {
            let id = attached.id.clone();
            let handle = reader::start(attached, Arc::clone(&setup.clock), intake.clone(), &shown.board)?;
            shown.hear(id, handle.feedback());
            Ok(handle)
        };
        let readers = setup
            .readers
            .into_iter()
            .map(start)
            .collect::<io::Result<Vec<_>>>()?;
        let start =
            |plugging| Plugger::start(plugging, Arc::clone(&setup.clock), intake.clone(), shown.clone());
        let plugger = setup.plugging.map(start).transpose()?;
        let start = |settings| Rounds::start(settings, &data, Arc::clone(&door));
        let rounds = setup.rounds.map(start).transpose()?;
        Ok(Self {
            door,
            intake,
            clerk,
            ended,
            readers,
            plugger,
            rounds,
        })
    }

    /// A question that can be asked from elsewhere: has the clerk ended by itself, because the disk refused?
    pub fn ended(&self) -> impl Fn() -> bool + Send + 'static {
        let ended = Arc::clone(&self.ended);
        move || ended.load(Ordering::Acquire)
    }

    /// How many turns the clerk has taken: the beat of its heart, at least one in a second.
    pub fn beats(&self) -> impl Fn() -> u64 + Send + 'static {
        let shown = Arc::clone(&self.door.shown);
        move || shown.meter().beats()
    }

    /// Reads files in and waits until they are on disk.
    ///
    /// # Errors
    /// The sentence that says why nothing was taken.
    pub fn import(&self, job: ImportJob) -> Imported {
        self.door.import(job)
    }

    /// Stops the readers, lets the clerk finish what waits, and marks the stop as clean.
    pub fn close(self) -> Ended {
        self.rounds.into_iter().for_each(Rounds::stop);
        self.plugger.into_iter().for_each(Plugger::stop);
        self.readers.into_iter().for_each(reader::Handle::stop);
        // A clerk that has ended already takes nothing more, and says why below.
        let _ = self.intake.send(Intake::Close);
        self.clerk
            .join()
            .unwrap_or_else(|_| Ended::Stopped("the clerk's thread ended by a fault".into()))
    }
}
