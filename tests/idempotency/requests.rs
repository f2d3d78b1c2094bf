//! Dropped requests: a claimed delivery runs to its end, or its claim is released.

use std::time::Duration;

use webhook_runtime::{MemoryStore, OnTimeout};

use crate::app::{Work, builder, completed, endpoint, failed, request, status, within};
use crate::faults::{Call, Fault, FaultyStore};

#[tokio::test]
async fn handler_of_a_disconnected_sender_completes_its_delivery() {
    let (work, store) = (Work::default(), MemoryStore::default());
    let endpoint = endpoint(&work, store);
    let call = tokio::spawn({
        let (endpoint, request) = (endpoint.clone(), request(&failed("msg_1")));
        async move { endpoint.handle(request).await }
    });
    work.begun().await;
    call.abort();
    assert_eq!(
        status(&endpoint, &failed("msg_1")).await,
        503,
        "the handler still runs"
    );
    work.go_on();
    within(async {
        while status(&endpoint, &failed("msg_1")).await != 200 {
            tokio::task::yield_now().await;
        }
    })
    .await;
    assert_eq!(work.runs(), 1);
}

#[tokio::test]
async fn claim_is_kept_when_the_sender_disconnects_meanwhile() {
    let (work, store) = (Work::default(), FaultyStore::default());
    let endpoint = endpoint(&work, store.clone());
    store.next(Call::Claim, Fault::HangsAfter);
    let call = tokio::spawn({
        let (endpoint, request) = (endpoint.clone(), request(&completed("msg_1")));
        async move { endpoint.handle(request).await }
    });
    within(async {
        while store.memory.is_empty() {
            tokio::task::yield_now().await;
        }
    })
    .await;
    call.abort();
    assert!(call.await.unwrap_err().is_cancelled());
    store.answer();
    within(async {
        while status(&endpoint, &completed("msg_1")).await != 200 {
            tokio::task::yield_now().await;
        }
    })
    .await;
    assert_eq!(work.runs(), 1);
}

#[tokio::test]
async fn handler_that_ends_after_its_timeout_completes_its_delivery() {
    let (work, store) = (Work::default(), MemoryStore::default());
    let endpoint = builder(&work, store.clone())
        .handler_timeout(Duration::from_millis(20))
        .on_handler_timeout(OnTimeout::Finish)
        .build()
        .unwrap();
    assert_eq!(status(&endpoint, &failed("msg_1")).await, 503);
    work.go_on();
    within(endpoint.shutdown()).await;
    let after = crate::app::endpoint(&work, store);
    assert_eq!(status(&after, &failed("msg_1")).await, 200);
    assert_eq!(work.runs(), 1);
}

#[tokio::test]
async fn cancelled_handler_runs_again() {
    let work = Work::default();
    let endpoint = builder(&work, MemoryStore::default())
        .handler_timeout(Duration::from_millis(20))
        .on_handler_timeout(OnTimeout::Cancel)
        .build()
        .unwrap();
    assert_eq!(status(&endpoint, &failed("msg_1")).await, 503);
    work.go_on();
    assert_eq!(status(&endpoint, &failed("msg_1")).await, 200);
    assert_eq!(work.runs(), 2);
}
