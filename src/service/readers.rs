//! The readers' board in the words of the pages.
//!
//! Knows: how a reader's health is told to people. Must not know: ports.

use crate::cue::Cue;
use crate::ids::ReaderId;
use crate::profile::Family;
use crate::reader::{Board, Feedback, Health, State};
use crate::view::{ReaderState, ReaderView};
use smol_str::{SmolStr, ToSmolStr};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// All readers, with the names that the station gave them; a clone is the same.
#[derive(Clone, Default)]
pub struct Readers {
    pub board: Board,
    /// «Стойка, карты»; a reader without one is called by its id.
    names: Arc<Mutex<BTreeMap<ReaderId, SmolStr>>>,
    /// Those that can sound or light.
    feedback: Arc<Mutex<BTreeMap<ReaderId, Feedback>>>,
}

impl Readers {
    pub fn new(names: BTreeMap<ReaderId, SmolStr>) -> Self {
        Self {
            names: Arc::new(Mutex::new(names)),
            ..Self::default()
        }
    }

    /// Gives a reader its name on the screen.
    pub fn call(&self, reader: ReaderId, name: SmolStr) {
        lock(&self.names).insert(reader, name);
    }

    /// A name that no other reader has: of two equal ones the second says where it is plugged in.
    pub fn free_label(&self, label: &str, reader: &ReaderId, profile: &str) -> SmolStr {
        let taken = |(id, name): (&ReaderId, &SmolStr)| id != reader && name == label;
        match lock(&self.names).iter().any(taken) {
            true => {
                let unit = reader.as_str().strip_prefix(profile).unwrap_or_default();
                smol_str::format_smolstr!("{label} ({})", unit.trim_start_matches('-'))
            }
            false => label.into(),
        }
    }

    /// Lets a reader hear the cues of the desk.
    pub fn hear(&self, reader: ReaderId, feedback: Feedback) {
        lock(&self.feedback).insert(reader, feedback);
    }

    /// Lets all readers sound or light that can.
    pub fn sound(&self, cue: Cue) {
        lock(&self.feedback).values().for_each(|reader| reader.cue(cue));
    }

    pub fn views(&self) -> Vec<ReaderView> {
        self.board
            .all()
            .into_iter()
            .map(|health| self.view(health))
            .collect()
    }

    fn view(&self, health: Health) -> ReaderView {
        let name = lock(&self.names).get(&health.reader).cloned();
        ReaderView {
            name: name.unwrap_or_else(|| health.reader.as_str().into()),
            profile: health.profile.to_smolstr(),
            path: health.path.display().to_smolstr(),
            kind: kind(health.family).into(),
            role: health.role.as_str().into(),
            state: match health.state {
                State::Open => ReaderState::Works,
                State::Waiting => ReaderState::Waiting,
                State::Lost => ReaderState::Lost,
                State::Denied => ReaderState::Denied,
                State::Busy => ReaderState::Busy,
                State::Silent => ReaderState::Silent,
                State::Confused => ReaderState::Confused,
                State::Failed => ReaderState::Failed,
            },
            since: health.since,
            last_scan: health.last_scan,
            bytes: health.bytes,
            scans: health.scans,
            repeats: health.frames.saturating_sub(health.scans),
            rejects: health.rejects.into_iter().collect(),
            last_words: health
                .words
                .back()
                .map(|word| word.text.to_smolstr())
                .unwrap_or_default(),
            reader: health.reader,
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Which drawing stands for readers of a family.
fn kind(family: Family) -> &'static str {
    match family {
        many if many.sees_many() => "mast",
        Family::BarcodeText
        | Family::HidPos
        | Family::ZebraSsi
        | Family::HoneywellCmd
        | Family::HoneywellMsgget
        | Family::Newland
        | Family::NewlandLegacy
        | Family::Gm65
        | Family::Metroselect
        | Family::Cipherlab => "bars",
        _ => "pad",
    }
}
