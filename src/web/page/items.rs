//! `/items`: all items, searched and narrowed.
//!
//! Knows: what a person types to find a thing. Must not know: histories.

use super::frame::{Frame, Here};
use super::named::{counted, school, stamp, state_drawing, state_word};
use super::stamp::Stamp;
use super::{filters, look::Look};
use crate::ids::{ItemId, skeleton};
use crate::ledger::query::{State, item_state};
use crate::ledger::{ItemState, Ledger, Policy};
use askama::Template;
use jiff::civil::Date;
use std::collections::BTreeSet;

/// What was asked for, as it stands in the address.
#[derive(Clone, Debug, Default)]
pub struct Asked<'a> {
    pub q: &'a str,
    pub state: &'a str,
    pub category: &'a str,
}

#[derive(Clone, Debug)]
pub struct Choice {
    pub value: String,
    pub label: String,
    pub chosen: bool,
}

#[derive(Clone, Debug)]
pub struct Row {
    pub item: ItemId,
    pub name: String,
    pub state: &'static str,
    pub drawing: &'static str,
    pub word: String,
    pub place: String,
    pub due: Option<Stamp>,
}

#[derive(Clone, Debug)]
pub struct Facts {
    rows: Vec<Row>,
    all: usize,
    categories: BTreeSet<String>,
}

#[derive(Template)]
#[template(path = "items.html")]
struct Page<'a> {
    frame: Frame<'a>,
    heading: String,
    asked: &'a Asked<'a>,
    states: Vec<Choice>,
    categories: Vec<Choice>,
    rows: &'a [Row],
}

pub fn page(frame: Frame<'_>, asked: &Asked<'_>, facts: &Facts) -> askama::Result<String> {
    let found = counted(frame.look, "count-items", facts.rows.len());
    let heading = match facts.rows.len() == facts.all {
        true => found,
        false => format!("{found} {} {}", frame.t("из", "of"), facts.all),
    };
    let state = |state: &State| Choice {
        value: state.as_str().to_owned(),
        label: state_word(frame.look, *state),
        chosen: state.as_str() == asked.state,
    };
    let category = |name: &String| Choice {
        value: name.clone(),
        label: name.clone(),
        chosen: name == asked.category,
    };
    Page {
        heading,
        asked,
        states: State::ALL.iter().rev().map(state).collect(),
        categories: facts.categories.iter().map(category).collect(),
        rows: &facts.rows,
        frame: frame.at(Here::Items),
    }
    .render()
}

impl Facts {
    pub fn of(ledger: &Ledger, policy: &Policy, look: &Look, asked: &Asked<'_>, today: Date) -> Self {
        let wanted: Vec<String> = asked.q.split_whitespace().map(skeleton).collect();
        let mut rows = Vec::new();
        let mut categories = BTreeSet::new();
        for state in ledger.items.values() {
            categories.insert(state.item.category.to_string());
            if !asked.category.is_empty() && asked.category != state.item.category {
                continue;
            }
            let (standing, _) = item_state(ledger, state, today, policy);
            if !asked.state.is_empty() && asked.state != standing.as_str() {
                continue;
            }
            let row = row(ledger, look, state, standing, today);
            let text = skeleton(&format!(
                "{} {} {} {} {}",
                row.item,
                row.name,
                row.place,
                state.item.inventory_number.as_deref().unwrap_or_default(),
                state.item.serial_number
            ));
            if wanted.iter().all(|word| text.contains(word.as_str())) {
                rows.push(row);
            }
        }
        Self {
            rows,
            all: ledger.items.len(),
            categories,
        }
    }
}

fn row(ledger: &Ledger, look: &Look, state: &ItemState, standing: State, today: Date) -> Row {
    let loan = state.status.loan.as_ref().and_then(|loan| ledger.loans.get(loan));
    let room = || {
        state
            .item
            .room
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default()
    };
    Row {
        item: state.item.item.clone(),
        name: state.item.name.to_string(),
        state: standing.as_str(),
        drawing: state_drawing(standing),
        word: state_word(look, standing),
        place: loan.map_or_else(room, |loan| school(ledger, &loan.school)),
        due: loan.map(|loan| stamp(look, loan.due, today)),
    }
}
