//! The desk's state and its time: what it takes in, what runs out by itself.
//!
//! Knows: what waits for what, and until when. Must not know: how an order is decided, how a screen is drawn.
//!
//! One input goes in by [`Desk::take`]; an order may come out. Its outcome goes in by [`Desk::hear`], which may
//! give the next order (an item that waited for this badge, the next event to undo). Nothing is shown that was
//! not heard to be done.

use super::card::Card;
use super::faces;
use super::input::{Doubt, Input, Order, Presented, PresentedAt};
use super::panel::Panels;
use super::pile::Pile;
use super::screen::{Face, Ground, Screen};
use super::session::{Hand, Session};
use super::settings::{DeskSettings, ms};
use super::sheet::{Rows, Undo};
use super::time::DeskTime;
use crate::clock::{Moment, Now};
use crate::cue::Cue;
use crate::ids::{BadgeCode, ItemId, ReaderId};
use crate::ledger::{By, Command, How, Ledger, Parts, Seq};
use crate::words::Message;
use smol_str::SmolStr;
use std::collections::VecDeque;
use std::sync::Arc;

/// What the desk says now, and until when.
#[derive(Clone, Debug)]
pub(super) struct Shown {
    pub face: Face,
    pub until: Option<u64>,
    /// An item whose card was asked for by «Справка»: «Продлить» means this one.
    pub card_of: Option<ItemId>,
}

/// A line without a verdict and without a sound, until when, and of which item it speaks.
#[derive(Clone, Debug)]
pub(super) struct Quiet {
    pub message: Message,
    pub until: u64,
    pub about: Option<ItemId>,
}

/// A staff member's badge that is signed on.
#[derive(Clone, Debug)]
pub(super) struct Duty {
    pub badge: BadgeCode,
    pub role: SmolStr,
    pub until: u64,
}

/// What the next scanned item will mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Armed {
    Info,
    Renew,
}

/// An order that was given and not yet answered.
#[derive(Clone, Debug)]
pub(super) enum Pending {
    Lend(Hand),
    Return { hand: Hand, other: Option<SmolStr> },
    Renew(ItemId),
    Check { item: ItemId, missing: Parts },
    Damage(ItemId),
    Headcount { item: ItemId, count: u32 },
    Undo { undo: Undo, left: Vec<Seq>, by: By },
    Clock,
}

/// The desk of one centre. Cheap to clone: the clerk keeps a copy until its turn is on disk.
#[derive(Clone, Debug, Default)]
pub struct Desk {
    pub(super) settings: DeskSettings,
    pub(super) time: DeskTime,
    pub(super) session: Option<Session>,
    pub(super) visits: u64,
    pub(super) duty: Option<Duty>,
    /// When a badge was accepted last, in the desk's time.
    pub(super) badge_at: Option<u64>,
    /// Items presented before any badge, and until when they wait.
    pub(super) waiting: Vec<Hand>,
    pub(super) waiting_until: u64,
    /// An order's number presented before any badge.
    pub(super) order_number: Option<(SmolStr, u64)>,
    pub(super) armed: Option<(Armed, u64)>,
    pub(super) panels: Panels,
    pub(super) rows: Rows,
    pub(super) pending: Option<Pending>,
    /// Items that waited and are lent one after the other.
    pub(super) chain: VecDeque<Hand>,
    /// A refusal in the midst of that chain: it must not vanish under the next success.
    pub(super) chain_refusal: Option<Shown>,
    pub(super) shown: Option<Shown>,
    pub(super) quiet: Option<Quiet>,
    /// When the screen that was given out last stops offering undo.
    pub(super) undo_until: Option<u64>,
    pub(super) cue: Option<Cue>,
    pub(super) readers_lost: bool,
    pub(super) doubt: Option<Doubt>,
    pub(super) stopped: bool,
    /// The screen that was given out last.
    pub(super) last: Option<Arc<Screen>>,
    pub(super) pile: Option<Pile>,
}

impl Desk {
    pub fn new(settings: DeskSettings) -> Self {
        Self {
            settings,
            ..Self::default()
        }
    }

    /// One thing that happened. An order comes out if the ledger must be asked.
    pub fn take(&mut self, input: Input, ledger: &Ledger, now: Now) -> Option<Order> {
        self.time.advance(now);
        let now = now.at;
        self.cue = None;
        // An order whose outcome was never told cannot have happened.
        self.pending = None;
        self.chain.clear();
        self.chain_refusal = None;
        self.expire(ledger);
        match input {
            Input::Tick => None,
            Input::PileBegins => {
                self.pile_begins();
                None
            }
            Input::PileEnds => {
                self.pile_ends();
                None
            }
            Input::Crowd => {
                // A sheet that says why the desk has stopped stays.
                if !self.stopped {
                    self.crowd();
                }
                None
            }
            Input::Stopped => {
                self.stopped = true;
                self.cue = Some(Cue::Refused);
                None
            }
            Input::NotWritten => {
                self.say(faces::not_written(), Some(Cue::Refused), None);
                None
            }
            Input::AllReadersLost(lost) => {
                self.readers(lost);
                None
            }
            Input::Clock(doubt) => {
                self.clock(doubt);
                None
            }
            Input::Presented(_) if self.stopped => {
                self.cue = Some(Cue::Refused);
                None
            }
            Input::Act(_) if self.stopped => None,
            Input::Presented(presented) => {
                // A scanner stuck on a strange code must not keep a school's session open.
                if !matches!(presented.what, Presented::Unknown { .. }) {
                    self.touch();
                }
                self.present(presented, ledger, now)
            }
            Input::Act(act) => {
                self.touch();
                self.act(act, ledger)
            }
        }
    }

