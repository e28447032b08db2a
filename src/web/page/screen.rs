//! From the desk's screen as data to the same screen in words and drawings.
//!
//! Knows: which word stands where. Must not know: why the desk said it.

use super::kiosk::{
    Act, Answer, Clock, Count, Countdown, Desk, Due, Foot, Kit, Line, LineKind, Page, Quiet, Reader, Rest,
    Screen, Sheet, Thing, Tile, TileState, Told, Verdict,
};
use super::look::Look;
use super::named::{category_drawing, counted, large_stamp, stamp, time};
use super::readers::drawing;
use crate::clock::Moment;
use crate::desk::{self, Face, Ground, ItemCard, LineMark, Panel, SessionView};
use crate::view::{Centre, ReaderState, ReaderView};
use crate::words::{self, Message};
use askama::Template;
use jiff::civil::Date;

/// Seconds of the visible countdown before a session ends.
const COUNTDOWN_S: u32 = 15;
/// Lines that are sent at most; the script drops those that do not fit.
const MOST_LINES: usize = 8;

/// What a browser asks for first.
pub fn page(
    look: &Look,
    centre: &Centre,
    screen: &desk::Screen,
    readers: &[ReaderView],
) -> askama::Result<String> {
    let screen = said(look, centre, screen, readers);
    Page {
        look,
        screen: &screen,
    }
    .render()
}

/// The desk alone, as it goes down the stream.
pub fn fragment(
    look: &Look,
    centre: &Centre,
    screen: &desk::Screen,
    readers: &[ReaderView],
) -> askama::Result<String> {
    let screen = said(look, centre, screen, readers);
    Desk {
        look,
        screen: &screen,
    }
    .render()
}

fn said(look: &Look, centre: &Centre, screen: &desk::Screen, readers: &[ReaderView]) -> Screen {
    let today = screen.at.date();
    let duty = screen.duty.as_ref().map(|(badge, role)| {
        look.say(
            &Message::new("duty")
                .text("role", role)
                .text("badge", badge.as_str()),
        )
    });
    let session = screen.sheet.session.as_ref();
    Screen {
        verdict: match (&screen.panel, screen.face.ground) {
            // The panel says itself what came back.
            (Some(_), Ground::Returned | Ground::Lent) => Verdict::Neutral,
            (_, ground) => verdict(ground),
        },
        seq: screen.number,
        cue: screen.cue.map(|cue| cue.as_str()),
        stay_s: screen.face.for_ms.map(|ms| ms.div_ceil(1000)),
        demo: centre.demo,
        duty,
        clock: clock(look, screen.at),
        answer: answer(look, &screen.face, today),
        rest: rest(look, screen, today),
        sheet: sheet(look, screen),
        kit: screen
            .panel
            .as_ref()
            .filter(|_| screen.face.ground != Ground::Stopped)
            .map(|panel| Kit {
                told: told(look, &screen.face, panel),
                ..kit(look, panel, session)
            }),
        readers: readers.iter().map(|view| reader(look, view, screen.at)).collect(),
    }
}

fn verdict(ground: Ground) -> Verdict {
    match ground {
        Ground::Neutral => Verdict::Neutral,
        Ground::Lent => Verdict::Lent,
        Ground::Returned => Verdict::Returned,
        Ground::Attention => Verdict::Attention,
        Ground::Refused => Verdict::Refused,
        Ground::Unknown => Verdict::Unknown,
        Ground::Stopped => Verdict::Stopped,
    }
}

fn clock(look: &Look, at: Moment) -> Clock {
    let (weekday, day) = (
        words::weekday(look.lang, at.date()),
        words::day_and_month(look.lang, at.date()),
    );
    Clock {
        iso: at.to_string(),
        local: at.local().strftime("%H:%M:%S").to_string(),
        time: time(at),
        date: format!("{weekday}, {day}"),
    }
}

