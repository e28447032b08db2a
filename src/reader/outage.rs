//! When a loss of a reader is worth a line in the journal: a flapping cable must not flood it.
//!
//! Knows: milliseconds that are passed in. Must not know: ports, threads, the journal.

/// At most one loss in this time is told; a lasting one is always told in the end.
pub const QUIET_MS: u64 = 10_000;

/// What is worth telling.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    Lost,
    Back,
}

/// The line of one reader as others were told of it.
#[derive(Debug, Default)]
pub struct Outage {
    /// Up at least once; before that there is nothing to lose.
    known: bool,
    down: bool,
    told_lost: bool,
    last_told_ms: Option<u64>,
}

impl Outage {
    /// The line is open.
    pub fn up(&mut self) -> Option<Told> {
        self.known = true;
        self.down = false;
        std::mem::take(&mut self.told_lost).then_some(Told::Back)
    }

    /// The line is lost.
    pub fn down(&mut self, now_ms: u64) -> Option<Told> {
        self.down = self.known;
        self.tick(now_ms)
    }

    /// Time went by; a loss that was too soon after another may be told now.
    pub fn tick(&mut self, now_ms: u64) -> Option<Told> {
        let quiet = |last: u64| now_ms.saturating_sub(last) < QUIET_MS;
        if !self.down || self.told_lost || self.last_told_ms.is_some_and(quiet) {
            return None;
        }
        self.told_lost = true;
        self.last_told_ms = Some(now_ms);
        Some(Told::Lost)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_loss_is_told_and_its_end() {
        let mut line = Outage::default();
        assert_eq!(line.down(0), None, "never open: not lost, only awaited");
        assert_eq!(line.up(), None);
        assert_eq!(line.down(1000), Some(Told::Lost));
        assert_eq!(line.tick(20_000), None);
        assert_eq!(line.up(), Some(Told::Back));
    }

    #[test]
    fn a_flapping_cable_is_one_pair_in_ten_seconds() {
        let mut line = Outage::default();
        line.up();
        let mut told = Vec::new();
        for ms in (0..30_000).step_by(100) {
            told.extend(line.down(ms));
            told.extend(line.tick(ms + 20));
            told.extend(line.up());
        }
        assert_eq!(told.len(), 6, "{told:?}");
    }

    #[test]
    fn a_lasting_loss_is_told_even_after_flapping() {
        let mut line = Outage::default();
        line.up();
        line.down(0);
        line.up();
        assert_eq!(line.down(500), None);
        assert_eq!(line.tick(9_999), None);
        assert_eq!(line.tick(10_000), Some(Told::Lost));
    }
}
