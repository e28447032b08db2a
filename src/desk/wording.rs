//! Words for every refusal and notice: never a dead end, never a reproach.
//!
//! Knows: which message belongs to which reason. Must not know: how it is shown, or why it came.

use super::names::{parts_text, school_name};
use super::screen::Ground;
use crate::cue::Cue;
use crate::ids::ItemId;
use crate::ledger::{DayKind, Ledger, Notice, Refusal};
use crate::words::Message;

/// What was wanted when the refusal came; decides its first word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doing {
    Lend,
    Return,
    Renew,
    Undo,
    Other,
}

/// A refusal as a person hears it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusalWords {
    pub ground: Ground,
    pub cue: Cue,
    /// None where no code of the list fits.
    pub code: Option<&'static str>,
    pub word: Message,
    /// At most six words.
    pub headline: Message,
    pub text: Message,
    /// The one step to take.
    pub next: Message,
    pub help: Message,
}

fn plain(id: &'static str) -> Message {
    Message::new(id)
}

/// Says a refusal. Pages and the network use it too.
pub fn refusal_words(refusal: &Refusal, doing: Doing, ledger: &Ledger) -> RefusalWords {
    let ([headline, text, next, help], code) = said(refusal, ledger);
    let (ground, cue, word) = match refusal {
        Refusal::OrderNeeded { .. } | Refusal::StocktakeRunning | Refusal::NotOut { .. } => {
            (Ground::Attention, Cue::Attention, "word-attention")
        }
        Refusal::UnknownBadge { .. } | Refusal::UnknownItem { .. } => {
            (Ground::Unknown, Cue::Refused, "word-unknown")
        }
        Refusal::BadgeRevoked { .. }
        | Refusal::BadgeNotYet { .. }
        | Refusal::BadgeNeverBorrows { .. }
        | Refusal::CardStopped { .. } => (Ground::Refused, Cue::Refused, "word-not-accepted"),
        _ => {
            let word = match doing {
                Doing::Lend => "word-refused",
                Doing::Return => "word-not-accepted",
                Doing::Renew => "word-not-renewed",
                Doing::Undo => "word-not-undone",
                Doing::Other => "word-not-done",
            };
            (Ground::Refused, Cue::Refused, word)
        }
    };
    RefusalWords {
        ground,
        cue,
        code: (code != "К-00").then_some(code),
        word: plain(word),
        headline,
        text,
        next,
        help,
    }
}

/// Headline, text, next step and help.
type Said = [Message; 4];

