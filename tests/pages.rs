//! Pages and screens made from the sample: what stands on them, and what must never.
//!
//! With `FORMULAR_PAGES=DIR` they are written to a folder, to be looked at.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

#[path = "pages/copies.rs"]
mod copies;
mod imported;
mod shown;

use formular::desk::Card;
use formular::ids::ItemId;
use formular::ledger::{Entry, Event, Policy};
use formular::tag::TagId;
use formular::view::{Copies, CopyMade, Head, Health, ReaderState, Role, StageReader, UnknownView, Vitals};
use formular::web::page::frame::{Frame, Here};
use formular::web::page::look::Look;
use formular::web::page::{
    availability, cards, demo, forms, health, item, items, kind, loans, readers, screen,
};
use std::path::Path;

const DRAWINGS: &str = include_str!("../src/web/assets/drawings.svg");

struct Shop {
    centre: imported::Centre,
    look: Look,
    policy: Policy,
}

/// An end of a journal.
fn head() -> Head {
    Head {
        seq: 2_628,
        hash: "ab".repeat(32).into(),
    }
}

/// The desk works, and the last copy is of this morning.
fn well() -> Health {
    Health {
        ready: true,
        stopped: false,
        low_space: false,
        damaged: Vec::new(),
        index_lag: 0,
        rebuilding: None,
        clock_doubtful: false,
        queue: 0,
        copies: Copies {
            folder: Some("/media/copies".into()),
            there: true,
            last_good: Some(CopyMade {
                at: shown::at("07:30:00"),
                head: head(),
                name: "2026-09-01".into(),
            }),
            ..Copies::default()
        },
    }
}

impl Shop {
    fn open(look: &str) -> Self {
        Self {
            centre: imported::Centre::with_sample(),
            look: Look::parse(look),
            policy: Policy::default(),
        }
    }

    fn history(&self, id: &str) -> Vec<Entry> {
        let of = |entry: &&Entry| item_of(&entry.event).is_some_and(|item| item == id);
        self.centre.entries.iter().rev().filter(of).cloned().collect()
    }

