//! `/sign-in`: an access token becomes a cookie; `/in/…`: a partner school's secret link; `/sign-out`.

use super::{Around, back, came_from, forms, html, seen_at};
use crate::web::App;
use crate::web::caller::{Caller, MAX_TOKEN, TOKEN_COOKIE};
use crate::web::page::forms as pages;
use crate::web::problem::{self, Problem};
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;

/// How long a browser keeps a token, in seconds: a school year.
const KEPT_S: u32 = 366 * 24 * 3600;

/// The form.
pub async fn page(State(app): State<App>, caller: Caller, headers: HeaderMap) -> Result<Response, Problem> {
    let from = came_from(&headers).filter(|from| !from.starts_with("/sign-in"));
    html(pages::sign_in(
        Around::of(&app, &caller).frame(),
        from.unwrap_or("/"),
        None,
    ))
}

/// Takes the token; a wrong one is said above the form and changes nothing.
pub async fn enter(State(app): State<App>, caller: Caller, request: Request) -> Result<Response, Problem> {
    let (fields, _) = forms::read(request).await?;
    let token = fields.text("token");
    if is_ours(&app, token) {
        let mut response = seen_at(back(fields.text("back")));
        set_cookie(&app, &mut response, token, KEPT_S);
        return Ok(response);
    }
    let problem = problem::wrong_token();
    if !caller.wants_html {
        return Err(problem);
    }
    let around = Around::of(&app, &caller);
    let said = problem.detail.get(caller.lang);
    let mut response = html(pages::sign_in(around.frame(), fields.text("back"), Some(said)))?;
    problem.head(&mut response);
    Ok(response)
}

/// The secret link. It answers with a page and sends nobody on: a cookie that is strict about its site would not
/// come along to the next page when the link was followed from a letter; a press on that page's button is of this
/// site. Who is signed in already stays so, so that nobody can be signed in as somebody else unawares.
pub async fn link(
    State(app): State<App>,
    caller: Caller,
    token: Result<Path<String>, PathRejection>,
) -> Result<Response, Problem> {
    let Path(token) = token.map_err(|_| problem::no_such_page())?;
    if !is_ours(&app, &token) {
        return Err(problem::wrong_token());
    }
    let around = Around::of(&app, &caller);
    let look = &around.look;
    let (title, detail) = match caller.signed_in {
        false => (
            look.t("Вход выполнен", "You are signed in"),
            look.t(
                "Этот браузер запомнил вашу школу.",
                "This browser will remember your school.",
            ),
        ),
        true => (
            look.t("Вход уже выполнен", "You were signed in already"),
            look.t(
                "Чтобы войти по другой ссылке, сначала выйдите.",
                "To sign in by another link, sign out first.",
            ),
        ),
    };
    let said = pages::Problem {
        title,
        detail,
        step: look.t("Посмотрите, что выдано вашей школе.", "See what your school has."),
        code: "",
        href: "/loans",
        link: look.t("Наши выдачи", "Our loans"),
    };
    let mut response = html(pages::problem(around.frame(), &said))?;
    if !caller.signed_in {
        set_cookie(&app, &mut response, &token, KEPT_S);
    }
    Ok(response)
}

pub async fn leave(State(app): State<App>) -> Response {
    let mut response = seen_at(HeaderValue::from_static("/"));
    set_cookie(&app, &mut response, "", 0);
    response
}

/// A token of ours that may stand in a cookie as it is.
fn is_ours(app: &App, token: &str) -> bool {
    let good = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~+/=".contains(&byte);
    !token.is_empty()
        && token.len() <= MAX_TOKEN
        && token.bytes().all(good)
        && app.office.role_of(token).is_some()
}

fn set_cookie(app: &App, response: &mut Response, token: &str, seconds: u32) {
    let secure = if app.settings.https { "; Secure" } else { "" };
    let cookie =
        format!("{TOKEN_COOKIE}={token}; Path=/; HttpOnly; SameSite=Strict; Max-Age={seconds}{secure}");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
}
