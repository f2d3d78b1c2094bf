//! A store that fails, hangs, panics or loses its answers: 503, never 200, and no second run.

use webhook_runtime::testing::store_contract;

use crate::app::{
    Behavior, Work, builder, completed, deliver, endpoint, failed, request, status, within,
};
use crate::faults::{Call, Fault, FaultyStore, impatient};

#[tokio::test]
async fn faulty_store_without_faults_satisfies_the_contract() {
    store_contract(&FaultyStore::default(), tokio::time::sleep).await;
}

#[tokio::test]
async fn failed_claim_is_503_without_running_the_handler() {
    for fault in [Fault::Fails, Fault::Panics] {
        let (work, store) = (Work::default(), FaultyStore::default());
        let endpoint = endpoint(&work, store.clone());
        store.next(Call::Claim, fault);
        let answer = deliver(&endpoint, &completed("msg_1")).await;
        assert_eq!(answer.status(), 503);
        assert!(answer.headers().contains_key("retry-after"));
        assert_eq!(work.runs(), 0);
        assert_eq!(status(&endpoint, &completed("msg_1")).await, 200);
        assert_eq!(work.runs(), 1);
    }
}

#[tokio::test]
async fn late_claim_is_503_and_released() {
    let (work, store) = (Work::default(), FaultyStore::default());
    let endpoint = impatient(builder(&work, store.clone())).build().unwrap();
    store.next(Call::Claim, Fault::HangsAfter);
    assert_eq!(status(&endpoint, &completed("msg_1")).await, 503);
    assert_eq!(
        status(&endpoint, &completed("msg_1")).await,
        503,
        "the claim is held"
    );
    store.answer();
    within(async {
        while store.count(Call::Release) == 0 {
            tokio::task::yield_now().await;
        }
    })
    .await;
    assert_eq!(work.runs(), 0, "no handler runs after its sender got a 503");
    assert_eq!(status(&endpoint, &completed("msg_1")).await, 200);
    assert_eq!(work.runs(), 1);
}

#[tokio::test]
async fn late_claim_in_handle_bytes_is_503() {
    let (work, store) = (Work::default(), FaultyStore::default());
    let endpoint = impatient(builder(&work, store.clone())).build().unwrap();
    store.next(Call::Claim, Fault::HangsAfter);
    let delivery = completed("msg_1");
    let answer = endpoint.handle_bytes(&delivery.headers, delivery.body.clone());
    assert_eq!(within(answer).await.status(), 503);
    assert_eq!(work.runs(), 0);
}

#[tokio::test]
async fn failed_completion_is_repeated_without_running_the_handler_again() {
    for fault in [
        Fault::Fails,
        Fault::Panics,
        Fault::FailsAfter,
        Fault::HangsAfter,
    ] {
        let (work, store) = (Work::default(), FaultyStore::default());
        let endpoint = impatient(builder(&work, store.clone())).build().unwrap();
        for _ in 0..3 {
            store.next(Call::Complete, fault);
        }
        assert_eq!(
            status(&endpoint, &completed("msg_1")).await,
            503,
            "{fault:?}"
        );
        if fault != Fault::FailsAfter && fault != Fault::HangsAfter {
            let meanwhile = status(&endpoint, &completed("msg_1")).await;
            assert_eq!(meanwhile, 503, "{fault:?}");
        }
        within(endpoint.shutdown()).await;
        assert_eq!(store.count(Call::Complete), 4, "{fault:?}");
        let after = crate::app::endpoint(&work, store.clone());
        assert_eq!(status(&after, &completed("msg_1")).await, 200, "{fault:?}");
        assert_eq!(work.runs(), 1, "{fault:?}");
    }
}

#[tokio::test]
async fn unrecorded_completion_blocks_redeliveries_after_the_lease() {
    let (work, store) = (Work::default(), FaultyStore::default());
    let endpoint = builder(&work, store.clone())
        .lease(std::time::Duration::from_millis(1))
        .build()
        .unwrap();
    for _ in 0..4 {
        store.next(Call::Complete, Fault::Fails);
    }
    assert_eq!(status(&endpoint, &completed("msg_1")).await, 503);
    tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    assert_eq!(status(&endpoint, &completed("msg_1")).await, 503);
    assert_eq!(work.runs(), 1);
}

#[tokio::test]
async fn failed_release_is_repeated() {
    for fault in [Fault::Fails, Fault::Panics] {
        let (work, store) = (Work::default(), FaultyStore::default());
        let endpoint = endpoint(&work, store.clone());
        work.ends(Behavior::Fails);
        store.next(Call::Release, fault);
        let answer = status(&endpoint, &completed("msg_1")).await;
        assert!([500, 503].contains(&answer), "{answer}");
        within(async {
            while !store.memory.is_empty() {
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            }
        })
        .await;
        work.ends(Behavior::Done);
        assert_eq!(status(&endpoint, &completed("msg_1")).await, 200);
        assert_eq!(work.runs(), 2);
    }
}

#[tokio::test]
async fn failed_completion_in_handle_bytes_is_503() {
    let (work, store) = (Work::default(), FaultyStore::default());
    let endpoint = endpoint(&work, store.clone());
    store.next(Call::Complete, Fault::Fails);
    let delivery = completed("msg_1");
    for _ in 0..2 {
        let answer = endpoint.handle_bytes(&delivery.headers, delivery.body.clone());
        assert_eq!(within(answer).await.status(), 503);
    }
    assert_eq!(work.runs(), 1);
}

#[tokio::test]
async fn failed_renewal_has_no_effect() {
    let (work, store) = (Work::default(), FaultyStore::default());
    let endpoint = builder(&work, store.clone())
        .lease(std::time::Duration::from_millis(300))
        .build()
        .unwrap();
    store.next(Call::Renew, Fault::Fails);
    store.next(Call::Renew, Fault::Panics);
    let request = request(&failed("msg_1"));
    let shared = endpoint.clone();
    let first = tokio::spawn(async move { shared.handle(request).await.status() });
    work.begun().await;
    within(async {
        while store.count(Call::Renew) < 6 {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    })
    .await;
    work.go_on();
    assert_eq!(first.await.unwrap(), 200);
    assert_eq!(work.runs(), 1);
}
