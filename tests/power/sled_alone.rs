//! The control: sled as the only store, trusted with its own flush. This is how it must not be used.

use super::states::{Found, Outcome};
use super::write::promise;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

const EVENTS: u64 = 600;

pub fn work(folder: &Path) {
    let db = sled::Config::new()
        .path(folder)
        .flush_every_ms(None)
        .open()
        .unwrap();
    // What creates the store is none of the question.
    for name in ["conf", "db", "blobs", "."] {
        std::fs::File::open(folder.join(name))
            .unwrap()
            .sync_all()
            .unwrap();
    }
    std::fs::File::open(folder.parent().unwrap())
        .unwrap()
        .sync_all()
        .unwrap();
    for n in 1..=EVENTS {
        db.insert(n.to_be_bytes(), vec![n as u8; 300]).unwrap();
        db.flush().unwrap();
        promise(&format!("event {n} -"));
    }
}

pub fn check(root: &Path, promised: &[String]) -> Result<Found, (Outcome, String)> {
    let open = || {
        sled::Config::new()
            .path(root.join("data"))
            .flush_every_ms(None)
            .open()
    };
    let db = catch_unwind(AssertUnwindSafe(open))
        .map_err(|_| (Outcome::Closed, "sled panicked".to_owned()))?
        .map_err(|error| (Outcome::Closed, error.to_string()))?;
    for promise in promised {
        let n: u64 = promise.split(' ').nth(1).unwrap().parse().unwrap();
        if !matches!(db.get(n.to_be_bytes()), Ok(Some(_))) {
            return Err((Outcome::Lost, promise.clone()));
        }
    }
    Ok(Found::default())
}
