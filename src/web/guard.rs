//! What every request passes: who asks, may they, where did the form come from, headers of the answer.
//!
//! Knows: callers, rights, problems. Must not know: what the routes do.

use super::caller::{self, Caller};
use super::entrance::Arrived;
use super::host;
use super::params::Params;
use super::problem::{self, Problem};
use super::rights::may;
use super::routes::Route;
use super::{App, BODY_LIMIT, pages};
use crate::view::Role;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::time::{Duration, Instant};
use tokio_stream::StreamExt;

/// How long a body may take to arrive.
const BODY_TIME: Duration = Duration::from_secs(10);
/// Of a body that is too large, so many bytes are still read away so that the sender hears the answer.
const BODY_DRAIN: usize = 4 << 20;

/// Longest path with its query, in bytes.
const ADDRESS_LIMIT: usize = 8 * 1024;
/// A year of HTTPS only, after it was used once.
const HSTS: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// Headers of every answer. The referrer stays within the site: without one browsers call the origin of our own
/// forms `null`, and it could not be told from a stranger's.
const HEADERS: [(HeaderName, HeaderValue); 5] = [
    (
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
             connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        ),
    ),
    (
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    ),
    (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("same-origin"),
    ),
];

/// Around all routes: finds the caller, refuses forms of other sites, words problems, counts.
pub async fn edge(State(app): State<App>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let safe = parts.method.is_safe();
    let found = admit(&app, &parts).and_then(|()| Caller::find(app.office.as_ref(), &app.settings, &parts));
    let secure = Arrived::of(&parts).is_some_and(|arrived| arrived.encrypted);
    let local = host::host(&parts.headers).is_some_and(host::is_own);
    let (caller, answer) = match found {
        Err(problem) => (Caller::stranger(&parts), problem.into_response()),
        Ok(caller) if !safe && caller::is_cross_site(&parts.headers) => {
            (caller, problem::cross_site().into_response())
        }
        Ok(caller) => {
            parts.extensions.insert(caller.clone());
            (caller, next.run(Request::from_parts(parts, body)).await)
        }
    };
    let mut answer = worded(&app, &caller, answer);
    for (name, value) in &HEADERS {
        answer.headers_mut().insert(name.clone(), value.clone());
    }
    // Not for this machine's own names: a browser would then encrypt everything that it asks localhost for.
    if secure && !local {
        answer
            .headers_mut()
            .insert(header::STRICT_TRANSPORT_SECURITY, HSTS);
    }
    app.counters.request(answer.status());
    answer
}

/// What is looked at before anything else: the name that was called, the length of the address, and how often.
fn admit(app: &App, parts: &Parts) -> Result<(), Problem> {
    host::check(&app.settings, parts)?;
    if parts.uri.path().len() + parts.uri.query().map_or(0, str::len) > ADDRESS_LIMIT {
        return Err(problem::address_too_long());
    }
    let Some(peer) = caller::peer(parts) else {
        return Ok(());
    };
    app.rate
        .count(peer, &app.settings.limits, Instant::now())
        .map_err(problem::too_many_requests)
}

/// A problem in the caller's language: a page for people, a document for programs.
fn worded(app: &App, caller: &Caller, mut answer: Response) -> Response {
    let Some(problem) = answer.extensions_mut().remove::<Problem>() else {
        return answer;
    };
    let allow = answer.headers_mut().remove(header::ALLOW);
    let mut worded = match caller.wants_html {
        true => pages::problem(app, caller, &problem),
        false => problem.response(caller.lang),
    };
    if let Some(allow) = allow {
        worded.headers_mut().insert(header::ALLOW, allow);
    }
    worded
}

/// Around one route: only who has its right comes in, and only with parameters that the route knows.
pub async fn needs(State(route): State<&'static Route>, mut request: Request, next: Next) -> Response {
    let role = request.extensions().get::<Caller>().map(|caller| &caller.role);
    match role {
        Some(role) if may(role, route.right) => {}
        Some(Role::Visitor) | None => return problem::sign_in_needed().into_response(),
        Some(_) => return problem::forbidden().into_response(),
    }
    match Params::read(request.uri(), route) {
        Ok(params) => {
            request.extensions_mut().insert(params);
            next.run(request).await
        }
        Err(problem) => problem.into_response(),
    }
}

/// The whole body, if it is not too large and arrives in time.
pub async fn body(body: Body) -> Result<Bytes, Problem> {
    let whole = async {
        let mut stream = body.into_data_stream();
        let mut bytes = Vec::new();
        let mut size = 0usize;
        while let Some(piece) = stream.next().await {
            let piece = piece.map_err(|_| problem::broken_body("the connection was closed"))?;
            size = size.saturating_add(piece.len());
            if size > BODY_DRAIN {
                break;
            }
            if size <= BODY_LIMIT {
                bytes.extend_from_slice(&piece);
            }
        }
        match size > BODY_LIMIT {
            true => Err(problem::too_large(BODY_LIMIT)),
            false => Ok(Bytes::from(bytes)),
        }
    };
    tokio::time::timeout(BODY_TIME, whole)
        .await
        .unwrap_or_else(|_| Err(problem::too_slow()))
}
