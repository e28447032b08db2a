//! What a badge, an item or an order sheet means: the table «what a scan does».
//!
//! Knows: the table. Must not know: whether the order will be granted.

use super::faces;
use super::input::Order;
use super::machine::{Armed, Desk, Duty, Pending, Shown};
use super::names::{components, item_card, school_name};
use super::screen::LineMark;
use super::session::{Hand, Session};
use super::settings::ms;
use super::sheet::Row;
use super::standing;
use super::wording::{Doing, refusal_words};
use crate::clock::Moment;
use crate::cue::Cue;
use crate::ids::{BadgeCode, ItemId};
use crate::ledger::{Badge, BadgeKind, Command, Condition, ItemState, Ledger, Lending, Parts, Refusal};
use crate::words::Message;
use smol_str::SmolStr;

impl Desk {
    pub(super) fn badge(&mut self, code: &BadgeCode, ledger: &Ledger, now: Moment) -> Option<Order> {
        let Some(badge) = ledger.badges.get(code) else {
            let refusal = Refusal::UnknownBadge { badge: code.clone() };
            self.refuse_badge(&refusal, ledger, now);
            return None;
        };
        let another = |session: &Session| badge.kind != BadgeKind::Duty && session.school != badge.school;
        if self.session.as_ref().is_some_and(another) {
            // Even a badge that is no longer in force: its bearer's items must not go to the school before.
            self.end_session(ledger);
        }
        if let Some(refusal) = badge.not_in_force(now.date()) {
            self.refuse_badge(&refusal, ledger, now);
            return None;
        }
        self.armed = None;
        match badge.kind {
            BadgeKind::Duty => {
                self.sign_on(badge);
                None
            }
            BadgeKind::Centre | BadgeKind::School => {
                self.badge_at = Some(self.time.ms());
                self.borrower(badge, ledger, now)
            }
        }
    }

    /// Nobody knows who holds it: nothing is lent on it, and what its bearer scans goes to no session that is open.
    pub(super) fn stopped_card(&mut self, code: &BadgeCode, ledger: &Ledger, now: Moment) {
        let school = ledger.badges.get(code).map(|badge| &badge.school);
        if self
            .session
            .as_ref()
            .is_some_and(|session| school != Some(&session.school))
        {
            self.end_session(ledger);
        }
        let refusal = Refusal::CardStopped { badge: code.clone() };
        self.refuse_badge(&refusal, ledger, now);
    }

    fn refuse_badge(&mut self, refusal: &Refusal, ledger: &Ledger, now: Moment) {
        let words = refusal_words(refusal, Doing::Other, ledger);
        let unknown = matches!(refusal, Refusal::UnknownBadge { .. });
        if !unknown {
            // What its bearer laid down goes to nobody who comes after.
            self.waiting.clear();
            self.order_number = None;
        }
        let mark = if unknown {
            LineMark::Unknown
        } else {
            LineMark::Refused
        };
        let mut row = self.row(mark, now);
        row.note = Some(Message::new("line-not-accepted-because").said("why", words.headline.clone()));
        self.rows.push(row);
        self.answer(faces::refused(words, None));
    }

    fn sign_on(&mut self, badge: &Badge) {
        let hours = u64::from(self.settings.duty_h);
        self.duty = Some(Duty {
            badge: badge.badge.clone(),
            role: badge.role.clone(),
            until: self.time.ms() + hours * 3_600_000,
        });
        self.calm();
        self.hush(
            Message::new("quiet-duty")
                .text("role", &badge.role)
                .text("badge", badge.badge.as_str()),
        );
    }

    /// A valid scan takes a refusal off the screen.
    fn calm(&mut self) {
        if self.shown.as_ref().is_some_and(|shown| shown.until.is_none()) {
            self.clear_face();
        }
    }

    fn borrower(&mut self, badge: &Badge, ledger: &Ledger, now: Moment) -> Option<Order> {
        let code = &badge.badge;
        let Some(session) = &mut self.session else {
            return self.open(badge, ledger, now);
        };
        if session.badge == *code {
            self.end_session(ledger);
            return None;
        }
        session.saw(code);
        if !session.restricted.is_empty() {
            return self.try_restricted(ledger);
        }
        session.badge = code.clone();
        self.calm();
        self.hush(Message::new("quiet-actor").text("badge", code.as_str()));
        None
    }

    fn open(&mut self, badge: &Badge, ledger: &Ledger, now: Moment) -> Option<Order> {
        self.visits += 1;
        self.session = Some(Session {
            number: ledger.next_session.max(1),
            visit: self.visits,
            school: badge.school.clone(),
            badge: badge.badge.clone(),
            badges: vec![badge.badge.clone()],
            began: now,
            touched: self.time.ms(),
            order: self.order_number.take().map(|(number, _)| number),
            restricted: Vec::new(),
            rescan: Vec::new(),
        });
        self.clear_face();
        self.quiet = None;
        self.chain = std::mem::take(&mut self.waiting).into();
        self.next_of_chain(ledger)
    }

