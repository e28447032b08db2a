//! `GET /healthz`

use super::shapes::{Copies, Health};
use crate::view;
use crate::web::App;
use crate::web::caller::Caller;
use crate::web::problem::Problem;
use crate::web::words::Text;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

/// The state's name and its words.
fn told(health: &view::Health) -> (&'static str, Text) {
    match health {
        view::Health { stopped: true, .. } => (
            "stopped",
            Text::both(
                "Остановлено: диск не принял запись",
                "Stopped: the disk refused a write",
            ),
        ),
        view::Health { ready: false, .. } => (
            "starting",
            Text::both("Запуск: журнал читается", "Starting: the journal is being read"),
        ),
        view::Health { low_space: true, .. } => (
            "low_space",
            Text::both(
                "Мало места на диске: принимаются только возвраты",
                "Too little space on the disk: only returns are taken",
            ),
        ),
        view::Health {
            rebuilding: Some(_), ..
        } => (
            "rebuilding",
            Text::both(
                "Работает; указатели строятся заново",
                "Works; the index is being rebuilt",
            ),
        ),
        _ => ("ready", Text::both("Работает", "Works")),
    }
}

fn copies(copies: &view::Copies) -> Copies {
    let good = copies.last_good.as_ref();
    Copies {
        scheduled: copies.folder.is_some(),
        there: copies.there,
        running: copies.running,
        overdue: copies.overdue,
        last_good: good.map(|good| good.at.to_string()),
        seq: good.map(|good| good.head.seq),
        head: good.map(|good| good.head.hash.to_string()),
        failed: copies.failed.as_ref().map(|failed| failed.code),
    }
}

pub async fn get(State(app): State<App>, caller: Caller) -> Result<Response, Problem> {
    let health = app.office.health();
    let (state, words) = told(&health);
    let mut response = super::json(&Health {
        ready: health.ready && !health.stopped,
        state,
        words: words.get(caller.lang).to_owned(),
        low_space: health.low_space,
        clock_doubtful: health.clock_doubtful,
        index_lag: health.index_lag,
        rebuilding: health.rebuilding,
        queue: health.queue,
        copies: copies(&health.copies),
    })?;
    if !health.ready || health.stopped {
        *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
    }
    Ok(response)
}
