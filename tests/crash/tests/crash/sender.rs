//! The sender: sends each delivery until it is acknowledged, and some of them again.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{Request, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use tokio::task::JoinSet;
use webhook_runtime::testing::Signer;
use webhook_runtime::{Clock as _, SystemClock};

use crate::deliveries::{Deliveries, Sending};

/// Time limit of a request. Longer than a process is frozen.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);
/// Backoff between two attempts.
const INITIAL_BACKOFF: Duration = Duration::from_millis(50);
const MAX_BACKOFF: Duration = Duration::from_secs(1);

pub(crate) struct Sender {
    url: String,
    client: Client<HttpConnector, Full<Bytes>>,
    deliveries: Arc<Deliveries>,
    records: Vec<Record>,
    next: AtomicUsize,
    /// Number of acknowledged deliveries at which no further delivery is begun, until the next fault.
    limit: AtomicUsize,
    begun: Instant,
    pub(crate) figures: Figures,
}

/// History of a delivery. Times are microseconds since the start.
#[derive(Default)]
pub(crate) struct Record {
    pub(crate) first_sent: AtomicU64,
    /// Time of the first acknowledgement.
    pub(crate) acknowledged: AtomicU64,
    /// Number of acknowledgements.
    pub(crate) acknowledgements: AtomicU32,
}

#[derive(Default)]
pub(crate) struct Figures {
    /// Number of acknowledged deliveries.
    pub(crate) accepted: AtomicUsize,
    pub(crate) requests: AtomicU64,
    pub(crate) ok: AtomicU64,
    pub(crate) unavailable: AtomicU64,
    pub(crate) timeout: AtomicU64,
    /// Requests whose connection failed.
    pub(crate) broken: AtomicU64,
    /// Requests without an answer in time.
    pub(crate) unanswered: AtomicU64,
}

impl Sender {
    pub(crate) fn new(port: u16, deliveries: Arc<Deliveries>) -> Self {
        Self {
            url: format!("http://127.0.0.1:{port}/"),
            client: Client::builder(TokioExecutor::new()).build_http(),
            records: deliveries.all.iter().map(|_| Record::default()).collect(),
            deliveries,
            next: AtomicUsize::new(0),
            limit: AtomicUsize::new(0),
            begun: Instant::now(),
            figures: Figures::default(),
        }
    }

    pub(crate) fn records(&self) -> &[Record] {
        &self.records
    }

    /// Sends further deliveries until this number is acknowledged.
    pub(crate) fn set_limit(&self, accepted: usize) {
        self.limit.store(accepted, Ordering::SeqCst);
    }

    /// Sends all deliveries until the last one is acknowledged.
    pub(crate) async fn send_all(self: Arc<Self>, senders: usize) {
        let mut tasks = JoinSet::new();
        for _ in 0..senders {
            tasks.spawn(Arc::clone(&self).send_some());
        }
        while let Some(sent) = tasks.join_next().await {
            sent.unwrap();
        }
    }

    async fn send_some(self: Arc<Self>) {
        while let Some((index, sending)) = {
            let next = self.next.fetch_add(1, Ordering::Relaxed);
            self.deliveries.order.get(next).copied()
        } {
            while self.figures.accepted.load(Ordering::SeqCst) >= self.limit.load(Ordering::SeqCst)
            {
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
            match sending {
                Sending::Once => self.deliver(index).await,
                Sending::Concurrently => {
                    tokio::join!(self.deliver(index), self.deliver(index));
                }
                Sending::TwiceInARow => {
                    self.deliver(index).await;
                    self.deliver(index).await;
                }
            }
        }
    }

    /// Sends a delivery until it is acknowledged.
    async fn deliver(&self, index: usize) {
        let record = &self.records[index];
        let figures = &self.figures;
        let mut backoff = INITIAL_BACKOFF;
        loop {
            let _ = record.first_sent.compare_exchange(
                0,
                self.now(),
                Ordering::SeqCst,
                Ordering::SeqCst,
            );
            figures.requests.fetch_add(1, Ordering::Relaxed);
            let counter = match self.request(index).await {
                Some(Ok(StatusCode::OK)) => {
                    figures.ok.fetch_add(1, Ordering::Relaxed);
                    if record.acknowledgements.fetch_add(1, Ordering::SeqCst) == 0 {
                        record.acknowledged.store(self.now(), Ordering::SeqCst);
                        figures.accepted.fetch_add(1, Ordering::SeqCst);
                    }
                    return;
                }
                Some(Ok(StatusCode::SERVICE_UNAVAILABLE)) => &figures.unavailable,
                Some(Ok(StatusCode::REQUEST_TIMEOUT)) => &figures.timeout,
                Some(Ok(status)) => {
                    panic!(
                        "{} was answered with {status}",
                        self.deliveries.all[index].id
                    )
                }
                Some(Err(_)) => &figures.broken,
                None => &figures.unanswered,
            };
            counter.fetch_add(1, Ordering::Relaxed);
            tokio::time::sleep(backoff.mul_f64(0.5 + fastrand::f64() / 2.0)).await;
            backoff = (backoff * 2).min(MAX_BACKOFF);
        }
    }

    /// Sends one request, signed now, and returns the status of the answer; `None` after the time limit.
    async fn request(
        &self,
        index: usize,
    ) -> Option<Result<StatusCode, hyper_util::client::legacy::Error>> {
        let delivery = &self.deliveries.all[index];
        let signed = Signer::default()
            .id(&delivery.id)
            .at(SystemClock.now())
            .sign(delivery.body.clone());
        let mut request = Request::post(&self.url)
            .body(Full::new(signed.body))
            .unwrap();
        *request.headers_mut() = signed.headers;
        let response = async {
            let response = self.client.request(request).await?;
            let status = response.status();
            // The status counts, even if the rest of the answer is lost.
            let _ = response.into_body().collect().await;
            Ok(status)
        };
        tokio::time::timeout(REQUEST_TIMEOUT, response).await.ok()
    }

    /// Microseconds since the start, at least 1.
    fn now(&self) -> u64 {
        1 + u64::try_from(self.begun.elapsed().as_micros()).unwrap()
    }
}
