//! Small JSON documents that are replaced as a whole: readers see the old or the new one, and so does a power cut.
//!
//! Knows: reading, replacing, file modes. Must not know: what stands in the documents.

use super::disk::Disk;
use super::error::{Doing, Error, Result};
use super::files;
use super::lock::DataFolder;
use serde::{Serialize, de::DeserializeOwned};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Largest document that is read, in bytes.
const MOST: u64 = 16 << 20;

/// Where a document stands. It does not hold the folder's lock.
#[derive(Clone, Debug)]
pub struct DocumentFile {
    disk: Arc<dyn Disk>,
    path: PathBuf,
}

impl DocumentFile {
    pub fn of(data: &DataFolder, name: &str) -> Self {
        Self {
            disk: data.disk().clone(),
            path: data.path().join(name),
        }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Reads the document, or begins an empty one. One that cannot be read is an error and is not touched.
    pub fn read<T: DeserializeOwned + Default>(&self) -> Result<T> {
        let bytes = files::read_small(&*self.disk, &self.path, MOST).doing("read", &self.path)?;
        let Some(bytes) = bytes else {
            return Ok(T::default());
        };
        serde_json::from_slice(&bytes)
            .map_err(|error| self.damaged(format!("{error}; mend the file or put it aside")))
    }

    /// Replaces the document; only the daemon may read it (mode 0600).
    pub fn write<T: Serialize>(&self, what: &'static str, document: &T) -> Result<()> {
        let mut bytes =
            serde_json::to_vec_pretty(document).map_err(|source| Error::Encode { what, source })?;
        bytes.push(b'\n');
        files::replace(&*self.disk, &self.path, &bytes, files::PRIVATE).map_err(|error| match error {
            error if files::is_no_space(&error) => Error::NoSpace,
            source => Error::Io {
                doing: "write",
                path: self.path.clone(),
                source,
            },
        })
    }

    pub fn damaged(&self, what: String) -> Error {
        Error::Damaged {
            path: self.path.clone(),
            what,
        }
    }
}
