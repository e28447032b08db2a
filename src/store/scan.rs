//! Following the files of a journal from a place on: chain, batches, and what kind of end it has.
//!
//! Knows: an interrupted write from damage. Must not know: what to do about it, what events mean.
//!
//! A batch is written only after the one before it is durable. So a power cut can only break lines of the LAST
//! batch (any of them: pages land in any order). A line that is whole and of another batch behind a broken one,
//! or a whole file behind it, means that the broken line had once been right: rot or tampering.

use super::chain::Chain;
use super::chunk::{Chunks, Found, read_ahead};
use super::disk::Disk;
use super::error::{Doing, Error, LineAt, Result};
use super::files::{ReadFile, ReadOn};
use super::record::{Head, LineHash, RecordError, VERSION};
use super::segment::{self, Place};
use crate::ledger::{Entry, Seq};
use std::io;
use std::ops::ControlFlow;
use std::path::Path;

/// A place between two batches where reading can begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Where the next line will stand, unless the next file begins with it.
    pub next: Place,
    /// Number of lines of that file before it.
    pub lines: u64,
    /// The last line before it.
    pub head: Head,
}

impl Position {
    pub const START: Self = Self {
        next: Place { file: 1, offset: 0 },
        lines: 0,
        head: Head::EMPTY,
    };
}

/// An event and where its line stands.
#[derive(Clone, Debug)]
pub struct Located {
    pub entry: Entry,
    pub place: Place,
    pub hash: LineHash,
    /// Where to read on, if this line ends its batch.
    pub after: Option<Position>,
}

/// The broken rest behind the last whole batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tail {
    /// First byte of the broken batch.
    pub start: Place,
    /// The batch's first sequence.
    pub batch: Seq,
    /// The line that is broken first.
    pub at: LineAt,
    pub reason: String,
}

/// Where a scan ended.
#[derive(Debug)]
pub struct Scanned {
    pub position: Position,
    /// Bytes of the last file that were read, its room among them.
    pub end: u64,
    pub tail: Option<Tail>,
}

/// Gives every event of every whole batch behind `from` to `sink`, in order, until the batch that reaches `until`
/// or until `sink` breaks.
///
/// An event is given only when its whole batch has been read. Damage is an error; an interrupted write is a tail.
pub fn scan(
    disk: &dyn Disk,
    folder: &Path,
    decoders: usize,
    from: Position,
    until: Seq,
    mut sink: impl FnMut(Located) -> ControlFlow<()>,
) -> Result<Scanned> {
    let files: Vec<Seq> = segment::list(disk, folder)?
        .into_iter()
        .filter(|&first| first >= from.next.file)
        .collect();
    let mut follow = Follow {
        folder,
        last_file: files.last().copied().unwrap_or(from.next.file),
        chain: Chain::after(from.head),
        position: from,
        at: from.next,
        line: from.lines,
        batch: Vec::new(),
        broken: None,
        room: false,
        until,
    };
    if from.head.seq >= until {
        return Ok(follow.end());
    }
    let mut source = Files {
        disk,
        folder,
        from: from.next,
        files: files.into_iter(),
        open: None,
    };
    read_ahead(
        decoders,
        || source.next(),
        |piece, lines| follow.take(piece, lines, &mut sink),
    )?;
    Ok(follow.end())
}

impl From<io::Error> for Error {
    /// Only for a reading thread that ended; everything else names its path.
    fn from(source: io::Error) -> Self {
        Error::Io {
            doing: "read",
            path: "the journal".into(),
            source,
        }
    }
}

/// Which file a chunk belongs to, and whether the file begins with it. An empty file gives one empty chunk.
struct Piece {
    file: Seq,
    begins: bool,
}

struct Files<'a> {
    disk: &'a dyn Disk,
    folder: &'a Path,
    from: Place,
    files: std::vec::IntoIter<Seq>,
    open: Option<(Seq, Chunks<ReadOn>)>,
}

impl Files<'_> {
    fn next(&mut self) -> Result<Option<(Piece, Vec<u8>)>> {
        if let Some((file, chunks)) = &mut self.open {
            let path = segment::path(self.folder, *file);
            if let Some(bytes) = chunks.next().doing("read", path)? {
                let piece = Piece {
                    file: *file,
                    begins: false,
                };
                return Ok(Some((piece, bytes)));
            }
        }
        let Some(file) = self.files.next() else {
            return Ok(None);
        };
        let path = segment::path(self.folder, file);
        let offset = if file == self.from.file {
            self.from.offset
        } else {
            0
        };
        let open = ReadFile::open(self.disk, &path).doing("open", &path)?;
        let mut chunks = Chunks::new(open.from(offset));
        let bytes = chunks.next().doing("read", path)?.unwrap_or_default();
        self.open = Some((file, chunks));
        let piece = Piece {
            file,
            begins: offset == 0,
        };
        Ok(Some((piece, bytes)))
    }
}

