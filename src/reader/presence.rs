//! A tag that lies on the reader is one scan, however often it is read.
//!
//! Knows: tags and milliseconds that are passed in. Must not know: clocks, ports, what a tag is bound to.

use crate::{profile, tag::TagId};
use std::collections::HashMap;

/// Tags remembered at once; far above what any desk or portal sees, and a bound against a stream of invented ones.
const MAX_HELD: usize = 1024;

/// Which tags are on the reader now, by when each was last read.
#[derive(Debug)]
pub struct Presence {
    rule: profile::Presence,
    held: HashMap<TagId, u64>,
}

impl Presence {
    pub fn new(rule: profile::Presence) -> Self {
        Self {
            rule,
            held: HashMap::new(),
        }
    }

    /// A tag was read at `now_ms`. True: it was not there before, this is a scan.
    ///
    /// The silence slides: a scanner stuck on one code is one scan until it has been quiet.
    pub fn read(&mut self, tag: &TagId, now_ms: u64) -> bool {
        let gone_ms = u64::from(self.rule.gone_ms);
        let there = |last: u64| now_ms.saturating_sub(last) < gone_ms;
        if let Some(last) = self.held.get_mut(tag) {
            let held = there(*last);
            *last = now_ms;
            return !held;
        }
        if self.held.len() >= MAX_HELD {
            self.held.retain(|_, last| there(*last));
        }
        if self.held.len() >= MAX_HELD {
            let oldest = self.held.iter().min_by_key(|(_, last)| **last);
            if let Some(oldest) = oldest.map(|(tag, _)| tag.clone()) {
                self.held.remove(&oldest);
            }
        }
        self.held.insert(tag.clone(), now_ms);
        true
    }

    /// How many tags were read within the last `within_ms`.
    pub fn here(&self, now_ms: u64, within_ms: u64) -> usize {
        let lately = |last: &&u64| now_ms.saturating_sub(**last) <= within_ms;
        self.held.values().filter(lately).count()
    }

    /// The reader said that its tag was taken away. Readers that never say it are not believed when they do.
    pub fn removed(&mut self) {
        if self.rule.until_removed {
            self.held.clear();
        }
    }

    /// Nothing could be read from `from_ms` to `to_ms`: that was no silence of the tags.
    ///
    /// Without it a flapping cable would scan again what lies on the reader, and so return a loan.
    pub fn blind(&mut self, from_ms: u64, to_ms: u64) {
        let lost = to_ms.saturating_sub(from_ms);
        for last in self.held.values_mut() {
            *last = last.saturating_add(lost);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One line per step: at 65 A = read, at 900 - = «No card», at 70..5000 = unplugged; the scans that come of it.
    fn scans(rule: profile::Presence, script: &str) -> Vec<String> {
        let mut presence = Presence::new(rule);
        let mut seen = Vec::new();
        for step in script.split(',').map(str::trim) {
            let (at, what) = step.split_once(' ').unwrap();
            match what {
                "-" => presence.removed(),
                "unplugged" => {
                    let (from, to) = at.split_once("..").unwrap();
                    presence.blind(from.parse().unwrap(), to.parse().unwrap());
                }
                tag => {
                    let id = TagId::code(tag).unwrap();
                    if presence.read(&id, at.parse().unwrap()) {
                        seen.push(format!("{tag}@{at}"));
                    }
                }
            }
        }
        seen
    }

    const RFID: profile::Presence = profile::Presence {
        gone_ms: 700,
        until_removed: false,
    };
    const SAYS_SO: profile::Presence = profile::Presence {
        gone_ms: 1500,
        until_removed: true,
    };
    const BARCODE: profile::Presence = profile::Presence {
        gone_ms: 1500,
        until_removed: false,
    };

    #[test]
    fn presence_as_a_table() {
        let table = [
            (RFID, "0 A, 65 A, 130 A, 195 A, 260 A", "A@0"),
            (RFID, "0 A, 699 A, 1398 A", "A@0"),
            (RFID, "0 A, 700 A", "A@0 A@700"),
            (RFID, "0 A, 0 B", "A@0 B@0"),
            (RFID, "0 A, 1 B", "A@0 B@1"),
            (RFID, "0 A, 400 B, 500 A, 600 B", "A@0 B@400"),
            (RFID, "0 A, 100 -, 200 A", "A@0"),
            (RFID, "0 A, 60..5060 unplugged, 5100 A, 5165 A", "A@0"),
            (RFID, "0 A, 60..5060 unplugged, 5800 A", "A@0 A@5800"),
            (SAYS_SO, "0 A, 100 -, 150 A", "A@0 A@150"),
            (SAYS_SO, "0 A, 1000 A, 2000 A", "A@0"),
            (SAYS_SO, "0 A, 1500 A", "A@0 A@1500"),
            (BARCODE, "0 A, 1000 A, 2000 A, 3000 A, 4000 A", "A@0"),
            (BARCODE, "0 A, 1000 A, 2600 A", "A@0 A@2600"),
        ];
        for (rule, script, want) in table {
            assert_eq!(scans(rule, script).join(" "), want, "{script}");
        }
    }

    #[test]
    fn a_stream_of_invented_tags_fills_no_memory() {
        let mut presence = Presence::new(BARCODE);
        for n in 0..5000u64 {
            let tag = TagId::code(&n.to_string()).unwrap();
            assert!(presence.read(&tag, 0));
            assert!(!presence.read(&tag, 0), "the newest is held");
        }
        assert_eq!(presence.held.len(), MAX_HELD);
    }
}
