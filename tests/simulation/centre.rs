//! The sample's centre before its first working day: schools, badges, kits, items, calendar, and no history.

use super::clock::SimClock;
use super::disk::{SimDisk, folder};
use formular::clock::Moment;
use formular::desk::DeskSettings;
use formular::exchange;
use formular::ids::{BadgeCode, ItemId};
use formular::ledger::{Ledger, Policy, decide};
use formular::service::{ImportJob, Intake, Opening, Readers, Tools, Waiting};
use formular::store::DataFolder;
use formular::store::disk::{Disk, DiskFile, Loss, MemoryDisk, Opening as How};
use formular::tag::TagId;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, mpsc};

/// The files that say what the centre has.
const FILES: [&str; 7] = [
    "schools.csv",
    "rooms.csv",
    "donors.csv",
    "kits.csv",
    "equipment.csv",
    "badges.csv",
    "calendar.csv",
];

/// The school years after those that the sample's calendar knows: the same vacations.
const LATER: &str = "2026-10-24,2026-11-01\n2026-12-31,2027-01-10\n2027-03-27,2027-04-04\n2027-05-27,2027-08-31\n\
    2027-10-23,2027-10-31\n2027-12-31,2028-01-09\n2028-03-25,2028-04-02\n2028-05-27,2028-08-31\n";

/// What every simulated centre begins with.
pub struct Base {
    disk: MemoryDisk,
    pub items: Vec<ItemId>,
    /// The tags of an item, and the cards of a badge.
    pub tags: BTreeMap<ItemId, Vec<TagId>>,
    pub cards: BTreeMap<BadgeCode, TagId>,
}

impl Base {
    /// A disk of one's own with this on it, all of it durable.
    pub fn disk(&self) -> MemoryDisk {
        self.disk.cut_by(Loss::Everything, 0)
    }

    /// Reads the sample in by the program's own importer.
    pub fn new(begin: Moment) -> Self {
        let clock = Arc::new(SimClock::new(begin));
        let disk = SimDisk::new(MemoryDisk::new(), false);
        put_key(&disk);
        let data = DataFolder::on(disk.shared(), folder()).expect("a new folder");
        let (sound, _heard) = mpsc::sync_channel(64);
        let tools = Tools {
            clock,
            rules: decide,
            policy: Arc::new(Policy::default()),
            desk: DeskSettings::default(),
            readers: Readers::default(),
            sound,
        };
        let Opening { mut clerk, shown, .. } = Opening::of(&data, tools).expect("a new centre");
        let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample");
        let mut opened = exchange::Opened::default();
        for name in FILES {
            let mut bytes = std::fs::read(sample.join(name)).expect("the sample");
            if name == "calendar.csv" {
                for span in LATER.lines() {
                    bytes.extend(format!("{span},каникулы,каникулы,как в прежние годы\n").bytes());
                }
            }
            opened
                .sheets
                .push(exchange::sheet(name, &bytes).expect("a sheet of the sample"));
        }
        let mut cards = BTreeMap::new();
        let job = ImportJob {
            opened,
            skip_bad: false,
            dry_run: false,
        };
        let (waiting, mut answer) = Waiting::new();
        clerk
            .turn(vec![Intake::Import(Box::new(job), waiting)])
            .expect("a good disk");
        let plan = answer.try_recv().expect("an answer").expect("a good sample");
        assert!(!plan.has_faults(), "the sample has faults");
        for card in plan.roster {
            cards.insert(card.badge, card.uid);
        }
        let ledger: Ledger = shown.ledger().clone();
        clerk.close().expect("a good disk");
        drop(data);
        Self {
            disk: disk.memory.cut_by(Loss::Everything, 0),
            items: ledger.items.keys().cloned().collect(),
            tags: ledger
                .items
                .iter()
                .map(|(id, item)| (id.clone(), item.tags.clone()))
                .collect(),
            cards,
        }
    }
}

/// The key of the digests is chance; here it must be the same every time.
fn put_key(disk: &SimDisk) {
    disk.create_folder(&folder()).expect("a folder");
    let file: Box<dyn DiskFile> = disk
        .open(&folder().join("key"), How::Create { mode: 0o600 })
        .expect("a file");
    file.write_at(&[7; 32], 0).expect("room");
    file.sync_all().expect("a disk");
    drop(file);
    disk.sync_folder(&folder()).expect("a disk");
    disk.sync_folder(Path::new("/")).expect("a disk");
}
