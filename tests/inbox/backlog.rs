//! The limits of the backlog.

use std::time::Duration;

use webhook_runtime::inbox::State;
use webhook_runtime::testing::MemoryInbox;

use crate::app::{Work, builder, deliver, delivery, eventually, rows, status};

#[tokio::test]
async fn full_backlog_is_503_until_there_is_room() {
    let (work, inbox) = (Work::default(), MemoryInbox::default());
    let endpoint = builder(&work, inbox.new_handle())
        .workers(1)
        .max_backlog(5)
        .build()
        .unwrap();
    for number in 0..5 {
        let sent = delivery("batch.failed", &number.to_string());
        assert_eq!(status(&endpoint, &sent).await, 200);
    }
    let answer = deliver(&endpoint, &delivery("batch.failed", "5")).await;
    assert_eq!(answer.status(), 503);
    assert!(answer.headers().contains_key("retry-after"));
    assert!(rows(&inbox, State::Pending).await.len() <= 5);
    work.open(100);
    eventually(|| async { status(&endpoint, &delivery("batch.failed", "5")).await == 200 }).await;
}

#[tokio::test]
async fn old_backlog_is_503_for_the_next_delivery() {
    let (work, inbox) = (Work::default(), MemoryInbox::default());
    let endpoint = builder(&work, inbox.new_handle())
        .workers(0)
        .max_backlog_age(Duration::from_millis(200))
        .build()
        .unwrap();
    assert_eq!(
        status(&endpoint, &delivery("batch.completed", "a")).await,
        200
    );
    assert_eq!(
        status(&endpoint, &delivery("batch.completed", "b")).await,
        200
    );
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(
        status(&endpoint, &delivery("batch.completed", "c")).await,
        503
    );
    let worked = endpoint.run_until_idle(2).await.unwrap();
    assert_eq!(worked.done, 2);
    eventually(|| async { status(&endpoint, &delivery("batch.completed", "c")).await == 200 })
        .await;
}
