//! Every way in which a delivery can end, once.

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

use crate::bodies::Pieces;
use crate::lines::{self, Line};
use crate::series::{Recorder, Series};

/// Stands in every body, and must stand nowhere else.
pub(crate) const PRIVATE: &str = "hunter2marker";

/// How long a handler may take.
const DEADLINE: Duration = Duration::from_secs(5);

/// Does what the id says; if that begins with `late:`, when it is allowed to.
#[on("batch.failed")]
async fn acts(event: Event<BatchFailed>, go_on: &Semaphore) -> Result<Outcome, String> {
    let id = event.data.id.as_str();
    let act = match id.strip_prefix("late:") {
        Some(act) => {
            go_on.acquire().await.expect("never closed").forget();
            act
        }
        None => id,
    };
    match act {
        "done" => Ok(Outcome::Done),
        "retry_later" => Ok(Outcome::RetryLater(Duration::from_secs(1))),
        "gone" => Ok(Outcome::Gone),
        "failed" => Ok(Outcome::Failed),
        "panicked" => panic!("on purpose"),
        other => Err(format!("no act for {}", other.len())),
    }
}

/// Reads nothing of the body.
#[on("batch.expired")]
async fn looks_away() {}

#[on("batch.completed")]
async fn borrows(_: Event<BatchCompleted>) {}

#[derive(WebhookRouter)]
#[webhook(provider = OpenAi, handlers(acts, looks_away, borrows))]
pub(crate) struct App {
    #[webhook(state)]
    go_on: Semaphore,
}

