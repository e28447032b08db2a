//! Streams as lines carry them: cut anywhere, with noise, joined, torn, endless, random.

use crate::vectors::{Frame, frames};
use crate::{heard, reader, readers, words};
use formular::profile::Family;
use formular::wire::{Verdict, most_held};
use proptest::prelude::*;

fn good_frames() -> Vec<Frame> {
    frames()
        .into_iter()
        .filter(|frame| frame.family.is_reader())
        .collect()
}

/// Bytes that no frame of the family begins with, ended as its lines are.
fn noise(family: Family) -> &'static [u8] {
    match family {
        Family::Ironlogic | Family::Rc522Text => b"\x01\xFF\x13?\r\n",
        family if family.is_lines() => b"\x01\xFF\x13?\r\n",
        Family::Em4100Em18 => b"xyz",
        // 00 FF would begin a frame, and a broken one.
        Family::Pn532Hsu => b"\x55\xAA\x13\x80",
        _ => b"\x00\xFF\x55\xAA\x13",
    }
}

/// Records of keys: whole ones, of which a part is a text of its own.
fn is_keys(family: Family) -> bool {
    matches!(family, Family::HidKeyboard | Family::EvdevKeyboard)
}

/// The words that are not rejects.
fn accepted(words: &[String]) -> Vec<&String> {
    words.iter().filter(|word| !word.starts_with("reject")).collect()
}

#[test]
fn cut_in_two_anywhere_it_says_the_same() {
    for frame in good_frames() {
        for at in 0..=frame.hex.len() {
            let (head, tail) = frame.hex.split_at(at);
            assert_eq!(
                words(&heard(frame.family, &[head, tail])),
                frame.says,
                "{} at {at}",
                frame.name
            );
        }
    }
}

#[test]
fn byte_by_byte_it_says_the_same() {
    for frame in good_frames() {
        let bytes: Vec<&[u8]> = frame.hex.chunks(1).collect();
        assert_eq!(words(&heard(frame.family, &bytes)), frame.says, "{}", frame.name);
    }
}

#[test]
fn noise_before_is_counted_and_the_frame_is_read() {
    for frame in good_frames() {
        let said = words(&heard(frame.family, &[noise(frame.family), &frame.hex]));
        let (noise, rest) = said.split_at(1);
        assert!(
            noise[0] == "reject not-mine" || noise[0] == "reject insane",
            "{}: {said:?}",
            frame.name
        );
        assert_eq!(rest, frame.says, "{}", frame.name);
    }
}

#[test]
fn two_joined_are_two() {
    for frame in good_frames() {
        let said = words(&heard(frame.family, &[&frame.hex, &frame.hex]));
        assert_eq!(
            said,
            [frame.says.clone(), frame.says.clone()].concat(),
            "{}",
            frame.name
        );
    }
}

#[test]
fn after_a_torn_one_the_next_is_read_and_no_third_is_invented() {
    for frame in good_frames() {
        for at in 1..frame.hex.len() {
            let torn = &frame.hex[..at];
            let mut decoder = reader(frame.family);
            let mut out = Vec::new();
            decoder.push(torn, &mut out);
            decoder.gap(&mut out);
            let before = out.len();
            decoder.push(&frame.hex, &mut out);
            decoder.gap(&mut out);
            assert_eq!(
                words(&out[before..]),
                frame.says,
                "{} torn at {at}, then silence",
                frame.name
            );
            if frame.family.is_lines() || is_keys(frame.family) || frame.family == Family::Llrp {
                // Bare text has no start: what is torn off is told from what follows by silence alone.
                // On a network nothing is torn but by the end of a connection, and LLRP has no sum.
                continue;
            }
            assert!(
                accepted(&words(&out[..before]))
                    .iter()
                    .all(|word| frame.says.contains(word)),
                "{} torn at {at}: {:?}",
                frame.name,
                words(&out)
            );
            let joined = words(&heard(frame.family, &[torn, &frame.hex]));
            let read: Vec<_> = accepted(&joined);
            assert!(
                read.ends_with(&accepted(&frame.says)) && read.iter().all(|word| frame.says.contains(word)),
                "{} torn at {at}, then at once: {joined:?}",
                frame.name
            );
        }
    }
}

