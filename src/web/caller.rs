//! Who asks: role, language and choice of look, out of address, Host, token and cookies.
//!
//! Knows: headers. Must not know: what is asked for. The role decides nothing here, see `rights`.

use super::entrance::Arrived;
use super::host::{self, host};
use super::limit::Peer;
use super::problem::{self, Problem};
use super::words::{lang_accepted, lang_by_name};
use super::{App, Settings};
use crate::view::{Office, Role};
use crate::words::Lang;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, Uri, header};
use smol_str::SmolStr;

/// Name of the cookie that carries a session or a token.
const KEY_COOKIE: &str = "formular_token";
/// The same over HTTPS: browsers take a cookie of this name only from this very host, encrypted, for the whole site.
const KEY_COOKIE_SECURE: &str = "__Host-formular";
/// Name of the cookie that carries theme, size and language.
pub const LOOK_COOKIE: &str = "formular_look";
/// Longest token, session or password that is looked at, in bytes.
pub const MAX_TOKEN: usize = 256;
/// Longest choice of look that is looked at, in bytes.
const MAX_LOOK: usize = 48;

/// What a proxy adds to a request that it passes on.
static PROXIED: [HeaderName; 4] = [
    header::FORWARDED,
    header::VIA,
    HeaderName::from_static("x-forwarded-for"),
    HeaderName::from_static("x-real-ip"),
];

/// The one who asks.
#[derive(Clone, Debug)]
pub struct Caller {
    pub role: Role,
    pub lang: Lang,
    /// Theme, size, motion as the cookie says it; empty without one.
    pub look: SmolStr,
    /// Whether an error should be a page.
    pub wants_html: bool,
    /// Signed in with a cookie, so that signing out makes sense.
    pub signed_in: bool,
    /// The way here is encrypted, by us or by a proxy.
    pub secure: bool,
    /// From where, to count by; none in a test without a socket.
    pub peer: Option<Peer>,
}

impl Caller {
    /// Finds out who asks. A token in the Authorization header that is none of ours is an error; an old cookie is not.
    pub fn find(office: &dyn Office, settings: &Settings, parts: &Parts) -> Result<Self, Problem> {
        let headers = &parts.headers;
        let look = cookie(headers, LOOK_COOKIE)
            .filter(|look| look.len() <= MAX_LOOK)
            .map(SmolStr::new);
        let lang = asked_lang(&parts.uri)
            .or_else(|| look.as_ref().map(|look| look_lang(look)))
            .or_else(|| program_lang(parts))
            .unwrap_or_default();
        let secure = settings.https || Arrived::of(parts).is_some_and(|arrived| arrived.encrypted);
        let (role, signed_in) = match bearer(headers)? {
            Some(token) => (office.role_of(token).ok_or_else(problem::wrong_token)?, false),
            None => match key_cookie(headers, secure).and_then(|token| office.role_of(token)) {
                Some(role) => (role, true),
                None if is_desk(settings, parts) => (Role::Desk, false),
                None => (Role::Visitor, false),
            },
        };
        let wants_html = !parts.uri.path().starts_with("/api/")
            && header_text(headers, header::ACCEPT).is_some_and(|accept| accept.contains("text/html"));
        Ok(Self {
            role,
            lang,
            look: look.unwrap_or_default(),
            wants_html,
            signed_in,
            secure,
            peer: peer(parts),
        })
    }

    /// The one of whom nothing is known; for errors that come before everything else.
    pub fn stranger(parts: &Parts) -> Self {
        Self {
            role: Role::Visitor,
            lang: asked_lang(&parts.uri)
                .or_else(|| program_lang(parts))
                .unwrap_or_default(),
            look: SmolStr::default(),
            wants_html: false,
            signed_in: false,
            secure: false,
            peer: peer(parts),
        }
    }
}

impl FromRequestParts<App> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Problem> {
        parts
            .extensions
            .get::<Caller>()
            .cloned()
            .ok_or_else(problem::broken)
    }
}

