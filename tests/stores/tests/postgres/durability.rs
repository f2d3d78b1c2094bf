//! A server that crashes, and acknowledges commits before they are on disk by default.

use webhook_runtime::inbox::{Enqueued, Inbox};
use webhook_runtime::{
    postgres::{PostgresInbox, PostgresStore},
    store::{ClaimResult, DeliveryKey, LeaseStatus, Store},
};
use webhook_stores::{LONG, delivery, ordered_delivery};

use crate::server::{OwnServer, complete_done, lease};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn acknowledged_changes_survive_a_crash() {
    let asynchronous = "-c synchronous_commit=off -c wal_writer_delay=10s";
    let Some(server) = OwnServer::start("durable", asynchronous).await else {
        return;
    };
    let (inbox, store) = (
        PostgresInbox::open(&server.database()).await.unwrap(),
        PostgresStore::open(&server.database()).await.unwrap(),
    );
    let admin = server.client().await;
    admin
        .batch_execute("CREATE TABLE unprotected (n int); CHECKPOINT")
        .await
        .unwrap();
    let key = DeliveryKey::new("msg");

    // Each step is the last one before the server crashes.
    let steps = [
        "enqueue",
        "enqueue in order",
        "complete row",
        "claim",
        "complete claim",
    ];
    let mut fence = None;
    for step in steps {
        let (inbox, store) = (inbox.clone(), store.clone());
        match step {
            "enqueue" => assert_eq!(
                inbox.enqueue(&delivery("free")).await.unwrap(),
                Enqueued::Stored
            ),
            "enqueue in order" => {
                let delivery = ordered_delivery("first", "key");
                assert_eq!(inbox.enqueue(&delivery).await.unwrap(), Enqueued::Stored);
            }
            "complete row" => {
                for leased in lease(&inbox, 5).await {
                    complete_done(&inbox, leased.token).await;
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
        // A commit with the server's default is lost, which shows that this test can fail.
        let admin = server.client().await;
        admin
            .execute("INSERT INTO unprotected VALUES (1)", &[])
            .await
            .unwrap();
        server.stop("immediate").await;
        server.restart().await;
        let admin = server.client().await;
        let count = async |sql: &str| -> i64 { admin.query_one(sql, &[]).await.unwrap().get(0) };
        assert_eq!(count("SELECT count(*) FROM unprotected").await, 0, "{step}");
        let rows = match step {
            "enqueue" => "SELECT count(*) FROM webhook.inbox WHERE state = 'pending'",
            "enqueue in order" => "SELECT count(*) - 1 FROM webhook.inbox WHERE state = 'pending'",
            "complete row" => "SELECT count(*) - 1 FROM webhook.inbox WHERE state = 'done'",
            "claim" => "SELECT count(*) FROM webhook.claims WHERE NOT is_done",
            _ => "SELECT count(*) FROM webhook.claims WHERE is_done",
        };
        assert_eq!(count(rows).await, 1, "{step}");
    }
}
