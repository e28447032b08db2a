//! What pages, the network and the demo may see and ask for. The service implements it.
//!
//! Knows: ledger words, screens, health of readers as plain values. Must not know: files, ports, HTML.

use crate::clock::Moment;
use crate::cue::Cue;
use crate::desk::{Act, Screen};
use crate::ids::{ItemId, ReaderId, SchoolId};
use crate::ledger::{By, Command, Entry, Ledger, Policy, Refusal, Seq};
use crate::tag::TagId;
use crate::words::Message;
use smol_str::SmolStr;
use std::sync::Arc;
use tokio::sync::{broadcast, oneshot, watch};

/// Who looks. Roles from the least to the most.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Role {
    Visitor,
    School(SchoolId),
    Auditor,
    /// The kiosk's own screen.
    Desk,
    Staff,
}

/// Something a page or client wants done.
#[derive(Debug)]
pub enum Wish {
    /// A command with its maker; `By::key` carries the Idempotency-Key.
    Command(Box<Command>, By),
    /// A button of the kiosk.
    Act(Act),
    /// A number typed at the kiosk: item, badge or card.
    Typed(SmolStr),
    /// A number typed where the desk asks for an order's: any text that is no item, badge or card.
    Order(SmolStr),
    /// An unknown tag may be forgotten.
    ForgetUnknown(TagId),
}

/// What came of a wish, once it is on disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done {
    pub seqs: Vec<Seq>,
    pub loan: Option<crate::ids::LoanId>,
}

/// Why a wish came to nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum No {
    Refused(Refusal),
    /// The queue is full: try again in a moment.
    Busy,
    /// The disk refused; the program is about to restart.
    Stopped,
    /// Too little free space: returns only.
    NoSpace,
    /// The same Idempotency-Key came with a different order.
    KeyReused,
    /// The journal says that a card was given, and the card itself could not be kept.
    CardNotKept,
}

pub type Answer = Result<Done, No>;

/// State of a reader, in the words of its page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ReaderState {
    Works,
    /// Never seen since the start.
    Waiting,
    Lost,
    Denied,
    Busy,
    /// Asked, and nothing comes back.
    Silent,
    Confused,
    /// There, and cannot be read for another reason.
    Failed,
}

/// A reader as the strip and the readers' page show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReaderView {
    pub reader: ReaderId,
    pub name: SmolStr,
    pub profile: SmolStr,
    pub path: SmolStr,
    /// `pad`, `bars`, `mast` or `handheld`: decides the drawing.
    pub kind: SmolStr,
    pub role: SmolStr,
    pub state: ReaderState,
    pub since: Moment,
    pub last_scan: Option<Moment>,
    pub bytes: u64,
    pub scans: u64,
    /// Scans held back because the tag still lay there.
    pub repeats: u64,
    /// Name of the reason and how many.
    pub rejects: Vec<(&'static str, u64)>,
    /// The reader's last words, made printable.
    pub last_words: SmolStr,
}

/// A tag nobody knows, kept for enrolment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownView {
    pub tag: TagId,
    pub reader: Option<ReaderId>,
    pub first: Moment,
    pub last: Moment,
    pub count: u32,
}

/// How the program itself is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Health {
    pub ready: bool,
    pub stopped: bool,
    /// Too little space for new loans.
    pub low_space: bool,
    /// Files beside the journal that could not be read at the start, each with what to do. Not for visitors.
    pub damaged: Vec<SmolStr>,
    /// Events that the index has not taken yet.
    pub index_lag: u64,
    /// Progress of a rebuild, 0..=100, if one runs.
    pub rebuilding: Option<u8>,
    pub clock_doubtful: bool,
    pub queue: usize,
    pub copies: Copies,
}

/// How it stands with the copies on a second disk.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Copies {
    /// Where they go, as the station's file names it; none: nobody has scheduled any. Not for visitors.
    pub folder: Option<SmolStr>,
    /// The folder can be written to. A stick that is away is normal.
    pub there: bool,
    /// One is being written: the stick must stay.
    pub running: bool,
    /// None was made for longer than the station's file allows.
    pub overdue: bool,
    /// The last copy that was read back and restored for a trial, also of earlier runs of the program.
    pub last_good: Option<CopyMade>,
    /// Why the last try failed; none after a good one.
    pub failed: Option<CopyFailed>,
}

/// A copy that is known to be good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CopyMade {
    pub at: Moment,
    pub head: Head,
    /// Its folder's name.
    pub name: SmolStr,
}

/// A copy that did not come about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CopyFailed {
    pub at: Moment,
    /// `full`, `read_only`, `gone`, `not_marked`, `damaged`, `source`, `other`; the page of health has a step for each.
    pub code: &'static str,
    /// The same with path and cause, in English, for the log and for staff.
    pub why: SmolStr,
}

