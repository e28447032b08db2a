//! A client that says exactly what it is told, hostile things included.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// A name that is known and makes nobody the desk.
pub const STRANGER: &str = "formular.example";

#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: HashMap<String, String>,
    pub body: String,
}

impl Reply {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    /// The code of a problem document.
    pub fn code(&self) -> String {
        let problem: serde_json::Value =
            serde_json::from_str(&self.body).unwrap_or_else(|e| panic!("{e}: {self:?}"));
        assert_eq!(problem["status"], self.status);
        problem["code"].as_str().unwrap().to_owned()
    }
}

/// Sends text as it stands and reads one answer; of a stream only its head.
pub fn raw(address: &str, text: &str) -> Option<Reply> {
    let socket = TcpStream::connect(address).unwrap();
    // A guard against a hanging test, far above any real answer.
    socket.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    // The server may have answered and closed before everything was sent; what it said is what counts.
    let _ = (&socket).write_all(text.as_bytes());
    reply(socket, text.starts_with("HEAD "))
}

/// One answer out of a stream of bytes; none if it ends before there is one.
pub fn reply(stream: impl Read, head_only: bool) -> Option<Reply> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    if reader.read_line(&mut line).unwrap_or(0) == 0 {
        return None;
    }
    let status = line.split(' ').nth(1)?.parse().ok()?;
    let mut headers = HashMap::new();
    loop {
        line.clear();
        reader.read_line(&mut line).ok()?;
        match line.trim_end().split_once(": ") {
            Some((name, value)) => headers.insert(name.to_lowercase(), value.to_owned()),
            None => break,
        };
    }
    let mut body = Vec::new();
    let stream = headers
        .get("content-type")
        .is_some_and(|kind| kind.starts_with("text/event-stream"));
    if !stream && !head_only && status >= 200 && status != 304 {
        let length = headers
            .get("content-length")
            .map_or(0, |length: &String| length.parse().unwrap());
        body.resize(length, 0);
        // A body that was cut off is seen by whoever reads it.
        let _ = reader.read_exact(&mut body);
    }
    Some(Reply {
        status,
        headers,
        body: String::from_utf8_lossy(&body).into_owned(),
    })
}

/// A request as a browser or program would send it.
#[derive(Clone)]
pub struct Ask {
    pub method: String,
    pub path: String,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Ask {
    pub fn new(method: &str, path: &str) -> Self {
        Self {
            method: method.to_owned(),
            path: path.to_owned(),
            headers: Vec::new(),
            body: String::new(),
        }
    }

    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn host(self, host: &str) -> Self {
        self.header("Host", host)
    }

    pub fn token(self, token: &str) -> Self {
        self.header("Authorization", &format!("Bearer {token}"))
    }

    pub fn form(self, body: &str) -> Self {
        let mut ask = self.header("Content-Type", "application/x-www-form-urlencoded");
        body.clone_into(&mut ask.body);
        ask
    }

    pub fn command(key: &str, body: &serde_json::Value) -> Self {
        let mut ask = Self::new("POST", "/api/v1/commands")
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", key);
        ask.body = body.to_string();
        ask
    }

    pub fn text(&self) -> String {
        let mut text = format!("{} {} HTTP/1.1\r\nConnection: close\r\n", self.method, self.path);
        for (name, value) in &self.headers {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        if !self.body.is_empty() || self.method == "POST" {
            text.push_str(&format!("Content-Length: {}\r\n", self.body.len()));
        }
        text.push_str("\r\n");
        text.push_str(&self.body);
        text
    }

    pub fn send(&self, address: &str) -> Reply {
        raw(address, &self.text()).unwrap_or_else(|| panic!("no answer to {} {}", self.method, self.path))
    }
}