#[test]
fn endless_streams_are_counted_and_not_kept() {
    const LEN: usize = 64 * 1024;
    for family in readers() {
        let frame = good_frames()
            .into_iter()
            .find(|frame| frame.family == family)
            .unwrap();
        for byte in [0x00, 0x02, b'0', b'A', b'Z', b']', b' ', 0xBB, 0xFF] {
            match (family, byte) {
                // AA AA AA AA AA with the sum AA may be a card; an STX before a code is nothing.
                (Family::Em4100Em18, b'A') => continue,
                // No key is down.
                (family, 0x00) if is_keys(family) => continue,
                (family, 0x02) if family.is_lines() => continue,
                _ => {}
            }
            let mut decoder = reader(family);
            let mut out = Vec::new();
            for _ in 0..LEN / 256 {
                decoder.push(&[byte; 256], &mut out);
                assert!(
                    decoder.held() <= most_held(family),
                    "{} {byte:02X}",
                    family.as_str()
                );
            }
            let said = words(&out);
            assert!(accepted(&said).is_empty(), "{} {byte:02X}", family.as_str());
            assert!(
                said.len() >= LEN / most_held(family) / 2,
                "{} {byte:02X}: {}",
                family.as_str(),
                said.len()
            );
            out.clear();
            decoder.push(b"\r\n", &mut out);
            decoder.push(&frame.hex, &mut out);
            decoder.gap(&mut out);
            assert!(
                words(&out).ends_with(&frame.says),
                "{} {byte:02X}: {:?}",
                family.as_str(),
                words(&out)
            );
        }
    }
}

#[test]
fn an_endless_line_is_overlong_once_per_limit() {
    for family in [Family::Ironlogic, Family::Rc522Text, Family::BarcodeText] {
        let said = words(&heard(family, &[&[b'x'; 20_000]]));
        let overlong = said.iter().filter(|word| *word == "reject overlong").count();
        assert!((9..=160).contains(&overlong), "{}: {overlong}", family.as_str());
        assert!(said.len() <= overlong + 1, "{}: {said:?}", family.as_str());
    }
}

/// Pieces of a stream: random bytes, good frames, torn ones, silences.
#[derive(Clone, Debug)]
enum Piece {
    Bytes(Vec<u8>),
    Silence,
}

fn pieces(family: Family) -> impl Strategy<Value = Vec<Piece>> {
    let frames: Vec<Vec<u8>> = good_frames()
        .into_iter()
        .filter(|frame| frame.family == family)
        .map(|frame| frame.hex)
        .collect();
    let frame = prop::sample::select(frames);
    let piece = prop_oneof![
        3 => prop::collection::vec(any::<u8>(), 0..40).prop_map(Piece::Bytes),
        2 => prop::collection::vec(prop::sample::select(b"\x02\x03\x0A\x0D\xBB\x7E0A]:Uu ".to_vec()), 0..40)
            .prop_map(Piece::Bytes),
        4 => frame.clone().prop_map(Piece::Bytes),
        2 => (frame, any::<prop::sample::Index>()).prop_map(|(frame, at)| {
            Piece::Bytes(frame[..at.index(frame.len())].to_vec())
        }),
        2 => Just(Piece::Silence),
    ];
    prop::collection::vec(piece, 0..12)
}

fn run(family: Family, pieces: &[Piece], step: usize) -> Vec<Verdict> {
    let mut decoder = reader(family);
    let mut out = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Bytes(bytes) => {
                for chunk in bytes.chunks(step) {
                    decoder.push(chunk, &mut out);
                    assert!(decoder.held() <= most_held(family));
                }
            }
            Piece::Silence => decoder.gap(&mut out),
        }
    }
    decoder.gap(&mut out);
    assert_eq!(decoder.held(), 0, "silence leaves nothing behind");
    out
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_cut_changes_a_verdict(
        (family, stream) in prop::sample::select(readers().collect::<Vec<_>>())
            .prop_flat_map(|family| (Just(family), pieces(family))),
        step in 1_usize..16,
    ) {
        prop_assert_eq!(run(family, &stream, step), run(family, &stream, usize::MAX));
    }

    #[test]
    fn a_good_frame_after_anything_and_silence_is_read(
        (family, stream) in prop::sample::select(readers().collect::<Vec<_>>())
            .prop_flat_map(|family| (Just(family), pieces(family))),
        which in any::<prop::sample::Index>(),
    ) {
        let frames: Vec<_> = good_frames().into_iter().filter(|frame| frame.family == family).collect();
        let frame = which.get(&frames);
        let mut stream = stream;
        stream.extend([Piece::Silence, Piece::Bytes(frame.hex.clone())]);
        let said = words(&run(family, &stream, 7));
        prop_assert!(said.ends_with(&frame.says), "{:?}", said);
    }

    #[test]
    fn payloads_never_panic(
        family in prop::sample::select(Family::ALL.to_vec()),
        bytes in prop::collection::vec(any::<u8>(), 0..80),
        framed: bool,
    ) {
        for line in formular::wire::decode::lines(family, &bytes, framed) {
            crate::vectors::word(&line);
        }
    }

    #[test]
    fn typed_texts_never_panic(text in "\\PC{0,40}") {
        for tag in formular::wire::normalise::typed(&text) {
            formular::wire::normalise::aliases(&tag);
        }
    }
}
