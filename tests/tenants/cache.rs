//! The cache of tenants' keys: lifetimes, and one lookup for concurrent deliveries.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use tokio::task::{JoinHandle, yield_now};
use webhook_runtime::Endpoint;
use webhook_runtime::testing::TestClock;

use crate::app::{App, builder, seen, signed, status, to, within, without_tenants};
use crate::table::{Behavior, Table};

const PATH: &str = "/webhooks/acme";
const SECRET: &str = "secret-of-acme";
const MINUTE: Duration = Duration::from_secs(60);

fn cached(table: &Table) -> (Endpoint<App>, TestClock) {
    let clock = TestClock::default();
    let builder = builder(table.clone()).cache_secrets(MINUTE);
    (builder.clock(clock.clone()).build().unwrap(), clock)
}

#[tokio::test]
async fn without_cache_secrets_each_delivery_calls_the_source() {
    let table = Table::of(&[("acme", SECRET)]);
    let endpoint = builder(table.clone()).build().unwrap();
    for _ in 0..3 {
        assert_eq!(status(&endpoint, PATH, SECRET).await, 200);
    }
    assert_eq!(table.take_calls().len(), 3);
}

#[tokio::test]
async fn keys_are_cached_for_their_lifetime() {
    let table = Table::of(&[("acme", SECRET), ("globex", "secret-of-globex")]);
    let (endpoint, clock) = cached(&table);
    assert_eq!(status(&endpoint, PATH, SECRET).await, 200);
    table.set("acme", &["a-new-one"]);
    clock.advance(59);
    assert_eq!(status(&endpoint, PATH, SECRET).await, 200);
    assert_eq!(status(&endpoint, PATH, "a-new-one").await, 401);
    assert_eq!(table.take_calls(), ["acme"]);
    // The keys of one tenant do not verify another one's delivery.
    assert_eq!(status(&endpoint, "/webhooks/globex", SECRET).await, 401);
    assert_eq!(table.take_calls(), ["globex"]);

    clock.advance(1);
    assert_eq!(status(&endpoint, PATH, SECRET).await, 401);
    assert_eq!(status(&endpoint, PATH, "a-new-one").await, 200);
    assert_eq!(table.take_calls(), ["acme"]);
}

#[tokio::test]
async fn clock_set_back_does_not_lengthen_a_lifetime() {
    let table = Table::of(&[("acme", SECRET)]);
    let (endpoint, clock) = cached(&table);
    assert_eq!(status(&endpoint, PATH, SECRET).await, 200);
    clock.advance(-1);
    assert_eq!(status(&endpoint, PATH, SECRET).await, 200);
    assert_eq!(table.take_calls().len(), 2);
}

#[tokio::test]
async fn unknown_tenant_is_cached_for_five_seconds() {
    let table = Table::of(&[]);
    let (endpoint, clock) = cached(&table);
    for _ in 0..3 {
        assert_eq!(status(&endpoint, PATH, SECRET).await, 401);
    }
    assert_eq!(table.take_calls().len(), 1);
    table.set("acme", &[SECRET]);
    clock.advance(4);
    assert_eq!(status(&endpoint, PATH, SECRET).await, 401);
    clock.advance(1);
    assert_eq!(status(&endpoint, PATH, SECRET).await, 200);
    table.remove("acme");
    clock.advance(60);
    assert_eq!(status(&endpoint, PATH, SECRET).await, 401);
}

#[tokio::test]
async fn failure_is_not_cached() {
    let table = Table::of(&[("acme", SECRET)]);
    let (endpoint, _) = cached(&table);
    table.set_behavior(Behavior::Fails);
    assert_eq!(status(&endpoint, PATH, SECRET).await, 503);
    table.set_behavior(Behavior::Answers);
    table.set("acme", &["\n"]);
    assert_eq!(status(&endpoint, PATH, SECRET).await, 503);
    table.set("acme", &[SECRET]);
    assert_eq!(status(&endpoint, PATH, SECRET).await, 200);
    assert_eq!(table.take_calls().len(), 3);
}

#[tokio::test]
async fn failure_does_not_change_the_lifetime_of_cached_keys() {
    let table = Table::of(&[("acme", SECRET)]);
    let (endpoint, clock) = cached(&table);
    assert_eq!(status(&endpoint, PATH, SECRET).await, 200);
    table.set_behavior(Behavior::Fails);
    assert_eq!(status(&endpoint, PATH, SECRET).await, 200);
    clock.advance(60);
    assert_eq!(status(&endpoint, PATH, SECRET).await, 503);
}

