//! `/readers` and `/unknown`: which readers work, what to do about those that do not, and what nobody knows.
//!
//! Knows: health as plain values. Must not know: ports.

use super::filters;
use super::frame::{Frame, Here};
use super::look::Look;
use super::named::{date_and_time, time};
use crate::clock::Moment;
use crate::view::{ReaderState, ReaderView, UnknownView};
use crate::words::Message;
use askama::Template;

/// So many of a hundred readings rejected are worth a look.
const NOISY_PER_CENT: u64 = 5;

#[derive(Clone, Debug)]
struct Count {
    name: String,
    value: u64,
}

#[derive(Clone, Debug)]
struct Row {
    reader: String,
    drawing: &'static str,
    name: String,
    role: String,
    mood: &'static str,
    state_drawing: &'static str,
    state: String,
    fact: String,
    step: Option<String>,
    counts: Vec<Count>,
    why: String,
}

#[derive(Template)]
#[template(path = "readers.html")]
struct Readers<'a> {
    frame: Frame<'a>,
    heading: String,
    updated: String,
    lost: Vec<String>,
    rows: Vec<Row>,
}

/// `/readers`
pub fn page(frame: Frame<'_>, readers: &[ReaderView]) -> askama::Result<String> {
    let look = frame.look;
    let works = readers
        .iter()
        .filter(|reader| reader.state == ReaderState::Works)
        .count();
    let number = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let heading = Message::new("readers-work")
        .number("count", number(works))
        .number("all", number(readers.len()));
    let lost = readers.iter().filter(|reader| reader.state == ReaderState::Lost);
    let lost = lost.map(|reader| {
        let since = look.say(&Message::new("reader-lost-since").text("time", time(reader.since)));
        format!("{}: {since}.", reader.name)
    });
    let mut sorted: Vec<&ReaderView> = readers.iter().collect();
    // What needs a hand stands first.
    sorted.sort_by_key(|reader| (reader.state == ReaderState::Works, reader.name.clone()));
    Readers {
        heading: look.say(&heading),
        updated: format!(
            "{} {}",
            frame.t("Состояние на", "As of"),
            time_with_seconds(frame.now)
        ),
        lost: lost.collect(),
        rows: sorted
            .into_iter()
            .map(|reader| row(look, reader, frame.now))
            .collect(),
        frame: frame.at(Here::Readers),
    }
    .render()
}

fn time_with_seconds(at: Moment) -> String {
    format!("{}:{:02}", time(at), at.local().second())
}

/// The drawing of a reader's kind.
pub fn drawing(kind: &str) -> &'static str {
    match kind {
        "bars" => "bars",
        "mast" => "mast",
        "handheld" => "handheld",
        _ => "pad",
    }
}

/// «Работает», «Не подключён»: the word of a state, and the message with the step to take.
pub fn state_messages(state: ReaderState) -> (&'static str, &'static str) {
    match state {
        ReaderState::Works => ("reader-works", "reader-works-step"),
        ReaderState::Waiting => ("reader-waiting", "reader-waiting-step"),
        ReaderState::Lost => ("reader-lost", "reader-lost-step"),
        ReaderState::Denied => ("reader-denied", "reader-denied-step"),
        ReaderState::Busy => ("reader-busy", "reader-busy-step"),
        ReaderState::Silent => ("reader-silent", "reader-silent-step"),
        ReaderState::Confused => ("reader-confused", "reader-confused-step"),
        ReaderState::Failed => ("reader-failed", "reader-failed-step"),
    }
}

