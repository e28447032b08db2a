//! The line of life: where an item was, as one bar over its whole time.
//!
//! Knows: stretches of time as per cents of a width. Must not know: the page around it.

use super::look::Look;
use super::named::school;
use crate::clock::Moment;
use crate::ids::ItemId;
use crate::ledger::{Entry, Event, Ledger, Loan};
use crate::words;
use jiff::{ToSpan, civil::Date};

/// A stretch, in per cent of the whole width.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stretch {
    pub x: f64,
    pub width: f64,
}

/// A school's code above the bar; labels that would touch stand higher.
#[derive(Clone, Debug, PartialEq)]
pub struct Label {
    pub x: f64,
    /// Baseline of the text and top of its leader, in pixels from above.
    pub y: u32,
    pub leader: u32,
    pub text: String,
    /// The loan that is out now.
    pub now: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Month {
    pub x: f64,
    pub text: String,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Life {
    pub out: Vec<Stretch>,
    pub labels: Vec<Label>,
    /// Times when the kit was incomplete.
    pub short: Vec<Stretch>,
    pub stocktakes: Vec<f64>,
    pub months: Vec<Month>,
    /// Loans within the centre, too short to be seen.
    pub hidden: usize,
    /// The same for those who hear the page.
    pub words: String,
}

/// Width that a label needs, per cent.
const LABEL: f64 = 4.0;
const LEVELS: usize = 3;

/// The time that the bar covers.
struct Scale {
    from: f64,
    whole: f64,
}

impl Scale {
    fn at(&self, moment: Moment) -> f64 {
        let x = (moment.timestamp().as_second() as f64 - self.from) / self.whole * 100.0;
        (x.clamp(0.0, 100.0) * 100.0).round() / 100.0
    }

    fn stretch(&self, from: Moment, to: Moment) -> Stretch {
        let x = self.at(from);
        let width = (self.at(to) - x).max(0.3);
        Stretch {
            x,
            width: (width * 100.0).round() / 100.0,
        }
    }
}

impl Life {
    /// From the first to the last thing that is known; none for an item that never left. `entries` is the
    /// item's history, newest first.
    pub fn of(ledger: &Ledger, look: &Look, item: &ItemId, entries: &[Entry], now: Moment) -> Option<Self> {
        let mut loans: Vec<&Loan> = ledger
            .all_loans()
            .filter(|loan| loan.item == *item && loan.voided.is_none())
            .collect();
        loans.sort_by_key(|loan| loan.out.timestamp());
        let first = loans.first()?.out;
        let from = first.timestamp().as_second() as f64;
        let scale = Scale {
            from: from - 86_400.0,
            whole: (now.timestamp().as_second() as f64 - from).max(86_400.0) + 86_400.0,
        };
        let mut life = Self {
            months: months(look, &scale, first.date(), now),
            short: shortages(&scale, entries, now),
            ..Self::default()
        };
        let is_centre = |loan: &Loan| {
            let school = ledger.schools.get(&loan.school);
            school.is_some_and(|state| state.school.centre)
        };
        let mut ends = [f64::MIN; LEVELS];
        let mut out = 0;
        for loan in loans {
            let back = loan.returned.as_ref().map(|returned| returned.at);
            if is_centre(loan) && back.is_some_and(|back| back.date() == loan.out.date()) {
                life.hidden += 1;
                continue;
            }
            out += 1;
            let stretch = scale.stretch(loan.out, back.unwrap_or(now));
            life.out.push(stretch);
            let x = (stretch.x + stretch.width / 2.0).clamp(LABEL / 2.0, 100.0 - LABEL / 2.0);
            if let Some(level) = ends.iter().position(|end| *end < x - LABEL / 2.0) {
                if let Some(end) = ends.get_mut(level) {
                    *end = x + LABEL / 2.0;
                }
                life.labels.push(label(x, level, loan, back.is_none()));
            }
        }
        life.stocktakes = ledger
            .stocktakes
            .values()
            .filter(|stocktake| stocktake.seen.contains(item))
            .filter_map(|stocktake| stocktake.opened.map(|at| scale.at(at)))
            .collect();
        life.words = in_words(ledger, look, item, out);
        Some(life)
    }
}

fn label(x: f64, level: usize, loan: &Loan, now: bool) -> Label {
    let y = match level {
        0 => 46,
        1 => 29,
        _ => 12,
    };
    Label {
        x,
        y,
        leader: y + 4,
        text: loan.school.to_string(),
        now,
    }
}

fn in_words(ledger: &Ledger, look: &Look, item: &ItemId, out: usize) -> String {
    let loan = ledger
        .items
        .get(item)
        .and_then(|state| state.status.loan.as_ref());
    let place = match loan.and_then(|loan| ledger.loans.get(loan)) {
        Some(loan) => format!(
            "{} {}",
            look.t("сейчас у", "now at"),
            school(ledger, &loan.school)
        ),
        None => look.t("сейчас в центре", "now in the centre").to_owned(),
    };
    match look.lang {
        words::Lang::Ru => format!("Линия жизни: выдач {out}, {place}. То же подробно – в журнале ниже"),
        words::Lang::En => {
            format!("Line of life: {out} loans, {place}. The journal below says the same in detail")
        }
    }
}

/// The first days of months, so many that their names do not touch.
fn months(look: &Look, scale: &Scale, first: Date, now: Moment) -> Vec<Month> {
    let zone = |date: Date| {
        let text = format!("{date}T00:00:00Z");
        text.parse::<Moment>().ok()
    };
    let last = now.date();
    let months = i32::from(last.year()) * 12 + i32::from(last.month())
        - i32::from(first.year()) * 12
        - i32::from(first.month());
    let step = (months / 6).max(1);
    let mut found = Vec::new();
    let mut day = first.first_of_month();
    for n in 0..=months {
        if n > 0 {
            day = day.saturating_add(1.month());
        }
        let Some(at) = zone(day).filter(|_| n % step == 0) else {
            continue;
        };
        let x = scale.at(at).clamp(4.5, 95.5);
        let text = month_name(look, day, found.is_empty() || day.month() == 1);
        found.push(Month { x, text });
    }
    found
}

fn month_name(look: &Look, day: Date, with_year: bool) -> String {
    let short = words::month_short(look.lang, day);
    match with_year {
        true => format!("{short}\u{a0}{}", day.year()),
        false => short.to_owned(),
    }
}

/// Times between a record of something missing and the record that made the kit whole.
fn shortages(scale: &Scale, entries: &[Entry], now: Moment) -> Vec<Stretch> {
    let mut missing: std::collections::BTreeMap<_, u32> = Default::default();
    let mut since: Option<Moment> = None;
    let mut found = Vec::new();
    for entry in entries.iter().rev() {
        match &entry.event {
            Event::Returned { missing: parts, .. } => {
                for (part, count) in parts {
                    *missing.entry(part.clone()).or_default() += count;
                }
            }
            Event::KitChecked { complete: true, .. } => missing.clear(),
            Event::KitChecked {
                missing: parts,
                confirms: false,
                ..
            } => missing = parts.clone(),
            Event::Replenished { parts, .. } => {
                for (part, count) in parts {
                    let left = missing.get(part).copied().unwrap_or(0).saturating_sub(*count);
                    match left {
                        0 => missing.remove(part),
                        _ => missing.insert(part.clone(), left),
                    };
                }
            }
            _ => continue,
        }
        match (since, missing.is_empty()) {
            (None, false) => since = Some(entry.at),
            (Some(from), true) => {
                found.push(scale.stretch(from, entry.at));
                since = None;
            }
            _ => {}
        }
    }
    if let Some(from) = since {
        found.push(scale.stretch(from, now));
    }
    found
}