    /// Every page by name.
    fn pages(&self) -> Vec<(String, String)> {
        let ledger = &self.centre.ledger;
        let look = &self.look;
        let centre = shown::centre();
        let now = imported::now();
        let today = now.date();
        let staff = Frame {
            look,
            centre: &centre,
            role: &Role::Staff,
            now,
            here: Here::Elsewhere,
            signed_in: false,
        };
        let visitor = Frame {
            role: &Role::Visitor,
            ..staff
        };
        let policy = &self.policy;
        let mut pages = Vec::new();
        let mut page =
            |name: &str, html: askama::Result<String>| pages.push((name.to_owned(), html.unwrap()));

        let asked = availability::Asked::default();
        let facts = availability::Facts::of(ledger, policy, look, &asked, today);
        page("index", availability::page(visitor, &facts));
        let asked = availability::Asked {
            from: Some("07.09.2026"),
            to: Some("11.09.2026"),
            open: Some("Робототехника"),
        };
        let facts = availability::Facts::of(ledger, policy, look, &asked, today);
        page("open", availability::page(visitor, &facts));
        let asked = availability::Asked {
            from: Some("завтра"),
            to: Some("01.01.2020"),
            open: None,
        };
        let facts = availability::Facts::of(ledger, policy, look, &asked, today);
        page("period-wrong", availability::page(visitor, &facts));
        let facts = kind::Facts::of(ledger, policy, look, &ItemId::new("ТР-0045"), today).unwrap();
        page("kind", kind::page(visitor, &facts));

        for id in ["ТР-0017", "ТР-0046", "ТР-0029"] {
            let entries = self.history(id);
            let facts =
                item::Facts::of(ledger, policy, look, &ItemId::new(id), &entries, false, now).unwrap();
            page(&format!("item-{id}"), item::page(staff, &facts));
        }
        for (name, q, state) in [
            ("items", "", ""),
            ("items-found", "квадро", "available"),
            ("items-none", "рояль", ""),
        ] {
            let asked = items::Asked {
                q,
                state,
                category: "",
            };
            let facts = items::Facts::of(ledger, policy, look, &asked, today);
            page(name, items::page(staff, &asked, &facts));
        }
        for (name, which) in [("loans", "open"), ("overdue", "overdue"), ("loans-all", "all")] {
            let facts = loans::Facts::of(ledger, look, loans::Which::read(which), None, 0, today);
            page(name, loans::page(staff, &facts));
        }
        page("readers", readers::page(staff, &shown::readers()));
        let well = well();
        let ill = Health {
            ready: false,
            stopped: true,
            low_space: true,
            damaged: vec!["roster.json: its sum is wrong".into()],
            index_lag: 5_000,
            clock_doubtful: true,
            copies: Copies::default(),
            ..well.clone()
        };
        for (name, health, readers) in [
            ("health", &well, &shown::readers()),
            ("health-ill", &ill, &Vec::new()),
        ] {
            let facts = health::Facts {
                health,
                vitals: &Vitals {
                    started: Some(shown::at("07:12:00")),
                    resident: Some(48_000_000),
                    free: Some(117_430_000_000),
                    ..Vitals::default()
                },
                readers,
                head: &head(),
            };
            page(name, health::page(staff, &facts));
        }
        let unknown = UnknownView {
            tag: "uid:04A1B2C3D4E580".parse::<TagId>().unwrap(),
            reader: Some("RD-HF-1".into()),
            first: shown::at("08:40:00"),
            last: shown::at("09:02:00"),
            count: 3,
        };
        page(
            "unknown",
            readers::unknown(staff, &[unknown], Some("Предмета ТР-9999 нет в фонде")),
        );
        page("unknown-none", readers::unknown(staff, &[], None));
        page("cards", cards::page(staff));
        page("view", forms::view(visitor, "/"));
        page(
            "sign-in",
            forms::sign_in(visitor, "/loans", Some("Ключ не подошёл")),
        );
        page("how", forms::how(visitor));
        let problem = forms::Problem {
            title: "Такой страницы нет",
            detail: "Возможно, в адресе опечатка или предмет списан.",
            step: "Откройте наличие и найдите предмет в списке.",
            code: "no_such_page",
            href: "/",
            link: "Открыть наличие",
        };
        page("problem", forms::problem(visitor, &problem));
        let stage = ["RD-HF-1", "RD-BAR-1"].map(|id| StageReader {
            reader: id.into(),
            name: "Стойка, карты".into(),
            family: "em4100-rdm6300".into(),
            plugged: id == "RD-HF-1",
        });
        let facts = demo::Facts::of(ledger, policy, look, "", today);
        let told = demo::Told {
            good: true,
            text: "Поднесено: B-0101".to_owned(),
        };
        page(
            "demo",
            demo::page(visitor, &facts, &stage, "RD-BAR-1", "", Some(&told)),
        );
        pages
    }

    /// Every screen of the desk by name.
    fn screens(&self) -> Vec<(String, String)> {
        let centre = shown::centre();
        let made = shown::screens(&self.centre.ledger)
            .into_iter()
            .map(|(name, given)| {
                let mut readers = shown::readers();
                if name == "lost" {
                    for reader in &mut readers {
                        reader.state = ReaderState::Lost;
                    }
                }
                let html = screen::page(&self.look, &centre, &given, &readers).unwrap();
                (format!("kiosk/{name}"), html)
            });
        made.collect()
    }
}

fn item_of(event: &Event) -> Option<&str> {
    Some(match event {
        Event::ItemEnrolled(item) => item.item.as_str(),
        Event::CheckedOut { item, .. }
        | Event::Returned { item, .. }
        | Event::Renewed { item, .. }
        | Event::Held { item, .. }
        | Event::HoldCancelled { item, .. }
        | Event::KitChecked { item, .. }
        | Event::Replenished { item, .. }
        | Event::RepairStarted { item, .. }
        | Event::RepairEnded { item, .. }
        | Event::VerificationStarted { item, .. }
        | Event::VerificationEnded { item, .. }
        | Event::Lost { item, .. }
        | Event::StocktakeSeen { item, .. }
        | Event::StocktakeAccounted { item, .. }
        | Event::StocktakeMissing { item, .. }
        | Event::NoticeSent { item, .. } => item.as_str(),
        Event::Refused { item, .. } => item.as_ref()?.as_str(),
        _ => return None,
    })
}