fn said(refusal: &Refusal, ledger: &Ledger) -> (Said, &'static str) {
    let school = |id| school_name(ledger, id);
    let parts = |item: &ItemId, missing| parts_text(ledger, item, missing);
    let said = match refusal {
        Refusal::AlreadyOut {
            school: id,
            since,
            due,
            ..
        } => [
            plain("k10-headline"),
            plain("k10-text")
                .text("school", school(id))
                .date("since", *since)
                .date("due", *due),
            plain("k10-next"),
            plain("k10-help"),
        ],
        Refusal::BadgeRevoked { badge, last } => [
            plain("k03-headline"),
            plain("k03-text"),
            plain("k03-next"),
            plain("k03-help")
                .text("badge", badge.as_str())
                .date("last", *last),
        ],
        Refusal::BadgeNotYet { badge, from } => [
            plain("k03-not-yet-headline"),
            plain("k03-not-yet-text").date("from", *from),
            plain("k03-next"),
            plain("k03-not-yet-help").text("badge", badge.as_str()),
        ],
        Refusal::CardStopped { badge } => [
            plain("k03-stopped-headline"),
            plain("k03-stopped-text"),
            plain("k03-stopped-next"),
            plain("k03-stopped-help").text("badge", badge.as_str()),
        ],
        Refusal::BadgeNeverBorrows { badge } => [
            plain("k03-duty-headline"),
            plain("k03-duty-text").text("badge", badge.as_str()),
            plain("k03-duty-next"),
            plain("k03-duty-help"),
        ],
        Refusal::AgreementExpired { last, .. } => [
            plain("k14-headline"),
            plain("k14-text").date("last", *last),
            plain("k14-next"),
            plain("k14-help"),
        ],
        Refusal::NoAgreement { from, .. } => [
            plain("k16-headline"),
            match from {
                Some(from) => plain("k16-from-text").date("from", *from),
                None => plain("k16-text"),
            },
            plain("k16-next"),
            plain("k16-help"),
        ],
        Refusal::ItemsLimit { limit, .. } => [
            plain("k17-headline").number("limit", *limit),
            plain("k17-text").number("limit", *limit),
            plain("k17-next"),
            plain("k17-help"),
        ],
        Refusal::OverdueBlock { count, .. } => [
            plain("k18-headline"),
            plain("k18-text").number("count", *count),
            plain("k18-next"),
            plain("k18-help"),
        ],
        Refusal::CentreOnly { .. } => four("k19-headline", "k19-text", "k19-next", "k19-help"),
        Refusal::OrderNeeded { .. } => four("k20-headline", "k20-text", "k20-next", "k20-help"),
        Refusal::ConsentNeeded { .. } => four("k21-headline", "k21-text", "k21-next", "k21-help"),
        Refusal::Reserved { school: id, from, .. } => [
            plain("k12-headline").date("from", *from),
            plain("k12-refused-text")
                .text("school", school(id))
                .date("from", *from),
            plain("k12-next"),
            plain("k12-help"),
        ],
        Refusal::KitShort { item, missing, .. } if !missing.is_empty() => [
            plain("k23-short-headline"),
            plain("k23-short-text").text("parts", parts(item, missing)),
            plain("k23-next"),
            plain("k23-short-help"),
        ],
        Refusal::KitShort { .. } => four("k23-headline", "k23-text", "k23-next", "k23-help"),
        Refusal::Damaged { since, .. } => [
            plain("k27-refused-headline"),
            match since {
                Some(since) => plain("k27-refused-since").date("since", *since),
                None => plain("k27-refused-text"),
            },
            plain("k27-next"),
            plain("k27-refused-help"),
        ],
        Refusal::InRepair { since, instead, .. } => in_repair(*since, instead.as_ref(), ledger),
        Refusal::VerificationDue { away: true, .. } => {
            four("k29-away-headline", "k29-away-text", "k29-next", "k29-help")
        }
        Refusal::VerificationDue { due, .. } => [
            plain("k29-headline"),
            match due {
                Some(due) => plain("k29-text").date("due", *due),
                None => plain("k29-unknown-text"),
            },
            plain("k29-next"),
            plain("k29-help"),
        ],
        Refusal::CannotRenew { held_from, .. } => [
            plain("k33-headline"),
            plain("k33-text").date("from", *held_from),
            plain("k33-next").date("from", *held_from),
            plain("k33-help"),
        ],
        Refusal::StocktakeRunning => four("k44-headline", "k44-text", "k44-next", "k44-help"),
        Refusal::Lost { since, .. } => [
            plain("lost-headline"),
            plain("lost-text").date("since", *since),
            plain("lost-next"),
            plain("lost-help"),
        ],
        Refusal::Withdrawn { since, .. } => [
            plain("withdrawn-headline"),
            plain("withdrawn-text").date("since", *since),
            plain("withdrawn-next"),
            plain("withdrawn-help"),
        ],
        Refusal::DueDate { asked, latest } => [
            plain("k48-refused-headline"),
            plain("k48-refused-text")
                .date("asked", *asked)
                .date("latest", *latest),
            plain("k48-next"),
            plain("k48-help").date("latest", *latest),
        ],
        other => nonsense(other),
    };
    (said, refusal.code())
}

/// Orders that make no sense: mostly typed or posted, seldom scanned.
fn nonsense(refusal: &Refusal) -> Said {
    match refusal {
        Refusal::NotOut { .. } => four(
            "k36-not-out-headline",
            "k36-not-out-text",
            "k36-not-out-next",
            "k36-not-out-help",
        ),
        Refusal::UnknownBadge { badge } => [
            plain("k02-headline"),
            plain("k02-text"),
            plain("k02-next"),
            plain("k02-help-code").text("badge", badge.as_str()),
        ],
        Refusal::UnknownItem { item } => [
            plain("k09-headline"),
            plain("k09-text"),
            plain("k09-next"),
            plain("k09-help-id").text("id", item.as_str()),
        ],
        Refusal::Unknown { what, id } => [
            plain("unknown-thing-headline"),
            plain("unknown-thing-text").text("id", id),
            plain("unknown-thing-next"),
            plain("unknown-thing-help").text("what", what),
        ],
        Refusal::TagTaken { item } => [
            plain("tag-taken-headline"),
            match item {
                Some(item) => plain("tag-taken-item-text").text("id", item.as_str()),
                None => plain("tag-taken-text"),
            },
            plain("tag-taken-next"),
            plain("tag-taken-help"),
        ],
        Refusal::TagIsAlias => four(
            "tag-is-alias-headline",
            "tag-is-alias-text",
            "tag-is-alias-next",
            "tag-is-alias-help",
        ),
        Refusal::AlreadySo { what: "due_date" } => four(
            "no-later-headline",
            "no-later-text",
            "no-later-next",
            "no-later-help",
        ),
        Refusal::AlreadySo { what } => [
            plain("already-so-headline"),
            plain("already-so-text"),
            plain("already-so-next"),
            plain("already-so-help").text("what", what),
        ],
        Refusal::CannotVoid { .. } => four(
            "cannot-void-headline",
            "cannot-void-text",
            "cannot-void-next",
            "cannot-void-help",
        ),
        Refusal::Invalid { field, .. } => [
            plain("invalid-headline"),
            plain("invalid-text").text("field", field),
            plain("invalid-next"),
            plain("invalid-help"),
        ],
        Refusal::DutyNeeded => four(
            "duty-needed-headline",
            "duty-needed-text",
            "duty-needed-next",
            "duty-needed-help",
        ),
        Refusal::ClockUnset { date } => [
            plain("k43-headline"),
            plain("k43-text").date("date", *date),
            plain("k43-next"),
            plain("k43-help"),
        ],
        other if other.reason() == "no_space" => four(
            "k41-space-headline",
            "k41-space-text",
            "k41-space-next",
            "k41-space-help",
        ),
        other => [
            plain("invalid-headline"),
            plain("invalid-text").text("field", other.reason()),
            plain("invalid-next"),
            plain("invalid-help"),
        ],
    }
}

