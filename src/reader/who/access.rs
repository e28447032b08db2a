//! Whether this user may open a node, who holds it now, and which programs take readers before anybody else.
//!
//! Knows: modes and groups, `/proc`. Must not know: profiles, what is done about it.

use super::{device::Device, sysfs::Roots};
use crate::profile::Way;
use rustix::fs::Access as Wanted;
use serde::Serialize;
use std::{
    fs,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

/// What this user may do with a node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "may", rename_all = "kebab-case")]
pub enum Access {
    Open,
    /// Seen and forbidden.
    Denied {
        group: String,
        /// `0660`.
        mode: String,
    },
    /// There is no node at the path.
    NoNode,
}

/// Asks the system; nothing is opened.
pub fn access(roots: &Roots, path: &Path) -> Access {
    let Ok(meta) = fs::metadata(path) else {
        return Access::NoNode;
    };
    match rustix::fs::access(path, Wanted::READ_OK | Wanted::WRITE_OK) {
        Ok(()) => Access::Open,
        Err(_) => Access::Denied {
            group: group(roots, meta.gid()),
            mode: format!("{:04o}", meta.mode() & 0o7777),
        },
    }
}

impl Access {
    /// The command that mends it; none if nothing is wrong.
    pub fn mend(&self) -> Option<String> {
        match self {
            Access::Open => None,
            Access::NoNode => Some("no node stands there: is udev running, is a driver bound?".into()),
            // The group can read it: only the user is missing in it.
            Access::Denied { group, mode } if group != "root" && mode.ends_with("60") => Some(format!(
                "sudo usermod -aG {group} \"$USER\", then log in anew (a service: restart it)"
            )),
            Access::Denied { .. } => Some(
                "sudo cp udev/65-formular-readers.rules /etc/udev/rules.d/ && sudo udevadm control --reload && \
                 sudo udevadm trigger; the user belongs in the group formular"
                    .into(),
            ),
        }
    }
}

fn group(roots: &Roots, gid: u32) -> String {
    let groups = roots.proc.with_file_name("etc").join("group");
    let text = fs::read_to_string(groups).unwrap_or_default();
    let named = text.lines().find_map(|line| {
        let mut words = line.split(':');
        let name = words.next()?;
        (words.nth(1)?.parse() == Ok(gid)).then(|| name.to_owned())
    });
    named.unwrap_or_else(|| gid.to_string())
}

/// A program that has a node open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Holder {
    pub pid: u32,
    pub program: String,
}

/// Who has the node open, as far as this user may see; and whether there are processes that it may not look into.
pub fn holders(roots: &Roots, path: &Path) -> (Vec<Holder>, bool) {
    let node = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let (mut found, mut hidden) = (Vec::new(), false);
    for (pid, folder) in processes(roots) {
        let Ok(open) = fs::read_dir(folder.join("fd")) else {
            hidden = true;
            continue;
        };
        let has = |fd: fs::DirEntry| fs::read_link(fd.path()).is_ok_and(|there| there == node);
        if open.flatten().any(has) {
            let program = program(&folder);
            found.push(Holder { pid, program });
        }
    }
    (found, hidden)
}

fn processes(roots: &Roots) -> Vec<(u32, PathBuf)> {
    let entries = fs::read_dir(&roots.proc).into_iter().flatten().flatten();
    let mut all: Vec<(u32, PathBuf)> = entries
        .filter_map(|e| Some((e.file_name().to_str()?.parse().ok()?, e.path())))
        .collect();
    all.sort();
    all
}

fn program(folder: &Path) -> String {
    let name = fs::read_to_string(folder.join("comm")).unwrap_or_default();
    name.chars().filter(|c| !c.is_control()).collect()
}

/// Bridge chips that brltty before 6.5 took for Braille displays.
const BRLTTY: [(u16, u16); 2] = [(0x1a86, 0x7523), (0x10c4, 0xea60)];

