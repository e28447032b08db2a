//! Carrying out: from an input to the events that it makes.
//!
//! Knows: which room answers which question. Must not know: how the answers are reached.

use super::clerk::Clerk;
use super::intake::{ImportJob, Imported, Intake, Reply};
use super::pens::Pens;
use super::resolve::{self, Cards};
use super::turn::{Aside, Taken, Turn};
use crate::desk::{Input, Presented, PresentedAt};
use crate::ids::{BadgeCode, ReaderId};
use crate::ledger::{By, Command, Context, Decided, Entry, Event, How, Notice, Refusal, Seq};
use crate::profile::Role;
use crate::reader::{ReaderInput, Scan};
use crate::store::Draft;
use crate::tag::TagId;
use crate::view::{Answer, Done, No, Wish};
use smol_str::SmolStr;
use std::hash::{DefaultHasher, Hash, Hasher};

/// An order that was carried out.
pub struct Carried {
    /// Where its entries begin in the turn; they are the turn's last.
    from: usize,
    pub notices: Vec<Notice>,
}

impl Carried {
    pub fn entries<'a>(&self, turn: &'a Turn) -> &'a [Entry] {
        turn.entries.get(self.from..).unwrap_or_default()
    }
}

impl Clerk {
    /// One input of a turn; leaves one answer.
    pub(super) fn handle(&mut self, input: &Intake, turn: &mut Turn) {
        let reply = match input {
            Intake::Reader(input) => {
                self.take_in(input, turn);
                None
            }
            Intake::Wish(wish, _) => Some(Reply::Wish(self.grant(wish, turn))),
            Intake::Import(job, _) => Some(Reply::Import(self.import(job, turn))),
            Intake::Roster(job, _) => Some(Reply::Roster(self.roster(job, turn))),
            Intake::Close => None,
        };
        turn.answers.push(reply);
    }

    fn take_in(&mut self, input: &ReaderInput, turn: &mut Turn) {
        match input {
            ReaderInput::Scan(scan) => self.scan(scan, turn),
            ReaderInput::Sweep(scans) => self.sweep(scans, turn),
            ReaderInput::Crowd { role, .. } => {
                if *role == Role::Desk {
                    self.at_desk(Input::Crowd, turn);
                }
            }
            ReaderInput::Lost { reader, .. } => {
                self.notice(
                    reader,
                    Event::ReaderLost {
                        reader: reader.clone(),
                    },
                    turn,
                );
                self.tell_readers(turn);
            }
            ReaderInput::Back { reader, .. } => {
                self.notice(
                    reader,
                    Event::ReaderBack {
                        reader: reader.clone(),
                    },
                    turn,
                );
                self.tell_readers(turn);
            }
        }
    }

    fn notice(&mut self, reader: &ReaderId, event: Event, turn: &mut Turn) {
        if self.taken == Taken::Returns {
            return;
        }
        let by = By {
            reader: Some(reader.clone()),
            how: How::System,
            ..By::default()
        };
        self.note(by, event, turn);
    }

    fn tell_readers(&mut self, turn: &mut Turn) {
        self.at_desk(Input::AllReadersLost(self.shown.all_readers_lost()), turn);
    }

    fn scan(&mut self, scan: &Scan, turn: &mut Turn) {
        let presented = resolve::scanned(&scan.reading.tag, &self.ledger, &self.pens);
        if let Presented::Unknown { .. } = presented {
            self.unknown(&scan.reading.tag, Some(&scan.reader), turn);
        }
        if let Presented::StoppedCard(badge) = &presented {
            self.stopped_card(badge, &scan.reader, turn);
        }
        match scan.role {
            Role::Desk => {
                let at = PresentedAt {
                    what: presented,
                    reader: Some(scan.reader.clone()),
                    how: How::Scanned,
                };
                self.at_desk(Input::Presented(at), turn);
            }
            Role::Stocktake => self.seen(presented, scan, turn),
            // A door only watches; what it saw is counted with the reader's health.
            Role::Portal => {}
        }
    }

