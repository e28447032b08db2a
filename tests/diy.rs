//! The C code of the boards, compiled on this machine: its lines are what the decoder reads, byte for byte.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use formular::profile::Family;
use formular::wire::{decode, protocol::formular_line};
use std::path::Path;
use std::process::Command;

const PROGRAM: &str = r#"
#include <stdio.h>
#include "formular_line.h"
int main(void) {
  char line[FORMULAR_LINE_MAX + 1];
  uint8_t bytes[255];
  int i;
  for (i = 0; i < 255; i++) bytes[i] = (uint8_t)(i + 1);
  formular_hello(line, "rc522-1.0", "desk-a"); fputs(line, stdout);
  formular_reading(line, "uid", bytes, 7, 0); fputs(line, stdout);
  formular_reading(line, "em4100", bytes, 5, 4294967295u); fputs(line, stdout);
  formular_reading(line, "epc", bytes, 62, 81234); fputs(line, stdout);
  formular_reading(line, "gone", bytes, 7, 10); fputs(line, stdout);
  formular_reading(line, "epc", bytes, 255, 1); return formular_reading(line, "epc", bytes, 255, 1) > FORMULAR_LINE_MAX;
}
"#;

#[test]
fn what_a_board_writes_is_what_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let (source, program) = (folder.path().join("lines.c"), folder.path().join("lines"));
    std::fs::write(&source, PROGRAM).unwrap();
    let diy = Path::new(env!("CARGO_MANIFEST_DIR")).join("firmware-config/diy");
    let built = Command::new("cc")
        .args(["-std=c99", "-Wall", "-Wextra", "-Werror", "-I"])
        .arg(diy)
        .args(["-o".as_ref(), program.as_os_str(), source.as_os_str()])
        .output()
        .unwrap();
    assert!(
        built.status.success(),
        "{}",
        String::from_utf8_lossy(&built.stderr)
    );
    let ran = Command::new(program).output().unwrap();
    assert!(ran.status.success(), "too long a number overflows nothing");
    let bytes: Vec<u8> = (1..=62).collect();
    let ours = [
        formular_line::hello("rc522-1.0", "desk-a"),
        formular_line::reading("uid", &bytes[..7], 0),
        formular_line::reading("em4100", &bytes[..5], u32::MAX),
        formular_line::reading("epc", &bytes, 81_234),
        formular_line::reading("gone", &bytes[..7], 10),
    ]
    .concat();
    assert_eq!(
        String::from_utf8(ran.stdout).unwrap(),
        String::from_utf8(ours.clone()).unwrap()
    );
    let read = decode::lines(Family::FormularLine, &ours, true);
    assert_eq!(read.len(), 5);
    assert_eq!(read[1]["tag"], "uid:01020304050607");
    assert!(read.iter().all(|line| line["reject"].is_null()), "{read:?}");
}
