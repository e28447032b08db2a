//! Power cuts of a real ext4: a virtual machine writes events to a disk whose cache forgets, and is cut off.
//!
//! ```text
//!   guest: the store ── ext4 ── virtio ── QEMU ── NBD over a socket ── a disk with a cache        (host)
//!     │                                                                       │ at any moment: what of
//!     └── «acknowledged SEQ HASH» on the serial line ── heard before the cut ─┤ the cache is kept?
//!                                                                             v
//!                              e2fsck replays the journal of ext4 ── debugfs takes the folder out ── a fresh process opens it
//! ```
//!
//! `tests/rig/power` starts it; docs/testing.md tells what it shows. No root, no mount on the host.

#![allow(clippy::unwrap_used, reason = "a test")]

mod check;
mod child;
mod cut;
mod disk;
mod machine;
mod nbd;
#[path = "../../store_events/mod.rs"]
mod store_events;

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["child", folder, honest] => child::write_for_ever(Path::new(folder), *honest == "sync")
            .map_err(|error| error.to_string())
            .map(|()| true),
        ["check", folder, seq, hash] => check::check(Path::new(folder), seq, hash).map(|()| true),
        ["run", work, cuts, control, seed] => cut::run(Path::new(work), cuts, control, seed),
        _ => Err("cuts run WORK CUTS CONTROL-CUTS SEED".into()),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            println!("ext4: FAILED: {error}");
            ExitCode::from(2)
        }
    }
}
