//! Many tags at once: wanted where the profile says `bulk = true`, and anywhere else nobody's wish.
//!
//! A reader for whole piles gathers what it sees and hands it on as one sweep. Any other desk reader that can see many
//! tags keeps each new one back for a moment: if a pile shows up meanwhile, none of it passes, and a person is told.
//! Badge and items that are presented one after the other pass, however quickly.
//!
//! Knows: milliseconds that are passed in. Must not know: clocks, ports, what is kept back.

use crate::profile::{Profile, Role};

/// How long a new tag is kept back where piles are not wanted: four rounds of a module that is asked ten times a second.
pub const KEEP_MS: u64 = 400;
/// More new tags within that time are no hand's work.
pub const MOST: usize = 8;
/// So many tags that are read again after a newer one came lie there together: with the newest, three.
pub const TOGETHER: usize = 2;
/// A crowd lasts until no more tags than a hand holds were read for so long.
pub const LINGER_MS: u64 = 2_000;
const HANDFUL: usize = 2;

/// A sweep is handed on after so much time without a new tag, or so long after its first, or as soon as it is full.
pub const CALM_MS: u64 = 150;
pub const LONGEST_MS: u64 = 1_000;
/// The most of one sweep; what is more is the next one.
pub const FULL: usize = 256;

/// What is done with many tags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Every tag at once: readers that see one tag at a time, and doors, which only watch.
    Pass,
    /// Whole piles are its work.
    Gather,
    /// A pile must do nothing.
    Refuse,
}

impl Rule {
    pub fn of(profile: &Profile, role: Role) -> Self {
        match role {
            Role::Portal => Rule::Pass,
            Role::Desk if profile.bulk => Rule::Gather,
            Role::Desk | Role::Stocktake if !profile.family.sees_many() => Rule::Pass,
            Role::Desk => Rule::Refuse,
            Role::Stocktake => Rule::Gather,
        }
    }
}

/// What comes out.
#[derive(Debug, PartialEq, Eq)]
pub enum Out<T> {
    One(T),
    /// All of a pile, in the order in which it was seen.
    Sweep(Vec<T>),
    /// A pile was seen and let pass nothing; said once.
    Crowd,
}

/// New tags on their way from the reader.
#[derive(Debug)]
pub struct Crowd<T> {
    rule: Rule,
    kept: Vec<Kept<T>>,
    refused: bool,
}

#[derive(Debug)]
struct Kept<T> {
    what: T,
    at_ms: u64,
    /// Read again after a newer one came.
    again: bool,
}

impl<T: PartialEq> Crowd<T> {
    pub fn new(rule: Rule) -> Self {
        Self {
            rule,
            kept: Vec::new(),
            refused: false,
        }
    }

    /// A tag that was not there before.
    pub fn came(&mut self, what: T, now_ms: u64, out: &mut Vec<Out<T>>) {
        if self.rule == Rule::Pass {
            return out.push(Out::One(what));
        }
        if self.refused {
            return;
        }
        self.kept.push(Kept {
            what,
            at_ms: now_ms,
            again: false,
        });
        match self.rule {
            Rule::Gather if self.kept.len() >= FULL => self.hand_on(out),
            Rule::Refuse if self.kept.len() > MOST => self.refuse(out),
            _ => {}
        }
    }

    /// A tag that is still there.
    pub fn stays(&mut self, is: impl Fn(&T) -> bool, out: &mut Vec<Out<T>>) {
        if self.rule != Rule::Refuse {
            return;
        }
        let newest = self.kept.len().saturating_sub(1);
        if let Some(kept) = self.kept.iter_mut().take(newest).find(|kept| is(&kept.what)) {
            kept.again = true;
        }
        if self.kept.iter().filter(|kept| kept.again).count() >= TOGETHER {
            self.refuse(out);
        }
    }

