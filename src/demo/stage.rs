//! The demo's stage: virtual readers, and hands that lay tags on them.
//!
//! Knows: which virtual readers there are and which tag each can read. Must not know: what the desk makes of it.

use super::encode;
use super::pty::VirtualReader;
use crate::ids::{BadgeCode, ReaderId};
use crate::profile::{Family, builtin};
use crate::reader::Attached;
use crate::tag::TagId;
use crate::view::{Stage, StageReader};
use crate::words::Message;
use smol_str::SmolStr;
use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Id, name on the strip, family. Between them they read every badge and item of the sample.
const READERS: [(&str, &str, Family); 3] = [
    ("desk-hf", "Стойка, карты", Family::Rc522Text),
    ("desk-bar", "Сканер штрихкода", Family::BarcodeText),
    ("desk-uhf", "Стойка, UHF", Family::UhfBb7e),
];

struct Virtual {
    id: ReaderId,
    name: SmolStr,
    family: Family,
    reader: Mutex<VirtualReader>,
}

pub struct DemoStage {
    readers: Vec<Virtual>,
    cards: BTreeMap<BadgeCode, TagId>,
}

impl DemoStage {
    /// Opens the virtual readers below `folder`; `cards` are the badges' cards of the sample.
    ///
    /// # Errors
    /// If the system has no pseudo-terminals.
    pub fn open(folder: &Path, cards: BTreeMap<BadgeCode, TagId>) -> io::Result<Self> {
        std::fs::create_dir_all(folder)?;
        let open = |(id, name, family): (&str, &str, Family)| {
            let reader = VirtualReader::open(folder.join(id))?;
            Ok(Virtual {
                id: id.into(),
                name: name.into(),
                family,
                reader: Mutex::new(reader),
            })
        };
        Ok(Self {
            readers: READERS.into_iter().map(open).collect::<io::Result<_>>()?,
            cards,
        })
    }

    /// The virtual readers as the station attaches them.
    pub fn attached(&self) -> Vec<Attached> {
        let attach = |one: &Virtual| {
            let profile = builtin().find(one.family.as_str()).ok()?;
            Some(Attached::new(one.id.clone(), profile, lock(&one.reader).path()))
        };
        self.readers.iter().filter_map(attach).collect()
    }

    pub fn names(&self) -> BTreeMap<ReaderId, SmolStr> {
        self.readers
            .iter()
            .map(|one| (one.id.clone(), one.name.clone()))
            .collect()
    }

    fn find(&self, reader: &ReaderId) -> Result<&Virtual, Message> {
        self.readers
            .iter()
            .find(|one| one.id == *reader)
            .ok_or_else(|| Message::new("demo-no-reader"))
    }
}

fn lock(reader: &Mutex<VirtualReader>) -> MutexGuard<'_, VirtualReader> {
    reader.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Stage for DemoStage {
    fn readers(&self) -> Vec<StageReader> {
        self.readers
            .iter()
            .map(|one| StageReader {
                reader: one.id.clone(),
                name: one.name.clone(),
                family: one.family.as_str().into(),
                plugged: lock(&one.reader).is_plugged(),
            })
            .collect()
    }

    fn present(&self, reader: &ReaderId, tag: &TagId) -> Result<(), Message> {
        let one = self.find(reader)?;
        let cannot = || Message::new("demo-cannot-read").text("reader", &one.name);
        let bytes = encode::encode(one.family, tag).ok_or_else(cannot)?;
        let mut line = lock(&one.reader);
        if !line.is_plugged() {
            return Err(Message::new("demo-unplugged").text("reader", &one.name));
        }
        line.present(&bytes).map_err(|error| {
            tracing::warn!(%error, reader = %one.id, "the virtual reader took no bytes");
            Message::new("demo-not-heard").text("reader", &one.name)
        })
    }

    fn plug(&self, reader: &ReaderId, plugged: bool) -> Result<(), Message> {
        let one = self.find(reader)?;
        let mut line = lock(&one.reader);
        let done = if plugged { line.plug() } else { line.unplug() };
        done.map_err(|error| {
            tracing::warn!(%error, reader = %one.id, "the virtual reader could not be plugged");
            Message::new("demo-not-heard").text("reader", &one.name)
        })
    }

    fn card_of(&self, badge: &BadgeCode) -> Option<TagId> {
        self.cards.get(badge).cloned()
    }
}
