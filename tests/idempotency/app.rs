//! A router that counts its runs, and whose handlers a test ends.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use tokio::sync::Semaphore;
use webhook_runtime::openai::{BatchCompleted, BatchFailed, OpenAi};
use webhook_runtime::store::{ClaimResult, DeliveryKey, FencingToken, LeaseStatus, Store};
use webhook_runtime::testing::{SignedDelivery, Signer, TEST_SECRET, TestClock};
use webhook_runtime::{
    BoxError, DeliveryId, Endpoint, EndpointBuilder, Event, Outcome, WebhookRouter,
    endpoint::ResponseBody, on,
};

#[derive(Clone, Copy, Default)]
pub(crate) enum Behavior {
    #[default]
    Done,
    Fails,
    Panics,
    RetriesLater,
    IsGone,
}

/// What the handlers do, and how often they ran; shared by all endpoints of a test.
#[derive(Clone)]
pub(crate) struct Work(Arc<Inner>);

struct Inner {
    runs: AtomicUsize,
    end: Mutex<Behavior>,
    begun: Semaphore,
    go_on: Semaphore,
}

impl Default for Work {
    fn default() -> Self {
        Self(Arc::new(Inner {
            runs: AtomicUsize::new(0),
            end: Mutex::default(),
            begun: Semaphore::new(0),
            go_on: Semaphore::new(0),
        }))
    }
}

impl Work {
    /// Number of handlers started.
    pub(crate) fn runs(&self) -> usize {
        self.0.runs.load(Ordering::SeqCst)
    }

    pub(crate) fn ends(&self, end: Behavior) {
        *self.0.end.lock().unwrap() = end;
    }

    /// Lets one handler of `batch.failed` continue.
    pub(crate) fn go_on(&self) {
        self.0.go_on.add_permits(1);
    }

    /// Waits until one more handler has started.
    pub(crate) async fn begun(&self) {
        within(self.0.begun.acquire()).await.unwrap().forget();
    }

    fn begin(&self) {
        self.0.runs.fetch_add(1, Ordering::SeqCst);
        self.0.begun.add_permits(1);
    }

    fn end(&self) -> Result<Outcome, String> {
        let end = *self.0.end.lock().unwrap();
        match end {
            Behavior::Done => Ok(Outcome::Done),
            Behavior::Fails => Err("set by the test".to_owned()),
            Behavior::Panics => panic!("set by the test"),
            Behavior::RetriesLater => Ok(Outcome::RetryLater(Duration::from_secs(7))),
            Behavior::IsGone => Ok(Outcome::Gone),
        }
    }
}

#[on("batch.completed")]
async fn at_once(_: Event<BatchCompleted>, work: &Work) -> Result<Outcome, String> {
    work.begin();
    work.end()
}

#[on("batch.failed")]
async fn waits(_: Event<BatchFailed>, _: DeliveryId, work: &Work) -> Result<Outcome, String> {
    work.begin();
    work.0.go_on.acquire().await.unwrap().forget();
    work.end()
}

#[derive(WebhookRouter)]
#[webhook(provider = OpenAi, handlers(at_once, waits))]
pub(crate) struct App {
    #[webhook(state)]
    work: Work,
}

/// A handle of another process on a store: it shares the entries, but not the names of endpoints, so that one test can
/// build several endpoints of one name.
struct OtherProcess<S>(S);

#[async_trait]
impl<S: Store> Store for OtherProcess<S> {
    async fn claim(&self, key: &DeliveryKey, lease: Duration) -> Result<ClaimResult, BoxError> {
        self.0.claim(key, lease).await
    }

    async fn renew(
        &self,
        key: &DeliveryKey,
        fence: FencingToken,
        lease: Duration,
    ) -> Result<LeaseStatus, BoxError> {
        self.0.renew(key, fence, lease).await
    }

    async fn complete(
        &self,
        key: &DeliveryKey,
        fence: FencingToken,
        keep: Duration,
    ) -> Result<LeaseStatus, BoxError> {
        self.0.complete(key, fence, keep).await
    }

    async fn release(
        &self,
        key: &DeliveryKey,
        fence: FencingToken,
    ) -> Result<LeaseStatus, BoxError> {
        self.0.release(key, fence).await
    }
}

pub(crate) fn builder(work: &Work, store: impl Store) -> EndpointBuilder<App> {
    Endpoint::builder(App { work: work.clone() })
        .secret(TEST_SECRET)
        .clock(TestClock::default())
        .idempotent(OtherProcess(store))
}

pub(crate) fn endpoint(work: &Work, store: impl Store) -> Endpoint<App> {
    builder(work, store).build().unwrap()
}

/// A delivery with this id whose handler ends at once.
pub(crate) fn completed(id: &str) -> SignedDelivery {
    signed("batch.completed", id)
}

/// A delivery with this id whose handler waits.
pub(crate) fn failed(id: &str) -> SignedDelivery {
    signed("batch.failed", id)
}

fn signed(event_type: &str, id: &str) -> SignedDelivery {
    let body = format!(r#"{{"type":"{event_type}","data":{{"id":"batch_1"}}}}"#);
    Signer::default().id(id).sign(body)
}

pub(crate) fn request(delivery: &SignedDelivery) -> Request<Full<Bytes>> {
    let mut request = Request::post("/")
        .body(Full::new(delivery.body.clone()))
        .unwrap();
    *request.headers_mut() = delivery.headers.clone();
    request
}

pub(crate) async fn deliver(
    endpoint: &Endpoint<App>,
    delivery: &SignedDelivery,
) -> Response<ResponseBody> {
    within(endpoint.handle(request(delivery))).await
}

pub(crate) async fn status(endpoint: &Endpoint<App>, delivery: &SignedDelivery) -> u16 {
    deliver(endpoint, delivery).await.status().as_u16()
}

/// Waits for a future, at most a minute.
pub(crate) async fn within<F: Future>(future: F) -> F::Output {
    match tokio::time::timeout(Duration::from_secs(60), future).await {
        Ok(output) => output,
        Err(_) => panic!("timed out"),
    }
}
