//! Reading lines ahead: bytes in chunks of whole lines, hashed and parsed on two threads, given back in order.
//!
//! Knows: line ends, bounded memory. Must not know: files, the chain, what to do about a broken line.

use super::record::{Line, MAX_LINE_BYTES, RecordError, decode, is_room};
use std::collections::VecDeque;
use std::io::{self, Read};
use std::ops::ControlFlow;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

/// Bytes that are read at once. Small, since several are held at a time.
const CHUNK_BYTES: usize = 128 << 10;
/// Threads that hash and parse while a start waits for them.
pub const DECODERS: usize = 2;
/// Nobody waits: no thread, less memory, and the desk has the processors.
pub const UNHURRIED: usize = 0;

/// A stream of bytes cut behind line ends.
pub struct Chunks<R> {
    source: R,
    carry: Vec<u8>,
}

impl<R: Read> Chunks<R> {
    pub fn new(source: R) -> Self {
        Self {
            source,
            carry: Vec::new(),
        }
    }

    /// The next whole lines. The last chunk may end without a line end, and so does a piece of a line that is too
    /// long to be one.
    pub fn next(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut bytes = std::mem::take(&mut self.carry);
        loop {
            let before = bytes.len();
            let read = (&mut self.source)
                .take(CHUNK_BYTES as u64)
                .read_to_end(&mut bytes)?;
            if read == 0 {
                return Ok(Some(bytes).filter(|bytes| !bytes.is_empty()));
            }
            let end = bytes.iter().skip(before).rposition(|&b| b == b'\n');
            if let Some(end) = end {
                self.carry = bytes.split_off(before + end + 1);
                return Ok(Some(bytes));
            }
            if bytes.len() > MAX_LINE_BYTES {
                return Ok(Some(bytes));
            }
        }
    }
}

/// A line as it was found.
pub struct Found {
    /// Length with its line end.
    pub bytes: usize,
    pub line: Result<Line, RecordError>,
}

/// Splits a chunk and reads its lines. Room in front of a line is found by itself.
pub fn read_lines(chunk: &[u8]) -> Vec<Found> {
    let mut all = Vec::new();
    for bytes in chunk.split_inclusive(|&b| b == b'\n') {
        let room = bytes.iter().take_while(|&&b| is_room(b)).count();
        let (room, line) = bytes.split_at_checked(room).unwrap_or((&[], bytes));
        if !room.is_empty() {
            all.push(Found {
                bytes: room.len(),
                line: Err(RecordError::Room),
            });
        }
        if !line.is_empty() {
            all.push(Found {
                bytes: line.len(),
                line: read_line(line),
            });
        }
    }
    all
}

fn read_line(bytes: &[u8]) -> Result<Line, RecordError> {
    match bytes.strip_suffix(b"\n") {
        _ if bytes.len() > MAX_LINE_BYTES => Err(RecordError::TooLong),
        Some(line) => decode(line),
        None => Err(RecordError::NoLineEnd),
    }
}

/// Takes chunks from `next`, reads their lines on so many other threads, and gives them to `each` in order.
///
/// `T` travels with its chunk (where it stood). Ends when `next` has no more, or `each` breaks.
pub fn read_ahead<T: Send, E: From<io::Error>>(
    decoders: usize,
    mut next: impl FnMut() -> Result<Option<(T, Vec<u8>)>, E>,
    mut each: impl FnMut(T, Vec<Found>) -> Result<ControlFlow<()>, E>,
) -> Result<(), E> {
    let Some(mut first) = next()? else { return Ok(()) };
    let second = loop {
        match next()? {
            Some(second) if decoders > 0 => break second,
            // The last chunk; a small journal is not worth a thread.
            None => return each(first.0, read_lines(&first.1)).map(|_| ()),
            Some(second) => {
                if each(first.0, read_lines(&first.1))?.is_break() {
                    return Ok(());
                }
                first = second;
            }
        }
    };
    // One chunk in work and some waiting for each thread, so that none stands still on a busy machine.
    let under_way = 4 * decoders;
    std::thread::scope(|scope| {
        let mut threads: Vec<Decoder<T>> = Vec::new();
        for _ in 0..decoders {
            let (jobs, work) = sync_channel::<(T, Vec<u8>)>(under_way);
            let (done, results) = sync_channel(under_way);
            scope.spawn(move || {
                for (place, chunk) in work {
                    if done.send((place, read_lines(&chunk))).is_err() {
                        break;
                    }
                }
            });
            threads.push(Decoder { jobs, results });
        }
        let mut waiting = VecDeque::from([first, second]);
        let (mut sent, mut taken) = (0_usize, 0_usize);
        loop {
            while sent - taken < under_way {
                let job = match waiting.pop_front() {
                    Some(job) => job,
                    None => match next()? {
                        Some(job) => job,
                        None => break,
                    },
                };
                if let Some(decoder) = threads.get(sent % decoders) {
                    decoder.jobs.send(job).map_err(|_| ended())?;
                }
                sent += 1;
            }
            if sent == taken {
                return Ok(());
            }
            if let Some(decoder) = threads.get(taken % decoders) {
                let (place, lines) = decoder.results.recv().map_err(|_| ended())?;
                if each(place, lines)?.is_break() {
                    return Ok(());
                }
            }
            taken += 1;
        }
    })
}

struct Decoder<T> {
    jobs: SyncSender<(T, Vec<u8>)>,
    results: Receiver<(T, Vec<Found>)>,
}

fn ended() -> io::Error {
    io::Error::other("a thread that reads the journal ended")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &[u8]) -> Vec<Vec<u8>> {
        let mut chunks = Chunks::new(text);
        std::iter::from_fn(|| chunks.next().unwrap()).collect()
    }

    #[test]
    fn chunks_are_whole_lines_and_lose_nothing() {
        let mut text = Vec::new();
        for n in 0..40_000_u32 {
            text.extend_from_slice(format!("line {n}\n").as_bytes());
        }
        text.extend_from_slice(b"no end");
        let chunks = all(&text);
        assert!(chunks.len() > 2);
        assert_eq!(chunks.concat(), text);
        let (last, whole) = chunks.split_last().unwrap();
        assert!(whole.iter().all(|chunk| chunk.ends_with(b"\n")));
        assert_eq!(last, b"no end");
        assert!(all(b"").is_empty());
    }

    #[test]
    fn an_endless_line_stays_small() {
        let text = vec![b'x'; 5 * MAX_LINE_BYTES];
        let chunks = all(&text);
        assert_eq!(chunks.concat(), text);
        assert!(
            chunks
                .iter()
                .all(|chunk| chunk.len() <= MAX_LINE_BYTES + CHUNK_BYTES)
        );
        assert_eq!(read_lines(&chunks[0])[0].line, Err(RecordError::TooLong));
    }

    #[test]
    fn room_is_found_apart_from_what_stands_in_it() {
        let found = |text: &[u8]| -> Vec<(usize, RecordError)> {
            let of = |found: Found| (found.bytes, found.line.unwrap_err());
            read_lines(text).into_iter().map(of).collect()
        };
        use RecordError::{NoLineEnd, Room, Tail};
        assert_eq!(found(b"   "), [(3, Room)]);
        // A power cut while room is made may leave zeros.
        assert_eq!(found(b" \0\0 "), [(4, Room)]);
        assert_eq!(found(b"{}\n  "), [(3, Tail), (2, Room)]);
        assert_eq!(
            found(b"  {}\n  {"),
            [(2, Room), (3, Tail), (2, Room), (1, NoLineEnd)]
        );
        assert_eq!(found(b"\n"), [(1, Tail)]);
    }
}
