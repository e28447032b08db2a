//! Availability page and JSON against a bare axum server that sends the same bytes; loans by the API per second.

use super::fixture::{BenchClock, ITEMS, Rounds, badge, filled, folder, item, station};
use axum::Router;
use axum::http::header;
use axum::routing::get;
use formular::view::Office;
use formular::web;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

const CLIENTS: usize = 8;

/// One kept-alive connection.
pub struct Client(TcpStream, Vec<u8>);

impl Client {
    pub fn new(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).expect("a server");
        stream.set_nodelay(true).expect("a socket");
        Self(stream, vec![0; 256 << 10])
    }

    /// Sends a request and reads one answer with a Content-Length; gives status and body length.
    fn ask(&mut self, request: &[u8]) -> (u16, usize) {
        self.0.write_all(request).expect("a connection");
        let mut have = 0;
        loop {
            let buffer = self
                .1
                .get_mut(have..)
                .filter(|b| !b.is_empty())
                .expect("an answer that fits");
            let read = self.0.read(buffer).expect("an answer");
            assert!(read > 0, "the server closed the connection");
            have += read;
            let text = &self.1[..have];
            let Some(end) = text.windows(4).position(|w| w == b"\r\n\r\n") else {
                continue;
            };
            let head = String::from_utf8_lossy(&text[..end]).to_ascii_lowercase();
            let length = head
                .lines()
                .find_map(|l| l.strip_prefix("content-length: "))
                .expect("a length");
            let length: usize = length.trim().parse().expect("a number");
            if have >= end + 4 + length {
                let status = head
                    .split(' ')
                    .nth(1)
                    .and_then(|s| s.parse().ok())
                    .expect("a status");
                return (status, length);
            }
        }
    }

    pub fn body(&mut self, request: &[u8]) -> Vec<u8> {
        let (status, length) = self.ask(request);
        assert_eq!(status, 200);
        let end = self.1.windows(4).position(|w| w == b"\r\n\r\n").expect("a head") + 4;
        self.1[end..end + length].to_vec()
    }
}

pub fn get_request(path: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n\r\n").into_bytes()
}

/// Requests per second of `CLIENTS` connections.
fn rate(address: SocketAddr, path: &'static str, requests: usize) -> f64 {
    let began = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..CLIENTS {
            scope.spawn(|| {
                let (mut client, request) = (Client::new(address), get_request(path));
                for _ in 0..requests / CLIENTS {
                    assert_eq!(client.ask(&request).0, 200);
                }
            });
        }
    });
    requests as f64 / began.elapsed().as_secs_f64()
}

fn bare(runtime: &Runtime, kind: &'static str, body: Vec<u8>) -> SocketAddr {
    let body = axum::body::Bytes::from(body);
    let answer = move || async move { ([(header::CONTENT_TYPE, kind)], body.clone()) };
    let router = Router::new().route("/", get(answer));
    let listener = runtime
        .block_on(TcpListener::bind("127.0.0.1:0"))
        .expect("a port");
    let address = listener.local_addr().expect("an address");
    runtime.spawn(async move { axum::serve(listener, router).await });
    address
}

pub fn run(rounds: &Rounds) {
    let path = folder("bench-web");
    let clock = BenchClock::new();
    filled(&path, clock.as_ref(), std::iter::empty());
    let station = station(&path, clock);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("threads");
    let router = web::router(
        Arc::clone(&station.door) as Arc<dyn Office>,
        web::Settings {
            limits: web::Limits {
                local_requests_per_second: u32::MAX,
                ..web::Limits::default()
            },
            ..web::Settings::default()
        },
    );
    let listener = runtime
        .block_on(TcpListener::bind("127.0.0.1:0"))
        .expect("a port");
    let ours = listener.local_addr().expect("an address");
    runtime.spawn(web::serve(
        listener,
        router,
        web::Entrance::default(),
        std::future::pending(),
    ));

    for (name, path, kind) in [
        ("availability page", "/", "text/html; charset=utf-8"),
        ("availability JSON", "/api/v1/availability", "application/json"),
    ] {
        let body = Client::new(ours).body(&get_request(path));
        let bytes = body.len();
        let bare = bare(&runtime, kind, body);
        let mut ratios = Vec::new();
        let (mut our_best, mut bare_best) = (0f64, 0f64);
        for _ in 0..5 {
            let (a, b) = (
                rate(ours, path, rounds.requests / 5),
                rate(bare, "/", rounds.requests / 5),
            );
            (our_best, bare_best) = (our_best.max(a), bare_best.max(b));
            ratios.push(a / b);
        }
        ratios.sort_by(f64::total_cmp);
        println!("{name}, {bytes} bytes: {our_best:.0}/s, bare axum {bare_best:.0}/s");
        println!(
            "  ratio, median of five pairs {:.2}   (aim: at least 0.7)\n",
            ratios[2]
        );
    }
    loans(ours, rounds.commands);
    runtime.shutdown_timeout(Duration::from_secs(1));
    station.close();
    let _ = std::fs::remove_dir_all(path);
}

/// Eight clients lend and take back, each its own items; every answer is durable.
fn loans(address: SocketAddr, commands: usize) {
    let lent = AtomicUsize::new(0);
    let began = Instant::now();
    std::thread::scope(|scope| {
        for client in 0..CLIENTS {
            let lent = &lent;
            scope.spawn(move || {
                let mut connection = Client::new(address);
                for n in 0..commands / CLIENTS {
                    let item = item(client * (ITEMS / CLIENTS) + n % (ITEMS / CLIENTS));
                    let out = format!(r#"{{"type":"check_out","item":"{item}","badge":"{}"}}"#, badge());
                    let back = format!(r#"{{"type":"check_in","item":"{item}"}}"#);
                    for (way, body) in [("out", out), ("back", back)] {
                        let request = format!(
                            "POST /api/v1/commands HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nIdempotency-Key: {client}-{n}-{way}\r\nContent-Length: {}\r\n\r\n{body}",
                            body.len()
                        );
                        assert_eq!(connection.ask(request.as_bytes()).0, 200, "{way} {item}");
                    }
                    lent.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
    });
    let rate = lent.load(Ordering::Relaxed) as f64 / began.elapsed().as_secs_f64();
    println!(
        "durable check-outs by the API from {CLIENTS} clients, each followed by its return: {rate:.0}/s"
    );
    println!(
        "  counting returns too {:.0}/s   (the fastest peer measured: 227/s)\n",
        rate * 2.0
    );
}
