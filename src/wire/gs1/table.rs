//! GS1's application identifiers: how long their values are, and of what.
//!
//! Source: GS1 General Specifications, chapter 3; github.com/gs1/gs1-syntax-dictionary.
//!
//! Knows: lengths and kinds of characters. Must not know: texts, what an identifier is used for.

/// A part of a value: how long, digits or characters, and whether its last digit checks it.
pub struct Part {
    pub numeric: bool,
    pub min: usize,
    pub max: usize,
    pub checked: bool,
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

/// Digits, so many at least and at most.
const fn numeric(min: usize, max: usize) -> Part {
    Part {
        numeric: true,
        min,
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
pub const TABLE: &[(&str, &str, &[Part])] = &[
    ("00", "sscc", &[checked(18)]),
    ("01", "gtin", &[checked(14)]),
    ("02", "", &[checked(14)]),
    ("03", "", &[checked(14)]),
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
    ("421", "", &[digits(3), text(1, 9)]),
    ("422", "", &[digits(3)]),
    ("423", "", &[digits(3), numeric(0, 12)]),
    ("424", "", &[digits(3)]),
    ("425", "", &[digits(3), numeric(0, 12)]),
    ("426", "", &[digits(3)]),
    ("427", "", &[text(1, 3)]),
    ("7001", "", &[digits(13)]),
    ("7002", "", &[text(1, 30)]),
    ("7003", "", &[digits(10)]),
    ("7004", "", &[up_to_digits(4)]),
    ("7005", "", &[text(1, 12)]),
    ("7006", "", &[digits(6)]),
    ("7007", "", &[numeric(6, 12)]),
    ("7008", "", &[text(1, 3)]),
    ("7009", "", &[text(1, 10)]),
    ("7010", "", &[text(1, 2)]),
    ("7011", "", &[numeric(6, 10)]),
    ("7020", "", &[text(1, 20)]),
    ("7021", "", &[text(1, 20)]),
    ("7022", "", &[text(1, 20)]),
    ("7023", "", &[text(1, 30)]),
    ("7040", "", &[text(4, 4)]),
    ("710", "", &[text(1, 20)]),
    ("711", "", &[text(1, 20)]),
    ("712", "", &[text(1, 20)]),
    ("713", "", &[text(1, 20)]),
    ("714", "", &[text(1, 20)]),
    ("715", "", &[text(1, 20)]),
    ("716", "", &[text(1, 20)]),
    ("8001", "", &[digits(14)]),
    ("8002", "", &[text(1, 20)]),
    ("8003", "grai", &[digits(1), checked(13), text(0, 16)]),
    ("8004", "giai", &[text(1, 30)]),
    ("8005", "", &[digits(6)]),
    ("8006", "itip", &[checked(14), digits(4)]),
    ("8007", "", &[text(1, 34)]),
    ("8008", "", &[numeric(8, 12)]),
    ("8009", "", &[text(1, 50)]),
    ("8010", "cpid", &[text(1, 30)]),
    ("8011", "", &[up_to_digits(12)]),
    ("8012", "", &[text(1, 20)]),
    ("8013", "", &[text(1, 25)]),
    ("8017", "gsrnp", &[checked(18)]),
    ("8018", "gsrn", &[checked(18)]),
    ("8019", "", &[up_to_digits(10)]),
    ("8020", "", &[text(1, 25)]),
    ("8026", "", &[checked(14), digits(4)]),
    ("8030", "", &[text(1, 90)]),
    ("8110", "", &[text(1, 70)]),
    ("8111", "", &[digits(4)]),
    ("8112", "", &[text(1, 70)]),
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

/// Identifiers whose fourth digit says where the decimal point stands, or counts.
const OPEN: &[(&str, &[Part])] = &[
    ("390", &[up_to_digits(15)]),
    ("391", &[digits(3), up_to_digits(15)]),
    ("392", &[up_to_digits(15)]),
    ("393", &[digits(3), up_to_digits(15)]),
    ("394", &[digits(4)]),
    ("395", &[digits(6)]),
    ("703", &[digits(3), text(1, 27)]),
    ("723", &[text(3, 30)]),
];

/// Measures and weights, 31 to 36: four digits of identifier, six of value.
const MEASURE: &[Part] = &[digits(6)];

/// The identifier with which a text begins, and the parts of its value.
pub fn find(start: &str) -> Option<(&str, &'static [Part])> {
    if let [a, b, c, d, ..] = start.as_bytes()
        && [a, b, c, d].into_iter().all(u8::is_ascii_digit)
    {
        let four = start.get(..4)?;
        if *a == b'3' && (b'1'..=b'6').contains(b) {
            return Some((four, MEASURE));
        }
        if let Some((_, parts)) = OPEN.iter().find(|(three, _)| four.starts_with(three)) {
            return Some((four, parts));
        }
    }
    TABLE
        .iter()
        .find(|(ai, _, _)| start.starts_with(ai))
        .and_then(|(ai, _, parts)| Some((start.get(..ai.len())?, *parts)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_identifier_begins_as_another_one() {
        for (ai, _, parts) in TABLE {
            assert!((2..=4).contains(&ai.len()) && !parts.is_empty(), "{ai}");
            let others = TABLE.iter().filter(|(other, _, _)| ai.starts_with(other));
            assert_eq!(others.count(), 1, "{ai}");
        }
    }
}
