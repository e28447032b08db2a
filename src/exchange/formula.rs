//! Cells that an office program would run as a formula, made harmless on the way out and themselves again on the way in.
//!
//! Knows: how such a cell begins. Must not know: files, columns.

use std::borrow::Cow;

/// A text that would be run, after any apostrophes before it.
fn would_run(text: &str) -> bool {
    text.trim_start_matches('\'')
        .starts_with(['=', '+', '-', '@', '\t', '\r', '\n'])
}

/// A text that would be run gets an apostrophe before it, which such programs take as «this is text». One that has
/// apostrophes already gets one more, so that [`plain`] finds its way back.
pub fn harmless(text: &str) -> Cow<'_, str> {
    match would_run(text) {
        true => Cow::Owned(format!("'{text}")),
        false => Cow::Borrowed(text),
    }
}

/// The text as it was before [`harmless`].
pub fn plain(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(before) if would_run(before) => before,
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_made_harmless_and_come_back() {
        for text in [
            "=1+1", "+7", "-2", "@SUM(A1)", "\tx", "\r=x", "\n=x", "'=1", "''=1",
        ] {
            let out = harmless(text);
            assert_eq!(out, format!("'{text}"));
            assert_eq!(plain(&out), text);
        }
        for text in ["ТР-0001", "", "'", "'кавычки'", "5=5", "класс 7-А"] {
            assert_eq!(harmless(text), text);
            assert_eq!(plain(text), text);
        }
    }
}
