//! How a reader wants to see pages: theme, size of text, motion, spacing, language; kept in a cookie.
//!
//! Knows: the names that the stylesheet and the form `/view` share. Must not know: requests.

use crate::words::{self, Lang, Message};

/// The themes of the stylesheet; the empty name follows the system.
pub const THEMES: [(&str, &str, &str); 6] = [
    ("", "как в системе", "as the system"),
    ("light", "светлая", "light"),
    ("dark", "тёмная", "dark"),
    ("black-on-white", "чёрным по белому", "black on white"),
    ("white-on-black", "белым по чёрному", "white on black"),
    ("blue", "тёмно-синим по голубому", "dark blue on light blue"),
];

/// Sizes of text, per cent.
pub const SIZES: [&str; 4] = ["100", "125", "150", "200"];

/// One reader's choice. Values outside the known names never get in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Look {
    pub lang: Lang,
    theme: &'static str,
    size: &'static str,
    still: bool,
    wide: bool,
}

/// Name of the cookie that carries a choice.
pub const COOKIE: &str = "formular_look";

impl Look {
    /// Reads a choice: `dark.150.still.wide.en`, any part may be missing, unknown parts are passed over.
    pub fn parse(text: &str) -> Self {
        let mut look = Self::default();
        for word in text.split('.').filter(|word| !word.is_empty()) {
            match word {
                "still" => look.still = true,
                "wide" => look.wide = true,
                "en" => look.lang = Lang::En,
                _ => {
                    if let Some((name, ..)) = THEMES.iter().find(|(name, ..)| *name == word) {
                        look.theme = name;
                    } else if let Some(size) = SIZES.iter().find(|size| **size == word) {
                        look.size = size;
                    }
                }
            }
        }
        look
    }

    /// Finds the choice in a `Cookie:` header.
    pub fn from_cookies(header: &str) -> Self {
        let value = header
            .split(';')
            .filter_map(|pair| pair.trim().split_once('='))
            .find(|(name, _)| *name == COOKIE)
            .map_or("", |(_, value)| value);
        Self::parse(value)
    }

    /// The choice as [`Look::parse`] reads it.
    pub fn value(&self) -> String {
        let words = [
            self.theme,
            self.size,
            if self.still { "still" } else { "" },
            if self.wide { "wide" } else { "" },
            if self.lang == Lang::En { "en" } else { "" },
        ];
        words
            .into_iter()
            .filter(|word| !word.is_empty())
            .collect::<Vec<_>>()
            .join(".")
    }

    /// Attributes of `<html>`, with a leading space; only fixed names, nothing to escape.
    pub fn attributes(&self) -> String {
        let mut text = String::new();
        let pairs = [
            ("theme", self.theme),
            ("size", self.size),
            ("motion", if self.still { "off" } else { "" }),
            ("spacing", if self.wide { "wide" } else { "" }),
        ];
        for (name, value) in pairs {
            if !value.is_empty() {
                text.push_str(&format!(" data-{name}=\"{value}\""));
            }
        }
        text
    }

    /// Value of the `lang` attribute.
    pub fn lang(&self) -> &'static str {
        self.lang.as_str()
    }

    pub fn theme(&self) -> &'static str {
        self.theme
    }

    /// Per cent, as text; nothing chosen is 100.
    pub fn size(&self) -> &'static str {
        if self.size.is_empty() { "100" } else { self.size }
    }

    pub fn is_still(&self) -> bool {
        self.still
    }

    pub fn is_wide(&self) -> bool {
        self.wide
    }

    /// A text that only one page needs, in the reader's language.
    pub fn t<'a>(&self, ru: &'a str, en: &'a str) -> &'a str {
        match self.lang {
            Lang::Ru => ru,
            Lang::En => en,
        }
    }

    /// A message in the reader's language.
    pub fn say(&self, message: &Message) -> String {
        words::say(self.lang, message)
    }

    /// How long ago, short: «12 с назад», «4 мин назад», «3 ч назад».
    pub fn age(&self, seconds: &u64) -> String {
        let (n, ru, en) = match *seconds {
            0..60 => (*seconds, "с назад", "s ago"),
            60..3600 => (*seconds / 60, "мин назад", "min ago"),
            _ => (*seconds / 3600, "ч назад", "h ago"),
        };
        format!("{n}\u{a0}{}", self.t(ru, en))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_survives_the_cookie_and_nothing_foreign_gets_in() {
        for text in ["", "dark", "blue.200.still.wide.en", "150.wide"] {
            assert_eq!(Look::parse(text).value(), text);
        }
        assert_eq!(Look::parse("\"><script>.9000.dark").value(), "dark");
        assert_eq!(
            Look::parse("blue.150...ru").value(),
            "blue.150",
            "what was not chosen takes nothing back"
        );
        let look = Look::from_cookies("a=b; formular_look=white-on-black.125; c=d");
        assert_eq!(
            look.attributes(),
            " data-theme=\"white-on-black\" data-size=\"125\""
        );
        assert_eq!(Look::from_cookies("formular_lookalike=dark"), Look::default());
    }
}