/// The answer to a scan; none where the neutral desk speaks for itself.
fn answer(look: &Look, face: &Face, today: Date) -> Option<Answer> {
    if face.ground == Ground::Neutral && face.word.is_none() && face.item.is_none() {
        return None;
    }
    let say = |message: &Message| look.say(message);
    let done = matches!(face.ground, Ground::Neutral | Ground::Lent | Ground::Returned);
    let (word, drawing) = word(look, face);
    let mut lines: Vec<String> = face.text.iter().chain(&face.notices).map(say).collect();
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

fn word(look: &Look, face: &Face) -> (String, &'static str) {
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
        (Some("К-39" | "К-20"), Some((label, _)), _) => Foot::Typed {
            label: look.say(label),
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
fn rest(look: &Look, screen: &desk::Screen, today: Date) -> Rest {
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

fn sheet(look: &Look, screen: &desk::Screen) -> Sheet {
    let say = |id: &'static str| look.say(&Message::new(id));
    let today = screen.at.date();
    let given = &screen.sheet;
    let stopped = screen.face.ground == Ground::Stopped;
    let session = given.session.as_ref();
    let returned = given.lines.iter().filter(|line| is_returned(line.mark)).count();
    let mut acts = Vec::new();
    if !stopped {
        acts = buttons(look, screen);
    }
    Sheet {
        tab: match session {
            _ if stopped => look
                .t("Сохранено до остановки", "Written before the stop")
                .to_owned(),
            Some(session) => format!("{} · {}", say("sheet-session"), time(session.began)),
            None => say("sheet-latest"),
        },
        title: session.map_or_else(|| say("sheet-today"), |session| session.name.to_string()),
        under: session.map(|session| match stopped {
            true => look
                .t(
                    "Эти строки на диске и действуют",
                    "These lines are on disk and count",
                )
                .to_owned(),
            false => agreement(look, session, today),
        }),
        count: session.map(|session| Count {
            what: look.say(&Message::new("session-lent").number("count", session.lent)),
            left: count_rest(look, session, returned, today),
        }),
        more: given.lines.len().saturating_sub(MOST_LINES),
        lines: given
            .lines
            .iter()
            .take(MOST_LINES)
            .map(|given| line(look, given, session, today))
            .collect(),
        acts,
    }
}

fn is_returned(mark: LineMark) -> bool {
    matches!(mark, LineMark::Returned | LineMark::ReturnedLate)
}

fn agreement(look: &Look, session: &SessionView, today: Date) -> String {
    if session.centre {
        return look.say(&Message::new("session-centre"));
    }
    match &session.agreement {
        None => look.say(&Message::new("session-no-agreement")),
        Some((number, last)) => {
            let id = if *last < today {
                "session-agreement-over"
            } else {
                "session-agreement"
            };
            look.say(&Message::new(id).text("number", number).date("last", *last))
        }
    }
}

fn count_rest(look: &Look, session: &SessionView, returned: usize, today: Date) -> String {
    if returned > 0 {
        return counted(look, "session-returned", returned);
    }
    // Without an agreement in force nothing more can be taken, whatever the limit was.
    let in_force = session.agreement.as_ref().is_some_and(|(_, last)| *last >= today);
    if session.centre || session.limit == 0 || !in_force {
        return String::new();
    }
    let left = session.limit.saturating_sub(session.out);
    look.say(
        &Message::new("session-left")
            .number("left", left)
            .number("limit", session.limit),
    )
}

fn buttons(look: &Look, screen: &desk::Screen) -> Vec<Act> {
    let act = |name, drawing, label: String, likely| Act {
        name,
        drawing,
        label,
        likely,
    };
    let say = |id: &'static str| look.say(&Message::new(id));
    let in_session = screen.sheet.session.is_some();
    let mut acts = Vec::new();
    if let Some(until) = screen.sheet.undo_until {
        let label = match in_session {
            true => say("button-undo"),
            false => look.say(&Message::new("button-undo-until").text("time", time(until))),
        };
        acts.push(act("undo", "undo", label, false));
    }
    match screen.face.ground {
        Ground::Refused | Ground::Unknown => {
            acts.push(act("dismiss", "dismiss", say("button-dismiss"), !in_session))
        }
        _ => acts.push(act("info", "lens", say("button-info"), false)),
    }
    if in_session {
        acts.push(act("done", "done", say("button-done"), true));
    }
    acts
}

fn line(look: &Look, line: &desk::Line, session: Option<&SessionView>, today: Date) -> Line {
    let said = look.say(&line.said());
    let (what, name) = match &line.item {
        Some(item) => (said, item.name.to_string()),
        None => (look.say(&Message::new(line.mark.said())), said),
    };
    let number = line.item.as_ref().map(|item| item.item.to_string());
    let school = line.school.as_ref().map(ToString::to_string);
    let known = |name: &String| session.is_some_and(|session| session.name == *name) || what.contains(name);
    let other = school.filter(|name| !known(name));
    let note: Vec<String> = [other, number].into_iter().flatten().collect();
    Line {
        id: format!("{}-{}-{}", line.at, line.seq.unwrap_or(0), line.mark.said()),
        kind: line_kind(line.mark),
        now: line.latest,
        what,
        name,
        note: note.join(" · "),
        time: session.is_none().then(|| time(line.at)),
        stamp: line
            .due
            .filter(|_| matches!(line.mark, LineMark::Lent | LineMark::Renewed))
            .map(|due| stamp(look, due, today)),
    }
}

fn line_kind(mark: LineMark) -> LineKind {
    match mark {
        LineMark::Lent | LineMark::Renewed => LineKind::Lent,
        LineMark::Returned | LineMark::Checked => LineKind::Returned,
        LineMark::ReturnedLate => LineKind::Late,
        LineMark::Short | LineMark::Damaged => LineKind::Short,
        LineMark::Refused => LineKind::Refused,
        LineMark::Unknown => LineKind::Unknown,
        LineMark::Undone => LineKind::Undone,
        LineMark::NotWritten => LineKind::Unwritten,
    }
}

fn kit(look: &Look, panel: &Panel, session: Option<&SessionView>) -> Kit {
    let from = panel.from_school.as_ref().map(|school| {
        format!(
            " · {}",
            look.say(&Message::new("panel-from").text("school", school))
        )
    });
    let (key, rest): (Vec<_>, Vec<_>) = panel.tiles.iter().partition(|tile| tile.critical);
    let missing = panel.tiles.iter().filter_map(|tile| match tile.state {
        desk::TileState::Missing(count) => Some(format!(
            "{}\u{a0}– {count}",
            super::named::lower_first(&tile.name)
        )),
        _ => None,
    });
    let missing: Vec<String> = missing.collect();
    let short = match missing.len() {
        0 => None,
        1 | 2 => Some(look.say(&Message::new("panel-short-parts").text("parts", missing.join(", ")))),
        n => Some(format!("{} {n}", look.t("Не хватает частей:", "Parts missing:"))),
    };
    let tiles = |tiles: Vec<&desk::Tile>| tiles.into_iter().map(|given| tile(look, given)).collect();
    Kit {
        school: session.map(|session| session.name.to_string()),
        word: look.say(&Message::new("word-returned")),
        name: format!(
            "{}, {}{}",
            panel.item.name,
            panel.item.item,
            from.unwrap_or_default()
        ),
        left_s: panel.seconds_left,
        waiting: usize::try_from(panel.waiting).unwrap_or(0),
        key: tiles(key),
        rest: tiles(rest),
        short,
        told: None,
    }
}

/// The answer in a line, unless the panel says it already or there is none.
fn told(look: &Look, face: &Face, panel: &Panel) -> Option<Told> {
    let item = face.item.as_ref().filter(|item| item.item != panel.item.item);
    let is_quiet = matches!(face.ground, Ground::Neutral | Ground::Returned) && item.is_none();
    if is_quiet || face.word.is_none() {
        return None;
    }
    let (word, drawing) = word(look, face);
    let said = face
        .headline
        .as_ref()
        .or(face.text.as_ref())
        .map(|said| look.say(said));
    let named = item.map(|item| format!("{}, {}", item.name, item.item));
    let next = face.next.as_ref().map(|(next, _)| look.say(next));
    Some(Told {
        drawing,
        word: format!("{word}."),
        text: [named, said, next]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(". "),
        code: face.code.map(str::to_owned),
    })
}

fn tile(look: &Look, tile: &desk::Tile) -> Tile {
    let state = match tile.state {
        desk::TileState::Unchecked => TileState::Unchecked,
        desk::TileState::Here => TileState::Here,
        desk::TileState::Missing(count) => TileState::Short(count),
    };
    let all = tile.quantity.saturating_sub(tile.short_before);
    Tile {
        component: tile.component.to_string(),
        name: tile.name.to_string(),
        amount: match state {
            TileState::Short(missing) => {
                let here = tile.quantity.saturating_sub(missing);
                format!("{here} {} {}", look.t("из", "of"), tile.quantity)
            }
            _ => format!("{all}\u{a0}{}", tile.unit),
        },
        of: tile.quantity,
        key: tile.critical,
        by_scales: tile.weighed,
        state,
    }
}

fn reader(look: &Look, view: &ReaderView, now: Moment) -> Reader {
    let gone = !matches!(view.state, ReaderState::Works | ReaderState::Waiting);
    let state = match view.state {
        ReaderState::Works => look.t("работает", "works").to_owned(),
        ReaderState::Lost => look.say(&Message::new("reader-lost-since").text("time", time(view.since))),
        other => super::named::lower_first(&look.say(&Message::new(super::readers::state_messages(other).0))),
    };
    let age = |at: Moment| u64::try_from(now.since_ms(at) / 1000).unwrap_or(0);
    Reader {
        drawing: drawing(&view.kind),
        name: view.name.to_string(),
        state,
        age_s: view
            .last_scan
            .filter(|_| view.state == ReaderState::Works)
            .map(age),
        gone,
    }
}
