//! Small JSON documents that are replaced as a whole: readers see the old or the new one, and so does a power cut.
//!
//! Knows: reading, replacing, file modes. Must not know: what stands in the documents.

use super::error::{Doing, Error, Result};
use super::files;
use serde::{Serialize, de::DeserializeOwned};
use std::path::Path;

/// Largest document that is read, in bytes.
const MOST: u64 = 16 << 20;

/// Reads a document, or begins an empty one. One that cannot be read is an error and is not touched.
pub fn read<T: DeserializeOwned + Default>(path: &Path) -> Result<T> {
    let Some(bytes) = files::read_small(path, MOST).doing("read", path)? else {
        return Ok(T::default());
    };
    serde_json::from_slice(&bytes).map_err(|error| Error::Damaged {
        path: path.to_owned(),
        what: format!("{error}; mend the file or put it aside"),
    })
}

/// Replaces a document; only the daemon may read it (mode 0600).
pub fn write<T: Serialize>(path: &Path, what: &'static str, document: &T) -> Result<()> {
    let mut bytes = serde_json::to_vec_pretty(document).map_err(|source| Error::Encode { what, source })?;
    bytes.push(b'\n');
    files::replace(path, &bytes, files::PRIVATE).map_err(|error| match error {
        error if files::is_no_space(&error) => Error::NoSpace,
        source => Error::Io {
            doing: "write",
            path: path.to_owned(),
            source,
        },
    })
}
