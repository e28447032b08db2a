//! Commands over HTTP, and what bad input gets: a problem, and nothing changed.
#![allow(clippy::unwrap_used, reason = "tests")]

mod office;

use office::{Ask, Server};
use serde_json::{Value, json};
use std::sync::atomic::Ordering;

fn check_out(item: &str, badge: &str) -> Value {
    json!({"type": "check_out", "item": item, "badge": badge})
}

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
    // A person gets a page in Russian, whatever the browser calls itself; a program is answered in its language.
    let page = server.ask(
        Ask::get("/nowhere")
            .header("Accept", "text/html")
            .header("Accept-Language", "en"),
    );
    assert_eq!(
        (page.status, page.header("content-type")),
        (404, "text/html; charset=utf-8")
    );
    assert!(page.text().contains("Не найдено"));
    let problem = server.ask(Ask::get("/api/v1/nowhere").header("Accept-Language", "en"));
    assert!(problem.text().contains("Not found"), "{}", problem.text());
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

/// Free text that looks like a name is questioned once; «keep» is the answer, and nothing was written before it.
#[test]
fn a_name_in_a_note_is_questioned() {
    let server = Server::start();
    let note = |text: &str| json!({"type": "note_condition", "item": "ТР-0001", "condition": "damaged", "note": text});
    let before = server.office.seq();
    let ask = |key: &str, body: &Value| server.ask(Ask::command(key, body).role("staff"));
    let reply = ask("1", &note("сломал Иванов И. О."));
    assert_eq!(reply.status, 422);
    let problem = reply.json();
    assert_eq!(
        (&problem["code"], &problem["field"]),
        (&json!("looks_like_name"), &json!("note"))
    );
    assert!(
        problem["detail"].as_str().unwrap().contains("Иванов И. О."),
        "{problem}"
    );
    assert_eq!(server.office.seq(), before, "nothing was written");
    // The key was not used up; changed, the same order goes through.
    assert_eq!(ask("1", &note("сломан корпус, набор Менделеева")).status, 200);
    let mut kept = note("модель «Иван Петров»");
    kept["keep"] = json!("yes");
    assert_eq!(ask("2", &kept).json()["field"], "keep");
    kept["keep"] = json!(true);
    assert_eq!(ask("2", &kept).status, 200);
}

/// Outside the centre a small group is only said to be small.
#[test]
fn a_small_group_is_not_counted_out_to_its_school() {
    let server = Server::start();
    for (n, count) in [(1, 4), (2, 5)] {
        let item = format!("ТР-000{n}");
        server.ask(Ask::command(&format!("out {n}"), &check_out(&item, "B-0301")));
        let back = json!({"type": "check_in", "item": item, "headcount": count});
        assert_eq!(server.ask(Ask::command(&format!("in {n}"), &back)).status, 200);
    }
    let told = |role: &str| -> Vec<(Value, Value)> {
        let loans = server.ask(Ask::get("/api/v1/loans?state=all").role(role)).json();
        let loans = loans["loans"].as_array().unwrap().clone();
        loans
            .iter()
            .map(|loan| {
                (
                    loan["returned"]["headcount"].clone(),
                    loan["returned"]["headcount_below"].clone(),
                )
            })
            .collect()
    };
    assert_eq!(told("school"), [(Value::Null, json!(5)), (json!(5), Value::Null)]);
    for inside in ["staff", "desk", "auditor"] {
        assert_eq!(
            told(inside),
            [(json!(4), Value::Null), (json!(5), Value::Null)],
            "{inside}"
        );
    }
}
