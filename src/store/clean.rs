//! The mark of a clean stop: the head of the journal when everything had been written.
//!
//! Knows: `<data>/clean`. Must not know: how the journal is read.
//!
//! The mark is written last at a stop and taken away first at a start. It proves two things: events up to it had
//! been acknowledged, and sled had been closed in order.

use super::document::DocumentFile;
use super::error::Result;
use super::lock::DataFolder;
use super::record::Head;

/// Reads, sets and takes away the mark of one data folder.
#[derive(Debug)]
pub struct CleanMark {
    file: DocumentFile,
}

impl CleanMark {
    pub fn of(data: &DataFolder) -> Self {
        let remedy = "it is the mark of the last clean stop: compare the journal's head with one that was noted \
                      elsewhere, then remove the file";
        Self {
            file: DocumentFile::shared(data, "clean", remedy),
        }
    }

    pub fn read(&self) -> Result<Option<Head>> {
        self.file.read()
    }

    pub fn set(&self, head: Head) -> Result<()> {
        self.file.write("the mark of a clean stop", &head)
    }

    pub fn take_away(&self) -> Result<()> {
        self.file.remove()
    }
}
