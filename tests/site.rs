//! Pages over HTTP: who may see them, what their forms do, and the kiosk's live screen.
#![allow(clippy::unwrap_used, reason = "tests")]

mod office;

use formular::cue::Cue;
use formular::desk::{Ground, ItemCard, Panel, Screen};
use formular::ids::{BadgeCode, ReaderId};
use formular::tag::TagId;
use formular::view::{ReaderState, Stage, StageReader};
use formular::web::{Right, Settings, may, served};
use formular::words::Message;
use office::{Ask, Events, Server, screen};
use serde_json::json;
use std::sync::{Arc, Mutex};

const ROLES: [&str; 5] = ["visitor", "school", "auditor", "desk", "staff"];

fn browser(path: &str) -> Ask {
    Ask::get(path).header("Accept", "text/html,application/xhtml+xml")
}

#[test]
fn every_page_asks_for_its_right() {
    let server = Server::start();
    // address: visitor school auditor desk staff
    let table = [
        ("/", "+++++"),
        ("/kinds/tp-0001", "+++++"),
        ("/how", "+++++"),
        ("/help", "+++++"),
        ("/view", "+++++"),
        ("/sign-in", "+++++"),
        ("/s", "+++++"),
        ("/items", "--+++"),
        ("/items/tp-0001", "--+++"),
        ("/loans", "-++++"),
        ("/overdue", "-++++"),
        ("/health", "--+++"),
        ("/readers", "--+++"),
        ("/unknown", "---++"),
        ("/cards", "---++"),
        ("/kiosk", "---++"),
    ];
    for (path, row) in table {
        for (role, sign) in ROLES.into_iter().zip(row.chars()) {
            let reply = server.ask(browser(path).role(role));
            let expected = match (sign, role) {
                ('+', _) => 200,
                (_, "visitor") => 401,
                _ => 403,
            };
            assert_eq!(reply.status, expected, "{role} {path}");
            assert_eq!(
                reply.header("content-type"),
                "text/html; charset=utf-8",
                "{role} {path}"
            );
            assert!(reply.text().starts_with("<!DOCTYPE html>"), "{role} {path}");
        }
    }
    // The tables of the tests leave no address out.
    let elsewhere = ["/demo", "/kiosk/stream", "/assets/{*path}"];
    for route in served().filter(|route| route.method == "GET" && !route.documented) {
        let told = table.iter().any(|(path, _)| {
            let (begin, _) = route.path.split_once('{').unwrap_or((route.path, ""));
            path == &route.path || begin.len() > 1 && begin.ends_with('/') && path.starts_with(begin)
        });
        assert!(told || elsewhere.contains(&route.path), "{}", route.path);
    }
    assert!(may(&formular::view::Role::Visitor, Right::Public));
}

#[test]
fn forms_ask_for_their_right() {
    let server = Server::start();
    for (path, body, row) in [
        // address: visitor school auditor desk staff
        ("/kiosk/act", "act=done", [401, 403, 403, 303, 303]),
        (
            "/unknown",
            "act=forget&tag=uid:04AABBCCDDEEFF",
            [401, 403, 403, 303, 303],
        ),
        ("/view", "theme=dark", [303; 5]),
        ("/sign-out", "", [303; 5]),
        ("/demo", "act=plug&reader=x", [401, 403, 403, 404, 404]),
    ] {
        for (role, status) in ROLES.into_iter().zip(row) {
            assert_eq!(
                server.ask(Ask::form(path, body).role(role)).status,
                status,
                "{role} {path}"
            );
        }
    }
}

#[test]
fn a_school_reads_no_other_schools_name() {
    let server = Server::start();
    let lend = |item, badge| {
        server
            .office
            .command(json!({"type": "check_out", "item": item, "badge": badge}))
    };
    lend("ТР-0001", "B-0301");
    lend("ТР-0002", "B-0501");
    for path in ["/", "/kinds/tp-0001", "/loans", "/loans?state=all", "/overdue"] {
        for role in ["visitor", "school"] {
            let text = server.ask(browser(path).role(role)).text();
            assert!(
                !text.contains("№ 5") && !text.contains("S05") && !text.contains("B-0"),
                "{role} {path}"
            );
        }
    }
    let loans = server.ask(browser("/loans").role("school")).text();
    assert!(loans.contains("В-26-00001") && !loans.contains("В-26-00002"));
}