    /// Lends what waited, one after the other.
    pub(super) fn next_of_chain(&mut self, ledger: &Ledger) -> Option<Order> {
        if let Some(hand) = self.chain.pop_front() {
            return self.lend(hand, ledger);
        }
        if let Some(refusal) = self.chain_refusal.take() {
            self.shown = Some(refusal);
            self.cue = Some(Cue::Refused);
        }
        None
    }

    pub(super) fn item(&mut self, hand: Hand, ledger: &Ledger, now: Moment) -> Option<Order> {
        let Some(state) = ledger.items.get(&hand.item) else {
            let refusal = Refusal::UnknownItem {
                item: hand.item.clone(),
            };
            let words = refusal_words(&refusal, Doing::Other, ledger);
            self.answer(faces::refused(words, None));
            return None;
        };
        match self.armed.take() {
            Some((Armed::Info, _)) => {
                self.show_card(&hand, ledger, now);
                return None;
            }
            Some((Armed::Renew, _)) => {
                let by = self.by(hand.how, hand.reader);
                return self.renew(hand.item, by, ledger);
            }
            None => {}
        }
        let counts = self.session.is_none() || self.just_returned(state, ledger, now);
        if counts && self.ask_parts(&hand.item, ledger) {
            // Nobody gets it as it is: whoever brings it to the desk comes to count it.
            self.clear_face();
            self.hush(Message::new("quiet-count-parts"));
            return None;
        }
        let loan = state.status.loan.as_ref().and_then(|loan| ledger.loans.get(loan));
        match (loan, &self.session) {
            (Some(loan), Some(session)) if session.lent_here(loan) => {
                self.already(state);
                None
            }
            (Some(loan), session) => {
                let other = session
                    .as_ref()
                    .filter(|session| session.school != loan.school)
                    .map(|_| school_name(ledger, &loan.school));
                self.bring_back(hand, other, ledger)
            }
            (None, Some(session)) if session.rescan.contains(&hand.item) => self.lend(hand, ledger),
            (None, _) if self.just_returned(state, ledger, now) => {
                self.already(state);
                None
            }
            (None, Some(_)) => self.lend(hand, ledger),
            (None, None) => {
                self.wait_for_badge(hand);
                None
            }
        }
    }

    /// Opens the panel of a kit that was left for later; `false` where there is nothing to count, or it waits already.
    pub(super) fn ask_parts(&mut self, item: &ItemId, ledger: &Ledger) -> bool {
        let until = self.panel_until();
        let uncounted = |state: &ItemState| state.status.unchecked && state.is_in_house();
        ledger.items.get(item).is_some_and(uncounted) && self.panels.ask(ledger, item, until)
    }

    fn show_card(&mut self, hand: &Hand, ledger: &Ledger, now: Moment) {
        self.answer(standing::shown(ledger, &hand.item, now.date()));
        if let Some(Shown { card_of, .. }) = &mut self.shown {
            *card_of = Some(hand.item.clone());
        }
    }

    /// «Уже учтено»: a quiet line, no sound of success, nothing written.
    fn already(&mut self, state: &ItemState) {
        self.calm();
        self.hush(
            Message::new("k36-item")
                .text("item", &state.item.name)
                .text("id", state.item.item.as_str()),
        );
        if let Some(quiet) = &mut self.quiet {
            quiet.about = Some(state.item.item.clone());
        }
    }

    /// Returned under two minutes ago, and no badge presented since.
    fn just_returned(&self, state: &ItemState, ledger: &Ledger, now: Moment) -> bool {
        let Some((loan, at)) = &state.status.last_return else {
            return false;
        };
        let here = |seq| self.rows.done_at(seq);
        let seq = ledger.loan(loan).and_then(|loan| loan.returned.as_ref());
        // What came back by a page stands in no row of this desk: then the clock has to tell.
        let by_clock = || self.time.signed().saturating_sub(now.since_ms(*at));
        let returned = seq.and_then(|back| here(back.seq)).unwrap_or_else(by_clock);
        let passed = self.time.signed().saturating_sub(returned);
        let badge = self
            .badge_at
            .map(|badge| i64::try_from(badge).unwrap_or(i64::MAX));
        let recent = (0..i64::from(self.settings.returned_s) * 1000).contains(&passed);
        recent && badge.is_none_or(|badge| badge <= returned)
    }

    fn wait_for_badge(&mut self, hand: Hand) {
        self.clear_face();
        self.quiet = None;
        self.waiting.retain(|other| other.item != hand.item);
        self.waiting.push(hand);
        self.waiting_until = self.time.ms() + ms(self.settings.item_card_s);
    }

