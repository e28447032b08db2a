//! `GET /api/v1/stream`

use super::readers::state_name;
use crate::ids::ReaderId;
use crate::ledger::Seq;
use crate::view::ReaderState;
use crate::web::App;
use crate::web::caller::Caller;
use crate::web::entrance::Arrived;
use crate::web::hub::{Source, event};
use crate::web::problem::Problem;
use crate::web::rights::{Right, may};
use axum::Extension;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::Response;
use serde_json::json;
use std::sync::Arc;

pub async fn get(
    State(app): State<App>,
    caller: Caller,
    arrived: Option<Extension<Arc<Arrived>>>,
) -> Result<Response, Problem> {
    let closing = arrived.map(|Extension(arrived)| arrived.closing.clone());
    match may(&caller.role, Right::Readers) {
        true => app.feed.listen(&app, closing, || Feed::new(true)),
        false => app.school_feed.listen(&app, closing, || Feed::new(false)),
    }
}

/// The journal's end and the states of readers; for a school only that something changed.
struct Feed {
    whole: bool,
    seq: Option<Seq>,
    readers: Vec<(ReaderId, ReaderState)>,
}

impl Feed {
    fn new(whole: bool) -> Self {
        Self {
            whole,
            seq: None,
            readers: Vec::new(),
        }
    }

    fn head(&self, app: &App) -> (Seq, String) {
        let head = app.office.head();
        let at = app.office.now();
        let data = match self.whole {
            true => json!({ "seq": head.seq, "hash": head.hash, "at": at }),
            false => json!({ "seq": head.seq, "at": at }),
        };
        (head.seq, event("head", &data.to_string()))
    }

    fn reader(app: &App, reader: &ReaderId, state: ReaderState) -> String {
        let at = app.office.now();
        event(
            "reader",
            &json!({ "reader": reader, "state": state_name(state), "at": at }).to_string(),
        )
    }

    fn states(&self, app: &App) -> Vec<(ReaderId, ReaderState)> {
        if !self.whole {
            return Vec::new();
        }
        let readers = app.office.readers();
        readers
            .into_iter()
            .map(|view| (view.reader, view.state))
            .collect()
    }
}

impl Source for Feed {
    fn now(&mut self, app: &App) -> Bytes {
        if self.seq.is_none() {
            self.seq = Some(app.office.head().seq);
            self.readers = self.states(app);
        }
        let (_, mut text) = self.head(app);
        for (reader, state) in &self.readers {
            text.push_str(&Self::reader(app, reader, *state));
        }
        Bytes::from(text)
    }

    fn next(&mut self, app: &App) -> Option<Bytes> {
        let mut text = String::new();
        if self.seq != Some(app.office.head().seq) {
            let (seq, head) = self.head(app);
            self.seq = Some(seq);
            text.push_str(&head);
        }
        let states = self.states(app);
        for known in &states {
            if !self.readers.contains(known) {
                text.push_str(&Self::reader(app, &known.0, known.1));
            }
        }
        self.readers = states;
        (!text.is_empty()).then(|| Bytes::from(text))
    }
}
