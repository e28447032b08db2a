//! The inbox: tags that belong to nothing yet, kept for enrolment until somebody enrols or forgets them.
//!
//! Knows: `<data>/inbox.json`, mode 0600, bounded. Must not know: what a tag might be.
//!
//! An unknown tag may be somebody's bank card. So its number stands here, where it can be forgotten, and the journal
//! has only a keyed digest of it.

use super::document::DocumentFile;
use super::error::{Error, Result};
use super::lock::DataFolder;
use crate::clock::Moment;
use crate::ids::ReaderId;
use crate::tag::TagId;
use serde::{Deserialize, Serialize};

/// Most tags that are kept; the one not seen for longest gives way.
pub const INBOX_MOST: usize = 200;

/// A tag that belonged to nothing when it was scanned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnknownTag {
    pub tag: TagId,
    pub first: Moment,
    pub last: Moment,
    /// The reader that saw it last.
    pub reader: ReaderId,
    pub count: u64,
}

/// Unknown tags. Scans only change the memory; [`Inbox::save`] writes, now and then, so that rubbish scanned all
/// day costs no writes. A power cut may lose the latest ones: they are no loans.
#[derive(Debug)]
pub struct Inbox {
    file: DocumentFile,
    /// In the order of their last scan, newest at the end.
    tags: Vec<UnknownTag>,
    changed: bool,
}

#[derive(Serialize, Deserialize, Default)]
struct Document {
    tags: Vec<UnknownTag>,
}

impl Inbox {
    pub fn open(data: &DataFolder) -> Result<Self> {
        let file = Self::file(data);
        let Document { mut tags } = file.read()?;
        tags.drain(..tags.len().saturating_sub(INBOX_MOST));
        Ok(Self {
            file,
            tags,
            changed: false,
        })
    }

    /// For a desk that works whatever has become of this file: a damaged one is set aside and a new one begun, and
    /// the damage is told.
    pub fn open_anyway(data: &DataFolder) -> (Self, Option<Error>) {
        let file = Self::file(data);
        let empty = |file| Self {
            file,
            tags: Vec::new(),
            changed: false,
        };
        match Self::open(data) {
            Err(error) if file.set_aside().is_ok() => (empty(file), Some(error)),
            opened => file.or_shut(opened, empty),
        }
    }

    fn file(data: &DataFolder) -> DocumentFile {
        let remedy = "move it away; unknown tags are noted anew when they are scanned";
        DocumentFile::private(data, "inbox.json", remedy)
    }

    /// Notes a scan.
    pub fn seen(&mut self, tag: &TagId, reader: &ReaderId, at: Moment) {
        let known = self.tags.iter().position(|unknown| unknown.tag == *tag);
        let mut unknown = match known {
            Some(n) => self.tags.remove(n),
            None => UnknownTag {
                tag: tag.clone(),
                first: at,
                last: at,
                reader: reader.clone(),
                count: 0,
            },
        };
        unknown.last = at;
        unknown.reader = reader.clone();
        unknown.count = unknown.count.saturating_add(1);
        if self.tags.len() >= INBOX_MOST {
            self.tags.remove(0);
        }
        self.tags.push(unknown);
        self.changed = true;
    }

    /// The tags, latest scan first.
    pub fn tags(&self) -> impl Iterator<Item = &UnknownTag> {
        self.tags.iter().rev()
    }

    /// Forgets a tag, because it was enrolled or is nobody's business. On disk when this returns.
    pub fn forget(&mut self, tag: &TagId) -> Result<bool> {
        let before = self.tags.len();
        self.tags.retain(|unknown| unknown.tag != *tag);
        self.changed |= self.tags.len() < before;
        self.save()?;
        Ok(self.tags.len() < before)
    }

    /// Forgets what was last scanned before `limit`.
    pub fn forget_before(&mut self, limit: Moment) -> Result<usize> {
        let before = self.tags.len();
        self.tags
            .retain(|unknown| unknown.last.timestamp() >= limit.timestamp());
        self.changed |= self.tags.len() < before;
        self.save()?;
        Ok(before - self.tags.len())
    }

    /// Writes what has changed since the last time, if anything.
    pub fn save(&mut self) -> Result<()> {
        if self.changed {
            let document = Document {
                tags: std::mem::take(&mut self.tags),
            };
            let written = self.file.write("the inbox", &document);
            self.tags = document.tags;
            written?;
            self.changed = false;
        }
        Ok(())
    }
}
