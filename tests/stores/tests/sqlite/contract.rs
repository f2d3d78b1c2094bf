//! What every inbox and every store promises.

use webhook_runtime::sqlite::{SqliteInbox, SqliteStore};
use webhook_runtime::testing::{inbox_contract, store_contract};

use crate::dir::Dir;

#[tokio::test]
async fn the_inbox_keeps_the_contract() {
    let dir = Dir::new();
    let inbox = SqliteInbox::open(dir.file("inbox.db")).unwrap();
    for _ in 0..2 {
        inbox_contract(&inbox, tokio::time::sleep).await;
    }
}

#[tokio::test]
async fn the_inbox_keeps_the_contract_with_single_commits() {
    let dir = Dir::new();
    let inbox = SqliteInbox::open_without_group_commit(dir.file("inbox.db")).unwrap();
    inbox_contract(&inbox, tokio::time::sleep).await;
}

#[tokio::test]
async fn the_store_keeps_the_contract() {
    let dir = Dir::new();
    let store = SqliteStore::open(dir.file("store.db")).unwrap();
    for _ in 0..2 {
        store_contract(&store, tokio::time::sleep).await;
    }
}

#[tokio::test]
async fn the_store_keeps_the_contract_beside_an_inbox_and_another_store() {
    let dir = Dir::new();
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
fn a_new_file_can_be_opened_by_many_at_a_time() {
    let dir = Dir::new();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| SqliteStore::open(dir.file("store.db")).unwrap());
        }
    });
}
