//! Texts that went through a Russian keyboard layout, or a Russian hand.
//!
//! A repair is a candidate beside what was typed, never in its place: punctuation does not survive the
//! way through a layout, and «ТР-0001» is Russian by right.
//!
//! Knows: letters. Must not know: tags, people.

/// Russian letters where the keys of a Latin layout are, ЙЦУКЕН against QWERTY.
const JCUKEN: &str = "йцукенгшщзхъфывапролджэячсмитьбюЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮёЁ";
const QWERTY: &str = "qwertyuiop[]asdfghjkl;'zxcvbnm,.QWERTYUIOP{}ASDFGHJKL:\"ZXCVBNM<>`~";

/// Russian capital letters and their Latin look-alikes.
const RUSSIAN: &str = "АВЕКМНОРСТУХ";
const LATIN: &str = "ABEKMHOPCTYX";

/// The text as it would have been typed with a Latin layout; `None` if it has no Russian letter.
pub fn from_jcuken(text: &str) -> Option<String> {
    translated(text, JCUKEN, QWERTY)
}

/// Russian look-alikes as Latin letters, in upper case; `None` if there is none.
pub fn latin_look_alikes(text: &str) -> Option<String> {
    translated(&text.to_uppercase(), RUSSIAN, LATIN)
}

/// Latin look-alikes as Russian letters, in upper case; `None` if there is none.
pub fn russian_look_alikes(text: &str) -> Option<String> {
    translated(&text.to_uppercase(), LATIN, RUSSIAN)
}

fn translated(text: &str, from: &str, to: &str) -> Option<String> {
    let mut changed = false;
    let text = text
        .chars()
        .map(
            |c| match from.chars().zip(to.chars()).find(|(known, _)| *known == c) {
                Some((_, other)) => {
                    changed = true;
                    other
                }
                None => c,
            },
        )
        .collect();
    changed.then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_tables_are_in_step() {
        assert_eq!(JCUKEN.chars().count(), QWERTY.chars().count());
        assert_eq!(RUSSIAN.chars().count(), LATIN.chars().count());
    }

    #[test]
    fn repairs() {
        assert_eq!(from_jcuken("АЩКЬГДФК").as_deref(), Some("FORMULAR"));
        assert_eq!(from_jcuken("4600051000057"), None);
        assert_eq!(latin_look_alikes("в-26-00729").as_deref(), Some("B-26-00729"));
        assert_eq!(russian_look_alikes("TP-0001").as_deref(), Some("ТР-0001"));
        assert_eq!(russian_look_alikes("123"), None);
    }
}
