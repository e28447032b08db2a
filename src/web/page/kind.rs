//! `/kinds/{item}`: the items of one kind in four weeks; for everybody, without a name.
//!
//! Knows: stretches of days. Must not know: who has what.

use super::frame::{Frame, Here};
use super::named::{anchor, category_drawing, counted, large_stamp, state_word};
use super::stamp::Stamp;
use super::{filters, look::Look};
use crate::ids::ItemId;
use crate::ledger::calendar::Calendar;
use crate::ledger::query::{Reason, State, is_free, item_state, kit_of};
use crate::ledger::{Component, ItemState, Ledger, Lending, Policy, days_between};
use crate::words;
use askama::Template;
use jiff::{ToSpan, civil::Date};

/// Days of the calendar; the stylesheet's grid has as many.
pub const DAYS: u32 = 28;

/// What a stretch of the calendar is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BarKind {
    Free,
    Lent,
    Reserved,
    Check,
}

impl BarKind {
    pub fn name(self) -> &'static str {
        match self {
            BarKind::Free => "free",
            BarKind::Lent => "taken lent",
            BarKind::Reserved => "taken reserved",
            BarKind::Check => "taken check",
        }
    }

    pub fn drawing(self) -> &'static str {
        match self {
            BarKind::Free => "available",
            BarKind::Lent => "lent",
            BarKind::Reserved => "reserved",
            BarKind::Check => "check",
        }
    }
}

/// A stretch of days with its sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bar {
    pub kind: BarKind,
    pub days: u32,
    pub text: String,
    /// Said only where the calendar is a list of sentences.
    pub more: Option<String>,
}

#[derive(Clone, Debug)]
pub struct Unit {
    pub item: ItemId,
    pub state: String,
    pub bars: Vec<Bar>,
}

#[derive(Clone, Debug)]
pub struct Day {
    pub weekday: &'static str,
    pub day: String,
    pub closed: bool,
}

/// The facts of the page and the page itself.
#[derive(Clone, Debug)]
pub struct Facts {
    name: String,
    category: String,
    about: String,
    free: usize,
    total: usize,
    next: Option<Stamp>,
    month: String,
    days: Vec<Day>,
    units: Vec<Unit>,
    inside: String,
}

#[derive(Template)]
#[template(path = "kind.html")]
struct Page<'a> {
    frame: Frame<'a>,
    name: &'a str,
    category: &'a str,
    category_id: String,
    drawing: &'static str,
    about: &'a str,
    free: usize,
    total: usize,
    next: Option<&'a Stamp>,
    month: &'a str,
    days: &'a [Day],
    units: &'a [Unit],
    inside: &'a str,
}

pub fn page(frame: Frame<'_>, facts: &Facts) -> askama::Result<String> {
    Page {
        frame: frame.at(Here::Elsewhere),
        name: &facts.name,
        category: &facts.category,
        category_id: anchor(&facts.category),
        drawing: category_drawing(&facts.category),
        about: &facts.about,
        free: facts.free,
        total: facts.total,
        next: facts.next.as_ref(),
        month: &facts.month,
        days: &facts.days,
        units: &facts.units,
        inside: &facts.inside,
    }
    .render()
}

impl Facts {
    /// The kind that an item belongs to; none if nobody knows the item or it never leaves the centre.
    pub fn of(ledger: &Ledger, policy: &Policy, look: &Look, item: &ItemId, today: Date) -> Option<Self> {
        let model = ledger.items.get(item)?;
        if model.item.lending == Lending::CentreOnly {
            return None;
        }
        let alike = |state: &&ItemState| {
            let other = &state.item;
            other.name == model.item.name
                && other.category == model.item.category
                && other.lending != Lending::CentreOnly
                && state.status.withdrawn.is_none()
                && state.status.lost.is_none()
        };
        let items: Vec<&ItemState> = ledger.items.values().filter(alike).collect();
        let due = |state: &&ItemState| {
            let loan = ledger.loans.get(state.status.loan.as_ref()?)?;
            (!loan.is_overdue(today)).then_some(loan.due)
        };
        let next = items.iter().filter_map(due).min();
        let calendar = Calendar::of(ledger);
        let days = (0..i64::from(DAYS)).filter_map(|n| today.checked_add(n.days()).ok());
        Some(Self {
            name: model.item.name.to_string(),
            category: model.item.category.to_string(),
            about: about(look, model),
            free: items
                .iter()
                .filter(|state| is_free(ledger, state, today, policy))
                .count(),
            total: items.len(),
            next: next.map(|day| large_stamp(look, day, today)),
            month: month(look, today),
            days: days
                .map(|day| Day {
                    weekday: words::weekday_short(look.lang, day),
                    day: day.day().to_string(),
                    closed: !calendar.is_working(day),
                })
                .collect(),
            units: items
                .iter()
                .map(|state| unit(ledger, policy, look, state, today))
                .collect(),
            inside: inside(ledger, look, model),
        })
    }
}

fn about(look: &Look, model: &ItemState) -> String {
    let days = model.item.max_days.map(|days| {
        let days = counted(look, "count-days", usize::try_from(days).unwrap_or(0));
        format!("{} {days}", look.t("до", "up to"))
    });
    let subject = Some(model.item.subject.to_string()).filter(|subject| !subject.is_empty());
    [subject, days]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" · ")
}