#[test]
fn availability_comes_out_of_memory_until_the_journal_moves() {
    let server = Server::start();
    let first = server.ask(browser("/").role("visitor"));
    assert_eq!(first.body, server.ask(browser("/").role("visitor")).body);
    let etag = first.header("etag").to_owned();
    let same = server.ask(browser("/").role("visitor").header("If-None-Match", &etag));
    assert_eq!((same.status, same.body.len()), (304, 0));
    // Names of things are text, never markup.
    let open = server.get("/?open=%D0%91%D0%92%D0%A1").text();
    assert!(!open.contains("<учебный>"));
    assert!(open.contains("&lt;учебный&gt;") || open.contains("&#60;учебный&#62;"));
    server
        .office
        .command(json!({"type": "check_out", "item": "ТР-0001", "badge": "B-0301"}));
    let moved = server.ask(browser("/").role("visitor").header("If-None-Match", &etag));
    assert_eq!(moved.status, 200);
    assert_ne!(moved.body, first.body);
    // One language, one look, one role never gets another's bytes.
    let english = server.ask(browser("/?lang=en").role("visitor"));
    assert!(english.text().contains("<html lang=\"en\""));
    let dark = server.ask(
        browser("/")
            .role("visitor")
            .header("Cookie", "formular_look=dark.150"),
    );
    assert!(dark.text().contains("data-theme=\"dark\"") && dark.text().contains("data-size=\"150\""));
    assert!(server.get("/").text().contains("href=\"/items\""));
    assert!(
        !server
            .ask(browser("/").role("visitor"))
            .text()
            .contains("href=\"/items\"")
    );
    // What a stranger puts into the address is shown as text.
    let odd = server
        .get("/?from=%22%3E%3Cscript%3Ealert(1)%3C/script%3E")
        .text();
    assert!(!odd.contains("<script>alert"));
}

#[test]
fn a_choice_of_look_is_kept_and_nothing_foreign_gets_in() {
    let server = Server::start();
    let body = "theme=blue&size=200&motion=off&spacing=wide&lang=en&back=/how";
    let reply = server.ask(Ask::form("/view", body));
    assert_eq!((reply.status, reply.header("location")), (303, "/how"));
    let cookie = reply.header("set-cookie").to_owned();
    assert!(
        cookie.starts_with("formular_look=blue.200.still.wide.en;"),
        "{cookie}"
    );
    assert!(cookie.contains("SameSite=Lax"));
    let page = server.ask(browser("/how").header("Cookie", "formular_look=blue.200.still.wide.en"));
    assert!(
        page.text()
            .contains("<html lang=\"en\" class=\"pages\" data-theme=\"blue\"")
    );
    let reply = server.ask(Ask::form(
        "/view",
        "theme=%22%3E%3Cscript%3E&back=https://evil.example",
    ));
    assert!(reply.header("set-cookie").starts_with("formular_look=;"));
    assert_eq!(reply.header("location"), "/");
}

