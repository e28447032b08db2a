//! What a real reader of each family would send for a tag. For the demo's page and for tests; pure.
//!
//! Knows: the wire's frames from the sending side. Must not know: ports, who presents what.

use crate::{
    profile::Family,
    tag::{Scheme, TagId},
    wire::checksum::{crc16_mcrf4xx, crc16_mercury},
    wire::protocol::{evdev_keyboard, formular_line, hid_keyboard, hid_pos, honeywell_msgget, zebra_ssi},
};

/// The bytes by which a reader of this family tells of a tag.
/// None: such a reader cannot read such a tag (a barcode scanner reads no card).
pub fn encode(family: Family, tag: &TagId) -> Option<Vec<u8>> {
    let value = || hex::decode(tag.value()).ok();
    match (family, tag.scheme()) {
        (Family::Em4100Rdm6300, Scheme::Em4100) => Some(framed(&[0x02], &value()?, &[0x03])),
        (Family::Em4100Id12la, Scheme::Em4100) => Some(framed(&[0x02], &value()?, &[0x0d, 0x0a, 0x03])),
        (Family::Em4100Em18, Scheme::Em4100) => Some(framed(&[], &value()?, &[])),
        (Family::Em4100StxBcc, Scheme::Em4100) => stx_bcc(2, &value()?),
        (Family::Em4100StxBcc, Scheme::Uid) => stx_bcc(1, &value()?),
        (Family::Ironlogic, Scheme::Em4100) => em_marine(&value()?),
        (Family::Ironlogic, Scheme::Uid) => mifare(&value()?),
        (Family::Rc522Text, Scheme::Uid) => rc522(&value()?),
        (Family::UhfBb7e, Scheme::Epc) => bb7e(&value()?),
        (Family::UhfReader18, Scheme::Epc) => chafon(&listed(&[1], &value()?, &[])?),
        (Family::UhfReader288, Scheme::Epc) => chafon(&listed(&[1, 1], &value()?, &[0x40])?),
        (Family::UhfThingmagic, Scheme::Epc) => mercury(&value()?),
        (Family::CcidAcr122u, Scheme::Uid) => ccid(&value()?),
        (Family::Pn532Hsu, Scheme::Uid) => pn532(&value()?),
        (Family::Llrp, Scheme::Epc) => llrp(&value()?),
        (Family::FormularLine, Scheme::Em4100 | Scheme::Uid | Scheme::Epc) => {
            Some(formular_line::reading(tag.scheme().as_str(), &value()?, 1))
        }
        (Family::FormularLine, Scheme::Code) => {
            Some(formular_line::reading("code", tag.value().as_bytes(), 1))
        }
        (Family::HidKeyboard, Scheme::Code) => hid_keyboard::encode(tag.value()),
        (Family::EvdevKeyboard, Scheme::Code) => evdev_keyboard::encode(tag.value()),
        (Family::HidPos, Scheme::Code) => Some(hid_pos::encode(*b"C0", tag.value())),
        (Family::ZebraSsi, Scheme::Code) => zebra_ssi::encode(0x03, tag.value()),
        (Family::HoneywellMsgget, Scheme::Code) => honeywell_msgget::encode(b'j', *b"C0", tag.value()),
        (
            Family::BarcodeText
            | Family::HoneywellCmd
            | Family::Newland
            | Family::NewlandLegacy
            | Family::Gm65
            | Family::Metroselect
            | Family::Cipherlab,
            Scheme::Code,
        ) => Some([tag.value().as_bytes(), b"\r"].concat()),
        _ => None,
    }
}

/// What the reader sends when the tag is taken away; empty for those that say nothing.
pub fn removal(family: Family) -> &'static [u8] {
    match family {
        Family::Ironlogic => b"No card\r\n",
        _ => b"",
    }
}

/// Ten hexadecimal digits of the number, two of the exclusive-or of its bytes, between head and tail.
fn framed(head: &[u8], id: &[u8], tail: &[u8]) -> Vec<u8> {
    let digits = hex::encode_upper([id, &[xor(id)]].concat());
    [head, digits.as_bytes(), tail].concat()
}