/// «Сентябрь 2026», or «1 сентября – 28 сентября» where the weeks reach into the next month.
fn month(look: &Look, today: Date) -> String {
    let last = today.saturating_add((i64::from(DAYS) - 1).days());
    let (from, to) = (
        words::day_and_month(look.lang, today),
        words::day_and_month(look.lang, last),
    );
    format!("{from} – {to} {}", last.year())
}

fn inside(ledger: &Ledger, look: &Look, model: &ItemState) -> String {
    let Some(kit) = kit_of(ledger, model) else {
        return String::new();
    };
    let part = |(index, part): (usize, &Component)| {
        let name = match index {
            0 => part.name.to_string(),
            _ => super::named::lower_first(&part.name),
        };
        match part.quantity {
            1 => name,
            n => format!("{name}\u{a0}– {n}"),
        }
    };
    let parts: Vec<_> = kit.components.iter().enumerate().map(part).collect();
    match parts.is_empty() {
        true => look
            .t("Опись ещё не составлена.", "There is no list yet.")
            .to_owned(),
        false => format!("{}.", parts.join(", ")),
    }
}

fn unit(ledger: &Ledger, policy: &Policy, look: &Look, state: &ItemState, today: Date) -> Unit {
    let (now, reason) = item_state(ledger, state, today, policy);
    Unit {
        item: state.item.item.clone(),
        state: match reason {
            // It stands on its shelf, and nobody gets it.
            Some(Reason::VerificationDue) => look.t("не выдаётся", "not lent").to_owned(),
            _ => state_word(look, now),
        },
        bars: bars(ledger, policy, look, state, (now, reason), today),
    }
}

/// A row without gaps: what stands in the way, and free stretches between.
fn bars(
    ledger: &Ledger,
    policy: &Policy,
    look: &Look,
    state: &ItemState,
    (now, reason): (State, Option<Reason>),
    today: Date,
) -> Vec<Bar> {
    let whole = |kind, text: &str| vec![bar(kind, DAYS, text.to_owned())];
    match (now, reason) {
        (State::InRepair, _) => {
            return whole(
                BarKind::Check,
                look.t("в\u{a0}ремонте, даты нет", "in repair, no date"),
            );
        }
        (State::UnderCheck, reason) => return whole(BarKind::Check, why(look, reason)),
        (_, Some(Reason::VerificationDue)) => return whole(BarKind::Check, why(look, reason)),
        _ => {}
    }
    let mut taken: Vec<(Date, Date, BarKind)> = Vec::new();
    if let Some(loan) = state.status.loan.as_ref().and_then(|loan| ledger.loans.get(loan)) {
        if loan.is_overdue(today) {
            return whole(
                BarKind::Lent,
                look.t("выдано, срок прошёл, даты нет", "on loan, overdue, no date"),
            );
        }
        taken.push((today, loan.due, BarKind::Lent));
    }
    for hold in ledger.holds_of(&state.item.item, today) {
        let to = hold.from.saturating_add(i64::from(policy.loan_days).days());
        taken.push((hold.from.max(today), to, BarKind::Reserved));
    }
    taken.sort_by_key(|(from, ..)| *from);
    let last = today.saturating_add((i64::from(DAYS) - 1).days());
    let mut bars = Vec::new();
    let mut day = today;
    for (from, to, kind) in taken {
        let (from, to) = (from.max(day), to.min(last));
        if from > to {
            continue;
        }
        push_free(look, &mut bars, day, from, today);
        let days = days_between(from, to) + 1;
        let until = words::day_and_month(look.lang, to);
        let text = match (kind, look.lang) {
            (BarKind::Lent, words::Lang::Ru) => format!("выдано, вернут до\u{a0}{until}"),
            (BarKind::Lent, words::Lang::En) => format!("on loan until {until}"),
            (_, lang) => {
                let since = words::day_and_month(lang, from);
                match lang {
                    words::Lang::Ru => format!("забронировано с\u{a0}{since} по\u{a0}{until}"),
                    words::Lang::En => format!("reserved from {since} to {until}"),
                }
            }
        };
        bars.push(bar(kind, days, text));
        day = to.saturating_add(1.day());
    }
    if day <= last {
        push_free(look, &mut bars, day, last.saturating_add(1.day()), today);
    }
    bars
}

fn bar(kind: BarKind, days: u32, text: String) -> Bar {
    Bar {
        kind,
        days,
        text,
        more: None,
    }
}

fn push_free(look: &Look, bars: &mut Vec<Bar>, from: Date, until: Date, today: Date) {
    let days = days_between(from, until);
    if days == 0 {
        return;
    }
    let more = (from > today).then(|| {
        let from = words::day_and_month(look.lang, from);
        format!("{} {from}", look.t("с", "from"))
    });
    bars.push(Bar {
        more,
        ..bar(BarKind::Free, days, look.t("свободно", "free").to_owned())
    });
}

fn why(look: &Look, reason: Option<Reason>) -> &str {
    match reason {
        Some(Reason::KitShort) => look.t(
            "на проверке: не хватает ключевой части, даты нет",
            "under check: a key part is missing, no date",
        ),
        Some(Reason::Damaged) => look.t(
            "на проверке: повреждение, даты нет",
            "under check: damaged, no date",
        ),
        Some(Reason::Unchecked) => look.t("ждёт проверки комплекта", "waiting for its parts to be counted"),
        Some(Reason::Verification) => look.t("на поверке, даты нет", "in verification, no date"),
        Some(Reason::VerificationDue) => look.t(
            "не выдаётся: срок поверки истёк",
            "not lent: its verification is over",
        ),
        None => look.t("на проверке, даты нет", "under check, no date"),
    }
}
