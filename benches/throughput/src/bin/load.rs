//! Senders, each with a connection of its own, that wait for an answer before they send the next delivery: `load ADDRESS
//! SENDERS WARM_UP_SECONDS SECONDS MOST [SAMPLE]`.
//!
//! All deliveries, `MOST` of them, are signed before. Those of a sample by name are sent again and again, to servers
//! that remember none; without a name each is sent once. Prints how many were answered with 200 in all, how many of them
//! in the measured time, and the half and the 99th percentile of the times to those answers, in microseconds. Any other
//! answer, or too few deliveries, is an error.
#![allow(clippy::print_stdout, reason = "what a program says")]

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

/// The longest time to an answer, in microseconds.
const LONGEST: u64 = 60_000_000;

/// When everybody begins, is measured, and ends.
#[derive(Clone, Copy)]
struct Times {
    measured: Instant,
    end: Instant,
}

/// What all senders take from.
struct Pile {
    requests: Vec<Box<[u8]>>,
    next: AtomicUsize,
    is_endless: bool,
}

impl Pile {
    fn take(&self) -> Option<&[u8]> {
        let next = self.next.fetch_add(1, Ordering::Relaxed);
        let next = match self.is_endless {
            true => next.checked_rem(self.requests.len())?,
            false => next,
        };
        self.requests.get(next).map(AsRef::as_ref)
    }
}

struct Sent {
    /// Answered with 200, in all.
    accepted: u64,
    /// Those of the measured time.
    times: Histogram<u64>,
}

/// On one thread, so that the other processor is the server's.
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), BoxError> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let Some(([address, senders, warm_up, seconds, most], name)) = arguments.split_first_chunk()
    else {
        return Err("load ADDRESS SENDERS WARM_UP_SECONDS SECONDS MOST [SAMPLE]".into());
    };
    let sample = match name.first() {
        Some(name) => Sample::named(name).ok_or_else(|| format!("there is no sample {name}"))?,
        None => Sample::default(),
    };
    let address: SocketAddr = address.parse()?;
    let (senders, most): (usize, usize) = (senders.parse()?, most.parse()?);
    let requests = (0..most).map(|number| request(&sample, &format!("msg_{number}")));
    let pile = Arc::new(Pile {
        requests: requests.collect(),
        next: AtomicUsize::new(0),
        is_endless: !name.is_empty(),
    });
    let mut connections = Vec::new();
    for _ in 0..senders {
        let connection = TcpStream::connect(address).await?;
        connection.set_nodelay(true)?;
        connections.push(connection);
    }
    let begin = Instant::now();
    let measured = begin + Duration::from_secs_f64(warm_up.parse()?);
    let end = measured + Duration::from_secs_f64(seconds.parse()?);
    let mut tasks = JoinSet::new();
    for connection in connections {
        let times = Times { measured, end };
        tasks.spawn(send(connection, Arc::clone(&pile), times));
    }
    let mut accepted = 0;
    let mut times = Histogram::<u64>::new_with_max(LONGEST, 3)?;
    while let Some(sent) = tasks.join_next().await {
        let sent = sent??;
        accepted += sent.accepted;
        times.add(&sent.times)?;
    }
    let rate = times.len() as f64 / end.duration_since(measured).as_secs_f64();
    let (p50, p99) = (times.value_at_quantile(0.5), times.value_at_quantile(0.99));
    println!("{accepted} {rate:.1} {p50} {p99}");
    Ok(())
}

/// A delivery as it goes over the wire.
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

async fn send(mut connection: TcpStream, pile: Arc<Pile>, times: Times) -> Result<Sent, BoxError> {
    let mut sent = Sent {
        accepted: 0,
        times: Histogram::new_with_max(LONGEST, 3)?,
    };
    let mut answer = Vec::with_capacity(1024);
    loop {
        let begun = Instant::now();
        if begun >= times.end {
            return Ok(sent);
        }
        let request = pile
            .take()
            .ok_or("too few deliveries were signed: give more")?;
        connection.write_all(request).await?;
        answer.clear();
        // Answers have no body.
        while !answer.ends_with(b"\r\n\r\n") {
            if connection.read_buf(&mut answer).await? == 0 {
                return Err("the server has hung up".into());
            }
        }
        let answered = Instant::now();
        if !answer.starts_with(b"HTTP/1.1 200 ") {
            let line = answer.split(|byte| *byte == b'\r').next();
            let line = String::from_utf8_lossy(line.unwrap_or_default()).into_owned();
            return Err(format!("an answer is {line}").into());
        }
        sent.accepted += 1;
        if answered >= times.measured && answered < times.end {
            let took = answered.duration_since(begun).as_micros();
            sent.times.record(u64::try_from(took)?.max(1))?;
        }
    }
}
