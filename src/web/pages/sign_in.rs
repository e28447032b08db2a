//! `/sign-in`: the staff's password or an access token becomes a cookie; `/s`: a partner school's secret link;
//! `/sign-out`.

use super::{Around, back, came_from, forms, html, seen_at};
use crate::view::SignedIn;
use crate::web::App;
use crate::web::caller::{Caller, MAX_TOKEN, key_cookie, key_cookie_name};
use crate::web::page::forms as pages;
use crate::web::problem::{self, Problem};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long somebody waits for whom there is no room in the queue for the one hash.
const QUEUE_FULL: Duration = Duration::from_secs(2);

/// The form.
pub async fn page(State(app): State<App>, caller: Caller, headers: HeaderMap) -> Result<Response, Problem> {
    let from = came_from(&headers).filter(|from| !from.starts_with("/sign-in"));
    html(pages::sign_in(
        Around::of(&app, &caller).frame(),
        from.unwrap_or("/"),
        None,
    ))
}

/// Signs in; what is wrong is said above the form and changes nothing.
pub async fn enter(State(app): State<App>, caller: Caller, request: Request) -> Result<Response, Problem> {
    let (fields, parts) = forms::read(request).await?;
    let problem = match sign_in(&app, &caller, fields.text("token")).await {
        Ok(signed_in) => {
            // Whoever signs in anew leaves the session that there was.
            if let Some(before) = key_cookie(&parts.headers, caller.secure) {
                app.office.sign_out(before);
            }
            let mut response = seen_at(back(fields.text("back")));
            set_cookie(&caller, &mut response, &signed_in.secret, signed_in.kept_s);
            return Ok(response);
        }
        Err(problem) if caller.wants_html => problem,
        Err(problem) => return Err(problem),
    };
    let around = Around::of(&app, &caller);
    let said = problem.detail.get(caller.lang);
    let mut response = html(pages::sign_in(around.frame(), fields.text("back"), Some(said)))?;
    problem.head(&mut response);
    Ok(response)
}

/// Looks at a password or token: not too often, and one at a time.
async fn sign_in(app: &App, caller: &Caller, secret: &str) -> Result<SignedIn, Problem> {
    if secret.is_empty() || secret.len() > MAX_TOKEN {
        return Err(problem::wrong_key());
    }
    let queue = app.signing_in.try_acquire();
    let _queue = queue.map_err(|_| problem::too_many_attempts(QUEUE_FULL))?;
    if let Some(peer) = caller.peer {
        let admitted = app.attempts.admit(peer, Instant::now());
        admitted.map_err(problem::too_many_attempts)?;
    }
    let turn = Arc::clone(&app.hashing).acquire_owned().await;
    let turn = turn.map_err(|_| problem::broken())?;
    let (office, secret) = (Arc::clone(&app.office), secret.to_owned());
    let look = move || {
        let found = office.sign_in(&secret);
        // The turn ends with the work, also when the one who asked is gone long since.
        drop(turn);
        found
    };
    let found = tokio::task::spawn_blocking(look).await;
    let signed_in = found
        .map_err(|_| problem::broken())?
        .ok_or_else(problem::wrong_key)?;
    if let Some(peer) = caller.peer {
        app.attempts.was_right(peer, Instant::now());
    }
    Ok(signed_in)
}

/// The secret link: the secret stands behind a `#` and comes here only in the form that this page posts. Who is signed
/// in already stays so: nobody can be signed in as somebody else unawares.
pub async fn link(State(app): State<App>, caller: Caller) -> Result<Response, Problem> {
    html(pages::link(Around::of(&app, &caller).frame(), caller.signed_in))
}

/// Ends the session here and in the browser.
pub async fn leave(State(app): State<App>, caller: Caller, headers: HeaderMap) -> Response {
    if let Some(secret) = key_cookie(&headers, caller.secure) {
        app.office.sign_out(secret);
    }
    let mut response = seen_at(HeaderValue::from_static("/"));
    set_cookie(&caller, &mut response, "", Some(0));
    response
}

/// Without a time the cookie ends with the browser.
fn set_cookie(caller: &Caller, response: &mut Response, secret: &str, seconds: Option<u32>) {
    let name = key_cookie_name(caller.secure);
    let kept = seconds.map_or_else(String::new, |seconds| format!("; Max-Age={seconds}"));
    let secure = if caller.secure { "; Secure" } else { "" };
    let cookie = format!("{name}={secret}; Path=/; HttpOnly; SameSite=Strict{kept}{secure}");
    if let Ok(mut cookie) = HeaderValue::from_str(&cookie) {
        cookie.set_sensitive(true);
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}
