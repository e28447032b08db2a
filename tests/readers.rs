//! Readers end to end: bytes into a pseudo-terminal, through the serial driver, out of the queue as scans.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod reader_rig;

use formular::{
    cue::Cue,
    demo::pty::VirtualReader,
    ids::ReaderId,
    profile::{Family, Profile, builtin},
    reader::{Attached, ReaderInput, State, from_args},
    wire::quiet_ms,
};
use reader_rig::{FAMILIES, LONG, Rig, frame};
use std::{
    fs,
    os::unix::fs::symlink,
    path::Path,
    thread,
    time::{Duration, Instant},
};

#[test]
fn a_held_tag_is_one_scan() {
    for (family, one, other) in FAMILIES {
        let mut rig = Rig::new(64);
        let mut device = rig.reader("r", family);
        for _ in 0..30 {
            device.present(&frame(family, one)).unwrap();
        }
        device.present(&frame(family, other)).unwrap();
        assert_eq!(rig.scans_to(other), [one, other], "{family:?}");
        let health = rig.health("r");
        assert_eq!((health.frames, health.scans), (31, 2), "{family:?} {health:?}");
    }
}

#[test]
fn two_tags_at_any_distance_are_two_scans() {
    for (family, one, other) in FAMILIES {
        let mut rig = Rig::new(64);
        let mut left = rig.reader("left", family);
        let mut right = rig.reader("right", family);
        for apart in [0, 1, 5, 50, 400] {
            // On one reader; each distance with tags of its own, so that none is still lying there.
            let (a, b) = (again(one, apart), again(other, apart));
            left.present(&frame(family, &a)).unwrap();
            thread::sleep(Duration::from_millis(apart));
            left.present(&frame(family, &b)).unwrap();
            assert_eq!(
                rig.scans_to(&b),
                [a.clone(), b.clone()],
                "{family:?} {apart} ms, one reader"
            );
            // On two; in which order they come is the threads' own affair.
            left.present(&frame(family, &again(one, apart + 1000))).unwrap();
            thread::sleep(Duration::from_millis(apart));
            right.present(&frame(family, &again(one, apart + 1000))).unwrap();
            let mut readers = [rig.next(), rig.next()].map(|news| match news {
                ReaderInput::Scan(scan) => scan.reader.to_string(),
                other => panic!("{other:?}"),
            });
            readers.sort();
            assert_eq!(readers, ["left", "right"], "{family:?} {apart} ms, two readers");
        }
    }
}

/// A tag like the one given, with four other digits inside.
fn again(tag: &str, n: u64) -> String {
    let at = tag.find(':').unwrap() + 3;
    format!("{}{n:04}{}", &tag[..at], &tag[at + 4..])
}

#[test]
fn a_frame_torn_by_the_plug_is_no_scan_and_nothing_after_is_lost() {
    for (family, one, other) in FAMILIES {
        let mut rig = Rig::new(64);
        let mut device = rig.reader("r", family);
        device.present(&frame(family, one)).unwrap();
        assert_eq!(rig.scans_to(one), [one]);
        let half = frame(family, other);
        // Of a card's dump the first line is the frame; everywhere else a half is a half.
        let half = &half[..half.len().min(24) / 2];
        let before = rig.health("r").bytes;
        device.present(half).unwrap();
        // The plug goes as soon as the half was read, and before its silence could pass for an end.
        rig.until("r", |health| health.bytes == before + half.len() as u64);
        device.unplug().unwrap();
        let lost = rig.next_whole();
        assert!(
            matches!(&lost, ReaderInput::Lost { reader, .. } if *reader == ReaderId::new("r")),
            "{lost:?}"
        );
        assert_eq!(rig.until("r", |h| h.state == State::Lost).losses, 1);

        device.plug().unwrap();
        // At once, before the program has noticed that the device is there again.
        device.present(&frame(family, other)).unwrap();
        let back = rig.next_whole();
        assert!(matches!(&back, ReaderInput::Back { .. }), "{family:?} {back:?}");
        assert_eq!(rig.scans_to(other), [other], "{family:?}");
        let rejects = rig.health("r").rejects;
        assert!(!rejects.is_empty(), "{family:?}: the torn half is counted");
    }
}

#[test]
fn garbage_without_end_is_counted_and_the_next_good_frame_is_read() {
    for (family, one, _) in FAMILIES {
        let mut rig = Rig::new(4096);
        let mut device = rig.reader("r", family);
        let mut seed = 1u32;
        let noise: Vec<u8> = (0..200_000)
            .map(|_| {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                match family {
                    // Any text is a good barcode; only a line without end is none.
                    Family::BarcodeText => b'A' + (seed >> 24) as u8 % 26,
                    _ => (seed >> 24) as u8,
                }
            })
            .collect();
        device.present(&noise).unwrap();
        rig.until("r", |health| health.bytes == noise.len() as u64);
        // Shown again until it is read, each time with the silence that some families need to find a frame's start;
        // how soon after noise that is is for the decoders' own tests.
        let silence = Duration::from_millis(2 * u64::from(quiet_ms(family)));
        let start = Instant::now();
        while rig.health("r").frames == 0 {
            assert!(
                start.elapsed() < LONG,
                "{family:?} never read again: {:?}",
                rig.health("r")
            );
            device.present(&frame(family, one)).unwrap();
            thread::sleep(silence);
        }
        assert_eq!(rig.scans_to(one), [one], "{family:?}: noise made no scan");
        let rejects: u64 = rig.health("r").rejects.values().sum();
        assert!(rejects > 0, "{family:?}");
    }
}

