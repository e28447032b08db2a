//! GS1 numbers in texts: element strings after an AIM identifier, Digital Link addresses, check digits.
//!
//! ```text
//!   010460005100005721AB-12g8004...      GTIN, serial, separator g (1D), asset
//!   https://id.gs1.org/8004/06141415678  Digital Link: the same pairs as path; any host, never fetched
//! ```
//!
//! Sources: GS1 General Specifications; github.com/gs1/gs1-syntax-dictionary; GS1 Digital Link 1.4.
//!
//! Knows: application identifiers that goods and assets of a school carry. Must not know: frames, tags.

mod table;

use super::{Reject, checksum};
use table::{Part, TABLE, find};

/// Ends a value of variable length, unless it is the last.
pub const GS: char = '\u{1D}';

/// Identifiers that GS1 promises never to need a separator after (General Specifications, 7.8.5).
fn is_predefined(ai: &str) -> bool {
    matches!(
        ai.get(..2),
        Some(
            "00" | "01"
                | "02"
                | "03"
                | "04"
                | "11"
                | "12"
                | "13"
                | "14"
                | "15"
                | "16"
                | "17"
                | "18"
                | "19"
                | "20"
                | "31"
                | "32"
                | "33"
                | "34"
                | "35"
                | "36"
                | "41"
        )
    )
}

/// Reads element strings into pairs. An identifier that is not in the table ends the reading:
/// how long it is cannot be told, and what follows would be guessed.
pub fn elements(text: &str) -> Result<Vec<(String, String)>, Reject> {
    let mut rest = text.trim_start_matches(GS);
    let mut pairs = Vec::new();
    while let Some((ai, parts)) = find(rest) {
        let body = rest.get(ai.len()..).unwrap_or_default();
        let len = if is_predefined(ai) {
            parts.iter().map(|part| part.max).sum::<usize>()
        } else {
            body.find(GS).unwrap_or(body.len())
        };
        let value = body.get(..len).ok_or(Reject::Length)?;
        check_value(value, parts)?;
        pairs.push((ai.to_owned(), value.to_owned()));
        rest = body.get(len..).unwrap_or_default().trim_start_matches(GS);
    }
    if pairs.is_empty() {
        Err(Reject::NotMine)
    } else {
        Ok(pairs)
    }
}

fn check_value(value: &str, parts: &[Part]) -> Result<(), Reject> {
    let mut rest = value;
    for part in parts {
        let (now, later) = rest
            .split_at_checked(part.max.min(rest.len()))
            .ok_or(Reject::Insane)?;
        if now.len() < part.min {
            return Err(Reject::Length);
        }
        let sane = if part.numeric {
            now.bytes().all(|byte| byte.is_ascii_digit())
        } else {
            now.chars().all(is_cset82)
        };
        if !sane {
            return Err(Reject::Insane);
        }
        if part.checked && !checksum::gs1_holds(now) {
            return Err(Reject::Checksum);
        }
        rest = later;
    }
    if rest.is_empty() {
        Ok(())
    } else {
        Err(Reject::Length)
    }
}

/// GS1's character set 82 (General Specifications, 7.11).
fn is_cset82(c: char) -> bool {
    c.is_ascii_alphanumeric() || "!\"%&'()*+,-./_:;<=>?".contains(c)
}

/// The one spelling of the thing that these pairs name, as an element string: the key alone, and the serial of a
/// trade item, without lot, dates and measures. A trade item without a serial is the bare number.
/// None: no thing is named, or only a kind and a lot.
pub fn key(pairs: &[(String, String)]) -> Option<String> {
    let value = |wanted: &str| {
        let found = pairs.iter().find(|(ai, _)| ai == wanted);
        found.map(|(_, value)| value.as_str())
    };
    if let Some(gtin) = value("01") {
        return match value("21") {
            Some(serial) => Some(format!("01{gtin}21{serial}")),
            None if value("10").is_none() => Some(gtin.to_owned()),
            None => None,
        };
    }
    ["8004", "8003", "00", "8018", "8017", "253", "8010"]
        .into_iter()
        .find_map(|ai| Some(format!("{ai}{}", value(ai)?)))
}

