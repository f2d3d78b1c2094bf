//! What every store and every inbox promises.

use webhook_runtime::testing::{inbox_contract, store_contract};

use crate::server::Shared;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_store_keeps_the_contract() {
    let Some(shared) = Shared::new("store-contract").await else {
        return;
    };
    store_contract(&shared.store().await, tokio::time::sleep).await;
    shared.clear().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_inbox_keeps_the_contract() {
    let Some(shared) = Shared::new("inbox-contract").await else {
        return;
    };
    inbox_contract(&shared.inbox().await, tokio::time::sleep).await;
    shared.clear().await;
}
