//! Memory under abuse: a server in a process of its own, and the most of it that has ever been resident.
//!
//! Each kind of abuse is sent once to warm the server up, and then again and again; the peak may not grow with it. So that
//! the default run is short, that is 600 requests of each kind; to send 10,000 of each, as the figures in `SECURITY.md` were measured:
//!
//! ```sh
//! MEMORY_REQUESTS=10000 cargo test --test memory -- --nocapture
//! ```

#![cfg(target_os = "linux")]
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "tests"
)]

use std::io::{BufRead as _, BufReader, Read as _};
use std::net::{Ipv4Addr, SocketAddr};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use webhook_runtime::openai::OpenAi;
use webhook_runtime::testing::{SignedDelivery, Signer, TEST_SECRET};
use webhook_runtime::{Clock as _, Endpoint, SystemClock, WebhookRouter, on};

/// How many requests of each kind are sent, beside those that warm up.
const REQUESTS: usize = 600;
/// How many are sent at a time: below what a process may have open on any machine.
const AT_A_TIME: usize = 200;
/// Fewer of those that fill the limit of 1 MiB.
const LARGE_AT_A_TIME: usize = 20;
/// How much the peak may grow between the first requests of a kind and the last, in KiB: allocators round up.
const FLAT: u64 = 16 * 1024;
/// The same where bodies fill the limit: how many of the buffers of [`LARGE_AT_A_TIME`] grow at the same moment, and
/// are there twice over, is chance.
const FLAT_LARGE: u64 = 40 * 1024;
/// What the process may have resident at all, while it reads so many bodies of up to the limit.
const MOST: u64 = 160 * 1024;

const ADDRESS: &str = "address: ";

#[on("never.sent", unlisted)]
async fn never() {}

#[derive(WebhookRouter)]
#[webhook(provider = OpenAi, handlers(never))]
struct App;

/// Not a test: the other process, which serves until its standard input ends.
#[test]
#[ignore = "the server of the other test"]
fn serves() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let endpoint = Endpoint::builder(App)
        .secret(TEST_SECRET)
        .body_timeout(Duration::from_secs(1))
        .build()
        .unwrap();
    runtime.spawn(async move {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        println!("\n{ADDRESS}{}", listener.local_addr().unwrap());
        let web = axum::Router::new().route_service("/", endpoint);
        axum::serve(listener, web).await
    });
    std::io::stdin().read_to_end(&mut Vec::new()).unwrap();
}

struct Server {
    child: Child,
    address: SocketAddr,
    /// Open until the server is to end.
    _stdin: ChildStdin,
}

impl Server {
    fn start() -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "serves", "--ignored", "--nocapture"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let stdin = child.stdin.take().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap())
            .lines()
            .map_while(Result::ok);
        let address = lines
            .find_map(|line| line.strip_prefix(ADDRESS)?.parse().ok())
            .expect("it says where it listens");
        // The harness that it runs in goes on to print.
        std::thread::spawn(move || lines.for_each(drop));
        Self {
            child,
            address,
            _stdin: stdin,
        }
    }

    /// Forgets the peak, so that each kind of abuse has one of its own.
    fn forget_peak(&self) {
        let path = format!("/proc/{}/clear_refs", self.child.id());
        std::fs::write(path, "5").expect("Linux lets the parent do it");
    }

    /// The most that has been resident since, in KiB.
    fn peak(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let peak = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse().ok());
        peak.expect("Linux tells it")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// A delivery with an id of its own, and an event type of its own that is long enough to be missed.
