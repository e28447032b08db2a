//! `/loans`: what is out, what is overdue, what was.
//!
//! Knows: lists of loans. Must not know: rules.

use super::frame::{Frame, Here};
use super::named::{counted, date, date_and_time, school, stamp};
use super::stamp::Stamp;
use super::{filters, look::Look};
use crate::ids::{ItemId, LoanId, SchoolId};
use crate::ledger::query::{LoanFilter, loans};
use crate::ledger::{Ledger, Loan, days_between};
use askama::Template;
use jiff::civil::Date;

/// Which loans the page shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Which {
    #[default]
    Open,
    Overdue,
    All,
}

impl Which {
    /// The value of `state` in the address; anything else is «open».
    pub fn read(text: &str) -> Self {
        match text {
            "overdue" => Which::Overdue,
            "all" => Which::All,
            _ => Which::Open,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Which::Open => "open",
            Which::Overdue => "overdue",
            Which::All => "all",
        }
    }
}

/// Loans on one page.
pub const AT_ONCE: usize = 100;

#[derive(Clone, Debug)]
pub struct Row {
    pub loan: LoanId,
    pub item: ItemId,
    pub name: String,
    pub school: String,
    pub out: String,
    pub due: Option<Stamp>,
    pub ended: String,
    pub note: String,
}

#[derive(Clone, Debug)]
pub struct Facts {
    which: Which,
    rows: Vec<Row>,
    all: usize,
    overdue: usize,
    next: Option<usize>,
}

#[derive(Clone, Debug)]
struct Choice {
    href: String,
    label: String,
    here: bool,
}

#[derive(Template)]
#[template(path = "loans.html")]
struct Page<'a> {
    frame: Frame<'a>,
    heading: String,
    as_of: String,
    filters: Vec<Choice>,
    rows: &'a [Row],
    more: Option<String>,
}

pub fn page(frame: Frame<'_>, facts: &Facts) -> askama::Result<String> {
    let look = frame.look;
    let count = counted(look, "count-units", facts.all);
    let heading = match facts.which {
        Which::Open => format!("{} {count}", frame.t("На руках", "Out:")),
        Which::Overdue => format!("{} {count}", frame.t("Просрочено", "Overdue:")),
        Which::All => format!("{} {}", frame.t("Всего выдач:", "Loans in all:"), facts.all),
    };
    let choice = |which: Which, ru, en| {
        let mut label = frame.t(ru, en).to_owned();
        if which == Which::Overdue {
            label.push_str(&format!(": {}", facts.overdue));
        }
        Choice {
            href: format!("/loans?state={}", which.name()),
            label,
            here: which == facts.which,
        }
    };
    Page {
        heading,
        as_of: format!("{} {}", frame.t("На", "As of"), date_and_time(look, frame.now)),
        filters: vec![
            choice(Which::Open, "На руках", "Out"),
            choice(Which::Overdue, "Просрочено", "Overdue"),
            choice(Which::All, "Все", "All"),
        ],
        rows: &facts.rows,
        more: facts
            .next
            .map(|skip| format!("/loans?state={}&skip={skip}", facts.which.name())),
        frame: frame.at(Here::Loans),
    }
    .render()
}

impl Facts {
    /// `school` narrows to one school; `skip` passes over so many of the list.
    pub fn of(
        ledger: &Ledger,
        look: &Look,
        which: Which,
        school: Option<&SchoolId>,
        skip: usize,
        today: Date,
    ) -> Self {
        let of = |which| {
            let filter = LoanFilter {
                school,
                open: which == Which::Open,
                overdue_on: (which == Which::Overdue).then_some(today),
                ..LoanFilter::default()
            };
            loans(ledger, &filter)
        };
        let mut found = of(which);
        match which {
            Which::All => found.reverse(),
            Which::Open | Which::Overdue => found.sort_by_key(|loan| (loan.due, loan.seq)),
        }
        let end = skip.saturating_add(AT_ONCE);
        Self {
            which,
            all: found.len(),
            overdue: of(Which::Overdue).len(),
            next: (found.len() > end).then_some(end),
            rows: found
                .iter()
                .skip(skip)
                .take(AT_ONCE)
                .map(|loan| row(ledger, look, loan, today))
                .collect(),
        }
    }
}

fn row(ledger: &Ledger, look: &Look, loan: &Loan, today: Date) -> Row {
    let item = ledger.items.get(&loan.item);
    let late = days_between(loan.due, today);
    let days = |days: u32| counted(look, "count-days", usize::try_from(days).unwrap_or(0));
    let note = match (&loan.returned, loan.lost) {
        (_, true) => look.t("утрачено", "lost").to_owned(),
        (None, _) if late > 0 => format!("{} {}", look.t("просрочено на", "overdue by"), days(late)),
        (Some(_), _) if loan.days_late() > 0 => {
            format!(
                "{} {}",
                look.t("с опозданием на", "late by"),
                days(loan.days_late())
            )
        }
        _ => String::new(),
    };
    let ended = loan.returned.as_ref().map(|returned| {
        format!(
            "{} {}",
            look.t("возвращено", "returned"),
            date(look, returned.at.date())
        )
    });
    Row {
        loan: loan.loan.clone(),
        item: loan.item.clone(),
        name: item.map_or_else(|| loan.item.to_string(), |item| item.item.name.to_string()),
        school: school(ledger, &loan.school),
        out: date(look, loan.out.date()),
        due: loan.is_open().then(|| stamp(look, loan.due, today)),
        ended: ended.unwrap_or_default(),
        note,
    }
}
