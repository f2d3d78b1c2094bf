//! Redeliveries: after the handler succeeded, while it runs, and after it failed.

use webhook_runtime::MemoryStore;

use crate::app::{Behavior, Work, completed, deliver, endpoint, failed, request, status};

#[tokio::test]
async fn duplicate_is_answered_without_running_the_handler() {
    let work = Work::default();
    let endpoint = endpoint(&work, MemoryStore::default());
    for _ in 0..5 {
        assert_eq!(status(&endpoint, &completed("msg_1")).await, 200);
    }
    assert_eq!(work.runs(), 1);
    assert_eq!(status(&endpoint, &completed("msg_2")).await, 200);
    assert_eq!(work.runs(), 2);
}

#[tokio::test]
async fn delivery_in_progress_is_503() {
    let work = Work::default();
    let endpoint = endpoint(&work, MemoryStore::default());
    let first = tokio::spawn({
        let (endpoint, request) = (endpoint.clone(), request(&failed("msg_1")));
        async move { endpoint.handle(request).await.status() }
    });
    work.begun().await;
    let second = deliver(&endpoint, &failed("msg_1")).await;
    assert_eq!(second.status(), 503);
    let after = second.headers()["retry-after"].to_str().unwrap();
    assert!((1..=60).contains(&after.parse::<u32>().unwrap()), "{after}");
    work.go_on();
    assert_eq!(first.await.unwrap(), 200);
    assert_eq!(status(&endpoint, &failed("msg_1")).await, 200);
    assert_eq!(work.runs(), 1);
}

#[tokio::test]
async fn failed_delivery_runs_again() {
    for (end, answer) in [
        (Behavior::Fails, 500),
        (Behavior::Panics, 500),
        (Behavior::RetriesLater, 503),
    ] {
        let work = Work::default();
        let endpoint = endpoint(&work, MemoryStore::default());
        work.ends(end);
        assert_eq!(status(&endpoint, &completed("msg_1")).await, answer);
        assert_eq!(status(&endpoint, &completed("msg_1")).await, answer);
        assert_eq!(work.runs(), 2, "the provider's retry runs it again");
        work.ends(Behavior::Done);
        assert_eq!(status(&endpoint, &completed("msg_1")).await, 200);
        assert_eq!(status(&endpoint, &completed("msg_1")).await, 200);
        assert_eq!(work.runs(), 3);
    }
}

#[tokio::test]
async fn undecodable_delivery_runs_again() {
    let (work, store) = (Work::default(), MemoryStore::default());
    let endpoint = endpoint(&work, store.clone());
    let undecodable = webhook_runtime::testing::Signer::default()
        .id("msg_1")
        .sign(r#"{"type":"batch.completed","data":{"id":7}}"#);
    assert_eq!(status(&endpoint, &undecodable).await, 500);
    assert!(store.is_empty());
    // After a deployment that can decode it.
    assert_eq!(status(&endpoint, &completed("msg_1")).await, 200);
    assert_eq!(work.runs(), 1);
}

#[tokio::test]
async fn gone_is_a_completed_delivery() {
    let work = Work::default();
    let endpoint = endpoint(&work, MemoryStore::default());
    work.ends(Behavior::IsGone);
    assert_eq!(status(&endpoint, &completed("msg_1")).await, 410);
    assert_eq!(status(&endpoint, &completed("msg_1")).await, 200);
    assert_eq!(work.runs(), 1);
}

#[tokio::test]
async fn forged_and_unhandled_deliveries_are_not_claimed() {
    let (work, store) = (Work::default(), MemoryStore::default());
    let endpoint = endpoint(&work, store.clone());
    let mut forged = completed("msg_1");
    forged
        .headers
        .insert("webhook-signature", "v1,AAAA".parse().unwrap());
    assert_eq!(status(&endpoint, &forged).await, 401);
    let mut stale = completed("msg_1");
    stale
        .headers
        .insert("webhook-timestamp", "1".parse().unwrap());
    assert_eq!(status(&endpoint, &stale).await, 401);
    let unwanted = webhook_runtime::testing::Signer::default()
        .id("msg_1")
        .sign(r#"{"type":"batch.expired","data":{"id":"batch_1"}}"#);
    assert_eq!(status(&endpoint, &unwanted).await, 200);
    assert!(store.is_empty());
    assert_eq!(status(&endpoint, &completed("msg_1")).await, 200);
    assert_eq!(work.runs(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_of_many_concurrent_copies_is_handled() {
    let (work, store) = (Work::default(), MemoryStore::default());
    // Two endpoints, as in two processes that share a store.
    let endpoints = [endpoint(&work, store.clone()), endpoint(&work, store)];
    for id in 0..50 {
        let id = format!("msg_{id}");
        let copies: Vec<_> = (0..8)
            .map(|copy| {
                let endpoint = endpoints[copy % 2].clone();
                let request = request(&completed(&id));
                tokio::spawn(async move { endpoint.handle(request).await.status() })
            })
            .collect();
        let mut answers = Vec::new();
        for copy in copies {
            answers.push(copy.await.unwrap().as_u16());
        }
        assert!(answers.contains(&200), "{answers:?}");
        assert!(
            answers.iter().all(|status| [200, 503].contains(status)),
            "{answers:?}"
        );
    }
    assert_eq!(work.runs(), 50);
}

#[tokio::test]
async fn handle_bytes_handles_once() {
    let work = Work::default();
    let endpoint = endpoint(&work, MemoryStore::default());
    let delivery = completed("msg_1");
    for _ in 0..3 {
        let answer = endpoint
            .handle_bytes(&delivery.headers, delivery.body.clone())
            .await;
        assert_eq!(answer.status(), 200);
    }
    work.ends(Behavior::Fails);
    let other = completed("msg_2");
    for _ in 0..2 {
        let answer = endpoint
            .handle_bytes(&other.headers, other.body.clone())
            .await;
        assert_eq!(answer.status(), 500);
    }
    assert_eq!(work.runs(), 3);
}
