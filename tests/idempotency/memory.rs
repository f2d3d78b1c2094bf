//! The store in memory: its contract and its capacity.

use std::time::Duration;

use webhook_runtime::testing::store_contract;
use webhook_runtime::{
    MemoryStore,
    store::{ClaimResult, DeliveryKey, LeaseStatus, Store},
};

const LONG: Duration = Duration::from_secs(600);

async fn handle(store: &MemoryStore, key: &str, keep: Duration) {
    let key = DeliveryKey::new(key);
    let ClaimResult::New(fence) = store.claim(&key, LONG).await.unwrap() else {
        panic!("{key} is not new");
    };
    assert_eq!(
        store.complete(&key, fence, keep).await.unwrap(),
        LeaseStatus::Held
    );
}

async fn claim(store: &MemoryStore, key: &str) -> ClaimResult {
    store.claim(&DeliveryKey::new(key), LONG).await.unwrap()
}

#[tokio::test]
async fn memory_store_satisfies_the_contract() {
    store_contract(&MemoryStore::default(), tokio::time::sleep).await;
}

#[tokio::test]
async fn oldest_completed_entries_are_evicted_and_claims_are_not() {
    let store = MemoryStore::with_capacity(100);
    for held in 0..10 {
        assert!(matches!(
            claim(&store, &format!("held {held}")).await,
            ClaimResult::New(_)
        ));
    }
    for done in 0..10_000 {
        handle(&store, &format!("done {done}"), LONG).await;
        assert!(store.len() <= 120, "{}", store.len());
    }
    for held in 0..10 {
        assert_eq!(
            claim(&store, &format!("held {held}")).await,
            ClaimResult::InProgress
        );
    }
    for done in 9_950..10_000 {
        assert_eq!(
            claim(&store, &format!("done {done}")).await,
            ClaimResult::Done
        );
    }
    assert!(matches!(claim(&store, "done 0").await, ClaimResult::New(_)));
}

#[tokio::test]
async fn expired_entries_are_removed() {
    let store = MemoryStore::default();
    for done in 0..20_000 {
        handle(&store, &format!("done {done}"), Duration::ZERO).await;
    }
    assert!(store.len() <= 1_024, "{}", store.len());
}

#[tokio::test]
async fn long_claim_does_not_block_eviction() {
    let store = MemoryStore::default();
    assert!(matches!(claim(&store, "held").await, ClaimResult::New(_)));
    for done in 0..5_000 {
        handle(&store, &format!("done {done}"), Duration::ZERO).await;
    }
    assert!(store.len() <= 1_024, "{}", store.len());
    assert_eq!(claim(&store, "held").await, ClaimResult::InProgress);
}

#[tokio::test]
async fn maximum_durations_do_not_overflow() {
    let store = MemoryStore::with_capacity(0);
    handle(&store, "a", Duration::MAX).await;
    assert_eq!(claim(&store, "a").await, ClaimResult::Done);
}

#[test]
fn debug_shows_no_keys() {
    let text = format!("{:?}", MemoryStore::with_capacity(5));
    assert_eq!(text, "MemoryStore { len: 0, capacity: 5 }");
}
