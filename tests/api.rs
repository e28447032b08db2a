//! The API over real HTTP: what comes back, who may, and what bad input gets.
#![allow(clippy::unwrap_used, reason = "tests")]

mod office;

use formular::view::ReaderState;
use office::{Ask, Events, Server};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::atomic::Ordering;

fn check_out(item: &str, badge: &str) -> Value {
    json!({"type": "check_out", "item": item, "badge": badge})
}

// ---- who may what ------------------------------------------------------------------------------

const ROLES: [&str; 5] = ["visitor", "school", "auditor", "desk", "staff"];

#[test]
fn every_address_asks_for_its_right() {
    let server = Server::start();
    // address: visitor school auditor desk staff
    let table = [
        ("/healthz", "+++++"),
        ("/metrics", "+++++"),
        ("/api/v1/openapi.json", "+++++"),
        ("/api/v1/availability", "+++++"),
        ("/api/v1/items", "-++++"),
        ("/api/v1/items/ТР-0001", "-++++"),
        ("/api/v1/items/ТР-0001/history", "--+++"),
        ("/api/v1/loans", "-++++"),
        ("/api/v1/holds", "-++++"),
        ("/api/v1/readers", "--+++"),
        ("/api/v1/stocktakes", "--+++"),
        ("/api/v1/summary", "--+++"),
        ("/kiosk", "---++"),
    ];
    for (path, row) in table {
        for (role, sign) in ROLES.into_iter().zip(row.chars()) {
            let reply = server.ask(Ask::get(&path.replace("ТР", "%D0%A2%D0%A0")).role(role));
            let expected = match (sign, role) {
                ('+', _) => 200,
                (_, "visitor") => 401,
                _ => 403,
            };
            assert_eq!(reply.status, expected, "{role} {path}");
        }
    }
}

#[test]
fn streams_and_commands_ask_for_their_right_too() {
    let server = Server::start();
    for (role, stream, kiosk, out, card) in [
        ("visitor", 401, 401, 401, 401),
        ("school", 403, 403, 403, 403),
        ("auditor", 200, 403, 403, 403),
        ("desk", 200, 200, 200, 403),
        // The badge exists and has no card yet.
        ("staff", 200, 200, 409, 200),
    ] {
        for (path, expected) in [("/api/v1/stream", stream), ("/kiosk/stream", kiosk)] {
            if expected == 200 {
                Events::open(&server, &Ask::get(path).role(role)).next().unwrap();
            } else {
                assert_eq!(
                    server.ask(Ask::get(path).role(role)).status,
                    expected,
                    "{role} {path}"
                );
            }
        }
        let order = check_out("ТР-0001", "B-0301");
        let reply = server.ask(Ask::command(&format!("{role}-out"), &order).role(role));
        assert_eq!(reply.status, out, "{role}: {}", reply.text());
        let order = json!({"type": "badge_card", "badge": "B-0301", "uid": "uid:04D3BDF8"});
        let reply = server.ask(Ask::command(&format!("{role}-card"), &order).role(role));
        assert_eq!(reply.status, card, "{role}: {}", reply.text());
    }
}

