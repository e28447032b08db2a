//! `GET /api/v1/stocktakes`

use super::shapes::{StocktakeJson, StocktakeList};
use crate::web::App;
use crate::web::params::Params;
use crate::web::problem::Problem;
use axum::extract::State;
use axum::response::Response;

pub async fn list(State(app): State<App>, params: Params) -> Result<Response, Problem> {
    let limit = params.limit()?;
    let rows = super::look_at(&app, None, |ledger| {
        ledger
            .stocktakes
            .iter()
            .map(|(id, take)| StocktakeJson {
                stocktake: id.to_string(),
                opened: take.opened,
                closed: take.closed,
                basis: take.basis.to_string(),
                seen: take.seen.iter().map(ToString::to_string).collect(),
                accounted: take
                    .accounted
                    .iter()
                    .map(|(item, basis)| (item.to_string(), basis.to_string()))
                    .collect(),
                missing: take.missing.iter().map(ToString::to_string).collect(),
            })
            .collect::<Vec<_>>()
    })
    .await?;
    let (stocktakes, next) = super::part(rows, params.get("after"), limit, |take| take.stocktake.clone())?;
    super::json(&StocktakeList { stocktakes, next })
}
