//! Where connections come in: how many, how fast, encrypted or not.
//!
//! Knows: sockets, time-outs, sizes of heads. Must not know: routes, roles.

use super::hub::Closing;
use super::limit::connections::{Connections, Place};
use super::limit::{Limits, Peer};
use super::socket;
use super::tls::Tls;
use axum::Router;
use axum::extract::Request;
use axum::http::request::Parts;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc, watch};

/// How long open requests may take when the server ends.
const GRACE: Duration = Duration::from_secs(3);
/// Most headers of a request.
const HEADERS: usize = 64;
/// Largest head of a request, its first line included, in bytes.
const HEAD: usize = 16 * 1024;
/// What is read ahead of a connection, in bytes; a body is taken in pieces of it.
const BUFFER: usize = 64 * 1024;
/// A listener that gets no file descriptors rests for so long.
const REST: Duration = Duration::from_millis(100);
/// Connections that are told that there is no place, at a time; more are just closed.
const TOLD: usize = 32;
/// How long a connection for which there is no place is listened to, so that it hears why.
const TOLD_TIME: Duration = Duration::from_secs(1);

const NO_PLACE: &[u8] = "HTTP/1.1 503 Service Unavailable\r\n\
    Content-Type: text/plain; charset=utf-8\r\n\
    Content-Length: 153\r\n\
    Retry-After: 10\r\n\
    Cache-Control: no-store\r\n\
    Connection: close\r\n\r\n\
    Слишком много соединений. Повторите через десять секунд.\n\
    Too many connections. Try again in ten seconds.\n"
    .as_bytes();

/// How connections are let in.
#[derive(Clone, Debug, Default)]
pub struct Entrance {
    pub limits: Limits,
    /// None: not encrypted.
    pub tls: Option<Tls>,
}

/// How the requests of a connection arrive; each of them carries it along.
pub struct Arrived {
    /// Who calls.
    pub from: IpAddr,
    /// The address of ours that was called.
    pub at: IpAddr,
    pub encrypted: bool,
    pub closing: Closing,
}

impl Arrived {
    /// What a request needs that is handed in without a socket.
    pub fn plainly(from: IpAddr, at: IpAddr) -> Arc<Self> {
        Arc::new(Self {
            from,
            at,
            encrypted: false,
            closing: Closing(watch::channel(false).1),
        })
    }

    /// None in a test without a socket.
    pub fn of(parts: &Parts) -> Option<&Self> {
        parts.extensions.get::<Arc<Self>>().map(Arc::as_ref)
    }
}

/// Serves until `shutdown` is over; then streams end at once, and open requests have three seconds.
///
/// # Errors
/// The listener has no address, which the system should give it.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    entrance: Entrance,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let (close, closing) = watch::channel(false);
    let connections = Connections::new(entrance.limits.clone());
    let told = Arc::new(Semaphore::new(TOLD));
    // Every connection holds a sender; when the last one is dropped, all are over.
    let (open, mut all_over) = mpsc::channel::<()>(1);
    let mut shutdown = pin!(shutdown);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut shutdown => break,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Nearly always: too many open files. The kernel keeps callers waiting meanwhile.
                tracing::warn!("no connection could be taken: {error}");
                tokio::time::sleep(REST).await;
                continue;
            }
        };
        let Some(place) = connections.admit(Peer::from(peer.ip())) else {
            refuse(stream, entrance.tls.is_some(), &told);
            continue;
        };
        let connection = Connection {
            router: router.clone(),
            head: entrance.limits.head(),
            tls: entrance.tls.clone(),
            peer,
            closing: closing.clone(),
            _place: place,
            _open: open.clone(),
        };
        tokio::spawn(connection.serve(stream));
    }
    drop(listener);
    drop(open);
    // Nobody left to tell is no error.
    let _ = close.send(true);
    let _ = tokio::time::timeout(GRACE, all_over.recv()).await;
    Ok(())
}

/// Says that there is no place, if that can be said quickly.
fn refuse(mut stream: TcpStream, encrypted: bool, told: &Arc<Semaphore>) {
    let Ok(permit) = Arc::clone(told).try_acquire_owned() else {
        return;
    };
    if encrypted {
        return;
    }
    tokio::spawn(async move {
        let tell = async {
            stream.write_all(NO_PLACE).await?;
            stream.shutdown().await?;
            // Closing with something unread would take the answer back; so it is read away.
            let mut rest = [0; 1024];
            while stream.read(&mut rest).await? > 0 {}
            Ok::<_, io::Error>(())
        };
        let _ = tokio::time::timeout(TOLD_TIME, tell).await;
        drop(permit);
    });
}

struct Connection {
    router: Router,
    head: Duration,
    tls: Option<Tls>,
    peer: SocketAddr,
    closing: watch::Receiver<bool>,
    _place: Place,
    _open: mpsc::Sender<()>,
}

impl Connection {
    async fn serve(self, stream: TcpStream) {
        socket::set_up(&stream);
        let Ok(at) = stream.local_addr() else { return };
        let arrived = Arrived {
            from: self.peer.ip(),
            at: at.ip().to_canonical(),
            encrypted: self.tls.is_some(),
            closing: Closing(self.closing.clone()),
        };
        match &self.tls {
            None => self.speak(stream, arrived).await,
            Some(tls) => match tokio::time::timeout(self.head, tls.acceptor().accept(stream)).await {
                Ok(Ok(stream)) => self.speak(stream, arrived).await,
                Ok(Err(error)) => tracing::debug!("a connection was not encrypted: {error}"),
                Err(_) => tracing::debug!("a connection took too long to be encrypted"),
            },
        }
    }

    async fn speak<S>(&self, stream: S, arrived: Arrived)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let inner = TowerToHyperService::new(self.router.clone());
        let arrived = Arc::new(arrived);
        let service = service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(Arc::clone(&arrived));
            inner.call(request)
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(self.head)
            .max_headers(HEADERS)
            .max_header_size(HEAD)
            .max_buf_size(BUFFER)
            .serve_connection(TokioIo::new(stream), service);
        let mut connection = pin!(connection);
        let mut closing = self.closing.clone();
        let closed = async move {
            // An error means that the sender is gone, which is an end too.
            let _ = closing.wait_for(|closed| *closed).await;
        };
        let done = tokio::select! {
            biased;
            done = &mut connection => done,
            () = closed => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        if let Err(error) = done {
            tracing::debug!("a connection ended early: {error}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answer_without_a_place_has_the_length_that_it_says() {
        let text = std::str::from_utf8(NO_PLACE).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        assert!(
            head.contains(&format!("Content-Length: {}\r\n", body.len())),
            "{}",
            body.len()
        );
    }
}
