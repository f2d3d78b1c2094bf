//! Each outcome of a delivery, caused once or more.

use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Method, Request};
use http_body_util::Full;
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;
use tower_service::Service as _;
use webhook_runtime::openai::{BatchCompleted, BatchFailed, OpenAi};
use webhook_runtime::testing::{
    Driver, MemoryInbox, SignedDelivery, Signer, TEST_SECRET, TEST_TIME, TestClock,
};
use webhook_runtime::{
    BoxError, DeliveryOutcome, Endpoint, EndpointBuilder, Event, EventCatalog, Handshake,
    OnTimeout, Outcome, Profile, Provider, Scheme, Secret, SecretSource, Tenant, Timestamp,
    UnknownEvent, WebhookRouter, async_trait,
    health::Health,
    inbox::StoredDelivery,
    on,
    queue::DeliveryQueue,
    scheme::{Algorithm, FieldLocation, TimestampUnit},
    store::{ClaimResult, DeliveryKey, FencingToken, LeaseStatus, Store},
};

use crate::bodies::Chunks;
use crate::lines::{self, Line};
use crate::series::{Recorder, Series};

/// Text in every body, which must appear nowhere else.
pub(crate) const PRIVATE: &str = "hunter2marker";

const HANDLER_TIMEOUT: Duration = Duration::from_secs(5);

/// Returns the outcome that the id names. If the id begins with `late:`, waits for a permit first.
#[on("batch.failed")]
async fn act(event: Event<BatchFailed>, permits: &Semaphore) -> Result<Outcome, String> {
    let id = event.data.id.as_str();
    let outcome = match id.strip_prefix("late:") {
        Some(outcome) => {
            permits.acquire().await.expect("never closed").forget();
            outcome
        }
        None => id,
    };
    match outcome {
        "done" => Ok(Outcome::Done),
        "retry_later" => Ok(Outcome::RetryLater(Duration::from_secs(1))),
        "gone" => Ok(Outcome::Gone),
        "failed" => Ok(Outcome::Failed),
        "panicked" => panic!("on purpose"),
        other => Err(format!("unknown outcome of {} bytes", other.len())),
    }
}

#[on("batch.expired")]
async fn ignore_body() {}

#[on("batch.completed")]
async fn take_event(_: Event<BatchCompleted>) {}

#[derive(WebhookRouter)]
#[webhook(provider = OpenAi, handlers(act, ignore_body, take_event))]
pub(crate) struct App {
    #[webhook(state)]
    permits: Semaphore,
}

fn app() -> App {
    App {
        permits: Semaphore::new(0),
    }
}

pub(crate) fn builder() -> EndpointBuilder<App> {
    Endpoint::builder(app())
        .secret(TEST_SECRET)
        .clock(TestClock::default())
}

