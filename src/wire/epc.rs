//! Electronic Product Codes of 96 bits, as URIs.
//!
//! ```text
//!   HHHHHHHH FFF PPP company(20..40 bits) reference(58 minus company, or so) serial
//!   H header: 30 SGTIN, 31 SSCC, 32 SGLN, 33 GRAI, 34 GIAI; 35 GID has three fixed fields instead
//!   F filter    P partition: how many digits the company has, 12 for 0 down to 6 for 6
//! ```
//!
//! Company and reference keep their leading zeros, a serial and an asset's reference have none.
//! A value with more digits than its field may have is a broken code, never another one.
//! Sources: GS1 Tag Data Standard 1.13, chapter 14; the grammar files at ref.gs1.org/standards/tdt.
//!
//! Knows: bits. Must not know: frames, tags.

use super::Reject;

/// Length of the codes that are read here, in bytes.
pub const LEN: usize = 12;

/// A code in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Uris {
    /// With the filter, as on the tag: `urn:epc:tag:giai-96:3.0614141.5678`.
    pub tag: String,
    /// Of the thing itself: `urn:epc:id:giai:0614141.5678`.
    pub id: String,
}

/// Bits of the company by partition; its digits are 12 less the partition.
const COMPANY_BITS: [u32; 7] = [40, 37, 34, 30, 27, 24, 20];

/// A kind of code behind filter, partition and company.
struct Kind {
    name: &'static str,
    /// Bits of the reference by partition.
    bits: [u32; 7],
    /// Digits of the reference where the company has 12; one more for each digit less. `None`: not padded.
    digits: Option<usize>,
    /// What follows: a serial of so many bits, or zeros.
    rest: Rest,
}

enum Rest {
    Serial,
    Zeros,
    Nothing,
}

const SGTIN: Kind = Kind {
    name: "sgtin",
    bits: [4, 7, 10, 14, 17, 20, 24],
    digits: Some(1),
    rest: Rest::Serial,
};
const SSCC: Kind = Kind {
    name: "sscc",
    bits: [18, 21, 24, 28, 31, 34, 38],
    digits: Some(5),
    rest: Rest::Zeros,
};
const SGLN: Kind = Kind {
    name: "sgln",
    bits: [1, 4, 7, 11, 14, 17, 21],
    digits: Some(0),
    rest: Rest::Serial,
};
const GRAI: Kind = Kind {
    name: "grai",
    bits: [4, 7, 10, 14, 17, 20, 24],
    digits: Some(0),
    rest: Rest::Serial,
};
const GIAI: Kind = Kind {
    name: "giai",
    bits: [42, 45, 48, 52, 55, 58, 62],
    digits: None,
    rest: Rest::Nothing,
};

/// Reads EPC memory. `Ok(None)`: a header that has no URI here; the tag is good all the same.
/// A known header with an impossible rest is a reject: `length` or `insane`.
pub fn read(memory: &[u8]) -> Result<Option<Uris>, Reject> {
    let kind = match memory.first() {
        Some(0x30) => Some(&SGTIN),
        Some(0x31) => Some(&SSCC),
        Some(0x32) => Some(&SGLN),
        Some(0x33) => Some(&GRAI),
        Some(0x34) => Some(&GIAI),
        Some(0x35) => None,
        _ => return Ok(None),
    };
    let (code, padding) = memory.split_at_checked(LEN).ok_or(Reject::Length)?;
    if padding.iter().any(|byte| *byte != 0) {
        return Err(Reject::Length);
    }
    let mut bits = Bits::new(code);
    bits.take(8);
    match kind {
        Some(kind) => kind.read(bits),
        None => Some(gid(bits)),
    }
    .map(Some)
    .ok_or(Reject::Insane)
}

fn gid(mut bits: Bits) -> Uris {
    let body = format!("{}.{}.{}", bits.take(28), bits.take(24), bits.take(36));
    Uris {
        tag: format!("urn:epc:tag:gid-96:{body}"),
        id: format!("urn:epc:id:gid:{body}"),
    }
}

