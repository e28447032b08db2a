//! `formular decode`: bytes in, one JSON value per verdict out.
//!
//! Knows: the words of the outside contract. Must not know: where the bytes came from.

mod memory;

use super::{Reading, Reject, Status, Verdict, decoder_for, sent};
use super::{checksum, epc, gs1, identity, normalise, printed, protocol, wiegand};
use crate::profile::Family;
use crate::tag::{Scheme, TagId};
use serde_json::{Map, Value, json};

/// Decodes bytes of a family. For one that speaks over a line they are the raw stream, whose end is silence;
/// where they are exactly one message *to* such a reader, that is told, as a status.
///
/// For one that only decodes they are one payload if `framed`; else a text of payloads, one per line
/// (binary ones as hexadecimal), or a single payload of raw bytes.
pub fn lines(family: Family, bytes: &[u8], framed: bool) -> Vec<Value> {
    if let Some(command) = sent(family, bytes) {
        return vec![status_of(&command)];
    }
    if let Some(mut decoder) = decoder_for(family) {
        let mut out = Vec::new();
        decoder.push(bytes, &mut out);
        decoder.gap(&mut out);
        return out.iter().map(verdict).collect();
    }
    payloads(family, bytes, framed)
        .iter()
        .map(|payload| payload_of(family, payload).unwrap_or_else(refused))
        .collect()
}

/// One verdict in the words of the contract: `tag`, `status` or `reject`, and what is known beside it.
pub fn verdict(verdict: &Verdict) -> Value {
    match verdict {
        Verdict::Tag(reading) => Value::Object(tag_of(reading)),
        Verdict::Status(status) => status_of(status),
        Verdict::Reject(reject) => refused(*reject),
    }
}

fn status_of(status: &Status) -> Value {
    let mut line = Map::new();
    line.insert("status".into(), status.as_str().into());
    beside(&mut line, status.details());
    line.into()
}

fn refused(reject: Reject) -> Value {
    json!({ "reject": reject.as_str() })
}

fn tag_of(reading: &Reading) -> Map<String, Value> {
    let mut line = named(&reading.tag);
    if let Some([kind, modifier]) = reading.aim {
        line.insert(
            "aim".into(),
            format!("]{}{}", char::from(kind), char::from(modifier)).into(),
        );
    }
    if let Some(rssi) = reading.rssi_dbm {
        line.insert("rssi_dbm".into(), rssi.into());
    }
    if reading.by_gap {
        line.insert("by_gap".into(), true.into());
    }
    beside(&mut line, &reading.details);
    line
}

