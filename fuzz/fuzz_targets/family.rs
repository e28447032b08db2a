#![no_main]
//! One binary for all families; the environment says which: FORMULAR_FAMILY=uhf-bb7e.

#[path = "../targets.rs"]
#[allow(dead_code)]
mod targets;

use formular::profile::Family;
use std::sync::LazyLock;

static FAMILY: LazyLock<Family> = LazyLock::new(|| {
    let name = std::env::var("FORMULAR_FAMILY").unwrap_or_default();
    Family::from_name(&name).unwrap_or_else(|| panic!("FORMULAR_FAMILY=«{name}» is no family"))
});

libfuzzer_sys::fuzz_target!(|data: &[u8]| targets::family(*FAMILY, data));
