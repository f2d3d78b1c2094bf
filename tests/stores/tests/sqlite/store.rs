//! The idempotency store over restarts and jumps of the clock, and what it forgets.

use std::time::Duration;

use webhook_runtime::sqlite::rusqlite::Connection;
use webhook_runtime::{
    sqlite::SqliteStore,
    store::{ClaimResult, DeliveryKey, FencingToken, LeaseStatus, Store as _},
};

use crate::deliveries::{LONG, within};
use crate::dir::Dir;

fn key(name: &str) -> DeliveryKey {
    DeliveryKey::new(format!("app/openai//{name}"))
}

async fn claim(store: &SqliteStore, name: &str, lease: Duration) -> FencingToken {
    match store.claim(&key(name), lease).await.unwrap() {
        ClaimResult::New(fence) => fence,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn what_is_claimed_and_done_outlives_the_process_and_fences_go_on() {
    let dir = Dir::new();
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
async fn what_is_too_old_is_forgotten_along_with_new_claims_and_nothing_else_is() {
    let dir = Dir::new();
    let store = SqliteStore::open(dir.file("store.db")).unwrap();
    let slow = claim(&store, "slow", Duration::ZERO).await;
    for id in 0..300 {
        let name = format!("old_{id}");
        let fence = claim(&store, &name, LONG).await;
        let done = store.complete(&key(&name), fence, Duration::ZERO).await;
        assert_eq!(done.unwrap(), LeaseStatus::Held);
    }
    let db = Connection::open(dir.file("store.db")).unwrap();
    let count = || -> i64 {
        db.query_row("SELECT count(*) FROM webhook_store", [], |row| row.get(0))
            .unwrap()
    };
    let mut claims = 0;
    within(async {
        // What is left is what was claimed since, and what is new.
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
        "a lease that has run out is not too old"
    );
}

#[tokio::test]
async fn after_a_clock_that_went_back_a_claim_lasts_for_its_lease_and_no_longer() {
    let dir = Dir::new();
    let store = SqliteStore::open(dir.file("store.db")).unwrap();
    claim(&store, "held", Duration::from_millis(50)).await;
    let db = Connection::open(dir.file("store.db")).unwrap();
    // As written by a clock that was a year ahead.
    let year =
        "UPDATE webhook_store SET until = until + 31536000000, forget_at = forget_at + 31536000000";
    db.execute(year, []).unwrap();
    let again = store.claim(&key("held"), LONG).await.unwrap();
    assert_eq!(again, ClaimResult::InProgress);
    tokio::time::sleep(Duration::from_millis(100)).await;
    claim(&store, "held", LONG).await;
}