#[test]
fn a_scanner_stuck_on_one_code_is_one_scan() {
    let mut rig = Rig::new(4);
    let mut device = rig.reader("r", Family::BarcodeText);
    for _ in 0..5000 {
        device.present(b"2900000000018\r").unwrap();
    }
    device.present(b"2900000000025\r").unwrap();
    assert_eq!(
        rig.scans_to("code:2900000000025"),
        ["code:2900000000018", "code:2900000000025"]
    );
    assert_eq!(rig.health("r").frames, 5001);
}

#[test]
fn a_code_without_suffix_is_read_and_flagged() {
    let mut rig = Rig::new(4);
    let mut device = rig.reader("r", Family::BarcodeText);
    device.present(b"2900000000018").unwrap();
    assert_eq!(rig.scans_to("code:2900000000018").len(), 1);
    assert_eq!(rig.health("r").scans_by_gap, 1);
}

#[test]
fn an_unknown_path_waits_and_the_others_run() {
    let mut rig = Rig::new(4);
    let nowhere = rig.folder.path().join("nowhere");
    let file = rig.folder.path().join("file");
    fs::write(&file, "text").unwrap();
    rig.attach("nowhere", Profile::generic(Family::Ironlogic).unwrap(), &nowhere);
    rig.attach("file", Profile::generic(Family::Ironlogic).unwrap(), &file);
    let mut device = rig.reader("r", Family::BarcodeText);

    let waits = rig.until("nowhere", |health| !health.words.is_empty());
    assert_eq!(waits.state, State::Waiting);
    assert_eq!(waits.words[0].text, "no such device");
    rig.attach(
        "null",
        Profile::generic(Family::Ironlogic).unwrap(),
        Path::new("/dev/null"),
    );
    let failed = rig.until("null", |health| health.state == State::Failed);
    assert_eq!(failed.words[0].text, "not a serial line");
    let failed = rig.until("file", |health| health.state == State::Failed);
    assert_eq!(failed.words[0].text, "not a serial line");

    device.present(b"2900000000018\r").unwrap();
    assert_eq!(rig.scans_to("code:2900000000018").len(), 1);

    // Plugged in at last: read without a restart, and no loss is told of what never was.
    let mut late = VirtualReader::open(&nowhere).unwrap();
    late.present(b"Em-Marine[5500] 126,58404\r\n").unwrap();
    assert_eq!(rig.scans_to("em4100:55007EE424").len(), 1);
}

#[test]
fn a_device_is_held_by_one() {
    let mut rig = Rig::new(4);
    let device = rig.reader("first", Family::BarcodeText);
    rig.attach(
        "second",
        Profile::generic(Family::BarcodeText).unwrap(),
        device.path(),
    );
    let busy = rig.until("second", |health| health.state == State::Busy);
    assert_eq!(busy.words[0].text, "another program holds it");
    // The first goes, the second gets it.
    rig.handles.remove(0).stop();
    rig.until("second", |health| health.state == State::Open);
}

#[test]
fn a_full_queue_makes_the_reader_wait_and_drops_nothing() {
    let mut rig = Rig::new(1);
    let mut device = rig.reader("r", Family::BarcodeText);
    for n in 0..50 {
        device.present(format!("code {n}\r").as_bytes()).unwrap();
    }
    let want: Vec<String> = (0..50).map(|n| format!("code:code {n}")).collect();
    assert_eq!(rig.scans_to("code:code 49"), want);
}

#[test]
fn a_tag_held_while_the_queue_is_full_is_one_scan() {
    let mut rig = Rig::new(1);
    let family = Family::Em4100Rdm6300;
    let mut device = rig.reader("r", family);
    let held = frame(family, "em4100:01000734E0");
    device.present(&held).unwrap();
    for n in 0..4 {
        device
            .present(&frame(family, &format!("em4100:010007000{n}")))
            .unwrap();
    }
    // The queue has room for one: the reader stands still for longer than the tag's silence.
    for _ in 0..14 {
        device.present(&held).unwrap();
        thread::sleep(Duration::from_millis(65));
    }
    device.present(&frame(family, "em4100:0C000621A5")).unwrap();
    assert_eq!(rig.scans_to("em4100:0C000621A5").len(), 6);
}

#[test]
fn a_reader_stops_though_the_queue_is_full() {
    let mut rig = Rig::new(1);
    let mut device = rig.reader("r", Family::BarcodeText);
    for n in 0..50 {
        device.present(format!("code {n}\r").as_bytes()).unwrap();
    }
    rig.until("r", |health| health.scans >= 2);
    rig.handles.remove(0).stop();
}

