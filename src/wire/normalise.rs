//! Other names of a tag, and what a typed text may mean.
//!
//! Aliases are for looking up. One that fits two tags shows both; nothing here ever picks.
//!
//! Knows: forms of one number. Must not know: which tags are enrolled.

use super::{aim, checksum, epc, gs1, keymap, printed};
use crate::tag::{Scheme, TagId};

/// Other names under which this tag may be asked for: printed forms of a card, lengths of a trade number,
/// the two spellings of a GS1 key. Never the tag itself; several tags may share one.
pub fn aliases(tag: &TagId) -> Vec<TagId> {
    let mut found = match tag.scheme() {
        Scheme::Em4100 => em4100_of(tag).map(printed_forms).unwrap_or_default(),
        Scheme::Code => code_forms(tag.value()),
        Scheme::Epc => epc_key(tag).into_iter().collect(),
        Scheme::Uid | Scheme::Wiegand26 | Scheme::Em4100Dec => Vec::new(),
    };
    once_each(&mut found);
    found.retain(|alias| alias != tag);
    found
}

/// What a typed or keyboard-read text may mean, the likeliest first. Candidates only: several may be enrolled.
pub fn typed(text: &str) -> Vec<TagId> {
    let text = text.trim();
    let mut found: Vec<TagId> = text.parse().into_iter().collect();
    let bare = aim::split(text).map_or(text, |(_, data)| data);
    found.extend(TagId::code(bare));
    found.extend(numbers(bare));
    for repaired in [
        keymap::latin_look_alikes(bare),
        keymap::russian_look_alikes(bare),
        keymap::from_jcuken(bare),
    ]
    .into_iter()
    .flatten()
    {
        found.extend(repaired.parse::<TagId>());
        found.extend(TagId::code(&repaired));
        found.extend(hexadecimal(&repaired));
    }
    once_each(&mut found);
    found
}

/// The identity of an EM4100 tag as bytes.
pub fn em4100_of(tag: &TagId) -> Option<printed::Em4100> {
    if tag.scheme() != Scheme::Em4100 {
        return None;
    }
    hex::decode(tag.value()).ok()?.try_into().ok()
}

/// The GS1 key of a radio label, as its bar code would carry it.
fn epc_key(tag: &TagId) -> Option<TagId> {
    let uris = epc::read(&hex::decode(tag.value()).ok()?).ok()??;
    TagId::code(&gs1::of_epc(&uris.id)?).ok()
}

fn printed_forms(id: printed::Em4100) -> Vec<TagId> {
    let (facility, number) = printed::facility_and_number(id);
    let mut found = vec![TagId::wiegand26(facility, number)];
    for (name, form) in printed::forms(id) {
        // 3H5D is the Wiegand form; the reversed identity is no decimal.
        if !matches!(name, "h3d5" | "bitrev_id") {
            found.extend(decimal(&form));
        }
    }
    found
}

fn decimal(form: &str) -> Option<TagId> {
    format!("{}:{form}", Scheme::Em4100Dec.as_str()).parse().ok()
}

/// A trade number has 8, 12, 13 or 14 digits by scanner and print, and is the same with zeros before it.
/// A GS1 key is the same as element string, with or without lot and dates, and as Digital Link.
fn code_forms(text: &str) -> Vec<TagId> {
    let mut found = Vec::new();
    if matches!(text.len(), 8 | 12..=14) && checksum::gs1_holds(text) {
        let digits = text.trim_start_matches('0');
        // Zeros never turn a number into an EAN-8, whose short form is a number space of its own.
        for length in [12, 13, 14] {
            if digits.len() <= length && text.len() != 8 {
                found.extend(TagId::code(&format!("{digits:0>length$}")));
            }
        }
    }
    let pairs = gs1::digital_link(text).or_else(|_| gs1::elements(text));
    let key = pairs.ok().and_then(|pairs| gs1::key(&pairs));
    found.extend(key.and_then(|key| TagId::code(&key).ok()));
    found
}

/// What digits may mean: a serial, a card's identity, or a form printed on it.
fn numbers(text: &str) -> Vec<TagId> {
    let mut found = hexadecimal(text);
    let plain = text.bytes().all(|byte| byte.is_ascii_digit());
    if plain {
        let exact = printed::from_dez14(text).or_else(|| printed::from_dez15(text));
        found.extend(exact.filter(|id| *id != [0; 5]).map(TagId::em4100));
        if (1..=10).contains(&text.len()) {
            found.extend(decimal(&format!("{text:0>10}")));
        }
        if (1..=8).contains(&text.len()) {
            found.extend(decimal(&format!("{text:0>8}")));
        }
        found.extend(code_forms(text));
    }
    let parts: Vec<&str> = text
        .split([',', '.', '/', ' '])
        .filter(|part| !part.is_empty())
        .collect();
    if let [high, low] = parts.as_slice()
        && let (Ok(high), Ok(low)) = (high.parse::<u16>(), low.parse::<u16>())
    {
        if let Ok(facility) = u8::try_from(high) {
            found.push(TagId::wiegand26(facility, low));
            found.extend(decimal(&format!("{facility:03}.{low:05}")));
        }
        found.extend(decimal(&format!("{high:05}.{low:05}")));
    }
    found
}

