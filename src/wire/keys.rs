//! What a keyboard-type reader typed, from keys by a fixed US table.
//!
//! A desktop's layout is applied above the device, so a Russian layout never reaches these keys. Shift is honoured and
//! CapsLock is not: some scanners toggle it. Ctrl with a letter is a control character (Ctrl+] is GS), digits of
//! the keypad typed while Alt is held are the code of one byte (the «ALT mode» of scanners).
//!
//! Keys are named by their HID usage on page 07. Sources: HID Usage Tables 1.5, chapter 10; HID 1.11, appendix B.
//!
//! Knows: keys and characters. Must not know: reports, devices, tags.

use super::Reject;
use crate::tag::MAX_CODE_CHARS;

/// A key by its HID usage.
pub type Usage = u8;

pub const ENTER: Usage = 0x28;
pub const SHIFT: Usage = 0xE1;
pub const CTRL: Usage = 0xE0;
pub const ALT: Usage = 0xE2;

const FIRST_MODIFIER: Usage = 0xE0;
/// Left and right of each.
const CTRLS: u8 = 0x11;
const SHIFTS: u8 = 0x22;
const ALTS: u8 = 0x44;
const SUPERS: u8 = 0x88;

/// The longest text that is kept, in bytes.
pub const MAX_TEXT: usize = 4 * MAX_CODE_CHARS;

/// Usages 04 to 38 without Shift and with it; a blank in both is a key that types nothing.
const PLAIN: &[u8; 53] = b"abcdefghijklmnopqrstuvwxyz1234567890\r\0\0\t -=[]\\\\;'`,./";
const SHIFTED: &[u8; 53] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ!@#$%^&*()\r\0\0\t _+{}||:\"~<>?";
const FIRST_CHARACTER: Usage = 0x04;
/// Usages 54 to 63.
const KEYPAD: &[u8; 16] = b"/*-+\r1234567890.";
const FIRST_KEYPAD: Usage = 0x54;

/// What came of keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Typed {
    /// A text that Enter or Tab ended; never empty.
    Text(Vec<u8>),
    Broken(Reject),
}

/// Collects the keys of one text.
#[derive(Debug, Default)]
pub struct Typist {
    text: Vec<u8>,
    /// Why the text in hand is not believed, and how many keys of it went by since.
    spoiled: Option<(Reject, usize)>,
    /// Modifier keys that are down, one bit each, as in a boot report.
    modifiers: u8,
    /// The number being typed on the keypad while Alt is held.
    number: Option<u32>,
}

impl Typist {
    /// A key goes down.
    pub fn down(&mut self, key: Usage) -> Option<Typed> {
        if let Some(bit) = modifier(key) {
            self.modifiers |= bit;
            return None;
        }
        // CapsLock, ScrollLock and NumLock type nothing and change nothing.
        if matches!(key, 0x39 | 0x47 | 0x53) {
            return None;
        }
        if self.modifiers & ALTS != 0 {
            return self.numbered(key);
        }
        match self.character(key) {
            Some(b'\r' | b'\n' | b'\t') => self.end(),
            Some(byte) => self.take(&[byte]),
            None => self.spoil(Reject::Insane),
        }
    }

    /// A key goes up.
    pub fn up(&mut self, key: Usage) -> Option<Typed> {
        self.modifiers &= !modifier(key)?;
        if self.modifiers & ALTS != 0 {
            return None;
        }
        match self.number.take()? {
            13 | 10 | 9 => self.end(),
            code => match u8::try_from(code) {
                Ok(byte) => self.take(&[byte]),
                Err(_) => {
                    let mut bytes = [0; 4];
                    match char::from_u32(code) {
                        Some(c) => self.take(c.encode_utf8(&mut bytes).as_bytes()),
                        None => self.spoil(Reject::Insane),
                    }
                }
            },
        }
    }

    /// Keys were lost, or mean nothing: the text in hand is not believed, up to its end.
    pub fn spoil(&mut self, reject: Reject) -> Option<Typed> {
        match &mut self.spoiled {
            Some((_, spilled)) => {
                *spilled += 1;
                if *spilled >= MAX_TEXT {
                    *spilled = 0;
                    return Some(Typed::Broken(Reject::Overlong));
                }
                None
            }
            None => {
                self.text.clear();
                self.spoiled = Some((reject, 0));
                None
            }
        }
    }

    /// No key for a while: a text without an end is none.
    pub fn silence(&mut self) -> Option<Typed> {
        let torn = !self.text.is_empty() || self.number.is_some();
        let spoiled = self.spoiled.take();
        *self = Self::default();
        match spoiled {
            Some((reject, _)) => Some(Typed::Broken(reject)),
            None => torn.then_some(Typed::Broken(Reject::Length)),
        }
    }

    /// Whether keys of a text were typed that has no end yet.
    pub fn in_text(&self) -> bool {
        !self.text.is_empty() || self.number.is_some()
    }

    pub fn held(&self) -> usize {
        self.text.len()
    }

    fn take(&mut self, bytes: &[u8]) -> Option<Typed> {
        if self.spoiled.is_some() {
            return self.spoil(Reject::Insane);
        }
        if self.text.len() + bytes.len() > MAX_TEXT {
            self.spoil(Reject::Overlong);
            return None;
        }
        self.text.extend_from_slice(bytes);
        None
    }

    fn end(&mut self) -> Option<Typed> {
        if let Some((reject, _)) = self.spoiled.take() {
            return Some(Typed::Broken(reject));
        }
        let text = std::mem::take(&mut self.text);
        (!text.is_empty()).then_some(Typed::Text(text))
    }