#[test]
fn the_desk_is_a_loopback_peer_with_the_right_host_and_no_proxy() {
    let server = Server::start();
    let port = server.address.port();
    for (headers, status) in [
        (vec![("Host", format!("127.0.0.1:{port}"))], 200),
        (vec![("Host", "localhost".into())], 200),
        (vec![("Host", format!("[::1]:{port}"))], 200),
        // A name of another site that was pointed at this machine.
        (vec![("Host", format!("rebound.example:{port}"))], 401),
        (
            vec![
                ("Host", "localhost".into()),
                ("X-Forwarded-For", "10.0.0.7".into()),
            ],
            401,
        ),
        (
            vec![("Host", "localhost".into()), ("Forwarded", "for=10.0.0.7".into())],
            401,
        ),
        // A token counts more than the place, and a wrong one is not passed over.
        (
            vec![
                ("Host", "localhost".into()),
                ("Authorization", "Bearer token-auditor".into()),
            ],
            403,
        ),
        (
            vec![
                ("Host", "localhost".into()),
                ("Authorization", "Bearer nonsense".into()),
            ],
            401,
        ),
        (
            vec![
                ("Host", "localhost".into()),
                ("Authorization", "Basic dTpw".into()),
            ],
            401,
        ),
        (
            vec![
                ("Host", "localhost".into()),
                ("Cookie", "formular_token=long-gone".into()),
            ],
            200,
        ),
        (
            vec![
                ("Host", "x.example".into()),
                ("Cookie", "a=b; formular_token=token-staff".into()),
            ],
            200,
        ),
        (
            vec![
                ("Host", "x.example".into()),
                ("Cookie", "formular_token=long-gone".into()),
            ],
            401,
        ),
    ] {
        let ask = headers
            .iter()
            .fold(Ask::get("/kiosk"), |ask, (name, value)| ask.header(name, value));
        assert_eq!(server.ask(ask).status, status, "{headers:?}");
    }
}

#[test]
fn forms_of_other_sites_change_nothing() {
    let server = Server::start();
    let before = server.office.seq();
    for (name, value) in [
        ("Origin", "https://evil.example"),
        ("Origin", "null"),
        ("Sec-Fetch-Site", "cross-site"),
        ("Sec-Fetch-Site", "same-site"),
    ] {
        let order = check_out("ТР-0001", "B-0301");
        let reply = server.ask(Ask::command("k", &order).header(name, value));
        assert_eq!(reply.problem(), (403, "cross_site".into()), "{name}: {value}");
        let reply = server.ask(Ask::form("/kiosk/act", "act=done").header(name, value));
        assert_eq!(reply.problem(), (403, "cross_site".into()), "{name}: {value}");
    }
    assert_eq!(server.office.seq(), before);
    assert!(server.office.heard.lock().unwrap().is_empty());
    let origin = format!("http://{}", server.address);
    let reply = server.ask(Ask::form("/kiosk/act", "act=done").header("Origin", &origin));
    assert_eq!(reply.status, 303);
}

#[test]
fn a_school_sees_its_own_and_nobody_elses() {
    let server = Server::start();
    server.office.command(check_out("ТР-0001", "B-0301"));
    server.office.command(check_out("ТР-0002", "B-0501"));
    server
        .office
        .command(json!({"type": "hold", "item": "ТР-0003", "school": "S05", "from": "2026-09-10"}));
    for path in [
        "/api/v1/items",
        "/api/v1/loans?state=all",
        "/api/v1/holds",
        "/api/v1/items?school=S05",
    ] {
        let text = server.ask(Ask::get(path).role("school")).text();
        for foreign in ["S05", "№ 5", "B-0501", "uid:"] {
            assert!(!text.contains(foreign), "{path} tells {foreign}: {text}");
        }
    }
    let loans = server.ask(Ask::get("/api/v1/loans").role("school")).json();
    assert_eq!(loans["loans"].as_array().unwrap().len(), 1);
    let items = server
        .ask(Ask::get("/api/v1/items?state=on_loan").role("school"))
        .json();
    let items = items["items"].as_array().unwrap();
    assert_eq!(items.len(), 2);
    assert_eq!(items[0]["loan"]["school"], "S03");
    assert_eq!(items[1]["loan"], Value::Null);
    assert!(
        server
            .ask(Ask::get("/api/v1/items?school=S03").role("school"))
            .json()["items"][0]["id"]
            == "ТР-0001"
    );
    // Availability names no school to anybody.
    for role in ROLES {
        let text = server.ask(Ask::get("/api/v1/availability").role(role)).text();
        assert!(!text.contains("S03") && !text.contains("СОШ"), "{role}");
    }
}

// ---- commands ----------------------------------------------------------------------------------