/// `02 LEN TYPE SNR… BCC 03`; LEN counts the whole frame, BCC is over LEN to SNR.
fn stx_bcc(kind: u8, serial: &[u8]) -> Option<Vec<u8>> {
    if kind == 1 && serial.len() != 4 {
        return None;
    }
    let length = u8::try_from(serial.len().checked_add(5)?).ok()?;
    let inner = [&[length, kind], serial].concat();
    Some([&[0x02], inner.as_slice(), &[xor(&inner), 0x03]].concat())
}

/// `Em-Marine[5500] 126,58404`: the first two bytes, then the last three as 3 + 5 digits.
fn em_marine(id: &[u8]) -> Option<Vec<u8>> {
    let &[v, a, b, c, d] = id else { return None };
    let low = u16::from_be_bytes([c, d]);
    Some(format!("Em-Marine[{v:02X}{a:02X}] {b:03},{low:05}\r\n").into_bytes())
}

/// `Mifare[BCD14264] 1K (0004,08) 066,53692`; of seven bytes the second part comes first.
fn mifare(uid: &[u8]) -> Option<Vec<u8>> {
    let (bracket, kind) = match *uid {
        [a, b, c, d] => (vec![a, b, c, d], "1K (0004,08)"),
        [a, b, c, d, e, f, g] => (vec![d, e, f, g, a, b, c], "UL (0144,00)"),
        _ => return None,
    };
    let number = match (uid, bracket.as_slice()) {
        (&[a, b, c, _], _) => [c, b, a],
        (_, &[.., x, y, z]) => [x, y, z],
        _ => return None,
    };
    let low = u16::from_be_bytes([number[1], number[2]]);
    let bracket = hex::encode_upper(bracket);
    Some(format!("Mifare[{bracket}] {kind} {:03},{low:05}\r\n", number[0]).into_bytes())
}

/// What the Arduino library's DumpInfo sketch prints of a card.
fn rc522(uid: &[u8]) -> Option<Vec<u8>> {
    let (sak, kind) = match uid.len() {
        4 => ("08", "MIFARE 1KB"),
        7 => ("00", "MIFARE Ultralight or Ultralight C"),
        10 => ("20", "PICC compliant with ISO/IEC 14443-4"),
        _ => return None,
    };
    let bytes: String = uid.iter().map(|b| format!(" {b:02X}")).collect();
    Some(format!("Card UID:{bytes}\r\nCard SAK: {sak}\r\nPICC type: {kind}\r\n").into_bytes())
}

/// `BB 02 22 PL RSSI PC EPC CRC sum 7E`; the protocol word counts the EPC in 16-bit words.
fn bb7e(epc: &[u8]) -> Option<Vec<u8>> {
    /// -55 dBm, a tag at arm's length.
    const RSSI: u8 = 0xc9;
    if !epc.len().is_multiple_of(2) {
        return None;
    }
    let words = u16::try_from(epc.len() / 2).ok()?;
    let stored = [&(words << 11).to_be_bytes(), epc].concat();
    let length = u16::try_from(stored.len() + 3).ok()?.to_be_bytes();
    let inner = [
        &[0x02, 0x22],
        length.as_slice(),
        &[RSSI],
        &stored,
        &crc16_gen2(&stored).to_be_bytes(),
    ]
    .concat();
    let sum = inner.iter().fold(0u8, |sum, b| sum.wrapping_add(*b));
    Some([&[0xbb], inner.as_slice(), &[sum, 0x7e]].concat())
}

/// A tag in a list: what stands before, length and EPC, what stands behind.
fn listed(head: &[u8], epc: &[u8], tail: &[u8]) -> Option<Vec<u8>> {
    Some([head, &[u8::try_from(epc.len()).ok()?], epc, tail].concat())
}

