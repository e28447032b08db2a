//! NDEF: what phones and labels write into NFC tags, and the memory of a Type 2 tag around it.
//!
//! ```text
//!   UUUB UUUU BIll CCCC TLV… FE      memory of a Type 2 tag from page 0, four bytes a page
//!   U serial (7 bytes)   B their sums: 88^U0^U1^U2, then U3^U4^U5^U6   I chip   l locks
//!   C  E1, version, bytes of data / 8, access        TLV  kind, length (FF hh ll above 254), value
//!      00 nothing (no length), 01 and 02 maps, 03 the NDEF message, FD somebody's own, FE the end (no length)
//!
//!   FTLp…IitT…iI…p…                  one record of a message
//!   F  80 first, 40 last, 20 a chunk follows, 10 short length, 08 has an id, 07 what kind of type
//!   T  length of the type   L  length of the payload, 1 byte or 4   I  length of the id, if F says so
//!
//!   Sll…text…                        payload of type T: S 80 UTF-16, 3F length of the language
//!   Puri…                            payload of type U: P stands for a beginning such as https://
//! ```
//!
//! Sources: NFC Forum NDEF 1.0, Text RTD 1.0, URI RTD 1.0, Type 2 Tag 1.1; github.com/nfcpy/ndeflib/tree/master/tests.
//!
//! Knows: bytes of memory and messages. Must not know: how a reader fetched them.

use super::Reject;
use super::checksum;

/// The longest message that is read; tags that schools can buy hold less than 2 KiB.
pub const MAX_MESSAGE: usize = 8 * 1024;
/// More records than any label carries; a bound against empty records without end.
pub const MAX_RECORDS: usize = 64;

const FIRST: u8 = 0x80;
const LAST: u8 = 0x40;
const CHUNK: u8 = 0x20;
const SHORT: u8 = 0x10;
const HAS_ID: u8 = 0x08;

/// The kinds of a record's type that are told apart here.
const EMPTY: u8 = 0;
const WELL_KNOWN: u8 = 1;
const UNKNOWN: u8 = 5;
const UNCHANGED: u8 = 6;
const RESERVED: u8 = 7;

/// One record, its chunks joined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// How `kind` is to be read: 1 well known, 2 media type, 3 address, 4 external…
    pub name_format: u8,
    pub kind: Vec<u8>,
    pub id: Vec<u8>,
    pub payload: Vec<u8>,
}

/// What a record says, where it is text or an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    Text(Text),
    Uri(String),
    Other,
}

/// A text with its language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    pub text: String,
    pub language: String,
    pub utf16: bool,
}

impl Record {
    /// Reads the payload of texts and addresses.
    pub fn said(&self) -> Result<Said, Reject> {
        match (self.name_format, self.kind.as_slice()) {
            (WELL_KNOWN, b"T") => text(&self.payload).map(Said::Text),
            (WELL_KNOWN, b"U") => uri(&self.payload).map(Said::Uri),
            _ => Ok(Said::Other),
        }
    }
}

/// Takes a message apart. Nothing may stand behind its last record.
pub fn message(bytes: &[u8]) -> Result<Vec<Record>, Reject> {
    if bytes.len() > MAX_MESSAGE {
        return Err(Reject::Overlong);
    }
    let mut records: Vec<Record> = Vec::new();
    let mut rest = Cut(bytes);
    let mut in_chunks = false;
    let mut seen = 0;
    loop {
        let flags = rest.byte()?;
        let name_format = flags & 0x07;
        let (first, last, chunk) = (flags & FIRST != 0, flags & LAST != 0, flags & CHUNK != 0);
        let kind_len = usize::from(rest.byte()?);
        let payload_len = match flags & SHORT {
            0 => rest.long()?,
            _ => usize::from(rest.byte()?),
        };
        let id_len = match flags & HAS_ID {
            0 => 0,
            _ => usize::from(rest.byte()?),
        };
        let kind = rest.take(kind_len)?;
        let id = rest.take(id_len)?;
        let payload = rest.take(payload_len)?;
        seen += 1;
        if seen > MAX_RECORDS {
            return Err(Reject::Overlong);
        }
        let shape = match name_format {
            EMPTY => kind_len + id_len + payload_len == 0,
            UNKNOWN => kind_len == 0,
            UNCHANGED => kind_len + id_len == 0,
            RESERVED => false,
            _ => kind_len > 0,
        };
        let in_place = first == (seen == 1) && in_chunks == (name_format == UNCHANGED) && !(last && chunk);
        if !shape || !in_place {
            return Err(Reject::Insane);
        }
        match records.last_mut().filter(|_| in_chunks) {
            Some(record) => record.payload.extend_from_slice(payload),
            None => records.push(Record {
                name_format,
                kind: kind.to_vec(),
                id: id.to_vec(),
                payload: payload.to_vec(),
            }),
        }
        in_chunks = chunk;
        if last {
            return match rest.0.is_empty() {
                true => Ok(records),
                false => Err(Reject::Length),
            };
        }
    }
}

