//! The words: the same in both languages, complete, short, and without an «!».
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use fluent_bundle::FluentResource;
use formular::desk::{Card, Doing, Ground, LineMark, notice_words, refusal_words};
use formular::ids::ItemId;
use formular::ledger::{Ledger, Notice, Parts, Refusal};
use formular::words::{Lang, Message, Value, say, say_or_missing};
use jiff::civil::{Date, date};
use std::collections::{BTreeMap, BTreeSet};

const RU: &str = include_str!("../src/words/ru.ftl");
const EN: &str = include_str!("../src/words/en.ftl");
const TABLE: &str = include_str!("../docs/messages.md");

/// Names and the arguments of each, read off the text.
fn messages(source: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut current = None;
    for line in source.lines() {
        let begins = line.starts_with(|c: char| c.is_ascii_lowercase());
        if let Some((name, _)) = line.split_once(" =").filter(|_| begins) {
            assert!(!found.contains_key(name), "{name} stands twice");
            found.insert(name.to_owned(), BTreeSet::new());
            current = Some(name.to_owned());
        }
        if line.starts_with('#') {
            current = None;
        }
        if let Some(args) = current.as_ref().and_then(|name| found.get_mut(name)) {
            for part in line.split('$').skip(1) {
                let name: String = part
                    .chars()
                    .take_while(|c| c.is_ascii_lowercase() || *c == '-')
                    .collect();
                args.insert(name);
            }
        }
    }
    found
}

const DAY: Date = date(2026, 12, 12);

/// A message with a plausible value for each of its arguments; dates where both forms of a date may stand.
fn filled(id: &str, args: &BTreeSet<String>, number: i64) -> Message {
    let mut message = Message::new(String::leak(id.to_owned()));
    for arg in args {
        let name: &'static str = String::leak(
            arg.trim_end_matches("-weekday")
                .trim_end_matches("-day")
                .to_owned(),
        );
        message = match name {
            "count" | "days" | "seconds" | "limit" | "left" | "all" | "free" | "found" | "here" => {
                message.number(name, number)
            }
            "due" | "from" | "last" | "since" | "asked" | "latest" | "wanted" => message.date(name, DAY),
            "why" | "was" => message.said(name, Message::new("k14-headline")),
            _ => message.text(name, "Х"),
        };
    }
    message
}

#[test]
fn both_files_are_well_formed_and_say_the_same_things() {
    for source in [RU, EN] {
        if let Err((_, errors)) = FluentResource::try_new(source.to_owned()) {
            panic!("{errors:?}");
        }
    }
    let (ru, en) = (messages(RU), messages(EN));
    let only = |a: &BTreeMap<String, _>, b: &BTreeMap<String, _>| -> Vec<String> {
        a.keys().filter(|name| !b.contains_key(*name)).cloned().collect()
    };
    assert_eq!(only(&ru, &en), Vec::<String>::new(), "not in English");
    assert_eq!(only(&en, &ru), Vec::<String>::new(), "not in Russian");
    for (name, args) in &ru {
        assert_eq!(Some(args), en.get(name), "arguments of {name}");
    }
}

#[test]
fn every_message_is_said_in_both_languages_without_leftovers() {
    for (id, args) in messages(RU) {
        for number in [0, 1, 2, 5, 11, 21, 22, 112] {
            let message = filled(&id, &args, number);
            for lang in Lang::ALL {
                let text = say_or_missing(lang, &message).unwrap_or_else(|missing| panic!("{missing}"));
                assert!(!text.contains(['{', '}', '$', '!', '~']), "{id}: {text}");
                assert!(
                    !text.contains(" - ") && !text.contains("--"),
                    "{id}: a hyphen for a dash: {text}"
                );
                assert_eq!(text, text.trim(), "{id}");
                assert!(!text.contains("  ") && !text.contains('\n'), "{id}: {text:?}");
            }
        }
    }
}

#[test]
fn plurals_are_right() {
    let said = |lang, id, name, number: i64| {
        say(lang, &Message::new(id).number(name, number)).replace('\u{a0}', " ")
    };
    for (number, ru, en) in [
        (1, "1 единица", "1 item"),
        (2, "2 единицы", "2 items"),
        (4, "4 единицы", "4 items"),
        (5, "5 единиц", "5 items"),
        (11, "11 единиц", "11 items"),
        (12, "12 единиц", "12 items"),
        (21, "21 единица", "21 items"),
        (24, "24 единицы", "24 items"),
        (111, "111 единиц", "111 items"),
    ] {
        assert_eq!(said(Lang::Ru, "k05-headline", "count", number), ru);
        assert_eq!(said(Lang::En, "k05-headline", "count", number), en);
    }
    for (days, ru) in [
        (1, "Срок истёк 1 день назад"),
        (3, "Срок истёк 3 дня назад"),
        (14, "Срок истёк 14 дней назад"),
        (71, "Срок истёк 71 день назад"),
    ] {
        assert_eq!(said(Lang::Ru, "k07-headline", "days", days), ru);
    }
}

