//! Crashed and slow processes.

use std::time::Duration;

use webhook_runtime::{MemoryStore, store::ClaimResult};

use crate::app::{Work, builder, endpoint, failed, request, status, within};
use crate::faults::{Call, Fault, FaultyStore};

const SHORT: Duration = Duration::from_millis(300);

#[tokio::test]
async fn slow_handler_keeps_its_claim() {
    let (work, store) = (Work::default(), FaultyStore::default());
    let slow = builder(&work, store.clone()).lease(SHORT).build().unwrap();
    let other = endpoint(&work, store.clone());
    let first = {
        let (slow, request) = (slow.clone(), request(&failed("msg_1")));
        tokio::spawn(async move { slow.handle(request).await.status() })
    };
    work.begun().await;
    // For three leases.
    for _ in 0..9 {
        tokio::time::sleep(SHORT / 3).await;
        assert_eq!(status(&other, &failed("msg_1")).await, 503);
    }
    assert!(store.count(Call::Renew) >= 3);
    work.go_on();
    assert_eq!(first.await.unwrap(), 200);
    assert_eq!(status(&other, &failed("msg_1")).await, 200);
    assert_eq!(work.runs(), 1);
}

#[tokio::test]
async fn claim_of_a_crashed_process_expires() {
    let (work, store) = (Work::default(), MemoryStore::default());
    let crashed = builder(&work, store.clone()).lease(SHORT).build().unwrap();
    let other = builder(&work, store.clone()).lease(SHORT).build().unwrap();
    let delivery = failed("msg_1");
    {
        // A dropped `handle_bytes` call leaves nothing behind, like a process that is killed.
        let call = crashed.handle_bytes(&delivery.headers, delivery.body.clone());
        let dropped = tokio::time::timeout(Duration::from_millis(10), call).await;
        assert!(dropped.is_err(), "the handler waits");
    }
    assert_eq!(work.runs(), 1);
    assert_eq!(
        status(&other, &delivery).await,
        503,
        "the lease has not expired"
    );
    work.go_on();
    within(async {
        while status(&other, &delivery).await != 200 {
            tokio::time::sleep(SHORT / 10).await;
        }
    })
    .await;
    assert_eq!(work.runs(), 2);
}

#[tokio::test]
async fn handler_that_lost_its_claim_does_not_complete_it() {
    let (work, store) = (Work::default(), FaultyStore::default());
    let slow = builder(&work, store.clone()).lease(SHORT).build().unwrap();
    // It cannot renew its lease, because the network fails.
    for _ in 0..100 {
        store.next(Call::Renew, Fault::Fails);
    }
    let first = {
        let (slow, request) = (slow.clone(), request(&failed("msg_1")));
        tokio::spawn(async move { slow.handle(request).await.status() })
    };
    work.begun().await;
    let successor = endpoint(&work, store.memory.clone());
    let mut second = None;
    within(async {
        while second.is_none() {
            let (successor, request) = (successor.clone(), request(&failed("msg_1")));
            let mut call = tokio::spawn(async move { successor.handle(request).await.status() });
            tokio::select! {
                () = work.begun() => second = Some(call),
                status = &mut call => assert_eq!(status.unwrap(), 503),
            }
            tokio::time::sleep(SHORT / 10).await;
        }
    })
    .await;
    let second = second.expect("the loop ends with it");
    // The first handler ends while the second one runs.
    work.go_on();
    let first = within(first).await.unwrap();
    assert_eq!(first, 503, "its result is ignored");
    let key = format!("{}/openai//msg_1", std::any::type_name::<crate::app::App>());
    let key = webhook_runtime::store::DeliveryKey::new(key);
    let claimed = webhook_runtime::store::Store::claim(&store.memory, &key, SHORT).await;
    assert_eq!(
        claimed.unwrap(),
        ClaimResult::InProgress,
        "the successor still has its claim"
    );
    work.go_on();
    assert_eq!(within(second).await.unwrap(), 200);
    assert_eq!(work.runs(), 2);
}
