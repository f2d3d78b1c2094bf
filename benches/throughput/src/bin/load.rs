//! Load generator: `load ADDRESS SENDERS WARM_UP_SECONDS SECONDS COUNT [SAMPLE]`.
//!
//! Each sender has a connection of its own and waits for an answer before it sends the next delivery. All `COUNT` deliveries
//! are signed in advance. Those of a named sample are sent repeatedly, to servers without idempotency; without a name, each
//! is sent once. Prints the total number of answers with 200, their rate in the measured time, and the median and the 99th
//! percentile of their latency in microseconds. Any other answer, or too few deliveries, is an error.
#![allow(clippy::print_stdout, reason = "output of the program")]

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use webhook_runtime::BoxError;
use webhook_throughput::Sample;

/// Maximum latency that is recorded, in microseconds.
const MAX_LATENCY: u64 = 60_000_000;

/// Start and end of the measured time.
#[derive(Clone, Copy)]
struct Times {
    start: Instant,
    end: Instant,
}

/// Signed requests, shared by all senders.
struct Requests {
    all: Vec<Box<[u8]>>,
    next: AtomicUsize,
    is_repeated: bool,
}

impl Requests {
    fn next(&self) -> Option<&[u8]> {
        let next = self.next.fetch_add(1, Ordering::Relaxed);
        let next = match self.is_repeated {
            true => next.checked_rem(self.all.len())?,
            false => next,
        };
        self.all.get(next).map(AsRef::as_ref)
    }
}

struct Results {
    /// Number of answers with 200, including the warm-up.
    accepted: u64,
    /// Latencies of the measured time.
    times: Histogram<u64>,
}

/// Runs on one thread, so that the server has the other processor.
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), BoxError> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let Some(([address, senders, warm_up, seconds, count], name)) = arguments.split_first_chunk()
    else {
        return Err("usage: load ADDRESS SENDERS WARM_UP_SECONDS SECONDS COUNT [SAMPLE]".into());
    };
    let sample = match name.first() {
        Some(name) => Sample::named(name)
            .ok_or_else(|| format!("unknown sample {name}: use anthropic, wacht or wacht-64k"))?,
        None => Sample::default(),
    };
    let address: SocketAddr = address.parse()?;
    let (senders, count): (usize, usize) = (senders.parse()?, count.parse()?);
    let requests = (0..count).map(|number| request(&sample, &format!("msg_{number}")));
    let requests = Arc::new(Requests {
        all: requests.collect(),
        next: AtomicUsize::new(0),
        is_repeated: !name.is_empty(),
    });
    let mut connections = Vec::new();
    for _ in 0..senders {
        let connection = TcpStream::connect(address).await?;
        connection.set_nodelay(true)?;
        connections.push(connection);
    }
    let begin = Instant::now();
    let start = begin + Duration::from_secs_f64(warm_up.parse()?);
    let end = start + Duration::from_secs_f64(seconds.parse()?);
    let mut tasks = JoinSet::new();
    for connection in connections {
        let times = Times { start, end };
        tasks.spawn(send(connection, Arc::clone(&requests), times));
    }
    let mut accepted = 0;
    let mut times = Histogram::<u64>::new_with_max(MAX_LATENCY, 3)?;
    while let Some(sent) = tasks.join_next().await {
        let sent = sent??;
        accepted += sent.accepted;
        times.add(&sent.times)?;
    }
    let rate = times.len() as f64 / end.duration_since(start).as_secs_f64();
    let (p50, p99) = (times.value_at_quantile(0.5), times.value_at_quantile(0.99));
    println!("{accepted} {rate:.1} {p50} {p99}");
    Ok(())
}

/// Returns a signed delivery as an HTTP request.
fn request(sample: &Sample, id: &str) -> Box<[u8]> {
    let delivery = sample.sign(id);
    let mut request = format!(
        "POST {} HTTP/1.1\r\nhost: localhost\r\ncontent-length: {}\r\n",
        sample.path,
        delivery.body.len()
    )
    .into_bytes();
    for (name, value) in &delivery.headers {
        request.extend_from_slice(format!("{name}: ").as_bytes());
        request.extend_from_slice(value.as_bytes());
        request.extend_from_slice(b"\r\n");
    }
    request.extend_from_slice(b"\r\n");
    request.extend_from_slice(&delivery.body);
    request.into()
}

async fn send(
    mut connection: TcpStream,
    requests: Arc<Requests>,
    times: Times,
) -> Result<Results, BoxError> {
    let mut sent = Results {
        accepted: 0,
        times: Histogram::new_with_max(MAX_LATENCY, 3)?,
    };
    let mut answer = Vec::with_capacity(1024);
    loop {
        let begun = Instant::now();
        if begun >= times.end {
            return Ok(sent);
        }
        let request = requests
            .next()
            .ok_or("too few deliveries were signed: raise COUNT")?;
        connection.write_all(request).await?;
        answer.clear();
        // Answers have no body.
        while !answer.ends_with(b"\r\n\r\n") {
            if connection.read_buf(&mut answer).await? == 0 {
                return Err("the server has closed the connection".into());
            }
        }
        let answered = Instant::now();
        if !answer.starts_with(b"HTTP/1.1 200 ") {
            let line = answer.split(|byte| *byte == b'\r').next();
            let line = String::from_utf8_lossy(line.unwrap_or_default()).into_owned();
            return Err(format!("unexpected answer: {line}").into());
        }
        sent.accepted += 1;
        if answered >= times.start && answered < times.end {
            let took = answered.duration_since(begun).as_micros();
            sent.times.record(u64::try_from(took)?.max(1))?;
        }
    }
}
