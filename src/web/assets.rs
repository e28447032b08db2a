//! Style, scripts and drawings that the pages name, out of the program itself.
//!
//! Knows: files by name and their types. Must not know: pages.

use super::cache::{Had, Page};
use super::problem::{self, Problem};
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use include_dir::{Dir, include_dir};
use std::collections::BTreeMap;
use std::sync::LazyLock;

static FILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/src/web/assets");

/// Every file by its path, with its tag; the stylesheet is its parts in the order of their names.
static PAGES: LazyLock<BTreeMap<String, Page>> = LazyLock::new(|| {
    let mut files = Vec::new();
    walk(&FILES, &mut files);
    let mut pages = BTreeMap::new();
    let mut style = Vec::new();
    files.sort_by(|a, b| a.0.cmp(&b.0));
    for (path, bytes) in files {
        if path.starts_with("css/") {
            style.extend_from_slice(bytes);
            style.push(b'\n');
        } else if let Some(kind) = kind_of(&path) {
            pages.insert(path, Page::new(bytes, HeaderValue::from_static(kind)));
        }
    }
    pages.insert(
        "formular.css".to_owned(),
        Page::new(style, HeaderValue::from_static("text/css; charset=utf-8")),
    );
    pages
});

fn walk(dir: &'static Dir<'static>, found: &mut Vec<(String, &'static [u8])>) {
    for file in dir.files() {
        found.push((file.path().to_string_lossy().into_owned(), file.contents()));
    }
    for inner in dir.dirs() {
        walk(inner, found);
    }
}

fn kind_of(path: &str) -> Option<&'static str> {
    let (_, extension) = path.rsplit_once('.')?;
    Some(match extension {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "woff2" => "font/woff2",
        "webmanifest" => "application/manifest+json",
        _ => return None,
    })
}

/// `GET /assets/…`; kept by browsers for a day and asked for again by tag.
pub async fn get(path: Result<Path<String>, PathRejection>, had: Had) -> Result<Response, Problem> {
    let Path(path) = path.map_err(|_| problem::no_such_page())?;
    let page = PAGES.get(&path).ok_or_else(problem::no_such_page)?;
    let mut answer = page.answer(&had);
    let headers = answer.headers_mut();
    headers.remove(header::VARY);
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("public, max-age=86400"),
    );
    Ok(answer)
}