    /// A lost card has turned up: staff will want to know when and where.
    fn stopped_card(&mut self, badge: &BadgeCode, reader: &ReaderId, turn: &mut Turn) {
        let refusal = Refusal::CardStopped { badge: badge.clone() };
        let what = format!("{} {badge}", refusal.reason());
        if self.taken == Taken::Returns || !self.limit.keep(&what, self.seen.now.steady_ms) {
            return;
        }
        let known = self.ledger.badges.get(badge);
        let event = Event::Refused {
            code: refusal.code().into(),
            reason: refusal.reason().into(),
            item: None,
            school: known.map(|badge| badge.school.clone()),
            note: Default::default(),
        };
        let by = By {
            badge: Some(badge.clone()),
            reader: Some(reader.clone()),
            how: How::Scanned,
            ..By::default()
        };
        self.note(by, event, turn);
    }

    /// A pile: one batch on disk, one screen, one sound.
    fn sweep(&mut self, scans: &[Scan], turn: &mut Turn) {
        let before = turn.cues.len();
        self.at_desk(Input::PileBegins, turn);
        for scan in scans {
            self.scan(scan, turn);
        }
        self.at_desk(Input::PileEnds, turn);
        let last = turn.cues.len().saturating_sub(1);
        if before < last {
            turn.cues.drain(before..last);
        }
    }

    /// A stocktake reader counts for the stocktake that is open, and lends and returns nothing.
    fn seen(&mut self, presented: Presented, scan: &Scan, turn: &mut Turn) {
        let Presented::Item { item, .. } = presented else {
            return;
        };
        let open = self
            .ledger
            .stocktakes
            .iter()
            .find(|(_, stocktake)| stocktake.closed.is_none());
        let Some(stocktake) = open.map(|(id, _)| id.clone()) else {
            return;
        };
        let by = By {
            reader: Some(scan.reader.clone()),
            how: How::Scanned,
            ..By::default()
        };
        let command = Command::SeeInStocktake { stocktake, item };
        if let Err(refusal) = self.carry_out(&command, &by, turn) {
            tracing::debug!(reason = refusal.reason(), "a stocktake scan changed nothing");
        }
    }

    /// Kept for enrolment and, not too often, written down. Without a reader it was typed.
    fn unknown(&mut self, tag: &TagId, reader: Option<&ReaderId>, turn: &mut Turn) {
        let digest = self.pens.digest(tag);
        let fresh = self.taken != Taken::Returns && self.limit.keep(&digest, self.seen.now.steady_ms);
        turn.aside.push(Aside::Unknown {
            tag: tag.clone(),
            reader: reader.cloned(),
            fresh,
        });
        if fresh {
            let by = By {
                reader: reader.cloned(),
                how: if reader.is_some() {
                    How::Scanned
                } else {
                    How::Typed
                },
                ..By::default()
            };
            self.note(
                by,
                Event::UnknownTag {
                    scheme: tag.scheme().as_str().into(),
                    digest,
                },
                turn,
            );
        }
    }

    /// Writes down what happens now.
    pub(super) fn note(&mut self, by: By, event: Event, turn: &mut Turn) -> Seq {
        let draft = Draft {
            at: self.seen.wall,
            clock: self.seen.trust,
            recorded: None,
            by,
            src: None,
            event,
        };
        self.record(draft, turn)
    }

