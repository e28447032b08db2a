//! Requests of those who mean no good: names that were pointed here, forms of other sites, broken heads, floods.

use super::house::{House, config};
use super::http::{Ask, STRANGER, raw, reply};
use super::support::{Daemon, formular};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

#[test]
fn only_known_names_are_answered() {
    let house = House::start(false, "");
    let at = house.address().to_owned();
    let port = at.rsplit(':').next().unwrap();
    let get =
        |target: &str, heads: &str| format!("GET {target} HTTP/1.1\r\n{heads}Connection: close\r\n\r\n");
    for (what, request, status, code) in [
        (
            "the address",
            get("/healthz", &format!("Host: {at}\r\n")),
            200,
            "",
        ),
        ("localhost", get("/healthz", "Host: localhost\r\n"), 200, ""),
        (
            "a name of hosts",
            get("/healthz", &format!("Host: {STRANGER}:{port}\r\n")),
            200,
            "",
        ),
        (
            "a rebound name",
            get("/healthz", &format!("Host: evil.example:{port}\r\n")),
            421,
            "wrong_host",
        ),
        (
            "a rebound name, a page",
            get("/kiosk", "Host: evil.example\r\n"),
            421,
            "wrong_host",
        ),
        (
            "an address of others",
            get("/healthz", "Host: 192.0.2.7\r\n"),
            421,
            "wrong_host",
        ),
        (
            "a name that begins well",
            get("/healthz", "Host: localhost.evil.example\r\n"),
            421,
            "wrong_host",
        ),
        (
            "a user before the name",
            get("/healthz", "Host: evil.example@localhost\r\n"),
            421,
            "wrong_host",
        ),
        ("no Host", get("/healthz", ""), 400, "bad_host"),
        ("an empty Host", get("/healthz", "Host: \r\n"), 421, "wrong_host"),
        (
            "two Hosts",
            get("/healthz", "Host: localhost\r\nHost: evil.example\r\n"),
            400,
            "bad_host",
        ),
        (
            "twice the same",
            get("/healthz", "Host: localhost\r\nHost: localhost\r\n"),
            400,
            "bad_host",
        ),
        (
            "an absolute address",
            get(
                &format!("http://{STRANGER}/healthz"),
                &format!("Host: {STRANGER}\r\n"),
            ),
            200,
            "",
        ),
        (
            "an absolute address that differs",
            get("http://localhost/healthz", "Host: evil.example\r\n"),
            400,
            "bad_host",
        ),
        (
            "the other way round",
            get("http://evil.example/healthz", "Host: localhost\r\n"),
            400,
            "bad_host",
        ),
        (
            "an absolute address of others",
            get("http://evil.example/healthz", "Host: evil.example\r\n"),
            421,
            "wrong_host",
        ),
        (
            "HTTP/1.0 without Host",
            "GET /healthz HTTP/1.0\r\n\r\n".to_owned(),
            400,
            "bad_host",
        ),
    ] {
        let reply = raw(&at, &request).unwrap();
        assert_eq!(reply.status, status, "{what}: {reply:?}");
        if !code.is_empty() {
            assert_eq!(reply.code(), code, "{what}");
        }
    }
    // A name for the network makes no desk, nor does a proxy that says so.
    let kiosk = |ask: Ask| ask.send(&at).status;
    assert_eq!(kiosk(Ask::new("GET", "/kiosk").host(&at)), 200);
    assert_eq!(kiosk(Ask::new("GET", "/kiosk").host(STRANGER)), 401);
    for mark in ["Forwarded", "X-Forwarded-For", "X-Real-IP", "Via"] {
        assert_eq!(
            kiosk(Ask::new("GET", "/kiosk").host(&at).header(mark, "x")),
            401,
            "{mark}"
        );
    }
}

