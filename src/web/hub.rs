//! One stream for many listeners: each frame is made once and shared; who is slow gets the newest state, never a queue.
//!
//! Knows: frames of server-sent events. Must not know: what stands in them (see [`Source`]).
//!
//! Listeners sit in rows. A frame goes from row to row with a rest after each, so that ten thousand open pages take a
//! share of the machine and never all of it; what changes meanwhile is told once, in the next round. A listener that
//! does not take its frames holds one place in its connection and nothing here; the connection ends by itself when
//! its peer takes nothing for long (see `socket`).

use super::App;
use super::problem::{self, Problem};
use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{broadcast, watch};
use tokio_stream::wrappers::{BroadcastStream, WatchStream};
use tokio_stream::{Stream, StreamExt};

/// Frames that a listener may be behind before it gets the newest state instead.
const BEHIND: usize = 16;
/// Listeners that are told at once.
const ROW: usize = 256;
/// What a listener costs the machine for each frame, with room for everything else beside it.
const REST: Duration = Duration::from_micros(40);
/// How often a source is asked whether something changed that no screen tells.
const LOOK_AGAIN: Duration = Duration::from_secs(1);
/// A sign of life; kiosks take three missing ones for a broken line.
const BREATH: Duration = Duration::from_secs(10);

/// Makes the frames of one stream.
pub trait Source: Send + 'static {
    /// The frame that a new listener gets first, or one that fell behind; it repeats and never plays a cue.
    fn now(&mut self, app: &App) -> Bytes;
    /// What changed since the last call, if anything.
    fn next(&mut self, app: &App) -> Option<Bytes>;
}

/// Set when the server ends: streams end with it instead of keeping it alive.
#[derive(Clone, Debug)]
pub struct Closing(pub watch::Receiver<bool>);

struct Live {
    rows: Vec<broadcast::Sender<Bytes>>,
    source: Box<dyn Source>,
    /// The state as it is now, made for the first who asked; thousands of pages may open in one second.
    whole: Option<Bytes>,
}

impl Live {
    fn listeners(&self) -> usize {
        self.rows.iter().map(broadcast::Sender::receiver_count).sum()
    }

    /// A place in the first row that has one.
    fn sit(&mut self) -> broadcast::Receiver<Bytes> {
        match self.rows.iter().find(|row| row.receiver_count() < ROW) {
            Some(row) => row.subscribe(),
            None => {
                let (row, receiver) = broadcast::channel(BEHIND);
                self.rows.push(row);
                receiver
            }
        }
    }

    fn whole(&mut self, app: &App) -> Bytes {
        self.whole.get_or_insert_with(|| self.source.now(app)).clone()
    }
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
        let (hub, of) = (self.clone(), app.clone());
        let frames = move |frame: Result<Bytes, _>| match frame {
            Ok(frame) => Some(Ok(frame)),
            // Behind by more than the row keeps: what was missed is in the newest state.
            Err(_) => hub.lock().as_mut().map(|live| Ok(live.whole(&of))),
        };
        let rest = BroadcastStream::new(receiver).map_while(frames);
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
        self.lock().as_ref().map_or(0, Live::listeners)
    }

    fn lock(&self) -> MutexGuard<'_, Option<Live>> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn join<S: Source>(
        &self,
        app: &App,
        source: impl FnOnce() -> S,
    ) -> Result<(Bytes, broadcast::Receiver<Bytes>), Problem> {
        let mut live = self.lock();
        if let Some(live) = live.as_mut() {
            return match live.listeners() < app.settings.streams {
                true => Ok((live.whole(app), live.sit())),
                false => Err(problem::too_many_streams()),
            };
        }
        let mut new = Live {
            rows: Vec::new(),
            source: Box::new(source()),
            whole: None,
        };
        let (now, receiver) = (new.whole(app), new.sit());
        *live = Some(new);
        let hub = self.clone();
        let app = app.clone();
        tokio::spawn(async move { hub.run(app).await });
        Ok((now, receiver))
    }

    /// Sends what changes until nobody listens.
    async fn run(self, app: App) {
        let mut screen = app.office.screen();
        let mut look = tokio::time::interval(LOOK_AGAIN);
        look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut breath = tokio::time::interval(BREATH);
        breath.reset();
        loop {
            let breathes = tokio::select! {
                changed = screen.changed() => match changed {
                    Ok(()) => false,
                    // The service is gone; listeners learn it from the end of the stream.
                    Err(_) => break *self.lock() = None,
                },
                _ = look.tick() => false,
                _ = breath.tick() => true,
            };
            let Some(frame) = self.frame(&app, breathes) else {
                break;
            };
            if let Some(frame) = frame {
                self.send(frame).await;
            }
        }
    }

    /// What there is to tell, if anything; none at all when nobody listens any more.
    fn frame(&self, app: &App, breathes: bool) -> Option<Option<Bytes>> {
        let mut slot = self.lock();
        let live = slot.as_mut()?;
        if live.listeners() == 0 {
            *slot = None;
            return None;
        }
        live.whole = None;
        Some(match breathes {
            true => Some(Bytes::from_static(b"event: breath\ndata: {}\n\n")),
            false => live.source.next(app),
        })
    }

    /// Tells row after row.
    async fn send(&self, frame: Bytes) {
        let mut number = 0;
        loop {
            let told = {
                let slot = self.lock();
                let Some(row) = slot.as_ref().and_then(|live| live.rows.get(number)) else {
                    return;
                };
                // Fails only without listeners: an empty row.
                row.send(frame.clone()).unwrap_or(0)
            };
            number += 1;
            let rest = REST.saturating_mul(u32::try_from(told).unwrap_or(u32::MAX));
            // One page at the desk is not kept waiting for its own frame.
            if rest >= Duration::from_millis(1) {
                tokio::time::sleep(rest).await;
            }
        }
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