struct Follow<'a> {
    folder: &'a Path,
    last_file: Seq,
    chain: Chain,
    /// Behind the last whole batch.
    position: Position,
    /// Where the next line stands.
    at: Place,
    /// Lines of the file before it.
    line: u64,
    /// Events of the batch under way.
    batch: Vec<Located>,
    broken: Option<Tail>,
    /// The room of the file has begun: no line may follow in it.
    room: bool,
    until: Seq,
}

impl Follow<'_> {
    fn take(
        &mut self,
        piece: Piece,
        lines: Vec<Found>,
        sink: &mut impl FnMut(Located) -> ControlFlow<()>,
    ) -> Result<ControlFlow<()>> {
        if piece.begins {
            self.begin_file(piece.file)?;
        }
        for found in lines {
            let place = self.at;
            self.at.offset += found.bytes as u64;
            if matches!(found.line, Err(RecordError::Room)) {
                self.room = true;
                continue;
            }
            self.line += 1;
            if self.room && self.broken.is_none() {
                self.break_off(self.line_at(), RecordError::Room.to_string())?;
            }
            match (&self.broken, found.line) {
                (_, Err(RecordError::Newer { found })) => {
                    return Err(Error::NewerLine {
                        place: self.line_at(),
                        found,
                        known: VERSION,
                    });
                }
                // The hash is right: these bytes were written so. An interrupted write does not look like this.
                (None, Err(error @ RecordError::Field { .. })) => {
                    return Err(Error::Rot {
                        place: self.line_at(),
                        reason: error.to_string(),
                    });
                }
                (None, Err(error)) => self.break_off(self.line_at(), error.to_string())?,
                // Whole lines of the same batch may well stand behind a broken one; any other may not.
                (Some(tail), Ok(line)) if line.entry.batch != tail.batch => return Err(rot(tail)),
                (Some(_), _) => {}
                (None, Ok(line)) => {
                    if let Err(fault) = self.chain.follow(&line) {
                        return Err(Error::Rot {
                            place: self.line_at(),
                            reason: fault.to_string(),
                        });
                    }
                    let mut located = Located {
                        entry: line.entry,
                        place,
                        hash: line.hash,
                        after: None,
                    };
                    if line.more {
                        self.batch.push(located);
                        continue;
                    }
                    self.position = Position {
                        next: self.at,
                        lines: self.line,
                        head: self.chain.head(),
                    };
                    located.after = Some(self.position);
                    self.batch.push(located);
                    for located in self.batch.drain(..) {
                        if sink(located).is_break() {
                            return Ok(ControlFlow::Break(()));
                        }
                    }
                    if self.position.head.seq >= self.until {
                        return Ok(ControlFlow::Break(()));
                    }
                }
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    /// A file begins only when all before it is durable and whole, and is named by its first event.
    fn begin_file(&mut self, file: Seq) -> Result<()> {
        if let Some(tail) = &self.broken {
            return Err(rot(tail));
        }
        if self.room {
            // The writer takes the room back before it begins the next file.
            return Err(Error::Rot {
                place: self.line_at(),
                reason: "the file ends in blanks, and is not the last".to_owned(),
            });
        }
        if !self.chain.is_whole() {
            return Err(Error::Rot {
                place: self.line_at(),
                reason: "the file ends inside a batch".to_owned(),
            });
        }
        self.at = Place { file, offset: 0 };
        self.line = 0;
        if file != self.chain.next_seq() {
            self.line = 1;
            return Err(Error::Rot {
                place: self.line_at(),
                reason: format!(
                    "this file stands where event {} belongs; a file is missing or renamed",
                    self.chain.next_seq()
                ),
            });
        }
        self.position = Position {
            next: self.at,
            lines: 0,
            head: self.chain.head(),
        };
        Ok(())
    }

    fn break_off(&mut self, at: LineAt, reason: String) -> Result<()> {
        let tail = Tail {
            start: self.position.next,
            batch: self.chain.next_batch(),
            at,
            reason,
        };
        // The next file was created after this one was durable.
        if self.at.file != self.last_file {
            return Err(rot(&tail));
        }
        self.broken = Some(tail);
        Ok(())
    }

    fn line_at(&self) -> LineAt {
        LineAt {
            file: segment::path(self.folder, self.at.file),
            line: self.line,
        }
    }

    fn end(self) -> Scanned {
        let unfinished = (!self.batch.is_empty()).then(|| Tail {
            start: self.position.next,
            batch: self.chain.next_batch(),
            at: self.line_at(),
            reason: "the journal ends inside a batch".to_owned(),
        });
        Scanned {
            position: self.position,
            end: self.at.offset,
            tail: self.broken.or(unfinished),
        }
    }
}

fn rot(tail: &Tail) -> Error {
    Error::Rot {
        place: tail.at.clone(),
        reason: tail.reason.clone(),
    }
}
