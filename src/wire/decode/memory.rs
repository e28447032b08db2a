//! What the memory of a tag says: NDEF and library labels.
//!
//! Knows: which word stands for which thing. Must not know: bytes of the layouts.
//!
//! A text or address in a tag is the code that a printed label with the same words would be, and so is the
//! number of a library's item: the tag in the cover and the barcode on it are one identity.

use super::named;
use crate::tag::TagId;
use crate::wire::ndef::{self, Said, Text};
use crate::wire::{Reject, checksum, identity, iso28560};
use serde_json::{Map, Value, json};

type Line = Result<Map<String, Value>, Reject>;

pub fn type2(memory: &[u8]) -> Line {
    let tag = ndef::type2(memory)?;
    let bytes = tag.uid;
    let mut line = named(&identity::uid(&bytes)?);
    line.insert("uid".into(), hex::encode_upper(bytes).into());
    // Both sums held, or there would be no line.
    line.insert("bcc0_ok".into(), true.into());
    line.insert("bcc1_ok".into(), true.into());
    if let Some(container) = tag.container {
        line.insert("cc".into(), hex::encode_upper(container).into());
    }
    if let Some(size) = tag.data_area() {
        line.insert("data_area".into(), size.into());
    }
    if let Some(ndef) = tag.ndef {
        line.insert("ndef".into(), hex::encode_upper(&ndef).into());
        // An NDEF value of no bytes is how an erased tag is marked.
        if !ndef.is_empty() {
            line.extend(first_said(&ndef::message(&ndef)?)?);
        }
    }
    Ok(line)
}

pub fn message(bytes: &[u8]) -> Line {
    let records = ndef::message(bytes)?;
    let said = first_said(&records)?;
    let code = said.get("text").or(said.get("uri")).and_then(Value::as_str);
    let mut line = match code.filter(|code| !code.is_empty()) {
        Some(code) => coded(code)?,
        None => status("message"),
    };
    line.insert("records".into(), records.len().into());
    line.extend(said);
    Ok(line)
}

pub fn uri(payload: &[u8]) -> Line {
    let uri = ndef::uri(payload)?;
    let mut line = coded(&uri)?;
    line.insert("uri".into(), uri.into());
    Ok(line)
}

pub fn text(payload: &[u8]) -> Line {
    let text = ndef::text(payload)?;
    let mut line = coded(&text.text)?;
    line.extend(text_words(text));
    Ok(line)
}

pub fn label(memory: &[u8]) -> Line {
    let label = iso28560::read(memory)?;
    let mut line = coded(&label.item)?;
    line.insert("version".into(), label.version.into());
    line.insert("usage".into(), label.usage.into());
    line.insert("usage_name".into(), label.usage_name().into());
    line.insert("parts".into(), label.parts.into());
    line.insert("part".into(), label.part.into());
    line.insert("crc".into(), format!("{:04X}", label.crc).into());
    line.insert("item".into(), label.item.into());
    line.insert("country".into(), label.country.into());
    line.insert("library".into(), label.library.into());
    if label.reversed {
        line.insert("byte_order".into(), "reversed".into());
    }
    Ok(line)
}

/// A sum of bytes identifies nothing: it is a status.
pub fn crc(payload: &[u8]) -> Line {
    if payload.is_empty() {
        return Err(Reject::Length);
    }
    let mut line = status("sum");
    let sum = checksum::crc16_ccitt_false(payload);
    line.insert("crc".into(), format!("{sum:04X}").into());
    Ok(line)
}

fn status(word: &str) -> Map<String, Value> {
    Map::from_iter([("status".into(), word.into())])
}

fn coded(text: &str) -> Line {
    if text.is_empty() {
        return Err(Reject::Length);
    }
    Ok(named(&TagId::code(text).map_err(|_| Reject::Overlong)?))
}

/// The first text or address of a message, in words.
fn first_said(records: &[ndef::Record]) -> Line {
    for record in records {
        match record.said()? {
            Said::Text(text) => return Ok(text_words(text)),
            Said::Uri(uri) => return Ok(Map::from_iter([("uri".into(), uri.into())])),
            Said::Other => {}
        }
    }
    Ok(Map::new())
}

fn text_words(text: Text) -> Map<String, Value> {
    let encoding = if text.utf16 { "UTF-16" } else { "UTF-8" };
    match json!({ "text": text.text, "lang": text.language, "encoding": encoding }) {
        Value::Object(words) => words,
        _ => Map::new(),
    }
}
