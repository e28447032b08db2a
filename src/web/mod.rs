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
mod guard;
mod hub;
mod metrics;
pub mod page;
mod pages;
mod params;
mod problem;
mod rights;
mod routes;
mod words;

use crate::clock::Moment;
use crate::view::{Office, Stage};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::serve::ListenerExt;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;

pub use rights::{Right, may, may_command};
pub use routes::{Served, served};

/// Largest body of a request, in bytes. The largest honest one is a command that defines a kit.
pub const BODY_LIMIT: usize = 64 * 1024;
/// How long open requests may take when the server ends.
const GRACE: Duration = Duration::from_secs(3);

/// How the web is set up at this station.
#[derive(Clone)]
pub struct Settings {
    /// Whether a browser on this very machine is the desk's own screen.
    pub desk: bool,
    /// Further names of this machine under which the desk's own browser may call it; localhost always may.
    pub hosts: Vec<String>,
    /// The site is reached by HTTPS only, through a proxy: cookies are marked so.
    pub https: bool,
    /// The demo's hands, where there are any.
    pub stage: Option<Arc<dyn Stage>>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            desk: true,
            hosts: Vec::new(),
            https: false,
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
    panel: pages::kiosk::PanelWatch,
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
        panel: pages::kiosk::PanelWatch::default(),
    }));
    routes::mount()
        .fallback(|| async { problem::no_such_page() })
        .method_not_allowed_fallback(|| async { problem::method_not_allowed() })
        .layer(axum::middleware::from_fn_with_state(app.clone(), guard::edge))
        // Bodies are read by `guard::body`, which has its own limit and reads a little further.
        .layer(DefaultBodyLimit::disable())
        .with_state(app)
}

/// Serves until `shutdown` is over; then streams end at once, and open requests have three seconds.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let (close, closing) = watch::channel(false);
    let router = router.layer(axum::Extension(hub::Closing(closing.clone())));
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let closed = |mut closing: watch::Receiver<bool>| async move {
        // An error means that the sender is gone, which is an end too.
        let _ = closing.wait_for(|closed| *closed).await;
    };
    // A screen is one small write, and must not wait for the one before it to be acknowledged.
    let listener = listener.tap_io(|stream| {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!("a connection keeps its delay: {error}");
        }
    });
    let server = axum::serve(listener, service).with_graceful_shutdown(closed(closing.clone()));
    let end = async move {
        shutdown.await;
        // Nobody left to tell is no error.
        let _ = close.send(true);
        tokio::time::sleep(GRACE).await;
    };
    tokio::select! {
        result = server.into_future() => result,
        () = end => Ok(()),
    }
}