/// A TLS terminator on this machine that says nothing of itself: the station says that nobody here is the desk.
#[test]
fn where_a_silent_proxy_stands_nobody_is_the_desk() {
    let house = House::start(false, "[web]\ndesk = false\nhttps = true");
    assert_eq!(house.ask("desk", Ask::new("GET", "/kiosk")).status, 401);
    assert_eq!(house.ask("desk", Ask::new("GET", "/")).status, 200);
    let form = Ask::new("POST", "/sign-in").form(&format!("token={}", house.auditor));
    let reply = house.ask("visitor", form);
    let cookie = reply.header("set-cookie");
    assert!(
        cookie.starts_with("__Host-formular=fml_") && cookie.contains("; Secure"),
        "{cookie}"
    );
}

#[test]
fn forms_of_other_sites_change_nothing() {
    let house = House::start(true, "");
    let at = house.address().to_owned();
    let seq = || house.daemon.get("/api/v1/summary")["seq"].clone();
    let before = seq();
    let order = serde_json::json!({"type": "declare_lost", "item": "ТР-0001"});
    let own = format!("http://{at}");
    for (headers, refused) in [
        (vec![("Origin", "https://evil.example")], true),
        (vec![("Origin", "null")], true),
        (vec![("Origin", "http://localhost.evil.example")], true),
        (vec![("Origin", "http://127.0.0.1:1")], true),
        (
            vec![("Sec-Fetch-Site", "cross-site"), ("Origin", own.as_str())],
            true,
        ),
        (vec![("Sec-Fetch-Site", "same-site")], true),
        (vec![("Sec-Fetch-Site", "same-origin")], false),
        (vec![("Origin", own.as_str())], false),
        // No browser sends a form without either; a program that does has a key of its own, or sits at the desk.
        (vec![], false),
    ] {
        let asks = [
            ("button", Ask::new("POST", "/kiosk/act").form("act=dismiss")),
            ("sign-in", Ask::new("POST", "/sign-in").form("token=fml_00")),
            ("sign-out", Ask::new("POST", "/sign-out").form("")),
            ("look", Ask::new("POST", "/view").form("theme=blue")),
            (
                "tag",
                Ask::new("POST", "/unknown").form("act=forget&tag=uid:04AABBCC"),
            ),
            ("command", Ask::command("k", &order)),
        ];
        for (name, ask) in asks {
            let ask = headers
                .iter()
                .fold(ask.host(&at), |ask, (name, value)| ask.header(name, value));
            let reply = ask.send(&at);
            let cross = reply.status == 403 && reply.body.contains("cross_site");
            assert_eq!(cross, refused, "{name} {headers:?}: {reply:?}");
        }
    }
    // What a form of another site can send without asking first: a command dressed as text. Desk or not, it is none.
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
    ] {
        let mut ask = Ask::command("k", &order).host(&at);
        ask.headers.retain(|(name, _)| name != "Content-Type");
        assert_eq!(ask.header("Content-Type", kind).send(&at).status, 415, "{kind}");
    }
    // Nothing may be read from elsewhere either: no answer allows it.
    let preflight = Ask::new("OPTIONS", "/api/v1/commands")
        .host(&at)
        .header("Origin", "https://evil.example")
        .header("Access-Control-Request-Method", "POST")
        .send(&at);
    assert!(
        preflight
            .headers
            .keys()
            .all(|name| !name.starts_with("access-control"))
    );
    assert_eq!(seq(), before);
}

#[test]
fn heads_have_a_size() {
    let house = House::start(false, "");
    let at = house.address();
    let many: String = (0..65).map(|n| format!("X-{n}: y\r\n")).collect();
    let long = "a".repeat(9_000);
    for (what, request, status) in [
        (
            "too many headers",
            format!("GET / HTTP/1.1\r\nHost: {at}\r\n{many}\r\n"),
            431,
        ),
        (
            "a header too large",
            format!("GET / HTTP/1.1\r\nHost: {at}\r\nX: {long}{long}\r\n\r\n"),
            431,
        ),
        (
            "a long address",
            format!("GET /?q={long} HTTP/1.1\r\nHost: {at}\r\n\r\n"),
            414,
        ),
        ("no HTTP", "hello\r\n\r\n".to_owned(), 400),
        (
            "a bad length",
            format!("POST /sign-in HTTP/1.1\r\nHost: {at}\r\nContent-Length: -1\r\n\r\n"),
            400,
        ),
        (
            "two lengths",
            format!(
                "POST /sign-in HTTP/1.1\r\nHost: {at}\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"
            ),
            400,
        ),
    ] {
        let reply = raw(at, &request).unwrap_or_else(|| panic!("{what}: no answer"));
        assert_eq!(reply.status, status, "{what}");
    }
    // Two ways to say where a body ends are how requests are smuggled: the one that counts is the one of the standard.
    let smuggled = format!(
        "POST /sign-out HTTP/1.1\r\nHost: {at}\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /kiosk HTTP/1.1\r\nHost: {at}\r\n\r\n"
    );
    let status = raw(at, &smuggled).map_or(0, |reply| reply.status);
    assert!([400, 303].contains(&status), "{status}");
}

