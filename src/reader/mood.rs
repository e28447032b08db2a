//! Whether an open line is well: a reader that was asked and does not answer, and one whose words make no sense.
//!
//! Knows: milliseconds that are passed in, what was said and understood. Must not know: bytes, ports.

use super::health::State;

/// A reader that was asked so often …
const ASKED: u32 = 3;
/// … and said nothing for so long does not hear, or is no such reader.
const SILENT_MS: u64 = 3_000;
/// So many messages, none of them understood, are no noise on a cable but another language.
const NONSENSE: u32 = 3;

/// One opening of a line.
#[derive(Debug, Default)]
pub(super) struct Mood {
    /// Questions since the last byte, and when the first of them was put.
    asked: u32,
    asked_ms: u64,
    nonsense: u32,
    understood: bool,
}

impl Mood {
    /// Something was said to the reader that it should answer.
    pub fn asked(&mut self, now_ms: u64) {
        if self.asked == 0 {
            self.asked_ms = now_ms;
        }
        self.asked = self.asked.saturating_add(1);
    }

    /// Bytes came.
    pub fn heard(&mut self) {
        self.asked = 0;
    }

    /// A message was judged.
    pub fn judged(&mut self, makes_sense: bool) {
        match makes_sense {
            true => self.understood = true,
            false => self.nonsense = self.nonsense.saturating_add(1),
        }
    }

    /// Something made sense since the line was opened.
    pub fn understood(&self) -> bool {
        self.understood
    }

    pub fn state(&self, now_ms: u64) -> State {
        let waiting = now_ms.saturating_sub(self.asked_ms) >= SILENT_MS;
        if self.asked >= ASKED && waiting {
            return State::Silent;
        }
        match !self.understood && self.nonsense >= NONSENSE {
            true => State::Confused,
            false => State::Open,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `ask`, `byte`, `good`, `bad` at times in milliseconds; the state at the end.
    fn state(script: &str) -> State {
        let (mut mood, mut now) = (Mood::default(), 0);
        for step in script.split(',').map(str::trim).filter(|s| !s.is_empty()) {
            let (at, what) = step.split_once(' ').unwrap();
            now = at.parse().unwrap();
            match what {
                "ask" => mood.asked(now),
                "byte" => mood.heard(),
                "good" => mood.judged(true),
                "bad" => mood.judged(false),
                _ => {}
            }
        }
        mood.state(now)
    }

    #[test]
    fn moods_as_a_table() {
        let table = [
            ("", State::Open),
            ("90000 look", State::Open),
            ("0 ask, 1000 ask, 2000 ask", State::Open),
            ("0 ask, 1000 ask, 3000 ask", State::Silent),
            ("0 ask, 90000 look", State::Open),
            ("0 ask, 1000 ask, 2000 byte, 3000 ask, 4000 ask", State::Open),
            ("0 ask, 1000 ask, 3000 ask, 3100 byte", State::Open),
            ("0 bad, 1 bad", State::Open),
            ("0 bad, 1 bad, 2 bad", State::Confused),
            ("0 bad, 1 bad, 2 bad, 3 good", State::Open),
            ("0 good, 1 bad, 2 bad, 3 bad", State::Open),
        ];
        for (script, wanted) in table {
            assert_eq!(state(script), wanted, "{script}");
        }
    }
}