pub(crate) fn body(event_type: &str, id: &str) -> String {
    format!(r#"{{"type":"{event_type}","data":{{"id":"{id}","private":"{PRIVATE}"}}}}"#)
}

/// Returns a delivery whose handler has this outcome.
pub(crate) fn delivery_with(outcome: &str) -> SignedDelivery {
    Signer::default().sign(body("batch.failed", outcome))
}

/// Log, health and metrics after a delivery.
pub(crate) struct Observed {
    pub(crate) lines: Vec<Line>,
    pub(crate) health: Health,
    pub(crate) series: Vec<Series>,
}

impl Observed {
    /// Returns the lines with this outcome.
    pub(crate) fn lines_of<'s>(&'s self, outcome: &'s str) -> impl Iterator<Item = &'s Line> {
        let events = self.lines.iter().filter(|line| line.span.is_none());
        events.filter(move |line| line.field("outcome") == Some(outcome))
    }
}

/// Causes an outcome in every way that there is, and returns what was observed.
pub(crate) async fn observe(outcome: &str) -> Observed {
    let recorder = Recorder::default();
    let _recorder = metrics::set_default_local_recorder(&recorder);
    lines::listen();
    let health = match outcome {
        "malformed_timestamp" => omit_timestamp().await,
        _ => cause(outcome).await.health(),
    };
    Observed {
        lines: lines::take(),
        health,
        series: recorder.series(),
    }
}

/// Causes this outcome of a handler after its timeout.
pub(crate) async fn observe_late(outcome: &str) -> Observed {
    let recorder = Recorder::default();
    let _recorder = metrics::set_default_local_recorder(&recorder);
    lines::listen();
    let endpoint = builder()
        .handler_timeout(HANDLER_TIMEOUT)
        .on_handler_timeout(OnTimeout::Finish)
        .build()
        .unwrap();
    let request = delivery_with(&format!("late:{outcome}")).into_request();
    assert_eq!(endpoint.handle(request).await.status(), 503);
    endpoint.router().permits.add_permits(1);
    let _ = endpoint.shutdown().await;
    Observed {
        lines: lines::take(),
        health: endpoint.health(),
        series: recorder.series(),
    }
}

async fn cause(outcome: &str) -> Endpoint<App> {
    let endpoint = || builder().build().expect("the secret is valid");
    match outcome {
        "done" | "retry_later" | "gone" | "panicked" => {
            let endpoint = endpoint();
            send(&endpoint, &delivery_with(outcome)).await;
            endpoint
        }
        "failed" => {
            let endpoint = endpoint();
            send(&endpoint, &delivery_with("failed")).await;
            send(&endpoint, &delivery_with("with an error")).await;
            endpoint
        }
        "unhandled" => {
            let endpoint = endpoint();
            for event_type in ["video.failed", "video.failed", "brand.new", "brand.new"] {
                let delivery = Signer::default().sign(body(event_type, "x"));
                send(&endpoint, &delivery).await;
            }
            endpoint
        }
        "undecodable" => {
            let endpoint = endpoint();
            for body in [
                format!(r#"{{"data":"{PRIVATE}"}}"#),
                format!(r#"{{"type":"batch.completed","data":{{"id":{{"{PRIVATE}":1}}}}}}"#),
                format!(r#"{{"type":"batch.completed","data":"{PRIVATE}"}}"#),
                format!(r#"{{"type":"batch.expired","data":{{}},"type":"{PRIVATE}"}}"#),
                PRIVATE.to_owned(),
            ] {
                send(&endpoint, &Signer::default().sign(body)).await;
            }
            endpoint
        }
        "handler_cancelled" => {
            let builder = builder()
                .handler_timeout(HANDLER_TIMEOUT)
                .on_handler_timeout(OnTimeout::Cancel);
            let endpoint = builder.build().unwrap();
            send(&endpoint, &delivery_with("late:done")).await;
            endpoint
        }
        "handler_timeout" => {
            let builder = builder()
                .handler_timeout(HANDLER_TIMEOUT)
                .on_handler_timeout(OnTimeout::Finish);
            let endpoint = builder.build().unwrap();
            send(&endpoint, &delivery_with("late:done")).await;
            endpoint
        }
        "client_disconnected" => {
            let endpoint = endpoint();
            let call = endpoint
                .clone()
                .call(delivery_with("late:done").into_request());
            drop_after_first_poll(call);
            endpoint.router().permits.add_permits(1);
            let _ = endpoint.shutdown().await;
            endpoint
        }
        "aborted" => abort().await,
        "at_capacity" => {
            let builder = builder().concurrency_limit(1).queue_timeout(Duration::ZERO);
            let endpoint = builder.build().unwrap();
            let first = endpoint
                .clone()
                .call(delivery_with("late:done").into_request());
            let mut first = pin!(first);
            assert!(poll(first.as_mut()).is_pending());
            send(&endpoint, &delivery_with("done")).await;
            endpoint.router().permits.add_permits(1);
            let _ = first.await;
            endpoint
        }
        "shutting_down" => {
            let endpoint = endpoint();
            let _ = endpoint.shutdown().await;
            send(&endpoint, &delivery_with("done")).await;
            endpoint
        }
        "duplicate" | "in_progress" | "claim_lost" | "store_unavailable" => {
            let endpoint = builder().idempotent(FixedStore(static_name(outcome)));
            let endpoint = endpoint.build().unwrap();
            send(&endpoint, &delivery_with("done")).await;
            endpoint
        }
        "stored" => {
            let builder = builder().inbox(MemoryInbox::default()).workers(0);
            let endpoint = builder.build().unwrap();
            send(&endpoint, &delivery_with("done")).await;
            endpoint
        }
        "backlog_full" => {
            let builder = builder().inbox(MemoryInbox::default()).max_backlog(0);
            let endpoint = builder.build().unwrap();
            send(&endpoint, &delivery_with("done")).await;
            endpoint
        }
        "forwarded" => {
            let endpoint = builder().forward_to(Queue).build().unwrap();
            send(&endpoint, &delivery_with("done")).await;
            endpoint
        }
        "unknown_tenant" | "secrets_unavailable" => {
            let fails = outcome == "secrets_unavailable";
            let mut builder = Endpoint::builder(app())
                .clock(TestClock::default())
                .secret_source(Secrets { fails });
            if !fails {
                builder = builder.tenant_in_header("x-tenant");
            }
            let endpoint = builder.build().unwrap();
            for _ in 0..2 {
                send(&endpoint, &delivery_with("done")).await;
            }
            endpoint
        }
        _ => reject(outcome).await,
    }
}

/// A store whose calls have one result.
struct FixedStore(&'static str);

fn static_name(name: &str) -> &'static str {
    let names = DeliveryOutcome::NAMES.iter();
    names
        .copied()
        .find(|other| *other == name)
        .expect("a known outcome")
}

#[async_trait]
impl Store for FixedStore {
    async fn claim(&self, _: &DeliveryKey, _: Duration) -> Result<ClaimResult, BoxError> {
        match self.0 {
            "duplicate" => Ok(ClaimResult::Done),
            "in_progress" => Ok(ClaimResult::InProgress),
            "claim_lost" => Ok(ClaimResult::New(FencingToken::new(1))),
            _ => Err("the store is down".into()),
        }
    }

    async fn renew(
        &self,
        _: &DeliveryKey,
        _: FencingToken,
        _: Duration,
    ) -> Result<LeaseStatus, BoxError> {
        Ok(LeaseStatus::Lost)
    }

    async fn complete(
        &self,
        _: &DeliveryKey,
        _: FencingToken,
        _: Duration,
    ) -> Result<LeaseStatus, BoxError> {
        Ok(LeaseStatus::Lost)
    }

    async fn release(&self, _: &DeliveryKey, _: FencingToken) -> Result<LeaseStatus, BoxError> {
        Ok(LeaseStatus::Lost)
    }
}

struct Queue;

#[async_trait]
impl DeliveryQueue for Queue {
    async fn enqueue(&self, _: &StoredDelivery) -> Result<(), BoxError> {
        Ok(())
    }
}

/// A secret source that fails, or knows no tenant.
struct Secrets {
    fails: bool,
}

#[async_trait]
impl SecretSource for Secrets {
    async fn secrets(&self, _: &Tenant) -> Result<Vec<Secret>, BoxError> {
        match self.fails {
            true => Err("the vault is down".into()),
            false => Ok(Vec::new()),
        }
    }
}

/// Drops a delivery in its handler, a second while it waits for a slot, and a third while its body is read.
async fn abort() -> Endpoint<App> {
    let builder = builder()
        .concurrency_limit(1)
        .queue_timeout(Duration::from_secs(60));
    let endpoint = builder.build().expect("the secret is valid");
    let delivery = delivery_with("late:done");
    {
        let mut first = pin!(endpoint.handle_bytes(&delivery.headers, delivery.body.clone()));
        assert!(poll(first.as_mut()).is_pending());
        let mut second = pin!(endpoint.handle_bytes(&delivery.headers, delivery.body.clone()));
        assert!(poll(second.as_mut()).is_pending());
    }
    let stuck = request(Method::POST, &delivery, Chunks::stuck(&delivery.body, 20));
    drop_after_first_poll(endpoint.handle(stuck));
    endpoint
}

/// Causes a rejection twice.
async fn reject(outcome: &str) -> Endpoint<App> {
    let token = "the token of the console";
    let endpoint = builder()
        .body_limit(1000)
        .handshake(Handshake::get_with_token("challenge", "token", token))
        .build()
        .unwrap();
    for _ in 0..2 {
        let valid = delivery_with("done");
        let signer = Signer::default();
        let at = |second: i64| {
            let time = Timestamp::from_second(TEST_TIME.as_second() + second);
            signer.clone().at(time).sign(valid.body.clone())
        };
        let with = |name: &'static str, value: Option<&'static str>| {
            let mut delivery = valid.clone();
            match value {
                Some(value) => {
                    let value = HeaderValue::from_static(value);
                    delivery.headers.insert(name, value);
                }
                None => {
                    delivery.headers.remove(name);
                }
            }
            delivery
        };
        let pieces = match outcome {
            "body_timeout" => Some(Chunks::stuck(&valid.body, 20)),
            "body_incomplete" => Some(Chunks::incomplete(&valid.body, 20)),
            "body_too_large" => Some(Chunks::endless(Bytes::from_static(&[b' '; 600]))),
            _ => None,
        };
        if let Some(pieces) = pieces {
            endpoint.handle(request(Method::POST, &valid, pieces)).await;
            continue;
        }
        let delivery = match outcome {
            "handshake" | "handshake_rejected" | "method_not_allowed" => {
                let method = match outcome {
                    "method_not_allowed" => Method::PUT,
                    _ => Method::GET,
                };
                let mut request = request(method, &valid, Full::new(valid.body.clone()));
                let query = match outcome {
                    "handshake" => "/?challenge=12&token=the+token+of+the+console",
                    _ => "/?challenge=hunter2marker&token=hunter2marker",
                };
                *request.uri_mut() = query.parse().expect("a path");
                endpoint.handle(request).await;
                continue;
            }
            "missing_header" => with("webhook-id", None),
            "malformed_header" => with("webhook-timestamp", Some(PRIVATE)),
            "timestamp_too_old" => at(-301),
            "timestamp_too_new" => at(301),
            "bad_signature" => with("webhook-id", Some("msg_other")),
            other => panic!("no way to cause the outcome `{other}`"),
        };
        send(&endpoint, &delivery).await;
    }
    endpoint
}

pub(crate) async fn send(endpoint: &Endpoint<App>, delivery: &SignedDelivery) -> u16 {
    let request = delivery.clone().into_request();
    endpoint.handle(request).await.status().as_u16()
}

fn request<B>(method: Method, delivery: &SignedDelivery, body: B) -> Request<B> {
    let mut request = Request::new(body);
    *request.method_mut() = method;
    *request.headers_mut() = delivery.headers.clone();
    request
}

/// Drops a future after its first poll.
fn drop_after_first_poll<F: Future>(future: F) {
    let mut future = pin!(future);
    assert!(poll(future.as_mut()).is_pending());
}

fn poll<F: Future>(future: std::pin::Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

struct Linear;

impl Provider for Linear {
    type Catalog = LinearEvent;
    const PROFILE: Profile = Profile::new(
        "linear",
        Scheme::new("linear-signature", Algorithm::HmacSha256)
            .timestamp(
                FieldLocation::Body(&["webhookTimestamp"]),
                TimestampUnit::Milliseconds,
            )
            .event_type(FieldLocation::Body(&["type"])),
    );
}

#[derive(EventCatalog)]
#[catalog(provider = Linear)]
enum LinearEvent {
    #[event("Issue")]
    Issue(Issue),
    #[event(unknown)]
    Unknown(UnknownEvent),
}

#[derive(Serialize, Deserialize)]
struct Issue {}

#[on("Issue")]
async fn issue() {}

#[derive(WebhookRouter)]
#[webhook(provider = Linear, handlers(issue))]
struct Issues;

/// Sends two deliveries whose signed body has no valid timestamp.
async fn omit_timestamp() -> Health {
    let driver = Driver::new(Issues);
    for _ in 0..2 {
        let body = format!(r#"{{"type":"Issue","webhookTimestamp":"{PRIVATE}"}}"#);
        assert_eq!(driver.deliver(body).await.status(), 401);
    }
    driver.endpoint().health()
}