#[test]
fn a_loan_from_order_to_return() {
    let server = Server::start();
    let done = server
        .ask(Ask::command("1", &check_out("ТР-0001", "B-0301")))
        .json();
    assert_eq!(done["loan_id"], "В-26-00001");
    assert_eq!(done["seq"], json!([server.office.seq()]));

    let item = server.get("/api/v1/items/410134000001").json();
    assert_eq!(item["id"], "ТР-0001");
    assert_eq!(item["state"], "on_loan");
    assert_eq!(item["tags"], json!(["uid:04D3BDF8E8F9A1"]));
    assert_eq!(item["loan"]["loan_id"], "В-26-00001");
    assert_eq!(item["loan"]["school"], "S03");
    assert_eq!(item["loan"]["overdue"], false);
    assert_eq!(item["kit"], Value::Null);

    // Latin look-alikes are the same number to a person.
    let done = server
        .ask(Ask::command("2", &json!({"type": "check_in", "item": "tp-0001"})))
        .json();
    assert_eq!(done["loan_id"], "В-26-00001");
    assert_eq!(
        server.get("/api/v1/items/%D0%A2%D0%A0-0001").json()["state"],
        "available"
    );
    let loans = server.get("/api/v1/loans?state=all").json();
    assert_eq!(loans["loans"][0]["state"], "returned");
    assert_eq!(loans["loans"][0]["returned"]["condition"], "ok");
    assert_eq!(server.get("/api/v1/loans").json()["loans"], json!([]));

    let history = server.get("/api/v1/items/%D0%A2%D0%A0-0001/history").json();
    let types: Vec<&str> = history["history"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["event"]["type"].as_str().unwrap())
        .collect();
    assert_eq!(types, ["returned", "checked_out", "item_enrolled"]);
    assert_eq!(history["history"][1]["by"]["role"], "desk");
    assert_eq!(history["history"][1]["by"]["badge"], "B-0301");
    let first = server
        .get("/api/v1/items/%D0%A2%D0%A0-0001/history?limit=1")
        .json();
    let rest = server.get(&format!(
        "/api/v1/items/%D0%A2%D0%A0-0001/history?after={}",
        first["next"].as_str().unwrap()
    ));
    assert_eq!(rest.json()["history"].as_array().unwrap().len(), 2);
}

#[test]
fn the_same_key_is_the_same_command() {
    let server = Server::start();
    let order = check_out("ТР-0001", "B-0301");
    let first = server.ask(Ask::command("same", &order));
    let seq = server.office.seq();
    let again = server.ask(Ask::command("same", &order));
    assert_eq!(first.body, again.body);
    assert_eq!(server.office.seq(), seq);
    let other = server.ask(Ask::command("same", &check_out("ТР-0002", "B-0301")));
    assert_eq!(other.problem(), (422, "key_reused".into()));
    assert_eq!(server.office.seq(), seq);
}

#[test]
fn a_rule_says_no_in_words() {
    let server = Server::start();
    server.ask(Ask::command("1", &check_out("ТР-0001", "B-0301")));
    let ask = Ask::command("2", &check_out("ТР-0001", "B-0501"));
    let reply = server.ask(ask.clone());
    assert_eq!(reply.problem(), (409, "К-10".into()));
    assert_eq!(reply.json()["refusal"], "already_out");
    let english = server.ask(ask.header("Accept-Language", "en")).json();
    assert_ne!(english["title"], reply.json()["title"]);
    assert!(
        english["detail"].as_str().unwrap().is_ascii() || english["detail"].as_str().unwrap().contains("№")
    );
}

#[test]
fn sixteen_clients_race_for_one_item() {
    let server = Server::start();
    let outcomes: Vec<u16> = std::thread::scope(|scope| {
        let clients: Vec<_> = (0..16)
            .map(|n| {
                let server = &server;
                scope.spawn(move || {
                    let badge = if n % 2 == 0 { "B-0301" } else { "B-0501" };
                    server
                        .ask(Ask::command(&n.to_string(), &check_out("ТР-0003", badge)))
                        .status
                })
            })
            .collect();
        clients.into_iter().map(|client| client.join().unwrap()).collect()
    });
    assert_eq!(outcomes.iter().filter(|status| **status == 200).count(), 1);
    assert_eq!(outcomes.iter().filter(|status| **status == 409).count(), 15);
}