#[test]
fn a_token_becomes_a_cookie_that_scripts_and_other_sites_never_see() {
    let server = Server::start();
    let reply = server.ask(Ask::form("/sign-in", "token=token-auditor&back=/loans").stranger());
    assert_eq!((reply.status, reply.header("location")), (303, "/loans"));
    let cookie = reply.header("set-cookie").to_owned();
    for word in [
        "formular_token=token-auditor;",
        "HttpOnly",
        "SameSite=Strict",
        "Path=/",
    ] {
        assert!(cookie.contains(word), "{cookie}");
    }
    let wrong = Ask::form("/sign-in", "token=nonsense").stranger();
    assert_eq!(server.ask(wrong.clone()).problem(), (401, "wrong_key".into()));
    let page = server.ask(wrong.header("Accept", "text/html"));
    assert_eq!((page.status, page.header("set-cookie")), (401, ""));
    assert!(page.text().contains("name=\"token\""));
    assert!(!page.text().contains("nonsense"));
    let reply = server.ask(Ask::form("/sign-out", "").stranger());
    assert!(
        reply.header("set-cookie").contains("formular_token=;")
            && reply.header("set-cookie").contains("Max-Age=0")
    );

    // A secret link signs a school in, but nobody who is somebody already.
    let link = server.ask(browser("/s").stranger());
    assert!(link.text().contains("data-link") && link.text().contains("/assets/link.js"));
    let posted = server.ask(Ask::form("/sign-in", "token=token-s03&back=/loans").stranger());
    assert_eq!((posted.status, posted.header("location")), (303, "/loans"));
    assert!(
        posted
            .header("set-cookie")
            .contains("formular_token=token-s03; Path=/; HttpOnly")
    );
    let signed = browser("/s")
        .stranger()
        .header("Cookie", "formular_token=token-staff");
    assert!(!server.ask(signed).text().contains("data-link"));
}

/// The first page is kept for many; how to sign out is told to those alone who are signed in.
#[test]
fn signing_in_and_out_stand_at_the_foot_of_each_page() {
    let server = Server::start();
    let auditor = "formular_token=token-auditor";
    for path in ["/", "/kinds/tp-0001", "/how", "/view"] {
        for _ in 0..2 {
            let foot = |ask: Ask| {
                let page = server.ask(ask).text();
                (
                    page.contains("href=\"/sign-in\""),
                    page.contains("action=\"/sign-out\""),
                )
            };
            assert_eq!(
                foot(browser(path).stranger()),
                (true, false),
                "a visitor at {path}"
            );
            assert_eq!(foot(browser(path)), (true, false), "the desk at {path}");
            let signed_in = browser(path).stranger().header("Cookie", auditor);
            assert_eq!(foot(signed_in), (false, true), "an auditor at {path}");
            let program = browser(path).stranger().token("token-auditor");
            assert_eq!(foot(program), (false, false), "a program at {path}");
        }
    }
}

#[test]
fn an_unknown_tag_is_bound_or_forgotten() {
    let server = Server::start();
    let post = |body: &str| server.ask(Ask::form("/unknown", body).header("Accept", "text/html"));
    assert_eq!(post("act=forget&tag=uid:04AABBCCDDEEFF").status, 303);
    assert_eq!(
        server.office.heard.lock().unwrap().as_slice(),
        ["forget uid:04AABBCCDDEEFF"]
    );
    assert_eq!(post("act=bind&tag=uid:04AABBCCDDEEFF&item=tp-0002").status, 303);
    let item = server.get("/api/v1/items/tp-0002").json();
    assert_eq!(item["tags"][1], "uid:04AABBCCDDEEFF");
    // It has an item now; another one cannot have it.
    let taken = post("act=bind&tag=uid:04AABBCCDDEEFF&item=tp-0003");
    assert_eq!(taken.status, 409);
    assert!(taken.text().contains("role=\"alert\""));
    assert_eq!(post("act=bind&tag=uid:04AABBCCDDEEFF&item=tp-9999").status, 404);
    assert_eq!(post("act=bind&tag=nonsense&item=tp-0001").status, 400);
}

// ---- the kiosk ---------------------------------------------------------------------------------

