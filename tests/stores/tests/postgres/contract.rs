//! The contracts of all stores and inboxes.

use webhook_runtime::testing::{inbox_contract, store_contract};

use crate::server::SharedServer;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn store_fulfils_the_contract() {
    let Some(shared) = SharedServer::new("store-contract").await else {
        return;
    };
    store_contract(&shared.store().await, tokio::time::sleep).await;
    shared.clean_up().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn inbox_fulfils_the_contract() {
    let Some(shared) = SharedServer::new("inbox-contract").await else {
        return;
    };
    inbox_contract(&shared.inbox().await, tokio::time::sleep).await;
    shared.clean_up().await;
}