    fn grant(&mut self, wish: &Wish, turn: &mut Turn) -> Answer {
        let nothing = Ok(Done {
            seqs: Vec::new(),
            loan: None,
        });
        match wish {
            Wish::Command(command, by) => self.command(command, by, turn),
            Wish::Act(act) => {
                self.at_desk(Input::Act(act.clone()), turn);
                nothing
            }
            Wish::Typed(text) | Wish::Order(text) => {
                let found = resolve::typed(text, &self.ledger, &self.pens);
                let what = match (wish, found) {
                    (Wish::Order(_), Presented::Unknown { .. } | Presented::Mistyped(_)) => {
                        Presented::OrderNumber(text.clone())
                    }
                    (_, found) => found,
                };
                // The digits of a label that nobody knows are kept like a scan of it: for enrolment.
                if let (Presented::Unknown { .. }, Ok(tag)) = (&what, TagId::code(text)) {
                    self.unknown(&tag, None, turn);
                }
                let at = PresentedAt {
                    what,
                    reader: None,
                    how: How::Typed,
                };
                self.at_desk(Input::Presented(at), turn);
                nothing
            }
            Wish::ForgetUnknown(tag) => {
                turn.aside.push(Aside::Known(tag.clone()));
                nothing
            }
        }
    }

    fn command(&mut self, command: &Command, by: &By, turn: &mut Turn) -> Answer {
        let order = fingerprint(command);
        if let Some(answer) = self.remembered(by.key.as_deref(), order, turn) {
            return answer;
        }
        let answer = match self.carry_out(command, by, turn) {
            Ok(carried) => Ok(Done {
                seqs: carried.entries(turn).iter().map(|entry| entry.seq).collect(),
                loan: carried
                    .entries(turn)
                    .iter()
                    .find_map(|entry| entry.event.loan().cloned()),
            }),
            Err(Refusal::NoSpace) => Err(No::NoSpace),
            Err(refusal) => Err(No::Refused(refusal)),
        };
        if let Some(key) = &by.key {
            turn.keyed.push((key.clone(), order, answer.clone()));
        }
        answer
    }

    /// Asks the ledger, and writes down what it says: the events, or the refusal if it is one of lending.
    pub(super) fn carry_out(
        &mut self,
        command: &Command,
        by: &By,
        turn: &mut Turn,
    ) -> Result<Carried, Refusal> {
        let decided = self.decide(command, by, turn);
        let decided = match decided {
            Ok(decided) => decided,
            Err(refusal) => {
                self.note_refusal(command, &refusal, by, turn);
                return Err(refusal);
            }
        };
        let stopped = self.stopped_by(command, turn);
        match command {
            Command::BadgeCard { badge, uid, another } => {
                turn.aside.push(Aside::Card {
                    badge: badge.clone(),
                    uid: uid.clone(),
                    replaces: !another,
                });
                turn.aside.push(Aside::Known(uid.clone()));
            }
            Command::CardStop { badge } => turn.aside.push(Aside::Stopped(badge.clone())),
            _ => {}
        }
        if let Command::BindTag { tag, .. } = command {
            turn.aside.push(Aside::Known(tag.clone()));
        }
        let by = By {
            badge: decided.badge.or_else(|| by.badge.clone()),
            ..by.clone()
        };
        if let Command::ConfirmClock { .. } = command {
            self.seen = self.time.confirm(self.seen);
        }
        let from = turn.entries.len();
        for mut event in decided.events {
            match (&mut event, command) {
                (Event::BadgeCardGiven { digest, replaces, .. }, Command::BadgeCard { uid, .. }) => {
                    *digest = self.pens.digest(uid);
                    replaces.clone_from(&stopped);
                }
                (Event::BadgeCardStopped { digests, .. }, _) => digests.clone_from(&stopped),
                _ => {}
            }
            self.note(by.clone(), event, turn);
        }
        Ok(Carried {
            from,
            notices: decided.notices,
        })
    }

    /// Digests of the cards that a command takes out of use.
    fn stopped_by(&self, command: &Command, turn: &Turn) -> Vec<SmolStr> {
        let (badge, kept) = match command {
            Command::BadgeCard {
                badge,
                uid,
                another: false,
            } => (badge, Some(uid)),
            Command::CardStop { badge } => (badge, None),
            _ => return Vec::new(),
        };
        let cards = turn.cards_of(badge, self.pens.cards_of(badge));
        let stopped = cards.iter().filter(|card| Some(*card) != kept);
        stopped.map(|card| self.pens.digest(card)).collect()
    }

