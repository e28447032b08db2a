//! The journal out of the house: one stream of lines, byte for byte as they stand in the files.
//!
//! Knows: which bytes are whole batches. Must not know: where the stream goes.

use super::error::{Doing, Result};
use super::files::ReadFile;
use super::reader::{Extent, JournalReader};
use super::segment;
use std::io::{self, Read, Write};
use std::ops::ControlFlow;

/// Writes every line up to the last whole batch; works while the daemon runs.
///
/// The journal is checked first: of a damaged one nothing is written, and the error names the place.
pub fn export(journal: &JournalReader, out: &mut impl Write) -> Result<Extent> {
    let extent = journal.read_unhurried(|_| ControlFlow::Continue(()))?;
    let end = extent.position;
    for file in segment::list(journal.disk(), journal.folder())? {
        if file > end.next.file {
            break;
        }
        let path = segment::path(journal.folder(), file);
        let most = if file == end.next.file {
            end.next.offset
        } else {
            u64::MAX
        };
        let source = ReadFile::open(journal.disk(), &path).doing("open", &path)?;
        io::copy(&mut source.from(0).take(most), out).doing("export", path)?;
    }
    out.flush().doing("write", "the export")?;
    Ok(extent)
}
