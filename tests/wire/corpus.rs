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

/// Seeds by family and number: each frame behind the byte that says how it is cut.
fn seeds() -> BTreeMap<PathBuf, Vec<u8>> {
    let mut seeds = BTreeMap::new();
    let mut numbers: BTreeMap<Family, usize> = BTreeMap::new();
    for frame in frames() {
        let number = numbers.entry(frame.family).or_default();
        let head: &[u8] = if frame.family.is_reader() { &[3] } else { &[] };
        let name = format!("{}/{number:02}", frame.family.as_str());
        seeds.insert(PathBuf::from(name), [head, &frame.hex].concat());
        *number += 1;
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
    let pass = |folder: &str, run: &dyn Fn(&[u8])| {
        let mut seen = 0;
        for file in fs::read_dir(corpus().join(folder)).unwrap() {
            run(&fs::read(file.unwrap().path()).unwrap());
            seen += 1;
        }
        assert!(seen > 0, "{folder}");
    };
    for family in Family::ALL {
        pass(family.as_str(), &|bytes| targets::family(family, bytes));
    }
    pass("typed", &targets::typed);
}