/// Programs and drivers that would take this device, each with what to do; nothing if there are none.
pub fn rivals(roots: &Roots, device: &Device) -> Vec<String> {
    let mut told = Vec::new();
    let runs: Vec<String> = processes(roots)
        .iter()
        .map(|(_, folder)| program(folder))
        .collect();
    let runs = |name: &str| runs.iter().any(|program| program == name);
    if device.way == Way::Serial && runs("ModemManager") {
        told.push(
            "ModemManager runs, and asks new ports whether they are modems: the rules of «formular udev» keep it off".into(),
        );
    }
    let chip = device.usb.as_ref().map(|usb| (usb.vid, usb.pid));
    if chip.is_some_and(|chip| BRLTTY.contains(&chip)) && runs("brltty") {
        told.push(
            "brltty runs, and before version 6.5 took this chip for a Braille display (the port appears and goes after half a \
             second); if nobody here reads Braille: sudo systemctl mask brltty-udev.service"
                .into(),
        );
    }
    let ccid = device.usb.as_ref().is_some_and(|usb| usb.class == Some(0x0b));
    if ccid && runs("pcscd") {
        told.push(
            "pcscd runs, and takes chip card readers: add the line of udev/pcscd-formular to /etc/default/pcscd, then \
             sudo systemctl restart pcscd"
                .into(),
        );
    }
    if device.driver.as_deref() == Some("pn533_usb") {
        told.push(
            "the kernel's NFC driver pn533_usb has it: sudo cp udev/formular-nfc.conf /etc/modprobe.d/ && sudo modprobe -r pn533_usb"
                .into(),
        );
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reader::who::{Shape, UsbFacts};
    use std::os::unix::fs::symlink;

    /// A machine with these programs, as `NAME NODE`; `-`: it holds none.
    fn machine(programs: &[&str]) -> (tempfile::TempDir, Roots) {
        let folder = tempfile::tempdir().unwrap();
        let roots = Roots {
            sys: folder.path().join("sys"),
            dev: folder.path().join("dev"),
            proc: folder.path().join("proc"),
        };
        fs::create_dir_all(&roots.dev).unwrap();
        fs::create_dir_all(folder.path().join("etc")).unwrap();
        fs::write(folder.path().join("etc/group"), "root:x:0:\ndialout:x:20:desk\n").unwrap();
        for (pid, line) in programs.iter().enumerate() {
            let (name, node) = line.split_once(' ').unwrap();
            let process = roots.proc.join((100 + pid).to_string());
            fs::create_dir_all(process.join("fd")).unwrap();
            fs::write(process.join("comm"), format!("{name}\n")).unwrap();
            if node != "-" {
                symlink(roots.dev.join(node), process.join("fd/7")).unwrap();
            }
        }
        (folder, roots)
    }

    #[test]
    fn who_holds_a_port_is_named() {
        let (_folder, roots) = machine(&["bash -", "screen ttyUSB0", "ModemManager ttyUSB1"]);
        for node in ["ttyUSB0", "ttyUSB1", "ttyUSB2"] {
            fs::write(roots.dev.join(node), "").unwrap();
        }
        let told = |node: &str| {
            let (held, hidden) = holders(&roots, &roots.dev.join(node));
            assert!(!hidden);
            held.iter()
                .map(|h| format!("{} {}", h.program, h.pid))
                .collect::<Vec<_>>()
        };
        assert_eq!(told("ttyUSB0"), ["screen 101"]);
        assert_eq!(told("ttyUSB1"), ["ModemManager 102"]);
        assert_eq!(told("ttyUSB2"), Vec::<String>::new());
        // A process that may not be looked into is said to be there.
        fs::create_dir_all(roots.proc.join("200")).unwrap();
        assert!(holders(&roots, &roots.dev.join("ttyUSB2")).1);
    }

    #[test]
    fn what_is_forbidden_comes_with_the_command_that_mends_it() {
        let (_folder, roots) = machine(&[]);
        assert_eq!(group(&roots, 20), "dialout");
        assert_eq!(group(&roots, 4711), "4711");
        assert_eq!(access(&roots, &roots.dev.join("nowhere")), Access::NoNode);
        let denied = |group: &str, mode: &str| Access::Denied {
            group: group.into(),
            mode: mode.into(),
        };
        // (who may, the command)
        let table = [
            (Access::Open, None),
            (denied("dialout", "0660"), Some("sudo usermod -aG dialout")),
            (
                denied("root", "0600"),
                Some("sudo cp udev/65-formular-readers.rules"),
            ),
            (
                denied("root", "0660"),
                Some("sudo cp udev/65-formular-readers.rules"),
            ),
            (
                denied("input", "0600"),
                Some("sudo cp udev/65-formular-readers.rules"),
            ),
        ];
        for (access, command) in table {
            let mend = access.mend();
            assert_eq!(mend.is_some(), command.is_some(), "{access:?}");
            assert!(
                mend.unwrap_or_default().starts_with(command.unwrap_or_default()),
                "{access:?}"
            );
        }
    }

    #[test]
    fn rivals_are_named_only_where_they_are() {
        let device = |way, number: (u16, u16), class, driver: Option<&str>| Device {
            way,
            path: "/dev/node".into(),
            place: None,
            shape: Shape::Port,
            driver: driver.map(str::to_owned),
            usb: Some(UsbFacts {
                vid: number.0,
                pid: number.1,
                class: Some(class),
                ..UsbFacts::default()
            }),
        };
        let port = device(Way::Serial, (0x1a86, 0x7523), 0xff, Some("ch341"));
        let card = device(Way::Usb, (0x072f, 0x2200), 0x0b, Some("pn533_usb"));
        // (programs that run, the device, words that are said)
        let table: [(&[&str], &Device, &[&str]); 4] = [
            (&["bash -"], &port, &[]),
            (
                &["ModemManager -", "brltty -", "pcscd -"],
                &port,
                &["ModemManager", "brltty"],
            ),
            (&["pcscd -", "ModemManager -"], &card, &["pcscd", "pn533_usb"]),
            (&["bash -"], &card, &["pn533_usb"]),
        ];
        for (programs, device, wanted) in table {
            let (_folder, roots) = machine(programs);
            let told = rivals(&roots, device);
            assert_eq!(told.len(), wanted.len(), "{told:?}");
            assert!(
                told.iter().zip(wanted).all(|(told, word)| told.contains(word)),
                "{told:?}"
            );
        }
    }
}
