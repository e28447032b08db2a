//! Parameters of a query: known by name, read with a reason when they are wrong.
//!
//! Knows: names, dates, instants, numbers. Must not know: what is asked for.

use super::App;
use super::problem::{self, Problem};
use super::routes::Route;
use super::words::Text;
use crate::clock::{Moment, read_date};
use axum::extract::{FromRequestParts, Query};
use axum::http::Uri;
use axum::http::request::Parts;
use jiff::civil::Date;

/// Most rows that a list gives at once when asked for a part.
pub const MAX_LIMIT: usize = 10_000;

/// The parameters that came, in their order.
#[derive(Clone, Debug, Default)]
pub struct Params(Vec<(String, String)>);

impl Params {
    /// Reads the query of an address to a route. The API knows its parameters by name and takes no others.
    pub fn read(uri: &Uri, route: &Route) -> Result<Self, Problem> {
        if uri.query().is_none() {
            return Ok(Self::default());
        }
        if !route.is_strict() {
            return Ok(Self::all(uri));
        }
        let known: Vec<&str> = route.params.iter().map(|param| param.name).collect();
        Self::strict(uri, &known)
    }

    /// `known` names what is understood; `lang` is understood everywhere.
    fn strict(uri: &Uri, known: &[&str]) -> Result<Self, Problem> {
        let params = Self::all(uri);
        for (index, (name, _)) in params.0.iter().enumerate() {
            if name != "lang" && !known.contains(&name.as_str()) {
                return Err(problem::unknown_parameter(name, &known.join(", ")));
            }
            if params.0.iter().take(index).any(|(before, _)| before == name) {
                return Err(problem::unknown_parameter(
                    &format!("{name} ×2"),
                    &known.join(", "),
                ));
            }
        }
        Ok(params)
    }

    fn all(uri: &Uri) -> Self {
        Self(
            Query::try_from_uri(uri)
                .map(|Query(pairs)| pairs)
                .unwrap_or_default(),
        )
    }

    /// A value that is not empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.trim())
            .filter(|value| !value.is_empty())
    }

    pub fn date(&self, name: &'static str) -> Result<Option<Date>, Problem> {
        let Some(text) = self.get(name) else {
            return Ok(None);
        };
        read_date(text).map(Some).ok_or_else(|| {
            problem::bad_parameter(
                name,
                Text::both("дата, например 2026-09-01", "a date, for example 2026-09-01"),
            )
        })
    }

    /// An instant with an offset; a bare date is the end of that day in the centre's time, `now` tells the offset.
    pub fn instant(&self, name: &'static str, now: Moment) -> Result<Option<Moment>, Problem> {
        let Some(text) = self.get(name) else {
            return Ok(None);
        };
        // A plus sign that nobody encoded arrives as a space.
        let text = text.replace(' ', "+");
        let moment = match read_date(&text) {
            Some(date) => end_of_day(date, now),
            None => text.parse().ok(),
        };
        moment.map(Some).ok_or_else(|| {
            problem::bad_parameter(
                name,
                Text::both(
                    "время со смещением, например 2026-08-31T23:59:59+03:00, или дата",
                    "a time with an offset, for example 2026-08-31T23:59:59+03:00, or a date",
                ),
            )
        })
    }

    pub fn limit(&self) -> Result<Option<usize>, Problem> {
        let Some(text) = self.get("limit") else {
            return Ok(None);
        };
        match text.parse() {
            Ok(n) if (1..=MAX_LIMIT).contains(&n) => Ok(Some(n)),
            _ => Err(problem::bad_parameter(
                "limit",
                Text::both("число от 1 до 10000", "a number from 1 to 10000"),
            )),
        }
    }

    pub fn number(&self, name: &'static str) -> Result<Option<u64>, Problem> {
        let Some(text) = self.get(name) else {
            return Ok(None);
        };
        text.parse()
            .map(Some)
            .map_err(|_| problem::bad_parameter(name, Text::both("число", "a number")))
    }

    /// One of a few words.
    pub fn choice<T: Copy>(&self, name: &'static str, choices: &[(&str, T)]) -> Result<Option<T>, Problem> {
        let Some(text) = self.get(name) else {
            return Ok(None);
        };
        let found = choices.iter().find(|(word, _)| *word == text);
        found.map(|(_, value)| Some(*value)).ok_or_else(|| {
            let words = choices
                .iter()
                .map(|(word, _)| *word)
                .collect::<Vec<_>>()
                .join(", ");
            problem::bad_parameter(
                name,
                Text::new(format!("одно из: {words}"), format!("one of: {words}")),
            )
        })
    }
}

impl FromRequestParts<App> for Params {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Problem> {
        parts.extensions.remove::<Params>().ok_or_else(problem::broken)
    }
}

/// The last millisecond of a day at the offset of `now`.
fn end_of_day(date: Date, now: Moment) -> Option<Moment> {
    let now = now.to_string();
    let time = now.find('T')?;
    let offset = now
        .get(time..)?
        .find(['+', '-', 'Z'])
        .and_then(|at| now.get(time + at..))?;
    format!("{date}T23:59:59.999{offset}").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn params(query: &str) -> Params {
        let uri: Uri = format!("/x?{query}").parse().unwrap();
        Params::strict(&uri, &["at", "day", "limit", "state"]).unwrap()
    }

    #[test]
    fn a_date_is_the_end_of_the_centres_day() {
        let now: Moment = "2026-09-01T09:00:00+03:00".parse().unwrap();
        for (query, expected) in [
            ("at=2026-08-31", "2026-08-31T23:59:59.999+03:00"),
            ("at=31.08.2026", "2026-08-31T23:59:59.999+03:00"),
            ("at=2026-08-31T12:00:00%2B09:00", "2026-08-31T12:00:00+09:00"),
            ("at=2026-08-31T12:00:00+09:00", "2026-08-31T12:00:00+09:00"),
        ] {
            let at = params(query).instant("at", now).unwrap().unwrap();
            assert_eq!(at.to_string(), expected, "{query}");
        }
        for query in [
            "at=2026-13-01",
            "at=yesterday",
            "at=2026-08-31T12:00:00",
            "at=1.1",
        ] {
            let problem = params(query).instant("at", now).unwrap_err();
            assert_eq!(
                (problem.code, problem.field.as_deref()),
                ("bad_parameter", Some("at")),
                "{query}"
            );
        }
    }

    #[test]
    fn what_is_not_known_is_named() {
        let uri: Uri = "/x?lang=en&colour=red".parse().unwrap();
        let problem = Params::strict(&uri, &["state"]).unwrap_err();
        assert_eq!(problem.field.as_deref(), Some("colour"));
        let twice: Uri = "/x?state=a&state=b".parse().unwrap();
        assert!(Params::strict(&twice, &["state"]).is_err());
    }

    #[test]
    fn limits_have_a_limit() {
        assert_eq!(params("limit=5").limit().unwrap(), Some(5));
        assert_eq!(params("").limit().unwrap(), None);
        for query in ["limit=0", "limit=-1", "limit=10001", "limit=many"] {
            assert!(params(query).limit().is_err(), "{query}");
        }
    }
}
