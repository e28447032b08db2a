//! `/sign-in`: an access token becomes a cookie; `/in/…`: a partner school's secret link; `/sign-out`.

use super::{fields, seen_at};
use crate::web::App;
use crate::web::caller::{Caller, MAX_TOKEN, TOKEN_COOKIE};
use crate::web::problem::{self, Problem};
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderValue, header};
use axum::response::Response;

/// How long a browser keeps a token, in seconds: a school year.
const KEPT_S: u32 = 366 * 24 * 3600;

/// The form.
pub async fn page(State(app): State<App>, caller: Caller) -> Response {
    super::html(super::plain::sign_in(&app, &caller, None))
}

/// The secret link. It asks for one press instead of signing in at once: a cookie that is strict about its site does
/// not come along when the link was followed from a letter, and nobody can be signed in unawares.
pub async fn link(
    State(app): State<App>,
    caller: Caller,
    token: Result<Path<String>, PathRejection>,
) -> Result<Response, Problem> {
    let Path(token) = token.map_err(|_| problem::no_such_page())?;
    if !is_clean(&token) || app.office.role_of(&token).is_none() {
        return Err(problem::wrong_token());
    }
    Ok(super::html(super::plain::sign_in(&app, &caller, Some(&token))))
}

/// Takes the token; a wrong one is said and changes nothing.
pub async fn enter(State(app): State<App>, request: Request) -> Result<Response, Problem> {
    let (fields, _) = fields(request).await?;
    let token = fields.get("token").unwrap_or_default();
    if !is_clean(token) || app.office.role_of(token).is_none() {
        return Err(problem::wrong_token());
    }
    Ok(with_cookie(&app, token, KEPT_S))
}

pub async fn leave(State(app): State<App>) -> Response {
    with_cookie(&app, "", 0)
}

/// What may stand in a cookie as it is.
fn is_clean(token: &str) -> bool {
    let good = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~+/=".contains(&byte);
    !token.is_empty() && token.len() <= MAX_TOKEN && token.bytes().all(good)
}

fn with_cookie(app: &App, token: &str, seconds: u32) -> Response {
    let secure = if app.settings.https { "; Secure" } else { "" };
    let cookie =
        format!("{TOKEN_COOKIE}={token}; Path=/; HttpOnly; SameSite=Strict; Max-Age={seconds}{secure}");
    let mut response = seen_at(HeaderValue::from_static("/"));
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}