#[test]
fn what_is_missing_is_said_in_russian_and_then_by_its_name() {
    assert_eq!(say(Lang::En, &Message::new("no-such-message")), "no-such-message");
    // An argument that nobody gave is no text with a hole in it.
    assert_eq!(say(Lang::Ru, &Message::new("k14-text")), "k14-text");
    assert!(say_or_missing(Lang::En, &Message::new("k14-text")).is_err());
}

fn words_of(text: &str) -> usize {
    text.replace('\u{a0}', " ")
        .split(' ')
        .filter(|word| !word.is_empty() && *word != "–")
        .count()
}

#[test]
fn headlines_have_at_most_six_words_and_texts_two_lines() {
    for (id, args) in messages(RU) {
        let headline = id.ends_with("-headline");
        let text = id.ends_with("-text") && id.starts_with('k');
        for (lang, longest) in [(Lang::Ru, 80), (Lang::En, 80)] {
            let said = say(lang, &filled(&id, &args, 11));
            if headline {
                assert!(words_of(&said) <= 6, "{id}: {said}");
            }
            if text {
                assert!(
                    said.chars().count() <= longest,
                    "{id}: {} characters: {said}",
                    said.chars().count()
                );
            }
        }
    }
}

#[test]
fn every_code_has_a_headline_and_a_text() {
    let ru = messages(RU);
    for number in 0..=49 {
        for part in ["headline", "text"] {
            let id = format!("k{number:02}-{part}");
            assert!(ru.contains_key(&id), "{id}");
        }
    }
}

fn item() -> ItemId {
    "ТР-0001".into()
}

fn parts() -> Parts {
    [("ROB-02".into(), 2)].into()
}

fn refusals() -> Vec<Refusal> {
    use Refusal::*;
    vec![
        AlreadyOut {
            item: item(),
            school: "S02".into(),
            since: DAY,
            due: DAY,
        },
        BadgeRevoked {
            badge: "B-0101".into(),
            last: DAY,
        },
        BadgeNotYet {
            badge: "B-0101".into(),
            from: DAY,
        },
        BadgeNeverBorrows {
            badge: "B-0001".into(),
        },
        CardStopped {
            badge: "B-0101".into(),
        },
        AgreementExpired {
            school: "S03".into(),
            last: DAY,
        },
        NoAgreement {
            school: "S03".into(),
            from: None,
        },
        NoAgreement {
            school: "S03".into(),
            from: Some(DAY),
        },
        ItemsLimit {
            school: "S02".into(),
            limit: 10,
        },
        OverdueBlock {
            school: "S02".into(),
            count: 1,
        },
        CentreOnly { item: item() },
        OrderNeeded {
            item: item(),
            order: true,
            second_badge: true,
        },
        ConsentNeeded { item: item() },
        Reserved {
            item: item(),
            school: "S02".into(),
            from: DAY,
        },
        KitShort {
            item: item(),
            missing: Parts::new(),
            unchecked: true,
        },
        KitShort {
            item: item(),
            missing: parts(),
            unchecked: false,
        },
        Damaged {
            item: item(),
            since: None,
        },
        Damaged {
            item: item(),
            since: Some(DAY),
        },
        InRepair {
            item: item(),
            since: DAY,
            instead: None,
        },
        InRepair {
            item: item(),
            since: DAY,
            instead: Some("ТР-0044".into()),
        },
        VerificationDue {
            item: item(),
            due: Some(DAY),
            away: false,
        },
        VerificationDue {
            item: item(),
            due: None,
            away: false,
        },
        VerificationDue {
            item: item(),
            due: None,
            away: true,
        },
        CannotRenew {
            item: item(),
            held_from: DAY,
        },
        StocktakeRunning,
        Lost {
            item: item(),
            since: DAY,
        },
        Withdrawn {
            item: item(),
            since: DAY,
        },
        DueDate {
            asked: DAY,
            latest: DAY,
        },
        NotOut { item: item() },
        UnknownBadge {
            badge: "B-9999".into(),
        },
        UnknownItem { item: item() },
        Unknown {
            what: "school",
            id: "S99".into(),
        },
        TagTaken { item: None },
        TagTaken { item: Some(item()) },
        TagIsAlias,
        AlreadySo { what: "school" },
        AlreadySo { what: "due_date" },
        CannotVoid {
            seq: 7,
            because: "not_the_last_on_its_item",
        },
        Invalid {
            field: "reason",
            because: "empty",
        },
        DutyNeeded,
    ]
}