    /// Time went by. `here`: how many tags were read within [`LINGER_MS`].
    pub fn tick(&mut self, now_ms: u64, here: impl FnOnce() -> usize, out: &mut Vec<Out<T>>) {
        if self.refused && here() <= HANDFUL {
            self.refused = false;
        }
        if self.due_ms().is_none_or(|due| now_ms < due) {
            return;
        }
        match self.rule {
            Rule::Gather => self.hand_on(out),
            Rule::Pass | Rule::Refuse => {
                let waited = |kept: &mut Kept<T>| now_ms >= kept.at_ms.saturating_add(KEEP_MS);
                out.extend(self.kept.extract_if(.., waited).map(|kept| Out::One(kept.what)));
            }
        }
    }

    /// When something is to be handed on though no tag comes.
    pub fn due_ms(&self) -> Option<u64> {
        let (first, last) = (self.kept.first()?.at_ms, self.kept.last()?.at_ms);
        Some(match self.rule {
            Rule::Gather => last.saturating_add(CALM_MS).min(first.saturating_add(LONGEST_MS)),
            Rule::Pass | Rule::Refuse => first.saturating_add(KEEP_MS),
        })
    }

    /// The line died: what was kept was seen well, and no pile had shown up.
    pub fn lost(&mut self, out: &mut Vec<Out<T>>) {
        match self.rule {
            Rule::Gather => self.hand_on(out),
            Rule::Pass | Rule::Refuse => out.extend(self.kept.drain(..).map(|kept| Out::One(kept.what))),
        }
    }

    fn hand_on(&mut self, out: &mut Vec<Out<T>>) {
        if !self.kept.is_empty() {
            out.push(Out::Sweep(self.kept.drain(..).map(|kept| kept.what).collect()));
        }
    }

