//! `GET /api/v1/items` and `GET /api/v1/items/{id}`

use super::loans::own_school;
use super::shapes::{ItemJson, ItemKit, ItemList, ItemLoan, MissingPart};
use crate::ids::{ItemId, SchoolId, skeleton};
use crate::ledger::query::{self, State as Standing};
use crate::ledger::{ItemState, Ledger, Lending, Policy};
use crate::view::with_ledger;
use crate::web::App;
use crate::web::caller::Caller;
use crate::web::params::Params;
use crate::web::problem::{self, Problem};
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::Response;
use jiff::civil::Date;

/// What is looked for among items.
#[derive(Default)]
pub struct Search {
    /// Words of the name, or parts of a number or tag, in lower case and as skeletons.
    words: Vec<(String, String)>,
    state: Option<Standing>,
    school: Option<SchoolId>,
    /// A school sees who has an item only if it is itself.
    only: Option<SchoolId>,
}

impl Search {
    pub fn read(params: &Params, caller: &Caller) -> Result<Self, Problem> {
        let states = Standing::ALL.map(|state| (state.as_str(), state));
        let words = params.get("q").unwrap_or_default().split_whitespace().take(8);
        Ok(Self {
            words: words.map(|word| (word.to_lowercase(), skeleton(word))).collect(),
            state: params.choice("state", &states)?,
            school: params.get("school").map(SchoolId::new),
            only: own_school(&caller.role),
        })
    }

    /// Whether an item is among those looked for.
    pub fn fits(&self, ledger: &Ledger, item: &ItemState, today: Date, policy: &Policy) -> bool {
        let named = |(word, bones): &(String, String)| {
            let texts = [&item.item.name, &item.item.category, &item.item.subject];
            let numbers = [
                Some(item.item.item.as_str()),
                item.item.inventory_number.as_deref(),
            ];
            texts.iter().any(|text| text.to_lowercase().contains(word))
                || numbers
                    .into_iter()
                    .flatten()
                    .any(|number| skeleton(number).contains(bones))
                || self.only.is_none()
                    && item
                        .tags
                        .iter()
                        .any(|tag| tag.to_string().to_lowercase().contains(word))
        };
        let out_to = |school: &SchoolId| {
            let loan = item.status.loan.as_ref().and_then(|loan| ledger.loans.get(loan));
            loan.is_some_and(|loan| loan.school == *school)
                && self.only.as_ref().is_none_or(|only| only == school)
        };
        self.words.iter().all(named)
            && self.school.as_ref().is_none_or(out_to)
            && self
                .state
                .is_none_or(|state| query::item_state(ledger, item, today, policy).0 == state)
    }
}

pub async fn list(State(app): State<App>, caller: Caller, params: Params) -> Result<Response, Problem> {
    let search = Search::read(&params, &caller)?;
    let limit = params.limit()?;
    let today = app.office.now().date();
    let policy = app.office.policy();
    let rows = with_ledger(app.office.as_ref(), |ledger| {
        let found = ledger
            .items
            .values()
            .filter(|item| search.fits(ledger, item, today, &policy));
        found
            .map(|item| told(ledger, item, today, &policy, search.only.as_ref()))
            .collect::<Vec<_>>()
    });
    let rows = rows.ok_or_else(problem::broken)?;
    let (items, next) = super::part(rows, params.get("after"), limit, |item| item.id.clone())?;
    super::json(&ItemList { items, next })
}

pub async fn one(
    State(app): State<App>,
    caller: Caller,
    id: Result<Path<String>, PathRejection>,
) -> Result<Response, Problem> {
    let id = find(&app, id)?;
    let today = app.office.now().date();
    let policy = app.office.policy();
    let only = own_school(&caller.role);
    let item = with_ledger(app.office.as_ref(), |ledger| {
        let item = ledger.items.get(&id)?;
        Some(told(ledger, item, today, &policy, only.as_ref()))
    });
    super::json(&item.flatten().ok_or_else(problem::broken)?)
}

/// The item that an address names: by number, inventory number or tag, look-alike letters included.
pub fn find(app: &App, id: Result<Path<String>, PathRejection>) -> Result<ItemId, Problem> {
    let Path(text) = id.map_err(|_| problem::no_such_page())?;
    with_ledger(app.office.as_ref(), |ledger| ledger.find_item(&text).cloned())
        .flatten()
        .ok_or_else(|| problem::no_such("Предмета", "item", &text))
}

fn told(
    ledger: &Ledger,
    state: &ItemState,
    today: Date,
    policy: &Policy,
    only: Option<&SchoolId>,
) -> ItemJson {
    let item = &state.item;
    let (standing, reason) = query::item_state(ledger, state, today, policy);
    let loan = state.status.loan.as_ref().and_then(|loan| ledger.loans.get(loan));
    let loan = loan.filter(|loan| only.is_none_or(|only| *only == loan.school));
    ItemJson {
        id: item.item.to_string(),
        inventory_number: item.inventory_number.as_ref().map(ToString::to_string),
        name: item.name.to_string(),
        category: item.category.to_string(),
        subject: item.subject.to_string(),
        room: item.room.as_ref().map(ToString::to_string),
        state: standing.as_str(),
        reason: reason.map(query::Reason::as_str),
        tags: match only {
            None => state.tags.iter().map(ToString::to_string).collect(),
            Some(_) => Vec::new(),
        },
        loan: loan.map(|loan| ItemLoan {
            loan_id: loan.loan.to_string(),
            school: loan.school.to_string(),
            since: loan.out,
            due: loan.due,
            overdue: loan.is_overdue(today),
        }),
        kit: query::kit_of(ledger, state).map(|kit| ItemKit {
            title: kit.title.to_string(),
            complete: kit.is_complete(),
            unchecked: kit.unchecked,
            missing: kit
                .missing
                .iter()
                .map(|part| MissingPart {
                    component: part.component.component.to_string(),
                    name: part.component.name.to_string(),
                    count: part.count,
                    critical: part.component.critical,
                })
                .collect(),
        }),
        lending: match item.lending {
            Lending::Free => "free",
            Lending::CentreOnly => "centre_only",
            Lending::ByOrder => "by_order",
        },
        policy: item.policy.to_string(),
        serial_number: item.serial_number.to_string(),
        verification_due: state.status.verification_due,
        last_seen: state.last_seen,
    }
}
