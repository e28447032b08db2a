//! Who asks: role, language and choice of look, out of address, Host, token and cookies.
//!
//! Knows: headers. Must not know: what is asked for. The role decides nothing here, see `rights`.

use super::problem::{self, Problem};
use super::words::{lang_accepted, lang_by_name};
use super::{App, Settings};
use crate::view::{Office, Role};
use crate::words::Lang;
use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Uri, header};
use smol_str::SmolStr;
use std::net::SocketAddr;

/// Name of the cookie that carries an access token.
pub const TOKEN_COOKIE: &str = "formular_token";
/// Name of the cookie that carries theme, size and language.
pub const LOOK_COOKIE: &str = "formular_look";
/// Longest token that is looked at, in bytes.
pub const MAX_TOKEN: usize = 256;
/// Longest choice of look that is looked at, in bytes.
const MAX_LOOK: usize = 48;

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
        let (role, signed_in) = match bearer(headers)? {
            Some(token) => (office.role_of(token).ok_or_else(problem::wrong_token)?, false),
            None => match token_cookie(headers).and_then(|token| office.role_of(token)) {
                Some(role) => (role, true),
                None if settings.desk && is_desk(settings, parts) => (Role::Desk, false),
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

/// The desk's own screen: a loopback peer, with a Host that a name of another site cannot have, and no proxy between.
fn is_desk(settings: &Settings, parts: &Parts) -> bool {
    let from_here = parts
        .extensions
        .get::<ConnectInfo<SocketAddr>>()
        .is_some_and(|ConnectInfo(peer)| peer.ip().to_canonical().is_loopback());
    let proxied = ["forwarded", "x-forwarded-for", "x-real-ip", "via"]
        .iter()
        .any(|name| parts.headers.contains_key(*name));
    from_here && !proxied && host(&parts.headers).is_some_and(|host| is_own_host(settings, host))
}

fn is_own_host(settings: &Settings, host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) && !name.ends_with(':') => name,
        _ => host,
    };
    ["localhost", "127.0.0.1", "[::1]"].contains(&name)
        || settings.hosts.iter().any(|own| own.eq_ignore_ascii_case(name))
}

/// The Host header; several are none.
pub fn host(headers: &HeaderMap) -> Option<&str> {
    let mut all = headers.get_all(header::HOST).iter();
    let first = all.next()?;
    all.next().is_none().then(|| first.to_str().ok())?
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

/// The token in the cookie, if one is there.
pub fn token_cookie(headers: &HeaderMap) -> Option<&str> {
    cookie(headers, TOKEN_COOKIE).filter(|token| !token.is_empty() && token.len() <= MAX_TOKEN)
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
    fn hosts_of_the_desk() {
        let settings = Settings {
            hosts: vec!["desk.school.example".into()],
            ..Settings::default()
        };
        for (host, own) in [
            ("localhost", true),
            ("localhost:8080", true),
            ("127.0.0.1:8080", true),
            ("[::1]:8080", true),
            ("[::1]", true),
            ("Desk.school.example:80", true),
            ("evil.example", false),
            ("localhost.evil.example:8080", false),
            ("127.0.0.1.evil.example", false),
            ("evil.example:localhost", false),
            ("", false),
        ] {
            assert_eq!(is_own_host(&settings, host), own, "{host}");
        }
    }

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
