//! Pages for people: what each reads from the office, and what becomes of its form.
//!
//! Knows: requests, forms, cookies. Must not know: HTML, which `page` and its templates make.

pub mod availability;
pub mod demo;
pub mod forms;
pub mod items;
pub mod kiosk;
pub mod loans;
pub mod readers;
pub mod sign_in;
pub mod small;

use super::App;
use super::cache::HTML;
use super::caller::{Caller, header_text};
use super::host::host;
use super::page::frame::{Frame, Here};
use super::page::look::Look;
use super::problem::{self, Problem};
use crate::clock::Moment;
use crate::ledger::Ledger;
use crate::view::{Centre, with_ledger};
use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

/// What stands around the page of one caller.
struct Around<'a> {
    caller: &'a Caller,
    look: Look,
    centre: Centre,
    now: Moment,
}

impl<'a> Around<'a> {
    fn of(app: &App, caller: &'a Caller) -> Self {
        let mut look = Look::parse(&caller.look);
        look.lang = caller.lang;
        Self {
            caller,
            look,
            centre: app.office.centre(),
            now: app.office.now(),
        }
    }

    fn frame(&self) -> Frame<'_> {
        Frame {
            look: &self.look,
            centre: &self.centre,
            role: &self.caller.role,
            now: self.now,
            here: Here::Elsewhere,
            signed_in: self.caller.signed_in,
        }
    }
}

/// A page that is true only now.
fn html(text: askama::Result<String>) -> Result<Response, Problem> {
    let headers = [
        (header::CONTENT_TYPE, HTML),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((headers, made(text)?).into_response())
}

/// The text of a template; an error in it is the program's own.
fn made(text: askama::Result<String>) -> Result<String, Problem> {
    text.map_err(|error| {
        tracing::error!("a page could not be made: {error}");
        problem::broken()
    })
}

/// Looks at the ledger as it is.
fn look_at<T>(app: &App, look: impl FnOnce(&Ledger) -> T) -> Result<T, Problem> {
    with_ledger(app.office.as_ref(), look).ok_or_else(problem::broken)
}

/// After a form: look at another page.
fn seen_at(address: HeaderValue) -> Response {
    (StatusCode::SEE_OTHER, [(header::LOCATION, address)]).into_response()
}

/// An address of this site to return to; anything else is the first page.
fn back(address: &str) -> HeaderValue {
    let here = address.starts_with('/')
        && !address.starts_with("//")
        && address.len() <= 512
        && address
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    HeaderValue::from_str(if here { address } else { "/" }).unwrap_or(HeaderValue::from_static("/"))
}

/// The page from which the browser came, if it is one of ours.
fn came_from(headers: &HeaderMap) -> Option<&str> {
    let referer = header_text(headers, header::REFERER)?;
    let (_, rest) = referer.split_once("://")?;
    let rest = rest.strip_prefix(host(headers)?)?;
    rest.starts_with('/').then_some(rest)
}

/// A problem as a page.
pub fn problem(app: &App, caller: &Caller, problem: &Problem) -> Response {
    match small::problem(app, caller, problem) {
        Ok(text) => {
            let mut response = Response::new(Body::from(text));
            problem.head(&mut response);
            response.headers_mut().insert(header::CONTENT_TYPE, HTML);
            response
        }
        Err(_) => problem.response(caller.lang),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_stays_on_the_site() {
        for (address, expected) in [
            ("/loans?state=all", "/loans?state=all"),
            ("//evil.example/", "/"),
            ("/\\evil.example", "/"),
            ("https://evil.example", "/"),
            ("", "/"),
            ("/a\r\nSet-Cookie: x=y", "/"),
        ] {
            assert_eq!(back(address), expected, "{address}");
        }
        let mut headers = HeaderMap::new();
        headers.insert("host", "desk:80".parse().unwrap());
        headers.insert("referer", "http://desk:80/items".parse().unwrap());
        assert_eq!(came_from(&headers), Some("/items"));
        headers.insert("referer", "http://desk:80.evil.example/items".parse().unwrap());
        assert_eq!(came_from(&headers), None);
    }
}
