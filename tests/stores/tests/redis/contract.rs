//! What every store promises.

use webhook_runtime::store::{ClaimResult, LeaseStatus, Store};
use webhook_runtime::testing::store_contract;

use crate::server::{LONG, Shared, claim, key};

#[tokio::test]
async fn it_keeps_the_contract() {
    let Some(shared) = Shared::new("contract").await else {
        return;
    };
    store_contract(&shared.store(), tokio::time::sleep).await;
    shared.clear().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_processes_one_gets_the_claim() {
    let Some(shared) = Shared::new("processes").await else {
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
            panic!("{fences:?} have the same claim");
        };
        let completed = stores[0].complete(&key(&name), *fence, LONG).await;
        assert_eq!(completed.unwrap(), LeaseStatus::Held);
        assert_eq!(claim(&stores[1], &name, LONG).await, ClaimResult::Done);
    }
    shared.clear().await;
}
