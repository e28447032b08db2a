//! `/` and `/kinds/…`: for everybody, out of memory as long as the journal stands still.

use super::{Around, look_at, made};
use crate::web::App;
use crate::web::api::items::find;
use crate::web::cache::{HTML, Had, Key, Page};
use crate::web::caller::Caller;
use crate::web::page::{availability, kind};
use crate::web::params::Params;
use crate::web::problem::{self, Problem};
use crate::web::rights;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::Response;
use smol_str::{SmolStr, format_smolstr};

/// Longest value of a parameter that is looked at, in bytes.
const MAX_ASKED: usize = 200;

fn key(route: &'static str, caller: &Caller, query: SmolStr) -> Key {
    Key {
        route,
        role: rights::name(&caller.role),
        signed_in: caller.signed_in,
        lang: caller.lang,
        look: caller.look.clone(),
        query,
    }
}

pub async fn page(
    State(app): State<App>,
    caller: Caller,
    params: Params,
    had: Had,
) -> Result<Response, Problem> {
    let asked = |name| params.get(name).filter(|value| value.len() <= MAX_ASKED);
    let (from, to, open) = (asked("from"), asked("to"), asked("open"));
    let query = match (from, to, open) {
        (None, None, None) => SmolStr::default(),
        _ => format_smolstr!("{from:?} {to:?} {open:?}"),
    };
    let stamp = app.stamp(app.office.now());
    let key = key("/", &caller, query);
    if let Some(page) = app.cache.get(&key, stamp) {
        return Ok(page.answer(&had));
    }
    let around = Around::of(&app, &caller);
    let policy = app.office.policy();
    let asked = availability::Asked { from, to, open };
    let (facts, seq) = look_at(&app, |ledger| {
        let today = around.now.date();
        let facts = availability::Facts::of(ledger, &policy, &around.look, &asked, today);
        (facts, ledger.seq)
    })?;
    let text = made(availability::page(around.frame(), &facts))?;
    let page = app.cache.put(key, stamp.at_seq(seq), Page::new(text, HTML));
    Ok(page.answer(&had))
}

/// The kind of which an item is one.
pub async fn kind(
    State(app): State<App>,
    caller: Caller,
    id: Result<Path<String>, PathRejection>,
    had: Had,
) -> Result<Response, Problem> {
    let item = find(&app, id)?;
    let stamp = app.stamp(app.office.now());
    let key = key("/kinds", &caller, SmolStr::new(item.as_str()));
    if let Some(page) = app.cache.get(&key, stamp) {
        return Ok(page.answer(&had));
    }
    let around = Around::of(&app, &caller);
    let policy = app.office.policy();
    let (facts, seq) = look_at(&app, |ledger| {
        let today = around.now.date();
        let facts = kind::Facts::of(ledger, &policy, &around.look, &item, today);
        (facts, ledger.seq)
    })?;
    let facts = facts.ok_or_else(|| problem::no_such("Предмета", "item", item.as_str()))?;
    let text = made(kind::page(around.frame(), &facts))?;
    let page = app.cache.put(key, stamp.at_seq(seq), Page::new(text, HTML));
    Ok(page.answer(&had))
}
