//! Data folders that cannot be had: said clearly, touched not at all.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]

use formular::store::{DataFolder, Error, JournalReader};
use std::fs;
use std::path::Path;

fn listing(path: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(path)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn a_new_folder_is_begun() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a/b");
    let data = DataFolder::open(&path).unwrap();
    assert_eq!(listing(&path), ["format", "journal", "lock"]);
    assert_eq!(fs::read_to_string(path.join("format")).unwrap(), "1\n");
    drop(data);
    DataFolder::open(&path).unwrap();
}

#[test]
fn a_folder_in_use_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let first = DataFolder::open(dir.path()).unwrap();
    let refused = DataFolder::open(dir.path()).unwrap_err();
    assert!(matches!(refused, Error::InUse { .. }));
    assert!(refused.to_string().contains("in use"), "{refused}");
    let clone = first.clone();
    drop(first);
    assert!(
        DataFolder::open(dir.path()).is_err(),
        "a clone holds the lock as well"
    );
    drop(clone);
    DataFolder::open(dir.path()).unwrap();
}

#[test]
fn a_newer_folder_is_not_touched() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("format"), "2\n").unwrap();
    let refused = DataFolder::open(dir.path()).unwrap_err();
    assert!(
        matches!(
            refused,
            Error::NewerFolder {
                found: 2,
                known: 1,
                ..
            }
        ),
        "{refused}"
    );
    assert_eq!(listing(dir.path()), ["format"]);
    assert!(matches!(
        JournalReader::of(dir.path()),
        Err(Error::NewerFolder { .. })
    ));
    fs::write(dir.path().join("format"), "one").unwrap();
    assert!(matches!(DataFolder::open(dir.path()), Err(Error::Damaged { .. })));
    assert_eq!(listing(dir.path()), ["format"]);
}

#[test]
fn a_file_is_no_folder() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("file");
    fs::write(&path, "mine").unwrap();
    for path in [path.clone(), path.join("below")] {
        let refused = DataFolder::open(&path).unwrap_err();
        assert!(matches!(refused, Error::NotAFolder { .. }), "{refused}");
    }
    assert_eq!(fs::read_to_string(&path).unwrap(), "mine");
}

#[test]
fn where_nobody_can_write_nothing_is_begun() {
    // Not even root can create a file here; a read-only folder would not stop root.
    let refused = DataFolder::open("/proc/formular").unwrap_err();
    assert!(
        matches!(refused, Error::NotWritable { .. } | Error::Full { .. }),
        "{refused}"
    );
    assert!(!Path::new("/proc/formular").exists());
}

#[test]
fn a_reader_wants_a_data_folder() {
    let dir = tempfile::tempdir().unwrap();
    assert!(matches!(
        JournalReader::of(dir.path()),
        Err(Error::NoFolder { .. })
    ));
    assert!(matches!(
        JournalReader::of(&dir.path().join("none")),
        Err(Error::NoFolder { .. })
    ));
    assert!(listing(dir.path()).is_empty());
}
