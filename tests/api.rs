//! Reading over HTTP: lists, the past, availability, counters, the document, streams.
#![allow(clippy::unwrap_used, reason = "tests")]

mod office;

use formular::view::ReaderState;
use formular::web::served;
use office::{Ask, Events, Server};
use serde_json::{Value, json};
use std::collections::BTreeSet;

fn check_out(item: &str, badge: &str) -> Value {
    json!({"type": "check_out", "item": item, "badge": badge})
}

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
    let served: BTreeSet<_> = served()
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
fn the_manual_tells_of_every_address_and_command() {
    let manual = include_str!("../docs/api.md");
    for route in served() {
        let address = route.path.split('{').next().unwrap().trim_end_matches('/');
        let quiet = ["/assets", "/help", "/sign-out"].contains(&address);
        assert!(quiet || manual.contains(address), "{address}");
    }
    let server = Server::start();
    let document = server.get("/api/v1/openapi.json").json();
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        if let Some(command) = schema["properties"]["type"]["enum"][0].as_str() {
            assert!(manual.contains(&format!("`{command}`")), "{name}: {command}");
        }
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