/// The language that a program asks for in a header. A page does not listen to it: the screens speak Russian until
/// somebody chooses otherwise, and many a school's browser calls itself English.
fn program_lang(parts: &Parts) -> Option<Lang> {
    let for_programs = parts.uri.path().starts_with("/api/");
    let wanted = header_text(&parts.headers, header::ACCEPT_LANGUAGE).filter(|_| for_programs);
    wanted.and_then(lang_accepted)
}

/// The desk's own screen: a loopback peer that calls this machine by its own name, and no proxy between. The names of
/// `hosts` are for the network: a proxy that passes them on unmarked does not become the desk.
fn is_desk(settings: &Settings, parts: &Parts) -> bool {
    let proxied = PROXIED.iter().any(|name| parts.headers.contains_key(name));
    settings.desk
        && peer(parts).is_some_and(Peer::is_local)
        && !proxied
        && host(&parts.headers).is_some_and(host::is_own)
}

/// From where the request came.
pub fn peer(parts: &Parts) -> Option<Peer> {
    Arrived::of(parts).map(|arrived| Peer::from(arrived.from))
}

fn bearer(headers: &HeaderMap) -> Result<Option<&str>, Problem> {
    let Some(value) = headers.get(header::AUTHORIZATION) else {
        return Ok(None);
    };
    let token = value.to_str().ok().and_then(|value| {
        let (scheme, token) = value.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    });
    match token {
        Some(token) if !token.is_empty() && token.len() <= MAX_TOKEN => Ok(Some(token)),
        _ => Err(problem::wrong_token()),
    }
}

/// The name of the cookie that carries a session or a token.
pub fn key_cookie_name(secure: bool) -> &'static str {
    match secure {
        true => KEY_COOKIE_SECURE,
        false => KEY_COOKIE,
    }
}

/// The session or token in the cookie, if one is there.
pub fn key_cookie(headers: &HeaderMap, secure: bool) -> Option<&str> {
    cookie(headers, key_cookie_name(secure)).filter(|token| !token.is_empty() && token.len() <= MAX_TOKEN)
}

/// A cookie's value by name.
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(known, _)| *known == name)
        .map(|(_, value)| value)
}

pub fn header_text(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

/// `?lang=en`
fn asked_lang(uri: &Uri) -> Option<Lang> {
    uri.query()?
        .split('&')
        .find_map(|pair| pair.strip_prefix("lang="))
        .and_then(lang_by_name)
}

/// A choice of look names its language, or it is Russian.
fn look_lang(look: &str) -> Lang {
    look.split('.').find_map(lang_by_name).unwrap_or_default()
}

/// A browser says where a form came from; if it says so, it must be from here.
pub fn is_cross_site(headers: &HeaderMap) -> bool {
    if let Some(site) = headers.get("sec-fetch-site") {
        return !matches!(site.as_bytes(), b"same-origin" | b"none");
    }
    let Some(origin) = headers.get(header::ORIGIN) else {
        return false;
    };
    let origin = origin.to_str().ok().and_then(|origin| origin.split_once("://"));
    match (origin, host(headers)) {
        (Some((_, origin)), Some(host)) => !origin.eq_ignore_ascii_case(host),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_other_sites() {
        let headers = |pairs: &[(&'static str, &'static str)]| {
            let mut headers = HeaderMap::new();
            for (name, value) in pairs {
                headers.insert(*name, value.parse().unwrap());
            }
            headers
        };
        for (pairs, cross) in [
            (&[("host", "a:1")][..], false),
            (&[("host", "a:1"), ("origin", "http://a:1")], false),
            (&[("host", "a:1"), ("origin", "http://a:2")], true),
            (&[("host", "a:1"), ("origin", "null")], true),
            (&[("origin", "http://a:1")], true),
            (
                &[
                    ("host", "a:1"),
                    ("origin", "null"),
                    ("sec-fetch-site", "same-origin"),
                ],
                false,
            ),
            (&[("host", "a:1"), ("sec-fetch-site", "same-site")], true),
            (&[("host", "a:1"), ("sec-fetch-site", "cross-site")], true),
            (&[("host", "a:1"), ("sec-fetch-site", "none")], false),
        ] {
            assert_eq!(is_cross_site(&headers(pairs)), cross, "{pairs:?}");
        }
    }
}
