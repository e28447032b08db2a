//! An office in memory with the real rules, and a browser that says exactly what it is told.
#![allow(dead_code, reason = "each test program uses its own half")]
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use formular::clock::{Moment, Trust};
use formular::cue::Cue;
use formular::desk::{Act, Face, Ground, Screen, Sheet};
use formular::ids::{ItemId, ReaderId};
use formular::ledger::{
    By, Command, Context, Entry, Event, How, Ledger, Policy, Refusal, Seq, asof::Prefix, decide,
};
use formular::tag::TagId;
use formular::view::*;
use formular::web::{self, Settings};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use tokio::sync::{broadcast, oneshot, watch};

/// Tuesday, the first day of school.
pub const NOW: &str = "2026-09-01T09:00:00+03:00";

/// The staff's password in the fake office.
pub const PASSWORD: &str = "кот любит сметану";

/// What the fake office remembers.
pub struct Desk {
    pub ledger: Ledger,
    pub entries: Vec<Entry>,
    keys: HashMap<String, (Command, Answer)>,
    now: Moment,
}

pub struct FakeOffice {
    pub desk: Mutex<Desk>,
    pub screen: watch::Sender<Arc<Screen>>,
    sounds: broadcast::Sender<Sounds>,
    /// Acts and typed numbers that arrived.
    pub heard: Mutex<Vec<String>>,
    pub busy: AtomicBool,
    pub stopped: AtomicBool,
    pub low_space: AtomicBool,
    pub reader_state: Mutex<ReaderState>,
    pub copies: Mutex<Copies>,
}

impl FakeOffice {
    pub fn new() -> Arc<Self> {
        let now: Moment = NOW.parse().unwrap();
        let (sounds, _) = broadcast::channel(8);
        let office = Arc::new(Self {
            desk: Mutex::new(Desk {
                ledger: Ledger::default(),
                entries: Vec::new(),
                keys: HashMap::new(),
                now,
            }),
            screen: watch::Sender::new(Arc::new(screen(1, Ground::Neutral, None))),
            sounds,
            heard: Mutex::default(),
            busy: AtomicBool::new(false),
            stopped: AtomicBool::new(false),
            low_space: AtomicBool::new(false),
            reader_state: Mutex::new(ReaderState::Works),
            copies: Mutex::default(),
        });
        for order in centre() {
            let command: Command =
                serde_json::from_value(order.clone()).unwrap_or_else(|e| panic!("{order}: {e}"));
            office
                .order(&command, &By::default())
                .unwrap_or_else(|e| panic!("{order}: {e:?}"));
        }
        office
    }

    /// Carries an order out, as the clerk does.
    pub fn order(&self, command: &Command, by: &By) -> Result<Done, Refusal> {
        let desk = &mut *self.desk.lock().unwrap();
        let policy = Policy::default();
        let context = Context {
            now: desk.now,
            trust: Trust::Ok,
            by,
            policy: &policy,
        };
        let decided = decide(&desk.ledger, command, &context)?;
        let loan = decided.events.iter().find_map(Event::loan).cloned();
        let batch = desk.ledger.seq + 1;
        let mut seqs = Vec::new();
        for event in decided.events {
            let entry = Entry {
                seq: desk.ledger.seq + 1,
                batch,
                at: desk.now,
                clock: Trust::Ok,
                recorded: None,
                by: By {
                    badge: decided.badge.clone().or(by.badge.clone()),
                    ..by.clone()
                },
                src: None,
                event,
            };
            seqs.push(entry.seq);
            desk.ledger.apply(&entry);
            desk.entries.push(entry);
        }
        Ok(Done { seqs, loan })
    }

    pub fn command(&self, order: Value) -> Done {
        self.order(&serde_json::from_value(order).unwrap(), &By::default())
            .unwrap()
    }

    pub fn seq(&self) -> Seq {
        self.desk.lock().unwrap().ledger.seq
    }

