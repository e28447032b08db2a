//! `/readers`, and `/unknown`: tags that nobody knows, to be bound or forgotten.

use super::forms::{self, Fields};
use super::{Around, html, look_at, seen_at};
use crate::ledger::Command;
use crate::tag::TagId;
use crate::view::Wish;
use crate::web::App;
use crate::web::api::commands::{by, settle};
use crate::web::caller::Caller;
use crate::web::page::readers;
use crate::web::problem::{self, Problem};
use crate::web::rights::may_command;
use crate::web::words::Text;
use axum::extract::{Request, State};
use axum::http::HeaderValue;
use axum::response::Response;

pub async fn page(State(app): State<App>, caller: Caller) -> Result<Response, Problem> {
    let around = Around::of(&app, &caller);
    html(readers::page(around.frame(), &app.office.readers()))
}

pub async fn unknown(State(app): State<App>, caller: Caller) -> Result<Response, Problem> {
    inbox(&app, &caller, None)
}

fn inbox(app: &App, caller: &Caller, error: Option<&Problem>) -> Result<Response, Problem> {
    let around = Around::of(app, caller);
    let error_text = error.map(|problem| problem.detail.get(caller.lang));
    let mut response = html(readers::unknown(
        around.frame(),
        &app.office.unknown(),
        error_text,
    ))?;
    if let Some(problem) = error {
        *response.status_mut() = problem.status;
    }
    Ok(response)
}

/// Binds a tag to an item, or forgets it; what goes wrong stands above the list.
pub async fn settle_unknown(
    State(app): State<App>,
    caller: Caller,
    request: Request,
) -> Result<Response, Problem> {
    let (fields, _) = forms::read(request).await?;
    let done = match wish(&app, &caller, &fields) {
        Ok(wish) => settle(&app, wish).await.map(|_| ()),
        Err(problem) => Err(problem),
    };
    match done {
        Ok(()) => Ok(seen_at(HeaderValue::from_static("/unknown"))),
        Err(problem) if caller.wants_html => inbox(&app, &caller, Some(&problem)),
        Err(problem) => Err(problem),
    }
}

fn wish(app: &App, caller: &Caller, fields: &Fields) -> Result<Wish, Problem> {
    let tag: TagId = fields
        .text("tag")
        .parse()
        .map_err(|_| problem::bad_field("tag", Text::both("метка", "a tag")))?;
    match fields.text("act") {
        "forget" => Ok(Wish::ForgetUnknown(tag)),
        "bind" => {
            let text = fields.text("item");
            let item = look_at(app, |ledger| ledger.find_item(text).cloned())?;
            let item = item.ok_or_else(|| problem::no_such("Предмета", "item", text))?;
            let command = Command::BindTag { item, tag };
            if !may_command(&caller.role, &command) {
                return Err(problem::forbidden());
            }
            let by = by(caller, &command, None);
            Ok(Wish::Command(Box::new(command), by))
        }
        _ => Err(problem::bad_field(
            "act",
            Text::both("bind или forget", "bind or forget"),
        )),
    }
}