// ---- bad input ---------------------------------------------------------------------------------

#[test]
fn bad_commands_get_a_problem_and_change_nothing() {
    let server = Server::start();
    let before = server.office.seq();
    let keyed = |body: &str| Ask::raw_command(body).header("Idempotency-Key", "k");
    let big = format!("{{\"type\":\"check_in\",\"item\":\"{}\"}}", "x".repeat(80_000));
    let mut wrong_kind = Ask::form("/api/v1/commands", "type=check_in&item=1");
    wrong_kind = wrong_kind.header("Idempotency-Key", "k");
    for (what, ask, expected) in [
        (
            "no key",
            Ask::raw_command(&check_out("ТР-0001", "B-0301").to_string()),
            (400, "key_needed"),
        ),
        (
            "a key too long",
            Ask::command(&"k".repeat(129), &check_out("ТР-0001", "B-0301")),
            (400, "key_needed"),
        ),
        ("no JSON", keyed("{\"type\":\n check_out}"), (400, "broken_body")),
        ("nothing", keyed(""), (400, "broken_body")),
        ("a list", keyed("[]"), (400, "broken_body")),
        ("deep nesting", keyed(&"[".repeat(10_000)), (400, "broken_body")),
        ("no type", keyed("{}"), (400, "missing_field")),
        (
            "an unknown type",
            keyed("{\"type\":\"fly\"}"),
            (400, "unknown_command"),
        ),
        (
            "a field too many",
            keyed("{\"type\":\"check_in\",\"item\":\"x\",\"colour\":1}"),
            (400, "unknown_field"),
        ),
        (
            "a field too few",
            keyed("{\"type\":\"check_out\",\"item\":\"x\"}"),
            (400, "missing_field"),
        ),
        (
            "a wrong kind",
            keyed("{\"type\":\"check_in\",\"item\":7}"),
            (400, "bad_field"),
        ),
        (
            "an unknown item",
            keyed("{\"type\":\"check_in\",\"item\":\"ТР-9999\"}"),
            (409, "К-09"),
        ),
        ("too large", keyed(&big), (413, "too_large")),
        ("a form", wrong_kind, (415, "wrong_media_type")),
        (
            "bytes that are no text",
            keyed("{\"type\":\"check_in\",\"item\":\"\\ud800\"}"),
            (400, "broken_body"),
        ),
    ] {
        let problem = server.ask(ask).problem();
        assert_eq!(problem, (expected.0, expected.1.to_owned()), "{what}");
    }
    assert_eq!(server.office.seq(), before);
    let place = server
        .ask(keyed("{\"type\":\n check_out}").header("Accept-Language", "en"))
        .json();
    assert!(
        place["detail"].as_str().unwrap().contains("line 2, column 2"),
        "{place}"
    );
    let field = server
        .ask(keyed("{\"type\":\"check_in\",\"item\":\"x\",\"colour\":1}"))
        .json();
    assert_eq!(field["field"], "colour");
}

