//! Servers that are killed, restarted without their data, or never answer.

use std::time::{Duration, Instant};

use webhook_runtime::{
    redis::{RedisError, RedisStore},
    store::{ClaimResult, LeaseStatus, Store},
};
use webhook_stores::LONG;

use crate::server::{OwnServer, claim, key, new_claim};

/// Default `store_timeout` of an endpoint.
const STORE_TIMEOUT: Duration = Duration::from_secs(5);

#[tokio::test]
async fn calls_fail_while_the_server_is_down_and_succeed_afterwards() {
    let Some(mut server) = OwnServer::start("restart").await else {
        return;
    };
    let store = server.store();
    for round in 0..3 {
        let name = format!("round {round}");
        let fence = new_claim(&store, &name, LONG).await;
        server.kill().await;
        for _ in 0..3 {
            let begun = Instant::now();
            let claimed = store.claim(&key("while down"), LONG).await;
            assert!(claimed.is_err(), "{claimed:?}");
            let completed = store.complete(&key(&name), fence, LONG).await;
            assert!(completed.is_err(), "{completed:?}");
            assert!(begun.elapsed() < STORE_TIMEOUT, "{:?}", begun.elapsed());
        }
        server.restart().await;
        let successor = new_claim(&store, &name, LONG).await;
        assert!(
            successor > fence,
            "the fence grows although Redis has lost its data"
        );
        let slow = store.complete(&key(&name), fence, LONG).await;
        assert_eq!(slow.unwrap(), LeaseStatus::Lost);
        let completed = store.complete(&key(&name), successor, LONG).await;
        assert_eq!(completed.unwrap(), LeaseStatus::Held);
    }
}

#[tokio::test]
async fn restart_between_two_calls_causes_no_error() {
    let Some(mut server) = OwnServer::start("idle").await else {
        return;
    };
    let store = server.store();
    new_claim(&store, "first", LONG).await;
    server.kill().await;
    server.restart().await;
    new_claim(&store, "second", LONG).await;
}

#[tokio::test]
async fn store_can_be_created_before_the_server_starts() {
    let Some(mut server) = OwnServer::start("late").await else {
        return;
    };
    server.kill().await;
    let store = server.store();
    assert!(store.claim(&key("early"), LONG).await.is_err());
    server.restart().await;
    assert!(matches!(
        claim(&store, "early", LONG).await,
        ClaimResult::New(_)
    ));
}

#[tokio::test]
async fn silent_server_causes_a_timeout_and_a_new_connection() {
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = silent.local_addr().unwrap();
    let accepted = tokio::spawn(async move {
        let mut connections = Vec::new();
        while connections.len() < 2 {
            connections.push(silent.accept().await.unwrap());
        }
        // Keeps the connections open until the task is awaited.
        (silent, connections)
    });
    let store = RedisStore::new(&format!("redis://{address}")).unwrap();
    for _ in 0..2 {
        let begun = Instant::now();
        let error = store.claim(&key("msg"), LONG).await.unwrap_err();
        let error: Box<RedisError> = error.downcast().unwrap();
        assert!(matches!(*error, RedisError::Timeout(_)), "{error:?}");
        assert!(begun.elapsed() < STORE_TIMEOUT, "{:?}", begun.elapsed());
    }
    tokio::time::timeout(STORE_TIMEOUT, accepted)
        .await
        .expect("the store has opened one connection only")
        .unwrap();
}
