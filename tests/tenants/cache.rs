//! What is remembered of tenants, for how long, and that those who come together ask once.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use tokio::task::{JoinHandle, yield_now};
use webhook_runtime::Endpoint;
use webhook_runtime::testing::TestClock;

use crate::app::{App, builder, seen, signed, status, to, within, without_tenants};
use crate::table::{Mood, Table};

const PATH: &str = "/webhooks/acme";
const SECRET: &str = "secret-of-acme";
const MINUTE: Duration = Duration::from_secs(60);

fn remembering(table: &Table) -> (Endpoint<App>, TestClock) {
    let clock = TestClock::default();
    let builder = builder(table.clone()).cache_secrets(MINUTE);
    (builder.clock(clock.clone()).build().unwrap(), clock)
}

#[tokio::test]
async fn without_a_time_each_delivery_asks() {
    let table = Table::of(&[("acme", SECRET)]);
    let endpoint = builder(table.clone()).build().unwrap();
    for _ in 0..3 {
        assert_eq!(status(&endpoint, PATH, SECRET).await, 200);
    }
    assert_eq!(table.asked().len(), 3);
}

#[tokio::test]
async fn a_tenant_is_remembered_for_the_time_and_no_longer() {
    let table = Table::of(&[("acme", SECRET), ("globex", "secret-of-globex")]);
    let (endpoint, clock) = remembering(&table);
    assert_eq!(status(&endpoint, PATH, SECRET).await, 200);
    table.set("acme", &["a-new-one"]);
    clock.advance(59);
    assert_eq!(status(&endpoint, PATH, SECRET).await, 200);
    assert_eq!(status(&endpoint, PATH, "a-new-one").await, 401);
    assert_eq!(table.asked(), ["acme"]);
    // What is remembered of one tenant is nothing to another.
    assert_eq!(status(&endpoint, "/webhooks/globex", SECRET).await, 401);
    assert_eq!(table.asked(), ["globex"]);

    clock.advance(1);
    assert_eq!(status(&endpoint, PATH, SECRET).await, 401);
    assert_eq!(status(&endpoint, PATH, "a-new-one").await, 200);
    assert_eq!(table.asked(), ["acme"]);
}

#[tokio::test]
async fn a_clock_that_is_set_back_keeps_nothing_alive() {
    let table = Table::of(&[("acme", SECRET)]);
    let (endpoint, clock) = remembering(&table);
    assert_eq!(status(&endpoint, PATH, SECRET).await, 200);
    clock.advance(-1);
    assert_eq!(status(&endpoint, PATH, SECRET).await, 200);
    assert_eq!(table.asked().len(), 2);
}

