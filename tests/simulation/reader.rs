//! A reader of the simulated desk: real presence, and for a share of the tags the real bytes through the real decoder.

use formular::clock::Moment;
use formular::demo::encode::encode;
use formular::ids::ReaderId;
use formular::profile::{self, Family, Profile, Role};
use formular::reader::{Presence, Scan};
use formular::store::disk::Dice;
use formular::tag::TagId;
use formular::wire::{self, Decoder, Reading, Verdict};
use std::collections::BTreeMap;

/// How presence is kept; the planted one lets a tag that lies there through again.
enum Filter {
    Real(Presence),
    Planted(Presence, u64),
}

/// What lies on it now.
#[derive(Clone)]
pub struct Lying {
    pub tag: TagId,
    pub until: u64,
}

pub struct SimReader {
    pub id: ReaderId,
    pub role: Role,
    family: Family,
    filter: Filter,
    rule: profile::Presence,
    decoder: Box<dyn Decoder>,
    pub plugged: bool,
    unplugged_at: u64,
    /// The loss was told to the desk.
    pub told: bool,
    pub lying: Option<Lying>,
    /// When each tag was read last: what presence has to come to, counted without it.
    seen: BTreeMap<TagId, u64>,
}

impl SimReader {
    pub fn new(id: &str, role: Role, family: Family, planted: bool) -> Self {
        let rule = Profile::generic(family).expect("a reader").presence;
        let real = Presence::new(rule);
        Self {
            id: id.into(),
            role,
            family,
            filter: match planted {
                true => Filter::Planted(real, 0),
                false => Filter::Real(real),
            },
            rule,
            decoder: wire::decoder_for(family).expect("a line"),
            plugged: true,
            unplugged_at: 0,
            told: false,
            lying: None,
            seen: BTreeMap::new(),
        }
    }

    /// The tag is read once. A scan comes out, unless it had been lying there already.
    pub fn read(
        &mut self,
        tag: &TagId,
        now_ms: u64,
        at: Moment,
        dice: &mut Dice,
    ) -> Result<Option<Scan>, String> {
        if !self.plugged {
            return Ok(None);
        }
        let reading = self.sensed(tag, dice)?;
        let tag = &reading.tag;
        let new = match &mut self.filter {
            Filter::Real(presence) => presence.read(tag, now_ms),
            Filter::Planted(presence, count) => {
                let new = presence.read(tag, now_ms);
                *count += 1;
                new || count.is_multiple_of(97)
            }
        };
        let gone = u64::from(self.rule.gone_ms);
        let there = self
            .seen
            .insert(tag.clone(), now_ms)
            .is_some_and(|last| now_ms.saturating_sub(last) < gone);
        if new == there {
            return Err(format!(
                "{tag} on {} at {now_ms}: there before: {there}, scan: {new}",
                self.id
            ));
        }
        Ok(new.then(|| Scan {
            reader: self.id.clone(),
            role: self.role,
            reading,
            at,
        }))
    }

    /// What the reader makes of the tag: for a share, what its bytes say.
    fn sensed(&mut self, tag: &TagId, dice: &mut Dice) -> Result<Reading, String> {
        let bytes = match dice.once_in(4) {
            true => encode(self.family, tag),
            false => None,
        };
        let Some(bytes) = bytes else {
            return Ok(Reading::of(tag.clone()));
        };
        let (head, rest) = bytes.split_at(dice.index(bytes.len()));
        let mut out = Vec::new();
        self.decoder.push(head, &mut out);
        self.decoder.push(rest, &mut out);
        let found = out.into_iter().find_map(|verdict| match verdict {
            Verdict::Tag(reading) => Some(reading),
            _ => None,
        });
        found.ok_or_else(|| format!("{tag} was not read from {}", hex::encode(&bytes)))
    }

    /// Pulled out, perhaps in the middle of a frame: what is torn must be no tag.
    pub fn unplug(&mut self, now_ms: u64, dice: &mut Dice) {
        if !self.plugged {
            return;
        }
        let torn = self
            .lying
            .take()
            .and_then(|lying| encode(self.family, &lying.tag));
        if let Some(bytes) = torn.filter(|bytes| bytes.len() > 1) {
            let mut out = Vec::new();
            let half = 1 + dice.index(bytes.len() - 1);
            self.decoder.push(&bytes[..half], &mut out);
        }
        // A fresh line begins with a fresh decoder, as a session does.
        self.decoder = wire::decoder_for(self.family).expect("a line");
        self.plugged = false;
        self.unplugged_at = now_ms;
    }

    pub fn plug(&mut self, now_ms: u64) {
        if self.plugged {
            return;
        }
        self.plugged = true;
        let (Filter::Real(presence) | Filter::Planted(presence, _)) = &mut self.filter;
        presence.blind(self.unplugged_at, now_ms);
        let lost = now_ms.saturating_sub(self.unplugged_at);
        for last in self.seen.values_mut() {
            *last = last.saturating_add(lost);
        }
    }
}
