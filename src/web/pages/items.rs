//! `/items` and `/items/…`

use super::{Around, html, look_at};
use crate::web::App;
use crate::web::api::items::find;
use crate::web::caller::Caller;
use crate::web::page::{item, items};
use crate::web::params::Params;
use crate::web::problem::{self, Problem};
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::Response;

pub async fn list(State(app): State<App>, caller: Caller, params: Params) -> Result<Response, Problem> {
    let around = Around::of(&app, &caller);
    let policy = app.office.policy();
    let text = |name| params.get(name).unwrap_or_default();
    let asked = items::Asked {
        q: text("q"),
        state: text("state"),
        category: text("category"),
    };
    let facts = look_at(&app, |ledger| {
        items::Facts::of(ledger, &policy, &around.look, &asked, around.now.date())
    })?;
    html(items::page(around.frame(), &asked, &facts))
}

/// The card of an item with its whole history, which is read from disk.
pub async fn one(
    State(app): State<App>,
    caller: Caller,
    id: Result<Path<String>, PathRejection>,
    params: Params,
) -> Result<Response, Problem> {
    let id = find(&app, id)?;
    let all = params.get("all").is_some();
    let (shared, item) = (app.clone(), id.clone());
    let read = tokio::task::spawn_blocking(move || shared.office.history(&item, usize::MAX, None)).await;
    let entries = match read {
        Ok(Ok(entries)) => entries,
        Ok(Err(error)) => return Err(problem::unreadable(&error.to_string())),
        Err(_) => return Err(problem::broken()),
    };
    let around = Around::of(&app, &caller);
    let policy = app.office.policy();
    let facts = look_at(&app, |ledger| {
        item::Facts::of(ledger, &policy, &around.look, &id, &entries, all, around.now)
    })?;
    let facts = facts.ok_or_else(|| problem::no_such("Предмета", "item", id.as_str()))?;
    html(item::page(around.frame(), &facts))
}
