//! Peak memory of a server under abuse, measured in a process of its own.
//!
//! Each kind of abuse is sent to warm the server up, and then repeatedly; the peak of resident memory must not grow. A
//! default run sends 600 requests of each kind. The figures in `SECURITY.md` were measured with 10,000:
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

/// Number of requests of each kind, without those of the warm-up.
const REQUESTS: usize = 600;
/// Number of concurrent requests: below the limit of open files of any machine.
const CONCURRENCY: usize = 200;
/// Number of concurrent requests whose bodies fill the limit of 1 MiB.
const LARGE_CONCURRENCY: usize = 20;
/// Maximum growth of the peak between the first requests of a kind and the last, in KiB. Allocators round up.
const MAX_GROWTH: u64 = 16 * 1024;
/// Maximum growth of the peak where bodies fill the limit, in KiB. A buffer that grows exists twice for a moment, and how
/// many of the [`LARGE_CONCURRENCY`] buffers do so at once is chance.
const MAX_GROWTH_LARGE: u64 = 40 * 1024;
/// Maximum of resident memory, in KiB.
const MAX_PEAK: u64 = 160 * 1024;

const ADDRESS: &str = "address: ";

#[on("never.sent", unlisted)]
async fn never_sent() {}

#[derive(WebhookRouter)]
#[webhook(provider = OpenAi, handlers(never_sent))]
struct App;

/// Not a test: the server process, which runs until its standard input ends.
#[test]
#[ignore = "the server process of the test below"]
fn serve() {
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
    /// Open while the server runs.
    _stdin: ChildStdin,
}

impl Server {
    fn start() -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "serve", "--ignored", "--nocapture"])
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
            .expect("the server prints its address");
        // The test harness in the server process prints more lines.
        std::thread::spawn(move || lines.for_each(drop));
        Self {
            child,
            address,
            _stdin: stdin,
        }
    }

    /// Resets the peak, so that each kind of abuse has its own.
    fn reset_peak(&self) {
        let path = format!("/proc/{}/clear_refs", self.child.id());
        std::fs::write(path, "5").expect("Linux allows the parent process to reset it");
    }

    /// Returns the peak of resident memory since the reset, in KiB.
    fn peak(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let peak = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse().ok());
        peak.expect("Linux reports VmHWM")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Returns a delivery with an id and a long event type of its own. The type is long so that a leak shows.
fn signed(number: usize) -> SignedDelivery {
    let long = "x".repeat(50_000);
    let body = format!(r#"{{"type":"invented_{number}_{long}","data":{{}}}}"#);
    let signer = Signer::default().id(&format!("msg_{number}"));
    signer.at(SystemClock.now()).sign(body)
}

/// Returns a head that can be rejected only for its length.
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
    /// Declares a length over the limit, and begins to send.
    DeclaredTooLarge,
    /// Declares no length, and sends more than the limit.
    ChunkedTooLarge,
    /// Sends a byte now and then, until the response arrives.
    Slow,
    /// Sends a byte now and then, without a signature.
    SlowUnsigned,
    /// Authentic, with a new id and an event type that no catalog lists.
    UnlistedEvent,
}

impl Kind {
    const ALL: [Self; 5] = [
        Self::DeclaredTooLarge,
        Self::ChunkedTooLarge,
        Self::Slow,
        Self::SlowUnsigned,
        Self::UnlistedEvent,
    ];

    const fn batch_size(self) -> usize {
        match self {
            Self::ChunkedTooLarge => LARGE_CONCURRENCY,
            _ => CONCURRENCY,
        }
    }

    const fn max_growth(self) -> u64 {
        match self {
            Self::ChunkedTooLarge => MAX_GROWTH_LARGE,
            _ => MAX_GROWTH,
        }
    }

    const fn status(self) -> u16 {
        match self {
            Self::DeclaredTooLarge | Self::ChunkedTooLarge => 413,
            Self::Slow => 408,
            Self::SlowUnsigned => 400,
            Self::UnlistedEvent => 200,
        }
    }

