//! Contents and settings of the streams.

use std::time::Duration;

use async_nats::jetstream::stream::{Config, RetentionPolicy, StorageType};
use webhook_nats::{DUPLICATE_WINDOW, JetStream};
use webhook_runtime::testing::TEST_SECRET;
use webhook_runtime::{Endpoint, Outcome};

use crate::deliveries::{TestWorker, enqueue};
use crate::server::Server;

#[tokio::test]
async fn any_event_type_and_any_id_is_accepted() {
    let Some(server) = Server::new("unusual-types").await else {
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
        enqueue(&queue, &format!("msg_{number}"), event_type).await;
    }
    let ids = ["a b", "a\r\nb", "ü", &long, &format!("{long}x")];
    for id in ids {
        // In the key only, because a header of a request cannot contain these ids.
        queue_with_key(&queue, id).await;
        queue_with_key(&queue, id).await;
    }
    let all = types.len() + ids.len();
    assert_eq!(server.pending().await, all as u64);
    server.clean_up().await;
}

async fn queue_with_key(queue: &JetStream, id: &str) {
    use webhook_runtime::{inbox::StoredDelivery, queue::DeliveryQueue as _, store::DeliveryKey};
    let text = br#"{"version":1,"key":"","endpoint":"app","provider":"openai","tenant":"","delivery_id":"",
        "event_type":"batch.completed","timestamp":1767323045,"is_timestamp_signed":true,"headers":[],"body":"",
        "ordering_key":null}"#;
    let mut delivery = StoredDelivery::from_bytes(text).unwrap();
    delivery.key = DeliveryKey::new(format!("app/openai//{id}"));
    queue.enqueue(&delivery).await.unwrap();
}

#[tokio::test]
async fn handlers_receive_the_exact_event_type() {
    let Some(server) = Server::new("true-types").await else {
        return;
    };
    let queue = server.queue().await;
    enqueue(&queue, "msg_1", "a b.*.>").await;
    let worker = TestWorker::start(
        &server,
        |worker| worker,
        |_| (Duration::ZERO, Ok(Outcome::Done)),
    )
    .await;
    server.wait_until_empty().await;
    assert_eq!(worker.stop().await, ["a b.*.>"]);
    server.clean_up().await;
}

#[tokio::test]
async fn streams_are_created_with_safe_settings() {
    let Some(server) = Server::new("settings").await else {
        return;
    };
    drop(server.queue().await);
    let context = server.context().await;
    for (name, retention) in [
        (server.name.clone(), RetentionPolicy::WorkQueue),
        (format!("{}-dead", server.name), RetentionPolicy::Limits),
    ] {
        let stream = context.get_stream(name).await.unwrap();
        let config = &stream.cached_info().config;
        assert_eq!(config.storage, StorageType::File);
        assert_eq!(config.retention, retention);
        assert_eq!(config.duplicate_window, DUPLICATE_WINDOW);
        assert_eq!(config.max_age, Duration::ZERO);
    }
    server.clean_up().await;
}

#[tokio::test]
async fn stream_with_unsafe_settings_is_rejected() {
    let Some(server) = Server::new("unsafe-settings").await else {
        return;
    };
    let context = server.context().await;
    let good = Config {
        name: server.name.clone(),
        subjects: vec![format!("{}.>", server.name)],
        retention: RetentionPolicy::WorkQueue,
        duplicate_window: DUPLICATE_WINDOW,
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
    for (config, message) in [
        (memory, "in a file"),
        (forgetful, "duplicate window is shorter"),
        (limits, "retention policy is another one"),
        (good, "drops old messages"),
    ] {
        context.create_stream(config).await.unwrap();
        let error = JetStream::connect(&server.url, &server.name).await;
        let error = error.unwrap_err().to_string();
        assert!(error.contains(message), "{error}");
        context.delete_stream(&server.name).await.unwrap();
    }
}

#[tokio::test]
async fn largest_body_is_accepted_and_larger_ones_are_rejected() {
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
    assert_eq!(server.pending().await, 1);
    drop(receiver);
    // Without the limit, such a delivery would be answered with 503 each time.
    let endpoint = Endpoint::builder(webhook_nats::App::default())
        .secret(TEST_SECRET)
        .forward_to(queue)
        .build()
        .unwrap();
    let large = body(1 << 20);
    let answer = endpoint.handle_bytes(&large.headers, large.body).await;
    assert_eq!(answer.status(), 503);
    server.clean_up().await;
}