#[test]
fn a_screen_reaches_the_kiosk_and_its_cue_once() {
    let mut server = Server::start();
    let mut ru = Events::open(&server, &Ask::get("/kiosk/stream"));
    let mut en = Events::open(&server, &Ask::get("/kiosk/stream?lang=en"));
    for events in [&mut ru, &mut en] {
        let (name, first) = events.next().unwrap();
        assert_eq!(
            (name.as_str(), &first["number"], &first["cue"]),
            ("screen", &json!(1), &json!(null))
        );
    }
    let mut lent = screen(2, Ground::Lent, Some(Cue::Lent));
    lent.face.word = Some(Message::new("word-lent"));
    lent.face.code = Some("К-04");
    server.office.screen.send_replace(Arc::new(lent));
    let (_, shown) = ru.next().unwrap();
    assert_eq!(
        (&shown["number"], &shown["cue"], &shown["code"]),
        (&json!(2), &json!("lent"), &json!("К-04"))
    );
    let html = shown["html"].as_str().unwrap();
    assert!(
        html.contains("data-verdict=\"lent\"") && html.contains("Выдано"),
        "{html}"
    );
    assert!(!html.contains("<html"));
    let (_, english) = en.next().unwrap();
    assert!(!english["html"].as_str().unwrap().contains("Выдано"));

    // A newcomer sees the screen as it is and hears nothing.
    let mut late = Events::open(&server, &Ask::get("/kiosk/stream"));
    let (_, now) = late.next().unwrap();
    assert_eq!((&now["number"], &now["cue"]), (&json!(2), &json!(null)));

    // A reader that is lost changes the picture, not its number, and repeats no cue.
    *server.office.reader_state.lock().unwrap() = ReaderState::Lost;
    let (_, again) = ru.next().unwrap();
    assert_eq!((&again["number"], &again["cue"]), (&json!(2), &json!(null)));
    server.stop();
    assert!(ru.next().is_none());
}

#[test]
fn buttons_and_numbers_reach_the_desk() {
    let server = Server::start();
    let post = |body: &str| server.ask(Ask::form("/kiosk/act", body));
    for (body, heard) in [
        ("seq=1&act=done", "Card(Done)"),
        ("act=undo", "Card(Undo)"),
        (
            "act=headcount&item=TP-1&count=24",
            "Headcount { item: TP-1, count: 24 }",
        ),
        ("typed=%D0%A2%D0%A0-0001&act=typed", "typed ТР-0001"),
        ("typed=B-0301", "typed B-0301"),
    ] {
        let reply = post(body);
        assert_eq!(
            (reply.status, reply.header("location")),
            (303, "/kiosk"),
            "{body}"
        );
        assert_eq!(
            server.office.heard.lock().unwrap().pop().as_deref(),
            Some(heard),
            "{body}"
        );
    }
    // A script stays on its page; what a rule refuses is said by the screen.
    let scripted = Ask::form("/kiosk/act", "act=done").header("Accept", "application/json");
    assert_eq!(server.ask(scripted).status, 204);
    assert_eq!(post("act=dismiss").status, 303);
    server.office.heard.lock().unwrap().clear();
    for body in [
        "",
        "act=fly",
        "act=typed",
        "act=typed&typed=",
        "typed=",
        "act=done&seq=x",
    ] {
        assert_eq!(post(body).problem(), (400, "bad_field".into()), "{body}");
    }
    let huge = format!("typed={}", "1".repeat(70_000));
    assert_eq!(post(&huge).problem(), (413, "too_large".into()));
    assert!(server.office.heard.lock().unwrap().is_empty());
}

#[test]
fn a_listener_who_does_not_listen_gets_the_newest_and_nobody_waits() {
    const SCREENS: u64 = 250;
    let server = Server::start();
    let mut slow = Events::open(&server, &Ask::get("/kiosk/stream"));
    let mut quick = Events::open(&server, &Ask::get("/kiosk/stream"));
    quick.next().unwrap();
    // Long enough that no buffer on the way holds all of it.
    let text = "x".repeat(60_000);
    for number in 2..SCREENS {
        let mut next = screen(number, Ground::Attention, None);
        next.face.text = Some(Message::new("k04-headline").text("item", &text));
        server.office.screen.send_replace(Arc::new(next));
        assert_eq!(quick.next().unwrap().1["number"], json!(number));
    }
    // It has what was on its way, nothing of what came meanwhile, and then the newest.
    let mut heard = 0;
    let mut last = 0;
    while last < SCREENS - 1 {
        last = slow.next().unwrap().1["number"].as_u64().unwrap();
        heard += 1;
    }
    assert!(heard < SCREENS - 2, "{heard}");
}

