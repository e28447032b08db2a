//! `POST /api/v1/commands`: one command, answered once its events are on disk.

use super::fields;
use super::names;
use super::shapes::CommandDone;
use super::specs::{Kind, Spec};
use crate::desk::Doing;
use crate::ledger::{By, Command, How, Ledger};
use crate::view::{Answer, No, Wish, with_ledger};
use crate::web::App;
use crate::web::caller::{Caller, header_text};
use crate::web::guard;
use crate::web::problem::{self, Problem};
use crate::web::rights::{self, may_command};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, header};
use axum::response::Response;
use serde_json::{Map, Value};
use smol_str::SmolStr;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// Longest key, in characters.
const MAX_KEY: usize = 128;
/// How long a command may wait for the clerk before the caller is told that nobody knows yet.
const ANSWER_TIME: Duration = Duration::from_secs(30);

pub async fn post(State(app): State<App>, caller: Caller, request: Request) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    let is_json = header_text(&parts.headers, header::CONTENT_TYPE)
        .and_then(|kind| kind.split(';').next())
        .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"));
    let bytes = guard::body(body).await?;
    if !is_json {
        return Err(problem::wrong_media_type("application/json"));
    }
    let key = key(&parts.headers)?;
    let command = read(&app, &bytes)?;
    if !may_command(&caller.role, &command) {
        return Err(problem::forbidden());
    }
    let by = by(&caller, &command, Some(key));
    let done = settle(&app, Wish::Command(Box::new(command), by)).await?;
    super::json(&CommandDone {
        seq: done.seqs,
        loan_id: done.loan.map(|loan| loan.to_string()),
    })
}

/// Posts a wish and waits for its answer.
pub async fn settle(app: &App, wish: Wish) -> Result<crate::view::Done, Problem> {
    app.counters.commands.fetch_add(1, Ordering::Relaxed);
    let doing = doing(&wish);
    let receiver = app.office.post(wish);
    let answer: Answer = match tokio::time::timeout(ANSWER_TIME, receiver).await {
        Ok(Ok(answer)) => answer,
        // The clerk is gone: it stops only after a failed write or at the end.
        Ok(Err(_)) => Err(No::Stopped),
        Err(_) => return Err(problem::no_answer()),
    };
    answer.map_err(|no| match no {
        No::Refused(refusal) => {
            app.counters.refusals.fetch_add(1, Ordering::Relaxed);
            let office = app.office.as_ref();
            with_ledger(office, |ledger| problem::refused(&refusal, doing, ledger))
                .unwrap_or_else(problem::broken)
        }
        No::Busy => problem::busy(),
        No::Stopped => problem::stopped(),
        No::NoSpace => problem::no_space(),
        No::KeyReused => problem::key_reused(),
        No::CardNotKept => problem::card_not_kept(),
    })
}

/// What was wanted, which decides how a refusal is said.
fn doing(wish: &Wish) -> Doing {
    let Wish::Command(command, _) = wish else {
        return Doing::Other;
    };
    match **command {
        Command::CheckOut { .. } | Command::Hold { .. } => Doing::Lend,
        Command::CheckIn { .. } => Doing::Return,
        Command::Renew { .. } => Doing::Renew,
        Command::Void { .. } => Doing::Undo,
        _ => Doing::Other,
    }
}

/// Who gave a command over the web.
pub fn by(caller: &Caller, command: &Command, key: Option<SmolStr>) -> By {
    By {
        badge: match command {
            Command::CheckOut { badge, .. } | Command::MoveLoan { badge, .. } => Some(badge.clone()),
            _ => None,
        },
        duty: None,
        reader: None,
        how: How::Web,
        role: Some(SmolStr::new_static(rights::name(&caller.role))),
        key,
    }
}

fn key(headers: &HeaderMap) -> Result<SmolStr, Problem> {
    let key = headers.get("idempotency-key").and_then(|key| key.to_str().ok());
    let key = key
        .map(str::trim)
        .filter(|key| !key.is_empty() && key.len() <= MAX_KEY);
    key.map(SmolStr::new).ok_or_else(problem::key_needed)
}

/// Reads a command out of a body; every error says where it is.
fn read(app: &App, bytes: &[u8]) -> Result<Command, Problem> {
    let Value::Object(mut body) = super::strict::read(bytes)? else {
        return Err(problem::broken_body("a JSON object is expected"));
    };
    let keep = names::keeps(&mut body)?;
    let spec = fields::check(&body)?;
    if !keep {
        names::question(spec, &body)?;
    }
    with_ledger(app.office.as_ref(), |ledger| canonical(ledger, spec, &mut body));
    serde_json::from_value(Value::Object(body)).map_err(|error| problem::broken_body(&error.to_string()))
}

/// Numbers as people type them become the stored ones; what is not found stays and is refused by the ledger.
fn canonical(ledger: &Ledger, spec: &Spec, body: &mut Map<String, Value>) {
    for (field, kind, _) in spec.fields {
        let Some(Value::String(text)) = body.get_mut(*field) else {
            continue;
        };
        let found = match kind {
            Kind::Item => ledger.find_item(text).map(ToString::to_string),
            Kind::Badge => ledger.find_badge(text).map(ToString::to_string),
            Kind::Loan => ledger.find_loan(text).map(ToString::to_string),
            _ => None,
        };
        if let Some(found) = found {
            *text = found;
        }
    }
}