fn all() -> impl Iterator<Item = (String, String, &'static str)> {
    ["", "en"].into_iter().flat_map(|lang| {
        let shop = Shop::open(lang);
        let all: Vec<_> = shop.pages().into_iter().chain(shop.screens()).collect();
        all.into_iter().map(move |(name, html)| (name, html, lang))
    })
}

#[test]
fn every_page_is_whole() {
    for (name, html, lang) in all() {
        let lang = if lang.is_empty() { "ru" } else { lang };
        assert!(html.contains(&format!("<html lang=\"{lang}\"")), "{name}");
        let visible = html.matches("<h1").count();
        assert!((1..=2).contains(&visible), "{name}: {visible} main headings");
        assert!(html.trim_end().ends_with("</html>"), "{name}");
        for tag in [
            "div", "p", "ul", "ol", "li", "section", "form", "table", "tr", "span", "svg", "main",
        ] {
            let opened =
                html.matches(&format!("<{tag}>")).count() + html.matches(&format!("<{tag} ")).count();
            assert_eq!(
                opened,
                html.matches(&format!("</{tag}>")).count(),
                "{name}: <{tag}>"
            );
        }
        assert!(!html.contains(" style=") && !html.contains(" onclick="), "{name}");
    }
}

#[test]
fn the_foot_says_which_clock_the_times_are_of() {
    let shop = Shop::open("");
    let centre = shown::centre();
    for (now, zone) in [
        ("2026-09-01T09:00:00+03:00", "часовой пояс UTC+3"),
        ("2026-09-01T09:00:00+00:00", "часовой пояс UTC+0"),
        ("2026-09-01T09:00:00+05:30", "часовой пояс UTC+5:30"),
        ("2026-09-01T09:00:00-03:30", "часовой пояс UTC−3:30"),
    ] {
        let frame = Frame {
            look: &shop.look,
            centre: &centre,
            role: &Role::Visitor,
            now: now.parse().unwrap(),
            here: Here::Elsewhere,
            signed_in: false,
        };
        let html = forms::sign_in(frame, "", None).unwrap();
        assert!(html.contains(&format!("{zone}</span>")), "{now}");
    }
}

#[test]
fn every_drawing_is_in_the_sprite() {
    for (name, html, _) in all() {
        for drawing in html
            .split("drawings.svg#")
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
        {
            assert!(
                DRAWINGS.contains(&format!("<symbol id=\"{drawing}\"")),
                "{name}: {drawing}"
            );
        }
    }
}

#[test]
fn no_message_is_missing_its_words() {
    for (name, html, lang) in all() {
        // A message without words is said by its name.
        for id in [
            "k00-", "k01-", "word-", "line-", "panel-", "state-", "card-", "reader-", "button-", "count-",
            "due-",
        ] {
            let found = html.split('>').filter_map(|rest| rest.split('<').next());
            let found: Vec<_> = found.filter(|text| text.trim_start().starts_with(id)).collect();
            assert!(found.is_empty(), "{name} {lang}: {found:?}");
        }
    }
}

#[test]
fn nobody_is_named_to_visitors() {
    let shop = Shop::open("");
    let schools = shop
        .centre
        .ledger
        .schools
        .values()
        .filter(|state| !state.school.centre);
    let names: Vec<_> = schools.map(|state| state.school.short_name.clone()).collect();
    for (name, html) in shop.pages() {
        if ["index", "open", "kind", "how"].contains(&name.as_str()) {
            for school in &names {
                assert!(!html.contains(school.as_str()), "{name}: {school}");
            }
            assert!(!html.contains("B-0"), "{name} shows a badge");
        }
    }
}