    /// Moves the clock on.
    pub fn later(&self, days: i64) {
        let desk = &mut *self.desk.lock().unwrap();
        desk.now = desk.now.plus_ms(days * 24 * 3600 * 1000);
    }

    fn answer(&self, wish: Wish) -> Answer {
        if self.stopped.load(Ordering::Relaxed) {
            return Err(No::Stopped);
        }
        if self.busy.load(Ordering::Relaxed) {
            return Err(No::Busy);
        }
        let nothing = Done {
            seqs: vec![],
            loan: None,
        };
        match wish {
            Wish::Command(command, by) => {
                assert_eq!(by.how, How::Web);
                let key = by.key.clone().map_or_else(String::new, |key| key.to_string());
                if key.is_empty() {
                    // A form of a page: nobody repeats it by itself.
                    return self.order(&command, &by).map_err(No::Refused);
                }
                if let Some((before, answer)) = self.desk.lock().unwrap().keys.get(&key) {
                    return if *before == *command {
                        answer.clone()
                    } else {
                        Err(No::KeyReused)
                    };
                }
                if self.low_space.load(Ordering::Relaxed) && matches!(*command, Command::CheckOut { .. }) {
                    return Err(No::NoSpace);
                }
                let answer = self.order(&command, &by).map_err(No::Refused);
                let kept = (*command, answer.clone());
                self.desk.lock().unwrap().keys.insert(key, kept);
                answer
            }
            Wish::Act(act) => {
                self.heard.lock().unwrap().push(format!("{act:?}"));
                match act {
                    Act::Dismiss => Err(No::Refused(Refusal::StocktakeRunning)),
                    _ => Ok(nothing),
                }
            }
            Wish::Typed(text) => {
                self.heard.lock().unwrap().push(format!("typed {text}"));
                Ok(nothing)
            }
            Wish::Order(text) => {
                self.heard.lock().unwrap().push(format!("order {text}"));
                Ok(nothing)
            }
            Wish::ForgetUnknown(tag) => {
                self.heard.lock().unwrap().push(format!("forget {tag}"));
                Ok(nothing)
            }
        }
    }
}

/// A screen with a number, a ground and a cue.
pub fn screen(number: u64, ground: Ground, cue: Option<Cue>) -> Screen {
    Screen {
        number,
        at: NOW.parse().unwrap(),
        face: Face {
            ground,
            word: None,
            headline: None,
            item: None,
            text: None,
            notices: vec![],
            stamp: None,
            place: None,
            next: None,
            confirm: None,
            code: None,
            for_ms: None,
        },
        sheet: Sheet::default(),
        panel: None,
        quiet: None,
        heads: None,
        wanting: None,
        countdown: None,
        duty: None,
        cue,
    }
}