    pub(super) fn lend(&mut self, hand: Hand, ledger: &Ledger) -> Option<Order> {
        let by = self.by(hand.how, hand.reader.clone());
        let session = self.session.as_ref()?;
        let restricted = ledger
            .items
            .get(&hand.item)
            .is_some_and(|state| state.item.lending == Lending::ByOrder);
        let command = Command::CheckOut {
            item: hand.item.clone(),
            badge: session.badge.clone(),
            due: None,
            order: session.order.clone().filter(|_| restricted),
            second_badge: session.second_badge().cloned().filter(|_| restricted),
            purpose: None,
            group: None,
            override_reason: None,
            session: Some(session.number),
        };
        self.order(command, by, Pending::Lend(hand))
    }

    fn bring_back(&mut self, hand: Hand, other: Option<SmolStr>, ledger: &Ledger) -> Option<Order> {
        let by = self.by(hand.how, hand.reader.clone());
        let command = Command::CheckIn {
            item: hand.item.clone(),
            condition: Condition::Ok,
            missing: Parts::new(),
            headcount: None,
            unchecked: !components(ledger, &hand.item).is_empty(),
            by_label: hand.by_label,
            session: self.session.as_ref().map(|session| session.number),
        };
        self.order(command, by, Pending::Return { hand, other })
    }

    pub(super) fn order_sheet(&mut self, number: SmolStr, ledger: &Ledger) -> Option<Order> {
        self.calm();
        let Some(session) = &mut self.session else {
            let until = self.time.ms() + ms(self.settings.item_card_s);
            self.hush(Message::new("quiet-order-needs-badge").text("order", &number));
            self.order_number = Some((number, until));
            return None;
        };
        session.order = Some(number.clone());
        if session.restricted.is_empty() {
            self.hush(Message::new("quiet-order").text("order", &number));
            return None;
        }
        self.try_restricted(ledger)
    }

    /// Lends the restricted items once both the order and the second badge are there.
    fn try_restricted(&mut self, ledger: &Ledger) -> Option<Order> {
        let session = self.session.as_mut()?;
        let both = session.order.is_some() && session.second_badge().is_some();
        if both {
            self.chain = std::mem::take(&mut session.restricted).into();
            self.clear_face();
            return self.next_of_chain(ledger);
        }
        self.ask_for_order(ledger);
        None
    }

    /// К-20: says what is still needed for the restricted item presented last.
    pub(super) fn ask_for_order(&mut self, ledger: &Ledger) {
        let Some(session) = &self.session else { return };
        let Some(hand) = session.restricted.last() else {
            return;
        };
        let card = item_card(ledger, &hand.item);
        let face = faces::order_needed(card, session.order.as_ref(), session.second_badge().is_some());
        self.answer(face);
    }

    pub(super) fn unknown(&mut self, looks_like_badge: bool, hint: &str, now: Moment) {
        let mut row = self.row(LineMark::Unknown, now);
        let id = if looks_like_badge {
            "line-unknown-badge"
        } else {
            "line-unknown-tag"
        };
        row.note = Some(Message::new(id).text("hint", hint));
        self.rows.push(row);
        self.answer(faces::unknown(looks_like_badge, hint));
    }

    pub(super) fn row(&self, mark: LineMark, now: Moment) -> Row {
        let mut row = Row::new(mark, now, self.time.signed());
        row.visit = self.session.as_ref().map(|session| session.visit);
        row
    }

    /// A rule said no: the face, the line, and the session goes on.
    pub(super) fn refuse(
        &mut self,
        refusal: &Refusal,
        doing: Doing,
        about: Option<&ItemId>,
        ledger: &Ledger,
        now: Moment,
    ) {
        let mut words = refusal_words(refusal, doing, ledger);
        if let Refusal::KitShort { item, .. } = refusal
            && self.panels.front() == Some(item)
        {
            (words.next, words.help) = faces::count_now();
        }
        let because = match doing {
            Doing::Lend => "line-refused-because",
            Doing::Return => "line-not-accepted-because",
            Doing::Renew => "line-not-renewed-because",
            Doing::Undo | Doing::Other => "line-not-done-because",
        };
        let card = about.map(|item| item_card(ledger, item));
        if doing != Doing::Undo {
            let mut row = self.row(LineMark::Refused, now);
            row.note = Some(Message::new(because).said("why", words.headline.clone()));
            row.item = card.clone();
            row.school = self
                .session
                .as_ref()
                .map(|session| school_name(ledger, &session.school));
            self.rows.push(row);
        }
        let cue = words.cue;
        self.answer(faces::refused(words, card));
        self.cue = Some(cue);
        if self.cue == Some(Cue::Refused) && !self.chain.is_empty() {
            self.chain_refusal = self.shown.clone();
        }
    }
}
