//! Dates in words: «12 декабря», «вторник».
//!
//! Knows: names of months and weekdays in both languages. Must not know: messages.

use super::Lang;
use jiff::civil::{Date, Weekday};

const MONTHS_RU: [&str; 12] = [
    "января",
    "февраля",
    "марта",
    "апреля",
    "мая",
    "июня",
    "июля",
    "августа",
    "сентября",
    "октября",
    "ноября",
    "декабря",
];
const MONTHS_EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const SHORT_RU: [&str; 12] = [
    "янв", "фев", "мар", "апр", "мая", "июн", "июл", "авг", "сен", "окт", "ноя", "дек",
];

fn month(date: Date) -> usize {
    usize::try_from(date.month()).unwrap_or(1).clamp(1, 12) - 1
}

/// `12.12.2026`; in English `12 December 2026`, because there 08.12 has two readings.
pub fn full_date(lang: Lang, date: Date) -> String {
    match lang {
        Lang::Ru => format!("{:02}.{:02}.{:04}", date.day(), date.month(), date.year()),
        Lang::En => format!(
            "{}\u{a0}{}\u{a0}{:04}",
            date.day(),
            MONTHS_EN[month(date)],
            date.year()
        ),
    }
}

/// «12 декабря», `12 December`.
pub fn day_and_month(lang: Lang, date: Date) -> String {
    let months = match lang {
        Lang::Ru => &MONTHS_RU,
        Lang::En => &MONTHS_EN,
    };
    format!("{}\u{a0}{}", date.day(), months[month(date)])
}

/// «сен», `Sep`: for stamps.
pub fn month_short(lang: Lang, date: Date) -> &'static str {
    match lang {
        Lang::Ru => SHORT_RU[month(date)],
        Lang::En => MONTHS_EN[month(date)].get(..3).unwrap_or_default(),
    }
}

/// «вторник», `Tuesday`.
pub fn weekday(lang: Lang, date: Date) -> &'static str {
    match (lang, date.weekday()) {
        (Lang::Ru, Weekday::Monday) => "понедельник",
        (Lang::Ru, Weekday::Tuesday) => "вторник",
        (Lang::Ru, Weekday::Wednesday) => "среда",
        (Lang::Ru, Weekday::Thursday) => "четверг",
        (Lang::Ru, Weekday::Friday) => "пятница",
        (Lang::Ru, Weekday::Saturday) => "суббота",
        (Lang::Ru, Weekday::Sunday) => "воскресенье",
        (Lang::En, Weekday::Monday) => "Monday",
        (Lang::En, Weekday::Tuesday) => "Tuesday",
        (Lang::En, Weekday::Wednesday) => "Wednesday",
        (Lang::En, Weekday::Thursday) => "Thursday",
        (Lang::En, Weekday::Friday) => "Friday",
        (Lang::En, Weekday::Saturday) => "Saturday",
        (Lang::En, Weekday::Sunday) => "Sunday",
    }
}

/// «вт», `Tue`: for stamps and bands.
pub fn weekday_short(lang: Lang, date: Date) -> &'static str {
    match (lang, date.weekday()) {
        (Lang::Ru, Weekday::Monday) => "пн",
        (Lang::Ru, Weekday::Tuesday) => "вт",
        (Lang::Ru, Weekday::Wednesday) => "ср",
        (Lang::Ru, Weekday::Thursday) => "чт",
        (Lang::Ru, Weekday::Friday) => "пт",
        (Lang::Ru, Weekday::Saturday) => "сб",
        (Lang::Ru, Weekday::Sunday) => "вс",
        (Lang::En, _) => weekday(Lang::En, date).get(..3).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn dates_are_written_as_people_do() {
        let day = date(2026, 9, 15);
        assert_eq!(full_date(Lang::Ru, day), "15.09.2026");
        assert_eq!(full_date(Lang::En, day), "15\u{a0}September\u{a0}2026");
        assert_eq!(day_and_month(Lang::Ru, day), "15\u{a0}сентября");
        assert_eq!(month_short(Lang::Ru, day), "сен");
        assert_eq!(month_short(Lang::En, day), "Sep");
        assert_eq!(weekday(Lang::Ru, day), "вторник");
        assert_eq!(weekday_short(Lang::Ru, day), "вт");
        assert_eq!(weekday_short(Lang::En, day), "Tue");
    }
}