impl Office for FakeOffice {
    fn now(&self) -> Moment {
        self.desk.lock().unwrap().now
    }
    fn centre(&self) -> Centre {
        Centre {
            name: "Лицей (центр «Точка роста»)".into(),
            demo: false,
        }
    }
    fn policy(&self) -> Arc<Policy> {
        Arc::new(Policy::default())
    }
    fn ledger(&self, look: &mut dyn FnMut(&Ledger)) {
        look(&self.desk.lock().unwrap().ledger);
    }
    fn head(&self) -> Head {
        Head {
            seq: self.seq(),
            hash: "ab".repeat(32).into(),
        }
    }
    fn post(&self, wish: Wish) -> oneshot::Receiver<Answer> {
        let (sender, receiver) = oneshot::channel();
        sender.send(self.answer(wish)).unwrap();
        receiver
    }
    fn screen(&self) -> watch::Receiver<Arc<Screen>> {
        self.screen.subscribe()
    }
    fn sounds(&self) -> broadcast::Receiver<Sounds> {
        self.sounds.subscribe()
    }
    fn readers(&self) -> Vec<ReaderView> {
        let at = NOW.parse().unwrap();
        vec![ReaderView {
            reader: ReaderId::from("desk-hf"),
            name: "Стойка".into(),
            profile: "rc522-text".into(),
            path: "/dev/ttyUSB0".into(),
            kind: "pad".into(),
            role: "desk".into(),
            state: *self.reader_state.lock().unwrap(),
            since: at,
            last_scan: Some(at),
            bytes: 1234,
            scans: 17,
            repeats: 4,
            rejects: vec![("checksum", 3), ("length", 1)],
            last_words: "READY".into(),
        }]
    }
    fn unknown(&self) -> Vec<UnknownView> {
        let at = NOW.parse().unwrap();
        vec![UnknownView {
            tag: "uid:04AABBCCDDEEFF".parse::<TagId>().unwrap(),
            reader: Some(ReaderId::from("desk-hf")),
            first: at,
            last: at,
            count: 2,
        }]
    }
    fn health(&self) -> Health {
        let stopped = self.stopped.load(Ordering::Relaxed);
        Health {
            ready: !stopped,
            stopped,
            low_space: self.low_space.load(Ordering::Relaxed),
            damaged: Vec::new(),
            index_lag: 5,
            rebuilding: None,
            clock_doubtful: false,
            queue: 0,
            copies: self.copies.lock().unwrap().clone(),
        }
    }
    fn role_of(&self, token: &str) -> Option<Role> {
        match token {
            "token-staff" => Some(Role::Staff),
            "token-auditor" => Some(Role::Auditor),
            "token-s03" => Some(Role::School("S03".into())),
            "token-s05" => Some(Role::School("S05".into())),
            _ => None,
        }
    }
    fn sign_in(&self, secret: &str) -> Option<SignedIn> {
        let role = match secret {
            PASSWORD => Role::Staff,
            token => self.role_of(token)?,
        };
        let staff = role == Role::Staff;
        Some(SignedIn {
            role,
            secret: if staff { "token-staff" } else { secret }.to_owned(),
            kept_s: (!staff).then_some(3600),
        })
    }
    fn sign_out(&self, secret: &str) {
        self.heard.lock().unwrap().push(format!("sign out {secret}"));
    }
    fn history(&self, item: &ItemId, limit: usize, before: Option<Seq>) -> Result<Vec<Entry>, ArchiveError> {
        let desk = self.desk.lock().unwrap();
        let of_item = |entry: &&Entry| {
            let event = serde_json::to_value(&entry.event).unwrap();
            event["item"] == json!(item) && before.is_none_or(|before| entry.seq < before)
        };
        Ok(desk
            .entries
            .iter()
            .rev()
            .filter(of_item)
            .take(limit)
            .cloned()
            .collect())
    }
    fn as_of(&self, at: Moment) -> Result<(Arc<Ledger>, Head), ArchiveError> {
        let desk = self.desk.lock().unwrap();
        let mut prefix = Prefix::until(at);
        let mut ledger = Ledger::default();
        for entry in desk.entries.iter().take_while(|entry| prefix.takes(entry)) {
            ledger.apply(entry);
        }
        let head = Head {
            seq: ledger.seq,
            hash: "0".repeat(64).into(),
        };
        Ok((Arc::new(ledger), head))
    }
}

