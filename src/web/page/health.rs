//! `/health`: is all well, in sentences, with one step for each thing that is not.
//!
//! Knows: health as plain values. Must not know: how any of it was found out.

mod copies;

use super::filters;
use super::frame::{Frame, Here};
use super::named::{date_and_time, time};
use crate::view::{Head, Health, ReaderState, ReaderView, Vitals};
use askama::Template;

/// What a page of health is made of.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    pub health: &'a Health,
    pub vitals: &'a Vitals,
    pub readers: &'a [ReaderView],
    pub head: &'a Head,
}

/// One thing that can be well or not.
#[derive(Clone, Debug)]
struct Matter {
    name: &'static str,
    mood: &'static str,
    drawing: &'static str,
    state: String,
    fact: String,
    step: Option<String>,
}

#[derive(Clone, Debug)]
struct Fact {
    name: &'static str,
    value: String,
}

#[derive(Template)]
#[template(path = "health.html")]
struct Page<'a> {
    frame: Frame<'a>,
    heading: &'a str,
    updated: String,
    matters: Vec<Matter>,
    facts: Vec<Fact>,
}

/// How it stands with one thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Mood {
    Bad,
    Look,
    Good,
}

/// `/health`
pub fn page(frame: Frame<'_>, facts: &Facts<'_>) -> askama::Result<String> {
    let mut matters = [
        desk(&frame, facts.health),
        room(&frame, facts),
        clock(&frame, facts.health),
        readers(&frame, facts.readers),
        copies::matter_of(&frame, &facts.health.copies),
        index(&frame, facts.health),
        files(&frame, facts.health),
    ];
    // What needs a hand stands first; a stable order otherwise.
    matters.sort_by_key(|(mood, _)| *mood);
    let worst = matters.first().map_or(Mood::Good, |(mood, _)| *mood);
    let heading = match worst {
        Mood::Good => frame.t("Всё в порядке", "All is well"),
        Mood::Look => frame.t("Работает, но требует внимания", "Works, but needs a look"),
        Mood::Bad => frame.t("Нужна помощь", "Help is needed"),
    };
    Page {
        heading,
        updated: format!("{} {}", frame.t("Состояние на", "As of"), time(frame.now)),
        matters: matters.into_iter().map(|(_, matter)| matter).collect(),
        facts: numbers(&frame, facts),
        frame: frame.at(Here::Health),
    }
    .render()
}

fn matter(mood: Mood, name: &'static str, state: &str, fact: String, step: &str) -> (Mood, Matter) {
    let (class, drawing) = match mood {
        Mood::Good => ("available", "available"),
        Mood::Look => ("check", "attention"),
        Mood::Bad => ("lost", "refused"),
    };
    let matter = Matter {
        name,
        mood: class,
        drawing,
        state: state.to_owned(),
        fact,
        step: (!step.is_empty()).then(|| step.to_owned()),
    };
    (mood, matter)
}

fn desk(frame: &Frame<'_>, health: &Health) -> (Mood, Matter) {
    let name = frame.t("Стойка", "The desk");
    match (health.stopped, health.ready) {
        (true, _) => matter(
            Mood::Bad,
            name,
            frame.t("Остановлена", "Stopped"),
            frame
                .t(
                    "Диск не принял запись. Всё, что было показано, сохранено.",
                    "The disk refused a write. All that was shown is kept.",
                )
                .to_owned(),
            frame.t(
                "Записывайте выдачи на\u{a0}бумаге и\u{a0}позовите того, кто обслуживает компьютер.",
                "Write loans down on paper and call whoever looks after the computer.",
            ),
        ),
        (false, false) => matter(
            Mood::Look,
            name,
            frame.t("Запускается", "Starting"),
            frame
                .t("Читается журнал.", "The journal is being read.")
                .to_owned(),
            frame.t("Подождите минуту.", "Wait a minute."),
        ),
        (false, true) => {
            let queue = match health.queue {
                0 => frame
                    .t("Ничто не\u{a0}ждёт очереди.", "Nothing waits.")
                    .to_owned(),
                n => format!("{} {n}.", frame.t("Ждут очереди:", "Waiting:")),
            };
            matter(Mood::Good, name, frame.t("Работает", "Works"), queue, "")
        }
    }
}

fn files(frame: &Frame<'_>, health: &Health) -> (Mood, Matter) {
    let name = frame.t("Карты и\u{a0}ключи", "Cards and keys");
    if health.damaged.is_empty() {
        let fact = frame.t("Все файлы прочитаны.", "All files were read.").to_owned();
        return matter(Mood::Good, name, frame.t("Прочитаны", "Read"), fact, "");
    }
    matter(
        Mood::Bad,
        name,
        frame.t("Повреждены", "Damaged"),
        health.damaged.join(" "),
        frame.t(
            "Возвраты принимаются. Восстановите файл из\u{a0}копии.",
            "Returns are taken. Bring the file back from a copy.",
        ),
    )
}

fn room(frame: &Frame<'_>, facts: &Facts<'_>) -> (Mood, Matter) {
    let name = frame.t("Место на\u{a0}диске", "Room on the disk");
    let free = match facts.vitals.free {
        Some(bytes) => format!("{} {}.", frame.t("Свободно", "Free:"), size(frame, bytes)),
        None => frame
            .t(
                "Сколько свободно, узнать не\u{a0}удалось.",
                "How much is free could not be found out.",
            )
            .to_owned(),
    };
    match facts.health.low_space {
        true => matter(
            Mood::Bad,
            name,
            frame.t("Мало", "Little"),
            format!(
                "{free} {}",
                frame.t("Принимаются только возвраты.", "Only returns are taken.")
            ),
            frame.t(
                "Освободите место: удалите ненужные обновления и\u{a0}загрузки. Папку программы не\u{a0}трогайте.",
                "Free some room: delete old updates and downloads. Leave the program’s folder alone.",
            ),
        ),
        false => matter(Mood::Good, name, frame.t("Хватает", "Enough"), free, ""),
    }
}

