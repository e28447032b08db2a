//! Texts of the web itself, in both languages, and which language somebody wants.
//!
//! Knows: pairs of texts, Accept-Language. Must not know: messages of the desk (they come from `crate::words`).

use crate::desk::{Doing, refusal_words};
use crate::ledger::{Ledger, Refusal};
use crate::words::{Lang, say};
use std::borrow::Cow;

/// A text in both languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    ru: Cow<'static, str>,
    en: Cow<'static, str>,
}

impl Text {
    pub fn both(ru: &'static str, en: &'static str) -> Self {
        Self {
            ru: Cow::Borrowed(ru),
            en: Cow::Borrowed(en),
        }
    }

    pub fn new(ru: String, en: String) -> Self {
        Self {
            ru: Cow::Owned(ru),
            en: Cow::Owned(en),
        }
    }

    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::Ru => &self.ru,
            Lang::En => &self.en,
        }
    }
}

/// Title and detail of a refusal: its headline, and its text with the step to take.
pub fn refusal(refusal: &Refusal, doing: Doing, ledger: &Ledger) -> (Text, Text) {
    let words = refusal_words(refusal, doing, ledger);
    let whole = |lang| {
        let (text, next) = (say(lang, &words.text), say(lang, &words.next));
        let stop = if text.ends_with(['.', '?']) { "" } else { "." };
        match text.contains(&next) {
            true => format!("{text}{stop}"),
            false => format!("{text}{stop} {next}."),
        }
    };
    (
        Text::new(say(Lang::Ru, &words.headline), say(Lang::En, &words.headline)),
        Text::new(whole(Lang::Ru), whole(Lang::En)),
    )
}

/// `ru` and `en`; anything else is none.
pub fn lang_by_name(name: &str) -> Option<Lang> {
    match name {
        "ru" => Some(Lang::Ru),
        "en" => Some(Lang::En),
        _ => None,
    }
}

/// The first of our languages by weight in an Accept-Language header; a tie goes to the one named first.
pub fn lang_accepted(header: &str) -> Option<Lang> {
    let mut best: Option<(f32, Lang)> = None;
    for part in header.split(',').take(16) {
        let mut pieces = part.split(';');
        let tag = pieces.next().unwrap_or("").trim();
        let primary = tag.split('-').next().unwrap_or("").to_ascii_lowercase();
        let Some(lang) = lang_by_name(&primary) else {
            continue;
        };
        let weight = pieces
            .find_map(|piece| piece.trim().strip_prefix("q="))
            .map_or(1.0, |q| q.trim().parse::<f32>().unwrap_or(0.0));
        if weight > 0.0 && best.is_none_or(|(most, _)| weight > most) {
            best = Some((weight, lang));
        }
    }
    best.map(|(_, lang)| lang)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_of_a_browser() {
        for (header, expected) in [
            ("ru-RU,ru;q=0.9,en-US;q=0.8,en;q=0.7", Some(Lang::Ru)),
            ("en-GB,en;q=0.9,ru;q=0.1", Some(Lang::En)),
            ("de,en;q=0.5,ru;q=0.8", Some(Lang::Ru)),
            ("de-DE,fr;q=0.9", None),
            ("en;q=0, ru;q=0.1", Some(Lang::Ru)),
            ("", None),
            ("*", None),
        ] {
            assert_eq!(lang_accepted(header), expected, "{header}");
        }
    }
}
