//! Small JSON documents that are replaced as a whole: readers see the old or the new one, and so does a power cut.
//!
//! Knows: reading, replacing, file modes, the sum. Must not know: what stands in the documents.
//!
//! The last key of a document is `sum`, SHA-256 over the document without it. It tells a disk that has changed a
//! letter; it is no secret. A document without a sum is one of an older program, or written by hand, and is read.

use super::disk::Disk;
use super::error::{Doing, Error, Result};
use super::files;
use super::lock::DataFolder;
use super::record::LineHash;
use serde::{Serialize, de::DeserializeOwned};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Largest document that is read, in bytes.
const MOST: u64 = 16 << 20;

const END: &[u8] = b"\n}";
const BEFORE_SUM: &[u8] = b",\n  \"sum\": \"";
const AFTER_SUM: &[u8] = b"\"\n}\n";
const DIGITS: usize = 64;

/// Where a document stands. It does not hold the folder's lock.
#[derive(Clone, Debug)]
pub struct DocumentFile {
    disk: Arc<dyn Disk>,
    path: PathBuf,
    mode: u32,
    /// What a person can do if the document is damaged.
    remedy: &'static str,
    /// Why it is not written any more.
    shut: Option<String>,
}

impl DocumentFile {
    /// One that only the daemon may read.
    pub fn private(data: &DataFolder, name: &str, remedy: &'static str) -> Self {
        Self {
            mode: files::PRIVATE,
            ..Self::shared(data.disk().clone(), data.path().join(name), remedy)
        }
    }

    /// One that the group may read; also for those who only read the folder.
    pub fn shared(disk: Arc<dyn Disk>, path: PathBuf, remedy: &'static str) -> Self {
        Self {
            disk,
            path,
            mode: files::SHARED,
            remedy,
            shut: None,
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
        if !sum_is_right(&bytes) {
            return Err(
                self.damaged("its content does not give its sum; it was changed by a disk or by hand")
            );
        }
        serde_json::from_slice(&bytes).map_err(|error| self.damaged(error))
    }

    /// Replaces the document.
    pub fn write<T: Serialize>(&self, what: &'static str, document: &T) -> Result<()> {
        if let Some(what) = self.shut.clone() {
            let path = self.path.clone();
            return Err(Error::Damaged { path, what });
        }
        let bytes = serde_json::to_vec_pretty(document).map_err(|source| Error::Encode { what, source })?;
        files::replace(&*self.disk, &self.path, &with_sum(bytes), self.mode).doing("write", &self.path)
    }

    /// Removes it; durable when this returns.
    pub fn remove(&self) -> Result<()> {
        if files::remove(&*self.disk, &self.path).doing("remove", &self.path)? {
            files::sync_folder_of(&*self.disk, &self.path).doing("sync the folder of", &self.path)?;
        }
        Ok(())
    }

    /// Moves it out of the way, so that a new one can be begun.
    pub fn set_aside(&self) -> Result<()> {
        let mut name = self.path.file_name().unwrap_or_default().to_owned();
        name.push(".damaged");
        let aside = self.path.with_file_name(name);
        files::rename(&*self.disk, &self.path, &aside).doing("set aside", &self.path)
    }

    /// What was opened; or an empty one, never written, with the error to be told: what stands in the file is damaged,
    /// and a person shall see it.
    pub fn or_shut<T>(mut self, opened: Result<T>, empty: impl FnOnce(Self) -> T) -> (T, Option<Error>) {
        let error = match opened {
            Ok(opened) => return (opened, None),
            Err(error) => error,
        };
        self.shut = Some(match &error {
            Error::Damaged { what, .. } => what.clone(),
            other => other.to_string(),
        });
        (empty(self), Some(error))
    }

    pub fn damaged(&self, reason: impl std::fmt::Display) -> Error {
        Error::Damaged {
            path: self.path.clone(),
            what: format!("{reason}; {}", self.remedy),
        }
    }
}

/// Puts the sum behind the last key.
fn with_sum(mut bytes: Vec<u8>) -> Vec<u8> {
    let sum = LineHash::of(&bytes);
    match bytes.strip_suffix(END).map(<[u8]>::len) {
        Some(end) => {
            bytes.truncate(end);
            bytes.extend_from_slice(BEFORE_SUM);
            bytes.extend_from_slice(sum.to_string().as_bytes());
            bytes.extend_from_slice(AFTER_SUM);
        }
        None => bytes.push(b'\n'),
    }
    bytes
}

/// True also if there is none.
fn sum_is_right(bytes: &[u8]) -> bool {
    let split = || {
        let rest = bytes.strip_suffix(AFTER_SUM)?;
        let (rest, digits) = rest.split_at_checked(rest.len().checked_sub(DIGITS)?)?;
        Some((rest.strip_suffix(BEFORE_SUM)?, LineHash::from_hex(digits)?))
    };
    match split() {
        Some((body, sum)) => LineHash::of(&[body, END].concat()) == sum,
        None => !bytes.windows(7).any(|part| part == b"\"sum\": "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_flipped_bit_of_the_content_is_seen() {
        let body =
            serde_json::to_vec_pretty(&serde_json::json!({"badges": {"B-0301": ["uid:11223344"]}})).unwrap();
        let len = body.len() - END.len();
        let whole = with_sum(body.clone());
        assert!(
            sum_is_right(&whole) && sum_is_right(&body),
            "an older one has no sum"
        );
        let again: serde_json::Value = serde_json::from_slice(&whole).unwrap();
        assert_eq!(again["badges"]["B-0301"][0], "uid:11223344");
        for bit in 0..len * 8 {
            let mut flipped = whole.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert!(!sum_is_right(&flipped), "bit {bit}");
        }
    }
}
