//! Does a free text look like it names a person? Names have no place in the journal; a text like this is questioned.
//!
//! Knows: how Russian and Latin names are written. Must not know: who asks, what becomes of the answer.
//!
//! It is a question, never a rule: «Марина Роща» and a teacher are told apart by a person. What stands behind «им.»
//! or «ул.» names a school or a street. A surname alone is not seen: «набор Менделеева» has one too.

mod given;

use given::Given;

/// Outside the centre a group smaller than this is only said to be so.
pub const SMALL_GROUP: u32 = 5;

/// Whether so few people could be told apart by their count. Nobody at all is no group.
pub fn is_small_group(count: u32) -> bool {
    (1..SMALL_GROUP).contains(&count)
}

/// The piece of `text` that looks like a person's name, if any.
pub fn person_name(text: &str) -> Option<&str> {
    let words = words(text);
    (0..words.len()).find_map(|at| {
        let end = ends_at(&words, at, text)?;
        if is_named_after(&words, at) {
            return None;
        }
        let (first, last) = (words.get(at)?, words.get(end)?);
        text.get(first.start..last.end + usize::from(last.is_initial()))
    })
}

/// A run of letters, with hyphens inside.
struct Word {
    start: usize,
    end: usize,
    small: String,
    /// Begins with a capital.
    capital: bool,
    /// All capitals, more than one.
    shouted: bool,
    /// A dot stands right behind it.
    dot: bool,
}

impl Word {
    fn is_initial(&self) -> bool {
        self.capital && self.dot && self.small.chars().count() == 1
    }

    /// Could be a name by its letters: «Иванов», «Smith», not «А» or «мл».
    fn is_named(&self) -> bool {
        self.capital && self.small.chars().count() >= 3
    }
}

fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        let inside = c.is_alphabetic() || (start.is_some() && c == '-');
        match (start, inside) {
            (None, true) => start = Some(at),
            (Some(from), false) => {
                let word = text.get(from..at).unwrap_or_default();
                let mut letters = word.chars().filter(|c| *c != '-');
                words.push(Word {
                    start: from,
                    end: at,
                    small: word.to_lowercase().replace('ё', "е"),
                    capital: word.starts_with(char::is_uppercase),
                    shouted: word.chars().count() > 1 && letters.all(char::is_uppercase),
                    dot: c == '.',
                });
                start = None;
            }
            _ => {}
        }
    }
    words
}

/// Where the name that begins with word `at` ends.
fn ends_at(words: &[Word], at: usize, text: &str) -> Option<usize> {
    let next = |n: usize| {
        let (before, word) = (words.get(n.checked_sub(1)?)?, words.get(n)?);
        let gap = text.get(before.end..word.start)?;
        let gap = if before.is_initial() {
            gap.trim_start_matches('.')
        } else {
            gap
        };
        let near = gap.chars().all(char::is_whitespace) && (before.is_initial() || !gap.is_empty());
        near.then_some(word)
    };
    let first = words.get(at)?;
    let second = next(at + 1)?;
    let third = next(at + 2);
    if first.is_initial() {
        // «И. О. Иванов», «И. Иванов»; but «И. О. директора» stands in for one.
        return match third {
            Some(third) if second.is_initial() => (third.is_named() && !is_office(third)).then_some(at + 2),
            _ => (second.is_named() && is_surname(&second.small)).then_some(at + 1),
        };
    }
    if first.is_named() && second.is_initial() {
        // «Иванов И. О.», «Иванов И.»
        let two = third.is_some_and(Word::is_initial);
        let in_office = next(at + 3).is_some_and(is_office);
        let surname = is_surname(&first.small);
        return (surname || (two && !first.shouted && !in_office)).then_some(at + 1 + usize::from(two));
    }
    if given::given(&first.small).is_some() && is_patronymic(&second.small) {
        return Some(at + 1);
    }
    if let Some(third) = third
        && first.is_named()
        && second.is_named()
        && is_patronymic(&third.small)
    {
        return Some(at + 2);
    }
    if first.is_named() && second.is_named() {
        let paired = is_pair(&first.small, &second.small) || is_pair(&second.small, &first.small);
        return paired.then_some(at + 1);
    }
    None
}

/// Behind «им. …» and «ул. …» a name is a school's or a street's, titles and ranks in between included.
fn is_named_after(words: &[Word], at: usize) -> bool {
    const LOOK_BACK: usize = 6;
    const NAMED: [&str; 18] = [
        "им",
        "имени",
        "памяти",
        "ул",
        "улица",
        "улице",
        "пр",
        "проспект",
        "пл",
        "площадь",
        "пер",
        "переулок",
        "бульвар",
        "набережная",
        "музей",
        "премия",
        "кубок",
        "named",
    ];
    let before = words.get(at.saturating_sub(LOOK_BACK)..at).unwrap_or_default();
    before.iter().any(|word| NAMED.contains(&word.small.as_str()))
}

/// «И. О. директора»: acting, not initials.
fn is_office(word: &Word) -> bool {
    const OFFICES: [&str; 6] = ["директор", "руковод", "завед", "началь", "учител", "замест"];
    OFFICES.iter().any(|office| word.small.starts_with(office))
}

