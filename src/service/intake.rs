//! The queue in front of the clerk: everything that wants something, in the order in which it came.
//!
//! Knows: who waits for an answer. Must not know: what the answers mean.

use super::roster::{RosterAnswer, RosterJob};
use crate::exchange::{Opened, Plan};
use crate::ledger::Command;
use crate::reader::ReaderInput;
use crate::view::{Answer, No, Wish};
use std::sync::Mutex;
use tokio::sync::oneshot;

/// So many may wait; then readers wait with their next read, and pages are told to come again.
pub const QUEUE: usize = 1_024;

/// Something for the clerk.
#[derive(Debug)]
pub enum Intake {
    Reader(ReaderInput),
    Wish(Wish, Waiting<Answer>),
    Import(Box<ImportJob>, Waiting<Imported>),
    Roster(RosterJob, Waiting<RosterAnswer>),
    Close,
}

/// Files to be read in, with how.
#[derive(Debug)]
pub struct ImportJob {
    pub opened: Opened,
    pub skip_bad: bool,
    pub dry_run: bool,
}

impl From<ReaderInput> for Intake {
    fn from(input: ReaderInput) -> Self {
        Intake::Reader(input)
    }
}

/// What came of an import: the plan that was carried out, or would have been. The sentence says why nothing was.
pub type Imported = Result<Plan, String>;

/// Somebody who waits for an answer; the clerk only borrows its inputs until they are answered.
#[derive(Debug)]
pub struct Waiting<T>(Mutex<Option<oneshot::Sender<T>>>);

impl<T> Waiting<T> {
    pub fn new() -> (Self, oneshot::Receiver<T>) {
        let (sender, receiver) = oneshot::channel();
        (Self(Mutex::new(Some(sender))), receiver)
    }

    fn tell(self, answer: T) {
        let sender = self
            .0
            .into_inner()
            .unwrap_or_else(|poisoned| poisoned.into_inner());
        if let Some(sender) = sender {
            // Nobody waits any more: a closed page. What was done stays done.
            let _ = sender.send(answer);
        }
    }
}

/// An answer on its way.
#[derive(Debug)]
pub enum Reply {
    Wish(Answer),
    Import(Imported),
    Roster(RosterAnswer),
}

impl Reply {
    /// The same answer, had nothing been written.
    pub fn failed(&self, no: &No) -> Reply {
        match self {
            // A refusal may stand on what was not written either.
            Reply::Wish(_) => Reply::Wish(Err(no.clone())),
            Reply::Roster(_) => Reply::Roster(Err("the disk is full: nothing was changed".into())),
            Reply::Import(_) => Reply::Import(Err("the disk is full: nothing was imported".into())),
        }
    }

    /// The same answer, if its events were written and its cards were not.
    pub fn cards_not_kept(&mut self) {
        match self {
            Reply::Wish(answer) if answer.is_ok() => *answer = Err(No::CardNotKept),
            Reply::Import(Ok(plan)) if !plan.roster.is_empty() => {
                let told = "the files were read in, but the cards of badges could not be written: look at the disk, \
                            then import badges.csv once more";
                *self = Reply::Import(Err(told.into()));
            }
            _ => {}
        }
    }
}

impl Intake {
    /// Whether it may have brought a card for the roster.
    pub fn gives_a_card(&self) -> bool {
        match self {
            Intake::Wish(Wish::Command(command, _), _) => matches!(**command, Command::BadgeCard { .. }),
            Intake::Import(..) => true,
            _ => false,
        }
    }

    /// Hands the answer to who waits, if anybody does.
    pub fn answer(self, reply: Option<Reply>) {
        match (self, reply) {
            (Intake::Wish(_, waiting), Some(Reply::Wish(answer))) => waiting.tell(answer),
            (Intake::Import(_, waiting), Some(Reply::Import(answer))) => waiting.tell(answer),
            (Intake::Roster(_, waiting), Some(Reply::Roster(answer))) => waiting.tell(answer),
            (Intake::Roster(_, waiting), Some(_)) => waiting.tell(Err("the desk has stopped".into())),
            (Intake::Import(_, waiting), Some(Reply::Wish(_))) => {
                waiting.tell(Err("the desk has stopped".into()))
            }
            _ => {}
        }
    }
}
