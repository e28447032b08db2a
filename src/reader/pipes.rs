//! A USB device's pipes as one line: what comes by bulk and by interrupt is one stream of bytes, transfer by transfer.
//!
//! Knows: which pipe is listened to when, and when a message needs an empty packet behind it. Must not know: who carries
//! the transfers, what they mean.

use super::port::{Port, Trouble};
use std::{
    path::Path,
    time::{Duration, Instant},
};

/// The transfers of one interface.
pub trait Pipes: Send {
    /// Waits at most `wait` for one transfer; `Ok(0)` is silence or an empty one.
    fn bulk_in(&mut self, buffer: &mut [u8], wait: Duration) -> Result<usize, Trouble>;
    /// Sends one transfer whole; an empty one ends a message that filled its last packet.
    fn bulk_out(&mut self, bytes: &[u8], wait: Duration) -> Result<(), Trouble>;
    /// The same as [`Pipes::bulk_in`] for notices; `None`: the interface has no such pipe.
    fn interrupt_in(&mut self, buffer: &mut [u8], wait: Duration) -> Option<Result<usize, Trouble>>;
    /// Bytes of a packet of the pipe to the device.
    fn packet(&self) -> usize;
    /// Whether `path` still leads to this device.
    fn is_still_at(&self, path: &Path) -> bool;
}

/// Longest look at one pipe while the other may have something.
const LOOK: Duration = Duration::from_millis(20);
/// Shortest look; less would wait for ever.
const GLANCE: Duration = Duration::from_millis(1);
/// Longest wait for a message to be taken.
const WRITE_WAIT: Duration = Duration::from_secs(1);
/// Room for one transfer: a whole number of packets of any size.
const TRANSFER: usize = 1024;

/// Makes one line of them.
pub fn line(pipes: Box<dyn Pipes>) -> Box<dyn Port> {
    Box::new(Line {
        pipes,
        answer_due: false,
        rest: Vec::new(),
    })
}

struct Line {
    pipes: Box<dyn Pipes>,
    /// Something was said, and nothing came by bulk since.
    answer_due: bool,
    /// What of a transfer did not fit the reader's buffer.
    rest: Vec<u8>,
}

impl Line {
    /// One transfer of either pipe, or silence.
    fn listen(&mut self, wait: Duration) -> Result<Vec<u8>, Trouble> {
        let until = Instant::now() + wait;
        let mut buffer = [0; TRANSFER];
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let (bulk, notice) = match self.answer_due {
                true => (LOOK, GLANCE),
                false => (GLANCE, LOOK),
            };
            let came = self.pipes.interrupt_in(&mut buffer, notice.min(left).max(GLANCE));
            let bulk = match came {
                Some(Err(trouble)) => return Err(trouble),
                Some(Ok(n)) if n > 0 => return Ok(buffer.get(..n).unwrap_or_default().to_vec()),
                Some(Ok(_)) => bulk,
                // One pipe alone may be waited for as long as it takes.
                None => wait,
            };
            let left = until.saturating_duration_since(Instant::now());
            let n = self.pipes.bulk_in(&mut buffer, bulk.min(left).max(GLANCE))?;
            if n > 0 {
                self.answer_due = false;
                return Ok(buffer.get(..n).unwrap_or_default().to_vec());
            }
            if Instant::now() >= until {
                return Ok(Vec::new());
            }
        }
    }
}

impl Port for Line {
    fn read(&mut self, buffer: &mut [u8], wait: Duration) -> Result<usize, Trouble> {
        if self.rest.is_empty() {
            self.rest = self.listen(wait)?;
        }
        let n = self.rest.len().min(buffer.len());
        for (to, from) in buffer.iter_mut().zip(self.rest.drain(..n)) {
            *to = from;
        }
        Ok(n)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), Trouble> {
        self.pipes.bulk_out(bytes, WRITE_WAIT)?;
        if !bytes.is_empty() && bytes.len().is_multiple_of(self.pipes.packet().max(1)) {
            self.pipes.bulk_out(&[], WRITE_WAIT)?;
        }
        self.answer_due = true;
        Ok(())
    }

    fn is_still_at(&self, path: &Path) -> bool {
        self.pipes.is_still_at(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::VecDeque;

    /// Pipes with transfers laid ready, by bulk and by interrupt, and what was sent.
    #[derive(Default)]
    struct Ready {
        bulk: VecDeque<Vec<u8>>,
        notices: VecDeque<Vec<u8>>,
        sent: std::sync::Arc<std::sync::Mutex<Vec<Vec<u8>>>>,
    }

    fn next(queue: &mut VecDeque<Vec<u8>>, buffer: &mut [u8]) -> usize {
        let bytes = queue.pop_front().unwrap_or_default();
        buffer[..bytes.len()].copy_from_slice(&bytes);
        bytes.len()
    }

    impl Pipes for Ready {
        fn bulk_in(&mut self, buffer: &mut [u8], _: Duration) -> Result<usize, Trouble> {
            Ok(next(&mut self.bulk, buffer))
        }
        fn bulk_out(&mut self, bytes: &[u8], _: Duration) -> Result<(), Trouble> {
            self.sent.lock().unwrap().push(bytes.to_vec());
            Ok(())
        }
        fn interrupt_in(&mut self, buffer: &mut [u8], _: Duration) -> Option<Result<usize, Trouble>> {
            Some(Ok(next(&mut self.notices, buffer)))
        }
        fn packet(&self) -> usize {
            8
        }
        fn is_still_at(&self, _: &Path) -> bool {
            true
        }
    }

    #[test]
    fn transfers_of_both_pipes_come_whole_and_long_ones_in_pieces() {
        let pipes = Ready {
            bulk: VecDeque::from([vec![1; 10], vec![2; 3]]),
            notices: VecDeque::from([vec![0x50, 3]]),
            ..Ready::default()
        };
        let mut line = line(Box::new(pipes));
        let mut buffer = [0; 8];
        let mut came = Vec::new();
        for _ in 0..5 {
            let n = line.read(&mut buffer, Duration::from_millis(2)).unwrap();
            came.push(buffer[..n].to_vec());
        }
        assert_eq!(
            came,
            [vec![0x50, 3], vec![1; 8], vec![1; 2], vec![2; 3], Vec::new()]
        );
    }

    #[test]
    fn a_message_that_fills_its_packets_is_ended_by_an_empty_one() {
        let pipes = Ready::default();
        let sent = pipes.sent.clone();
        let mut line = line(Box::new(pipes));
        for len in [7, 8, 9, 16] {
            line.write(&vec![0; len]).unwrap();
        }
        let lengths: Vec<usize> = sent.lock().unwrap().iter().map(Vec::len).collect();
        assert_eq!(lengths, [7, 8, 0, 9, 16, 0]);
    }
}