#[test]
fn who_says_nothing_is_not_waited_for() {
    let house = House::start(false, "[limits]\nhead_s = 1");
    let ended = |begun: &str| {
        let mut socket = TcpStream::connect(house.address()).unwrap();
        socket.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        socket.write_all(begun.as_bytes()).unwrap();
        let mut rest = Vec::new();
        socket.read_to_end(&mut rest).is_ok()
    };
    assert!(ended(""), "a connection without a request");
    assert!(ended("GET / HTTP/1.1\r\nHost: loc"), "a head that does not end");
    let whole = format!("GET /healthz HTTP/1.1\r\nHost: {}\r\n\r\n", house.address());
    assert!(ended(&whole), "a connection that is kept for nothing");
}

#[test]
fn connections_have_a_number() {
    let folder = tempfile::tempdir().unwrap();
    let more = "[limits]\nconnections = 3\nhead_s = 60";
    let daemon = Daemon::configured(&folder.path().join("data"), &config(folder.path(), more));
    let request = Ask::new("GET", "/healthz").host(&daemon.address).text();
    // Each has had an answer, and is kept open: their places are surely taken.
    let kept = request.replace("Connection: close\r\n", "");
    let held: Vec<TcpStream> = (0..3)
        .map(|_| {
            let socket = TcpStream::connect(&daemon.address).unwrap();
            (&socket).write_all(kept.as_bytes()).unwrap();
            assert_eq!(reply(&socket, false).unwrap().status, 200);
            socket
        })
        .collect();
    let full = raw(&daemon.address, &request).unwrap();
    assert_eq!((full.status, full.header("retry-after")), (503, "10"));
    assert!(full.body.contains("Слишком много соединений") && full.body.contains("Too many"));
    drop(held);
    super::support::await_that("a place", || {
        raw(&daemon.address, &request).filter(|reply| reply.status == 200)
    });
}

#[test]
fn requests_have_a_rate() {
    let house = House::start(false, "[limits]\nlocal_requests_per_second = 1");
    let replies: Vec<_> = (0..40)
        .map(|_| house.ask("visitor", Ask::new("GET", "/healthz")))
        .collect();
    assert!(
        replies.iter().take(10).all(|reply| reply.status == 200),
        "ten seconds' worth at once"
    );
    let held = replies
        .iter()
        .find(|reply| reply.status == 429)
        .expect("a flood waits");
    assert_eq!(
        (held.code(), held.header("retry-after")),
        ("too_many_requests".into(), "1")
    );
}

#[test]
fn the_network_is_not_served_in_plain() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let output = formular()
        .args(["serve", "--listen", "0.0.0.0:0", "--data"])
        .arg(&data)
        .output()
        .unwrap();
    let why = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1));
    assert!(
        why.contains("[tls]") && why.contains("plain_over_network = true"),
        "{why}"
    );
    assert!(!data.exists(), "nothing was begun");
    let daemon = Daemon::listening(
        &data,
        &config(folder.path(), "plain_over_network = true"),
        "0.0.0.0:0",
    );
    let address = daemon.address.replace("0.0.0.0", "127.0.0.1");
    assert_eq!(
        Ask::new("GET", "/healthz").host(&address).send(&address).status,
        200
    );
}
