//! `GET /api/v1/items/{id}/history`

use super::items::find;
use super::shapes::{HistoryJson, HistoryList};
use crate::ledger::Entry;
use crate::web::App;
use crate::web::params::Params;
use crate::web::problem::{self, Problem};
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::Response;

pub async fn list(
    State(app): State<App>,
    id: Result<Path<String>, PathRejection>,
    params: Params,
) -> Result<Response, Problem> {
    let item = find(&app, id)?;
    let limit = params.limit()?;
    let before = params.number("after")?;
    let shared = app.clone();
    let asked = limit.map_or(usize::MAX, |limit| limit.saturating_add(1));
    let read = tokio::task::spawn_blocking(move || shared.office.history(&item, asked, before)).await;
    let mut entries = match read {
        Ok(Ok(entries)) => entries,
        Ok(Err(error)) => return Err(problem::unreadable(&error.to_string())),
        Err(_) => return Err(problem::broken()),
    };
    let more = limit.is_some_and(|limit| entries.len() > limit);
    if let Some(limit) = limit {
        entries.truncate(limit);
    }
    let next = entries.last().filter(|_| more).map(|entry| entry.seq.to_string());
    let history = entries.into_iter().map(told).collect();
    super::json(&HistoryList { history, next })
}

fn told(entry: Entry) -> HistoryJson {
    HistoryJson {
        seq: entry.seq,
        at: entry.at,
        clock: entry.clock,
        recorded: entry.recorded,
        by: entry.by,
        src: entry.src,
        event: entry.event,
    }
}
