//! `/view`, `/how`, `/help`, `/cards`, `/health`, and the page of an error.

use super::{Around, back, came_from, forms, html, made, seen_at};
use crate::web::App;
use crate::web::caller::{Caller, LOOK_COOKIE};
use crate::web::page::look::Look;
use crate::web::page::{cards, forms as pages, health};
use crate::web::problem::Problem;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;

/// How long a browser keeps a choice of look, in seconds: two years.
const KEPT_S: u32 = 2 * 366 * 24 * 3600;

pub async fn how(State(app): State<App>, caller: Caller) -> Result<Response, Problem> {
    html(pages::how(Around::of(&app, &caller).frame()))
}

pub async fn health(State(app): State<App>, caller: Caller) -> Result<Response, Problem> {
    let around = Around::of(&app, &caller);
    let office = app.office.as_ref();
    let facts = health::Facts {
        health: &office.health(),
        vitals: &office.vitals(),
        readers: &office.readers(),
        head: &office.head(),
    };
    html(health::page(around.frame(), &facts))
}

pub async fn cards(State(app): State<App>, caller: Caller) -> Result<Response, Problem> {
    html(cards::page(Around::of(&app, &caller).frame()))
}

pub async fn view(State(app): State<App>, caller: Caller, headers: HeaderMap) -> Result<Response, Problem> {
    let back = came_from(&headers).unwrap_or("/");
    html(pages::view(Around::of(&app, &caller).frame(), back))
}

/// Keeps the choice in a cookie; only names that the stylesheet knows get into it.
pub async fn set_view(caller: Caller, request: Request) -> Result<Response, Problem> {
    let (fields, _) = forms::read(request).await?;
    let words = [
        fields.text("theme"),
        fields.text("size"),
        if fields.text("motion") == "off" {
            "still"
        } else {
            ""
        },
        if fields.text("spacing") == "wide" {
            "wide"
        } else {
            ""
        },
        fields.text("lang"),
    ];
    let choice = Look::parse(&words.join(".")).value();
    let secure = if caller.secure { "; Secure" } else { "" };
    let cookie = format!("{LOOK_COOKIE}={choice}; Path=/; SameSite=Lax; Max-Age={KEPT_S}{secure}");
    let mut response = seen_at(back(fields.text("back")));
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// What a person reads instead of a page.
pub fn problem(app: &App, caller: &Caller, problem: &Problem) -> Result<String, Problem> {
    let around = Around::of(app, caller);
    let look = &around.look;
    let (step, href, link) = match problem.code {
        "sign_in_needed" | "wrong_token" | "wrong_key" => (
            look.t(
                "Войдите по паролю или ключу доступа.",
                "Sign in with the password or an access token.",
            ),
            "/sign-in",
            look.t("Войти", "Sign in"),
        ),
        _ if problem.retry_after.is_some() => (
            look.t("Повторите через минуту.", "Try again in a minute."),
            "/",
            look.t("Что свободно", "What is free"),
        ),
        _ => (
            look.t(
                "Вернитесь на страницу наличия.",
                "Go back to the availability page.",
            ),
            "/",
            look.t("Что свободно", "What is free"),
        ),
    };
    made(pages::problem(
        around.frame(),
        &pages::Problem {
            title: problem.title.get(caller.lang),
            detail: problem.detail.get(caller.lang),
            step,
            code: problem.code,
            href,
            link,
        },
    ))
}