/// An answer to «inventory», of which more follows; address 00.
fn chafon(data: &[u8]) -> Option<Vec<u8>> {
    let length = u8::try_from(data.len().checked_add(5)?).ok()?;
    let frame = [&[length, 0x00, 0x01, 0x03], data].concat();
    Some([frame.as_slice(), &crc16_mcrf4xx(&frame).to_le_bytes()].concat())
}

/// A record of a module that streams, with all fields: once, -60 dBm, antenna 1, 866.3 MHz.
fn mercury(epc: &[u8]) -> Option<Vec<u8>> {
    const FIELDS: [u8; 22] = [
        0x10, 0x00, 0x1b, 0x01, 0xff, 0x01, 0x01, 0xc4, 0x11, 0x0d, 0x37, 0xfc, 0x00, 0x00, 0x01, 0x27, 0x00,
        0x00, 0x05, 0x00, 0x00, 0x0f,
    ];
    let stored = [
        &u16::try_from(epc.len() / 2).ok()?.rotate_left(11).to_be_bytes(),
        epc,
    ]
    .concat();
    let bits = u16::try_from(stored.len().checked_add(2)?.checked_mul(8)?).ok()?;
    let record = [
        FIELDS.to_vec(),
        bits.to_be_bytes().to_vec(),
        stored.clone(),
        crc16_gen2(&stored).to_be_bytes().to_vec(),
    ]
    .concat();
    let length = u8::try_from(record.len()).ok()?;
    let checked = [&[length, 0x22, 0x00, 0x00], record.as_slice()].concat();
    let crc = crc16_mercury(&checked).to_be_bytes();
    Some([&[0xff], checked.as_slice(), &crc].concat())
}

/// The answer to «which serial?», to question 0 of slot 0.
fn ccid(uid: &[u8]) -> Option<Vec<u8>> {
    let length = u8::try_from(uid.len().checked_add(2)?).ok()?;
    Some([&[0x80, length, 0, 0, 0, 0, 0, 0, 0, 0], uid, &[0x90, 0x00]].concat())
}

/// The answer to «list one card»: a MIFARE Classic or, of seven bytes, an Ultralight.
fn pn532(uid: &[u8]) -> Option<Vec<u8>> {
    let (atqa, sak) = match uid.len() {
        4 => (0x04, 0x08),
        7 | 10 => (0x44, 0x00),
        _ => return None,
    };
    let serial = u8::try_from(uid.len()).ok()?;
    let body = [&[0xd5, 0x4b, 1, 1, 0, atqa, sak, serial], uid].concat();
    let length = u8::try_from(body.len()).ok()?;
    let sum = body.iter().fold(0u8, |sum, b| sum.wrapping_add(*b));
    let head = [0, 0, 0xff, length, length.wrapping_neg()];
    Some([&head, body.as_slice(), &[sum.wrapping_neg(), 0]].concat())
}

/// A report of one tag: EPC by its length, antenna 1, peak strength, seen once.
fn llrp(epc: &[u8]) -> Option<Vec<u8>> {
    let memory = match epc.len() {
        12 => [&[0x8d], epc].concat(),
        len => {
            let bits = u16::try_from(len.checked_mul(8)?).ok()?.to_be_bytes();
            let length = u16::try_from(len.checked_add(6)?).ok()?.to_be_bytes();
            [&[0x00, 0xf1], length.as_slice(), &bits, epc].concat()
        }
    };
    let tag = [memory.as_slice(), &[0x81, 0, 1, 0x86, 0xc9, 0x88, 0, 1]].concat();
    let tag_length = u16::try_from(tag.len().checked_add(4)?).ok()?.to_be_bytes();
    let length = u32::try_from(tag.len().checked_add(14)?).ok()?.to_be_bytes();
    let header = [&[0x04, 0x3d], length.as_slice(), &[0, 0, 0, 1]].concat();
    Some([header.as_slice(), &[0x00, 0xf0], &tag_length, &tag].concat())
}

fn xor(bytes: &[u8]) -> u8 {
    bytes.iter().fold(0, |x, b| x ^ b)
}