/// A small centre: two schools, four things, one kit.
fn centre() -> Vec<Value> {
    let mut orders = vec![
        json!({"type": "register_school", "school": "S00", "centre": true, "short_name": "Лицей", "full_name": "Лицей"}),
        json!({"type": "register_school", "school": "S03", "short_name": "СОШ № 3", "full_name": "СОШ № 3", "max_items": 2, "max_days": 21}),
        json!({"type": "register_school", "school": "S05", "short_name": "СОШ № 5", "full_name": "СОШ № 5", "max_items": 5, "max_days": 21}),
        json!({"type": "issue_badge", "badge": "B-0301", "school": "S03", "role": "педагог", "kind": "school", "active_from": "2024-08-26"}),
        json!({"type": "issue_badge", "badge": "B-0501", "school": "S05", "role": "педагог", "kind": "school", "active_from": "2024-08-26"}),
        json!({"type": "register_room", "room": "К-1", "name": "Кабинет"}),
        json!({"type": "define_kit", "kit": "ROB1", "title": "Набор", "components": [
            {"component": "ROB1-01", "name": "Блок", "quantity": 1, "unit": "шт.", "critical": true},
            {"component": "ROB1-05", "name": "Кабель", "quantity": 4, "unit": "шт."}]}),
        json!({"type": "set_calendar", "from": "2026-10-25", "to": "2026-11-03", "kind": "vacation", "name": "осенние каникулы"}),
    ];
    for school in ["S03", "S05"] {
        orders.push(json!({"type": "sign_agreement", "school": school, "agreement":
            {"number": "СД-01", "valid_from": "2023-09-01", "valid_to": "2028-08-31"}}));
    }
    for (number, name, category) in [
        (1, "Ноутбук мобильного класса 14\"", "Компьютерное оборудование"),
        (2, "Ноутбук мобильного класса 14\"", "Компьютерное оборудование"),
        (3, "Квадрокоптер <учебный> & запасной", "БВС"),
    ] {
        orders.push(
            json!({"type": "enrol_item", "item": format!("ТР-000{number}"), "name": name,
            "category": category, "room": "К-1", "inventory_number": format!("41013400000{number}"),
            "tags": [format!("uid:04D3BDF8E8F9A{number}")]}),
        );
    }
    orders.push(
        json!({"type": "enrol_item", "item": "ТР-0004", "name": "Набор робототехнический",
        "category": "Робототехника", "kit": "ROB1", "room": "К-1"}),
    );
    orders
}

// ---- the server and its browser ----------------------------------------------------------------

/// A server with an office behind it; ends with the test.
pub struct Server {
    pub office: Arc<FakeOffice>,
    pub address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Server {
    pub fn start() -> Self {
        Self::with(Settings::default())
    }

    /// The name of strangers is known, and nobody's desk.
    pub fn with(mut settings: Settings) -> Self {
        settings.hosts.push("formular.example".into());
        let entrance = web::Entrance {
            limits: settings.limits.clone(),
            tls: None,
        };
        let office = FakeOffice::new();
        let (stop, stopped) = oneshot::channel();
        let (tell, told) = std::sync::mpsc::channel();
        let shared = Arc::clone(&office);
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread()
                .worker_threads(1)
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(async move {
                let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
                tell.send(listener.local_addr().unwrap()).unwrap();
                let router = web::router(shared, settings);
                let shutdown = async move { drop(stopped.await) };
                web::serve(listener, router, entrance, shutdown).await.unwrap();
            });
        });
        Self {
            office,
            address: told.recv().unwrap(),
            stop: Some(stop),
            thread: Some(thread),
        }
    }

    /// Ends the server and waits until it has.
    pub fn stop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }

    pub fn open(&self, request: &Ask) -> TcpStream {
        let mut socket = TcpStream::connect(self.address).unwrap();
        // A guard against a hanging test, far above any real answer.
        socket
            .set_read_timeout(Some(std::time::Duration::from_secs(20)))
            .unwrap();
        let mut text = format!("{} {} HTTP/1.1\r\n", request.method, request.path);
        let named = |name: &str| {
            request
                .headers
                .iter()
                .any(|(known, _)| known.eq_ignore_ascii_case(name))
        };
        if !named("host") {
            text += &format!("Host: {}\r\n", self.address);
        }
        for (name, value) in &request.headers {
            text += &format!("{name}: {value}\r\n");
        }
        if request.method == "POST" && !named("content-length") {
            text += &format!("Content-Length: {}\r\n", request.body.len());
        }
        text += "\r\n";
        socket.write_all(text.as_bytes()).unwrap();
        // A server that refuses a body may close before all of it is sent.
        let _ = socket.write_all(&request.body);
        socket
    }

    pub fn ask(&self, request: Ask) -> Reply {
        let request = request.header("Connection", "close");
        let mut bytes = Vec::new();
        self.open(&request).read_to_end(&mut bytes).unwrap();
        Reply::read(&bytes)
    }

    pub fn get(&self, path: &str) -> Reply {
        self.ask(Ask::get(path))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

/// A request word for word.
#[derive(Clone)]
pub struct Ask {
    method: &'static str,
    path: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Ask {
    pub fn new(method: &'static str, path: &str) -> Self {
        Self {
            method,
            path: path.into(),
            headers: vec![],
            body: vec![],
        }
    }
    pub fn get(path: &str) -> Self {
        Self::new("GET", path)
    }
    /// A form of the kiosk or a page.
    pub fn form(path: &str, body: &str) -> Self {
        let mut ask = Self::new("POST", path).header("Content-Type", "application/x-www-form-urlencoded");
        ask.body = body.into();
        ask
    }
    /// A command with a key.
    pub fn command(key: &str, body: &Value) -> Self {
        Self::raw_command(&body.to_string()).header("Idempotency-Key", key)
    }
    pub fn raw_command(body: &str) -> Self {
        let mut ask = Self::new("POST", "/api/v1/commands").header("Content-Type", "application/json");
        ask.body = body.into();
        ask
    }
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }
    pub fn token(self, token: &str) -> Self {
        self.header("Authorization", &format!("Bearer {token}"))
    }
    /// From somewhere that is not the desk: a name that only a stranger would use.
    pub fn stranger(self) -> Self {
        self.header("Host", "formular.example")
    }
    /// As one of the roles by name.
    pub fn role(self, role: &str) -> Self {
        match role {
            "desk" => self,
            "visitor" => self.stranger(),
            "school" => self.stranger().token("token-s03"),
            other => self.stranger().token(&format!("token-{other}")),
        }
    }
}

/// What came back.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: HashMap<String, String>,
    pub body: Vec<u8>,
}

