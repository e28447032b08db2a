//! Readers that nobody attached by hand: started when they are plugged in, followed, waited for.
//!
//! One thread looks at what is plugged in and does what the plan says; each line that must be heard out first has a
//! thread of its own for that while.
//!
//! Knows: the plan and the readers that it started. Must not know: how a device is recognised, what is scanned.

use super::intake::Intake;
use super::readers::Readers;
use crate::clock::Clock;
use crate::ids::ReaderId;
use crate::profile::{Catalogue, Role};
use crate::reader::who::{
    Claimed, Device, Heard, Known, Plan, Roots, Step, Watch, guarded, handed_over, listen, plugged,
    proofs_needed,
};
use crate::reader::{self, Attached, Handle, Options};
use smol_str::SmolStr;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// Everything is looked at anew so often, whatever the folders of nodes tell.
const RESCAN: Duration = Duration::from_secs(3);
/// How late a stop, or a line that was heard out, is noticed.
const LOOK: Duration = Duration::from_millis(200);

/// What is done with readers that are plugged in; `[readers]` of the station's file.
#[derive(Clone)]
pub struct Plugging {
    pub roots: Roots,
    pub table: Catalogue,
    /// Paths that are attached by hand, as they were typed: they win.
    pub by_hand: Vec<PathBuf>,
    /// A bridge chip that a profile names is listened to.
    pub listen: bool,
    /// How long, at one setting of the line.
    pub hear: Duration,
    /// Ports that may be asked, as they were typed.
    pub probe: Vec<PathBuf>,
    pub names: BTreeMap<ReaderId, SmolStr>,
    pub roles: BTreeMap<ReaderId, Role>,
    /// Readers that type and are believed; none: those whose number is a model's own.
    pub keyboards: Option<BTreeSet<ReaderId>>,
}

/// The thread that looks. Stopping it stops its readers.
pub(super) struct Plugger {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

impl Plugger {
    pub fn start(
        plugging: Plugging,
        clock: Arc<dyn Clock>,
        queue: SyncSender<Intake>,
        readers: Readers,
    ) -> io::Result<Self> {
        let stop = Arc::new(AtomicBool::new(false));
        let (heard, news) = channel();
        let hands = Hands {
            plugging,
            clock,
            queue,
            readers,
            stop: Arc::clone(&stop),
            heard,
            lines: BTreeMap::new(),
            running: BTreeMap::new(),
        };
        let thread = std::thread::Builder::new()
            .name("plugged".into())
            .spawn(move || hands.work(&news))?;
        Ok(Self { stop, thread })
    }

    pub fn stop(self) {
        self.stop.store(true, Ordering::Release);
        // A panic of the thread was told by the panic hook already.
        let _ = self.thread.join();
    }
}

/// Where a device is now; its guard asks before every opening.
type Spot = Arc<Mutex<Option<Device>>>;

struct Hands {
    plugging: Plugging,
    clock: Arc<dyn Clock>,
    queue: SyncSender<Intake>,
    readers: Readers,
    stop: Arc<AtomicBool>,
    heard: Sender<(Device, Option<Heard>)>,
    /// Lines on which somebody was heard, by spot, until their reader begins.
    lines: BTreeMap<String, Heard>,
    running: BTreeMap<ReaderId, (Handle, Spot)>,
}

impl Hands {
    fn work(mut self, news: &Receiver<(Device, Option<Heard>)>) {
        let watch = Watch::new(&self.plugging.roots.dev);
        let mut known = Known::default();
        while !self.stop.load(Ordering::Acquire) {
            let devices = plugged(&self.plugging.roots);
            let (by_hand, probe) = (real(&self.plugging.by_hand), real(&self.plugging.probe));
            let plan = Plan {
                table: &self.plugging.table,
                by_hand: &by_hand,
                listen: self.plugging.listen,
                probe: &probe,
                tells: |profile| proofs_needed(profile.family).is_some(),
                keyboards: self.plugging.keyboards.as_ref(),
            };
            for step in plan.steps(&devices, &mut known) {
                self.act(step);
            }
            let mut waited = Duration::ZERO;
            while waited < RESCAN && !self.stop.load(Ordering::Acquire) {
                if watch.wait(LOOK) || self.take(news, &mut known) {
                    break;
                }
                waited += LOOK;
            }
        }
    }

