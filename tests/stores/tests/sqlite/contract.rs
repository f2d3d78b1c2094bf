//! The contracts of inboxes and stores.

use webhook_runtime::sqlite::{SqliteInbox, SqliteStore};
use webhook_runtime::testing::{inbox_contract, store_contract};

use crate::temp_dir::TempDir;

#[tokio::test]
async fn the_inbox_satisfies_the_contract() {
    let dir = TempDir::new();
    let inbox = SqliteInbox::open(dir.file("inbox.db")).unwrap();
    for _ in 0..2 {
        inbox_contract(&inbox, tokio::time::sleep).await;
    }
}

#[tokio::test]
async fn the_inbox_satisfies_the_contract_without_group_commit() {
    let dir = TempDir::new();
    let inbox = SqliteInbox::open_without_group_commit(dir.file("inbox.db")).unwrap();
    inbox_contract(&inbox, tokio::time::sleep).await;
}

#[tokio::test]
async fn the_store_satisfies_the_contract() {
    let dir = TempDir::new();
    let store = SqliteStore::open(dir.file("store.db")).unwrap();
    for _ in 0..2 {
        store_contract(&store, tokio::time::sleep).await;
    }
}

#[tokio::test]
async fn the_store_satisfies_the_contract_beside_an_inbox_and_another_store() {
    let dir = TempDir::new();
    let _inbox = SqliteInbox::open(dir.file("one.db")).unwrap();
    let (store, other) = (
        SqliteStore::open(dir.file("one.db")).unwrap(),
        SqliteStore::open(dir.file("one.db")).unwrap(),
    );
    tokio::join!(
        store_contract(&store, tokio::time::sleep),
        store_contract(&other, tokio::time::sleep)
    );
}

#[test]
fn a_new_file_can_be_opened_concurrently() {
    let dir = TempDir::new();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| SqliteStore::open(dir.file("store.db")).unwrap());
        }
    });
}