/// The element string of what an EPC names: `urn:epc:id:giai:0614141.5678` is `800406141415678`.
pub fn of_epc(uri: &str) -> Option<String> {
    let (kind, body) = uri.strip_prefix("urn:epc:id:")?.split_once(':')?;
    let mut parts = body.splitn(3, '.');
    let (company, reference) = (parts.next()?, parts.next()?);
    let serial = parts.next();
    let checked = |digits: String| Some(format!("{digits}{}", checksum::gs1_digit(&digits)?));
    match (kind, serial) {
        ("giai", None) => Some(format!("8004{company}{reference}")),
        ("grai", Some(serial)) => Some(format!(
            "80030{}{serial}",
            checked(format!("{company}{reference}"))?
        )),
        ("sgtin", Some(serial)) => {
            let (indicator, item) = reference.split_at_checked(1)?;
            Some(format!(
                "01{}21{serial}",
                checked(format!("{indicator}{company}{item}"))?
            ))
        }
        ("sscc", None) => {
            let (extension, number) = reference.split_at_checked(1)?;
            Some(format!("00{}", checked(format!("{extension}{company}{number}"))?))
        }
        _ => None,
    }
}

/// Reads a Digital Link into pairs: those of the path, then those of the query that are identifiers.
pub fn digital_link(address: &str) -> Result<Vec<(String, String)>, Reject> {
    let lower = address.get(..8).unwrap_or(address).to_ascii_lowercase();
    let scheme = ["https://", "http://"]
        .into_iter()
        .find(|scheme| lower.starts_with(scheme))
        .ok_or(Reject::NotMine)?;
    let rest = address.get(scheme.len()..).unwrap_or_default();
    let rest = rest.split_once('#').map_or(rest, |(before, _)| before);
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let segments: Vec<&str> = path
        .split('/')
        .skip(1)
        .filter(|segment| !segment.is_empty())
        .collect();

    // A path of its own may stand before the key, so the key is the first segment that is a primary one.
    let start = segments
        .iter()
        .position(|segment| is_primary(canonical(segment)))
        .ok_or(Reject::NotMine)?;
    let mut pairs = Vec::new();
    for pair in segments.get(start..).unwrap_or_default().chunks(2) {
        let [ai, value] = pair else {
            return Err(Reject::Length);
        };
        pairs.push(link_pair(ai, value)?.ok_or(Reject::NotMine)?);
    }
    for (ai, value) in query.split(['&', ';']).filter_map(|pair| pair.split_once('=')) {
        pairs.extend(link_pair(ai, value)?);
    }
    Ok(pairs)
}

fn link_pair(ai: &str, value: &str) -> Result<Option<(String, String)>, Reject> {
    let ai = canonical(ai);
    let Some((found, parts)) = find(ai).filter(|(found, _)| *found == ai) else {
        return Ok(None);
    };
    let mut value = percent_decoded(value)?;
    if found == "01" && matches!(value.len(), 8 | 12 | 13) {
        // Older links carry the number as it is printed; the identifier's value has 14 digits.
        value = format!("{value:0>14}");
    }
    check_value(&value, parts)?;
    Ok(Some((found.to_owned(), value)))
}

/// A short name as its number.
fn canonical(name: &str) -> &str {
    TABLE
        .iter()
        .find(|(_, short, _)| !short.is_empty() && name.eq_ignore_ascii_case(short))
        .map_or(name, |(ai, _, _)| ai)
}

fn is_primary(ai: &str) -> bool {
    matches!(
        ai,
        "00" | "01"
            | "253"
            | "255"
            | "401"
            | "402"
            | "414"
            | "417"
            | "8003"
            | "8004"
            | "8006"
            | "8010"
            | "8017"
            | "8018"
    )
}

