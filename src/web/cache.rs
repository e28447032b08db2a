//! Rendered bytes that are true until the journal moves or a minute passes.
//!
//! Knows: bytes, their tags and their age. Must not know: what is on a page.

use crate::ledger::Seq;
use crate::words::Lang;
use axum::body::{Body, Bytes};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use sha2::{Digest, Sha256};
use smol_str::SmolStr;
use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

/// Most pages kept; the one unused for longest goes first.
const PAGES: usize = 64;
/// Larger pages are not kept.
const PAGE_BYTES: usize = 1 << 20;

pub const HTML: HeaderValue = HeaderValue::from_static("text/html; charset=utf-8");
pub const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// What makes two requests the same.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    pub route: &'static str,
    /// Role, where the page differs by it.
    pub role: &'static str,
    /// Signed in with a cookie: such pages say how to sign out.
    pub signed_in: bool,
    pub lang: Lang,
    pub look: SmolStr,
    pub query: SmolStr,
}

/// Until when bytes are true: the journal's end and the minute shown on the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    pub seq: Seq,
    /// Minutes since 1970.
    pub minute: i64,
}

impl Stamp {
    /// The stamp of what was read at this event: the journal may have moved since the request came.
    pub fn at_seq(self, seq: Seq) -> Self {
        Self { seq, ..self }
    }
}

/// The tags of what the client has already: a whole map of headers would be copied for them.
#[derive(Default)]
pub struct Had(Option<HeaderValue>);

impl Had {
    fn has(&self, tag: &HeaderValue) -> bool {
        let (tags, own) = (self.0.as_ref().map(HeaderValue::to_str), tag.to_str());
        let (Some(Ok(tags)), Ok(own)) = (tags, own) else {
            return false;
        };
        tags.split(',')
            .any(|tag| tag.trim().trim_start_matches("W/") == own)
    }
}

impl<S: Sync> FromRequestParts<S> for Had {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(parts.headers.get(header::IF_NONE_MATCH).cloned()))
    }
}

/// Bytes with their type and tag.
#[derive(Debug)]
pub struct Page {
    bytes: Bytes,
    kind: HeaderValue,
    etag: HeaderValue,
}

impl Page {
    pub fn new(bytes: impl Into<Bytes>, kind: HeaderValue) -> Self {
        let bytes = bytes.into();
        let digest = Sha256::digest(&bytes);
        let short: String = digest.iter().take(12).map(|byte| format!("{byte:02x}")).collect();
        let etag = HeaderValue::from_str(&format!("\"{short}\"")).unwrap_or(HeaderValue::from_static("\"\""));
        Self { bytes, kind, etag }
    }

    /// The answer, or 304 if the client has these very bytes.
    pub fn answer(&self, had: &Had) -> Response {
        let same = had.has(&self.etag);
        let mut response = Response::new(match same {
            true => Body::empty(),
            false => Body::from(self.bytes.clone()),
        });
        if same {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
        }
        let headers = response.headers_mut();
        // Room for all that follow, the guard's too.
        headers.reserve(16);
        if !same {
            headers.insert(header::CONTENT_TYPE, self.kind.clone());
        }
        headers.insert(header::ETAG, self.etag.clone());
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        headers.insert(
            header::VARY,
            HeaderValue::from_static("accept-language, cookie, authorization"),
        );
        response
    }
}

struct Slot {
    stamp: Stamp,
    page: Arc<Page>,
    used: AtomicU64,
}

/// The pages that are kept.
#[derive(Default)]
pub struct Cache {
    slots: RwLock<HashMap<Key, Slot>>,
    turn: AtomicU64,
    pub hits: AtomicU64,
    pub misses: AtomicU64,
}

impl Cache {
    pub fn get(&self, key: &Key, stamp: Stamp) -> Option<Arc<Page>> {
        let slots = self.slots.read().unwrap_or_else(PoisonError::into_inner);
        let found = slots.get(key).filter(|slot| slot.stamp == stamp).map(|slot| {
            slot.used.store(self.next_turn(), Ordering::Relaxed);
            Arc::clone(&slot.page)
        });
        let counter = if found.is_some() { &self.hits } else { &self.misses };
        counter.fetch_add(1, Ordering::Relaxed);
        found
    }

    pub fn put(&self, key: Key, stamp: Stamp, page: Page) -> Arc<Page> {
        let page = Arc::new(page);
        if page.bytes.len() > PAGE_BYTES {
            return page;
        }
        let mut slots = self.slots.write().unwrap_or_else(PoisonError::into_inner);
        if slots.len() >= PAGES && !slots.contains_key(&key) {
            let oldest = slots
                .iter()
                .min_by_key(|(_, slot)| slot.used.load(Ordering::Relaxed))
                .map(|(key, _)| key.clone());
            if let Some(oldest) = oldest {
                slots.remove(&oldest);
            }
        }
        let used = AtomicU64::new(self.next_turn());
        slots.insert(
            key,
            Slot {
                stamp,
                page: Arc::clone(&page),
                used,
            },
        );
        page
    }

    fn next_turn(&self) -> u64 {
        self.turn.fetch_add(1, Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(query: &str) -> Key {
        Key {
            route: "/",
            role: "",
            signed_in: false,
            lang: Lang::Ru,
            look: SmolStr::default(),
            query: query.into(),
        }
    }

    #[test]
    fn a_page_lasts_until_the_journal_moves() {
        let cache = Cache::default();
        let stamp = Stamp { seq: 7, minute: 1 };
        cache.put(key(""), stamp, Page::new("seven", HTML));
        assert_eq!(cache.get(&key(""), stamp).unwrap().bytes, "seven");
        assert!(cache.get(&key("x"), stamp).is_none());
        assert!(cache.get(&key(""), Stamp { seq: 8, ..stamp }).is_none());
        assert!(cache.get(&key(""), Stamp { minute: 2, ..stamp }).is_none());
    }

    #[test]
    fn the_cache_is_bounded_and_forgets_what_nobody_reads() {
        let cache = Cache::default();
        let stamp = Stamp { seq: 1, minute: 1 };
        cache.put(key("kept"), stamp, Page::new("kept", HTML));
        for n in 0..500 {
            cache.put(key(&n.to_string()), stamp, Page::new("x", HTML));
            assert!(cache.get(&key("kept"), stamp).is_some(), "{n}");
        }
        assert_eq!(cache.slots.read().unwrap().len(), PAGES);
        cache.put(key("big"), stamp, Page::new(vec![0; PAGE_BYTES + 1], HTML));
        assert!(cache.get(&key("big"), stamp).is_none());
    }

    #[test]
    fn the_same_bytes_are_not_sent_twice() {
        let page = Page::new("bytes", JSON);
        let first = page.answer(&Had::default());
        assert_eq!(first.status(), StatusCode::OK);
        let had = Had(Some(first.headers()[header::ETAG].clone()));
        assert_eq!(page.answer(&had).status(), StatusCode::NOT_MODIFIED);
        assert_eq!(Page::new("other", JSON).answer(&had).status(), StatusCode::OK);
    }
}
