//! The contract of inboxes.

use webhook_runtime::testing::{MemoryInbox, inbox_contract};

use crate::faults::FaultyInbox;

#[tokio::test]
async fn memory_inbox_satisfies_the_contract() {
    inbox_contract(&MemoryInbox::default(), tokio::time::sleep).await;
}

#[tokio::test]
async fn faulty_inbox_without_faults_satisfies_the_contract() {
    inbox_contract(&FaultyInbox::default(), tokio::time::sleep).await;
}
