//! `vectors/frames.txt`: good and broken frames, row by row.

use crate::{reader, words};
use formular::profile::Family;
use formular::wire::decode;

/// One row of the table.
pub struct Row {
    pub family: Family,
    pub written: &'static str,
    /// Pieces between silences.
    pub pieces: Vec<Vec<u8>>,
    pub says: Vec<&'static str>,
}

pub fn rows() -> Vec<Row> {
    [
        include_str!("../vectors/frames.txt"),
        include_str!("../vectors/scanners.txt"),
    ]
    .into_iter()
    .flat_map(rows_of)
    .collect()
}

fn rows_of(table: &str) -> Vec<Row> {
    let mut family = None;
    let mut rows = Vec::new();
    // What stands before the first heading explains the table.
    let table = table.split_once("\n# ").unwrap().1;
    for line in format!("# {table}")
        .leak()
        .lines()
        .filter(|line| !line.trim().is_empty())
    {
        if let Some(name) = line.strip_prefix("# ") {
            family = Some(Family::from_name(name.trim()).unwrap_or_else(|| panic!("{name}")));
            continue;
        }
        let (written, says) = line.split_once("->").unwrap_or_else(|| panic!("{line}"));
        rows.push(Row {
            family: family.unwrap(),
            written: written.trim(),
            pieces: written.trim().split('~').map(bytes).collect(),
            says: says
                .split(", ")
                .map(str::trim)
                .filter(|word| !word.is_empty())
                .collect(),
        });
    }
    rows
}

/// `<0D>` is a byte, `_` a blank, a blank nothing, all else itself.
fn bytes(written: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = written;
    while let Some(c) = rest.chars().next() {
        if let Some((byte, later)) = rest.strip_prefix('<').and_then(|inner| inner.split_once('>')) {
            bytes.push(u8::from_str_radix(byte, 16).unwrap_or_else(|_| panic!("{written}")));
            rest = later;
            continue;
        }
        match c {
            ' ' => {}
            '_' => bytes.push(b' '),
            _ => bytes.extend(c.to_string().bytes()),
        }
        rest = &rest[c.len_utf8()..];
    }
    bytes
}

#[test]
fn every_row_says_what_the_table_says() {
    let mut wrong = Vec::new();
    for row in rows() {
        let says = if row.family.is_reader() {
            let mut decoder = reader(row.family);
            let mut out = Vec::new();
            for piece in &row.pieces {
                decoder.push(piece, &mut out);
                decoder.gap(&mut out);
            }
            words(&out)
        } else {
            let lines = decode::lines(row.family, &row.pieces.concat(), true);
            lines.iter().map(crate::vectors::word).collect()
        };
        if says != row.says {
            wrong.push(format!("{} {}\n    {says:?}", row.family.as_str(), row.written));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn every_family_has_good_and_broken_rows() {
    for family in Family::ALL {
        let rows: Vec<_> = rows().into_iter().filter(|row| row.family == family).collect();
        let refused = |row: &&Row| row.says.iter().any(|word| word.starts_with("reject"));
        assert!(
            rows.iter().any(|row| !refused(&row)),
            "{}: a good one",
            family.as_str()
        );
        assert!(
            rows.iter().any(|row| refused(&row)),
            "{}: a broken one",
            family.as_str()
        );
    }
}
