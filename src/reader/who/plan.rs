//! What is plugged in against what runs: which readers are to be started, followed, or given up.
//!
//! Knows: lists of facts. Must not know: threads, ports, where the facts come from.

use super::{
    device::Device,
    name::{Name, name},
    rank::{Fit, judge},
};
use crate::{
    ids::ReaderId,
    profile::{Catalogue, Profile, Way},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

/// Most readers that are started by themselves; each is a thread, and no desk has so many.
pub const MAX_READERS: usize = 32;

/// A device with the profile that reads it.
#[derive(Clone, Debug)]
pub struct Claimed {
    pub name: Name,
    pub profile: Profile,
    pub device: Device,
    pub why: String,
}

/// What is to be done.
#[derive(Clone, Debug)]
pub enum Step {
    Start(Box<Claimed>),
    /// The device came (back), perhaps under another node.
    Follow(ReaderId, Device),
    /// The device went; the reader waits for it, and opens nothing.
    Away(ReaderId),
    /// Hear what comes by itself; it may be one of these.
    /// It may be asked only where the flag says so.
    Listen(Device, Vec<Profile>, bool),
    /// It types, and the operator believes only typing readers that are named; told once.
    Unapproved(ReaderId),
}

/// What the plan must remember from one look to the next.
#[derive(Debug, Default)]
pub struct Known {
    /// Devices by the readers that were started for them; none while they are away.
    pub running: BTreeMap<ReaderId, Option<Device>>,
    /// Spots that are being listened to, or were in vain: once per plugging-in.
    pub listened: BTreeSet<String>,
    /// Spots that were heard to be of a profile.
    pub heard: BTreeMap<String, String>,
    /// Readers that type, are plugged in, and were not believed.
    pub unapproved: BTreeSet<ReaderId>,
}

/// What the operator decided.
pub struct Plan<'a> {
    pub table: &'a Catalogue,
    /// Nodes that are attached by hand, links resolved: nobody else touches them.
    pub by_hand: &'a [PathBuf],
    pub listen: bool,
    /// Nodes that may be asked what they are, links resolved.
    pub probe: &'a [PathBuf],
    /// Whether listening can tell this profile's family from others.
    pub tells: fn(&Profile) -> bool,
    /// Readers that type and are believed; none: those whose number is a model's own.
    pub keyboards: Option<&'a BTreeSet<ReaderId>>,
}