#[test]
fn the_page_says_how_many_are_free() {
    let shop = Shop::open("");
    let pages = shop.pages();
    let page = |name: &str| &pages.iter().find(|(known, _)| known == name).unwrap().1;
    assert!(page("index").contains("<h1 data-live=\"total\">Свободно "));
    assert!(page("index").contains("только в\u{a0}центре"));
    assert!(page("open").contains("Набор робототехнический базовый"));
    assert!(page("open").contains("Свободно с\u{a0}7\u{a0}сентября по\u{a0}11\u{a0}сентября"));
    assert!(page("period-wrong").contains("Напишите дату так"));
    assert!(page("kind").contains("ТР-0048"));
    assert!(page("item-ТР-0017").contains("Выдано: СОШ с. Тихая Пристань"));
    assert!(page("items").contains("162"));
    assert!(page("items-found").contains("вадрокоптер"));
    assert!(page("items-none").contains("Ничего не нашлось"));
    assert!(page("overdue").contains("просрочено"));
    for card in Card::ALL {
        assert!(page("cards").contains(&card.code()));
    }
}

#[test]
fn a_screen_says_one_word_and_the_next_step() {
    let shop = Shop::open("");
    let screens = shop.screens();
    let html = |name: &str| {
        &screens
            .iter()
            .find(|(known, _)| known == &format!("kiosk/{name}"))
            .unwrap()
            .1
    };
    for (name, ground, word) in [
        ("lent", "lent", "Выдано"),
        ("returned", "returned", "Возвращено"),
        ("attention", "attention", "Внимание"),
        ("refused", "refused", "Не выдано"),
        ("unknown", "unknown", "Неизвестно"),
        ("stopped", "stopped", "Остановлено"),
        ("undone", "neutral", "Отменено"),
    ] {
        let html = html(name);
        assert!(html.contains(&format!("data-verdict=\"{ground}\"")), "{name}");
        assert!(
            html.contains(&format!("<h1 class=\"word\">{word}</h1>")),
            "{name}"
        );
    }
    assert!(html("lent").contains("data-cue=\"lent\"") && html("lent").contains("data-stay=\"4\""));
    assert!(html("refused").contains("role=\"alert\"") && html("lent").contains("role=\"status\""));
    assert!(html("refused").contains("Оставьте предмет на стойке"));
    assert!(html("lost").contains("name=\"typed\""));
    assert!(!html("stopped").contains("name=\"act\""));
    assert!(html("kit").contains("value=\"more:ROB1-10\"") && html("kit").contains("нет 2"));
    assert!(html("kit-session").contains("СОШ с. Дальнеполье"));
    assert!(html("idle").contains("09:05"));
}

#[test]
fn what_people_type_is_text_and_nothing_else() {
    let shop = Shop::open("");
    let centre = shown::centre();
    let frame = Frame {
        look: &shop.look,
        centre: &centre,
        role: &Role::Staff,
        now: imported::now(),
        here: Here::Elsewhere,
        signed_in: false,
    };
    let asked = items::Asked {
        q: "\"><script>alert(1)</script>",
        ..items::Asked::default()
    };
    let facts = items::Facts::of(
        &shop.centre.ledger,
        &shop.policy,
        &shop.look,
        &asked,
        frame.now.date(),
    );
    let html = items::page(frame, &asked, &facts).unwrap();
    assert!(!html.contains("<script>alert"));
    let html = forms::sign_in(frame, "\"><script>alert(1)</script>", None).unwrap();
    assert!(!html.contains("<script>alert"));
}

#[test]
fn pages_to_look_at() {
    let Ok(folder) = std::env::var("FORMULAR_PAGES") else {
        return;
    };
    let folder = Path::new(&folder);
    for (lang, to) in [("", folder.to_owned()), ("en", folder.join("en"))] {
        let shop = Shop::open(lang);
        for (name, html) in shop.pages().into_iter().chain(shop.screens()) {
            let path = to.join(format!("{name}.html"));
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, html).unwrap();
        }
    }
}
