//! The other side: pages that watch, some of them slowly and some not at all; clients that ask and that post commands.

use crate::fixture::{ITEMS, badge, item};
use crate::hand;
use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::{Semaphore, mpsc};

/// What a load consists of.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// All open streams, the slow and the dead among them.
    pub streams: usize,
    /// Pages that read a few bytes a second.
    pub slow: usize,
    /// Pages that never read what they asked for.
    pub dead: usize,
    /// Requests a second.
    pub requests: usize,
    /// Clients that post one command after the other.
    pub orderers: usize,
    pub seconds: usize,
}

impl Default for Wanted {
    fn default() -> Self {
        Self {
            streams: 10_000,
            slow: 300,
            dead: 200,
            requests: 500,
            orderers: 50,
            seconds: 15,
        }
    }
}

impl Wanted {
    /// Pages that read what comes.
    pub fn live(&self) -> usize {
        self.streams.saturating_sub(self.slow + self.dead)
    }

    pub fn arguments(&self, address: SocketAddr) -> [String; 7] {
        let numbers = [
            self.streams,
            self.slow,
            self.dead,
            self.requests,
            self.orderers,
            self.seconds,
        ];
        let [a, b, c, d, e, f] = numbers.map(|number| number.to_string());
        [address.to_string(), a, b, c, d, e, f]
    }

    pub fn read(arguments: &[String]) -> (SocketAddr, Self) {
        let number = |at: usize| arguments[at].parse().expect("a number");
        let wanted = Self {
            streams: number(1),
            slow: number(2),
            dead: number(3),
            requests: number(4),
            orderers: number(5),
            seconds: number(6),
        };
        (arguments[0].parse().expect("an address"), wanted)
    }
}

/// What the clients saw.
#[derive(Debug, Default)]
pub struct Report {
    pub frames: u64,
    /// Live pages that know the journal's last number in the end.
    pub learnt: usize,
    /// Slow pages whose connection stands.
    pub slow: usize,
    /// Dead ones that the server let go.
    pub dropped: usize,
    pub asked: u64,
    pub asked_wrong: u64,
    pub median_us: u64,
    pub p99_us: u64,
    pub ordered: u64,
    pub ordered_wrong: u64,
}

impl Report {
    pub fn read(line: &str) -> Self {
        let n: Vec<u64> = line.split(' ').map(|n| n.parse().expect("a number")).collect();
        Self {
            frames: n[0],
            learnt: n[1] as usize,
            slow: n[2] as usize,
            dropped: n[3] as usize,
            asked: n[4],
            asked_wrong: n[5],
            median_us: n[6],
            p99_us: n[7],
            ordered: n[8],
            ordered_wrong: n[9],
        }
    }
}

#[derive(Default)]
struct Seen {
    open: AtomicUsize,
    frames: AtomicU64,
    slow: AtomicUsize,
    asked: AtomicU64,
    asked_wrong: AtomicU64,
    ordered: AtomicU64,
    ordered_wrong: AtomicU64,
    over: AtomicBool,
}

/// Runs as the clients' process: says when all pages are open, waits for a line, makes its load, and reports.
pub fn run((address, wanted): &(SocketAddr, Wanted)) {
    // In life they run on machines of their own: where this one is short, the server goes first.
    let _ = rustix::process::setpriority_process(None, 5);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("threads");
    runtime.block_on(clients(*address, wanted));
}

