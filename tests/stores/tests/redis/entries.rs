//! Entries in Redis: expiry, fences, prefixes, limits.

use std::time::Duration;

use webhook_runtime::{
    redis::{RedisError, RedisStore},
    store::{ClaimResult, FencingToken, LeaseStatus, Store},
};
use webhook_stores::LONG;

use crate::server::{SharedServer, claim, key, new_claim};

const HOUR: u64 = 3_600_000;

#[tokio::test]
async fn entries_expire() {
    let Some(shared) = SharedServer::new("expiry").await else {
        return;
    };
    let (store, mut connection) = (shared.store(), shared.connect().await);
    let mut time_to_live = async |name: &str| -> u64 {
        let name = shared.name(name);
        let mut command = redis::cmd("PTTL");
        let millis: i64 = command
            .arg(name)
            .query_async(&mut connection)
            .await
            .unwrap();
        u64::try_from(millis).expect("the entry never expires")
    };
    let day = 24 * HOUR..=24 * HOUR + 600_000;

    let held = new_claim(&store, "held", LONG).await;
    assert!(
        day.contains(&time_to_live("held").await),
        "a held claim expires a day after its lease"
    );
    assert_eq!(
        store.renew(&key("held"), held, LONG).await.unwrap(),
        LeaseStatus::Held
    );
    assert!(day.contains(&time_to_live("held").await));

    let done = new_claim(&store, "done", LONG).await;
    let keep = Duration::from_secs(7_200);
    assert_eq!(
        store.complete(&key("done"), done, keep).await.unwrap(),
        LeaseStatus::Held
    );
    let left = time_to_live("done").await;
    assert!(
        (HOUR..=2 * HOUR).contains(&left),
        "a completed claim expires after its retention"
    );

    let released = new_claim(&store, "released", LONG).await;
    assert_eq!(
        store.release(&key("released"), released).await.unwrap(),
        LeaseStatus::Held
    );
    assert!(time_to_live("released").await <= 24 * HOUR);
    shared.clean_up().await;
}

#[tokio::test]
async fn fence_grows_after_the_clock_was_set_back() {
    let Some(shared) = SharedServer::new("clock").await else {
        return;
    };
    let (store, mut connection) = (shared.store(), shared.connect().await);
    // An entry of a server whose clock was a year ahead.
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
    shared.clean_up().await;
}

#[tokio::test]
async fn stores_with_different_prefixes_are_independent() {
    let Some(shared) = SharedServer::new("prefix").await else {
        return;
    };
    let one = shared.store().prefix(&shared.name("one:"));
    let other = shared.store().prefix(&shared.name("other:"));
    new_claim(&one, "msg", LONG).await;
    new_claim(&other, "msg", LONG).await;
    assert_eq!(claim(&one, "msg", LONG).await, ClaimResult::InProgress);
    shared.clean_up().await;
}

#[tokio::test]
async fn shortest_and_longest_times_are_accepted() {
    let Some(shared) = SharedServer::new("times").await else {
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
    shared.clean_up().await;
}

#[test]
fn debug_output_has_no_password() {
    let store = RedisStore::new("redis://user:password1@127.0.0.1:6379").unwrap();
    assert_eq!(
        format!("{store:?}"),
        r#"RedisStore { prefix: "webhook:", .. }"#
    );
}

#[test]
fn invalid_url_is_rejected() {
    let error = RedisStore::new("postgres://127.0.0.1").unwrap_err();
    assert!(matches!(error, RedisError::Url(_)), "{error:?}");
}
