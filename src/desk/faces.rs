//! What the desk says: faces made of facts.
//!
//! Knows: which word, headline, text and place belong to an answer. Must not know: when it is shown.

use super::input::Doubt;
use super::names::{components, item_card, parts_text};
use super::screen::{Face, Ground, ItemCard};
use super::wording::{RefusalWords, notice_headline, notice_words};
use crate::ids::ItemId;
use crate::ledger::{Ledger, Notice, Parts};
use crate::words::Message;
use jiff::civil::Date;
use smol_str::SmolStr;

fn plain(id: &'static str) -> Message {
    Message::new(id)
}

pub(super) fn face(ground: Ground, word: Option<&'static str>) -> Face {
    Face {
        ground,
        word: word.map(Message::new),
        headline: None,
        item: None,
        text: None,
        notices: Vec::new(),
        stamp: None,
        place: None,
        next: None,
        confirm: None,
        code: None,
        for_ms: None,
    }
}

fn coded(ground: Ground, word: &'static str, code: &'static str, said: [&'static str; 4]) -> Face {
    let [headline, text, next, help] = said;
    Face {
        headline: Some(plain(headline)),
        text: Some(plain(text)),
        next: Some((plain(next), Some(plain(help)))),
        code: Some(code),
        ..face(ground, Some(word))
    }
}

/// К-00
pub(super) fn idle() -> Face {
    Face {
        headline: Some(plain("k00-headline")),
        text: Some(plain("k00-text")),
        code: Some("К-00"),
        ..face(Ground::Neutral, None)
    }
}

/// К-01, and К-05 once several items are out. `due` is the earliest date of those lent,
/// `wanting` what restricted items still wait for.
pub(super) fn session(school: &str, lent: u32, due: Option<Date>, wanting: Option<Message>) -> Face {
    let mut notices = Vec::new();
    if let Some(due) = due {
        notices.push(plain("k05-text").number("count", lent).date("due", due));
    }
    notices.extend(wanting);
    Face {
        headline: Some(plain("k01-headline")),
        text: Some(match due {
            Some(_) => plain("session-how-to-end"),
            None => plain("k01-text").text("school", school),
        }),
        notices,
        stamp: due,
        code: Some("К-01"),
        ..face(Ground::Neutral, None)
    }
}

/// К-39
pub(super) fn readers_lost() -> Face {
    let said = ["k39-headline", "k39-text", "k39-next", "k39-help"];
    coded(Ground::Attention, "word-attention", "К-39", said)
}

/// К-43
pub(super) fn clock(doubt: Doubt) -> Face {
    let said = ["k43-headline", "k43-text", "k43-next", "k43-help"];
    let mut face = coded(Ground::Attention, "word-attention", "К-43", said);
    face.text = Some(plain("k43-text").date("date", doubt.shows));
    if doubt.can_be_right {
        face.notices = vec![plain("k43-confirm")];
        face.confirm = Some(doubt.shows);
    }
    face
}

/// К-41
pub(super) fn stopped() -> Face {
    let said = ["k41-headline", "k41-text", "k41-next", "k41-help"];
    coded(Ground::Stopped, "word-stopped", "К-41", said)
}

/// К-41 of a full disk: the last scan does not count, the desk goes on.
pub(super) fn not_written() -> Face {
    let said = ["k41-headline", "k41-text", "k41-space-next", "k41-space-help"];
    coded(Ground::Refused, "word-not-done", "К-41", said)
}

/// К-35
pub(super) fn ambiguous() -> Face {
    let said = ["k35-headline", "k35-text", "k35-next", "k35-help"];
    coded(Ground::Attention, "word-attention", "К-35", said)
}

/// К-35 of a whole pile on a reader that is not meant for piles.
pub(super) fn crowd() -> Face {
    let said = [
        "k35-crowd-headline",
        "k35-crowd-text",
        "k35-crowd-next",
        "k35-crowd-help",
    ];
    coded(Ground::Attention, "word-attention", "К-35", said)
}

pub(super) fn strange_card() -> Face {
    let said = [
        "strange-card-headline",
        "strange-card-text",
        "strange-card-next",
        "strange-card-help",
    ];
    Face {
        code: None,
        ..coded(Ground::Attention, "word-attention", "", said)
    }
}

/// К-02 for what looks like a badge, К-09 for everything else.
pub(super) fn unknown(looks_like_badge: bool, hint: &str) -> Face {
    let (code, headline, text, next, help) = if looks_like_badge {
        ("К-02", "k02-headline", "k02-text", "k02-next", "k02-help")
    } else {
        ("К-09", "k09-headline", "k09-text", "k09-next", "k09-help")
    };
    Face {
        headline: Some(plain(headline)),
        text: Some(plain(text)),
        next: Some((plain(next), Some(plain(help).text("hint", hint)))),
        code: Some(code),
        ..face(Ground::Unknown, Some("word-unknown"))
    }
}

pub(super) fn refused(words: RefusalWords, item: Option<ItemCard>) -> Face {
    Face {
        headline: Some(words.headline),
        item,
        text: Some(words.text),
        next: Some((words.next, Some(words.help))),
        code: words.code,
        ..face(words.ground, Some(words.word.id))
    }
}

/// К-23 with the panel open under it.
pub(super) fn count_now() -> (Message, Message) {
    (plain("k23-count-next"), plain("k23-count-help"))
}

/// К-20 while it waits: what is still needed.
pub(super) fn order_needed(item: ItemCard, order: Option<&SmolStr>, second_badge: bool) -> Face {
    let help = || Some(plain("k20-help"));
    let (headline, text, next) = match (order, second_badge) {
        (Some(order), _) => (
            plain("k20-badge-headline"),
            plain("k20-badge-text").text("order", order),
            plain("k20-badge-next"),
        ),
        (None, true) => (
            plain("k20-order-headline"),
            plain("k20-order-text"),
            plain("k20-order-next"),
        ),
        (None, false) => (plain("k20-headline"), plain("k20-text"), plain("k20-next")),
    };
    Face {
        headline: Some(headline),
        item: Some(item),
        text: Some(text),
        next: Some((next, help())),
        code: Some("К-20"),
        ..face(Ground::Attention, Some("word-attention"))
    }
}

/// К-04 and its weightier sisters К-12, К-15, К-22, К-48.
pub(super) fn lent(ledger: &Ledger, card: ItemCard, due: Date, notices: &[Notice]) -> Face {
    let item = &card.item;
    let weighty = notices
        .iter()
        .find_map(|notice| notice_headline(notice, ledger).map(|(headline, code)| (notice, headline, code)));
    let told: Vec<Message> = notices
        .iter()
        .filter(|notice| weighty.as_ref().is_none_or(|(first, ..)| first != notice))
        .map(|notice| notice_words(notice, item, ledger))
        .collect();
    let (headline, text, code) = match &weighty {
        Some((notice, headline, code)) => (
            Some(headline.clone()),
            Some(notice_words(notice, item, ledger)),
            *code,
        ),
        None => (None, None, "К-04"),
    };
    Face {
        headline,
        item: Some(card),
        text,
        notices: told,
        stamp: Some(due),
        code: Some(code),
        ..face(Ground::Lent, Some("word-lent"))
    }
}

/// What came back and from whom.
pub(super) struct CameBack<'a> {
    pub card: ItemCard,
    /// A school other than the one at the desk.
    pub other: Option<SmolStr>,
    pub days_late: u32,
    pub unchecked: bool,
    pub by_label: bool,
    pub notices: &'a [Notice],
}

