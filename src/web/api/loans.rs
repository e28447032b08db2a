//! `GET /api/v1/loans`

use super::shapes::{LoanJson, LoanList, LoanReturned};
use crate::ids::SchoolId;
use crate::ledger::{Ledger, Loan, SMALL_GROUP, days_between, is_small_group};
use crate::view::Role;
use crate::web::App;
use crate::web::caller::Caller;
use crate::web::params::Params;
use crate::web::problem::Problem;
use axum::extract::State;
use axum::response::Response;
use jiff::civil::Date;

#[derive(Clone, Copy)]
enum Which {
    Open,
    Overdue,
    All,
}

pub async fn list(State(app): State<App>, caller: Caller, params: Params) -> Result<Response, Problem> {
    let now = app.office.now();
    let at = params.instant("as_of", now)?;
    let which = params
        .choice(
            "state",
            &[
                ("open", Which::Open),
                ("overdue", Which::Overdue),
                ("all", Which::All),
            ],
        )?
        .unwrap_or(Which::Open);
    let limit = params.limit()?;
    let after = params.get("after").map(str::to_owned);
    let only = own_school(&caller.role);
    let outside = only.is_some();
    let as_of = at.unwrap_or(now);
    let today = as_of.date();
    let (rows, seq) = super::look_at(&app, at, move |ledger| {
        let fits = |loan: &&Loan| {
            loan.voided.is_none()
                && only.as_ref().is_none_or(|school| *school == loan.school)
                && match which {
                    Which::Open => loan.is_open(),
                    Which::Overdue => loan.is_overdue(today),
                    Which::All => true,
                }
        };
        let rows: Vec<_> = ledger
            .all_loans()
            .filter(fits)
            .map(|loan| told(ledger, loan, today, outside))
            .collect();
        (rows, ledger.seq)
    })
    .await?;
    let (loans, next) = super::part(rows, after.as_deref(), limit, |loan| loan.loan_id.clone())?;
    super::json(&LoanList {
        loans,
        as_of,
        seq,
        next,
    })
}

/// The school that sees nothing but its own.
pub fn own_school(role: &Role) -> Option<SchoolId> {
    match role {
        Role::School(school) => Some(school.clone()),
        _ => None,
    }
}

/// `outside` the centre small groups are not counted out.
fn told(ledger: &Ledger, loan: &Loan, today: Date, outside: bool) -> LoanJson {
    let text = |text: &Option<smol_str::SmolStr>| text.as_ref().map(ToString::to_string);
    LoanJson {
        loan_id: loan.loan.to_string(),
        item: loan.item.to_string(),
        name: ledger
            .items
            .get(&loan.item)
            .map(|state| state.item.name.to_string())
            .unwrap_or_default(),
        school: loan.school.to_string(),
        school_name: ledger
            .schools
            .get(&loan.school)
            .map(|state| state.school.short_name.to_string())
            .unwrap_or_default(),
        badge: loan.badge.as_ref().map(ToString::to_string),
        seq: loan.seq,
        since: loan.out,
        due: loan.due,
        state: if loan.is_open() { "open" } else { "returned" },
        overdue: loan.is_overdue(today),
        days_late: match loan.is_open() {
            true => days_between(loan.due, today),
            false => loan.days_late(),
        },
        renewals: loan.renewals.len(),
        lost: loan.lost,
        purpose: text(&loan.purpose),
        group: text(&loan.group),
        order: text(&loan.order),
        session: loan.session,
        returned: loan.returned.as_ref().map(|returned| LoanReturned {
            seq: returned.seq,
            at: returned.at,
            condition: returned.condition,
            missing: parts(&returned.missing),
            headcount: returned
                .headcount
                .filter(|count| !(outside && is_small_group(*count))),
            headcount_below: returned
                .headcount
                .filter(|count| outside && is_small_group(*count))
                .map(|_| SMALL_GROUP),
            by_label: returned.by_label,
        }),
    }
}

fn parts(parts: &crate::ledger::Parts) -> std::collections::BTreeMap<String, u32> {
    parts.iter().map(|(part, n)| (part.to_string(), *n)).collect()
}
