//! `/items/{id}`: where an item is, its whole life, what belongs to it.
//!
//! Knows: an item with its history. Must not know: where the history was read from.

use super::frame::{Frame, Here};
use super::journal::{self, Record};
use super::life::Life;
use super::named::{category_drawing, date, large_stamp, school, state_drawing, state_word};
use super::stamp::Stamp;
use super::{filters, look::Look};
use crate::clock::Moment;
use crate::ids::ItemId;
use crate::ledger::query::{Kit, Reason, State, item_state, kit_of};
use crate::ledger::{Entry, ItemState, Ledger, Loan, Policy};
use crate::words::{self, Lang};
use askama::Template;

/// Records shown before somebody asks for all.
pub const FIRST_RECORDS: usize = 8;

#[derive(Clone, Debug)]
pub struct Fact {
    pub name: &'static str,
    pub value: String,
}

/// The date at the head: until when it is out.
#[derive(Clone, Debug)]
pub struct DueBox {
    pub stamp: Stamp,
    pub text: String,
}

#[derive(Clone, Debug)]
pub struct Part {
    pub name: String,
    pub amount: String,
    pub short: bool,
}

#[derive(Clone, Debug)]
pub struct KitBox {
    pub complete: bool,
    pub word: String,
    pub parts: Vec<Part>,
}

/// Everything the page says, in the reader's language.
#[derive(Clone, Debug)]
pub struct Facts {
    item: ItemId,
    name: String,
    category: String,
    state: State,
    standing: String,
    due: Option<DueBox>,
    life: Option<Life>,
    journal: Vec<Record>,
    all: Option<String>,
    facts: Vec<Fact>,
    kit: Option<KitBox>,
}

#[derive(Template)]
#[template(path = "item.html")]
struct Page<'a> {
    frame: Frame<'a>,
    item: &'a ItemId,
    name: &'a str,
    category: &'a str,
    drawing: &'static str,
    state: &'static str,
    state_drawing: &'static str,
    standing: &'a str,
    due: Option<&'a DueBox>,
    life: Option<&'a Life>,
    journal: &'a [Record],
    all: Option<&'a str>,
    facts: &'a [Fact],
    kit: Option<&'a KitBox>,
}

pub fn page(frame: Frame<'_>, facts: &Facts) -> askama::Result<String> {
    Page {
        frame: frame.at(Here::Items),
        item: &facts.item,
        name: &facts.name,
        category: &facts.category,
        drawing: category_drawing(&facts.category),
        state: facts.state.as_str(),
        state_drawing: state_drawing(facts.state),
        standing: &facts.standing,
        due: facts.due.as_ref(),
        life: facts.life.as_ref(),
        journal: &facts.journal,
        all: facts.all.as_deref(),
        facts: &facts.facts,
        kit: facts.kit.as_ref(),
    }
    .render()
}

impl Facts {
    /// `entries` is the item's whole history, newest first; `all` shows every record of it.
    pub fn of(
        ledger: &Ledger,
        policy: &Policy,
        look: &Look,
        item: &ItemId,
        entries: &[Entry],
        all: bool,
        now: Moment,
    ) -> Option<Self> {
        let state = ledger.items.get(item)?;
        let today = now.date();
        let (standing, reason) = item_state(ledger, state, today, policy);
        let loan = state.status.loan.as_ref().and_then(|loan| ledger.loan(loan));
        let most = if all { usize::MAX } else { FIRST_RECORDS };
        let journal = journal::records(ledger, look, entries, most);
        Some(Self {
            item: item.clone(),
            name: state.item.name.to_string(),
            category: state.item.category.to_string(),
            state: standing,
            standing: standing_words(ledger, look, loan, standing, reason),
            due: loan.map(|loan| DueBox {
                stamp: large_stamp(look, loan.due, today),
                text: due_words(look, loan, today),
            }),
            life: Life::of(ledger, look, item, entries, now),
            all: journal::all_records(look, journal.len(), entries.len()),
            journal,
            facts: facts(look, state),
            kit: kit_of(ledger, state).map(|kit| kit_box(look, &kit, state)),
        })
    }
}

fn standing_words(
    ledger: &Ledger,
    look: &Look,
    loan: Option<&Loan>,
    state: State,
    reason: Option<Reason>,
) -> String {
    let word = capital(&state_word(look, state));
    match (loan, reason) {
        (Some(loan), _) => format!("{word}: {}", school(ledger, &loan.school)),
        (None, Some(reason)) => format!("{word}: {}", reason_word(look, reason)),
        (None, None) => word,
    }
}

