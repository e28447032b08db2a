//! Who may what over HTTP: each role, the desk’s own screen, forms of other sites.
#![allow(clippy::unwrap_used, reason = "tests")]

mod office;

use office::{Ask, Events, Server};
use serde_json::{Value, json};

fn check_out(item: &str, badge: &str) -> Value {
    json!({"type": "check_out", "item": item, "badge": badge})
}

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
        ("school", 200, 403, 403, 403),
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
        (vec![("Host", format!("rebound.example:{port}"))], 421),
        // A name for the network makes no desk.
        (vec![("Host", "formular.example".into())], 401),
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
                ("Host", "formular.example".into()),
                ("Cookie", "a=b; formular_token=token-staff".into()),
            ],
            200,
        ),
        (
            vec![
                ("Host", "formular.example".into()),
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