    fn decide(&self, command: &Command, by: &By, turn: &Turn) -> Result<Decided, Refusal> {
        let goes = match self.taken {
            Taken::All => true,
            Taken::NoLoans => !matches!(command, Command::CheckOut { .. } | Command::MoveLoan { .. }),
            Taken::Returns => matches!(command, Command::CheckIn { .. }),
        };
        if !goes {
            return Err(Refusal::NoSpace);
        }
        // Cards stand in the roster, which the ledger does not know.
        match command {
            Command::BadgeCard { badge, uid, .. } => {
                let owner = turn.owner_of(uid, self.pens.badge_of(uid));
                if owner.is_some_and(|other| other != *badge) {
                    return Err(Refusal::TagTaken { item: None });
                }
            }
            Command::CardStop { badge }
                if self.ledger.badges.contains_key(badge)
                    && turn.cards_of(badge, self.pens.cards_of(badge)).is_empty() =>
            {
                return Err(Refusal::AlreadySo { what: "card_stopped" });
            }
            Command::BindTag { tag, .. } if turn.owner_of(tag, self.pens.badge_of(tag)).is_some() => {
                return Err(Refusal::TagTaken { item: None });
            }
            _ => {}
        }
        let context = Context {
            // Only this one order is about the clock itself, and not about the day.
            now: match command {
                Command::ConfirmClock { .. } => self.seen.wall,
                _ => self.seen.now.at,
            },
            trust: self.seen.trust,
            by,
            policy: &self.policy,
        };
        (self.rules)(&self.ledger, command, &context)
    }

    /// Refusals of lending are facts that an auditor asks for; nonsense is not.
    fn note_refusal(&mut self, command: &Command, refusal: &Refusal, by: &By, turn: &mut Turn) {
        let lending = matches!(
            command,
            Command::CheckOut { .. } | Command::Renew { .. } | Command::Hold { .. }
        );
        if !lending || !refusal.is_of_lending() {
            return;
        }
        let item = command.item().or(refusal.item()).cloned();
        let what = format!(
            "{} {}",
            refusal.reason(),
            item.as_ref().map_or("", |item| item.as_str())
        );
        if self.taken == Taken::Returns || !self.limit.keep(&what, self.seen.now.steady_ms) {
            return;
        }
        let badge = by.badge.as_ref().or(command.badge());
        let school = badge
            .and_then(|code| self.ledger.badges.get(code))
            .map(|badge| badge.school.clone());
        let event = Event::Refused {
            code: refusal.code().into(),
            reason: refusal.reason().into(),
            item,
            school,
            note: Default::default(),
        };
        // The key belongs to the answer, which was a no: it must not be taken back from the journal as a yes.
        let by = By {
            key: None,
            badge: badge.cloned(),
            ..by.clone()
        };
        self.note(by, event, turn);
    }

    fn import(&mut self, job: &ImportJob, turn: &mut Turn) -> Imported {
        if self.taken == Taken::Returns {
            return Err("the disk is full: nothing was imported".into());
        }
        let now = self.seen.now.at;
        let trust = self.seen.trust;
        let plan = self
            .pens
            .plan(&job.opened, job.skip_bad, &self.ledger, now, trust);
        if job.dry_run {
            return Ok(plan);
        }
        for card in &plan.roster {
            turn.aside.push(Aside::Card {
                badge: card.badge.clone(),
                uid: card.uid.clone(),
                replaces: true,
            });
        }
        for planned in plan.planned.iter().cloned() {
            self.record(Pens::draft(planned, now), turn);
        }
        Ok(plan)
    }
}

fn fingerprint(command: &Command) -> u64 {
    let mut hasher = DefaultHasher::new();
    serde_json::to_string(command)
        .unwrap_or_default()
        .hash(&mut hasher);
    hasher.finish()
}