/// К-06, К-07, К-08, К-49.
pub(super) fn returned(ledger: &Ledger, back: CameBack) -> Face {
    let card = back.card;
    let mut told: Vec<Message> = back
        .notices
        .iter()
        .filter(|notice| !matches!(notice, Notice::Late { .. } | Notice::FromAnotherSchool { .. }))
        .map(|notice| notice_words(notice, &card.item, ledger))
        .collect();
    let late = (back.days_late > 0).then(|| plain("k07-text").number("days", back.days_late));
    if back.by_label {
        told.push(plain("notice-by-label"));
    }
    let place = place(&card, back.unchecked);
    if let Some(school) = &back.other {
        told.splice(0..0, late);
        // A long name stands in the text below; a headline has six words.
        let headline = if school.split_whitespace().count() <= 4 {
            plain("k49-headline").text("school", school)
        } else {
            plain("k49-plain-headline")
        };
        let (text, next) = if back.unchecked {
            (plain("k08-text"), (plain("k27-next"), Some(plain("k23-help"))))
        } else {
            let text = plain("k49-text").text("school", school);
            (text, (plain("k49-next"), Some(plain("k49-help"))))
        };
        return Face {
            headline: Some(headline),
            item: Some(card),
            text: Some(text),
            notices: told,
            place,
            next: Some(next),
            code: Some("К-49"),
            ..face(Ground::Attention, Some("word-attention"))
        };
    }
    let (headline, text, code) = if late.is_some() {
        if back.unchecked {
            told.insert(0, plain("k08-text"));
        }
        let headline = plain("k07-headline").number("days", back.days_late);
        (Some(headline), late, "К-07")
    } else if back.unchecked {
        (None, Some(plain("k08-text")), "К-08")
    } else {
        (None, None, "К-06")
    };
    Face {
        headline,
        item: Some(card),
        text,
        notices: told,
        place,
        code: Some(code),
        ..face(Ground::Returned, Some("word-returned"))
    }
}

