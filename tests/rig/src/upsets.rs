//! What else happens to readers: another socket, a twin, a node that is forbidden, a port that is taken; and a device
//! that only looks like one.

use crate::bench::{self, Plugged, await_that};
use crate::daemon::Daemon;
use crate::kinds::{em4100, newland};
use crate::model::uart::Uart;
use crate::walk::AWAY;
use rustix::termios::{ioctl_tiocexcl, ioctl_tiocnxcl};
use serde_json::Value;
use std::fs::{self, File};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

const PORTS: [u8; 5] = [8, 9, 10, 11, 14];
/// What the program is told of the reader at the last of them, before that is plugged in.
pub const BY_HAND: &str = "id12la=/dev/serial/by-path/platform-vhci_hcd.0-usb-0:15:1.0-port0";
/// A badge: it opens and closes sessions, of which nothing is written.
const CODE: &[u8] = b"]C0RIG-CDC-00\r";
const RULES: &str = "/run/udev/rules.d";
const FORBIDS: &str = "/run/udev/rules.d/99-rig.rules";

/// The unit that was read before at another port keeps its name; a twin has one of its own.
pub fn another_socket(daemon: &Daemon) -> Result<String, String> {
    let (first, second) = ("newland-cdc-fm430a0001", "newland-cdc-fm430a0002");
    let before = scans(daemon, first)?;
    let moved = bench::plug(PORTS[0], newland("FM430A0001"))?;
    let twin = bench::plug(PORTS[1], newland("FM430A0002"))?;
    for (unit, reader, many) in [(&moved, first, before + 1), (&twin, second, 1)] {
        await_reads(daemon, reader, unit, CODE, many)?;
    }
    Ok(format!(
        "{first} at another socket is itself, its twin is {second}"
    ))
}

/// Forbidden, then taken by another program, then free: each is told, and mended without a restart.
pub fn forbidden_and_taken(daemon: &Daemon) -> Result<String, String> {
    let reader = "newland-cdc-fm430a0003";
    let said = |error: std::io::Error| error.to_string();
    fs::create_dir_all(RULES).map_err(said)?;
    let forbid =
        "SUBSYSTEM==\"tty\", ATTRS{serial}==\"FM430A0003\", OWNER=\"root\", GROUP=\"root\", MODE=\"0600\"\n";
    fs::write(FORBIDS, forbid).map_err(said)?;
    udevadm(&["control", "--reload"])?;
    let unit = bench::plug(PORTS[2], newland("FM430A0003"))?;
    let node = await_that("its node", || unit.node(0, "ttyACM"))?;
    await_state(daemon, reader, "denied")?;

    // Another program, which is root's, takes the line for itself before we may.
    let other = File::options().read(true).write(true).open(&node).map_err(said)?;
    ioctl_tiocexcl(&other).map_err(|errno| errno.to_string())?;
    fs::remove_file(FORBIDS).map_err(said)?;
    udevadm(&["control", "--reload"])?;
    let class = Path::new("/sys/class/tty").join(node.file_name().unwrap_or_default());
    udevadm(&["trigger", "--action=add", &class.to_string_lossy()])?;
    await_state(daemon, reader, "busy").map_err(|error| format!("{error}; {}", bench::rights(&node)))?;

    ioctl_tiocnxcl(&other).map_err(|errno| errno.to_string())?;
    drop(other);
    await_reads(daemon, reader, &unit, CODE, 1)?;
    Ok(format!("{reader} was denied, then busy, then read"))
}

/// A module that says nothing for longer than a bridge chip is heard out, attached under a link that lasts.
pub fn attached_by_hand(daemon: &Daemon) -> Result<String, String> {
    let (reader, name) = BY_HAND.split_once('=').ok_or("no path")?;
    let link = Path::new(name);
    // A badge.
    let frame = format!("\x02{}\r\n\x03", em4100(0)).into_bytes();
    for many in 1..=2 {
        let unit = bench::plug(PORTS[4], Box::new(Uart::cp2102("0002")))?;
        await_reads(daemon, reader, &unit, &frame, many)?;
        unit.pull();
        await_that("its link to go", || (!link.exists()).then_some(()))?;
    }
    Ok(format!(
        "{reader} attached by hand was read, lost and found again"
    ))
}

/// A satellite receiver on a bridge chip that readers have too: it is heard out, nothing is said to it, and it is let go.
pub fn somebody_else(daemon: &Daemon) -> Result<String, String> {
    const SENTENCE: &[u8] = b"$GPRMC,123519,A,4807.038,N,01131.000,E,022.4,084.4,230394,003.1,W*6A\r\n";
    let readers = || {
        daemon
            .get("/api/v1/readers")
            .map(|all| all["readers"].as_array().map_or(0, Vec::len))
    };
    let before = readers()?;
    let receiver = bench::plug(PORTS[3], Box::new(Uart::ch340()))?;
    let node = await_that("its node", || receiver.node(0, "ttyUSB"))?;
    await_that("it to be heard out", || {
        bench::holds(daemon.id(), &node).then_some(())
    })?;
    await_that("it to be let go", || {
        receiver.engine.show(SENTENCE);
        std::thread::sleep(Duration::from_millis(200));
        (!bench::holds(daemon.id(), &node)).then_some(())
    })?;
    let (bytes, after) = (receiver.engine.witness().bytes, readers()?);
    match (bytes, after == before) {
        (0, true) => Ok("a satellite receiver on a CH340 was heard out, told nothing, and let go".into()),
        told => Err(format!(
            "a satellite receiver was told {} bytes; readers {before}, then {after}",
            told.0
        )),
    }
}

fn udevadm(arguments: &[&str]) -> Result<(), String> {
    match Command::new("udevadm").args(arguments).status() {
        Ok(status) if status.success() => Ok(()),
        other => Err(format!("udevadm {arguments:?}: {other:?}")),
    }
}

fn by_name(daemon: &Daemon, reader: &str) -> Option<Value> {
    let all = daemon.get("/api/v1/readers").ok()?;
    all["readers"]
        .as_array()?
        .iter()
        .find(|other| other["reader"] == reader)
        .cloned()
}

fn scans(daemon: &Daemon, reader: &str) -> Result<u64, String> {
    by_name(daemon, reader)
        .and_then(|reader| reader["scans"].as_u64())
        .ok_or_else(|| format!("{reader} is not told of"))
}

fn await_state(daemon: &Daemon, reader: &str, state: &str) -> Result<(), String> {
    await_that(&format!("{reader} to be {state}"), || {
        by_name(daemon, reader)
            .filter(|reader| reader["state"] == state)
            .map(|_| ())
    })
    .map_err(|error| format!("{error}; it is {:?}", by_name(daemon, reader)))
}

/// Waits until it works, lets it send a frame, and waits for that scan.
fn await_reads(daemon: &Daemon, reader: &str, unit: &Plugged, frame: &[u8], many: u64) -> Result<(), String> {
    await_state(daemon, reader, "works")?;
    await_that("the line to be listened to", || {
        unit.engine.is_heard().then_some(())
    })?;
    std::thread::sleep(AWAY);
    unit.engine.show(frame);
    await_that(&format!("scan {many} of {reader}"), || {
        scans(daemon, reader)
            .ok()
            .filter(|scans| *scans == many)
            .map(|_| ())
    })
    .map_err(|error| format!("{error}; it is {:?}", by_name(daemon, reader)))
}
