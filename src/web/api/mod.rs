//! The API: one file per address.
//!
//! Knows: JSON. Must not know: pages.

pub mod availability;
pub mod commands;
mod fields;
pub mod health;
pub mod history;
pub mod holds;
pub mod items;
pub mod loans;
mod names;
pub mod openapi;
pub mod readers;
pub mod shapes;
mod specs;
pub mod stocktakes;
pub mod stream;
mod strict;
pub mod summary;

use super::App;
use super::cache::JSON;
use super::problem::{self, Problem};
use super::words::Text;
use crate::clock::Moment;
use crate::ledger::Ledger;
use crate::view::{Head, with_ledger};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

/// JSON that is true only now.
fn json(value: &impl Serialize) -> Result<Response, Problem> {
    let bytes = serde_json::to_vec(value).map_err(|_| problem::broken())?;
    let headers = [
        (header::CONTENT_TYPE, JSON),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((headers, bytes).into_response())
}

/// Looks at the ledger as it is, or as it was at `at`; the past is read from disk, off the threads that serve.
async fn look_at<T: Send + 'static>(
    app: &App,
    at: Option<Moment>,
    look: impl FnOnce(&Ledger) -> T + Send + 'static,
) -> Result<T, Problem> {
    look_with_head(app, at, |ledger| look(ledger))
        .await
        .map(|(found, _)| found)
}

/// The same, with the journal's end at that moment.
async fn look_with_head<T: Send + 'static>(
    app: &App,
    at: Option<Moment>,
    look: impl FnOnce(&Ledger) -> T + Send + 'static,
) -> Result<(T, Head), Problem> {
    let Some(at) = at else {
        let found = with_ledger(app.office.as_ref(), look).ok_or_else(problem::broken)?;
        return Ok((found, app.office.head()));
    };
    let app = app.clone();
    let past = move || app.office.as_of(at).map(|(ledger, head)| (look(&ledger), head));
    match tokio::task::spawn_blocking(past).await {
        Ok(Ok(found)) => Ok(found),
        Ok(Err(error)) => Err(problem::unreadable(&error.to_string())),
        Err(_) => Err(problem::broken()),
    }
}

/// A part of a list: rows after the one named `after`, at most `limit`, and how to ask for the rest. A row that is no
/// longer in the list cannot be gone on from; an empty part would look like the list's end.
fn part<T>(
    mut rows: Vec<T>,
    after: Option<&str>,
    limit: Option<usize>,
    id: impl Fn(&T) -> String,
) -> Result<(Vec<T>, Option<String>), Problem> {
    if let Some(after) = after {
        let last = rows.iter().position(|row| id(row) == after).ok_or_else(|| {
            problem::bad_parameter(
                "after",
                Text::both(
                    "«next» предыдущей части; такой строки в списке уже нет, запросите его сначала",
                    "`next` of the part before; the list has no such row any more, ask for it from its beginning",
                ),
            )
        })?;
        rows.drain(..=last);
    }
    Ok(match limit {
        Some(limit) if rows.len() > limit => {
            rows.truncate(limit);
            let next = rows.last().map(id);
            (rows, next)
        }
        _ => (rows, None),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_in_parts_is_the_list() {
        let rows = || (1..=5).collect::<Vec<u32>>();
        let id = |n: &u32| n.to_string();
        let part = |after, limit| part(rows(), after, limit, id);
        assert_eq!(part(None, None).unwrap(), (rows(), None));
        assert_eq!(part(None, Some(2)).unwrap(), (vec![1, 2], Some("2".into())));
        assert_eq!(part(Some("2"), Some(2)).unwrap(), (vec![3, 4], Some("4".into())));
        assert_eq!(part(Some("4"), Some(2)).unwrap(), (vec![5], None));
        let gone = part(Some("nobody"), None).unwrap_err();
        assert_eq!(
            (gone.code, gone.field.as_deref()),
            ("bad_parameter", Some("after"))
        );
    }
}