#[tokio::test]
async fn forget_secrets_calls_the_source_again() {
    let table = Table::of(&[("acme", SECRET), ("", SECRET)]);
    let (endpoint, _) = cached(&table);
    assert_eq!(status(&endpoint, PATH, SECRET).await, 200);
    assert_eq!(status(&endpoint, "/webhooks/globex", SECRET).await, 401);
    table.set("acme", &["a-new-one"]);
    table.set("globex", &[SECRET]);
    for tenant in ["acme", "globex", "initech", ""] {
        endpoint.clone().forget_secrets(tenant);
    }
    assert_eq!(status(&endpoint, PATH, SECRET).await, 401);
    assert_eq!(status(&endpoint, PATH, "a-new-one").await, 200);
    assert_eq!(status(&endpoint, "/webhooks/globex", SECRET).await, 200);

    let table = Table::of(&[("", SECRET)]);
    let endpoint = without_tenants(table.clone())
        .cache_secrets(MINUTE)
        .build()
        .unwrap();
    assert_eq!(status(&endpoint, PATH, SECRET).await, 200);
    table.set("", &["a-new-one"]);
    assert_eq!(status(&endpoint, PATH, SECRET).await, 200);
    endpoint.forget_secrets("");
    assert_eq!(status(&endpoint, PATH, SECRET).await, 401);
    assert_eq!(table.take_calls().len(), 2);
}

#[tokio::test]
async fn invented_names_evict_no_tenant() {
    let table = Table::of(&[("acme", SECRET)]);
    let (endpoint, _) = cached(&table);
    assert_eq!(status(&endpoint, PATH, SECRET).await, 200);
    let delivery = signed(SECRET);
    for number in 0..3000 {
        let name = format!("invented-{number}");
        let answer = endpoint.handle_bytes_for(&name, &delivery.headers, delivery.body.clone());
        assert_eq!(answer.await.status(), 401);
    }
    table.take_calls();
    assert_eq!(status(&endpoint, PATH, SECRET).await, 200);
    assert_eq!(table.take_calls(), [""; 0]);
}

/// Sends a delivery in a task.
fn send(endpoint: &Endpoint<App>, secret: &'static str) -> JoinHandle<u16> {
    let endpoint = endpoint.clone();
    tokio::spawn(async move { status(&endpoint, PATH, secret).await })
}

/// Yields until all tasks wait.
async fn run_all_tasks() {
    for _ in 0..100 {
        yield_now().await;
    }
}

#[tokio::test]
async fn concurrent_deliveries_share_one_lookup() {
    let table = Table::of(&[("acme", SECRET)]);
    let (endpoint, clock) = cached(&table);
    for _ in 0..2 {
        let permits = table.waits();
        let senders: Vec<_> = (0..50).map(|_| send(&endpoint, SECRET)).collect();
        run_all_tasks().await;
        assert_eq!(
            (table.calls_in_progress(), table.take_calls().len()),
            (1, 1)
        );
        permits.add_permits(1);
        for sender in senders {
            assert_eq!(within(sender).await.unwrap(), 200);
        }
        assert_eq!(table.take_calls(), [""; 0]);
        assert_eq!(seen(&endpoint).len(), 50);
        clock.advance(60);
    }
}

#[tokio::test]
async fn lookups_of_different_tenants_are_separate() {
    let table = Table::of(&[("acme", SECRET), ("globex", "secret-of-globex")]);
    let (endpoint, _) = cached(&table);
    let permits = table.waits();
    let first = send(&endpoint, SECRET);
    run_all_tasks().await;
    table.set_behavior(Behavior::Answers);
    let other = status(&endpoint, "/webhooks/globex", "secret-of-globex");
    assert_eq!(within(other).await, 200);
    permits.add_permits(1);
    assert_eq!(within(first).await.unwrap(), 200);
}