#[test]
fn every_refusal_has_a_word_a_headline_a_text_and_a_step() {
    let ledger = Ledger::default();
    for refusal in refusals() {
        for doing in [
            Doing::Lend,
            Doing::Return,
            Doing::Renew,
            Doing::Undo,
            Doing::Other,
        ] {
            let words = refusal_words(&refusal, doing, &ledger);
            assert_ne!(words.ground, Ground::Neutral, "{refusal:?}");
            for lang in Lang::ALL {
                for message in [
                    &words.word,
                    &words.headline,
                    &words.text,
                    &words.next,
                    &words.help,
                ] {
                    say_or_missing(lang, message).unwrap_or_else(|missing| panic!("{refusal:?}: {missing}"));
                }
                let headline = say(lang, &words.headline);
                assert!(words_of(&headline) <= 6, "{headline}");
            }
        }
    }
}

#[test]
fn every_notice_has_words() {
    let notices = [
        Notice::ShortenedByHold { from: DAY },
        Notice::HoldFulfilled,
        Notice::ShortenedByAgreement { last: DAY },
        Notice::LentShort { missing: parts() },
        Notice::CountedShort { missing: parts() },
        Notice::Uav { number: "01".into() },
        Notice::Hygiene,
        Notice::HeadcountWanted,
        Notice::MovedByCalendar { wanted: DAY },
        Notice::CalendarEnded { last: DAY },
        Notice::Late { days: 3 },
        Notice::Overridden,
        Notice::FromAnotherSchool { school: "S02".into() },
        Notice::ClockDoubtful,
    ];
    for notice in notices {
        let message = notice_words(&notice, &item(), &Ledger::default());
        for lang in Lang::ALL {
            say_or_missing(lang, &message).unwrap_or_else(|missing| panic!("{notice:?}: {missing}"));
        }
    }
}

#[test]
fn every_card_and_every_mark_of_a_line_has_words() {
    use LineMark::*;
    let marks = [
        Lent,
        Returned,
        ReturnedLate,
        Renewed,
        Checked,
        Short,
        Damaged,
        Refused,
        Unknown,
        Undone,
        NotWritten,
    ];
    let ids = marks.into_iter().map(LineMark::said);
    let cards = Card::ALL.into_iter().flat_map(|card| [card.title(), card.help()]);
    for id in ids.chain(cards) {
        for lang in Lang::ALL {
            say_or_missing(lang, &Message::new(id)).unwrap_or_else(|missing| panic!("{missing}"));
        }
    }
}

/// The table of the documents is made of the same words; `FORMULAR_BLESS=1` writes it anew.
#[test]
fn the_table_of_messages_is_up_to_date() {
    let ru = messages(RU);
    let cell = |lang, id: &str| {
        let said = ru.get(id).map(|args| say(lang, &example(id, args)));
        said.unwrap_or_default().replace('\u{a0}', " ")
    };
    let mut table = String::from(
        "# Messages of the desk\n\nGenerated from `src/words/*.ftl` by the test `desk_words`; do not edit by hand.\n\
         The code is the same on the screen, in the journal and here. Names, dates and numbers are examples.\n\n\
         | code | headline | text | next step | in English |\n|---|---|---|---|---|\n",
    );
    for number in 0..=49 {
        let part = |part: &str| cell(Lang::Ru, &format!("k{number:02}-{part}"));
        let row = format!(
            "| К-{number:02} | {} | {} | {} | {} |\n",
            part("headline"),
            part("text"),
            part("next"),
            cell(Lang::En, &format!("k{number:02}-text")),
        );
        table.push_str(&row);
    }
    if std::env::var_os("FORMULAR_BLESS").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/messages.md");
        std::fs::write(path, &table).unwrap();
        return;
    }
    assert!(
        table == TABLE,
        "docs/messages.md is out of date: run this test with FORMULAR_BLESS=1"
    );
}

fn example(id: &str, args: &BTreeSet<String>) -> Message {
    let message = filled(id, args, 3);
    let args = message.args.into_iter().map(|(name, value)| {
        let text = match name {
            "school" => "СОШ № 2",
            "item" => "Набор робототехнический № 3",
            "parts" => "кабель – 2",
            "room" => "К-2",
            "id" => "ТР-0029",
            "number" => "0a1b2c3",
            "tray" => "1",
            "act" => "А-0231",
            "found" => "118",
            "all" => "162",
            "date" => "01.01.1970",
            _ => return (name, value),
        };
        (name, Value::Text(text.into()))
    });
    Message {
        id: message.id,
        args: args.collect(),
    }
}

/// The list К-00…К-49 is whole, whatever of it is said yet; any other message is said by something.
#[test]
fn no_words_wait_for_a_use() {
    let mut code = String::new();
    let mut folders = vec![std::path::PathBuf::from("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.extension().and_then(|extension| extension.to_str()) {
                _ if path.is_dir() => folders.push(path),
                Some("rs" | "html") => code += &std::fs::read_to_string(path).unwrap(),
                _ => {}
            }
        }
    }
    let of_the_list = |name: &str| name.starts_with('k') && name.as_bytes()[1].is_ascii_digit();
    let idle: Vec<String> = messages(RU)
        .into_keys()
        .filter(|name| !of_the_list(name) && !code.contains(&format!("\"{name}\"")))
        .collect();
    assert!(idle.is_empty(), "{idle:?}");
}
