//! `/loans` and `/overdue`; a school sees its own.

use super::{Around, html, look_at};
use crate::web::App;
use crate::web::api::loans::own_school;
use crate::web::caller::Caller;
use crate::web::page::loans::{self, Which};
use crate::web::params::Params;
use crate::web::problem::Problem;
use axum::extract::State;
use axum::response::Response;

pub async fn list(State(app): State<App>, caller: Caller, params: Params) -> Result<Response, Problem> {
    let which = Which::read(params.get("state").unwrap_or_default());
    let skip = params.number("skip")?.and_then(|skip| usize::try_from(skip).ok());
    show(&app, &caller, which, skip.unwrap_or(0))
}

pub async fn overdue(State(app): State<App>, caller: Caller) -> Result<Response, Problem> {
    show(&app, &caller, Which::Overdue, 0)
}

fn show(app: &App, caller: &Caller, which: Which, skip: usize) -> Result<Response, Problem> {
    let around = Around::of(app, caller);
    let school = own_school(&caller.role);
    let facts = look_at(app, |ledger| {
        let today = around.now.date();
        loans::Facts::of(ledger, &around.look, which, school.as_ref(), skip, today)
    })?;
    html(loans::page(around.frame(), &facts))
}