#[test]
fn a_link_set_to_another_device_is_followed() {
    let mut rig = Rig::new(8);
    let mut old = VirtualReader::open(rig.folder.path().join("old")).unwrap();
    let mut new = VirtualReader::open(rig.folder.path().join("new")).unwrap();
    let link = rig.folder.path().join("link");
    symlink(old.path(), &link).unwrap();
    rig.attach("r", Profile::generic(Family::BarcodeText).unwrap(), &link);
    old.present(b"1\r").unwrap();
    assert_eq!(rig.scans_to("code:1").len(), 1);
    fs::remove_file(&link).unwrap();
    symlink(new.path(), &link).unwrap();
    new.present(b"2\r").unwrap();
    assert_eq!(rig.scans_to("code:2").len(), 1);
}

#[test]
fn a_reader_with_cue_bytes_is_told_to_sound() {
    let mut rig = Rig::new(4);
    let mut device = VirtualReader::open(rig.folder.path().join("tty")).unwrap();
    rig.attach("r", Rig::model("honeywell-1400g"), device.path());
    rig.until("r", |health| health.state == State::Open);
    rig.handles[0].feedback().cue(Cue::Lent);
    rig.handles[0].feedback().cue(Cue::Refused);
    hears(&mut device, &[0x16, 0x07, 0x0d]);
}

#[test]
fn a_uhf_module_is_asked_and_a_generic_one_never() {
    let mut rig = Rig::new(4);
    let mut asked = VirtualReader::open(rig.folder.path().join("asked")).unwrap();
    let mut never = rig.reader("never", Family::UhfBb7e);
    rig.attach("asked", Rig::model("yrm100"), asked.path());
    let stop = [0xbb, 0x00, 0x28, 0x00, 0x00, 0x28, 0x7e];
    let poll = [0xbb, 0x00, 0x22, 0x00, 0x00, 0x22, 0x7e];
    hears(&mut asked, &[stop, poll, poll].concat());
    asked
        .present(&frame(Family::UhfBb7e, "epc:355AB1C8B000001000000001"))
        .unwrap();
    assert_eq!(rig.scans_to("epc:355AB1C8B000001000000001").len(), 1);
    assert_eq!(never.heard().unwrap(), b"", "no byte to a stranger");
}

/// Waits until the device was told at least these bytes, from the first.
fn hears(device: &mut VirtualReader, bytes: &[u8]) {
    let (start, mut heard) = (Instant::now(), Vec::new());
    while heard.len() < bytes.len() {
        assert!(start.elapsed() < LONG, "heard {heard:02x?}");
        heard.extend(device.heard().unwrap());
        thread::sleep(Duration::from_millis(5));
    }
    assert_eq!(&heard[..bytes.len()], bytes);
}

#[test]
fn an_unreadable_reader_shows_its_bytes_and_a_readable_one_never() {
    let mut rig = Rig::new(4);
    let mut device = rig.reader("r", Family::Em4100Rdm6300);
    device.present(&[0xf8, 0x80, 0x1c]).unwrap();
    let health = rig.until("r", |health| health.unreadable == "f8801c");
    assert_eq!(health.key(), "reader-confused");
    device
        .present(&frame(Family::Em4100Rdm6300, "em4100:01000734E0"))
        .unwrap();
    device.present(&[0xf8, 0x80, 0x1c]).unwrap();
    let health = rig.until("r", |health| health.bytes == 20);
    assert_eq!(health.key(), "reader-works");
    assert_eq!(health.unreadable, "", "a number on a card is nobody's business");
}

#[test]
fn what_is_attached_by_hand_is_read() {
    let mut rig = Rig::new(4);
    let mut device = VirtualReader::open(rig.folder.path().join("tty")).unwrap();
    let arg = format!("barcode-text={}", device.path().display());
    let (attached, errors) = from_args([arg.as_str(), "gs1-check-digit=/dev/null"], builtin());
    assert_eq!(errors.len(), 1);
    let Attached { profile, path, .. } = attached[0].clone();
    rig.attach("r", profile, &path);
    device.present("ТР-0001\r".as_bytes()).unwrap();
    assert_eq!(rig.scans_to("code:ТР-0001").len(), 1);
}

#[test]
fn a_reader_that_does_not_answer_and_one_that_talks_nonsense_are_told_apart() {
    let mut rig = Rig::new(4);
    let mute = VirtualReader::open(rig.folder.path().join("mute")).unwrap();
    rig.attach("mute", Rig::model("yrm100"), mute.path());
    let mut strange = rig.reader("strange", Family::Em4100Rdm6300);
    for _ in 0..3 {
        strange.present(b"\x02not a frame\x03").unwrap();
    }
    let health = rig.until("strange", |health| health.state == State::Confused);
    assert_eq!(health.key(), "reader-confused");
    strange
        .present(&frame(Family::Em4100Rdm6300, "em4100:01000734E0"))
        .unwrap();
    rig.until("strange", |health| health.state == State::Open);
    let health = rig.until("mute", |health| health.state == State::Silent);
    assert_eq!(health.key(), "reader-silent");
    assert!(health.state.advice().contains("nothing comes back"));
    drop(mute);
}
