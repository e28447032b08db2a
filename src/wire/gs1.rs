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

use super::{Reject, checksum};

/// Ends a value of variable length, unless it is the last.
pub const GS: char = '\u{1D}';

/// A part of a value: how long, digits or characters, and whether its last digit checks it.
struct Part {
    numeric: bool,
    min: usize,
    max: usize,
    checked: bool,
}

const fn digits(len: usize) -> Part {
    Part {
        numeric: true,
        min: len,
        max: len,
        checked: false,
    }
}

const fn checked(len: usize) -> Part {
    Part {
        numeric: true,
        min: len,
        max: len,
        checked: true,
    }
}

const fn up_to_digits(max: usize) -> Part {
    Part {
        numeric: true,
        min: 1,
        max,
        checked: false,
    }
}

const fn text(min: usize, max: usize) -> Part {
    Part {
        numeric: false,
        min,
        max,
        checked: false,
    }
}

/// Identifiers, their short names in older Digital Links, and the parts of their values.
const TABLE: &[(&str, &str, &[Part])] = &[
    ("00", "sscc", &[checked(18)]),
    ("01", "gtin", &[checked(14)]),
    ("02", "", &[checked(14)]),
    ("10", "lot", &[text(1, 20)]),
    ("11", "", &[digits(6)]),
    ("12", "", &[digits(6)]),
    ("13", "", &[digits(6)]),
    ("15", "", &[digits(6)]),
    ("16", "", &[digits(6)]),
    ("17", "exp", &[digits(6)]),
    ("20", "", &[digits(2)]),
    ("21", "ser", &[text(1, 20)]),
    ("22", "cpv", &[text(1, 20)]),
    ("235", "", &[text(1, 28)]),
    ("240", "", &[text(1, 30)]),
    ("241", "", &[text(1, 30)]),
    ("242", "", &[up_to_digits(6)]),
    ("243", "", &[text(1, 20)]),
    ("250", "", &[text(1, 30)]),
    ("251", "", &[text(1, 30)]),
    ("253", "gdti", &[checked(13), text(0, 17)]),
    ("254", "", &[text(1, 20)]),
    ("255", "gcn", &[checked(13), text(0, 12)]),
    ("30", "", &[up_to_digits(8)]),
    ("37", "", &[up_to_digits(8)]),
    ("400", "", &[text(1, 30)]),
    ("401", "ginc", &[text(1, 30)]),
    ("402", "gsin", &[checked(17)]),
    ("403", "", &[text(1, 30)]),
    ("410", "", &[checked(13)]),
    ("411", "", &[checked(13)]),
    ("412", "", &[checked(13)]),
    ("413", "", &[checked(13)]),
    ("414", "gln", &[checked(13)]),
    ("415", "", &[checked(13)]),
    ("416", "", &[checked(13)]),
    ("417", "", &[checked(13)]),
    ("420", "", &[text(1, 20)]),
    ("7003", "", &[digits(10)]),
    ("8003", "grai", &[digits(1), checked(13), text(0, 16)]),
    ("8004", "giai", &[text(1, 30)]),
    ("8006", "itip", &[checked(14), digits(4)]),
    ("8010", "cpid", &[text(1, 30)]),
    ("8017", "gsrnp", &[checked(18)]),
    ("8018", "gsrn", &[checked(18)]),
    ("8020", "", &[text(1, 25)]),
    ("8200", "", &[text(1, 70)]),
    ("90", "", &[text(1, 30)]),
    ("91", "", &[text(1, 90)]),
    ("92", "", &[text(1, 90)]),
    ("93", "", &[text(1, 90)]),
    ("94", "", &[text(1, 90)]),
    ("95", "", &[text(1, 90)]),
    ("96", "", &[text(1, 90)]),
    ("97", "", &[text(1, 90)]),
    ("98", "", &[text(1, 90)]),
    ("99", "", &[text(1, 90)]),
];

/// Measures and weights, 31 to 36: four digits of identifier, six of value.
const MEASURE: &[Part] = &[digits(6)];

fn find(start: &str) -> Option<(&str, &'static [Part])> {
    if matches!(
        start.as_bytes(),
        [b'3', b'1'..=b'6', b'0'..=b'9', b'0'..=b'9', ..]
    ) {
        return Some((start.get(..4)?, MEASURE));
    }
    TABLE
        .iter()
        .find(|(ai, _, _)| start.starts_with(ai))
        .and_then(|(ai, _, parts)| Some((start.get(..ai.len())?, *parts)))
}

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