/// How the machine below the desk does; for the page of health and the counters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Vitals {
    /// Since when the program runs.
    pub started: Option<Moment>,
    /// Memory of the process, in bytes.
    pub resident: Option<u64>,
    /// Room on the disk of the journal, in bytes.
    pub free: Option<u64>,
    /// From the first look at what waits to the last answer.
    pub turns: Lengths,
    /// Until a turn's events are on disk.
    pub writes: Lengths,
}

/// How long something took, counted by length.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lengths {
    /// One for each of [`Lengths::BOUNDS_US`], and one for what took longer.
    pub counts: [u64; 9],
    pub sum_us: u64,
}

impl Lengths {
    /// Upper bounds, in microseconds.
    pub const BOUNDS_US: [u64; 8] = [250, 500, 1_000, 2_500, 10_000, 50_000, 250_000, 1_000_000];
}

/// The journal's end: number and hash of the last event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    pub seq: Seq,
    pub hash: SmolStr,
}

/// The sounds of one turn of the clerk, in their order. They go out as soon as their events are on disk, a moment
/// before ledger and screen follow: a hand waits for the sound.
pub type Sounds = Arc<[Cue]>;

/// Facts of the station that pages show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Centre {
    pub name: SmolStr,
    /// «Учебные данные» on every page.
    pub demo: bool,
}

/// What a browser is to show from now on, after it signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    pub role: Role,
    /// The secret for the cookie: a session's, or a school's or auditor's own token.
    pub secret: String,
    /// How long the browser may keep it, in seconds; none: until it is closed.
    pub kept_s: Option<u32>,
}

/// The archive could not be read.
#[derive(Clone, Debug, thiserror::Error)]
#[error("the journal could not be read: {0}")]
pub struct ArchiveError(pub String);

/// The door through which everything above the clerk looks and asks.
pub trait Office: Send + Sync + 'static {
    fn now(&self) -> Moment;
    fn centre(&self) -> Centre;
    fn policy(&self) -> Arc<Policy>;
    /// Calls `look` with the ledger of what is on disk. Keep it short: the clerk waits.
    fn ledger(&self, look: &mut dyn FnMut(&Ledger));
    fn head(&self) -> Head;
    /// Posts a wish; the answer comes when it is durable.
    fn post(&self, wish: Wish) -> oneshot::Receiver<Answer>;
    fn screen(&self) -> watch::Receiver<Arc<Screen>>;
    fn sounds(&self) -> broadcast::Receiver<Sounds>;
    fn readers(&self) -> Vec<ReaderView>;
    fn unknown(&self) -> Vec<UnknownView>;
    fn health(&self) -> Health;
    /// What an office in memory has none of.
    fn vitals(&self) -> Vitals {
        Vitals::default()
    }
    /// The role behind a secret: an access token, or a session that signing in began.
    fn role_of(&self, secret: &str) -> Option<Role>;
    /// Signs in with the staff's password or an access token. Slow and large: a password is hashed. Call it off the
    /// threads that serve, and never twice at a time.
    fn sign_in(&self, secret: &str) -> Option<SignedIn>;
    /// Ends a session; a secret that is none is passed over.
    fn sign_out(&self, secret: &str);
    /// History of an item, newest first; reads the disk.
    fn history(&self, item: &ItemId, limit: usize, before: Option<Seq>) -> Result<Vec<Entry>, ArchiveError>;
    /// The ledger as it was at `at`, and where the journal ended then; reads the disk.
    fn as_of(&self, at: Moment) -> Result<(Arc<Ledger>, Head), ArchiveError>;
}

/// Calls `look` with the ledger and hands its result on.
pub fn with_ledger<T>(office: &dyn Office, look: impl FnOnce(&Ledger) -> T) -> Option<T> {
    let mut look = Some(look);
    let mut result = None;
    office.ledger(&mut |ledger| {
        if let Some(look) = look.take() {
            result = Some(look(ledger));
        }
    });
    result
}

/// A virtual reader of the demo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StageReader {
    pub reader: ReaderId,
    pub name: SmolStr,
    /// The family whose bytes it sends.
    pub family: SmolStr,
    pub plugged: bool,
}

/// The demo's hands: presents tags to virtual readers. The bytes go the whole way through a pseudo-terminal.
pub trait Stage: Send + Sync + 'static {
    fn readers(&self) -> Vec<StageReader>;
    /// Lays a tag on a reader; fails with a sentence if the reader cannot read such a tag.
    fn present(&self, reader: &ReaderId, tag: &TagId) -> Result<(), Message>;
    fn plug(&self, reader: &ReaderId, plugged: bool) -> Result<(), Message>;
    /// The card of a badge, as the visitor holds it in the demo.
    fn card_of(&self, badge: &crate::ids::BadgeCode) -> Option<TagId>;
}
