//! When the last good copy was made: `<data>/copies.json`, so that health knows it after a restart without the stick.
//!
//! Knows: the note. Must not know: whether the copy is still there.

use crate::clock::Moment;
use crate::store::document::DocumentFile;
use crate::store::error::Result;
use crate::store::lock::DataFolder;
use crate::store::record::Head;
use serde::{Deserialize, Serialize};

/// The last copy that was good when it was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Noted {
    pub at: Moment,
    pub head: Head,
    pub name: String,
}

/// The note of a data folder.
#[derive(Debug)]
pub struct LastCopy(DocumentFile);

#[derive(Serialize, Deserialize, Default)]
struct Document {
    last_good: Option<Noted>,
}

impl LastCopy {
    pub fn of(data: &DataFolder) -> Self {
        Self(DocumentFile::private(
            data,
            "copies.json",
            "move it away; it is written anew with the next copy",
        ))
    }

    pub fn read(&self) -> Result<Option<Noted>> {
        Ok(self.0.read::<Document>()?.last_good)
    }

    pub fn write(&self, at: Moment, head: Head, name: &str) -> Result<()> {
        let last_good = Some(Noted {
            at,
            head,
            name: name.to_owned(),
        });
        self.0.write("the note of the last copy", &Document { last_good })
    }
}
