//! What an event touches: the item, the school, the loan that it is about.
//!
//! Knows: every kind of event. Must not know: how the answer is kept.

use crate::ids::{ItemId, LoanId, SchoolId};
use crate::ledger::{Event, Seq};

/// What an event says of itself. Loans and voided events lead to more by what was written before.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Touch<'a> {
    pub item: Option<&'a ItemId>,
    pub school: Option<&'a SchoolId>,
    pub loan: Option<&'a LoanId>,
    pub voided: &'a [Seq],
}

pub fn touch(event: &Event) -> Touch<'_> {
    let none = Touch::default();
    match event {
        Event::SchoolRegistered(school) => Touch {
            school: Some(&school.school),
            ..none
        },
        Event::AgreementSigned { school, .. } => Touch {
            school: Some(school),
            ..none
        },
        Event::BadgeIssued(badge) => Touch {
            school: Some(&badge.school),
            ..none
        },
        Event::ItemEnrolled(item) => Touch {
            item: Some(&item.item),
            ..none
        },
        Event::TagBound { item, .. }
        | Event::TagUnbound { item, .. }
        | Event::ConsentRecorded { item, .. }
        | Event::ConditionNoted { item, .. }
        | Event::VerificationStarted { item }
        | Event::VerificationEnded { item, .. }
        | Event::Found { item, .. }
        | Event::Withdrawn { item, .. }
        | Event::StocktakeSeen { item, .. }
        | Event::StocktakeAccounted { item, .. }
        | Event::StocktakeMissing { item, .. } => Touch {
            item: Some(item),
            ..none
        },
        Event::CheckedOut {
            loan, item, school, ..
        }
        | Event::Returned {
            loan, item, school, ..
        }
        | Event::NoticeSent {
            loan, item, school, ..
        } => Touch {
            item: Some(item),
            school: Some(school),
            loan: Some(loan),
            ..none
        },
        Event::Renewed { loan, item, .. } => Touch {
            item: Some(item),
            loan: Some(loan),
            ..none
        },
        Event::LoanNoted { loan, .. } => Touch {
            loan: Some(loan),
            ..none
        },
        Event::Held { item, school, .. } | Event::HoldCancelled { item, school, .. } => Touch {
            item: Some(item),
            school: Some(school),
            ..none
        },
        Event::KitChecked { item, loan, .. }
        | Event::Replenished { item, loan, .. }
        | Event::RepairStarted { item, loan, .. }
        | Event::RepairEnded { item, loan, .. }
        | Event::Lost { item, loan, .. } => Touch {
            item: Some(item),
            loan: loan.as_ref(),
            ..none
        },
        Event::Refused { item, school, .. } => Touch {
            item: item.as_ref(),
            school: school.as_ref(),
            ..none
        },
        Event::Voided { seqs, .. } => Touch { voided: seqs, ..none },
        Event::RoomRegistered(_)
        | Event::DonorRegistered(_)
        | Event::KitDefined(_)
        | Event::BadgeRevoked { .. }
        | Event::BadgeCardGiven { .. }
        | Event::BadgeCardStopped { .. }
        | Event::CalendarSet(_)
        | Event::StocktakeOpened { .. }
        | Event::StocktakeClosed { .. }
        | Event::UnknownTag { .. }
        | Event::ReaderLost { .. }
        | Event::ReaderBack { .. }
        | Event::ClockConfirmed { .. } => none,
    }
}