/// What a message said beside; lists of settings and of identifiers are values of their own.
fn beside(line: &mut Map<String, Value>, details: &[(&'static str, String)]) {
    for (key, value) in details {
        let listed = matches!(*key, "ai" | "settings");
        match value.split_once('=').filter(|_| listed) {
            Some((name, value)) => {
                let list = line.entry(*key).or_insert_with(|| Map::new().into());
                if let Value::Object(list) = list {
                    list.insert(name.into(), value.into());
                }
            }
            None => {
                line.insert((*key).into(), value.as_str().into());
            }
        }
    }
}

/// A tag with all that follows from its identity alone.
fn named(tag: &TagId) -> Map<String, Value> {
    let mut line = Map::new();
    line.insert("tag".into(), tag.to_string().into());
    if tag.scheme().is_alias() {
        line.insert("alias".into(), true.into());
    }
    if let Some(id) = normalise::em4100_of(tag) {
        let mut forms: Map<String, Value> = printed::forms(id)
            .into_iter()
            .map(|(name, form)| (name.into(), form.into()))
            .collect();
        let (facility, number) = printed::facility_and_number(id);
        forms.insert("version".into(), id.first().copied().into());
        line.insert("forms".into(), forms.into());
        line.insert("facility".into(), facility.into());
        line.insert("number".into(), number.into());
    }
    if tag.scheme() == Scheme::Epc
        && let Ok(memory) = hex::decode(tag.value())
        && let Ok(Some(uris)) = epc::read(&memory)
    {
        line.insert("uri".into(), uris.tag.into());
        line.insert("id_uri".into(), uris.id.into());
    }
    line
}

fn payload_of(family: Family, payload: &[u8]) -> Result<Value, Reject> {
    let line = match family {
        Family::Epc => {
            // At a reader a tag with an impossible code is still a tag; asked for the code, the answer is no.
            let tag = identity::epc(payload)?;
            epc::read(payload)?;
            named(&tag)
        }
        Family::Em4100Forms => named(&identity::em4100(
            payload.try_into().map_err(|_| Reject::Length)?,
        )?),
        Family::Wiegand26 => wiegand26(payload)?,
        Family::Gs1CheckDigit => check_digit(text_of(payload)?)?,
        Family::Gs1DigitalLink => digital_link(text_of(payload)?)?,
        Family::NdefType2 => memory::type2(payload)?,
        Family::Ndef => memory::message(payload)?,
        Family::NdefUriPayload => memory::uri(payload)?,
        Family::NdefTextPayload => memory::text(payload)?,
        Family::Iso28560 => memory::label(payload)?,
        Family::Crc16CcittFalse => memory::crc(payload)?,
        Family::CcidNotify => return protocol::ccid::notice_alone(payload).map(|status| status_of(&status)),
        // All others speak over a line, and were decoded as streams.
        _ => return Err(Reject::NotMine),
    };
    Ok(Value::Object(line))
}

fn wiegand26(payload: &[u8]) -> Result<Map<String, Value>, Reject> {
    let wiegand::Wiegand26 { facility, card } = wiegand::read(payload)?;
    let mut line = named(&TagId::wiegand26(facility, card));
    line.insert("bits".into(), 26.into());
    line.insert("facility".into(), facility.into());
    line.insert("card".into(), card.into());
    let [high, low] = card.to_be_bytes();
    line.insert("value24".into(), hex::encode_upper([facility, high, low]).into());
    Ok(line)
}

/// Numbers that GS1 ends with a check digit, given without it: of 8, 12, 13, 14, 17 and 18 digits.
fn check_digit(digits: &str) -> Result<Map<String, Value>, Reject> {
    let digit = checksum::gs1_digit(digits).ok_or(Reject::Insane)?;
    if !matches!(digits.len(), 7 | 11 | 12 | 13 | 16 | 17) {
        return Err(Reject::Length);
    }
    let full = format!("{digits}{digit}");
    let mut line = named(&TagId::code(&full).map_err(|_| Reject::Length)?);
    line.insert("check_digit".into(), digit.into());
    line.insert("full".into(), full.into());
    Ok(line)
}

fn digital_link(address: &str) -> Result<Map<String, Value>, Reject> {
    let tag = TagId::code(address).map_err(|_| Reject::Overlong)?;
    let elements: Map<String, Value> = gs1::digital_link(address)?
        .into_iter()
        .map(|(ai, value)| (ai, value.into()))
        .collect();
    let mut line = named(&tag);
    line.insert("ai".into(), elements.into());
    Ok(line)
}

fn text_of(payload: &[u8]) -> Result<&str, Reject> {
    match std::str::from_utf8(payload).map(str::trim) {
        Ok("") => Err(Reject::Length),
        Ok(text) => Ok(text),
        Err(_) => Err(Reject::Insane),
    }
}

/// Cuts what came over a pipe into payloads.
fn payloads(family: Family, bytes: &[u8], framed: bool) -> Vec<Vec<u8>> {
    let text = std::str::from_utf8(bytes).ok().filter(|_| !framed);
    let Some(text) = text else {
        return vec![bytes.to_vec()];
    };
    let rows = text.lines().map(str::trim).filter(|row| !row.is_empty());
    if matches!(family, Family::Gs1CheckDigit | Family::Gs1DigitalLink) {
        let rows: Vec<_> = rows.map(|row| row.as_bytes().to_vec()).collect();
        return if rows.is_empty() { vec![Vec::new()] } else { rows };
    }
    let hexadecimal: Option<Vec<_>> = rows.map(|row| hex::decode(row).ok()).collect();
    match hexadecimal.filter(|rows| !rows.is_empty()) {
        Some(rows) => rows,
        None => vec![bytes.to_vec()],
    }
}
