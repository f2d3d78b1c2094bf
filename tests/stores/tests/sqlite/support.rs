//! Shortcuts for deliveries and calls of the inbox.

use std::time::Duration;

use webhook_runtime::inbox::{
    Completion, Disposition, Enqueued, Filter, Inbox, Leased, State, StoredDelivery,
};
use webhook_runtime::sqlite::SqliteInbox;
use webhook_runtime::sqlite::rusqlite;
pub(crate) use webhook_stores::{LONG, delivery, ordered_delivery as ordered};

pub(crate) async fn enqueue(inbox: &SqliteInbox, delivery: &StoredDelivery) {
    assert_eq!(inbox.enqueue(delivery).await.unwrap(), Enqueued::Stored);
}

pub(crate) async fn lease(inbox: &SqliteInbox, limit: usize, lease: Duration) -> Vec<Leased> {
    inbox.lease("app", limit, lease).await.unwrap()
}

pub(crate) async fn lease_one(inbox: &SqliteInbox) -> Leased {
    let mut leased = lease(inbox, 1, LONG).await;
    leased.pop().expect("no row is due")
}

pub(crate) fn ids(leased: &[Leased]) -> Vec<&str> {
    let mut ids = Vec::new();
    for leased in leased {
        ids.push(&*leased.delivery.delivery_id);
    }
    ids
}

pub(crate) fn done() -> Disposition {
    Disposition::Done { keep: LONG }
}

pub(crate) fn dead() -> Disposition {
    Disposition::Dead {
        error: "no".to_owned(),
    }
}

pub(crate) async fn complete(inbox: &SqliteInbox, leased: &Leased, disposition: &Disposition) {
    let completion = inbox.complete(leased.token, disposition, None);
    let completion = completion.await.unwrap();
    assert!(matches!(completion, Completion::Recorded), "{completion:?}");
}

pub(crate) async fn count(inbox: &SqliteInbox, state: State) -> u64 {
    inbox.count(&Filter::new().state(state)).await.unwrap()
}

/// Executes statements on the connection that writes.
pub(crate) async fn execute(inbox: &SqliteInbox, sql: impl Into<String>) {
    let sql = sql.into();
    let execute = move |db: &mut rusqlite::Connection| db.execute_batch(&sql);
    inbox.with_connection(execute).await.unwrap();
}

/// Runs a query for one number on the connection that writes.
pub(crate) async fn query(inbox: &SqliteInbox, sql: &'static str) -> i64 {
    let query = move |db: &mut rusqlite::Connection| db.query_row(sql, [], |row| row.get(0));
    inbox.with_connection(query).await.unwrap()
}

/// Fails a test that hangs.
pub(crate) async fn within<F: Future>(future: F) -> F::Output {
    match tokio::time::timeout(Duration::from_secs(60), future).await {
        Ok(output) => output,
        Err(_) => panic!("timed out after 60 seconds"),
    }
}
