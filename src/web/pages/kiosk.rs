//! `/kiosk`: the desk's screen, its live stream, and its buttons.

use super::{Around, forms, html, seen_at};
use crate::clock::Moment;
use crate::cue::Cue;
use crate::desk::{Act, Card, Screen};
use crate::ids::{ComponentCode, ItemId};
use crate::view::{ReaderState, ReaderView, Wish};
use crate::web::App;
use crate::web::api::commands::settle;
use crate::web::caller::{Caller, header_text};
use crate::web::entrance::Arrived;
use crate::web::hub::{Source, event};
use crate::web::page::look::Look;
use crate::web::page::screen;
use crate::web::problem::{self, Problem};
use crate::web::words::Text;
use crate::words::Lang;
use axum::Extension;
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use smol_str::SmolStr;
use std::sync::{Arc, Mutex, PoisonError};

/// Longest number that is typed, in bytes.
const MAX_TYPED: usize = 512;

pub async fn page(State(app): State<App>, caller: Caller) -> Result<Response, Problem> {
    let screen = app.office.screen().borrow().clone();
    app.panel.saw(&screen);
    let around = Around::of(&app, &caller);
    html(screen::page(
        &around.look,
        &around.centre,
        &screen,
        &app.office.readers(),
    ))
}

pub async fn stream(
    State(app): State<App>,
    caller: Caller,
    arrived: Option<Extension<Arc<Arrived>>>,
) -> Result<Response, Problem> {
    let [ru, en] = &app.kiosk;
    let hub = match caller.lang {
        Lang::Ru => ru,
        Lang::En => en,
    };
    let lang = caller.lang;
    let closing = arrived.map(|Extension(arrived)| arrived.closing.clone());
    hub.listen(&app, closing, move || Live { lang, sent: None })
}

/// The screen as it goes to all listeners of one language.
struct Live {
    lang: Lang,
    /// What was sent last: number of the screen, and how the readers were.
    sent: Option<(u64, Readers)>,
}

/// What of the readers changes the picture; ages count on by themselves.
type Readers = Vec<(ReaderState, Option<Moment>)>;

impl Live {
    fn frame(&mut self, app: &App, screen: &Screen, readers: &[ReaderView], cue: Option<Cue>) -> Bytes {
        app.panel.saw(screen);
        let mut look = Look::default();
        look.lang = self.lang;
        let html = screen::fragment(&look, &app.office.centre(), &at_now(app, screen), readers);
        let html = html.unwrap_or_else(|error| {
            tracing::error!("the desk’s picture could not be made: {error}");
            String::new()
        });
        self.sent = Some((screen.number, states(readers)));
        let data = json!({
            "number": screen.number,
            "seq": screen.number,
            "cue": cue,
            "code": screen.face.code,
            "html": html,
        });
        Bytes::from(event("screen", &data.to_string()))
    }
}

fn states(readers: &[ReaderView]) -> Readers {
    readers.iter().map(|view| (view.state, view.last_scan)).collect()
}

/// The screen with the clock of this moment: it may have been standing for an hour.
fn at_now(app: &App, screen: &Screen) -> Screen {
    Screen {
        at: app.office.now(),
        ..screen.clone()
    }
}

impl Source for Live {
    fn now(&mut self, app: &App) -> Bytes {
        let screen = app.office.screen().borrow().clone();
        let sent = self.sent.take();
        let frame = self.frame(app, &screen, &app.office.readers(), None);
        // The others have not seen it by that: what was sent to them stays what it was.
        self.sent = sent.or(self.sent.take());
        frame
    }

    fn next(&mut self, app: &App) -> Option<Bytes> {
        let screen = app.office.screen().borrow().clone();
        let readers = app.office.readers();
        let cue = match &self.sent {
            Some((number, before)) if *number == screen.number => {
                if *before == states(&readers) {
                    return None;
                }
                None
            }
            _ => screen.cue,
        };
        Some(self.frame(app, &screen, &readers, cue))
    }
}

/// From which screen on the present panel was shown: a press on an older one was meant for another kit.
#[derive(Debug, Default)]
pub struct PanelWatch(Mutex<Option<(ItemId, u64)>>);

impl PanelWatch {
    fn saw(&self, screen: &Screen) {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match (&screen.panel, seen.as_ref()) {
            (Some(panel), Some((item, first))) if panel.item.item == *item && *first <= screen.number => {}
            (Some(panel), _) => *seen = Some((panel.item.item.clone(), screen.number)),
            (None, _) => *seen = None,
        }
    }

    /// Whether a press on screen `number` was meant for the panel of `screen`.
    fn is_meant(&self, screen: &Screen, number: Option<u64>) -> bool {
        let seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match (&screen.panel, seen.as_ref(), number) {
            (Some(panel), Some((item, first)), Some(number)) => panel.item.item == *item && *first <= number,
            // A form without a number (a script of somebody's own) takes its chance.
            (_, _, None) => true,
            _ => false,
        }
    }
}

