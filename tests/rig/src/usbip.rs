//! The device's end of USB/IP: what the kernel's `vhci_hcd` asks over a socket, a model answers.
//!
//! ```text
//!   asked    1 SUBMIT  seq devid dir ep | flags length start packets interval setup[8] | data of an OUT
//!            2 UNLINK  seq devid dir ep | seq of the one to take back, padding to 48
//!   answered 3         seq 0 0 0        | status actual start packets errors, padding to 48 | data of an IN
//!            4         seq 0 0 0        | status, padding to 48
//! ```
//!
//! Knows: transfers, standard requests, who waits for what. Must not know: what the bytes mean.
//! All numbers are big endian. An IN without data waits, as a real endpoint answers NAK; that is why a reader
//! that says nothing costs nothing. Source: the kernel's Documentation/usb/usbip_protocol.rst.

use std::collections::{BTreeMap, VecDeque};
use std::io::{self, Read, Write};
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

const SUBMIT: u32 = 1;
const UNLINK: u32 = 2;
const SUBMITTED: u32 = 3;
const UNLINKED: u32 = 4;
const HEADER: usize = 48;

const STALLED: i32 = -32;
const TAKEN_BACK: i32 = -104;

/// Packets that a device keeps while nobody asks; older ones are lost, as in its small buffer.
const KEPT: usize = 8;
/// Happenings that are remembered for the case that something goes wrong.
const REMEMBERED: usize = 60;

/// The eight bytes that open a control transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setup {
    pub kind: u8,
    pub request: u8,
    pub value: u16,
    pub index: u16,
    pub length: u16,
}

/// An IN packet and the endpoint (without the direction bit) on which it goes.
pub type Packet = (u8, Vec<u8>);

/// A device: its descriptors and its manners. Pure: bytes in, bytes out.
pub trait Model: Send + 'static {
    /// The 18 bytes of the device descriptor.
    fn device(&self) -> [u8; 18];
    /// The configuration with everything in it.
    fn configuration(&self) -> Vec<u8>;
    /// Strings by index, from 1.
    fn strings(&self) -> Vec<String>;
    /// Requests of class and vendor, and descriptors of an interface; None: the device stalls.
    fn request(&mut self, setup: &Setup, data: &[u8]) -> Option<Vec<u8>>;
    /// Bytes from the host on an OUT endpoint; gives what the device has to say to it.
    fn hear(&mut self, _endpoint: u8, _bytes: &[u8]) -> Vec<Packet> {
        Vec::new()
    }
    /// A tag is shown: `bytes` are the reader's frame, the code's text, the card's number, as the device has it.
    fn show(&mut self, bytes: &[u8]) -> Vec<Packet>;
    /// The tag is taken away, by those that tell.
    fn take(&mut self) -> Vec<Packet> {
        Vec::new()
    }
    /// The tag is shown, and the cable pulled before the message ends.
    fn tear(&mut self, bytes: &[u8]) -> Vec<Packet> {
        self.show(&bytes[..bytes.len() / 4])
    }
    /// How often it has told of a tag when it was asked; 0: it speaks by itself.
    fn told(&self) -> u64 {
        0
    }
    /// Whether the host listens as the reader speaks: a serial line may be set to another speed.
    fn is_tuned(&self) -> bool {
        true
    }
    /// The IN endpoint on which tags are told.
    fn mouth(&self) -> u8;
    /// From one packet to the next: how often the host asks.
    fn pace(&self) -> Duration {
        Duration::ZERO
    }
}

/// What the host did to the device.
#[derive(Clone, Debug, Default)]
pub struct Witness {
    /// Bytes written to OUT endpoints.
    pub bytes: u64,
    /// Requests of class or vendor that told the device something.
    pub told: Vec<Setup>,
    /// Requests that the model stalled.
    pub stalled: Vec<Setup>,
}

struct State {
    socket: UnixStream,
    model: Box<dyn Model>,
    /// IN transfers that wait, and packets that wait, by endpoint.
    waiting: BTreeMap<u8, VecDeque<(u32, usize)>>,
    ready: BTreeMap<u8, VecDeque<Vec<u8>>>,
    witness: Witness,
    /// What came and went last, with its time.
    trace: VecDeque<String>,
    began: Instant,
}

