#![no_main]

#[path = "../targets/imports.rs"]
mod imports;

libfuzzer_sys::fuzz_target!(|data: &[u8]| imports::run(data));