/// `POST /kiosk/act`: `act` names the button, `typed` carries a number (with `act=order` that of an order), `item` and `count` a head count, `seq` the screen that was pressed on.
pub async fn act(State(app): State<App>, request: Request) -> Result<Response, Problem> {
    let (fields, parts) = forms::read(request).await?;
    let by_script = header_text(&parts.headers, header::ACCEPT).is_some_and(|accept| accept.contains("json"));
    let field = |name: &str| fields.get(name);
    let number = match field("seq").filter(|seq| !seq.is_empty()) {
        Some(seq) => Some(seq.parse().map_err(|_| bad("seq", "число", "a number"))?),
        None => None,
    };
    let wish = match (field("act"), field("typed")) {
        (None | Some("" | "typed"), Some(typed)) if !typed.is_empty() && typed.len() <= MAX_TYPED => {
            Wish::Typed(SmolStr::new(typed))
        }
        (Some(""), _) | (None | Some("typed"), _) => {
            return Err(bad("typed", "номер", "a number of an item, badge or card"));
        }
        (Some("order"), Some(typed)) if !typed.trim().is_empty() && typed.len() <= MAX_TYPED => {
            Wish::Order(SmolStr::new(typed.trim()))
        }
        (Some("order"), _) => return Err(bad("typed", "номер приказа", "the number of an order")),
        (Some("headcount"), _) => {
            let count = field("count").and_then(|count| count.trim().parse().ok());
            let item =
                field("item").filter(|item| !item.is_empty() && item.len() <= crate::ids::MAX_ID_BYTES);
            Wish::Act(Act::Headcount {
                item: item
                    .map(ItemId::new)
                    .ok_or_else(|| bad("item", "номер предмета", "the number of an item"))?,
                count: count.ok_or_else(|| bad("count", "число участников", "how many took part"))?,
            })
        }
        (Some(name), _) => {
            let act = button(name).ok_or_else(|| bad("act", "кнопка экрана", "a button of the screen"))?;
            let screen = app.office.screen().borrow().clone();
            if of_panel(&act) && !app.panel.is_meant(&screen, number) {
                // The kit it was meant for has been settled meanwhile: nothing to do, and nothing wrong.
                return Ok(done(by_script));
            }
            Wish::Act(act)
        }
    };
    match settle(&app, wish).await {
        Ok(_) => Ok(done(by_script)),
        // A refusal stands on the screen, where the person looks.
        Err(problem) if problem.refusal.is_some() => Ok(done(by_script)),
        Err(problem) => Err(problem),
    }
}

fn bad(field: &'static str, ru: &'static str, en: &'static str) -> Problem {
    problem::bad_field(field, Text::both(ru, en))
}

/// A script stays on its page, a form goes back to it.
fn done(by_script: bool) -> Response {
    if by_script {
        return StatusCode::NO_CONTENT.into_response();
    }
    seen_at(HeaderValue::from_static("/kiosk"))
}

/// The act that a button's value names.
fn button(value: &str) -> Option<Act> {
    if let Some((verb, rest)) = value.split_once(':') {
        let part =
            || (!rest.is_empty() && rest.len() <= crate::ids::MAX_ID_BYTES).then(|| ComponentCode::new(rest));
        return match verb {
            "tile" => part().map(Act::Tile),
            "more" => part().map(Act::More),
            "less" => part().map(Act::Fewer),
            "confirm-clock" => rest.parse().ok().map(Act::ConfirmClock),
            _ => None,
        };
    }
    Some(match value {
        "panel-done" => Act::PanelDone,
        "dismiss" => Act::Dismiss,
        name => {
            let mut cards = Card::ALL.into_iter();
            Act::Card(cards.find(|card| card.as_str().eq_ignore_ascii_case(name))?)
        }
    })
}

/// Acts that speak of the kit in the panel.
fn of_panel(act: &Act) -> bool {
    matches!(
        act,
        Act::Tile(_)
            | Act::More(_)
            | Act::Fewer(_)
            | Act::PanelDone
            | Act::Card(Card::Complete | Card::Short | Card::Later)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buttons() {
        for (value, act) in [
            ("done", Some(Act::Card(Card::Done))),
            ("UNDO", Some(Act::Card(Card::Undo))),
            ("complete", Some(Act::Card(Card::Complete))),
            ("panel-done", Some(Act::PanelDone)),
            ("tile:ROB1-05", Some(Act::Tile("ROB1-05".into()))),
            ("less:ROB1-05", Some(Act::Fewer("ROB1-05".into()))),
            ("headcount:many", None),
            (
                "confirm-clock:2026-09-01",
                Some(Act::ConfirmClock(jiff::civil::date(2026, 9, 1))),
            ),
            ("confirm-clock:today", None),
            ("tile:", None),
            ("fly", None),
            ("", None),
        ] {
            assert_eq!(button(value), act, "{value}");
        }
    }
}