/// The running end of a device; shared between its thread and whoever moves the tags.
#[derive(Clone)]
pub struct Engine(Arc<Mutex<State>>);

impl Engine {
    /// Answers on `socket` until the kernel lets it go.
    pub fn start(model: Box<dyn Model>, socket: UnixStream) -> io::Result<Self> {
        let mut ears = socket.try_clone()?;
        let engine = Self(Arc::new(Mutex::new(State {
            socket,
            model,
            waiting: BTreeMap::new(),
            ready: BTreeMap::new(),
            witness: Witness::default(),
            trace: VecDeque::new(),
            began: Instant::now(),
        })));
        let answering = engine.clone();
        std::thread::spawn(move || while answering.one(&mut ears).is_ok() {});
        Ok(engine)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    pub fn show(&self, bytes: &[u8]) {
        let packets = self.state().model.show(bytes);
        self.say(packets);
    }

    pub fn take(&self) {
        let packets = self.state().model.take();
        self.say(packets);
    }

    pub fn tear(&self, bytes: &[u8]) {
        let packets = self.state().model.tear(bytes);
        self.say(packets);
    }

    fn say(&self, packets: Vec<Packet>) {
        let pace = self.state().model.pace();
        for (endpoint, bytes) in packets {
            self.state().put(endpoint, bytes);
            std::thread::sleep(pace);
        }
    }

    /// Whether a tag that is shown now would be heard.
    pub fn is_heard(&self) -> bool {
        let state = self.state();
        let mouth = state.model.mouth();
        state.model.is_tuned()
            && state
                .waiting
                .get(&mouth)
                .is_some_and(|waiting| !waiting.is_empty())
    }

    pub fn told(&self) -> u64 {
        self.state().model.told()
    }

    /// The last transfers of both sides, one per line; those that came to nothing are left out.
    pub fn trace(&self) -> String {
        Vec::from(self.state().trace.clone()).join("\n")
    }

    pub fn witness(&self) -> Witness {
        self.state().witness.clone()
    }

    fn one(&self, ears: &mut UnixStream) -> io::Result<()> {
        let mut header = [0; HEADER];
        ears.read_exact(&mut header)?;
        let word =
            |at: usize| u32::from_be_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]]);
        let (command, seq, is_in) = (word(0), word(4), word(12) == 1);
        let endpoint = word(16) as u8;
        if command == UNLINK {
            let taken = self.state().take_back(word(20));
            return self
                .state()
                .answer(UNLINKED, seq, if taken { TAKEN_BACK } else { 0 }, 0, &[]);
        }
        assert_eq!(command, SUBMIT, "the kernel speaks USB/IP");
        let length = word(24) as usize;
        let mut data = vec![0; if is_in { 0 } else { length }];
        ears.read_exact(&mut data)?;
        let mut state = self.state();
        match (endpoint, is_in) {
            (0, _) => state.control(seq, &header[40..48], &data),
            (endpoint, true) => {
                state
                    .waiting
                    .entry(endpoint)
                    .or_default()
                    .push_back((seq, length));
                state.pump(endpoint)
            }
            (endpoint, false) => {
                state.witness.bytes += data.len() as u64;
                state.remember(endpoint, "<", &data);
                let said = state.model.hear(endpoint, &data);
                state.answer(SUBMITTED, seq, 0, data.len(), &[])?;
                said.into_iter()
                    .for_each(|(endpoint, bytes)| state.put(endpoint, bytes));
                Ok(())
            }
        }
    }
}

impl State {
    fn remember(&mut self, endpoint: u8, way: &str, bytes: &[u8]) {
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let ms = self.began.elapsed().as_millis();
        self.trace
            .push_back(format!("{ms} ms, endpoint {endpoint} {way} {hex}"));
        self.trace.drain(..self.trace.len().saturating_sub(REMEMBERED));
    }

