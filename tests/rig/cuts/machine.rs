//! A virtual machine whose disk is ours: booted, listened to, killed.
//!
//! Knows: QEMU's command line and the serial line. Must not know: what is checked.

use crate::disk::{CachedDisk, Moment};
use crate::nbd;
use std::io::{BufRead, BufReader};
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// The last event that the guest has called durable.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Acknowledged {
    pub seq: u64,
    pub hash: String,
}

#[derive(Default)]
struct Heard {
    /// The disk is mounted.
    begun: bool,
    opened: Option<u64>,
    last: Acknowledged,
    lines: u64,
    tail: Vec<String>,
}

pub struct Machine {
    qemu: Child,
    pub disk: Arc<Mutex<CachedDisk>>,
    heard: Arc<Mutex<Heard>>,
    listening: Option<JoinHandle<()>>,
    serving: Option<JoinHandle<()>>,
}

const BOOT: Duration = Duration::from_secs(180);
const LOOK: Duration = Duration::from_millis(1);

impl Machine {
    /// Boots the kernel of `work` with this disk and waits until the guest has mounted it.
    pub fn boot(work: &Path, image: Vec<u8>, honest: bool) -> Result<Self, String> {
        let said = |error: std::io::Error| error.to_string();
        let socket = work.join("disk.sock");
        let _ = std::fs::remove_file(&socket);
        let listener = UnixListener::bind(&socket).map_err(said)?;
        let disk = Arc::new(Mutex::new(CachedDisk::new(image)));
        let served = disk.clone();
        let serving = std::thread::spawn(move || {
            if let Ok((stream, _)) = listener.accept() {
                // It ends when the machine is killed: that is no error here.
                let _ = nbd::serve(stream, &served);
            }
        });
        let drive = format!(
            "file=nbd+unix:///?socket={},format=raw,if=none,id=disk,cache=writeback",
            socket.display()
        );
        let words = format!(
            "console=ttyS0 quiet panic=-1 mitigations=off random.trust_cpu=on cuts={}",
            if honest { "sync" } else { "lie" }
        );
        let mut qemu = Command::new("qemu-system-x86_64");
        qemu.args(
            "-nodefaults -no-user-config -display none -no-reboot -machine pc,accel=tcg -cpu qemu64"
                .split(' '),
        )
        .args("-smp 1 -m 256 -serial stdio -monitor none".split(' '))
        .arg("-kernel")
        .arg(work.join("vmlinuz"))
        .arg("-initrd")
        .arg(work.join("cuts-initrd"))
        .args(["-append", &words, "-drive", &drive])
        .args(["-device", "virtio-blk-pci,drive=disk,write-cache=on"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped());
        let mut qemu = qemu.spawn().map_err(|error| format!("qemu: {error}"))?;
        let console = qemu.stdout.take().ok_or("no console")?;
        let heard = Arc::new(Mutex::new(Heard::default()));
        let ears = heard.clone();
        let machine = Self {
            qemu,
            disk,
            heard,
            listening: Some(std::thread::spawn(move || listen(console, &ears))),
            serving: Some(serving),
        };
        machine.wait("the guest to mount its disk", |heard| heard.begun)?;
        Ok(machine)
    }

    fn wait(&self, what: &str, is: impl Fn(&Heard) -> bool) -> Result<(), String> {
        let began = Instant::now();
        loop {
            let heard = self.heard.lock().unwrap();
            if is(&heard) {
                return Ok(());
            }
            // A machine that has ended by itself says nothing more.
            let ended = self.listening.as_ref().is_none_or(JoinHandle::is_finished);
            if ended || began.elapsed() > BOOT {
                return Err(format!("waited for {what}; it said: {}", heard.tail.join(" / ")));
            }
            drop(heard);
            std::thread::sleep(LOOK);
        }
    }

    /// Waits for the next acknowledged batch.
    pub fn next_batch(&self) -> Result<(), String> {
        let lines = self.heard.lock().unwrap().lines;
        self.wait("a batch", |heard| heard.lines > lines)
    }

    /// Waits until the guest has opened its folder; what was there.
    pub fn opened(&self) -> Result<u64, String> {
        self.wait("the guest to open its folder", |heard| heard.opened.is_some())?;
        Ok(self.heard.lock().unwrap().opened.unwrap_or_default())
    }

    /// Waits until the guest has written so often; the disk at that moment.
    pub fn write_number(&self, number: u64) -> Result<Moment, String> {
        self.disk.lock().unwrap().catch(number);
        let began = Instant::now();
        loop {
            if let Some(moment) = self.disk.lock().unwrap().caught() {
                return Ok(moment);
            }
            if began.elapsed() > BOOT {
                return Err("the guest writes no more".into());
            }
            std::thread::sleep(LOOK);
        }
    }

    pub fn acknowledged(&self) -> Acknowledged {
        self.heard.lock().unwrap().last.clone()
    }

    /// SIGKILL; what it had said until then was true.
    pub fn kill(&mut self) -> Acknowledged {
        let _ = self.qemu.kill();
        let _ = self.qemu.wait();
        let _ = self.listening.take().map(JoinHandle::join);
        let _ = self.serving.take().map(JoinHandle::join);
        self.acknowledged()
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        self.kill();
    }
}

fn listen(console: ChildStdout, heard: &Mutex<Heard>) {
    for line in BufReader::new(console).split(b'\n').map_while(Result::ok) {
        let line = String::from_utf8_lossy(&line).trim_end().to_owned();
        let mut heard = heard.lock().unwrap();
        let words: Vec<&str> = line.split(' ').collect();
        match words.as_slice() {
            ["cuts:", "begun"] => heard.begun = true,
            ["opened", seq, _] => heard.opened = seq.parse().ok(),
            ["acknowledged", seq, hash] if hash.len() == 64 => {
                heard.lines += 1;
                heard.last = Acknowledged {
                    seq: seq.parse().unwrap_or_default(),
                    hash: (*hash).to_owned(),
                };
            }
            _ => {
                let all = heard.tail.len();
                heard.tail.drain(..all.saturating_sub(20));
                heard.tail.push(line);
            }
        }
    }
}
