//! A due date as people say it: «вторник, через 14 дней».
//!
//! Knows: two dates. Must not know: loans.

use super::Message;
use jiff::civil::Date;

/// «вторник, сегодня», «среда, завтра», «вторник, через 14 дней», «пятница, 3 дня назад».
pub fn due_words(due: Date, today: Date) -> Message {
    let days = today.until(due).map_or(0, |span| span.get_days());
    let named = match days {
        0 => Message::new("due-today"),
        1 => Message::new("due-tomorrow"),
        2.. => Message::new("due-in-days").number("days", days),
        _ => Message::new("due-past").number("days", days.saturating_neg()),
    };
    named.date("due", due)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::{Lang, say};
    use jiff::civil::date;

    #[test]
    fn a_due_date_is_said_in_words() {
        let today = date(2026, 9, 1);
        for (due, ru, en) in [
            (date(2026, 9, 15), "вторник, через 14 дней", "Tuesday, in 14 days"),
            (date(2026, 9, 22), "вторник, через 21 день", "Tuesday, in 21 days"),
            (date(2026, 9, 4), "пятница, через 3 дня", "Friday, in 3 days"),
            (date(2026, 9, 1), "вторник, сегодня", "Tuesday, today"),
            (date(2026, 9, 2), "среда, завтра", "Wednesday, tomorrow"),
            (
                date(2026, 8, 31),
                "понедельник, 1 день назад",
                "Monday, 1 day ago",
            ),
            (date(2026, 8, 29), "суббота, 3 дня назад", "Saturday, 3 days ago"),
        ] {
            let said = |lang| say(lang, &due_words(due, today)).replace('\u{a0}', " ");
            assert_eq!((said(Lang::Ru).as_str(), said(Lang::En).as_str()), (ru, en));
        }
    }
}