fn percent_decoded(text: &str) -> Result<String, Reject> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let pair = [
                rest.next().ok_or(Reject::Length)?,
                rest.next().ok_or(Reject::Length)?,
            ];
            let mut one = [0];
            hex::decode_to_slice(pair, &mut one).map_err(|_| Reject::Insane)?;
            bytes.extend(one);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).map_err(|_| Reject::Insane)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(pairs: Result<Vec<(String, String)>, Reject>) -> String {
        match pairs {
            Ok(pairs) => pairs.iter().map(|(ai, value)| format!("({ai}){value}")).collect(),
            Err(reject) => reject.as_str().to_owned(),
        }
    }

    #[test]
    fn element_strings() {
        for (text, expected) in [
            ("80040614141ABC123", "(8004)0614141ABC123"),
            ("\u{1D}80040614141ABC123", "(8004)0614141ABC123"),
            (
                "010460005100005721AB-12\u{1D}8004X1",
                "(01)04600051000057(21)AB-12(8004)X1",
            ),
            ("0104600051000057\u{1D}21A", "(01)04600051000057(21)A"),
            ("8003006141411234525678", "(8003)006141411234525678"),
            ("3103001500", "(3103)001500"),
            ("21A\u{1D}789unknown", "(21)A"),
            ("0104600051000058", "checksum"),
            ("0104600051", "length"),
            ("01046000510000A7", "insane"),
            ("789", "not-mine"),
            ("", "not-mine"),
        ] {
            assert_eq!(shown(elements(text)), expected, "{text:?}");
        }
    }

    #[test]
    fn one_thing_has_one_spelling() {
        for (text, expected) in [
            ("80040614141ABC123", Some("80040614141ABC123")),
            ("80040614141ABC123\u{1D}10LOT", Some("80040614141ABC123")),
            ("8003006141411234525678", Some("8003006141411234525678")),
            ("01046000510000571727123121AB-12", Some("010460005100005721AB-12")),
            ("0104600051000057", Some("04600051000057")),
            ("010460005100005710LOT", None),
            ("21AB-12", None),
        ] {
            let pairs = elements(text).unwrap();
            assert_eq!(key(&pairs).as_deref(), expected, "{text:?}");
        }
        for (uri, expected) in [
            ("urn:epc:id:giai:0614141.5678", "800406141415678"),
            ("urn:epc:id:grai:0614141.12345.5678", "8003006141411234525678"),
            ("urn:epc:id:sgtin:0614141.812345.6789", "01806141411234582 16789"),
            ("urn:epc:id:sscc:0614141.1234567890", "00106141412345678908"),
        ] {
            assert_eq!(of_epc(uri), Some(expected.replace(' ', "")), "{uri}");
        }
        assert_eq!(of_epc("urn:epc:id:gid:31415.271828.1414"), None);
    }

    #[test]
    fn identifiers_of_four_digits_with_one_open() {
        for (text, expected) in [
            ("3103001500", "(3103)001500"),
            ("3922199\u{1D}21A", "(3922)199(21)A"),
            ("3932643199", "(3932)643199"),
            ("7030643ABC", "(7030)643ABC"),
            ("710PZN\u{1D}10L", "(710)PZN(10)L"),
            ("392", "not-mine"),
        ] {
            assert_eq!(shown(elements(text)), expected, "{text:?}");
        }
    }

    #[test]
    fn digital_links() {
        for (text, expected) in [
            ("https://id.gs1.org/8004/06141415678", "(8004)06141415678"),
            (
                "HTTP://example.org/shop/8004/0614%2F1?lang=ru&21=7#x",
                "(8004)0614/1(21)7",
            ),
            (
                "https://example.org/gtin/4600051000057/ser/A1",
                "(01)04600051000057(21)A1",
            ),
            (
                "https://id.gs1.org/8003/006141411234525678",
                "(8003)006141411234525678",
            ),
            ("https://id.gs1.org/01/04600051000058", "checksum"),
            ("https://id.gs1.org/8004", "length"),
            ("https://id.gs1.org/8004/%4", "length"),
            ("https://id.gs1.org/8004/%zz", "insane"),
            ("https://example.org/about", "not-mine"),
            ("ftp://id.gs1.org/8004/1", "not-mine"),
        ] {
            assert_eq!(shown(digital_link(text)), expected, "{text}");
        }
    }
}
