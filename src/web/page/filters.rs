//! What templates may call by name.

use askama::filters::Safe;
use std::fmt::Display;

/// A drawing of the sprite, in the colour of the text beside it; the word says what it means.
#[askama::filter_fn]
pub fn drawing(name: impl Display, _: &dyn askama::Values) -> askama::Result<Safe<String>> {
    Ok(Safe(format!(
        r#"<svg class="i" aria-hidden="true"><use href="/assets/drawings.svg#{name}"></use></svg>"#
    )))
}

/// Russian names with soft hyphens in their long words, because browsers seldom carry the dictionary:
/// a break between syllables, three letters from either end.
#[askama::filter_fn]
pub fn hyphens(text: impl Display, _: &dyn askama::Values) -> askama::Result<String> {
    Ok(hyphenate(&text.to_string()))
}

/// Shorter words stay whole.
const LONG_WORD: usize = 13;

fn hyphenate(text: &str) -> String {
    let mut result = String::with_capacity(text.len() + 16);
    for (index, word) in text.split(' ').enumerate() {
        if index > 0 {
            result.push(' ');
        }
        let letters: Vec<char> = word.chars().collect();
        for (at, letter) in letters.iter().enumerate() {
            if letters.len() >= LONG_WORD && at >= 3 && at + 3 <= letters.len() && may_break(&letters, at) {
                result.push('\u{ad}');
            }
            result.push(*letter);
        }
    }
    result
}

/// Before a consonant with a vowel behind it.
fn may_break(letters: &[char], at: usize) -> bool {
    let sound = |at: usize| letters.get(at).map_or(Sound::Other, |letter| sound(*letter));
    let before = at.checked_sub(1).map_or(Sound::Other, sound);
    sound(at) == Sound::Consonant && sound(at + 1) == Sound::Vowel && before != Sound::Other
}

#[derive(PartialEq, Eq)]
enum Sound {
    Vowel,
    Consonant,
    /// ь, ъ, й: end a syllable.
    Closing,
    Other,
}

fn sound(letter: char) -> Sound {
    match letter.to_lowercase().next().unwrap_or(letter) {
        'а' | 'е' | 'ё' | 'и' | 'о' | 'у' | 'ы' | 'э' | 'ю' | 'я' => Sound::Vowel,
        'ь' | 'ъ' | 'й' => Sound::Closing,
        'а'..='я' => Sound::Consonant,
        _ => Sound::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::hyphenate;

    #[test]
    fn long_words_break_between_syllables() {
        for (word, broken) in [
            ("соединительный", "сое-ди-ни-тель-ный"),
            ("гироскопический", "гирос-ко-пи-чес-кий"),
            ("Микрокомпьютер", "Мик-ро-компью-тер"),
            ("устройство", "устройство"),
            ("USB-кабель", "USB-кабель"),
        ] {
            assert_eq!(hyphenate(word).replace('\u{ad}', "-"), broken);
        }
    }
}
