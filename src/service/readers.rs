//! The readers' board in the words of the pages.
//!
//! Knows: how a reader's health is told to people. Must not know: ports.

use crate::ids::ReaderId;
use crate::profile::Family;
use crate::reader::{Board, Health, State};
use crate::view::{ReaderState, ReaderView};
use smol_str::{SmolStr, ToSmolStr};
use std::collections::BTreeMap;

/// All readers, with the names that the station gave them.
#[derive(Clone, Default)]
pub struct Readers {
    pub board: Board,
    /// «Стойка, карты»; a reader without one is called by its id.
    pub names: BTreeMap<ReaderId, SmolStr>,
}

impl Readers {
    pub fn views(&self) -> Vec<ReaderView> {
        self.board
            .all()
            .into_iter()
            .map(|health| self.view(health))
            .collect()
    }

    fn view(&self, health: Health) -> ReaderView {
        let name = self.names.get(&health.reader).cloned();
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
                State::Failed => ReaderState::Confused,
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

/// Which drawing stands for readers of a family.
fn kind(family: Family) -> &'static str {
    match family {
        Family::BarcodeText => "bars",
        Family::UhfBb7e => "mast",
        _ => "pad",
    }
}
