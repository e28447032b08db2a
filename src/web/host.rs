//! Under which names the pages may be asked for.
//!
//! Knows: the Host of a request and the names of this station. Must not know: who asks.
//!
//! A page of another site can have its name point at this machine while it is open (DNS rebinding), and its scripts
//! then speak to us as their own origin. They cannot change the name that the browser sends along: so a name that is
//! none of ours is refused, whatever is asked for. An address in figures needs no name to be resolved; it counts if it
//! is the one that was called.

use super::Settings;
use super::entrance::Arrived;
use super::problem::{self, Problem};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use std::net::IpAddr;

/// Names by which this very machine calls itself; with a loopback peer they make the desk.
pub const OWN: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// The Host header; several are none.
pub fn host(headers: &HeaderMap) -> Option<&str> {
    let mut all = headers.get_all(header::HOST).iter();
    let first = all.next()?;
    all.next().is_none().then(|| first.to_str().ok())?
}

/// A host without its port.
pub fn name(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) && !name.ends_with(':') => name,
        _ => host,
    }
}

/// Whether a Host is this very machine by its own name.
pub fn is_own(host: &str) -> bool {
    OWN.iter().any(|own| own.eq_ignore_ascii_case(name(host)))
}

/// Refuses requests without exactly one Host, with two that differ, and with one that is none of ours.
pub fn check(settings: &Settings, parts: &Parts) -> Result<(), Problem> {
    let host = host(&parts.headers).ok_or_else(problem::bad_host)?;
    if let Some(asked) = parts.uri.authority()
        && !asked.as_str().eq_ignore_ascii_case(host)
    {
        return Err(problem::bad_host());
    }
    let at = Arrived::of(parts).map(|arrived| arrived.at);
    match is_known(settings, at, host) {
        true => Ok(()),
        false => Err(problem::wrong_host()),
    }
}

fn is_known(settings: &Settings, at: Option<IpAddr>, host: &str) -> bool {
    let name = name(host);
    let literal = name
        .strip_prefix('[')
        .and_then(|name| name.strip_suffix(']'))
        .unwrap_or(name);
    let called = |address: IpAddr| at == Some(address.to_canonical());
    is_own(host)
        || literal.parse().is_ok_and(called)
        || settings.hosts.iter().any(|own| own.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_this_station() {
        let settings = Settings {
            hosts: vec!["desk.school.example".into()],
            ..Settings::default()
        };
        // host: own name of the machine, known at all
        for (host, own, known) in [
            ("localhost", true, true),
            ("LocalHost:8080", true, true),
            ("127.0.0.1:8080", true, true),
            ("[::1]:8080", true, true),
            ("[::1]", true, true),
            ("Desk.school.example:80", false, true),
            ("10.0.0.5:8470", false, true),
            ("10.0.0.6:8470", false, false),
            ("evil.example", false, false),
            ("localhost.evil.example:8080", false, false),
            ("127.0.0.1.evil.example", false, false),
            ("evil.example:localhost", false, false),
            ("user@localhost", false, false),
            ("localhost.", false, false),
            ("", false, false),
        ] {
            assert_eq!(is_own(host), own, "{host}");
            let at = "10.0.0.5".parse().ok();
            assert_eq!(is_known(&settings, at, host), known, "{host}");
        }
        let at = "fd00::5".parse().ok();
        assert!(is_known(&settings, at, "[fd00::5]:8470"));
        assert!(!is_known(&settings, at, "[fd00::6]:8470"));
    }
}
