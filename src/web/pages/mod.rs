//! Pages for people: what is read from the office for each, and the address it stands at.
//!
//! Knows: requests and what a page needs. Must not know: HTML, which `page` and its templates make.

mod desk;
pub mod kiosk;
mod plain;
pub mod sign_in;

use super::App;
use super::cache::HTML;
use super::caller::Caller;
use super::guard;
use super::page::look::Look;
use super::problem::{self, Problem};
use axum::body::Body;
use axum::extract::{Form, FromRequest, Request};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
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

/// Fields of a form by name.
struct Fields(Vec<(String, String)>);

impl Fields {
    /// A field without the spaces around it, if it came.
    fn get(&self, name: &str) -> Option<&str> {
        let field = self.0.iter().find(|(known, _)| known == name);
        field.map(|(_, value)| value.trim())
    }
}

/// Reads a form.
async fn fields(request: Request) -> Result<(Fields, Parts), Problem> {
    let (parts, body) = request.into_parts();
    let bytes = guard::body(body).await?;
    let request = Request::from_parts(parts.clone(), bytes.into());
    let form = Form::<Vec<(String, String)>>::from_request(request, &()).await;
    let Form(fields) = form.map_err(|_| problem::wrong_media_type("application/x-www-form-urlencoded"))?;
    Ok((Fields(fields), parts))
}

/// After a form: look at another page.
fn seen_at(address: HeaderValue) -> Response {
    (StatusCode::SEE_OTHER, [(header::LOCATION, address)]).into_response()
}

/// A problem as a page.
pub fn problem(app: &App, caller: &Caller, problem: &Problem) -> Response {
    let mut response = Response::new(Body::from(plain::problem(app, caller, problem)));
    problem.head(&mut response);
    response.headers_mut().insert(header::CONTENT_TYPE, HTML);
    response
}
