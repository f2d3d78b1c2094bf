//! Servers that die, come again, forget, or never answer.

use std::time::{Duration, Instant};

use webhook_runtime::{
    redis::RedisStore,
    store::{ClaimResult, LeaseStatus, Store},
};

use crate::server::{LONG, Own, claim, key, new_claim};

/// What an endpoint waits for a store.
const PATIENCE: Duration = Duration::from_secs(5);

#[tokio::test]
async fn while_the_server_is_away_calls_fail_and_then_they_work_again() {
    let Some(mut own) = Own::start("restart").await else {
        return;
    };
    let store = own.store();
    for round in 0..3 {
        let name = format!("round {round}");
        let fence = new_claim(&store, &name, LONG).await;
        own.kill().await;
        for _ in 0..3 {
            let begun = Instant::now();
            let claimed = store.claim(&key("while away"), LONG).await;
            assert!(claimed.is_err(), "{claimed:?}");
            let completed = store.complete(&key(&name), fence, LONG).await;
            assert!(completed.is_err(), "{completed:?}");
            assert!(begun.elapsed() < PATIENCE, "{:?}", begun.elapsed());
        }
        own.start_again().await;
        let again = new_claim(&store, &name, LONG).await;
        assert!(again > fence, "a fence is greater although Redis forgot");
        let slow = store.complete(&key(&name), fence, LONG).await;
        assert_eq!(slow.unwrap(), LeaseStatus::Lost);
        let completed = store.complete(&key(&name), again, LONG).await;
        assert_eq!(completed.unwrap(), LeaseStatus::Held);
    }
}

#[tokio::test]
async fn a_restart_between_two_calls_is_not_even_seen() {
    let Some(mut own) = Own::start("idle").await else {
        return;
    };
    let store = own.store();
    new_claim(&store, "first", LONG).await;
    own.kill().await;
    own.start_again().await;
    new_claim(&store, "second", LONG).await;
}

#[tokio::test]
async fn a_server_may_come_later_than_the_store() {
    let Some(mut own) = Own::start("late").await else {
        return;
    };
    own.kill().await;
    let store = own.store();
    assert!(store.claim(&key("early"), LONG).await.is_err());
    own.start_again().await;
    assert!(matches!(
        claim(&store, "early", LONG).await,
        ClaimResult::New(_)
    ));
}

#[tokio::test]
async fn a_server_that_never_answers_is_given_up_on_and_a_new_connection_is_tried() {
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = silent.local_addr().unwrap();
    let accepted = tokio::spawn(async move {
        let mut connections = Vec::new();
        while connections.len() < 2 {
            connections.push(silent.accept().await.unwrap());
        }
    });
    let store = RedisStore::new(&format!("redis://{address}")).unwrap();
    for _ in 0..2 {
        let begun = Instant::now();
        assert!(store.claim(&key("msg"), LONG).await.is_err());
        assert!(begun.elapsed() < PATIENCE, "{:?}", begun.elapsed());
    }
    tokio::time::timeout(PATIENCE, accepted)
        .await
        .expect("one connection only")
        .unwrap();
}