fn is_patronymic(word: &str) -> bool {
    const ENDS: [&str; 24] = [
        "ович",
        "евич",
        "овича",
        "евича",
        "овичу",
        "евичу",
        "овичем",
        "евичем",
        "овиче",
        "евиче",
        "овна",
        "евна",
        "овны",
        "евны",
        "овне",
        "евне",
        "овну",
        "евну",
        "овной",
        "евной",
        "ична",
        "ичны",
        "ovich",
        "evich",
    ];
    const SHORT: [&str; 9] = [
        "ильич",
        "кузьмич",
        "лукич",
        "фомич",
        "никитич",
        "ovna",
        "evna",
        "ilyich",
        "ильича",
    ];
    word.chars().count() >= 5
        && (ENDS.iter().any(|end| word.ends_with(end))
            || SHORT.contains(&word)
            || word.ends_with("ovna")
            || word.ends_with("evna"))
}

/// A given name beside a surname of its gender. A declined given name takes either: «Ивана Петрова» is a man.
fn is_pair(name: &str, surname: &str) -> bool {
    let ends = match given::given(name) {
        Some(Given::Latin) => return surname.is_ascii() && !NO_SURNAMES.contains(&surname),
        Some(Given::Man) => MALE,
        Some(Given::Woman) => FEMALE,
        Some(Given::Declined) => DECLINED,
        None => return false,
    };
    ends.iter().any(|end| surname.ends_with(end))
}

fn is_surname(word: &str) -> bool {
    [MALE, FEMALE, LATIN_ENDS].iter().any(|ends| {
        ends.iter()
            .any(|end| word.ends_with(end) && word.len() > end.len() + 2)
    })
}

const MALE: &[&str] = &[
    "ов",
    "ев",
    "ин",
    "ын",
    "ский",
    "цкий",
    "енко",
    "чук",
    "ян",
    "дзе",
    "швили",
];
const FEMALE: &[&str] = &[
    "ова",
    "ева",
    "ина",
    "ына",
    "ская",
    "цкая",
    "енко",
    "чук",
    "ян",
    "дзе",
    "швили",
];
const DECLINED: &[&str] = &[
    "ова",
    "ева",
    "ина",
    "ского",
    "цкого",
    "ову",
    "еву",
    "ину",
    "скому",
    "овым",
    "евым",
    "иным",
    "ским",
    "овой",
    "евой",
    "иной",
    "ской",
    "скую",
    "енко",
    "чука",
    "яна",
];
const LATIN_ENDS: &[&str] = &["ov", "ev", "ova", "eva", "sky", "skiy", "skaya", "enko", "chuk"];

/// What may stand beside a Latin given name and is none of a person.
const NO_SURNAMES: &[&str] = &[
    "robot", "kit", "school", "street", "park", "day", "board", "lab", "set", "mini", "pro", "test",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_a_person_is_named() {
        for (text, found) in [
            ("Иванов И. О.", "Иванов И. О."),
            ("взял Иванов И.О., вернёт завтра", "Иванов И.О."),
            ("Иванов И.", "Иванов И."),
            ("Петрова-Водкина А. С.", "Петрова-Водкина А. С."),
            ("для И. О. Иванова", "И. О. Иванова"),
            ("ответственный: А. Петров", "А. Петров"),
            ("Шульц К. М.", "Шульц К. М."),
            ("ИВАНОВ И.И.", "ИВАНОВ И.И."),
            ("Иванова Мария Петровна", "Иванова Мария Петровна"),
            ("ИВАНОВА МАРИЯ ПЕТРОВНА", "ИВАНОВА МАРИЯ ПЕТРОВНА"),
            ("передано Марии Петровне", "Марии Петровне"),
            ("у марии петровны в кабинете", "марии петровны"),
            ("Шмидт Отто Юльевич", "Шмидт Отто Юльевич"),
            ("Семёнов Пётр Ильич", "Семёнов Пётр Ильич"),
            ("Иван Петров, 7А", "Иван Петров"),
            ("Петров Иван", "Петров Иван"),
            ("по просьбе Ивана Петрова", "Ивана Петрова"),
            ("Алёна Семёнова", "Алёна Семёнова"),
            ("урок ведёт Елена Левченко", "Елена Левченко"),
            ("Ivan Petrov", "Ivan Petrov"),
            ("Petrova M. I.", "Petrova M. I."),
            ("given to Mary Smith today", "Mary Smith"),
            ("I. O. Petrov", "I. O. Petrov"),
        ] {
            assert_eq!(person_name(text), Some(found), "{text}");
        }
    }

    #[test]
    fn what_only_looks_a_little_like_one_is_left_alone() {
        for text in [
            "",
            "урок",
            "Робот Иван",
            "Набор Менделеева",
            "таблица Менделеева",
            "бином Ньютона",
            "Точка роста",
            "центр «Точка роста»",
            "Роман Тургенева «Отцы и дети»",
            "МБОУ СОШ № 2 им. А. С. Пушкина",
            "лицей имени М. В. Ломоносова",
            "СОШ им. Героя Советского Союза Ивана Петровича Сидорова",
            "ул. К. Маркса, д. 5",
            "доставить на ул. Ивана Петрова, 3",
            "гимназия № 5 г. Кирова",
            "СОШ № 2",
            "Лицей № 1, корпус Б.",
            "И. о. директора",
            "Подпись И. О. директора",
            "И. О. Директора",
            "приказ № 17-О от 01.09.2026",
            "6А, 7Б",
            "S03-6А-24",
            "проектная деятельность; физика",
            "Ноутбук мобильного класса 14\"",
            "Arduino Uno, Raspberry Pi",
            "Ivan robot",
            "Mary Park",
            "LEGO Education SPIKE",
            "педагог-организатор (выдача)",
            "Марина Роща",
            "Вера и Надежда",
            "олимпиада в Иваново",
            "ВОШ. Финал",
            "Проверить. Позвонить в школу",
            "кабель USB. Адаптер",
        ] {
            assert_eq!(person_name(text), None, "{text}");
        }
    }
}
