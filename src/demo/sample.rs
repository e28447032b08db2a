//! The sample centre inside the program: 13 invented schools, 162 items, two school years.
//!
//! Knows: its files. Must not know: how they are read.

use crate::exchange::{self, Fault, Opened};
use include_dir::{Dir, include_dir};

static SAMPLE: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/sample");
/// The accounting export stands beside the sample as a fixture; it is no part of the centre.
const LEFT_OUT: &str = "equipment_1c_export_cp1251.csv";

/// The eight files of the sample centre.
///
/// # Errors
/// Only if the program was built with a broken sample.
pub fn opened() -> Result<Opened, Fault> {
    let ours = |file: &&include_dir::File<'_>| {
        name(file).is_some_and(|name| name.ends_with(".csv") && name != LEFT_OUT)
    };
    let sheets = SAMPLE
        .files()
        .filter(ours)
        .map(|file| exchange::sheet(name(file).unwrap_or_default(), file.contents()))
        .collect::<Result<_, _>>()?;
    Ok(Opened {
        sheets,
        left_alone: Vec::new(),
    })
}

fn name<'f>(file: &'f include_dir::File<'_>) -> Option<&'f str> {
    file.path().file_name()?.to_str()
}