fn four(headline: &'static str, text: &'static str, next: &'static str, help: &'static str) -> Said {
    [plain(headline), plain(text), plain(next), plain(help)]
}

fn in_repair(since: jiff::civil::Date, instead: Option<&ItemId>, ledger: &Ledger) -> Said {
    let headline = plain("k28-headline").date("since", since);
    let text = plain("k28-text").date("since", since);
    let Some(instead) = instead else {
        return [headline, text, plain("k28-next"), plain("k28-help")];
    };
    let room = ledger
        .items
        .get(instead)
        .and_then(|state| state.item.room.as_ref());
    let text = match room {
        Some(room) => plain("k28-instead-text")
            .date("since", since)
            .text("instead", instead.as_str())
            .text("room", room.as_str()),
        None => text,
    };
    let help = plain("k28-instead-help").text("instead", instead.as_str());
    [headline, text, plain("k28-next"), help]
}

/// A notice as a person reads it. `about` is the item that it came with.
pub fn notice_words(notice: &Notice, about: &ItemId, ledger: &Ledger) -> Message {
    match notice {
        Notice::ShortenedByHold { from } => plain("k12-text").date("from", *from),
        Notice::HoldFulfilled => plain("k13-text"),
        Notice::ShortenedByAgreement { last } => plain("k15-text").date("last", *last),
        Notice::LentShort { missing } => plain("k22-text").text("parts", parts_text(ledger, about, missing)),
        Notice::CountedShort { missing } => {
            plain("k24-text").text("parts", parts_text(ledger, about, missing))
        }
        Notice::Uav { number } => plain("k30-text").text("number", number),
        Notice::Hygiene => plain("k31-text"),
        Notice::HeadcountWanted => plain("k34-text"),
        Notice::MovedByCalendar { wanted } => plain("k48-text").date("wanted", *wanted),
        Notice::CalendarEnded { last } => plain("notice-calendar-ended").date("last", *last),
        Notice::Late { days } => plain("k07-text").number("days", *days),
        Notice::Overridden => plain("notice-overridden"),
        Notice::FromAnotherSchool { school } => {
            plain("notice-from-another").text("school", school_name(ledger, school))
        }
        Notice::ClockDoubtful => plain("k43-notice"),
    }
}

/// The headline and code of a notice that is weighty enough to stand over a loan.
pub(super) fn notice_headline(notice: &Notice, ledger: &Ledger) -> Option<(Message, &'static str)> {
    match notice {
        Notice::ShortenedByHold { from } => Some((plain("k12-headline").date("from", *from), "К-12")),
        Notice::ShortenedByAgreement { last } => Some((plain("k15-headline").date("last", *last), "К-15")),
        Notice::LentShort { .. } => Some((plain("k22-headline"), "К-22")),
        Notice::MovedByCalendar { wanted } => {
            let vacation = ledger
                .calendar
                .iter()
                .any(|span| span.kind == DayKind::Vacation && span.from <= *wanted && *wanted <= span.to);
            let id = if vacation {
                "k48-vacation-headline"
            } else {
                "k48-headline"
            };
            Some((plain(id), "К-48"))
        }
        _ => None,
    }
}