#[tokio::test]
async fn a_stranger_is_remembered_for_five_seconds() {
    let table = Table::of(&[]);
    let (endpoint, clock) = remembering(&table);
    for _ in 0..3 {
        assert_eq!(status(&endpoint, PATH, SECRET).await, 401);
    }
    assert_eq!(table.asked().len(), 1);
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
async fn a_failure_is_not_remembered() {
    let table = Table::of(&[("acme", SECRET)]);
    let (endpoint, _) = remembering(&table);
    table.feels(Mood::Fails);
    assert_eq!(status(&endpoint, PATH, SECRET).await, 503);
    table.feels(Mood::Well);
    table.set("acme", &["\n"]);
    assert_eq!(status(&endpoint, PATH, SECRET).await, 503);
    table.set("acme", &[SECRET]);
    assert_eq!(status(&endpoint, PATH, SECRET).await, 200);
    assert_eq!(table.asked().len(), 3);
}

#[tokio::test]
async fn a_failure_ends_what_was_remembered_no_sooner_and_no_later() {
    let table = Table::of(&[("acme", SECRET)]);
    let (endpoint, clock) = remembering(&table);
    assert_eq!(status(&endpoint, PATH, SECRET).await, 200);
    table.feels(Mood::Fails);
    assert_eq!(status(&endpoint, PATH, SECRET).await, 200);
    clock.advance(60);
    assert_eq!(status(&endpoint, PATH, SECRET).await, 503);
}

#[tokio::test]
async fn what_is_forgotten_is_asked_for_at_once() {
    let table = Table::of(&[("acme", SECRET), ("", SECRET)]);
    let (endpoint, _) = remembering(&table);
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
    assert_eq!(table.asked().len(), 2);
}

#[tokio::test]
async fn names_that_somebody_invents_push_out_no_tenant() {
    let table = Table::of(&[("acme", SECRET)]);
    let (endpoint, _) = remembering(&table);
    assert_eq!(status(&endpoint, PATH, SECRET).await, 200);
    let delivery = signed(SECRET);
    for number in 0..3000 {
        let name = format!("invented-{number}");
        let answer = endpoint.handle_bytes_for(&name, &delivery.headers, delivery.body.clone());
        assert_eq!(answer.await.status(), 401);
    }
    table.asked();
    assert_eq!(status(&endpoint, PATH, SECRET).await, 200);
    assert_eq!(table.asked(), [""; 0]);
}

/// A delivery on a task of its own.
fn send(endpoint: &Endpoint<App>, secret: &'static str) -> JoinHandle<u16> {
    let endpoint = endpoint.clone();
    tokio::spawn(async move { status(&endpoint, PATH, secret).await })
}

/// Lets all tasks go on for as long as they can.
async fn settle() {
    for _ in 0..100 {
        yield_now().await;
    }
}

#[tokio::test]
async fn those_who_come_together_ask_once() {
    let table = Table::of(&[("acme", SECRET)]);
    let (endpoint, clock) = remembering(&table);
    for _ in 0..2 {
        let permits = table.waits();
        let senders: Vec<_> = (0..50).map(|_| send(&endpoint, SECRET)).collect();
        settle().await;
        assert_eq!((table.asking(), table.asked().len()), (1, 1));
        permits.add_permits(1);
        for sender in senders {
            assert_eq!(within(sender).await.unwrap(), 200);
        }
        assert_eq!(table.asked(), [""; 0]);
        assert_eq!(seen(&endpoint).len(), 50);
        clock.advance(60);
    }
}

#[tokio::test]
async fn each_tenant_is_asked_for_on_its_own() {
    let table = Table::of(&[("acme", SECRET), ("globex", "secret-of-globex")]);
    let (endpoint, _) = remembering(&table);
    let permits = table.waits();
    let first = send(&endpoint, SECRET);
    settle().await;
    table.feels(Mood::Well);
    let other = status(&endpoint, "/webhooks/globex", "secret-of-globex");
    assert_eq!(within(other).await, 200);
    permits.add_permits(1);
    assert_eq!(within(first).await.unwrap(), 200);
}

#[tokio::test]
async fn if_the_one_who_asks_goes_away_another_asks() {
    let table = Table::of(&[("acme", SECRET)]);
    let (endpoint, _) = remembering(&table);
    let permits = table.waits();
    let mut senders: Vec<_> = (0..5).map(|_| send(&endpoint, SECRET)).collect();
    settle().await;
    assert_eq!(table.asked().len(), 1);
    for gone in 1..=3 {
        let asker = senders.remove(0);
        asker.abort();
        assert!(asker.await.unwrap_err().is_cancelled());
        settle().await;
        assert_eq!((table.asking(), table.asked().len()), (1, 1), "{gone}");
    }
    permits.add_permits(1);
    for sender in senders {
        assert_eq!(within(sender).await.unwrap(), 200);
    }
    assert_eq!(table.asked(), [""; 0]);

    // All of them may go.
    endpoint.forget_secrets("acme");
    let senders: Vec<_> = (0..5).map(|_| send(&endpoint, SECRET)).collect();
    settle().await;
    for sender in senders {
        sender.abort();
        assert!(sender.await.is_err());
    }
    assert_eq!(table.asking(), 0);
    permits.add_permits(1);
    assert_eq!(within(send(&endpoint, SECRET)).await.unwrap(), 200);
}

#[tokio::test]
async fn those_who_wait_share_a_failure_and_the_next_one_asks_anew() {
    let table = Table::of(&[("acme", SECRET)]);
    let (endpoint, _) = remembering(&table);
    let permits = table.waits();
    let senders: Vec<_> = (0..10).map(|_| send(&endpoint, SECRET)).collect();
    settle().await;
    // Waiting fails from now on.
    permits.close();
    for sender in senders {
        assert_eq!(within(sender).await.unwrap(), 503);
    }
    assert_eq!(table.asked().len(), 1);
    table.feels(Mood::Well);
    assert_eq!(status(&endpoint, PATH, SECRET).await, 200);
}

#[tokio::test]
async fn a_failure_does_not_outlive_its_question_in_one_who_still_waits() {
    let table = Table::of(&[("acme", SECRET)]);
    let (endpoint, _) = remembering(&table);
    let permits = table.waits();
    let asker = send(&endpoint, SECRET);
    settle().await;
    let mut waits = pin!(endpoint.handle(to(PATH, SECRET)));
    poll_fn(|cx| Poll::Ready(waits.as_mut().poll(cx).is_pending())).await;
    permits.close();
    assert_eq!(within(asker).await.unwrap(), 503);
    table.feels(Mood::Well);
    assert_eq!(status(&endpoint, PATH, SECRET).await, 200);
    assert_eq!(within(waits).await.status(), 503);
}

#[tokio::test(start_paused = true)]
async fn nobody_waits_longer_than_the_deadline_for_what_another_has_asked() {
    let table = Table::of(&[("acme", SECRET)]);
    let (endpoint, _) = remembering(&table);
    table.feels(Mood::Hangs);
    let started = tokio::time::Instant::now();
    let [asker, next, other] = [0; 3].map(|_| send(&endpoint, SECRET));
    settle().await;
    tokio::time::advance(Duration::from_secs(1)).await;
    let late = send(&endpoint, SECRET);
    settle().await;
    asker.abort();
    assert!(asker.await.is_err());
    // The next one asks anew, and is given up no later than if it had asked first.
    for (sender, seconds) in [(next, 2), (other, 2), (late, 3)] {
        assert_eq!(within(sender).await.unwrap(), 503);
        assert_eq!(started.elapsed().as_secs(), seconds);
    }
    assert_eq!(table.asking(), 0);
}

#[tokio::test]
async fn an_answer_that_was_forgotten_on_its_way_is_not_remembered() {
    let table = Table::of(&[("acme", "withdrawn")]);
    let (endpoint, _) = remembering(&table);
    let permits = table.waits();
    let only = send(&endpoint, "withdrawn");
    settle().await;
    endpoint.forget_secrets("acme");
    permits.add_permits(1);
    assert_eq!(within(only).await.unwrap(), 200);
    assert_eq!(table.asked(), ["acme"]);

    let early = send(&endpoint, "withdrawn");
    settle().await;
    assert_eq!(table.asked(), ["acme"], "it was not remembered");
    table.set("acme", &[SECRET]);
    endpoint.forget_secrets("acme");
    // This one does not wait for the answer of before.
    let late = send(&endpoint, "withdrawn");
    settle().await;
    assert_eq!(table.asking(), 2);
    permits.add_permits(2);
    assert_eq!(within(early).await.unwrap(), 200);
    assert_eq!(within(late).await.unwrap(), 401);
    assert_eq!(status(&endpoint, PATH, "withdrawn").await, 401);
    assert_eq!(status(&endpoint, PATH, SECRET).await, 200);
}
