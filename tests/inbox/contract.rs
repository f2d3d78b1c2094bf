//! The inbox in memory keeps the rules of inboxes.

use webhook_runtime::testing::{MemoryInbox, inbox_contract};

use crate::shaky::FaultyStore;

#[tokio::test]
async fn the_inbox_in_memory_keeps_the_contract() {
    inbox_contract(&MemoryInbox::default(), tokio::time::sleep).await;
}

#[tokio::test]
async fn so_does_the_one_that_can_have_trouble() {
    inbox_contract(&FaultyStore::default(), tokio::time::sleep).await;
}