    /// Lines that were heard out; true: somebody was there.
    fn take(&mut self, news: &Receiver<(Device, Option<Heard>)>, known: &mut Known) -> bool {
        let mut somebody = false;
        for (device, heard) in news.try_iter() {
            let spot = device.spot();
            if let Some(heard) = heard {
                known.heard.insert(spot.clone(), heard.profile.name.to_string());
                self.lines.insert(spot, heard);
                somebody = true;
            }
        }
        somebody
    }

    fn act(&mut self, step: Step) {
        match step {
            Step::Start(claim) => {
                let id = claim.name.id.clone();
                if let Err(error) = self.start(*claim) {
                    tracing::error!(%error, reader = %id, "the system gave no thread for a reader");
                }
            }
            Step::Follow(id, device) => {
                if let Some((handle, spot)) = self.running.get(&id) {
                    tracing::info!(reader = %id, path = %device.path.display(), "plugged in again");
                    let path = device.path.clone();
                    *spot.lock().unwrap_or_else(PoisonError::into_inner) = Some(device);
                    handle.moved_to(Some(path));
                }
            }
            Step::Away(id) => {
                if let Some((handle, spot)) = self.running.get(&id) {
                    tracing::info!(reader = %id, "unplugged");
                    *spot.lock().unwrap_or_else(PoisonError::into_inner) = None;
                    handle.moved_to(None);
                }
            }
            Step::Unapproved(id) => {
                tracing::warn!(reader = %id, "it types and is not believed: to believe it, name it in [readers] keyboards");
            }
            Step::Listen(device, maybe, ask) => {
                let (stop, heard) = (Arc::clone(&self.stop), self.heard.clone());
                let hear = self.plugging.hear;
                let listen = move || {
                    let mut opener = reader::opener(device.way);
                    let found = listen(opener.as_mut(), &device.path, &maybe, ask, hear, &stop);
                    let found = found.unwrap_or_else(|trouble| {
                        tracing::info!(path = %device.path.display(), %trouble, "could not be listened to");
                        None
                    });
                    // Nobody waits for it any more: the program ends.
                    let _ = heard.send((device, found));
                };
                if let Err(error) = std::thread::Builder::new().name("listen".into()).spawn(listen) {
                    tracing::error!(%error, "the system gave no thread to listen");
                }
            }
        }
    }

    fn start(&mut self, claim: Claimed) -> io::Result<()> {
        let Claimed {
            name,
            profile,
            device,
            why,
        } = claim;
        tracing::info!(
            reader = %name.id, profile = %profile.name, path = %device.path.display(), %why, "plugged in"
        );
        let label = match self.plugging.names.get(&name.id) {
            Some(given) => given.clone(),
            None => self.readers.free_label(&name.label, &name.id, &profile.name),
        };
        self.readers.call(name.id.clone(), label);
        let spot: Spot = Arc::new(Mutex::new(Some(device.clone())));
        let (wanted, roots) = (Arc::clone(&spot), self.plugging.roots.clone());
        let is_there = move |path: &Path| {
            let wanted = wanted.lock().unwrap_or_else(PoisonError::into_inner).clone();
            wanted.is_some_and(|wanted| {
                let here = |device: &Device| device.path == path && device.is_same(&wanted);
                plugged(&roots).iter().any(here)
            })
        };
        let opener = match self.lines.remove(&device.spot()) {
            Some(heard) => handed_over(heard, reader::opener(device.way)),
            None => reader::opener(device.way),
        };
        let mut attached = Attached::new(name.id.clone(), profile, device.path);
        attached.role = *self.plugging.roles.get(&name.id).unwrap_or(&attached.role);
        let options = Options {
            opener: Some(guarded(opener, is_there)),
            ..Options::default()
        };
        let clock = Arc::clone(&self.clock);
        let handle = reader::start_with(attached, clock, self.queue.clone(), &self.readers.board, options)?;
        self.readers.hear(name.id.clone(), handle.feedback());
        self.running.insert(name.id, (handle, spot));
        Ok(())
    }
}

/// The nodes behind paths; what leads nowhere now is looked at again next time.
fn real(paths: &[PathBuf]) -> Vec<PathBuf> {
    let node = |path: &PathBuf| std::fs::canonicalize(path).unwrap_or_else(|_| path.clone());
    paths.iter().flat_map(|path| [path.clone(), node(path)]).collect()
}
