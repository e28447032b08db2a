//! `events.csv`: what happened before the journal began. Each row becomes the event it records.
//!
//! Knows: the columns of this file, its 22 kinds of rows, what was taken earlier.
//! Must not know: today's rules. History broke some of them and is history all the same.

use super::cells::Cells;
use super::happenings::{self, TYPES};
use super::reason::{Reason, What};
use super::spelling;
use super::unit::{Context, Kind, Standing, Taken, Unit};
use crate::clock::Moment;
use crate::ids::StocktakeId;
use crate::ledger::{By, Event, How, Ledger, next_verification};
use smol_str::SmolStr;

pub const KIND: Kind = Kind {
    name: "events",
    columns: &[
        "event_id",
        "ts",
        "school_year",
        "type",
        "item_id",
        "inv_no",
        "school_id",
        "badge",
        "loan_id",
        "due_date",
        "purpose",
        "group_code",
        "participants",
        "condition",
        "missing",
        "reader_id",
        "tag",
        "result",
        "note",
    ],
    group: "",
    read,
};

fn read(rows: &mut [Cells<'_>], context: &Context<'_>) -> Option<Unit> {
    let row = rows.first_mut()?;
    let id = SmolStr::new(row.required("event_id"));
    let at = row.moment("ts");
    let by = by(row, context.ledger);
    let name = row.required("type");
    let Some(kind) = TYPES.iter().find(|kind| kind.name == name) else {
        if !name.is_empty() {
            let (found, known) = (name.to_owned(), happenings::NAMES);
            row.fault("type", Reason::OneOf { found, known });
        }
        return None;
    };
    let result = row.required("result");
    if !result.is_empty() && !kind.results.contains(&result) {
        let (found, known) = (
            result.to_owned(),
            kind.results.first().copied().unwrap_or_default(),
        );
        row.fault("result", Reason::OneOf { found, known });
    }
    let event = (kind.read)(row, context);
    let (at, event) = (at?, event?);

    let unit = |standing, events| Unit {
        what: What::Event,
        id: id.clone(),
        standing,
        events,
        at: Some(at),
        by: by.clone(),
        card: None,
        warnings: Vec::new(),
    };
    if let Some(taken) = context.imported.get(&id) {
        if !same(taken, &at, &by, &event) {
            row.fault("event_id", Reason::Rewritten);
        }
        return Some(unit(Standing::AsBefore, Vec::new()));
    }
    if context.ledger.has_live_loans {
        row.fault("event_id", Reason::LiveJournal);
        return None;
    }
    if let Some(latest) = context.latest
        && at.timestamp() > latest.timestamp()
    {
        let (found, latest) = (at.to_string(), latest.date().to_string());
        row.fault("ts", Reason::NotYet { found, latest });
        return None;
    }
    if let Some(now) = context.ledger.now
        && at.timestamp() < now.timestamp()
    {
        let (found, latest) = (at.to_string(), now.to_string());
        row.fault("ts", Reason::BackInTime { found, latest });
        return None;
    }
    match settle(event, at, context.ledger) {
        Ok(event) => Some(unit(Standing::New, vec![event])),
        Err((column, reason)) => {
            row.fault(column, reason);
            None
        }
    }
}

fn by(row: &mut Cells<'_>, ledger: &Ledger) -> By {
    let named = row.raw("badge");
    let badge = spelling::known_badge(ledger, named);
    if badge.is_none() && !named.is_empty() {
        let id = named.to_owned();
        row.fault(
            "badge",
            Reason::Unknown {
                what: What::Badge,
                id,
            },
        );
    }
    By {
        badge,
        reader: row
            .text_if_any("reader_id")
            .map(|reader| spelling::reader(&reader)),
        how: How::Imported,
        ..By::default()
    }
}

/// Fills in what the row cannot say because only the ledger of that moment knows it.
fn settle(event: Event, at: Moment, ledger: &Ledger) -> Result<Event, (&'static str, Reason)> {
    Ok(match event {
        Event::CheckedOut {
            loan,
            item,
            school,
            due,
            purpose,
            group,
            order,
            second_badge,
            hold,
            shortage: _,
            session,
            override_reason,
        } => Event::CheckedOut {
            // «по брони» without a hold happens: the hold was older than the records.
            hold: hold.and_then(|_| open_hold(ledger, &item, &school)),
            shortage: ledger
                .items
                .get(&item)
                .map(|state| state.status.shortage.clone())
                .unwrap_or_default(),
            loan,
            item,
            school,
            due,
            purpose,
            group,
            order,
            second_badge,
            session,
            override_reason,
        },
        Event::Renewed { loan, item, due, .. } => {
            let previous_due = ledger.loans.get(&loan).map_or(due, |loan| loan.due);
            Event::Renewed {
                loan,
                item,
                due,
                previous_due,
            }
        }
        Event::HoldCancelled { item, school, .. } => {
            let hold = open_hold(ledger, &item, &school).ok_or_else(|| {
                let (item, school) = (item.to_string(), school.to_string());
                ("item_id", Reason::NoHold { item, school })
            })?;
            Event::HoldCancelled { hold, item, school }
        }
        // What comes back from verification is written down as back from repair.
        Event::RepairEnded { item, note, loan } => {
            let state = ledger.items.get(&item);
            match state.filter(|state| state.status.away == Some(crate::ledger::Away::Verification)) {
                Some(state) => Event::VerificationEnded {
                    next_due: Some(next_verification(&state.item, at.date())),
                    item,
                },
                None => Event::RepairEnded { item, note, loan },
            }
        }
        Event::StocktakeOpened { basis, .. } => Event::StocktakeOpened {
            stocktake: next_stocktake(ledger, at),
            basis,
        },
        Event::StocktakeSeen { item, .. } => Event::StocktakeSeen {
            stocktake: running_stocktake(ledger)?,
            item,
        },
        Event::StocktakeAccounted { item, basis, .. } => Event::StocktakeAccounted {
            stocktake: running_stocktake(ledger)?,
            item,
            basis,
        },
        Event::StocktakeMissing { item, .. } => Event::StocktakeMissing {
            stocktake: running_stocktake(ledger)?,
            item,
        },
        Event::StocktakeClosed { .. } => Event::StocktakeClosed {
            stocktake: running_stocktake(ledger)?,
        },
        other => other,
    })
}

/// The school's earliest open hold on an item.
fn open_hold(ledger: &Ledger, item: &crate::ids::ItemId, school: &crate::ids::SchoolId) -> Option<u64> {
    let open = ledger.open_holds.get(item)?;
    open.iter()
        .copied()
        .find(|seq| ledger.holds.get(seq).is_some_and(|hold| hold.school == *school))
}

/// `И-2024-1`: the year and a running number within it.
fn next_stocktake(ledger: &Ledger, at: Moment) -> StocktakeId {
    let prefix = format!("И-{}-", at.date().year());
    let before = ledger
        .stocktakes
        .keys()
        .filter(|id| id.as_str().starts_with(&prefix));
    StocktakeId::new(format!("{prefix}{}", before.count() + 1))
}

fn running_stocktake(ledger: &Ledger) -> Result<StocktakeId, (&'static str, Reason)> {
    let mut running = ledger
        .stocktakes
        .iter()
        .filter(|(_, stocktake)| stocktake.closed.is_none());
    running
        .next_back()
        .map(|(id, _)| id.clone())
        .ok_or(("type", Reason::NoStocktake))
}

/// Whether a row says what it said when it was taken.
fn same(taken: &Taken, at: &Moment, by: &By, event: &Event) -> bool {
    taken.at == *at
        && taken.by.badge == by.badge
        && taken.by.reader == by.reader
        && as_in_row(taken.event.clone()) == as_in_row(event.clone())
}

/// An event without what [`settle`] adds to a row.
fn as_in_row(mut event: Event) -> Event {
    match &mut event {
        Event::CheckedOut { hold, shortage, .. } => {
            *hold = None;
            shortage.clear();
        }
        Event::Renewed {
            due, previous_due, ..
        } => *previous_due = *due,
        Event::HoldCancelled { hold, .. } => *hold = 0,
        Event::StocktakeOpened { stocktake, .. }
        | Event::StocktakeSeen { stocktake, .. }
        | Event::StocktakeAccounted { stocktake, .. }
        | Event::StocktakeMissing { stocktake, .. }
        | Event::StocktakeClosed { stocktake } => *stocktake = StocktakeId::new(""),
        Event::VerificationEnded { item, .. } => {
            event = Event::RepairEnded {
                item: item.clone(),
                note: SmolStr::default(),
                loan: None,
            };
        }
        _ => {}
    }
    event
}