impl Kind {
    fn read(&self, mut bits: Bits) -> Option<Uris> {
        let filter = bits.take(3);
        let partition = usize::try_from(bits.take(3)).ok()?;
        let company = padded(bits.take(*COMPANY_BITS.get(partition)?), 12 - partition)?;
        let reference = bits.take(*self.bits.get(partition)?);
        let reference = match self.digits {
            Some(digits) => padded(reference, digits + partition)?,
            None => reference.to_string(),
        };
        let rest = bits.rest();
        let tail = match self.rest {
            Rest::Serial => format!(".{rest}"),
            Rest::Zeros if rest != 0 => return None,
            Rest::Zeros | Rest::Nothing => String::new(),
        };
        let name = self.name;
        Some(Uris {
            tag: format!("urn:epc:tag:{name}-96:{filter}.{company}.{reference}{tail}"),
            id: format!("urn:epc:id:{name}:{company}.{reference}{tail}"),
        })
    }
}

/// A number with its leading zeros; `None` if it has more digits. No digits: the field is empty, and zero.
fn padded(value: u128, digits: usize) -> Option<String> {
    if digits == 0 {
        return (value == 0).then(String::new);
    }
    let text = format!("{value:0digits$}");
    (text.len() == digits).then_some(text)
}

/// Takes bits from the front, most significant first.
struct Bits {
    value: u128,
    left: u32,
}

impl Bits {
    fn new(bytes: &[u8]) -> Self {
        let value = bytes
            .iter()
            .fold(0, |value, byte| (value << 8) | u128::from(*byte));
        Self { value, left: 96 }
    }

    fn take(&mut self, count: u32) -> u128 {
        let count = count.min(self.left);
        self.left -= count;
        let taken = self.value >> self.left;
        self.value &= (1 << self.left) - 1;
        taken
    }

    fn rest(&mut self) -> u128 {
        self.take(self.left)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(hex: &str) -> String {
        match read(&hex::decode(hex).unwrap()) {
            Ok(Some(uris)) => uris.tag,
            Ok(None) => "no uri".to_owned(),
            Err(reject) => reject.as_str().to_owned(),
        }
    }

    #[test]
    fn codes_and_what_is_none() {
        for (hex, expected) in [
            ("3474257BF40000000000162E", "urn:epc:tag:giai-96:3.0614141.5678"),
            ("3400393243F1640000000001", "urn:epc:tag:giai-96:0.061414112345.1"),
            (
                "3174257BF4499602D2000000",
                "urn:epc:tag:sscc-96:3.0614141.1234567890",
            ),
            (
                "3374257BF40C0E400000162E",
                "urn:epc:tag:grai-96:3.0614141.12345.5678",
            ),
            (
                "3274257BF460720000000190",
                "urn:epc:tag:sgln-96:3.0614141.12345.400",
            ),
            ("350007AB70425D4000000586", "urn:epc:tag:gid-96:31415.271828.1414"),
            // 128 bits read where 96 are used
            (
                "3474257BF40000000000162E00000000",
                "urn:epc:tag:giai-96:3.0614141.5678",
            ),
            ("3474257BF40000000000162E00000001", "length"),
            ("3474257BF4", "length"),
            // partition 7 does not exist
            ("347C257BF40000000000162E", "insane"),
            // company of 7 digits with the value 16777215
            ("3077FFFFFC00000000000001", "insane"),
            // GRAI with a company of 12 digits has no type; here it is 1
            ("3300393243F1644000000001", "insane"),
            // SSCC with something in its reserved bits
            ("3174257BF4499602D2000001", "insane"),
            ("E28011606000020000000001", "no uri"),
            ("03269201", "no uri"),
        ] {
            assert_eq!(shown(hex), expected, "{hex}");
        }
    }
}