#[test]
fn bad_addresses_get_a_problem() {
    let server = Server::start();
    for (method, path, expected) in [
        ("GET", "/nowhere", (404, "not_found")),
        ("GET", "/api/v1/nowhere", (404, "not_found")),
        ("GET", "/api/v1/items/%D0%A2%D0%A0-9999", (404, "not_found")),
        ("GET", "/api/v1/items/%FF", (404, "not_found")),
        (
            "GET",
            "/api/v1/items/%D0%A2%D0%A0-9999/history",
            (404, "not_found"),
        ),
        ("GET", "/assets/../Cargo.toml", (404, "not_found")),
        ("GET", "/assets/css/10-tokens.css", (404, "not_found")),
        ("GET", "/api/v1/commands", (405, "method_not_allowed")),
        ("POST", "/api/v1/items", (405, "method_not_allowed")),
        ("DELETE", "/api/v1/items/1", (405, "method_not_allowed")),
        ("PUT", "/kiosk", (405, "method_not_allowed")),
        ("GET", "/api/v1/items?colour=red", (400, "unknown_parameter")),
        ("GET", "/api/v1/items?state=gone", (400, "bad_parameter")),
        ("GET", "/api/v1/items?limit=0", (400, "bad_parameter")),
        ("GET", "/api/v1/loans?as_of=yesterday", (400, "bad_parameter")),
        ("GET", "/api/v1/loans?state=lost", (400, "bad_parameter")),
        (
            "GET",
            "/api/v1/availability?from=2026-09-02&to=2026-09-01",
            (400, "bad_parameter"),
        ),
        ("GET", "/api/v1/availability?from=1.1.1", (400, "bad_parameter")),
        (
            "GET",
            "/api/v1/items/%D0%A2%D0%A0-0001/history?after=x",
            (400, "bad_parameter"),
        ),
    ] {
        let reply = server.ask(Ask::new(method, path));
        assert_eq!(
            reply.problem(),
            (expected.0, expected.1.to_owned()),
            "{method} {path}"
        );
        if expected.0 == 405 {
            assert!(!reply.header("allow").is_empty(), "{method} {path}");
        }
    }
    // A person gets a page, in the language of the browser.
    let page = server.ask(
        Ask::get("/nowhere")
            .header("Accept", "text/html")
            .header("Accept-Language", "en"),
    );
    assert_eq!(
        (page.status, page.header("content-type")),
        (404, "text/html; charset=utf-8")
    );
    assert!(page.text().contains("Not found"));
}

#[test]
fn a_clerk_who_cannot() {
    let server = Server::start();
    let order = |key: &str| Ask::command(key, &check_out("ТР-0001", "B-0301"));
    server.office.busy.store(true, Ordering::Relaxed);
    let reply = server.ask(order("1"));
    assert_eq!(reply.problem(), (503, "busy".into()));
    assert_eq!(reply.header("retry-after"), "1");
    server.office.busy.store(false, Ordering::Relaxed);

    server.office.low_space.store(true, Ordering::Relaxed);
    assert_eq!(server.ask(order("1")).problem(), (507, "no_space".into()));
    assert_eq!(server.get("/healthz").status, 200);
    server.office.low_space.store(false, Ordering::Relaxed);

    server.office.stopped.store(true, Ordering::Relaxed);
    let reply = server.ask(order("1"));
    assert_eq!(reply.problem(), (503, "stopped".into()));
    assert_eq!(reply.header("retry-after"), "15");
    let health = server.get("/healthz");
    assert_eq!(
        (health.status, health.json()["state"].as_str()),
        (503, Some("stopped"))
    );
    // Reading goes on.
    assert_eq!(server.get("/api/v1/items").status, 200);
    server.office.stopped.store(false, Ordering::Relaxed);
    assert_eq!(server.ask(order("1")).status, 200);
    assert_eq!(server.get("/healthz").json()["words"], "Работает");
    assert_eq!(server.get("/healthz?lang=en").json()["words"], "Works");
}

// ---- reading -----------------------------------------------------------------------------------

#[test]
fn lists_are_whole_unless_a_part_is_asked_for() {
    let server = Server::start();
    let all = server.get("/api/v1/items").json();
    assert_eq!(all["items"].as_array().unwrap().len(), 4);
    assert_eq!(all.get("next"), None);
    let first = server.get("/api/v1/items?limit=3").json();
    assert_eq!(first["next"], "ТР-0003");
    let rest = server.get("/api/v1/items?limit=3&after=%D0%A2%D0%A0-0003").json();
    assert_eq!(rest["items"][0]["id"], "ТР-0004");
    assert_eq!(rest.get("next"), None);
    for (query, found) in [
        ("q=%D0%BD%D0%BE%D1%83%D1%82", 2),
        ("q=tp-0003", 1),
        ("q=410134000002", 1),
        ("q=04d3bdf8e8f9a1", 1),
        ("q=nothing-like-it", 0),
        ("state=available", 4),
        ("school=S03", 0),
    ] {
        let items = server.get(&format!("/api/v1/items?{query}")).json();
        assert_eq!(items["items"].as_array().unwrap().len(), found, "{query}");
    }
}

