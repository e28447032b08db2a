//! `/demo`: a visitor presents a badge, an item or a card to a virtual reader.
//!
//! Knows: what can be presented. Must not know: how the bytes are made.

use super::filters;
use super::frame::{Frame, Here};
use super::look::Look;
use super::named::{category_drawing, date, school, state_word};
use crate::desk::Card;
use crate::ids::skeleton;
use crate::ledger::query::item_state;
use crate::ledger::{BadgeKind, Ledger, Policy};
use crate::view::StageReader;
use askama::Template;
use jiff::civil::Date;

/// Most badges and items on the page; a search finds the rest.
pub const AT_ONCE: usize = 12;

/// Something to present: `badge:B-0101`, `item:ТР-0001` or `card:DONE` is posted.
#[derive(Clone, Debug)]
pub struct Thing {
    pub code: String,
    pub name: String,
    pub note: String,
    pub drawing: &'static str,
}

#[derive(Clone, Debug, Default)]
pub struct Facts {
    badges: Vec<Thing>,
    items: Vec<Thing>,
    more: usize,
}

/// What came of the last press.
#[derive(Clone, Debug)]
pub struct Told {
    pub good: bool,
    pub text: String,
}

struct Choice<'a> {
    reader: &'a str,
    name: &'a str,
    family: &'a str,
    plugged: bool,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "demo.html")]
struct Page<'a> {
    frame: Frame<'a>,
    q: &'a str,
    reader: &'a str,
    said: Option<&'a Told>,
    readers: Vec<Choice<'a>>,
    badges: &'a [Thing],
    items: &'a [Thing],
    more: usize,
    cards: Vec<Thing>,
}

/// `/demo`: posts `reader`, and `present` or `act` (`plug`, `unplug`); `q` narrows the lists.
pub fn page(
    frame: Frame<'_>,
    facts: &Facts,
    readers: &[StageReader],
    chosen: &str,
    q: &str,
    told: Option<&Told>,
) -> askama::Result<String> {
    let known = readers.iter().any(|reader| reader.reader.as_str() == chosen);
    // None chosen: whichever reader can read the thing.
    let chosen = if known { chosen } else { "" };
    let cards = Card::ALL.into_iter().map(|card| {
        let (name, note) = super::cards::words(frame.look, card);
        Thing {
            code: card.as_str().to_owned(),
            name,
            note,
            drawing: super::cards::drawing(card),
        }
    });
    Page {
        q,
        reader: chosen,
        said: told,
        readers: readers
            .iter()
            .map(|reader| Choice {
                reader: reader.reader.as_str(),
                name: &reader.name,
                family: &reader.family,
                plugged: reader.plugged,
                chosen: reader.reader.as_str() == chosen,
            })
            .collect(),
        badges: &facts.badges,
        items: &facts.items,
        more: facts.more,
        cards: cards.collect(),
        frame: frame.at(Here::Demo),
    }
    .render()
}

impl Facts {
    pub fn of(ledger: &Ledger, policy: &Policy, look: &Look, q: &str, today: Date) -> Self {
        let wanted: Vec<String> = q.split_whitespace().map(skeleton).collect();
        let fits = |text: &str| {
            let text = skeleton(text);
            wanted.iter().all(|word| text.contains(word.as_str()))
        };
        let badges = ledger.badges.values().filter_map(|badge| {
            let name = school(ledger, &badge.school);
            let mut note = format!("{} · {}", badge.badge, badge.role);
            if badge.kind == BadgeKind::Duty {
                note.push_str(look.t(" · смена", " · duty"));
            }
            if let Some(last) = badge.active_to.filter(|last| *last < today) {
                note.push_str(&format!(
                    " · {} {}",
                    look.t("действовал до", "valid until"),
                    date(look, last)
                ));
            }
            fits(&format!("{name} {note}")).then(|| Thing {
                code: badge.badge.to_string(),
                name,
                note,
                drawing: "badge",
            })
        });
        let items = ledger.items.values().filter_map(|state| {
            let item = &state.item;
            let (standing, _) = item_state(ledger, state, today, policy);
            let loan = state.status.loan.as_ref().and_then(|loan| ledger.loans.get(loan));
            let mut note = format!("{} · {}", item.item, state_word(look, standing));
            if let Some(loan) = loan {
                note.push_str(&format!(" · {}", school(ledger, &loan.school)));
            }
            fits(&format!("{} {note}", item.name)).then(|| Thing {
                code: item.item.to_string(),
                name: item.name.to_string(),
                note,
                drawing: category_drawing(&item.category),
            })
        });
        let (badges, more_badges) = first(badges.collect());
        let (items, more_items) = first(items.collect());
        Self {
            badges,
            items,
            more: more_badges + more_items,
        }
    }
}

/// One from here and one from there, so that the first look shows different things.
fn first(all: Vec<Thing>) -> (Vec<Thing>, usize) {
    let more = all.len().saturating_sub(AT_ONCE);
    let step = (all.len() / AT_ONCE).max(1);
    (all.into_iter().step_by(step).take(AT_ONCE).collect(), more)
}
