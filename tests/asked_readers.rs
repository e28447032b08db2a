//! Readers that answer when asked, end to end: a model behind a pseudo-terminal, out of the queue as scans.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "dialogues/models.rs"]
#[allow(dead_code, reason = "CCID is no serial line")]
mod models;
mod reader_rig;

use formular::{
    demo::pty::VirtualReader,
    profile::Profile,
    reader::{ReaderInput, State},
    tag::TagId,
    wire::Reject,
};
use models::{Chafon, Mercury, Model, Pn532};
use reader_rig::{LONG, Rig};
use std::{
    collections::BTreeSet,
    thread,
    time::{Duration, Instant},
};

/// Lets the model answer until the reader has given so many scans.
fn serve(rig: &Rig, device: &mut VirtualReader, model: &mut dyn Model, scans: u64) {
    let start = Instant::now();
    while rig.health("r").scans < scans {
        assert!(start.elapsed() < LONG, "{:?}", rig.health("r"));
        let message = device.heard().unwrap();
        if message.is_empty() {
            thread::sleep(Duration::from_millis(2));
            continue;
        }
        for (_, answer) in model.hear(&message) {
            device.present(&answer).unwrap();
        }
    }
}

fn attached(profile: Profile) -> (Rig, VirtualReader) {
    let mut rig = Rig::new(512);
    let device = VirtualReader::open(rig.folder.path().join("r")).unwrap();
    rig.attach("r", profile, device.path());
    rig.until("r", |health| health.state == State::Open);
    (rig, device)
}

#[test]
fn a_tag_in_the_field_is_a_scan() {
    let models: [(&str, &str, Box<dyn Model>); 4] = [
        ("pn532", "uid:04D3BDF8E8F9A5", Box::new(Pn532::default())),
        (
            "cf-ru5102",
            "epc:355AB1C8B000001000000001",
            Box::new(Chafon {
                antennas: false,
                tags: Vec::new(),
            }),
        ),
        (
            "cf-mu904",
            "epc:355AB1C8B000001000000001",
            Box::new(Chafon {
                antennas: true,
                tags: Vec::new(),
            }),
        ),
        (
            "m6e-nano",
            "epc:355AB1C8B000001000000001",
            Box::new(Mercury {
                tags: Vec::new(),
                buffer: Vec::new(),
                stopped: false,
            }),
        ),
    ];
    for (profile, tag, mut model) in models {
        let (rig, mut device) = attached(Rig::model(profile));
        model.lay(&hex::decode(tag.split_once(':').unwrap().1).unwrap());
        serve(&rig, &mut device, model.as_mut(), 1);
        assert_eq!(rig.scans_to(tag), [tag], "{profile}");
        let health = rig.health("r");
        let broken: u64 = health
            .rejects
            .iter()
            .filter(|(reason, _)| **reason != Reject::NoTag.as_str())
            .map(|(_, count)| count)
            .sum();
        assert_eq!((health.key(), broken), ("reader-works", 0), "{profile}");
    }
}

#[test]
fn a_pile_of_two_hundred_tags_is_two_hundred_scans_and_none_twice() {
    let mut profile = Rig::model("cf-mu904");
    profile.bulk = true;
    let tags: Vec<Vec<u8>> = (0..200u8)
        .map(|n| {
            [
                &[0x34, 0x74, 0x25, 0x7B, 0xF4, 0, 0, 0, 0, 0, 0x16],
                [n].as_slice(),
            ]
            .concat()
        })
        .collect();
    let mut model = Chafon {
        antennas: true,
        tags: tags.clone(),
    };
    let (rig, mut device) = attached(profile);
    serve(&rig, &mut device, &mut model, 200);
    let frames = rig.health("r").frames;
    // The pile lies there for three rounds more.
    let start = Instant::now();
    while rig.health("r").frames < frames + 600 {
        assert!(start.elapsed() < LONG, "{:?}", rig.health("r"));
        let message = device.heard().unwrap();
        if !message.is_empty() {
            for (_, answer) in model.hear(&message) {
                device.present(&answer).unwrap();
            }
        }
        thread::sleep(Duration::from_millis(2));
    }
    assert_eq!(rig.health("r").scans, 200);
    let mut scanned = Vec::new();
    while scanned.len() < 200 {
        match rig.next() {
            ReaderInput::Sweep(scans) => scanned.extend(scans.into_iter().map(|scan| scan.reading.tag)),
            other => panic!("a pile comes in sweeps: {other:?}"),
        }
    }
    let wanted: BTreeSet<TagId> = tags.iter().map(|tag| TagId::epc(tag).unwrap()).collect();
    assert_eq!(scanned.len(), 200);
    assert_eq!(scanned.into_iter().collect::<BTreeSet<_>>(), wanted);
}
