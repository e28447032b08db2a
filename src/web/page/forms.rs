//! Small pages: how to borrow, how to show pages, signing in, and what to do when something went wrong.
//!
//! Knows: their texts. Must not know: what becomes of the forms.

use super::filters;
use super::frame::{Frame, Here};
use super::look::{SIZES, THEMES};
use crate::words::Lang;
use askama::Template;

#[derive(Clone, Debug)]
struct Choice {
    value: &'static str,
    label: String,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "view.html")]
struct View<'a> {
    frame: Frame<'a>,
    back: &'a str,
    themes: Vec<Choice>,
    sizes: Vec<Choice>,
    langs: Vec<Choice>,
}

/// `/view`: posts `theme`, `size`, `motion`, `spacing`, `lang` and `back`, the address to return to.
pub fn view(frame: Frame<'_>, back: &str) -> askama::Result<String> {
    let look = frame.look;
    let themes = THEMES.iter().map(|(value, ru, en)| Choice {
        value,
        label: look.t(ru, en).to_owned(),
        chosen: *value == look.theme(),
    });
    let sizes = SIZES.iter().map(|size| Choice {
        value: size,
        label: match *size {
            "100" => look.t("обычный", "normal").to_owned(),
            size => format!("{size}\u{a0}%"),
        },
        chosen: *size == look.size(),
    });
    let langs = Lang::ALL.iter().map(|lang| Choice {
        value: lang.as_str(),
        label: match lang {
            Lang::Ru => "русский".to_owned(),
            Lang::En => "English".to_owned(),
        },
        chosen: *lang == look.lang,
    });
    View {
        frame: frame.at(Here::View),
        back,
        themes: themes.collect(),
        sizes: sizes.collect(),
        langs: langs.collect(),
    }
    .render()
}

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignIn<'a> {
    frame: Frame<'a>,
    back: &'a str,
    error: Option<&'a str>,
}

/// `/sign-in`: posts `token` and `back`.
pub fn sign_in(frame: Frame<'_>, back: &str, error: Option<&str>) -> askama::Result<String> {
    SignIn {
        frame: frame.at(Here::Elsewhere),
        back,
        error,
    }
    .render()
}

#[derive(Template)]
#[template(path = "link.html")]
struct Link<'a> {
    frame: Frame<'a>,
    signed_in: bool,
}

/// `/s`: posts `token` and `back` to `/sign-in`; a script takes the token out of the address.
pub fn link(frame: Frame<'_>, signed_in: bool) -> askama::Result<String> {
    Link {
        frame: frame.at(Here::Elsewhere),
        signed_in,
    }
    .render()
}

#[derive(Template)]
#[template(path = "how.html")]
struct How<'a> {
    frame: Frame<'a>,
}

/// `/how`
pub fn how(frame: Frame<'_>) -> askama::Result<String> {
    How {
        frame: frame.at(Here::How),
    }
    .render()
}

/// What a person reads instead of a page.
#[derive(Clone, Copy, Debug)]
pub struct Problem<'a> {
    pub title: &'a str,
    pub detail: &'a str,
    /// What to do next.
    pub step: &'a str,
    pub code: &'a str,
    /// Where the one button leads.
    pub href: &'a str,
    pub link: &'a str,
}

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage<'a> {
    frame: Frame<'a>,
    title: &'a str,
    detail: &'a str,
    step: &'a str,
    code: &'a str,
    href: &'a str,
    link: &'a str,
}

pub fn problem(frame: Frame<'_>, problem: &Problem<'_>) -> askama::Result<String> {
    ProblemPage {
        frame: frame.at(Here::Elsewhere),
        title: problem.title,
        detail: problem.detail,
        step: problem.step,
        code: problem.code,
        href: problem.href,
        link: problem.link,
    }
    .render()
}
