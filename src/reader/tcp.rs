//! Readers on a network: the only file that opens a connection.
//!
//! Knows: how an address is written, connecting and reading with deadlines. Must not know: protocols.

use super::port::{Opener, Port, Trouble};
use crate::profile::Line;
use rustix::net::sockopt;
use std::{
    io::{self, ErrorKind, Read, Write},
    net::{TcpStream, ToSocketAddrs},
    path::Path,
    time::Duration,
};

/// How a network reader's path begins: `tcp:192.168.1.20`, `tcp:reader.local:5084`.
const PREFIX: &str = "tcp:";
/// The port of LLRP.
const DEFAULT_PORT: u16 = 5084;
/// Longest wait for a reader to take the call, for each address of its name.
const CONNECT_WAIT: Duration = Duration::from_secs(3);
/// Longest wait for a command to leave.
const WRITE_WAIT: Duration = Duration::from_secs(2);
/// A reader that lost its power says nothing; the system asks after so much silence, and gives up after three questions.
const ASK_AFTER: Duration = Duration::from_secs(5);
const ASK_EVERY: Duration = Duration::from_secs(2);
const ASK_TIMES: u32 = 3;

/// Whether a path is an address: whatever its profile says, such a path goes over the network.
pub fn is_address(path: &Path) -> bool {
    path.to_str().is_some_and(|path| path.starts_with(PREFIX))
}

/// Host and port of `tcp:HOST`, `tcp:HOST:PORT`, `HOST:PORT`, `tcp:[::1]:5084`.
fn address(path: &Path) -> Option<(String, u16)> {
    let text = path.to_str()?;
    let text = text.strip_prefix(PREFIX).unwrap_or(text);
    let (host, port) = match text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((host, "")) => (host, DEFAULT_PORT),
        Some((host, rest)) => (host, rest.strip_prefix(':')?.parse().ok()?),
        None => match text.split_once(':') {
            None => (text, DEFAULT_PORT),
            // Several colons without brackets: an address of the newer kind.
            Some((_, rest)) if rest.contains(':') => (text, DEFAULT_PORT),
            Some((host, port)) => (host, port.parse().ok()?),
        },
    };
    (!host.is_empty() && !host.contains(['/', ' ']) && port != 0).then(|| (host.to_owned(), port))
}

/// Opens connections.
pub struct Network;

impl Opener for Network {
    fn open(&mut self, path: &Path, _: &Line) -> Result<Box<dyn Port>, Trouble> {
        let (host, port) = address(path).ok_or_else(|| {
            Trouble::Other("a reader on the network is written tcp:HOST or tcp:HOST:PORT".into())
        })?;
        let silent = |error: io::Error| Trouble::Silent(error.to_string());
        let mut last = io::Error::new(ErrorKind::NotFound, "its name has no address");
        for address in (host.as_str(), port).to_socket_addrs().map_err(silent)? {
            match TcpStream::connect_timeout(&address, CONNECT_WAIT) {
                Ok(stream) => return Ok(Box::new(Connection::new(stream).map_err(silent)?)),
                Err(error) => last = error,
            }
        }
        Err(silent(last))
    }
}

struct Connection {
    stream: TcpStream,
    wait: Duration,
}

impl Connection {
    fn new(stream: TcpStream) -> io::Result<Self> {
        stream.set_nodelay(true)?;
        stream.set_write_timeout(Some(WRITE_WAIT))?;
        sockopt::set_socket_keepalive(&stream, true)?;
        sockopt::set_tcp_keepidle(&stream, ASK_AFTER)?;
        sockopt::set_tcp_keepintvl(&stream, ASK_EVERY)?;
        sockopt::set_tcp_keepcnt(&stream, ASK_TIMES)?;
        Ok(Self {
            stream,
            wait: Duration::ZERO,
        })
    }
}

impl Port for Connection {
    fn read(&mut self, buffer: &mut [u8], wait: Duration) -> Result<usize, Trouble> {
        if self.wait != wait {
            let wait = wait.max(Duration::from_millis(1));
            self.stream
                .set_read_timeout(Some(wait))
                .map_err(|error| Trouble::of(&error))?;
            self.wait = wait;
        }
        match self.stream.read(buffer) {
            Ok(0) => Err(Trouble::Hung),
            Ok(n) => Ok(n),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => Ok(0),
            Err(_) => Err(Trouble::Hung),
        }
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), Trouble> {
        self.stream.write_all(bytes).map_err(|error| Trouble::of(&error))
    }

    /// A connection stays with whom it was made.
    fn is_still_at(&self, _: &Path) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    #[test]
    fn addresses() {
        for (text, expected) in [
            ("tcp:192.168.1.20", Some(("192.168.1.20", 5084))),
            ("tcp:192.168.1.20:14150", Some(("192.168.1.20", 14150))),
            ("speedway-12.local", Some(("speedway-12.local", 5084))),
            ("tcp:[fe80::1]:5084", Some(("fe80::1", 5084))),
            ("tcp:[::1]", Some(("::1", 5084))),
            ("tcp:::1", Some(("::1", 5084))),
            ("tcp:", None),
            ("tcp:host:", None),
            ("tcp:host:0", None),
            ("tcp:host:99999", None),
            ("/dev/ttyUSB0", None),
        ] {
            let found = address(Path::new(text));
            assert_eq!(
                found.as_ref().map(|(host, port)| (host.as_str(), *port)),
                expected,
                "{text}"
            );
        }
        assert!(is_address(Path::new("tcp:host")) && !is_address(Path::new("/dev/tcp:0")));
    }

    #[test]
    fn a_connection_reads_waits_and_ends() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let path = format!("tcp:{}", listener.local_addr().unwrap());
        let mut port = Network.open(Path::new(&path), &Line::default()).unwrap();
        let (mut reader, _) = listener.accept().unwrap();
        let mut buffer = [0; 16];
        let short = Duration::from_millis(1);
        assert_eq!(port.read(&mut buffer, short), Ok(0), "silence is not the end");
        reader.write_all(b"abc").unwrap();
        assert_eq!(port.read(&mut buffer, Duration::from_secs(10)), Ok(3));
        port.write(b"de").unwrap();
        let mut heard = [0; 2];
        reader.read_exact(&mut heard).unwrap();
        assert_eq!(&heard, b"de");
        drop(reader);
        assert_eq!(
            port.read(&mut buffer, Duration::from_secs(10)),
            Err(Trouble::Hung)
        );
        drop(listener);
        let gone = Network.open(Path::new(&path), &Line::default()).err();
        assert!(matches!(gone, Some(Trouble::Silent(_))), "{gone:?}");
    }
}
