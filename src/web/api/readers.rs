//! `GET /api/v1/readers`

use super::shapes::{ReaderJson, ReaderList};
use crate::view::{ReaderState, ReaderView};
use crate::web::App;
use crate::web::problem::Problem;
use axum::extract::State;
use axum::response::Response;

pub async fn list(State(app): State<App>) -> Result<Response, Problem> {
    let readers = app.office.readers().into_iter().map(told).collect();
    super::json(&ReaderList { readers })
}

/// The state's stable name.
pub fn state_name(state: ReaderState) -> &'static str {
    match state {
        ReaderState::Works => "works",
        ReaderState::Waiting => "waiting",
        ReaderState::Lost => "lost",
        ReaderState::Denied => "denied",
        ReaderState::Busy => "busy",
        ReaderState::Silent => "silent",
        ReaderState::Confused => "confused",
        ReaderState::Failed => "failed",
    }
}

fn told(view: ReaderView) -> ReaderJson {
    ReaderJson {
        reader: view.reader.to_string(),
        name: view.name.to_string(),
        profile: view.profile.to_string(),
        path: view.path.to_string(),
        kind: view.kind.to_string(),
        role: view.role.to_string(),
        state: state_name(view.state),
        since: view.since,
        last_scan: view.last_scan,
        bytes: view.bytes,
        scans: view.scans,
        repeats: view.repeats,
        rejects: view.rejects.into_iter().collect(),
        last_words: view.last_words.to_string(),
    }
}
