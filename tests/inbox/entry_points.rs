//! Deliveries through the entry points of an endpoint with an inbox.

use webhook_runtime::inbox::{Inbox as _, State};
use webhook_runtime::testing::{MemoryInbox, Signer, TEST_TIME};
use webhook_runtime::{BuildError, MemoryStore};

use crate::app::{Work, builder, deliver, delivery, endpoint, rows, status, until};

#[tokio::test]
async fn delivery_is_stored_then_answered_then_handled_once() {
    let (work, inbox) = (Work::default(), MemoryInbox::default());
    let storing = builder(&work, inbox.new_handle())
        .workers(0)
        .build()
        .unwrap();
    for _ in 0..3 {
        let answer = deliver(&storing, &delivery("batch.completed", "a")).await;
        assert_eq!(answer.status(), 200);
    }
    assert_eq!(rows(&inbox, State::Pending).await.len(), 1);
    assert!(
        work.runs().is_empty(),
        "the sender is answered before the handler runs"
    );
    let working = endpoint(&work, inbox.new_handle());
    until(&inbox, State::Done, 1).await;
    assert_eq!(work.runs(), ["a"]);
    assert_eq!(
        status(&working, &delivery("batch.completed", "a")).await,
        200
    );
    assert_eq!(
        status(&working, &delivery("batch.completed", "b")).await,
        200
    );
    until(&inbox, State::Done, 2).await;
    assert_eq!(work.runs(), ["a", "b"]);
}

#[tokio::test]
async fn pending_rows_are_handled_after_the_start() {
    let (work, inbox) = (Work::default(), MemoryInbox::default());
    let before = builder(&work, inbox.new_handle())
        .workers(0)
        .build()
        .unwrap();
    for id in ["a", "b", "c"] {
        assert_eq!(status(&before, &delivery("batch.completed", id)).await, 200);
    }
    drop(before);
    let _after = endpoint(&work, inbox.new_handle());
    until(&inbox, State::Done, 3).await;
}

#[tokio::test]
async fn forged_and_unhandled_deliveries_are_not_stored() {
    let (work, inbox) = (Work::default(), MemoryInbox::default());
    let endpoint = endpoint(&work, inbox.new_handle());
    let mut forged = delivery("batch.completed", "a");
    forged
        .headers
        .insert("webhook-signature", "v1,AAAA".parse().unwrap());
    assert_eq!(status(&endpoint, &forged).await, 401);
    assert_eq!(
        status(&endpoint, &delivery("response.failed", "b")).await,
        200
    );
    assert_eq!(endpoint.unhandled(), 1);
    let no_type = Signer::default().id("c").sign(r#"{"data":{"id":"c"}}"#);
    assert_eq!(status(&endpoint, &no_type).await, 500);
    assert!(inbox.summary().await.unwrap().is_empty());
}

#[tokio::test]
async fn handler_gets_the_facts_of_its_delivery_without_credentials() {
    let (work, inbox) = (Work::default(), MemoryInbox::default());
    let endpoint = endpoint(&work, inbox.new_handle());
    let mut sent = delivery("batch.cancelled", "msg_1");
    for name in ["authorization", "cookie", "proxy-authorization", "x-region"] {
        sent.headers.insert(name, "v".parse().unwrap());
    }
    assert_eq!(status(&endpoint, &sent).await, 200);
    until(&inbox, State::Done, 1).await;
    let expected = format!(
        r#"batch.cancelled msg_1 {} msg_1 ["webhook-id", "webhook-timestamp", "x-region"]"#,
        TEST_TIME.as_second()
    );
    assert_eq!(work.runs(), [expected]);
}

#[tokio::test]
async fn endpoints_of_different_names_can_share_an_inbox() {
    let (work, inbox) = (Work::default(), MemoryInbox::default());
    let here = builder(&work, inbox.new_handle())
        .name("here")
        .workers(0)
        .build()
        .unwrap();
    let there = builder(&work, inbox.new_handle())
        .name("there")
        .build()
        .unwrap();
    assert_eq!(status(&here, &delivery("batch.completed", "a")).await, 200);
    assert_eq!(status(&there, &delivery("batch.completed", "a")).await, 200);
    until(&inbox, State::Done, 1).await;
    assert_eq!(rows(&inbox, State::Pending).await[0].endpoint, "here");
    assert_eq!(rows(&inbox, State::Done).await[0].endpoint, "there");
}

#[tokio::test]
async fn every_entry_point_stores() {
    let (work, inbox) = (Work::default(), MemoryInbox::default());
    let endpoint = endpoint(&work, inbox.new_handle());
    let sent = delivery("batch.completed", "a");
    let answer = endpoint
        .handle_bytes(&sent.headers, sent.body.clone())
        .await;
    assert_eq!(answer.status(), 200);
    until(&inbox, State::Done, 1).await;
    assert_eq!(work.runs(), ["a"]);
}

#[test]
fn workers_start_with_the_first_delivery_if_built_outside_a_runtime() {
    let (work, inbox) = (Work::default(), MemoryInbox::default());
    let endpoint = endpoint(&work, inbox.new_handle());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        assert_eq!(
            status(&endpoint, &delivery("batch.completed", "a")).await,
            200
        );
        until(&inbox, State::Done, 1).await;
    });
}

#[test]
fn store_beside_an_inbox_is_rejected() {
    let built = builder(&Work::default(), MemoryInbox::default())
        .idempotent(MemoryStore::default())
        .build();
    assert_eq!(
        built.unwrap_err(),
        BuildError::SeveralModes { provider: "openai" }
    );
}