fn row(look: &Look, reader: &ReaderView, now: Moment) -> Row {
    let (word, step) = state_messages(reader.state);
    let rejected: u64 = reader.rejects.iter().map(|(_, count)| count).sum();
    let noisy = rejected * 100 > (reader.scans + reader.repeats + rejected) * NOISY_PER_CENT;
    let works = reader.state == ReaderState::Works;
    let (mood, state_drawing) = match (works, noisy, reader.state) {
        (true, false, _) => ("available", "available"),
        (true, true, _) | (_, _, ReaderState::Waiting) => ("check", "attention"),
        _ => ("lost", "refused"),
    };
    let state = match works && noisy {
        true => look.t("Работает с\u{a0}помехами", "Works with noise").to_owned(),
        false => look.say(&Message::new(word)),
    };
    let step = match (works, noisy) {
        (true, false) => None,
        (true, true) => Some(
            look.t(
                "Протрите окно или антенну. Помятые наклейки замените.",
                "Wipe the window or aerial. Replace creased labels.",
            )
            .to_owned(),
        ),
        (false, _) => Some(look.say(&Message::new(step))),
    };
    let named = |ru, en, value| Count {
        name: look.t(ru, en).to_owned(),
        value,
    };
    let mut counts = vec![
        named("чтений", "scans", reader.scans),
        named("повторов", "repeats", reader.repeats),
        named("отброшено", "rejected", rejected),
    ];
    counts.extend(
        reader
            .rejects
            .iter()
            .filter(|(_, count)| *count > 0)
            .map(|(name, count)| Count {
                name: format!("– {}", reject_word(look, name)),
                value: *count,
            }),
    );
    Row {
        reader: reader.reader.to_string(),
        drawing: drawing(&reader.kind),
        name: reader.name.to_string(),
        role: role_word(look, &reader.role).to_owned(),
        mood,
        state_drawing,
        state,
        fact: fact(look, reader, now),
        step,
        counts,
        why: format!(
            "{} {} · {}",
            look.t("профиль", "profile"),
            reader.profile,
            reader.path
        ),
    }
}

fn fact(look: &Look, reader: &ReaderView, now: Moment) -> String {
    let since = |at: Moment| u64::try_from(now.since_ms(at) / 1000).unwrap_or(0);
    let last = match reader.last_scan {
        Some(at) => format!(
            "{} {}.",
            look.t("Последнее чтение", "Last scan"),
            look.age(&since(at))
        ),
        None => look.t("Чтений ещё не было.", "No scans yet.").to_owned(),
    };
    match reader.state {
        ReaderState::Lost => format!(
            "{} {}. {last}",
            look.t("Устройство пропало с\u{a0}порта в", "The device left its port at"),
            time_with_seconds(reader.since)
        ),
        ReaderState::Confused | ReaderState::Failed if !reader.last_words.is_empty() => {
            format!(
                "{last} {} «{}».",
                look.t("Последние слова:", "Last words:"),
                reader.last_words
            )
        }
        _ => last,
    }
}

/// What a reader is for, in words.
pub fn role_word<'a>(look: &Look, role: &'a str) -> &'a str {
    match role {
        "desk" => look.t("стойка выдачи", "lending desk"),
        "portal" => look.t("портал, только замечает", "portal, only watches"),
        "stocktake" => look.t("для инвентаризации", "for stocktaking"),
        other => other,
    }
}

fn reject_word<'a>(look: &Look, reason: &'a str) -> &'a str {
    match reason {
        "length" => look.t("обрыв строки", "wrong length"),
        "checksum" => look.t("контрольная сумма", "checksum"),
        "insane" => look.t("невозможный номер", "impossible id"),
        "overlong" => look.t("слишком длинно", "too long"),
        "not-mine" => look.t("чужой формат", "foreign format"),
        "no-tag" => look.t("нет метки", "no tag"),
        other => other,
    }
}

#[derive(Clone, Debug)]
struct Tag {
    tag: String,
    words: String,
}

#[derive(Template)]
#[template(path = "unknown.html")]
struct Unknown<'a> {
    frame: Frame<'a>,
    heading: String,
    error: Option<&'a str>,
    rows: Vec<Tag>,
    may_act: bool,
}

/// `/unknown`; `error` says why something was not bound.
pub fn unknown(frame: Frame<'_>, tags: &[UnknownView], error: Option<&str>) -> askama::Result<String> {
    let look = frame.look;
    let row = |tag: &UnknownView| {
        let times = match tag.count {
            0 | 1 => look.t("один раз", "once").to_owned(),
            n => format!("{} {n}", look.t("раз:", "times:")),
        };
        let mut words = vec![
            format!(
                "{} {}",
                look.t("последний раз", "last"),
                date_and_time(look, tag.last)
            ),
            times,
        ];
        words.extend(tag.reader.as_ref().map(ToString::to_string));
        Tag {
            tag: tag.tag.to_string(),
            words: words.join(" · "),
        }
    };
    let heading = match tags.len() {
        0 => frame
            .t("Неразобранных меток нет", "No tags are waiting")
            .to_owned(),
        n => format!("{} {n}", frame.t("Ждут разбора:", "Waiting:")),
    };
    Unknown {
        heading,
        error,
        rows: tags.iter().map(row).collect(),
        may_act: matches!(frame.role, crate::view::Role::Desk | crate::view::Role::Staff),
        frame: frame.at(Here::Unknown),
    }
    .render()
}
