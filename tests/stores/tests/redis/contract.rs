//! The contract of all stores.

use webhook_runtime::store::{ClaimResult, LeaseStatus, Store};
use webhook_runtime::testing::store_contract;
use webhook_stores::LONG;

use crate::server::{SharedServer, claim, key};

#[tokio::test]
async fn store_fulfils_the_contract() {
    let Some(shared) = SharedServer::new("contract").await else {
        return;
    };
    store_contract(&shared.store(), tokio::time::sleep).await;
    shared.clean_up().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_of_many_concurrent_claims_succeeds() {
    let Some(shared) = SharedServer::new("processes").await else {
        return;
    };
    let stores: Vec<_> = (0..8).map(|_| shared.store()).collect();
    for round in 0..50 {
        let name = format!("round {round}");
        let claims = stores.iter().map(|store| {
            let (store, name) = (store.clone(), name.clone());
            tokio::spawn(async move { claim(&store, &name, LONG).await })
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
        let completed = stores[0].complete(&key(&name), *fence, LONG).await;
        assert_eq!(completed.unwrap(), LeaseStatus::Held);
        assert_eq!(claim(&stores[1], &name, LONG).await, ClaimResult::Done);
    }
    shared.clean_up().await;
}
