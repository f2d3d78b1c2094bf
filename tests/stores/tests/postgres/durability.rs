//! A server that crashes, and whose default is to tell of commits before they are on disk.

use webhook_runtime::inbox::{Enqueued, Inbox};
use webhook_runtime::{
    postgres::{PostgresInbox, PostgresStore},
    store::{ClaimResult, DeliveryKey, LeaseStatus, Store},
};

use crate::server::{LONG, Own, delivery, done, in_order, lease};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_outlives_a_crash() {
    let lazy = "-c synchronous_commit=off -c wal_writer_delay=10s";
    let Some(own) = Own::start("durable", lazy).await else {
        return;
    };
    let (inbox, store) = (
        PostgresInbox::open(&own.database()).await.unwrap(),
        PostgresStore::open(&own.database()).await.unwrap(),
    );
    let admin = own.client().await;
    admin
        .batch_execute("CREATE TABLE lazy (n int); CHECKPOINT")
        .await
        .unwrap();
    let key = DeliveryKey::new("msg");

    // Each as the last thing that the server did before it crashed.
    let steps = ["put", "put in order", "finish", "claim", "complete"];
    let mut fence = None;
    for step in steps {
        let (inbox, store) = (inbox.clone(), store.clone());
        match step {
            "put" => assert_eq!(
                inbox.enqueue(&delivery("free")).await.unwrap(),
                Enqueued::Stored
            ),
            "put in order" => {
                let delivery = in_order("first", "order");
                assert_eq!(inbox.enqueue(&delivery).await.unwrap(), Enqueued::Stored);
            }
            "finish" => {
                for taken in lease(&inbox, 5).await {
                    done(&inbox, taken.token).await;
                }
            }
            "claim" => match store.claim(&key, LONG).await.unwrap() {
                ClaimResult::New(new) => fence = Some(new),
                other => panic!("{other:?}"),
            },
            _ => {
                let completed = store.complete(&key, fence.unwrap(), LONG).await;
                assert_eq!(completed.unwrap(), LeaseStatus::Held);
            }
        }
        // Without our word, it is lost: this test can fail.
        let admin = own.client().await;
        admin
            .execute("INSERT INTO lazy VALUES (1)", &[])
            .await
            .unwrap();
        own.stop("immediate").await;
        own.start_again().await;
        let admin = own.client().await;
        let count = async |sql: &str| -> i64 { admin.query_one(sql, &[]).await.unwrap().get(0) };
        assert_eq!(count("SELECT count(*) FROM lazy").await, 0, "{step}");
        let rows = match step {
            "put" => "SELECT count(*) FROM webhook.inbox WHERE state = 'pending'",
            "put in order" => "SELECT count(*) - 1 FROM webhook.inbox WHERE state = 'pending'",
            "finish" => "SELECT count(*) - 1 FROM webhook.inbox WHERE state = 'done'",
            "claim" => "SELECT count(*) FROM webhook.claims WHERE NOT is_done",
            _ => "SELECT count(*) FROM webhook.claims WHERE is_done",
        };
        assert_eq!(count(rows).await, 1, "{step}");
    }
}
