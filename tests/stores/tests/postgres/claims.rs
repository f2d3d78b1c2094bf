//! The store: concurrent and expired claims.

use std::time::Duration;

use webhook_runtime::{
    postgres::PostgresStore,
    store::{ClaimResult, DeliveryKey, LeaseStatus, Store},
};
use webhook_stores::{LONG, within};

use crate::server::SharedServer;

async fn claim(store: &PostgresStore, key: &str) -> ClaimResult {
    store.claim(&DeliveryKey::new(key), LONG).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_of_many_concurrent_claims_succeeds() {
    let Some(shared) = SharedServer::new("claims").await else {
        return;
    };
    let mut stores = Vec::new();
    for _ in 0..6 {
        let database = shared.database().max_connections(2);
        stores.push(PostgresStore::open(&database).await.unwrap());
    }
    for round in 0..40 {
        let name = format!("round {round}");
        let key = DeliveryKey::new(name.clone());
        if round % 2 == 1 {
            // A claim whose lease has ended.
            stores[0].claim(&key, Duration::ZERO).await.unwrap();
        }
        let claims = stores.iter().map(|store| {
            let (store, name) = (store.clone(), name.clone());
            tokio::spawn(async move { claim(&store, &name).await })
        });
        let mut fences = Vec::new();
        for task in claims.collect::<Vec<_>>() {
            match task.await.unwrap() {
                ClaimResult::New(fence) => fences.push(fence),
                other => assert_eq!(other, ClaimResult::InProgress),
            }
        }
        let [fence] = fences.as_slice() else {
            panic!("expected one new claim, got {fences:?}");
        };
        let completed = stores[0].complete(&key, *fence, Duration::MAX).await;
        assert_eq!(completed.unwrap(), LeaseStatus::Held);
        assert_eq!(claim(&stores[1], &name).await, ClaimResult::Done);
    }
    shared.clean_up().await;
}

#[tokio::test]
async fn expired_claims_are_deleted_in_the_background() {
    let Some(shared) = SharedServer::new("pruned").await else {
        return;
    };
    let store = shared.store().await;
    let insert = "INSERT INTO claims
        SELECT sha256(n::text::bytea), n, n, n % 2 = 0,
            now() - CASE n % 3 WHEN 0 THEN interval '1 hour' WHEN 1 THEN interval '2 days' ELSE interval '-1 hour' END
        FROM generate_series(1, 6000) n";
    shared.client().await.execute(insert, &[]).await.unwrap();
    claim(&store, "new").await;
    // Claims whose lease ended within the last day can still be completed.
    let count = "SELECT count(*) FROM claims";
    within(async {
        while shared.query_number(count).await != 2_000 + 1_000 + 1 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    })
    .await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(shared.query_number(count).await, 3_001);
    let expired = "SELECT count(*) FROM claims WHERE expires_at < now() AND is_done";
    assert_eq!(shared.query_number(expired).await, 0);
    shared.clean_up().await;
}