#[test]
fn a_kit_tells_what_is_missing() {
    let server = Server::start();
    server.office.command(check_out("ТР-0004", "B-0301"));
    server
        .office
        .command(json!({"type": "check_in", "item": "ТР-0004", "missing": {"ROB1-05": 2}}));
    let kit = server.get("/api/v1/items/%D0%A2%D0%A0-0004").json()["kit"].clone();
    assert_eq!(kit["complete"], false);
    assert_eq!(
        kit["missing"],
        json!([{"component": "ROB1-05", "name": "Кабель", "count": 2, "critical": false}])
    );
}

#[test]
fn the_past_is_told_as_it_was() {
    let server = Server::start();
    server.office.later(1);
    server.office.command(check_out("ТР-0001", "B-0301"));
    server.office.later(20);
    let now = server.get("/api/v1/summary").json();
    assert_eq!(
        (&now["loans"], &now["loans_open"], &now["loans_overdue"]),
        (&json!(1), &json!(1), &json!(1))
    );
    assert_eq!(now["head"].as_str().unwrap().len(), 64);
    assert_eq!(now["items"], 4);
    for (at, loans, overdue) in [
        ("2026-09-01", 0, 0),
        ("2026-09-02T08:59:59%2B03:00", 0, 0),
        ("2026-09-02T09:00:00+03:00", 1, 0),
        ("2026-09-02", 1, 0),
        ("2026-09-21", 1, 1),
    ] {
        let then = server.get(&format!("/api/v1/summary?as_of={at}")).json();
        assert_eq!(
            (&then["loans"], &then["loans_overdue"]),
            (&json!(loans), &json!(overdue)),
            "{at}"
        );
        let list = server.get(&format!("/api/v1/loans?as_of={at}&state=all")).json();
        assert_eq!(list["loans"].as_array().unwrap().len(), loans, "{at}");
    }
    let late = server.get("/api/v1/loans?state=overdue").json();
    assert_eq!(late["loans"][0]["loan_id"], "В-26-00001");
    assert_eq!(late["loans"][0]["overdue"], true);
}

#[test]
fn availability_is_the_same_bytes_until_the_journal_moves() {
    let server = Server::start();
    let first = server.get("/api/v1/availability");
    let again = server.get("/api/v1/availability");
    assert_eq!(first.body, again.body);
    let etag = first.header("etag").to_owned();
    assert!(!etag.is_empty());
    let same = server.ask(Ask::get("/api/v1/availability").header("If-None-Match", &etag));
    assert_eq!((same.status, same.body.len()), (304, 0));
    let json = first.json();
    let laptops = &json["availability"][1];
    assert_eq!((&laptops["total"], &laptops["free"]), (&json!(2), &json!(2)));
    assert_eq!(laptops["kinds"][0]["band"].as_array().unwrap().len(), 14);

    server.office.command(check_out("ТР-0001", "B-0301"));
    let moved = server.ask(Ask::get("/api/v1/availability").header("If-None-Match", &etag));
    assert_eq!(moved.status, 200);
    let laptops = moved.json()["availability"][1].clone();
    assert_eq!(
        (&laptops["free"], &laptops["next_return"]),
        (&json!(1), &json!("2026-09-15"))
    );

    let period = server
        .get("/api/v1/availability?from=2026-09-05&to=2026-09-10")
        .json();
    assert_eq!(period["from"], "2026-09-05");
    assert_eq!(period["availability"][1]["kinds"][0]["free_in_period"], 1);
}

#[test]
fn counters() {
    let server = Server::start();
    server.office.command(check_out("ТР-0001", "B-0301"));
    let text = server.get("/metrics").text();
    for line in [
        "formular_reader_up{reader=\"desk-hf\"} 1",
        "formular_reader_scans_total{reader=\"desk-hf\"} 17",
        "formular_reader_rejects_total{reader=\"desk-hf\",reason=\"checksum\"} 3",
        "formular_loans_open 1",
        "formular_loans_overdue 0",
        "formular_index_lag_events 5",
        "formular_ready 1",
        &format!("formular_journal_seq {}", server.office.seq()),
        "# EOF",
    ] {
        assert!(text.lines().any(|known| known == line), "{line}\n{text}");
    }
}

