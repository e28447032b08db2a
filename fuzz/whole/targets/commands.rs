//! Requests in the words of a stranger: commands, forms and questions, through the real router to the real rules.
//!
//! Each line is one request. Its first letter says who asks (`s` staff, `p` a school, `a` an auditor, `d` the desk's own
//! screen, `v` nobody known), the rest what for: `{…}` is a command, `/path?query` is asked for, `/path form` is posted.
//! A line that begins with `=` is the command of the line before under the same key.

#[path = "../../../tests/office/mod.rs"]
mod office;

use axum::body::Body;
use axum::http::{Request, Response, header};
use formular::ledger::{Entry, Ledger};
use formular::store::{LineHash, decode, encode};
use formular::web::{Arrived, Settings, router};
use office::FakeOffice;
use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use tower::ServiceExt;

/// Requests of one input; each starts from the same small centre.
const MOST: usize = 16;
/// Longest answer that is read.
const ANSWER: usize = 16 << 20;

/// No request brings the server down, breaks an answer or the ledger; what was taken can be written and read back.
/// Gives the events of the office, the centre's own first.
pub fn run(data: &[u8]) -> Vec<Entry> {
    let office = FakeOffice::new();
    let pages = router(Arc::clone(&office) as _, Settings::default());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let mut key = 0;
        for line in data.split(|byte| *byte == b'\n').take(MOST) {
            let (again, line) = match line {
                [b'=', rest @ ..] => (true, rest),
                line => (false, line),
            };
            key += usize::from(!again);
            if let Some(request) = request(line, key) {
                let answer = pages.clone().oneshot(request).await.expect("an answer");
                check(answer, line).await;
            }
        }
    });
    kept(&office)
}

fn request(line: &[u8], key: usize) -> Option<Request<Body>> {
    let [who, rest @ ..] = line else { return None };
    let token = match who {
        b's' => Some("token-staff"),
        b'p' => Some("token-s03"),
        b'a' => Some("token-auditor"),
        b'd' | b'v' => None,
        _ => return None,
    };
    let mut request = Request::builder().header(header::HOST, "localhost");
    if let Some(token) = token {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    let (path, form) = match rest.iter().position(|byte| *byte == b' ') {
        Some(space) if rest.first() == Some(&b'/') => (&rest[..space], Some(&rest[space + 1..])),
        _ => (rest, None),
    };
    let mut request = match (rest.first(), form) {
        (Some(b'/'), Some(form)) => request
            .method("POST")
            .uri(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(form.to_vec())),
        (Some(b'/'), None) => request.uri(path).body(Body::empty()),
        _ => request
            .method("POST")
            .uri("/api/v1/commands")
            .header(header::CONTENT_TYPE, "application/json")
            .header("Idempotency-Key", format!("k{key}"))
            .body(Body::from(rest.to_vec())),
    }
    // An address that is none never comes as far as the router.
    .ok()?;
    let here = IpAddr::V4(Ipv4Addr::LOCALHOST);
    let from = match who {
        b'v' => "192.0.2.7".parse().expect("an address"),
        _ => here,
    };
    request.extensions_mut().insert(Arrived::plainly(from, here));
    Some(request)
}

async fn check(answer: Response<Body>, line: &[u8]) {
    let status = answer.status();
    let line = String::from_utf8_lossy(line);
    assert!(!status.is_server_error(), "{status} for {line}");
    let kind = answer.headers().get(header::CONTENT_TYPE).cloned();
    let kind = kind
        .as_ref()
        .and_then(|kind| kind.to_str().ok())
        .unwrap_or_default();
    if kind == "text/event-stream" {
        return;
    }
    let body = axum::body::to_bytes(answer.into_body(), ANSWER)
        .await
        .expect("a body");
    if kind.ends_with("json") {
        let value: serde_json::Value =
            serde_json::from_slice(&body).unwrap_or_else(|error| panic!("{error} for {line}"));
        assert!(!kind.contains("problem") || value["code"].is_string(), "{line}");
    }
}

/// Everything that was taken goes into the journal and comes out as it was, and gives the same ledger again.
fn kept(office: &FakeOffice) -> Vec<Entry> {
    let desk = office.desk.lock().expect("the desk");
    let mut again = Ledger::default();
    let mut prev = LineHash::ZERO;
    for entry in &desk.entries {
        let mut line = Vec::new();
        let hash = encode(&mut line, entry, false, prev).expect("a line");
        let read = decode(&line[..line.len() - 1]).unwrap_or_else(|error| panic!("{error}: {entry:?}"));
        assert_eq!(&read.entry, entry);
        assert_eq!((read.prev, read.hash), (prev, hash));
        again.apply(&read.entry);
        prev = hash;
    }
    let told = |ledger: &Ledger| serde_json::to_value(ledger).expect("a ledger");
    assert_eq!(told(&again), told(&desk.ledger));
    let mut out = BTreeSet::new();
    for loan in desk.ledger.loans.values() {
        if loan.is_open() {
            assert!(out.insert(loan.item.clone()), "{} is out twice", loan.item);
        }
    }
    desk.entries.clone()
}