/// Hexadecimal, with or without marks between the bytes: the length tells what it may be.
fn hexadecimal(text: &str) -> Vec<TagId> {
    let digits: String = text.chars().filter(|c| !matches!(c, ' ' | ':' | '-')).collect();
    let Ok(bytes) = hex::decode(&digits) else {
        return Vec::new();
    };
    match bytes.len() {
        5 => bytes.try_into().map(TagId::em4100).into_iter().collect(),
        4 | 7 | 8 | 10 => TagId::uid(&bytes).into_iter().collect(),
        12 | 16 => TagId::epc(&bytes).into_iter().collect(),
        _ => Vec::new(),
    }
}

fn once_each(found: &mut Vec<TagId>) {
    let mut seen = Vec::with_capacity(found.len());
    found.retain(|tag| {
        let new = !seen.contains(tag);
        if new {
            seen.push(tag.clone());
        }
        new
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(tags: Vec<TagId>) -> Vec<String> {
        tags.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn two_cards_that_print_the_same_are_both_found() {
        let one: TagId = "em4100:0100D507D0".parse().unwrap();
        let other: TagId = "em4100:0200D507D0".parse().unwrap();
        for form in [
            "em4100dec:0013961168",
            "em4100dec:13961168",
            "wiegand26:213,02000",
        ] {
            let form: TagId = form.parse().unwrap();
            assert!(
                aliases(&one).contains(&form) && aliases(&other).contains(&form),
                "{form}"
            );
            assert!(form.scheme().is_alias());
        }
        let exact = |tag: &TagId| {
            aliases(tag)
                .iter()
                .filter(|a| a.value().len() == 14)
                .cloned()
                .collect::<Vec<_>>()
        };
        assert_ne!(exact(&one), exact(&other), "14 digits lose nothing");
    }

    #[test]
    fn a_trade_number_is_one_whatever_its_zeros() {
        let upc: TagId = "code:036000291452".parse().unwrap();
        assert_eq!(
            shown(aliases(&upc)),
            ["code:0036000291452", "code:00036000291452"]
        );
        let inventory: TagId = "code:410134000002".parse().unwrap();
        assert_eq!(
            aliases(&inventory),
            [],
            "12 digits without a check digit are no trade number"
        );
        let link: TagId = "code:https://id.gs1.org/8004/06141415678".parse().unwrap();
        assert_eq!(shown(aliases(&link)), ["code:800406141415678"]);
    }

    #[test]
    fn one_asset_is_one_whatever_carries_its_number() {
        for (tags, one) in [
            (
                [
                    "code:8003006141411234525678\u{1D}10LOT",
                    "code:https://id.gs1.org/8003/006141411234525678",
                    "epc:3374257BF40C0E400000162E",
                ],
                "code:8003006141411234525678",
            ),
            (
                [
                    "code:800406141415678\u{1D}21X",
                    "code:https://example.org/giai/06141415678",
                    "epc:3474257BF40000000000162E",
                ],
                "code:800406141415678",
            ),
            (
                [
                    "code:010460005100005717271231217\u{1D}10L",
                    "code:https://example.org/01/04600051000057/21/7",
                    "code:0104600051000057\u{1D}217",
                ],
                "code:0104600051000057217",
            ),
        ] {
            let one: TagId = one.parse().unwrap();
            assert_eq!(aliases(&one), [], "{one}");
            for tag in tags {
                let tag: TagId = tag.parse().unwrap();
                assert_eq!(aliases(&tag), std::slice::from_ref(&one), "{tag}");
            }
        }
        let bare: TagId = "code:0104600051000057".parse().unwrap();
        assert_eq!(shown(aliases(&bare)), ["code:04600051000057"]);
    }

    #[test]
    fn typed_texts() {
        for (text, meant) in [
            (" uid:04d3bdf8e8f9a5 ", "uid:04D3BDF8E8F9A5"),
            ("04 D3 BD F8 E8 F9 A5", "uid:04D3BDF8E8F9A5"),
            ("E004:0197:20B0:56A2", "uid:E004019720B056A2"),
            ("0013530444", "em4100dec:0013530444"),
            ("13530444", "em4100dec:0013530444"),
            ("213,02000", "wiegand26:213,02000"),
            ("213 2000", "wiegand26:213,02000"),
            ("00257711568204", "em4100:3C00CE754C"),
            ("3С00СЕ754С", "em4100:3C00CE754C"),
            ("]E04600051000057", "code:4600051000057"),
            ("ащкьгдфк", "code:formular"),
            ("TP-0001", "code:ТР-0001"),
            ("410134000002", "code:410134000002"),
        ] {
            let found = shown(typed(text));
            assert!(found.iter().any(|tag| tag == meant), "{text}: {found:?}");
        }
        assert_eq!(typed("  "), []);
    }
}