fn app() -> App {
    App {
        go_on: Semaphore::new(0),
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

pub(crate) fn acting(act: &str) -> SignedDelivery {
    Signer::default().sign(body("batch.failed", act))
}

/// What operators saw of it.
pub(crate) struct Seen {
    pub(crate) lines: Vec<Line>,
    pub(crate) health: Health,
    pub(crate) series: Vec<Series>,
}

impl Seen {
    /// The lines of the log that say this of a delivery.
    pub(crate) fn lines_of<'s>(&'s self, outcome: &'s str) -> impl Iterator<Item = &'s Line> {
        let events = self.lines.iter().filter(|line| line.span.is_none());
        events.filter(move |line| line.field("outcome") == Some(outcome))
    }
}

/// Lets a delivery end so, again and again if there is more than one way, and tells what was seen.
pub(crate) async fn see(outcome: &str) -> Seen {
    let recorder = Recorder::default();
    let _recorder = metrics::set_default_local_recorder(&recorder);
    lines::listen();
    let health = match outcome {
        "malformed_timestamp" => timeless().await,
        _ => cause(outcome).await.health(),
    };
    Seen {
        lines: lines::take(),
        health,
        series: recorder.series(),
    }
}

/// The same for a handler that comes to this after its deadline.
pub(crate) async fn see_late(outcome: &str) -> Seen {
    let recorder = Recorder::default();
    let _recorder = metrics::set_default_local_recorder(&recorder);
    lines::listen();
    let endpoint = builder()
        .handler_timeout(DEADLINE)
        .on_handler_timeout(OnTimeout::Finish)
        .build()
        .unwrap();
    let request = acting(&format!("late:{outcome}")).into_request();
    assert_eq!(endpoint.handle(request).await.status(), 503);
    endpoint.router().go_on.add_permits(1);
    let _ = endpoint.shutdown().await;
    Seen {
        lines: lines::take(),
        health: endpoint.health(),
        series: recorder.series(),
    }
}

async fn cause(outcome: &str) -> Endpoint<App> {
    let endpoint = || builder().build().expect("a good secret");
    match outcome {
        "done" | "retry_later" | "gone" | "panicked" => {
            let endpoint = endpoint();
            send(&endpoint, &acting(outcome)).await;
            endpoint
        }
        "failed" => {
            let endpoint = endpoint();
            send(&endpoint, &acting("failed")).await;
            send(&endpoint, &acting("with an error")).await;
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
                .handler_timeout(DEADLINE)
                .on_handler_timeout(OnTimeout::Cancel);
            let endpoint = builder.build().unwrap();
            send(&endpoint, &acting("late:done")).await;
            endpoint
        }
        "handler_timeout" => {
            let builder = builder()
                .handler_timeout(DEADLINE)
                .on_handler_timeout(OnTimeout::Finish);
            let endpoint = builder.build().unwrap();
            send(&endpoint, &acting("late:done")).await;
            endpoint
        }
        "client_disconnected" => {
            let endpoint = endpoint();
            let call = endpoint.clone().call(acting("late:done").into_request());
            leave(call);
            endpoint.router().go_on.add_permits(1);
            let _ = endpoint.shutdown().await;
            endpoint
        }
        "aborted" => cut_off().await,
        "at_capacity" => {
            let builder = builder().concurrency_limit(1).queue_timeout(Duration::ZERO);
            let endpoint = builder.build().unwrap();
            let first = endpoint.clone().call(acting("late:done").into_request());
            let mut first = pin!(first);
            assert!(poll(first.as_mut()).is_pending());
            send(&endpoint, &acting("done")).await;
            endpoint.router().go_on.add_permits(1);
            let _ = first.await;
            endpoint
        }
        "shutting_down" => {
            let endpoint = endpoint();
            let _ = endpoint.shutdown().await;
            send(&endpoint, &acting("done")).await;
            endpoint
        }
        "duplicate" | "in_progress" | "claim_lost" | "store_unavailable" => {
            let endpoint = builder().idempotent(Says(outcome_of(outcome)));
            let endpoint = endpoint.build().unwrap();
            send(&endpoint, &acting("done")).await;
            endpoint
        }
        "stored" => {
            let builder = builder().inbox(MemoryInbox::default()).workers(0);
            let endpoint = builder.build().unwrap();
            send(&endpoint, &acting("done")).await;
            endpoint
        }
        "backlog_full" => {
            let builder = builder().inbox(MemoryInbox::default()).max_backlog(0);
            let endpoint = builder.build().unwrap();
            send(&endpoint, &acting("done")).await;
            endpoint
        }
        "forwarded" => {
            let endpoint = builder().forward_to(Queue).build().unwrap();
            send(&endpoint, &acting("done")).await;
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
                send(&endpoint, &acting("done")).await;
            }
            endpoint
        }
        _ => refused(outcome).await,
    }
}

/// A store that says one thing.
struct Says(&'static str);

fn outcome_of(name: &str) -> &'static str {
    let names = DeliveryOutcome::NAMES.iter();
    names.copied().find(|other| *other == name).expect("a name")
}

#[async_trait]
impl Store for Says {
    async fn claim(&self, _: &DeliveryKey, _: Duration) -> Result<ClaimResult, BoxError> {
        match self.0 {
            "duplicate" => Ok(ClaimResult::Done),
            "in_progress" => Ok(ClaimResult::InProgress),
            "claim_lost" => Ok(ClaimResult::New(FencingToken::new(1))),
            _ => Err("the store is away".into()),
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

/// A source that fails, or knows nobody.
struct Secrets {
    fails: bool,
}

#[async_trait]
impl SecretSource for Secrets {
    async fn secrets(&self, _: &Tenant) -> Result<Vec<Secret>, BoxError> {
        match self.fails {
            true => Err("the vault is away".into()),
            false => Ok(Vec::new()),
        }
    }
}

/// Dropped with its handler, while it waits for a place, and while its body comes.
async fn cut_off() -> Endpoint<App> {
    let builder = builder()
        .concurrency_limit(1)
        .queue_timeout(Duration::from_secs(60));
    let endpoint = builder.build().expect("a good secret");
    let delivery = acting("late:done");
    {
        let mut first = pin!(endpoint.handle_bytes(&delivery.headers, delivery.body.clone()));
        assert!(poll(first.as_mut()).is_pending());
        let mut second = pin!(endpoint.handle_bytes(&delivery.headers, delivery.body.clone()));
        assert!(poll(second.as_mut()).is_pending());
    }
    let stuck = request(Method::POST, &delivery, Pieces::stuck(&delivery.body, 20));
    leave(endpoint.handle(stuck));
    endpoint
}

/// What is not authentic, twice each.
async fn refused(outcome: &str) -> Endpoint<App> {
    let token = "the token of the console";
    let endpoint = builder()
        .body_limit(1000)
        .handshake(Handshake::get_with_token("challenge", "token", token))
        .build()
        .unwrap();
    for _ in 0..2 {
        let good = acting("done");
        let signer = Signer::default();
        let at = |second: i64| {
            let time = Timestamp::from_second(TEST_TIME.as_second() + second);
            signer.clone().at(time).sign(good.body.clone())
        };
        let with = |name: &'static str, value: Option<&'static str>| {
            let mut delivery = good.clone();
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
            "body_timeout" => Some(Pieces::stuck(&good.body, 20)),
            "body_incomplete" => Some(Pieces::broken(&good.body, 20)),
            "body_too_large" => Some(Pieces::endless(Bytes::from_static(&[b' '; 600]))),
            _ => None,
        };
        if let Some(pieces) = pieces {
            endpoint.handle(request(Method::POST, &good, pieces)).await;
            continue;
        }
        let delivery = match outcome {
            "handshake" | "handshake_refused" | "method_not_allowed" => {
                let method = match outcome {
                    "method_not_allowed" => Method::PUT,
                    _ => Method::GET,
                };
                let mut request = request(method, &good, Full::new(good.body.clone()));
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
            other => panic!("`{other}` is an ending that this test cannot bring about"),
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

/// Drops it after its first step.
fn leave<F: Future>(future: F) {
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

/// Signed, twice, by a provider whose time stands in the body, without it.
async fn timeless() -> Health {
    let driver = Driver::new(Issues);
    for _ in 0..2 {
        let body = format!(r#"{{"type":"Issue","webhookTimestamp":"{PRIVATE}"}}"#);
        assert_eq!(driver.deliver(body).await.status(), 401);
    }
    driver.endpoint().health()
}
