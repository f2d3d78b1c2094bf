//! What stands in the streams, and which streams are refused.

use std::time::Duration;

use async_nats::jetstream::stream::{Config, RetentionPolicy, StorageType};
use webhook_nats::{JetStream, WINDOW};
use webhook_runtime::testing::TEST_SECRET;
use webhook_runtime::{Endpoint, Outcome};

use crate::deliveries::{Working, hand_off};
use crate::server::Server;

#[tokio::test]
async fn any_event_type_and_any_id_is_taken() {
    let Some(server) = Server::new("odd-types").await else {
        return;
    };
    let long = "x.".repeat(5_000);
    let types = [
        "",
        ".",
        "..a",
        "a b\tc",
        "*",
        "batch.>",
        "$SYS.REQ",
        "größe.☃",
        "nul\0\u{1}",
        &long,
    ];
    let queue = server.queue().await;
    for (number, event_type) in types.iter().enumerate() {
        hand_off(&queue, &format!("msg_{number}"), event_type).await;
    }
    let ids = ["a b", "a\r\nb", "ü", &long, &format!("{long}x")];
    for id in ids {
        // In the key alone, since no header of a request can hold them.
        queue_with_key(&queue, id).await;
        queue_with_key(&queue, id).await;
    }
    let all = types.len() + ids.len();
    assert_eq!(server.waiting().await, all as u64);
    server.clear().await;
}

async fn queue_with_key(queue: &JetStream, id: &str) {
    use webhook_runtime::{inbox::StoredDelivery, queue::DeliveryQueue as _, store::DeliveryKey};
    let text = br#"{"version":1,"key":"","endpoint":"app","provider":"openai","tenant":"","delivery_id":"",
        "event_type":"batch.completed","timestamp":1767323045,"is_timestamp_signed":true,"headers":[],"body":"",
        "serial":null}"#;
    let mut delivery = StoredDelivery::from_bytes(text).unwrap();
    delivery.key = DeliveryKey::new(format!("app/openai//{id}"));
    queue.enqueue(&delivery).await.unwrap();
}

#[tokio::test]
async fn handlers_see_the_true_event_type() {
    let Some(server) = Server::new("true-types").await else {
        return;
    };
    let queue = server.queue().await;
    hand_off(&queue, "msg_1", "a b.*.>").await;
    let working = Working::start(
        &server,
        |worker| worker,
        |_| (Duration::ZERO, Ok(Outcome::Done)),
    )
    .await;
    server.until_none_waits().await;
    assert_eq!(working.stop().await, ["a b.*.>"]);
    server.clear().await;
}

#[tokio::test]
async fn the_streams_keep_what_they_must() {
    let Some(server) = Server::new("settings").await else {
        return;
    };
    drop(server.queue().await);
    let context = server.look().await;
    for (name, retention) in [
        (server.name.clone(), RetentionPolicy::WorkQueue),
        (format!("{}-dead", server.name), RetentionPolicy::Limits),
    ] {
        let stream = context.get_stream(name).await.unwrap();
        let config = &stream.cached_info().config;
        assert_eq!(config.storage, StorageType::File);
        assert_eq!(config.retention, retention);
        assert_eq!(config.duplicate_window, WINDOW);
        assert_eq!(config.max_age, Duration::ZERO);
    }
    server.clear().await;
}

#[tokio::test]
async fn a_stream_that_keeps_less_is_refused() {
    let Some(server) = Server::new("refused").await else {
        return;
    };
    let context = server.look().await;
    let good = Config {
        name: server.name.clone(),
        subjects: vec![format!("{}.>", server.name)],
        retention: RetentionPolicy::WorkQueue,
        duplicate_window: WINDOW,
        ..Config::default()
    };
    let memory = Config {
        storage: StorageType::Memory,
        ..good.clone()
    };
    let forgetful = Config {
        duplicate_window: Duration::from_secs(120),
        ..good.clone()
    };
    let limits = Config {
        retention: RetentionPolicy::Limits,
        ..good.clone()
    };
    for (config, word) in [
        (memory, "in a file"),
        (forgetful, "forgets ids"),
        (limits, "another retention"),
        (good, "drops old messages"),
    ] {
        context.create_stream(config).await.unwrap();
        let error = JetStream::connect(&server.url, &server.name).await;
        let error = error.unwrap_err().to_string();
        assert!(error.contains(word), "{error}");
        context.delete_stream(&server.name).await.unwrap();
    }
}

#[tokio::test]
async fn the_largest_body_is_taken_and_no_larger_one_is_verified() {
    let Some(server) = Server::new("large").await else {
        return;
    };
    let queue = server.queue().await;
    let limit = queue.body_limit();
    let (receiver, address) = crate::deliveries::receive(&server);
    let body = |bytes: usize| {
        let rest = r#"{"type":"batch.completed","data":{"id":"batch_1"}}"#;
        let body = rest.to_owned() + &" ".repeat(bytes - rest.len());
        let now = webhook_runtime::Timestamp::from(std::time::SystemTime::now());
        webhook_runtime::testing::Signer::default()
            .id(&bytes.to_string())
            .at(now)
            .sign(body)
    };
    let post = |bytes| crate::process::post(address, "/webhooks/openai", &body(bytes));
    assert_eq!(post(limit), 200);
    assert_eq!(post(limit + 1), 413);
    assert_eq!(server.waiting().await, 1);
    drop(receiver);
    // Without it, such a delivery would be a 503 for ever.
    let endpoint = Endpoint::builder(webhook_nats::App::default())
        .secret(TEST_SECRET)
        .forward_to(queue)
        .build()
        .unwrap();
    let large = body(1 << 20);
    let answer = endpoint.handle_bytes(&large.headers, large.body).await;
    assert_eq!(answer.status(), 503);
    server.clear().await;
}