    /// The sound of the last input and its outcome.
    pub fn cue(&self) -> Option<Cue> {
        self.cue
    }

    pub(super) fn undo_ms(&self) -> i64 {
        i64::from(self.settings.undo_s) * 1000
    }

    pub(super) fn session_end(&self, session: &Session) -> u64 {
        session.touched + ms(self.settings.idle_s) + ms(self.settings.countdown_s)
    }

    fn touch(&mut self) {
        let now = self.time.ms();
        if let Some(session) = &mut self.session {
            session.touched = now;
        }
    }

    fn readers(&mut self, lost: bool) {
        if lost && !self.readers_lost {
            self.cue = Some(Cue::Attention);
        }
        if !lost && self.readers_lost {
            self.hush(Message::new("k40-text"));
        }
        self.readers_lost = lost;
    }

    fn clock(&mut self, doubt: Option<Doubt>) {
        if doubt.is_some() && self.doubt.is_none() {
            self.cue = Some(Cue::Attention);
        }
        self.doubt = doubt;
    }

    pub(super) fn ended(&mut self) {
        // A refusal stays until the next valid scan; whatever else was said was said to this school.
        if self.shown.as_ref().is_some_and(|shown| shown.until.is_some()) {
            self.clear_face();
        }
        self.rows.rest();
    }

    /// The school leaves; what it has is on disk.
    pub(super) fn end_session(&mut self, ledger: &Ledger) {
        let Some(session) = self.session.take() else {
            return;
        };
        let (count, due) = session.lent(ledger);
        self.clear_face();
        self.ended();
        self.hush(match due {
            Some(due) => Message::new("quiet-done-lent")
                .number("count", count)
                .date("due", due),
            None => Message::new("quiet-done"),
        });
    }

    /// Puts a face on the desk, with its sound, for so many seconds; none stays until the next valid scan.
    pub(super) fn say(&mut self, mut face: Face, cue: Option<Cue>, seconds: Option<u32>) {
        face.for_ms = seconds.map(|seconds| seconds.saturating_mul(1000));
        self.shown = Some(Shown {
            until: seconds.map(|seconds| self.time.ms() + ms(seconds)),
            face,
            card_of: None,
        });
        self.quiet = None;
        self.cue = cue;
    }

    /// Success for four seconds, attention for twenty, a refusal until the next valid scan.
    pub(super) fn answer(&mut self, face: Face) {
        self.pile_hears(&face);
        let (cue, seconds) = match face.ground {
            Ground::Lent => (Some(Cue::Lent), Some(self.settings.success_s)),
            Ground::Returned => (Some(Cue::Returned), Some(self.settings.success_s)),
            Ground::Attention => (Some(Cue::Attention), Some(self.settings.attention_s)),
            Ground::Refused | Ground::Unknown | Ground::Stopped => (Some(Cue::Refused), None),
            Ground::Neutral => (None, Some(self.settings.item_card_s)),
        };
        self.say(face, cue, seconds);
    }

    pub(super) fn clear_face(&mut self) {
        self.shown = None;
        self.rows.rest();
    }

    /// A quiet line, without a sound.
    pub(super) fn hush(&mut self, message: Message) {
        self.quiet = Some(Quiet {
            message,
            until: self.time.ms() + ms(self.settings.quiet_s),
            about: None,
        });
    }

    pub(super) fn by(&self, how: How, reader: Option<ReaderId>) -> By {
        By {
            badge: self.session.as_ref().map(|session| session.badge.clone()),
            duty: self.duty.as_ref().map(|duty| duty.badge.clone()),
            reader,
            how,
            role: None,
            key: None,
        }
    }

    pub(super) fn order(&mut self, command: Command, by: By, pending: Pending) -> Option<Order> {
        self.pending = Some(pending);
        Some(Order { command, by })
    }

    fn present(&mut self, at: PresentedAt, ledger: &Ledger, now: Moment) -> Option<Order> {
        let PresentedAt { what, reader, how } = at;
        match what {
            Presented::Badge(code) => self.badge(&code, ledger, now),
            Presented::Item { item, by_label } => {
                let hand = Hand {
                    item,
                    by_label,
                    reader,
                    how,
                };
                self.item(hand, ledger, now)
            }
            Presented::Card(card) => self.card(card, reader, how, ledger),
            Presented::StoppedCard(code) => {
                self.stopped_card(&code, ledger, now);
                None
            }
            Presented::StrangeCard => {
                self.answer(faces::strange_card());
                None
            }
            Presented::Unknown {
                looks_like_badge,
                hint,
            } => {
                self.unknown(looks_like_badge, &hint, now);
                None
            }
            Presented::Mistyped(number) => {
                self.clear_face();
                self.hush(Message::new("quiet-no-such-number").text("number", number));
                None
            }
            Presented::Ambiguous => {
                self.answer(faces::ambiguous());
                None
            }
            Presented::OrderNumber(number) => self.order_sheet(number, ledger),
        }
    }

    pub(super) fn arm(&mut self, what: Armed, message: &'static str) {
        let until = self.time.ms() + ms(self.settings.item_card_s);
        self.clear_face();
        self.armed = Some((what, until));
        self.quiet = Some(Quiet {
            message: Message::new(message),
            until,
            about: None,
        });
    }

    fn card(&mut self, card: Card, reader: Option<ReaderId>, how: How, ledger: &Ledger) -> Option<Order> {
        let by = self.by(how, reader);
        self.play(card, by, ledger)
    }
}