async fn clients(address: SocketAddr, wanted: &Wanted) {
    let seen = Arc::new(Seen::default());
    let began = Instant::now();
    let heads = open_all(address, wanted, &seen).await;
    println!(
        "{} streams open after {:.1} s",
        wanted.streams,
        began.elapsed().as_secs_f64()
    );
    let _ = line().await;

    let (told, mut times) = mpsc::unbounded_channel();
    let askers = 10;
    for n in 0..askers {
        tokio::spawn(ask(
            address,
            n,
            askers,
            wanted.requests,
            Arc::clone(&seen),
            told.clone(),
        ));
    }
    drop(told);
    for n in 0..wanted.orderers {
        tokio::spawn(order(address, n, wanted.orderers, Arc::clone(&seen)));
    }
    tokio::time::sleep(Duration::from_secs(wanted.seconds as u64)).await;
    seen.over.store(true, Relaxed);
    let mut asked = Vec::new();
    while let Some(time) = times.recv().await {
        asked.push(time);
    }
    asked.sort_unstable();
    println!("over");
    let last: u64 = line().await.trim().parse().expect("the last number");
    // Whatever was on its way arrives.
    let began = Instant::now();
    let learnt = || heads.iter().filter(|head| head.load(Relaxed) >= last).count();
    while learnt() < wanted.live() && began.elapsed() < Duration::from_secs(15) {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let at = |percent: usize| {
        asked
            .get((asked.len() * percent / 100).min(asked.len().saturating_sub(1)))
            .copied()
            .unwrap_or(0)
    };
    let standing = established(address);
    let dropped = (wanted.streams + askers + wanted.orderers)
        .saturating_sub(standing)
        .min(wanted.dead);
    println!(
        "{} {} {} {} {} {} {} {} {} {}",
        seen.frames.load(Relaxed),
        learnt(),
        seen.slow.load(Relaxed),
        dropped,
        seen.asked.load(Relaxed),
        seen.asked_wrong.load(Relaxed),
        at(50),
        at(99),
        seen.ordered.load(Relaxed),
        seen.ordered_wrong.load(Relaxed)
    );
    let _ = std::io::stdout().flush();
    std::process::exit(0);
}

/// A line of the process that measures.
async fn line() -> String {
    let read = || std::io::stdin().lines().next().and_then(Result::ok);
    tokio::task::spawn_blocking(read)
        .await
        .ok()
        .flatten()
        .expect("a line")
}

/// Connections of this process that the system still calls established.
fn established(address: SocketAddr) -> usize {
    let table = std::fs::read_to_string("/proc/net/tcp").unwrap_or_default();
    let port = format!(":{:04X}", address.port());
    let ours = |line: &&str| {
        let mut cells = line.split_whitespace().skip(2);
        cells.next().is_some_and(|remote| remote.ends_with(&port)) && cells.next() == Some("01")
    };
    table.lines().filter(ours).count()
}

async fn connect(address: SocketAddr, n: usize, small: bool) -> TcpStream {
    for _ in 0..100 {
        let socket = TcpSocket::new_v4().expect("a file");
        if small {
            socket.set_recv_buffer_size(2048).expect("a size");
        }
        // Several addresses of this machine, so that its ports suffice.
        let from = Ipv4Addr::new(127, 0, 0, 2 + (n % 4) as u8);
        socket.bind(SocketAddr::from((from, 0))).expect("a port");
        if let Ok(stream) = socket.connect(address).await {
            return stream;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("no connection");
}

/// Opens all pages; gives the last number that each live one has learnt.
async fn open_all(address: SocketAddr, wanted: &Wanted, seen: &Arc<Seen>) -> Vec<Arc<AtomicU64>> {
    // As many as would come in a rush, not as many as there are.
    let door = Arc::new(Semaphore::new(64));
    let mut heads = Vec::new();
    for n in 0..wanted.streams {
        let place = Arc::clone(&door).acquire_owned().await.expect("a place");
        let (dead, slow) = (n < wanted.dead, n < wanted.dead + wanted.slow);
        let head = Arc::new(AtomicU64::new(0));
        if !slow {
            heads.push(Arc::clone(&head));
        }
        let seen = Arc::clone(seen);
        tokio::spawn(async move {
            let mut stream = connect(address, n, slow).await;
            stream
                .write_all(b"GET /api/v1/stream HTTP/1.1\r\nHost: localhost\r\n\r\n")
                .await
                .expect("a connection");
            if dead {
                seen.open.fetch_add(1, Relaxed);
                drop(place);
                return std::future::pending::<()>().await;
            }
            watch(stream, slow, &head, &seen, place).await;
        });
    }
    while seen.open.load(Relaxed) < wanted.streams {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    heads
}

async fn watch(
    mut stream: TcpStream,
    slow: bool,
    head: &AtomicU64,
    seen: &Seen,
    place: tokio::sync::OwnedSemaphorePermit,
) {
    let mut place = Some(place);
    let mut bytes = [0; 512];
    let most = if slow { 40 } else { bytes.len() };
    loop {
        let Ok(read @ 1..) = stream.read(&mut bytes[..most]).await else {
            if slow {
                seen.slow.fetch_sub(1, Relaxed);
            }
            return;
        };
        if place.take().is_some() {
            seen.open.fetch_add(1, Relaxed);
            seen.slow.fetch_add(usize::from(slow), Relaxed);
        }
        if slow {
            tokio::time::sleep(Duration::from_secs(1)).await;
            continue;
        }
        // A frame is one small write, and arrives whole.
        let text = &bytes[..read];
        if let Some(at) = text.windows(6).rposition(|w| w == b"\"seq\":") {
            let digits = text[at + 6..].iter().take_while(|byte| byte.is_ascii_digit());
            let seq = digits.fold(0, |n, byte| n * 10 + u64::from(byte - b'0'));
            head.fetch_max(seq, Relaxed);
            seen.frames.fetch_add(1, Relaxed);
        }
    }
}

/// A kept-alive connection and what is left of an answer.
struct Talk(TcpStream, Vec<u8>);

impl Talk {
    async fn ask(&mut self, request: &[u8]) -> Option<u16> {
        self.0.write_all(request).await.ok()?;
        self.1.clear();
        loop {
            if self.0.read_buf(&mut self.1).await.ok()? == 0 {
                return None;
            }
            let Some(end) = self.1.windows(4).position(|w| w == b"\r\n\r\n") else {
                continue;
            };
            let head = String::from_utf8_lossy(&self.1[..end]).to_ascii_lowercase();
            let length = head.lines().find_map(|l| l.strip_prefix("content-length: "))?;
            let length: usize = length.trim().parse().ok()?;
            if self.1.len() >= end + 4 + length {
                return head.split(' ').nth(1)?.parse().ok();
            }
        }
    }
}

/// What people and programs look at, in turn.
const PATHS: [&str; 8] = [
    "/",
    "/api/v1/availability",
    "/api/v1/items?limit=20",
    "/api/v1/loans?limit=20",
    "/healthz",
    "/api/v1/items/%D0%A2%D0%A0-0007",
    "/metrics",
    "/items",
];

async fn ask(
    address: SocketAddr,
    n: usize,
    askers: usize,
    rate: usize,
    seen: Arc<Seen>,
    told: mpsc::UnboundedSender<u64>,
) {
    let mut talk = Talk(connect(address, n, false).await, Vec::new());
    let mut beat = tokio::time::interval(Duration::from_secs(askers as u64) / rate.max(1) as u32);
    for turn in n.. {
        beat.tick().await;
        if seen.over.load(Relaxed) {
            return;
        }
        let path = PATHS[turn % PATHS.len()];
        let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n\r\n");
        let began = Instant::now();
        let status = talk.ask(request.as_bytes()).await;
        let _ = told.send(began.elapsed().as_micros() as u64);
        seen.asked.fetch_add(1, Relaxed);
        if status != Some(200) {
            seen.asked_wrong.fetch_add(1, Relaxed);
            talk = Talk(connect(address, n, false).await, Vec::new());
        }
    }
}

/// Lends and takes back its own items, each command when the one before is answered and a moment has passed.
async fn order(address: SocketAddr, n: usize, orderers: usize, seen: Arc<Seen>) {
    let mut talk = Talk(connect(address, n, false).await, Vec::new());
    let share = (ITEMS - hand::ITEMS) / orderers.max(1);
    for turn in 0.. {
        let item = item(hand::ITEMS + n * share + turn % share);
        let out = format!(r#"{{"type":"check_out","item":"{item}","badge":"{}"}}"#, badge());
        let back = format!(r#"{{"type":"check_in","item":"{item}"}}"#);
        for (way, body) in [("out", out), ("back", back)] {
            if seen.over.load(Relaxed) {
                return;
            }
            let request = format!(
                "POST /api/v1/commands HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
                 Idempotency-Key: load-{n}-{turn}-{way}\r\nContent-Length: {}\r\n\r\n{body}",
                body.len()
            );
            let status = talk.ask(request.as_bytes()).await;
            seen.ordered.fetch_add(1, Relaxed);
            if status != Some(200) {
                seen.ordered_wrong.fetch_add(1, Relaxed);
                talk = Talk(connect(address, n, false).await, Vec::new());
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}
