//! Pages for people: what is read from the office for each, and the address it stands at.
//!
//! Knows: requests and what a page needs. Must not know: HTML, which `page` and its templates make.

mod desk;
pub mod kiosk;

use super::App;
use super::cache::HTML;
use super::caller::Caller;
use super::page::look::Look;
use super::problem::Problem;
use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};

/// A page that is true only now.
fn html(text: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HTML),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (headers, text).into_response()
}

/// The caller's choice of look, in the language that was found for the caller.
fn look_of(caller: &Caller) -> Look {
    let mut look = Look::parse(&caller.look);
    look.lang = caller.lang;
    look
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// A problem as a page.
pub fn problem(_: &App, caller: &Caller, problem: &Problem) -> Response {
    let look = look_of(caller);
    let title = escape(problem.title.get(caller.lang));
    let detail = escape(problem.detail.get(caller.lang));
    let text = format!(
        "<!DOCTYPE html>\n<html lang=\"{}\"{}>\n<head><meta charset=\"utf-8\"><title>{title}</title>\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <link rel=\"stylesheet\" href=\"/assets/formular.css\"></head>\n\
         <body><main class=\"sheet\"><h1>{title}</h1><p>{detail}</p><p><a href=\"/\">Формуляр</a></p></main></body></html>\n",
        look.t("ru", "en"),
        look.attributes(),
    );
    let mut response = Response::new(Body::from(text));
    problem.head(&mut response);
    response.headers_mut().insert(header::CONTENT_TYPE, HTML);
    response
}
