//! Routing of custom schemes: event types and sub-types in headers or bodies, ids, and tolerances.

use std::sync::Mutex;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use webhook_runtime::testing::{Driver, KeyPair, Signer, TEST_TIME, TestClock};
use webhook_runtime::{
    BuildError, DeliveryId, Endpoint, Event, EventCatalog, EventId, EventType, Profile, Provider,
    Scheme, Secret, Timestamp, UnknownEvent, Verifier, WebhookRouter, on,
    scheme::{Algorithm, FieldLocation, SignedPart, TimestampUnit},
    secret::SecretError,
};

/// Lines that the handlers recorded.
type Seen = Mutex<Vec<String>>;

fn take(seen: &Seen) -> Vec<String> {
    std::mem::take(&mut *seen.lock().unwrap())
}

struct GitHub;

impl Provider for GitHub {
    type Catalog = GitHubEvent;
    const PROFILE: Profile = Profile::new("github", Scheme::GITHUB);
}

#[derive(Debug, EventCatalog)]
#[catalog(provider = GitHub)]
enum GitHubEvent {
    #[event("issues", subtypes(key = "action", at = "/action", "opened" = Issue, "closed" = Issue))]
    Issues(Issue),
    #[event("ping")]
    Ping(Ping),
    #[event(unknown)]
    Unknown(UnknownEvent),
}

#[derive(Debug, Serialize, Deserialize)]
struct Issue {
    action: String,
}

#[derive(Debug, Serialize, Deserialize)]
struct Ping {
    zen: String,
}

#[on("issues", action = "opened")]
async fn opened(
    event: Event<Issue>,
    id: DeliveryId,
    event_id: EventId,
    at: Timestamp,
    seen: &Seen,
) {
    seen.lock().unwrap().push(format!(
        "opened {} {} {} {} {}",
        event.event_type,
        event.data.action,
        id,
        event_id.as_str(),
        at.as_second(),
    ));
}

#[on("*")]
async fn other(event_type: EventType, seen: &Seen) {
    seen.lock().unwrap().push(format!("other {event_type}"));
}

#[derive(Default, WebhookRouter)]
#[webhook(provider = GitHub, handlers(opened, other))]
struct App {
    #[webhook(state)]
    seen: Seen,
}

