//! `/demo`: presents badges, items and cards to virtual readers. Only where there is a stage.

use super::{Around, forms, html, look_at};
use crate::desk::Card;
use crate::ids::{BadgeCode, ReaderId};
use crate::tag::TagId;
use crate::view::Stage;
use crate::web::App;
use crate::web::caller::Caller;
use crate::web::page::demo::{self, Told};
use crate::web::params::Params;
use crate::web::problem::{self, Problem};
use crate::web::words::Text;
use crate::words::{Message, say};
use axum::extract::{Request, State};
use axum::response::Response;
use std::sync::Arc;

pub async fn page(State(app): State<App>, caller: Caller, params: Params) -> Result<Response, Problem> {
    let stage = stage(&app)?;
    let text = |name| params.get(name).unwrap_or_default();
    show(&app, &caller, stage.as_ref(), text("reader"), text("q"), None)
}

/// Presents, plugs or unplugs, and shows the page again with what came of it.
pub async fn act(State(app): State<App>, caller: Caller, request: Request) -> Result<Response, Problem> {
    let stage = stage(&app)?;
    let (fields, _) = forms::read(request).await?;
    let reader = ReaderId::new(fields.text("reader"));
    let deed = match (fields.text("present"), fields.text("act")) {
        ("", "plug") => Deed::Plug(true),
        ("", "unplug") => Deed::Plug(false),
        ("", _) => {
            return Err(problem::bad_field(
                "act",
                Text::both("plug или unplug", "plug or unplug"),
            ));
        }
        (what, _) => Deed::Present(tags(&app, stage.as_ref(), what)?),
    };
    let (hands, to) = (Arc::clone(&stage), reader.clone());
    // The bytes go through a pseudo-terminal, which may make one wait.
    let done = tokio::task::spawn_blocking(move || deed.on(hands.as_ref(), &to)).await;
    let told = match done.map_err(|_| problem::broken())? {
        Ok(()) => Told {
            good: true,
            text: Text::both(
                "Сделано. Ответ – на экране стойки.",
                "Done. The answer is on the desk’s screen.",
            )
            .get(caller.lang)
            .to_owned(),
        },
        Err(message) => Told {
            good: false,
            text: say(caller.lang, &message),
        },
    };
    show(
        &app,
        &caller,
        stage.as_ref(),
        reader.as_str(),
        fields.text("q"),
        Some(&told),
    )
}

enum Deed {
    Plug(bool),
    /// Tags of one thing; the first that the reader can read is presented. No reader means whichever can.
    Present(Vec<TagId>),
}

impl Deed {
    fn on(self, stage: &dyn Stage, reader: &ReaderId) -> Result<(), Message> {
        match self {
            Deed::Plug(plugged) => stage.plug(reader, plugged),
            Deed::Present(tags) => {
                let readers = match reader.as_str() {
                    "" => plugged(stage),
                    _ => vec![reader.clone()],
                };
                if readers.is_empty() {
                    return Err(Message::new("demo-no-reader"));
                }
                let mut first = None;
                for (reader, tag) in readers
                    .iter()
                    .flat_map(|reader| tags.iter().map(move |tag| (reader, tag)))
                {
                    match stage.present(reader, tag) {
                        Ok(()) => return Ok(()),
                        Err(message) => first = first.or(Some(message)),
                    }
                }
                first.map_or(Ok(()), Err)
            }
        }
    }
}

/// Readers that could take a thing when the visitor leaves the choice to the page.
fn plugged(stage: &dyn Stage) -> Vec<ReaderId> {
    let readers = stage.readers().into_iter();
    readers
        .filter(|reader| reader.plugged)
        .map(|reader| reader.reader)
        .collect()
}

fn stage(app: &App) -> Result<Arc<dyn Stage>, Problem> {
    app.settings.stage.clone().ok_or_else(problem::no_such_page)
}

/// The tags of `badge:B-0301`, `item:ТР-0001` or `card:DONE`.
fn tags(app: &App, stage: &dyn Stage, what: &str) -> Result<Vec<TagId>, Problem> {
    let (kind, code) = what.split_once(':').unwrap_or((what, ""));
    let tags = match kind {
        "badge" => stage.card_of(&BadgeCode::new(code)).into_iter().collect(),
        "item" => look_at(app, |ledger| {
            ledger
                .items
                .get(code)
                .map(|state| state.tags.clone())
                .unwrap_or_default()
        })?,
        "card" => {
            let card = Card::ALL.into_iter().find(|card| card.as_str() == code);
            card.and_then(|card| TagId::code(&card.code()).ok())
                .into_iter()
                .collect()
        }
        _ => Vec::new(),
    };
    match tags.is_empty() {
        true => Err(problem::no_such("Метки для", "tag of", what)),
        false => Ok(tags),
    }
}

fn show(
    app: &App,
    caller: &Caller,
    stage: &dyn Stage,
    reader: &str,
    q: &str,
    told: Option<&Told>,
) -> Result<Response, Problem> {
    let around = Around::of(app, caller);
    let policy = app.office.policy();
    let facts = look_at(app, |ledger| {
        demo::Facts::of(ledger, &policy, &around.look, q, around.now.date())
    })?;
    html(demo::page(
        around.frame(),
        &facts,
        &stage.readers(),
        reader,
        q,
        told,
    ))
}
