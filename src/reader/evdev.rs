//! Keyboard-type readers by their event node, taken for this program alone: the only file that names `evdev`.
//!
//! While the node is taken its keys reach nobody else: no window, no text console, no magic keys. It is taken only when no
//! key is down, since the release of a key that was pressed before would never reach those who saw the press;
//! and what was typed before it was ours is thrown away. Only a device that was attached is ever opened here.
//!
//! Knows: event nodes and how to take one. Must not know: what keys mean, which profile fits.

use super::{
    node,
    port::{Opener, Port, Trouble},
};
use crate::{profile::Line, wire::protocol::evdev_keyboard::record};
use evdev::raw_stream::RawDevice;
use rustix::fs::OFlags;
use std::{
    collections::VecDeque,
    io,
    os::fd::AsFd,
    path::Path,
    thread,
    time::{Duration, Instant},
};

/// Longest wait for all keys to be let go; a key that is held longer lies under something.
const KEYS_UP: Duration = Duration::from_secs(2);
/// How often that is looked at.
const LOOK: Duration = Duration::from_millis(10);
/// Most records thrown away after taking a node; the kernel keeps 64 events of a keyboard, and no scanner types faster.
const MOST_DRAINED: usize = 1024;

/// An event without its time.
type Record = [u8; 8];

/// What a keyboard's node can do.
pub trait Keyboard: Send {
    /// Whether it is a keyboard that can end a text: one with an Enter key.
    fn has_enter(&self) -> bool;
    /// Whether a key is down now.
    fn key_is_down(&self) -> io::Result<bool>;
    /// From now on its keys reach nobody else.
    fn take(&mut self) -> io::Result<()>;
    fn let_go(&mut self);
    /// Waits at most `wait`; the events that came, none for silence.
    fn events(&mut self, wait: Duration) -> io::Result<Vec<Record>>;
}

/// Opens event nodes.
pub struct Keyboards;

impl Opener for Keyboards {
    fn open(&mut self, path: &Path, _: &Line) -> Result<Box<dyn Port>, Trouble> {
        let node = node::open(path, OFlags::RDONLY)?;
        let place = node.place();
        let device =
            RawDevice::from_fd(node.fd).map_err(|_| Trouble::Other("not a keyboard's event node".into()))?;
        Ok(Box::new(Taken::new(EventNode(device), place, KEYS_UP)?))
    }
}

/// A keyboard that is ours until it is dropped.
struct Taken<K: Keyboard> {
    keyboard: K,
    place: node::Place,
    /// Bytes of records that did not fit into the last buffer.
    rest: VecDeque<u8>,
}

impl<K: Keyboard> Taken<K> {
    fn new(mut keyboard: K, place: node::Place, patience: Duration) -> Result<Self, Trouble> {
        if !keyboard.has_enter() {
            return Err(Trouble::Other(
                "it has no Enter key: a mouse, a button, or another part of the device".into(),
            ));
        }
        let until = Instant::now() + patience;
        loop {
            while keyboard.key_is_down().map_err(|e| trouble(&e))? {
                if Instant::now() >= until {
                    return Err(Trouble::Other("a key of it is held down".into()));
                }
                thread::sleep(LOOK.min(patience));
            }
            keyboard.take().map_err(|e| trouble(&e))?;
            // A key that went down in between was seen by others, and so must be its release.
            match keyboard.key_is_down() {
                Ok(false) => break,
                Ok(true) => keyboard.let_go(),
                Err(error) => return Err(trouble(&error)),
            }
        }
        let mut taken = Self {
            keyboard,
            place,
            rest: VecDeque::new(),
        };
        taken.drain()?;
        Ok(taken)
    }

    fn drain(&mut self) -> Result<(), Trouble> {
        let mut drained = 0;
        while drained < MOST_DRAINED {
            match self.keyboard.events(Duration::ZERO) {
                Ok(events) if events.is_empty() => break,
                Ok(events) => drained += events.len(),
                Err(error) => return Err(trouble(&error)),
            }
        }
        Ok(())
    }
}

impl<K: Keyboard> Drop for Taken<K> {
    fn drop(&mut self) {
        self.keyboard.let_go();
    }
}

impl<K: Keyboard> Port for Taken<K> {
    fn read(&mut self, buffer: &mut [u8], wait: Duration) -> Result<usize, Trouble> {
        if self.rest.is_empty() {
            let events = self.keyboard.events(wait).map_err(|e| trouble(&e))?;
            self.rest.extend(events.into_iter().flatten());
        }
        Ok(node::pour(&mut self.rest, buffer))
    }

    fn write(&mut self, _: &[u8]) -> Result<(), Trouble> {
        Err(Trouble::Other("a keyboard takes no commands".into()))
    }

    fn is_still_at(&self, path: &Path) -> bool {
        self.place.is_still_at(path)
    }
}

fn trouble(error: &io::Error) -> Trouble {
    node::trouble(error)
}

/// The kernel's own.
struct EventNode(RawDevice);

impl Keyboard for EventNode {
    fn has_enter(&self) -> bool {
        let enter = [evdev::KeyCode::KEY_ENTER, evdev::KeyCode::KEY_KPENTER];
        let keys = self.0.supported_keys();
        keys.is_some_and(|keys| enter.into_iter().any(|key| keys.contains(key)))
    }