/// Why something that is here is not lent, in a few words.
pub fn reason_word(look: &Look, reason: Reason) -> &'static str {
    let (ru, en) = match reason {
        Reason::Damaged => ("повреждение", "damaged"),
        Reason::Unchecked => ("комплект не проверен", "parts not counted"),
        Reason::KitShort => ("не хватает ключевой части", "a key part is missing"),
        Reason::Verification => ("на поверке", "in verification"),
        Reason::VerificationDue => ("срок поверки истёк", "verification has run out"),
    };
    look.t(ru, en)
}

fn due_words(look: &Look, loan: &Loan, today: jiff::civil::Date) -> String {
    let said = look.say(&words::due_words(loan.due, today));
    let when = said.split_once(", ").map_or(said.as_str(), |(_, when)| when);
    let word = match loan.due < today {
        true => look.t("просрочено", "overdue"),
        false => look.t("вернуть", "due"),
    };
    format!("{word}, {when}")
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}

fn facts(look: &Look, state: &ItemState) -> Vec<Fact> {
    let item = &state.item;
    let t = |ru, en| look.t(ru, en);
    let funding = match &item.donor {
        Some(donor) => format!("{}, {donor}", item.funding),
        None => item.funding.to_string(),
    };
    let tags: Vec<_> = state.tags.iter().map(ToString::to_string).collect();
    let all = [
        (
            t("Инв. №", "Inventory no."),
            item.inventory_number.as_ref().map(ToString::to_string),
        ),
        (
            t("Заводской №", "Serial no."),
            Some(item.serial_number.to_string()),
        ),
        (t("Принят", "Accepted"), item.accepted.map(|day| date(look, day))),
        (t("Источник", "Funding"), Some(funding)),
        (t("Стоимость", "Cost"), Some(roubles(&item.cost))),
        (t("Место", "Place"), item.room.as_ref().map(ToString::to_string)),
        (t("Предмет", "Subject"), Some(item.subject.to_string())),
        (t("Условие", "Terms"), Some(item.policy.to_string())),
        (
            t("Поверка до", "Verified until"),
            state.status.verification_due.map(|day| date(look, day)),
        ),
        (
            t("Учётный № БВС", "Aircraft no."),
            item.uav_number.as_ref().map(ToString::to_string),
        ),
        (
            t("Согласие", "Consent"),
            state
                .consent
                .as_ref()
                .map(|(number, day)| format!("№\u{a0}{number}, {}", date(look, *day))),
        ),
        (t("Метки", "Tags"), Some(tags.join(", "))),
    ];
    all.into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| Fact { name, value })
        .collect()
}

/// «42 800,00 ₽» of `42800.00`.
fn roubles(cost: &str) -> String {
    if cost.is_empty() {
        return String::new();
    }
    let (whole, part) = cost.split_once('.').unwrap_or((cost, "00"));
    let mut grouped = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            grouped.push('\u{a0}');
        }
        grouped.push(digit);
    }
    format!("{grouped},{part}\u{a0}₽")
}

fn kit_box(look: &Look, kit: &Kit<'_>, state: &ItemState) -> KitBox {
    let word = match (kit.unchecked, kit.is_complete()) {
        (true, _) => look.t("Ждёт проверки", "To be counted"),
        (false, true) => look.t("Полный", "Complete"),
        (false, false) => look.t("Неполный", "Incomplete"),
    };
    let part = |part: &crate::ledger::Component| {
        let missing = state.status.shortage.get(&part.component).copied().unwrap_or(0);
        let here = part.quantity.saturating_sub(missing);
        let of = match look.lang {
            Lang::Ru => "из",
            Lang::En => "of",
        };
        Part {
            name: part.name.to_string(),
            amount: match missing {
                0 => format!("{}\u{a0}{}", part.quantity, part.unit),
                _ => format!("{here} {of} {}", part.quantity),
            },
            short: missing > 0,
        }
    };
    KitBox {
        complete: kit.is_complete() && !kit.unchecked,
        word: word.to_owned(),
        parts: kit.components.iter().map(part).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::roubles;

    #[test]
    fn money_is_grouped() {
        assert_eq!(roubles("42800.00").replace('\u{a0}', " "), "42 800,00 ₽");
        assert_eq!(roubles("900").replace('\u{a0}', " "), "900,00 ₽");
        assert_eq!(roubles(""), "");
    }
}
