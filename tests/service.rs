//! The program as a service: what it tells the service manager, when, and how it writes its log.
#![allow(clippy::unwrap_used, reason = "a test")]

mod support;

use formular::clock::{Clock, Moment};
use formular::service::{Notify, Setup, Station, watch};
use std::io::{BufRead, BufReader, PipeReader};
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};
use support::{PATIENCE, formular};

/// The service manager's end.
struct Manager(UnixDatagram);

impl Manager {
    fn at(path: &Path) -> Self {
        let socket = UnixDatagram::bind(path).unwrap();
        socket.set_read_timeout(Some(PATIENCE)).unwrap();
        Self(socket)
    }

    /// The lines of the next message.
    fn hear(&self) -> Vec<String> {
        let mut bytes = [0; 4096];
        let read = self.0.recv(&mut bytes).unwrap();
        let text = std::str::from_utf8(&bytes[..read]).unwrap();
        text.lines().map(str::to_owned).collect()
    }

    /// Messages up to the first with this line.
    fn until(&self, line: &str) -> Vec<String> {
        let mut heard = Vec::new();
        while !heard.iter().any(|heard| heard == line) {
            heard.extend(self.hear());
        }
        heard
    }
}

struct Serving(Child);

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn serve(data: &Path) -> Command {
    let config = data.with_extension("toml");
    std::fs::write(&config, "[readers]\nauto = false\n").unwrap();
    let mut command = formular();
    command
        .args(["serve", "--listen", "127.0.0.1:0", "--config"])
        .arg(config)
        .arg("--data")
        .arg(data)
        .stdout(Stdio::null());
    command
}

#[test]
fn the_manager_hears_that_the_desk_is_ready_lives_and_stops() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("notify");
    let manager = Manager::at(&socket);
    let mut command = serve(&folder.path().join("data"));
    command
        .env("NOTIFY_SOCKET", &socket)
        .env("WATCHDOG_USEC", "400000");
    let mut serving = Serving(command.spawn().unwrap());
    let first = manager.hear();
    assert_eq!(first[0], "READY=1");
    // A new folder's index may still be on its way.
    assert!(first[1].starts_with("STATUS=The desk works; "), "{first:?}");
    assert!(first[1].ends_with("no reader is attached."), "{first:?}");
    // The clerk turns at least once a second without anything to do, and each turn may be told.
    manager.until("WATCHDOG=1");
    manager.until("WATCHDOG=1");
    let pid = rustix::process::Pid::from_child(&serving.0);
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
    let heard = manager.until("STOPPING=1");
    assert!(!heard.contains(&"READY=1".to_owned()), "{heard:?}");
    assert!(serving.0.wait().unwrap().success());
}

/// A folder that is in use is no ready desk: the manager hears nothing of the second one.
#[test]
fn a_desk_that_cannot_open_is_never_ready() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let held = formular::store::DataFolder::open(&data).unwrap();
    let socket = folder.path().join("notify");
    let manager = Manager::at(&socket);
    let mut command = serve(&data);
    command.env("NOTIFY_SOCKET", &socket).stderr(Stdio::null());
    let mut serving = Serving(command.spawn().unwrap());
    assert_eq!(serving.0.wait().unwrap().code(), Some(1));
    manager.0.set_nonblocking(true).unwrap();
    assert!(manager.0.recv(&mut [0; 64]).is_err());
    drop(held);
}

/// A clock that can be held: the clerk who asks it then stands still, as it would before a disk that never answers.
struct HeldClock(Mutex<()>);

impl HeldClock {
    fn hold(&self) -> MutexGuard<'_, ()> {
        self.0.lock().unwrap()
    }
}

impl Clock for HeldClock {
    fn now(&self) -> Moment {
        drop(self.hold());
        "2026-09-01T09:00:00+03:00".parse().unwrap()
    }

    fn steady_ms(&self) -> u64 {
        0
    }
}