    fn put(&mut self, endpoint: u8, bytes: Vec<u8>) {
        let ready = self.ready.entry(endpoint).or_default();
        ready.push_back(bytes);
        if ready.len() > KEPT && self.waiting.get(&endpoint).is_none_or(VecDeque::is_empty) {
            ready.pop_front();
        }
        // A device that was unplugged speaks to nobody; its thread ends by itself.
        let _ = self.pump(endpoint);
    }

    fn pump(&mut self, endpoint: u8) -> io::Result<()> {
        loop {
            let (Some(waiting), Some(ready)) =
                (self.waiting.get_mut(&endpoint), self.ready.get_mut(&endpoint))
            else {
                return Ok(());
            };
            if waiting.is_empty() || ready.is_empty() {
                return Ok(());
            }
            let (Some((seq, room)), Some(bytes)) = (waiting.pop_front(), ready.pop_front()) else {
                return Ok(());
            };
            self.remember(endpoint, ">", &bytes);
            assert!(
                bytes.len() <= room,
                "{} bytes into a transfer of {room}",
                bytes.len()
            );
            self.answer(SUBMITTED, seq, 0, bytes.len(), &bytes)?;
        }
    }

    fn take_back(&mut self, seq: u32) -> bool {
        self.waiting.values_mut().any(|waiting| {
            let at = waiting.iter().position(|(waits, _)| *waits == seq);
            at.is_some_and(|at| waiting.remove(at).is_some())
        })
    }

    fn control(&mut self, seq: u32, setup: &[u8], data: &[u8]) -> io::Result<()> {
        let pair = |at: usize| u16::from_le_bytes([setup[at], setup[at + 1]]);
        let setup = Setup {
            kind: setup[0],
            request: setup[1],
            value: pair(2),
            index: pair(4),
            length: pair(6),
        };
        match self.reply(&setup, data) {
            Some(mut reply) if setup.kind & 0x80 != 0 => {
                reply.truncate(setup.length.into());
                self.answer(SUBMITTED, seq, 0, reply.len(), &reply)
            }
            Some(_) => self.answer(SUBMITTED, seq, 0, data.len(), &[]),
            None => {
                self.witness.stalled.push(setup);
                self.answer(SUBMITTED, seq, STALLED, 0, &[])
            }
        }
    }

    fn reply(&mut self, setup: &Setup, data: &[u8]) -> Option<Vec<u8>> {
        match (setup.kind, setup.request, setup.value >> 8) {
            (0x80, 6, 1) => Some(self.model.device().to_vec()),
            (0x80, 6, 2) => Some(self.model.configuration()),
            (0x80, 6, 3) => string(&self.model.strings(), setup.value as u8),
            // No other speed, no binary object store.
            (0x80, 6, _) => None,
            (0x80..=0x82, 0, _) => Some(vec![0, 0]),
            (0x80, 8, _) => Some(vec![1]),
            (0x81, 10, _) => Some(vec![0]),
            // Configuration, interface, halt, features: nothing here has a choice.
            (0x00..=0x02, 1 | 3 | 9 | 11, _) => Some(Vec::new()),
            _ => {
                if setup.kind & 0x80 == 0 {
                    self.witness.told.push(*setup);
                }
                self.model.request(setup, data)
            }
        }
    }

    fn answer(&mut self, command: u32, seq: u32, status: i32, actual: usize, data: &[u8]) -> io::Result<()> {
        let mut out = Vec::with_capacity(HEADER + data.len());
        for word in [command, seq, 0, 0, 0, status as u32, actual as u32, 0, 0, 0, 0, 0] {
            out.extend_from_slice(&word.to_be_bytes());
        }
        out.extend_from_slice(data);
        self.socket.write_all(&out)
    }
}

/// Index 0 names the only language, English of the USA.
fn string(strings: &[String], index: u8) -> Option<Vec<u8>> {
    let body: Vec<u8> = match usize::from(index).checked_sub(1) {
        None => vec![0x09, 0x04],
        Some(at) => strings
            .get(at)?
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect(),
    };
    Some([&[body.len() as u8 + 2, 3], body.as_slice()].concat())
}