    fn refuse(&mut self, out: &mut Vec<Out<T>>) {
        self.kept.clear();
        self.refused = true;
        out.push(Out::Crowd);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::{Family, Profile, Way};
    use std::collections::BTreeMap;

    /// Reads with their times: `0 A, 65 A, 130 B`; what is handed on, when. A tag gone for 700 ms is new.
    fn told(rule: Rule, script: &str) -> String {
        let mut crowd = Crowd::new(rule);
        let mut seen: BTreeMap<String, u64> = BTreeMap::new();
        let mut steps: BTreeMap<u64, Vec<String>> = BTreeMap::new();
        for step in script.split(',').map(str::trim) {
            let (at, tags) = step.split_once(' ').unwrap();
            steps.insert(at.parse().unwrap(), tags.split(' ').map(str::to_owned).collect());
        }
        let end = steps.keys().last().unwrap() + 5_000;
        let mut said = Vec::new();
        for now in 0..=end {
            let mut out = Vec::new();
            for tag in steps.remove(&now).unwrap_or_default() {
                let before = seen.insert(tag.clone(), now);
                match before.is_some_and(|last| now - last < 700) {
                    true => crowd.stays(|kept| *kept == tag, &mut out),
                    false => crowd.came(tag, now, &mut out),
                }
            }
            let here = || seen.values().filter(|last| now - **last <= LINGER_MS).count();
            crowd.tick(now, here, &mut out);
            said.extend(out.into_iter().map(|out| match out {
                Out::One(tag) => format!("{tag}@{now}"),
                Out::Sweep(tags) => format!("[{}]@{now}", tags.join(" ")),
                Out::Crowd => format!("crowd@{now}"),
            }));
        }
        said.join(" ")
    }

    #[test]
    fn crowds_as_a_table() {
        use Rule::{Gather, Pass, Refuse};
        let table = [
            (
                Pass,
                "0 A B C D, 1 E F G H I J",
                "A@0 B@0 C@0 D@0 E@1 F@1 G@1 H@1 I@1 J@1",
            ),
            // One by one: each a little later, none lost.
            (Refuse, "0 A", "A@400"),
            (Refuse, "0 A, 1 B", "A@400 B@401"),
            (Refuse, "0 A, 399 B", "A@400 B@799"),
            (
                Refuse,
                "0 A, 65 A, 130 A, 195 A, 260 A, 600 B, 665 B",
                "A@400 B@1000",
            ),
            // Badge, then a handful of items as quickly as hands go.
            (Refuse, "0 A, 1 B, 2 C, 3 D, 4 E", "A@400 B@401 C@402 D@403 E@404"),
            // A badge left lying, and items over it one by one.
            (
                Refuse,
                "0 A, 100 A B, 200 A B, 300 A, 400 A C, 500 A C, 600 A D",
                "A@400 B@500 C@800 D@1000",
            ),
            // Badge and item laid down together.
            (Refuse, "0 A B, 100 A B, 200 A B, 300 A B, 400 A B", "A@400 B@400"),
            // A pile of three is seen by its second round.
            (Refuse, "0 A B C, 100 A B C, 200 A B C", "crowd@100"),
            // More than hands can do, in one round.
            (Refuse, "0 A B C D E F G H I", "crowd@0"),
            (
                Refuse,
                "0 A B, 50 C D, 100 E F, 150 G H, 200 I J, 250 K",
                "crowd@200",
            ),
            // The crowd lasts while it lies there, flickering tags included; then all begins anew.
            (
                Refuse,
                "0 A B C D, 100 A B C D, 1000 A B C, 2000 D A B, 2900 C D A",
                "crowd@100",
            ),
            (Refuse, "0 A B C, 100 A B C, 4000 A", "crowd@100 A@4400"),
            // A reader for piles: one sweep once it is calm, however often each is read.
            (Gather, "0 A", "[A]@150"),
            (Gather, "0 A B C, 100 D, 200 A B C D", "[A B C D]@250"),
            (Gather, "0 A, 140 B, 280 C, 700 D", "[A B C]@430 [D]@850"),
        ];
        for (rule, script, want) in table {
            assert_eq!(told(rule, script), want, "{rule:?}: {script}");
        }
    }

    #[test]
    fn a_stream_of_new_tags_is_handed_on_in_time_and_by_the_most() {
        let mut crowd = Crowd::new(Rule::Gather);
        let mut out = Vec::new();
        for n in 0..1_000u64 {
            crowd.came(n, 0, &mut out);
        }
        assert_eq!(out.len(), 3);
        for n in 0..30u64 {
            crowd.came(n, n * 100, &mut out);
            crowd.tick(n * 100, || 0, &mut out);
        }
        assert_eq!(out.len(), 3 + 2, "a tag every 100 ms is told every second");
        let mut crowd = Crowd::new(Rule::Refuse);
        let mut out = Vec::new();
        for n in 0..1_000 {
            crowd.came(n, 0, &mut out);
        }
        assert_eq!((out.as_slice(), crowd.kept.len()), ([Out::Crowd].as_slice(), 0));
    }

    #[test]
    fn a_line_that_dies_loses_nothing_that_was_seen() {
        let mut out = Vec::new();
        let mut gathers = Crowd::new(Rule::Gather);
        gathers.came("A", 0, &mut out);
        gathers.lost(&mut out);
        let mut refuses = Crowd::new(Rule::Refuse);
        refuses.came("B", 0, &mut out);
        refuses.lost(&mut out);
        assert_eq!(out, [Out::Sweep(vec!["A"]), Out::One("B")]);
        assert_eq!(refuses.due_ms(), None);
    }

    #[test]
    fn what_is_done_follows_from_profile_and_role() {
        let table = [
            (Family::BarcodeText, false, Role::Desk, Rule::Pass),
            (Family::Em4100Rdm6300, false, Role::Desk, Rule::Pass),
            (Family::UhfBb7e, false, Role::Desk, Rule::Refuse),
            (Family::UhfBb7e, true, Role::Desk, Rule::Gather),
            (Family::UhfBb7e, false, Role::Stocktake, Rule::Gather),
            (Family::BarcodeText, false, Role::Stocktake, Rule::Pass),
            (Family::Llrp, false, Role::Portal, Rule::Pass),
            (Family::Llrp, true, Role::Portal, Rule::Pass),
        ];
        for (family, bulk, role, want) in table {
            let profile = Profile {
                bulk,
                way: Way::Serial,
                ..Profile::generic(family).unwrap()
            };
            assert_eq!(Rule::of(&profile, role), want, "{family:?} {bulk} {role:?}");
        }
    }
}
