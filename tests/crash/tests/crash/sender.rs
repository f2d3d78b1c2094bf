//! A provider: it sends each delivery until it is acknowledged, and some of them again.

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

use crate::deliveries::{Deliveries, Way};

/// How long it waits for an answer: more than a process is frozen for.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long it waits before it tries again.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

pub(crate) struct Sender {
    url: String,
    client: Client<HttpConnector, Full<Bytes>>,
    deliveries: Arc<Deliveries>,
    known: Vec<Known>,
    next: AtomicUsize,
    /// When so many are accepted, no more are begun: whoever kills has something in view first.
    bound: AtomicUsize,
    begun: Instant,
    pub(crate) figures: Figures,
}

/// What it knows of a delivery. Times are microseconds since it has begun.
#[derive(Default)]
pub(crate) struct Known {
    pub(crate) first_sent: AtomicU64,
    /// When it was acknowledged for the first time.
    pub(crate) acknowledged: AtomicU64,
    /// How often.
    pub(crate) times: AtomicU32,
}

#[derive(Default)]
pub(crate) struct Figures {
    /// Deliveries that were acknowledged.
    pub(crate) accepted: AtomicUsize,
    pub(crate) requests: AtomicU64,
    pub(crate) ok: AtomicU64,
    pub(crate) unavailable: AtomicU64,
    pub(crate) timeout: AtomicU64,
    /// The connection was refused, or broke.
    pub(crate) broken: AtomicU64,
    /// No answer came in time.
    pub(crate) unanswered: AtomicU64,
}

impl Sender {
    pub(crate) fn new(port: u16, deliveries: Arc<Deliveries>) -> Self {
        Self {
            url: format!("http://127.0.0.1:{port}/"),
            client: Client::builder(TokioExecutor::new()).build_http(),
            known: deliveries.all.iter().map(|_| Known::default()).collect(),
            deliveries,
            next: AtomicUsize::new(0),
            bound: AtomicUsize::new(0),
            begun: Instant::now(),
            figures: Figures::default(),
        }
    }

    pub(crate) fn known(&self) -> &[Known] {
        &self.known
    }

    /// Lets more be sent, until so many are accepted.
    pub(crate) fn go_on_until(&self, accepted: usize) {
        self.bound.store(accepted, Ordering::SeqCst);
    }

    /// Sends all of them, until the last one is acknowledged.
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
        while let Some((place, way)) = {
            let next = self.next.fetch_add(1, Ordering::Relaxed);
            self.deliveries.order.get(next).copied()
        } {
            while self.figures.accepted.load(Ordering::SeqCst) >= self.bound.load(Ordering::SeqCst)
            {
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
            match way {
                Way::Once => self.deliver(place).await,
                Way::Twins => {
                    tokio::join!(self.deliver(place), self.deliver(place));
                }
                Way::TwiceInARow => {
                    self.deliver(place).await;
                    self.deliver(place).await;
                }
            }
        }
    }

    /// Sends a delivery until it is acknowledged.
    async fn deliver(&self, place: usize) {
        let known = &self.known[place];
        let figures = &self.figures;
        let mut pause = FIRST_PAUSE;
        loop {
            let _ = known.first_sent.compare_exchange(
                0,
                self.now(),
                Ordering::SeqCst,
                Ordering::SeqCst,
            );
            figures.requests.fetch_add(1, Ordering::Relaxed);
            let counter = match self.ask(place).await {
                Some(Ok(StatusCode::OK)) => {
                    figures.ok.fetch_add(1, Ordering::Relaxed);
                    if known.times.fetch_add(1, Ordering::SeqCst) == 0 {
                        known.acknowledged.store(self.now(), Ordering::SeqCst);
                        figures.accepted.fetch_add(1, Ordering::SeqCst);
                    }
                    return;
                }
                Some(Ok(StatusCode::SERVICE_UNAVAILABLE)) => &figures.unavailable,
                Some(Ok(StatusCode::REQUEST_TIMEOUT)) => &figures.timeout,
                Some(Ok(status)) => {
                    panic!(
                        "{} was answered with {status}",
                        self.deliveries.all[place].id
                    )
                }
                Some(Err(_)) => &figures.broken,
                None => &figures.unanswered,
            };
            counter.fetch_add(1, Ordering::Relaxed);
            tokio::time::sleep(pause.mul_f64(0.5 + fastrand::f64() / 2.0)).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// One request, signed when it is sent; its status, whose answer has been read to its end. None if it takes too long.
    async fn ask(
        &self,
        place: usize,
    ) -> Option<Result<StatusCode, hyper_util::client::legacy::Error>> {
        let delivery = &self.deliveries.all[place];
        let signed = Signer::default()
            .id(&delivery.id)
            .at(SystemClock.now())
            .sign(delivery.body.clone());
        let mut request = Request::post(&self.url)
            .body(Full::new(signed.body))
            .unwrap();
        *request.headers_mut() = signed.headers;
        let asked = async {
            let response = self.client.request(request).await?;
            let status = response.status();
            // What counts is the status, which has come.
            let _ = response.into_body().collect().await;
            Ok(status)
        };
        tokio::time::timeout(PATIENCE, asked).await.ok()
    }

    /// Never 0.
    fn now(&self) -> u64 {
        1 + u64::try_from(self.begun.elapsed().as_micros()).unwrap()
    }
}
