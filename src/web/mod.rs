//! Pages and the API over HTTP.
//!
//! Knows: requests, who may ask what, what an answer looks like on the wire. Must not know: the journal's files,
//! readers' ports, rules of lending. All it sees and asks goes through [`Office`](crate::view::Office).
//!
//! One table of routes ([`routes`]) makes the router and the OpenAPI document, so they cannot drift apart.

mod api;
mod assets;
mod cache;
mod caller;
mod entrance;
mod guard;
mod host;
mod hub;
mod limit;
mod metrics;
pub mod page;
mod pages;
mod params;
mod problem;
mod rights;
mod routes;
mod socket;
mod threads;
mod tls;
mod words;

use crate::clock::Moment;
use crate::view::{Office, Stage};
use std::ops::Deref;
use std::sync::Arc;
use tokio::sync::Semaphore;

pub use axum::Router;
pub use entrance::{Arrived, Entrance, serve};
pub use limit::Limits;
pub use rights::{Right, may, may_command};
pub use routes::{Served, served};
pub use threads::runtime;
pub use tls::{Tls, TlsError};

/// Largest body of a request, in bytes. The largest honest one is a command that defines a kit.
pub const BODY_LIMIT: usize = 64 * 1024;
/// Passwords that may wait for the one hash that is made at a time; whoever comes on top is told to wait.
const SIGNING_IN: usize = 8;
/// Most listeners of one stream, where nothing else is set.
pub const STREAMS: usize = 10_240;

/// How the web is set up at this station.
#[derive(Clone)]
pub struct Settings {
    /// Whether a browser on this very machine is the desk's own screen.
    pub desk: bool,
    /// Names under which the pages may be asked for; localhost and the address that was called always may.
    pub hosts: Vec<String>,
    /// The site is reached by HTTPS only, through a proxy: cookies are marked so. Our own TLS does so by itself.
    pub https: bool,
    /// Requests that one peer may make.
    pub limits: Limits,
    /// Most listeners of one stream of events; who comes then is told to come again.
    pub streams: usize,
    /// The demo's hands, where there are any.
    pub stage: Option<Arc<dyn Stage>>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            desk: true,
            hosts: Vec::new(),
            https: false,
            limits: Limits::default(),
            streams: STREAMS,
            stage: None,
        }
    }
}

/// What every handler may reach.
#[derive(Clone)]
pub struct App(Arc<Shared>);

/// The state of the web: nothing in it is true, all of it can be made again.
pub struct Shared {
    office: Arc<dyn Office>,
    settings: Settings,
    cache: cache::Cache,
    counters: metrics::Counters,
    kiosk: [hub::Hub; 2],
    feed: hub::Hub,
    /// What schools may hear of it.
    school_feed: hub::Hub,
    panel: pages::kiosk::PanelWatch,
    rate: limit::rate::Rate,
    attempts: limit::attempts::Attempts,
    /// One hash of a password at a time, and a queue that is short.
    hashing: Arc<Semaphore>,
    signing_in: Semaphore,
}

impl Deref for App {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

impl App {
    /// What is true now: the journal's end and this minute.
    fn stamp(&self, now: Moment) -> cache::Stamp {
        cache::Stamp {
            seq: self.office.head().seq,
            minute: now.timestamp().as_second().div_euclid(60),
        }
    }
}

/// All pages and the API. Serve it with [`serve`], which tells it who calls from where.
pub fn router(office: Arc<dyn Office>, settings: Settings) -> Router {
    let app = App(Arc::new(Shared {
        office,
        settings,
        cache: cache::Cache::default(),
        counters: metrics::Counters::default(),
        kiosk: Default::default(),
        feed: hub::Hub::default(),
        school_feed: hub::Hub::default(),
        panel: pages::kiosk::PanelWatch::default(),
        rate: Default::default(),
        attempts: Default::default(),
        hashing: Arc::new(Semaphore::new(1)),
        signing_in: Semaphore::new(SIGNING_IN),
    }));
    routes::mount()
        .fallback(|| async { problem::no_such_page() })
        .method_not_allowed_fallback(|| async { problem::method_not_allowed() })
        .layer(axum::middleware::from_fn_with_state(app.clone(), guard::edge))
        .with_state(app)
}
