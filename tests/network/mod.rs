//! A small LLRP reader on localhost: takes a call, wants its ROSpec, tells of tags.
#![allow(dead_code, reason = "each test file uses its own part")]

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    path::PathBuf,
    time::Duration,
};

/// How long the other side may take; far longer than it takes.
const LONG: Duration = Duration::from_secs(20);

const DELETE: u16 = 21;
const ADD: u16 = 20;
const ENABLE: u16 = 24;
const KEEPALIVE_ACK: u16 = 72;

/// A reader that waits for a caller.
pub struct Llrp {
    listener: TcpListener,
    line: Option<TcpStream>,
}

impl Llrp {
    pub fn listen() -> Self {
        Self {
            listener: TcpListener::bind("127.0.0.1:0").unwrap(),
            line: None,
        }
    }

    pub fn path(&self) -> PathBuf {
        format!("tcp:{}", self.listener.local_addr().unwrap()).into()
    }

    /// Takes the next call, without a word.
    pub fn accept(&mut self) {
        let (line, _) = self.listener.accept().unwrap();
        line.set_nodelay(true).unwrap();
        line.set_read_timeout(Some(LONG)).unwrap();
        self.line = Some(line);
    }

    /// Takes the next call, greets, and answers until its ROSpec is enabled.
    pub fn welcome(&mut self) {
        self.accept();
        self.says(&hex::decode("043f000000200ab288c900f600160080000c0004f8535baadaff010000060000").unwrap());
        for wanted in [DELETE, ADD, ENABLE] {
            let (kind, number) = self.hears();
            assert_eq!(kind, wanted);
            self.says(&done(kind + 10, number));
        }
    }

    pub fn says(&mut self, bytes: &[u8]) {
        self.line().write_all(bytes).unwrap();
    }

    /// Exactly these bytes.
    pub fn hears_bytes(&mut self, wanted: &[u8]) {
        let mut heard = vec![0; wanted.len()];
        self.line().read_exact(&mut heard).unwrap();
        assert_eq!(hex::encode(heard), hex::encode(wanted));
    }

    /// The next message: its type and number.
    pub fn hears(&mut self) -> (u16, u32) {
        let mut header = [0; 10];
        self.line().read_exact(&mut header).unwrap();
        let length = u32::from_be_bytes(header[2..6].try_into().unwrap());
        let mut body = vec![0; length as usize - header.len()];
        self.line().read_exact(&mut body).unwrap();
        let kind = u16::from_be_bytes([header[0] & 3, header[1]]);
        (kind, u32::from_be_bytes(header[6..].try_into().unwrap()))
    }

    /// Asks whether somebody is there, and waits for the answer.
    pub fn keepalive(&mut self, number: u32) {
        let header = hex::decode("043e0000000a").unwrap();
        self.says(&[header.as_slice(), &number.to_be_bytes()].concat());
        assert_eq!(self.hears(), (KEEPALIVE_ACK, number));
    }

    /// The power goes: the line ends, whatever was on it.
    pub fn dies(&mut self) {
        self.line = None;
    }

    fn line(&mut self) -> &mut TcpStream {
        self.line.as_mut().expect("a caller")
    }
}

/// A good answer.
fn done(kind: u16, number: u32) -> Vec<u8> {
    let header = [0x0400 | kind, 0, 18].map(u16::to_be_bytes).concat();
    let status = [0x01, 0x1f, 0, 8, 0, 0, 0, 0];
    [header.as_slice(), &number.to_be_bytes(), &status].concat()
}
