//! What stands in Redis.

use std::time::Duration;

use webhook_runtime::{
    redis::RedisStore,
    store::{ClaimResult, FencingToken, LeaseStatus, Store},
};

use crate::server::{LONG, Shared, claim, key, new_claim};

const HOUR: u64 = 3_600_000;

#[tokio::test]
async fn each_entry_expires_when_it_is_too_old_to_matter() {
    let Some(shared) = Shared::new("expiry").await else {
        return;
    };
    let (store, mut connection) = (shared.store(), shared.connect().await);
    let mut expires = async |name: &str| -> u64 {
        let name = shared.name(name);
        let mut command = redis::cmd("PTTL");
        let millis: i64 = command
            .arg(name)
            .query_async(&mut connection)
            .await
            .unwrap();
        u64::try_from(millis).expect("an entry that never expires")
    };
    let day = 24 * HOUR..=24 * HOUR + 600_000;

    let held = new_claim(&store, "held", LONG).await;
    assert!(
        day.contains(&expires("held").await),
        "of a lease: a day more"
    );
    assert_eq!(
        store.renew(&key("held"), held, LONG).await.unwrap(),
        LeaseStatus::Held
    );
    assert!(day.contains(&expires("held").await));

    let done = new_claim(&store, "done", LONG).await;
    let keep = Duration::from_secs(7_200);
    assert_eq!(
        store.complete(&key("done"), done, keep).await.unwrap(),
        LeaseStatus::Held
    );
    let left = expires("done").await;
    assert!(
        (HOUR..=2 * HOUR).contains(&left),
        "done: as long as was said"
    );

    let released = new_claim(&store, "released", LONG).await;
    assert_eq!(
        store.release(&key("released"), released).await.unwrap(),
        LeaseStatus::Held
    );
    assert!(expires("released").await <= 24 * HOUR);
    shared.clear().await;
}

#[tokio::test]
async fn a_fence_is_greater_than_the_last_also_after_the_clock_was_set_back() {
    let Some(shared) = Shared::new("clock").await else {
        return;
    };
    let (store, mut connection) = (shared.store(), shared.connect().await);
    // As a server leaves it whose clock was a year ahead.
    let ahead = new_claim(&store, "other", LONG).await.get() + 31_536_000_000_000;
    for (state, name) in [("held", "a"), ("released", "b")] {
        let mut command = redis::cmd("HSET");
        command.arg(shared.name(name)).arg("state").arg(state);
        command.arg("fence").arg(ahead).arg("until").arg(0);
        let _: u64 = command.query_async(&mut connection).await.unwrap();
        assert_eq!(
            claim(&store, name, LONG).await,
            ClaimResult::New(FencingToken::new(ahead + 1)),
            "{state}"
        );
    }
    shared.clear().await;
}

#[tokio::test]
async fn stores_of_different_prefixes_do_not_meet() {
    let Some(shared) = Shared::new("prefix").await else {
        return;
    };
    let one = shared.store().prefix(&shared.name("one:"));
    let other = shared.store().prefix(&shared.name("other:"));
    new_claim(&one, "msg", LONG).await;
    new_claim(&other, "msg", LONG).await;
    assert_eq!(claim(&one, "msg", LONG).await, ClaimResult::InProgress);
    shared.clear().await;
}

#[tokio::test]
async fn the_longest_and_the_shortest_times_are_none_that_redis_refuses() {
    let Some(shared) = Shared::new("times").await else {
        return;
    };
    let store = shared.store();
    let fence = new_claim(&store, "for ever", Duration::MAX).await;
    assert_eq!(
        claim(&store, "for ever", LONG).await,
        ClaimResult::InProgress
    );
    let renewed = store.renew(&key("for ever"), fence, Duration::MAX).await;
    assert_eq!(renewed.unwrap(), LeaseStatus::Held);
    let completed = store.complete(&key("for ever"), fence, Duration::MAX).await;
    assert_eq!(completed.unwrap(), LeaseStatus::Held);
    assert_eq!(claim(&store, "for ever", LONG).await, ClaimResult::Done);

    let fence = new_claim(&store, "at once", Duration::ZERO).await;
    let completed = store.complete(&key("at once"), fence, Duration::ZERO).await;
    assert_eq!(completed.unwrap(), LeaseStatus::Held);
    shared.clear().await;
}

#[test]
fn debug_shows_no_password_and_a_wrong_url_is_told() {
    let store = RedisStore::new("redis://user:geheim@127.0.0.1:6379").unwrap();
    assert_eq!(
        format!("{store:?}"),
        r#"RedisStore { prefix: "webhook:", .. }"#
    );
    let error = RedisStore::new("postgres://127.0.0.1")
        .unwrap_err()
        .to_string();
    assert!(error.contains("URL"), "{error}");
}
