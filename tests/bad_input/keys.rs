//! Duplicate keys: one parser uses the first, another the last. Here a duplicate of a key that
//! selects the event or its payload is an error.

use webhook_runtime::testing::{Driver, Signer};
use webhook_runtime::wacht::{ApprovalRequest, Wacht};
use webhook_runtime::{Event, Router, WebhookRouter, on};

macro_rules! routers {
    ($($module:ident, $Provider:ident;)*) => {$(
        mod $module {
            use webhook_runtime::$module::$Provider;
            use webhook_runtime::{Event, WebhookRouter, on};

            #[on("*")]
            fn decodes(_: Event<serde_json::Value>) {}

            #[derive(WebhookRouter)]
            #[webhook(provider = $Provider, handlers(decodes))]
            pub(super) struct Decodes;

            #[on("*")]
            fn ignores() {}

            #[derive(WebhookRouter)]
            #[webhook(provider = $Provider, handlers(ignores))]
            pub(super) struct Ignores;
        }
    )*};
}

routers! {
    anthropic, Anthropic;
    openai, OpenAi;
    cadenya, Cadenya;
    wacht, Wacht;
}

/// Asserts that the body is handled, and that it is undecodable with each duplicate member in place of `@`.
async fn assert_duplicates_are_rejected<R: Router>(router: R, body: &str, duplicates: &[&str]) {
    let driver = Driver::new(router);
    assert_eq!(
        driver.deliver(body.replace('@', "")).await.status(),
        200,
        "{body}"
    );
    for member in duplicates {
        let body = body.replace('@', member);
        let report = driver.deliver(body.clone()).await;
        assert_eq!(report.status(), 500, "{body}");
        assert_eq!(report.outcome().as_str(), "undecodable", "{body}");
        // Without a valid signature the delivery is rejected first.
        let mut forged = Signer::default().sign(body.clone());
        forged
            .headers
            .insert("webhook-id", http::HeaderValue::from_static("msg_other"));
        let report = driver.deliver_raw(&forged.headers, forged.body).await;
        assert_eq!(report.status(), 401, "{body}");
    }
}

/// The duplicate is before or after the first key, is spelled with escapes, or has another type.
#[tokio::test]
async fn duplicate_event_type_is_rejected() {
    const TYPES: [&str; 6] = [
        r#""type":"brand.new","#,
        r#""\u0074ype":"brand.new","#,
        r#""t\u0079p\u0065":"brand.new","#,
        r#""type":null,"#,
        r#""type":{},"#,
        r#""type":["brand.new"],"#,
    ];
    for body in [
        r#"{@"type":"event","data":{"type":"session.created","id":"s"}}"#,
        r#"{"data":{"type":"session.created","id":"s"},@"type":"event"}"#,
    ] {
        // Anthropic's event type is in `data`, so the outer `type` is ignored.
        let driver = Driver::new(anthropic::Decodes);
        for second in TYPES {
            assert_eq!(
                driver.deliver(body.replace('@', second)).await.status(),
                200
            );
        }
    }
    for body in [
        r#"{"type":"event","data":{@"type":"session.created","id":"s"}}"#,
        r#"{"type":"event","data":{"type":"session.created",@"id":"s"}}"#,
        r#"{"type":"event","data":{"id":"s","type":"session.created",@"x":1}}"#,
    ] {
        assert_duplicates_are_rejected(anthropic::Decodes, body, &TYPES).await;
        assert_duplicates_are_rejected(anthropic::Ignores, body, &TYPES).await;
    }
    for body in [
        r#"{@"type":"batch.failed","data":{"id":"b"}}"#,
        r#"{"type":"batch.failed",@"data":{"id":"b"}}"#,
        r#"{"data":{"id":"b"},"type":"batch.failed",@"x":1}"#,
    ] {
        assert_duplicates_are_rejected(openai::Decodes, body, &TYPES).await;
        assert_duplicates_are_rejected(openai::Ignores, body, &TYPES).await;
        assert_duplicates_are_rejected(cadenya::Decodes, body, &TYPES).await;
        assert_duplicates_are_rejected(cadenya::Ignores, body, &TYPES).await;
        assert_duplicates_are_rejected(wacht::Decodes, body, &TYPES).await;
        assert_duplicates_are_rejected(wacht::Ignores, body, &TYPES).await;
    }
}