#[test]
fn nobody_speaks_for_a_clerk_that_stands_still() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(HeldClock(Mutex::new(())));
    let setup = Setup::quiet(folder.path().join("data"), Arc::clone(&clock) as _);
    let station = Station::open(setup).unwrap();
    let name = format!("formular-test-{}", std::process::id());
    let manager = SocketAddr::from_abstract_name(&name).unwrap();
    let manager = UnixDatagram::bind_addr(&manager).unwrap();
    let notify = Arc::new(Notify::at(format!("@{name}").as_ref()).unwrap());
    let beats = station.beats();
    watch(notify, Duration::from_millis(200), station.beats(), String::new).unwrap();
    let (heard, messages) = channel();
    std::thread::spawn(move || {
        let mut bytes = [0; 64];
        while let Ok(read) = manager.recv(&mut bytes) {
            if heard.send(bytes[..read].to_vec()).is_err() {
                break;
            }
        }
    });
    assert_eq!(messages.recv_timeout(PATIENCE).unwrap(), b"WATCHDOG=1\n");
    // It stands when a whole second has brought no beat; what was on its way then is the last.
    let held = clock.hold();
    still(&beats);
    std::thread::sleep(Duration::from_millis(200));
    while messages.try_recv().is_ok() {}
    assert_eq!(
        messages.recv_timeout(Duration::from_millis(1_500)),
        Err(RecvTimeoutError::Timeout)
    );
    drop(held);
    assert_eq!(messages.recv_timeout(PATIENCE).unwrap(), b"WATCHDOG=1\n");
    station.close();
}

fn still(beats: &impl Fn() -> u64) {
    let began = Instant::now();
    let (mut last, mut since) = (beats(), Instant::now());
    while since.elapsed() < Duration::from_millis(1_200) {
        assert!(began.elapsed() < PATIENCE, "the clerk goes on");
        std::thread::sleep(Duration::from_millis(10));
        if beats() != last {
            (last, since) = (beats(), Instant::now());
        }
    }
}

/// The log lines of a program whose standard error is a pipe; `named`: the pipe is what JOURNAL_STREAM says.
fn logged(named: bool) -> (Serving, Receiver<String>) {
    let folder = tempfile::tempdir().unwrap().keep();
    let (reader, writer) = std::io::pipe().unwrap();
    let pipe = rustix::fs::fstat(&writer).unwrap();
    let inode = pipe.st_ino + u64::from(!named);
    let mut command = serve(&folder.join("data"));
    command
        .env("RUST_LOG", "info")
        .env("JOURNAL_STREAM", format!("{}:{inode}", pipe.st_dev))
        .stderr(writer);
    let serving = Serving(command.spawn().unwrap());
    drop(command);
    (serving, lines(reader))
}

fn lines(reader: PipeReader) -> Receiver<String> {
    let (tell, told) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(reader).lines().map_while(Result::ok) {
            let _ = tell.send(line);
        }
    });
    told
}

#[test]
fn the_journal_gets_priorities_and_a_terminal_gets_times() {
    let (_serving, lines) = logged(true);
    let line = lines.recv_timeout(PATIENCE).unwrap();
    assert!(line.starts_with("<6>formular"), "{line}");
    assert!(!line.contains('\u{1b}'), "{line}");
    let (_serving, lines) = logged(false);
    let line = lines.recv_timeout(PATIENCE).unwrap();
    assert!(!line.starts_with('<') && line.contains("INFO"), "{line}");
}

/// Every way in which a reader comes has its devices in the unit, and nothing else has.
#[test]
fn the_unit_lets_readers_through() {
    let unit = include_str!("../systemd/formular.service");
    let mut allowed: Vec<_> = unit
        .lines()
        .filter_map(|line| line.strip_prefix("DeviceAllow="))
        .collect();
    allowed.sort_unstable();
    let wanted = [
        "char-hidraw rw",
        "char-input rw",
        "char-ttyACM rw",
        "char-ttyUSB rw",
        "char-usb_device rw",
    ];
    assert_eq!(allowed, wanted);
    for line in [
        "Type=notify",
        "StateDirectory=formular",
        "Restart=always",
        "SupplementaryGroups=dialout",
    ] {
        assert!(unit.lines().any(|known| known == line), "{line}");
    }
}
