//! `GET /api/v1/holds`

use super::loans::own_school;
use super::shapes::{HoldJson, HoldList};
use crate::ledger::query;
use crate::web::App;
use crate::web::caller::Caller;
use crate::web::params::Params;
use crate::web::problem::Problem;
use axum::extract::State;
use axum::response::Response;

pub async fn list(State(app): State<App>, caller: Caller, params: Params) -> Result<Response, Problem> {
    let limit = params.limit()?;
    let today = app.office.now().date();
    let only = own_school(&caller.role);
    let rows = super::look_at(&app, None, move |ledger| {
        let holds = query::holds_in_force(ledger, today).into_iter();
        holds
            .filter(|hold| only.as_ref().is_none_or(|school| *school == hold.school))
            .map(|hold| HoldJson {
                hold: hold.seq,
                item: hold.item.to_string(),
                name: ledger
                    .items
                    .get(&hold.item)
                    .map(|state| state.item.name.to_string())
                    .unwrap_or_default(),
                school: hold.school.to_string(),
                school_name: ledger
                    .schools
                    .get(&hold.school)
                    .map(|state| state.school.short_name.to_string())
                    .unwrap_or_default(),
                from: hold.from,
                made: hold.made,
            })
            .collect::<Vec<_>>()
    })
    .await?;
    let (holds, next) = super::part(rows, params.get("after"), limit, |hold| hold.hold.to_string())?;
    super::json(&HoldList { holds, next })
}
