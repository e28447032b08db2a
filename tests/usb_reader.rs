//! A CCID reader end to end: a model behind the USB transfers, through the program's own thread, out of the queue as scans.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "dialogues/models.rs"]
#[allow(
    dead_code,
    reason = "the models of serial readers are for the dialogues' tests"
)]
mod models;
mod reader_rig;

use formular::{
    cue::Cue,
    profile::Line,
    reader::{Options, Pipes, Port, ReaderInput, State, Trouble, line_of},
};
use models::{Ccid, Later, Model};
use reader_rig::Rig;
use std::{
    collections::VecDeque,
    fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

/// A model with its plug; every clone is the same device.
#[derive(Clone)]
struct Device {
    inner: Arc<Mutex<Inner>>,
    /// Stands for the socket: it is there while the device is plugged in.
    path: PathBuf,
}

struct Inner {
    model: Ccid,
    fresh: fn() -> Ccid,
    bulk: VecDeque<Vec<u8>>,
    notices: VecDeque<Vec<u8>>,
    heard: Vec<Vec<u8>>,
    plugged: bool,
    /// The plug is pulled in the middle of the next answer.
    tear: bool,
}

impl Device {
    fn new(path: PathBuf, fresh: fn() -> Ccid) -> Self {
        fs::write(&path, "").unwrap();
        let inner = Inner {
            model: fresh(),
            fresh,
            bulk: VecDeque::new(),
            notices: VecDeque::new(),
            heard: Vec::new(),
            plugged: true,
            tear: false,
        };
        Self {
            inner: Arc::new(Mutex::new(inner)),
            path,
        }
    }

    fn with<T>(&self, act: impl FnOnce(&mut Inner) -> T) -> T {
        act(&mut self.inner.lock().unwrap())
    }

    fn lay(&self, tag: &str) {
        let tag = hex::decode(tag).unwrap();
        self.with(|device| {
            let notices = device.model.lay(&tag);
            device.notices.extend(bytes(notices));
        });
    }

    fn lift(&self) {
        self.with(|device| {
            let notices = device.model.lift();
            device.notices.extend(bytes(notices));
        });
    }

    fn unplug_in_an_answer(&self) {
        self.with(|device| device.tear = true);
        while self.with(|device| device.plugged) {
            thread::sleep(Duration::from_millis(5));
        }
        fs::remove_file(&self.path).unwrap();
    }

    fn plug(&self, with: &str) {
        self.with(|device| {
            device.model = (device.fresh)();
            device.model.lay(&hex::decode(with).unwrap());
            device.bulk.clear();
            device.notices.clear();
            device.plugged = true;
        });
        fs::write(&self.path, "").unwrap();
    }

    fn options(&self) -> Options {
        let device = self.clone();
        let open = move |_: &Path, _: &Line| -> Result<Box<dyn Port>, Trouble> {
            match device.with(|inner| inner.plugged) {
                true => Ok(line_of(Box::new(device.clone()))),
                false => Err(Trouble::Absent),
            }
        };
        Options {
            opener: Some(Box::new(open)),
            ..Options::default()
        }
    }
}

fn bytes(later: Later) -> impl Iterator<Item = Vec<u8>> {
    later.into_iter().map(|(_, bytes)| bytes)
}

impl Pipes for Device {
    fn bulk_in(&mut self, buffer: &mut [u8], wait: Duration) -> Result<usize, Trouble> {
        let came = self.with(|device| {
            let transfer = match device.plugged {
                true => device.bulk.pop_front(),
                false => return Err(Trouble::Gone),
            };
            let Some(transfer) = transfer else { return Ok(0) };
            let n = if device.tear {
                transfer.len() / 2
            } else {
                transfer.len()
            };
            device.plugged = !device.tear;
            device.tear = false;
            buffer[..n].copy_from_slice(&transfer[..n]);
            Ok(n)
        });
        if came == Ok(0) {
            thread::sleep(wait.min(Duration::from_millis(2)));
        }
        came
    }

    fn bulk_out(&mut self, message: &[u8], _: Duration) -> Result<(), Trouble> {
        self.with(|device| {
            if !device.plugged {
                return Err(Trouble::Gone);
            }
            device.heard.push(message.to_vec());
            let answers = device.model.hear(message);
            device.bulk.extend(bytes(answers));
            Ok(())
        })
    }

    fn interrupt_in(&mut self, buffer: &mut [u8], _: Duration) -> Option<Result<usize, Trouble>> {
        Some(self.with(|device| {
            let notice = device.notices.pop_front().unwrap_or_default();
            buffer[..notice.len()].copy_from_slice(&notice);
            match device.plugged {
                true => Ok(notice.len()),
                false => Err(Trouble::Gone),
            }
        }))
    }

    fn packet(&self) -> usize {
        64
    }

    fn is_still_at(&self, _: &Path) -> bool {
        true
    }
}

fn desk(profile: &str, fresh: fn() -> Ccid) -> (Rig, Device) {
    let mut rig = Rig::new(64);
    let device = Device::new(rig.folder.path().join("socket"), fresh);
    rig.attach_with("r", Rig::model(profile), &device.path, device.options());
    rig.until("r", |health| health.state == State::Open);
    (rig, device)
}

#[test]
fn cards_laid_down_and_taken_away_are_scans_with_notices_and_without() {
    let silent: fn() -> Ccid = || Ccid::new(false, false);
    let telling: fn() -> Ccid = || Ccid::new(true, false);
    let module: fn() -> Ccid = || Ccid::new(false, true);
    for (profile, fresh) in [("acr122u", silent), ("acr1252u", telling), ("touchatag", module)] {
        let (rig, device) = desk(profile, fresh);
        device.lay("24D34F59");
        assert_eq!(rig.scans_to("uid:24D34F59"), ["uid:24D34F59"], "{profile}");
        // It lies there for a while: told again and again, and one scan.
        rig.until("r", |health| health.frames >= 3);
        device.lift();
        device.lay("04D3BDF8E8F9A5");
        assert_eq!(
            rig.scans_to("uid:04D3BDF8E8F9A5"),
            ["uid:04D3BDF8E8F9A5"],
            "{profile}"
        );
        assert_eq!(rig.health("r").key(), "reader-works", "{profile}");
    }
}

#[test]
fn the_plug_pulled_in_an_answer_is_a_loss_and_what_lies_there_is_no_second_scan() {
    let (rig, device) = desk("acr122u", || Ccid::new(false, false));
    device.lay("24D34F59");
    assert_eq!(rig.scans_to("uid:24D34F59").len(), 1);
    device.unplug_in_an_answer();
    assert!(matches!(rig.next(), ReaderInput::Lost { .. }));
    assert_eq!(rig.until("r", |health| health.state == State::Lost).losses, 1);
    device.plug("24D34F59");
    assert!(matches!(rig.next(), ReaderInput::Back { .. }));
    let frames = rig.health("r").frames;
    rig.until("r", |health| health.frames > frames);
    device.lift();
    device.lay("04D3BDF8E8F9A5");
    assert_eq!(rig.scans_to("uid:04D3BDF8E8F9A5"), ["uid:04D3BDF8E8F9A5"]);
}

#[test]
fn a_cue_is_said_in_the_readers_own_commands() {
    let (rig, device) = desk("acr122u", || Ccid::new(false, false));
    rig.handles[0].feedback().cue(Cue::Refused);
    let lights = hex::decode("ff0040500402010201").unwrap();
    let heard = |device: &Device| device.with(|inner| inner.heard.iter().any(|m| m.ends_with(&lights)));
    rig.until("r", |_| heard(&device));
}