    /// A digit of the keypad while Alt is held.
    fn numbered(&mut self, key: Usage) -> Option<Typed> {
        let digit = match keypad(key) {
            Some(byte @ b'0'..=b'9') => u32::from(byte - b'0'),
            _ => return self.spoil(Reject::Insane),
        };
        let number = self.number.unwrap_or(0).saturating_mul(10).saturating_add(digit);
        self.number = Some(number);
        None
    }

    fn character(&self, key: Usage) -> Option<u8> {
        if self.modifiers & SUPERS != 0 {
            return None;
        }
        let at = usize::from(key.checked_sub(FIRST_CHARACTER)?);
        // The key beside the left Shift and the one beside Enter of European keyboards carry a backslash.
        let found = if key == 0x64 {
            Some(if self.modifiers & SHIFTS == 0 { b'\\' } else { b'|' })
        } else if key == 0x67 {
            Some(b'=')
        } else if self.modifiers & SHIFTS == 0 {
            PLAIN.get(at).copied()
        } else {
            SHIFTED.get(at).copied()
        };
        let byte = found.filter(|byte| *byte != 0).or_else(|| keypad(key))?;
        if self.modifiers & CTRLS == 0 {
            return Some(byte);
        }
        match byte.to_ascii_uppercase() {
            letter @ b'A'..=b'_' => Some(letter - 0x40),
            b'6' => Some(0x1E),
            b'-' => Some(0x1F),
            b'\r' => Some(b'\r'),
            _ => None,
        }
    }
}

fn modifier(key: Usage) -> Option<u8> {
    let place = key.checked_sub(FIRST_MODIFIER)?;
    1_u8.checked_shl(place.into())
}

fn keypad(key: Usage) -> Option<u8> {
    let at = usize::from(key.checked_sub(FIRST_KEYPAD)?);
    KEYPAD.get(at).copied()
}

/// The keys of a character, by which a reader would type it: a modifier or none, and the key. For tests and the demo.
pub fn keys_of(byte: u8) -> Option<(Option<Usage>, Usage)> {
    let place = |table: &[u8]| {
        let at = table.iter().position(|known| *known == byte && byte != 0)?;
        u8::try_from(at).ok()?.checked_add(FIRST_CHARACTER)
    };
    if let Some(key) = place(PLAIN) {
        return Some((None, key));
    }
    if let Some(key) = place(SHIFTED) {
        return Some((Some(SHIFT), key));
    }
    match byte {
        1..=0x1D => keys_of(byte.checked_add(0x40)?.to_ascii_lowercase()).map(|(_, key)| (Some(CTRL), key)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `A` presses and lets go, `+E1` presses, `-E1` lets go, in hexadecimal.
    fn typed(keys: &str) -> Vec<Typed> {
        let mut typist = Typist::default();
        let mut out = Vec::new();
        for word in keys.split_whitespace() {
            let key = |text| Usage::from_str_radix(text, 16).unwrap();
            if let Some(down) = word.strip_prefix('+') {
                out.extend(typist.down(key(down)));
            } else if let Some(up) = word.strip_prefix('-') {
                out.extend(typist.up(key(up)));
            } else {
                out.extend(typist.down(key(word)));
                out.extend(typist.up(key(word)));
            }
        }
        out.extend(typist.silence());
        out
    }

    #[test]
    fn keys_and_their_texts() {
        let text = |bytes: &[u8]| vec![Typed::Text(bytes.to_vec())];
        for (keys, expected) in [
            ("04 05 1E 28", text(b"ab1")),
            ("+E1 04 -E1 05 24 28", text(b"Ab7")),
            ("39 04 39 28", text(b"a")),
            ("+E5 1E 2D 38 -E5 2B", text(b"!_?")),
            ("53 59 5A 62 63 58", text(b"120.")),
            ("04 +E0 30 -E0 05 28", text(b"a\x1db")),
            ("04 +E0 10 -E0", text(b"a")),
            ("+E2 59 62 5B -E2 28", text(b"g")),
            ("04 +E2 62 5A 61 -E2 05 28", text(b"a\x1db")),
            ("+E2 5A 59 62 -E2 28", text(&[210])),
            ("+E2 59 62 5C 59 -E2 28", text("Б".as_bytes())),
            ("28 28 2B", vec![]),
            ("04", vec![Typed::Broken(Reject::Length)]),
            (
                "04 3A 05 28 06 28",
                [vec![Typed::Broken(Reject::Insane)], text(b"c")].concat(),
            ),
            ("+E2 04 -E2 28", vec![Typed::Broken(Reject::Insane)]),
        ] {
            assert_eq!(typed(keys), expected, "{keys}");
        }
    }

    #[test]
    fn every_printable_character_has_its_keys() {
        for byte in (b' '..=b'~').chain([0x1D]) {
            let (held, key) = keys_of(byte).unwrap();
            let mut typist = Typist::default();
            held.map(|held| typist.down(held));
            typist.down(key);
            held.map(|held| typist.up(held));
            assert_eq!(typist.down(ENTER), Some(Typed::Text(vec![byte])), "{byte:02X}");
        }
    }

    #[test]
    fn an_endless_text_is_overlong_and_not_kept() {
        let mut typist = Typist::default();
        let mut out = Vec::new();
        for _ in 0..5 * MAX_TEXT {
            out.extend(typist.down(0x04));
            assert!(typist.held() <= MAX_TEXT);
        }
        assert_eq!(out, vec![Typed::Broken(Reject::Overlong); 3]);
        assert_eq!(typist.down(ENTER), Some(Typed::Broken(Reject::Overlong)));
    }
}
