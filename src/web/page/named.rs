//! Drawings and words for categories, states and dates.
//!
//! Knows: which drawing belongs to what. Must not know: pages.

use super::look::Look;
use super::stamp::Stamp;
use crate::clock::Moment;
use crate::ids::SchoolId;
use crate::ledger::Ledger;
use crate::ledger::query::State;
use crate::words::{self, Message};
use jiff::civil::Date;

/// Beginnings of categories, in lower case, and their drawings.
const CATEGORIES: [(&str, &str); 14] = [
    ("компьютер", "computers"),
    ("vr", "vr"),
    ("медиа", "media"),
    ("бвс", "uav"),
    ("3d", "printing"),
    ("робот", "robotics"),
    ("инструмент", "tools"),
    ("обзр: первая", "first-aid"),
    ("обзр: прибор", "instruments"),
    ("обзр: сиз", "protection"),
    ("обзр: макет", "mockups"),
    ("медицин", "medical"),
    ("шахмат", "chess"),
    ("мебель", "furniture"),
];

/// The drawing of a category; a card in its pocket for one that nobody has drawn yet.
pub fn category_drawing(category: &str) -> &'static str {
    let category = category.to_lowercase();
    CATEGORIES
        .iter()
        .find(|(beginning, _)| category.starts_with(beginning))
        .map_or("mark", |(_, drawing)| drawing)
}

/// An anchor for a category: letters and digits, the rest becomes dashes.
pub fn anchor(category: &str) -> String {
    category
        .to_lowercase()
        .chars()
        .map(|letter| if letter.is_alphanumeric() { letter } else { '-' })
        .collect()
}

pub fn state_drawing(state: State) -> &'static str {
    match state {
        State::Available => "available",
        State::OnLoan => "lent",
        State::Reserved => "reserved",
        State::UnderCheck => "check",
        State::InRepair => "repair",
        State::Lost => "refused",
        State::Withdrawn => "stopped",
    }
}

pub fn state_word(look: &Look, state: State) -> String {
    look.say(&Message::new(match state {
        State::Available => "state-available",
        State::OnLoan => "state-on-loan",
        State::Reserved => "state-reserved",
        State::UnderCheck => "state-under-check",
        State::InRepair => "state-in-repair",
        State::Lost => "state-lost",
        State::Withdrawn => "state-withdrawn",
    }))
}

/// «15 · сен, вт»
pub fn stamp(look: &Look, date: Date, today: Date) -> Stamp {
    Stamp {
        day: date.day().to_string(),
        month: format!(
            "{},\u{a0}{}",
            words::month_short(look.lang, date),
            words::weekday_short(look.lang, date)
        ),
        late: date < today,
    }
}

/// «15 · сентября, вт», for stamps that stand large.
pub fn large_stamp(look: &Look, date: Date, today: Date) -> Stamp {
    let day_and_month = words::day_and_month(look.lang, date);
    let month = day_and_month.split_once('\u{a0}').map_or("", |(_, month)| month);
    Stamp {
        month: format!("{month},\u{a0}{}", words::weekday_short(look.lang, date)),
        ..stamp(look, date, today)
    }
}

/// `15.09.2026`
pub fn date(look: &Look, date: Date) -> String {
    words::full_date(look.lang, date)
}

/// `09:14`
pub fn time(at: Moment) -> String {
    let local = at.local();
    format!("{:02}:{:02}", local.hour(), local.minute())
}

/// `15.09.2026, 09:14`
pub fn date_and_time(look: &Look, at: Moment) -> String {
    format!("{}, {}", date(look, at.date()), time(at))
}

/// «3 единицы», by a message of the words room with `$count`.
pub fn counted(look: &Look, id: &'static str, count: usize) -> String {
    look.say(&Message::new(id).number("count", i64::try_from(count).unwrap_or(i64::MAX)))
}

/// The short name of a school, or its code where nobody has named it.
pub fn school(ledger: &Ledger, school: &SchoolId) -> String {
    ledger
        .schools
        .get(school)
        .map_or_else(|| school.to_string(), |state| state.school.short_name.to_string())
}

/// «Кабель USB» inside a sentence: «кабель USB»; words that are capitals altogether stay.
pub fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    match (letters.next(), letters.clone().next()) {
        (Some(first), Some(second)) if !second.is_uppercase() => {
            first.to_lowercase().chain(letters).collect()
        }
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_category_of_a_centre_has_its_drawing() {
        for (category, drawing) in [
            ("Компьютерное оборудование", "computers"),
            ("VR/AR", "vr"),
            ("3D и прототипирование", "printing"),
            ("ОБЗР: приборы", "instruments"),
            ("Рояли", "mark"),
        ] {
            assert_eq!(category_drawing(category), drawing);
        }
        let sprite = include_str!("../assets/drawings.svg");
        for (_, drawing) in CATEGORIES {
            assert!(sprite.contains(&format!("id=\"{drawing}\"")), "{drawing}");
        }
    }
}