/// The payload of a text record.
pub fn text(payload: &[u8]) -> Result<Text, Reject> {
    let mut rest = Cut(payload);
    let status = rest.byte()?;
    if status & 0x40 != 0 {
        return Err(Reject::Insane);
    }
    let language = rest.take(usize::from(status & 0x3F))?;
    if !language
        .iter()
        .all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
    {
        return Err(Reject::Insane);
    }
    let utf16 = status & 0x80 != 0;
    let text = match utf16 {
        true => from_utf16(rest.0)?,
        false => String::from_utf8(rest.0.to_vec()).map_err(|_| Reject::Insane)?,
    };
    Ok(Text {
        text,
        language: language.iter().copied().map(char::from).collect(),
        utf16,
    })
}

/// Without a byte order mark the high byte comes first.
fn from_utf16(bytes: &[u8]) -> Result<String, Reject> {
    if !bytes.len().is_multiple_of(2) {
        return Err(Reject::Length);
    }
    let (bytes, order): (_, fn([u8; 2]) -> u16) = match bytes {
        [0xFF, 0xFE, rest @ ..] => (rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => (rest, u16::from_be_bytes),
        _ => (bytes, u16::from_be_bytes),
    };
    let units: Vec<u16> = bytes
        .chunks_exact(2)
        .filter_map(|pair| pair.try_into().ok())
        .map(order)
        .collect();
    String::from_utf16(&units).map_err(|_| Reject::Insane)
}

/// Beginnings of addresses by the first byte of the payload; later numbers are reserved.
const BEGINNINGS: [&str; 36] = [
    "",
    "http://www.",
    "https://www.",
    "http://",
    "https://",
    "tel:",
    "mailto:",
    "ftp://anonymous:anonymous@",
    "ftp://ftp.",
    "ftps://",
    "sftp://",
    "smb://",
    "nfs://",
    "ftp://",
    "dav://",
    "news:",
    "telnet://",
    "imap:",
    "rtsp://",
    "urn:",
    "pop:",
    "sip:",
    "sips:",
    "tftp:",
    "btspp://",
    "btl2cap://",
    "btgoep://",
    "tcpobex://",
    "irdaobex://",
    "file://",
    "urn:epc:id:",
    "urn:epc:tag:",
    "urn:epc:pat:",
    "urn:epc:raw:",
    "urn:epc:",
    "urn:nfc:",
];

/// The payload of an address record.
pub fn uri(payload: &[u8]) -> Result<String, Reject> {
    let (code, rest) = payload.split_first().ok_or(Reject::Length)?;
    let beginning = BEGINNINGS.get(usize::from(*code)).ok_or(Reject::Insane)?;
    let rest = std::str::from_utf8(rest).map_err(|_| Reject::Insane)?;
    Ok(format!("{beginning}{rest}"))
}

/// The memory of a Type 2 tag, read from its first page on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Type2 {
    pub uid: [u8; 7],
    /// Capability container, if the tag has been given one for NDEF.
    pub container: Option<[u8; 4]>,
    /// The message in the first NDEF value, if there is one.
    pub ndef: Option<Vec<u8>>,
}

impl Type2 {
    /// Bytes for data, by the capability container.
    pub fn data_area(&self) -> Option<usize> {
        self.container.map(|[_, _, size, _]| usize::from(size) * 8)
    }
}

/// Four pages with the serial and the container.
const HEADER: usize = 16;
/// The memory of the largest chip of this kind is below this.
const MAX_MEMORY: usize = 4 * 1024;

/// Reads a dump; it may end before the memory does, as long as it has the message.
pub fn type2(memory: &[u8]) -> Result<Type2, Reject> {
    if memory.len() > MAX_MEMORY {
        return Err(Reject::Overlong);
    }
    let (header, data) = memory.split_at_checked(HEADER).ok_or(Reject::Length)?;
    let [a, b, c, sum, d, e, f, g, other, _, _, _, container @ ..] = header else {
        return Err(Reject::Length);
    };
    if checksum::xor(&[0x88, *a, *b, *c]) != *sum || checksum::xor(&[*d, *e, *f, *g]) != *other {
        return Err(Reject::Checksum);
    }
    let container: Option<[u8; 4]> = container
        .try_into()
        .ok()
        .filter(|container: &[u8; 4]| container.starts_with(&[0xE1]));
    let mut tag = Type2 {
        uid: [*a, *b, *c, *d, *e, *f, *g],
        container,
        ndef: None,
    };
    if let Some(size) = tag.data_area() {
        let data = data.get(..size).unwrap_or(data);
        tag.ndef = ndef_value(data)?.map(<[u8]>::to_vec);
    }
    Ok(tag)
}

