//! How near the desk comes to what the disk and the network can do, measured in one run on one file system.
//!
//! Prints ratios; passes and fails nothing. `--quick` makes fewer rounds; `disk`, `web` or `start` runs that part alone. The limits are: a raw append with one
//! `fdatasync` per record, the same with a group per `fdatasync`, and a bare axum server that sends the same bytes.

mod limits {
    pub mod disk;
    pub mod fixture;
    pub mod start;
    pub mod web;
}

use limits::{disk, fixture, start, web};

/// What measures, by the name that runs it alone.
type Part = (&'static str, fn(&fixture::Rounds));

fn main() {
    let quick = std::env::args().any(|argument| argument == "--quick");
    let rounds = if quick {
        fixture::Rounds::quick()
    } else {
        fixture::Rounds::full()
    };
    println!(
        "Formular {}: ratios of this run; medians\n",
        env!("CARGO_PKG_VERSION")
    );
    let parts: [Part; 3] = [("disk", disk::run), ("web", web::run), ("start", start::run)];
    let named = |part: &str| std::env::args().any(|argument| argument == part);
    let all = !parts.iter().any(|(part, _)| named(part));
    for (part, run) in parts {
        if all || named(part) {
            run(&rounds);
        }
    }
}