impl Plan<'_> {
    /// Compares what is plugged in with what is known, and notes what is to be done.
    pub fn steps(&self, devices: &[Device], known: &mut Known) -> Vec<Step> {
        let mine: Vec<&Device> = devices
            .iter()
            .filter(|d| !self.by_hand.contains(&d.path))
            .collect();
        let here: BTreeSet<String> = mine.iter().map(|d| d.spot()).collect();
        known.listened.retain(|spot| here.contains(spot));
        // What was heard once is believed after a re-plugging, unless the reader is spoken to: that needs to be sure.
        known.heard.retain(|spot, profile| {
            let silent = |p: Profile| p.speak.init.is_empty() && p.speak.poll.0.is_empty();
            here.contains(spot) || self.table.find(profile).is_ok_and(silent)
        });
        let mut steps = Vec::new();
        let (mut claimed, mut taken) = (BTreeMap::new(), BTreeSet::new());
        let mut unapproved = BTreeSet::new();
        for device in mine {
            let Some(claim) = self.claim(device, devices, known) else {
                if let Some(step) = self.listen_to(device, known) {
                    steps.push(step);
                }
                continue;
            };
            let types = device.way == Way::Evdev;
            if types && self.keyboards.is_some_and(|ids| !ids.contains(&claim.name.id)) {
                unapproved.insert(claim.name.id);
                continue;
            }
            // Two interfaces of one device are one node, and two nodes of one name one reader.
            if taken.insert(device.path.clone()) && !claimed.contains_key(&claim.name.id) {
                claimed.insert(claim.name.id.clone(), claim);
            }
        }
        let fresh = unapproved.difference(&known.unapproved).cloned();
        steps.extend(fresh.map(Step::Unapproved));
        known.unapproved = unapproved;
        for (id, device) in &mut known.running {
            match (claimed.remove(id), device.as_ref()) {
                (Some(claim), Some(old)) if old.path == claim.device.path && old.is_same(&claim.device) => {}
                (Some(claim), _) => {
                    *device = Some(claim.device.clone());
                    steps.push(Step::Follow(id.clone(), claim.device));
                }
                (None, Some(_)) => {
                    *device = None;
                    steps.push(Step::Away(id.clone()));
                }
                (None, None) => {}
            }
        }
        for (id, claim) in claimed {
            if known.running.len() < MAX_READERS {
                known.running.insert(id, Some(claim.device.clone()));
                steps.push(Step::Start(Box::new(claim)));
            }
        }
        steps
    }

    fn claim(&self, device: &Device, all: &[Device], known: &Known) -> Option<Claimed> {
        let judged = judge(device, self.table);
        let heard = known.heard.get(&device.spot());
        let (wanted, why) = match (&judged.claim, heard) {
            (Some(claim), _) => (claim, judged.why),
            (None, Some(heard)) => (heard, "it was heard to speak as this model does".into()),
            (None, None) => return None,
        };
        let profile = self.table.find(wanted).ok()?;
        let usb = device.usb.as_ref();
        let entry = usb.and_then(|usb| {
            let own = profile.claims();
            own.into_iter()
                .find(|entry| entry.vid.0 == usb.vid && entry.pid.matches(usb.pid))
        });
        Some(Claimed {
            name: self.steady(device, name(device, &profile, entry, all), known),
            profile,
            device: device.clone(),
            why,
        })
    }

    /// A reader that runs keeps its name, whatever twin is plugged in beside it.
    fn steady(&self, device: &Device, name: Name, known: &Known) -> Name {
        let same = |old: &Option<Device>| old.as_ref().is_some_and(|old| old.is_same(device));
        match known.running.iter().find(|(_, old)| same(old)) {
            Some((id, _)) => Name {
                id: id.clone(),
                label: name.label,
            },
            None => name,
        }
    }

    fn listen_to(&self, device: &Device, known: &mut Known) -> Option<Step> {
        let ask = self.probe.contains(&device.path);
        if !(self.listen || ask) || device.way != Way::Serial {
            return None;
        }
        let seen = judge(device, self.table).seen;
        let fits = |profile: &Profile| {
            let named = seen
                .iter()
                .any(|s| s.fit == Fit::Maybe && s.profile == profile.name.as_str());
            // A port of which nothing is known is heard out only where the operator named it.
            named || (ask && seen.is_empty())
        };
        let can_tell = |p: &Profile| (self.tells)(p) || (ask && !p.probe.ask.0.is_empty());
        let all = self.table.profiles().iter().filter(|p| p.way == Way::Serial);
        let maybe: Vec<Profile> = all.filter(|p| fits(p) && can_tell(p)).cloned().collect();
        let first = !maybe.is_empty() && known.listened.insert(device.spot());
        first.then(|| Step::Listen(device.clone(), maybe, ask))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        profile::builtin,
        reader::who::{Shape, UsbFacts},
    };

    /// `NODE VID:PID SOCKET SERIAL`, a serial port each; `-`: no serial number.
    fn devices(text: &str) -> Vec<Device> {
        let device = |line: &str| {
            let mut words = line.split_whitespace();
            let mut word = || words.next().unwrap();
            let path = PathBuf::from(format!("/dev/{}", word()));
            let (vid, pid) = word().split_once(':').unwrap();
            let (port, serial) = (word(), word());
            Device {
                way: Way::Serial,
                path,
                place: Some(format!("pci-0000:00:14.0-usb-0:{port}:1.0")),
                shape: Shape::Port,
                driver: None,
                usb: Some(UsbFacts {
                    vid: u16::from_str_radix(vid, 16).unwrap(),
                    pid: u16::from_str_radix(pid, 16).unwrap(),
                    serial: (serial != "-").then(|| serial.to_owned()),
                    port: port.to_owned(),
                    ..UsbFacts::default()
                }),
            }
        };
        text.split(',')
            .map(str::trim)
            .filter(|t| !t.is_empty())
            .map(device)
            .collect()
    }

    fn told(steps: Vec<Step>) -> String {
        let node = |device: Device| device.path.file_name().unwrap().to_str().unwrap().to_owned();
        let mut lines: Vec<String> = steps
            .into_iter()
            .map(|step| match step {
                Step::Start(claim) => format!("start {} {}", claim.name.id, node(claim.device)),
                Step::Follow(id, device) => format!("follow {id} {}", node(device)),
                Step::Away(id) => format!("away {id}"),
                Step::Unapproved(id) => format!("unapproved {id}"),
                Step::Listen(device, maybe, _) => {
                    let names: Vec<_> = maybe.iter().map(|p| p.name.as_str()).collect();
                    format!("listen {} {}", node(device), names.join("|"))
                }
            })
            .collect();
        lines.sort();
        lines.join(", ")
    }

    /// Each line is one look at the machine: what is plugged in → what is done.
    fn follow(by_hand: &[&str], looks: &[(&str, &str)]) {
        let by_hand: Vec<PathBuf> = by_hand.iter().map(PathBuf::from).collect();
        let plan = Plan {
            table: builtin(),
            by_hand: &by_hand,
            listen: true,
            probe: &[],
            tells: |profile| profile.family.as_str() == "rc522-text",
            keyboards: None,
        };
        let mut known = Known::default();
        for (n, (plugged, wanted)) in looks.iter().enumerate() {
            assert_eq!(
                told(plan.steps(&devices(plugged), &mut known)),
                *wanted,
                "look {n}: {plugged}"
            );
        }
    }

    #[test]
    fn a_reader_is_started_followed_and_waited_for() {
        follow(
            &[],
            &[
                ("", ""),
                (
                    "ttyUSB0 0403:1234 1.2 -",
                    "start ironlogic-z2-00:14.0-1.2 ttyUSB0",
                ),
                ("ttyUSB0 0403:1234 1.2 -", ""),
                ("", "away ironlogic-z2-00:14.0-1.2"),
                ("", ""),
                (
                    "ttyUSB1 0403:1234 1.2 -",
                    "follow ironlogic-z2-00:14.0-1.2 ttyUSB1",
                ),
                (
                    "ttyUSB0 0403:1234 1.2 -",
                    "follow ironlogic-z2-00:14.0-1.2 ttyUSB0",
                ),
            ],
        );
    }

    #[test]
    fn a_serial_number_is_followed_from_socket_to_socket() {
        follow(
            &[],
            &[
                (
                    "ttyACM0 05e0:1701 1 S19022523022",
                    "start zebra-cdc-s19022523022 ttyACM0",
                ),
                ("", "away zebra-cdc-s19022523022"),
                (
                    "ttyACM0 05e0:1701 3 S19022523022",
                    "follow zebra-cdc-s19022523022 ttyACM0",
                ),
            ],
        );
    }

    #[test]
    fn two_equal_readers_stay_apart() {
        // Without serial numbers, with the same one, and with a twin that comes later.
        follow(
            &[],
            &[
                (
                    "ttyUSB0 0403:1234 1 -, ttyUSB1 0403:1234 2 -",
                    "start ironlogic-z2-00:14.0-1 ttyUSB0, start ironlogic-z2-00:14.0-2 ttyUSB1",
                ),
                (
                    "ttyUSB1 0403:1234 1 -, ttyUSB0 0403:1234 2 -",
                    "follow ironlogic-z2-00:14.0-1 ttyUSB1, follow ironlogic-z2-00:14.0-2 ttyUSB0",
                ),
            ],
        );
        follow(
            &[],
            &[(
                "ttyUSB0 0403:1234 1 A12B34, ttyUSB1 0403:1234 2 A12B34",
                "start ironlogic-z2-00:14.0-1 ttyUSB0, start ironlogic-z2-00:14.0-2 ttyUSB1",
            )],
        );
        follow(
            &[],
            &[
                ("ttyUSB0 0403:1234 1 A12B34", "start ironlogic-z2-a12b34 ttyUSB0"),
                (
                    "ttyUSB0 0403:1234 1 A12B34, ttyUSB1 0403:1234 2 A12B34",
                    "start ironlogic-z2-00:14.0-2 ttyUSB1",
                ),
            ],
        );
    }

    #[test]
    fn what_is_attached_by_hand_is_left_to_the_hand() {
        follow(&["/dev/ttyUSB0"], &[("ttyUSB0 0403:1234 1 -", "")]);
    }

    #[test]
    fn a_bridge_chip_is_listened_to_once_per_plugging_in_and_a_stranger_never() {
        follow(
            &[],
            &[
                (
                    "ttyUSB0 1a86:7523 1 -, ttyUSB1 dead:beef 2 -",
                    "listen ttyUSB0 rc522-arduino",
                ),
                ("ttyUSB0 1a86:7523 1 -", ""),
                ("", ""),
                ("ttyUSB0 1a86:7523 1 -", "listen ttyUSB0 rc522-arduino"),
            ],
        );
    }

    #[test]
    fn what_was_heard_is_read_and_found_again() {
        let plan = Plan {
            table: builtin(),
            by_hand: &[],
            listen: true,
            probe: &[],
            tells: |_| true,
            keyboards: None,
        };
        let mut known = Known::default();
        let here = devices("ttyUSB0 1a86:7523 1 -");
        plan.steps(&here, &mut known);
        known.heard.insert(here[0].spot(), "rc522-arduino".into());
        assert_eq!(
            told(plan.steps(&here, &mut known)),
            "start rc522-arduino-00:14.0-1 ttyUSB0"
        );
        assert_eq!(told(plan.steps(&[], &mut known)), "away rc522-arduino-00:14.0-1");
        let back = devices("ttyUSB4 1a86:7523 1 -");
        assert_eq!(
            told(plan.steps(&back, &mut known)),
            "follow rc522-arduino-00:14.0-1 ttyUSB4"
        );
    }

    /// A scanner that types is believed by its number, unless the operator names the ones that are.
    #[test]
    fn where_keyboards_are_named_no_other_is_opened() {
        // 0c2e:0b61 is a Honeywell 3310g that types.
        let mut here = devices("input7 0c2e:0b61 1 -, ttyUSB0 0403:1234 2 -");
        for device in here.iter_mut().take(1) {
            device.way = Way::Evdev;
            device.shape = Shape::Keyboard;
        }
        fn plan(keyboards: Option<&BTreeSet<ReaderId>>) -> Plan<'_> {
            Plan {
                table: builtin(),
                by_hand: &[],
                listen: false,
                probe: &[],
                tells: |_| true,
                keyboards,
            }
        }
        let looked = |keyboards: Option<&BTreeSet<ReaderId>>| {
            told(plan(keyboards).steps(&here, &mut Known::default()))
        };
        let believed = looked(None);
        let id = believed
            .split(' ')
            .find(|word| word.starts_with("honeywell"))
            .unwrap_or_else(|| panic!("{believed}"));
        let others = looked(Some(&BTreeSet::new()));
        assert!(others.contains(&format!("unapproved {id}")), "{others}");
        assert!(!others.contains(&format!("start {id}")), "{others}");
        assert!(others.contains("ttyUSB0"), "what does not type goes on: {others}");
        assert_eq!(looked(Some(&BTreeSet::from([ReaderId::from(id)]))), believed);
        let (nobody, mut known) = (BTreeSet::new(), Known::default());
        plan(Some(&nobody)).steps(&here, &mut known);
        assert_eq!(
            told(plan(Some(&nobody)).steps(&here, &mut known)),
            "",
            "told once"
        );
    }

    #[test]
    fn a_hub_full_of_readers_starts_so_many_and_no_more() {
        let many: Vec<String> = (0..99).map(|n| format!("ttyUSB{n} 0403:1234 {n} -")).collect();
        let plan = Plan {
            table: builtin(),
            by_hand: &[],
            listen: true,
            probe: &[],
            tells: |_| true,
            keyboards: None,
        };
        let steps = plan.steps(&devices(&many.join(",")), &mut Known::default());
        assert_eq!(steps.len(), MAX_READERS);
    }
}