/// The first NDEF value of a data area. Memory that ends without an end mark had none to give.
fn ndef_value(data: &[u8]) -> Result<Option<&[u8]>, Reject> {
    let mut rest = Cut(data);
    loop {
        let Ok(kind) = rest.byte() else {
            return Ok(None);
        };
        match kind {
            0x00 => continue,
            0xFE => return Ok(None),
            _ => {}
        }
        let len = match rest.byte()? {
            0xFF => rest.short()?,
            len => usize::from(len),
        };
        let value = rest.take(len)?;
        if kind == 0x03 {
            return Ok(Some(value));
        }
    }
}

/// Takes pieces from the front; too few bytes are a cut message.
struct Cut<'a>(&'a [u8]);

impl<'a> Cut<'a> {
    fn take(&mut self, len: usize) -> Result<&'a [u8], Reject> {
        let (piece, rest) = self.0.split_at_checked(len).ok_or(Reject::Length)?;
        self.0 = rest;
        Ok(piece)
    }

    fn byte(&mut self) -> Result<u8, Reject> {
        self.take(1)?.first().copied().ok_or(Reject::Length)
    }

    fn short(&mut self) -> Result<usize, Reject> {
        Ok(usize::from(self.byte()?) << 8 | usize::from(self.byte()?))
    }

    fn long(&mut self) -> Result<usize, Reject> {
        let (high, low) = (self.short()?, self.short()?);
        // No message is so long; the product would not fit into small machines' sizes.
        match high {
            0 => Ok(low),
            _ => Err(Reject::Overlong),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(hex: &str) -> Result<Vec<Vec<u8>>, Reject> {
        let records = message(&hex::decode(hex).unwrap())?;
        Ok(records.into_iter().map(|record| record.payload).collect())
    }

    #[test]
    fn messages_and_what_is_none() {
        for (hex, expected) in [
            ("D1010554026465D184", Ok(vec![b"\x02de\xD1\x84".to_vec()])),
            ("900000500000", Ok(vec![vec![], vec![]])),
            // one record in three chunks
            ("B5000261623600026364560001 65", Ok(vec![b"abcde".to_vec()])),
            // the same with a length of four bytes
            ("C50000000002 6162", Ok(vec![b"ab".to_vec()])),
            // with an id
            ("D9010101 54 78 00", Ok(vec![vec![0]])),
            ("", Err(Reject::Length)),
            ("D10105540264", Err(Reject::Length)),
            ("900000", Err(Reject::Length)),
            ("D1010154000000", Err(Reject::Length)),
            // the first is not marked, the second is marked first
            ("500000", Err(Reject::Insane)),
            ("900000D00000", Err(Reject::Insane)),
            // an empty record with a payload, a reserved kind of type, a type that is missing
            ("D0000161", Err(Reject::Insane)),
            ("D70000", Err(Reject::Insane)),
            ("D10000", Err(Reject::Insane)),
            // a chunk that continues nothing, chunks that never end
            ("D6000161", Err(Reject::Insane)),
            ("F5000161", Err(Reject::Insane)),
            ("C500FFFFFFFF61", Err(Reject::Overlong)),
        ] {
            let hex: String = hex.split_whitespace().collect();
            assert_eq!(records(&hex), expected, "{hex}");
        }
        assert_eq!(message(&[0; MAX_MESSAGE + 1]), Err(Reject::Overlong));
        let mut endless = vec![0x90, 0, 0];
        endless.extend([0x10, 0, 0].repeat(MAX_RECORDS + 1));
        assert_eq!(message(&endless), Err(Reject::Overlong));
    }

    #[test]
    fn memory_may_hold_maps_before_the_message() {
        let header = "047E1EECBA53288041480000E1101200";
        for (data, expected) in [
            ("0103A00C34 0303D00000 FE", Ok(Some("D00000"))),
            ("00000303D00000", Ok(Some("D00000"))),
            ("03FF0003D00000FE", Ok(Some("D00000"))),
            ("FE0303D00000", Ok(None)),
            ("", Ok(None)),
            ("0304D00000", Err(Reject::Length)),
            ("03FF00", Err(Reject::Length)),
        ] {
            let data: String = data.split_whitespace().collect();
            let memory = hex::decode(format!("{header}{data}")).unwrap();
            let ndef = type2(&memory).map(|tag| tag.ndef);
            assert_eq!(
                ndef,
                expected.map(|hex| hex.map(|hex| hex::decode(hex).unwrap())),
                "{data}"
            );
        }
    }
}
