//! Sums, parities and check digits.
//!
//! Knows: arithmetic. Must not know: frames, tags.

/// Exclusive or of all bytes: EM4100 readers, BCC.
pub fn xor(bytes: &[u8]) -> u8 {
    bytes.iter().fold(0, |sum, byte| sum ^ byte)
}

/// Low byte of the sum: the BB..7E modules.
pub fn sum(bytes: &[u8]) -> u8 {
    bytes.iter().fold(0, |sum: u8, byte| sum.wrapping_add(*byte))
}

/// CRC-16/CCITT-FALSE: polynomial 1021, high bit first, all ones before, nothing after.
/// Source: ISO 28560-3, annex; its check value is in the tests.
pub fn crc16_ccitt_false(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0xFFFF, |crc: u16, byte| {
        (0..8).fold(crc ^ u16::from(*byte) << 8, |crc, _| match crc & 0x8000 {
            0 => crc << 1,
            _ => crc << 1 ^ 0x1021,
        })
    })
}

/// CRC-16/MCRF4XX: polynomial 1021 reflected, all ones before, nothing after. Over a frame with its CRC, low byte
/// first, it is 0. Reader18 and Reader288.
pub fn crc16_mcrf4xx(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0xFFFF, |crc, byte| {
        (0..8).fold(crc ^ u16::from(*byte), |crc, _| match crc & 1 {
            0 => crc >> 1,
            _ => crc >> 1 ^ 0x8408,
        })
    })
}

/// CRC of ThingMagic's modules: polynomial 1021, all ones before; the bits of the message are shifted in, and no zeros
/// behind them as in the usual CCITT forms.
pub fn crc16_mercury(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0xFFFF, |crc, byte| {
        (0..8).rev().fold(crc, |crc: u16, bit| {
            let shifted = crc << 1 | u16::from(byte >> bit & 1);
            match crc & 0x8000 {
                0 => shifted,
                _ => shifted ^ 0x1021,
            }
        })
    })
}

/// CRC-16/XMODEM: polynomial 1021, nothing before and after it; the GM65 modules.
pub fn crc16_xmodem(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0, |crc, byte| {
        (0..8).fold(crc ^ u16::from(*byte) << 8, |crc: u16, _| match crc & 0x8000 {
            0 => crc << 1,
            _ => crc << 1 ^ 0x1021,
        })
    })
}

/// Check digit of a GS1 number that is given without it: weights 3, 1 from the right, modulo 10.
/// `None` if something else than digits is in the text. Source: GS1 General Specifications, 7.9.1.
pub fn gs1_digit(digits: &str) -> Option<u8> {
    let mut sum: u32 = 0;
    for (place, byte) in digits.bytes().rev().enumerate() {
        if !byte.is_ascii_digit() {
            return None;
        }
        let weight = if place % 2 == 0 { 3 } else { 1 };
        sum = sum.wrapping_add(u32::from(byte - b'0') * weight) % 10;
    }
    u8::try_from((10 - sum) % 10).ok()
}

/// Whether the last digit is the check digit of those before it.
pub fn gs1_holds(digits: &str) -> bool {
    let Some((last, rest)) = digits.as_bytes().split_last() else {
        return false;
    };
    last.is_ascii_digit()
        && std::str::from_utf8(rest)
            .ok()
            .and_then(gs1_digit)
            .is_some_and(|digit| digit == last - b'0')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_crc_of_published_texts() {
        assert_eq!(crc16_ccitt_false(b"123456789"), 0x29B1);
        assert_eq!(crc16_ccitt_false(b"RFID tag data model"), 0x1AEE);
        assert_eq!(crc16_ccitt_false(b""), 0xFFFF);
    }

    #[test]
    fn sums_of_frames_that_modules_sent() {
        let chafon = hex::decode("13000103010c0000000000000000000003133f39").unwrap();
        assert_eq!(crc16_mcrf4xx(&chafon), 0);
        assert_eq!(crc16_mcrf4xx(b"123456789"), 0x6F91, "of the catalogue of CRCs");
        let mercury = hex::decode("0a2403e800000000000300ee").unwrap();
        assert_eq!(crc16_mercury(&mercury), 0x589D);
    }

    #[test]
    fn check_digits_of_printed_numbers() {
        for (given, digit) in [
            ("0846632485751", 5),
            ("084663228621", 0),
            ("0360843951968", 0),
            ("890104296034", 0),
            ("460005100005", 7),
            ("290000000001", 8),
        ] {
            assert_eq!(gs1_digit(given), Some(digit), "{given}");
            assert!(gs1_holds(&format!("{given}{digit}")));
            assert!(!gs1_holds(&format!("{given}{}", (digit + 1) % 10)));
        }
        assert_eq!(gs1_digit("12a"), None);
        assert!(!gs1_holds(""));
    }
}