    fn key_is_down(&self) -> io::Result<bool> {
        Ok(self.0.get_key_state()?.iter().next().is_some())
    }

    fn take(&mut self) -> io::Result<()> {
        self.0.grab()
    }

    fn let_go(&mut self) {
        // A device that is gone cannot be let go, and need not be.
        let _ = self.0.ungrab();
    }

    fn events(&mut self, wait: Duration) -> io::Result<Vec<Record>> {
        if !node::wait(self.0.as_fd(), wait)? {
            return Ok(Vec::new());
        }
        match self.0.fetch_events() {
            Ok(events) => Ok(events
                .map(|event| record(event.event_type().0, event.code(), event.value()))
                .collect()),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::protocol::evdev_keyboard;
    use std::sync::{Arc, Mutex};

    /// What a keyboard was asked, and what it will do.
    #[derive(Default)]
    struct Script {
        said: Vec<&'static str>,
        /// Whether a key is down, at each look; afterwards none is.
        down: VecDeque<bool>,
        /// What comes, batch by batch; an error stands for the plug pulled.
        events: VecDeque<Option<Vec<Record>>>,
        held_by_another: bool,
        mouse: bool,
    }

    #[derive(Clone, Default)]
    struct Fake(Arc<Mutex<Script>>);

    impl Keyboard for Fake {
        fn has_enter(&self) -> bool {
            !self.0.lock().unwrap().mouse
        }
        fn key_is_down(&self) -> io::Result<bool> {
            let mut script = self.0.lock().unwrap();
            script.said.push("down?");
            Ok(script.down.pop_front().unwrap_or(false))
        }
        fn take(&mut self) -> io::Result<()> {
            let mut script = self.0.lock().unwrap();
            if script.held_by_another {
                return Err(io::ErrorKind::ResourceBusy.into());
            }
            script.said.push("take");
            Ok(())
        }
        fn let_go(&mut self) {
            self.0.lock().unwrap().said.push("let go");
        }
        fn events(&mut self, _: Duration) -> io::Result<Vec<Record>> {
            let mut script = self.0.lock().unwrap();
            match script.events.pop_front() {
                None => Ok(Vec::new()),
                Some(Some(events)) => Ok(events),
                Some(None) => Err(io::Error::from_raw_os_error(19)),
            }
        }
    }

    fn records(text: &str) -> Vec<Record> {
        let bytes = evdev_keyboard::encode(text).unwrap();
        bytes.chunks(8).map(|record| record.try_into().unwrap()).collect()
    }

    fn taken(fake: &Fake) -> Result<Taken<Fake>, Trouble> {
        Taken::new(fake.clone(), node::Place::default(), Duration::from_millis(20))
    }

    fn said(fake: &Fake) -> Vec<&'static str> {
        fake.0.lock().unwrap().said.clone()
    }

    #[test]
    fn it_is_taken_when_no_key_is_down_and_let_go_in_the_end() {
        let fake = Fake::default();
        fake.0.lock().unwrap().down = [true, false, false].into();
        drop(taken(&fake).unwrap());
        assert_eq!(said(&fake), ["down?", "down?", "take", "down?", "let go"]);
    }

    #[test]
    fn a_key_pressed_while_it_was_taken_gives_it_back_until_it_is_up() {
        let fake = Fake::default();
        fake.0.lock().unwrap().down = [false, true, true, false, false].into();
        drop(taken(&fake).unwrap());
        assert_eq!(
            said(&fake),
            [
                "down?", "take", "down?", "let go", "down?", "down?", "take", "down?", "let go"
            ]
        );
    }

    #[test]
    fn a_key_that_stays_down_is_said_and_nothing_is_taken() {
        let fake = Fake::default();
        fake.0.lock().unwrap().down = [true; 10_000].into();
        let trouble = taken(&fake).err().unwrap();
        assert_eq!(trouble.to_string(), "a key of it is held down");
        assert!(!said(&fake).contains(&"take"));
    }

    #[test]
    fn what_is_no_keyboard_or_held_by_another_is_said() {
        let mouse = Fake::default();
        mouse.0.lock().unwrap().mouse = true;
        assert!(taken(&mouse).err().unwrap().to_string().contains("no Enter key"));
        let held = Fake::default();
        held.0.lock().unwrap().held_by_another = true;
        assert_eq!(taken(&held).err(), Some(Trouble::Busy));
    }

    #[test]
    fn what_was_typed_before_is_thrown_away_and_a_pulled_plug_is_told() {
        let fake = Fake::default();
        fake.0.lock().unwrap().events =
            [Some(records("4600")), Some(Vec::new()), Some(records("51")), None].into();
        let mut port = taken(&fake).unwrap();
        let mut read = Vec::new();
        // A buffer that is no multiple of a record loses nothing.
        let mut buffer = [0; 13];
        while read.len() < records("51").len() * 8 {
            let n = port.read(&mut buffer, Duration::ZERO).unwrap();
            read.extend_from_slice(&buffer[..n]);
        }
        assert_eq!(read, evdev_keyboard::encode("51").unwrap());
        assert_eq!(port.read(&mut buffer, Duration::ZERO), Err(Trouble::Gone));
        assert!(port.write(b"x").is_err());
    }
}
