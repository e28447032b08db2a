//! One stream for many listeners: each frame is made once and shared; who is slow is let go, never waited for.
//!
//! Knows: frames of server-sent events. Must not know: what stands in them (see [`Source`]).

use super::App;
use super::problem::{self, Problem};
use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{broadcast, watch};
use tokio_stream::wrappers::{BroadcastStream, WatchStream};
use tokio_stream::{Stream, StreamExt};

/// Frames that a listener may be behind before it is let go.
const BEHIND: usize = 64;
/// Most listeners of one hub.
const LISTENERS: usize = 256;
/// How often a source is asked whether something changed that no screen tells.
const LOOK_AGAIN: Duration = Duration::from_secs(1);
/// A sign of life; kiosks take three missing ones for a broken line.
const BREATH: Duration = Duration::from_secs(10);

/// Makes the frames of one stream.
pub trait Source: Send + 'static {
    /// The frame that a new listener gets first; it repeats and never plays a cue.
    fn now(&mut self, app: &App) -> Bytes;
    /// What changed since the last call, if anything.
    fn next(&mut self, app: &App) -> Option<Bytes>;
}

/// Set when the server ends: streams end with it instead of keeping it alive.
#[derive(Clone)]
pub struct Closing(pub watch::Receiver<bool>);

struct Live {
    sender: broadcast::Sender<Bytes>,
    source: Box<dyn Source>,
}

/// One stream. Its task runs only while somebody listens.
#[derive(Clone, Default)]
pub struct Hub {
    live: Arc<Mutex<Option<Live>>>,
}

/// An event with a name and JSON (or other text without line breaks) as its data.
pub fn event(name: &str, data: &str) -> String {
    format!("event: {name}\ndata: {data}\n\n")
}

impl Hub {
    /// A new listener: the answer to its request, whose body never ends by itself.
    pub fn listen<S: Source>(
        &self,
        app: &App,
        closing: Option<Closing>,
        source: impl FnOnce() -> S,
    ) -> Result<Response, Problem> {
        let (first, receiver) = self.join(app, source)?;
        let first = tokio_stream::once(Ok::<_, Infallible>(first));
        let rest = BroadcastStream::new(receiver).map_while(Result::ok).map(Ok);
        let body = match closing {
            Some(closing) => Body::from_stream(until(first.chain(rest), closing)),
            None => Body::from_stream(first.chain(rest)),
        };
        let mut response = Response::new(body);
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/event-stream"),
        );
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
        Ok(response)
    }

    /// How many listen now.
    pub fn listeners(&self) -> usize {
        let live = self.live.lock().unwrap_or_else(PoisonError::into_inner);
        live.as_ref().map_or(0, |live| live.sender.receiver_count())
    }

    fn join<S: Source>(
        &self,
        app: &App,
        source: impl FnOnce() -> S,
    ) -> Result<(Bytes, broadcast::Receiver<Bytes>), Problem> {
        let mut live = self.live.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(live) = live.as_mut() {
            return match live.sender.receiver_count() < LISTENERS {
                true => Ok((live.source.now(app), live.sender.subscribe())),
                false => Err(problem::too_many_streams()),
            };
        }
        let mut source = Box::new(source());
        let now = source.now(app);
        let (sender, receiver) = broadcast::channel(BEHIND);
        *live = Some(Live { sender, source });
        let hub = self.clone();
        let app = app.clone();
        tokio::spawn(async move { hub.run(app).await });
        Ok((now, receiver))
    }

    /// Sends what changes until nobody listens.
    async fn run(self, app: App) {
        let mut screen = app.office.screen();
        let mut look = tokio::time::interval(LOOK_AGAIN);
        let mut breath = tokio::time::interval(BREATH);
        breath.reset();
        loop {
            let breathes = tokio::select! {
                changed = screen.changed() => match changed {
                    Ok(()) => false,
                    // The service is gone; listeners learn it from the end of the stream.
                    Err(_) => break self.end(),
                },
                _ = look.tick() => false,
                _ = breath.tick() => true,
            };
            if !self.send(&app, breathes) {
                break;
            }
        }
    }

    /// Sends what is new, or a sign of life; false when nobody listens any more.
    fn send(&self, app: &App, breathes: bool) -> bool {
        let mut live = self.live.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(state) = live.as_mut() else { return false };
        if state.sender.receiver_count() == 0 {
            *live = None;
            return false;
        }
        let frame = match breathes {
            true => Some(Bytes::from_static(b"event: breath\ndata: {}\n\n")),
            false => state.source.next(app),
        };
        if let Some(frame) = frame {
            // Fails only without listeners, which is looked at above.
            let _ = state.sender.send(frame);
        }
        true
    }

    fn end(&self) {
        *self.live.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

/// The stream until it ends or the server closes.
fn until(
    stream: impl Stream<Item = Result<Bytes, Infallible>> + Send + 'static,
    closing: Closing,
) -> impl Stream<Item = Result<Bytes, Infallible>> + Send + 'static {
    let closed = WatchStream::from_changes(closing.0).map(|_| None);
    // A merged stream ends with the longer of the two; the mark at the end makes it end with either.
    let marked = stream.map(Some).chain(tokio_stream::once(None));
    marked.merge(closed).map_while(|frame| frame)
}