#[tokio::test]
async fn next_waiter_repeats_a_dropped_lookup() {
    let table = Table::of(&[("acme", SECRET)]);
    let (endpoint, _) = cached(&table);
    let permits = table.waits();
    let mut senders: Vec<_> = (0..5).map(|_| send(&endpoint, SECRET)).collect();
    run_all_tasks().await;
    assert_eq!(table.take_calls().len(), 1);
    for gone in 1..=3 {
        let asker = senders.remove(0);
        asker.abort();
        assert!(asker.await.unwrap_err().is_cancelled());
        run_all_tasks().await;
        assert_eq!(
            (table.calls_in_progress(), table.take_calls().len()),
            (1, 1),
            "{gone}"
        );
    }
    permits.add_permits(1);
    for sender in senders {
        assert_eq!(within(sender).await.unwrap(), 200);
    }
    assert_eq!(table.take_calls(), [""; 0]);

    // All waiters are dropped.
    endpoint.forget_secrets("acme");
    let senders: Vec<_> = (0..5).map(|_| send(&endpoint, SECRET)).collect();
    run_all_tasks().await;
    for sender in senders {
        sender.abort();
        assert!(sender.await.is_err());
    }
    assert_eq!(table.calls_in_progress(), 0);
    permits.add_permits(1);
    assert_eq!(within(send(&endpoint, SECRET)).await.unwrap(), 200);
}

#[tokio::test]
async fn waiters_share_a_failure_and_the_next_delivery_calls_again() {
    let table = Table::of(&[("acme", SECRET)]);
    let (endpoint, _) = cached(&table);
    let permits = table.waits();
    let senders: Vec<_> = (0..10).map(|_| send(&endpoint, SECRET)).collect();
    run_all_tasks().await;
    // The source fails from now on.
    permits.close();
    for sender in senders {
        assert_eq!(within(sender).await.unwrap(), 503);
    }
    assert_eq!(table.take_calls().len(), 1);
    table.set_behavior(Behavior::Answers);
    assert_eq!(status(&endpoint, PATH, SECRET).await, 200);
}

#[tokio::test]
async fn failure_does_not_outlive_its_lookup() {
    let table = Table::of(&[("acme", SECRET)]);
    let (endpoint, _) = cached(&table);
    let permits = table.waits();
    let asker = send(&endpoint, SECRET);
    run_all_tasks().await;
    let mut waits = pin!(endpoint.handle(to(PATH, SECRET)));
    poll_fn(|cx| Poll::Ready(waits.as_mut().poll(cx).is_pending())).await;
    permits.close();
    assert_eq!(within(asker).await.unwrap(), 503);
    table.set_behavior(Behavior::Answers);
    assert_eq!(status(&endpoint, PATH, SECRET).await, 200);
    assert_eq!(within(waits).await.status(), 503);
}

#[tokio::test(start_paused = true)]
async fn waiter_has_a_timeout_of_its_own() {
    let table = Table::of(&[("acme", SECRET)]);
    let (endpoint, _) = cached(&table);
    table.set_behavior(Behavior::Hangs);
    let started = tokio::time::Instant::now();
    let [asker, next, other] = [0; 3].map(|_| send(&endpoint, SECRET));
    run_all_tasks().await;
    tokio::time::advance(Duration::from_secs(1)).await;
    let late = send(&endpoint, SECRET);
    run_all_tasks().await;
    asker.abort();
    assert!(asker.await.is_err());
    // The next delivery calls the source again, with the full timeout.
    for (sender, seconds) in [(next, 2), (other, 2), (late, 3)] {
        assert_eq!(within(sender).await.unwrap(), 503);
        assert_eq!(started.elapsed().as_secs(), seconds);
    }
    assert_eq!(table.calls_in_progress(), 0);
}

#[tokio::test]
async fn result_of_a_forgotten_lookup_is_not_cached() {
    let table = Table::of(&[("acme", "withdrawn")]);
    let (endpoint, _) = cached(&table);
    let permits = table.waits();
    let only = send(&endpoint, "withdrawn");
    run_all_tasks().await;
    endpoint.forget_secrets("acme");
    permits.add_permits(1);
    assert_eq!(within(only).await.unwrap(), 200);
    assert_eq!(table.take_calls(), ["acme"]);

    let early = send(&endpoint, "withdrawn");
    run_all_tasks().await;
    assert_eq!(table.take_calls(), ["acme"], "it was not cached");
    table.set("acme", &[SECRET]);
    endpoint.forget_secrets("acme");
    // This delivery does not wait for the earlier lookup.
    let late = send(&endpoint, "withdrawn");
    run_all_tasks().await;
    assert_eq!(table.calls_in_progress(), 2);
    permits.add_permits(2);
    assert_eq!(within(early).await.unwrap(), 200);
    assert_eq!(within(late).await.unwrap(), 401);
    assert_eq!(status(&endpoint, PATH, "withdrawn").await, 401);
    assert_eq!(status(&endpoint, PATH, SECRET).await, 200);
}
