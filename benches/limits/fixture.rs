//! A station to measure on, and the arithmetic of medians.

use formular::clock::{Clock, Moment, Trust};
use formular::desk::DeskSettings;
use formular::ids::{BadgeCode, ItemId};
use formular::ledger::{Badge, BadgeKind, By, Event, How, Item, Lending, Policy, School};
use formular::service::{Setup, Station};
use formular::store::{DataFolder, Draft, Journal, Need, Roster};
use formular::tag::TagId;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

pub struct Rounds {
    pub scans: usize,
    pub groups: usize,
    pub requests: usize,
    pub commands: usize,
}

impl Rounds {
    pub fn quick() -> Self {
        Self {
            scans: 400,
            groups: 30,
            requests: 4_000,
            commands: 200,
        }
    }

    pub fn full() -> Self {
        Self {
            scans: 4_000,
            groups: 200,
            requests: 40_000,
            commands: 1_000,
        }
    }
}

/// A clock that the bench moves by hand, and that can be held: who asks it then, waits.
///
/// He waits awake. The clerk whose queue fills comes out of an fdatasync and is running; a sleeper's waking would be
/// measured as if it were the desk's.
pub struct BenchClock {
    start: Moment,
    ms: AtomicI64,
    held: AtomicBool,
}

/// The clock goes on when this is dropped.
pub struct Held<'a>(&'a AtomicBool);

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}

impl BenchClock {
    pub fn new() -> Arc<Self> {
        let start = "2026-09-01T09:00:00+03:00".parse().expect("a moment");
        Arc::new(Self {
            start,
            ms: AtomicI64::new(0),
            held: AtomicBool::new(false),
        })
    }

    pub fn advance(&self, ms: i64) {
        self.ms.fetch_add(ms, Ordering::Relaxed);
    }

    /// Until the guard is dropped, the clerk stands still at its next look at the clock.
    pub fn hold(&self) -> Held<'_> {
        self.held.store(true, Ordering::Release);
        Held(&self.held)
    }

    /// The time, for who holds the clock.
    pub fn read(&self) -> Moment {
        self.start.plus_ms(self.ms.load(Ordering::Relaxed))
    }
}

impl Clock for BenchClock {
    fn now(&self) -> Moment {
        while self.held.load(Ordering::Acquire) {
            std::hint::spin_loop();
        }
        self.read()
    }

    fn steady_ms(&self) -> u64 {
        u64::try_from(self.ms.load(Ordering::Relaxed)).unwrap_or(0)
    }
}

/// So many plain items, enough for a turn of 64 and for 8 clients.
pub const ITEMS: usize = 256;

pub fn item(n: usize) -> ItemId {
    ItemId::new(format!("ТР-{n:04}"))
}

pub fn item_tag(n: usize) -> TagId {
    TagId::uid(&[0xE0, 0x04, 0x01, 0, 0, 0, (n >> 8) as u8, n as u8]).expect("a serial")
}

pub fn badge_tag() -> TagId {
    TagId::uid(&[0x04, 1, 2, 3, 4, 5, 6]).expect("a serial")
}

pub fn badge() -> BadgeCode {
    BadgeCode::new("B-0008")
}

/// Master data of a centre whose own badge borrows: no limit and no agreement stands in the way of a measurement.
pub fn master() -> Vec<Event> {
    let centre = School {
        school: "S00".into(),
        centre: true,
        short_name: "Лицей".into(),
        full_name: "Лицей (вымышленная организация)".into(),
        legal_form: Default::default(),
        ownership: Default::default(),
        locality: Default::default(),
        distance_km: 0,
        learners: 0,
        profile_classes: Vec::new(),
        directions: Vec::new(),
        max_items: 0,
        max_days: 0,
        contact_role: Default::default(),
        contact_badge: None,
    };
    let badge = Badge {
        badge: badge(),
        school: "S00".into(),
        role: "педагог по шахматам".into(),
        kind: BadgeKind::Centre,
        active_from: "2024-01-01".parse().expect("a date"),
        active_to: None,
    };
    let mut events = vec![Event::SchoolRegistered(centre), Event::BadgeIssued(badge)];
    events.extend((0..ITEMS).map(|n| {
        Event::ItemEnrolled(Item {
            item: item(n),
            inventory_number: None,
            account: "21".into(),
            name: "Ноутбук мобильного класса 14\"".into(),
            category: "Компьютерное оборудование".into(),
            subject: "Информатика".into(),
            room: None,
            cost: Default::default(),
            funding: Default::default(),
            donor: None,
            accepted: None,
            serial_number: Default::default(),
            okof: Default::default(),
            valuable: false,
            kit: None,
            lending: Lending::Free,
            policy: Default::default(),
            max_days: None,
            verification_months: None,
            verification_due: None,
            uav_number: None,
            tags: vec![item_tag(n)],
        })
    }));
    events
}

/// The target folder lies on the file system that the repository lies on; so do the raw files.
pub fn folder(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&path);
    std::fs::create_dir_all(&path).expect("a folder");
    path
}

/// A journal with the master data, written and closed, and the card of the badge.
pub fn filled(path: &Path, clock: &dyn Clock, more: impl Iterator<Item = (Moment, By, Event)>) {
    let data = DataFolder::open(path).expect("a data folder");
    let card = (badge(), badge_tag());
    Roster::open(&data)
        .and_then(|mut roster| roster.give_all(vec![card]))
        .expect("a roster");
    let mut journal = Journal::open(&data, clock.now(), |_| {})
        .expect("a journal")
        .journal;
    let console = By {
        how: How::Console,
        ..By::default()
    };
    let master = master()
        .into_iter()
        .map(|event| (clock.now(), console.clone(), event));
    let mut drafts = Vec::new();
    for (at, by, event) in master.chain(more) {
        drafts.push(Draft {
            at,
            clock: Trust::Ok,
            recorded: None,
            by,
            src: None,
            event,
        });
        if drafts.len() == 1_000 {
            journal
                .append(std::mem::take(&mut drafts), Need::Ordinary)
                .expect("room");
        }
    }
    journal.append(drafts, Need::Ordinary).expect("room");
    journal.close().expect("a clean stop");
    let mut roster = Roster::open(&data).expect("a roster");
    roster.give(&badge(), badge_tag()).expect("room");
}

pub fn station(path: &Path, clock: Arc<BenchClock>) -> Station {
    let setup = Setup {
        policy: Policy::default(),
        desk: DeskSettings::default(),
        ..Setup::quiet(path.to_owned(), clock)
    };
    Station::open(setup).expect("a station")
}

pub fn median(times: &mut [Duration]) -> Duration {
    times.sort();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

pub fn percentile(times: &mut [Duration], percent: usize) -> Duration {
    times.sort();
    times
        .get((times.len() * percent / 100).min(times.len().saturating_sub(1)))
        .copied()
        .unwrap_or_default()
}
