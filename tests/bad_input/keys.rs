//! Keys that are there twice: one parser takes the first, another the last.

use webhook_runtime::testing::{Driver, Signer};
use webhook_runtime::wacht::{ApprovalRequest, Wacht};
use webhook_runtime::{Event, Router, WebhookRouter, on};

macro_rules! anything {
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

anything! {
    anthropic, Anthropic;
    openai, OpenAi;
    cadenya, Cadenya;
    wacht, Wacht;
}

/// A handler takes the body in which nothing is there twice, and none of the others.
async fn once<R: Router>(router: R, body: &str, twice: &[&str]) {
    let driver = Driver::new(router);
    assert_eq!(
        driver.deliver(body.replace('@', "")).await.status(),
        200,
        "{body}"
    );
    for member in twice {
        let body = body.replace('@', member);
        let ran = driver.deliver(body.clone()).await;
        assert_eq!(ran.status(), 500, "{body}");
        assert_eq!(ran.outcome().as_str(), "undecodable", "{body}");
        // And nobody learns of it without the signature.
        let mut forged = Signer::default().sign(body.clone());
        forged
            .headers
            .insert("webhook-id", http::HeaderValue::from_static("msg_other"));
        let ran = driver.deliver_raw(&forged.headers, forged.body).await;
        assert_eq!(ran.status(), 401, "{body}");
    }
}

/// The same key again, in front of and behind the first one, in other words, and of another type.
#[tokio::test]
async fn a_second_event_type_is_refused_wherever_it_stands() {
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
        // At Anthropic, the outer one names nothing.
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
        once(anthropic::Decodes, body, &TYPES).await;
        once(anthropic::Ignores, body, &TYPES).await;
    }
    for body in [
        r#"{@"type":"batch.failed","data":{"id":"b"}}"#,
        r#"{"type":"batch.failed",@"data":{"id":"b"}}"#,
        r#"{"data":{"id":"b"},"type":"batch.failed",@"x":1}"#,
    ] {
        once(openai::Decodes, body, &TYPES).await;
        once(openai::Ignores, body, &TYPES).await;
        once(cadenya::Decodes, body, &TYPES).await;
        once(cadenya::Ignores, body, &TYPES).await;
        once(wacht::Decodes, body, &TYPES).await;
        once(wacht::Ignores, body, &TYPES).await;
    }
}

#[tokio::test]
async fn a_second_object_around_the_event_is_refused() {
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
        once(anthropic::Decodes, body, &OBJECTS).await;
        once(anthropic::Ignores, body, &OBJECTS).await;
        once(openai::Decodes, body, &OBJECTS).await;
        once(openai::Ignores, body, &OBJECTS).await;
        once(cadenya::Decodes, body, &OBJECTS).await;
        once(wacht::Decodes, body, &OBJECTS).await;
        once(wacht::Ignores, body, &OBJECTS).await;
    }
}

/// Wacht's bare form is told by its `message_type`, so that is there once too.
#[tokio::test]
async fn a_second_tag_of_a_bare_message_is_refused() {
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
        once(wacht::Decodes, body, &TAGS).await;
        once(wacht::Ignores, body, &TAGS).await;
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

/// The sub-type chooses the handler, so it is there once, and so are the objects around it.
#[tokio::test]
async fn a_second_sub_type_is_refused() {
    const SUB_TYPES: [&str; 3] = [
        r#""message_type":"approval_request","#,
        r#""message_typ\u0065":"user_message","#,
        r#""message_type":null,"#,
    ];
    for body in [
        r#"{"type":"agent.thread.message","data":{"thread_id":"1","data":{"message_type":"steer",@"id":"2"}}}"#,
        r#"{"type":"agent.thread.message","data":{"data":{"id":"2","message_type":"steer",@"x":1},"x":1}}"#,
    ] {
        once(BySubType, body, &SUB_TYPES).await;
    }
    let body =
        r#"{"type":"agent.thread.message","data":{"x":1,"data":{"message_type":"steer"},@"y":1}}"#;
    let second = r#""data":{"message_type":"approval_request"},"#;
    once(BySubType, body, &[second, r#""d\u0061ta":null,"#]).await;
}

#[tokio::test]
async fn an_event_without_a_name_is_no_event() {
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
