//! Deliveries that are forwarded to a queue and consumed from it.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use webhook_runtime::testing::{TEST_SECRET, TestClock};
use webhook_runtime::{
    BoxError, Endpoint,
    inbox::{StoredDelivery, StoredDeliveryError},
    queue::DeliveryQueue,
};

use crate::app::{App, Behavior, Work, app, deliver, delivery, delivery_of, status};

#[derive(Clone, Default)]
struct Queue {
    messages: Arc<Mutex<Vec<Vec<u8>>>>,
    is_unavailable: Arc<Mutex<bool>>,
}

#[async_trait]
impl DeliveryQueue for Queue {
    async fn enqueue(&self, delivery: &StoredDelivery) -> Result<(), BoxError> {
        if *self.is_unavailable.lock().unwrap() {
            return Err("the queue is unavailable".into());
        }
        self.messages.lock().unwrap().push(delivery.to_bytes());
        Ok(())
    }
}

impl Queue {
    fn only(&self) -> StoredDelivery {
        let messages = self.messages.lock().unwrap();
        let [only] = messages.as_slice() else {
            panic!("{} messages", messages.len());
        };
        StoredDelivery::from_bytes(only).unwrap()
    }
}

fn receiver(work: &Work, queue: Queue) -> Endpoint<App> {
    Endpoint::builder(app(work))
        .secret(TEST_SECRET)
        .clock(TestClock::default())
        .name("app")
        .forward_to(queue)
        .build()
        .unwrap()
}

fn consumer(work: &Work) -> Endpoint<App> {
    Endpoint::builder(app(work))
        .secret(TEST_SECRET)
        .build()
        .unwrap()
}

#[tokio::test]
async fn forwarded_delivery_is_answered_once_queued_and_handled_by_the_consumer() {
    let (work, queue) = (Work::default(), Queue::default());
    let receiver = receiver(&work, queue.clone());
    assert_eq!(
        status(&receiver, &delivery("batch.cancelled", "msg_1")).await,
        200
    );
    assert!(work.runs().is_empty());
    let delivery = queue.only();
    assert_eq!(delivery.key.as_str(), "app/openai//msg_1");
    let outcome = consumer(&work).handle_stored(&delivery).await;
    assert!(outcome.is_done(), "{outcome:?}");
    let run = &work.runs()[0];
    assert!(run.starts_with("batch.cancelled msg_1 "), "{run}");
    assert!(
        run.ends_with(r#"["webhook-id", "webhook-timestamp"]"#),
        "{run}"
    );
}

#[tokio::test]
async fn unavailable_queue_is_503() {
    let (work, queue) = (Work::default(), Queue::default());
    let receiver = receiver(&work, queue.clone());
    *queue.is_unavailable.lock().unwrap() = true;
    let answer = deliver(&receiver, &delivery("batch.completed", "a")).await;
    assert_eq!(answer.status(), 503);
    assert!(answer.headers().contains_key("retry-after"));
    *queue.is_unavailable.lock().unwrap() = false;
    assert_eq!(
        status(&receiver, &delivery("batch.completed", "a")).await,
        200
    );
}

#[tokio::test]
async fn failure_in_the_consumer_is_not_done() {
    for end in [Behavior::Fails, Behavior::Panics, Behavior::RetriesLater] {
        let (work, queue) = (Work::default(), Queue::default());
        let receiver = receiver(&work, queue.clone());
        work.ends("a", [end]);
        assert_eq!(
            status(&receiver, &delivery("batch.completed", "a")).await,
            200
        );
        let (consumer, delivery) = (consumer(&work), queue.only());
        assert!(
            !consumer.handle_stored(&delivery).await.is_done(),
            "{end:?}"
        );
        assert!(consumer.handle_stored(&delivery).await.is_done());
    }
}

#[tokio::test]
async fn consumer_rejects_deliveries_after_shutdown() {
    let (work, queue) = (Work::default(), Queue::default());
    let receiver = receiver(&work, queue.clone());
    assert_eq!(
        status(&receiver, &delivery("batch.completed", "a")).await,
        200
    );
    let consumer = consumer(&work);
    consumer.shutdown().await;
    assert!(!consumer.handle_stored(&queue.only()).await.is_done());
    assert!(work.runs().is_empty());
}

#[tokio::test]
async fn stored_delivery_round_trips_to_the_byte() {
    let (work, queue) = (Work::default(), Queue::default());
    let receiver = receiver(&work, queue.clone());
    let mut sent = delivery_of("batch.expired", "msg_1", "obj");
    let raw = http::HeaderValue::from_bytes(b"caf\xe9").unwrap();
    sent.headers.append("x-raw", raw.clone());
    sent.headers.append("x-raw", "2".parse().unwrap());
    assert_eq!(status(&receiver, &sent).await, 200);
    let read = queue.only();
    assert_eq!(read.body, sent.body);
    assert_eq!(read.headers.get_all("x-raw").iter().count(), 2);
    assert_eq!(read.headers["x-raw"], raw);
    assert_eq!(read.ordering_key.as_deref(), Some("obj"));
    assert!(!read.headers.contains_key("webhook-signature"));
    let text = format!("{read:?}");
    assert!(
        !text.contains("obj\"}") && !text.contains("x-raw"),
        "{text}"
    );
}

#[test]
fn invalid_stored_delivery_is_rejected() {
    for text in [
        "",
        "{}",
        "null",
        "[]",
        r#"{"version":"1"}"#,
        r#"{"version":1}"#,
    ] {
        let error = StoredDelivery::from_bytes(text.as_bytes()).unwrap_err();
        assert!(matches!(error, StoredDeliveryError::Json { .. }), "{text}");
    }
    let error = StoredDelivery::from_bytes(br#"{"version":2}"#).unwrap_err();
    assert!(matches!(error, StoredDeliveryError::Version(2)));
    let good = r#"{"version":1,"key":"k","endpoint":"","provider":"","tenant":"","delivery_id":"","event_type":"","timestamp":0,"is_timestamp_signed":true,"headers":[],"body":"e30=","ordering_key":null}"#;
    assert!(StoredDelivery::from_bytes(good.as_bytes()).is_ok());
    for (from, to) in [
        (r#""headers":[]"#, r#""headers":[["a b","e30="]]"#),
        (r#""headers":[]"#, r#""headers":[["a","Cg=="]]"#),
        (r#""headers":[]"#, r#""headers":[["a","%"]]"#),
        ("e30=", "e30"),
    ] {
        let error = StoredDelivery::from_bytes(good.replace(from, to).as_bytes()).unwrap_err();
        assert!(
            matches!(error, StoredDeliveryError::Malformed(_)),
            "{to}: {error}"
        );
    }
}
