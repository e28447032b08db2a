//! Devices that are no readers: the office's keyboard and a modem. They are to be left alone, although they could be
//! opened; and the ears of another program: what it hears of a keyboard, and what the console hears.
//!
//! Knows: event nodes, the console, opens of a node. Must not know: the program that is tested.

use crate::bench::{self, Plugged, await_that};
use crate::model::cdc::{Cdc, SET_CONTROL_LINE_STATE};
use crate::model::descriptor::Identity;
use crate::model::keyboard::keyboard;
use rustix::fs::inotify;
use std::fs::{self, File, Permissions};
use std::io::Read;
use std::mem::MaybeUninit;
use std::os::fd::OwnedFd;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::Duration;

const KEYBOARD_PORT: u8 = 12;
const MODEM_PORT: u8 = 13;
/// As long as a key takes through the kernel, many times over.
const SETTLE: Duration = Duration::from_millis(300);

/// Everything that somebody heard so far.
#[derive(Clone, Default)]
pub struct Ears(Arc<Mutex<Vec<u8>>>);

impl Ears {
    /// Collects from a file until it ends, in a thread; `sort` makes of what was read what is kept.
    fn on(mut file: File, sort: fn(&[u8]) -> Vec<u8>) -> Self {
        let ears = Self::default();
        let heard = ears.clone();
        std::thread::spawn(move || {
            let mut buffer = [0; 24 * 64];
            while let Ok(length @ 1..) = file.read(&mut buffer) {
                heard.0.lock().unwrap().extend(sort(&buffer[..length]));
            }
        });
        ears
    }

    /// The codes of the keys that go down on an event node, as another program would read them.
    pub fn on_keys(node: &Path) -> Result<Self, String> {
        let file = File::open(node).map_err(|error| format!("{}: {error}", node.display()))?;
        // A 64-bit `input_event`: 16 bytes of time, type, code, value. Type 1 is a key, value 1 is down.
        Ok(Self::on(file, |events| {
            events
                .chunks_exact(24)
                .filter(|event| event[16..18] == [1, 0] && event[20..24] == [1, 0, 0, 0])
                .map(|event| event[18])
                .collect()
        }))
    }

    /// The characters that the console in front would hand to a program, as they are typed.
    pub fn on_console() -> Result<Self, String> {
        const CONSOLE: &str = "/dev/tty1";
        let said = |error: std::io::Error| format!("{CONSOLE}: {error}");
        let file = File::open(CONSOLE).map_err(said)?;
        let raw = Command::new("stty")
            .args(["-F", CONSOLE, "raw", "-echo"])
            .status()
            .map_err(said)?;
        match raw.success() {
            true => Ok(Self::on(file, <[u8]>::to_vec)),
            false => Err(format!("{CONSOLE} could not be made raw")),
        }
    }

    /// What was heard since the last time, after what is under way has arrived.
    pub fn since(&self) -> Vec<u8> {
        std::thread::sleep(SETTLE);
        std::mem::take(&mut self.0.lock().unwrap())
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.since()).into_owned()
    }
}