fn clock(frame: &Frame<'_>, health: &Health) -> (Mood, Matter) {
    let name = frame.t("Часы", "The clock");
    match health.clock_doubtful {
        true => matter(
            Mood::Look,
            name,
            frame.t("Под сомнением", "Doubtful"),
            frame
                .t(
                    "Часы компьютера идут не\u{a0}по журналу. Выдачи и\u{a0}возвраты записываются с\u{a0}пометкой.",
                    "The computer’s clock and the journal disagree. Loans and returns are written with a mark.",
                )
                .to_owned(),
            frame.t(
                "Сверьте дату и\u{a0}время компьютера и\u{a0}исправьте их.",
                "Compare the computer’s date and time, and correct them.",
            ),
        ),
        false => matter(
            Mood::Good,
            name,
            frame.t("Идут верно", "Right"),
            date_and_time(frame.look, frame.now) + ".",
            "",
        ),
    }
}

fn readers(frame: &Frame<'_>, readers: &[ReaderView]) -> (Mood, Matter) {
    let name = frame.t("Считыватели", "Readers");
    let works = readers
        .iter()
        .filter(|reader| reader.state == ReaderState::Works)
        .count();
    let ill: Vec<&str> = readers
        .iter()
        .filter(|reader| reader.state != ReaderState::Works)
        .map(|reader| reader.name.as_str())
        .collect();
    let of = format!(
        "{} {works} {} {}.",
        frame.t("Работают", "Working:"),
        frame.t("из", "of"),
        readers.len()
    );
    let by_hand = frame.t(
        "Номера можно вводить вручную на\u{a0}стойке.",
        "Numbers can be typed at the desk.",
    );
    match (readers.len(), works) {
        (0, _) => matter(
            Mood::Look,
            name,
            frame.t("Нет ни\u{a0}одного", "None"),
            by_hand.to_owned(),
            frame.t(
                "Подключите считыватель к\u{a0}компьютеру стойки.",
                "Plug a reader into the desk’s computer.",
            ),
        ),
        (all, works) if works == all => matter(Mood::Good, name, frame.t("Работают", "Work"), of, ""),
        (_, works) => matter(
            if works == 0 { Mood::Bad } else { Mood::Look },
            name,
            frame.t("Не\u{a0}все работают", "Not all work"),
            format!(
                "{of} {} {}.",
                frame.t("Не\u{a0}работают:", "Not working:"),
                ill.join(", ")
            ),
            frame.t(
                "Откройте «Считыватели»: там сказано, что сделать с\u{a0}каждым.",
                "Open “Readers”: it says what to do about each.",
            ),
        ),
    }
}

fn index(frame: &Frame<'_>, health: &Health) -> (Mood, Matter) {
    let name = frame.t("Указатели", "The index");
    match (health.rebuilding, health.index_lag) {
        (Some(percent), _) => matter(
            Mood::Good,
            name,
            frame.t("Строятся заново", "Being rebuilt"),
            format!(
                "{} {percent}\u{a0}%. {}",
                frame.t("Готово", "Done:"),
                frame.t(
                    "Стойка от\u{a0}них не\u{a0}зависит.",
                    "The desk does not depend on it."
                )
            ),
            "",
        ),
        (None, lag) if lag > LAG => matter(
            Mood::Look,
            name,
            frame.t("Отстают", "Behind"),
            format!("{} {lag}.", frame.t("Событий впереди:", "Events ahead of it:")),
            frame.t(
                "Ничего не\u{a0}делайте: истории предметов догонят сами.",
                "Do nothing: histories of items catch up by themselves.",
            ),
        ),
        (None, _) => matter(
            Mood::Good,
            name,
            frame.t("В\u{a0}порядке", "In order"),
            frame
                .t("Истории предметов полны.", "Histories of items are complete.")
                .to_owned(),
            "",
        ),
    }
}

/// So many events the index may be behind while it works as it should.
const LAG: u64 = 1_000;

fn numbers(frame: &Frame<'_>, facts: &Facts<'_>) -> Vec<Fact> {
    let mut numbers = vec![Fact {
        name: frame.t("Версия", "Version"),
        value: env!("CARGO_PKG_VERSION").to_owned(),
    }];
    if let Some(started) = facts.vitals.started {
        numbers.push(Fact {
            name: frame.t("Работает с", "Runs since"),
            value: date_and_time(frame.look, started),
        });
    }
    numbers.push(Fact {
        name: frame.t("Событий в\u{a0}журнале", "Events in the journal"),
        value: facts.head.seq.to_string(),
    });
    numbers.push(Fact {
        name: frame.t("Конец журнала", "End of the journal"),
        value: facts.head.hash.to_string(),
    });
    if let Some(bytes) = facts.vitals.resident {
        numbers.push(Fact {
            name: frame.t("Память программы", "Memory of the program"),
            value: size(frame, bytes),
        });
    }
    numbers
}

/// A size as people read it: whole megabytes, gigabytes with one digit.
fn size(frame: &Frame<'_>, bytes: u64) -> String {
    const MB: u64 = 1_000_000;
    let mb = bytes / MB;
    match mb {
        0..1_000 => format!("{mb}\u{a0}{}", frame.t("МБ", "MB")),
        _ => {
            let comma = frame.t(",", ".");
            format!(
                "{}{comma}{}\u{a0}{}",
                mb / 1_000,
                mb % 1_000 / 100,
                frame.t("ГБ", "GB")
            )
        }
    }
}
