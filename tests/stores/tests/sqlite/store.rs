//! The idempotency store: restarts, jumps of the clock, and pruning.

use std::time::Duration;

use webhook_runtime::sqlite::rusqlite::Connection;
use webhook_runtime::{
    sqlite::SqliteStore,
    store::{ClaimResult, DeliveryKey, FencingToken, LeaseStatus, Store as _},
};

use crate::support::{LONG, within};
use crate::temp_dir::TempDir;

fn key(name: &str) -> DeliveryKey {
    DeliveryKey::new(format!("app/openai//{name}"))
}

async fn claim(store: &SqliteStore, name: &str, lease: Duration) -> FencingToken {
    match store.claim(&key(name), lease).await.unwrap() {
        ClaimResult::New(token) => token,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn claims_and_fencing_tokens_survive_a_restart() {
    let dir = TempDir::new();
    let store = SqliteStore::open(dir.file("store.db")).unwrap();
    let done = claim(&store, "done", LONG).await;
    let held = claim(&store, "held", LONG).await;
    let released = claim(&store, "released", LONG).await;
    let complete = store.complete(&key("done"), done, LONG).await.unwrap();
    assert_eq!(complete, LeaseStatus::Held);
    let release = store.release(&key("released"), released).await.unwrap();
    assert_eq!(release, LeaseStatus::Held);
    drop(store);
    let store = SqliteStore::open(dir.file("store.db")).unwrap();
    let again = store.claim(&key("done"), LONG).await.unwrap();
    assert_eq!(again, ClaimResult::Done);
    let again = store.claim(&key("held"), LONG).await.unwrap();
    assert_eq!(again, ClaimResult::InProgress);
    assert!(claim(&store, "released", LONG).await > released);
    let complete = store.complete(&key("held"), held, LONG).await.unwrap();
    assert_eq!(complete, LeaseStatus::Held);
}

#[tokio::test]
async fn expired_entries_are_pruned_along_with_new_claims() {
    let dir = TempDir::new();
    let store = SqliteStore::open(dir.file("store.db")).unwrap();
    let slow = claim(&store, "slow", Duration::ZERO).await;
    for id in 0..300 {
        let name = format!("old_{id}");
        let token = claim(&store, &name, LONG).await;
        let done = store.complete(&key(&name), token, Duration::ZERO).await;
        assert_eq!(done.unwrap(), LeaseStatus::Held);
    }
    let db = Connection::open(dir.file("store.db")).unwrap();
    let count = || -> i64 {
        db.query_row("SELECT count(*) FROM webhook_store", [], |row| row.get(0))
            .unwrap()
    };
    let mut claims = 0;
    within(async {
        // The new claims and the two other entries remain.
        while count() > 2 + claims {
            claim(&store, &format!("new_{claims}"), LONG).await;
            claims += 1;
        }
    })
    .await;
    assert!(claims < 400, "{claims}");
    let late = store.complete(&key("slow"), slow, LONG).await.unwrap();
    assert_eq!(
        late,
        LeaseStatus::Held,
        "an expired claim can still be completed"
    );
}

#[tokio::test]
async fn after_the_clock_went_back_a_claim_lasts_for_its_lease() {
    let dir = TempDir::new();
    let store = SqliteStore::open(dir.file("store.db")).unwrap();
    claim(&store, "held", Duration::from_millis(50)).await;
    let db = Connection::open(dir.file("store.db")).unwrap();
    // Simulates a clock that was a year ahead.
    let year = "UPDATE webhook_store SET expires_at = expires_at + 31536000000, delete_after = delete_after + 31536000000";
    db.execute(year, []).unwrap();
    let again = store.claim(&key("held"), LONG).await.unwrap();
    assert_eq!(again, ClaimResult::InProgress);
    tokio::time::sleep(Duration::from_millis(100)).await;
    claim(&store, "held", LONG).await;
}
