//! `GET /api/v1/availability`

use super::shapes::{AvailabilityList, BandDayJson, CategoryJson, KindJson};
use crate::ledger::query;
use crate::view::with_ledger;
use crate::web::App;
use crate::web::cache::{Had, JSON, Key, Page};
use crate::web::params::Params;
use crate::web::problem::{self, Problem};
use crate::web::words::Text;
use crate::words::Lang;
use axum::extract::State;
use axum::response::Response;
use jiff::civil::Date;
use smol_str::{SmolStr, format_smolstr};

/// Longest period that may be asked for, in days.
const MAX_DAYS: u32 = 366;

/// The period of a query: both ends or none.
pub fn period(params: &Params, today: Date) -> Result<Option<(Date, Date)>, Problem> {
    let (from, to) = match (params.date("from")?, params.date("to")?) {
        (None, None) => return Ok(None),
        (Some(from), None) => (from, from),
        (None, Some(to)) => (today, to),
        (Some(from), Some(to)) => (from, to),
    };
    if from > to {
        let expected = Text::both("день не раньше начала", "a day not before `from`");
        return Err(problem::bad_parameter("to", expected));
    }
    if crate::ledger::days_between(from, to) > MAX_DAYS {
        let expected = Text::both("не больше 366 дней", "at most 366 days after `from`");
        return Err(problem::bad_parameter("to", expected));
    }
    Ok(Some((from, to)))
}

pub async fn list(State(app): State<App>, params: Params, had: Had) -> Result<Response, Problem> {
    let now = app.office.now();
    let stamp = app.stamp(now);
    let period = period(&params, now.date())?;
    let key = Key {
        route: "/api/v1/availability",
        role: "",
        signed_in: false,
        lang: Lang::Ru,
        look: SmolStr::default(),
        query: period.map_or(SmolStr::default(), |(from, to)| format_smolstr!("{from} {to}")),
    };
    if let Some(page) = app.cache.get(&key, stamp) {
        return Ok(page.answer(&had));
    }
    let policy = app.office.policy();
    let look = |ledger: &crate::ledger::Ledger| {
        let categories = query::availability(ledger, now.date(), &policy, period);
        (categories, ledger.seq)
    };
    let (categories, seq) = with_ledger(app.office.as_ref(), look).ok_or_else(problem::broken)?;
    let bytes = serde_json::to_vec(&AvailabilityList {
        availability: categories.into_iter().map(category).collect(),
        as_of: now,
        from: period.map(|(from, _)| from),
        to: period.map(|(_, to)| to),
        seq,
    });
    let page = Page::new(bytes.map_err(|_| problem::broken())?, JSON);
    Ok(app.cache.put(key, stamp.at_seq(seq), page).answer(&had))
}

fn category(category: query::Category) -> CategoryJson {
    CategoryJson {
        category: category.name.to_string(),
        total: category.total,
        free: category.free,
        next_return: category.next_return,
        kinds: category.kinds.into_iter().map(kind).collect(),
    }
}

fn kind(kind: query::Kind) -> KindJson {
    let day = |day: query::BandDay| BandDayJson {
        date: day.date,
        open: day.open,
        free: day.free,
    };
    KindJson {
        name: kind.name.to_string(),
        total: kind.total,
        free: kind.free,
        next_return: kind.next_return,
        band: kind.band.into_iter().map(day).collect(),
        free_in_period: kind.free_in_period,
    }
}