/// Gives the console a Russian layout: the letter keys are those of ЙЦУКЕН, plain and with shift.
pub fn russian_console() -> Result<(), String> {
    const ROWS: [(usize, &str); 3] = [(16, "йцукенгшщзхъ"), (30, "фывапролджэё"), (44, "ячсмитьбю")];
    // busybox' format: a word, 256 flags of tables, then 128 keys for each table that is there.
    const HEAD: usize = 7 + 256;
    const KEYS: usize = 128;
    let dump = Command::new("dumpkmap")
        .output()
        .map_err(|error| format!("dumpkmap: {error}"))?
        .stdout;
    let plain_and_shift = [0, 1].iter().all(|table| dump.get(7 + table) == Some(&1));
    if !dump.starts_with(b"bkeymap") || !plain_and_shift || dump.len() < HEAD + 4 * KEYS {
        return Err("the console's keymap has another format".into());
    }
    let mut map = dump;
    for (first, row) in ROWS {
        for (key, letter) in (first..).zip(row.chars()) {
            for (table, letter) in [letter, letter.to_uppercase().next().unwrap_or(letter)]
                .into_iter()
                .enumerate()
            {
                let at = HEAD + 2 * (table * KEYS + key);
                // A character of its own is written with these bits turned over.
                map[at..at + 2].copy_from_slice(&(letter as u16 ^ 0xf000).to_le_bytes());
            }
        }
    }
    fs::write("/tmp/russian.bmap", map).map_err(|error| error.to_string())?;
    let loaded = Command::new("sh")
        .args(["-c", "loadkmap </tmp/russian.bmap"])
        .status();
    match loaded {
        Ok(status) if status.success() => Ok(()),
        other => Err(format!("the Russian layout could not be loaded: {other:?}")),
    }
}

/// The office's keyboard and a modem, plugged in; every opening of their nodes is counted.
pub struct Strangers {
    keyboard: Plugged,
    modem: Plugged,
    pub keys: Ears,
    nodes: [PathBuf; 2],
    openings: OwnedFd,
}

impl Strangers {
    pub fn plug() -> Result<Self, String> {
        let keyboard = bench::plug(
            KEYBOARD_PORT,
            Box::new(keyboard(identity(0x046d, 0xc31c, "Logitech", "USB Keyboard"))),
        )?;
        let modem = bench::plug(
            MODEM_PORT,
            Box::new(Cdc::new(identity(0x0572, 0x1340, "Conexant", "USB Modem"), 1)),
        )?;
        let nodes = [
            await_that("the keyboard's node", || keyboard.node(0, "event"))?,
            await_that("the modem's node", || modem.node(0, "ttyACM"))?,
        ];
        let _ = Command::new("udevadm").arg("settle").status();
        let keys = Ears::on_keys(&nodes[0])?;
        let said = |error: rustix::io::Errno| format!("inotify: {error}");
        let openings = inotify::init(inotify::CreateFlags::NONBLOCK).map_err(said)?;
        for node in &nodes {
            // Whoever wants to may open them: that they are left alone must be a decision.
            fs::set_permissions(node, Permissions::from_mode(0o666)).map_err(|error| error.to_string())?;
            inotify::add_watch(&openings, node, inotify::WatchFlags::OPEN).map_err(said)?;
        }
        Ok(Self {
            keyboard,
            modem,
            keys,
            nodes,
            openings,
        })
    }

    pub fn type_text(&self, text: &str) {
        self.keyboard.engine.show(text.as_bytes());
    }

    /// What anybody did to them since they were plugged in; nothing is what should be here.
    pub fn harm(&self, program: u32) -> Vec<String> {
        let mut harm = Vec::new();
        let mut buffer = [MaybeUninit::uninit(); 4096];
        let mut reader = inotify::Reader::new(&self.openings, &mut buffer);
        let openings = std::iter::from_fn(|| reader.next().ok().map(|_| ())).count();
        if openings > 0 {
            harm.push(format!("{openings} openings of {:?}", self.nodes));
        }
        for node in &self.nodes {
            if bench::holds(program, node) {
                harm.push(format!("{} is held open", node.display()));
            }
        }
        let modem = self.modem.engine.witness();
        if modem.bytes > 0 {
            harm.push(format!("{} bytes were written to the modem", modem.bytes));
        }
        if modem
            .told
            .iter()
            .any(|setup| setup.request == SET_CONTROL_LINE_STATE)
        {
            harm.push("the modem's line was raised".into());
        }
        harm
    }
}

fn identity(vid: u16, pid: u16, maker: &'static str, product: &'static str) -> Identity {
    Identity {
        vid,
        pid,
        release: 0x0100,
        class: [0; 3],
        maker,
        product,
        serial: None,
    }
}
