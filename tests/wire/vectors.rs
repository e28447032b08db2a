//! `vectors/*.toml`: frames with their sources, and what each must say.

use formular::profile::Family;
use formular::wire::decode;
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Frame {
    pub family: Family,
    pub name: String,
    #[serde(deserialize_with = "bytes")]
    pub hex: Vec<u8>,
    pub says: Vec<String>,
    pub beside: Option<Value>,
    origin: String,
    source: String,
}

/// A message to a reader, and how `formular decode` names it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sent {
    pub family: Family,
    pub name: String,
    #[serde(deserialize_with = "bytes")]
    pub hex: Vec<u8>,
    pub says: String,
    pub beside: Option<Value>,
    pub origin: String,
    pub source: String,
}

fn bytes<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
    hex::decode(String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
}

pub fn frames() -> Vec<Frame> {
    files().into_iter().flat_map(|file| file.frame).collect()
}

/// What is said to readers.
pub fn sent() -> Vec<Sent> {
    files().into_iter().flat_map(|file| file.sent).collect()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    frame: Vec<Frame>,
    #[serde(default)]
    sent: Vec<Sent>,
}

fn files() -> Vec<File> {
    [
        include_str!("../vectors/serial.toml"),
        include_str!("../vectors/radio.toml"),
        include_str!("../vectors/scanners.toml"),
    ]
    .into_iter()
    .map(|text| toml::from_str(text).unwrap())
    .collect()
}

/// A line of `formular decode` in the words of the tables.
pub fn word(line: &Value) -> String {
    match (&line["tag"], &line["status"], &line["reject"]) {
        (Value::String(tag), Value::Null, Value::Null) => tag.clone(),
        (Value::Null, Value::String(status), Value::Null) => format!("status {status}"),
        (Value::Null, Value::Null, Value::String(reject)) => format!("reject {reject}"),
        _ => panic!("neither tag nor status nor reject: {line}"),
    }
}

/// Whether `whole` carries all that `part` has.
pub fn carries(whole: &Value, part: &Value) -> bool {
    match (whole, part) {
        (Value::Object(whole), Value::Object(part)) => part
            .iter()
            .all(|(key, value)| whole.get(key).is_some_and(|found| carries(found, value))),
        (whole, part) => whole == part,
    }
}

#[test]
fn every_frame_is_decoded() {
    for frame in frames() {
        let lines = decode::lines(frame.family, &frame.hex, true);
        let says: Vec<_> = lines.iter().map(word).collect();
        assert_eq!(says, frame.says, "{} {}", frame.family.as_str(), frame.name);
        if let Some(beside) = &frame.beside {
            assert!(
                carries(&lines[0], beside),
                "{}\n{}\n{beside}",
                frame.name,
                lines[0]
            );
        }
    }
}

#[test]
fn every_frame_has_a_source_and_every_family_a_frame() {
    let frames = frames();
    for frame in &frames {
        assert!(!frame.source.is_empty(), "{}", frame.name);
        assert!(
            ["captured", "published", "derived"].contains(&frame.origin.as_str()),
            "{}",
            frame.name
        );
    }
    for family in Family::ALL {
        assert!(
            frames.iter().any(|frame| frame.family == family),
            "{}",
            family.as_str()
        );
    }
}

#[test]
fn what_comes_over_a_pipe_may_be_hexadecimal_or_rows() {
    let says = |family, bytes: &[u8]| -> Vec<String> {
        decode::lines(family, bytes, false).iter().map(word).collect()
    };
    assert_eq!(
        says(
            Family::Epc,
            b"3474257bf40000000000162e\nE28011606000020000000001\n"
        ),
        ["epc:3474257BF40000000000162E", "epc:E28011606000020000000001"]
    );
    assert_eq!(
        says(Family::Em4100Forms, &[0x7F, 0, 8, 7, 0xA1]),
        ["em4100:7F000807A1"]
    );
    assert_eq!(
        says(Family::Gs1CheckDigit, b"890104296034\r\n36000291452\n"),
        ["code:8901042960340", "code:360002914522"]
    );
    assert_eq!(says(Family::Gs1CheckDigit, b""), ["reject length"]);
    assert_eq!(says(Family::Epc, b""), ["reject insane"]);
}
