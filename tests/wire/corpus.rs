//! The fuzzing corpus, without fuzzing: its seeds are the vectors, and every file passes its target.

#[path = "../../fuzz/targets.rs"]
mod targets;

use crate::vectors::frames;
use formular::profile::Family;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus")
}

/// Seeds by target and name: each frame behind the bytes that choose its family.
fn seeds() -> BTreeMap<PathBuf, Vec<u8>> {
    let mut seeds = BTreeMap::new();
    for (at, frame) in frames().into_iter().enumerate() {
        let place = Family::ALL
            .into_iter()
            .filter(|family| family.is_reader() == frame.family.is_reader())
            .position(|family| family == frame.family)
            .unwrap();
        let place = u8::try_from(place).unwrap();
        let (target, head) = match frame.family.is_reader() {
            true => ("reader", vec![place, 3]),
            false => ("payload", vec![place]),
        };
        let name = format!("{target}/{}-{at:02}", frame.family.as_str());
        seeds.insert(PathBuf::from(name), [head, frame.hex].concat());
    }
    for (name, text) in [
        ("dez10", "0013530444"),
        ("dez14", "00257711568204"),
        ("wiegand", "213,02000"),
        ("uid", "04:D3:BD:F8:E8:F9:A5"),
        ("tag", "epc:3474257BF40000000000162E"),
        ("item", "TP-0001"),
        ("layout", "АЩКЬГДФК:ВЩТУ"),
        ("ean", "]E04600051000057"),
    ] {
        seeds.insert(PathBuf::from(format!("typed/{name}")), text.as_bytes().to_vec());
    }
    seeds
}

/// With `FORMULAR_BLESS=1` the seeds are written instead.
#[test]
fn the_seeds_are_those_of_the_vectors() {
    for (name, bytes) in seeds() {
        let path = corpus().join(&name);
        if std::env::var_os("FORMULAR_BLESS").is_some() {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, &bytes).unwrap();
        }
        assert!(
            fs::read(&path).is_ok_and(|found| found == bytes),
            "{} is not the vector's: run this test with FORMULAR_BLESS=1",
            name.display()
        );
    }
}

#[test]
fn every_corpus_file_passes_its_target() {
    for (target, run) in [
        ("reader", targets::reader as fn(&[u8])),
        ("payload", targets::payload),
        ("typed", targets::typed),
    ] {
        let mut seen = 0;
        for file in fs::read_dir(corpus().join(target)).unwrap() {
            run(&fs::read(file.unwrap().path()).unwrap());
            seen += 1;
        }
        assert!(seen > 0, "{target}");
    }
}