fn signed(number: usize) -> SignedDelivery {
    let long = "x".repeat(50_000);
    let body = format!(r#"{{"type":"made.up_{number}_{long}","data":{{}}}}"#);
    let signer = Signer::default().id(&format!("msg_{number}"));
    signer.at(SystemClock.now()).sign(body)
}

/// A head that is refused by nothing but its length.
fn head(delivery: &SignedDelivery, length: &str) -> Vec<u8> {
    let mut head = format!("POST / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{length}\r\n");
    for (name, value) in &delivery.headers {
        head.push_str(&format!("{name}: {}\r\n", value.to_str().unwrap()));
    }
    head.push_str("\r\n");
    head.into_bytes()
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    /// Says that it is too large, and begins to send.
    Declared,
    /// Does not say it, and sends more than the limit.
    Chunked,
    /// Sends a byte now and then, until it is answered.
    Trickling,
    /// The same without a good header.
    TricklingForged,
    /// Authentic, of another id and an event type that nobody has heard of.
    MadeUp,
}

impl Kind {
    const ALL: [Self; 5] = [
        Self::Declared,
        Self::Chunked,
        Self::Trickling,
        Self::TricklingForged,
        Self::MadeUp,
    ];

    const fn at_a_time(self) -> usize {
        match self {
            Self::Chunked => LARGE_AT_A_TIME,
            _ => AT_A_TIME,
        }
    }

    const fn flat(self) -> u64 {
        match self {
            Self::Chunked => FLAT_LARGE,
            _ => FLAT,
        }
    }

    const fn status(self) -> u16 {
        match self {
            Self::Declared | Self::Chunked => 413,
            Self::Trickling => 408,
            Self::TricklingForged => 400,
            Self::MadeUp => 200,
        }
    }

    /// The status of one request; none if the answer was lost with the connection, as TCP has it.
    async fn send(self, server: SocketAddr, number: usize) -> Option<u16> {
        let mut delivery = signed(number);
        let mut connection = TcpStream::connect(server).await.unwrap();
        let (mut reads, mut writes) = connection.split();
        let answer = async {
            let mut answer = Vec::new();
            let _ = reads.read_to_end(&mut answer).await;
            std::str::from_utf8(answer.get(9..12)?).ok()?.parse().ok()
        };
        let send = async {
            // The server may answer and hang up before all is sent.
            match self {
                Self::Declared => {
                    let _ = writes
                        .write_all(&head(&delivery, "content-length: 2000000"))
                        .await;
                    let _ = writes.write_all(&[b' '; 64 * 1024]).await;
                }
                Self::Chunked => {
                    let _ = writes
                        .write_all(&head(&delivery, "transfer-encoding: chunked"))
                        .await;
                    let chunk = [b"10000\r\n".as_slice(), &[b' '; 0x10000], b"\r\n"].concat();
                    let body = [chunk.repeat(17).as_slice(), b"0\r\n\r\n"].concat();
                    let _ = writes.write_all(&body).await;
                }
                Self::Trickling | Self::TricklingForged => {
                    if matches!(self, Self::TricklingForged) {
                        delivery.headers.remove("webhook-signature");
                    }
                    let _ = writes
                        .write_all(&head(&delivery, "content-length: 1000"))
                        .await;
                    while writes.write_all(b" ").await.is_ok() {
                        tokio::time::sleep(Duration::from_millis(50)).await;
                    }
                }
                Self::MadeUp => {
                    let length = format!("content-length: {}", delivery.body.len());
                    let _ = writes.write_all(&head(&delivery, &length)).await;
                    let _ = writes.write_all(&delivery.body).await;
                }
            }
            std::future::pending::<()>().await;
        };
        tokio::select! {
            status = answer => status,
            () = send => None,
        }
    }

    /// Sends so many at a time, each with another number.
    async fn send_all(self, server: SocketAddr, numbers: std::ops::Range<usize>) -> Sent {
        let mut sent = Sent::default();
        let numbers: Vec<usize> = numbers.collect();
        for some in numbers.chunks(self.at_a_time()) {
            let tasks: Vec<_> = some
                .iter()
                .map(|number| tokio::spawn(self.send(server, *number)))
                .collect();
            for task in tasks {
                match task.await.unwrap() {
                    Some(status) => {
                        assert_eq!(status, self.status(), "{self:?}");
                        sent.answered += 1;
                    }
                    None => sent.lost += 1,
                }
            }
        }
        sent
    }
}

#[derive(Default)]
struct Sent {
    answered: usize,
    lost: usize,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_peak_does_not_grow_with_the_number_of_requests() {
    let requests = match std::env::var("MEMORY_REQUESTS") {
        Ok(text) => text.parse().expect("MEMORY_REQUESTS is a number"),
        Err(_) => REQUESTS,
    };
    let server = Server::start();
    let at_rest = server.peak();
    println!("at rest: {at_rest} KiB");
    for kind in Kind::ALL {
        let warm = 2 * kind.at_a_time();
        server.forget_peak();
        kind.send_all(server.address, 0..warm).await;
        let before = server.peak();
        server.forget_peak();
        let began = std::time::Instant::now();
        let sent = kind.send_all(server.address, warm..warm + requests).await;
        let after = server.peak();
        println!(
            "{kind:?}: {requests} requests in {:?}, {} answered with {}; peak {before} KiB before, {after} KiB after",
            began.elapsed(),
            sent.answered,
            kind.status(),
        );
        assert!(after <= MOST, "{kind:?}: {after} KiB");
        assert!(
            after <= before + kind.flat(),
            "{kind:?}: from {before} to {after} KiB"
        );
        // An answer may be lost where the sender still sends; not more than a few are.
        assert!(
            sent.lost * 2 <= sent.answered,
            "{kind:?}: {} lost",
            sent.lost
        );
    }
    // It still serves.
    let good = Kind::MadeUp.send(server.address, usize::MAX).await;
    assert_eq!(good, Some(200));
}
