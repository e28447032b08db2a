//! What is asked of the roster: who has a card, forget a badge's, forget what is old.
//!
//! Knows: what is forgotten with a card, and when cards are old. Must not know: how files are written (the pens do).

use super::clerk::Clerk;
use super::turn::{Aside, Turn};
use crate::clock::{Moment, Trust};
use crate::ids::{BadgeCode, SchoolId};
use crate::ledger::{By, Command, How, Refusal};
use crate::store::PrivacySettings;
use crate::tag::TagId;
use jiff::ToSpan;

/// A question to the roster.
#[derive(Clone, Debug)]
pub enum RosterJob {
    List,
    /// Stops the cards of a badge and forgets their numbers wherever they stand.
    Forget(BadgeCode),
    /// Forgets the cards of badges that ended long ago, and tags that nobody enrolled.
    Age(PrivacySettings),
}

/// A badge with cards, without their numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Carries {
    pub badge: BadgeCode,
    pub school: Option<SchoolId>,
    pub cards: usize,
    /// The badge is in force today.
    pub in_force: bool,
}

/// What came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RosterDone {
    pub list: Vec<Carries>,
    /// Cards that were forgotten.
    pub cards: usize,
    /// Tags of the inbox that were forgotten.
    pub tags: usize,
}

/// The sentence says why nothing was done.
pub type RosterAnswer = Result<RosterDone, String>;

impl Clerk {
    pub(super) fn roster(&mut self, job: &RosterJob, turn: &mut Turn) -> RosterAnswer {
        let now = self.seen.now.at;
        match job {
            RosterJob::List => Ok(RosterDone {
                list: self.carriers(now),
                ..RosterDone::default()
            }),
            RosterJob::Forget(badge) => self.forget_cards(badge, turn),
            RosterJob::Age(settings) => Ok(self.age(*settings, now, turn)),
        }
    }

    fn carriers(&self, now: Moment) -> Vec<Carries> {
        let today = now.date();
        let carries = |(code, cards): (&BadgeCode, usize)| {
            let badge = self.ledger.badges.get(code);
            Carries {
                badge: code.clone(),
                school: badge.map(|badge| badge.school.clone()),
                cards,
                in_force: badge.is_some_and(|badge| badge.not_in_force(today).is_none()),
            }
        };
        self.pens.roster.counts().map(carries).collect()
    }

    fn forget_cards(&mut self, badge: &BadgeCode, turn: &mut Turn) -> RosterAnswer {
        let Some(badge) = self.ledger.find_badge(badge.as_str()).cloned() else {
            return Err(format!("there is no badge {badge}"));
        };
        let by = By {
            how: How::Console,
            ..By::default()
        };
        let before = turn.cards_of(&badge, self.pens.roster.cards_of(&badge).cloned().collect());
        let stop = Command::CardStop { badge: badge.clone() };
        match self.carry_out(&stop, &by, turn) {
            // It has none any more; what the inbox holds of it goes all the same.
            Ok(_) | Err(Refusal::AlreadySo { .. }) => {}
            Err(refusal) => return Err(refusal.reason().to_owned()),
        }
        let of_badge = |tag: &TagId| {
            let digest = self.pens.digest(tag);
            self.ledger.stopped_cards.get(&digest) == Some(&badge)
        };
        let tags: Vec<TagId> = self
            .pens
            .inbox
            .tags()
            .map(|kept| kept.tag.clone())
            .filter(of_badge)
            .collect();
        let done = RosterDone {
            cards: before.len(),
            tags: tags.len(),
            ..RosterDone::default()
        };
        turn.aside.extend(tags.into_iter().map(Aside::Known));
        Ok(done)
    }

    /// Told by count only. While the clock is doubted nothing is old.
    fn age(&self, settings: PrivacySettings, now: Moment, turn: &mut Turn) -> RosterDone {
        let mut done = RosterDone::default();
        if self.seen.trust != Trust::Ok {
            return done;
        }
        let years = i32::try_from(settings.revoked_years)
            .unwrap_or(i32::MAX)
            .min(1_000)
            .years();
        let days = i64::from(settings.inbox_days.min(36_500)) * 24 * 3_600_000;
        for (code, cards) in self.pens.roster.counts() {
            let last = self.ledger.badges.get(code).and_then(|badge| badge.active_to);
            if last.is_some_and(|last| last.saturating_add(years) < now.date()) {
                turn.aside.push(Aside::Stopped(code.clone()));
                done.cards += cards;
            }
        }
        for kept in self
            .pens
            .inbox
            .tags()
            .filter(|kept| now.since_ms(kept.last) > days)
        {
            turn.aside.push(Aside::Known(kept.tag.clone()));
            done.tags += 1;
        }
        done
    }
}
