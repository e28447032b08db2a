//! What is asked of a connection's socket, so that a peer that takes nothing costs little and not for ever.
//!
//! Knows: socket options. Must not know: what goes over them.

use rustix::net::sockopt::{set_socket_send_buffer_size, set_tcp_user_timeout};
use std::io;
use std::time::Duration;
use tokio::net::TcpStream;

/// What the system holds for one peer that is slow; it takes about twice as much for its own book-keeping.
/// Left alone, it would grow to megabytes for each page that a sleeping tablet has open.
const SEND_BUFFER: usize = 64 * 1024;

/// How long a peer may take nothing of what was sent, be it gone without a word or just not reading, before the system
/// ends the connection. A page whose line was dead for this long has asked anew already.
const STALLED: Duration = Duration::from_secs(30);

/// Sets up a connection that was just accepted.
pub fn set_up(stream: &TcpStream) {
    let all = || -> io::Result<()> {
        // A screen is one small write, and must not wait for the one before it to be acknowledged.
        stream.set_nodelay(true)?;
        set_socket_send_buffer_size(stream, SEND_BUFFER)?;
        let stalled = u32::try_from(STALLED.as_millis()).unwrap_or(u32::MAX);
        set_tcp_user_timeout(stream, stalled)?;
        Ok(())
    };
    if let Err(error) = all() {
        tracing::debug!("a connection stays as the system made it: {error}");
    }
}
