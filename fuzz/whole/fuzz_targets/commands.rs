#![no_main]

#[path = "../targets/commands.rs"]
mod commands;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    commands::run(data);
});
