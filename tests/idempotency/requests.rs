//! Requests that go away: what is claimed runs to its end, or is given back.

use std::time::Duration;

use webhook_runtime::{MemoryStore, OnTimeout};

use crate::app::{Work, builder, completed, endpoint, failed, request, status, within};
use crate::shaky::{Call, FaultyStore, Trouble};

#[tokio::test]
async fn a_handler_whose_sender_hangs_up_is_done_for_the_next_try() {
    let (work, store) = (Work::default(), MemoryStore::default());
    let endpoint = endpoint(&work, store);
    let call = tokio::spawn({
        let (endpoint, request) = (endpoint.clone(), request(&failed("msg_1")));
        async move { endpoint.handle(request).await }
    });
    work.begun().await;
    call.abort();
    assert_eq!(status(&endpoint, &failed("msg_1")).await, 503, "it runs on");
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
async fn a_claim_whose_sender_hangs_up_meanwhile_is_not_lost() {
    let (work, store) = (Work::default(), FaultyStore::default());
    let endpoint = endpoint(&work, store.clone());
    store.next(Call::Claim, Trouble::HangsAfter);
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
async fn one_that_ends_after_its_deadline_is_done_for_the_next_try() {
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
async fn one_that_is_cancelled_is_run_again() {
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