fn with_panel(number: u64, item: &str) -> Screen {
    Screen {
        panel: Some(Panel {
            item: ItemCard {
                item: item.into(),
                name: "Набор".into(),
                category: "Робототехника".into(),
                room: None,
            },
            from_school: None,
            tiles: vec![],
            seconds_left: 60,
            waiting: 1,
        }),
        ..screen(number, Ground::Neutral, None)
    }
}

#[test]
fn a_press_meant_for_one_kit_never_counts_for_the_next() {
    let server = Server::start();
    let press = |number: u64| {
        let body = format!("seq={number}&act=complete");
        assert_eq!(server.ask(Ask::form("/kiosk/act", &body)).status, 303);
        server.office.heard.lock().unwrap().drain(..).count()
    };
    server
        .office
        .screen
        .send_replace(Arc::new(with_panel(10, "ТР-0004")));
    server.get("/kiosk");
    // The countdown goes on: the number grows, the kit is the same.
    server
        .office
        .screen
        .send_replace(Arc::new(with_panel(13, "ТР-0004")));
    assert_eq!(press(11), 1);
    server
        .office
        .screen
        .send_replace(Arc::new(with_panel(14, "ТР-0005")));
    server.get("/kiosk");
    // The second press of a double click.
    assert_eq!(press(13), 0);
    assert_eq!(press(14), 1);
}

// ---- the demo ----------------------------------------------------------------------------------

#[derive(Default)]
struct FakeStage(Mutex<Vec<String>>);

impl Stage for FakeStage {
    fn readers(&self) -> Vec<StageReader> {
        vec![StageReader {
            reader: ReaderId::from("desk-hf"),
            name: "Стойка".into(),
            family: "rc522-text".into(),
            plugged: true,
        }]
    }
    fn present(&self, reader: &ReaderId, tag: &TagId) -> Result<(), Message> {
        if tag.to_string().starts_with("code:") {
            return Err(Message::new("word-unknown"));
        }
        self.0.lock().unwrap().push(format!("{reader} {tag}"));
        Ok(())
    }
    fn plug(&self, reader: &ReaderId, plugged: bool) -> Result<(), Message> {
        self.0.lock().unwrap().push(format!("{reader} {plugged}"));
        Ok(())
    }
    fn card_of(&self, badge: &BadgeCode) -> Option<TagId> {
        (badge.as_str() == "B-0301").then(|| "uid:04D3BDF8".parse().unwrap())
    }
}

#[test]
fn the_demo_presents_things_to_readers() {
    let stage = Arc::new(FakeStage::default());
    let server = Server::with(Settings {
        stage: Some(Arc::clone(&stage) as Arc<dyn Stage>),
        ..Settings::default()
    });
    assert!(server.ask(browser("/demo")).text().contains("desk-hf"));
    let post = |body: &str| server.ask(Ask::form("/demo", body).header("Accept", "text/html"));
    for (body, said) in [
        ("reader=desk-hf&present=badge:B-0301", "desk-hf uid:04D3BDF8"),
        (
            "reader=desk-hf&present=item:%D0%A2%D0%A0-0001",
            "desk-hf uid:04D3BDF8E8F9A1",
        ),
        ("reader=desk-hf&act=unplug", "desk-hf false"),
    ] {
        assert_eq!(post(body).status, 200, "{body}");
        assert_eq!(stage.0.lock().unwrap().pop().as_deref(), Some(said), "{body}");
    }
    let refused = post("reader=desk-hf&present=card:DONE");
    assert!(refused.text().contains("Неизвестно"));
    assert_eq!(post("reader=desk-hf&present=badge:B-9999").status, 404);
    assert_eq!(post("reader=desk-hf&act=fly").status, 400);
    assert_eq!(Server::start().get("/demo").status, 404);
}
