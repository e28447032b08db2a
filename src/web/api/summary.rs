//! `GET /api/v1/summary`

use super::shapes::SummaryJson;
use crate::ledger::Ledger;
use crate::ledger::query::summary;
use crate::web::App;
use crate::web::params::Params;
use crate::web::problem::Problem;
use axum::extract::State;
use axum::response::Response;

pub async fn get(State(app): State<App>, params: Params) -> Result<Response, Problem> {
    let now = app.office.now();
    let at = params.instant("as_of", now)?;
    let as_of = at.unwrap_or(now);
    let today = as_of.date();
    let look = move |ledger: &Ledger| (summary(ledger, today), ledger.seq);
    let ((sum, seq), head) = super::look_with_head(&app, at, look).await?;
    super::json(&SummaryJson {
        items: sum.items,
        loans: sum.loans,
        returns: sum.returns,
        returns_late: sum.returns_late,
        returns_incomplete: sum.returns_incomplete,
        returns_damaged: sum.returns_damaged,
        loans_open: sum.loans_open,
        loans_overdue: sum.loans_overdue,
        items_lost: sum.items_lost,
        items_withdrawn: sum.items_withdrawn,
        refusals: sum.refusals,
        as_of,
        seq,
        head: (head.seq == seq).then(|| head.hash.to_string()),
    })
}