#[tokio::test]
async fn duplicate_object_around_the_payload_is_rejected() {
    const OBJECTS: [&str; 4] = [
        r#""data":{"type":"session.deleted","id":"x"},"#,
        r#""d\u0061ta":{"type":"session.deleted","id":"x"},"#,
        r#""data":null,"#,
        r#""data":[],"#,
    ];
    for body in [
        r#"{"type":"session.created","data":{"type":"session.created","id":"s"},@"x":1}"#,
        r#"{"type":"session.created","x":1,"data":{"type":"session.created","id":"s"},@"y":1}"#,
    ] {
        assert_duplicates_are_rejected(anthropic::Decodes, body, &OBJECTS).await;
        assert_duplicates_are_rejected(anthropic::Ignores, body, &OBJECTS).await;
        assert_duplicates_are_rejected(openai::Decodes, body, &OBJECTS).await;
        assert_duplicates_are_rejected(openai::Ignores, body, &OBJECTS).await;
        assert_duplicates_are_rejected(cadenya::Decodes, body, &OBJECTS).await;
        assert_duplicates_are_rejected(wacht::Decodes, body, &OBJECTS).await;
        assert_duplicates_are_rejected(wacht::Ignores, body, &OBJECTS).await;
    }
}

/// Wacht's messages without an envelope are recognized by `message_type`, so a duplicate of it is an error.
#[tokio::test]
async fn duplicate_message_type_without_an_envelope_is_rejected() {
    const TAGS: [&str; 4] = [
        r#""message_type":"platform_event","#,
        r#""m\u0065ssage_type":"platform_event","#,
        r#""message_type":null,"#,
        r#""message_type":"conversation_message","#,
    ];
    for body in [
        r#"{"message_type":"conversation_message",@"thread_id":"1","data":{}}"#,
        r#"{"thread_id":"1","data":{},"message_type":"conversation_message",@"x":1}"#,
    ] {
        assert_duplicates_are_rejected(wacht::Decodes, body, &TAGS).await;
        assert_duplicates_are_rejected(wacht::Ignores, body, &TAGS).await;
    }
}

#[on("agent.thread.message", message_type = "approval_request")]
fn approves(_: Event<ApprovalRequest>) {}

#[on("agent.thread.message", message_type = "steer")]
fn any_json(_: Event<serde_json::Value>) {}

#[on("agent.thread.message")]
fn other() {}

#[derive(WebhookRouter)]
#[webhook(provider = Wacht, handlers(approves, any_json, other))]
struct BySubType;

/// The sub-type selects the handler, so a duplicate of it, or of an object around it, is an error.
#[tokio::test]
async fn duplicate_sub_type_is_rejected() {
    const SUB_TYPES: [&str; 3] = [
        r#""message_type":"approval_request","#,
        r#""message_typ\u0065":"user_message","#,
        r#""message_type":null,"#,
    ];
    for body in [
        r#"{"type":"agent.thread.message","data":{"thread_id":"1","data":{"message_type":"steer",@"id":"2"}}}"#,
        r#"{"type":"agent.thread.message","data":{"data":{"id":"2","message_type":"steer",@"x":1},"x":1}}"#,
    ] {
        assert_duplicates_are_rejected(BySubType, body, &SUB_TYPES).await;
    }
    let body =
        r#"{"type":"agent.thread.message","data":{"x":1,"data":{"message_type":"steer"},@"y":1}}"#;
    let duplicate = r#""data":{"message_type":"approval_request"},"#;
    assert_duplicates_are_rejected(BySubType, body, &[duplicate, r#""d\u0061ta":null,"#]).await;
}

#[tokio::test]
async fn body_without_an_event_type_is_undecodable() {
    for (name, body) in [
        ("empty", r#"{"type":"","data":{"type":""}}"#),
        ("missing", r#"{"data":{}}"#),
        ("null", r#"{"type":null,"data":{"type":null}}"#),
        ("a number", r#"{"type":1,"data":{"type":1}}"#),
    ] {
        assert_eq!(
            Driver::new(anthropic::Ignores).deliver(body).await.status(),
            500,
            "{name}"
        );
        assert_eq!(
            Driver::new(openai::Ignores).deliver(body).await.status(),
            500,
            "{name}"
        );
        assert_eq!(
            Driver::new(cadenya::Ignores).deliver(body).await.status(),
            500,
            "{name}"
        );
        assert_eq!(
            Driver::new(wacht::Ignores).deliver(body).await.status(),
            500,
            "{name}"
        );
    }
}
