//! `GET /api/v1/stream`

use super::readers::state_name;
use crate::ids::ReaderId;
use crate::ledger::Seq;
use crate::view::ReaderState;
use crate::web::App;
use crate::web::hub::{Closing, Source, event};
use crate::web::problem::Problem;
use axum::Extension;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::Response;
use serde_json::json;

pub async fn get(State(app): State<App>, closing: Option<Extension<Closing>>) -> Result<Response, Problem> {
    app.feed
        .listen(&app, closing.map(|Extension(closing)| closing), Feed::default)
}

/// The journal's end and the states of readers.
#[derive(Default)]
struct Feed {
    seq: Option<Seq>,
    readers: Vec<(ReaderId, ReaderState)>,
}

impl Feed {
    fn head(app: &App) -> (Seq, String) {
        let head = app.office.head();
        let at = app.office.now();
        let data = json!({ "seq": head.seq, "hash": head.hash, "at": at }).to_string();
        (head.seq, event("head", &data))
    }

    fn reader(app: &App, reader: &ReaderId, state: ReaderState) -> String {
        let at = app.office.now();
        event(
            "reader",
            &json!({ "reader": reader, "state": state_name(state), "at": at }).to_string(),
        )
    }

    fn states(app: &App) -> Vec<(ReaderId, ReaderState)> {
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
            self.readers = Self::states(app);
        }
        let (_, mut text) = Self::head(app);
        for (reader, state) in &self.readers {
            text.push_str(&Self::reader(app, reader, *state));
        }
        Bytes::from(text)
    }

    fn next(&mut self, app: &App) -> Option<Bytes> {
        let mut text = String::new();
        if self.seq != Some(app.office.head().seq) {
            let (seq, head) = Self::head(app);
            self.seq = Some(seq);
            text.push_str(&head);
        }
        let states = Self::states(app);
        for known in &states {
            if !self.readers.contains(known) {
                text.push_str(&Self::reader(app, &known.0, known.1));
            }
        }
        self.readers = states;
        (!text.is_empty()).then(|| Bytes::from(text))
    }
}
