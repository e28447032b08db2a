//! The rules: an order becomes events, or a refusal that says why.
//!
//! Knows: every rule of lending, by rooms. Must not know: how a refusal is worded, where events are kept.
//! Pure: the same ledger, order and context give the same answer.

mod case;
mod checkin;
mod checkout;
mod clock;
mod hold;
mod item;
mod kit;
mod register;
mod renew;
mod service;
mod stocktake;
mod void;

use super::command::Command;
use super::event::{By, Event};
use super::policy::Policy;
use super::refusal::{Notice, Refusal};
use super::state::Ledger;
use crate::clock::{Moment, Trust};
use crate::ids::BadgeCode;
use case::Case;

/// What surrounds an order: the time and how far it is believed, who stands behind it, the house rules.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The time to count from; where the clock is doubted, the time that the house reckons with instead. Only
    /// [`Command::ConfirmClock`] is about what the clock itself says.
    pub now: Moment,
    pub trust: Trust,
    pub by: &'a By,
    pub policy: &'a Policy,
}

/// What an allowed order makes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decided {
    /// At least one; they belong into one batch.
    pub events: Vec<Event>,
    /// To be said beside what was done.
    pub notices: Vec<Notice>,
    /// The badge that `By` of these events has to carry, where the order names one: the borrower's.
    pub badge: Option<BadgeCode>,
}

impl Decided {
    fn one(event: Event) -> Self {
        Self {
            events: vec![event],
            ..Self::default()
        }
    }
}

/// [`decide`], or a stand-in of tests.
pub type Rules = fn(&Ledger, &Command, &Context<'_>) -> Result<Decided, Refusal>;

/// Says what `command` makes of `ledger`, or why nothing.
///
/// Of [`Command::BadgeCard`] and [`Command::CardStop`] the events' digests are left empty: only the keeper of the key and
/// of the roster can fill them in.
pub fn decide(ledger: &Ledger, command: &Command, context: &Context<'_>) -> Result<Decided, Refusal> {
    let case = Case::new(ledger, context);
    let mut decided = case.decide(command)?;
    if context.trust.is_doubt() && !matches!(command, Command::ConfirmClock { .. }) {
        decided.notices.push(Notice::ClockDoubtful);
    }
    Ok(decided)
}

impl Case<'_> {
    fn decide(&self, command: &Command) -> Result<Decided, Refusal> {
        use Command::*;
        match command {
            CheckOut { .. } => self.check_out(checkout::Order::of(command)?),
            CheckIn { .. } => self.check_in(command),
            Renew { item, due } => self.renew(item, *due),
            NoteLoan { .. } => self.note_loan(command),
            SendNotice { loan, note } => self.send_notice(loan, note),
            Hold { item, school, from } => self.hold(item, school, *from),
            HoldCancel { item, school, hold } => self.cancel_hold(item, school, *hold),
            KitCheck { item, missing } => self.check_kit(item, missing),
            Replenish { item, parts } => self.replenish(item, parts),
            NoteCondition {
                item,
                condition,
                note,
            } => self.note_condition(item, *condition, note),
            StartRepair { item, note } => self.start_repair(item, note),
            EndRepair { item, note } => self.end_repair(item, note),
            StartVerification { item } => self.start_verification(item),
            EndVerification { item, next_due } => self.end_verification(item, *next_due),
            DeclareLost { item, note } => self.declare_lost(item, note),
            DeclareFound { item, note } => self.declare_found(item, note),
            Withdraw { item, basis } => self.withdraw(item, basis),
            BindTag { item, tag } => self.bind_tag(item, tag),
            UnbindTag { item, tag } => self.unbind_tag(item, tag),
            RecordConsent { item, number, date } => self.record_consent(item, number, *date),
            EnrolItem(item) => self.enrol_item(item),
            BadgeCard { badge, uid, .. } => self.give_card(badge, uid),
            CardStop { badge } => self.stop_card(badge),
            RevokeBadge { badge, last } => self.revoke_badge(badge, *last),
            IssueBadge(badge) => self.issue_badge(badge),
            RegisterSchool(school) => self.register_school(school),
            SignAgreement { school, agreement } => self.sign_agreement(school, agreement),
            RegisterRoom(room) => self.register_room(room),
            RegisterDonor(donor) => self.register_donor(donor),
            DefineKit(kit) => self.define_kit(kit),
            SetCalendar(span) => self.set_calendar(span),
            OpenStocktake { basis } => self.open_stocktake(basis),
            SeeInStocktake { stocktake, item } => self.see_in_stocktake(stocktake, item),
            CloseStocktake { stocktake } => self.close_stocktake(stocktake),
            MoveLoan { loan, badge, reason } => self.move_loan(loan, badge, reason),
            Void { seq, reason } => self.void(*seq, reason),
            ConfirmClock { date } => self.confirm_clock(*date),
        }
    }
}