/// The check that a Gen2 tag stores beside its EPC: polynomial 1021, all ones before and inverted after.
fn crc16_gen2(bytes: &[u8]) -> u16 {
    let crc = bytes.iter().fold(0xffffu16, |crc, byte| {
        (0..8).fold(crc ^ u16::from(*byte) << 8, |crc, _| match crc & 0x8000 {
            0 => crc << 1,
            _ => crc << 1 ^ 0x1021,
        })
    });
    !crc
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{Verdict, decoder_for};

    /// Published or captured frames that must come out byte for byte.
    #[test]
    fn frames_are_those_of_real_readers() {
        let table = [
            (
                Family::Em4100Rdm6300,
                "em4100:62E3086CED",
                "0236324533303836434544303803",
            ),
            (
                Family::Em4100Id12la,
                "em4100:0C000621A5",
                "023043303030363231413538450d0a03",
            ),
            (
                Family::Em4100Em18,
                "em4100:4500C5D1E9",
                "343530304335443145394238",
            ),
            (Family::Em4100StxBcc, "em4100:06008E6D5D", "020a0206008e6d5db003"),
            (
                Family::Ironlogic,
                "em4100:55007EE424",
                "456d2d4d6172696e655b353530305d203132362c35383430340d0a",
            ),
            (
                Family::Ironlogic,
                "uid:BCD14264",
                "4d69666172655b42434431343236345d20314b2028303030342c303829203036362c35333639320d0a",
            ),
            (
                Family::Rc522Text,
                "uid:047E1EBA532880",
                "43617264205549443a2030342037452031452042412035332032382038300d0a436172642053414b3a2030300d0a\
                 5049434320747970653a204d494641524520556c7472616c69676874206f7220556c7472616c6967687420430d0a",
            ),
            (
                Family::UhfReader18,
                "epc:000000000000000000000313",
                "13000103010c0000000000000000000003133f39",
            ),
            (
                Family::UhfReader288,
                "epc:3039606303C74380001A0559",
                "1500010301010c3039606303c74380001a055940f93e",
            ),
            (
                Family::Pn532Hsu,
                "uid:24D34F59",
                "0000ff0cf4d54b01010004080424d34f592f00",
            ),
            (
                Family::BarcodeText,
                "code:2900000000018",
                "323930303030303030303031380d",
            ),
        ];
        for (family, tag, frame) in table {
            let bytes = encode(family, &tag.parse().unwrap()).unwrap();
            assert_eq!(hex::encode(bytes), frame, "{family:?} {tag}");
        }
        let stored = hex::decode("340030751FEB705C5904E3D50D70").unwrap();
        assert_eq!(crc16_gen2(&stored), 0x3a76, "as a module reported it");
    }

    #[test]
    fn the_decoder_reads_what_is_encoded() {
        let tags = [
            "em4100:62E3086CED",
            "uid:D0BBE11A",
            "uid:04D3BDF8E8F9A5",
            "uid:E004019720B056A2",
            "uid:04010203040506070809",
            "epc:355AB1C8B000001000000001",
            "epc:03269201",
            "code:2900000000018",
            "code:ТР-0001",
        ];
        let mut encoded = Vec::new();
        for family in Family::ALL {
            for tag in tags {
                let tag: TagId = tag.parse().unwrap();
                let Some(bytes) = encode(family, &tag) else {
                    continue;
                };
                let mut decoder = decoder_for(family).unwrap();
                let mut out = Vec::new();
                decoder.push(&bytes, &mut out);
                decoder.gap(&mut out);
                let read: Vec<_> = out
                    .iter()
                    .filter_map(|v| match v {
                        Verdict::Tag(reading) => Some(&reading.tag),
                        _ => None,
                    })
                    .collect();
                assert_eq!(read, [&tag], "{family:?}");
                assert!(
                    !out.iter().any(|v| matches!(v, Verdict::Reject(_))),
                    "{family:?} {tag} {out:?}"
                );
                encoded.push(family);
            }
        }
        encoded.dedup();
        assert!(
            encoded.len() == 26,
            "each family that reads sends something: {encoded:?}"
        );
    }
}