impl Reply {
    fn read(bytes: &[u8]) -> Self {
        let end = bytes
            .windows(4)
            .position(|w| w == b"\r\n\r\n")
            .expect("a whole head");
        let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
        let mut lines = head.lines();
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let headers = lines
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
            .collect();
        Self {
            status,
            headers,
            body: bytes[end + 4..].to_vec(),
        }
    }
    pub fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|e| panic!("{e}: {}", self.text()))
    }
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }
    /// The code of a problem document; checks that it is one.
    pub fn problem(&self) -> (u16, String) {
        assert_eq!(
            self.header("content-type"),
            "application/problem+json",
            "{}",
            self.text()
        );
        let problem = self.json();
        assert_eq!(problem["status"], self.status);
        for field in ["type", "title", "detail"] {
            assert!(!problem[field].as_str().unwrap().is_empty(), "{field}");
        }
        (self.status, problem["code"].as_str().unwrap().to_owned())
    }
}

/// Events of a stream, one after the other: name and data. Chunk marks are passed over.
pub struct Events(BufReader<TcpStream>);

impl Events {
    pub fn open(server: &Server, ask: &Ask) -> Self {
        let mut reader = BufReader::new(server.open(ask));
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        assert!(line.contains(" 200 "), "{line}");
        while line != "\r\n" {
            line.clear();
            reader.read_line(&mut line).unwrap();
        }
        Self(reader)
    }

    /// The next event that is no sign of life; none when the stream has ended.
    pub fn next(&mut self) -> Option<(String, Value)> {
        let mut name = String::new();
        loop {
            let mut line = String::new();
            if self.0.read_line(&mut line).unwrap() == 0 {
                return None;
            }
            let line = line.trim_end();
            // The last chunk: the answer is over although the connection may stay.
            if line == "0" {
                return None;
            }
            if let Some(event) = line.strip_prefix("event: ") {
                name = event.to_owned();
            } else if let Some(data) = line.strip_prefix("data: ")
                && name != "breath"
            {
                return Some((name, serde_json::from_str(data).unwrap()));
            }
        }
    }
}
