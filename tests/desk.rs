//! Scripts of the desk that a librarian can read, run against the real ledger.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "desk/centre.rs"]
mod centre;
#[path = "desk/script.rs"]
mod script;

macro_rules! scripts {
    ($($name:ident: $file:literal,)*) => {
        $(
            #[test]
            fn $name() {
                script::run($file, include_str!(concat!("desk/", $file)));
            }
        )*
    };
}

scripts! {
    what_a_scan_does: "table.txt",
    badges: "badges.txt",
    sessions_end: "sessions.txt",
    kits: "kits.txt",
    undo: "undo.txt",
    cards: "cards.txt",
    restricted_items: "restricted.txt",
    refusals: "refusals.txt",
    trouble: "trouble.txt",
    faults_of_others: "faults-of-others.txt",
}