#[tokio::test]
async fn event_type_is_read_from_a_header() {
    let driver = Driver::new(App::default());
    let opened = r#"{"action":"opened"}"#;
    for (event_type, body, handler) in [
        ("issues", opened, "opened"),
        ("issues", r#"{"action":"closed"}"#, "other"),
        ("issues", r#"{"action":7}"#, "other"),
        ("ping", r#"{"zen":"x"}"#, "other"),
        ("brand_new", "{}", "other"),
    ] {
        let report = driver.deliver_event(event_type, body).await;
        assert_eq!(report.handler(), Some(handler), "{event_type} {body}");
        assert_eq!(report.status(), 200, "{event_type} {body}");
    }
    let seen = take(&driver.endpoint().router().seen);
    let now = TEST_TIME.as_second();
    assert_eq!(
        seen[0],
        format!("opened issues opened msg_test msg_test {now}")
    );
    assert_eq!(seen[4], "other brand_new");
}

#[tokio::test]
async fn authentic_delivery_without_an_event_type_header_is_undecodable() {
    let driver = Driver::new(App::default());
    let valid =
        Signer::of::<GitHub>(&Secret::from_bytes(webhook_runtime::testing::TEST_SECRET)).unwrap();
    let valid = valid.event_type("issues").sign(r#"{"action":"opened"}"#);
    let mut altered = Vec::new();
    let mut headers = valid.headers.clone();
    headers.remove("x-github-event");
    altered.push(headers.clone());
    for value in [b"".as_slice(), b"a b", b"\xff"] {
        headers.insert(
            "x-github-event",
            http::HeaderValue::from_bytes(value).unwrap(),
        );
        altered.push(headers.clone());
    }
    let mut headers = valid.headers.clone();
    headers.append("x-github-event", http::HeaderValue::from_static("issues"));
    altered.push(headers);
    for mut headers in altered {
        let report = driver.deliver_raw(&headers, valid.body.clone()).await;
        assert_eq!(report.outcome().as_str(), "undecodable");
        assert_eq!(report.status(), 500);
        // Without a signature the delivery is rejected first.
        headers.remove("x-hub-signature-256");
        let report = driver.deliver_raw(&headers, valid.body.clone()).await;
        assert_eq!(report.status(), 400);
    }
    let report = driver
        .deliver_raw(&valid.headers, Bytes::from_static(b"{}"))
        .await;
    assert_eq!(report.status(), 401);
    assert_eq!(take(&driver.endpoint().router().seen), [""; 0]);
    let broken = driver
        .deliver_event("issues", r#"{"action":"opened""#)
        .await;
    assert_eq!(broken.status(), 500);
}

#[test]
fn verifier_decodes_the_event_type_from_a_header() {
    let secret = Secret::new("It's a Secret to Everybody");
    let verifier = Verifier::<GitHub>::new([secret.clone()]).unwrap();
    let signer = Signer::of::<GitHub>(&secret)
        .unwrap()
        .event_type("ping")
        .id("d-1");
    let delivery = signer.sign(r#"{"zen":"x"}"#);
    let event = verifier
        .verify_and_decode(&delivery.headers, &delivery.body, TEST_TIME)
        .unwrap();
    assert_eq!(event.id.as_str(), "d-1");
    assert!(matches!(event.data, GitHubEvent::Ping(Ping { zen }) if zen == "x"));
    let error = webhook_runtime::verifier::dangerously_parse_unverified::<GitHub>(&delivery.body);
    assert!(error.unwrap_err().to_string().contains("x-github-event"));

    // A captured delivery whose signature was redacted.
    let captured = [("X-GitHub-Event", "ping"), ("X-Hub-Signature-256", "")];
    let event = webhook_runtime::verifier::dangerously_parse_unverified_with::<GitHub, _>(
        &captured[..],
        &delivery.body,
    );
    assert!(matches!(event.unwrap().data, GitHubEvent::Ping(_)));
}

struct Slack;

impl Provider for Slack {
    type Catalog = SlackEvent;
    const PROFILE: Profile = Profile::new("slack", Scheme::SLACK).created_at_path(&["event_time"]);
}

#[derive(Debug, EventCatalog)]
#[catalog(provider = Slack)]
enum SlackEvent {
    #[event("message")]
    Message(Message),
    #[event(unknown)]
    Unknown(UnknownEvent),
}

#[derive(Debug, Serialize, Deserialize)]
struct Message {
    text: String,
}

#[on("message")]
async fn message(event: Event<Message>, event_id: EventId, seen: &Seen) {
    let created = format!("{:?}", event.created_at);
    let line = format!(
        "{} {} {} {created}",
        event.data.text,
        event.id,
        event_id.as_str()
    );
    seen.lock().unwrap().push(line);
}

#[derive(Default, WebhookRouter)]
#[webhook(provider = Slack, handlers(message))]
struct SlackApp {
    #[webhook(state)]
    seen: Seen,
}

#[tokio::test]
async fn payload_is_the_object_that_contains_the_event_type() {
    let driver = Driver::new(SlackApp::default());
    let body =
        r#"{"event_id":"Ev1","event_time":1750000000,"event":{"type":"message","text":"hi"}}"#;
    assert_eq!(driver.deliver(body).await.status(), 200);
    assert_eq!(
        take(&driver.endpoint().router().seen),
        [r#"hi Ev1 Ev1 Some(DateTime(1750000000))"#]
    );
    let twice = body.replace(r#""text""#, r#""type":"other","text""#);
    assert_eq!(driver.deliver(twice).await.status(), 500);
}

/// Provider with sub-types in a header, event types in the body, and the URL in the signed content.
struct Acme;

impl Provider for Acme {
    type Catalog = AcmeEvent;
    const PROFILE: Profile = Profile::new("acme", ACME);
}

const ACME: Scheme = Scheme::new("acme-signature", Algorithm::Ed25519)
    .timestamp(
        FieldLocation::Header("acme-time"),
        TimestampUnit::Milliseconds,
    )
    .id(FieldLocation::Header("acme-id"))
    .signed(&[
        SignedPart::Id,
        SignedPart::Text("\n"),
        SignedPart::Time,
        SignedPart::Text("\n"),
        SignedPart::Url,
        SignedPart::Text("\n"),
        SignedPart::Body,
    ])
    .event_type(FieldLocation::Body(&["type"]))
    .subtype(FieldLocation::Header("acme-kind"));

#[derive(Debug, EventCatalog)]
#[catalog(provider = Acme)]
enum AcmeEvent {
    #[event("parcel", subtypes(key = "kind", at = "/kind", "sent" = Parcel, "lost" = Parcel))]
    Parcel(Parcel),
    #[event(unknown)]
    Unknown(UnknownEvent),
}

#[derive(Debug, Serialize, Deserialize)]
struct Parcel {
    number: u32,
}

#[on("parcel", kind = "lost")]
async fn lost(event: Event<Parcel>, seen: &Seen) {
    seen.lock()
        .unwrap()
        .push(format!("lost {}", event.data.number));
}

#[on("parcel")]
async fn parcel(seen: &Seen) {
    seen.lock().unwrap().push("parcel".to_owned());
}

#[derive(Default, WebhookRouter)]
#[webhook(provider = Acme, handlers(lost, parcel))]
struct AcmeApp {
    #[webhook(state)]
    seen: Seen,
}

#[tokio::test]
async fn sub_type_is_read_from_a_header() {
    let url = "https://example.com/acme";
    let pair = KeyPair::from_seed([5; 32]);
    let endpoint = Endpoint::builder(AcmeApp::default())
        .secret(pair.public_key())
        .url(url)
        .clock(TestClock::default())
        .build()
        .unwrap();
    let signer = Signer::of_key_pair::<Acme>(&pair).url(url);
    // The scheme reads the kind from a header, so the one in the body is ignored.
    let delivery = signer.sign(r#"{"type":"parcel","number":7,"kind":"lost"}"#);
    for (kind, status) in [
        (None, 200),
        (Some("sent"), 200),
        (Some("lost"), 200),
        (Some("x"), 200),
    ] {
        let mut headers = delivery.headers.clone();
        if let Some(kind) = kind {
            headers.insert("acme-kind", http::HeaderValue::from_static(kind));
        }
        let answer = endpoint.handle_bytes(&headers, delivery.body.clone()).await;
        assert_eq!(answer.status(), status);
    }
    let seen = take(&endpoint.router().seen);
    assert_eq!(seen, ["parcel", "parcel", "lost 7", "parcel"]);
    let elsewhere = Signer::of_key_pair::<Acme>(&pair).sign("{}");
    let answer = endpoint
        .handle_bytes(&elsewhere.headers, elsewhere.body)
        .await;
    assert_eq!(answer.status(), 401);
    let built = Endpoint::builder(AcmeApp::default())
        .secret(pair.public_key())
        .build();
    let source = SecretError::NoUrl;
    assert_eq!(
        built.unwrap_err(),
        BuildError::Secret {
            provider: "acme",
            source
        }
    );
    let error = Verifier::<Acme>::new([pair.public_key()]).unwrap_err();
    assert_eq!(error, SecretError::NoUrl.into());
    assert!(Verifier::<Acme>::with_url(url, [pair.public_key()]).is_ok());

    let driver = Driver::new(AcmeApp::default());
    let report = driver.deliver(r#"{"type":"parcel","number":7}"#).await;
    assert_eq!(report.handler(), Some("parcel"));
}

#[tokio::test]
async fn tolerance_of_the_builder_overrides_the_scheme() {
    let seconds_ago = |seconds: i64| Timestamp::from_second(TEST_TIME.as_second() - seconds);
    let secret = Secret::new("whsec_x");
    let deliver = async |tolerance: Option<u64>, seconds: i64| {
        let mut builder = Endpoint::builder(SlackApp::default())
            .secret(secret.clone())
            .clock(TestClock::default());
        if let Some(tolerance) = tolerance {
            builder = builder.tolerance(std::time::Duration::from_secs(tolerance));
        }
        let signer = Signer::of::<Slack>(&secret)
            .unwrap()
            .at(seconds_ago(seconds));
        let delivery = signer.sign(r#"{"event":{"type":"message","text":"hi"}}"#);
        let endpoint = builder.build().unwrap();
        let answer = endpoint
            .handle_bytes(&delivery.headers, delivery.body)
            .await;
        answer.status().as_u16()
    };
    assert_eq!(deliver(None, 300).await, 200);
    assert_eq!(deliver(None, 301).await, 401);
    assert_eq!(deliver(Some(10), 10).await, 200);
    assert_eq!(deliver(Some(10), 11).await, 401);
    assert_eq!(deliver(Some(1000), 1000).await, 200);
}