#[test]
fn the_document_tells_exactly_what_is_served() {
    let server = Server::start();
    let document = server.get("/api/v1/openapi.json").json();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    let mut told = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys() {
            told.insert((method.to_uppercase(), path.clone()));
        }
    }
    let served: BTreeSet<_> = formular::web::served()
        .filter(|route| route.documented)
        .map(|route| (route.method.to_owned(), route.path.to_owned()))
        .collect();
    assert_eq!(told, served);
    for path in [
        "/healthz",
        "/metrics",
        "/api/v1/openapi.json",
        "/api/v1/availability",
        "/api/v1/items",
        "/api/v1/items/{id}",
        "/api/v1/items/{id}/history",
        "/api/v1/loans",
        "/api/v1/holds",
        "/api/v1/readers",
        "/api/v1/stocktakes",
        "/api/v1/stream",
        "/api/v1/commands",
    ] {
        assert!(document["paths"].get(path).is_some(), "{path}");
    }
    // What it says of an item is what an item has.
    server.office.command(check_out("ТР-0001", "B-0301"));
    for (path, list, schema) in [
        ("/api/v1/items", "items", "ItemJson"),
        ("/api/v1/loans", "loans", "LoanJson"),
        ("/api/v1/readers", "readers", "ReaderJson"),
    ] {
        let row = server.get(path).json()[list][0].clone();
        let told: BTreeSet<_> = document["components"]["schemas"][schema]["properties"]
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect();
        let has: BTreeSet<_> = row.as_object().unwrap().keys().cloned().collect();
        assert_eq!(told, has, "{schema}");
    }
}

#[test]
fn every_answer_carries_the_headers_of_safety() {
    let server = Server::start();
    for path in [
        "/healthz",
        "/nowhere",
        "/kiosk",
        "/assets/formular.css",
        "/api/v1/items?x=y",
    ] {
        let reply = server.get(path);
        assert!(
            reply
                .header("content-security-policy")
                .contains("default-src 'none'"),
            "{path}"
        );
        assert!(
            !reply.header("content-security-policy").contains("unsafe"),
            "{path}"
        );
        assert_eq!(reply.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(reply.header("referrer-policy"), "same-origin", "{path}");
    }
    let css = server.get("/assets/formular.css");
    assert_eq!(
        (css.status, css.header("content-type")),
        (200, "text/css; charset=utf-8")
    );
    let etag = css.header("etag").to_owned();
    assert_eq!(
        server
            .ask(Ask::get("/assets/formular.css").header("If-None-Match", &etag))
            .status,
        304
    );
}

// ---- streams -----------------------------------------------------------------------------------

#[test]
fn the_stream_tells_of_the_journal_and_of_readers() {
    let mut server = Server::start();
    let mut events = Events::open(&server, &Ask::get("/api/v1/stream"));
    let (name, head) = events.next().unwrap();
    assert_eq!(
        (name.as_str(), &head["seq"]),
        ("head", &json!(server.office.seq()))
    );
    let (name, reader) = events.next().unwrap();
    assert_eq!((name.as_str(), &reader["state"]), ("reader", &json!("works")));

    server.office.command(check_out("ТР-0001", "B-0301"));
    *server.office.reader_state.lock().unwrap() = ReaderState::Lost;
    let seen: Vec<(String, Value)> = (0..2).map(|_| events.next().unwrap()).collect();
    assert!(
        seen.iter()
            .any(|(name, data)| name == "head" && data["seq"] == json!(server.office.seq()))
    );
    assert!(
        seen.iter()
            .any(|(name, data)| name == "reader" && data["state"] == "lost")
    );

    // The server does not wait for its listeners.
    server.stop();
    assert!(events.next().is_none());
}
