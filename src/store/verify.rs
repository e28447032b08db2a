//! Is this journal whole? For files, folders and streams, without a data folder and without trust in the program.
//!
//! Knows: the line, the chain, where the first fault stands. Must not know: how to mend it.

use super::chain::Chain;
use super::chunk::{Chunks, DECODERS, UNHURRIED, read_ahead};
use super::clean::{CleanMark, Witness};
use super::disk::RealDisk;
use super::error::{Doing, Error, LineAt, Result};
use super::files::{self, ReadFile};
use super::record::{Head, Line, RecordError};
use super::segment;
use std::io::Read;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

/// What a check found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Every line is right; the journal ends so. Compare it with a head that was noted elsewhere: what was cut off
    /// behind the last line cannot be seen from the rest.
    Ok(Head),
    /// The first line that is not right.
    Bad { at: LineAt, reason: String },
}

/// One line for people and scripts: `ok SEQ HASH`, or the place and the reason.
impl std::fmt::Display for Verdict {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Verdict::Ok(head) => write!(f, "ok {head}"),
            Verdict::Bad { at, reason } => write!(f, "{at}: {reason}"),
        }
    }
}

/// A check over one stream after the other, the chain going on from one to the next.
#[derive(Debug)]
pub struct Verifier {
    chain: Chain,
    last: LineAt,
    decoders: usize,
}

impl Default for Verifier {
    fn default() -> Self {
        Self {
            chain: Chain::after(Head::EMPTY),
            last: LineAt {
                file: PathBuf::from("-"),
                line: 0,
            },
            decoders: DECODERS,
        }
    }
}

impl Verifier {
    /// On this thread alone: nobody waits for it, and the desk has the processors.
    pub fn unhurried() -> Self {
        Self {
            decoders: UNHURRIED,
            ..Self::default()
        }
    }

    /// Takes a stream; `name` is how the verdict calls it. `each` sees every line that is right, and its bytes with their line end.
    pub fn take(
        &mut self,
        name: &Path,
        source: impl Read,
        mut each: impl FnMut(Line, &[u8]) -> Result<()>,
    ) -> Result<Option<Verdict>> {
        let mut chunks = Chunks::new(source);
        let (mut bad, mut room) = (None, false);
        self.last = LineAt {
            file: name.to_owned(),
            line: 0,
        };
        read_ahead(
            self.decoders,
            || {
                Ok(chunks
                    .next()
                    .doing("read", name)?
                    .map(|bytes| (bytes.clone(), bytes)))
            },
            |bytes, lines| {
                let mut rest = bytes.as_slice();
                for found in lines {
                    let (bytes, behind) = rest.split_at_checked(found.bytes).unwrap_or((rest, &[]));
                    rest = behind;
                    if matches!(found.line, Err(RecordError::Room)) {
                        room = true;
                        continue;
                    }
                    self.last.line += 1;
                    let fault = match found.line {
                        _ if room => RecordError::Room.to_string(),
                        Ok(line) => match self.chain.follow(&line) {
                            Ok(()) => {
                                each(line, bytes)?;
                                continue;
                            }
                            Err(fault) => fault.to_string(),
                        },
                        Err(error) => error.to_string(),
                    };
                    bad = Some(Verdict::Bad {
                        at: self.last.clone(),
                        reason: fault,
                    });
                    return Ok(ControlFlow::Break(()));
                }
                Ok::<_, Error>(ControlFlow::Continue(()))
            },
        )?;
        Ok(bad)
    }

    /// The verdict when all streams were right.
    pub fn finish(self) -> Verdict {
        if self.chain.is_whole() {
            return Verdict::Ok(self.chain.head());
        }
        Verdict::Bad {
            at: self.last,
            reason: "the journal ends inside a batch".to_owned(),
        }
    }
}

/// Checks one stream, an export for example.
pub fn verify_stream(name: &Path, source: impl Read) -> Result<Verdict> {
    let mut verifier = Verifier::default();
    match verifier.take(name, source, |_, _| Ok(()))? {
        Some(bad) => Ok(bad),
        None => Ok(verifier.finish()),
    }
}

/// Checks the journal of a data folder, also against the mark of its last clean stop.
///
/// # Errors
/// No data folder or a newer one; a journal that is right as far as it goes and lacks what it had at that stop.
pub fn verify_data(data: &Path) -> Result<Verdict> {
    super::lock::check_readable(&RealDisk, data)?;
    let mut witness = Witness::of(&CleanMark::beside(&RealDisk::shared(), data))?;
    let verdict = patiently(&[segment::folder(data)], |line| {
        witness.see(line.entry.seq, line.hash)
    })?;
    if let Verdict::Ok(head) = verdict {
        witness.check(data, None, head, || None)?;
    }
    Ok(verdict)
}

/// Checks files and folders as one journal, in the order given. A folder is a data folder or its `journal`.
///
/// While the daemon writes, the last batch of a folder may just be under way: so a folder's fault is looked at again.
pub fn verify_paths(paths: &[PathBuf]) -> Result<Verdict> {
    patiently(paths, |_| {})
}

fn patiently(paths: &[PathBuf], mut each: impl FnMut(&Line)) -> Result<Verdict> {
    let mut verdict = verify_once(paths, &mut each)?;
    for _ in 0..3 {
        if matches!(verdict, Verdict::Ok(_)) || !paths.iter().any(|path| is_folder(path)) {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
        verdict = verify_once(paths, &mut each)?;
    }
    Ok(verdict)
}

fn verify_once(paths: &[PathBuf], each: &mut impl FnMut(&Line)) -> Result<Verdict> {
    let mut verifier = Verifier::default();
    for path in paths {
        for (first, path) in files_of(path)? {
            let next = verifier.chain.next_seq();
            if let Some(first) = first
                && first != next
            {
                return Ok(Verdict::Bad {
                    at: LineAt { file: path, line: 1 },
                    reason: format!(
                        "this file stands where event {next} belongs; a file is missing or renamed"
                    ),
                });
            }
            let source = ReadFile::open(&RealDisk, &path).doing("open", &path)?.from(0);
            let mut see = |line: Line, _: &[u8]| {
                each(&line);
                Ok(())
            };
            if let Some(bad) = verifier.take(&path, source, &mut see)? {
                return Ok(bad);
            }
        }
    }
    Ok(verifier.finish())
}

/// What cannot be asked is taken for a file; opening it then tells why.
fn is_folder(path: &Path) -> bool {
    files::is_folder(&RealDisk, path).unwrap_or(false)
}

/// The files behind a path; those of a folder with the sequence that their names promise.
fn files_of(path: &Path) -> Result<Vec<(Option<u64>, PathBuf)>> {
    if !is_folder(path) {
        return Ok(vec![(None, path.to_owned())]);
    }
    let inner = segment::folder(path);
    let folder = if is_folder(&inner) { inner } else { path.to_owned() };
    let firsts = segment::list(&RealDisk, &folder)?;
    if firsts.is_empty() && folder == path {
        return Err(Error::NoFolder { folder });
    }
    Ok(firsts
        .into_iter()
        .map(|first| (Some(first), segment::path(&folder, first)))
        .collect())
}
