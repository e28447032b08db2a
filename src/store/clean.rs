//! The mark of a clean stop: the head of the journal when everything had been written.
//!
//! Knows: `<data>/clean`. Must not know: how the journal is read.
//!
//! The mark is written last at a stop and taken away first at a start. It proves two things: events up to it had
//! been acknowledged, and sled had been closed in order.

use super::disk::Disk;
use super::error::{Doing, Error, Result};
use super::files;
use super::lock::DataFolder;
use super::record::Head;
use std::path::PathBuf;
use std::sync::Arc;

/// Reads, sets and takes away the mark of one data folder.
#[derive(Debug)]
pub struct CleanMark {
    disk: Arc<dyn Disk>,
    path: PathBuf,
}

impl CleanMark {
    pub fn of(data: &DataFolder) -> Self {
        Self {
            disk: data.disk().clone(),
            path: data.path().join("clean"),
        }
    }

    pub fn read(&self) -> Result<Option<Head>> {
        let Some(bytes) = files::read_small(&*self.disk, &self.path, 4096).doing("read", &self.path)? else {
            return Ok(None);
        };
        let head = serde_json::from_slice(&bytes).map_err(|error| Error::Damaged {
            path: self.path.clone(),
            what: format!(
                "the mark of the last clean stop cannot be read ({error}); look at it, then remove it"
            ),
        })?;
        Ok(Some(head))
    }

    pub fn set(&self, head: Head) -> Result<()> {
        let bytes = serde_json::to_vec(&head).map_err(|source| Error::Encode {
            what: "the mark of a clean stop",
            source,
        })?;
        files::replace(&*self.disk, &self.path, &bytes, files::SHARED).doing("write", &self.path)
    }

    pub fn take_away(&self) -> Result<()> {
        if files::remove(&*self.disk, &self.path).doing("remove", &self.path)? {
            files::sync_folder_of(&*self.disk, &self.path).doing("sync the folder of", &self.path)?;
        }
        Ok(())
    }
}