pub(super) fn place(card: &ItemCard, check: bool) -> Option<Message> {
    if check {
        return Some(plain("place-check"));
    }
    card.room
        .as_ref()
        .map(|room| plain("place-room").text("room", room))
}

/// К-32
pub(super) fn renewed(ledger: &Ledger, card: ItemCard, due: Date, notices: &[Notice]) -> Face {
    Face {
        headline: Some(plain("k32-headline").date("due", due)),
        text: Some(plain("k32-text").date("due", due)),
        notices: notices
            .iter()
            .map(|notice| notice_words(notice, &card.item, ledger))
            .collect(),
        item: Some(card),
        stamp: Some(due),
        code: Some("К-32"),
        ..face(Ground::Lent, Some("word-renewed"))
    }
}

/// К-25, or К-24 with what is missing.
pub(super) fn checked(ledger: &Ledger, card: ItemCard, missing: &Parts) -> Face {
    if missing.is_empty() {
        let stopped = ledger
            .items
            .get(&card.item)
            .is_some_and(|state| state.status.condition.stops_lending());
        return Face {
            headline: Some(plain("k25-headline")),
            // All parts may be there and one of them broken.
            place: place(&card, stopped),
            item: Some(card),
            code: Some("К-25"),
            ..face(Ground::Returned, Some("word-returned"))
        };
    }
    let critical = components(ledger, &card.item)
        .iter()
        .any(|part| part.critical && missing.contains_key(&part.component));
    let parts = parts_text(ledger, &card.item, missing);
    // A headline has six words at most: «Не хватает:», a name of three, a dash that is none, and a number.
    let short = missing.len() == 1 && parts.split([' ', '\u{a0}']).filter(|word| *word != "–").count() <= 4;
    let headline = if short {
        plain("k24-headline").text("parts", &parts)
    } else {
        let count: i64 = missing.values().map(|pieces| i64::from(*pieces)).sum();
        plain("k24-headline-many").number("count", count)
    };
    Face {
        headline: Some(headline),
        text: Some(plain("k24-text").text("parts", &parts)),
        place: place(&card, critical),
        next: critical.then(|| (plain("k24-next"), Some(plain("k24-help")))),
        item: Some(card),
        code: Some("К-24"),
        ..face(Ground::Attention, Some("word-attention"))
    }
}

/// К-27
pub(super) fn damaged(card: ItemCard) -> Face {
    let said = ["k27-headline", "k27-text", "k27-next", "k27-help"];
    Face {
        item: Some(card),
        place: Some(plain("place-check")),
        ..coded(Ground::Attention, "word-attention", "К-27", said)
    }
}

/// «Отменено» on the neutral desk.
pub(super) fn undone(ledger: &Ledger, item: &ItemId, what: &'static str) -> Face {
    Face {
        item: Some(item_card(ledger, item)),
        text: Some(plain(what)),
        ..face(Ground::Neutral, Some("word-undone"))
    }
}