    /// Sends a request and returns its status. Returns `None` if the connection was reset before the response was read.
    async fn send(self, server: SocketAddr, number: usize) -> Option<u16> {
        let mut delivery = signed(number);
        let mut connection = TcpStream::connect(server).await.unwrap();
        let (mut reads, mut writes) = connection.split();
        let response = async {
            let mut response = Vec::new();
            let _ = reads.read_to_end(&mut response).await;
            std::str::from_utf8(response.get(9..12)?).ok()?.parse().ok()
        };
        let send = async {
            // The server may respond and close the connection before everything is sent.
            match self {
                Self::DeclaredTooLarge => {
                    let _ = writes
                        .write_all(&head(&delivery, "content-length: 2000000"))
                        .await;
                    let _ = writes.write_all(&[b' '; 64 * 1024]).await;
                }
                Self::ChunkedTooLarge => {
                    let _ = writes
                        .write_all(&head(&delivery, "transfer-encoding: chunked"))
                        .await;
                    let chunk = [b"10000\r\n".as_slice(), &[b' '; 0x10000], b"\r\n"].concat();
                    let body = [chunk.repeat(17).as_slice(), b"0\r\n\r\n"].concat();
                    let _ = writes.write_all(&body).await;
                }
                Self::Slow | Self::SlowUnsigned => {
                    if matches!(self, Self::SlowUnsigned) {
                        delivery.headers.remove("webhook-signature");
                    }
                    let _ = writes
                        .write_all(&head(&delivery, "content-length: 1000"))
                        .await;
                    while writes.write_all(b" ").await.is_ok() {
                        tokio::time::sleep(Duration::from_millis(50)).await;
                    }
                }
                Self::UnlistedEvent => {
                    let length = format!("content-length: {}", delivery.body.len());
                    let _ = writes.write_all(&head(&delivery, &length)).await;
                    let _ = writes.write_all(&delivery.body).await;
                }
            }
            std::future::pending::<()>().await;
        };
        tokio::select! {
            status = response => status,
            () = send => None,
        }
    }

    /// Sends the requests with these numbers, [`batch_size`](Self::batch_size) at a time.
    async fn send_all(self, server: SocketAddr, numbers: std::ops::Range<usize>) -> Sent {
        let mut sent = Sent::default();
        let numbers: Vec<usize> = numbers.collect();
        for batch in numbers.chunks(self.batch_size()) {
            let tasks: Vec<_> = batch
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
async fn peak_memory_does_not_grow_with_the_number_of_requests() {
    let requests = match std::env::var("MEMORY_REQUESTS") {
        Ok(text) => text.parse().expect("MEMORY_REQUESTS is a number"),
        Err(_) => REQUESTS,
    };
    let server = Server::start();
    let idle = server.peak();
    println!("idle: {idle} KiB");
    for kind in Kind::ALL {
        let warm = 2 * kind.batch_size();
        server.reset_peak();
        kind.send_all(server.address, 0..warm).await;
        let before = server.peak();
        server.reset_peak();
        let start = std::time::Instant::now();
        let sent = kind.send_all(server.address, warm..warm + requests).await;
        let after = server.peak();
        println!(
            "{kind:?}: {requests} requests in {:?}, {} answered with {}; peak {before} KiB before, {after} KiB after",
            start.elapsed(),
            sent.answered,
            kind.status(),
        );
        assert!(after <= MAX_PEAK, "{kind:?}: {after} KiB");
        assert!(
            after <= before + kind.max_growth(),
            "{kind:?}: from {before} to {after} KiB"
        );
        // A response may be lost while the client still sends. At most a third are.
        assert!(
            sent.lost * 2 <= sent.answered,
            "{kind:?}: {} lost",
            sent.lost
        );
    }
    // The server still works.
    let status = Kind::UnlistedEvent.send(server.address, usize::MAX).await;
    assert_eq!(status, Some(200));
}
