//! What the desk says: the answer to a scan, and the neutral desk behind it.
//!
//! Knows: where word, headline, stamp and step stand. Must not know: the sheet.

use crate::desk::{self, Face, Ground, ItemCard, LineMark, SessionView};
use crate::web::page::kiosk::{Answer, Countdown, Due, Foot, Quiet, Rest, Thing};
use crate::web::page::look::Look;
use crate::web::page::named::{category_drawing, counted, large_stamp};
use crate::words::{self, Message};
use jiff::civil::Date;

/// Seconds of the visible countdown before a session ends.
const COUNTDOWN_S: u32 = 15;

/// The answer to a scan; none where the neutral desk speaks for itself.
pub(super) fn answer(look: &Look, screen: &desk::Screen, today: Date) -> Option<Answer> {
    let face = &screen.face;
    if face.ground == Ground::Neutral && face.word.is_none() && face.item.is_none() {
        return None;
    }
    let say = |message: &Message| look.say(message);
    let done = matches!(face.ground, Ground::Neutral | Ground::Lent | Ground::Returned);
    let (word, drawing) = word(look, face);
    // What a whole pile came to would be hidden with the neutral desk.
    let pile = screen.quiet.as_ref().filter(|quiet| quiet.id == "quiet-pile");
    let said = face.text.iter().chain(pile).chain(&face.notices);
    let mut lines: Vec<String> = said.map(say).collect();
    // An item that waits for its badge says where it stands by its word alone.
    lines.retain(|line| *line != word);
    let named = face.item.as_ref().filter(|_| done && face.headline.is_some());
    Some(Answer {
        word,
        drawing,
        code: face.code.map(str::to_owned),
        thing: face
            .item
            .as_ref()
            .filter(|_| done && face.headline.is_none())
            .map(thing),
        headline: face.headline.as_ref().map(say),
        about: named.map(|item| format!("{}, {}", item.name, item.item)),
        said: (!lines.is_empty()).then(|| lines.remove(0)),
        notices: lines.into_iter().take(2).collect(),
        foot: foot(look, face, today),
    })
}

pub(super) fn word(look: &Look, face: &Face) -> (String, &'static str) {
    let drawing = match face.ground {
        Ground::Neutral => "lens",
        Ground::Lent => "lent",
        Ground::Returned => "returned",
        Ground::Attention => "attention",
        Ground::Refused => "refused",
        Ground::Unknown => "unknown",
        Ground::Stopped => "stopped",
    };
    match (&face.word, &face.text) {
        (Some(word), _) if word.id == "word-undone" => (look.say(word), "undo"),
        (Some(word), _) => (look.say(word), drawing),
        (None, Some(text)) if text.id == "info-available" => (look.say(text), "available"),
        (None, _) => (look.say(&Message::new("button-info")), drawing),
    }
}

fn thing(item: &ItemCard) -> Thing {
    Thing {
        drawing: category_drawing(&item.category),
        name: item.name.to_string(),
        number: item.item.to_string(),
    }
}

fn foot(look: &Look, face: &Face, today: Date) -> Foot {
    match (face.code, &face.next, face.stamp) {
        (Some("К-39"), Some((label, _)), _) => Foot::Typed {
            label: look.say(label),
            act: "typed",
        },
        (Some("К-20"), Some((label, _)), _) if label.id != "k20-badge-next" => Foot::Typed {
            label: look.say(label),
            act: "order",
        },
        (_, Some((title, help)), _) if face.confirm.is_some() => Foot::Confirm {
            title: look.say(title),
            help: help.as_ref().map(|help| look.say(help)).unwrap_or_default(),
            act: face
                .confirm
                .map(|day| format!("confirm-clock:{day}"))
                .unwrap_or_default(),
            label: look.t("Дата верна", "The date is right").to_owned(),
        },
        (_, Some((title, help)), _) => Foot::Step {
            title: look.say(title),
            help: help.as_ref().map(|help| look.say(help)).unwrap_or_default(),
        },
        (_, None, Some(due)) => Foot::Due {
            stamp: large_stamp(look, due, today),
            title: look.say(&Message::new("due-back").date("due", due)),
            help: look.say(&words::due_words(due, today)),
        },
        (_, None, None) => match &face.place {
            Some(place) => place_foot(look, place, face.item.as_ref()),
            None => Foot::Nothing,
        },
    }
}

/// The room in a frame, or a shelf's name.
fn place_foot(look: &Look, place: &Message, item: Option<&ItemCard>) -> Foot {
    let room = item
        .and_then(|item| item.room.as_ref())
        .filter(|_| place.id == "place-room");
    match room {
        Some(room) => Foot::Place {
            place: room.to_string(),
            title: look.t("Поставьте на место", "Put it back").to_owned(),
            help: String::new(),
        },
        None => Foot::Step {
            title: look.say(place),
            help: String::new(),
        },
    }
}

/// What the neutral desk says, now or once the answer has faded.
pub(super) fn rest(look: &Look, screen: &desk::Screen, today: Date) -> Rest {
    let face = &screen.face;
    let speaks = face.ground == Ground::Neutral && face.word.is_none() && face.item.is_none();
    let session = screen.sheet.session.as_ref();
    let (headline, hint) = match session {
        Some(_) => ("k01-headline", "session-how-to-end"),
        None => ("k00-headline", "k00-text"),
    };
    let own = |message: Option<&Message>, otherwise: &'static str| match message.filter(|_| speaks) {
        Some(message) => look.say(message),
        None => look.say(&Message::new(otherwise)),
    };
    Rest {
        lead: session.map(|_| look.say(&Message::new("session-open"))),
        headline: own(face.headline.as_ref(), headline),
        hint: Some(own(face.text.as_ref(), hint)),
        hint_drawing: session.is_none().then_some("returned"),
        quiet: screen.quiet.as_ref().map(|quiet| Quiet {
            text: look.say(quiet),
        }),
        wanting: screen.wanting.as_ref().map(|wanting| look.say(wanting)),
        count_of: screen.heads.as_ref().map(ToString::to_string),
        countdown: screen.countdown.map(|left_s| Countdown {
            text: look.t("Сеанс завершится через", "The session ends in").to_owned(),
            left_s,
            of_s: COUNTDOWN_S.max(left_s),
        }),
        due: session.and_then(|session| due(look, screen, session, today)),
        ways: session.is_none(),
    }
}

/// The earliest date by which something of this session is due.
fn due(look: &Look, screen: &desk::Screen, session: &SessionView, today: Date) -> Option<Due> {
    let lent = |line: &&desk::Line| line.mark == LineMark::Lent;
    let due = screen
        .sheet
        .lines
        .iter()
        .filter(lent)
        .filter_map(|line| line.due)
        .min()?;
    let count = counted(look, "count-units", usize::try_from(session.lent).unwrap_or(0));
    Some(Due {
        stamp: large_stamp(look, due, today),
        title: format!("{} {count}", look.say(&Message::new("line-lent"))),
        help: look.say(&Message::new("due-back").date("due", due)),
    })
}
