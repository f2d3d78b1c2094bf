//! Bodies that only Wacht sends: messages without an envelope, numeric ids, and replays in two envelopes.

#![allow(clippy::needless_pass_by_value, reason = "a handler takes its event")]

use std::sync::Mutex;

use serde_json::{Value, json};
use webhook_runtime::testing::{Driver, samples};
use webhook_runtime::wacht::{
    AgentThreadMessage, AgentThreadPlatformEvent, OrganizationDeleted, TestWebhook, Wacht,
};
use webhook_runtime::{Event, EventType, WebhookRouter, on};

#[derive(Default)]
struct Seen(Mutex<Vec<(EventType, String)>>);

impl Seen {
    fn push<T: serde::Serialize>(&self, event: &Event<T>) {
        let data = serde_json::to_string(&event.data).unwrap();
        let seen = (event.event_type.clone(), data);
        self.0.lock().unwrap().push(seen);
    }
}

#[on("agent.thread.message")]
fn message(event: Event<AgentThreadMessage>, app: &App) {
    app.seen.push(&event);
}

#[on("agent.thread.platform_event")]
fn platform_event(event: Event<AgentThreadPlatformEvent>, app: &App) {
    app.seen.push(&event);
}

#[on("organization.deleted")]
fn organization(event: Event<OrganizationDeleted>, app: &App) {
    app.seen.push(&event);
}

#[on("test.webhook")]
fn test(event: Event<TestWebhook>, app: &App) {
    app.seen.push(&event);
}

/// Customers' apps can send any event type.
#[on("*")]
fn value(event: Event<Value>, app: &App) {
    app.seen.push(&event);
}

#[derive(Default, WebhookRouter)]
#[webhook(provider = Wacht, handlers(message, platform_event, organization, test, value))]
struct App {
    seen: Seen,
}

/// Handler, event type and decoded payload of a body.
async fn handled(body: &str) -> (&'static str, String, String) {
    let driver = Driver::new(App::default());
    let report = driver.deliver(body.to_owned()).await;
    assert_eq!(report.status(), 200, "{:?} {body}", report.outcome());
    let seen = &driver.endpoint().router().seen.0;
    let (event_type, data) = seen
        .lock()
        .expect("the handler has run")
        .pop()
        .expect("the handler has run");
    let handler = report.handler().unwrap();
    (handler, event_type.to_string(), data)
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[tokio::test]
async fn a_message_without_an_envelope_is_handled_like_one_with_it() {
    let mut bare = 0;
    for sample in samples::<Wacht>() {
        let body = json(sample.body);
        let handler = match sample.event_type {
            "agent.thread.message" => "message",
            "agent.thread.platform_event" => "platform_event",
            _ => continue,
        };
        let payload = if body.get("type").is_none() {
            bare += 1;
            body.clone()
        } else {
            body["data"].clone()
        };
        let enveloped = json!({
            "type": sample.event_type,
            "timestamp": "2026-01-02T03:04:05.123456789Z",
            "data": payload,
        });
        for body in [&payload, &enveloped] {
            let (name, event_type, data) = handled(&body.to_string()).await;
            assert_eq!((name, &*event_type), (handler, sample.event_type));
            assert_eq!(json(&data), payload);
        }
    }
    assert_eq!(bare, 2, "each form without an envelope has a sample");
}

#[tokio::test]
async fn a_body_with_neither_type_is_500() {
    for body in [
        r#"{"message_type":"brand_new","thread_id":"1","data":{}}"#,
        r#"{"message_type":null,"thread_id":"1","data":{}}"#,
        r#"{"message_type":["conversation_message"]}"#,
        r#"{"message_type":"conversation_message","message_type":"platform_event"}"#,
        r#"{"message_type":"conversation_message"}"#,
    ] {
        let report = Driver::new(App::default()).deliver(body).await;
        assert_eq!(report.status(), 500, "{body}");
    }
}

#[tokio::test]
async fn an_entity_id_keeps_its_form_and_every_digit() {
    for id in [
        "\"org_1\"",
        "\"9007199254740993\"",
        "9007199254740993",
        "18446744073709551615",
        "0",
    ] {
        let payload = format!(r#"{{"entity_id":{id},"entity_type":"organization"}}"#);
        let body = format!(r#"{{"type":"organization.deleted","data":{payload}}}"#);
        let (name, _, data) = handled(&body).await;
        assert_eq!((name, data), ("organization", payload));
    }
    for id in ["1.0", "1e3", "18446744073709551616", "null", "[1]"] {
        let body = format!(
            r#"{{"type":"organization.deleted","data":{{"entity_id":{id},"entity_type":"o"}}}}"#
        );
        let report = Driver::new(App::default()).deliver(body).await;
        assert_eq!(report.status(), 500, "{id}");
    }
}

/// Body of a replay from Wacht's console: the first body, as the payload of a second envelope.
fn replayed(event_type: &str, payload: &str) -> String {
    format!(
        r#"{{"type":"{event_type}","timestamp":"2026-01-03T00:00:00Z","data":{{"type":"{event_type}","timestamp":"2026-01-02T00:00:00Z","data":{payload}}}}}"#
    )
}

#[tokio::test]
async fn a_replay_is_unwrapped() {
    let payload = r#"{"entity_id":18446744073709551615,"entity_type":"organization"}"#;
    let (name, event_type, data) = handled(&replayed("organization.deleted", payload)).await;
    assert_eq!(
        (name, &*event_type),
        ("organization", "organization.deleted")
    );
    assert_eq!(data, payload);

    let message = samples::<Wacht>()
        .find(|sample| sample.event_type == "agent.thread.message")
        .unwrap();
    let body = json(message.body);
    let payload = if body.get("type").is_some() {
        &body["data"]
    } else {
        &body
    };
    let replay = replayed("agent.thread.message", &payload.to_string());
    let (name, _, data) = handled(&replay).await;
    assert_eq!(name, "message");
    assert_eq!(&json(&data), payload);
}

#[tokio::test]
async fn a_replay_is_unwrapped_for_a_payload_of_any_shape() {
    let payload = r#"{"note":"again","count":3}"#;
    let (name, _, data) = handled(&replayed("test.webhook", payload)).await;
    assert_eq!(name, "test");
    assert_eq!(json(&data), json(payload));
    let (name, _, data) = handled(&replayed("parcel.sent", payload)).await;
    assert_eq!(name, "value");
    assert_eq!(json(&data), json(payload));
}

#[tokio::test]
async fn a_payload_similar_to_a_replay_is_kept() {
    for payload in [
        r#"{"type":"other","timestamp":"2026-01-02T00:00:00Z","data":{}}"#,
        r#"{"type":"parcel.sent","weight":3}"#,
    ] {
        let body = format!(r#"{{"type":"parcel.sent","data":{payload}}}"#);
        let (name, _, data) = handled(&body).await;
        assert_eq!(name, "value");
        assert_eq!(json(&data), json(payload));
    }
}
