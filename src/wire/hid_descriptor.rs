//! HID report descriptors: where in a report of a point-of-sale scanner its fields lie.
//!
//! ```text
//!   TTTTKKSS d...     an item: tag, kind (0 main, 1 global, 2 local), size of its data (0, 1, 2 or 4 bytes)
//! ```
//!
//! Sources: HID 1.11, chapter 6.2.2; HID Point of Sale Usage Tables 1.02, page 8C.
//!
//! Knows: descriptors and fields. Must not know: what a field's bytes mean, devices.

/// Page and number in one: `0x008C_00FE`.
pub type Usage = u32;

/// The longest descriptor that is read, in bytes; those of scanners have 100 to 300.
pub const MAX_DESCRIPTOR: usize = 896;
/// More fields than any scanner has.
const MAX_FIELDS: usize = 256;
/// No report is longer, in bytes.
const MAX_REPORT_BITS: usize = 8 * 512;

/// A run of equal fields in an input report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// Number of the report; none where the device has only one kind.
    pub report: Option<u8>,
    pub usage: Usage,
    /// Bits from the start of the report, its number not counted.
    pub at: usize,
    /// Bits of one, and how many there are.
    pub bits: usize,
    pub count: usize,
}

/// What a device sends.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reports {
    pub fields: Vec<Field>,
    /// Bytes of each kind of report, its number counted.
    pub lengths: Vec<(Option<u8>, usize)>,
}

impl Reports {
    pub fn find(&self, report: Option<u8>, usage: Usage) -> Option<Field> {
        let mut fields = self.fields.iter();
        fields
            .find(|field| field.report == report && field.usage == usage)
            .copied()
    }
}

impl Field {
    /// The field's value in a report, the report's number not counted; low byte first, up to 32 bits.
    pub fn value(&self, report: &[u8]) -> Option<u32> {
        let mut value = 0;
        for place in 0..self.bits.min(32) {
            let bit = self.at.checked_add(place)?;
            let byte = report.get(bit / 8)?;
            value |= u32::from(byte >> (bit % 8) & 1) << place;
        }
        Some(value)
    }

    /// The field's bytes, where it is a run of whole bytes.
    pub fn bytes<'a>(&self, report: &'a [u8]) -> Option<&'a [u8]> {
        if !self.at.is_multiple_of(8) || self.bits != 8 {
            return None;
        }
        let from = self.at / 8;
        report.get(from..from.checked_add(self.count)?)
    }
}

#[derive(Clone, Copy, Default)]
struct Globals {
    page: u32,
    bits: usize,
    count: usize,
    report: Option<u8>,
}

/// Reads a descriptor; none if it is cut short, or holds more than any scanner has.
pub fn read(descriptor: &[u8]) -> Option<Reports> {
    let mut reports = Reports::default();
    let mut globals = Globals::default();
    let mut stack = Vec::new();
    let mut usages: Vec<Usage> = Vec::new();
    let mut least = None;
    let mut bits: Vec<(Option<u8>, usize)> = Vec::new();
    let mut rest = descriptor;
    while let [prefix, body @ ..] = rest {
        let size = match prefix & 3 {
            3 => 4,
            size => usize::from(size),
        };
        let (data, later) = body.split_at_checked(size)?;
        rest = later;
        let value = data
            .iter()
            .rev()
            .fold(0_u32, |value, byte| value << 8 | u32::from(*byte));
        let paged = |page: u32| if size == 4 { value } else { page << 16 | value };
        match prefix & 0xFC {
            0x04 => globals.page = value,
            0x74 => globals.bits = usize::try_from(value).ok()?,
            0x84 => globals.report = Some(u8::try_from(value).ok().filter(|id| *id != 0)?),
            0x94 => globals.count = usize::try_from(value).ok()?,
            0xA4 if stack.len() < 16 => stack.push(globals),
            0xB4 => globals = stack.pop()?,
            0x08 if usages.len() < MAX_FIELDS => usages.push(paged(globals.page)),
            0x18 => least = Some(paged(globals.page)),
            0x28 => {
                let from = least.take()?;
                usages.extend((from..=paged(globals.page)).take(MAX_FIELDS));
            }
            0x80 => {
                let at = match bits.iter_mut().find(|(report, _)| *report == globals.report) {
                    Some((_, at)) => at,
                    None => {
                        bits.push((globals.report, 0));
                        &mut bits.last_mut()?.1
                    }
                };
                let constant = value & 1 == 1;
                input(
                    &mut reports.fields,
                    globals,
                    *at,
                    if constant { &[] } else { &usages },
                );
                *at = at.checked_add(globals.bits.checked_mul(globals.count)?)?;
                if *at > MAX_REPORT_BITS || reports.fields.len() > MAX_FIELDS {
                    return None;
                }
            }
            0xA4 | 0x08 => return None,
            _ => {}
        }
        // What is local ends with each main item.
        if prefix & 0x0C == 0 {
            usages.clear();
            least = None;
        }
    }
    reports.lengths = bits
        .into_iter()
        .map(|(report, bits)| (report, bits.div_ceil(8) + usize::from(report.is_some())))
        .collect();
    Some(reports)
}

/// The fields of one input item: each usage once, the last one for all that are left.
fn input(fields: &mut Vec<Field>, globals: Globals, from: usize, usages: &[Usage]) {
    for (place, usage) in usages.iter().enumerate().take(globals.count.min(MAX_FIELDS)) {
        let last = place + 1 == usages.len();
        fields.push(Field {
            report: globals.report,
            usage: *usage,
            at: from.saturating_add(place.saturating_mul(globals.bits)),
            bits: globals.bits,
            count: if last { globals.count - place } else { 1 },
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_descriptor_cut_anywhere_never_panics() {
        let whole = hex::decode("058c0902a101851275089501150026ff00093b8102c0").unwrap();
        let reports = read(&whole).unwrap();
        assert_eq!(reports.lengths, [(Some(0x12), 2)]);
        assert_eq!(
            reports.find(Some(0x12), 0x008C_003B).unwrap().value(&[7]),
            Some(7)
        );
        for end in 0..whole.len() {
            read(&whole[..end]);
        }
        assert_eq!(
            read(&hex::decode("7508 96ffff 0900 8102".replace(' ', "")).unwrap()),
            None
        );
    }
}
